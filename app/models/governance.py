"""Change under control: proposals, champions, signatures, announcements and who has read them, saved examples."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import PERSONAL, Edited, Id, Keyed, Word
from app.models.enums import ProposalState, SigningFunction


class Proposal(Edited):
    """A suggested matrix change with its reason; ``change`` holds it as edits, where its author made them so."""

    __tablename__ = "proposals"

    incident_id: Mapped[str | None] = mapped_column(Id, ForeignKey("incidents.id"), index=True, default=None)
    action_item_id: Mapped[str | None] = mapped_column(Id, ForeignKey("action_items.id"), default=None)
    made_by_id: Mapped[str] = mapped_column(Id, ForeignKey("people.id"))
    made_at: Mapped[datetime]
    what: Mapped[str] = mapped_column(info=PERSONAL)
    why: Mapped[str] = mapped_column(info=PERSONAL)
    change: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[ProposalState] = mapped_column(Word(ProposalState), default=ProposalState.OPEN)
    answer: Mapped[str] = mapped_column(info=PERSONAL, default="")
    answered_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("people.id"), default=None)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    version_id: Mapped[str | None] = mapped_column(Id, ForeignKey("matrix_versions.id"), default=None)


class Champion(Edited):
    """A person who may change triggers that match only inside ``choices`` of one dimension."""

    __tablename__ = "champions"
    __table_args__ = (UniqueConstraint("person_id", "dimension"),)

    person_id: Mapped[str] = mapped_column(Id, ForeignKey("people.id"))
    dimension: Mapped[str]
    choices: Mapped[list[str]] = mapped_column(default=list)


class Signature(Keyed):
    """A person's word for a draft, on behalf of one function; it holds for the exact content that ``mark`` names."""

    __tablename__ = "signatures"
    __table_args__ = (UniqueConstraint("version_id", "function"),)

    version_id: Mapped[str] = mapped_column(Id, ForeignKey("matrix_versions.id"))
    function: Mapped[SigningFunction] = mapped_column(Word(SigningFunction))
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("people.id"))
    mark: Mapped[str]
    words: Mapped[str] = mapped_column(info=PERSONAL, default="")
    at: Mapped[datetime]


class ChangeReading(Keyed):
    """One block of a draft's difference that a person has read, with the mark of what it said then."""

    __tablename__ = "change_readings"
    __table_args__ = (UniqueConstraint("version_id", "person_id", "block"),)

    version_id: Mapped[str] = mapped_column(Id, ForeignKey("matrix_versions.id"))
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("people.id"))
    block: Mapped[str]
    mark: Mapped[str]
    at: Mapped[datetime]


class Announcement(Edited):
    """What changed in a published version, in plain words; ``body`` holds the changes by team."""

    __tablename__ = "announcements"

    version_id: Mapped[str] = mapped_column(Id, ForeignKey("matrix_versions.id"), unique=True)
    title: Mapped[str] = mapped_column(info=PERSONAL)
    body: Mapped[dict[str, Any]] = mapped_column(default=dict)
    practise: Mapped[str] = mapped_column(info=PERSONAL, default="")
    made_by_id: Mapped[str] = mapped_column(Id, ForeignKey("people.id"))
    at: Mapped[datetime]
    confirm_by: Mapped[datetime | None] = mapped_column(default=None)


class Confirmation(Edited):
    """A person who is asked to confirm reading an announcement, and whether they opened and confirmed it.

    ``remind_on_shift``: reminded once they are on duty again.
    """

    __tablename__ = "confirmations"
    __table_args__ = (UniqueConstraint("announcement_id", "person_id"),)

    announcement_id: Mapped[str] = mapped_column(Id, ForeignKey("announcements.id"))
    person_id: Mapped[str] = mapped_column(Id, ForeignKey("people.id"), index=True)
    team_id: Mapped[str | None] = mapped_column(Id, ForeignKey("teams.id"), default=None)
    opened_at: Mapped[datetime | None] = mapped_column(default=None)
    confirmed_at: Mapped[datetime | None] = mapped_column(default=None)
    reminded_at: Mapped[datetime | None] = mapped_column(default=None)
    remind_on_shift: Mapped[bool] = mapped_column(default=False)


class Question(Edited):
    """What somebody asked about an announcement, and the answer."""

    __tablename__ = "questions"

    announcement_id: Mapped[str] = mapped_column(Id, ForeignKey("announcements.id"), index=True)
    asked_by_id: Mapped[str] = mapped_column(Id, ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(info=PERSONAL)
    answer: Mapped[str] = mapped_column(info=PERSONAL, default="")
    answered_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("people.id"), default=None)
    answered_at: Mapped[datetime | None] = mapped_column(default=None)


class Example(Edited):
    """A saved incident and the tier that a version must answer before it is published; all versions share them."""

    __tablename__ = "examples"

    name: Mapped[str] = mapped_column(info=PERSONAL)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    tier: Mapped[str]
    incident_id: Mapped[str | None] = mapped_column(Id, ForeignKey("incidents.id"), index=True, default=None)
    position: Mapped[float]
