"""``matrix`` on the command line: import, export, verify, decide, build."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.config import project_file
from tests.cli.commands import Desk, document

SAMPLE = project_file("resources", "sample", "matrix.json")

ROUTE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="Routing" namespace="urn:test">
  <decision id="route" name="Route"><decisionTable hitPolicy="UNIQUE">
    <input><inputExpression typeRef="number"><text>amount</text></inputExpression></input>
    <output name="tier" typeRef="string"/>
    <rule><inputEntry><text>&gt;= 10</text></inputEntry><outputEntry><text>"t2"</text></outputEntry></rule>
  </decisionTable></decision></definitions>"""


@pytest.fixture
def mended(tmp_path: Path) -> Path:
    """The sample's matrix with owners that everybody has, its gap answered and its errors mended."""
    text = SAMPLE.read_text("utf-8")
    given: dict[str, Any] = json.loads(text)
    for owner in given["owners"]:
        text = text.replace(f'"{owner["key"]}"', '"person:anna"')
    given = json.loads(text)
    given["accepted_gaps"] = [
        {"id": "g", "cells": {"severity": '"s2"', "segment": '"free"', "product_area": '"payments"'}}
    ]
    path = tmp_path / "matrix.json"
    path.write_text(json.dumps(given), "utf-8")
    return path


def test_verify_of_a_file_names_gap_masked_trigger_and_inverted_target(desk: Desk) -> None:
    found = document(desk("matrix", "verify", SAMPLE, "--json"))
    assert (found["rules"], found["hit_policy"], found["complete"]) == (12, "P", True)
    (gap,) = found["gaps"]
    assert gap["box"] == [{"in": ["s2"]}, {"in": ["free"]}, {"in": ["payments"]}, {"any": True}, {"any": True}]
    assert (gap["example"]["segment"], found["gaps_total"]) == ("free", 1)
    assert (found["masked"], found["redundant"]) == ([8], [8])
    assert [one["kind"] for one in found["findings"]] == ["gap", "masked", "inverted_target"]


def test_verify_in_words_counts_rules_and_findings(desk: Desk) -> None:
    code, out, err = desk("matrix", "verify", SAMPLE)
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "12 rules, 3 findings."
    assert out.startswith("error: Gap: S2, Free, Payments.")


def test_decide_answers_a_line_for_each_case(desk: Desk, tmp_path: Path) -> None:
    facts = tmp_path / "facts.jsonl"
    facts.write_text('{"severity": "s2", "segment": "business", "product_area": "payments", "revenue": 14200}\n\n{}\n')
    code, out, _err = desk("matrix", "decide", SAMPLE, "--facts", facts, "--json")
    first, second = (json.loads(line) for line in out.splitlines())
    assert (code, first["trigger"], first["tier"], first["owner"]) == (0, 5, "t2", "team:payments")
    assert (second["trigger"], second["covered"], second["owner"]) == (None, False, "team:frontline")
    assert "severity" in second["missing"]


def test_a_line_of_facts_that_is_no_object_is_named(desk: Desk, tmp_path: Path) -> None:
    facts = tmp_path / "facts.jsonl"
    facts.write_text('{"severity": "s1"}\n[1]\n')
    code, _out, err = desk("matrix", "decide", SAMPLE, "--facts", facts)
    assert code == 1
    assert "Line 2 of facts.jsonl is not a JSON object." in err


def test_what_was_imported_is_exported_alike(begun: Desk, mended: Path, tmp_path: Path) -> None:
    made = document(begun("matrix", "import", mended, "--publish", "--reason", "First.", "--json"))
    assert (made["number"], made["state"], made["triggers"]) == (1, "published", 12)
    assert begun("matrix", "export", "-o", tmp_path / "out.json")[0] == 0
    given, got = (json.loads(path.read_text("utf-8")) for path in (mended, tmp_path / "out.json"))
    for part in ("dimensions", "target_classes", "paths", "catch_all", "channels", "criticality", "hit_policy"):
        assert got[part] == given[part]
    assert [one["cells"] for one in got["triggers"]] == [one["cells"] for one in given["triggers"]]
    assert document(begun("matrix", "verify", "--json"))["gaps"] == []


def test_a_matrix_goes_out_as_dmn_and_comes_in_alike(begun: Desk, mended: Path, tmp_path: Path) -> None:
    begun("matrix", "import", mended, "--publish", "--reason", "First")
    file, again = tmp_path / "matrix.dmn", tmp_path / "again.json"
    begun("matrix", "export", "--format", "dmn", "-o", file)
    assert document(begun("matrix", "verify", file, "--json"))["rules"] == 12
    begun("matrix", "import", file, "--publish", "--reason", "Second")
    begun("matrix", "export", "-o", again)
    first, second = tmp_path / "first.json", json.loads(again.read_text("utf-8"))
    begun("matrix", "export", "--version", "1", "-o", first)
    drop = ("name", "triggers", "accepted_gaps")  # these have ids of their own
    told = json.loads(first.read_text("utf-8"))
    assert {key: told[key] for key in told if key not in drop} == {
        key: second[key] for key in second if key not in drop
    }
    assert [{**one, "id": ""} for one in told["triggers"]] == [{**one, "id": ""} for one in second["triggers"]]


