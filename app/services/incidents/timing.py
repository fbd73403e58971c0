"""Timers of an incident in the database: start, meet, pause, resume, retarget, pin, cancel."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.calendar import Calendar, CalendarVersion
from app.models.enums import OPEN_TIMER_STATES, Moment, TimerKind, TimerState
from app.models.incident import Incident
from app.models.timer import Firing, Pause, Timer
from app.services.clock import timers as clock
from app.services.clock.calendar import AROUND_THE_CLOCK, CalendarVersions, WorkCalendar
from app.services.clock.events import Act, TimerEvent, effects
from app.services.clock.machine import Deed, begin, perform
from app.services.clock.openings import OpenTime
from app.services.database.identity import new_id
from app.services.database.work import UnitOfWork
from app.services.incidents.at_hand import AtHand

SET_ASIDE = "set_aside"
"""In a timer's rule: the true time of a moment that could not be fired and is tried again later."""

SEVERAL = frozenset({TimerKind.STEP, TimerKind.PROMISE, TimerKind.APPROVAL, TimerKind.OFFER})
"""Kinds of which an incident may have several beside each other."""


def pause_words(waiting_for: str | None) -> str:
    """The reason that stands with a pause while an incident waits."""
    return f"waiting for {(waiting_for or '').replace('_', ' ')}".strip()


_read_calendars: dict[tuple[str, ...], OpenTime] = {}


def _open_time(rows: Sequence[Any]) -> OpenTime:
    """The calendar of those versions; a version never changes, so each set of them is expanded once a process."""
    key = tuple(row.id for row in rows)
    if key not in _read_calendars:
        versions = [(row.holds_from, WorkCalendar.from_json(row.definition)) for row in rows]
        _read_calendars[key] = CalendarVersions.of(versions) if versions else AROUND_THE_CLOCK
    return _read_calendars[key]


def hours_named(calendar_id: str | None) -> str:
    """The name under which acts that count on a calendar and acts that change it wait for each other."""
    return f"hours {calendar_id}"


class Calendars:
    """Calendars by their id, read once for a session.

    A unit of work that starts timers gives itself as ``work``: what it reads then holds until it is over, or is counted
    anew by whoever changes the calendar.
    """

    def __init__(self, session: Session, work: UnitOfWork | None = None) -> None:
        self.session = session
        self.work = work
        self._known: dict[str | None, OpenTime] = {None: AROUND_THE_CLOCK}

    def of(self, calendar_id: str | None) -> OpenTime:
        """The open time of that calendar with all its versions; around the clock for None."""
        if calendar_id not in self._known:
            if self.work is not None:
                self.work.together(hours_named(calendar_id))
            rows = self.session.execute(
                select(CalendarVersion.id, CalendarVersion.holds_from, CalendarVersion.definition)
                .where(CalendarVersion.calendar_id == calendar_id)
                .order_by(CalendarVersion.number)
            ).all()
            self._known[calendar_id] = _open_time(rows)
        return self._known[calendar_id]

    def id_of(self, key: str | None) -> str | None:
        """The id of a calendar by its key."""
        return self.session.scalar(select(Calendar.id).where(Calendar.key == key)) if key else None


@dataclass(frozen=True, slots=True)
class TimerStart:
    """What a new timer starts with. Seconds are counted on ``calendar_id``, around the clock for None."""

    kind: TimerKind
    started_at: datetime
    seconds: int
    calendar_id: str | None = None
    customer_id: str | None = None
    owner_id: str | None = None
    pinned_due_at: datetime | None = None
    promised: bool = False
    rule: dict[str, Any] | None = None


