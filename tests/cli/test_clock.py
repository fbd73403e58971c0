"""``clock explain``: why something is due when it is."""

from __future__ import annotations

import json

import pytest

from app.services.database.clock import HandClock
from tests.cli.commands import Desk, document
from tests.desks import HALDEN, HOUR, MINUTE


@pytest.fixture
def opened(working: Desk) -> Desk:
    facts = {"title": "Charged twice", "facts": {"severity": "s1"}, "customer": HALDEN}
    document(working("--login", "lena", "incidents", "open", "--json", json.dumps(facts)))
    return working


def test_one_kind_is_explained_by_start_target_and_intervals(opened: Desk, hand: HandClock) -> None:
    hand.turn(minutes=90)
    told = document(opened("clock", "explain", "INC-1", "--timer", "resolve", "--json"))
    (timer,) = told["timers"]
    assert (told["number"], timer["kind"], timer["state"]) == (1, "resolve", "running")
    assert (timer["started_at"], timer["due_at"]) == ("2026-11-23T09:00:00+00:00", "2026-11-23T13:00:00+00:00")
    assert (timer["target_seconds"], timer["used_seconds"], timer["left_seconds"]) == (
        4 * HOUR,
        90 * MINUTE,
        150 * MINUTE,
    )
    assert [one["counts"] for one in timer["intervals"]] == ["counted", "ahead"]
    assert timer["source"]["matrix_version"] == "version 1"


def test_without_a_kind_every_timer_is_explained(opened: Desk) -> None:
    kinds = {one["kind"] for one in document(opened("clock", "explain", "1", "--json"))["timers"]}
    assert {"acknowledge", "first_update", "contain", "resolve", "step"} <= kinds


def test_waiting_shows_as_a_pause_with_its_reason(opened: Desk, hand: HandClock) -> None:
    hand.turn(minutes=10)
    opened("--login", "lena", "incidents", "act", "1", "wait", "--text", "Which card?", "--until", "+60")
    hand.turn(minutes=20)
    (timer,) = document(opened("clock", "explain", "1", "--timer", "resolve", "--json"))["timers"]
    paused = [one for one in timer["intervals"] if one["counts"] == "paused"]
    assert [one["reason"] for one in paused] == ["waiting for customer"]
    assert timer["used_seconds"] == 10 * MINUTE


def test_in_words_it_begins_with_the_answer(opened: Desk) -> None:
    code, out, _ = opened("--login", "lena", "clock", "explain", "1", "--timer", "acknowledge")
    assert code == 0
    assert out.splitlines()[0] == "acknowledge, running: due 2026-11-23 10:15:00"  # Lena works in Oslo
    assert "15 min of open time" in out.splitlines()[1]


def test_a_kind_that_it_does_not_have_names_those_it_has(opened: Desk) -> None:
    code, _, err = opened("clock", "explain", "1", "--timer", "approval")
    assert (code, "It has" in err, "resolve" in err) == (1, True, True)


def test_a_kind_that_does_not_exist_is_wrong_use(opened: Desk) -> None:
    assert opened("clock", "explain", "1", "--timer", "lunch")[0] == 2
