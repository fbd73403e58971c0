"""Taking back what a message did, as if it had not been sent (domain.md §3.1).

What it ended goes on, what it began is void. Whatever happened after it stands, and does now what the message had
already done: a later message meets first update, whoever took the incident meanwhile has acknowledged it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.models.enums import OPEN_TIMER_STATES, EventKind, MessageState, Phase, StepCondition, TimerKind, TimerState
from app.models.incident import Event, Incident
from app.models.message import Message
from app.models.timer import Timer
from app.services.clock.events import PAUSED_BY_DEFAULT, Act, TimerEvent
from app.services.clock.timers import to_minute
from app.services.database.work import UnitOfWork
from app.services.incidents.acknowledging import withdraw_answer
from app.services.incidents.alerts import alert
from app.services.incidents.ladder import policy_of
from app.services.incidents.pausing import keep_still
from app.services.incidents.promises import void_carried
from app.services.incidents.timing import Timers, pause_words
from app.services.messages.beat import go_on_without
from app.services.messages.effects import note_met

ENDS = frozenset({EventKind.CLOSED, EventKind.WITHDRAWN, EventKind.MERGED})
ACKNOWLEDGING = frozenset(
    {
        EventKind.ACKNOWLEDGED,  # where everyone must, somebody answered after the message
        EventKind.TAKEN,
        EventKind.ACCEPTED,
        EventKind.CONTAINED,
        EventKind.RESOLVED,
        EventKind.MESSAGE_SENT,
    }
)
"""What acknowledges an incident that nobody has acknowledged yet."""


@dataclass(frozen=True, slots=True)
class _Later:
    """Something that happened after the message; ``message`` where it is a message that still counts."""

    kind: EventKind
    at: datetime
    person_id: str | None
    data: Mapping[str, Any]
    message: Message | None

    @property
    def acknowledges(self) -> bool:
        """Whether it acknowledges an incident that nobody has acknowledged: a message of the watch does not."""
        return self.kind in ACKNOWLEDGING and (self.message is None or self.message.author_id is not None)

    def pauses(self, kind: TimerKind) -> bool:
        """Whether timers of that kind stand still from then on."""
        return self.kind is EventKind.WAITING and kind.value in self.data.get("pauses", PAUSED_BY_DEFAULT)


def withdraw(work: UnitOfWork, message: Message, state: MessageState, error: str = "") -> None:
    """Timers stand as if it had not been sent; a moment that passed meanwhile fires then, with its true due time."""
    message.state = state
    incident = work.get(Incident, message.incident_id or "", "That incident", lock=True)
    policy = policy_of(work, incident)
    timers = Timers(work, incident, policy.warn_shares)
    later = tuple(_later(work, message))
    began = _void_started(work, timers, message, later)
    revived = _revive_met(timers, message, later)
    _unpin(timers, message, work.now)
    if began or revived is not None:
        sent = [one.message for one in later if one.message and one.message.customer_id == message.customer_id]
        go_on_without(timers, revived, sent, at=work.now, steady=policy.steady_beat)
    if revived is not None:
        _live_through(timers, revived, later)
    keep_still(incident, policy, timers, work.now)
    if incident.closed_at is not None:
        timers.happen(TimerEvent.ENDED, incident.closed_at)
    _acknowledge_as(work, incident, message, later)
    withdraw_answer(work, incident, message.author_id, message.written_at)
    timers.settle()
    refused = state is MessageState.REFUSED
    work.event(incident.id, EventKind.MESSAGE_WITHDRAWN, text=error or None, message=message.id, refused=refused)
    if refused:
        alert(work, incident, [one for one in (message.author_id, incident.holder_id) if one], "message_refused")


def _void_started(work: UnitOfWork, timers: Timers, message: Message, later: tuple[_Later, ...]) -> bool:
    """What it began is void, a promise wherever it was carried; True where that was the beat of updates."""
    by_id = {row.id: row for row in timers.rows}
    began = False
    for row_id in message.effects.get("started", ()):
        row = by_id.get(row_id)
        if row is None:
            continue
        timers.void(row, work.now)
        _forget(later, row_id)
        began = began or row.kind is TimerKind.NEXT_UPDATE
        void_carried(work, row)
    return began


def _revive_met(timers: Timers, message: Message, later: tuple[_Later, ...]) -> Timer | None:
    """What it ended goes on, and has what came later done to it; gives the pass of next update among it, if one is."""
    by_id = {row.id: row for row in timers.rows}
    update = None
    for row_id in message.effects.get("met", ()):
        row = by_id.get(row_id)
        if row is None or row.state in (*OPEN_TIMER_STATES, TimerState.CANCELLED):
            continue
        timers.revive(row, TimerState(message.effects["states"][row_id]))
        if row.kind is TimerKind.NEXT_UPDATE:
            update = row
        else:
            _live_through(timers, row, later)
    return update


def _unpin(timers: Timers, message: Message, at: datetime) -> None:
    """A time that it stated for an update that ran already is not promised any more."""
    stated = to_minute(message.next_update_at) if message.next_update_at else None
    for row in timers.open():
        pinned, promised = message.effects.get("pins", {}).get(row.id, (None, False))
        if row.id in message.effects.get("pins", {}) and row.pinned_due_at == stated:
            timers.do(row, Act.PIN, at, due=datetime.fromisoformat(pinned) if pinned else None)
            row.promised = promised


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
            yield _Later(event.kind, event.at, event.person_id, event.data, sent)


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
            one.message.effects = note_met(one.message.effects, row.id, before)


def _act_on(timers: Timers, row: Timer, one: _Later) -> tuple[Act | None, dict[str, Any]]:
    if one.kind in ENDS and "merged" not in one.data:  # another one merged into this one ends nothing here
        return Act.CANCEL, {}
    if one.pauses(row.kind):
        return Act.PAUSE, {"reason": pause_words(one.data.get("reason"))}
    if one.acknowledges and _waits_for_acknowledgement(row):
        return Act.STOP, {}
    if row.kind is TimerKind.FIRST_UPDATE:
        mine = one.message is not None and one.message.customer_id == row.customer_id
        if mine and one.acknowledges:
            return Act.STOP, {}
    if one.kind is EventKind.ACKNOWLEDGEMENT_EXPIRED and row.kind is TimerKind.ACKNOWLEDGE:
        return Act.CANCEL if timers.latest(row.kind) is not row else None, {}
    if one.kind is EventKind.TIER_ENTERED and row.kind in (TimerKind.STEP, TimerKind.ACKNOWLEDGE):
        renewed = timers.latest(row.kind) is not row
        return Act.CANCEL if row.kind is TimerKind.STEP or renewed else None, {}
    return Act.RESUME if one.kind in (EventKind.RESUMED, EventKind.RESOLVED) else None, {}


def _waits_for_acknowledgement(row: Timer) -> bool:
    if row.kind is TimerKind.STEP:
        return bool(row.rule.get("condition") == StepCondition.NOT_ACKNOWLEDGED.value)
    return row.kind is TimerKind.ACKNOWLEDGE


def _acknowledge_as(work: UnitOfWork, incident: Incident, message: Message, later: tuple[_Later, ...]) -> None:
    """Who acknowledged it, now that the message did not: whoever was first after it, else nobody."""
    if not message.effects.get("acknowledged") or incident.acknowledged_at != message.written_at:
        return  # it was not this message, or a climb has asked anew since
    again = next((one for one in later if one.acknowledges), None)
    incident.acknowledged_at = again.at if again is not None else None
    held = message.effects.get("held") and incident.holder_id == message.author_id
    if held:
        incident.holder_id = again.person_id if again is not None else None
    if again is None and incident.phase is Phase.ASSESSMENT:
        incident.phase = Phase.TRIAGE
    if again is not None and again.message is not None:
        again.message.effects = {**again.message.effects, "acknowledged": True, "held": bool(held)}


def _forget(later: tuple[_Later, ...], row_id: str) -> None:
    """A later message that ended a void pass ended nothing."""
    for one in later:
        if one.message is not None and row_id in one.message.effects.get("met", ()):
            met = [kept for kept in one.message.effects["met"] if kept != row_id]
            one.message.effects = {**one.message.effects, "met": met}
