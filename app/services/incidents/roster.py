"""Who is there: people, teams, rotas and absences, as owner texts mean them.

A person who is absent is replaced by their deputy, and that one by theirs; without one who is there they count as not
on duty (domain.md §1, Owner; §3, Rota).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.models.calendar import Rota as RotaRow
from app.models.calendar import RotaLayer, RotaOverride
from app.models.people import Absence, Person, Team
from app.services.clock.rota import TEMPORARY, OverrideKind, Rota

EVERYBODY = "*"
"""Whom a removal or replacement means that names nobody."""


@dataclass(frozen=True, slots=True)
class ResolvedOwner:
    """What ``owner`` resolves to; ``named_id`` is None when nobody is on duty. ``team_id`` is the team meant."""

    owner: str
    named_id: str | None
    alerted: tuple[str, ...] = ()
    team_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Away:
    starts_at: datetime
    ends_at: datetime
    deputy_id: str | None


@dataclass(frozen=True, slots=True)
class _Team:
    id: str
    rota_id: str | None
    lead_id: str | None


@dataclass(frozen=True, slots=True)
class _Rota:
    rules: Rota
    team_id: str | None


class Roster:
    """Answers for ``at`` and what comes after it; each team, rota and person is read once, when it is asked for."""

    def __init__(self, session: Session, at: datetime) -> None:
        self.at = at
        self._session = session
        self._ids: dict[str, str | None] = {}
        self._teams: dict[str, _Team | None] = {}
        self._rotas: dict[tuple[str, str], _Rota | None] = {}
        self._absences: dict[str, list[_Away]] | None = None

    def resolve(self, owner: str, at: datetime) -> ResolvedOwner:
        """The people behind ``person:LOGIN``, ``team:KEY`` or ``rota:KEY``; nobody where it leads nowhere.

        A team resolves to its rota's people on duty, else its lead. Of several on duty the first of the highest layer
        is the named one; all are alerted.
        """
        kind, _, key = owner.partition(":")
        team_id: str | None = None
        if kind == "person":
            people = self._present(self._people([key]), at)
        elif kind == "team":
            team = self._team(key)
            people = self._on_duty("id", team.rota_id, at) if team and team.rota_id else ()
            if team is not None:
                team_id = team.id
                people = people or self._present([team.lead_id] if team.lead_id else [], at)
        else:
            people = self._on_duty("key", key, at)
            rota = self._rota("key", key)
            team_id = rota.team_id if rota else None
        return ResolvedOwner(owner, people[0] if people else None, people, team_id)

    def meant(self, owner: str, at: datetime) -> tuple[str, ...]:
        """The ids of those whom ``owner`` names at ``at``, away or not."""
        kind, _, key = owner.partition(":")
        if kind == "person":
            return tuple(self._people([key]))
        team = self._team(key) if kind == "team" else None
        rota = self._rota("id", team.rota_id) if team and team.rota_id else None
        rota = self._rota("key", key) if kind == "rota" else rota
        named = self._people([shift.participant for shift in rota.rules.on_duty(at)]) if rota else []
        lead = [team.lead_id] if team is not None and team.lead_id else []
        return tuple(dict.fromkeys([*named, *lead]))

    def id_of(self, login: str) -> str | None:
        """The id of who has that login and works here."""
        return next(iter(self._people([login])), None)

    def borders(self, owner: str, start: datetime, end: datetime) -> list[datetime]:
        """``start``, ``end`` and every instant between them at which ``owner`` may come to mean somebody else."""
        kind, _, key = owner.partition(":")
        rota: _Rota | None = None
        if kind == "team":
            team = self._team(key)
            rota = self._rota("id", team.rota_id) if team and team.rota_id else None
        elif kind != "person":
            rota = self._rota("key", key)
        found = set(rota.rules.borders(start, end)) if rota else {start, end}
        for absences in self._away().values():
            found.update(at for one in absences for at in (one.starts_at, one.ends_at) if start < at < end)
        return sorted(found)

    def stand_in(self, person_id: str, at: datetime) -> str | None:
        """The person, or who stands in for them at ``at``; None where nobody does."""
        asked: set[str] = set()
        one: str | None = person_id
        while one is not None and one not in asked:  # deputies in a circle stand in for nobody
            asked.add(one)
            away = next((away for away in self._away().get(one, ()) if away.starts_at <= at < away.ends_at), None)
            if away is None:
                return one
            one = away.deputy_id
        return None

    def _present(self, people: Iterable[str], at: datetime) -> tuple[str, ...]:
        found = (self.stand_in(person, at) for person in people)
        return tuple(dict.fromkeys(person for person in found if person is not None))

    def _on_duty(self, by: str, value: str, at: datetime) -> tuple[str, ...]:
        rota = self._rota(by, value)
        if rota is None:
            return ()
        return self._present(self._people([shift.participant for shift in rota.rules.on_duty(at)]), at)

    def _people(self, logins: Iterable[str]) -> list[str]:
        """The ids of those who work here, in order."""
        logins = list(logins)
        unknown = [login for login in logins if login not in self._ids]
        if unknown:
            self._ids.update(dict.fromkeys(unknown))
            self._ids.update(
                self._session.execute(
                    select(Person.login, Person.id).where(Person.login.in_(unknown), Person.active)
                ).all()
            )
        return [found for login in logins if (found := self._ids[login]) is not None]

    def _team(self, key: str) -> _Team | None:
        if key not in self._teams:
            found = self._session.execute(
                select(Team.id, Team.rota_id, Person.id)
                .outerjoin(Person, and_(Person.id == Team.lead_id, Person.active))
                .where(Team.key == key, Team.active)
            ).first()
            self._teams[key] = _Team(*found) if found else None
        return self._teams[key]

    def _rota(self, by: str, value: str) -> _Rota | None:
        if (by, value) not in self._rotas:
            row = self._session.scalars(select(RotaRow).where(getattr(RotaRow, by) == value)).first()
            found = None
            if row is not None:
                team_id = self._session.scalar(select(Team.id).where(Team.rota_id == row.id, Team.active))
                found = _Rota(Rota.from_json(rota_document(self._session, row, self.at)), team_id)
            self._rotas[by, value] = found
        return self._rotas[by, value]

    def _away(self) -> dict[str, list[_Away]]:
        if self._absences is None:
            self._absences = {}
            rows = self._session.execute(
                select(Absence.person_id, Absence.starts_at, Absence.ends_at, Person.id)
                .outerjoin(Person, and_(Person.id == Absence.deputy_id, Person.active))
                .where(Absence.ends_at > self.at)
                .order_by(Absence.starts_at, Absence.id)
            ).all()
            for person_id, starts_at, ends_at, deputy_id in rows:
                self._absences.setdefault(person_id, []).append(_Away(starts_at, ends_at, deputy_id))
        return self._absences


def rota_document(session: Session, rota: RotaRow, after: datetime | None = None) -> dict[str, Any]:
    """The rota as ``Rota.from_json`` reads it, highest layer first, with the dated changes that end after ``after``."""
    layers = session.scalars(
        select(RotaLayer).where(RotaLayer.rota_id == rota.id).order_by(RotaLayer.position.desc())
    ).all()
    dated = dated_changes(session, rota, after)
    return {
        "time_zone": rota.time_zone,
        "layers": [{"name": layer.name, **layer.rotation} for layer in layers],
        "overrides": [said for row, said in dated if row.kind != TEMPORARY],
        "temporary": [said for row, said in dated if row.kind == TEMPORARY],
    }


def dated_changes(
    session: Session, rota: RotaRow, after: datetime | None = None
) -> list[tuple[RotaOverride, dict[str, Any]]]:
    """Overrides and temporary schedules that end after ``after``, by their beginning, each as its document says it."""
    question = select(RotaOverride).where(RotaOverride.rota_id == rota.id)
    if after is not None:
        question = question.where(RotaOverride.ends_at > after)
    rows = session.scalars(question.order_by(RotaOverride.starts_at, RotaOverride.id)).all()
    named = {one for row in rows for one in (row.person_id, row.replaces_id) if one}
    logins = dict(session.execute(select(Person.id, Person.login).where(Person.id.in_(named))).all()) if named else {}
    return [(row, _change(row, logins)) for row in rows]


def _change(row: RotaOverride, logins: dict[str, str]) -> dict[str, Any]:
    said: dict[str, Any] = {"start": row.starts_at.isoformat(), "end": row.ends_at.isoformat()}
    if row.kind == TEMPORARY:
        return {**said, "shifts": row.shifts}
    if row.kind != OverrideKind.REMOVE:
        said["add"] = logins[row.person_id or ""]
    if row.kind != OverrideKind.ADD:
        said["remove"] = logins[row.replaces_id] if row.replaces_id else EVERYBODY
    return said
