"""Arithmetic over spans, against sets of minutes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.services.clock.spans import Span, common, merge, subtract

BEGIN = datetime(2026, 11, 23, tzinfo=UTC)
minutes = st.integers(0, 40)
several = st.lists(st.tuples(minutes, minutes).map(lambda pair: span(min(pair), max(pair))), max_size=6)


def span(first: int, last: int) -> Span:
    return (BEGIN + timedelta(minutes=first), BEGIN + timedelta(minutes=last))


def covered(spans: tuple[Span, ...] | list[Span]) -> set[int]:
    """The minutes that lie in any of them."""
    return {minute for minute in range(41) if any(a <= BEGIN + timedelta(minutes=minute) < b for a, b in spans)}


def test_what_is_common_begins_and_ends_where_both_are() -> None:
    assert common([span(0, 10), span(20, 30)], [span(5, 25), span(30, 35)]) == (span(5, 10), span(20, 25))
    assert common([span(0, 10)], [span(10, 20)]) == ()
    assert common([], [span(0, 10)]) == ()


@given(several, several)
def test_common_and_subtract_part_the_spans(one: list[Span], other: list[Span]) -> None:
    both, rest = common(one, other), subtract(one, other)
    assert covered(both) == covered(one) & covered(other)
    assert covered(rest) == covered(one) - covered(other)
    assert common(other, one) == both
    assert merge([*both, *rest]) == merge(one)
