"""The map itself: two dimensions crossed, and for each cell who decides which share of it. Pure.

A share counts combinations of the other dimensions, their known values alone: what nobody knows yet is a row or a
column of its own where that dimension is crossed, and never a gap elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from app.models.enums import DimensionKind, HitPolicy, Part
from app.services.matrix.coverage.bands import Band, bands_of, places, settled, with_strays
from app.services.matrix.coverage.boxes import in_box
from app.services.matrix.coverage.shares import CAUGHT, CLASH, GAP, Shares
from app.services.matrix.dimensions import DimensionRecord
from app.services.matrix.exact.axes import bits
from app.services.matrix.exact.grid import Grid
from app.services.matrix.exact.split import OutOfTime
from app.services.matrix.policy import Policy
from app.services.matrix.replay.cases import Cases
from app.services.matrix.replay.weighing import weigh_many
from app.services.matrix.table import MatrixTable
from app.services.matrix.verify.space import Layout

NO_DEADLINE = 3600.0


@dataclass(frozen=True, slots=True)
class Question:
    """What is crossed, by dimension keys; ``third`` narrows the map to one of its bands, ``value``; None is any."""

    rows: str
    columns: str
    third: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """What one row of the table decides of a cell; ``row`` is also `GAP`, `CAUGHT` or `CLASH`. ``part`` is 0 to 1."""

    row: int
    part: float


@dataclass(frozen=True, slots=True)
class CoverageCell:
    """Where a row and a column cross. ``shares`` are triggers, most first, then what no trigger decides.

    ``reaching`` are the triggers that match something here, in winning order, decided or not; ``clashes`` those pairs
    of them that nothing orders but their place. ``exact`` is false where the table has too many cases to work it out.
    """

    shares: tuple[Share, ...] = ()
    reaching: tuple[int, ...] = ()
    clashes: tuple[tuple[int, int], ...] = ()
    exact: bool = True

    def part(self, row: int) -> float:
        """What a row decides of the cell."""
        return next((one.part for one in self.shares if one.row == row), 0.0)

    @property
    def deciding(self) -> tuple[int, ...]:
        """The triggers that decide something here."""
        return tuple(one.row for one in self.shares if one.row >= 0)

    @property
    def has_gap(self) -> bool:
        """Whether some combination here has no trigger, and nobody said that the catch-all shall answer it."""
        return any(one.row in (GAP, CLASH) for one in self.shares)


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """A map with real incidents laid into it.

    ``row`` and ``column`` have the band of each case, -1 where the filter leaves it out; ``third`` its band among
    ``values``. ``chosen`` is the trigger that decides it, else `CAUGHT` or `GAP`.
    """

    question: Question
    rows: tuple[Band, ...]
    columns: tuple[Band, ...]
    values: tuple[Band, ...]
    cells: tuple[tuple[CoverageCell, ...], ...]
    row: NDArray[np.int32]
    column: NDArray[np.int32]
    third: NDArray[np.int32]
    chosen: NDArray[np.int32]
    seconds: float = 0.0

    def cell(self, row: int, column: int) -> CoverageCell:
        """The cell at these positions."""
        return self.cells[row][column]

    def cases(self, row: int | None, column: int | None) -> NDArray[np.intp]:
        """The cases of a cell; of a whole row or column where the other is None, and of the map where both are."""
        inside = (self.row >= 0) & (self.column >= 0)
        if row is not None:
            inside &= self.row == row
        if column is not None:
            inside &= self.column == column
        return np.flatnonzero(inside)


def default_question(table: MatrixTable) -> Question | None:
    """Severity by product area, with the segments as filter, where dimensions play these parts; else the first ones."""
    if len(table.dimensions) < 2:
        return None
    rows = _playing(table, Part.SEVERITY, ())
    columns = _playing(table, Part.PRODUCT_AREA, (rows,))
    return Question(rows, columns, default_third(table, rows, columns))


def default_third(table: MatrixTable, rows: str, columns: str) -> str | None:
    """The dimension that narrows a map best: the segments, else the next one with choices."""
    rest = [one for one in table.dimensions if one.key not in (rows, columns)]
    named = [one for one in rest if one.kind in (DimensionKind.CHOICE, DimensionKind.YES_NO)] or rest
    found = next((one for one in rest if one.part is Part.SEGMENT), named[0] if named else None)
    return found.key if found is not None else None


def _playing(table: MatrixTable, part: Part, taken: Sequence[str]) -> str:
    free = [one for one in table.dimensions if one.key not in taken]
    return next((one.key for one in free if one.part is part), free[0].key)


def survey(policy: Policy, question: Question, cases: Cases) -> Survey:
    """The map of a version for a question, with these cases in it. Raises `KeyError` for an unknown dimension."""
    started = monotonic()
    table = policy.table
    layout = Layout(table, started + NO_DEADLINE)
    chosen = _decided(table, cases)
    axes = {one: table.position_of(one) for one in (question.rows, question.columns, question.third) if one}
    found: dict[str, tuple[tuple[Band, ...], NDArray[np.int32]]] = {
        key: _laid(table.dimensions[column], layout.wide, column, cases) for key, column in axes.items()
    }
    nothing: tuple[tuple[Band, ...], NDArray[np.int32]] = ((), np.full(len(cases), -1, dtype=np.int32))
    (rows, row), (columns, column) = found[question.rows], found[question.columns]
    values, third = found[question.third] if question.third else nothing
    narrowed = next((place for place, one in enumerate(values) if one.key == question.value), None)
    if narrowed is not None:
        row = np.where(third == narrowed, row, -1).astype(np.int32)
    cells = _cells(layout, question, rows, columns, values[narrowed] if narrowed is not None else None)
    return Survey(question, rows, columns, values, cells, row, column, third, chosen, monotonic() - started)


def _decided(table: MatrixTable, cases: Cases) -> NDArray[np.int32]:
    """The trigger that decides each case; `CAUGHT` where the catch-all answers knowingly, else `GAP`."""
    chosen = weigh_many(table, cases).chosen.copy()
    for gap in table.accepted_gaps:
        chosen[in_box(table, gap.cells, cases, np.flatnonzero(chosen == GAP))] = CAUGHT
    return chosen


def _laid(
    dimension: DimensionRecord, grid: Grid, column: int, cases: Cases
) -> tuple[tuple[Band, ...], NDArray[np.int32]]:
    bands = bands_of(dimension, grid, column)
    codes = places(dimension, grid.axes[column], bands, cases.facts.get(dimension.key), len(cases))
    bands = with_strays(bands, codes)
    return bands, settled(bands, codes)


def _cells(
    layout: Layout, question: Question, rows: Sequence[Band], columns: Sequence[Band], only: Band | None
) -> tuple[tuple[CoverageCell, ...], ...]:
    grid = layout.wide
    down, across = (layout.table.position_of(one) for one in (question.rows, question.columns))
    allowed = [_weights(grid, column, grid.axes[column].known) for column in range(len(grid.axes))]
    if only is not None and question.third is not None:
        narrowed = layout.table.position_of(question.third)
        allowed[narrowed] = _weights(grid, narrowed, only.mask)
    shares = Shares(layout, (down, across), allowed)
    by_row = [_weights(grid, down, one.mask) for one in rows]
    by_column = [_weights(grid, across, one.mask) for one in columns]
    makers = _Cells(layout, shares, (down, across))
    empty = only is not None and not only.mask
    return tuple(tuple(CoverageCell() if empty else makers.make(one, other) for other in by_column) for one in by_row)


def _weights(grid: Grid, column: int, mask: int) -> dict[int, float]:
    """The classes of a column inside ``mask``, each with its part of it: by length, by number where it has no end."""
    lengths = grid.axes[column].lengths() or [Fraction(1)] * grid.axes[column].size
    found = {}
    for number, held in enumerate(grid.elements[column]):
        inside = held & mask
        if inside:
            found[number] = sum((lengths[one] for one in bits(inside)), Fraction(0))
    whole = sum(found.values(), Fraction(0))
    if not whole:  # single values, which measure nothing
        return {number: 1 / len(found) for number in found}
    return {number: float(one / whole) for number, one in found.items()}


class _Cells:
    """Makes the cells of one map; those that no trigger tells apart are worked out once."""

    def __init__(self, layout: Layout, shares: Shares, columns: tuple[int, int]) -> None:
        self._layout = layout
        self._shares = shares
        self._columns = columns
        self._lost = False

    def make(self, down: Mapping[int, float], across: Mapping[int, float]) -> CoverageCell:
        """A cell out of the classes of its row and its column."""
        if not down or not across:
            return CoverageCell()
        found: dict[int, float] = {}
        reaching = 0
        for one, weight in down.items():
            for other, part in across.items():
                alive = self._shares.alive({self._columns[0]: one, self._columns[1]: other})
                reaching |= alive
                for row, share in self._tally(alive).items():
                    found[row] = found.get(row, 0.0) + weight * part * share
        rows = self._shares.rows(reaching)
        ordered = sorted(found.items(), key=lambda item: (item[0] < 0, -item[1], item[0]))
        return CoverageCell(
            tuple(Share(row, part) for row, part in ordered), tuple(rows), self._clashes(rows, found), not self._lost
        )

    def _tally(self, alive: int) -> Mapping[int, float]:
        if self._lost:
            return {}
        try:
            return self._shares.tally(alive)
        except OutOfTime:
            self._lost = True
            return {}

    def _clashes(self, rows: Sequence[int], found: Mapping[int, float]) -> tuple[tuple[int, int], ...]:
        """Pairs of one tier and another outcome that meet here, one of which decides something."""
        policy, triggers = self._layout.table.hit_policy, self._layout.table.triggers
        if policy is HitPolicy.FIRST:
            return ()
        meeting = self._layout.rows.meeting
        pairs = []
        for place, one in enumerate(rows):
            for other in rows[place + 1 :]:
                mine, theirs = triggers[one].outcome, triggers[other].outcome
                unordered = policy is HitPolicy.UNIQUE or (mine.tier == theirs.tier and mine != theirs)
                if unordered and meeting[one] >> other & 1 and (policy is HitPolicy.UNIQUE or one in found):
                    pairs.append((one, other))
        return tuple(pairs)
