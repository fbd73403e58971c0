"""Calendars as people keep them: versions, holidays, what is refused, and timers that follow."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.calendar import CalendarVersion
from app.models.enums import TimerKind, TimerState
from app.services.calendars import WriteCalendar, list_calendars
from app.services.clock.openings import OpenTime
from app.services.database.errors import NotAllowed, UserError
from app.services.incidents.timing import Calendars
from tests.desks import SmallDesk

TODAY = date(2026, 11, 23)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def hours(start: str, end: str, zone: str = "Europe/Oslo", **more: Any) -> dict[str, Any]:
    return {"time_zone": zone, "hours": {day: [[start, end]] for day in WEEKDAYS}, **more}


def write(
    desk: SmallDesk, definition: dict[str, Any], holds_from: date = TODAY, key: str = "support"
) -> dict[str, Any]:
    act = WriteCalendar(key=key, name="Support", definition=definition, holds_from=holds_from)
    result: dict[str, Any] = desk.lena.apply(act).result
    return result


def counted(desk: SmallDesk, key: str = "support") -> OpenTime:
    """The calendar with all its versions, as timers count on it."""

    def read(session: Session) -> OpenTime:
        calendars = Calendars(session)
        return calendars.of(calendars.id_of(key))

    return desk.database.read(read)


def versions(desk: SmallDesk) -> int:
    def count(session: Session) -> int:
        return session.scalar(select(func.count()).select_from(CalendarVersion)) or 0

    return desk.database.read(count)


# --- versions


def test_time_before_a_version_counts_on_the_older_one(small_desk: SmallDesk) -> None:
    assert write(small_desk, hours("10:00", "12:00"), date(2026, 11, 25))["number"] == 2
    open_time = counted(small_desk)
    # Tuesday 24 November still 08:00 to 20:00 in Oslo, Wednesday 10:00 to 12:00; an hour ahead of UTC
    assert open_time.open_spans(at("2026-11-24T00:00Z"), at("2026-11-26T00:00Z")) == (
        (at("2026-11-24T07:00Z"), at("2026-11-24T19:00Z")),
        (at("2026-11-25T09:00Z"), at("2026-11-25T11:00Z")),
    )


def test_a_version_may_hold_from_today_and_never_from_the_past(small_desk: SmallDesk) -> None:
    with pytest.raises(UserError, match=r"22 Nov 2026 is past \(holds_from\)") as caught:
        write(small_desk, hours("10:00", "12:00"), date(2026, 11, 22))
    assert caught.value.mend
    assert write(small_desk, hours("10:00", "12:00"), TODAY)["number"] == 2


def test_today_is_the_date_in_the_zone_of_the_calendar(small_desk: SmallDesk) -> None:
    small_desk.clock.turn(minutes=14 * 60)  # 23:00 UTC is Tuesday 00:00 in Oslo
    with pytest.raises(UserError, match="23 Nov 2026 is past"):
        write(small_desk, hours("10:00", "12:00"), TODAY)
    assert write(small_desk, hours("10:00", "12:00", "America/New_York"), TODAY)["number"] == 2


def test_the_first_version_may_hold_from_any_date(small_desk: SmallDesk) -> None:
    made = write(small_desk, hours("10:00", "12:00"), date(2020, 1, 1), key="new")
    assert (made["number"], made["written"], made["recounted"]) == (1, True, 0)


def test_a_version_takes_the_place_of_those_planned_from_its_date_on(small_desk: SmallDesk) -> None:
    write(small_desk, hours("10:00", "12:00"), date(2026, 12, 1))
    write(small_desk, hours("13:00", "14:00"), date(2026, 12, 10))
    (record,) = small_desk.database.read(list_calendars, small_desk.clock.now())
    assert (record.number, record.planned) == (1, (date(2026, 12, 1), date(2026, 12, 10)))
    write(small_desk, hours("15:00", "16:00"), date(2026, 12, 1))
    (record,) = small_desk.database.read(list_calendars, small_desk.clock.now())
    assert record.planned == (date(2026, 12, 1),)
    assert counted(small_desk).next_open(at("2026-12-10T00:00Z")) == at("2026-12-10T14:00Z")
    # a mistake of today is mended today
    write(small_desk, hours("11:00", "12:00"), TODAY)
    assert write(small_desk, hours("12:00", "13:00"), TODAY)["number"] == 6
    (record,) = small_desk.database.read(list_calendars, small_desk.clock.now())
    assert (record.number, record.holds_from, record.planned) == (6, TODAY, ())


def test_what_holds_already_is_not_written_again(small_desk: SmallDesk) -> None:
    made = write(small_desk, hours("10:00", "12:00"), date(2026, 12, 1))
    again = write(small_desk, hours("10:00", "12:00"), date(2026, 12, 5))
    assert (again["number"], again["written"]) == (made["number"], False)
    assert versions(small_desk) == 2
    # earlier than planned is a change
    assert write(small_desk, hours("10:00", "12:00"), date(2026, 11, 30))["written"]


def test_calendars_are_for_leads(small_desk: SmallDesk) -> None:
    act = WriteCalendar(key="mine", name="Mine", definition=hours("10:00", "12:00"), holds_from=TODAY)
    with pytest.raises(NotAllowed):
        small_desk.marco.apply(act)


# --- open timers


def test_an_open_timer_follows_the_new_version_and_keeps_what_it_used(small_desk: SmallDesk) -> None:
    incident = small_desk.open(facts={"severity": "s3"})
    # sixteen hours from Monday 09:00 UTC: ten until 19:00, six on Tuesday from 07:00
    assert small_desk.timer(incident, TimerKind.RESOLVE).due_at == at("2026-11-24T13:00Z")
    small_desk.clock.turn(minutes=60)
    result = write(small_desk, hours("10:00", "12:00"), date(2026, 11, 24))
    # the ten of Monday stay; then two a day: Tuesday, Wednesday, Thursday
    assert result["recounted"] == 1
    assert small_desk.timer(incident, TimerKind.RESOLVE).due_at == at("2026-11-26T11:00Z")
    # acknowledge counts around the clock
    assert small_desk.timer(incident, TimerKind.ACKNOWLEDGE).due_at == at("2026-11-23T17:00Z")


def test_a_timer_whose_verdict_is_given_stays(small_desk: SmallDesk) -> None:
    incident = small_desk.open(facts={"severity": "s3"})
    small_desk.pass_time(4 * 24 * 60)
    before = small_desk.timer(incident, TimerKind.RESOLVE)
    assert before.breached_at == at("2026-11-24T13:00Z")
    write(small_desk, hours("10:00", "11:00"), date(2026, 11, 27))
    after = small_desk.timer(incident, TimerKind.RESOLVE)
    assert (after.breached_at, after.state) == (before.breached_at, TimerState.RUNNING)


# --- holidays


def test_holidays_of_a_country_are_kept_as_dates_without_the_days_switched_off(small_desk: SmallDesk) -> None:
    listed = {"country": "NO", "without": ["2026-12-26"]}
    write(small_desk, hours("08:00", "20:00", holidays=listed))
    (record,) = small_desk.database.read(list_calendars, small_desk.clock.now())
    days = record.definition["holidays"]
    # Norway: 25 and 26 December, 1 January, 17 May
    assert {"2026-12-25", "2027-01-01", "2027-05-17", "2036-12-25"} <= set(days)
    assert "2026-12-26" not in days
    assert record.definition["names"]["2026-12-25"] == "Christmas Day"
    assert record.definition["holidays_from"] == listed
    friday = counted(small_desk).open_spans(at("2026-12-25T00:00Z"), at("2026-12-26T00:00Z"))
    assert friday == ()


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"hours": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}}, "overlap", "hours.mon[1]"),
    ({"hours": {"mon": [["17:00", "09:00"]]}}, "does not end after it starts", "hours.mon[0]"),
    ({"hours": {"mon": [["9", "17"]]}}, "is not a time of day", "hours.mon[0]"),
    ({"hours": {}}, "never open", "hours"),
    ({"time_zone": "Europe/Olso"}, "no time zone «Europe/Olso»", "time_zone"),
    ({"exceptions": {"2026-13-01": []}}, "is not a date", "exceptions.2026-13-01"),
    ({"breaks": {"2026-12-01": [["12:00", "11:00"]]}}, "does not end", "breaks.2026-12-01[0]"),
    ({"holidays": ["2026-02-30"]}, "is not a date", "holidays[0]"),
    ({"holidays": {"country": "Norway"}}, "no list of holidays for «Norway»", "holidays.country"),
    ({"holidays": {"country": "DE", "region": "Bavaria"}}, "no list of holidays", "holidays.region"),
    ({"holidays": {"country": "NO", "without": ["2026-12-24"]}}, "is no holiday there", "holidays.without[0]"),
    ({"holidays": {"land": "NO"}}, "no «land»", "holidays.land"),
    ({"opening": {}}, "no «opening»", "opening"),
]


@pytest.mark.timeout(20)
@pytest.mark.parametrize(("part", "words", "where"), BAD)
def test_bad_hours_are_refused_at_their_place(
    small_desk: SmallDesk, part: dict[str, Any], words: str, where: str
) -> None:
    with pytest.raises(UserError, match=words) as caught:
        write(small_desk, {**hours("09:00", "17:00"), **part})
    assert caught.value.where == where
    assert f"({where})" in str(caught.value)
    assert caught.value.mend
    assert versions(small_desk) == 1


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "definition",
    [
        {"time_zone": "UTC", "hours": {}, "exceptions": {"2026-11-20": [["09:00", "10:00"]]}},
        {"time_zone": "UTC", "hours": {}, "exceptions": {"2037-11-20": [["09:00", "10:00"]]}},
        {
            "time_zone": "UTC",
            "hours": {},
            "exceptions": {"2026-12-01": [["09:00", "10:00"]]},
            "breaks": {"2026-12-01": [["08:00", "11:00"]]},
        },
    ],
)
def test_hours_that_never_open_within_ten_years_are_refused(small_desk: SmallDesk, definition: dict[str, Any]) -> None:
    with pytest.raises(UserError, match="does not open in the ten years after") as caught:
        write(small_desk, definition)
    assert caught.value.where == "hours"
    assert versions(small_desk) == 1


def test_a_version_is_looked_at_from_the_day_it_holds(small_desk: SmallDesk) -> None:
    once = {"time_zone": "UTC", "hours": {}, "exceptions": {"2026-12-01": [["09:00", "10:00"]]}}
    with pytest.raises(UserError, match="does not open"):
        write(small_desk, once, date(2026, 12, 2))
    with pytest.raises(UserError, match="too far ahead"):
        write(small_desk, hours("09:00", "17:00"), date(2999, 1, 1))


@pytest.mark.parametrize(("key", "name", "where"), [(" ", "Support", "key"), ("support", "", "name")])
def test_a_calendar_needs_a_key_and_a_name(small_desk: SmallDesk, key: str, name: str, where: str) -> None:
    act = WriteCalendar(key=key, name=name, definition=hours("09:00", "17:00"), holds_from=TODAY)
    with pytest.raises(UserError, match="needs a key and a name") as caught:
        small_desk.lena.apply(act)
    assert caught.value.where == where


@pytest.mark.timeout(20)
def test_hours_that_run_out_are_said_in_words_where_they_are_needed(small_desk: SmallDesk) -> None:
    once = {"time_zone": "UTC", "hours": {}, "exceptions": {"2026-12-01": [["09:00", "19:00"]]}}
    write(small_desk, once)
    with pytest.raises(UserError, match="does not open in the ten years after") as caught:
        small_desk.open(facts={"severity": "s3"})  # needs sixteen hours, and there are ten
    assert caught.value.mend
