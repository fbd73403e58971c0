"""Reading announcements: one as its reader sees it, who has confirmed, and what waits for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.models import governance as tables
from app.models.matrix import MatrixVersion
from app.models.people import Membership, Person, Team
from app.services.announcements.people import NO_TEAM
from app.services.announcements.reach import AnnouncedChange
from app.services.announcements.shifts import Shifts
from app.services.database.errors import NotFound


@dataclass(frozen=True, slots=True)
class TeamReading:
    """What one team reads."""

    team_id: str
    name: str
    changes: tuple[AnnouncedChange, ...]


@dataclass(frozen=True, slots=True)
class QuestionRecord:
    """A question and its answer; an answer that is empty is not there yet."""

    id: str
    asked_by: str
    asked_at: datetime
    text: str
    answer: str
    answered_by: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReaderRecord:
    """Somebody who is asked to confirm. ``off_until`` says when one who is away is back, as far as that is known."""

    person_id: str
    name: str
    team_id: str
    team: str
    opened_at: datetime | None
    confirmed_at: datetime | None
    reminded_at: datetime | None
    away: bool
    off_until: datetime | None
    wrote_it: bool


@dataclass(frozen=True, slots=True)
class AnnouncementRecord:
    """An announcement as a reader sees it: the changes of their teams first."""

    id: str
    version_id: str
    number: int
    title: str
    why: str
    practise: str
    made_by: str
    at: datetime
    effective_from: datetime
    confirm_by: datetime | None
    corrected_at: datetime | None
    teams: tuple[TeamReading, ...]
    mine: tuple[str, ...]
    asked: bool
    confirmed_at: datetime | None
    questions: tuple[QuestionRecord, ...]
    readers: tuple[ReaderRecord, ...]
    revision: int

    @property
    def confirmed(self) -> int:
        """How many have confirmed."""
        return sum(one.confirmed_at is not None for one in self.readers)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An announcement that a person has not confirmed yet."""

    announcement_id: str
    number: int
    title: str
    confirm_by: datetime | None


def waiting_for(session: Session, person_id: str) -> tuple[Waiting, ...]:
    """What a person is asked to read, oldest first."""
    rows = session.execute(
        select(tables.Announcement.id, MatrixVersion.number, tables.Announcement.title, tables.Announcement.confirm_by)
        .join(tables.Confirmation, tables.Confirmation.announcement_id == tables.Announcement.id)
        .join(MatrixVersion, MatrixVersion.id == tables.Announcement.version_id)
        .where(tables.Confirmation.person_id == person_id, tables.Confirmation.confirmed_at.is_(None))
        .order_by(tables.Announcement.at)
    ).all()
    return tuple(Waiting(*row) for row in rows)


def next_to_read(session: Session, person_id: str) -> str | None:
    """The announcement to show to a person who asks what changed: the oldest that waits for them, else the newest."""
    waiting = waiting_for(session, person_id)
    if waiting:
        return waiting[0].announcement_id
    return session.scalar(select(tables.Announcement.id).order_by(tables.Announcement.at.desc()).limit(1))


def confirmed_counts(session: Session) -> dict[str, tuple[int, int]]:
    """How many have confirmed, and how many are asked, by the id of the version."""
    rows = session.execute(
        select(
            tables.Announcement.version_id,
            func.count(tables.Confirmation.confirmed_at),
            func.count(tables.Confirmation.id),
        )
        .join(tables.Confirmation, tables.Confirmation.announcement_id == tables.Announcement.id)
        .group_by(tables.Announcement.version_id)
    ).all()
    return {version: (confirmed, asked) for version, confirmed, asked in rows}


def announcement_of(session: Session, version_id: str, person_id: str, at: datetime) -> AnnouncementRecord | None:
    """The announcement of a version for one reader; None where it was not announced."""
    row = session.scalars(select(tables.Announcement).where(tables.Announcement.version_id == version_id)).first()
    return _record(session, row, person_id, at) if row is not None else None


