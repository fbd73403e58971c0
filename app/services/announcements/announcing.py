"""Announcing a version, and what people do about it: open, confirm, ask, answer, correct, remind.

Everybody may read, confirm and ask; leads announce, answer, correct and remind (domain.md 9).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import select

from app.models import governance as tables
from app.models.enums import Role, VersionState
from app.models.matrix import MatrixVersion
from app.services.announcements.people import NO_TEAM, TeamChanges, changes_by_team
from app.services.announcements.shifts import Shifts
from app.services.database.errors import NotFound, StateError, UserError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents.alerts import notify

ANNOUNCED, REMINDED, ASKED, ANSWERED = (
    "matrix_announced", "matrix_reminder", "announcement_question", "announcement_answer",
)  # fmt: skip
LONGEST_TITLE = 160
LONGEST_WORDS = 4_000


@dataclass(frozen=True, kw_only=True)
class LeadOperation(Operation):
    """An act of those who publish."""

    needs: ClassVar[Role] = Role.LEAD


@dataclass(frozen=True, kw_only=True)
class ReaderOperation(Operation):
    """An act of anybody."""

    needs: ClassVar[Role] = Role.VIEWER


@dataclass(frozen=True, kw_only=True)
class Announce(LeadOperation):
    """Announces a published version to the teams named (all that are reached, where None). Result: ``{"people": n}``.

    ``confirm_by`` is when everybody should have confirmed; None asks for no day.
    """

    version_id: str
    title: str
    practise: str = ""
    teams: tuple[str, ...] | None = None
    confirm_by: datetime | None = None
    announcement_id: str = field(default_factory=new_id)


@dataclass(frozen=True, kw_only=True)
class OpenAnnouncement(ReaderOperation):
    """Notes that the person has it open, the first time."""

    announcement_id: str


@dataclass(frozen=True, kw_only=True)
class ConfirmReading(ReaderOperation):
    """The person's word that they read it."""

    announcement_id: str


@dataclass(frozen=True, kw_only=True)
class AskQuestion(ReaderOperation):
    """Asks about it; the author is told."""

    announcement_id: str
    text: str
    question_id: str = field(default_factory=new_id)


@dataclass(frozen=True, kw_only=True)
class AnswerQuestion(LeadOperation):
    """Answers for all to read; who asked is told."""

    question_id: str
    text: str
    seen: str = ""


@dataclass(frozen=True, kw_only=True)
class CorrectAnnouncement(LeadOperation):
    """Writes title and practice anew; readers see that it was corrected."""

    announcement_id: str
    title: str
    practise: str
    seen_title: str
    seen_practise: str


@dataclass(frozen=True, kw_only=True)
class Remind(LeadOperation):
    """Reminds who has not confirmed: those on duty now, the others when their shift begins. Result: counts of both."""

    announcement_id: str


@handles(Announce)
def announce(work: UnitOfWork, operation: Announce) -> dict[str, Any]:
    """Writes it and tells everybody it is for. The author has read what they wrote."""
    version = work.get(MatrixVersion, operation.version_id, "That version")
    if version.state not in (VersionState.PUBLISHED, VersionState.RETIRED):
        raise StateError(f"Version {version.number} is not published yet.", "Publish it first.")
    there = select(tables.Announcement.id).where(tables.Announcement.version_id == version.id)
    if work.session.scalar(there) is not None:
        raise StateError(f"Version {version.number} is announced already.", "Correct the text instead.")
    title, practise = _text(operation.title, "title", LONGEST_TITLE), _optional(operation.practise)
    if operation.confirm_by is not None and operation.confirm_by <= work.now:
        raise UserError("The day to confirm by has passed.", "Choose a later one.", where="confirm_by")
    teams = [
        one
        for one in changes_by_team(work.session, version)
        if operation.teams is None or one.team_id in operation.teams
    ]
    row = work.add(
        tables.Announcement(
            id=operation.announcement_id,
            version_id=version.id,
            title=title,
            body={"teams": [_team_document(one) for one in teams]},
            practise=practise,
            made_by_id=work.actor.id,
            at=work.now,
            confirm_by=operation.confirm_by,
        )
    )
    work.session.flush()
    people = _ask(work, row, teams)
    told = [one for one in people if one != work.actor.id]
    notify(work, told, ANNOUNCED, {"announcement": row.id, "version": version.number, "title": title})
    return {"people": len(people)}


def _team_document(one: TeamChanges) -> dict[str, Any]:
    return {"team_id": one.team_id, "name": one.name, "changes": [asdict(change) for change in one.changes]}


def _ask(work: UnitOfWork, announcement: tables.Announcement, teams: list[TeamChanges]) -> list[str]:
    """One row for each person, under the first of their teams."""
    asked: dict[str, str] = {}
    for team in teams:
        for person in team.people:
            asked.setdefault(person, team.team_id)
    for person, team_id in asked.items():
        wrote = work.now if person == work.actor.id else None
        work.add(
            tables.Confirmation(
                id=new_id(),
                announcement_id=announcement.id,
                person_id=person,
                team_id=None if team_id == NO_TEAM else team_id,
                opened_at=wrote,
                confirmed_at=wrote,
            )
        )
    return list(asked)


