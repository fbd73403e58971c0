"""What a cell of the map says: who decides there and how much of it, by combinations or by real incidents. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from app.services.matrix.coverage.mapping import CoverageCell, Survey
from app.services.matrix.coverage.shares import CAUGHT, CLASH, GAP
from app.services.matrix.policy import Policy

Places = NDArray[np.intp]


def no_places() -> Places:
    """No case."""
    return np.zeros(0, dtype=np.intp)


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Triggers with one tier and owner: what part of the combinations they decide, and which cases.

    ``rows`` are those triggers, empty for the catch-all that answers knowingly.
    """

    rank: int
    owner: str
    rows: tuple[int, ...] = ()
    part: float = 0.0
    cases: Places = field(default_factory=no_places)


@dataclass(frozen=True, slots=True, eq=False)
class Filled:
    """A cell with its cases. ``groups`` come largest first, by cases, else by part. ``lost`` are the cases that no
    trigger decides, ``gap`` the part of the combinations of which nobody does."""

    cell: CoverageCell
    groups: tuple[Group, ...]
    cases: Places
    lost: Places
    gap: float

    @property
    def main(self) -> Group | None:
        """Who decides most here."""
        return self.groups[0] if self.groups else None

    def number(self, row: int, survey: Survey) -> Places:
        """The cases that one trigger decides."""
        found: Places = self.cases[survey.chosen[self.cases] == row]
        return found


def fill(survey: Survey, policy: Policy, counted: NDArray[np.bool_] | None) -> tuple[tuple[Filled, ...], ...]:
    """All cells with the cases that count; None counts no case."""
    width = len(survey.columns)
    inside = np.zeros(len(survey.row), dtype=np.bool_) if counted is None else counted.copy()
    inside &= (survey.row >= 0) & (survey.column >= 0)
    within = np.flatnonzero(inside)
    places = survey.row[within].astype(np.intp) * width + survey.column[within]
    within = within[np.argsort(places, kind="stable")]
    ends = np.cumsum(np.bincount(places, minlength=len(survey.rows) * width))
    parts = np.split(within, ends[:-1]) if len(ends) else []
    return tuple(
        tuple(_filled(survey, policy, survey.cell(row, column), parts[row * width + column]) for column in range(width))
        for row in range(len(survey.rows))
    )


def _filled(survey: Survey, policy: Policy, cell: CoverageCell, cases: Places) -> Filled:
    chosen = survey.chosen[cases]
    found: dict[tuple[int, str, bool], Group] = {}
    rows = dict.fromkeys([*cell.deciding, *(int(one) for one in np.unique(chosen[chosen >= 0]))])
    for row in rows:
        outcome = policy.table.triggers[row].outcome
        _add(found, (outcome.tier, outcome.owner, True), (row,), cell.part(row), cases[chosen == row])
    caught = cases[chosen == CAUGHT]
    if policy.catch_all is not None and (cell.part(CAUGHT) or len(caught)):
        outcome = policy.catch_all.outcome
        _add(found, (outcome.tier, outcome.owner, False), (), cell.part(CAUGHT), caught)
    ordered = sorted(found.values(), key=lambda one: (-len(one.cases), -one.part, one.rank, one.owner))
    return Filled(cell, tuple(ordered), cases, cases[chosen == GAP], cell.part(GAP) + cell.part(CLASH))


def _add(
    found: dict[tuple[int, str, bool], Group],
    key: tuple[int, str, bool],
    rows: tuple[int, ...],
    part: float,
    cases: Places,
) -> None:
    before = found.get(key, Group(key[0], key[1]))
    joined = np.sort(np.concatenate((before.cases, cases)))
    found[key] = Group(key[0], key[1], (*before.rows, *rows), before.part + part, joined)
