"""Every shared table, written as DMN and given to ``matrix verify --json``: what is found equals its truth."""

from __future__ import annotations

import gzip
import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app.services.matrix.cell_json import cell_from_json
from app.services.matrix.dmn import table_to_dmn
from app.services.matrix.table import DecisionTable
from tests.cli.commands import Desk, document

VECTORS = Path(__file__).parent.parent / "services" / "matrix" / "vectors"
EVERY = 10**6


@cache
def tables(name: str) -> list[dict[str, Any]]:
    raw = (VECTORS / name).read_bytes()
    text = gzip.decompress(raw) if name.endswith(".gz") else raw
    found: list[dict[str, Any]] = json.loads(text, parse_float=Decimal)["tables"]
    return found


def given_tables(*names: str) -> list[Any]:
    return [pytest.param(given, id=given["id"]) for name in names for given in tables(name)]


def verified(desk: Desk, folder: Path, given: dict[str, Any], limit: int) -> Any:
    """What the command says about the table, exported as DMN."""
    file = folder / "table.dmn"
    file.write_text(table_to_dmn(DecisionTable.from_json(given)), "utf-8")
    found = document(desk("matrix", "verify", file, "--json", "--limit", str(limit)))
    assert (found["complete"], found["rules"]) == (True, len(given["rules"]))
    return found


@pytest.mark.parametrize("given", given_tables("jdmn.json", "small.json"))
def test_small_tables_equal_their_truth(desk: Desk, tmp_path: Path, given: dict[str, Any]) -> None:
    found, truth = verified(desk, tmp_path, given, EVERY), given["truth"]
    assert found["overlaps"] == truth["overlap_pairs"]
    assert found["conflicts"] == truth["conflict_pairs"]
    assert found["unsatisfiable"] == truth["unsatisfiable_rules"]
    assert found["redundant"] == truth["removable_rules"]
    merged = [pair[:3] for pair in truth["mergeable_pairs"] if pair[3]]
    assert found["mergeable"] == merged
    masked = {"F": "shadowed_if_FIRST", "P": "shadowed_if_PRIORITY"}.get(given["hit_policy"])
    assert found["masked"] == (truth[masked] if masked else [])
    assert bool(found["gaps"]) == bool(truth["gap_cells"])
    assert cells_in(given, found["gaps"]) == truth["gap_cells"]


def cells_in(given: dict[str, Any], gaps: list[Any]) -> int:
    """How many elementary cells of the table's own axes the boxes hold."""
    axes = DecisionTable.from_json(given).closed_axes
    total = 0
    for gap in gaps:
        size = 1
        for axis, cell in zip(axes, gap["box"], strict=True):
            size *= axis.mask(cell_from_json(cell)).bit_count()
        total += size
    return total


@pytest.mark.parametrize("given", given_tables("large.json.gz", "matrix.json.gz", "sparse.json.gz"))
def test_large_tables_equal_their_volumes_and_counts(desk: Desk, tmp_path: Path, given: dict[str, Any]) -> None:
    found, truth = verified(desk, tmp_path, given, 0), given["truth"]
    assert found["gap_volume"] == truth["gap_volume"]
    assert found["overlaps_total"] == truth["overlap_pair_count"]
    assert found["conflicts_total"] == truth["conflict_pair_count"]