def test_a_table_of_another_program_is_proven_and_asked_but_is_no_matrix(desk: Desk, tmp_path: Path) -> None:
    file, facts = tmp_path / "route.dmn", tmp_path / "facts.jsonl"
    file.write_text(ROUTE, "utf-8")
    facts.write_text('{"amount": 7}\n{"amount": 30}\n', "utf-8")
    found = document(desk("matrix", "verify", file, "--json"))
    assert ([one["box"] for one in found["gaps"]], found["complete"]) == (
        [[{"ranges": [[None, False, 10, False]]}]],
        True,
    )
    _, out, _ = desk("matrix", "decide", file, "--facts", facts, "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert [(one["rule"], one["outcome"]) for one in lines] == [(None, None), (0, "t2")]
    code, _, err = desk("matrix", "import", file)
    assert code == 1
    assert "another program" in err


def test_a_sheet_joins_the_version_in_force_and_says_what_it_did_not_understand(
    begun: Desk, mended: Path, tmp_path: Path
) -> None:
    begun("matrix", "import", mended, "--publish", "--reason", "First")
    file = tmp_path / "more.csv"
    file.write_text("Severity,Segment,Tier,Owner\nS4,Free,T1,Anna Adams\nS3,VIP,T2,Anna Adams\n", "utf-8")
    found = document(begun("matrix", "import", file, "--json"))
    assert (found["triggers"], found["sheet"]["rows"]) == (13, {"same": 0, "inside": 0, "new": 1, "unclear": 1})
    assert [(one["row"], one["column"], one["text"]) for one in found["sheet"]["unclear"]] == [(3, "Segment", "VIP")]
    code, _, err = begun("matrix", "import", file, "--publish", "--reason", "More")
    assert code == 1
    assert "not understood, so nothing is published" in err
    told = document(begun("matrix", "import", file, "--means", 'Segment=VIP="enterprise"', "--json"))
    assert (told["triggers"], told["sheet"]["unclear"]) == (14, [])


def test_the_version_in_force_goes_out_as_a_sheet(begun: Desk, mended: Path, tmp_path: Path) -> None:
    begun("matrix", "import", mended, "--publish", "--reason", "First")
    for name in ("matrix.csv", "matrix.xlsx"):
        begun("matrix", "export", "--format", name.rpartition(".")[2], "-o", tmp_path / name)
        found = document(begun("matrix", "import", tmp_path / name, "--json"))
        assert found["sheet"]["rows"] == {"same": 12, "inside": 0, "new": 0, "unclear": 0}


def test_publishing_needs_a_reason_before_anything_is_written(begun: Desk, mended: Path) -> None:
    code, _out, err = begun("matrix", "import", mended, "--publish")
    assert (code, "Publishing needs a written reason." in err) == (1, True)
    assert begun("matrix", "export", "--version", "1")[0] == 1


def test_a_gap_blocks_publishing_and_leaves_no_draft(begun: Desk) -> None:
    for _ in range(2):
        code, _out, err = begun("matrix", "import", SAMPLE, "--publish", "--reason", "First.")
        assert code == 1
        assert "blocks publishing" in err
    code, _out, err = begun("matrix", "export", "--version", "1")
    assert (code, err.splitlines()[0]) == (1, "There is no version 1.")
    assert begun("matrix", "import", SAMPLE)[0] == 0
    assert document(begun("matrix", "export", "--version", "1"))["format"] == "escalation-desk/matrix/1"


def test_an_export_replaces_a_file_only_when_told(begun: Desk, tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    file.write_text("mine", "utf-8")
    assert begun("matrix", "import", SAMPLE)[0] == 0
    code, _out, err = begun("matrix", "export", "--version", "1", "-o", file)
    assert (code, file.read_text("utf-8")) == (1, "mine")
    assert "add --overwrite" in err
    assert "is a folder" in begun("matrix", "export", "--version", "1", "-o", tmp_path)[2]
    assert begun("matrix", "export", "--version", "1", "-o", file, "--overwrite")[0] == 0
    assert json.loads(file.read_text("utf-8"))["format"] == "escalation-desk/matrix/1"


def test_without_a_matrix_in_force_verify_says_so(begun: Desk) -> None:
    code, _out, err = begun("matrix", "verify")
    assert (code, err.splitlines()[0]) == (1, "No matrix is in force.")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("not json", "is not JSON"),
        ("[]", "is not an escalation matrix"),
        ('{"format": "escalation-desk/matrix/2"}', "newer program"),
        ('{"format": "escalation-desk/matrix/1"}', "lacks 'dimensions'"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_a_bad_file_is_refused_in_words(desk: Desk, tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "bad.json"
    path.write_text(text, "utf-8")
    code, out, err = desk("matrix", "verify", path, "--json")
    assert (code, out) == (1, "")
    assert words in err


def test_build_without_incidents_says_what_to_do(begun: Desk) -> None:
    code, _out, err = begun("matrix", "build")
    assert code == 1
    assert "Import incidents first" in err
