"""``incidents act ID de-escalate`` from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.services.database.clock import HandClock
from app.services.database.database import Database
from app.services.database.engine import make_engine
from tests.cli.commands import Desk, document
from tests.desks import HALDEN, MATRIX, START, SmallDesk


def acted(desk: Desk, number: str, *arguments: object, by: str = "lena") -> Any:
    return document(desk("--login", by, "incidents", "act", number, *arguments, "--json"))


@pytest.fixture
def escalated(working: Desk, tmp_path: Path) -> str:
    """The number of an incident at the third tier, which is left by a list of two."""
    database = Database(make_engine(str(tmp_path / "desk.sqlite")), HandClock(START))
    try:
        first, second, third = MATRIX["tiers"]
        listed = {**third, "exit_criteria": ["Card network informed", "Refund agreed"]}
        SmallDesk(database, HandClock(START)).publish(tiers=[first, second, listed])
    finally:
        database.close()
    facts = {"title": "Charged twice", "facts": {"severity": "s1"}, "customer": HALDEN, "channel": "email"}
    opened = document(working("--login", "lena", "incidents", "open", "--json", json.dumps(facts)))
    acted(working, str(opened["number"]), "escalate", "--text", "Money", "--tier", "3")
    return str(opened["number"])


def test_going_back_enters_the_tier_below_unless_another_is_named(working: Desk, escalated: str) -> None:
    told = acted(working, escalated, "de-escalate", "--reason", "Done", "--ticked", "1", "--ticked", "refund AGREED")
    assert (told["tier"], told["result"]) == ("t2", {"tier": "t2", "rank": 2})
    assert acted(working, escalated, "de-escalate", "--text", "Done", "--tier", "1")["tier"] == "t1"


def test_an_item_that_is_not_ticked_or_not_there_is_named(working: Desk, escalated: str) -> None:
    code, _, err = working("incidents", "act", escalated, "de-escalate", "--reason", "Done", "--ticked", "1")
    assert (code, "Not ticked yet: Refund agreed." in err) == (1, True)
    code, _, err = working("incidents", "act", escalated, "de-escalate", "--reason", "Done", "--ticked", "Tea made")
    assert (code, "Items are Card network informed; Refund agreed." in err) == (1, True)


def test_who_saw_an_older_tier_is_refused(working: Desk, escalated: str) -> None:
    given = ("--reason", "Done", "--ticked", "1", "--ticked", "2", "--seen-entry", "1")
    code, _, err = working("incidents", "act", escalated, "de-escalate", *given)
    assert (code, "Somebody escalated this to Tier 3 meanwhile." in err) == (1, True)


def test_below_the_first_tier_there_is_none(working: Desk, escalated: str) -> None:
    acted(working, escalated, "de-escalate", "--reason", "Done", "--ticked", "1", "--ticked", "2", "--tier", "t1")
    code, _, err = working("incidents", "act", escalated, "de-escalate", "--reason", "Done")
    assert (code, "There is no tier below." in err) == (1, True)
