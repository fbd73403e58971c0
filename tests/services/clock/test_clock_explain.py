"""Explanations: every span since the start has its reason. Worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from app.models.enums import TimerKind, TimerState
from app.services.clock.calendar import CalendarVersions, DayRule, WorkCalendar
from app.services.clock.explain import Counts, Explanation, Source, explain
from app.services.clock.timers import Pause, Timer, TimerPlan


def at(text: str) -> datetime:
    """An instant of November 2026, UTC: "20 19:25" is Friday the 20th."""
    day, clock = text.split()
    return datetime.fromisoformat(f"2026-11-{int(day):02d}T{clock}").replace(tzinfo=UTC)


SUPPORT = WorkCalendar.from_json(
    {
        "time_zone": "UTC",
        "hours": {day: [["08:00", "20:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        "holidays": ["2026-11-25"],
        "exceptions": {"2026-11-23": [["10:00", "20:00"]]},
        "breaks": {"2026-11-24": [["12:00", "12:30"]]},
        "names": {"2026-11-23": "Team training", "2026-11-24": "Fire drill", "2026-11-25": "Founders' Day"},
    }
)
PLAN = TimerPlan(
    TimerKind.RESOLVE,
    at("20 19:25"),
    3 * 3600,
    SUPPORT,
    (
        Pause(at("23 10:43"), at("23 12:40"), "Which endpoint?"),
        Pause(at("23 13:10"), None, "Can you send the log?"),
    ),
)
NOW = at("23 14:24:46")


def lines(found: Explanation) -> list[tuple[str, str, str, int]]:
    """(span, what, why, running total in minutes) of each interval."""
    return [
        (
            f"{i.start:%d %H:%M}-{i.end:%d %H:%M}",
            str(i.counts),
            i.reason or i.name or (str(i.rule) if i.rule else ""),
            i.counted_so_far // 60,
        )
        for i in found.intervals
    ]


def test_a_paused_timer_explains_every_minute_since_it_was_raised() -> None:
    found = explain(Timer(PLAN, TimerState.PAUSED), NOW)
    assert lines(found) == [
        ("20 19:25-20 20:00", "counted", "", 35),
        ("20 20:00-23 08:00", "closed", "", 35),
        ("23 08:00-23 10:00", "closed", "Team training", 35),
        ("23 10:00-23 10:43", "counted", "", 78),
        ("23 10:43-23 12:40", "paused", "Which endpoint?", 78),
        ("23 12:40-23 13:10", "counted", "", 108),
        ("23 13:10-23 14:24", "paused", "Can you send the log?", 108),
        ("23 14:24-23 15:36", "ahead", "", 0),
    ]
    assert found.sentence() == "3 h of open time, 1 h 48 min used, 1 h 12 min left."
    assert (found.paused_since, found.due_if_resumed) == (at("23 13:10"), at("23 15:36:46"))
    assert found.wall_seconds == (2 * 24 + 18) * 3600 + 59 * 60 + 46


def test_a_strip_for_each_day_adds_up_to_what_was_used() -> None:
    found = explain(Timer(PLAN, TimerState.PAUSED), NOW)
    assert [(strip.date.day, strip.counted_seconds // 60) for strip in found.days] == [
        (20, 35),
        (21, 0),
        (22, 0),
        (23, 73),
    ]
    assert sum(strip.counted_seconds for strip in found.days) == found.used_seconds
    saturday = found.days[1].intervals
    assert [(i.counts, i.seconds) for i in saturday] == [(Counts.CLOSED, 86400)]


def test_holidays_and_breaks_are_named_and_outside_hours_is_not() -> None:
    plan = replace(PLAN, started_at=at("24 11:00"), pauses=(), target_seconds=16 * 3600)
    found = explain(Timer(plan), at("26 09:00"))
    past = [(i.start, i.end, i.rule, i.name) for i in found.intervals if i.counts is Counts.CLOSED]
    assert past == [
        (at("24 12:00"), at("24 12:30"), DayRule.BREAK, "Fire drill"),
        (at("24 20:00"), at("25 08:00"), None, ""),
        (at("25 08:00"), at("25 20:00"), DayRule.HOLIDAY, "Founders' Day"),
        (at("25 20:00"), at("26 08:00"), None, ""),
    ]


def test_what_lies_ahead_ends_at_the_due_time() -> None:
    plan = replace(PLAN, pauses=())
    found = explain(Timer(plan), at("23 11:00"))
    assert found.due_at == at("23 12:25")
    assert [(i.start, i.end) for i in found.intervals if i.counts is Counts.AHEAD] == [(at("23 11:00"), at("23 12:25"))]


def test_a_breached_timer_has_nothing_ahead_and_says_over() -> None:
    found = explain(Timer(replace(PLAN, pauses=())), at("23 13:25"))
    assert not [i for i in found.intervals if i.counts is Counts.AHEAD]
    assert found.sentence() == "3 h of open time, 4 h 0 min used, 1 h 0 min over."


def test_an_ended_pass_is_explained_up_to_its_end() -> None:
    ended = Timer(replace(PLAN, pauses=PLAN.pauses[:1]), TimerState.MET, ended_at=at("23 13:00"))
    found = explain(ended, at("30 13:00"))
    assert (found.at, found.intervals[-1].end, found.used_seconds) == (at("23 13:00"), at("23 13:00"), 98 * 60)


def test_pins_and_sources_are_passed_on() -> None:
    source = Source(
        target=("4 h for high",), trigger="11", matrix_version="14", calendar_version="6", pinned_by="Priya"
    )
    found = explain(Timer(replace(PLAN, pinned_due=at("24 09:00"))), NOW, source)
    assert (found.due_at, found.pinned_due) == (at("24 09:00"), at("24 09:00"))
    assert found.source is source
    assert found.zone == "UTC"
    assert found.zone_release[:2] == "20"


def test_overlapping_pauses_are_shown_once() -> None:
    plan = replace(
        PLAN, pauses=(Pause(at("23 11:00"), at("23 12:00"), "a"), Pause(at("23 11:30"), at("23 13:00"), "b"))
    )
    found = explain(Timer(plan), at("23 14:00"))
    assert [line[::2] for line in lines(found) if line[1] == "paused"] == [
        ("23 11:00-23 12:00", "a"),
        ("23 12:00-23 13:00", "b"),
    ]


def test_days_are_those_of_the_calendars_zone_and_as_long_as_they_are() -> None:
    oslo = WorkCalendar.from_json({"time_zone": "Europe/Oslo", "hours": {"sun": [["00:00", "24:00"]]}})
    start = datetime(2026, 10, 24, 12, tzinfo=UTC)
    plan = TimerPlan(TimerKind.RESOLVE, start, 26 * 3600, oslo)
    found = explain(Timer(plan), start + timedelta(days=2))
    assert [(strip.date, strip.counted_seconds) for strip in found.days][:2] == [
        (date(2026, 10, 24), 0),
        (date(2026, 10, 25), 25 * 3600),
    ]


def test_each_calendar_version_gives_its_own_reasons() -> None:
    later = WorkCalendar.from_json(
        {"time_zone": "UTC", "hours": {"thu": [["08:00", "20:00"]]}, "holidays": ["2026-11-26"]}
    )
    plan = TimerPlan(TimerKind.RESOLVE, at("25 07:00"), 3600, CalendarVersions(SUPPORT, ((date(2026, 11, 26), later),)))
    found = explain(Timer(plan), at("26 21:00"))
    assert [(i.start, i.name) for i in found.intervals if i.rule] == [
        (at("25 08:00"), "Founders' Day"),
        (at("26 08:00"), ""),
    ]


def test_the_intervals_tile_the_time_since_the_start() -> None:
    for clock in ("20 19:25", "21 12:00", "23 09:00", "23 11:00", "23 14:00", "25 12:00"):
        found = explain(Timer(PLAN, TimerState.PAUSED), at(clock))
        past = [i for i in found.intervals if i.counts is not Counts.AHEAD]
        borders = [PLAN.started_at, *(i.end for i in past)]
        assert [i.start for i in past] == borders[:-1]
        assert borders[-1] == at(clock)
