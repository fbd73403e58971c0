"""People, teams and who belongs to which."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import PERSONAL, Edited, Id, Keyed, Word
from app.models.enums import Role


class Team(Edited):
    """People who share a queue; an owner ``team:KEY`` resolves to its rota's person on duty, else its lead."""

    __tablename__ = "teams"

    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    lead_id: Mapped[str | None] = mapped_column(Id, ForeignKey("people.id"), default=None)
    rota_id: Mapped[str | None] = mapped_column(Id, ForeignKey("rotas.id"), default=None)
    active: Mapped[bool] = mapped_column(default=True)


class Person(Edited):
    """Somebody who works here; an owner ``person:LOGIN`` names them."""

    __tablename__ = "people"

    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(info=PERSONAL)
    email: Mapped[str | None] = mapped_column(info=PERSONAL, default=None)
    role: Mapped[Role] = mapped_column(Word(Role))
    time_zone: Mapped[str] = mapped_column(default="UTC")
    active: Mapped[bool] = mapped_column(default=True)


class Membership(Keyed):
    """A person in a team."""

    __tablename__ = "memberships"
    __table_args__ = (UniqueConstraint("team_id", "person_id"),)

    team_id: Mapped[str] = mapped_column(Id, ForeignKey("teams.id"))
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("people.id"), index=True)


class Absence(Edited):
    """A span in which a person is not on duty; their deputy is asked instead, where one is named."""

    __tablename__ = "absences"

    person_id: Mapped[str] = mapped_column(Id, ForeignKey("people.id"), index=True)
    deputy_id: Mapped[str | None] = mapped_column(Id, ForeignKey("people.id"), default=None)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
