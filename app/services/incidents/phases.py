"""The acts that move an incident through its phases: acknowledge, contain, resolve, close, reopen, step back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.enums import EventKind, MessageState, Phase, TimerKind
from app.models.incident import HandOff, Incident
from app.models.message import Message
from app.services.clock.events import TimerEvent
from app.services.database.errors import StateError
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents import passes
from app.services.incidents.acknowledging import asked_since, take_answer
from app.services.incidents.alerts import alert
from app.services.incidents.ladder import arm_steps, policy_of
from app.services.incidents.pausing import keep_still
from app.services.incidents.timing import Timers
from app.services.matrix.policy import Policy

RESOLUTION = "resolution"
"""The scenario of a message that tells the customer of the resolution."""

CONTINUE = "Open a new incident that continues this one."


@dataclass(frozen=True, kw_only=True)
class Acknowledge(Operation):
    """Says that somebody has seen it and has it; they become the holder."""

    incident_id: str


@dataclass(frozen=True, kw_only=True)
class Contain(Operation):
    """Says that the harm has stopped growing; opens resolution."""

    incident_id: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Resolve(Operation):
    """Says that the cause is gone for this customer; opens communication."""

    incident_id: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Close(Operation):
    """Ends the incident. Without a resolution message it needs a reason."""

    incident_id: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Reopen(Operation):
    """Takes up a resolved incident again, within the version's days."""

    incident_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class StepBack(Operation):
    """Goes back to an earlier phase. What was contained or resolved is not any more, and its clock goes on."""

    incident_id: str
    phase: Phase
    reason: str


def live(work: UnitOfWork, incident_id: str) -> Incident:
    """The incident, if it is one that can be worked on: not history, not closed."""
    incident = work.get(Incident, incident_id, "That incident", lock=True)
    if incident.version_id is None:
        raise StateError("This incident is history; it has no live timers.", "Open a new incident instead.")
    if incident.closed_at is not None:
        raise StateError("This incident is closed.", CONTINUE if incident.ended_as else "Reopen it first.")
    return incident


def live_pair(work: UnitOfWork, incident_id: str, other_id: str) -> tuple[Incident, Incident]:
    """Two incidents that can be worked on, locked in an order that is the same whichever comes first."""
    found = {one: live(work, one) for one in sorted((incident_id, other_id))}
    return found[incident_id], found[other_id]


def advance(incident: Incident, phase: Phase) -> None:
    """Moves the phase forward, never back."""
    if phase.number > incident.phase.number:
        incident.phase = phase


def take_hold(work: UnitOfWork, incident: Incident) -> None:
    """Makes the actor the holder, and records when that is somebody new."""
    if work.actor.id is None or incident.holder_id == work.actor.id:
        return
    work.event(incident.id, EventKind.TAKEN, before=incident.holder_id, holder=work.actor.id)
    incident.holder_id = work.actor.id


def note_acknowledged(work: UnitOfWork, incident: Incident, at: datetime | None = None) -> bool:
    """What acknowledging does to phase and record, whichever act brought it. False where it was done already.

    ``at`` is the instant from which the act counts, now where that is None.
    """
    at, first = at or work.now, incident.acknowledged_at is None
    take_answer(work, incident, at, first=first)
    if not first:
        return False
    incident.acknowledged_at = at
    advance(incident, Phase.ASSESSMENT)
    seconds = max(0, int((at - asked_since(work.session, incident)).total_seconds()))
    work.event(incident.id, EventKind.ACKNOWLEDGED, at=at, seconds=seconds)
    if incident.holder_id is None:
        take_hold(work, incident)
    return True


@handles(Acknowledge)
def acknowledge(work: UnitOfWork, operation: Acknowledge) -> dict[str, Any]:
    """Meets acknowledge and the steps on *not acknowledged*; where everyone must, later ones record their answer."""
    incident = live(work, operation.incident_id)
    if incident.acknowledged_at is not None:
        return _answer_too(work, incident)
    note_acknowledged(work, incident)
    take_hold(work, incident)
    timers = Timers(work, incident, policy_of(work, incident).warn_shares)
    timers.happen(TimerEvent.ACKNOWLEDGED, work.now)
    timers.settle()
    return _verdict(timers, TimerKind.ACKNOWLEDGE)


