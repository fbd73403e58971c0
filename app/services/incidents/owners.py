"""Who an owner text means at an instant: one named person, and everybody who is alerted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.calendar import Rota as RotaRow
from app.models.calendar import RotaLayer, RotaOverride
from app.models.people import Membership, Person, Team
from app.services.clock.rota import Rota
from app.services.database.errors import NotFound


@dataclass(frozen=True, slots=True)
class ResolvedOwner:
    """What ``owner`` resolves to; ``named_id`` is None when nobody is on duty. ``team_id`` is the team meant."""

    owner: str
    named_id: str | None
    alerted: tuple[str, ...] = ()
    team_id: str | None = None


def resolve(session: Session, owner: str, at: datetime) -> ResolvedOwner:
    """The people behind ``person:LOGIN``, ``team:KEY`` or ``rota:KEY`` at ``at``; nobody where it leads nowhere.

    A team resolves to its rota's person on duty, else its lead. Of several on duty the first of the highest layer is
    the named one; all are alerted (domain.md §3).
    """
    kind, _, key = owner.partition(":")
    if kind == "person":
        found = session.scalars(select(Person).where(Person.login == key, Person.active)).first()
        return ResolvedOwner(owner, found.id, (found.id,)) if found else ResolvedOwner(owner, None)
    if kind == "team":
        return _team(session, owner, key, at)
    rota = session.scalars(select(RotaRow).where(RotaRow.key == key)).first()
    if rota is None:
        return ResolvedOwner(owner, None)
    on_duty = people_on_duty(session, rota, at)
    team_id = session.scalar(select(Team.id).where(Team.rota_id == rota.id))
    return ResolvedOwner(owner, on_duty[0] if on_duty else None, on_duty, team_id)


def _team(session: Session, owner: str, key: str, at: datetime) -> ResolvedOwner:
    team = session.scalars(select(Team).where(Team.key == key, Team.active)).first()
    if team is None:
        return ResolvedOwner(owner, None)
    rota = session.get(RotaRow, team.rota_id) if team.rota_id else None
    on_duty = people_on_duty(session, rota, at) if rota else ()
    lead = session.get(Person, team.lead_id) if team.lead_id else None
    if not on_duty and lead is not None and lead.active:
        on_duty = (lead.id,)
    return ResolvedOwner(owner, on_duty[0] if on_duty else None, on_duty, team.id)


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
        found, what = select(RotaRow.id).where(RotaRow.key == key), f"No rota “{key}”"
        mend = "Write person:LOGIN, team:KEY or rota:KEY."
    if session.scalars(found).first() is None:
        raise NotFound(f"{what} is known here.", mend)


def people_behind(session: Session, owner: str, at: datetime) -> frozenset[str]:
    """Everybody who belongs to an owner, on duty or not: the people it means at ``at`` and the members of its team."""
    found = resolve(session, owner, at)
    members = session.scalars(select(Membership.person_id).where(Membership.team_id == found.team_id)).all()
    return frozenset((*found.alerted, *members))


def people_on_duty(session: Session, rota: RotaRow, at: datetime) -> tuple[str, ...]:
    """The active people on duty, the named one first, after the overrides that hold at ``at``."""
    logins = [shift.participant for shift in rota_of(session, rota).on_duty(at)]
    people = session.execute(select(Person.login, Person.id).where(Person.login.in_(logins), Person.active))
    ids = dict(people.all())
    return tuple(ids[login] for login in logins if login in ids)


def rota_of(session: Session, rota: RotaRow) -> Rota:
    """The rules of a rota with its layers, highest first, and its dated overrides."""
    layers = session.scalars(
        select(RotaLayer).where(RotaLayer.rota_id == rota.id).order_by(RotaLayer.position.desc())
    ).all()
    overrides = session.scalars(select(RotaOverride).where(RotaOverride.rota_id == rota.id)).all()
    named = {one for override in overrides for one in (override.person_id, override.replaces_id) if one}
    logins = dict(session.execute(select(Person.id, Person.login).where(Person.id.in_(named))).all())
    return Rota.from_json(
        {
            "time_zone": rota.time_zone,
            "layers": [{"name": layer.name, **layer.rotation} for layer in layers],
            "overrides": [
                {
                    "start": override.starts_at.isoformat(),
                    "end": override.ends_at.isoformat(),
                    "add": logins.get(override.person_id or ""),
                    "remove": logins.get(override.replaces_id or ""),
                }
                for override in overrides
            ],
        }
    )
