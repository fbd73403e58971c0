"""Absences: when a person is not on duty, and who is asked in their place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.models.enums import Role
from app.models.people import Absence, Person
from app.services.database.errors import NotAllowed, NotFound, StateError, UserError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class SetAbsence(Operation):
    """Somebody is away in ``[starts_at, ends_at)``; ``person`` and ``deputy`` are logins.

    One's own by oneself, anybody's by a lead. Result: ``{"absence_id"}``.
    """

    person: str
    starts_at: datetime
    ends_at: datetime
    deputy: str | None = None
    needs: ClassVar[Role] = Role.AGENT


@dataclass(frozen=True, kw_only=True)
class EndAbsence(Operation):
    """Takes an absence back: one that runs ends now, one that is ahead is removed."""

    absence_id: str
    needs: ClassVar[Role] = Role.AGENT


@dataclass(frozen=True, slots=True)
class AbsenceRecord:
    """An absence as screens list it."""

    id: str
    person: str
    person_name: str
    deputy: str | None
    deputy_name: str | None
    starts_at: datetime
    ends_at: datetime


def list_absences(session: Session, at: datetime, person_id: str | None = None) -> tuple[AbsenceRecord, ...]:
    """The absences that are not over at ``at``, of one person where one is named, by their beginning."""
    deputy = aliased(Person)
    question = (
        select(Absence.id, Person.login, Person.name, deputy.login, deputy.name, Absence.starts_at, Absence.ends_at)
        .join(Person, Person.id == Absence.person_id)
        .outerjoin(deputy, deputy.id == Absence.deputy_id)
        .where(Absence.ends_at > at)
        .order_by(Absence.starts_at, Person.login)
    )
    if person_id is not None:
        question = question.where(Absence.person_id == person_id)
    return tuple(AbsenceRecord(*row) for row in session.execute(question))


@handles(SetAbsence)
def set_absence(work: UnitOfWork, operation: SetAbsence) -> dict[str, Any]:
    """Refused where it ends before it starts or is over, overlaps another one, or deputies lead back to the person."""
    if operation.ends_at <= operation.starts_at:
        raise UserError("An absence must end after it starts.", "Choose a later end.", "ends_at")
    if operation.ends_at <= work.now:
        raise UserError("This absence is over already.", "Choose an end in the future.", "ends_at")
    work.alone("absences")  # two people who name each other must not do so at once
    person = _person(work, operation.person, "person")
    _refuse_others_absence(work, person)
    deputy = _person(work, operation.deputy, "deputy") if operation.deputy else None
    if deputy is not None and deputy.id == person.id:
        raise UserError("Nobody is their own deputy.", "Name somebody else, or nobody.", "deputy")
    _refuse_overlap(work, person, operation)
    if deputy is not None:
        _refuse_circle(work, person, deputy, operation)
    row = work.add(
        Absence(
            id=new_id(),
            person_id=person.id,
            deputy_id=deputy.id if deputy else None,
            starts_at=operation.starts_at,
            ends_at=operation.ends_at,
        )
    )
    return {"absence_id": row.id}


@handles(EndAbsence)
def end_absence(work: UnitOfWork, operation: EndAbsence) -> dict[str, Any]:
    """Refused for one that is over."""
    row = work.get(Absence, operation.absence_id, "That absence", lock=True)
    _refuse_others_absence(work, work.get(Person, row.person_id, "That person"))
    if row.ends_at <= work.now:
        raise StateError("That absence is over.", "It stays as it was.")
    if row.starts_at >= work.now:
        work.session.delete(row)
    else:
        row.ends_at = work.now
    return {"absence_id": row.id}


def _person(work: UnitOfWork, login: str, where: str) -> Person:
    found = work.session.scalars(select(Person).where(Person.login == login, Person.active)).first()
    if found is None:
        raise NotFound(f"There is nobody with the login “{login}”.", "See who works here with “db person list”.", where)
    return found


def _refuse_others_absence(work: UnitOfWork, person: Person) -> None:
    if person.id != work.actor.id and not work.actor.role.includes(Role.LEAD):
        raise NotAllowed("Only a lead can say when others are away.", f"Ask {person.name}, or a lead.")


def _overlapping(work: UnitOfWork, person_id: str, start: datetime, end: datetime) -> list[Absence]:
    return list(
        work.session.scalars(
            select(Absence).where(Absence.person_id == person_id, Absence.starts_at < end, Absence.ends_at > start)
        )
    )


def _refuse_overlap(work: UnitOfWork, person: Person, operation: SetAbsence) -> None:
    for other in _overlapping(work, person.id, operation.starts_at, operation.ends_at):
        span = f"{other.starts_at:%d %b %Y %H:%M} to {other.ends_at:%d %b %Y %H:%M} UTC"
        raise UserError(
            f"{person.name} is away already from {span}.",
            "End that absence first, or choose other times.",
            "starts_at",
        )


def _refuse_circle(work: UnitOfWork, person: Person, deputy: Person, operation: SetAbsence) -> None:
    """Follows deputies who are away themselves while this absence lasts; each step narrows the time, so it ends."""
    waiting = [(deputy.id, operation.starts_at, operation.ends_at)]
    looked_at = set(waiting)
    while waiting:
        person_id, start, end = waiting.pop()
        for other in _overlapping(work, person_id, start, end):
            if other.deputy_id == person.id:
                raise UserError(
                    f"{deputy.name} is away then, and deputies lead back to {person.name}.",
                    "Name somebody else, or nobody.",
                    "deputy",
                )
            step = (other.deputy_id or "", max(start, other.starts_at), min(end, other.ends_at))
            if other.deputy_id is not None and step not in looked_at:
                looked_at.add(step)
                waiting.append(step)
