"""Calendars: the rules of the domain, section 3, one by one. Expected values worked by hand."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from app.services.clock.calendar import AROUND_THE_CLOCK, CalendarVersions, ClockError, DayRule, WorkCalendar

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def calendar(zone: str = "UTC", every_day: Any = None, **rest: Any) -> WorkCalendar:
    hours = dict.fromkeys(WEEK, every_day) if every_day is not None else {}
    return WorkCalendar.from_json({"time_zone": zone, "hours": rest.pop("hours", hours), **rest})


OFFICE = calendar(hours={day: [["09:00", "12:00"], ["13:00", "17:00"]] for day in WEEK[:5]}, holidays=["2026-05-01"])


@pytest.mark.parametrize(
    ("start", "seconds", "due"),
    [
        ("2026-05-04T09:00", 3600, "2026-05-04T10:00"),
        ("2026-05-04T11:30", 3600, "2026-05-04T13:30"),
        ("2026-05-04T12:30", 60, "2026-05-04T13:01"),
        ("2026-05-04T09:00", 3 * 3600, "2026-05-04T12:00"),
        ("2026-05-04T09:00", 7 * 3600, "2026-05-04T17:00"),
        ("2026-05-04T16:59:59", 2, "2026-05-05T09:00:01"),
        ("2026-04-30T16:00", 2 * 3600, "2026-05-04T10:00"),
        ("2026-05-02T10:00", 0, "2026-05-04T09:00"),
        ("2026-05-04T10:00", 0, "2026-05-04T10:00"),
        ("2026-05-04T12:00", 0, "2026-05-04T13:00"),
    ],
)
def test_due_walks_open_time_only(start: str, seconds: int, due: str) -> None:
    assert OFFICE.due(at(start), seconds) == at(due)


def test_a_window_is_open_at_its_first_instant_and_closed_at_its_last() -> None:
    assert OFFICE.is_open(at("2026-05-04T09:00"))
    assert not OFFICE.is_open(at("2026-05-04T12:00"))
    assert not OFFICE.is_open(at("2026-05-04T08:59:59.999999"))
    assert OFFICE.is_open(at("2026-05-04T11:59:59.999999"))


def test_midnight_windows_join_into_one() -> None:
    nights = calendar(every_day=[["00:00", "06:00"], ["22:00", "24:00"]])
    assert nights.open_spans(at("2026-12-31T12:00"), at("2027-01-01T12:00")) == (
        (at("2026-12-31T22:00"), at("2027-01-01T06:00")),
    )


def test_open_and_closed_spans_are_cut_at_what_was_asked() -> None:
    first, last = at("2026-05-04T10:00"), at("2026-05-04T15:00")
    assert OFFICE.open_spans(first, last) == (
        (first, at("2026-05-04T12:00")),
        (at("2026-05-04T13:00"), last),
    )
    assert OFFICE.closed_spans(first, last) == ((at("2026-05-04T12:00"), at("2026-05-04T13:00")),)
    assert OFFICE.closed_spans(last, first) == ()


def test_on_one_date_an_exception_beats_a_holiday_beats_weekly_hours() -> None:
    dated = calendar(
        every_day=[["09:00", "17:00"]],
        holidays=["2026-05-01", "2026-05-02"],
        exceptions={"2026-05-02": [["10:00", "11:00"]], "2026-05-03": []},
        names={"2026-05-01": "Labour Day", "2026-05-03": "Move"},
    )
    assert dated.elapsed(at("2026-05-01T00:00"), at("2026-05-02T00:00")) == 0
    assert dated.elapsed(at("2026-05-02T00:00"), at("2026-05-03T00:00")) == 3600
    assert dated.elapsed(at("2026-05-03T00:00"), at("2026-05-04T00:00")) == 0
    days = [dated.day(date(2026, 5, number)) for number in (1, 2, 3, 4)]
    assert [day.rule for day in days] == [DayRule.HOLIDAY, DayRule.EXCEPTION, DayRule.EXCEPTION, DayRule.WEEKLY]
    assert [day.name for day in days] == ["Labour Day", "", "Move", ""]


def test_breaks_are_cut_out_last_even_of_an_exception() -> None:
    dated = calendar(
        every_day=[["09:00", "17:00"]],
        exceptions={"2026-05-04": [["09:00", "12:00"]]},
        breaks={"2026-05-04": [["10:00", "10:30"], ["11:00", "11:30"]]},
    )
    assert dated.elapsed(at("2026-05-04T00:00"), at("2026-05-05T00:00")) == 2 * 3600


BERLIN = calendar("Europe/Berlin", [["00:00", "24:00"]])
# 2026: forward on 29 March 02:00 to 03:00, back on 25 October 03:00 to 02:00


def test_a_day_is_as_long_as_it_really_is() -> None:
    assert BERLIN.elapsed(at("2026-03-28T23:00"), at("2026-03-29T22:00")) == 23 * 3600
    assert BERLIN.elapsed(at("2026-10-24T22:00"), at("2026-10-25T23:00")) == 25 * 3600


@pytest.mark.parametrize(
    ("window", "opens", "closes"),
    [
        # 02:30 does not exist and moves by the gap to 03:30 summer time
        (["02:30", "05:00"], "2026-03-29T01:30", "2026-03-29T03:00"),
        (["01:00", "02:30"], "2026-03-29T00:00", "2026-03-29T01:30"),
        # both ends inside the gap: the window moves as a whole
        (["02:15", "02:45"], "2026-03-29T01:15", "2026-03-29T01:45"),
    ],
)
def test_a_local_time_that_does_not_exist_moves_forward_by_the_gap(window: list[str], opens: str, closes: str) -> None:
    spring = calendar("Europe/Berlin", [window])
    assert spring.open_spans(at("2026-03-28T23:00"), at("2026-03-29T22:00")) == ((at(opens), at(closes)),)


def test_a_window_that_the_gap_turns_around_is_not_open() -> None:
    spring = calendar("Europe/Berlin", [["02:45", "03:15"]])
    assert spring.open_spans(at("2026-03-28T23:00"), at("2026-03-29T22:00")) == ()


@pytest.mark.parametrize(
    ("window", "opens", "closes"),
    [
        (["02:30", "05:00"], "2026-10-25T00:30", "2026-10-25T04:00"),
        (["01:00", "02:30"], "2026-10-24T23:00", "2026-10-25T00:30"),
    ],
)
def test_a_local_time_that_exists_twice_means_the_first(window: list[str], opens: str, closes: str) -> None:
    autumn = calendar("Europe/Berlin", [window])
    assert autumn.open_spans(at("2026-10-24T22:00"), at("2026-10-25T23:00")) == ((at(opens), at(closes)),)


def test_a_midnight_that_does_not_exist_opens_at_the_first_instant_of_the_day() -> None:
    # Sao Paulo went from 2017-10-15 00:00 to 01:00 (-03:00 to -02:00)
    paulo = calendar("America/Sao_Paulo", [["00:00", "24:00"]])
    assert paulo.elapsed(at("2017-10-15T03:00"), at("2017-10-16T02:00")) == 23 * 3600
    assert paulo.open_spans(at("2017-10-15T02:59"), at("2017-10-15T03:01")) == (
        (at("2017-10-15T02:59"), at("2017-10-15T03:01")),
    )


def test_a_whole_day_that_a_zone_skipped_is_not_counted_twice() -> None:
    # Apia had no 2011-12-30; its windows move by the gap onto the 31st
    apia = calendar("Pacific/Apia", [["09:00", "17:00"]])
    assert apia.elapsed(at("2011-12-29T10:00"), at("2011-12-31T10:00")) == 2 * 8 * 3600
    # Kiritimati skipped the last day of 1994, across the border of the year
    atoll = calendar("Pacific/Kiritimati", [["09:00", "17:00"]])
    days = [(a.isoformat(), b - a) for a, b in atoll.open_spans(at("1994-12-30T10:00"), at("1995-01-03T10:00"))]
    assert len({start for start, _ in days}) == len(days)
    assert {span for _, span in days} == {timedelta(hours=8)}


def test_answers_are_utc_whatever_the_offset_of_the_question() -> None:
    there = datetime(2026, 5, 4, 11, 0, tzinfo=timezone(timedelta(hours=2)))
    found = OFFICE.due(there, 3600)
    assert (found, found.tzinfo) == (at("2026-05-04T10:00"), UTC)


def test_pauses_take_open_time_only_where_they_overlap_it() -> None:
    lunch = (at("2026-05-04T11:00"), at("2026-05-04T13:30"))
    night = (at("2026-05-04T18:00"), at("2026-05-05T06:00"))
    start = at("2026-05-04T10:00")
    assert OFFICE.due(start, 2 * 3600, [night, lunch]) == at("2026-05-04T14:30")
    assert OFFICE.elapsed(start, at("2026-05-05T10:00"), [lunch, night]) == 3600 + 3 * 3600 + 1800 + 3600


def test_overlapping_pauses_count_once() -> None:
    pauses = [
        (at("2026-05-04T10:00"), at("2026-05-04T11:00")),
        (at("2026-05-04T10:30"), at("2026-05-04T11:30")),
        (at("2026-05-04T10:45"), at("2026-05-04T10:50")),
    ]
    assert OFFICE.elapsed(at("2026-05-04T09:00"), at("2026-05-04T12:00"), pauses) == 90 * 60


def test_time_used_up_exactly_as_a_pause_begins_is_due_then() -> None:
    pause = (at("2026-05-04T10:00"), at("2026-05-04T11:00"))
    assert OFFICE.due(at("2026-05-04T09:00"), 3600, [pause]) == at("2026-05-04T10:00")
    assert OFFICE.due(at("2026-05-04T10:15"), 0, [pause]) == at("2026-05-04T11:00")
    assert OFFICE.due(at("2026-05-04T11:30"), 0, [(at("2026-05-04T11:00"), at("2026-05-04T12:30"))]) == at(
        "2026-05-04T13:00"
    )


def test_around_the_clock_is_plain_time() -> None:
    assert AROUND_THE_CLOCK.due(at("2026-12-31T23:59:59"), 2) == at("2027-01-01T00:00:01")
    assert AROUND_THE_CLOCK.elapsed(at("2016-01-01T00:00"), at("2026-01-01T00:00")) == 3653 * 86400
    assert AROUND_THE_CLOCK.closed_spans(at("2016-01-01T00:00"), at("2026-01-01T00:00")) == ()


def test_a_due_time_ten_years_off_is_exact() -> None:
    # from a Monday at opening: 522 weeks of 35 h end on the Friday of the last one at closing
    weeks = 522
    assert OFFICE.due(at("2026-05-04T09:00"), weeks * 35 * 3600) == at("2026-05-04T17:00") + timedelta(
        weeks=weeks, days=-3
    )


def test_a_calendar_version_counts_from_its_local_date() -> None:
    shorter = calendar("Europe/Berlin", [["09:00", "10:00"]])
    longer = calendar("Europe/Berlin", [["09:00", "13:00"]])
    versions = CalendarVersions(shorter, ((date(2026, 5, 6), longer),))
    assert versions.elapsed(at("2026-05-04T22:00"), at("2026-05-06T22:00")) == 5 * 3600
    assert versions.due(at("2026-05-05T06:00"), 2 * 3600) == at("2026-05-06T08:00")
    assert versions.version_at(at("2026-05-05T21:59")) is shorter
    assert versions.version_at(at("2026-05-05T22:00")) is longer


def test_a_version_made_later_takes_the_place_of_those_from_its_date_on() -> None:
    early, late, short = calendar(every_day=[["00:00", "08:00"]]), calendar(every_day=[["16:00", "24:00"]]), OFFICE
    made = [
        (date(2026, 1, 1), early),
        (date(2026, 5, 10), late),
        (date(2026, 5, 20), short),
        (date(2026, 5, 10), short),
    ]
    versions = CalendarVersions.of(made)
    assert versions.version_at(at("2026-05-09T23:59")) is early
    assert versions.version_at(at("2026-05-10T00:00")) is short
    assert [day for day, _ in versions.later] == [date(2026, 5, 10)]
    assert CalendarVersions.of(made[:3]).version_at(at("2026-05-19T12:00")) is late


def test_no_instant_counts_on_two_versions_however_far_their_zones_lie_apart() -> None:
    # the 6th begins in Niue at 11:00 UTC, the 7th on Kiritimati at 10:00 UTC of the 6th already
    all_day = {day: [["00:00", "24:00"]] for day in WEEK}
    niue, kiritimati = (calendar(zone, hours=all_day) for zone in ("Pacific/Niue", "Pacific/Kiritimati"))
    versions = CalendarVersions(OFFICE, ((date(2026, 5, 6), niue), (date(2026, 5, 7), kiritimati)))
    assert versions.version_at(at("2026-05-06T10:59")) is OFFICE
    assert versions.version_at(at("2026-05-06T11:00")) is kiritimati
    assert versions.open_spans(at("2026-05-06T08:00"), at("2026-05-06T14:00")) == (
        (at("2026-05-06T09:00"), at("2026-05-06T14:00")),
    )


def test_versions_out_of_order_are_refused() -> None:
    with pytest.raises(ClockError, match="out of order"):
        CalendarVersions(OFFICE, ((date(2026, 5, 6), OFFICE), (date(2026, 5, 6), OFFICE)))


@pytest.mark.parametrize(
    ("document", "what", "where"),
    [
        ({"time_zone": "Europe/Berlon"}, "no time zone", "time_zone"),
        ({"time_zone": "../../etc/passwd"}, "no time zone", "time_zone"),
        ({"time_zone": "America"}, "no time zone", "time_zone"),
        ({"time_zone": None}, "no time zone", "time_zone"),
        ({"hours": {}}, "never open", "hours"),
        ({"hours": {"mon": []}, "exceptions": {"2026-05-04": []}}, "never open", "hours"),
        (
            {"hours": {"mon": [["09:00", "12:00"], ["11:59", "13:00"]]}},
            "09:00-12:00 and 11:59-13:00",
            r"hours.mon\[1\]",
        ),
        (
            {"hours": {"mon": [["11:00", "13:00"], ["15:00", "16:00"], ["09:00", "12:00"]]}},
            "overlap",
            r"hours.mon\[2\]",
        ),
        ({"hours": {"mon": [["17:00", "09:00"]]}}, "does not end after it starts", r"hours.mon\[0\]"),
        ({"hours": {"mon": [["09:00", "09:00"]]}}, "does not end after it starts", r"hours.mon\[0\]"),
        ({"hours": {"mon": [["9:00", "10:00"]]}}, "«9:00» is not a time", r"hours.mon\[0\]"),
        ({"hours": {"mon": [["09:00", "24:30"]]}}, "«24:30» is not a time", r"hours.mon\[0\]"),
        ({"hours": {"mon": [["09:00"]]}}, "pair of times", r"hours.mon\[0\]"),
        ({"hours": {"mon": "09:00"}}, "must be a list", "hours.mon"),
        ({"hours": {"monday": [["09:00", "10:00"]]}}, "«monday» is not a weekday", "hours.monday"),
        ({"hours": [["09:00", "10:00"]]}, "must be an object", "hours"),
        ({"holidays": ["2026-02-28", "2026-02-30"]}, "«2026-02-30» is not a date", r"holidays\[1\]"),
        ({"holidays": "2026-02-28"}, "must be a list", "holidays"),
        ({"exceptions": {"soon": []}}, "«soon» is not a date", "exceptions.soon"),
        ({"exceptions": ["2026-02-28"]}, "must be an object", "exceptions"),
        ({"names": {"soon": "Soon"}}, "«soon» is not a date", "names.soon"),
        ({"hollidays": []}, "no «hollidays»", "hollidays"),
    ],
)
def test_a_bad_calendar_says_what_is_wrong_and_where(document: dict[str, Any], what: str, where: str) -> None:
    sound = {"time_zone": "UTC", "hours": {"mon": [["09:00", "17:00"]]}}
    with pytest.raises(ClockError, match=what) as caught:
        WorkCalendar.from_json(sound | document)
    assert caught.value.where == where.replace("\\", "")
    assert caught.value.mend


def test_what_a_document_leaves_empty_is_as_good_as_left_out() -> None:
    empty = dict.fromkeys(("holidays", "exceptions", "breaks", "names", "name"))
    sparse = WorkCalendar.from_json({"time_zone": "UTC", "hours": {"mon": [["09:00", "17:00"]]}, **empty})
    assert sparse.due(at("2026-05-04T09:00"), 60) == at("2026-05-04T09:01")


def test_a_calendar_that_stops_opening_is_found() -> None:
    once = calendar(exceptions={"2026-05-04": [["09:00", "10:00"]]})
    once.check_opens(at("2026-05-04T09:59"))
    with pytest.raises(ClockError, match="ten years after 2026-05-04"):
        once.check_opens(at("2026-05-04T10:00"))
    assert once.next_open(at("2016-05-04T09:00")) == at("2026-05-04T09:00")
    with pytest.raises(ClockError, match="ten years"):
        once.next_open(at("2016-05-03T08:00"))
    with pytest.raises(ClockError, match="ten years"):
        once.due(at("2026-05-04T09:30"), 1801)
    assert once.due(at("2026-05-04T09:30"), 1800) == at("2026-05-04T10:00")


def test_senseless_questions_are_refused_not_walked() -> None:
    with pytest.raises(ClockError, match="-1 seconds is out of reach"):
        OFFICE.due(at("2026-05-04T09:00"), -1)
    with pytest.raises(ClockError, match="before the start"):
        OFFICE.elapsed(at("2026-05-04T09:00"), at("2026-05-04T08:00"))
    with pytest.raises(ClockError, match="pause ends"):
        OFFICE.due(at("2026-05-04T09:00"), 1, [(at("2026-05-04T10:00"), at("2026-05-04T09:00"))])
    with pytest.raises(ClockError, match="out of reach"):
        AROUND_THE_CLOCK.due(at("2026-05-04T09:00"), 10**15)
    with pytest.raises(ClockError, match="year 2801 is out of reach"):
        AROUND_THE_CLOCK.due(at("2801-05-04T09:00"), 1)
    with pytest.raises(ClockError, match="has no time zone"):
        OFFICE.is_open(datetime(2026, 5, 4, 9, 0))  # noqa: DTZ001 - the point of the test


def test_only_the_locked_zone_rules_are_used() -> None:
    assert zoneinfo.TZPATH == ()