def read_announcement(session: Session, announcement_id: str, person_id: str, at: datetime) -> AnnouncementRecord:
    """One announcement for one reader. Raises ``NotFound``."""
    row = session.get(tables.Announcement, announcement_id)
    if row is None:
        raise NotFound("That announcement is no longer there.", "Look at the history of the matrix.")
    return _record(session, row, person_id, at)


def _record(session: Session, row: tables.Announcement, person_id: str, at: datetime) -> AnnouncementRecord:
    version = session.get_one(MatrixVersion, row.version_id)
    readers = _readers(session, row, at)
    me = next((one for one in readers if one.person_id == person_id), None)
    teams = tuple(_team(one) for one in row.body.get("teams", ()))
    corrected = row.body.get("corrected_at")
    return AnnouncementRecord(
        id=row.id,
        version_id=version.id,
        number=version.number,
        title=row.title,
        why=version.rationale or "",
        practise=row.practise,
        made_by=session.scalar(select(Person.name).where(Person.id == row.made_by_id)) or "",
        at=row.at,
        effective_from=version.effective_from or row.at,
        confirm_by=row.confirm_by,
        corrected_at=datetime.fromisoformat(corrected) if corrected else None,
        teams=teams,
        mine=_mine(session, person_id, teams, me),
        asked=me is not None,
        confirmed_at=me.confirmed_at if me is not None else None,
        questions=_questions(session, row.id),
        readers=readers,
        revision=row.revision,
    )


def _team(one: dict[str, Any]) -> TeamReading:
    return TeamReading(one["team_id"], one["name"], tuple(AnnouncedChange(**change) for change in one["changes"]))


def _mine(session: Session, person_id: str, teams: tuple[TeamReading, ...], me: ReaderRecord | None) -> tuple[str, ...]:
    """The teams of the announcement that a person reads as theirs."""
    own = set(session.scalars(select(Membership.team_id).where(Membership.person_id == person_id)))
    own |= set(session.scalars(select(Team.id).where(Team.lead_id == person_id)))
    own |= {me.team_id} if me is not None else set()
    return tuple(one.team_id for one in teams if one.team_id in own)


def _questions(session: Session, announcement_id: str) -> tuple[QuestionRecord, ...]:
    asker, answerer = aliased(Person), aliased(Person)
    rows = session.execute(
        select(tables.Question, asker.name, answerer.name)
        .join(asker, asker.id == tables.Question.asked_by_id)
        .outerjoin(answerer, answerer.id == tables.Question.answered_by_id)
        .where(tables.Question.announcement_id == announcement_id)
        .order_by(tables.Question.asked_at)
    ).all()
    return tuple(
        QuestionRecord(row.id, asked, row.asked_at, row.text, row.answer, answered or "", row.answered_at)
        for row, asked, answered in rows
    )


def _readers(session: Session, announcement: tables.Announcement, at: datetime) -> tuple[ReaderRecord, ...]:
    rows = session.execute(
        select(tables.Confirmation, Person.name, Team.name)
        .join(Person, Person.id == tables.Confirmation.person_id)
        .outerjoin(Team, Team.id == tables.Confirmation.team_id)
        .where(tables.Confirmation.announcement_id == announcement.id)
        .order_by(Person.name)
    ).all()
    shifts = Shifts(session, at) if any(row.confirmed_at is None for row, _name, _team in rows) else None
    found = []
    for row, name, team in rows:
        away = shifts is not None and row.confirmed_at is None and not shifts.on_duty(row.person_id, at)
        found.append(
            ReaderRecord(
                person_id=row.person_id,
                name=name,
                team_id=row.team_id or NO_TEAM,
                team=team or "Others",
                opened_at=row.opened_at,
                confirmed_at=row.confirmed_at,
                reminded_at=row.reminded_at,
                away=away,
                off_until=shifts.off_until(row.person_id) if away and shifts is not None else None,
                wrote_it=row.person_id == announcement.made_by_id,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.team_id == NO_TEAM, one.team)))
