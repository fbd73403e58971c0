"""People of the desk: adding, disabling, listing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.enums import Role
from app.models.people import Person
from app.services.database.database import Database
from app.services.database.errors import NotFound, StateError, UserError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.server import end_login, is_server, make_login, may_end_login, may_make_login, require_server
from app.services.database.work import UnitOfWork

LOGIN = re.compile(r"[a-z][a-z0-9_.-]{0,40}")
RESERVED = ("pg_", "desk_")
"""Beginnings of names that a server keeps for itself and for our group roles."""


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """Somebody who works here, as screens and lists show them."""

    id: str
    login: str
    name: str
    email: str | None
    role: Role
    time_zone: str
    active: bool


@dataclass(frozen=True, kw_only=True)
class AddPerson(Operation):
    """Adds somebody; a login that was disabled comes back with the values given here."""

    login: str
    name: str
    role: Role = Role.AGENT
    email: str | None = None
    time_zone: str = "UTC"
    person_id: str = field(default_factory=new_id)
    needs: ClassVar[Role] = Role.ADMIN


@dataclass(frozen=True, kw_only=True)
class DisablePerson(Operation):
    """Takes somebody's rights away; what they did stays theirs."""

    login: str
    needs: ClassVar[Role] = Role.ADMIN


@handles(AddPerson)
def add_person(work: UnitOfWork, operation: AddPerson) -> dict[str, Any]:
    """Raises ``UserError`` for a login or zone that cannot be, ``StateError`` for a login that is in use."""
    check_login(operation.login)
    check_zone(operation.time_zone)
    if not operation.name.strip():
        raise UserError("A person needs a name.", "Give the name that others know them by.")
    work.alone(f"person {operation.login}")
    person = work.session.scalars(select(Person).where(Person.login == operation.login)).one_or_none()
    if person is not None and person.active:
        raise StateError(f"“{operation.login}” works here already.", "Choose another login.")
    if person is None:
        person = work.add(Person(id=operation.person_id, login=operation.login))
    person.name, person.email, person.role = operation.name.strip(), operation.email, operation.role
    person.time_zone, person.active = operation.time_zone, True
    return {"person": person.id}


@handles(DisablePerson)
def disable_person(work: UnitOfWork, operation: DisablePerson) -> dict[str, Any]:
    """Raises ``NotFound`` for an unknown login, ``StateError`` where nobody could undo it afterwards."""
    work.alone("disable person")
    active = work.session.scalars(select(Person).where(Person.active)).all()
    person = next((person for person in active if person.login == operation.login), None)
    if person is None:
        raise NotFound(f"Nobody with the login “{operation.login}” works here.", "See “db person list”.")
    if person.role is Role.ADMIN and sum(other.role is Role.ADMIN for other in active) == 1:
        raise StateError("That is the last person with the role “admin”.", "Give somebody else that role first.")
    person.active = False
    return {"person": person.id}


def add_with_login(database: Database, operation: AddPerson, password: str) -> None:
    """Adds somebody on a server and makes their login: both, or none where the right to do either is missing.

    Who works here already with that role has the login made anew; so a second try mends a first one that broke off.
    """
    check_login(operation.login)
    require_server(database.engine)
    may_make_login(database.engine, operation.login, operation.role)
    here = next((one for one in database.read(list_people) if one.login == operation.login), None)
    if here is None:
        database.apply(operation)
    elif here.role is not operation.role:
        raise StateError(
            f"“{operation.login}” works here already, as {here.role.value}.",
            f"Say --role {here.role.value} to renew their login, or choose another one.",
        )
    make_login(database.engine, operation.login, operation.role, password)


def disable_with_login(database: Database, operation: DisablePerson) -> None:
    """Takes somebody's rights away, on a server their login too: both, or none where a right is missing.

    On a server, who does not work here any more but still has a login loses that.
    """
    if not is_server(database.engine):
        database.apply(operation)
        return
    may_end_login(database.engine, operation.login)
    everybody = database.read(list_people, everybody=True)
    if not any(one.login == operation.login and not one.active for one in everybody):
        database.apply(operation)
    end_login(database.engine, operation.login)


def list_people(session: Session, *, everybody: bool = False, role: Role = Role.VIEWER) -> tuple[PersonRecord, ...]:
    """Who works here and may do all that ``role`` may, by login; with ``everybody`` those who no longer do too."""
    question = select(
        Person.id, Person.login, Person.name, Person.email, Person.role, Person.time_zone, Person.active
    ).order_by(Person.login)
    if not everybody:
        question = question.where(Person.active)
    found = (PersonRecord(*row) for row in session.execute(question))
    return tuple(one for one in found if one.role.includes(role))


def check_login(login: str) -> None:
    """Raises ``UserError`` for a login that not every engine can keep."""
    if LOGIN.fullmatch(login) is None or login.startswith(RESERVED):
        raise UserError(
            f"“{login}” cannot be a login.",
            "Use up to 41 small letters, digits, dots, dashes and underscores, beginning with a letter;"
            " “pg_” and “desk_” are kept for the server.",
        )


def check_zone(zone: str) -> None:
    """Raises ``UserError`` for a time zone that is not in the data this program ships."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UserError(f"“{zone}” is not a known time zone.", "Write it as in “Europe/Berlin”.") from None
