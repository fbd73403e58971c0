"""Cells as sets: intervals with open and closed ends, complements, missing facts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.services.matrix.cells import (
    ANY,
    ChoiceCell,
    Interval,
    RangeCell,
    YesNoCell,
    choices,
    outside,
    passes,
    point,
    ranges,
)


def span(low: int | None, high: int | None, ends: str = "[]") -> Interval:
    return Interval(
        None if low is None else Decimal(low),
        low is not None and ends[0] == "[",
        None if high is None else Decimal(high),
        high is not None and ends[1] == "]",
    )


@pytest.mark.parametrize(
    ("interval", "value", "inside"),
    [
        (span(10, 25, "[)"), "10", True),
        (span(10, 25, "[)"), "25", False),
        (span(10, 25, "(]"), "10", False),
        (span(10, 25, "(]"), "25", True),
        (span(None, 25, "[)"), "-1000000", True),
        (span(10, None), "10", True),
        (span(10, 25, "()"), "24.9999999999999999999999999999999", True),
    ],
    ids=str,
)
def test_an_interval_holds_its_closed_ends_only(interval: Interval, value: str, inside: bool) -> None:
    assert interval.holds(Decimal(value)) is inside


def test_intervals_that_touch_are_one() -> None:
    assert ranges([span(10, 20, "[]"), span(1, 10, "[)")]) == RangeCell((span(1, 20),))


def test_intervals_that_leave_one_point_out_stay_two() -> None:
    cell = ranges([span(1, 10, "[)"), span(10, 20, "(]")])
    assert len(cell.ranges) == 2
    assert not passes(cell, Decimal(10))


def test_equal_sets_of_numbers_are_equal_cells() -> None:
    assert ranges([span(1, 5), span(3, 9), span(2, 4)]) == ranges([span(1, 9)])


@pytest.mark.parametrize("interval", [span(6, 6, "()"), span(9, 3), span(6, 6, "[)")], ids=str)
def test_an_interval_without_a_number_inside_is_empty_and_is_kept_when_alone(interval: Interval) -> None:
    assert interval.is_empty
    assert ranges([interval]) == RangeCell((interval,))
    assert ranges([interval, span(1, 2)]) == RangeCell((span(1, 2),))


def test_the_complement_swaps_open_and_closed_ends() -> None:
    assert outside(ranges([span(10, 25, "[)")])) == ranges([span(None, 10, "[)"), span(25, None)])


def test_the_complement_of_the_complement_is_the_cell() -> None:
    cell = ranges([span(1, 2, "()"), point(Decimal(5)), span(9, None)])
    assert outside(outside(cell)) == cell


@pytest.mark.parametrize(
    "cell", [choices(["a"]), choices(["a"], negated=True), ranges([span(1, None)]), YesNoCell(True)]
)
def test_a_missing_fact_passes_only_any(cell: ChoiceCell | RangeCell | YesNoCell) -> None:
    assert not passes(cell, None)
    assert passes(ANY, None)


def test_a_choice_that_is_not_named_passes_the_complement() -> None:
    assert passes(choices(["email"], negated=True), "phone")
    assert not passes(choices(["email"], negated=True), "email")


def test_a_choice_cell_names_something() -> None:
    with pytest.raises(ValueError, match="at least one"):
        choices([])


def test_numbers_and_dates_are_never_compared() -> None:
    assert passes(ranges([Interval(date(2026, 3, 1), True, None, False)]), date(2026, 3, 1))
    with pytest.raises(TypeError):
        passes(ranges([span(1, None)]), date(2026, 3, 1))
