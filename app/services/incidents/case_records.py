"""One incident as its page shows it: plain values, and nothing of how they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.models.enums import Channel, EventKind, IncidentOrigin, Phase, TimerKind
from app.services.clock.reading import TimerRecord
from app.services.matrix.table import DimensionRecord


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
    """A fact as its chip says it; ``words`` is empty while it is not known, ``dimension`` None without a matrix."""

    key: str
    label: str
    words: str
    value: Any
    dimension: DimensionRecord | None = None


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
    """Another incident that belongs to this one. ``first`` says that this one is merged into it, or continues it."""

    id: str
    number: int
    title: str
    severity: int
    kind: str
    first: bool


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
class PromiseRecord:
    """A promise that is still open, with the timer that holds it. ``due_at`` is what was promised."""

    timer_id: str
    words: str
    owner_id: str | None
    owner: str
    customer: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class AskedPerson:
    """Somebody who must acknowledge at the tier reached; ``answered_at`` None while they have not."""

    person_id: str
    person: str
    asked_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class OfferedAnswer:
    """What the matrix would say by the facts as they are now; it stands until taken or dismissed."""

    trigger: int | None
    tier: str
    owner: str
    path: str
    target_class: str


@dataclass(frozen=True, slots=True)
class Case:
    """The whole incident.

    ``sleeps_until`` is when its tier opens again, while that sleeps outside hours; ``must_answer`` are the people of
    the tier where everyone must acknowledge; ``version_in_force`` is what a move would go to; ``pauses`` are the kinds
    that stand still by the reason for which it waits.
    """

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
    ended_as: str | None
    acknowledgement_expires_at: datetime | None
    waiting_since: datetime | None
    waiting_for: str | None
    follow_up_at: datetime | None
    pauses: Mapping[str, tuple[TimerKind, ...]]
    holder_id: str | None
    holder: str
    asked_id: str | None
    asked: str
    team: str
    tier: str | None
    tier_rank: int
    tier_name: str
    tier_entry: int
    sleeps_until: datetime | None
    trigger: int | None
    version: int | None
    version_in_force: int | None
    path: str
    target_class: str
    steady_beat: bool
    explanation: tuple[str, ...]
    covered: bool
    facts: tuple[FactRecord, ...]
    timers: tuple[TimerRecord, ...]
    bands: tuple[TierBand, ...]
    events: tuple[EventRecord, ...]
    checklist: tuple[ChecklistItem, ...]
    exit_criteria: tuple[str, ...]
    duties: tuple[DutyHolder, ...]
    must_answer: tuple[AskedPerson, ...]
    allowed: tuple[str, ...]
    tiers: tuple[tuple[str, int, str], ...]
    customer: CustomerRecord | None
    linked: tuple[LinkedIncident, ...]
    offer: OfferRecord | None
    offered_answer: OfferedAnswer | None
    promises: tuple[PromiseRecord, ...]
    pending: PendingMessage | None
    debrief_id: str | None
    revision: int
