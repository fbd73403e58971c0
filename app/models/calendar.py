"""Working calendars and rotas."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Edited, Id, Keyed


class Calendar(Edited):
    """Working hours under one name; what they are stands in its versions."""

    __tablename__ = "calendars"

    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]


class CalendarVersion(Keyed):
    """Working hours that hold from a local date on; never changed once written."""

    __tablename__ = "calendar_versions"
    __table_args__ = (UniqueConstraint("calendar_id", "number"),)

    calendar_id: Mapped[str] = mapped_column(Id, ForeignKey("calendars.id"))
    number: Mapped[int]
    holds_from: Mapped[date]
    definition: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]


class Rota(Edited):
    """Who is on duty when; an owner ``rota:KEY`` resolves to its person on duty."""

    __tablename__ = "rotas"

    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    time_zone: Mapped[str] = mapped_column(default="UTC")


class RotaLayer(Edited):
    """One rotation of a rota; a higher layer names the person."""

    __tablename__ = "rota_layers"

    rota_id: Mapped[str] = mapped_column(Id, ForeignKey("rotas.id"), index=True)
    position: Mapped[int]
    name: Mapped[str]
    rotation: Mapped[dict[str, Any]]


class RotaOverride(Edited):
    """A dated change of a rota: somebody added, removed or replaced, or a temporary schedule with its own shifts.

    ``replaces_id`` NULL of a removal or replacement means everybody; ``shifts`` are those of a temporary schedule.
    """

    __tablename__ = "rota_overrides"

    rota_id: Mapped[str] = mapped_column(Id, ForeignKey("rotas.id"), index=True)
    kind: Mapped[str]
    person_id: Mapped[str | None] = mapped_column(Id, ForeignKey("people.id"), default=None)
    replaces_id: Mapped[str | None] = mapped_column(Id, ForeignKey("people.id"), default=None)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    shifts: Mapped[list[Any]] = mapped_column(default=list)
