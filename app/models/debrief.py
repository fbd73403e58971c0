"""Debriefs and their action items."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import PERSONAL, Edited, Id, Word
from app.models.enums import ActionKind, ActionState, DebriefState


class Debrief(Edited):
    """The post-incident review of one incident."""

    __tablename__ = "debriefs"

    incident_id: Mapped[str] = mapped_column(Id, ForeignKey("incidents.id"), unique=True)
    state: Mapped[DebriefState] = mapped_column(Word(DebriefState), default=DebriefState.IN_PROGRESS)
    started_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("people.id"), default=None)
    started_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(default=None)


class DebriefBlock(Edited):
    """What people wrote under one heading; ``customer_safe`` lets it into the customer's report."""

    __tablename__ = "debrief_blocks"
    __table_args__ = (UniqueConstraint("debrief_id", "key"),)

    debrief_id: Mapped[str] = mapped_column(Id, ForeignKey("debriefs.id"))
    key: Mapped[str]
    text_id: Mapped[str | None] = mapped_column(Id, ForeignKey("text_bodies.id"), default=None)
    customer_safe: Mapped[bool] = mapped_column(default=False)


class DebriefEvent(Edited):
    """How an event of the record stands in the debrief."""

    __tablename__ = "debrief_events"
    __table_args__ = (UniqueConstraint("debrief_id", "event_id"),)

    debrief_id: Mapped[str] = mapped_column(Id, ForeignKey("debriefs.id"))
    event_id: Mapped[str] = mapped_column(Id, ForeignKey("events.id"))
    in_story: Mapped[bool] = mapped_column(default=True)
    customer_safe: Mapped[bool] = mapped_column(default=False)


class ActionItem(Edited):
    """A follow-up with one owner, a due day and a kind."""

    __tablename__ = "action_items"

    debrief_id: Mapped[str] = mapped_column(Id, ForeignKey("debriefs.id"), index=True)
    what: Mapped[str] = mapped_column(info=PERSONAL)
    kind: Mapped[ActionKind] = mapped_column(Word(ActionKind))
    owner_id: Mapped[str | None] = mapped_column(Id, ForeignKey("people.id"), default=None)
    due: Mapped[date | None] = mapped_column(default=None)
    state: Mapped[ActionState] = mapped_column(Word(ActionState), default=ActionState.OPEN)
    reason: Mapped[str] = mapped_column(info=PERSONAL, default="")
    done_at: Mapped[datetime | None] = mapped_column(default=None)
