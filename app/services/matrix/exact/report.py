"""``matrix verify --json`` for a foreign table: raw lists under its own hit policy (contract.md)."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from time import monotonic

from app.services.matrix.cells import Cell, FactValue
from app.services.matrix.exact.axes import Axis, bits
from app.services.matrix.exact.gaps import Gaps, find_gaps
from app.services.matrix.exact.grid import Cube, Grid, Measure
from app.services.matrix.exact.rows import Rows
from app.services.matrix.exact.split import OutOfTime


@dataclass(frozen=True, slots=True)
class GapBox:
    """One open box: its cells, its part of the space, and one combination of values out of it."""

    cells: tuple[Cell, ...]
    share: float
    example: tuple[FactValue | None, ...]


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """Raw findings; rows and columns count from 0. ``gap_volume`` is ``None`` where a column has no bounds."""

    complete: bool
    seconds: float
    gaps: tuple[GapBox, ...]
    gap_volume: Fraction | int | None
    gaps_total: int
    overlaps: tuple[tuple[int, int], ...]
    conflicts: tuple[tuple[int, int], ...]
    masked: tuple[int, ...]
    redundant: tuple[int, ...]
    unsatisfiable: tuple[int, ...]
    mergeable: tuple[tuple[int, int, int], ...]


def verify_rows(
    axes: Sequence[Axis],
    rows: Sequence[Sequence[Cell]],
    outcomes: Sequence[Hashable],
    *,
    policy: str,
    ranks: Sequence[tuple[int, ...]],
    limit: int,
    seconds: float,
) -> VerifyReport:
    """All raw findings of a table under the DMN hit policy ``policy`` (its letters, as ``C<``)."""
    started = monotonic()
    grid = Grid(axes, rows)
    gaps = find_gaps(grid, limit=limit, seconds=seconds)
    judge = _Judge(Rows(grid, outcomes, deadline=started + seconds), policy, ranks)
    masked: list[int] = []
    idle: list[int] = []
    complete = gaps.complete
    try:
        for row in range(len(rows)):
            if judge.is_masked(row):
                masked.append(row)
            if judge.is_idle(row):
                idle.append(row)
    except OutOfTime:
        complete = False
    overlaps = tuple((row, other) for row, met in enumerate(judge.rows.meeting) for other in bits(met) if other > row)
    return VerifyReport(
        complete=complete,
        seconds=monotonic() - started,
        gaps=show_boxes(grid, gaps),
        gap_volume=gaps.volume,
        gaps_total=gaps.total,
        overlaps=overlaps,
        conflicts=tuple(pair for pair in overlaps if outcomes[pair[0]] != outcomes[pair[1]]),
        masked=tuple(masked),
        redundant=tuple(idle),
        unsatisfiable=tuple(row for row, empty in enumerate(grid.empty) if empty),
        mergeable=tuple(judge.rows.mergeable()),
    )


def show_boxes(grid: Grid, gaps: Gaps) -> tuple[GapBox, ...]:
    """The boxes of ``gaps`` in cells."""
    weights = grid.weights()
    measure = Measure(weights if weights is not None else grid.counts())
    whole = Fraction(measure(grid.full))
    return tuple(_show(grid, box, float(Fraction(measure(box)) / whole) if whole else 0.0) for box in gaps.boxes)


def _show(grid: Grid, box: Cube, share: float) -> GapBox:
    region = grid.expand(box)
    return GapBox(
        cells=tuple(axis.cell(mask) for axis, mask in zip(grid.axes, region, strict=True)),
        share=share,
        example=tuple(axis.example(mask) for axis, mask in zip(grid.axes, region, strict=True)),
    )


class _Judge:
    """Masked and removable rows as each hit policy means them (decision-tables.md 1)."""

    def __init__(self, rows: Rows, policy: str, ranks: Sequence[tuple[int, ...]]) -> None:
        self.rows = rows
        self._policy = policy
        self._ranks = ranks
        self._place = list(range(len(ranks)))
        self._numbers = [_number(outcome) for outcome in rows.outcomes]

    def is_masked(self, row: int) -> bool:
        """Never the chosen one. A row that nothing passes is listed as unsatisfiable, not here."""
        if self.rows.grid.empty[row]:
            return False
        near = bits(self.rows.meeting[row])
        if self._policy == "F":
            return self.rows.is_masked(row, [one for one in near if one < row])
        if self._policy == "P":
            return self.rows.is_masked(row, [one for one in near if self._ranks[one] < self._ranks[row]])
        return False

    def is_idle(self, row: int) -> bool:
        rows = self.rows
        if self._policy == "F":
            return rows.is_idle_in_order(row, self._place)
        if self._policy == "P":
            return rows.is_idle_beside(
                row,
                lambda one: self._ranks[one] < self._ranks[row] or rows.outcomes[one] == rows.outcomes[row],
            )
        if self._policy == "U":
            return rows.is_idle_unique(row)
        if self._policy == "A":
            return rows.is_idle_any(row)
        if self._policy in ("C<", "C>"):
            return rows.is_idle_beside(row, lambda one: self._outdoes(one, row))
        return rows.grid.empty[row]

    def _outdoes(self, one: int, row: int) -> bool:
        """Whether the least (or the greatest) of two numbers is that of ``one``, or the same."""
        mine, theirs = self._numbers[row], self._numbers[one]
        if mine is None or theirs is None:
            return False
        return theirs <= mine if self._policy == "C<" else theirs >= mine


def _number(outcome: Hashable) -> Decimal | None:
    """The number that a collecting policy compares: that of the only output."""
    if isinstance(outcome, tuple) and len(outcome) == 1 and isinstance(outcome[0], Decimal):
        return outcome[0]
    return None
