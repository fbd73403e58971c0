"""Taking back what a message did, as if it had not been sent (domain.md §3.1).

What it ended goes on, what it began is void. Whatever happened after it stands, and does now what the message had
already done: a later message meets first update, whoever took the incident meanwhile has acknowledged it.
"""

from __future__ import annotations

from typing import Any

from app.models.enums import OPEN_TIMER_STATES, EventKind, MessageState, Phase, StepCondition, TimerKind, TimerState
from app.models.incident import Incident
from app.models.message import Message
from app.models.timer import Timer
from app.services.clock.events import Act
from app.services.database.work import UnitOfWork
from app.services.incidents.acknowledging import withdraw_answer
from app.services.incidents.alerts import alert
from app.services.incidents.ladder import policy_of
from app.services.incidents.promises import void_carried
from app.services.incidents.retargeting import retarget
from app.services.incidents.timing import Timers, pause_words
from app.services.messages.beat_again import go_on_without
from app.services.messages.effects import forget, note_met
from app.services.messages.later import GOES_ON, Later, since


def withdraw(work: UnitOfWork, message: Message, state: MessageState, error: str = "") -> None:
    """Timers stand as if it had not been sent; a moment that passed meanwhile fires then, with its true due time."""
    message.state = state
    incident = work.get(Incident, message.incident_id or "", "That incident", lock=True)
    policy = policy_of(work, incident)
    timers = Timers(work, incident, policy.warn_shares)
    later = since(work, message)
    _void_started(work, timers, message, later.events)
    _revive_met(timers, message, later.events)
    go_on_without(timers, message, later, at=work.now, steady=policy.steady_beat)
    changed = [one for one in later.events if one.kind is EventKind.TARGETS_CHANGED]
    if changed and incident.closed_at is None:  # what goes on again was over when they changed
        retarget(work, incident, policy, timers, str(changed[-1].data["cause"]))
    _acknowledge_as(incident, message, later.events)
    withdraw_answer(work, incident, message.author_id, message.written_at)
    timers.settle()
    refused = state is MessageState.REFUSED
    work.event(incident.id, EventKind.MESSAGE_WITHDRAWN, text=error or None, message=message.id, refused=refused)
    if refused:
        alert(work, incident, [one for one in (message.author_id, incident.holder_id) if one], "message_refused")


def _void_started(work: UnitOfWork, timers: Timers, message: Message, later: tuple[Later, ...]) -> None:
    """What it began is void, a promise wherever it was carried."""
    by_id = {row.id: row for row in timers.rows}
    for row_id in message.effects.get("started", ()):
        row = by_id.get(row_id)
        if row is not None:
            timers.void(row, work.now)
            _forget(later, row_id)
            void_carried(work, row)


def _revive_met(timers: Timers, message: Message, later: tuple[Later, ...]) -> None:
    """What it ended goes on, and has what came later done to it; the beat of updates has its own way."""
    by_id = {row.id: row for row in timers.rows}
    for row_id in message.effects.get("met", ()):
        row = by_id.get(row_id)
        if row is None or row.kind is TimerKind.NEXT_UPDATE or row.state in (*OPEN_TIMER_STATES, TimerState.CANCELLED):
            continue
        timers.revive(row, TimerState(message.effects["states"][row_id]))
        _live_through(timers, row, later)


def _live_through(timers: Timers, row: Timer, later: tuple[Later, ...]) -> None:
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


def _act_on(timers: Timers, row: Timer, one: Later) -> tuple[Act | None, dict[str, Any]]:
    if one.ends:
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
    return Act.RESUME if one.kind in GOES_ON else None, {}


def _waits_for_acknowledgement(row: Timer) -> bool:
    if row.kind is TimerKind.STEP:
        return bool(row.rule.get("condition") == StepCondition.NOT_ACKNOWLEDGED.value)
    return row.kind is TimerKind.ACKNOWLEDGE


def _acknowledge_as(incident: Incident, message: Message, later: tuple[Later, ...]) -> None:
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


def _forget(later: tuple[Later, ...], row_id: str) -> None:
    """A later message that ended a void pass ended nothing."""
    for one in later:
        if one.message is not None and row_id in one.message.effects.get("met", ()):
            one.message.effects = forget(one.message.effects, {row_id})