def _answer_too(work: UnitOfWork, incident: Incident) -> dict[str, Any]:
    """The answer of somebody who must give their own: holder and clocks stay as the first one left them."""
    mine = take_answer(work, incident, work.now, first=False)
    if mine is None:
        raise StateError("This is acknowledged already.", "Look who has it now.")
    seconds = max(0, int((work.now - mine.asked_at).total_seconds()))
    work.event(incident.id, EventKind.ACKNOWLEDGED, seconds=seconds, everyone=True)
    return {"seconds": seconds}


@handles(Contain)
def contain(work: UnitOfWork, operation: Contain) -> dict[str, Any]:
    """Meets contain and the steps on *not contained*."""
    incident = live(work, operation.incident_id)
    if incident.contained_at is not None or incident.resolved_at is not None:
        raise StateError("This is contained already.", "Go on to resolve it.")
    note_acknowledged(work, incident)
    incident.contained_at = work.now
    advance(incident, Phase.RESOLUTION)
    work.event(incident.id, EventKind.CONTAINED, text=operation.note or None, key=True)
    timers = Timers(work, incident, policy_of(work, incident).warn_shares)
    timers.happen(TimerEvent.CONTAINED, work.now)
    timers.settle()
    return _verdict(timers, TimerKind.CONTAIN)


@handles(Resolve)
def resolve(work: UnitOfWork, operation: Resolve) -> dict[str, Any]:
    """Meets resolve, contain too if still open; steps, offers and approvals are cancelled."""
    incident = live(work, operation.incident_id)
    if incident.resolved_at is not None:
        raise StateError("This is resolved already.", "Tell the customer, then close it.")
    note_acknowledged(work, incident)
    incident.contained_at = incident.contained_at or work.now
    incident.resolved_at = work.now
    wait_no_more(incident)
    advance(incident, Phase.COMMUNICATION)
    work.event(incident.id, EventKind.RESOLVED, text=operation.note or None, key=True)
    timers = Timers(work, incident, policy_of(work, incident).warn_shares)
    timers.happen(TimerEvent.RESOLVED, work.now)
    timers.happen(TimerEvent.CUSTOMER_REPLIED, work.now)  # what still runs waits for nobody now
    _cancel_offers(work, incident)
    timers.settle()
    return _verdict(timers, TimerKind.RESOLVE)


def wait_no_more(incident: Incident) -> None:
    """Ends the waiting; the timers that stood still are the caller's."""
    incident.waiting_since, incident.waiting_for, incident.follow_up_at = None, None, None


def _cancel_offers(work: UnitOfWork, incident: Incident) -> None:
    """An offer ends with its timer; otherwise it would stand in the way of the next one for ever."""
    waiting = select(HandOff).where(HandOff.incident_id == incident.id, HandOff.state == "offered")
    for offer in work.session.scalars(waiting):
        offer.state, offer.answered_at = "cancelled", work.now


@handles(Close)
def close(work: UnitOfWork, operation: Close) -> dict[str, Any]:
    """Cancels every open timer; open promises must be answered for first."""
    incident = live(work, operation.incident_id)
    if incident.resolved_at is None:
        raise StateError("This is not resolved yet.", "Resolve it first.")
    timers = Timers(work, incident, policy_of(work, incident).warn_shares)
    require_promises_answered(timers)
    if not told_of_resolution(work.session, incident) and not operation.reason.strip():
        raise StateError("The customer has not been told that it is resolved.", "Send the message, or say why not.")
    work.event(incident.id, EventKind.CLOSED, text=operation.reason or None)
    end(work, incident, timers)
    return {}


def require_promises_answered(timers: Timers) -> None:
    """Raises ``StateError`` while a promise to a customer of the incident is open."""
    if timers.open(TimerKind.PROMISE):
        raise StateError(
            "A promise to the customer is still open.", "Keep it, drop it with a reason, or carry it over."
        )


