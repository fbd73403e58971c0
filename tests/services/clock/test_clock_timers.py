"""Due times, moments and verdicts of a pass: domain, section 3.1 and 3.2. Expected values worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.models.enums import Moment, TimerKind, TimerState
from app.services.clock.calendar import WorkCalendar
from app.services.clock.machine import begin
from app.services.clock.reading import Look, read, words
from app.services.clock.timers import (
    Pause,
    Timer,
    TimerPlan,
    computed_due,
    due,
    due_if_resumed,
    moments,
    next_moment,
    not_counted,
    promise_is_later,
    record,
    thresholds,
    used,
    verdict,
)


def at(text: str) -> datetime:
    """An instant of November 2026, UTC: "20 19:25" is the 20th."""
    day, clock = text.split()
    return datetime.fromisoformat(f"2026-11-{int(day):02d}T{clock}").replace(tzinfo=UTC)


SUPPORT = WorkCalendar.from_json(
    {
        "time_zone": "UTC",
        "hours": {day: [["08:00", "20:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        "exceptions": {"2026-11-23": [["10:00", "20:00"]]},
        "names": {"2026-11-23": "Team training"},
    }
)

# raised on Friday evening, the exception delays Monday, two questions to the customer
RESOLVE = TimerPlan(
    TimerKind.RESOLVE,
    at("20 19:25"),
    3 * 3600,
    SUPPORT,
    (
        Pause(at("23 10:43"), at("23 12:40"), "Which endpoint?"),
        Pause(at("23 13:10"), None, "Can you send the log?"),
    ),
)
HOUR = TimerPlan(TimerKind.CONTAIN, at("20 10:00"), 3600)


def test_used_time_leaves_out_closed_hours_exceptions_and_pauses() -> None:
    assert used(RESOLVE, at("23 14:24")) == 35 * 60 + 43 * 60 + 30 * 60
    assert used(RESOLVE, at("20 19:25")) == 0
    assert used(RESOLVE, at("20 09:00")) == 0


def test_a_paused_timer_is_due_later_by_every_minute_it_waits() -> None:
    assert due_if_resumed(RESOLVE, at("23 14:24:46")) == at("23 15:36:46")
    assert due_if_resumed(RESOLVE, at("23 18:48")) == at("23 20:00")
    assert due_if_resumed(RESOLVE, at("23 19:00")) == at("24 08:12")


def test_a_pause_moves_the_due_time_by_its_length_around_the_clock() -> None:
    # two hours from 08:00, waiting from 09:00 to 10:05
    plan = TimerPlan(TimerKind.RESOLVE, at("20 08:00"), 7200, pauses=(Pause(at("20 09:00"), at("20 10:05")),))
    assert due(plan) == at("20 11:05")


def test_moments_are_both_warn_shares_five_minutes_before_and_due() -> None:
    assert [(m.name, m.at, m.due_soon) for m in moments(HOUR)] == [
        (Moment.WARN_1, at("20 10:45"), False),
        (Moment.WARN_2, at("20 10:54"), False),
        (Moment.FIVE_MINUTES, at("20 10:55"), True),
        (Moment.DUE, at("20 11:00"), False),
    ]
    assert thresholds(HOUR) == (at("20 10:45"), at("20 10:55"))


@pytest.mark.parametrize(
    ("minutes", "names"),
    [
        # 90 % of 20 min is 18 min, later than 15 min
        (20, ["warn_1", "warn_2", "due"]),
        # 90 % of 50 min is 45 min, just as late as five minutes before
        (50, ["warn_1", "warn_2", "due"]),
        (51, ["warn_1", "warn_2", "five_minutes", "due"]),
        (0, ["due"]),
    ],
)
def test_five_minutes_before_counts_only_where_it_is_later(minutes: int, names: list[str]) -> None:
    assert [m.name for m in moments(replace(HOUR, target_seconds=minutes * 60))] == names


def test_five_minutes_before_needs_a_target_of_twenty() -> None:
    early = replace(HOUR, warn_shares=(0.5,))
    assert [m.name for m in moments(replace(early, target_seconds=19 * 60))] == ["warn_1", "due"]
    assert [m.name for m in moments(replace(early, target_seconds=20 * 60))] == ["warn_1", "five_minutes", "due"]


def test_the_last_moment_before_due_is_due_soon() -> None:
    for minutes, soon in ((10, Moment.WARN_2), (60, Moment.FIVE_MINUTES)):
        found = [m.name for m in moments(replace(HOUR, target_seconds=minutes * 60)) if m.due_soon]
        assert found == [soon]


def test_moments_of_a_timer_in_hours_are_open_time() -> None:
    plan = TimerPlan(TimerKind.CONTAIN, at("19 19:00"), 2 * 3600, SUPPORT)
    assert [m.at for m in moments(plan)] == [at("20 08:30"), at("20 08:48"), at("20 08:55"), at("20 09:00")]


def test_a_pinned_due_time_wins_and_moves_the_warnings() -> None:
    pinned = replace(HOUR, pinned_due=at("20 12:00"))
    assert (due(pinned), computed_due(pinned)) == (at("20 12:00"), at("20 11:00"))
    assert [m.at for m in moments(pinned)] == [at("20 11:30"), at("20 11:48"), at("20 11:55"), at("20 12:00")]
    too_early = replace(HOUR, pinned_due=at("20 09:00"))
    assert [m.name for m in moments(too_early)] == [Moment.DUE]


@pytest.mark.parametrize("shares", [(0.9, 0.75), (0.5, 0.5), (0.0,), (1.0,), (0.1, 0.2, 0.3)])
def test_warn_shares_that_no_moment_can_stand_for_are_refused(shares: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="Warn shares"):
        replace(HOUR, warn_shares=shares)


def test_the_next_moment_is_the_first_that_has_not_fired() -> None:
    timer = begin(HOUR)
    names = []
    while (found := next_moment(timer, timer.plan.started_at)) is not None:
        names.append(found.name)
        timer = replace(timer, fired=timer.fired | {found.name})
    assert names == [Moment.WARN_1, Moment.WARN_2, Moment.FIVE_MINUTES, Moment.DUE]


def test_a_timer_that_has_ended_has_no_moment() -> None:
    for state in (TimerState.MET, TimerState.MET_LATE, TimerState.FIRED, TimerState.CANCELLED):
        assert next_moment(Timer(HOUR, state)) is None


def test_moments_of_an_incident_typed_in_late_keep_their_true_times() -> None:
    found = next_moment(begin(HOUR))
    assert found is not None
    assert (found.name, found.at) == (Moment.WARN_1, at("20 10:45"))


def test_moments_that_an_act_puts_into_the_past_fire_once_and_now() -> None:
    # at 10:40 the target shrinks to 30 minutes: breached at once, without the warnings it never had
    shorter = begin(replace(HOUR, target_seconds=1800))
    found = next_moment(shorter, at("20 10:40"))
    assert found is not None
    assert (found.name, found.at) == (Moment.DUE, at("20 10:40"))
    # at 10:57 a longer target shrinks to this one: of three warnings in the past only the last fires
    warned = next_moment(begin(HOUR), at("20 10:57"))
    assert warned is not None
    assert (warned.name, warned.at, warned.due_soon) == (Moment.FIVE_MINUTES, at("20 10:57"), True)


def test_an_earlier_warning_never_follows_a_later_one() -> None:
    longer = replace(begin(replace(HOUR, target_seconds=7200)), fired=frozenset({Moment.WARN_2}))
    found = next_moment(longer, at("20 10:57"))
    assert found is not None
    assert (found.name, found.at) == (Moment.FIVE_MINUTES, at("20 11:55"))


def test_a_paused_timer_fires_only_what_was_due_before() -> None:
    paused = Timer(replace(HOUR, pauses=(Pause(at("20 10:46")),)), TimerState.PAUSED)
    found = next_moment(paused)
    assert found is not None
    assert found.name is Moment.WARN_1
    assert next_moment(replace(paused, fired=frozenset({Moment.WARN_1}))) is None


def test_the_verdict_goes_by_the_due_time_to_the_instant() -> None:
    assert verdict(HOUR, at("20 11:00")).state is TimerState.MET
    late = verdict(HOUR, at("20 11:00") + timedelta(microseconds=1))
    assert (late.state, late.used_seconds, late.late_seconds) == (TimerState.MET_LATE, 3600, 0)
    assert verdict(HOUR, at("20 11:03")).late_seconds == 180


def test_the_verdict_is_against_the_computed_due_time_even_when_pinned() -> None:
    pinned = replace(HOUR, pinned_due=at("20 12:00"))
    found = verdict(pinned, at("20 11:30"))
    assert (found.state, found.kept_pin) == (TimerState.MET_LATE, True)
    assert verdict(pinned, at("20 12:30")).kept_pin is False
    earlier = replace(HOUR, pinned_due=at("20 10:30"))
    assert verdict(earlier, at("20 10:45")).state is TimerState.MET


def test_a_timer_that_ends_while_paused_has_not_used_the_pause() -> None:
    found = verdict(RESOLVE, at("24 08:00"))
    assert (found.state, found.used_seconds) == (TimerState.MET, 108 * 60)


def test_a_stated_time_is_compared_by_the_minute() -> None:
    plan = TimerPlan(TimerKind.NEXT_UPDATE, at("20 13:55:40"), 3600)
    assert not promise_is_later(at("20 14:55"), plan)
    assert promise_is_later(at("20 14:56"), plan)


def test_the_record_of_a_timer_reads_as_the_timer_counts() -> None:
    shown = record(Timer(RESOLVE, TimerState.PAUSED), timer_id="t", incident_id="i", reason="waiting for Kite & Co")
    reading = read(shown, at("23 14:24:46"))
    assert (reading.look, words(reading, UTC)) == (Look.PAUSED, ("1 h 12 min", "left"))
    running = Timer(replace(RESOLVE, pauses=RESOLVE.pauses[:1]), TimerState.RUNNING)
    monday = read(record(running, timer_id="t", incident_id="i"), at("23 13:10"))
    assert (monday.look, monday.seconds) == (Look.ON_TRACK, 72 * 60)


def test_a_record_keeps_past_pauses_out_of_the_overrun() -> None:
    plan = replace(HOUR, pauses=(Pause(at("20 11:10"), at("20 12:10")),))
    shown = record(Timer(plan), timer_id="t", incident_id="i")
    assert read(shown, at("20 12:20")).seconds == 20 * 60


def test_a_waiting_record_knows_when_it_opens() -> None:
    timer = begin(TimerPlan(TimerKind.ACKNOWLEDGE, at("21 12:00"), 900, SUPPORT))
    shown = record(timer, timer_id="t", incident_id="i")
    assert (shown.state, shown.opens_at, shown.due_at) == (TimerState.WAITING, at("23 10:00"), at("23 10:15"))


def test_closed_hours_after_the_due_time_are_there_when_asked_for() -> None:
    plan = TimerPlan(TimerKind.CONTAIN, at("19 19:00"), 1800, SUPPORT)
    assert not_counted(plan) == ()
    assert not_counted(plan, at("20 09:00")) == ((at("19 20:00"), at("20 08:00")),)
