"""Working hours: windows by weekday, dated exceptions, holidays and breaks in a time zone.

On one date an exception beats a holiday, a holiday beats the weekly hours; breaks are cut out last. Windows are
wall-clock times, `[open, close)`; across a clock change a window is as long as it really is (domain, section 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from app.services.clock.hours import WEEKDAYS, Windows, dated_windows, day_names, days, weekly_windows
from app.services.clock.openings import Closure, DayRule, OpenTime
from app.services.clock.spans import Span, cut, merge, subtract
from app.services.clock.zones import END_OF_DAY, ClockError, instant, zone

__all__ = ["AROUND_THE_CLOCK", "CalendarVersions", "ClockError", "Closure", "Day", "DayRule", "Span", "WorkCalendar"]

DAY = timedelta(days=1)
# A local date reaches into the UTC dates beside it; where a zone once skipped a whole day, into the one after.
REACH = 3 * DAY

KEYS = frozenset({"name", "time_zone", "hours", "holidays", "exceptions", "breaks", "names", "holidays_from"})


@dataclass(frozen=True, slots=True)
class Day:
    """The hours of one local date: windows in seconds from midnight, breaks not yet cut out, and why."""

    date: date
    rule: DayRule
    name: str
    windows: Windows
    breaks: Windows


@dataclass(frozen=True, eq=False)
class WorkCalendar(OpenTime):
    """One version of a working calendar. Build it with `from_json`, which checks what it reads."""

    zone: ZoneInfo
    weekly: tuple[Windows, ...]
    holidays: frozenset[date] = frozenset()
    exceptions: Mapping[date, Windows] = field(default_factory=dict)
    breaks: Mapping[date, Windows] = field(default_factory=dict)
    names: Mapping[date, str] = field(default_factory=dict)
    name: str = ""

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> WorkCalendar:
        """Read `{"time_zone", "hours", "holidays", "exceptions", "breaks"}`; `name` and `names` {date: text} are extra.

        `holidays_from` says which list the holidays were taken from; only they themselves count.

        Raises `ClockError` for an unknown zone, weekday or key, a date or time that is none, windows that overlap or
        end before they start, and a calendar that is never open.
        """
        unknown = set(document) - KEYS
        if unknown:
            raise ClockError(f"A calendar has no «{min(unknown)}»", min(unknown), f"Use {', '.join(sorted(KEYS))}.")
        calendar = cls(
            zone=zone(document.get("time_zone", "")),
            weekly=weekly_windows(document.get("hours") or {}),
            holidays=frozenset(days(document.get("holidays") or (), "holidays")),
            exceptions=dated_windows(document.get("exceptions") or {}, "exceptions"),
            breaks=dated_windows(document.get("breaks") or {}, "breaks"),
            names=day_names(document.get("names") or {}, "names"),
            name=document.get("name") or "",
        )
        calendar._refuse_never_open()
        return calendar

    def check_opens(self, after: datetime) -> None:
        """Raise `ClockError` unless the calendar opens within ten years of `after`."""
        self.next_open(after)

    def day(self, on: date) -> Day:
        """The hours of a local date and the rule that decides them."""
        rule = DayRule.WEEKLY
        if on in self.exceptions:
            rule = DayRule.EXCEPTION
        elif on in self.holidays:
            rule = DayRule.HOLIDAY
        return Day(on, rule, self.names.get(on, ""), self._windows(on), self.breaks.get(on, ()))

    def zone_at(self, at: datetime) -> ZoneInfo:
        """See `OpenTime.zone_at`."""
        return self.zone

    def expand(self, start: datetime, end: datetime) -> tuple[Span, ...]:
        """See `OpenTime.expand`."""
        day, last = (start - REACH).date(), (end + REACH).date()
        spans: list[Span] = []
        pauses: list[Span] = []
        while day <= last:
            spans.extend(self._spans(day, self._windows(day)))
            pauses.extend(self._spans(day, self.breaks.get(day, ())))
            day += DAY
        return cut(subtract(spans, pauses) if pauses else merge(spans), start, end)

    def closures(self, start: datetime, end: datetime) -> tuple[Closure, ...]:
        """See `OpenTime.closures`."""
        found: list[Closure] = []
        day, last = (start - REACH).date(), (end + REACH).date()
        while day <= last:
            hours = self.day(day)
            opened = merge(self._spans(day, hours.windows))
            usual = self._spans(day, self.weekly[day.weekday()])
            lost = [(span, hours.rule) for span in subtract(usual, opened)]
            for break_start, break_end in self._spans(day, hours.breaks):
                lost.extend((span, DayRule.BREAK) for span in cut(opened, break_start, break_end))
            for span, rule in lost:
                found.extend(Closure(a, b, rule, hours.name) for a, b in cut((span,), start, end))
            day += DAY
        return tuple(sorted(found, key=lambda closure: closure.start))

    def _windows(self, on: date) -> Windows:
        dated = self.exceptions.get(on)
        if dated is not None:
            return dated
        return () if on in self.holidays else self.weekly[on.weekday()]

    def _spans(self, on: date, windows: Windows) -> Iterable[Span]:
        return ((instant(on, first, self.zone), instant(on, last, self.zone)) for first, last in windows)

    def _refuse_never_open(self) -> None:
        """Find what can be found without asking for an instant: no window on any weekday or date."""
        if not any(self.weekly) and not any(self.exceptions.values()):
            raise ClockError("The calendar is never open", "hours", "Add a window to a weekday or to a date.")


V = TypeVar("V")


def standing(versions: Iterable[tuple[date, V]]) -> list[tuple[date, V]]:
    """The versions that stand, by date, of those in the order in which they were made.

    One that was made later and holds from the same date or an earlier one takes the place of those from there on: so a
    mistake is mended, and a planned change is called off.
    """
    kept: list[tuple[date, V]] = []
    for holds_from, version in versions:
        while kept and kept[-1][0] >= holds_from:
            kept.pop()
        kept.append((holds_from, version))
    return kept


@dataclass(frozen=True, eq=False)
class CalendarVersions(OpenTime):
    """Versions of one calendar, each from a local date on; time before that date is counted on the older one."""

    first: WorkCalendar
    later: Sequence[tuple[date, WorkCalendar]] = ()

    @classmethod
    def of(cls, versions: Sequence[tuple[date, WorkCalendar]]) -> CalendarVersions:
        """Those that stand of the versions, at least one, in the order in which they were made."""
        kept = standing(versions)
        return cls(kept[0][1], kept[1:])

    def __post_init__(self) -> None:
        """Refuse versions out of order; raises `ClockError`."""
        dates = [start for start, _ in self.later]
        if any(b <= a for a, b in pairwise(dates)):
            raise ClockError("Two versions start on one date or out of order", "versions", "Give each its own date.")

    def closures(self, start: datetime, end: datetime) -> tuple[Closure, ...]:
        """See `OpenTime.closures`."""
        reigns = ((max(a, start), min(b, end), version) for a, b, version in self._reigns())
        return tuple(closure for a, b, version in reigns if a < b for closure in version.closures(a, b))

    def zone_at(self, at: datetime) -> ZoneInfo:
        """See `OpenTime.zone_at`."""
        return self.version_at(at).zone

    def version_at(self, at: datetime) -> WorkCalendar:
        """The version that counts at an instant."""
        return next(version for start, end, version in self._reigns() if start <= at < end)

    def expand(self, start: datetime, end: datetime) -> tuple[Span, ...]:
        """See `OpenTime.expand`."""
        spans: list[Span] = []
        for begins, ends, version in self._reigns():
            low, high = max(begins, start), min(ends, end)
            if low < high:
                spans.extend(version.expand(low, high))
        return merge(spans)

    def _reigns(self) -> Iterable[tuple[datetime, datetime, WorkCalendar]]:
        begins = datetime.min.replace(tzinfo=UTC)
        version = self.first
        for on, following in self.later:
            # where zones differ by more than a day, the later date may begin first: then it takes the other's place
            starts = max(begins, instant(on, 0, following.zone))
            yield begins, starts, version
            begins, version = starts, following
        yield begins, datetime.max.replace(tzinfo=UTC), version


AROUND_THE_CLOCK = WorkCalendar(
    zone=ZoneInfo("UTC"), weekly=(((0, END_OF_DAY),),) * len(WEEKDAYS), name="Around the clock"
)
