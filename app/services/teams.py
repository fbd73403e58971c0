"""Teams: who shares a queue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import select

from app.models.calendar import Rota
from app.models.enums import Role
from app.models.people import Membership, Person, Team
from app.services.database.errors import NotFound, UserError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class AddTeam(Operation):
    """Adds a team with its members (logins), its lead and its rota (keys). Result: ``{"team_id"}``."""

    key: str
    name: str
    members: tuple[str, ...] = ()
    lead: str | None = None
    rota: str | None = None
    needs: ClassVar[Role] = Role.LEAD


@handles(AddTeam)
def add_team(work: UnitOfWork, operation: AddTeam) -> dict[str, Any]:
    """Refused where the key is taken or somebody named is not there."""
    work.alone(f"team {operation.key}")
    if work.session.scalars(select(Team).where(Team.key == operation.key)).first() is not None:
        raise UserError(f"There is a team “{operation.key}” already.", "Choose another key.")
    rota = work.session.scalars(select(Rota).where(Rota.key == operation.rota)).first() if operation.rota else None
    if operation.rota and rota is None:
        raise NotFound(f"There is no rota “{operation.rota}”.", "Add it first.")
    team = work.add(
        Team(
            id=new_id(),
            key=operation.key,
            name=operation.name,
            lead_id=_person(work, operation.lead) if operation.lead else None,
            rota_id=rota.id if rota else None,
        )
    )
    work.session.flush()
    for login in operation.members:
        work.add(Membership(id=new_id(), team_id=team.id, person_id=_person(work, login)))
    return {"team_id": team.id}


def _person(work: UnitOfWork, login: str) -> str:
    found = work.session.scalar(select(Person.id).where(Person.login == login, Person.active))
    if found is None:
        raise NotFound(f"There is nobody with the login “{login}”.", "Add them first.")
    return found
