"""Every combination of a small matrix, tried one by one with `passes` alone: what verification must agree with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import product
from typing import TypeAlias

from app.models.enums import DimensionKind, HitPolicy
from app.services.matrix.cells import Cell, FactValue, RangeCell, passes
from app.services.matrix.dimensions import DimensionRecord
from app.services.matrix.table import MatrixTable, OutcomeRecord

Facts: TypeAlias = tuple[FactValue | None, ...]


def values(dimension: DimensionRecord, cells: list[Cell], *, unknown: bool) -> list[FactValue | None]:
    """Enough values to tell all cells apart: all choices, or each end and what is just around and between ends."""
    found: list[FactValue | None]
    if dimension.kind is DimensionKind.CHOICE:
        found = [one.key for one in dimension.choices]
    elif dimension.kind is DimensionKind.YES_NO:
        found = [False, True]
    else:
        found = list(_line(dimension, cells))
    return [*found, None] if unknown and not dimension.asked else found


def _line(dimension: DimensionRecord, cells: list[Cell]) -> Iterator[FactValue]:
    ends = {
        end
        for cell in cells
        if isinstance(cell, RangeCell)
        for one in cell.ranges
        for end in (one.low, one.high)
        if end is not None
    }
    if dimension.kind is DimensionKind.DATE:
        days = {one for one in ends if isinstance(one, date)} | {date(2026, 1, 1)}
        yield from sorted({day + timedelta(days=by) for day in days for by in (-1, 0, 1)})
        return
    low, high = dimension.bounds
    numbers = {one for one in ends if isinstance(one, Decimal)} | {one for one in (low, high) if one is not None}
    if dimension.is_discrete:
        numbers = {one.to_integral_value(rounding) for one in numbers for rounding in (ROUND_FLOOR, ROUND_CEILING)}
    step = Decimal(1) if dimension.is_discrete else Decimal("0.25")
    around = {number + by for number in numbers | {Decimal(0)} for by in (-step, Decimal(0), step)}
    for number in sorted(around):
        if (low is None or number >= low) and (high is None or number <= high):
            yield number


def combinations(table: MatrixTable, *, unknown: bool) -> Iterator[Facts]:
    """All combinations of `values`."""
    sides = []
    for column, dimension in enumerate(table.dimensions):
        cells = [one.cells[column] for one in (*table.triggers,)]
        sides.append(values(dimension, cells, unknown=unknown))
    yield from product(*sides)


def matching(table: MatrixTable, facts: Facts) -> list[int]:
    """The rows that match."""
    return [
        row
        for row, trigger in enumerate(table.triggers)
        if all(passes(cell, value) for cell, value in zip(trigger.cells, facts, strict=True))
    ]


def chosen(table: MatrixTable, facts: Facts) -> int | None:
    """The row that decides; under *unique* -1 for a second match."""
    rows = matching(table, facts)
    if not rows:
        return None
    if table.hit_policy is HitPolicy.UNIQUE and len(rows) > 1:
        return -1
    if table.hit_policy is HitPolicy.HIGHEST_TIER:
        return min(rows, key=lambda row: (-table.triggers[row].outcome.tier, row))
    return rows[0]


def answers(table: MatrixTable, space: list[Facts]) -> list[OutcomeRecord | str]:
    """The answer for each of ``space``."""
    found: list[OutcomeRecord | str] = []
    for facts in space:
        row = chosen(table, facts)
        if row is None:
            found.append("not covered")
        else:
            found.append("two at once" if row < 0 else table.triggers[row].outcome)
    return found
