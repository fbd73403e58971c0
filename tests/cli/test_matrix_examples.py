"""``matrix examples``: what is saved on the desk, asked of a version and of a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.services.database.database import Database
from app.services.matrix.examples import ExampleValues, SaveExample
from tests.cli.commands import Desk
from tests.desks import MATRIX

CRITICAL = ExampleValues("Everything is down", {"severity": "s1"}, "t1")
LARGE = ExampleValues("Large refund", {"severity": "s2", "revenue": "14200"}, "t2")


@pytest.fixture
def saved(working: Desk, tmp_path: Path) -> Desk:
    """The desk at work with two examples: by hand, triggers 1 and 2 answer Tier 1 and Tier 2."""
    database = Database.open(str(tmp_path / "desk.sqlite"), login="priya")
    for values in (CRITICAL, LARGE):
        database.apply(SaveExample(values=values))
    database.close()
    return working


def test_without_examples_all_is_well(working: Desk) -> None:
    assert working("matrix", "examples") == (0, "No example is saved yet.\n", "")


def test_the_version_in_force_is_asked(saved: Desk) -> None:
    assert saved("matrix", "examples") == (0, "2 of 2 pass.\n", "")
    told = json.loads(saved("matrix", "examples", "1", "--json")[1])
    assert [(one["name"], one["answered"], one["trigger"], one["passes"]) for one in told] == [
        ("Everything is down", "Tier 1", 1, True),
        ("Large refund", "Tier 2", 2, True),
    ]


def test_a_file_that_answers_otherwise_is_exit_one_and_says_which(saved: Desk, tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    first, second, third = MATRIX["triggers"]
    path.write_text(json.dumps({**MATRIX, "triggers": [first, {**second, "tier": "t3"}, third]}), "utf-8")
    code, out, err = saved("matrix", "examples", path)
    assert (code, err) == (1, "")
    assert out == "1 of 2 pass.\n“Large refund” should be Tier 2, is Tier 3\n"


def test_an_unknown_version_is_said(saved: Desk) -> None:
    code, _out, err = saved("matrix", "examples", "99")
    assert code == 1
    assert "version 99" in err
