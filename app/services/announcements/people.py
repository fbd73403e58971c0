"""Who an announcement is for: the teams that changes reach, and the people of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.models import calendar as calendars
from app.models import matrix as tables
from app.models.enums import VersionState
from app.models.people import Membership, Person, Team
from app.services.announcements.reach import AnnouncedChange, Reached, reached
from app.services.database.errors import NotFound
from app.services.matrix.differences import compare
from app.services.matrix.document import to_policy
from app.services.matrix.version_rows import read_document

NO_TEAM = ""
"""Stands for people who are named themselves and belong to no team."""


@dataclass(frozen=True, slots=True)
class TeamChanges:
    """What one team reads, and who is in it; ``team_id`` is `NO_TEAM` for people without one."""

    team_id: str
    name: str
    changes: tuple[AnnouncedChange, ...]
    people: tuple[str, ...]


def version_before(session: Session, version: tables.MatrixVersion) -> tables.MatrixVersion | None:
    """The version that was in force until this one; for a draft, the one that it would replace."""
    question = select(tables.MatrixVersion).where(
        tables.MatrixVersion.state.in_([VersionState.PUBLISHED, VersionState.RETIRED]),
        tables.MatrixVersion.id != version.id,
    )
    if version.effective_from is not None:
        since, number = tables.MatrixVersion.effective_from, tables.MatrixVersion.number
        at_once = and_(since == version.effective_from, number < version.number)
        question = question.where(or_(since < version.effective_from, at_once))
    order = (tables.MatrixVersion.effective_from.desc(), tables.MatrixVersion.number.desc())
    return session.scalars(question.order_by(*order)).first()


def _reached(session: Session, version: tables.MatrixVersion) -> tuple[Reached, ...]:
    """Whom each change of a version against the one before it reaches."""
    document = read_document(session, version)
    earlier = version_before(session, version)
    before = read_document(session, earlier) if earlier is not None else None
    policy = to_policy(document, version_id=version.id, number=version.number, state=version.state)
    return reached(before, document, compare(before, document, policy))


def changes_by_team(session: Session, version: tables.MatrixVersion) -> tuple[TeamChanges, ...]:
    """Each team that something reaches, with its own changes, by name; people without a team last."""
    directory = Directory(session)
    by_team: dict[str, list[AnnouncedChange]] = {}
    loners: dict[str, None] = {}
    for one in _reached(session, version):
        teams, people = directory.behind(one.owners)
        for team in teams:
            by_team.setdefault(team, []).append(one.change)
        if people:
            by_team.setdefault(NO_TEAM, []).append(one.change)
            loners.update(dict.fromkeys(people))
    found = [
        TeamChanges(team, directory.name(team), tuple(changes), directory.people(team) if team else tuple(loners))
        for team, changes in by_team.items()
    ]
    return tuple(sorted(found, key=lambda one: (one.team_id == NO_TEAM, one.name)))


def teams_of_version(session: Session, version_id: str) -> tuple[TeamChanges, ...]:
    """`changes_by_team` of a version by its id. Raises ``NotFound``."""
    version = session.get(tables.MatrixVersion, version_id)
    if version is None:
        raise NotFound("That version is no longer there.", "Reload the page.")
    return changes_by_team(session, version)


class Directory:
    """Teams, their people and their rotas, read once."""

    def __init__(self, session: Session) -> None:
        self._teams = {row.id: row for row in session.scalars(select(Team).where(Team.active))}
        self._by_key = {row.key: row.id for row in self._teams.values()}
        self._by_rota = {row.rota_id: row.id for row in self._teams.values() if row.rota_id}
        self._rotas: dict[str, str] = dict(session.execute(select(calendars.Rota.key, calendars.Rota.id)).all())
        active = session.execute(select(Person.id, Person.login).where(Person.active)).all()
        self._logins = {login: person for person, login in active}
        known = {person for person, _login in active}
        self._members: dict[str, list[str]] = {}
        self._teams_of: dict[str, list[str]] = {}
        for row in self._teams.values():
            if row.lead_id in known:
                self._join(row.id, row.lead_id)
        for team, person in session.execute(select(Membership.team_id, Membership.person_id)).all():
            if person in known and team in self._teams:
                self._join(team, person)
        self._layers: dict[str, list[str]] = {}
        for rota, rotation in session.execute(select(calendars.RotaLayer.rota_id, calendars.RotaLayer.rotation)).all():
            self._layers.setdefault(rota, []).extend(_participants(rotation))

    def _join(self, team: str, person: str) -> None:
        if person not in self._members.setdefault(team, []):
            self._members[team].append(person)
            self._teams_of.setdefault(person, []).append(team)

    def name(self, team_id: str) -> str:
        """The name of a team; of people without one, what they are called together."""
        return self._teams[team_id].name if team_id in self._teams else "Others"

    def people(self, team_id: str) -> tuple[str, ...]:
        """The ids of those who work in a team."""
        return tuple(self._members.get(team_id, ()))

    def behind(self, owners: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The teams that owners mean, and the people among them who are in none."""
        teams: dict[str, None] = {}
        people: dict[str, None] = {}
        for owner in sorted(owners):
            kind, _, key = owner.partition(":")
            if kind == "team" and key in self._by_key:
                teams[self._by_key[key]] = None
                continue
            rota = self._rotas.get(key, "") if kind == "rota" else ""
            if rota in self._by_rota:
                teams[self._by_rota[rota]] = None
                continue
            logins = self._layers.get(rota, []) if kind == "rota" else [key]
            for person in (self._logins[login] for login in logins if login in self._logins):
                of_person = self._teams_of.get(person, [])
                teams.update(dict.fromkeys(of_person))
                if not of_person:
                    people[person] = None
        return tuple(teams), tuple(people)


def _participants(layer: dict[str, Any]) -> list[str]:
    """The logins in a layer, in order."""
    turns = layer.get("rotation") or {}
    named = [layer["person"]] if layer.get("person") else []
    return [str(one) for one in (*named, *turns.get("participants", ()))]
