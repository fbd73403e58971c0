"""A changed calendar moves the due times of what is open, and nothing that was decided (domain.md §3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import event, select

from app.models.calendar import Calendar
from app.models.enums import EventKind, Moment, TimerKind, TimerState
from app.models.incident import Incident
from app.models.timer import Timer
from app.services.calendars import WriteCalendar
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents.phases import Resolve
from app.services.incidents.recount import recount
from app.services.incidents.waiting import GoOn, Wait, WaitingFor
from app.services.watch.moments import fire_due
from tests.desks import SmallDesk

TUESDAY = date(2026, 11, 24)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
HOURS = {day: [["08:00", "20:00"]] for day in WEEKDAYS}
S3 = {"severity": "s3"}


def at(text: str) -> datetime:
    """An instant of November 2026: "24 13:00" is UTC, an hour behind Oslo."""
    return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class CountAnew(Operation):
    """Counts the support calendar's timers anew."""


@handles(CountAnew)
def count_anew(work: UnitOfWork, operation: CountAnew) -> int:
    calendar_id = work.session.scalars(select(Calendar.id).where(Calendar.key == "support")).one()
    return recount(work, calendar_id)


def change(desk: SmallDesk, hours: dict[str, Any] | None = None, **definition: Any) -> None:
    """A version of the support hours from Tuesday on."""
    written = {"time_zone": "Europe/Oslo", "hours": hours or HOURS, **definition}
    desk.priya.apply(WriteCalendar(key="support", name="Support", definition=written, holds_from=TUESDAY))
    desk.priya.apply(CountAnew())


def row(desk: SmallDesk, incident_id: str, kind: TimerKind = TimerKind.RESOLVE) -> Timer:
    question = select(Timer).where(Timer.incident_id == incident_id, Timer.kind == kind)
    return desk.database.read(lambda session: session.scalars(question.order_by(Timer.pass_number)).all()[-1])


def told(desk: SmallDesk, incident_id: str) -> list[dict[str, Any]]:
    return [dict(one.data) for one in desk.case(incident_id).events if one.kind is EventKind.TARGETS_CHANGED]


def test_a_day_that_closes_moves_due_time_and_moments(small_desk: SmallDesk) -> None:
    # 16 h from Monday 10:00 in Oslo: ten on Monday, six more from 08:00 on Tuesday
    incident_id = small_desk.open(facts=S3)
    assert row(small_desk, incident_id).due_at == at("24 13:00")
    change(small_desk, exceptions={"2026-11-24": []})
    moved = row(small_desk, incident_id)
    assert (moved.due_at, moved.computed_due_at) == (at("25 13:00"), at("25 13:00"))
    assert (moved.warn_at, moved.soon_at) == (at("25 09:00"), at("25 12:55"))
    assert (moved.next_moment, moved.next_moment_at) == (Moment.WARN_1, at("25 09:00"))
    assert told(small_desk, incident_id) == [
        {
            "cause": "calendar",
            "calendar": "Support",
            "calendar_version": 2,
            "timers": [
                {
                    "timer": "resolve",
                    "customer": None,
                    "before": at("24 13:00").isoformat(),
                    "after": at("25 13:00").isoformat(),
                }
            ],
        }
    ]


def test_the_incident_is_ordered_by_its_new_due_time(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts=S3)
    small_desk.pass_time(8 * 60 + 1)  # acknowledge (8 h around the clock) is over, resolve goes on
    change(small_desk, {day: [["08:00", "11:00"]] for day in WEEKDAYS})
    due = {one.kind: one.due_at for one in small_desk.case(incident_id).timers}
    assert due[TimerKind.RESOLVE] == at("25 10:00")
    found = small_desk.database.read(lambda session: session.get_one(Incident, incident_id).due_at)
    assert found == min(due.values()) == at("23 17:00")


def test_what_ended_and_what_counts_elsewhere_stays(small_desk: SmallDesk) -> None:
    ended = small_desk.open(facts=S3)
    small_desk.lena.apply(Resolve(incident_id=ended))
    elsewhere = small_desk.open()  # urgent: every target counts around the clock
    before = [row(small_desk, ended).due_at, row(small_desk, elsewhere).due_at]
    change(small_desk, exceptions={"2026-11-24": []})
    assert [row(small_desk, ended).due_at, row(small_desk, elsewhere).due_at] == before
    assert told(small_desk, ended) == told(small_desk, elsewhere) == []


def test_a_second_count_finds_nothing_to_change(small_desk: SmallDesk) -> None:
    small_desk.open(facts=S3)
    change(small_desk, exceptions={"2026-11-24": []})
    assert small_desk.priya.apply(CountAnew()).result == 0


