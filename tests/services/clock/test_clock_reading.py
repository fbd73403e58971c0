"""What a timer says at an instant. Expected values from the UX standard, section 7, and worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.models.enums import TimerKind, TimerState
from app.services.clock.reading import (
    Look,
    TimerReading,
    TimerRecord,
    duration,
    most_urgent,
    read,
    took,
    urgency,
    words,
)


def at(text: str) -> datetime:
    """An instant on Wednesday 6 May 2026, UTC, or on the day given as "07 08:00"."""
    day, _, clock = text.rpartition(" ")
    return datetime.fromisoformat(f"2026-05-{day or '06'}T{clock}").replace(tzinfo=UTC)


HOUR_TIMER = TimerRecord(
    id="t1",
    incident_id="i1",
    customer_id=None,
    kind=TimerKind.FIRST_UPDATE,
    pass_number=1,
    state=TimerState.RUNNING,
    started_at=at("10:00"),
    target_seconds=3600,
    due_at=at("11:00"),
    warn_at=at("10:45"),
    soon_at=at("10:55"),
)

OVER_NIGHT = replace(
    HOUR_TIMER,
    started_at=at("16:00"),
    target_seconds=4 * 3600,
    due_at=at("07 11:00"),
    warn_at=at("07 10:00"),
    soon_at=at("07 10:55"),
    closed=((at("17:00"), at("07 08:00")),),
)


@pytest.mark.parametrize(
    ("now", "look", "seconds", "shown"),
    [
        ("10:00:00", Look.ON_TRACK, 3600, ("1 h 0 min", "left")),
        ("10:00:01", Look.ON_TRACK, 3599, ("59:59", "left")),
        ("10:44:59", Look.ON_TRACK, 901, ("15:01", "left")),
        ("10:45:00", Look.WARN, 900, ("15:00", "left")),
        ("10:57:46", Look.DUE_SOON, 134, ("02:14", "left")),
        ("11:00:00", Look.DUE_SOON, 0, ("00:00", "left")),
        ("11:00:01", Look.BREACHED, 1, ("00:01", "over")),
        ("11:41:06", Look.BREACHED, 2466, ("41:06", "over")),
        ("13:00:00", Look.BREACHED, 7200, ("2 h 0 min", "over")),
    ],
)
def test_a_running_timer_counts_down_then_up(now: str, look: Look, seconds: int, shown: tuple[str, str]) -> None:
    reading = read(HOUR_TIMER, at(now))
    assert (reading.look, reading.seconds) == (look, seconds)
    assert words(reading, UTC) == shown


def test_a_started_second_is_shown_until_it_is_used() -> None:
    left = read(HOUR_TIMER, at("10:59:59") + timedelta(milliseconds=300))
    over = read(HOUR_TIMER, at("11:00:00") + timedelta(milliseconds=300))
    assert (left.look, left.seconds) == (Look.DUE_SOON, 1)
    assert (over.look, over.seconds) == (Look.BREACHED, 0)


def test_the_share_is_used_over_target_and_passes_one_when_over() -> None:
    assert read(HOUR_TIMER, at("10:15")).share == 0.25
    assert read(HOUR_TIMER, at("11:30")).share == 1.5


def test_closed_hours_do_not_count_and_say_when_it_goes_on() -> None:
    evening = read(OVER_NIGHT, at("20:00"))
    assert (evening.look, evening.seconds, evening.share) == (Look.WAITING, 3 * 3600, 0.25)
    assert words(evening, UTC) == ("starts Thu 08:00", "")
    early = read(OVER_NIGHT, at("07 07:59:59"))
    assert words(early, UTC) == ("starts 08:00", "")
    assert read(OVER_NIGHT, at("07 08:00")).look is Look.ON_TRACK
    assert read(OVER_NIGHT, at("07 09:30")).seconds == 5400


def test_a_timer_waiting_for_its_first_opening_says_so() -> None:
    waiting = replace(OVER_NIGHT, state=TimerState.WAITING, started_at=at("18:00"), closed=(), opens_at=at("07 08:00"))
    assert words(read(waiting, at("19:00")), UTC) == ("starts Thu 08:00", "")
    assert read(waiting, at("07 08:00")).look is Look.ON_TRACK


def test_an_opening_further_off_than_a_week_names_its_date() -> None:
    waiting = replace(HOUR_TIMER, state=TimerState.WAITING, opens_at=at("14 08:00"), due_at=at("14 09:00"))
    assert words(read(waiting, at("19:00")), UTC) == ("starts 14 May 08:00", "")


def test_a_paused_timer_stands_still_even_out_of_hours() -> None:
    paused = replace(OVER_NIGHT, state=TimerState.PAUSED, paused_at=at("16:30"), used_seconds=2 * 3600 + 48 * 60)
    for now in ("16:31", "22:00", "08 12:00"):
        reading = read(paused, at(now))
        assert (reading.look, words(reading, UTC)) == (Look.PAUSED, ("1 h 12 min", "left"))


def test_a_breached_timer_that_is_paused_keeps_its_overrun() -> None:
    paused = replace(HOUR_TIMER, state=TimerState.PAUSED, paused_at=at("11:10"), used_seconds=3600 + 606)
    reading = read(paused, at("15:00"))
    assert (reading.look, reading.seconds, reading.over) == (Look.PAUSED, -606, 606)
    assert words(reading, UTC) == ("10:06", "over")


@pytest.mark.parametrize(
    ("state", "target", "used", "shown"),
    [
        (TimerState.MET, 900, 180, ("3 min", "met")),
        (TimerState.MET, 900, 45, ("45 s", "met")),
        (TimerState.MET_LATE, 900, 1080, ("18 min", "3 over")),
        (TimerState.MET_LATE, 900, 920, ("15 min", "20 s over")),
        (TimerState.MET_LATE, 3600, 7500, ("2 h 5 min", "1 h 5 min over")),
        (TimerState.FIRED, 600, 600, ("10 min", "passed on")),
        (TimerState.CANCELLED, 600, 120, ("2 min", "cancelled")),
    ],
)
def test_an_ended_timer_says_what_it_took(state: TimerState, target: int, used: int, shown: tuple[str, str]) -> None:
    ended = replace(HOUR_TIMER, state=state, target_seconds=target, used_seconds=used, met_at=at("12:00"))
    assert words(read(ended, at("07 12:00")), UTC) == shown


def test_steps_offers_and_approvals_never_breach() -> None:
    for kind in (TimerKind.STEP, TimerKind.OFFER, TimerKind.APPROVAL):
        reading = read(replace(HOUR_TIMER, kind=kind), at("11:20"))
        assert (reading.look, reading.seconds) == (Look.DUE_SOON, 0)


def test_a_pinned_due_time_sets_the_length_of_its_bar() -> None:
    pinned = replace(HOUR_TIMER, pinned=True, due_at=at("12:00"))
    assert read(pinned, at("11:00")).share == 0.5
    assert read(pinned, at("11:30")).look is not Look.BREACHED


def test_a_target_of_nothing_is_used_up_at_once() -> None:
    nothing = replace(HOUR_TIMER, target_seconds=0, due_at=HOUR_TIMER.started_at)
    assert read(nothing, at("10:00")).share == 1.0
    assert read(nothing, at("10:01")).look is Look.BREACHED


@pytest.mark.parametrize(
    ("seconds", "running", "finished"),
    [
        (0, "00:00", "0 s"),
        (134, "02:14", "2 min"),
        (3599, "59:59", "59 min"),
        (3600, "1 h 0 min", "1 h 0 min"),
        (86399, "23 h 59 min", "23 h 59 min"),
        (2 * 86400 + 4 * 3600 + 1800, "2 d 4 h", "2 d 4 h"),
    ],
)
def test_durations_are_written_as_the_standard_says(seconds: int, running: str, finished: str) -> None:
    assert (duration(seconds), took(seconds)) == (running, finished)


def test_the_most_urgent_come_first() -> None:
    now = at("12:00")
    timers = {
        "long over": replace(HOUR_TIMER, due_at=at("09:00")),
        "just over": replace(HOUR_TIMER, due_at=at("11:59")),
        "due next": replace(HOUR_TIMER, due_at=at("12:30")),
        "due later": replace(HOUR_TIMER, due_at=at("13:30")),
        "waiting": replace(HOUR_TIMER, state=TimerState.WAITING, opens_at=at("12:10"), due_at=at("12:20")),
        "paused": replace(HOUR_TIMER, state=TimerState.PAUSED, due_at=at("12:01")),
        "met": replace(HOUR_TIMER, state=TimerState.MET, due_at=at("12:01")),
    }
    backwards = list(timers)[::-1]
    assert sorted(backwards, key=lambda name: urgency(read(timers[name], now))) == list(timers)


def test_severity_then_id_break_ties() -> None:
    reading = TimerReading(Look.ON_TRACK, 60, 0.5, at("12:00"))
    assert urgency(reading, 1, "b") < urgency(reading, 2, "a")
    assert urgency(reading, 1, "a") < urgency(reading, 1, "b")


def test_an_incident_shows_its_most_urgent_timer() -> None:
    later = replace(HOUR_TIMER, id="t2", due_at=at("15:00"))
    found = most_urgent([later, HOUR_TIMER], at("10:30"))
    assert found is not None
    assert found[0].id == "t1"
    assert most_urgent([], at("10:30")) is None
