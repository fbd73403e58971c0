"""Who an owner text means at an instant: one named person, and everybody who is alerted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.calendar import Rota as RotaRow
from app.models.calendar import RotaLayer, RotaOverride
from app.models.people import Person, Team


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
    if not on_duty and team.lead_id:
        on_duty = (team.lead_id,)
    return ResolvedOwner(owner, on_duty[0] if on_duty else None, on_duty, team.id)


def people_on_duty(session: Session, rota: RotaRow, at: datetime) -> tuple[str, ...]:
    """The active people on duty, highest layer first, after the overrides that hold at ``at``."""
    layers = session.scalars(
        select(RotaLayer).where(RotaLayer.rota_id == rota.id).order_by(RotaLayer.position.desc())
    ).all()
    from app.services.clock.rota import Rota

    logins: list[str] = []
    for layer in layers:
        logins += Rota.from_json(layer.rotation).active(at)
    people = {
        row.login: row.id for row in session.scalars(select(Person).where(Person.login.in_(logins), Person.active))
    }
    ids = [people[login] for login in logins if login in people]
    overrides = session.scalars(
        select(RotaOverride).where(
            RotaOverride.rota_id == rota.id, RotaOverride.starts_at <= at, RotaOverride.ends_at > at
        )
    ).all()
    return _unique(_overridden(ids, overrides))


def _overridden(ids: list[str], overrides: Iterable[RotaOverride]) -> list[str]:
    for override in overrides:
        if override.kind in ("remove", "replace"):
            gone = override.replaces_id or override.person_id
            ids = [one for one in ids if one != gone]
        if override.kind in ("add", "replace") and override.person_id:
            ids = [override.person_id, *ids]
    return ids


def _unique(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ids))
