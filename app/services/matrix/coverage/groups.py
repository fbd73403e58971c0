"""What a cell of the map says: who decides there and how much of it, by combinations or by real incidents. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from app.services.matrix.coverage.mapping import CoverageCell, Question, Survey, survey
from app.services.matrix.coverage.shares import CAUGHT, CLASH, GAP
from app.services.matrix.policy import Policy
from app.services.matrix.replay.cases import Cases

Places = NDArray[np.intp]


class Layer(IntEnum):
    """What is counted in the cells: combinations alone, incidents, or those of them that broke a target."""

    NONE = 0
    INCIDENTS = 1
    BREACHES = 2


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
    """A cell with its cases.

    ``groups`` come largest first, by cases, else by part. ``lost`` are the cases that no trigger decides, ``gap`` the
    part of the combinations that nobody does.
    """

    cell: CoverageCell
    groups: tuple[Group, ...]
    cases: Places
    lost: Places
    gap: float

    def number(self, row: int, of: Survey) -> Places:
        """The cases that one trigger decides."""
        found: Places = self.cases[of.chosen[self.cases] == row]
        return found


Layers = dict[Layer, tuple[tuple[Filled, ...], ...]]


def draw_up(policy: Policy, question: Question, cases: Cases, breached: NDArray[np.bool_]) -> tuple[Survey, Layers]:
    """The map for a question with its cells filled for each layer: all that takes long, for the worker process."""
    found = survey(policy, question, cases)
    every = np.ones(len(cases), dtype=np.bool_)
    counted = {Layer.NONE: None, Layer.INCIDENTS: every, Layer.BREACHES: breached}
    return found, {layer: fill(found, policy, mask) for layer, mask in counted.items()}


def fill(found: Survey, policy: Policy, counted: NDArray[np.bool_] | None) -> tuple[tuple[Filled, ...], ...]:
    """All cells with the cases that count; None counts no case."""
    width = len(found.columns)
    inside = np.zeros(len(found.row), dtype=np.bool_) if counted is None else counted.copy()
    inside &= (found.row >= 0) & (found.column >= 0)
    within = np.flatnonzero(inside)
    places = found.row[within].astype(np.intp) * width + found.column[within]
    within = within[np.argsort(places, kind="stable")]
    ends = np.cumsum(np.bincount(places, minlength=len(found.rows) * width))
    parts = np.split(within, ends[:-1]) if len(ends) else []
    return tuple(
        tuple(_filled(found, policy, found.cell(row, column), parts[row * width + column]) for column in range(width))
        for row in range(len(found.rows))
    )


def _filled(of: Survey, policy: Policy, cell: CoverageCell, cases: Places) -> Filled:
    chosen = of.chosen[cases]
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
