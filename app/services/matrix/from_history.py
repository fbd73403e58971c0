"""A first matrix from past incidents: facts as conditions, and what people decided as the outcome.

Each combination that occurred becomes a trigger with the outcome that most of its incidents had. Combinations that
never occurred stay a gap, so that verification names them and people decide.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.enums import IncidentOrigin, Role
from app.models.incident import Incident
from app.models.matrix import Choice, Dimension
from app.models.people import Person, Team
from app.services.database.errors import StateError
from app.services.matrix.history_facts import fact_of

MOST_CHOICES = 40
"""More values than this are not a choice that people make; such a dimension makes no readable table."""

SCALE = (
    "critical", "blocker", "urgent", "highest", "very high", "high", "major", "medium", "moderate", "normal", "minor",
    "low", "very low", "lowest", "planning", "trivial",
)  # fmt: skip
"""Words of usual scales, worst first, for facts whose choices nobody has put in order."""

Combination = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HistoryDimension:
    """A fact of past incidents. ``values`` are its choices in order, worst first: key and label."""

    key: str
    label: str
    values: tuple[tuple[str, str], ...]
    part: str | None = None

    def label_of(self, key: str) -> str:
        """The label of a value."""
        return dict(self.values).get(key, key)

    def rank_of(self, key: str) -> int:
        """The place of a value, 0 for the worst."""
        return [value for value, _label in self.values].index(key)


@dataclass(frozen=True, slots=True)
class Combinations:
    """How often each combination of conditions went with each outcome, in incidents.

    ``teams`` are owners (``team:KEY``) that had most incidents of a combination, ``team`` of all; ``person`` is
    somebody who may stand behind the catch-all. They are empty where nobody is known.
    """

    conditions: tuple[HistoryDimension, ...]
    outcome: HistoryDimension
    counts: Mapping[tuple[Combination, str], int]
    teams: Mapping[Combination, str] = field(default_factory=dict)
    team: str = ""
    person: str = ""
    left_out: int = 0

    @property
    def incidents(self) -> int:
        """All incidents that were counted."""
        return sum(self.counts.values())

    def decided(self) -> dict[Combination, tuple[str, int, int]]:
        """For each combination that occurred, worst first: its usual outcome, incidents with it, incidents in all."""
        each: dict[Combination, Counter[str]] = defaultdict(Counter)
        for (combination, outcome), number in self.counts.items():
            each[combination][outcome] += number
        found = {}
        for combination in (one for one in self.space() if one in each):
            outcomes = each[combination]
            usual = min(outcomes, key=lambda key: (-outcomes[key], self.outcome.rank_of(key)))
            found[combination] = (usual, outcomes[usual], sum(outcomes.values()))
        return found

    def space(self) -> list[Combination]:
        """Every combination there can be, worst first."""
        return list(product(*([key for key, _label in one.values] for one in self.conditions)))


def combinations(session: Session, dimensions: Sequence[str], outcome: str) -> Combinations:
    """Counts past incidents by the facts named; drills and incidents that lack one of the facts are left out.

    Raises ``StateError`` where there is nothing to build from, or where a fact has too many values.
    """
    keys = (*dimensions, outcome)
    counts: Counter[tuple[Combination, str]] = Counter()
    teams: dict[Combination, Counter[str]] = defaultdict(Counter)
    left_out = 0
    for *values, team, number in _grouped(session, keys):
        if any(value in (None, "") for value in values):
            left_out += number
            continue
        *conditions, decided = (str(value) for value in values)
        counts[(tuple(conditions), decided)] += number
        if team is not None:
            teams[tuple(conditions)][f"team:{team}"] += number
    if not counts:
        raise StateError("No past incident has these facts.", "Import incidents first, or choose other facts.")
    seen = [{combination[place] for combination, _decided in counts} for place in range(len(dimensions))]
    described = [
        _describe(session, key, values)
        for key, values in zip(keys, [*seen, {decided for _combination, decided in counts}], strict=True)
    ]
    every: Counter[str] = sum(teams.values(), Counter())
    return Combinations(
        conditions=tuple(described[:-1]),
        outcome=described[-1],
        counts=counts,
        teams={combination: _most(found) for combination, found in teams.items()},
        team=_most(every) or _first_team(session),
        person=_somebody(session),
        left_out=left_out,
    )


def _grouped(session: Session, keys: Sequence[str]) -> Sequence[Any]:
    """Values of the facts, the team's key and how many incidents; the database does the counting."""
    facts = [fact_of(session, key).label(f"fact_{place}") for place, key in enumerate(keys)]
    return session.execute(
        select(*facts, Team.key, func.count())
        .select_from(Incident)
        .outerjoin(Team, Team.id == Incident.team_id)
        .where(Incident.origin != IncidentOrigin.DRILL)
        .group_by(*facts, Team.key)
    ).all()


def _describe(session: Session, key: str, seen: set[str]) -> HistoryDimension:
    if len(seen) > MOST_CHOICES:
        raise StateError(
            f"“{key}” has {len(seen):,} different values in past incidents.",
            f"Choose a fact with at most {MOST_CHOICES}.",
        )
    row = session.scalars(select(Dimension).where(Dimension.key == key)).first()
    if row is None:
        return HistoryDimension(key, _title(key), tuple((one, _title(one)) for one in sorted(seen, key=scale_place)))
    choices = session.scalars(select(Choice).where(Choice.dimension_id == row.id).order_by(Choice.position)).all()
    labels = {one.key: one.label for one in choices}
    order = [*labels, *sorted(seen - set(labels), key=scale_place)]
    if all(scale_place(one)[0] < len(SCALE) for one in order):
        order.sort(key=scale_place)  # an import meets choices in the order of its rows
    values = tuple((one, labels.get(one, _title(one))) for one in order)
    return HistoryDimension(key, row.label, values, row.part.value if row.part else None)


def scale_place(key: str) -> tuple[int, str]:
    """Where a value stands on the usual scales, worst first; unknown words come after them in their own order."""
    word = key.replace("_", " ").lower()
    return (SCALE.index(word) if word in SCALE else len(SCALE), key)


def _title(key: str) -> str:
    return key.replace("_", " ").capitalize()


def _most(found: Counter[str]) -> str:
    return min(found, key=lambda key: (-found[key], key)) if found else ""


def _first_team(session: Session) -> str:
    key = session.scalars(select(Team.key).where(Team.active).order_by(Team.key)).first()
    return f"team:{key}" if key else ""


def _somebody(session: Session) -> str:
    """The person who may decide most; among equals the first who came."""
    people = session.scalars(select(Person).where(Person.active).order_by(Person.id)).all()
    able = [one for one in people if one.role.includes(Role.LEAD)] or list(people)
    best = max(able, key=lambda one: one.role.rank, default=None)
    return f"person:{best.login}" if best else ""


def start_owners(session: Session) -> tuple[str, str]:
    """Who owns everything in an empty matrix until people say more: a team where there is one, and a person."""
    person = _somebody(session)
    return _first_team(session) or person, person
