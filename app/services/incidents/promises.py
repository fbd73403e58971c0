"""Promises to a customer: each is a timer with an owner, kept, dropped with a reason or carried over.

A promise belongs to a named person and stays theirs through every hand-off. An incident ends only when each of its
promises has been answered for (domain.md §3.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.models.customer import Customer
from app.models.enums import EventKind, TimerKind, TimerState
from app.models.incident import AffectedCustomer, Incident
from app.models.timer import Firing, Pause, Timer
from app.services.clock.events import Act
from app.services.clock.timers import to_minute
from app.services.database.errors import NotFound, StateError, UserError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents.alerts import alert
from app.services.incidents.ladder import policy_of
from app.services.incidents.owners import require_known, resolve
from app.services.incidents.pausing import keep_still
from app.services.incidents.phases import live, live_pair
from app.services.incidents.timing import Timers, TimerStart

CARRIED_TO, CARRIED_FROM = "carried_to", "carried_from"
"""In a promise's rule: the timer as which it goes on in another incident, and the one it was before."""


@dataclass(frozen=True, slots=True)
class StatedPromise:
    """A promise as it is stated: what, and by when (to the minute, rounded down)."""

    words: str
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Promise(Operation):
    """Promises a customer something by a time. Result: ``{"timer_id"}``.

    ``customer_id`` is one of the incident's, the one who raised it where that is None. ``owner`` is ``person:LOGIN``,
    or a team or rota for whoever is on duty now; the actor where that is None.
    """

    incident_id: str
    words: str
    due_at: datetime
    customer_id: str | None = None
    owner: str | None = None


@dataclass(frozen=True, kw_only=True)
class KeepPromise(Operation):
    """Says that a promise is kept: met, or met late, by the clock. Result: ``{"state", "seconds"}``."""

    timer_id: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class DropPromise(Operation):
    """Gives a promise up, with a reason."""

    timer_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class CarryPromise(Operation):
    """Carries a promise over to another incident, where it goes on as it stood. Result: ``{"timer_id"}``."""

    timer_id: str
    to_incident_id: str
    reason: str


@handles(Promise)
def promise(work: UnitOfWork, operation: Promise) -> dict[str, Any]:
    """Refused without words, for a time that has passed, or for a customer who is not on the incident."""
    incident = live(work, operation.incident_id)
    policy = policy_of(work, incident)
    timers = Timers(work, incident, policy.warn_shares)
    row = make_promise(
        work,
        incident,
        timers,
        StatedPromise(operation.words, operation.due_at),
        at=work.now,
        customer_id=_customer(work, incident, operation.customer_id),
        owner_id=_owner(work, incident, operation.owner),
    )
    keep_still(incident, policy, timers, work.now)
    timers.settle()
    return {"timer_id": row.id}


def make_promise(
    work: UnitOfWork,
    incident: Incident,
    timers: Timers,
    stated: StatedPromise,
    *,
    at: datetime,
    customer_id: str | None,
    owner_id: str | None,
    **data: Any,
) -> Timer:
    """Starts the timer of a promise made at ``at``, writes its event and tells its owner; ``data`` goes to the event.

    It counts around the clock: a time that was named to somebody comes whether anybody works or not.
    """
    words, due_at = stated.words.strip(), to_minute(stated.due_at)
    if not words:
        raise UserError("A promise needs words.", "Write what you promised.")
    if due_at <= at:
        raise UserError("The promise is for a time that has passed.", "Name a later one.")
    start = at.replace(microsecond=0)  # so that whole seconds lead exactly to the time that was named
    seconds = int((due_at - start).total_seconds())
    row = timers.start(
        TimerStart(TimerKind.PROMISE, start, seconds, customer_id=customer_id, owner_id=owner_id, promised=True)
    )
    event = work.event(
        incident.id,
        EventKind.PROMISED,
        at=at,
        text=words,
        promise=row.id,
        due_at=due_at.isoformat(),
        owner=owner_id,
        **data,
    )
    row.text_id = event.text_id
    if owner_id is not None and owner_id != work.actor.id:
        alert(work, incident, [owner_id], "promised", due_at=due_at.isoformat())
    return row


def _customer(work: UnitOfWork, incident: Incident, given: str | None) -> str | None:
    if given is None or given == incident.customer_id:
        return incident.customer_id
    customer = work.get(Customer, given, "That customer")
    affected = select(AffectedCustomer.id).where(
        AffectedCustomer.incident_id == incident.id, AffectedCustomer.customer_id == given
    )
    if work.session.scalar(affected) is None:
        raise UserError(f"{customer.name} is not on this incident.", "Promise to a customer it affects.")
    return given


def _owner(work: UnitOfWork, incident: Incident, given: str | None) -> str | None:
    if given is None:
        return work.actor.id or incident.holder_id or incident.asked_id
    require_known(work.session, given)
    found = resolve(work.session, given, work.now).named_id
    if found is None:
        raise StateError("Nobody is on duty there now.", "Name a person.")
    return found


