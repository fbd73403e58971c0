"""Arithmetic over opening hours, whatever made them.

Open time is expanded once per UTC year into spans with a running total, so that a due time ten years off costs about
as much as one tomorrow: a few additions and one bisection. Inside, instants are whole microseconds since 1970.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import accumulate
from zoneinfo import ZoneInfo

from app.services.clock.spans import Span, merge
from app.services.clock.zones import ClockError, utc

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
PER_SECOND = 1_000_000
PER_DAY = 86_400 * PER_SECOND

SEARCH_YEARS = 10
# Ten years have three leap days at most.
SEARCH = (SEARCH_YEARS * 365 + 3) * PER_DAY
LONGEST = 200 * 366 * PER_DAY
# Bounds the work of a senseless question; a target of a hundred years is refused long before.
FIRST_YEAR, LAST_YEAR = 1800, 2800


def micros(at: datetime) -> int:
    """Whole microseconds from 1970 to an aware instant."""
    since = at - EPOCH
    return since.days * PER_DAY + since.seconds * PER_SECOND + since.microseconds


def moment(value: int) -> datetime:
    """The UTC instant of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=value)


@dataclass(frozen=True, slots=True)
class Year:
    """The open spans of one UTC year; `used` is the open time up to the end of each."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    used: tuple[int, ...]
    total: int = field(init=False)

    def __post_init__(self) -> None:
        """Keep the open microseconds of the whole year at hand: a walk over years asks for nothing else."""
        object.__setattr__(self, "total", self.used[-1] if self.used else 0)

    def before(self, at: int) -> int:
        """Open microseconds of the year before `at`."""
        index = bisect_right(self.starts, at) - 1
        if index < 0:
            return 0
        return self.used[index] - max(0, self.ends[index] - at)

    def reach(self, used: int) -> int:
        """The first instant at which `used` (above 0, at most the total) has been open."""
        index = bisect_left(self.used, used)
        return self.ends[index] - (self.used[index] - used)


class DayRule(StrEnum):
    """Which rule decides the hours of a date, or closes a part of it."""

    WEEKLY = "weekly"
    HOLIDAY = "holiday"
    EXCEPTION = "exception"
    BREAK = "break"


@dataclass(frozen=True, slots=True)
class Closure:
    """A span that a holiday, an exception or a break closed; without it, it would have been open."""

    start: datetime
    end: datetime
    rule: DayRule
    name: str


@dataclass(frozen=True, eq=False)
class OpenTime(ABC):
    """Something that is open at times. Instants are aware; what comes back is UTC. Spans are `[open, close)`."""

    _years: dict[int, Year] = field(default_factory=dict, init=False, repr=False)

    @abstractmethod
    def expand(self, start: datetime, end: datetime) -> tuple[Span, ...]:
        """The open spans of `[start, end)`, in order, joined where they touch."""

    @abstractmethod
    def closures(self, start: datetime, end: datetime) -> tuple[Closure, ...]:
        """What holidays, exceptions and breaks closed in `[start, end)` beyond the weekly hours, in order."""

    @abstractmethod
    def zone_at(self, at: datetime) -> ZoneInfo:
        """The zone whose wall clock rules at an instant."""

    def due(self, start: datetime, seconds: float, pauses: Iterable[Span] = ()) -> datetime:
        """When `seconds` of open time have passed since `start`, pauses left out.

        A start outside hours counts from the next opening, for 0 seconds too; a due time that falls on a closing
        instant is that instant. Raises `ClockError` when the calendar does not open within ten years.
        """
        return self.dues(start, (seconds,), pauses)[0]

    def dues(self, start: datetime, durations: Sequence[float], pauses: Iterable[Span] = ()) -> tuple[datetime, ...]:
        """Like `due` for several durations from one start, which is looked up in the calendar once."""
        at, stops = micros(utc(start)), _stops(pauses)
        year = self._year_of(at)
        before, used, ends = year.before(at), year.used, year.ends
        reached = year.total if not stops else 0
        found = []
        for seconds in durations:
            need = round(seconds * PER_SECOND)
            if 0 < need <= reached - before:  # by far the most: said here as `Year.reach` says it, without the calls
                index = bisect_left(used, before + need)
                found.append(EPOCH + timedelta(0, 0, ends[index] - used[index] + before + need))
            elif 0 <= need <= LONGEST:
                found.append(moment(self._due(at, need, stops)))
            else:
                raise ClockError(f"A duration of {seconds} seconds is out of reach", "", "Give 0 seconds to 200 years.")
        return tuple(found)

    def elapsed(self, start: datetime, end: datetime, pauses: Iterable[Span] = ()) -> int:
        """Whole seconds of open time in `[start, end)`, pauses left out. Raises `ClockError` when end is earlier."""
        return self.open_time(start, end, pauses) // timedelta(seconds=1)

    def open_time(self, start: datetime, end: datetime, pauses: Iterable[Span] = ()) -> timedelta:
        """Like `elapsed`, to the microsecond."""
        first, last = micros(utc(start)), micros(utc(end))
        if last < first:
            raise ClockError(
                f"The end {end.isoformat()} is before the start {start.isoformat()}", "", "Swap the two instants."
            )
        total = self._open_between(first, last)
        for stop, go in _stops(pauses):
            if stop < last and go > first:
                total -= self._open_between(max(stop, first), min(go, last))
        return timedelta(microseconds=total)

    def is_open(self, at: datetime) -> bool:
        """Whether `at` lies in opening hours: yes at the opening instant, no at the closing one."""
        value = micros(utc(at))
        year = self._year_of(value)
        index = bisect_right(year.starts, value) - 1
        return index >= 0 and value < year.ends[index]

    def next_open(self, at: datetime) -> datetime:
        """`at` itself when open, else the next opening. Raises `ClockError` when there is none within ten years."""
        return moment(self._next_open(micros(utc(at))))

    def span_at(self, at: datetime) -> Span | None:
        """The open span around `at`, None when closed; one longer than some years is cut at ten on either side."""
        value = micros(utc(at))
        first = last = _year_number(value)
        year = self._year(first)
        index = bisect_right(year.starts, value) - 1
        if index < 0 or value >= year.ends[index]:
            return None
        start, end = year.starts[index], year.ends[index]
        while self._year(first - 1).ends[-1:] == (start,) and last - first < SEARCH_YEARS:
            first -= 1
            start = self._year(first).starts[-1]
        while self._year(last + 1).starts[:1] == (end,) and last - first < 2 * SEARCH_YEARS:
            last += 1
            end = self._year(last).ends[0]
        return (moment(start), moment(end))

    def open_spans(self, start: datetime, end: datetime) -> tuple[Span, ...]:
        """The open parts of `[start, end)`, in order, joined where they touch."""
        first, last = micros(utc(start)), micros(utc(end))
        found: list[Span] = []
        for number in range(_year_number(first), _year_number(last) + 1):
            year = self._year(number)
            low = max(0, bisect_right(year.starts, first) - 1)
            found.extend(
                (moment(max(first, year.starts[index])), moment(min(last, year.ends[index])))
                for index in range(low, bisect_left(year.starts, last))
            )
        return merge(found)

    def closed_spans(self, start: datetime, end: datetime) -> tuple[Span, ...]:
        """The parts of `[start, end)` in which nothing counts."""
        if end <= start:
            return ()
        opened = self.open_spans(start, end)
        borders = [utc(start), *(at for span in opened for at in span), utc(end)]
        return tuple((a, b) for a, b in zip(borders[::2], borders[1::2], strict=True) if a < b)

    def _due(self, at: int, need: int, stops: tuple[tuple[int, int], ...]) -> int:
        if need == 0:
            return self._next_counted(at, stops)
        for stop, go in stops:
            if go <= at:
                continue
            if stop > at:
                available = self._open_between(at, stop)
                if available >= need:
                    break
                need -= available
            at = go
        return self._walk(at, need)

    def _year(self, number: int) -> Year:
        known = self._years.get(number)
        if known is not None:
            return known
        if not FIRST_YEAR <= number <= LAST_YEAR:
            raise ClockError(f"The year {number} is out of reach", "", "Use a shorter target or a nearer date.")
        spans = self.expand(datetime(number, 1, 1, tzinfo=UTC), datetime(number + 1, 1, 1, tzinfo=UTC))
        starts, ends = tuple(micros(a) for a, _ in spans), tuple(micros(b) for _, b in spans)
        used = tuple(accumulate(end - start for start, end in zip(starts, ends, strict=True)))
        year = Year(starts, ends, used)
        self._years[number] = year
        return year

    def _year_of(self, at: int) -> Year:
        return self._year(_year_number(at))

    def _open_between(self, first: int, last: int) -> int:
        low, high = _year_number(first), _year_number(last)
        whole_years = sum(self._year(number).total for number in range(low, high))
        return whole_years + self._year(high).before(last) - self._year(low).before(first)

    def _walk(self, at: int, need: int) -> int:
        """The first instant at which `need` microseconds (above 0) have been open since `at`."""
        first = number = _year_number(at)
        year = self._year(first)
        need += year.before(at)
        empty, total = 0, year.total
        while need > total:
            need -= total
            empty = 0 if total else empty + 1
            if empty > SEARCH_YEARS:
                raise _never_open(moment(at))
            number += 1
            year = self._years.get(number) or self._year(number)
            total = year.total
        if number - first >= SEARCH_YEARS:
            self._next_open(at)
        return year.reach(need)

    def _next_open(self, at: int) -> int:
        first = _year_number(at)
        for number in range(first, first + SEARCH_YEARS + 1):
            year = self._year(number)
            index = bisect_right(year.ends, at)
            if index < len(year.starts):
                found = max(at, year.starts[index])
                if found - at > SEARCH:
                    break
                return found
        raise _never_open(moment(at))

    def _next_counted(self, at: int, stops: tuple[tuple[int, int], ...]) -> int:
        """The first instant from `at` on that is open and not paused."""
        at = self._next_open(at)
        for stop, go in stops:
            if stop <= at < go:
                at = self._next_open(go)
        return at


_YEAR_STARTS = tuple(micros(datetime(number, 1, 1, tzinfo=UTC)) for number in range(FIRST_YEAR, LAST_YEAR + 2))


def _year_number(at: int) -> int:
    """The UTC year of an instant; one year beyond the reach for all that lie beyond it."""
    return FIRST_YEAR - 1 + bisect_right(_YEAR_STARTS, at)


def _stops(pauses: Iterable[Span]) -> tuple[tuple[int, int], ...]:
    """Pauses in order, joined where they overlap, as microseconds."""
    checked: list[Span] = []
    if not pauses:
        return ()
    for start, end in pauses:
        if end < start:
            raise ClockError(
                f"A pause ends at {end.isoformat()}, before it starts", f"pause from {start.isoformat()}", "Swap them."
            )
        checked.append((utc(start), utc(end)))
    return tuple((micros(start), micros(end)) for start, end in merge(checked))


def _never_open(at: datetime) -> ClockError:
    return ClockError(
        f"The calendar does not open in the ten years after {at:%Y-%m-%d}",
        "hours",
        "Add a window to a weekday or to a date.",
    )
