"""Incidents and what hangs on them: customers, facts, timeline events, decisions, hand-offs, credit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import PERSONAL, Base, Edited, Id, Keyed, Word
from app.models.enums import Channel, EventKind, IncidentOrigin, Phase


class Counter(Base):
    """A human number to come, taken under the row's lock; gaps are allowed."""

    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


class TextBody(Keyed):
    """Erasable free text. Trail, feed and ledger hold only its id and salted hash."""

    __tablename__ = "text_bodies"

    body: Mapped[str | None] = mapped_column(info=PERSONAL)
    salt: Mapped[str | None] = mapped_column(info=PERSONAL)
    digest: Mapped[str]


class ImportBatch(Keyed):
    """One import of a file: its rows are trailed once, here, and the feed says *reload*."""

    __tablename__ = "import_batches"

    operation_id: Mapped[str] = mapped_column(Id, index=True)
    source: Mapped[str]
    file_name: Mapped[str] = mapped_column(info=PERSONAL)
    number: Mapped[int]
    incidents: Mapped[int]
    first_number: Mapped[int]
    last_number: Mapped[int]
    digest: Mapped[str]
    at: Mapped[datetime]
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Incident(Edited):
    """One escalated customer issue and the answer it was given.

    ``tier_sleeps_until`` is when the people of a tier are told that was entered while it slept outside its hours.
    """

    __tablename__ = "incidents"
    __table_args__ = (
        UniqueConstraint("source", "source_key"),
        Index(
            "ix_incidents_open_due",
            "due_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_incidents_raised_at", "raised_at"),
        *(
            Index(
                f"ix_incidents_{column}",
                column,
                sqlite_where=text(f"{column} IS NOT NULL"),
                postgresql_where=text(f"{column} IS NOT NULL"),
            )
            for column in ("follow_up_at", "acknowledgement_expires_at", "tier_sleeps_until")
        ),
        Index("ix_incidents_holder_id", "holder_id"),
    )

    number: Mapped[int] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(info=PERSONAL)
    origin: Mapped[IncidentOrigin] = mapped_column(Word(IncidentOrigin), default=IncidentOrigin.LIVE)
    phase: Mapped[Phase] = mapped_column(Word(Phase), default=Phase.TRIAGE)
    channel: Mapped[Channel | None] = mapped_column(Word(Channel), default=None)
    customer_id: Mapped[str | None] = mapped_column(Id, ForeignKey("customers.id"), index=True, default=None)
    team_id: Mapped[str | None] = mapped_column(Id, ForeignKey("teams.id"), index=True, default=None)
    holder_id: Mapped[str | None] = mapped_column(Id, ForeignKey("people.id"), default=None)
    asked_id: Mapped[str | None] = mapped_column(Id, ForeignKey("people.id"), default=None)

    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version_id: Mapped[str | None] = mapped_column(Id, ForeignKey("matrix_versions.id"), default=None)
    trigger_number: Mapped[int | None] = mapped_column(default=None)
    answer: Mapped[dict[str, Any]] = mapped_column(default=dict)
    offered_answer: Mapped[dict[str, Any] | None] = mapped_column(default=None)
    target_class: Mapped[str | None] = mapped_column(default=None)
    path: Mapped[str | None] = mapped_column(default=None)
    tier: Mapped[str | None] = mapped_column(default=None)
    tier_rank: Mapped[int] = mapped_column(default=1)
    tier_entry: Mapped[int] = mapped_column(default=0)
    tier_entered_at: Mapped[datetime | None] = mapped_column(default=None)
    tier_sleeps_until: Mapped[datetime | None] = mapped_column(default=None)

    raised_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None] = mapped_column(default=None)
    acknowledgement_expires_at: Mapped[datetime | None] = mapped_column(default=None)
    contained_at: Mapped[datetime | None] = mapped_column(default=None)
    resolved_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_as: Mapped[str | None] = mapped_column(default=None)
    waiting_since: Mapped[datetime | None] = mapped_column(default=None)
    waiting_for: Mapped[str | None] = mapped_column(default=None)
    follow_up_at: Mapped[datetime | None] = mapped_column(default=None)
    due_at: Mapped[datetime | None] = mapped_column(default=None)

    source: Mapped[str | None] = mapped_column(default=None)
    source_key: Mapped[str | None] = mapped_column(default=None)
    source_digest: Mapped[str | None] = mapped_column(default=None)
    open_in_source: Mapped[bool] = mapped_column(default=False)
    import_batch_id: Mapped[str | None] = mapped_column(Id, ForeignKey("import_batches.id"), default=None)


class Acknowledgement(Keyed):
    """Whether one person answered the alert of one tier entry; ``again_at`` is when they are alerted again."""

    __tablename__ = "acknowledgements"
    __table_args__ = (
        UniqueConstraint("incident_id", "tier_entry", "person_id"),
        Index(
            "ix_acknowledgements_again_at",
            "again_at",
            sqlite_where=text("again_at IS NOT NULL"),
            postgresql_where=text("again_at IS NOT NULL"),
        ),
    )

    incident_id: Mapped[str] = mapped_column(Id, ForeignKey("incidents.id"))
    tier_entry: Mapped[int]
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    again_at: Mapped[datetime | None] = mapped_column(default=None)


