"""DMN files: strangers' tables are read as they stand, ours come back unchanged, hostile ones are refused in words."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from app.config import project_file
from app.services.matrix.dmn import DmnError, matrix_from_dmn, matrix_to_dmn, read_dmn_text, table_to_dmn
from app.services.matrix.dmn.names import MODELS
from app.services.matrix.table import DecisionTable

VECTORS = Path(__file__).parent / "vectors"
FILES = ("tck.json", "jdmn.json", "small.json", "large.json.gz", "matrix.json.gz", "sparse.json.gz")

TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="{namespace}" id="d" name="Routing" namespace="urn:test">
  <decision id="route" name="Route">
    <decisionTable id="t" hitPolicy="FIRST">
      <input id="i1" label="Channel"><inputExpression id="e1" typeRef="string"><text>channel</text></inputExpression>
        <inputValues id="v1"><text>"phone","email"</text></inputValues></input>
      <input id="i2" label="Amount"><inputExpression id="e2" typeRef="{number}"><text>amount</text></inputExpression>
      </input>
      <output id="o1" name="tier" typeRef="string">
        <defaultOutputEntry id="x"><text>"t1"</text></defaultOutputEntry></output>
      <rule id="r1"><inputEntry id="a"><text>"phone"</text></inputEntry>
        <inputEntry id="b"><text>[10..25[</text></inputEntry><outputEntry id="c"><text>"t2"</text></outputEntry></rule>
      <rule id="r2"><inputEntry id="d"><text>-</text></inputEntry>
        <inputEntry id="e"><text>{cell}</text></inputEntry><outputEntry id="f"><text>"t3"</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>
"""


def dmn(namespace: str = MODELS[2], cell: str = "&gt;= 25", number: str = "number") -> bytes:
    return TABLE.format(namespace=namespace, cell=cell, number=number).encode()


def vectors(name: str) -> list[dict[str, Any]]:
    path = VECTORS / name
    content = gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
    found: list[dict[str, Any]] = json.loads(content)["tables"]
    return found


def sample() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(project_file("resources", "sample", "matrix.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("namespace", MODELS)
def test_every_version_of_dmn_is_read(namespace: str) -> None:
    (table,) = read_dmn_text(dmn(namespace)).tables
    assert (table.id, table.name, table.hit_policy) == ("route", "Route", "F")
    assert table.decide({"channel": "phone", "amount": 10}).outcome == "t2"
    assert table.decide({"channel": "email", "amount": 25}).outcome == "t3"
    assert table.decide({"channel": "phone", "amount": "9"}).outcome == "t1"


def test_a_library_user_reads_a_file_with_one_call(tmp_path: Path) -> None:
    file = tmp_path / "route.dmn"
    file.write_bytes(dmn())
    assert DecisionTable.from_dmn(file).decide({"channel": "phone", "amount": 24}).chosen == 0


def test_the_type_of_a_column_is_that_of_its_cells_where_the_file_says_nothing_useful() -> None:
    (table,) = read_dmn_text(dmn(number="feel:Any")).tables
    assert table.inputs[1].type == "number"


@pytest.mark.parametrize("name", FILES)
def test_tables_written_as_dmn_come_back_equal(name: str) -> None:
    for given in vectors(name):
        if len(given["rules"]) > 600:  # what holds for these holds for longer ones
            continue
        table = DecisionTable.from_json(given)
        (back,) = read_dmn_text(table_to_dmn(table).encode()).tables
        assert [(one.name, one.type, one.allowed) for one in back.inputs] == [
            (one.name, one.type, one.allowed) for one in table.inputs
        ]
        assert (back.hit_policy, back.outputs) == (table.hit_policy, table.outputs)
        assert [(one.cells, one.then) for one in back.rules] == [(one.cells, one.then) for one in table.rules]


def test_our_matrix_comes_back_unchanged(tmp_path: Path) -> None:
    file = tmp_path / "matrix.dmn"
    document = sample()
    document["triggers"][0]["reason"] = '5 < 6 & "so"\non two lines'
    file.write_text(matrix_to_dmn(document), "utf-8")
    assert matrix_from_dmn(file) == document


def test_a_complement_is_written_as_the_other_choices_and_comes_back_as_it_was(tmp_path: Path) -> None:
    document = sample()
    document["triggers"] = [{**document["triggers"][0], "cells": {"channel": 'not("email","chat")'}}]
    text = matrix_to_dmn(document)
    (table,) = read_dmn_text(text.encode()).tables
    at = [one.name for one in table.inputs].index("channel")
    # FEEL would let a missing channel pass a complement; ours does not
    assert table.rules[0].cells[at].keys == ("phone", "social")  # type: ignore[union-attr]
    file = tmp_path / "matrix.dmn"
    file.write_text(text, "utf-8")
    assert matrix_from_dmn(file) == document


def test_highest_tier_is_priority_and_first_by_tier_where_triggers_of_a_tier_meet(tmp_path: Path) -> None:
    document = sample()
    one = document["triggers"][0]
    low = {**one, "number": 1, "cells": {"severity": '"s1"'}, "tier": "t1"}
    high = {**one, "number": 2, "cells": {"severity": '"s1"'}, "tier": "t2"}
    document["triggers"] = [low, high]
    (table,) = read_dmn_text(matrix_to_dmn(document).encode()).tables
    assert (table.hit_policy, table.decide({"severity": "s1"}).chosen) == ("P", 1)

    other = {**high, "number": 3, "owner": "person:anna"}
    document["triggers"] = [low, high, other]
    text = matrix_to_dmn(document)
    (table,) = read_dmn_text(text.encode()).tables
    assert (table.hit_policy, [rule.then[0] for rule in table.rules]) == ("F", ["t2", "t2", "t1"])
    file = tmp_path / "matrix.dmn"
    file.write_text(text, "utf-8")
    assert matrix_from_dmn(file) == document


def test_what_another_editor_changed_comes_in(tmp_path: Path) -> None:
    document = sample()
    text = matrix_to_dmn(document)
    before = '"s1","s2"</text>'
    assert before in text
    file = tmp_path / "matrix.dmn"
    file.write_text(text.replace(before, '"s1"</text>', 1), "utf-8")
    back = matrix_from_dmn(file)
    assert back is not None
    assert back["triggers"][0]["cells"]["severity"] == '"s1"'
    assert back["triggers"][1:] == document["triggers"][1:]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not well-formed"),
        (dmn()[:-30], "not well-formed"),
        (b"<a/>", "not DMN 1.1 to 1.5"),
        (dmn(namespace="urn:other"), "not DMN 1.1 to 1.5"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "defines entities"),
        (b'<?xml version="1.0"?><!DOCTYPE d SYSTEM "file:///etc/passwd"><d/>', "defines entities"),
        (b"<a>" * 100_000, "nested too deeply"),
        (b"<r>" + b"<a/>" * 300_001 + b"</r>", "elements"),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "encoding"),
        (dmn().replace(b"FIRST", b"LUCKY"), "hit policy “LUCKY”"),
        (dmn(cell="? &gt; 3"), "rule 2, Amount of “Route”"),
        (dmn(cell='"many"'), "compares with number and string"),
        (dmn(cell="1," * 600_000 + "1"), "characters"),
        (dmn().replace(b'<inputEntry id="d"><text>-</text></inputEntry>', b""), "Rule 2 of “Route” has 1 conditions"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(content: bytes, words: str) -> None:
    with pytest.raises(DmnError) as refused:
        read_dmn_text(content, "table.dmn")
    assert words in refused.value.what
    assert refused.value.mend
