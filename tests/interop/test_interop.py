"""Readers of others agree with ours: dmn-moddle, which dmn-js opens files with, and feelin, an engine for FEEL.

Both come from npm. Where Node or the packages are missing these tests are skipped, and the summary says so.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.config import project_file
from app.services.matrix.cells import AnyCell, ChoiceCell, RangeCell
from app.services.matrix.dmn import matrix_from_dmn, matrix_to_dmn, read_dmn, table_to_dmn
from app.services.matrix.foreign import DecisionTable
from app.services.matrix.foreign_records import ColumnType, InputColumn

HERE = Path(__file__).parent
VECTORS = HERE.parent / "services" / "matrix" / "vectors"
CASES = 60
"""Drawn a table, beside one example a rule and one without any fact."""


def missing() -> str:
    if shutil.which("node") is None:
        return "Node is not installed"
    if not all((HERE / "node_modules" / name).is_dir() for name in ("dmn-moddle", "feelin")):
        return "the packages for Node are not installed (npm ci in tests/interop)"
    return ""


@pytest.fixture(autouse=True)
def node() -> None:
    if reason := missing():
        pytest.skip(f"NOT COMPARED with dmn-moddle and feelin: {reason}")


def theirs(*given: tuple[str, list[list[Any]]]) -> list[dict[str, Any]]:
    """What the others read in each file and decide of its cases."""
    asked = json.dumps([{"xml": xml, "cases": cases} for xml, cases in given], default=float)
    run = subprocess.run(
        ["node", "read.mjs"], cwd=HERE, input=asked, capture_output=True, encoding="utf-8", timeout=90, check=False
    )
    assert run.returncode == 0, run.stderr
    found: list[dict[str, Any]] = json.loads(run.stdout)
    return found


def vectors() -> list[DecisionTable]:
    return [
        DecisionTable.from_json(one)
        for name in ("tck.json", "jdmn.json", "small.json")
        for one in json.loads((VECTORS / name).read_text("utf-8"), parse_float=Decimal)["tables"]
    ]


def borders(table: DecisionTable, column: int) -> list[Any]:
    """The ends of every cell of a column, what lies just beside them, every word and one that no cell knows."""
    one: InputColumn = table.inputs[column]
    found: list[Any] = [None]
    for cell in (*(rule.cells[column] for rule in table.rules), one.allowed or AnyCell()):
        if isinstance(cell, ChoiceCell):
            found.extend(cell.keys)
        elif isinstance(cell, RangeCell) and one.type is ColumnType.NUMBER:
            ends = [end for part in cell.ranges for end in (part.low, part.high) if isinstance(end, Decimal)]
            found.extend(end + step for end in ends for step in (Decimal("-0.5"), Decimal(0), Decimal("0.5")))
    if one.type is ColumnType.STRING:
        found.append("a word of nobody")
    if one.type is ColumnType.BOOLEAN:
        found.extend((True, False))
    return sorted(set(found), key=repr)


def cases_of(table: DecisionTable) -> list[list[Any]]:
    draw = random.Random(table.id)
    every = [borders(table, column) for column in range(len(table.inputs))]
    found = [[draw.choice(values) for values in every] for _ in range(CASES)]
    examples = (table.example([row]) for row in range(len(table.rules)))
    found += [[one[column.name] for column in table.inputs] for one in examples]
    return [*found, [None for _ in table.inputs]]


def plain(value: Any) -> Any:
    """As JSON has it."""
    return json.loads(json.dumps(value, default=float))


def test_feelin_decides_every_shared_table_as_we_do(tmp_path: Path) -> None:
    tables = vectors()
    given = [(table_to_dmn(one), cases_of(one)) for one in tables]
    decided = 0
    for table, (xml, cases), answer in zip(tables, given, theirs(*given), strict=True):
        file = tmp_path / "table.dmn"
        file.write_text(xml, "utf-8")
        (ours,) = read_dmn(file).tables
        for facts, their in zip(cases, answer["decided"], strict=True):
            our = ours.decide({one.name: fact for one, fact in zip(ours.inputs, facts, strict=True)})
            said = {"matches": list(our.matches), "outcome": plain(our.outcome), "violation": bool(our.violation)}
            assert their == said, (table.id, facts)
            decided += 1
    assert decided > 61 * CASES


def test_dmn_moddle_reads_every_export_without_a_warning_and_writes_what_we_read_alike(tmp_path: Path) -> None:
    tables = vectors()
    for table, answer in zip(tables, theirs(*((table_to_dmn(one), []) for one in tables)), strict=True):
        assert (answer["warnings"], answer["same"], answer["rules"]) == ([], True, len(table.rules)), table.id
        ours, back = tmp_path / "ours.dmn", tmp_path / "back.dmn"
        ours.write_text(table_to_dmn(table), "utf-8")
        back.write_text(answer["written"], "utf-8")
        assert read_dmn(back).tables == read_dmn(ours).tables, table.id


def test_our_matrix_comes_back_from_dmn_moddle_as_it_was(tmp_path: Path) -> None:
    sample = json.loads(project_file("resources", "sample", "matrix.json").read_text("utf-8"))
    xml = matrix_to_dmn(sample)
    (answer,) = theirs((xml, []))
    assert (answer["warnings"], answer["same"], answer["own"]) == ([], True, 1)
    assert any(text for row in answer["annotations"] for text in row)
    ours, back = tmp_path / "ours.dmn", tmp_path / "back.dmn"
    ours.write_text(xml, "utf-8")
    back.write_text(answer["written"], "utf-8")
    assert matrix_from_dmn(back) is not None
    assert matrix_from_dmn(back) == matrix_from_dmn(ours)
