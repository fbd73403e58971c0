"""Targets that change while an incident is worked on: what each open timer becomes, and which begin or end.

A new target counts from the original start; elapsed time and pauses stay. It may breach at once, and never takes a
breach or a verdict back (domain.md §3.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.models.customer import Customer
from app.models.enums import OPEN_TIMER_STATES, EventKind, MessageState, TimerKind, TimerState
from app.models.incident import Event, Incident
from app.models.message import Message
from app.models.timer import Timer
from app.services.clock.events import Act
from app.services.clock.machine import Deed, perform
from app.services.clock.targets import WITH_TARGET
from app.services.clock.timers import due as due_of
from app.services.database.work import UnitOfWork
from app.services.incidents.pausing import keep_still
from app.services.incidents.phases import told_of_resolution
from app.services.incidents.targets import IncidentTarget, targets_of
from app.services.incidents.timing import Calendars, Timers, TimerStart, pass_of, pause_words
from app.services.matrix.policy import Policy

RECLASSIFIED, MOVED = "reclassified", "moved"


@dataclass(frozen=True, slots=True)
class TargetChange:
    """What becomes of one timer: ``row`` is None for one that begins, ``target`` None for one that ends.

    ``before`` and ``after`` are due times, None where there is no such timer then.
    """

    kind: TimerKind
    customer_id: str | None
    row: Timer | None
    target: IncidentTarget | None
    start: datetime
    before: datetime | None
    after: datetime | None

    def said(self) -> dict[str, Any]:
        """As an event keeps it."""
        return {
            "timer": self.kind.value,
            "customer": self.customer_id,
            "before": self.before.isoformat() if self.before else None,
            "after": self.after.isoformat() if self.after else None,
        }


def changes(
    session: Session, policy: Policy, incident: Incident, rows: Sequence[Timer], at: datetime
) -> tuple[TargetChange, ...]:
    """What the targets that hold now make of the incident's timers; nothing is written."""
    customer = session.get(Customer, incident.customer_id) if incident.customer_id else None
    targets = {one.kind: one for one in targets_of(session, policy, incident, customer)}
    calendars, shares = Calendars(session), tuple(share / 100 for share in policy.warn_shares)
    found: list[TargetChange] = []
    for kind in WITH_TARGET:
        target = targets.get(kind)
        open_rows = [row for row in rows if row.kind is kind and row.state in OPEN_TIMER_STATES]
        for row in open_rows:
            change = _changed(session, row, target, calendars, shares, at)
            if change is not None:
                found.append(change)
        if target is not None and not any(row.customer_id == _whose(target, incident) for row in open_rows):
            found.extend(_beginning(session, incident, rows, target))
    return tuple(found)


def _changed(
    session: Session,
    row: Timer,
    target: IncidentTarget | None,
    calendars: Calendars,
    shares: tuple[float, ...],
    at: datetime,
) -> TargetChange | None:
    if target is None:
        if row.rule.get("promise"):  # no target had asked for an update that only a message promised
            return None
        return TargetChange(row.kind, row.customer_id, row, None, row.started_at, row.due_at, None)
    if row.target_seconds == target.seconds and row.calendar_id == target.calendar_id:
        return None
    passed = pass_of(session, row, calendars, shares)
    deed = Deed(at, Act.RETARGET, seconds=target.seconds, calendar=target.calendar)
    after = due_of(perform(passed, deed).timer.plan)
    return TargetChange(row.kind, row.customer_id, row, target, row.started_at, row.due_at, after)


def _whose(target: IncidentTarget, incident: Incident) -> str | None:
    return incident.customer_id if target.per_customer else None


def _beginning(
    session: Session, incident: Incident, rows: Sequence[Timer], target: IncidentTarget
) -> Iterator[TargetChange]:
    """A timer that the incident had none of, from its original start, unless what it asks for is done."""
    customer_id = _whose(target, incident)
    passes = [row for row in rows if row.kind is target.kind and row.customer_id == customer_id]
    if passes and passes[-1].state is not TimerState.CANCELLED:
        return
    start = _original_start(session, incident, target.kind)
    if passes and target.kind is not TimerKind.NEXT_UPDATE:
        start = passes[-1].started_at
    if start is not None and not _is_done(session, incident, target.kind):
        yield TargetChange(target.kind, customer_id, None, target, start, None, target.due(start))


