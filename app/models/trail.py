"""Trail, feed, ledger and what the schema says of itself: rows that only the machinery writes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Id, Instant, Whole


class Trail(Base):
    """What was changed, when, by whom, before and after. Written by database triggers alone, partitioned by month."""

    __tablename__ = "trail"
    __table_args__ = (
        Index("ix_trail_row_id", "row_id"),
        {"postgresql_partition_by": "RANGE (at)"},
    )

    id: Mapped[int] = mapped_column(Whole, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    person_id: Mapped[str | None] = mapped_column(Id)
    operation_id: Mapped[str] = mapped_column(Id)
    reason: Mapped[str | None]
    table_name: Mapped[str]
    row_id: Mapped[str] = mapped_column(Id)
    action: Mapped[str]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]


class TrailBlock(Base):
    """A sealed run of trail rows: SHA-256 over the rows and the block before."""

    __tablename__ = "trail_blocks"

    number: Mapped[int] = mapped_column(Whole, primary_key=True, autoincrement=False)
    last_id: Mapped[int]
    rows: Mapped[int]
    previous: Mapped[str]
    digest: Mapped[str]
    at: Mapped[datetime]


class Feed(Base):
    """Which rows changed, in order; ``action`` *reload* stands for more than can be listed. Partitioned by month."""

    __tablename__ = "feed"
    __table_args__ = (
        Index("ix_feed_operation_id", "operation_id"),
        {"postgresql_partition_by": "RANGE (at)"},
    )

    id: Mapped[int] = mapped_column(Whole, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    transaction: Mapped[int] = mapped_column(default=0)
    operation_id: Mapped[str] = mapped_column(Id)
    table_name: Mapped[str]
    row_id: Mapped[str | None] = mapped_column(Id)
    incident_id: Mapped[str | None] = mapped_column(Id)
    action: Mapped[str]


class AppliedOperation(Base):
    """The ledger: operations that were applied, so that a second arrival is harmless."""

    __tablename__ = "ledger"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str]
    person_id: Mapped[str | None] = mapped_column(Id)
    acted_at: Mapped[datetime]
    applied_at: Mapped[datetime]
    result: Mapped[dict[str, Any] | None]


class SchemaMeta(Base):
    """What this database says of itself: its id, feed epoch, oldest client, sample or not, time zone data."""

    __tablename__ = "schema_meta"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Heartbeat(Base):
    """The last sign of life of a watch."""

    __tablename__ = "heartbeats"

    watch: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]


UNTRACKED = frozenset({"trail", "trail_blocks", "feed", "ledger", "schema_meta", "heartbeats", "counters", "firings"})
"""Tables without trail and feed: the machinery's own. Every other table has both, by database triggers."""
