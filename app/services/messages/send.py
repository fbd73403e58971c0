"""Sending a message to a customer: what it does to the clocks, when it leaves, and taking it back.

A message counts from the instant its author sent it, if it then left. Until the channel took it, it is provisional;
undone or refused for good, its effect on timers is withdrawn (domain.md §3.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.customer import Contact, Customer
from app.models.enums import (
    Channel,
    EventKind,
    MessageState,
    OutboxState,
    TimerKind,
)
from app.models.incident import Incident
from app.models.message import Message, Outbox
from app.models.people import Person
from app.services.clock.events import TimerEvent
from app.services.database.errors import StateError, UserError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents import phases
from app.services.incidents.ladder import policy_of
from app.services.incidents.pausing import keep_still
from app.services.incidents.phases import live, note_acknowledged
from app.services.incidents.promises import StatedPromise, make_promise
from app.services.incidents.timing import Timers
from app.services.messages.beat import beat_of, begin, coming_update, promise, serve_promised
from app.services.messages.compose import clock_words, missing_in
from app.services.messages.effects import Standing
from app.services.messages.withdrawal import withdraw

UNDO_SECONDS = 10
UPDATE, RESOLUTION = "update", phases.RESOLUTION


@dataclass(frozen=True, kw_only=True)
class SendMessage(Operation):
    """Sends words to the customer.

    ``by_mail`` puts them into the outbox, to leave after the undo time; otherwise the author carries them (copy, phone,
    chat) and ``confirmed`` says that this is done. ``next_update_at`` is the time the words promise; where it is later
    than the computed one, ``reason`` says why. ``promises`` are the others that the words make: they are the author's
    and are taken back with the message. Result: ``{"message_id", "state"}``.
    """

    incident_id: str
    body: str
    channel: Channel
    subject: str = ""
    scenario: str = UPDATE
    recipient: str | None = None
    template_version_id: str | None = None
    next_update_at: datetime | None = None
    reason: str = ""
    by_mail: bool = False
    confirmed: bool = False
    promises: tuple[StatedPromise, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ConfirmMessage(Operation):
    """The channel took the message."""

    message_id: str


@dataclass(frozen=True, kw_only=True)
class WithdrawMessage(Operation):
    """Takes a provisional message back; its effect on timers is withdrawn."""

    message_id: str


@handles(SendMessage)
def send_message(work: UnitOfWork, operation: SendMessage) -> dict[str, Any]:
    """Refused while a placeholder is unresolved, empty, or with a later promise without a reason."""
    incident = live(work, operation.incident_id)
    _check(operation)
    at = max(work.acted_at, incident.raised_at)
    message = _row(work, incident, operation, at)
    timers = Timers(work, incident, policy_of(work, incident).warn_shares)
    standing, holder = Standing.of(timers), incident.holder_id
    by_person = work.actor.id is not None
    acknowledged = by_person and note_acknowledged(work, incident, at)
    resolved_at = incident.resolved_at if operation.scenario == RESOLUTION and by_person else None
    _tell_clocks(work, incident, timers, operation, at)
    _promise(work, incident, timers, operation, message, at)
    keep_still(incident, policy_of(work, incident), timers, at)
    message.effects = {
        "resolution": resolved_at.isoformat() if resolved_at else None,
        "acknowledged": acknowledged,
        "held": incident.holder_id != holder,
        **standing.changes(timers),
    }
    event = work.event(
        incident.id,
        EventKind.MESSAGE_SENT,
        at=at,
        message=message.id,
        channel=operation.channel.value,
        scenario=operation.scenario,
        next_update_at=operation.next_update_at.isoformat() if operation.next_update_at else None,
        reason_id=work.text(operation.reason.strip()),
    )
    event.text_id = message.text_id
    timers.settle()
    if operation.by_mail:
        _enqueue(work, message, operation)
    return {"message_id": message.id, "state": message.state.value}


def _tell_clocks(work: UnitOfWork, incident: Incident, timers: Timers, operation: SendMessage, at: datetime) -> None:
    """A person's message does all that messages do; the watch's serves the next update alone (domain.md §3.1)."""
    beat = beat_of(work.session, incident, at, operation.next_update_at)
    by_person = work.actor.id is not None
    resolution = operation.scenario == RESOLUTION and incident.resolved_at is not None and by_person
    updates = timers.open(TimerKind.NEXT_UPDATE, customer_id=incident.customer_id)
    event = TimerEvent.MESSAGE_LEFT if by_person else TimerEvent.WATCH_MESSAGE_LEFT
    serve_promised(timers, beat)
    timers.happen(
        TimerEvent.RESOLUTION_MESSAGE_LEFT if resolution else event,
        at,
        customer_id=incident.customer_id,
        spared=() if resolution else {row.id for row in updates if beat.spares(row)},
        steady=all(beat.goes_on_from_due(row) for row in updates),
    )
    if by_person and not resolution and not beat.overtaken:
        begin(work, incident, timers, at)
    promise(work, incident, timers, beat, operation.reason)


def _promise(
    work: UnitOfWork, incident: Incident, timers: Timers, operation: SendMessage, message: Message, at: datetime
) -> None:
    owner_id = work.actor.id or incident.holder_id or incident.asked_id
    for stated in operation.promises:
        make_promise(
            work,
            incident,
            timers,
            stated,
            at=at,
            customer_id=incident.customer_id,
            owner_id=owner_id,
            message=message.id,
        )


def _check(operation: SendMessage) -> None:
    if not operation.body.strip():
        raise UserError("The message is empty.", "Write to the customer, or choose a template.")
    missing = missing_in(operation.subject + operation.body)
    if missing:
        raise UserError(f"Still missing: {', '.join(missing)}.", "Fill it in, or take it out of the text.")
    if operation.by_mail and not operation.recipient:
        raise UserError("There is no address to send to.", "Add one to the customer's contact, or copy the text.")


def _row(work: UnitOfWork, incident: Incident, operation: SendMessage, at: datetime) -> Message:
    text_id = work.text(operation.body)
    work.session.flush()
    confirmed = operation.confirmed and not operation.by_mail
    return work.add(
        Message(
            id=new_id(),
            incident_id=incident.id,
            customer_id=incident.customer_id,
            channel=operation.channel,
            scenario=operation.scenario,
            state=MessageState.SENT if confirmed else MessageState.PROVISIONAL,
            recipient=operation.recipient,
            subject=operation.subject,
            text_id=text_id,
            template_version_id=operation.template_version_id,
            author_id=work.actor.id,
            written_at=at,
            left_at=at if confirmed else None,
            next_update_at=operation.next_update_at,
        )
    )


def _enqueue(work: UnitOfWork, message: Message, operation: SendMessage) -> None:
    work.session.flush()
    work.add(
        Outbox(
            id=new_id(),
            key=f"message-{message.id}",
            channel="mail",
            recipient=operation.recipient or "",
            subject=operation.subject,
            text_id=message.text_id,
            message_id=message.id,
            not_before=work.now + timedelta(seconds=UNDO_SECONDS),
            created_at=work.now,
        )
    )


@handles(ConfirmMessage)
def confirm_message(work: UnitOfWork, operation: ConfirmMessage) -> dict[str, Any]:
    """Makes a provisional message final; doing it twice is doing it once."""
    message = work.get(Message, operation.message_id, "That message", lock=True)
    if message.state is MessageState.SENT:
        return {}
    if message.state is not MessageState.PROVISIONAL:
        raise StateError(f"This message was {message.state.value} already.", "Send it again.")
    if work.session.scalar(select(Outbox.id).where(Outbox.message_id == message.id)) is not None:
        raise StateError("The mail server says when this message has left.", "Wait for it, or take the message back.")
    message.state, message.left_at = MessageState.SENT, work.now
    return {}


@handles(WithdrawMessage)
def withdraw_message(work: UnitOfWork, operation: WithdrawMessage) -> dict[str, Any]:
    """Refused once the message has left or is leaving just now."""
    message = work.get(Message, operation.message_id, "That message")
    if message.incident_id is not None:
        work.get(Incident, message.incident_id, "That incident", lock=True)
    work.session.refresh(message, with_for_update=True)
    if message.state is not MessageState.PROVISIONAL:
        raise StateError("This message has left already.", "Send a correction.")
    for row in work.session.scalars(select(Outbox).where(Outbox.message_id == message.id).with_for_update()):
        if row.state in (OutboxState.LEASED, OutboxState.SENT):
            raise StateError("This message is leaving just now.", "Send a correction.")
        row.state = OutboxState.DEAD
    withdraw(work, message, MessageState.WITHDRAWN)
    return {"state": message.state.value}


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom a message about an incident goes."""

    name: str
    email: str
    values: Mapping[str, str | None]
    next_update_at: datetime | None


