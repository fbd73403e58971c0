"""Axes: each column cut into elementary cells that no row can tell apart inside (decision-tables.md 2).

A set of elementary cells is an ``int`` bit mask, so that intersection is ``&`` and the complement ``^``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from math import ceil, floor

from app.services.matrix.cells import (
    ANY,
    AnyCell,
    Cell,
    ChoiceCell,
    FactValue,
    Interval,
    Point,
    RangeCell,
    YesNoCell,
    choices,
    ranges,
)

_WIDE = 120


def bits(mask: int) -> list[int]:
    """The positions of the bits set in ``mask``, lowest first."""
    found = []
    if mask.bit_length() > _WIDE:  # arithmetic on wide masks costs their width for every bit, looking on does not
        digits = bin(mask)[:1:-1]
        place = digits.find("1")
        while place >= 0:
            found.append(place)
            place = digits.find("1", place + 1)
        return found
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found


def at(value: Point) -> Fraction:
    """A number or a day as an exact position on the line; days count from 1 Jan of year 1."""
    return Fraction(value) if isinstance(value, Decimal) else Fraction(value.toordinal())


class Axis(ABC):
    """One column. ``full`` is the mask of all its elementary cells, ``size`` their number."""

    size: int

    @property
    def full(self) -> int:
        """All elementary cells, the unknown one included."""
        return (1 << self.size) - 1

    unknown: int = 0
    """The bit of a fact that is not known yet; 0 where the column has none."""

    @property
    def known(self) -> int:
        """All elementary cells of known values."""
        return self.full & ~self.unknown

    @abstractmethod
    def mask(self, cell: Cell) -> int:
        """The elementary cells that ``cell`` passes."""

    @abstractmethod
    def find(self, value: FactValue | None) -> int | None:
        """The elementary cell of ``value``; ``None`` outside of the column's domain."""

    @abstractmethod
    def cell(self, mask: int, *, open_ends: bool = False) -> Cell:
        """A cell that passes exactly the known values in ``mask``, *any* where that is all of them.

        With ``open_ends`` an interval that reaches the end of the domain is written without that end.
        """

    @abstractmethod
    def example(self, mask: int) -> FactValue | None:
        """A plain value out of ``mask``; ``None`` for one that is not known."""

    @abstractmethod
    def lengths(self) -> list[Fraction] | None:
        """What each elementary cell measures; ``None`` where the column has no bounds."""


class ValueAxis(Axis):
    """A column of choices or of yes and no. ``open_world`` adds one value that nobody has named."""

    def __init__(self, values: Sequence[str | bool], *, open_world: bool = False, unknown: bool = False) -> None:
        self.values = tuple(dict.fromkeys(values))
        self.other = (1 << len(self.values)) if open_world else 0
        self.size = len(self.values) + bool(open_world) + bool(unknown)
        self.unknown = (1 << (self.size - 1)) if unknown else 0
        self._bit = {value: 1 << position for position, value in enumerate(self.values)}

    def mask(self, cell: Cell) -> int:
        if isinstance(cell, AnyCell):
            return self.full
        if isinstance(cell, YesNoCell):
            return self._bit.get(cell.value, 0)
        if isinstance(cell, RangeCell):
            return 0
        named = 0
        for key in cell.keys:
            named |= self._bit.get(key, 0)
        return self.known & ~named if cell.negated else named

    def find(self, value: FactValue | None) -> int | None:
        bit = self.unknown if value is None else self.other
        if isinstance(value, str | bool):
            bit = self._bit.get(value, self.other)
        return bit.bit_length() - 1 if bit else None

    def cell(self, mask: int, *, open_ends: bool = False) -> Cell:
        if mask & self.known == self.known:
            return ANY
        if mask & self.other:
            return ChoiceCell(tuple(str(self.values[one]) for one in bits(self.known & ~mask & ~self.other)), True)
        found = [self.values[one] for one in bits(mask & self.known)]
        if any(isinstance(one, bool) for one in found):
            return YesNoCell(bool(found[0]))
        return choices(str(one) for one in found)

    def example(self, mask: int) -> FactValue | None:
        named = mask & self.known & ~self.other
        if named:
            return self.values[bits(named)[0]]
        return "another value" if mask & self.other else None

    def lengths(self) -> list[Fraction] | None:
        return None if self.other else [Fraction(1)] * self.size