@handles(KeepPromise)
def keep_promise(work: UnitOfWork, operation: KeepPromise) -> dict[str, Any]:
    """Meets its timer now."""
    incident = live(work, _incident_of(work, operation.timer_id))
    timers, row = _open_promise(work, incident, operation.timer_id)
    timers.do(row, Act.STOP, work.now)
    work.event(
        incident.id,
        EventKind.PROMISE_KEPT,
        text=operation.note.strip() or None,
        promise=row.id,
        late=row.state is TimerState.MET_LATE,
    )
    timers.settle()
    return {"state": row.state.value, "seconds": row.used_seconds}


@handles(DropPromise)
def drop_promise(work: UnitOfWork, operation: DropPromise) -> dict[str, Any]:
    """Cancels its timer; a breach that was reached stays recorded."""
    incident = live(work, _incident_of(work, operation.timer_id))
    timers, row = _open_promise(work, incident, operation.timer_id)
    if not operation.reason.strip():
        raise StateError("Dropping a promise needs a reason.", "Say why it will not be kept.")
    timers.do(row, Act.CANCEL, work.now)
    work.event(incident.id, EventKind.PROMISE_DROPPED, text=operation.reason, promise=row.id, key=True)
    timers.settle()
    return {}


@handles(CarryPromise)
def carry_promise(work: UnitOfWork, operation: CarryPromise) -> dict[str, Any]:
    """It keeps its start, its due time, its owner and what has fired; it has no verdict here."""
    here = _incident_of(work, operation.timer_id)
    if operation.to_incident_id == here:
        raise StateError("The promise is in this incident already.", "Choose another one.")
    incident, other = live_pair(work, here, operation.to_incident_id)
    timers, row = _open_promise(work, incident, operation.timer_id)
    if not operation.reason.strip():
        raise StateError("Carrying a promise over needs a reason.", "Say why it goes on there.")
    policy = policy_of(work, other)
    there = Timers(work, other, policy.warn_shares)
    following = _go_on(work, row, there)
    timers.void(row, work.now)
    row.rule = {**row.rule, CARRIED_TO: following.id}
    keep_still(other, policy, there, work.now)
    kind, reason = EventKind.PROMISE_CARRIED, operation.reason
    work.event(incident.id, kind, text=reason, promise=row.id, to=other.number, to_id=other.id)
    event = work.event(other.id, kind, promise=following.id, of=incident.number, of_id=incident.id)
    event.text_id = row.text_id
    timers.settle()
    there.settle()
    return {"timer_id": following.id}


def _go_on(work: UnitOfWork, row: Timer, there: Timers) -> Timer:
    """The same promise in another incident, the pauses it had and the moments that were handled included."""
    following = there.start(
        TimerStart(
            TimerKind.PROMISE,
            row.started_at,
            row.target_seconds,
            calendar_id=row.calendar_id,
            customer_id=row.customer_id,
            owner_id=row.owner_id,
            pinned_due_at=row.pinned_due_at,
            promised=True,
            rule={CARRIED_FROM: row.id},
        )
    )
    following.text_id = row.text_id
    following.breached_at, following.breach_cause = row.breached_at, row.breach_cause
    for firing in work.session.scalars(select(Firing).where(Firing.timer_id == row.id)):
        work.add(
            Firing(
                timer_id=following.id,
                pass_number=following.pass_number,
                moment=firing.moment,
                due_at=firing.due_at,
                fired_at=firing.fired_at,
            )
        )
    for pause in work.session.scalars(select(Pause).where(Pause.timer_id == row.id)):
        work.add(
            Pause(
                id=new_id(),
                timer_id=following.id,
                started_at=pause.started_at,
                ended_at=pause.ended_at,
                reason=pause.reason,
            )
        )
    there.revive(following, row.state)
    if there.incident.waiting_since is None:
        there.do(following, Act.RESUME, work.now)
    return following


def void_carried(work: UnitOfWork, row: Timer) -> None:
    """A promise that was never made is void in every incident that it was carried to."""
    while CARRIED_TO in row.rule:
        row = work.get(Timer, row.rule[CARRIED_TO], "The promise that was carried over")
        other = work.get(Incident, row.incident_id, "The incident of a promise", lock=True)
        timers = Timers(work, other, policy_of(work, other).warn_shares)
        timers.void(row, work.now)
        timers.settle()


def _incident_of(work: UnitOfWork, timer_id: str) -> str:
    found = select(Timer.incident_id).where(Timer.id == timer_id, Timer.kind == TimerKind.PROMISE)
    incident_id = work.session.scalar(found)
    if incident_id is None:
        raise NotFound("That promise is no longer there.", "Look at the incident again.")
    return incident_id


def _open_promise(work: UnitOfWork, incident: Incident, timer_id: str) -> tuple[Timers, Timer]:
    """The timer of a promise that is open, read under the incident's lock."""
    timers = Timers(work, incident, policy_of(work, incident).warn_shares)
    row = next(row for row in timers.rows if row.id == timer_id)
    if row in timers.open(TimerKind.PROMISE):
        return timers, row
    ended = "kept" if row.state in (TimerState.MET, TimerState.MET_LATE) else "dropped"
    if CARRIED_TO in row.rule:
        ended = "carried over"
    raise StateError(f"This promise was {ended} already.", "Look at the incident again.")