def _original_start(session: Session, incident: Incident, kind: TimerKind) -> datetime | None:
    if kind is TimerKind.NEXT_UPDATE:
        return session.scalar(_messages(incident).order_by(Message.written_at.desc()).limit(1))
    climbed = kind is TimerKind.ACKNOWLEDGE and incident.tier_entry > 1
    return incident.tier_entered_at if climbed else incident.raised_at


def _is_done(session: Session, incident: Incident, kind: TimerKind) -> bool:
    match kind:
        case TimerKind.ACKNOWLEDGE:
            return incident.acknowledged_at is not None
        case TimerKind.FIRST_UPDATE:
            return session.scalar(_messages(incident).limit(1)) is not None
        case TimerKind.NEXT_UPDATE:
            return told_of_resolution(session, incident)
        case TimerKind.CONTAIN:
            return incident.contained_at is not None or incident.resolved_at is not None
    return incident.resolved_at is not None


def _messages(incident: Incident) -> Select[datetime]:
    """When people wrote to the customer, by messages that count."""
    return select(Message.written_at).where(
        Message.incident_id == incident.id,
        Message.customer_id == incident.customer_id,
        ~Message.incoming,
        Message.author_id.is_not(None),
        Message.state.in_((MessageState.PROVISIONAL, MessageState.SENT)),
    )


def retarget(
    work: UnitOfWork, incident: Incident, policy: Policy, timers: Timers, cause: str
) -> tuple[TargetChange, ...]:
    """Writes what ``changes`` finds, with one line of the timeline; ``cause`` is *reclassified* or *moved*."""
    found = changes(work.session, policy, incident, timers.rows, work.now)
    customer = work.session.get(Customer, incident.customer_id) if incident.customer_id else None
    for target in targets_of(work.session, policy, incident, customer):
        for row in timers.open(target.kind):
            row.rule = {**{key: value for key, value in row.rule.items() if key != "promise"}, **target.rule}
    for change in found:
        if change.row is None:
            _begin(work, incident, policy, timers, change, cause)
        elif change.target is None:
            timers.do(change.row, Act.CANCEL, work.now)
        else:
            _change(work, timers, change.row, change.target, cause)
    if found:
        work.event(incident.id, EventKind.TARGETS_CHANGED, cause=cause, timers=[one.said() for one in found])
    return found


def _change(work: UnitOfWork, timers: Timers, row: Timer, target: IncidentTarget, cause: str) -> None:
    row.calendar_id = target.calendar_id
    timers.do(row, Act.RETARGET, work.now, since=work.now, seconds=target.seconds, calendar=target.calendar)
    timers.blame(row, cause)


def _begin(
    work: UnitOfWork, incident: Incident, policy: Policy, timers: Timers, change: TargetChange, cause: str
) -> None:
    target = change.target
    assert target is not None  # it begins because there is one
    row = timers.start(
        TimerStart(
            change.kind,
            change.start,
            target.seconds,
            calendar_id=target.calendar_id,
            customer_id=change.customer_id,
            rule=target.rule,
        )
    )
    for start, end, reason in _waits(work.session, incident, change.kind):
        if end > change.start:
            timers.do(row, Act.PAUSE, max(start, change.start), reason=pause_words(reason))
            timers.do(row, Act.RESUME, end)
    keep_still(incident, policy, timers, change.start)
    timers.recalculate(row, cause)


def _waits(session: Session, incident: Incident, kind: TimerKind) -> Iterable[tuple[datetime, datetime, str]]:
    """The spans in which the incident waited and timers of this kind stood still; one that lasts is left out."""
    told = session.execute(
        select(Event.kind, Event.at, Event.data)
        .where(
            Event.incident_id == incident.id, Event.kind.in_((EventKind.WAITING, EventKind.RESUMED, EventKind.RESOLVED))
        )
        .order_by(Event.at, Event.id)
    ).all()
    since: tuple[datetime, str] | None = None
    for what, at, data in told:
        if what is EventKind.WAITING:
            since = (at, data.get("reason", "")) if kind.value in data.get("pauses", ()) else None
        elif since is not None:
            yield since[0], at, since[1]
            since = None
