"""A pinned due time wins; verdicts go by the computed one (domain.md §3.1)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.models.enums import Channel, EventKind, Moment, TimerKind, TimerState
from app.models.incident import Incident
from app.models.timer import Timer
from app.services.database.errors import StateError, UserError
from app.services.incidents.changing import ChangeFacts
from app.services.incidents.phases import Contain, Resolve
from app.services.incidents.pinning import PinDue, UnpinDue
from app.services.messages.send import SendMessage
from app.services.watch.moments import fire_due
from tests.desks import SmallDesk


def at(text: str) -> datetime:
    """A time of Monday, 23 November 2026, in UTC."""
    return datetime.strptime(f"2026-11-23 {text}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def row(desk: SmallDesk, incident_id: str, kind: TimerKind = TimerKind.CONTAIN) -> Timer:
    question = select(Timer).where(Timer.incident_id == incident_id, Timer.kind == kind).order_by(Timer.pass_number)
    return desk.database.read(lambda session: session.scalars(question).all()[-1])


def pin(desk: SmallDesk, incident_id: str, due: str, kind: TimerKind = TimerKind.CONTAIN) -> None:
    timer_id = row(desk, incident_id, kind).id
    desk.lena.apply(PinDue(timer_id=timer_id, due_at=at(due), reason="The supplier comes at noon."))


def test_the_pinned_time_wins_and_is_shown_as_pinned(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(hold=True)
    pin(small_desk, incident_id, "12:30")
    pinned = row(small_desk, incident_id)
    assert (pinned.due_at, pinned.computed_due_at) == (at("12:30"), at("11:00"))
    assert small_desk.timer(incident_id, TimerKind.CONTAIN).pinned is True
    # three quarters of three and a half hours
    assert (pinned.next_moment, pinned.next_moment_at) == (
        Moment.WARN_1,
        datetime(2026, 11, 23, 11, 37, 30, tzinfo=UTC),
    )
    (told,) = [one for one in small_desk.case(incident_id).events if one.kind is EventKind.PINNED]
    assert (told.data["timer"], told.data["before"], told.data["after"], told.body) == (
        "contain",
        at("11:00").isoformat(),
        at("12:30").isoformat(),
        "The supplier comes at noon.",
    )


def test_met_only_against_the_pin_is_late_and_marked(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(hold=True)
    pin(small_desk, incident_id, "12:30")
    small_desk.pass_time(170)
    small_desk.lena.apply(Contain(incident_id=incident_id))
    ended = row(small_desk, incident_id)
    assert (ended.state, ended.kept_pin, ended.breached_at) == (TimerState.MET_LATE, True, None)


def test_met_in_time_needs_no_pin(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(hold=True)
    pin(small_desk, incident_id, "12:30")
    small_desk.pass_time(100)
    small_desk.lena.apply(Contain(incident_id=incident_id))
    assert (row(small_desk, incident_id).state, row(small_desk, incident_id).kept_pin) == (TimerState.MET, False)


def test_past_the_pin_it_is_a_breach_like_any_other(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(hold=True)
    pin(small_desk, incident_id, "12:30")
    small_desk.pass_time(211)
    small_desk.lena.apply(Contain(incident_id=incident_id))
    ended = row(small_desk, incident_id)
    assert (ended.state, ended.kept_pin, ended.breached_at) == (TimerState.MET_LATE, False, at("12:30"))


def test_unpinned_the_computed_time_holds_and_may_be_over(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(hold=True)
    pin(small_desk, incident_id, "12:30")
    small_desk.pass_time(150)
    small_desk.lena.apply(UnpinDue(timer_id=row(small_desk, incident_id).id, reason="He came early."))
    assert (row(small_desk, incident_id).next_moment, row(small_desk, incident_id).due_at) == (Moment.DUE, at("11:00"))
    fire_due(small_desk.watch)
    late = row(small_desk, incident_id)
    assert (late.breached_at, late.breach_cause) == (at("11:30"), "unpinned")


def test_a_pin_stays_when_the_target_changes(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts={"severity": "s3"}, hold=True)
    pin(small_desk, incident_id, "12:30", TimerKind.RESOLVE)
    small_desk.lena.apply(ChangeFacts(incident_id=incident_id, facts={"severity": "s1"}))
    kept = row(small_desk, incident_id, TimerKind.RESOLVE)
    assert (kept.due_at, kept.computed_due_at) == (at("12:30"), at("13:00"))


def test_a_breach_before_the_pin_stays_one(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(hold=True)
    small_desk.clock.turn(minutes=121)  # no watch yet
    pin(small_desk, incident_id, "12:30")
    assert row(small_desk, incident_id).breached_at == at("11:00")
    fire_due(small_desk.watch)
    assert small_desk.kinds(incident_id).count("breached") >= 1
    assert row(small_desk, incident_id).breached_at == at("11:00")


def test_the_incident_is_ordered_by_the_pinned_time(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts={"severity": "s3"}, hold=True)
    pin(small_desk, incident_id, "09:20", TimerKind.RESOLVE)
    found = small_desk.database.read(lambda session: session.get_one(Incident, incident_id).due_at)
    assert found == at("09:20")


def test_what_cannot_be_pinned_says_why(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open()
    timer_id = row(small_desk, incident_id).id
    with pytest.raises(UserError, match="needs a reason"):
        small_desk.lena.apply(PinDue(timer_id=timer_id, due_at=at("12:30"), reason=""))
    with pytest.raises(UserError, match="passed already"):
        small_desk.lena.apply(PinDue(timer_id=timer_id, due_at=at("08:30"), reason="Once."))
    with pytest.raises(StateError, match="not pinned"):
        small_desk.lena.apply(UnpinDue(timer_id=timer_id, reason="Never was."))
    small_desk.lena.apply(Resolve(incident_id=incident_id))
    with pytest.raises(StateError, match="has ended"):
        small_desk.lena.apply(PinDue(timer_id=timer_id, due_at=at("12:30"), reason="Late."))


def test_a_time_told_to_the_customer_is_not_moved_behind_their_back(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open()
    small_desk.lena.apply(
        SendMessage(
            incident_id=incident_id,
            body="More at ten.",
            channel=Channel.EMAIL,
            confirmed=True,
            next_update_at=at("10:00"),
        )
    )
    timer_id = row(small_desk, incident_id, TimerKind.NEXT_UPDATE).id
    with pytest.raises(StateError, match="promised to the customer"):
        small_desk.lena.apply(PinDue(timer_id=timer_id, due_at=at("12:30"), reason="No time."))


def test_a_step_that_is_over_by_being_unpinned_climbs_now_and_the_next_one_counts_from_there(
    small_desk: SmallDesk,
) -> None:
    incident_id = small_desk.open()
    first, second = small_desk.steps(incident_id)
    for step, due in ((first, "11:30"), (second, "15:00")):
        small_desk.lena.apply(PinDue(timer_id=step.id, due_at=at(due), reason="Lena is on it already."))
    small_desk.pass_time(120)
    small_desk.lena.apply(UnpinDue(timer_id=first.id, reason="She is not."))
    small_desk.pass_time(0)
    incident = small_desk.database.read(lambda session: session.get(Incident, incident_id))
    assert incident is not None
    assert (incident.tier, incident.tier_entered_at) == ("t2", at("11:00"))
    (following,) = [one for one in small_desk.steps(incident_id) if one.met_at is None]
    assert following.due_at == at("11:30")