def test_a_due_time_that_only_now_lies_in_the_past_is_due_now(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts=S3)
    small_desk.pass_time(21 * 60)  # 07:00 in Oslo, an hour before the doors open
    change(small_desk, {day: [["00:00", "24:00"]] for day in WEEKDAYS})
    late = row(small_desk, incident_id)
    assert late.due_at == at("24 05:00")
    assert (late.next_moment, late.next_moment_at) == (Moment.DUE, small_desk.clock.now())
    assert fire_due(small_desk.watch) == 1
    assert row(small_desk, incident_id).breach_cause == "calendar"
    assert row(small_desk, incident_id).breached_at == at("24 06:00")


def test_a_breach_stays_and_a_fired_warning_does_not_come_again(small_desk: SmallDesk) -> None:
    warned, breached = small_desk.open(facts=S3), small_desk.open(facts=S3)
    small_desk.clock.turn(minutes=24 * 60)  # 10:00 on Tuesday: 12 h, three quarters
    fire_due(small_desk.watch)
    assert row(small_desk, warned).next_moment is Moment.WARN_2
    change(small_desk, {**HOURS, "tue": [["08:00", "11:00"]]})
    assert row(small_desk, warned).due_at == at("25 10:00")
    assert (row(small_desk, warned).next_moment, row(small_desk, warned).next_moment_at) == (
        Moment.WARN_2,
        at("25 08:24"),
    )
    small_desk.clock.turn(minutes=26 * 60)
    fire_due(small_desk.watch)
    kinds = small_desk.kinds(breached)
    # acknowledge and resolve warn twice and five minutes before, each once
    assert (kinds.count("breached"), kinds.count("warned")) == (2, 6)
    assert row(small_desk, breached).breached_at == at("25 10:00")


def test_a_missed_moment_keeps_its_true_time(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts=S3)
    small_desk.clock.turn(minutes=28 * 60)  # nobody kept watch: 14:00 on Tuesday, due at this instant
    change(small_desk, {**HOURS, "wed": [["09:00", "20:00"]]})
    missed = row(small_desk, incident_id)
    assert (missed.next_moment, missed.next_moment_at) == (Moment.WARN_1, at("24 09:00"))
    assert told(small_desk, incident_id) == []


def test_a_pause_is_left_out_before_and_after(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts=S3)
    small_desk.pass_time(60)
    small_desk.lena.apply(
        Wait(incident_id=incident_id, reason=WaitingFor.CUSTOMER, question="Which card?", follow_up_at=at("24 12:00"))
    )
    change(small_desk, exceptions={"2026-11-24": []})
    paused = row(small_desk, incident_id)
    # one hour used; without any wait the other fifteen would be over on Wednesday at 14:00
    assert (paused.state, paused.used_seconds, paused.due_at) == (TimerState.PAUSED, 3600, at("25 13:00"))
    assert paused.next_moment is None
    small_desk.pass_time(2 * 60)
    small_desk.lena.apply(GoOn(incident_id=incident_id))
    assert row(small_desk, incident_id).due_at == at("25 15:00")
    assert small_desk.priya.apply(CountAnew()).result == 0


@pytest.mark.parametrize("incidents", [1, 6])
def test_the_number_of_questions_does_not_grow(sqlite_desk: SmallDesk, incidents: int) -> None:
    for _ in range(incidents):
        sqlite_desk.open(facts=S3)
    written = {"time_zone": "Europe/Oslo", "hours": HOURS, "exceptions": {"2026-11-24": []}}
    sqlite_desk.priya.apply(WriteCalendar(key="support", name="Support", definition=written, holds_from=TUESDAY))
    asked: list[str] = []
    event.listen(sqlite_desk.database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    sqlite_desk.priya.apply(CountAnew())
    assert len(asked) < 25


def test_whoever_counts_on_hours_and_whoever_changes_them_wait_for_each_other(postgresql_desk: SmallDesk) -> None:
    asked: list[str] = []
    event.listen(postgresql_desk.database.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))

    def place(words: str) -> int:
        return next(number for number, statement in enumerate(asked) if words in statement)

    postgresql_desk.open(facts=S3)
    # what a timer starts with is read after the lock: it cannot be outdated unseen
    assert "FROM calendar_versions" in asked[place("pg_advisory_xact_lock_shared(") + 1]
    asked.clear()
    postgresql_desk.priya.apply(CountAnew())
    # incidents first, then the hours: an act that holds its incident and asks for hours never waits in a circle
    assert place("FOR UPDATE") < place("pg_advisory_xact_lock(") < place("FROM calendar_versions")
