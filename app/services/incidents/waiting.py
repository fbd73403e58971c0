"""Waiting for somebody: the question asked, the clocks that stand still, what the customer says, and going on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.models.enums import Channel, EventKind, MessageState
from app.models.incident import Incident
from app.models.message import Message
from app.services.clock.events import TimerEvent
from app.services.database.errors import StateError, UserError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents.ladder import policy_of
from app.services.incidents.pausing import kinds_paused
from app.services.incidents.phases import live, wait_no_more
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


@dataclass(frozen=True, kw_only=True)
class CustomerReplied(Operation):
    """Records what the customer said, and ends the waiting. Result: ``{"message_id", "resumed"}``.

    ``channel`` is the incident's own where that is None.
    """

    incident_id: str
    words: str
    channel: Channel | None = None


@dataclass(frozen=True, kw_only=True)
class Thanks(Operation):
    """Records a customer's thanks that needs no answer; the clocks stay as they are. Result: ``{"message_id"}``."""

    incident_id: str
    words: str
    channel: Channel | None = None


@handles(Wait)
def wait(work: UnitOfWork, operation: Wait) -> dict[str, Any]:
    """Pauses the kinds that the version names for the reason; breached ones too, whose overrun stands still."""
    incident = live(work, operation.incident_id)
    if incident.waiting_since is not None:
        raise StateError("This is waiting already.", "Go on first, then wait for something else.")
    if not operation.question.strip():
        raise StateError("Waiting needs the question that was asked.", "Write what you asked, and whom.")
    if operation.follow_up_at <= work.now:
        raise StateError("The follow-up time has passed already.", "Choose a later one.")
    incident.waiting_since, incident.waiting_for = work.now, operation.reason.value
    incident.follow_up_at = operation.follow_up_at
    policy = policy_of(work, incident)
    pauses = kinds_paused(policy, operation.reason.value)
    work.event(
        incident.id,
        EventKind.WAITING,
        text=operation.question,
        reason=operation.reason.value,
        follow_up_at=operation.follow_up_at.isoformat(),
        pauses=[kind.value for kind in pauses],
    )
    timers = Timers(work, incident, policy.warn_shares)
    timers.happen(TimerEvent.WAITING, work.now, pauses=pauses, reason=pause_words(operation.reason.value))
    timers.settle()
    return {}


@handles(GoOn)
def go_on(work: UnitOfWork, operation: GoOn) -> dict[str, Any]:
    """Resumes what stood still."""
    incident = live(work, operation.incident_id)
    if incident.waiting_since is None:
        raise StateError("This is not waiting.", "Go on working on it.")
    _resume(work, incident, operation.words)
    return {}


@handles(CustomerReplied)
def customer_replied(work: UnitOfWork, operation: CustomerReplied) -> dict[str, Any]:
    """Resumes whatever stood still, for whomever it waited: the customer has spoken."""
    incident = live(work, operation.incident_id)
    message = _incoming(work, incident, operation.words, operation.channel, "reply")
    event = work.event(incident.id, EventKind.CUSTOMER_MESSAGE, channel=message.channel.value, message=message.id)
    event.text_id = message.text_id
    waited = incident.waiting_since is not None
    if waited:
        _resume(work, incident)
    return {"message_id": message.id, "resumed": waited}


@handles(Thanks)
def thanks(work: UnitOfWork, operation: Thanks) -> dict[str, Any]:
    """Resumes nothing."""
    incident = live(work, operation.incident_id)
    message = _incoming(work, incident, operation.words, operation.channel, "thanks")
    event = work.event(incident.id, EventKind.THANKED, channel=message.channel.value, message=message.id)
    event.text_id = message.text_id
    return {"message_id": message.id}


def _incoming(work: UnitOfWork, incident: Incident, words: str, channel: Channel | None, scenario: str) -> Message:
    if not words.strip():
        raise UserError("There are no words.", "Write what the customer said.")
    text_id = work.text(words.strip()) or ""
    work.session.flush()  # the words must stand before what refers to them
    return work.add(
        Message(
            id=new_id(),
            incident_id=incident.id,
            customer_id=incident.customer_id,
            incoming=True,
            channel=channel or incident.channel or Channel.EMAIL,
            scenario=scenario,
            state=MessageState.SENT,
            text_id=text_id,
            written_at=work.now,
            left_at=work.now,
        )
    )


def _resume(work: UnitOfWork, incident: Incident, words: str = "") -> None:
    wait_no_more(incident)
    work.event(incident.id, EventKind.RESUMED, text=words or None)
    timers = Timers(work, incident, policy_of(work, incident).warn_shares)
    timers.happen(TimerEvent.CUSTOMER_REPLIED, work.now)
    timers.settle()
