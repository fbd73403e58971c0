"""Holidays become plain dates of a calendar version. Expected dates from public calendars."""

from __future__ import annotations

from datetime import date

import pytest

from app.services.clock.calendar import ClockError, DayRule, WorkCalendar
from app.services.clock.holiday_lists import holiday_dates, in_json, regions


def test_a_region_adds_its_own_days() -> None:
    bavaria, everywhere = holiday_dates("DE", "BY", [2026]), holiday_dates("DE", None, [2026])
    assert everywhere.keys() < bavaria.keys()
    assert date(2026, 1, 6) in bavaria.keys() - everywhere.keys()
    assert date(2026, 10, 3) in everywhere


def test_names_are_english_where_the_list_has_them() -> None:
    assert holiday_dates("DE", None, [2026])[date(2026, 12, 25)] == "Christmas Day"


def test_single_days_can_be_switched_off() -> None:
    found = holiday_dates("DE", "BY", range(2026, 2028), without={date(2026, 1, 6)})
    assert date(2026, 1, 6) not in found
    assert date(2027, 1, 6) in found
    assert list(found) == sorted(found)


def test_they_close_the_days_of_a_calendar_by_name() -> None:
    document = {"time_zone": "Europe/Berlin", "hours": {"fri": [["09:00", "17:00"]]}}
    calendar = WorkCalendar.from_json(document | in_json(holiday_dates("DE", None, [2026])))
    good_friday = calendar.day(date(2026, 4, 3))
    assert (good_friday.rule, good_friday.name, good_friday.windows) == (DayRule.HOLIDAY, "Good Friday", ())


def test_an_unknown_country_or_region_is_named() -> None:
    with pytest.raises(ClockError, match="«XX»"):
        holiday_dates("XX", None, [2026])
    with pytest.raises(ClockError, match="«ZZ» in DE"):
        holiday_dates("DE", "ZZ", [2026])
    assert "BY" in regions()["DE"]
