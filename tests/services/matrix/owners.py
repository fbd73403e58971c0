"""The sample's matrix and the owners that it names, for tests that need them in a database."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.config import project_file
from app.models.calendar import Rota
from app.models.enums import Role
from app.models.people import Membership, Person, Team
from app.services.database.database import Database
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.matrix.page import MatrixRecord, read_page


@dataclass(frozen=True, kw_only=True)
class PutOwners(Operation):
    """Makes the teams, rotas and people with these keys and names."""

    owners: tuple[tuple[str, str], ...]


@handles(PutOwners)
def put_owners(work: UnitOfWork, operation: PutOwners) -> None:
    for owner, name in operation.owners:
        kind, _, key = owner.partition(":")
        if kind == "team":
            work.add(Team(id=new_id(), key=key, name=name))
        elif kind == "rota":
            work.add(Rota(id=new_id(), key=key, name=name))
        elif key != "anna":  # every test database has her
            work.add(Person(id=new_id(), login=key, name=name, role=Role.LEAD))


@dataclass(frozen=True, kw_only=True)
class PutMembers(Operation):
    """Lets people (logins) join a team (its key)."""

    team: str
    people: tuple[str, ...]


@handles(PutMembers)
def put_members(work: UnitOfWork, operation: PutMembers) -> None:
    team = work.session.scalars(select(Team).where(Team.key == operation.team)).one()
    for person in work.session.scalars(select(Person).where(Person.login.in_(operation.people))):
        work.add(Membership(id=new_id(), team_id=team.id, person_id=person.id))


def sample_document() -> dict[str, Any]:
    """The sample's matrix: twelve triggers, numbered in order."""
    found: dict[str, Any] = json.loads(project_file("resources", "sample", "matrix.json").read_text("utf-8"))
    return found


def add_owners(database: Database) -> None:
    """Makes everybody whom the sample's matrix names."""
    database.apply(PutOwners(owners=tuple((one["key"], one["name"]) for one in sample_document()["owners"])))


def page(database: Database) -> MatrixRecord:
    """What the Matrix page shows now."""
    found = database.read(read_page, database.clock.now())
    assert found is not None
    return found
