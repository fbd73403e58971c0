"""``incidents act``: facts, the answer offered, another version, pins and excuses."""

from __future__ import annotations

import json
from typing import Any

from app.services.database.clock import HandClock
from tests.cli.commands import Desk, document
from tests.cli.test_incident_promises import acted, opened, shown


def told(desk: Desk, number: str, timer: str) -> Any:
    return document(desk("clock", "explain", number, "--timer", timer, "--json"))["timers"][0]


def test_facts_change_and_the_answer_is_offered_taken_or_dismissed(working: Desk) -> None:
    number = opened(working)
    done = acted(working, number, "change-facts", "severity=s3", "--text", "Only one card.", "--seen", "severity=s1")
    assert done["result"] == {"enters": None, "offered": True, "changed": 0}
    acted(working, number, "take-answer")
    assert told(working, number, "resolve")["source"]["target_class"] == "Light"
    acted(working, number, "change-facts", "severity=s1")
    acted(working, number, "dismiss-answer", "--reason", "The path stays short.")
    code, _, err = working("--login", "lena", "incidents", "act", number, "take-answer")
    assert (code, "No other answer" in err) == (1, True)


def test_a_fact_that_somebody_changed_meanwhile_is_refused(working: Desk) -> None:
    number = opened(working)
    code, _, err = working(
        "--login", "lena", "incidents", "act", number, "change-facts", "severity=s3", "--seen", "severity=s2"
    )
    assert (code, "Severity" in err) == (1, True)
    code, _, err = working("--login", "lena", "incidents", "act", number, "change-facts", "severity")
    assert (code, "is no fact" in err) == (1, True)
    assert acted(working, number, "change-facts", "severity=")["result"]["offered"] is True


def test_a_due_time_is_pinned_unpinned_and_explained(working: Desk) -> None:
    number = opened(working)
    acted(working, number, "pin", "contain", "--due", "+150", "--reason", "The part comes at half past.")
    pinned = told(working, number, "contain")
    assert (pinned["due_at"], pinned["source"]["pinned_by"]) == ("2026-11-23T11:30:00+00:00", "Lena Okafor")
    code, out, _ = working("clock", "explain", number, "--timer", "contain")
    assert (code, "pinned: " in out, "The part comes at half past." in out) == (0, True, True)
    acted(working, number, "unpin", "contain", "--reason", "It is here.")
    assert told(working, number, "contain")["due_at"] == "2026-11-23T11:00:00+00:00"
    code, _, err = working(
        "--login", "lena", "incidents", "act", number, "pin", "offer", "--due", "+5", "--reason", "?"
    )
    assert (code, "no timer “offer”" in err) == (1, True)


def test_a_breach_is_excused(working: Desk, hand: HandClock) -> None:
    number = opened(working)
    hand.turn(minutes=121)
    working("watch", "--once")
    acted(working, number, "excuse", "contain", "--reason", "No power in the whole town.")
    assert told(working, number, "contain")["history"]["excused"] == "No power in the whole town."


def test_an_incident_moves_to_the_version_in_force(working: Desk) -> None:
    number = opened(working)
    code, _, err = working("--login", "lena", "incidents", "act", number, "move", "--reason", "To see.")
    assert (code, "follows version 1 already" in err) == (1, True)
    assert json.loads(working("incidents", "show", number, "--json")[1])["version"] == 1
    assert shown(working, number)["tier"] == "t1"