class Timers:
    """The timers of one incident inside a unit of work: rows on the outside, the pure state machine on the inside."""

    def __init__(
        self,
        work: UnitOfWork,
        incident: Incident,
        warn_shares: Iterable[int] = (75, 90),
        at_hand: AtHand | None = None,
    ) -> None:
        self.work = work
        self.incident = incident
        self.warn_shares = tuple(share / 100 for share in warn_shares)
        self.calendars = Calendars(work.session, work)
        self._at_hand = at_hand
        if at_hand is not None:
            self.rows = at_hand.rows
            return
        work.session.flush()
        mine = select(Timer).where(Timer.incident_id == incident.id)
        self.rows = list(work.session.scalars(mine.order_by(Timer.pass_number)))

    def open(self, *kinds: TimerKind, customer_id: str | None = None) -> list[Timer]:
        """The open timers of those kinds (all kinds where none is named), of one customer where one is named."""
        return [
            row
            for row in self.rows
            if row.state in OPEN_TIMER_STATES
            and (not kinds or row.kind in kinds)
            and (customer_id is None or row.customer_id in (None, customer_id))
        ]

    def latest(self, kind: TimerKind, customer_id: str | None = None) -> Timer | None:
        """The last pass of that kind and customer, however it ended."""
        found = [row for row in self.rows if row.kind is kind and row.customer_id == customer_id]
        return max(found, key=lambda row: row.pass_number, default=None)

    def start(self, start: TimerStart) -> Timer:
        """Starts a timer; where this kind and customer had one, as its next pass. Each step and offer is its own."""
        before = None if start.kind in SEVERAL else self.latest(start.kind, start.customer_id)
        plan = clock.TimerPlan(
            kind=start.kind,
            started_at=start.started_at,
            target_seconds=start.seconds,
            calendar=self.calendars.of(start.calendar_id),
            warn_shares=self.warn_shares,
            pinned_due=start.pinned_due_at,
        )
        row = Timer(
            id=new_id(),
            incident_id=self.incident.id,
            customer_id=start.customer_id,
            kind=start.kind,
            calendar_id=start.calendar_id,
            owner_id=start.owner_id,
            promised=start.promised,
            rule=start.rule or {},
        )
        self._write(row, begin(plan, self.work.now, before.pass_number + 1 if before else 1))
        self.work.add(row)
        self.work.session.flush()
        self.rows.append(row)
        return row

    def pass_of(self, row: Timer) -> clock.Timer:
        """The pure pass behind a row."""
        if self._at_hand is None:
            return pass_of(self.work.session, row, self.calendars, self.warn_shares)
        fired = frozenset(self._at_hand.fired[row.id, row.pass_number])
        return _pass(row, self._at_hand.pauses[row.id], fired, self.calendars, self.warn_shares)

    def fired(self, row: Timer, number: int, moment: Moment, due_at: datetime) -> None:
        """Keeps that a moment of that pass was handled; the key of its row makes a second time impossible."""
        now = self.work.now
        self.work.add(Firing(timer_id=row.id, pass_number=number, moment=moment, due_at=due_at, fired_at=now))
        if self._at_hand is not None:
            self._at_hand.fired[row.id, number].add(moment)

    def do(self, row: Timer, act: Act, at: datetime, *, since: datetime | None = None, **details: Any) -> Timer:
        """Does one act of the state machine at ``at``; returns the row that stands now, be it the next pass."""
        change = perform(self.pass_of(row), Deed(at, act, **details))
        self._write(row, change.timer, since)
        self._write_pauses(row, change.timer)
        if change.next_pass is None:
            return row
        following = Timer(
            id=new_id(),
            incident_id=row.incident_id,
            customer_id=row.customer_id,
            kind=row.kind,
            calendar_id=row.calendar_id,
            owner_id=row.owner_id,
            rule=row.rule,
        )
        self._write(following, change.next_pass, since)
        self.work.add(following)
        self.work.session.flush()
        self._write_pauses(following, change.next_pass)
        self.rows.append(following)
        return following

    def happen(
        self,
        event: TimerEvent,
        at: datetime,
        *,
        customer_id: str | None = None,
        pauses: Iterable[TimerKind] | None = None,
        spared: Container[str] = (),
        **details: Any,
    ) -> None:
        """Lets an event of the incident do its acts on the open timers but those ``spared``, as the clock's table says.

        Timers that an event starts are started by the caller, who knows their targets.
        """
        for effect in effects(event, *([pauses] if pauses is not None else [])):
            if effect.act is Act.START:
                continue
            for row in self.open(effect.kind, customer_id=customer_id):
                fits = effect.condition is None or row.rule.get("condition") == effect.condition.value
                if fits and row.id not in spared:
                    self.do(row, effect.act, at, **details)

    def recalculate(self, row: Timer, cause: str) -> None:
        """Writes the instants of an open pass anew, as its row says; what is over only now is due now.

        ``cause`` is noted with a breach that this brings.
        """
        self._write(row, self.pass_of(row), self.work.now)
        self.blame(row, cause)

    def blame(self, row: Timer, cause: str) -> None:
        """Notes what brought a breach that is due only by this act."""
        if row.next_moment is Moment.DUE and row.next_moment_at == self.work.now and row.breached_at is None:
            row.breach_cause = cause

    def void(self, row: Timer, at: datetime) -> None:
        """Ends a pass that should never have begun: no verdict, and no breach that was not recorded before."""
        breached_at = row.breached_at
        self.do(row, Act.CANCEL, at)
        row.state, row.breached_at = TimerState.CANCELLED, breached_at

    def revive(self, row: Timer, state: TimerState) -> None:
        """Lets an ended pass go on as it stood in ``state`` when it was ended: a moment passed meanwhile is due."""
        if state is TimerState.PAUSED:
            held = select(Pause).where(Pause.timer_id == row.id).order_by(Pause.started_at.desc()).limit(1)
            self.work.session.scalars(held).one().ended_at = None
        row.state, row.met_at = state, None
        self.work.session.flush()
        self._write(row, self.pass_of(row))

    def _write(self, row: Timer, timer: clock.Timer, since: datetime | None = None) -> None:
        plan = timer.plan
        if row.rule and SET_ASIDE in row.rule:  # the moment that could not be fired is told anew here
            row.rule = {key: value for key, value in row.rule.items() if key != SET_ASIDE}
            row.failures = 0
        row.state, row.pass_number = timer.state, timer.pass_number
        row.started_at, row.target_seconds = plan.started_at, plan.target_seconds
        row.pinned_due_at = plan.pinned_due
        times = clock.schedule(timer, since)
        row.computed_due_at, row.due_at = times.computed_due, times.due
        row.warn_at, row.soon_at = times.warn_at, times.soon_at
        row.paused_at = clock.paused_since(plan) if timer.state is TimerState.PAUSED else None
        row.met_at, row.breached_at = timer.ended_at, timer.breached_at
        row.kept_pin = clock.kept_pin(timer)
        ended = row.met_at or row.paused_at
        row.used_seconds = clock.used(plan, ended) if ended else 0
        row.next_moment = times.next.name if times.next else None
        row.next_moment_at = times.next.at if times.next else None

    def _write_pauses(self, row: Timer, timer: clock.Timer) -> None:
        session = self.work.session
        if self._at_hand is not None:
            if not timer.plan.pauses:
                return
            held = self._at_hand.pauses[row.id]
        else:
            held = list(session.scalars(select(Pause).where(Pause.timer_id == row.id).order_by(Pause.started_at)))
        for index, pause in enumerate(timer.plan.pauses):
            if index < len(held):
                held[index].ended_at = pause.end
            else:
                made = Pause(
                    id=new_id(), timer_id=row.id, started_at=pause.start, ended_at=pause.end, reason=pause.reason
                )
                held.append(self.work.add(made))
        session.flush()

    def settle(self) -> None:
        """Writes the incident's most urgent due time, by which the queue is ordered."""
        running = [
            row.due_at for row in self.open() if row.state is not TimerState.PAUSED and row.kind is not TimerKind.STEP
        ]
        self.incident.due_at = min(running) if running else None


def pass_of(session: Session, row: Timer, calendars: Calendars, warn_shares: Sequence[float]) -> clock.Timer:
    """The pure pass behind a row, with its pauses and fired moments. ``warn_shares`` lie between 0 and 1."""
    pauses = session.scalars(select(Pause).where(Pause.timer_id == row.id).order_by(Pause.started_at)).all()
    fired = select(Firing.moment).where(Firing.timer_id == row.id, Firing.pass_number == row.pass_number)
    return _pass(row, pauses, frozenset(session.scalars(fired)), calendars, warn_shares)


def _pass(
    row: Timer, pauses: Iterable[Pause], fired: frozenset[Moment], calendars: Calendars, warn_shares: Iterable[float]
) -> clock.Timer:
    plan = clock.TimerPlan(
        kind=row.kind,
        started_at=row.started_at,
        target_seconds=row.target_seconds,
        calendar=calendars.of(row.calendar_id),
        pauses=tuple(clock.Pause(pause.started_at, pause.ended_at, pause.reason) for pause in pauses),
        warn_shares=tuple(warn_shares),
        pinned_due=row.pinned_due_at,
    )
    return clock.Timer(plan, row.state, row.pass_number, fired, row.breached_at, row.met_at)
