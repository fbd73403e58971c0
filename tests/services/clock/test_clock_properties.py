"""What must hold for every calendar, instant and pause."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.services.clock.calendar import Span, WorkCalendar
from app.services.clock.openings import OpenTime
from app.services.clock.spans import merge

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kolkata")
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
YEAR = 365 * 86400


def _text(quarter: int) -> str:
    return f"{quarter // 4:02d}:{quarter % 4 * 15:02d}"


@st.composite
def windows(draw: st.DrawFn, least: int = 0) -> list[list[str]]:
    borders = draw(st.lists(st.integers(0, 96), unique=True, min_size=2 * least, max_size=6).map(sorted))
    return [[_text(a), _text(b)] for a, b in zip(borders[::2], borders[1::2], strict=False)]


dates = st.dates(date(2015, 1, 1), date(2030, 12, 31)).map(date.isoformat)


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    # one certain window a week keeps every calendar open
    sure = draw(st.sampled_from(WEEK))
    hours: dict[str, Any] = draw(st.dictionaries(st.sampled_from(WEEK), windows()))
    return WorkCalendar.from_json(
        {
            "time_zone": draw(st.sampled_from(ZONES)),
            "hours": hours | {sure: draw(windows(least=1))},
            "holidays": draw(st.lists(dates, max_size=3)),
            "exceptions": draw(st.dictionaries(dates, windows(), max_size=3)),
            "breaks": draw(st.dictionaries(dates, windows(), max_size=3)),
        }
    )


# the first question about a year expands it, which a busy machine may stretch beyond the usual deadline
patient = settings(deadline=None, max_examples=60)

instants = st.datetimes(datetime(2016, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
whole_instants = instants.map(lambda at: at.replace(microsecond=0))
durations = st.one_of(st.integers(0, 3 * 86400), st.integers(0, 2 * YEAR // 10))


@st.composite
def pauses(draw: st.DrawFn, start: datetime) -> list[Span]:
    found = []
    drawn = st.tuples(st.integers(-86400, 9 * 86400), st.integers(0, 4 * 86400))
    for offset, long in draw(st.lists(drawn, max_size=4)):
        begins = start + timedelta(seconds=offset)
        found.append((begins, begins + timedelta(seconds=long)))
    return found


@patient
@given(calendars(), instants, durations, st.data())
def test_what_has_elapsed_at_the_due_time_is_the_duration(
    calendar: WorkCalendar, start: datetime, seconds: int, data: st.DataObject
) -> None:
    stops = data.draw(pauses(start))
    assert calendar.elapsed(start, calendar.due(start, seconds, stops), stops) == seconds


@patient
@given(calendars(), instants, durations, durations)
def test_more_time_is_never_due_earlier(calendar: WorkCalendar, start: datetime, one: int, other: int) -> None:
    less, more = sorted((one, other))
    assert start <= calendar.due(start, less) <= calendar.due(start, more)


@patient
@given(calendars(), instants, st.integers(0, 30 * 86400), durations)
def test_a_later_start_is_never_due_earlier(calendar: WorkCalendar, start: datetime, later: int, seconds: int) -> None:
    assert calendar.due(start, seconds) <= calendar.due(start + timedelta(seconds=later), seconds)


@patient
@given(calendars(), instants, durations, durations)
def test_walking_twice_is_walking_once(calendar: WorkCalendar, start: datetime, one: int, other: int) -> None:
    if other:
        assert calendar.due(calendar.due(start, one), other) == calendar.due(start, one + other)


@patient
@given(calendars(), whole_instants, st.lists(durations, min_size=1, max_size=4))
def test_several_due_times_are_those_that_walking_with_a_pause_gives(
    calendar: WorkCalendar, start: datetime, several: list[int]
) -> None:
    over = (start - timedelta(days=9), start - timedelta(days=8))
    assert calendar.dues(start, several) == tuple(calendar.due(start, one, [over]) for one in several)


@patient
@given(calendars(), st.lists(instants, min_size=3, max_size=3).map(sorted), st.data())
def test_open_time_adds_up(calendar: WorkCalendar, three: list[datetime], data: st.DataObject) -> None:
    first, middle, last = three
    stops = data.draw(pauses(first))
    halves = calendar.open_time(first, middle, stops) + calendar.open_time(middle, last, stops)
    assert halves == calendar.open_time(first, last, stops)


@patient
@given(calendars(), whole_instants, st.integers(1, YEAR // 5), st.integers(0, 5 * 86400), st.integers(0, 5 * 86400))
def test_a_pause_moves_the_due_time_by_the_open_time_it_takes(
    calendar: WorkCalendar, start: datetime, seconds: int, after: int, long: int
) -> None:
    begins = start + timedelta(seconds=after)
    pause = (begins, begins + timedelta(seconds=long))
    plain, shifted = calendar.due(start, seconds), calendar.due(start, seconds, [pause])
    taken = calendar.elapsed(*pause) if begins < plain else 0
    assert shifted == calendar.due(start, seconds + taken)


@patient
@given(calendars(), instants, st.integers(0, 40 * 86400))
def test_open_and_closed_spans_tile_what_was_asked(calendar: WorkCalendar, start: datetime, seconds: int) -> None:
    end = start + timedelta(seconds=seconds)
    opened, closed = calendar.open_spans(start, end), calendar.closed_spans(start, end)
    assert merge((*opened, *closed)) == (((start, end),) if seconds else ())
    assert sum((b - a for a, b in opened), timedelta()) == calendar.open_time(start, end)


@patient
@given(calendars(), instants)
def test_the_next_opening_is_the_first_open_instant(calendar: WorkCalendar, at: datetime) -> None:
    opening = calendar.next_open(at)
    assert calendar.is_open(opening)
    assert calendar.open_time(at, opening) == timedelta()
    assert (opening == at) == calendar.is_open(at)


def _minute_by_minute(calendar: OpenTime, start: datetime, minutes: int) -> datetime:
    at = start
    while minutes:
        minutes -= calendar.is_open(at)
        at += timedelta(minutes=1)
    return at


@patient
@given(calendars(), instants.map(lambda at: at.replace(second=0, microsecond=0)), st.integers(1, 300))
def test_due_is_what_counting_minute_by_minute_gives(calendar: WorkCalendar, start: datetime, minutes: int) -> None:
    opening = calendar.next_open(start)
    assert calendar.due(start, minutes * 60) == _minute_by_minute(calendar, opening, minutes)
