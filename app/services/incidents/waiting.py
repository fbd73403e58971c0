"""Waiting for somebody: the question asked, the clocks that stand still, and going on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.models.enums import EventKind
from app.services.clock.events import TimerEvent
from app.services.database.errors import StateError
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents.ladder import policy_of
from app.services.incidents.phases import live
from app.services.incidents.timing import Timers, pause_words


class WaitingFor(StrEnum):
    """For whom or what an incident waits."""

    CUSTOMER = "customer"
    SUPPLIER = "supplier"
    AGREED_DATE = "agreed_date"


@dataclass(frozen=True, kw_only=True)
class Wait(Operation):
    """Waits, with the question asked and the time after which the holder is reminded."""

    incident_id: str
    reason: WaitingFor
    question: str
    follow_up_at: datetime


@dataclass(frozen=True, kw_only=True)
class GoOn(Operation):
    """Ends the waiting: an answer came, or it is no longer needed."""

    incident_id: str
    words: str = ""


@handles(Wait)
def wait(work: UnitOfWork, operation: Wait) -> dict[str, Any]:
    """Pauses contain, resolve and steps."""
    incident = live(work, operation.incident_id)
    if incident.waiting_since is not None:
        raise StateError("This is waiting already.", "Go on first, then wait for something else.")
    if not operation.question.strip():
        raise StateError("Waiting needs the question that was asked.", "Write what you asked, and whom.")
    if operation.follow_up_at <= work.now:
        raise StateError("The follow-up time has passed already.", "Choose a later one.")
    incident.waiting_since, incident.waiting_for = work.now, operation.reason.value
    incident.follow_up_at = operation.follow_up_at
    work.event(
        incident.id,
        EventKind.WAITING,
        text=operation.question,
        reason=operation.reason.value,
        follow_up_at=operation.follow_up_at.isoformat(),
    )
    timers = Timers(work, incident, policy_of(work, incident).warn_shares)
    timers.happen(TimerEvent.WAITING, work.now, reason=pause_words(operation.reason.value))
    timers.settle()
    return {}


@handles(GoOn)
def go_on(work: UnitOfWork, operation: GoOn) -> dict[str, Any]:
    """Resumes what stood still."""
    incident = live(work, operation.incident_id)
    if incident.waiting_since is None:
        raise StateError("This is not waiting.", "Go on working on it.")
    incident.waiting_since, incident.waiting_for, incident.follow_up_at = None, None, None
    work.event(incident.id, EventKind.RESUMED, text=operation.words or None)
    timers = Timers(work, incident, policy_of(work, incident).warn_shares)
    timers.happen(TimerEvent.CUSTOMER_REPLIED, work.now)
    timers.settle()
    return {}
