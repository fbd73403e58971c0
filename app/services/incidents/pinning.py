"""Pinning a due time: it wins until it is unpinned, while verdicts go by the computed one (domain.md §3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.models.enums import EventKind, TimerKind
from app.models.timer import Timer
from app.services.clock.events import Act
from app.services.database.errors import StateError, UserError
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents.ladder import policy_of
from app.services.incidents.phases import live
from app.services.incidents.timing import Timers

NEEDS_REASON = "A due time that a person sets needs a reason."
WRITE_IT = "Say in a line why."


@dataclass(frozen=True, kw_only=True)
class PinDue(Operation):
    """Pins a timer's due time, rounded down to the second. Result: ``{"due_at"}``."""

    timer_id: str
    due_at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class UnpinDue(Operation):
    """Lets the computed due time hold again. Result: ``{"due_at"}``."""

    timer_id: str
    reason: str


@handles(PinDue)
def pin_due(work: UnitOfWork, operation: PinDue) -> dict[str, Any]:
    """Refused for a time that has passed, for a timer that has ended, and for a time promised to the customer."""
    timers, row = _open_timer(work, operation.timer_id, operation.reason)
    due_at = operation.due_at.replace(microsecond=0)
    if due_at <= work.now:
        raise UserError("That due time has passed already.", "Choose a later one.")
    return _pin(work, timers, row, due_at, EventKind.PINNED, operation.reason)


@handles(UnpinDue)
def unpin_due(work: UnitOfWork, operation: UnpinDue) -> dict[str, Any]:
    """Refused where nothing is pinned. A computed due time that has passed meanwhile is due now."""
    timers, row = _open_timer(work, operation.timer_id, operation.reason)
    if row.pinned_due_at is None:
        raise StateError("This due time is not pinned.", "Look at the timer again.")
    return _pin(work, timers, row, None, EventKind.UNPINNED, operation.reason)


def _open_timer(work: UnitOfWork, timer_id: str, reason: str) -> tuple[Timers, Timer]:
    """The timer, under its incident's lock."""
    incident = live(work, work.get(Timer, timer_id, "That timer").incident_id)
    timers = Timers(work, incident, policy_of(work, incident).warn_shares)
    row = next((one for one in timers.open() if one.id == timer_id), None)
    if row is None:
        raise StateError("This timer has ended.", "Look at the incident again.")
    if row.promised or row.kind is TimerKind.PROMISE:
        raise StateError(
            "This time was promised to the customer.",
            "Promise them another one: the clock follows what they were told.",
        )
    if not reason.strip():
        raise UserError(NEEDS_REASON, WRITE_IT)
    return timers, row


def _pin(
    work: UnitOfWork, timers: Timers, row: Timer, due_at: datetime | None, event: EventKind, reason: str
) -> dict[str, Any]:
    before = row.due_at
    timers.do(row, Act.PIN, work.now, since=work.now, due=due_at)
    timers.blame(row, event.value)
    timers.settle()
    work.event(
        row.incident_id,
        event,
        text=reason.strip(),
        timer=row.kind.value,
        timer_id=row.id,
        customer=row.customer_id,
        before=before.isoformat(),
        after=row.due_at.isoformat(),
    )
    return {"due_at": row.due_at.isoformat()}
