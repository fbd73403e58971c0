"""Opening an incident: the matrix is asked, the first tier entered, the clocks started when the customer raised it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.customer import Customer
from app.models.enums import Channel, EventKind, IncidentOrigin, MessageState, Part, Phase
from app.models.incident import Incident, Link
from app.models.message import Message
from app.services.clock.events import TimerEvent
from app.services.database.errors import NotFound, StateError, UserError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents import facts as incident_facts
from app.services.incidents.executives import look_at_threshold
from app.services.incidents.ladder import enter_tier
from app.services.incidents.phases import note_acknowledged, take_hold
from app.services.incidents.targets import STARTED_AT_OPENING, keep_calendar, targets_of
from app.services.incidents.timing import Timers, TimerStart
from app.services.matrix.policy import Policy, TierPolicy
from app.services.matrix.versions import in_force

CONTINUES = "continues"
"""How a new incident is linked to the one that is over and goes on in it."""

CLOCKS_DIFFER = timedelta(minutes=1)
"""How far ahead of the database's clock a time may lie that was read from another one."""


@dataclass(frozen=True, kw_only=True)
class OpenIncident(Operation):
    """Opens an incident. ``raised_at`` is when the customer raised it, now where that is None; never in the future.

    ``customer_id`` names a known customer; ``customer`` a new one by name, found again by exactly that name. ``hold``
    lets the actor take it at once. ``continues`` is an incident that is over and goes on in this one: what is not said
    here of customer, channel and facts is taken from it.
    Result: ``{"incident_id", "number"}``.
    """

    title: str
    facts: dict[str, Any] = field(default_factory=dict)
    channel: Channel | None = None
    customer_id: str | None = None
    customer: str | None = None
    raised_at: datetime | None = None
    words: str = ""
    hold: bool = False
    continues: str | None = None


@handles(OpenIncident)
def open_incident(work: UnitOfWork, operation: OpenIncident) -> dict[str, Any]:
    """Refused without a title, without a matrix in force, in the future, or with a fact that cannot be read."""
    title = operation.title.strip()
    if not title:
        raise UserError("An incident needs a title.", "Say in a few words what went wrong.")
    policy = in_force(work.session, work.now)
    if policy is None:
        raise StateError("No matrix is in force yet.", "Publish one first, or open the sample.")
    former = _former(work, operation.continues)
    if former is not None:
        operation = _continued(policy, operation, former)
    customer = _customer(work, operation)
    given = _with_parts(policy, operation, customer)
    checked = incident_facts.check(policy, given)
    raised_at = _raised_at(work, operation)
    incident = _row(work, operation, policy, title, checked, raised_at, customer)
    incident_facts.keep_history(work, incident, checked, raised_at)
    _begin_timeline(work, incident, operation, customer, raised_at, former)
    _start(work, incident, policy, customer, hold=operation.hold)
    return {"incident_id": incident.id, "number": incident.number}


def _former(work: UnitOfWork, incident_id: str | None) -> Incident | None:
    """The incident that goes on in the new one; refused while it can be worked on itself."""
    if incident_id is None:
        return None
    former = work.get(Incident, incident_id, "The incident to continue")
    if former.version_id is not None and former.closed_at is None and former.resolved_at is None:
        raise StateError(f"INC-{former.number} is still open.", "Go on working on it.")
    return former


def _continued(policy: Policy, operation: OpenIncident, former: Incident) -> OpenIncident:
    """The operation with what the former incident knows; facts that the matrix in force cannot read are left out."""
    known = {dimension.key for dimension in policy.table.dimensions}
    facts: dict[str, Any] = {}
    for key, value in former.facts.items():
        if key in known and key not in operation.facts:
            with suppress(UserError):
                facts |= incident_facts.check(policy, {key: value})
    named = operation.customer_id or (operation.customer or "").strip()
    return replace(
        operation,
        facts={**facts, **operation.facts},
        channel=operation.channel or former.channel,
        customer_id=operation.customer_id if named else former.customer_id,
    )


def _raised_at(work: UnitOfWork, operation: OpenIncident) -> datetime:
    """When the customer raised it; a time a little ahead comes from a clock that goes wrong, and counts as now."""
    given = operation.raised_at or work.acted_at
    if given > work.now + CLOCKS_DIFFER:
        raise UserError(
            f"It cannot have been raised in the future ({given.astimezone(UTC):%Y-%m-%d %H:%M} UTC).",
            "Give the time at which the customer raised it, or leave it out for now.",
        )
    return min(given, work.now)


def _customer(work: UnitOfWork, operation: OpenIncident) -> Customer | None:
    if operation.customer_id:
        return work.get(Customer, operation.customer_id, "That customer")
    name = (operation.customer or "").strip()
    if not name:
        return None
    work.alone(f"customer {name}")
    found = work.session.scalars(select(Customer).where(Customer.name == name).order_by(Customer.id)).first()
    if found is None:
        found = work.add(Customer(id=new_id(), name=name))
        work.session.flush()
    return found


