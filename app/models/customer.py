"""Customers and the people there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import PERSONAL, Edited, Id


class Customer(Edited):
    """Who raised an incident or is affected by it."""

    __tablename__ = "customers"
    __table_args__ = (UniqueConstraint("source", "source_key"),)

    name: Mapped[str] = mapped_column(info=PERSONAL)
    segment: Mapped[str | None] = mapped_column(default=None)
    region: Mapped[str | None] = mapped_column(default=None)
    language: Mapped[str] = mapped_column(default="en")
    time_zone: Mapped[str | None] = mapped_column(default=None)
    calendar_id: Mapped[str | None] = mapped_column(Id, ForeignKey("calendars.id"), default=None)
    owner_id: Mapped[str | None] = mapped_column(Id, ForeignKey("people.id"), default=None)
    source: Mapped[str | None] = mapped_column(default=None)
    source_key: Mapped[str | None] = mapped_column(info=PERSONAL, default=None)
    context: Mapped[dict[str, Any]] = mapped_column(default=dict, info=PERSONAL)
    import_batch_id: Mapped[str | None] = mapped_column(Id, default=None)


class Contact(Edited):
    """A person at a customer."""

    __tablename__ = "contacts"

    customer_id: Mapped[str] = mapped_column(Id, ForeignKey("customers.id"), index=True)
    name: Mapped[str] = mapped_column(info=PERSONAL)
    email: Mapped[str | None] = mapped_column(info=PERSONAL, default=None)
    phone: Mapped[str | None] = mapped_column(info=PERSONAL, default=None)
    handle: Mapped[str | None] = mapped_column(info=PERSONAL, default=None)
    main: Mapped[bool] = mapped_column(default=False)