def addressee(session: Session, incident_id: str, sender_id: str | None, now: datetime) -> Addressee:
    """Who is written to, and the values that templates may name. The next update's time is the timer's own."""
    incident = session.get(Incident, incident_id)
    if incident is None:
        raise StateError("That incident is no longer there.", "Go back to the queue.")
    customer = session.get(Customer, incident.customer_id) if incident.customer_id else None
    contact = (
        session.scalars(
            select(Contact).where(Contact.customer_id == customer.id).order_by(Contact.main.desc(), Contact.id)
        ).first()
        if customer
        else None
    )
    sender = session.get(Person, sender_id) if sender_id else None
    zone = ZoneInfo((customer.time_zone if customer else None) or (sender.time_zone if sender else None) or "UTC")
    coming = coming_update(session, incident, now)
    name = contact.name if contact else ""
    values = {
        "first_name": name.split(" ")[0] or None,
        "contact_name": name or None,
        "customer": customer.name if customer else None,
        "number": f"INC-{incident.number}",
        "title": incident.title,
        "sender": sender.name if sender else None,
        "next_update_time": clock_words(coming, zone) if coming else None,
        "raised_time": clock_words(incident.raised_at, zone),
    }
    return Addressee(name, (contact.email or "") if contact else "", values, coming)
