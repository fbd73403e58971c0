"""Effective targets: domain, section 2.4. Expected values worked by hand."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from app.models.enums import TargetCounting, TimerKind
from app.services.clock.targets import (
    CalendarSource,
    EffectiveTarget,
    TargetError,
    amount,
    choose_calendar,
    effective_targets,
    scaled,
)

MIN, HOUR, DAY = 60, 3600, 86400
K = TimerKind


@dataclass(frozen=True)
class Cell:
    target_class: str
    segment: str | None
    kind: TimerKind
    seconds: int | None
    counting: TargetCounting = TargetCounting.IN_HOURS


@dataclass(frozen=True)
class Channel:
    channel: str
    first_update: int | None = None
    next_update: int | None = None


GRID = [
    Cell("urgent", None, K.ACKNOWLEDGE, 30 * MIN),
    Cell("urgent", None, K.FIRST_UPDATE, 60 * MIN),
    Cell("urgent", None, K.NEXT_UPDATE, 60 * MIN),
    Cell("urgent", None, K.CONTAIN, 3 * HOUR),
    Cell("urgent", None, K.RESOLVE, 8 * HOUR),
    Cell("urgent", "enterprise", K.CONTAIN, 2 * HOUR, TargetCounting.AROUND_THE_CLOCK),
    Cell("urgent", "free", K.NEXT_UPDATE, None),
    Cell("light", None, K.RESOLVE, 10 * DAY),
    Cell("broken", "free", K.RESOLVE, DAY),
]
PHONE, MAIL = Channel("phone", 15 * MIN, 60 * MIN), Channel("email", 4 * HOUR, 8 * HOUR)


def seconds(found: tuple[EffectiveTarget, ...]) -> dict[TimerKind, int]:
    return {target.kind: target.seconds for target in found}


def test_a_segment_follows_any_segment_where_it_has_no_target_of_its_own() -> None:
    found = effective_targets(GRID, "urgent", "enterprise")
    assert seconds(found) == {
        K.ACKNOWLEDGE: 30 * MIN,
        K.FIRST_UPDATE: 60 * MIN,
        K.NEXT_UPDATE: 60 * MIN,
        K.CONTAIN: 2 * HOUR,
        K.RESOLVE: 8 * HOUR,
    }
    counting = {target.kind: target.counting for target in found}
    assert counting[K.CONTAIN] is TargetCounting.AROUND_THE_CLOCK
    assert counting[K.RESOLVE] is TargetCounting.IN_HOURS


def test_an_empty_target_means_no_such_timer_even_where_any_segment_has_one() -> None:
    assert K.NEXT_UPDATE not in seconds(effective_targets(GRID, "urgent", "free"))
    assert seconds(effective_targets(GRID, "light", "free")) == {K.RESOLVE: 10 * DAY}


def test_a_channel_gives_no_timer_where_the_grid_has_none() -> None:
    assert seconds(effective_targets(GRID, "light", "free", channel=PHONE)) == {K.RESOLVE: 10 * DAY}


def test_a_critical_product_area_halves_every_target_but_not_what_the_channel_asks() -> None:
    found = effective_targets(GRID, "urgent", "business", product_area="Payments", percent=50, channel=MAIL)
    assert seconds(found) == {
        K.ACKNOWLEDGE: 15 * MIN,
        K.FIRST_UPDATE: 30 * MIN,
        K.NEXT_UPDATE: 30 * MIN,
        K.CONTAIN: 90 * MIN,
        K.RESOLVE: 4 * HOUR,
    }


def test_the_stricter_of_target_and_channel_wins_for_updates_only() -> None:
    found = effective_targets(GRID, "urgent", "business", channel=PHONE)
    assert seconds(found)[K.FIRST_UPDATE] == 15 * MIN
    assert {target.kind for target in found if target.by_channel} == {K.FIRST_UPDATE}
    assert {target.kind for target in found if target.channel_seconds} == {K.FIRST_UPDATE, K.NEXT_UPDATE}


@pytest.mark.parametrize(
    ("given", "percent", "expected"),
    [
        (600, 75, 480),
        (900, 75, 720),
        (1500, 75, 1140),
        (60, 50, 60),
        (61, 50, 60),
        (121, 50, 120),
        (90, 100, 90),
        (3600, 150, 5400),
        (100, 33, 60),
    ],
)
def test_scaling_rounds_up_to_a_minute(given: int, percent: int, expected: int) -> None:
    assert scaled(given, percent) == expected


def test_a_class_without_any_segment_is_refused() -> None:
    for missing in ("broken", "unheard of"):
        with pytest.raises(TargetError, match=missing):
            effective_targets(GRID, missing, "free")


def test_a_target_explains_itself() -> None:
    by_kind = {
        target.kind: target.parts()
        for target in effective_targets(
            GRID, "urgent", "business", product_area="Payments", percent=50, channel=Channel("phone", 15 * MIN)
        )
    }
    assert by_kind[K.FIRST_UPDATE] == (
        "60 min for urgent \N{MULTIPLICATION SIGN} any segment",
        "\N{MULTIPLICATION SIGN} 50 % (Payments is critical) = 30 min",
        "phone asks 15 min, stricter, so it counts",
    )
    assert by_kind[K.CONTAIN] == (
        "3 h for urgent \N{MULTIPLICATION SIGN} any segment",
        "\N{MULTIPLICATION SIGN} 50 % (Payments is critical) = 90 min",
    )
    odd = effective_targets(GRID, "urgent", "enterprise", product_area="Login", percent=80)
    assert odd[3].parts() == (
        "2 h for urgent \N{MULTIPLICATION SIGN} enterprise",
        "\N{MULTIPLICATION SIGN} 80 % (Login) = 96 min",
    )


def test_hours_are_those_of_the_contract_else_the_region_else_the_default() -> None:
    assert choose_calendar("gold", "norway", "office") == ("gold", CalendarSource.CONTRACT)
    assert choose_calendar(None, "norway", "office") == ("norway", CalendarSource.REGION)
    assert choose_calendar(None, None, "office") == ("office", CalendarSource.DEFAULT)
    assert choose_calendar(None, None, None) is None


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (45, "45 s"),
        (90, "1 min 30 s"),
        (3600, "60 min"),
        (5400, "90 min"),
        (7200, "2 h"),
        (16200, "4 h 30 min"),
        (72000, "20 h"),
        (86400, "1 d"),
        (864000, "10 d"),
    ],
)
def test_targets_are_written_as_people_write_them(given: int, text: str) -> None:
    assert amount(given) == text
