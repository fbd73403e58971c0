"""One incident as its page shows it: plain values read in one go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.customer import Contact, Customer
from app.models.debrief import Debrief
from app.models.enums import (
    OPEN_TIMER_STATES,
    Channel,
    DutyKind,
    EventKind,
    IncidentOrigin,
    MessageState,
    Part,
    Phase,
    TimerKind,
)
from app.models.incident import Event, HandOff, Incident, Link, TextBody, Tick
from app.models.message import Message, Outbox
from app.models.people import Person, Team
from app.models.timer import Timer
from app.services.clock.reading import TimerRecord
from app.services.database.errors import NotFound
from app.services.incidents.ladder import armed_steps
from app.services.incidents.owners import resolve
from app.services.incidents.queue import part_names
from app.services.incidents.timing import records
from app.services.matrix.dimensions import DimensionRecord, read_fact
from app.services.matrix.policy import Policy, TierPolicy
from app.services.matrix.versions import load
from app.services.matrix.writing import value_words

LONGEST_NUMBER = 16
"""Digits beyond which no database could hold the number of an incident."""


@dataclass(frozen=True, slots=True)
class EventRecord:
    """A line of the timeline. ``data`` is what the event's kind says of itself, ``body`` its free text."""

    id: str
    kind: EventKind
    at: datetime
    recorded_at: datetime
    person_id: str | None
    person: str
    data: Mapping[str, Any]
    body: str
    key: bool


@dataclass(frozen=True, slots=True)
class FactRecord:
    """A fact as its chip says it; ``words`` is empty while it is not known."""

    key: str
    label: str
    words: str
    value: Any


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """An item of the tier's procedure and who ticked it when."""

    item: str
    ticked_at: datetime | None
    person: str


@dataclass(frozen=True, slots=True)
class DutyHolder:
    """A person with what they do here: *Leads, Tier 2*."""

    person_id: str | None
    person: str
    duty: str
    tier: str


@dataclass(frozen=True, slots=True)
class TierBand:
    """A tier on the rail. Entered ones carry their instants, coming ones the seconds after the last entry."""

    key: str
    rank: int
    name: str
    owner: str
    entered_at: datetime | None
    left_at: datetime | None
    due_at: datetime | None
    condition: str = ""


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """What staff never have to ask the customer for."""

    id: str
    name: str
    segment: str
    region: str
    language: str
    time_zone: str | None
    contact: str
    contact_email: str
    contact_phone: str
    past_incidents: int


@dataclass(frozen=True, slots=True)
class LinkedIncident:
    """Another incident that belongs to this one."""

    id: str
    number: int
    title: str
    severity: int
    kind: str


@dataclass(frozen=True, slots=True)
class OfferRecord:
    """A hand-off that waits for its answer."""

    id: str
    to_id: str | None
    to: str
    giver: str
    packet: str
    offered_at: datetime


@dataclass(frozen=True, slots=True)
class PendingMessage:
    """A message that counts but has not surely left: in the outbox, or copied and not yet confirmed by its author."""

    id: str
    channel: Channel
    body: str
    by_mail: bool
    written_at: datetime


@dataclass(frozen=True, slots=True)
class Case:
    """The whole incident."""

    id: str
    number: int
    title: str
    origin: IncidentOrigin
    phase: Phase
    channel: Channel | None
    severity: int
    raised_at: datetime
    opened_at: datetime
    acknowledged_at: datetime | None
    contained_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    waiting_since: datetime | None
    waiting_for: str | None
    follow_up_at: datetime | None
    holder_id: str | None
    holder: str
    asked_id: str | None
    asked: str
    team: str
    tier: str | None
    tier_rank: int
    tier_name: str
    tier_entry: int
    trigger: int | None
    version: int | None
    path: str
    target_class: str
    explanation: tuple[str, ...]
    covered: bool
    facts: tuple[FactRecord, ...]
    timers: tuple[TimerRecord, ...]
    bands: tuple[TierBand, ...]
    events: tuple[EventRecord, ...]
    checklist: tuple[ChecklistItem, ...]
    duties: tuple[DutyHolder, ...]
    allowed: tuple[str, ...]
    tiers: tuple[tuple[str, int, str], ...]
    customer: CustomerRecord | None
    linked: tuple[LinkedIncident, ...]
    offer: OfferRecord | None
    pending: PendingMessage | None
    debrief_id: str | None
    revision: int


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
    names = part_names(session)
    people = dict(session.execute(select(Person.id, Person.name)).all())
    tier = _tier(policy, incident)
    events = _events(session, incident_id, people)
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
        waiting_since=incident.waiting_since,
        waiting_for=incident.waiting_for,
        follow_up_at=incident.follow_up_at,
        holder_id=incident.holder_id,
        holder=people.get(incident.holder_id or "", ""),
        asked_id=incident.asked_id,
        asked=people.get(incident.asked_id or "", ""),
        team=session.scalar(select(Team.name).where(Team.id == incident.team_id)) or "",
        tier=incident.tier,
        tier_rank=incident.tier_rank,
        tier_name=tier.name if tier else "",
        tier_entry=incident.tier_entry,
        trigger=incident.trigger_number,
        version=policy.number if policy else None,
        path=policy.path(incident.path).name if policy and incident.path else "",
        target_class=policy.class_name(incident.target_class) if policy else "",
        explanation=tuple(incident.answer.get("explanation", ())),
        covered=bool(incident.answer.get("covered", True)),
        facts=_facts(policy, incident),
        timers=records(session, incident_id),
        bands=_bands(session, policy, incident, events, now),
        events=events,
        checklist=_checklist(session, incident, tier, people),
        duties=_duties(session, incident, policy, tier, people, now),
        allowed=_allowed(tier),
        tiers=tuple((one.key, one.rank, one.name) for one in policy.tiers) if policy else (),
        customer=_customer(session, incident, names.label(Part.SEGMENT, incident.facts)),
        linked=_linked(session, incident_id),
        offer=_offer(session, incident_id, people),
        pending=_pending(session, incident_id),
        debrief_id=session.scalar(select(Debrief.id).where(Debrief.incident_id == incident_id)),
        revision=incident.revision,
    )