def end(work: UnitOfWork, incident: Incident, timers: Timers, ended_as: str | None = None) -> None:
    """Closes the incident: every open timer and offer is cancelled, nothing is waited for. No other act does this.

    ``ended_as`` says how where it was not resolved and closed: *merged* or *withdrawn*.
    """
    incident.closed_at, incident.ended_as = work.now, ended_as
    incident.phase = Phase.CLOSED
    wait_no_more(incident)
    timers.happen(TimerEvent.ENDED, work.now)
    _cancel_offers(work, incident)
    timers.settle()


@handles(Reopen)
def reopen(work: UnitOfWork, operation: Reopen) -> dict[str, Any]:
    """A new pass of resolve that keeps the time already used; the closed span is left out."""
    incident = work.get(Incident, operation.incident_id, "That incident", lock=True)
    policy = policy_of(work, incident)
    if incident.ended_as is not None:
        raise StateError(f"This incident was {incident.ended_as}.", CONTINUE)
    if incident.resolved_at is None:
        raise StateError("This is not resolved.", "Go on working on it.")
    if not operation.reason.strip():
        raise StateError("Reopening needs a reason.", "Say what came back.")
    _require_recent(work, incident, policy)
    incident.closed_at = None
    work.event(incident.id, EventKind.REOPENED, text=operation.reason, key=True)
    timers = Timers(work, incident, policy.warn_shares)
    _take_up_again(work, incident, policy, timers, Phase.RESOLUTION)
    alert(work, incident, [one for one in (incident.holder_id or incident.asked_id,) if one], "reopened")
    return {}


@handles(StepBack)
def step_back(work: UnitOfWork, operation: StepBack) -> dict[str, Any]:
    """Restarts contain or resolve as a reopening does, and arms the steps whose condition holds again."""
    incident = live(work, operation.incident_id)
    policy = policy_of(work, incident)
    if operation.phase.number >= incident.phase.number:
        raise StateError(
            f"{operation.phase.value.capitalize()} is not before {incident.phase.value}.", "Choose an earlier phase."
        )
    if not operation.reason.strip():
        raise StateError("Stepping back needs a reason.", "Say what turned out otherwise.")
    if incident.resolved_at is not None:
        _require_recent(work, incident, policy)
    before = incident.phase.value
    work.event(
        incident.id, EventKind.STEPPED_BACK, text=operation.reason, key=True, before=before, phase=operation.phase.value
    )
    _take_up_again(work, incident, policy, Timers(work, incident, policy.warn_shares), operation.phase)
    return {"phase": incident.phase.value}


def _require_recent(work: UnitOfWork, incident: Incident, policy: Policy) -> None:
    resolved_at = incident.resolved_at or work.now
    if work.now - resolved_at > timedelta(days=policy.reopen_days):
        raise StateError(f"It was resolved more than {policy.reopen_days} days ago.", CONTINUE)


def _take_up_again(work: UnitOfWork, incident: Incident, policy: Policy, timers: Timers, phase: Phase) -> None:
    """Undoes what ``phase`` comes before: its clock goes on with the time used, what lay between is left out."""
    if incident.resolved_at is not None:
        incident.resolved_at = None
        passes.reopen(timers, policy, work.now)
    if incident.contained_at is not None and phase.number < Phase.RESOLUTION.number:
        incident.contained_at = None
        passes.run_again(timers, policy, TimerKind.CONTAIN, work.now)
    incident.phase = phase
    arm_steps(incident, policy, timers, work.now, again=True)
    keep_still(incident, policy, timers, work.now)
    timers.settle()


def told_of_resolution(session: Session, incident: Incident) -> bool:
    """Whether a message has told the customer of this resolution: one of an earlier resolution does not count."""
    effects = session.scalars(
        select(Message.effects).where(
            Message.incident_id == incident.id,
            Message.scenario == RESOLUTION,
            Message.state.in_((MessageState.PROVISIONAL, MessageState.SENT)),
        )
    )
    resolved_at = incident.resolved_at
    return resolved_at is not None and any(one.get("resolution") == resolved_at.isoformat() for one in effects)


def _verdict(timers: Timers, kind: TimerKind) -> dict[str, Any]:
    row = timers.latest(kind)
    return {"state": row.state.value, "seconds": row.used_seconds} if row else {}