class LineAxis(Axis):
    """A column of numbers or days, cut at every end that its cells name.

    Elementary cells are the cuts themselves and the open stretches between them. On a discrete column
    stretches without a whole value inside do not exist. ``domain`` limits the column, ``None`` is the line.
    """

    def __init__(
        self,
        cells: Iterable[Cell],
        *,
        domain: RangeCell | None = None,
        discrete: bool = False,
        dates: bool = False,
        unknown: bool = False,
    ) -> None:
        self.discrete = discrete
        self.dates = dates
        self.domain = domain or RangeCell((Interval(None, False, None, False),))
        named = {
            end
            for cell in (*cells, self.domain)
            if isinstance(cell, RangeCell)
            for one in cell.ranges
            for end in (one.low, one.high)
            if end is not None and isinstance(end, date) == dates
        }
        self.cuts: list[Point] = sorted(named, key=at)
        self.places = [at(cut) for cut in self.cuts]
        self._place_of = {cut: place for place, cut in enumerate(self.cuts)}
        self._kept = [one for one in range(2 * len(self.cuts) + 1) if self._exists(one)]
        self._before = self._counted()
        self._breaks = [place for place in range(1, len(self._kept)) if not self._adjacent(place)]
        self.size = len(self._kept) + bool(unknown)
        self.unknown = (1 << len(self._kept)) if unknown else 0

    def lacks(self, cell: Cell) -> bool:
        """Whether ``cell`` ends at a place where this axis has no cut."""
        ends = {end for one in cell.ranges for end in (one.low, one.high)} if isinstance(cell, RangeCell) else set()
        return any(end not in self._place_of for end in ends if end is not None and isinstance(end, date) == self.dates)

    def refined(self, cell: Cell) -> tuple[LineAxis, list[tuple[int, int]]]:
        """This axis cut at the ends of ``cell`` too, and which elementary cells of the old one become how many.

        Those are named by their place, the last one first, so that each may be spread in turn.
        """
        points = RangeCell(tuple(Interval(cut, True, cut, True) for cut in self.cuts))
        unknown = bool(self.unknown)
        made = LineAxis((points, cell), domain=self.domain, discrete=self.discrete, dates=self.dates, unknown=unknown)
        cut = {2 * bisect_left(self.places, at(one)) for one in made.cuts if one not in self._place_of}
        spread = []
        for one in sorted(cut, reverse=True):
            place = self._before[one]
            if self._before[one + 1] > place:
                first = 2 * made._place_of[self.cuts[one // 2 - 1]] + 2 if one else 0
                last = (
                    2 * made._place_of[self.cuts[one // 2]] + 1 if one < 2 * len(self.cuts) else 2 * len(made.cuts) + 1
                )
                spread.append((place, made._before[last] - made._before[first]))
        return made, spread

    def counted(self, cells: Iterable[Cell]) -> list[int]:
        """For each elementary cell 1 where it is the first inside one of an axis cut for ``cells`` alone, else 0."""
        own = LineAxis(cells, domain=self.domain, discrete=self.discrete, dates=self.dates)
        firsts: set[int] = set()
        found = []
        for one in self._kept:
            low, _high = self._ends(one)
            there = 2 * bisect_left(own.places, low) if low is not None else 0
            at_cut = low is not None and there < 2 * len(own.cuts) and own.places[there // 2] == low
            group = there + (1 if one % 2 else 2) if at_cut else there
            found.append(int(group not in firsts))
            firsts.add(group)
        return [*found, 1] if self.unknown else found

    def _counted(self) -> list[int]:
        """For each possible elementary cell the number of existing ones below it."""
        kept = set(self._kept)
        found = [0]
        for one in range(2 * len(self.cuts) + 1):
            found.append(found[-1] + (one in kept))
        return found

    def _ends(self, one: int) -> tuple[Fraction | None, Fraction | None]:
        """The cuts around a stretch (even) or twice the cut itself (odd)."""
        if one % 2:
            return self.places[one // 2], self.places[one // 2]
        low = self.places[one // 2 - 1] if one else None
        high = self.places[one // 2] if one < 2 * len(self.cuts) else None
        return low, high

    def _exists(self, one: int) -> bool:
        if self._is_hollow(one):
            return False
        return any(first <= one < last for first, last in map(self._span, self.domain.ranges))

    def _is_hollow(self, one: int) -> bool:
        """Whether a discrete column has no value in this possible cell, as between 3 and 4."""
        low, high = self._ends(one)
        if not self.discrete:
            return False
        if self.dates:  # the calendar ends on both sides
            low = Fraction(0) if low is None else low
            high = Fraction(date.max.toordinal() + 1) if high is None else high
        if low is None or high is None:
            return False
        return low.denominator != 1 if one % 2 else ceil(high) - floor(low) < 2

    def _span(self, interval: Interval) -> tuple[int, int]:
        """First possible elementary cell of ``interval`` and the one after its last."""
        if interval.is_empty:
            return 0, 0
        first, last = 0, 2 * len(self.cuts) + 1
        if interval.low is not None:
            first = 2 * self._cut(interval.low) + (1 if interval.low_closed else 2)
        if interval.high is not None:
            last = 2 * self._cut(interval.high) + (2 if interval.high_closed else 1)
        return first, max(first, last)

    def _cut(self, value: Point) -> int:
        """The first cut that is not below ``value``; the ends of the column's own cells are found at once."""
        known = self._place_of.get(value)
        return bisect_left(self.places, at(value)) if known is None else known

    def mask(self, cell: Cell) -> int:
        if isinstance(cell, AnyCell):
            return self.full
        if not isinstance(cell, RangeCell):
            return 0
        found = 0
        for interval in cell.ranges:
            first, last = (self._before[one] for one in self._span(interval))
            found |= (1 << last) - (1 << first)
        return found

    def find(self, value: FactValue | None) -> int | None:
        if value is None:
            return self.unknown.bit_length() - 1 if self.unknown else None
        if isinstance(value, bool | str) or isinstance(value, date) != self.dates:
            return None
        place = at(value)
        cut = bisect_left(self.places, place)
        one = 2 * cut + (cut < len(self.cuts) and self.places[cut] == place)
        return self._before[one] if self._before[one + 1] > self._before[one] else None

    def _interval(self, first: int, last: int) -> Interval:
        """From the possible cell ``first`` to ``last``, both included, with the ends people would write."""
        low, low_closed = (None, False) if first == 0 else (self.cuts[(first - 1) // 2], first % 2 == 1)
        end = 2 * len(self.cuts)
        high, high_closed = (None, False) if last == end else (self.cuts[last // 2], last % 2 == 1)
        if self.discrete and low is not None and not low_closed:
            low, low_closed = self._step(low, 1), True
        if self.discrete and high is not None and not high_closed:
            high, high_closed = self._step(high, -1), True
        return Interval(low, low_closed, high, high_closed)

    @staticmethod
    def _step(value: Point, by: int) -> Point:
        """The next whole value above (1) or below (-1) ``value``."""
        if isinstance(value, date):
            return date.fromordinal(min(max(value.toordinal() + by, 1), date.max.toordinal()))
        return Decimal(floor(value) + 1 if by > 0 else ceil(value) - 1)

    def cell(self, mask: int, *, open_ends: bool = False) -> Cell:
        if mask & self.known == self.known:
            return ANY
        runs = self.runs(mask)
        found = [self._interval(first, last) for first, last in runs]
        if found and open_ends and self._kept:
            first, last = runs[0][0], runs[-1][1]
            if first == self._kept[0]:
                found[0] = replace(found[0], low=None, low_closed=False)
            if last == self._kept[-1]:
                found[-1] = replace(found[-1], high=None, high_closed=False)
        return ranges(found)

    def runs(self, mask: int) -> list[tuple[int, int]]:
        """The unbroken stretches of the line that ``mask`` makes up, as first and last possible cell."""
        found: list[tuple[int, int]] = []
        mask &= self.known
        position = 0
        while mask:
            skipped = (mask & -mask).bit_length() - 1
            mask >>= skipped
            position += skipped
            length = (~mask & (mask + 1)).bit_length() - 1
            found.extend(self._unbroken(position, position + length))
            mask >>= length
            position += length
        return found

    def _unbroken(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Neighbouring existing cells in stretches without a hole of the domain inside, as possible cells."""
        for place in self._breaks:
            if start < place < end:
                yield self._kept[start], self._kept[place - 1]
                start = place
        yield self._kept[start], self._kept[end - 1]

    def _adjacent(self, place: int) -> bool:
        """Whether only cells that cannot exist on a discrete line are between an existing cell and the one before."""
        return all(self._is_hollow(between) for between in range(self._kept[place - 1] + 1, self._kept[place]))

    def example(self, mask: int) -> FactValue | None:
        inside = mask & self.known
        best: int | None = None
        while inside:
            low = inside & -inside
            inside ^= low
            one = self._kept[low.bit_length() - 1]
            if one % 2 == 0 and 0 < one < 2 * len(self.cuts):
                return self._value(one)  # a bounded stretch makes the most typical example, then a cut
            if best is None or one % 2 > best % 2:
                best = one
        return self._value(best) if best is not None else None

    def _value(self, one: int) -> Point:
        if one % 2:
            return self.cuts[one // 2]
        low = self.cuts[one // 2 - 1] if one else None
        high = self.cuts[one // 2] if one < 2 * len(self.cuts) else None
        if low is None and high is None:
            return date(2026, 1, 1) if self.dates else Decimal(0)
        if low is None:
            return self._step(_known(high), -1)
        if high is None:
            return self._step(low, 1)
        return _between(low, high, discrete=self.discrete)

    def lengths(self) -> list[Fraction] | None:
        found: list[Fraction] = []
        for one in self._kept:
            low, high = self._ends(one)
            if low is None or high is None:
                return None
            if not self.discrete:
                found.append(high - low)
            else:
                found.append(Fraction(1 if one % 2 else ceil(high) - floor(low) - 1))
        return [*found, Fraction(1)] if self.unknown else found


def _known(value: Point | None) -> Point:
    if value is None:
        raise ValueError("an open-ended stretch has no such end")
    return value


def _between(low: Point, high: Point, *, discrete: bool) -> Point:
    """A short value strictly between two others."""
    if isinstance(low, date) or isinstance(high, date):
        return date.fromordinal(int(at(low) + at(high)) // 2)
    middle = (at(low) + at(high)) / 2
    if discrete or ceil(high) - floor(low) >= 2:
        whole = Decimal(floor(middle))
        return whole if low < whole < high else Decimal(floor(low) + 1)
    with localcontext() as context:
        context.prec = 120
        return (low + high) / 2
