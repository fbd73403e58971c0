"""Taking back what a message did, as if it had not been sent (domain.md §3.1).

What it ended goes on, what it began is void. Whatever happened after it stands, and does now what the message had
already done: a later message meets first update, whoever took the incident meanwhile has acknowledged it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.models.enums import OPEN_TIMER_STATES, EventKind, MessageState, Phase, StepCondition, TimerKind, TimerState
from app.models.incident import Event, Incident
from app.models.message import Message
from app.models.timer import Timer
from app.services.clock.events import Act
from app.services.database.work import UnitOfWork
from app.services.incidents.alerts import alert
from app.services.incidents.ladder import policy_of
from app.services.incidents.timing import Timers, pause_words

UPDATES = (TimerKind.FIRST_UPDATE, TimerKind.NEXT_UPDATE)
ACKNOWLEDGING = frozenset(
    {EventKind.TAKEN, EventKind.ACCEPTED, EventKind.CONTAINED, EventKind.RESOLVED, EventKind.MESSAGE_SENT}
)
"""What acknowledges an incident that nobody has acknowledged yet."""


@dataclass(frozen=True, slots=True)
class _Later:
    """Something that happened after the message; ``message`` where it is a message that still counts."""

    kind: EventKind
    at: datetime
    person_id: str | None
    reason: str
    message: Message | None


def withdraw(work: UnitOfWork, message: Message, state: MessageState, error: str = "") -> None:
    """Timers stand as if it had not been sent; a moment that passed meanwhile fires then, with its true due time."""
    message.state = state
    incident = work.get(Incident, message.incident_id or "", "That incident", lock=True)
    timers = Timers(work, incident, policy_of(work, incident).warn_shares)
    later = tuple(_later(work, message))
    by_id = {row.id: row for row in timers.rows}
    for row_id in message.effects.get("started", ()):
        if row_id in by_id:
            timers.void(by_id[row_id], work.now)
            _forget(later, row_id)
    for row_id in message.effects.get("met", ()):
        row = by_id.get(row_id)
        if row is not None and row.state not in (*OPEN_TIMER_STATES, TimerState.CANCELLED):
            timers.revive(row, TimerState(message.effects["states"][row_id]))
            _live_through(timers, row, later)
    _acknowledge_as(incident, message, later)
    timers.settle()
    refused = state is MessageState.REFUSED
    work.event(incident.id, EventKind.MESSAGE_WITHDRAWN, text=error or None, message=message.id, refused=refused)
    if refused:
        alert(work, incident, [one for one in (message.author_id, incident.holder_id) if one], "message_refused")


def _later(work: UnitOfWork, message: Message) -> Iterator[_Later]:
    """What happened after the message, in order; messages that were taken back too are passed over."""
    mine = Event.incident_id == message.incident_id
    events = work.session.scalars(select(Event).where(mine).order_by(Event.at, Event.recorded_at, Event.id)).all()
    own = next(one for one in events if one.kind is EventKind.MESSAGE_SENT and one.data.get("message") == message.id)
    counting = {
        one.id: one
        for one in work.session.scalars(
            select(Message).where(
                Message.incident_id == message.incident_id,
                ~Message.incoming,
                Message.state.in_((MessageState.PROVISIONAL, MessageState.SENT)),
            )
        )
    }
    for event in events:
        after = (event.recorded_at, event.id) > (own.recorded_at, own.id) and event.operation_id != own.operation_id
        sent = counting.get(event.data.get("message", "")) if event.kind is EventKind.MESSAGE_SENT else None
        if after and (event.kind is not EventKind.MESSAGE_SENT or sent is not None):
            yield _Later(event.kind, event.at, event.person_id, str(event.data.get("reason") or ""), sent)


def _live_through(timers: Timers, row: Timer, later: tuple[_Later, ...]) -> None:
    """Does to a revived pass what would have been done to it since."""
    for one in later:
        if row.state not in OPEN_TIMER_STATES:
            return
        before = row.state
        act, details = _act_on(timers, row, one)
        if act is not None:
            timers.do(row, act, max(one.at, row.started_at), **details)
        if one.message is not None and row.state not in OPEN_TIMER_STATES:
            _remember(one.message, row.id, before)


def _act_on(timers: Timers, row: Timer, one: _Later) -> tuple[Act | None, dict[str, Any]]:
    if one.kind is EventKind.CLOSED:
        return Act.CANCEL, {}
    if row.kind in UPDATES:
        return Act.STOP if one.message is not None and one.message.customer_id == row.customer_id else None, {}
    if one.kind in ACKNOWLEDGING and _waits_for_acknowledgement(row):
        return Act.STOP, {}
    if one.kind is EventKind.TIER_ENTERED:
        renewed = timers.latest(row.kind) is not row
        return Act.CANCEL if row.kind is TimerKind.STEP or renewed else None, {}
    if row.kind is TimerKind.STEP and one.kind is EventKind.WAITING:
        return Act.PAUSE, {"reason": pause_words(one.reason)}
    return Act.RESUME if row.kind is TimerKind.STEP and one.kind is EventKind.RESUMED else None, {}


def _waits_for_acknowledgement(row: Timer) -> bool:
    if row.kind is TimerKind.STEP:
        return bool(row.rule.get("condition") == StepCondition.NOT_ACKNOWLEDGED.value)
    return row.kind is TimerKind.ACKNOWLEDGE


def _acknowledge_as(incident: Incident, message: Message, later: tuple[_Later, ...]) -> None:
    """Who acknowledged it, now that the message did not: whoever was first after it, else nobody."""
    if not message.effects.get("acknowledged") or incident.acknowledged_at != message.written_at:
        return  # it was not this message, or a climb has asked anew since
    again = next((one for one in later if one.kind in ACKNOWLEDGING), None)
    incident.acknowledged_at = again.at if again is not None else None
    held = message.effects.get("held") and incident.holder_id == message.author_id
    if held:
        incident.holder_id = again.person_id if again is not None else None
    if again is None and incident.phase is Phase.ASSESSMENT:
        incident.phase = Phase.TRIAGE
    if again is not None and again.message is not None:
        again.message.effects = {**again.message.effects, "acknowledged": True, "held": bool(held)}


def _remember(message: Message, row_id: str, state: TimerState) -> None:
    """Notes that a later message ended this pass, for the day it is taken back too."""
    effects = message.effects
    states = {**effects.get("states", {}), row_id: state.value}
    message.effects = {**effects, "met": [*effects.get("met", ()), row_id], "states": states}


def _forget(later: tuple[_Later, ...], row_id: str) -> None:
    """A later message that ended a void pass ended nothing."""
    for one in later:
        if one.message is not None and row_id in one.message.effects.get("met", ()):
            met = [kept for kept in one.message.effects["met"] if kept != row_id]
            one.message.effects = {**one.message.effects, "met": met}
