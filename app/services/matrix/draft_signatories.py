"""Who must sign a version before it is published: one named person for each function the organisation asks.

What a draft says here holds once it is in force: no draft loosens the control under which it is published itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.models.enums import Role, SigningFunction
from app.models.people import Person
from app.services.database.errors import Conflict, Difference, NotFound, UserError
from app.services.database.operations import handles
from app.services.database.work import UnitOfWork
from app.services.matrix.draft_targets import with_value
from app.services.matrix.drafts import DraftOperation, open_draft

SIGNATORIES = "signatories"
"""The setting of a version that names them: function to login."""


@dataclass(frozen=True, kw_only=True)
class SetSignatory(DraftOperation):
    """Names who signs for a function, by login; None asks that function no longer."""

    version_id: str
    function: SigningFunction
    login: str | None
    seen: str | None


@handles(SetSignatory)
def set_signatory(work: UnitOfWork, operation: SetSignatory) -> None:
    """Nobody signs for two functions, and only leads sign: the same people who may publish."""
    version = open_draft(work, operation.version_id)
    named = dict(version.settings.get(SIGNATORIES, {}))
    function, login = operation.function.value, operation.login
    stands = named.get(function)
    if stands not in (operation.seen, login):
        raise Conflict(
            "Somebody named another signatory meanwhile.", (Difference(function, operation.seen, stands, login),)
        )
    if login is not None:
        _check(work, login, [key for key, value in named.items() if value == login and key != function])
    left = with_value(named, function, login)
    version.settings = with_value(version.settings, SIGNATORIES, left or None)


def _check(work: UnitOfWork, login: str, others: list[str]) -> None:
    person = work.session.scalars(select(Person).where(Person.login == login, Person.active)).first()
    if person is None:
        raise NotFound(f"There is nobody with the login {login}.", "Choose somebody of the list.")
    if not person.role.includes(Role.LEAD):
        raise UserError(f"{person.name} is no lead.", "Choose a lead or a manager.", SIGNATORIES)
    if others:
        raise UserError(f"{person.name} signs for {others[0]} already.", "Nobody signs for two functions.", SIGNATORIES)
