"""Timers, their pauses and their firings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base, Edited, Id, Keyed, Word
from app.models.enums import Moment, TimerKind, TimerState


class Timer(Edited):
    """One clock of an incident; ``pass_number`` counts its runs. Durations are seconds.

    ``kept_pin`` marks a pass that is late by its own target, yet within the due time a person pinned; ``text_id`` is
    what was promised; ``failures`` counts how often the moment ahead could not be fired.
    """

    __tablename__ = "timers"
    __table_args__ = (
        Index("ix_timers_incident_id", "incident_id"),
        Index(
            "ix_timers_next_moment_at",
            "next_moment_at",
            sqlite_where=text("next_moment_at IS NOT NULL"),
            postgresql_where=text("next_moment_at IS NOT NULL"),
        ),
    )

    incident_id: Mapped[str] = mapped_column(Id, ForeignKey("incidents.id"))
    customer_id: Mapped[str | None] = mapped_column(Id, ForeignKey("customers.id"), default=None)
    kind: Mapped[TimerKind] = mapped_column(Word(TimerKind))
    pass_number: Mapped[int] = mapped_column(default=1)
    state: Mapped[TimerState] = mapped_column(Word(TimerState))
    started_at: Mapped[datetime]
    target_seconds: Mapped[int]
    calendar_id: Mapped[str | None] = mapped_column(Id, ForeignKey("calendars.id"), default=None)
    due_at: Mapped[datetime]
    computed_due_at: Mapped[datetime]
    pinned_due_at: Mapped[datetime | None] = mapped_column(default=None)
    promised: Mapped[bool] = mapped_column(default=False)
    owner_id: Mapped[str | None] = mapped_column(Id, ForeignKey("people.id"), default=None)
    rule: Mapped[dict[str, Any]] = mapped_column(default=dict)
    warn_at: Mapped[datetime | None] = mapped_column(default=None)
    soon_at: Mapped[datetime | None] = mapped_column(default=None)
    next_moment: Mapped[Moment | None] = mapped_column(Word(Moment), default=None)
    next_moment_at: Mapped[datetime | None] = mapped_column(default=None)
    paused_at: Mapped[datetime | None] = mapped_column(default=None)
    used_seconds: Mapped[int] = mapped_column(default=0)
    breached_at: Mapped[datetime | None] = mapped_column(default=None)
    breach_cause: Mapped[str | None] = mapped_column(default=None)
    excused_id: Mapped[str | None] = mapped_column(Id, ForeignKey("text_bodies.id"), default=None)
    met_at: Mapped[datetime | None] = mapped_column(default=None)
    kept_pin: Mapped[bool] = mapped_column(default=False)
    text_id: Mapped[str | None] = mapped_column(Id, ForeignKey("text_bodies.id"), default=None)
    failures: Mapped[int] = mapped_column(default=0)


class Pause(Keyed):
    """A span in which a timer stood still."""

    __tablename__ = "pauses"

    timer_id: Mapped[str] = mapped_column(Id, ForeignKey("timers.id"), index=True)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[str]
    text_id: Mapped[str | None] = mapped_column(Id, ForeignKey("text_bodies.id"), default=None)


class Firing(Base):
    """A moment that was handled. The key makes a second firing impossible."""

    __tablename__ = "firings"

    timer_id: Mapped[str] = mapped_column(Id, ForeignKey("timers.id"), primary_key=True)
    pass_number: Mapped[int] = mapped_column(primary_key=True)
    moment: Mapped[Moment] = mapped_column(Word(Moment), primary_key=True)
    due_at: Mapped[datetime]
    fired_at: Mapped[datetime]
