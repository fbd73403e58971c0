"""Dates of other desks, and the hours that a change of summer time doubles or skips."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.services.incidents.intake.instants import DateFormat, Oddity, read_local, to_instant, zone_named
from app.services.sheets.errors import SheetError

DAY, MONTH, ISO = DateFormat.DAY_FIRST, DateFormat.MONTH_FIRST, DateFormat.ISO


@pytest.mark.parametrize(
    ("text", "style", "expected"),
    [
        ("29/2/2016 01:16", DAY, "2016-02-29T01:16:00"),
        ("5/3/2016 12:00", DAY, "2016-03-05T12:00:00"),
        ("5/3/2016 12:00", MONTH, "2016-05-03T12:00:00"),
        ("01/16/2015 08:30:00 AM", MONTH, "2015-01-16T08:30:00"),
        ("01/01/2015 12:20:09 AM", MONTH, "2015-01-01T00:20:09"),
        ("01/01/2015 12:20:09 PM", MONTH, "2015-01-01T12:20:09"),
        ("04.11.25", DAY, "2025-11-04T00:00:00"),
        ("4 Nov 2025 16:47", DAY, "2025-11-04T16:47:00"),
        ("2010-03-31T15:59:42+01:00", ISO, "2010-03-31T15:59:42+01:00"),
        ("2016-03-26T03:35:00Z", ISO, "2016-03-26T03:35:00+00:00"),
        ("2012/10/09 14:50:17.000", ISO, "2012-10-09T14:50:17"),
        ("2022-03-10 11.50", ISO, "2022-03-10T11:50:00"),
        ("~2025-03-03 19:30", ISO, "2025-03-03T19:30:00"),
        ("1456707360", DateFormat.EPOCH, "2016-02-29T00:56:00+00:00"),
        ("1456707360000", DateFormat.EPOCH_MS, "2016-02-29T00:56:00+00:00"),
    ],
)  # fmt: skip
def test_a_date_is_read_in_the_order_of_its_column(text: str, style: DateFormat, expected: str) -> None:
    read = read_local(text, style)
    assert read is not None
    assert read.isoformat() == expected


@pytest.mark.parametrize(
    ("text", "style"),
    [
        ("31/2/2016 01:16", DAY), ("13/13/2016", DAY), ("13/11/2025", MONTH), ("2016-13-01", ISO),
        ("29/2/2016 25:00", DAY), ("0000-00-00", ISO), ("5:26 PM PST", ISO), ("Xh Xm", DAY), ("2025-11-04", DAY),
        ("1e308", DateFormat.EPOCH), ("9" * 20, DateFormat.EPOCH), ("4/11/2025 13:00 PM", DAY), ("4/11/25", ISO),
        ("4/11/2025 0:30 AM", DAY),
    ],
)  # fmt: skip
def test_what_does_not_fit_the_order_is_unreadable_and_never_turned_around(text: str, style: DateFormat) -> None:
    assert read_local(text, style) is None


def test_a_local_hour_that_came_twice_means_the_first() -> None:
    reading = to_instant(datetime(2025, 10, 26, 2, 30), zone_named("Europe/Oslo"))  # noqa: DTZ001 - a wall clock
    assert reading is not None
    assert (reading.at, reading.oddity) == (datetime(2025, 10, 26, 0, 30, tzinfo=UTC), Oddity.TWICE)


def test_a_local_hour_that_was_skipped_moves_forward_by_the_gap() -> None:
    reading = to_instant(datetime(2025, 3, 30, 2, 30), zone_named("Europe/Oslo"))  # noqa: DTZ001 - a wall clock
    assert reading is not None
    # 03:30 summer time
    assert (reading.at, reading.oddity) == (datetime(2025, 3, 30, 1, 30, tzinfo=UTC), Oddity.SKIPPED)


def test_a_time_that_names_its_offset_is_taken_at_its_word() -> None:
    aware = read_local("2025-10-26T02:30:00+01:00", ISO)
    assert aware is not None
    reading = to_instant(aware, zone_named("Europe/Oslo"))
    assert reading is not None
    assert (reading.at, reading.oddity) == (datetime(2025, 10, 26, 1, 30, tzinfo=UTC), None)


def test_a_time_beyond_what_a_date_can_hold_is_unreadable() -> None:
    assert to_instant(datetime(1, 1, 1), zone_named("Asia/Tokyo")) is None  # noqa: DTZ001 - a wall clock


def test_an_unknown_zone_is_told() -> None:
    with pytest.raises(SheetError, match="no time zone “Europe/Asgard”"):
        zone_named("Europe/Asgard")
