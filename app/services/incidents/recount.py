"""Counting open timers anew after their calendar changed (domain.md §3: time is counted on the version it falls in).

A calendar serves thousands of timers at once: they are read, worked out and written in bulk, never row by row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Text, and_, cast, func, select
from sqlalchemy.orm import Session

from app.models.calendar import Calendar, CalendarVersion
from app.models.enums import OPEN_TIMER_STATES, EventKind, Moment, TimerKind, TimerState
from app.models.incident import Event, Incident
from app.models.timer import Firing, Pause, Timer
from app.services.clock import timers as clock
from app.services.database.bulk import insert_rows, update_rows
from app.services.database.identity import new_id
from app.services.database.rows import rows
from app.services.database.work import UnitOfWork
from app.services.incidents.timing import SET_ASIDE, Calendars
from app.services.matrix.versions import load

OPEN = Timer.state.in_(OPEN_TIMER_STATES)
TIMES = (
    "due_at", "computed_due_at", "warn_at", "soon_at", "next_moment", "next_moment_at", "used_seconds", "breach_cause",
)  # fmt: skip
"""The columns that a calendar has a say in."""
KNOWN = (
    "id", "incident_id", "customer_id", "kind", "state", "pass_number", "calendar_id", "started_at", "target_seconds",
    "pinned_due_at", "breached_at", "paused_at",
)  # fmt: skip
"""The columns that they are worked out from."""
FIRST = len(KNOWN)
CAUSE = "calendar"


@dataclass(slots=True)
class _Recounted:
    """What came out: rows to write, and by incident the due times that moved."""

    timers: list[dict[str, Any]]
    moved: dict[str, list[dict[str, Any]]]


def recount(work: UnitOfWork, calendar_id: str) -> int:
    """Gives every open timer that counts on the calendar its due time and moments anew; returns how many changed.

    Verdicts stay, moments that fired never fire again, and one that only now lies in the past is due now. Incidents
    whose due times moved get a line in their timeline.
    """
    work.session.flush()
    _lock(work.session, calendar_id)
    calendars = Calendars(work.session)
    found = rows(work.session, _timers(calendar_id))
    done = _work_out(work, calendars, calendar_id, found)
    update_rows(work.session, Timer, done.timers)
    changed = {one["id"]: one["due_at"] for one in done.timers}
    update_rows(work.session, Incident, _settled(found, changed))
    _tell(work, calendar_id, done.moved)
    return len(done.timers)


def _lock(session: Session, calendar_id: str) -> None:
    """Other acts on these incidents wait; always in one order, so that two never wait for each other."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(
            select(Incident.id).where(Incident.id.in_(_incidents(calendar_id))).order_by(Incident.id).with_for_update()
        )


def _incidents(calendar_id: str) -> Select[str]:
    return select(Timer.incident_id).where(Timer.calendar_id == calendar_id, OPEN)


def _timers(calendar_id: str) -> Select[Any]:
    """All open timers of the incidents concerned, those on other calendars too: the most urgent may be one of them."""
    return (
        select(
            *(getattr(Timer, name) for name in (*KNOWN, *TIMES)),
            Incident.version_id,
            Incident.due_at.label("incident_due_at"),
            cast(Timer.rule, Text).contains(SET_ASIDE).label("aside"),
        )
        .join(Incident, Incident.id == Timer.incident_id)
        .where(OPEN, Timer.incident_id.in_(_incidents(calendar_id)))
        .order_by(Timer.incident_id, Timer.id)
    )


def _work_out(work: UnitOfWork, calendars: Calendars, calendar_id: str, found: Sequence[Any]) -> _Recounted:
    session, counted = work.session, calendars.of(calendar_id)
    pauses, fired = _pauses(session, calendar_id), _fired(session, calendar_id)
    shares: dict[str | None, tuple[float, ...]] = {}
    done = _Recounted([], defaultdict(list))
    for row in found:
        if row.calendar_id != calendar_id or row.aside:  # one set aside is counted anew once it has fired
            continue
        if row.version_id not in shares:
            policy = load(session, row.version_id) if row.version_id else None
            shares[row.version_id] = tuple(one / 100 for one in policy.warn_shares) if policy else clock.WARN_SHARES
        plan = clock.TimerPlan(
            row.kind,
            row.started_at,
            row.target_seconds,
            counted,
            pauses.get(row.id, ()),
            shares[row.version_id],
            row.pinned_due_at,
        )
        timer = clock.Timer(plan, row.state, row.pass_number, fired.get(row.id, NONE), row.breached_at)
        _compare(done, row, timer, work.now)
    return done


