"""Condition cells: what one trigger asks of one dimension (domain.md 2.1).

A cell is *any*, a set of choices or its complement, a union of intervals, or yes/no. Cells are plain
values: two cells that were written alike are equal. Numbers are exact decimals and dates are days; whether
a dimension has anything between 3 and 4 is the business of the space it is laid into, not of the cell.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cmp_to_key
from typing import TypeAlias

Point: TypeAlias = Decimal | date
"""An end of an interval."""

FactValue: TypeAlias = str | bool | Decimal | date
"""A known value of a fact, in the form cells compare with."""


class CellError(ValueError):
    """A cell that cannot be read: where (``position``, 0-based, in the text), what, and how to mend it."""

    def __init__(self, what: str, mend: str, position: int = 0) -> None:
        super().__init__(f"{what} {mend}".strip())
        self.what = what
        self.mend = mend
        self.position = position


def _before(one: Point, other: Point) -> bool:
    """Whether ``one`` is below ``other``; a number and a day are never compared."""
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return one < other
    if isinstance(one, date) and isinstance(other, date):
        return one < other
    raise TypeError("a number and a date cannot be compared")


@dataclass(frozen=True, slots=True)
class Interval:
    """From ``low`` to ``high``; ``None`` is open-ended. An end that is not closed is not part of it."""

    low: Point | None
    low_closed: bool
    high: Point | None
    high_closed: bool

    @property
    def is_empty(self) -> bool:
        """Whether no real number (or no day) can be inside, like ``(6..6)`` or ``[9..3]``."""
        if self.low is None or self.high is None:
            return False
        if _before(self.high, self.low):
            return True
        return self.low == self.high and not (self.low_closed and self.high_closed)

    def holds(self, value: Point) -> bool:
        """Whether ``value`` is inside; never in an empty interval, of whatever kind its ends are."""
        if self.is_empty:
            return False
        if self.low is not None and (_before(value, self.low) or (value == self.low and not self.low_closed)):
            return False
        return not (
            self.high is not None and (_before(self.high, value) or (value == self.high and not self.high_closed))
        )


def point(value: Point) -> Interval:
    """The interval that holds just ``value``."""
    return Interval(value, True, value, True)


@dataclass(frozen=True, slots=True)
class AnyCell:
    """Passes every value and also a missing fact."""


@dataclass(frozen=True, slots=True)
class ChoiceCell:
    """Passes the choices named, or with ``negated`` every choice but those. Keys, not labels."""

    keys: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class RangeCell:
    """Passes values inside one of ``ranges``; build it with `ranges` so that equal sets are equal cells."""

    ranges: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class YesNoCell:
    """Passes yes or no."""

    value: bool


Cell: TypeAlias = AnyCell | ChoiceCell | RangeCell | YesNoCell

ANY = AnyCell()


NOTHING = Interval(Decimal(0), False, Decimal(0), False)
"""The written form, ``(0..0)``, of a range cell that no value passes."""


def choices(keys: Iterable[str], *, negated: bool = False) -> ChoiceCell:
    """A choice cell without repeated keys, in the order given; raises `ValueError` without any key."""
    listed = tuple(dict.fromkeys(keys))
    if not listed:
        raise ValueError("a choice cell names at least one choice")
    return ChoiceCell(listed, negated)


def _low_order(one: Interval, other: Interval) -> int:
    if one.low is None or other.low is None:
        return (one.low is not None) - (other.low is not None)
    if one.low == other.low:
        return other.low_closed - one.low_closed
    return -1 if _before(one.low, other.low) else 1


def _touches(left: Interval, right: Interval) -> bool:
    """Whether ``right``, which starts no earlier, leaves no value out between the two."""
    if left.high is None or right.low is None:
        return True
    if left.high == right.low:
        return left.high_closed or right.low_closed
    return _before(right.low, left.high)


def _reaches(one: Interval, other: Interval) -> bool:
    """Whether ``one`` ends no earlier than ``other``."""
    if one.high is None or other.high is None:
        return one.high is None
    if one.high == other.high:
        return one.high_closed or not other.high_closed
    return _before(other.high, one.high)


def ranges(intervals: Iterable[Interval]) -> RangeCell:
    """A range cell in its one normal form: sorted, joined where they touch.

    Empty intervals vanish beside others; a cell of nothing else keeps the first, so that what was
    written can still be shown and named by verification.
    """
    given = tuple(intervals)
    ordered = sorted((one for one in given if not one.is_empty), key=cmp_to_key(_low_order))
    if not ordered:
        return RangeCell(given[:1] or (NOTHING,))
    joined = [ordered[0]]
    for one in ordered[1:]:
        last = joined[-1]
        if not _touches(last, one):
            joined.append(one)
        elif not _reaches(last, one):
            joined[-1] = Interval(last.low, last.low_closed, one.high, one.high_closed)
    return RangeCell(tuple(joined))


def outside(cell: RangeCell) -> RangeCell:
    """The complement on the whole line: every value that ``cell`` does not pass."""
    found: list[Interval] = []
    low: Point | None = None
    low_closed = False
    for one in ranges(cell.ranges).ranges:
        if one.is_empty:
            continue
        if one.low is not None:
            found.append(Interval(low, low_closed, one.low, not one.low_closed))
        if one.high is None:
            return ranges(found)
        low, low_closed = one.high, not one.high_closed
    found.append(Interval(low, low_closed, None, False))
    return ranges(found)


def passes(cell: Cell, value: FactValue | None) -> bool:
    """Whether ``value`` passes; a missing fact (``None``) passes only *any* (domain.md 2.1)."""
    if isinstance(cell, AnyCell):
        return True
    if value is None:
        return False
    if isinstance(cell, ChoiceCell):
        return (value in cell.keys) != cell.negated
    if isinstance(cell, YesNoCell):
        return value is cell.value
    if isinstance(value, bool | str):
        return False
    return any(one.holds(value) for one in cell.ranges)
