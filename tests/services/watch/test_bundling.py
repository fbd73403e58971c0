"""Which alerts leave as one letter, and when the next one may leave."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.watch.bundling import LIMITS, Limit, Reader, WaitingAlert, bundles, free_at

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LENA, MARCO = Reader("lena", "mail", "lena@example.org"), Reader("marco", "mail", "marco@example.org")
MAIL = LIMITS["mail"]


def ago(*seconds: int) -> list[datetime]:
    return [NOON - timedelta(seconds=one) for one in seconds]


def alerts(*names: str, reader: Reader = LENA) -> list[WaitingAlert]:
    return [WaitingAlert(name, reader) for name in names]


@pytest.mark.parametrize("channel", list(LIMITS))
def test_on_every_channel_there_is_at_most_one_letter_in_20_seconds(channel: str) -> None:
    assert free_at(ago(19), LIMITS[channel], NOON) == NOON + timedelta(seconds=1)
    assert free_at(ago(20), LIMITS[channel], NOON) == NOON


def test_the_eleventh_mail_waits_until_ten_minutes_after_the_first() -> None:
    left = ago(*range(300, 600, 30))
    assert len(left) == 10
    assert free_at(left, MAIL, NOON) == NOON + timedelta(seconds=30)
    assert free_at(left[:9], MAIL, NOON) == NOON


def test_the_limit_of_an_hour_holds_where_that_of_ten_minutes_would_not() -> None:
    left = ago(*range(700, 3_100, 80))
    assert len(left) == 30
    assert free_at(left, MAIL, NOON) == NOON + timedelta(seconds=3_600 - 3_020)


def test_what_waits_for_one_reader_is_one_letter_and_each_reader_has_their_own() -> None:
    waiting = [*alerts("a", "b"), *alerts("c", reader=MARCO), *alerts("d")]
    assert [one.ids for one in bundles(waiting, {}, NOON)] == [("a", "b", "d"), ("c",)]


def test_while_no_letter_may_leave_all_is_kept() -> None:
    assert list(bundles(alerts("a", "b"), {LENA: ago(5)}, NOON)) == []
    (one,) = bundles(alerts("a", "b"), {LENA: ago(25)}, NOON)
    assert (one.ids, one.carrier, one.tried) == (("a", "b"), "a", False)


def test_a_letter_that_left_before_leaves_again_alone_and_first() -> None:
    waiting = [*alerts("a"), WaitingAlert("b", LENA, tried=True), *alerts("c")]
    (one,) = bundles(waiting, {}, NOON)
    assert (one.ids, one.tried) == (("b",), True)


def simulate(gaps: Sequence[int], limits: Sequence[Limit]) -> tuple[list[datetime], int]:
    """Alerts that come after these gaps, a look each second: when letters left, and how many alerts they told."""
    coming, at = [], NOON
    for gap in gaps:
        at += timedelta(seconds=gap)
        coming.append(at)
    left: list[datetime] = []
    waiting = told = 0
    at = NOON
    while told < len(gaps):
        waiting += sum(one == at for one in coming)
        if waiting and free_at(left, limits, at) == at:
            left.append(at)
            told, waiting = told + waiting, 0
        at += timedelta(seconds=1)
    return left, told


@given(st.lists(st.integers(0, 40), min_size=1, max_size=60))
def test_no_span_ever_holds_more_letters_than_its_limit_and_nothing_is_lost(gaps: list[int]) -> None:
    limits = (Limit(1, 20), Limit(3, 120), Limit(5, 400))
    left, told = simulate(gaps, limits)
    assert told == len(gaps)
    for limit in limits:
        span = timedelta(seconds=limit.seconds)
        for begin in left:
            assert sum(begin <= one < begin + span for one in left) <= limit.most