def _with_parts(policy: Policy, operation: OpenIncident, customer: Customer | None) -> dict[str, Any]:
    """The facts given, with those that the customer and the channel already say."""
    facts = {key: value for key, value in operation.facts.items() if value not in (None, "")}
    said = {
        Part.CHANNEL: operation.channel.value if operation.channel else None,
        Part.SEGMENT: customer.segment if customer else None,
        Part.REGION: customer.region if customer else None,
    }
    for part, value in said.items():
        dimension = policy.part(part)
        if dimension and value and value in {choice.key for choice in dimension.choices}:
            facts.setdefault(dimension.key, value)
    return facts


def _row(
    work: UnitOfWork,
    operation: OpenIncident,
    policy: Policy,
    title: str,
    facts: Mapping[str, Any],
    raised_at: datetime,
    customer: Customer | None,
) -> Incident:
    answer = incident_facts.answer_record(policy, incident_facts.decide(policy, facts))
    incident = Incident(
        id=new_id(),
        number=work.number("incident"),
        title=title,
        origin=IncidentOrigin.LIVE,
        phase=Phase.TRIAGE,
        channel=operation.channel,
        customer_id=customer.id if customer else None,
        facts=dict(facts),
        version_id=policy.id,
        trigger_number=answer["trigger"],
        answer=answer,
        target_class=answer["class"],
        path=answer["path"],
        tier_rank=answer["tier"],
        tier_entry=0,
        raised_at=raised_at,
        opened_at=work.now,
    )
    work.add(incident)
    work.session.flush()
    return incident


def _begin_timeline(
    work: UnitOfWork,
    incident: Incident,
    operation: OpenIncident,
    customer: Customer | None,
    raised_at: datetime,
    former: Incident | None,
) -> None:
    if former is not None:
        work.add(Link(id=new_id(), incident_id=incident.id, other_id=former.id, kind=CONTINUES))
    channel = operation.channel.value if operation.channel else None
    work.event(
        incident.id,
        EventKind.OPENED,
        at=raised_at,
        channel=channel,
        customer=customer.id if customer else None,
        continues=former.number if former is not None else None,
    )
    if operation.words and operation.channel:
        message = Message(
            id=new_id(),
            incident_id=incident.id,
            customer_id=incident.customer_id,
            incoming=True,
            channel=operation.channel,
            scenario="raised",
            state=MessageState.SENT,
            text_id=work.text(operation.words) or "",
            written_at=raised_at,
            left_at=raised_at,
        )
        work.session.flush()
        work.add(message)
        work.event(
            incident.id, EventKind.CUSTOMER_MESSAGE, at=raised_at, channel=channel, message=message.id
        ).text_id = message.text_id
    work.event(
        incident.id,
        EventKind.TRIGGER_DECIDED,
        at=work.now,
        trigger=incident.trigger_number,
        covered=incident.answer["covered"],
        explanation=incident.answer["explanation"],
        version=incident.answer["version"],
    )


def _start(work: UnitOfWork, incident: Incident, policy: Policy, customer: Customer | None, *, hold: bool) -> None:
    timers = Timers(work, incident, policy.warn_shares)
    keep_calendar(policy, incident, customer, timers.calendars)
    for target in targets_of(work.session, policy, incident, customer):
        if target.kind in STARTED_AT_OPENING:
            timers.start(
                TimerStart(
                    target.kind,
                    incident.raised_at,
                    target.seconds,
                    calendar_id=target.calendar_id,
                    customer_id=incident.customer_id if target.per_customer else None,
                    rule=target.rule,
                )
            )
    enter_tier(
        work, incident, policy, first_tier(policy, incident), timers=timers, owner=incident.answer["owner"] or None
    )
    look_at_threshold(work, incident, policy)
    if hold:  # taking acknowledges
        take_hold(work, incident)
        note_acknowledged(work, incident)
        timers.happen(TimerEvent.ACKNOWLEDGED, work.now)
    timers.settle()


def first_tier(policy: Policy, incident: Incident) -> TierPolicy:
    """The tier that the answer names; the lowest one where it names none that exists."""
    try:
        return policy.tier_at(incident.answer["tier"])
    except KeyError:
        if not policy.tiers:
            raise NotFound("The matrix has no tier at all.", "Add one and publish again.") from None
        return policy.tiers[0]


def preview(session: Session, facts: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """What opening with these facts would answer: the record that the intake sheet shows while typing."""
    policy = in_force(session, at)
    if policy is None:
        raise StateError("No matrix is in force yet.", "Publish one first, or open the sample.")
    checked = incident_facts.check(policy, facts)
    record = incident_facts.answer_record(policy, incident_facts.decide(policy, checked))
    record["tier_name"] = next((tier.name for tier in policy.tiers if tier.rank == record["tier"]), "")
    return record