def _tier(policy: Policy | None, incident: Incident) -> TierPolicy | None:
    return next((tier for tier in policy.tiers if tier.key == incident.tier), None) if policy else None


def _events(session: Session, incident_id: str, people: Mapping[str, str]) -> tuple[EventRecord, ...]:
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
            row.data,
            row.body or "",
            row.key,
        )
        for row in rows
    )


def _facts(policy: Policy | None, incident: Incident) -> tuple[FactRecord, ...]:
    if policy is None:
        return tuple(FactRecord(key, key.replace("_", " "), str(value), value) for key, value in incident.facts.items())
    return tuple(_fact(dimension, incident.facts.get(dimension.key)) for dimension in policy.table.dimensions)


def _fact(dimension: DimensionRecord, value: Any) -> FactRecord:
    words = value_words(read_fact(dimension, value), dimension) if value is not None else ""
    return FactRecord(dimension.key, dimension.label, words, value)


def _bands(
    session: Session, policy: Policy | None, incident: Incident, events: tuple[EventRecord, ...], now: datetime
) -> tuple[TierBand, ...]:
    if policy is None:
        return ()
    entries = [event for event in events if event.kind is EventKind.TIER_ENTERED]
    bands = []
    for place, entry in enumerate(entries):
        left = entries[place + 1].at if place + 1 < len(entries) else incident.resolved_at
        data = entry.data
        owner = _owner_name(policy, data.get("owner", ""))
        bands.append(TierBand(data["tier"], data["rank"], data["name"], owner, entry.at, left, None))
    if entries and incident.resolved_at is None:
        dues = {step.rule.get("tier"): step.due_at for step in _steps(session, incident.id)}
        for armed in armed_steps(policy, policy.path(incident.path or ""), incident.tier_rank):
            due = dues.get(armed.tier.key)
            owner = _owner_name(policy, armed.step.owner or next(iter(armed.tier.owners(DutyKind.LEADS)), ""))
            condition = armed.step.condition.value.removeprefix("not_")
            bands.append(TierBand(armed.tier.key, armed.tier.rank, armed.tier.name, owner, None, None, due, condition))
    return tuple(bands)


def _steps(session: Session, incident_id: str) -> list[Any]:
    return list(
        session.scalars(
            select(Timer).where(
                Timer.incident_id == incident_id, Timer.kind == TimerKind.STEP, Timer.state.in_(OPEN_TIMER_STATES)
            )
        )
    )


def _owner_name(policy: Policy, owner: str) -> str:
    return policy.table.owner_label(owner) if owner else ""


def _checklist(
    session: Session, incident: Incident, tier: TierPolicy | None, people: Mapping[str, str]
) -> tuple[ChecklistItem, ...]:
    if tier is None:
        return ()
    ticks = {
        tick.item: tick
        for tick in session.scalars(select(Tick).where(Tick.incident_id == incident.id, Tick.tier == tier.key))
    }
    return tuple(
        ChecklistItem(
            item,
            ticks[item].at if item in ticks else None,
            people.get(ticks[item].person_id or "", "") if item in ticks else "",
        )
        for item in tier.procedure
    )


def _duties(
    session: Session,
    incident: Incident,
    policy: Policy | None,
    tier: TierPolicy | None,
    people: Mapping[str, str],
    now: datetime,
) -> tuple[DutyHolder, ...]:
    if policy is None or tier is None:
        return ()
    found = []
    if incident.holder_id:
        found.append(DutyHolder(incident.holder_id, people.get(incident.holder_id, ""), "Has it", tier.name))
    for kind, words in ((DutyKind.LEADS, "Leads"), (DutyKind.COMMUNICATES, "Communicates")):
        for owner in tier.owners(kind):
            person = resolve(session, owner, now).named_id
            found.append(DutyHolder(person, people.get(person or "", "Nobody on duty"), words, tier.name))
    for armed in armed_steps(policy, policy.path(incident.path or ""), incident.tier_rank)[:1]:
        owner = armed.step.owner or next(iter(armed.tier.owners(DutyKind.LEADS)), "")
        person = resolve(session, owner, now).named_id if owner else None
        found.append(DutyHolder(person, people.get(person or "", "Nobody on duty"), "Next in line", armed.tier.name))
    return tuple(found)


def _allowed(tier: TierPolicy | None) -> tuple[str, ...]:
    return tuple(
        limit.action if limit.amount_minor is None else f"{limit.action} up to {_whole_and_rest(limit.amount_minor)}"
        for limit in (tier.authority if tier else ())
    )


def _whole_and_rest(minor: int) -> str:
    whole, rest = divmod(minor, 100)
    return f"{whole:,}.{rest:02d}" if rest else f"{whole:,}"


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
        select(Incident.id, Incident.number, Incident.title, Incident.facts, Link.kind)
        .join(
            Link,
            ((Link.incident_id == incident_id) & (Link.other_id == Incident.id))
            | ((Link.other_id == incident_id) & (Link.incident_id == Incident.id)),
        )
        .order_by(Incident.number)
    ).all()
    return tuple(
        LinkedIncident(row.id, row.number, row.title, names.rank(Part.SEVERITY, row.facts), row.kind) for row in rows
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
