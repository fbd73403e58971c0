"""Who an owner text means at an instant: one named person, and everybody who is alerted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.calendar import Rota
from app.models.people import Membership, Person, Team
from app.services.database.errors import NotFound
from app.services.incidents.roster import ResolvedOwner, Roster

__all__ = ["ResolvedOwner", "people_behind", "require_known", "resolve"]

ROSTER = "roster"


def resolve(session: Session, owner: str, at: datetime) -> ResolvedOwner:
    """The people behind an owner at ``at``, deputies of the absent included; nobody where it leads nowhere.

    What was read for one owner serves the next ones of the same instant in the same transaction.
    """
    roster = session.info.get(ROSTER)
    if roster is None or roster.at != at:
        roster = session.info[ROSTER] = Roster(session, at)
    found: ResolvedOwner = roster.resolve(owner, at)
    return found


def require_known(session: Session, owner: str) -> None:
    """Raises ``NotFound`` where an owner text names nobody, no team and no rota that is here."""
    kind, _, key = owner.partition(":")
    if kind == "person":
        found, what = select(Person.id).where(Person.login == key, Person.active), f"Nobody with the login “{key}”"
        mend = "See who works here with “db person list”."
    elif kind == "team":
        found, what = select(Team.id).where(Team.key == key, Team.active), f"No team “{key}”"
        mend = "Name another team, or a person."
    else:
        found, what = select(Rota.id).where(Rota.key == key), f"No rota “{key}”"
        mend = "Write person:LOGIN, team:KEY or rota:KEY."
    if session.scalars(found).first() is None:
        raise NotFound(f"{what} is known here.", mend)


def people_behind(session: Session, owner: str, at: datetime) -> frozenset[str]:
    """Everybody who belongs to an owner, on duty or not: the people it means at ``at`` and the members of its team."""
    found = resolve(session, owner, at)
    members = session.scalars(select(Membership.person_id).where(Membership.team_id == found.team_id)).all()
    return frozenset((*found.alerted, *members))
