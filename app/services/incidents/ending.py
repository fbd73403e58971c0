"""Ending an incident otherwise than by resolving it: the customer withdrew it, or it is the same as another one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.models.enums import EventKind
from app.models.incident import AffectedCustomer, Incident, Link
from app.services.database.errors import StateError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents.alerts import alert
from app.services.incidents.ladder import policy_of
from app.services.incidents.phases import end, live, live_pair, require_promises_answered
from app.services.incidents.timing import Timers

WITHDRAWN, MERGED = "withdrawn", "merged"
"""How an incident ended that was not resolved and closed."""


@dataclass(frozen=True, kw_only=True)
class Withdraw(Operation):
    """Ends an incident because the customer took it back."""

    incident_id: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Merge(Operation):
    """Ends an incident that is the same as another one, ``into_id``, which goes on for the customers of both."""

    incident_id: str
    into_id: str
    reason: str


@handles(Withdraw)
def withdraw(work: UnitOfWork, operation: Withdraw) -> dict[str, Any]:
    """Cancels every open timer; open promises must be answered for first."""
    incident = live(work, operation.incident_id)
    if not operation.reason.strip():
        raise StateError("Withdrawing needs a reason.", "Say why the customer took it back.")
    timers = Timers(work, incident, policy_of(work, incident).warn_shares)
    require_promises_answered(timers)
    work.event(incident.id, EventKind.WITHDRAWN, text=operation.reason, key=True)
    end(work, incident, timers, WITHDRAWN)
    _tell_holder(work, incident, "withdrawn")
    return {}


@handles(Merge)
def merge(work: UnitOfWork, operation: Merge) -> dict[str, Any]:
    """Affected customers move along; events stay where they were written. Refused into one that is over."""
    if operation.into_id == operation.incident_id:
        raise StateError("An incident cannot be merged into itself.", "Choose the other one.")
    _require_open(work, operation.into_id)
    incident, into = live_pair(work, operation.incident_id, operation.into_id)
    if not operation.reason.strip():
        raise StateError("Merging needs a reason.", "Say why both are the same.")
    timers = Timers(work, incident, policy_of(work, incident).warn_shares)
    require_promises_answered(timers)
    work.event(incident.id, EventKind.MERGED, text=operation.reason, key=True, into=into.number, into_id=into.id)
    work.event(
        into.id, EventKind.MERGED, text=operation.reason, key=True, merged=incident.number, merged_id=incident.id
    )
    work.add(Link(id=new_id(), incident_id=incident.id, other_id=into.id, kind=MERGED))
    _move_customers(work, incident, into)
    end(work, incident, timers, MERGED)
    _tell_holder(work, incident, "merged", into=into.number)
    _tell_holder(work, into, "merged", merged=incident.number)
    return {"into": into.number}


def _require_open(work: UnitOfWork, incident_id: str) -> None:
    """``StateError`` that says where a merged incident went; other refusals are those of every act."""
    into = work.get(Incident, incident_id, "The incident to merge into")
    if into.ended_as == MERGED:
        went = select(Incident.number).join(Link, Link.other_id == Incident.id)
        number = work.session.scalar(went.where(Link.incident_id == into.id, Link.kind == MERGED))
        raise StateError(f"INC-{into.number} was merged into INC-{number}.", f"Merge into INC-{number}.")
    if into.closed_at is not None:
        raise StateError(f"INC-{into.number} is closed.", "Reopen it first, or choose another one.")


def _move_customers(work: UnitOfWork, incident: Incident, into: Incident) -> None:
    """Every customer of ``incident`` is affected by ``into`` from now on; nobody stands there twice."""
    mine, theirs = (
        {
            row.customer_id: row
            for row in work.session.scalars(select(AffectedCustomer).where(AffectedCustomer.incident_id == one.id))
        }
        for one in (incident, into)
    )
    there = {into.customer_id, *theirs}
    for customer_id, row in mine.items():
        if customer_id in there:
            work.session.delete(row)
        else:
            row.incident_id = into.id
    if incident.customer_id is not None and incident.customer_id not in {*there, *mine}:
        work.add(AffectedCustomer(id=new_id(), incident_id=into.id, customer_id=incident.customer_id))


def _tell_holder(work: UnitOfWork, incident: Incident, kind: str, **data: Any) -> None:
    holder = incident.holder_id or incident.asked_id
    if holder is not None and holder != work.actor.id:
        alert(work, incident, [holder], kind, **data)
