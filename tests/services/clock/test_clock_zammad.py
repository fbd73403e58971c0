"""Whole lives of tickets from Zammad's specs, told to our state machine (see vectors/SOURCE.md).

First response is our *first update*, solution our *resolve*; pending and closed stop both, as waiting does. The update
target is another idea than ours and is not compared, nor is the earliest of all that it is a part of.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from app.models.enums import TimerKind, TimerState
from app.services.clock.calendar import WorkCalendar
from app.services.clock.events import Act
from app.services.clock.machine import Deed, begin, replay
from app.services.clock.timers import Timer, TimerPlan, due, pause_spans, used
from tests.services.clock.differences import ZAMMAD, ZAMMAD_NOT_SAID

SCENARIOS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "vectors" / "zammad_scenarios.json").read_text(encoding="utf-8")
)
BY_ID = {one["id"]: one for one in SCENARIOS}
RUN = [key for key in BY_ID if key not in ZAMMAD_NOT_SAID]
KINDS = {"first_response": (TimerKind.FIRST_UPDATE, "first_response_at"), "close": (TimerKind.RESOLVE, "close_at")}
TARGETS = {"first_response": "first_response_min", "close": "solution_min"}
STOPPED = ("pending reminder", "pending close", "closed")


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


class Ticket:
    """What a scenario has told so far; each step replays it from the beginning."""

    def __init__(self, scenario: dict[str, Any]) -> None:
        self.created_at = instant(scenario["ticket"]["created_at"])
        self.calendar = WorkCalendar.from_json(scenario["calendar"])
        self.targets: dict[str, Any] = scenario["sla"] or {}
        self.states = [(self.created_at, scenario["ticket"]["state"])]
        self.fields: dict[str, str] = {}
        self.stays = scenario["generation"] == "zammad<=3.6"
        self.without_target = False

    def hear(self, event: dict[str, Any]) -> None:
        match event["type"]:
            case "state" if event["at"] is not None:
                self.states.append((instant(event["at"]), event["to"]))
            case "set":
                self.fields.update(event["fields"])
            case "calendar_change":
                self.calendar = WorkCalendar.from_json(event["calendar"])
            case "sla_no_longer_matches":
                self.without_target = True

    def timer(self, name: str) -> Timer | None:
        minutes = self.targets.get(TARGETS[name], 10**6 if not self.targets else None)
        if minutes is None:
            return None
        kind, ended = KINDS[name]
        deeds = [
            Deed(at, Act.PAUSE if state in STOPPED else Act.RESUME, state)
            for at, state in self.states
            if state in STOPPED or at != self.created_at
        ]
        if ended in self.fields:
            deeds.append(Deed(instant(self.fields[ended]), Act.STOP))
        if self.without_target:
            deeds.append(Deed(self.created_at, Act.CANCEL))
        return replay(begin(TimerPlan(kind, self.created_at, minutes * 60, self.calendar)), deeds)[-1]

    def answer(self, field: str, asked: Any) -> Any:
        """What we say to a field of the scenario."""
        if field == "working_minutes":
            return {**asked, "minutes": self._worked(instant(asked["from"]), instant(asked["to"]))}
        if field == "deadline":
            timer = self.timer("close")
            assert timer is not None
            pauses = [(pause.start, pause.end) for pause in timer.plan.pauses if pause.end is not None]
            at = self.calendar.due(instant(asked["from"]), asked["span_min"] * 60, pauses)
            return {**asked, "at": at.isoformat()}

        name = "first_response" if field.startswith("first_response") else "close"
        timer = self.timer(name)
        if timer is None:
            return None
        if field.endswith("escalation_at"):
            counts = timer.state in (TimerState.RUNNING, TimerState.WAITING)
            shown = counts or (self.stays and timer.state is not TimerState.CANCELLED)
            return due(timer.plan).isoformat() if shown else None
        if timer.state not in (TimerState.MET, TimerState.MET_LATE) or timer.ended_at is None:
            return None
        minutes = used(timer.plan, timer.ended_at) // 60
        return minutes if field.endswith("_in_min") and "diff" not in field else self.targets[TARGETS[name]] - minutes

    def _worked(self, start: datetime, end: datetime) -> int:
        timer = self.timer("close")
        assert timer is not None
        last = min(end, timer.ended_at or end)
        return self.calendar.elapsed(max(start, self.created_at), last, pause_spans(timer.plan, last)) // 60


def compared(field: str) -> bool:
    return field != "escalation_at" and not field.startswith("update_")


@pytest.mark.parametrize("key", RUN)
def test_a_ticket_has_the_times_that_its_source_says(key: str) -> None:
    scenario = BY_ID[key]
    ticket, differ = Ticket(scenario), ZAMMAD.get(key, ({}, ""))[0]
    for place, step in enumerate(scenario["steps"]):
        for event in step["do"]:
            ticket.hear(event)
        wanted = {field: value for field, value in step["expect"].items() if compared(field)}
        answered = {field: ticket.answer(field, value) for field, value in wanted.items()}
        assert answered == {**wanted, **differ}, f"{key}, step {place + 1}"


def test_every_scenario_is_run_or_listed_with_the_reason() -> None:
    assert set(ZAMMAD_NOT_SAID) | set(RUN) == set(BY_ID)
    assert set(ZAMMAD) <= set(RUN)
    for key in RUN:
        asked = [field for step in BY_ID[key]["steps"] for field in step["expect"] if compared(field)]
        assert asked, key


@pytest.mark.parametrize("key", [key for key in ZAMMAD_NOT_SAID if key != "zam-025"])
def test_what_is_not_run_asks_only_for_the_update_target(key: str) -> None:
    assert not [field for step in BY_ID[key]["steps"] for field in step["expect"] if compared(field)]
