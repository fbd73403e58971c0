"""Proposals, announcements and who has confirmed reading them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import PERSONAL, Edited, Id, Keyed


class Proposal(Edited):
    """A suggested matrix change with its reason."""

    __tablename__ = "proposals"

    incident_id: Mapped[str | None] = mapped_column(Id, ForeignKey("incidents.id"), index=True, default=None)
    action_item_id: Mapped[str | None] = mapped_column(Id, ForeignKey("action_items.id"), default=None)
    made_by_id: Mapped[str] = mapped_column(Id, ForeignKey("people.id"))
    made_at: Mapped[datetime]
    what: Mapped[str] = mapped_column(info=PERSONAL)
    why: Mapped[str] = mapped_column(info=PERSONAL)
    change: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(default="open")
    answer: Mapped[str] = mapped_column(info=PERSONAL, default="")


class Announcement(Keyed):
    """What changed in a published version, in plain words."""

    __tablename__ = "announcements"

    version_id: Mapped[str] = mapped_column(Id, ForeignKey("matrix_versions.id"), unique=True)
    body: Mapped[str]
    at: Mapped[datetime]


class Confirmation(Keyed):
    """A person's word that an announcement was read."""

    __tablename__ = "confirmations"
    __table_args__ = (UniqueConstraint("announcement_id", "person_id"),)

    announcement_id: Mapped[str] = mapped_column(Id, ForeignKey("announcements.id"))
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("people.id"))
    at: Mapped[datetime]
