"""The cell format of ``matrix verify --json`` (contract.md), both ways."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from app.services.matrix.cells import (
    ANY,
    AnyCell,
    Cell,
    CellError,
    ChoiceCell,
    Interval,
    Point,
    RangeCell,
    YesNoCell,
    choices,
    outside,
    point,
)
from app.services.matrix.dimensions import read_day, read_number
from app.services.matrix.sfeel import one_line
from app.services.matrix.writing import plain_number


def value_to_json(value: str | bool | Decimal | date | None) -> Any:
    """A fact as JSON: numbers as numbers wherever that is exact, else as text; dates in ISO form."""
    if isinstance(value, Decimal):
        if value == value.to_integral_value():
            return int(value)
        near = float(value)
        return near if Decimal(repr(near)) == value else plain_number(value)
    return value.isoformat() if isinstance(value, date) else value


def cell_to_json(cell: Cell) -> dict[str, Any]:
    """``cell`` in the format of the contract."""
    if isinstance(cell, AnyCell):
        return {"any": True}
    if isinstance(cell, YesNoCell):
        return {"in": [cell.value]}
    if isinstance(cell, ChoiceCell):
        return {"not_in" if cell.negated else "in": list(cell.keys)}
    return {
        "ranges": [
            [value_to_json(one.low), one.low_closed, value_to_json(one.high), one.high_closed] for one in cell.ranges
        ]
    }


def _point(value: object) -> Point:
    found = read_number(value) if isinstance(value, int | float | Decimal) else None
    day = read_day(value) if isinstance(value, str) else None
    number = read_number(value) if isinstance(value, str) and day is None else found
    if day is None and number is None:
        raise CellError(f"{value!r} is neither a number nor a date.", "Write 10 or 2026-03-01.")
    return day if day is not None else number  # type: ignore[return-value]  # one of the two is there


def _interval(given: list[Any]) -> Interval:
    if len(given) != 4:
        raise CellError("An interval has four parts.", "Write [low, low_closed, high, high_closed].")
    low, low_closed, high, high_closed = given
    return Interval(
        None if low is None else _point(low),
        low is not None and bool(low_closed),
        None if high is None else _point(high),
        high is not None and bool(high_closed),
    )


def cell_from_json(given: Mapping[str, Any]) -> Cell:
    """The cell that ``given`` says; raises `CellError` for anything else."""
    if given.get("any"):
        return ANY
    for key in ("in", "not_in"):
        if key in given:
            return _listed(given[key], negated=key == "not_in")
    for key in ("ranges", "not_ranges"):
        if key in given:
            cell = one_line([_interval(one) for one in given[key]])
            return outside(cell) if key == "not_ranges" else cell
    raise CellError("This is not a cell.", "Use any, in, not_in, ranges or not_ranges.")


def _listed(values: list[Any], *, negated: bool) -> Cell:
    if values and all(isinstance(one, bool) for one in values):
        left = {bool(one) != negated for one in values}
        return ANY if len(left) == 2 else YesNoCell(left.pop())
    if values and all(isinstance(one, str) for one in values):
        return choices(values, negated=negated)
    if not values:
        raise CellError("A list of values is empty.", "Name at least one value.")
    cell: RangeCell = one_line([point(_point(one)) for one in values])
    return outside(cell) if negated else cell
