"""Counting open timers anew after their calendar changed (domain.md §3: time is counted on the version it falls in).

A calendar serves thousands of timers at once: they are read, worked out and written in bulk, never row by row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

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
from app.services.incidents.timing import SET_ASIDE, Calendars, hours_named
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
FIRST, USED = len(KNOWN), TIMES.index("used_seconds")
CAUSE = "calendar"


def recount(work: UnitOfWork, calendar_id: str) -> int:
    """Gives every open timer that counts on the calendar its due time and moments anew; returns how many changed.

    Verdicts stay, moments that fired never fire again, and one that only now lies in the past is due now. Incidents
    whose due times moved get a line in their timeline.
    """
    work.session.flush()
    _lock(work.session, calendar_id)
    work.alone(hours_named(calendar_id))  # whoever starts a timer on the old hours is waited for, and counted too
    found = rows(work.session, _timers(calendar_id))
    written, moved = _work_out(work, calendar_id, found)
    update_rows(work.session, Timer, written)
    update_rows(work.session, Incident, _settled(found, {one["id"]: one["due_at"] for one in written}))
    _tell(work, calendar_id, moved)
    return len(written)


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


def _work_out(work: UnitOfWork, calendar_id: str, found: Sequence[Any]) -> tuple[list[Row], Mapping[str, list[Moved]]]:
    """The rows to write, and by incident the due times that moved."""
    session, counted = work.session, Calendars(work.session).of(calendar_id)
    pauses, fired, shares = _pauses(session, calendar_id), _fired(session, calendar_id), _WarnShares(session)
    written: list[Row] = []
    moved: dict[str, list[Moved]] = defaultdict(list)
    for row in found:
        key, incident_id, customer_id, kind, state, number, on, start, target, pinned, breached_at, paused_at = row[
            :FIRST
        ]
        *before, version_id, _, aside = row[FIRST:]
        if on != calendar_id or aside:  # one set aside is counted anew once it has fired
            continue
        plan = clock.TimerPlan(kind, start, target, counted, pauses.get(key, ()), shares[version_id], pinned)
        timer = clock.Timer(plan, state, number, fired.get(key, NONE), breached_at)
        after = _times(timer, before, work.now)
        if paused_at is not None:
            after[USED] = clock.used(plan, paused_at)
        if after == before:
            continue
        written.append(dict(zip(TIMES, after, strict=True), id=key))
        if after[0] != before[0] and kind is not TimerKind.STEP:
            moved[incident_id].append(Moved(kind, customer_id, before[0], after[0]))
    return written, moved


NONE: frozenset[Moment] = frozenset()
Row = dict[str, Any]


class Moved(NamedTuple):
    """A due time that is another one now."""

    kind: TimerKind
    customer_id: str | None
    before: datetime
    after: datetime

    def said(self) -> dict[str, Any]:
        """As an event keeps it."""
        return {
            "timer": self.kind.value,
            "customer": self.customer_id,
            "before": self.before.isoformat(),
            "after": self.after.isoformat(),
        }


class _WarnShares(dict[str | None, tuple[float, ...]]):
    """The warn shares of each version, read when first asked for."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session

    def __missing__(self, version_id: str | None) -> tuple[float, ...]:
        policy = load(self.session, version_id) if version_id else None
        self[version_id] = tuple(one / 100 for one in policy.warn_shares) if policy else clock.WARN_SHARES
        return self[version_id]


def _times(timer: clock.Timer, before: Sequence[Any], now: datetime) -> list[Any]:
    """What ``TIMES`` are now. A moment that was due already, and still is at that instant, keeps its true time."""
    times, used, cause = clock.schedule(timer), before[USED], before[USED + 1]
    coming = times.next
    if coming is not None and coming.at <= now and (coming.name, coming.at) != (before[4], before[5]):
        coming = clock.next_moment(timer, now)
        cause = CAUSE if coming is not None and coming.name is Moment.DUE else cause
    name, at = (coming.name, coming.at) if coming is not None else (None, None)
    return [times.due, times.computed_due, times.warn_at, times.soon_at, name, at, used, cause]


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
        key, incident_id, _, kind, state = row[:5]
        before[incident_id] = row[-2]
        if state is TimerState.PAUSED or kind is TimerKind.STEP:
            continue
        due_at = changed.get(key) or row[FIRST]
        if incident_id not in urgent or due_at < urgent[incident_id]:
            urgent[incident_id] = due_at
    return [{"id": key, "due_at": urgent.get(key)} for key, was in before.items() if urgent.get(key) != was]


def _tell(work: UnitOfWork, calendar_id: str, moved: Mapping[str, list[Moved]]) -> None:
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
                "data": {**said, "timers": [one.said() for one in timers]},
                "revision": 1,
            }
            for incident_id, timers in moved.items()
        ],
    )
