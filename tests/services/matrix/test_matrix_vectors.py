"""Foreign tables against exact truth (vectors/README.md): decisions, gaps, overlaps, masked, redundant, mergeable."""

from __future__ import annotations

import gzip
import json
from decimal import Decimal
from functools import cache
from math import prod
from pathlib import Path
from typing import Any

import pytest

from app.services.matrix.cell_json import cell_from_json
from app.services.matrix.cells import FactValue
from app.services.matrix.exact.axes import Axis
from app.services.matrix.foreign_records import read_value
from app.services.matrix.raw_json import report_json
from app.services.matrix.table import DecisionTable

HERE = Path(__file__).parent / "vectors"
EVERY = 10**9


@cache
def _file(name: str) -> list[dict[str, Any]]:
    raw = (HERE / name).read_bytes()
    text = gzip.decompress(raw) if name.endswith(".gz") else raw
    tables: list[dict[str, Any]] = json.loads(text, parse_float=Decimal)["tables"]
    return tables


def _tables(*names: str) -> list[Any]:
    return [pytest.param(given, id=given["id"]) for name in names for given in _file(name)]


@pytest.mark.parametrize("given", _tables("tck.json"))
def test_decisions_are_those_of_the_technology_compatibility_kit(given: dict[str, Any]) -> None:
    table = DecisionTable.from_json(given)
    for case in given["cases"]:
        facts = {column.name: value for column, value in zip(table.inputs, case["inputs"], strict=True)}
        assert table.decide(facts).outcome == case["expected"], case


@pytest.mark.parametrize("given", _tables("jdmn.json", "small.json"))
def test_small_tables_equal_their_exhaustive_truth(given: dict[str, Any]) -> None:
    table, truth = DecisionTable.from_json(given), given["truth"]
    found = report_json(table, table.verify(limit=EVERY), limit=EVERY)
    assert found["complete"]
    assert found["overlaps"] == truth["overlap_pairs"]
    assert found["conflicts"] == truth["conflict_pairs"]
    assert found["unsatisfiable"] == truth["unsatisfiable_rules"]
    assert found["redundant"] == truth["removable_rules"]
    assert found["mergeable"] == [
        [one, other, column] for one, other, column, joins in truth["mergeable_pairs"] if joins
    ]
    if table.hit_policy in ("F", "P"):
        assert found["masked"] == truth["shadowed_if_FIRST" if table.hit_policy == "F" else "shadowed_if_PRIORITY"]


@pytest.mark.parametrize("given", _tables("jdmn.json", "small.json"))
def test_gap_boxes_are_disjoint_and_hold_exactly_the_uncovered_cells(given: dict[str, Any]) -> None:
    table, truth = DecisionTable.from_json(given), given["truth"]
    found = report_json(table, table.verify(limit=EVERY), limit=EVERY)
    axes = table.closed_axes
    boxes = [
        [axis.mask(cell_from_json(cell)) for axis, cell in zip(axes, gap["box"], strict=True)] for gap in found["gaps"]
    ]
    assert prod(axis.size for axis in axes) == truth["cells_total"]
    assert sum(prod(mask.bit_count() for mask in box) for box in boxes) == truth["gap_cells"]
    for place, box in enumerate(boxes):
        for other in boxes[place + 1 :]:
            assert any(not mask & side for mask, side in zip(box, other, strict=True)), "boxes overlap"
    for witness in truth["gap_witnesses"]:
        values = [read_value(column, value) for column, value in zip(table.inputs, witness, strict=True)]
        assert sum(_inside(axes, box, values) for box in boxes) == 1, witness


def _inside(axes: list[Axis], box: list[int], values: list[FactValue | None]) -> bool:
    return all(mask >> (axis.find(value) or 0) & 1 for axis, mask, value in zip(axes, box, values, strict=True))


@pytest.mark.parametrize("given", _tables("large.json.gz", "matrix.json.gz", "sparse.json.gz"))
def test_large_tables_equal_their_volumes_and_pairs(given: dict[str, Any]) -> None:
    table, truth = DecisionTable.from_json(given), given["truth"]
    report = table.verify(limit=0, seconds=100)
    assert report.complete
    assert report.gap_volume == truth["gap_volume"]
    assert len(report.overlaps) == truth["overlap_pair_count"]
    assert len(report.conflicts) == truth["conflict_pair_count"]
    if "overlap_pairs" in truth:
        assert [list(pair) for pair in report.overlaps] == truth["overlap_pairs"]
    if "shadowed_if_FIRST" in truth:
        assert list(report.masked) == truth["shadowed_if_FIRST"]


@pytest.mark.parametrize("given", [param for param in _tables("large.json.gz") if "3x500-gap" in str(param.id)])
def test_the_listed_boxes_of_a_large_table_have_its_whole_volume(given: dict[str, Any]) -> None:
    table = DecisionTable.from_json(given)
    report = table.verify(limit=EVERY)
    volume = Decimal(0)
    for gap in report.gaps:
        sides = []
        for axis, cell in zip(table.closed_axes, gap.cells, strict=True):
            lengths = axis.lengths()
            assert lengths is not None
            sides.append(sum(lengths[one] for one in range(axis.size) if axis.mask(cell) >> one & 1))
        volume += Decimal(int(prod(sides)))
    assert volume == given["truth"]["gap_volume"]
    assert report.gaps_total == len(report.gaps)


def test_lists_are_cut_and_totals_are_not() -> None:
    given = next(one for one in _file("small.json") if len(one["truth"]["overlap_pairs"]) > 3)
    table = DecisionTable.from_json(given)
    found = report_json(table, table.verify(limit=2), limit=2)
    assert len(found["overlaps"]) == 2
    assert found["overlaps_total"] == len(given["truth"]["overlap_pairs"])
    assert found["gaps_listed"] == len(found["gaps"]) <= 2
