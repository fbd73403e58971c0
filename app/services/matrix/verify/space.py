"""The table laid out for verification: once over known values, once with *not known yet* as a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from app.models.enums import DimensionKind, HitPolicy
from app.services.matrix.cells import ANY, AnyCell, Cell, ChoiceCell, FactValue, Interval, RangeCell, choices
from app.services.matrix.dimensions import DimensionRecord
from app.services.matrix.exact.axes import Axis, LineAxis, ValueAxis
from app.services.matrix.exact.grid import Cube, Grid
from app.services.matrix.exact.rows import Rows
from app.services.matrix.table import MatrixTable


def make_axis(dimension: DimensionRecord, cells: Iterable[Cell], *, unknown: bool) -> Axis:
    """The axis of a dimension; one with choices has exactly those, others their bounds."""
    if dimension.kind is DimensionKind.YES_NO:
        return ValueAxis((False, True), unknown=unknown)
    if dimension.kind is DimensionKind.CHOICE:
        keys = [one.key for one in dimension.choices]
        return ValueAxis(keys, open_world=not keys, unknown=unknown)
    low, high = dimension.bounds
    domain = RangeCell((Interval(low, low is not None, high, high is not None),))
    dates = dimension.kind is DimensionKind.DATE
    return LineAxis(cells, domain=domain, discrete=dimension.is_discrete, dates=dates, unknown=unknown)


class Layout:
    """One matrix ready to be judged. Rows are positions in ``table.triggers``.

    ``known`` is the grid over known values, ``wide`` the one in which dimensions not asked at intake may
    be unknown. Both have the accepted gaps as further rows behind the triggers. ``deadline`` is a
    ``time.monotonic()``. ``is_covered`` is true once it is known that triggers answer every known value, ``open`` holds
    all that no row answers of those once it is known.
    """

    def __init__(self, table: MatrixTable, deadline: float) -> None:
        self.is_covered = False
        self.open: Sequence[Cube] | None = None
        self.turn_to(table, deadline)

    def turn_to(self, table: MatrixTable, deadline: float) -> None:
        """Is about ``table`` from now on. What is laid out already stays, and is for the caller to bring along."""
        self.table = table
        self.deadline = deadline
        self.order = table.winning_order()
        self.place = [0] * len(self.order)
        for place, row in enumerate(self.order):
            self.place[row] = place
        self.__dict__.pop("known", None)
        if "rows" in self.__dict__:
            self.rows.deadline = deadline

    @property
    def cells_of_rows(self) -> list[tuple[Cell, ...]]:
        """The cells of every row of the grids."""
        return [*(one.cells for one in self.table.triggers), *(one.cells for one in self.table.accepted_gaps)]

    @cached_property
    def wide(self) -> Grid:
        """Facts not asked at intake may be unknown, which passes only *any*."""
        rows = self.cells_of_rows
        axes = [
            make_axis(one, [row[column] for row in rows], unknown=not one.asked)
            for column, one in enumerate(self.table.dimensions)
        ]
        return Grid(axes, rows)

    @cached_property
    def known(self) -> Grid:
        """Every fact has a value."""
        return self.wide.without_unknown()

    @cached_property
    def rows(self) -> Rows:
        """The triggers on the wide grid with their outcomes; accepted gaps meet nothing here."""
        triggers = len(self.table.triggers)
        rows = Rows(self.wide, [one.outcome for one in self.table.triggers], deadline=self.deadline)
        mask = (1 << triggers) - 1
        rows.meeting = [one & mask for one in rows.meeting]
        return rows

    @property
    def is_ordered(self) -> bool:
        """Whether the hit policy puts every trigger before or behind every other."""
        return self.table.hit_policy is not HitPolicy.UNIQUE

    def cells(self, grid: Grid, cube: Cube) -> tuple[Cell, ...]:
        """A box of ``grid`` in cells as people would write them; *unknown* alone becomes *any*."""
        region = grid.expand(cube)
        return tuple(
            axis.cell(mask, open_ends=True) if mask & axis.known else ANY
            for axis, mask in zip(grid.axes, region, strict=True)
        )

    def example(self, grid: Grid, cube: Cube) -> Mapping[str, FactValue | None]:
        """One incident out of a box, by dimension key."""
        region = grid.expand(cube)
        return {
            dimension.key: axis.example(mask)
            for dimension, axis, mask in zip(self.table.dimensions, grid.axes, region, strict=True)
        }

    def exact_cell(self, column: int, mask: int) -> Cell | None:
        """A cell that passes exactly ``mask`` on the wide grid, *unknown* as it says; ``None`` if none does."""
        axis = self.wide.axes[column]
        if not mask:
            return None
        if mask & axis.unknown:
            return ANY if mask == axis.full else None
        cell = axis.cell(mask, open_ends=True)
        if not isinstance(cell, AnyCell) or not axis.unknown:
            return cell
        if isinstance(axis, LineAxis):
            return RangeCell((Interval(None, False, None, False),))
        keys = [one.key for one in self.table.dimensions[column].choices]
        return choices(keys) if keys else None

    def names_nothing(self, row: int, column: int) -> bool:
        """Whether no value passes a cell."""
        return self.wide.regions[row][column] == 0


def missing_choices(cell: Cell, dimension: DimensionRecord) -> tuple[str, ...]:
    """The keys in ``cell`` that the dimension does not have."""
    if not isinstance(cell, ChoiceCell) or dimension.kind is not DimensionKind.CHOICE:
        return ()
    there = {one.key for one in dimension.choices}
    return tuple(key for key in cell.keys if key not in there)


def boxes_meet(dimensions: Sequence[DimensionRecord], one: Sequence[Cell], other: Sequence[Cell]) -> bool:
    """Whether some combination of facts, known or not, is in both boxes."""
    for dimension, first, second in zip(dimensions, one, other, strict=True):
        axis = make_axis(dimension, (first, second), unknown=not dimension.asked)
        if not axis.mask(first) & axis.mask(second):
            return False
    return True
