"""``WorkCalendar.due`` against ``businesstimedelta`` on the same hours; and ten years against a day, with ourselves.

Goals: at least 20 times as fast, and ten years at most four times as long as one day. Both are asked for the same due
times from the same starts, and must agree on each before anything is measured.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import businesstimedelta  # type: ignore[import-untyped]  # it ships no types
import pytz  # type: ignore[import-untyped]  # the only zones that businesstimedelta takes

from app.services.clock.calendar import WorkCalendar
from benchmarks._databases import shortest

GOAL, LONGEST_GOAL = 20.0, 4.0
OSLO = pytz.timezone("Europe/Oslo")
HOLIDAYS = (date(2026, 12, 25), date(2027, 1, 1))
HOURS = (2, 6, 30, 90)
"""Targets as a matrix has them, in hours of a calendar that is open ten hours on weekdays."""
STARTS = tuple(datetime(2026, 11, 23, 7, 3, tzinfo=UTC) + timedelta(hours=13 * number) for number in range(25))
OURS = WorkCalendar.from_json(
    {
        "time_zone": "Europe/Oslo",
        "hours": {day: [["08:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        "holidays": [day.isoformat() for day in HOLIDAYS],
    }
)
WORKDAY = businesstimedelta.WorkDayRule(start_time=time(8), end_time=time(18), working_days=[0, 1, 2, 3, 4], tz=OSLO)
THEIRS = businesstimedelta.Rules([WORKDAY, businesstimedelta.HolidayRule(dict.fromkeys(HOLIDAYS, "closed"), tz=OSLO)])


def ours(start: datetime, hours: float) -> datetime:
    """Our due time."""
    return OURS.due(start, hours * 3600)


def theirs(start: datetime, hours: float) -> datetime:
    """The same by the package."""
    found: datetime = start + businesstimedelta.BusinessTimeDelta(THEIRS, hours=hours)
    return found


def all_due(due: Callable[[datetime, float], datetime]) -> list[datetime]:
    """Every target from every start."""
    return [due(start, hours) for start in STARTS for hours in HOURS]


def main() -> int:
    """Prints both ratios; 1 where a goal is missed or the two do not agree."""
    if all_due(ours) != all_due(theirs):
        print("the two do not agree on a due time")
        return 1
    taken = shortest({"ours": lambda: all_due(ours), "theirs": lambda: all_due(theirs)}, 5)
    day, years = 8.0, 10.0 * 260 * 10
    spans = shortest(
        {
            "day": lambda: [ours(start, day) for start in STARTS for _ in range(40)],
            "years": lambda: [ours(start, years) for start in STARTS for _ in range(40)],
        },
        20,
    )
    faster, longer = taken["theirs"] / taken["ours"], spans["years"] / spans["day"]
    each = taken["ours"] / len(STARTS) / len(HOURS) * 1e6
    print(f"businesstimedelta ÷ ours {faster:.0f} (goal ≥ {GOAL:.0f})   {each:.1f} µs a due time")
    print(f"ten years ÷ a day {longer:.2f} (goal ≤ {LONGEST_GOAL:.0f})")
    return 0 if faster >= GOAL and longer <= LONGEST_GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
