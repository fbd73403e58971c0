"""An incident stays with the version it was opened under until somebody moves it (domain.md §2.2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.models.enums import EventKind, Moment, TimerKind, TimerState
from app.models.incident import Incident
from app.models.timer import Timer
from app.services.database.errors import NotFound, StateError, UserError
from app.services.incidents.moving import MoveToVersion, outlook_of_move
from app.services.incidents.phases import Acknowledge
from app.services.matrix.versions import MakeDraft
from app.services.watch.moments import fire_due
from tests.desks import HOUR, MATRIX, MINUTE, SmallDesk
from tests.published import PublishUnjudged


def at(text: str) -> datetime:
    """A time of Monday, 23 November 2026, in UTC."""
    return datetime.strptime(f"2026-11-23 {text}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def with_urgent(**targets: int) -> list[dict[str, Any]]:
    """The targets of the test's matrix, the urgent ones changed."""
    return [{**one, **(targets if one["class"] == "urgent" else {})} for one in MATRIX["targets"]]


def rows(desk: SmallDesk, incident_id: str, kind: TimerKind) -> list[Timer]:
    question = select(Timer).where(Timer.incident_id == incident_id, Timer.kind == kind).order_by(Timer.pass_number)
    return desk.database.read(lambda session: list(session.scalars(question)))


def move(desk: SmallDesk, incident_id: str, number: int = 2) -> Any:
    return desk.lena.apply(MoveToVersion(incident_id=incident_id, number=number, reason="Shorter now.")).result


def test_an_incident_stays_with_its_version_until_it_is_moved(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open()
    small_desk.pass_time(5)
    small_desk.publish(targets=with_urgent(contain=HOUR))
    assert rows(small_desk, incident_id, TimerKind.CONTAIN)[0].due_at == at("11:00")
    assert move(small_desk, incident_id) == {"tier": "t1", "changed": 1}
    row = rows(small_desk, incident_id, TimerKind.CONTAIN)[0]
    assert (row.due_at, row.started_at, row.rule["version"]) == (at("10:00"), at("09:00"), 2)
    case = small_desk.case(incident_id)
    (moved,) = [one for one in case.events if one.kind is EventKind.MOVED]
    assert (moved.data["version_before"], moved.data["to"], moved.body) == (1, 2, "Shorter now.")
    (changed,) = [one.data for one in case.events if one.kind is EventKind.TARGETS_CHANGED]
    assert changed["cause"] == "moved"


def test_a_move_may_breach_at_once(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(hold=True)
    small_desk.pass_time(61)
    small_desk.publish(targets=with_urgent(contain=HOUR))
    move(small_desk, incident_id)
    fire_due(small_desk.watch)
    row = rows(small_desk, incident_id, TimerKind.CONTAIN)[0]
    assert (row.breached_at, row.breach_cause) == (small_desk.clock.now(), "moved")


def test_a_higher_tier_is_entered_and_a_lower_one_never(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open()
    small_desk.lena.apply(Acknowledge(incident_id=incident_id))
    raised = [
        {**one, "tier": "t2", "owner": "team:payments"} if one["number"] == 1 else one for one in MATRIX["triggers"]
    ]
    small_desk.publish(triggers=raised)
    assert move(small_desk, incident_id)["tier"] == "t2"
    small_desk.publish()
    assert move(small_desk, incident_id, 3)["tier"] == "t2"
    incident = small_desk.database.read(lambda session: session.get_one(Incident, incident_id))
    assert (incident.tier_rank, incident.answer["tier"]) == (2, 1)


def test_other_warn_shares_hold_for_what_has_not_fired(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(hold=True)
    small_desk.pass_time(5)
    small_desk.publish(warn_shares=[50])
    move(small_desk, incident_id)
    row = rows(small_desk, incident_id, TimerKind.RESOLVE)[0]
    assert (row.next_moment, row.next_moment_at) == (Moment.WARN_1, at("11:00"))


def test_a_path_that_is_another_is_armed_from_the_entry(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(hold=True)
    small_desk.pass_time(5)
    path = {"key": "slow", "name": "Slow", "steps": [{**MATRIX["paths"][0]["steps"][1], "after": 90 * MINUTE}]}
    decided = [{**one, "path": "slow"} if one["number"] == 1 else one for one in MATRIX["triggers"]]
    small_desk.publish(paths=[*MATRIX["paths"], path], triggers=decided)
    move(small_desk, incident_id)
    (step,) = [one for one in small_desk.steps(incident_id) if one.state is TimerState.RUNNING]
    assert step.due_at == at("10:30")


def test_what_cannot_be_moved_says_why(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open()
    with pytest.raises(NotFound, match="no version 9"):
        move(small_desk, incident_id, 9)
    with pytest.raises(StateError, match="follows version 1 already"):
        move(small_desk, incident_id, 1)
    draft = small_desk.lena.apply(MakeDraft(document=MATRIX)).result
    with pytest.raises(StateError, match="not in force yet"):
        move(small_desk, incident_id, 2)
    later = small_desk.clock.now() + timedelta(days=1)
    small_desk.lena.apply(
        PublishUnjudged(version_id=draft["version_id"], rationale="From tomorrow.", effective_from=later)
    )
    with pytest.raises(StateError, match="not in force yet"):
        move(small_desk, incident_id, 2)
    small_desk.publish()
    with pytest.raises(UserError, match="needs a reason"):
        small_desk.lena.apply(MoveToVersion(incident_id=incident_id, number=3, reason=" "))


def test_the_outlook_of_a_move_writes_nothing(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open()
    decided = [{**one, "class": "light"} if one["number"] == 1 else one for one in MATRIX["triggers"]]
    small_desk.publish(triggers=decided)
    seen = small_desk.database.read(outlook_of_move, incident_id, 2, small_desk.clock.now())
    assert (seen.class_before, seen.class_after, seen.enters, seen.offered) == ("Urgent", "Light", False, False)
    due = {one.kind: (one.before, one.after) for one in seen.due}
    assert due[TimerKind.ACKNOWLEDGE] == (at("09:15"), at("17:00"))
    assert due[TimerKind.CONTAIN] == (at("11:00"), None)
    assert seen.sentences == ("Light targets hold at once, in place of Urgent.",)
    assert small_desk.case(incident_id).version == 1
    assert rows(small_desk, incident_id, TimerKind.CONTAIN)[0].state is TimerState.RUNNING


def test_the_steps_are_those_of_the_path_in_the_newer_version(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open()
    small_desk.pass_time(5)
    first = {"after": 20 * MINUTE, "condition": "not_acknowledged", "tier": "t3", "owner": "team:leads"}
    small_desk.publish(paths=[{"key": "money", "name": "Money", "steps": [first]}, MATRIX["paths"][1]])
    small_desk.lena.apply(MoveToVersion(incident_id=incident_id, number=2, reason="The path is another one."))
    (step,) = [one for one in small_desk.steps(incident_id) if one.met_at is None]
    assert step.due_at == small_desk.after(15)
