"""Reads one incident with everything its page shows, in one go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.models.customer import Contact, Customer
from app.models.debrief import Debrief
from app.models.enums import OPEN_TIMER_STATES, EventKind, MessageState, Part, TimerKind
from app.models.incident import Event, HandOff, Incident, Link, TextBody
from app.models.message import Message, Outbox
from app.models.people import Person, Team
from app.models.timer import Timer
from app.services.database.errors import NotFound
from app.services.incidents import case_ladder as ladder
from app.services.incidents.case_records import (
    Case,
    CustomerRecord,
    EventRecord,
    FactRecord,
    LinkedIncident,
    OfferRecord,
    PendingMessage,
    PromiseRecord,
)
from app.services.incidents.pausing import kinds_paused
from app.services.incidents.queue import part_names
from app.services.incidents.timer_rows import records
from app.services.incidents.waiting import WaitingFor
from app.services.matrix.dimensions import DimensionRecord, read_fact
from app.services.matrix.policy import Policy
from app.services.matrix.versions import in_force, load
from app.services.matrix.writing import value_words

LONGEST_NUMBER = 16
"""Digits beyond which no database could hold the number of an incident."""


def find_incident(session: Session, name: str) -> str:
    """The id of an incident by its id, its number or ``INC-4830``; ``NotFound`` otherwise."""
    digits = name.upper().removeprefix("INC-")
    found = None
    if digits.isdecimal() and len(digits) < LONGEST_NUMBER:
        found = session.scalar(select(Incident.id).where(Incident.number == int(digits)))
    elif len(name) == 36:
        found = session.scalar(select(Incident.id).where(Incident.id == name))
    if found is None:
        raise NotFound(f"There is no incident “{name}”.", "Give its number, such as INC-12.")
    return found


def load_case(session: Session, incident_id: str, now: datetime) -> Case:
    """Reads an incident with everything its page shows."""
    incident = session.get(Incident, incident_id)
    if incident is None:
        raise NotFound("That incident is no longer there.", "Go back to the queue.")
    policy = load(session, incident.version_id) if incident.version_id else None
    newest = in_force(session, now) if policy else None
    names = part_names(session)
    people = dict(session.execute(select(Person.id, Person.name)).all())
    tier = ladder.tier_of(policy, incident)
    events = _events(session, incident_id, people, policy)
    return Case(
        id=incident.id,
        number=incident.number,
        title=incident.title,
        origin=incident.origin,
        phase=incident.phase,
        channel=incident.channel,
        severity=names.rank(Part.SEVERITY, incident.facts),
        raised_at=incident.raised_at,
        opened_at=incident.opened_at,
        acknowledged_at=incident.acknowledged_at,
        contained_at=incident.contained_at,
        resolved_at=incident.resolved_at,
        closed_at=incident.closed_at,
        ended_as=incident.ended_as,
        acknowledgement_expires_at=incident.acknowledgement_expires_at,
        waiting_since=incident.waiting_since,
        waiting_for=incident.waiting_for,
        follow_up_at=incident.follow_up_at,
        pauses={one.value: kinds_paused(policy, one.value) for one in WaitingFor} if policy else {},
        holder_id=incident.holder_id,
        holder=people.get(incident.holder_id or "", ""),
        asked_id=incident.asked_id,
        asked=people.get(incident.asked_id or "", ""),
        team=session.scalar(select(Team.name).where(Team.id == incident.team_id)) or "",
        tier=incident.tier,
        tier_rank=incident.tier_rank,
        tier_name=tier.name if tier else "",
        tier_entry=incident.tier_entry,
        sleeps_until=ladder.sleeps_until(session, policy, incident, tier, now),
        trigger=incident.trigger_number,
        version=policy.number if policy else None,
        version_in_force=newest.number if newest else None,
        path=policy.path(incident.path).name if policy and incident.path else "",
        target_class=policy.class_name(incident.target_class) if policy else "",
        steady_beat=bool(policy and policy.steady_beat),
        explanation=tuple(incident.answer.get("explanation", ())),
        covered=bool(incident.answer.get("covered", True)),
        facts=_facts(policy, incident),
        timers=records(session, incident_id),
        bands=ladder.bands(session, policy, incident, events),
        events=events,
        checklist=ladder.checklist(session, incident, tier, people),
        duties=ladder.duties(session, incident, policy, tier, people, now),
        exit_criteria=tier.exit_criteria if tier else (),
        must_answer=ladder.must_answer(session, incident, people),
        allowed=ladder.allowed(tier),
        tiers=tuple((one.key, one.rank, one.name) for one in policy.tiers) if policy else (),
        customer=_customer(session, incident, names.label(Part.SEGMENT, incident.facts)),
        linked=_linked(session, incident_id),
        offer=_offer(session, incident_id, people),
        offered_answer=ladder.offered_answer(policy, incident),
        promises=_promises(session, incident_id),
        pending=_pending(session, incident_id),
        debrief_id=session.scalar(select(Debrief.id).where(Debrief.incident_id == incident_id)),
        revision=incident.revision,
    )


def _events(
    session: Session, incident_id: str, people: Mapping[str, str], policy: Policy | None
) -> tuple[EventRecord, ...]:
    rows = session.execute(
        select(Event.id, Event.kind, Event.at, Event.recorded_at, Event.person_id, Event.data, TextBody.body, Event.key)
        .outerjoin(TextBody, TextBody.id == Event.text_id)
        .where(Event.incident_id == incident_id)
        .order_by(Event.at, Event.recorded_at, Event.id)
    ).all()
    return tuple(
        EventRecord(
            row.id,
            row.kind,
            row.at,
            row.recorded_at,
            row.person_id,
            people.get(row.person_id or "", ""),
            _with_words(row.kind, row.data, policy),
            row.body or "",
            row.key,
        )
        for row in rows
    )


def _with_words(kind: EventKind, data: Mapping[str, Any], policy: Policy | None) -> Mapping[str, Any]:
    """What an event says of itself; of changed facts in the words of their dimensions too, as ``said``."""
    if kind is not EventKind.FACT_CHANGED or policy is None:
        return data
    known = {one.key: one for one in policy.table.dimensions}
    said = []
    for change in data.get("facts", ()):
        dimension = known.get(change["fact"])
        if dimension is None:
            continue
        before, after = (_value_words(dimension, change[when]) for when in ("before", "after"))
        said.append(f"{dimension.label}: {before} → {after}")
    return {**data, "said": said}


def _value_words(dimension: DimensionRecord, value: Any) -> str:
    return value_words(read_fact(dimension, value) if value is not None else None, dimension)


def _facts(policy: Policy | None, incident: Incident) -> tuple[FactRecord, ...]:
    if policy is None:
        return tuple(FactRecord(key, key.replace("_", " "), str(value), value) for key, value in incident.facts.items())
    return tuple(_fact(dimension, incident.facts.get(dimension.key)) for dimension in policy.table.dimensions)


def _fact(dimension: DimensionRecord, value: Any) -> FactRecord:
    words = value_words(read_fact(dimension, value), dimension) if value is not None else ""
    return FactRecord(dimension.key, dimension.label, words, value, dimension)


def _customer(session: Session, incident: Incident, segment: str) -> CustomerRecord | None:
    customer = session.get(Customer, incident.customer_id) if incident.customer_id else None
    if customer is None:
        return None
    contact = session.scalars(
        select(Contact).where(Contact.customer_id == customer.id).order_by(Contact.main.desc(), Contact.id)
    ).first()
    others = session.scalars(
        select(Incident.id).where(Incident.customer_id == customer.id, Incident.id != incident.id)
    ).all()
    return CustomerRecord(
        id=customer.id,
        name=customer.name,
        segment=segment or customer.segment or "",
        region=customer.region or "",
        language=customer.language,
        time_zone=customer.time_zone,
        contact=contact.name if contact else "",
        contact_email=(contact.email or "") if contact else "",
        contact_phone=(contact.phone or "") if contact else "",
        past_incidents=len(others),
    )


def _linked(session: Session, incident_id: str) -> tuple[LinkedIncident, ...]:
    names = part_names(session)
    rows = session.execute(
        select(Incident.id, Incident.number, Incident.title, Incident.facts, Link.kind, Link.incident_id)
        .join(
            Link,
            ((Link.incident_id == incident_id) & (Link.other_id == Incident.id))
            | ((Link.other_id == incident_id) & (Link.incident_id == Incident.id)),
        )
        .order_by(Incident.number)
    ).all()
    return tuple(
        LinkedIncident(
            row.id,
            row.number,
            row.title,
            names.rank(Part.SEVERITY, row.facts),
            row.kind,
            row.incident_id == incident_id,
        )
        for row in rows
    )


def _offer(session: Session, incident_id: str, people: Mapping[str, str]) -> OfferRecord | None:
    row = session.execute(
        select(HandOff, TextBody.body)
        .outerjoin(TextBody, TextBody.id == HandOff.packet_id)
        .where(HandOff.incident_id == incident_id, HandOff.state == "offered")
    ).first()
    if row is None:
        return None
    offer, packet = row
    return OfferRecord(
        offer.id,
        offer.to_id,
        people.get(offer.to_id or "", offer.to_owner),
        people.get(offer.from_id or "", ""),
        packet or "",
        offer.offered_at,
    )


def _pending(session: Session, incident_id: str) -> PendingMessage | None:
    row = session.execute(
        select(Message.id, Message.channel, TextBody.body, Outbox.id.is_not(None), Message.written_at)
        .join(TextBody, TextBody.id == Message.text_id)
        .outerjoin(Outbox, Outbox.message_id == Message.id)
        .where(Message.incident_id == incident_id, Message.state == MessageState.PROVISIONAL, ~Message.incoming)
        .order_by(Message.written_at.desc(), Message.id.desc())
        .limit(1)
    ).first()
    return PendingMessage(row[0], row[1], row[2] or "", bool(row[3]), row[4]) if row else None


def _promises(session: Session, incident_id: str) -> tuple[PromiseRecord, ...]:
    owner = aliased(Person)
    rows = session.execute(
        select(Timer.id, TextBody.body, Timer.owner_id, owner.name, Customer.name, Timer.due_at)
        .outerjoin(TextBody, TextBody.id == Timer.text_id)
        .outerjoin(owner, owner.id == Timer.owner_id)
        .outerjoin(Customer, Customer.id == Timer.customer_id)
        .where(Timer.incident_id == incident_id, Timer.kind == TimerKind.PROMISE, Timer.state.in_(OPEN_TIMER_STATES))
        .order_by(Timer.due_at, Timer.id)
    ).all()
    return tuple(PromiseRecord(row[0], row[1] or "", row[2], row[3] or "", row[4] or "", row[5]) for row in rows)