NONE: frozenset[Moment] = frozenset()


def _compare(done: _Recounted, row: Any, timer: clock.Timer, now: datetime) -> None:
    """Notes what changed of a row. A moment that was due already, and still is at that instant, keeps its true time."""
    times = clock.schedule(timer)
    coming, cause = (times.next.name, times.next.at) if times.next else (None, None), row.breach_cause
    if coming[1] is not None and coming[1] <= now and coming != (row.next_moment, row.next_moment_at):
        late = clock.next_moment(timer, now)
        coming = (late.name, late.at) if late else (None, None)
        cause = CAUSE if late is not None and late.name is Moment.DUE else cause
    used = clock.used(timer.plan, row.paused_at) if row.paused_at else row.used_seconds
    new = (times.due, times.computed_due, times.warn_at, times.soon_at, *coming, used, cause)
    if new == row[FIRST : FIRST + len(TIMES)]:
        return
    done.timers.append({"id": row.id, **dict(zip(TIMES, new, strict=True))})
    if times.due != row.due_at and row.kind is not TimerKind.STEP:
        done.moved[row.incident_id].append(
            {
                "timer": row.kind.value,
                "customer": row.customer_id,
                "before": row.due_at.isoformat(),
                "after": times.due.isoformat(),
            }
        )


def _pauses(session: Session, calendar_id: str) -> Mapping[str, tuple[clock.Pause, ...]]:
    question = (
        select(Pause.timer_id, Pause.started_at, Pause.ended_at)
        .join(Timer, Timer.id == Pause.timer_id)
        .where(Timer.calendar_id == calendar_id, OPEN)
        .order_by(Pause.started_at)
    )
    found: dict[str, tuple[clock.Pause, ...]] = {}
    for timer_id, start, end in rows(session, question):
        found[timer_id] = (*found.get(timer_id, ()), clock.Pause(start, end))
    return found


def _fired(session: Session, calendar_id: str) -> Mapping[str, frozenset[Moment]]:
    question = (
        select(Firing.timer_id, Firing.moment)
        .join(Timer, and_(Timer.id == Firing.timer_id, Timer.pass_number == Firing.pass_number))
        .where(Timer.calendar_id == calendar_id, OPEN)
    )
    found: dict[str, frozenset[Moment]] = {}
    for timer_id, moment in rows(session, question):
        found[timer_id] = found.get(timer_id, NONE) | {moment}
    return found


def _settled(found: Iterable[Any], changed: Mapping[str, datetime]) -> list[dict[str, Any]]:
    """The incidents whose most urgent due time is another one now, as ``Timers.settle`` finds it."""
    urgent: dict[str, datetime] = {}
    before: dict[str, datetime | None] = {}
    for row in found:
        before[row.incident_id] = row.incident_due_at
        if row.state is TimerState.PAUSED or row.kind is TimerKind.STEP:
            continue
        due_at = changed.get(row.id, row.due_at)
        if row.incident_id not in urgent or due_at < urgent[row.incident_id]:
            urgent[row.incident_id] = due_at
    return [{"id": key, "due_at": urgent.get(key)} for key, was in before.items() if urgent.get(key) != was]


def _tell(work: UnitOfWork, calendar_id: str, moved: Mapping[str, list[dict[str, Any]]]) -> None:
    if not moved:
        return
    name = work.session.scalar(select(Calendar.name).where(Calendar.id == calendar_id))
    number = work.session.scalar(
        select(func.max(CalendarVersion.number)).where(CalendarVersion.calendar_id == calendar_id)
    )
    said = {"cause": CAUSE, "calendar": name, "calendar_version": number}
    insert_rows(
        work.session,
        Event,
        [
            {
                "id": new_id(),
                "incident_id": incident_id,
                "kind": EventKind.TARGETS_CHANGED,
                "at": work.now,
                "recorded_at": work.now,
                "person_id": work.actor.id,
                "operation_id": work.operation.id,
                "data": {**said, "timers": timers},
                "revision": 1,
            }
            for incident_id, timers in moved.items()
        ],
    )
