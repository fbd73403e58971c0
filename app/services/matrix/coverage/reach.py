"""What stands behind a cell: the owners it reaches, the gaps that meet it, and what its triggers ask besides. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.models.enums import DutyKind
from app.services.matrix.cells import ANY, AnyCell, Cell
from app.services.matrix.checks import Check
from app.services.matrix.coverage.bands import Band
from app.services.matrix.coverage.boxes import in_box, meets
from app.services.matrix.coverage.groups import Filled, Places
from app.services.matrix.coverage.mapping import CoverageCell, Survey
from app.services.matrix.coverage.shares import CLASH, GAP
from app.services.matrix.dimensions import DimensionRecord
from app.services.matrix.policy import PathPolicy, Policy, TierPolicy
from app.services.matrix.replay.cases import Cases
from app.services.matrix.table import MatrixTable, OutcomeRecord, TriggerRecord
from app.services.matrix.verify import FindingKind
from app.services.matrix.verify.words import box_words


@dataclass(frozen=True, slots=True)
class Reached:
    """An owner that a cell reaches, and the tier (its key) at which it does so first."""

    owner: str
    tier: str


def reached(policy: Policy, cell: CoverageCell) -> tuple[Reached, ...]:
    """The owners of a cell from the lowest tier up: those that decide, most first, then where their paths lead."""
    outcomes = [policy.table.triggers[row].outcome for row in cell.deciding]
    if policy.catch_all is not None and any(one.row < 0 for one in cell.shares):
        outcomes.append(policy.catch_all.outcome)
    found: dict[str, int] = {}
    for owner, rank in (*((one.owner, one.tier) for one in outcomes), *_climbs(policy, outcomes)):
        found[owner] = min(rank, found.get(owner, rank))
    keys = {tier.rank: tier.key for tier in policy.tiers}
    ordered = sorted(found.items(), key=lambda item: item[1])
    return tuple(Reached(owner, keys[rank]) for owner, rank in ordered if rank in keys)


def _climbs(policy: Policy, outcomes: Iterable[OutcomeRecord]) -> Iterable[tuple[str, int]]:
    for outcome in outcomes:
        yield from _steps(policy, policy.path(outcome.path), outcome.tier)


def _steps(policy: Policy, path: PathPolicy, rank: int) -> Iterable[tuple[str, int]]:
    """Whom a path asks above a tier: the owner of the step, else those who are alerted there."""
    tiers = {tier.key: tier for tier in policy.tiers}
    for step in path.steps:
        tier: TierPolicy | None = tiers.get(step.tier)
        if tier is not None and tier.rank > rank:
            for owner in (step.owner,) if step.owner else tier.owners(DutyKind.ALERTED):
                yield owner, tier.rank


def box_of(survey: Survey, table: MatrixTable, row: int, column: int) -> tuple[Cell, ...] | None:
    """The cell at these positions as a box of the table; None where only incidents can be there."""
    bands = {survey.question.rows: survey.rows[row], survey.question.columns: survey.columns[column]}
    only = next((one for one in survey.values if one.key == survey.question.value), None)
    if only is not None and survey.question.third is not None:
        bands[survey.question.third] = only
    if any(one.cell is None for one in bands.values()):
        return None
    return tuple(_cell(bands, one) for one in table.dimensions)


def _cell(bands: dict[str, Band], dimension: DimensionRecord) -> Cell:
    band = bands.get(dimension.key)
    return ANY if band is None or band.cell is None else band.cell


@dataclass(frozen=True, slots=True, eq=False)
class Hole:
    """A gap that meets a cell. ``words`` say what else it names; ``cases`` are those of the cell that fell into it."""

    check: Check
    words: str
    cases: NDArray[np.intp]


def gaps_in(
    survey: Survey, policy: Policy, cases: Cases, checks: Iterable[Check], row: int, column: int
) -> tuple[Hole, ...]:
    """The gaps that verification found in a cell, each with the cases that nobody decided."""
    table = policy.table
    cell = survey.cell(row, column)
    box = box_of(survey, table, row, column)
    if box is None or not any(one.row in (GAP, CLASH) for one in cell.shares):
        return ()
    within = survey.cases(row, column)
    lost = within[survey.chosen[within] == GAP]
    crossed = {survey.question.rows, survey.question.columns}
    found = []
    for check in checks:
        if check.is_gap and check.box is not None and meets(table, box, check.box):
            rest = tuple(
                ANY if one.key in crossed else cell for one, cell in zip(table.dimensions, check.box, strict=True)
            )
            words = box_words(table, rest) if any(not isinstance(one, AnyCell) for one in rest) else ""
            found.append(Hole(check, words, in_box(table, check.box, cases, lost)))
    return tuple(found)


def lacking(here: Filled, holes: Iterable[Hole]) -> Places:
    """The cases of a cell that no trigger decides although no gap has them: a fact was missing, or not one of ours."""
    told = [hole.cases for hole in holes]
    found: Places = np.setdiff1d(here.lost, np.concatenate(told)) if told else here.lost
    return found


def cells_of(survey: Survey, table: MatrixTable, check: Check) -> Iterator[tuple[int, int]]:
    """The cells (row, column) in which a gap lies or a masked trigger reaches; none for other findings."""
    masked = check.triggers[0] if check.kind == FindingKind.MASKED.value else ""
    for row, line in enumerate(survey.cells):
        for column, cell in enumerate(line):
            if masked and any(table.triggers[one].id == masked for one in cell.reaching):
                yield row, column
            elif check.is_gap and check.box is not None and cell.has_gap:
                box = box_of(survey, table, row, column)
                if box is not None and meets(table, box, check.box):
                    yield row, column


def asks_neither(survey: Survey, table: MatrixTable, trigger: TriggerRecord) -> bool:
    """Whether a trigger names neither dimension of the map, and so reaches every cell of it."""
    crossed = (survey.question.rows, survey.question.columns)
    return all(isinstance(trigger.cells[table.position_of(key)], AnyCell) for key in crossed)


def rest_words(survey: Survey, table: MatrixTable, trigger: TriggerRecord) -> str:
    """What a trigger asks besides the two dimensions of the map: ``Enterprise, Revenue ≥ €10,000``."""
    crossed = (survey.question.rows, survey.question.columns)
    cells = tuple(
        ANY if one.key in crossed else cell for one, cell in zip(table.dimensions, trigger.cells, strict=True)
    )
    return box_words(table, cells) if any(not isinstance(one, AnyCell) for one in cells) else ""


def split_by(survey: Survey, places: NDArray[np.intp]) -> list[NDArray[np.intp]]:
    """Cases by the bands of the third dimension, in their order."""
    return [places[survey.third[places] == one] for one in range(len(survey.values))]
