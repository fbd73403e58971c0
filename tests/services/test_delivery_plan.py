"""What leaves for a notification, and when: rules, delays and quiet hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.clock.zones import ClockError
from app.services.delivery_plan import (
    CHANNELS,
    DEFAULT_RULES,
    KINDS,
    PlannedDelivery,
    Rule,
    plan,
    quiet_calendar,
    urgency,
)

OSLO = "Europe/Oslo"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NIGHTS = {day: [["00:00", "07:00"], ["22:00", "24:00"]] for day in DAYS}
MAIL = Rule()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def leaving(rule: Rule, made: str, quiet: dict[str, list[list[str]]], kind: str = "breached") -> datetime:
    (one,) = plan((rule,), quiet, kind, at(made), OSLO)
    return one.leaves_at


@pytest.mark.parametrize(
    ("made", "leaves"),
    [
        ("2026-11-23T21:59:59+01:00", "2026-11-23T21:59:59+01:00"),
        ("2026-11-23T22:00:00+01:00", "2026-11-24T07:00:00+01:00"),
        ("2026-11-24T06:59:59+01:00", "2026-11-24T07:00:00+01:00"),
        ("2026-11-24T07:00:00+01:00", "2026-11-24T07:00:00+01:00"),
        ("2026-10-24T23:00:00+02:00", "2026-10-25T07:00:00+01:00"),
        ("2026-03-28T23:00:00+01:00", "2026-03-29T07:00:00+02:00"),
    ],
    ids=["before", "as they begin", "their last second", "as they end", "clocks go back", "clocks go forward"],
)
def test_what_falls_into_quiet_hours_leaves_when_they_end(made: str, leaves: str) -> None:
    assert leaving(MAIL, made, NIGHTS) == at(leaves)


def test_the_delay_runs_before_quiet_hours_are_looked_at() -> None:
    after_20_minutes = Rule(delay_seconds=1200)
    assert leaving(after_20_minutes, "2026-11-23T21:50:00+01:00", NIGHTS) == at("2026-11-24T07:00:00+01:00")
    assert leaving(after_20_minutes, "2026-11-24T06:50:00+01:00", NIGHTS) == at("2026-11-24T07:10:00+01:00")


def test_a_rule_that_acts_in_quiet_hours_does_not_wait_for_their_end() -> None:
    rule = Rule(kinds=("breached",), delay_seconds=60, in_quiet_hours=True)
    assert leaving(rule, "2026-11-24T03:00:00+01:00", NIGHTS) == at("2026-11-24T03:01:00+01:00")


def test_a_whole_quiet_weekend_is_one_span() -> None:
    weekend = {"fri": [["18:00", "24:00"]], "sat": [["00:00", "24:00"]], "sun": [["00:00", "24:00"]]}
    assert leaving(MAIL, "2026-11-27T19:00:00+01:00", weekend) == at("2026-11-30T00:00:00+01:00")


def test_where_a_clock_change_swallows_the_one_free_hour_it_waits_for_the_next_week() -> None:
    free_from_2_to_3 = {day: [["00:00", "24:00"]] for day in DAYS} | {"sun": [["00:00", "02:00"], ["03:00", "24:00"]]}
    assert leaving(MAIL, "2026-03-23T12:00:00+01:00", free_from_2_to_3) == at("2026-04-05T02:00:00+02:00")


def test_a_rule_is_for_the_kinds_it_names_or_for_all() -> None:
    rules = (Rule(kinds=("offered",)), Rule(channel="webhook", address="https://example.org/hook"))
    made = at("2026-11-23T12:00:00+01:00")
    assert [one.rule for one in plan(rules, {}, "offered", made, OSLO)] == [0, 1]
    assert plan(rules, {}, "breached", made, OSLO) == (PlannedDelivery(1, "webhook", "https://example.org/hook", made),)


def test_without_rules_of_ones_own_what_needs_somebody_is_mailed_at_once_and_shown() -> None:
    made = at("2026-11-23T23:30:00+01:00")
    for kind in ("breached", "tier_entered", "offered", "follow_up"):
        planned = plan(DEFAULT_RULES, {}, kind, made, OSLO)
        assert [(one.channel, one.leaves_at) for one in planned] == [("desktop", made), ("mail", made)]


def test_a_breach_is_more_urgent_than_a_reminder_and_what_is_not_known_comes_last() -> None:
    assert urgency("breached") < urgency("tier_entered") < urgency("follow_up") < urgency("something new")


def test_quiet_hours_all_week_are_refused() -> None:
    with pytest.raises(ClockError, match="leave no time to be told"):
        quiet_calendar({day: [["00:00", "24:00"]] for day in DAYS}, OSLO)


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


@st.composite
def weeks(draw: st.DrawFn) -> dict[str, list[list[str]]]:
    """Weekly hours with up to two windows a day, and at least five free minutes each Monday."""
    hours = {}
    for day in DAYS:
        last = 24 * 60 - 5 if day == "mon" else 24 * 60
        ends = sorted(draw(st.sets(st.integers(0, last), max_size=4)))
        hours[day] = [[clock(a), clock(b)] for a, b in zip(ends[::2], ends[1::2], strict=False)]
    return hours


RULES = st.builds(
    Rule,
    kinds=st.lists(st.sampled_from(list(KINDS)), max_size=2, unique=True).map(tuple),
    channel=st.sampled_from(CHANNELS),
    delay_seconds=st.integers(0, 86_400),
    in_quiet_hours=st.booleans(),
)
INSTANTS = st.integers(0, 2 * 365 * 86_400).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
ZONES = st.sampled_from([OSLO, "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "UTC"])


@given(st.lists(RULES, max_size=4), weeks(), st.sampled_from(list(KINDS)), INSTANTS, ZONES)
def test_nothing_leaves_early_nor_in_quiet_hours_and_waits_no_longer_than_it_must(
    rules: list[Rule], quiet: dict[str, list[list[str]]], kind: str, made: datetime, zone: str
) -> None:
    calendar = quiet_calendar(quiet, zone)
    planned = plan(rules, quiet, kind, made, zone)
    assert [one.rule for one in planned] == [n for n, rule in enumerate(rules) if not rule.kinds or kind in rule.kinds]
    for one in planned:
        rule, soonest = rules[one.rule], made + timedelta(seconds=rules[one.rule].delay_seconds)
        if rule.in_quiet_hours or calendar is None or not calendar.is_open(soonest):
            assert one.leaves_at == soonest
        else:
            assert not calendar.is_open(one.leaves_at)
            assert calendar.open_time(soonest, one.leaves_at) == one.leaves_at - soonest