class AffectedCustomer(Keyed):
    """A customer on an incident beside the one who raised it."""

    __tablename__ = "affected_customers"
    __table_args__ = (UniqueConstraint("incident_id", "customer_id"),)

    incident_id: Mapped[str] = mapped_column(Id, ForeignKey("incidents.id"))
    customer_id: Mapped[str] = mapped_column(Id, ForeignKey("customers.id"))


class Fact(Keyed):
    """A value a dimension had from an instant on; the latest is also in ``Incident.facts``."""

    __tablename__ = "facts"

    incident_id: Mapped[str] = mapped_column(Id, ForeignKey("incidents.id"), index=True)
    dimension: Mapped[str]
    value: Mapped[str | None]
    at: Mapped[datetime]
    person_id: Mapped[str | None] = mapped_column(Id, ForeignKey("people.id"), default=None)
    import_batch_id: Mapped[str | None] = mapped_column(Id, default=None)


class Event(Edited):
    """A line of the timeline: ``at`` is when it happened, ``recorded_at`` when the database learned of it."""

    __tablename__ = "events"
    __table_args__ = (Index("ix_events_incident_id_at", "incident_id", "at"),)

    incident_id: Mapped[str] = mapped_column(Id, ForeignKey("incidents.id"))
    kind: Mapped[EventKind] = mapped_column(Word(EventKind))
    at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    person_id: Mapped[str | None] = mapped_column(Id, ForeignKey("people.id"), default=None)
    operation_id: Mapped[str | None] = mapped_column(Id, default=None)
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    text_id: Mapped[str | None] = mapped_column(Id, ForeignKey("text_bodies.id"), default=None)
    key: Mapped[bool] = mapped_column(default=False)
    import_batch_id: Mapped[str | None] = mapped_column(Id, default=None)


class Decision(Edited):
    """A recorded choice of people: what, why, alternatives, trade-offs."""

    __tablename__ = "decisions"

    incident_id: Mapped[str] = mapped_column(Id, ForeignKey("incidents.id"), index=True)
    what: Mapped[str] = mapped_column(info=PERSONAL)
    action: Mapped[str | None] = mapped_column(default=None)
    rationale_id: Mapped[str | None] = mapped_column(Id, ForeignKey("text_bodies.id"), default=None)
    alternatives_id: Mapped[str | None] = mapped_column(Id, ForeignKey("text_bodies.id"), default=None)
    trade_offs_id: Mapped[str | None] = mapped_column(Id, ForeignKey("text_bodies.id"), default=None)
    amount_minor: Mapped[int | None] = mapped_column(default=None)
    currency: Mapped[str | None] = mapped_column(default=None)
    state: Mapped[str] = mapped_column(default="done")
    made_by_id: Mapped[str] = mapped_column(Id, ForeignKey("people.id"))
    made_at: Mapped[datetime]
    approved_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("people.id"), default=None)
    approved_at: Mapped[datetime | None] = mapped_column(default=None)


class HandOff(Edited):
    """A packet offered to somebody, who accepts or returns it; the giver stays the holder until then."""

    __tablename__ = "hand_offs"

    incident_id: Mapped[str] = mapped_column(Id, ForeignKey("incidents.id"), index=True)
    from_id: Mapped[str | None] = mapped_column(Id, ForeignKey("people.id"), default=None)
    to_owner: Mapped[str]
    to_id: Mapped[str | None] = mapped_column(Id, ForeignKey("people.id"), default=None)
    state: Mapped[str] = mapped_column(default="offered")
    packet_id: Mapped[str | None] = mapped_column(Id, ForeignKey("text_bodies.id"), default=None)
    offered_at: Mapped[datetime]
    answered_at: Mapped[datetime | None] = mapped_column(default=None)


class CreditEntry(Keyed):
    """Credit granted to a customer, in minor units; the quarter is ``2026-Q4`` in the organisation's zone."""

    __tablename__ = "credit_entries"

    incident_id: Mapped[str] = mapped_column(Id, ForeignKey("incidents.id"), index=True)
    customer_id: Mapped[str] = mapped_column(Id, ForeignKey("customers.id"), index=True)
    decision_id: Mapped[str | None] = mapped_column(Id, ForeignKey("decisions.id"), default=None)
    quarter: Mapped[str]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    rate: Mapped[str] = mapped_column(default="1")
    granted_by_id: Mapped[str] = mapped_column(Id, ForeignKey("people.id"))
    granted_at: Mapped[datetime]


class Tick(Keyed):
    """A ticked item of the tier's procedure."""

    __tablename__ = "ticks"
    __table_args__ = (UniqueConstraint("incident_id", "tier", "item"),)

    incident_id: Mapped[str] = mapped_column(Id, ForeignKey("incidents.id"))
    tier: Mapped[str]
    item: Mapped[str]
    person_id: Mapped[str | None] = mapped_column(Id, ForeignKey("people.id"), default=None)
    at: Mapped[datetime]


class Link(Keyed):
    """Two incidents that belong together: *same_cause*, *merged* or *continues*."""

    __tablename__ = "links"
    __table_args__ = (UniqueConstraint("incident_id", "other_id", "kind"),)

    incident_id: Mapped[str] = mapped_column(Id, ForeignKey("incidents.id"))
    other_id: Mapped[str] = mapped_column(Id, ForeignKey("incidents.id"), index=True)
    kind: Mapped[str]