@handles(OpenAnnouncement)
def open_announcement(work: UnitOfWork, operation: OpenAnnouncement) -> None:
    """Of people who are not asked nothing is kept."""
    row = _of_reader(work, operation.announcement_id)
    if row is not None and row.opened_at is None:
        row.opened_at = work.now


@handles(ConfirmReading)
def confirm_reading(work: UnitOfWork, operation: ConfirmReading) -> None:
    """Raises ``NotFound`` for a person whom the announcement does not ask."""
    row = _of_reader(work, operation.announcement_id)
    if row is None:
        raise NotFound("This announcement does not ask for your word.", "There is nothing you need to do.")
    if row.confirmed_at is None:
        row.opened_at = row.opened_at or work.now
        row.confirmed_at = work.now


@handles(AskQuestion)
def ask_question(work: UnitOfWork, operation: AskQuestion) -> None:
    """Tells the author, unless they ask themselves."""
    announcement = work.get(tables.Announcement, operation.announcement_id, "That announcement")
    text = _text(operation.text, "text", LONGEST_WORDS)
    work.add(
        tables.Question(
            id=operation.question_id,
            announcement_id=announcement.id,
            asked_by_id=work.actor.id,
            asked_at=work.now,
            text=text,
        )
    )
    if announcement.made_by_id != work.actor.id:
        data = {"announcement": announcement.id, "title": announcement.title}
        notify(work, [announcement.made_by_id], ASKED, data)


@handles(AnswerQuestion)
def answer_question(work: UnitOfWork, operation: AnswerQuestion) -> None:
    """Raises ``Conflict`` where somebody else answered meanwhile."""
    row = work.get(tables.Question, operation.question_id, "That question")
    text = _text(operation.text, "text", LONGEST_WORDS)
    work.compare("Somebody answered this question meanwhile.", row, {"answer": operation.seen}, {"answer": text})
    row.answer, row.answered_by_id, row.answered_at = text, work.actor.id, work.now
    if row.asked_by_id != work.actor.id:
        announcement = work.get(tables.Announcement, row.announcement_id, "That announcement")
        notify(work, [row.asked_by_id], ANSWERED, {"announcement": announcement.id, "title": announcement.title})


@handles(CorrectAnnouncement)
def correct_announcement(work: UnitOfWork, operation: CorrectAnnouncement) -> None:
    """What changed in the version cannot be corrected: it is what was published."""
    row = work.get(tables.Announcement, operation.announcement_id, "That announcement")
    wanted = {"title": _text(operation.title, "title", LONGEST_TITLE), "practise": _optional(operation.practise)}
    seen = {"title": operation.seen_title, "practise": operation.seen_practise}
    work.compare("Somebody corrected this announcement meanwhile.", row, seen, wanted)
    if wanted != seen:
        row.title, row.practise = wanted["title"], wanted["practise"]
        row.body = {**row.body, "corrected_at": work.now.isoformat()}


@handles(Remind)
def remind(work: UnitOfWork, operation: Remind) -> dict[str, Any]:
    """Those off duty are kept for `reminding.RemindOnShift`, which the watch asks for."""
    announcement = work.get(tables.Announcement, operation.announcement_id, "That announcement")
    rows = _open_rows(work, announcement.id)
    if not rows:
        raise StateError("Everybody has confirmed.", "There is nobody left to remind.")
    shifts = Shifts(work.session, work.now)
    now = [row for row in rows if shifts.on_duty(row.person_id, work.now)]
    send_reminders(work, announcement, now)
    later = [row for row in rows if row not in now]
    for row in later:
        row.remind_on_shift = True
    return {"now": len(now), "later": len(later)}


def _open_rows(work: UnitOfWork, announcement_id: str) -> list[tables.Confirmation]:
    """The rows of those who have not confirmed yet."""
    return list(
        work.session.scalars(
            select(tables.Confirmation).where(
                tables.Confirmation.announcement_id == announcement_id, tables.Confirmation.confirmed_at.is_(None)
            )
        )
    )


def send_reminders(work: UnitOfWork, announcement: tables.Announcement, rows: list[tables.Confirmation]) -> None:
    """Tells these people once more."""
    number = work.session.scalar(select(MatrixVersion.number).where(MatrixVersion.id == announcement.version_id))
    for row in rows:
        row.reminded_at, row.remind_on_shift = work.now, False
    data = {"announcement": announcement.id, "version": number, "title": announcement.title}
    notify(work, [row.person_id for row in rows], REMINDED, data)


def _of_reader(work: UnitOfWork, announcement_id: str) -> tables.Confirmation | None:
    work.get(tables.Announcement, announcement_id, "That announcement")
    question = select(tables.Confirmation).where(
        tables.Confirmation.announcement_id == announcement_id, tables.Confirmation.person_id == work.actor.id
    )
    return work.session.scalars(question).first()


def _text(text: str, where: str, longest: int) -> str:
    text = text.strip()
    if not text:
        raise UserError("There are no words yet.", "Write what people should read.", where=where)
    if len(text) > longest:
        raise UserError("This is too long.", f"Keep it under {longest:,} characters.", where=where)
    return text


def _optional(text: str) -> str:
    return _text(text, "practise", LONGEST_WORDS) if text.strip() else ""
