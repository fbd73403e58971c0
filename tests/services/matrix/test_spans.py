"""Stretches of time as people type them."""

from __future__ import annotations

import pytest

from app.services.matrix.cells import CellError
from app.services.matrix.resulting import span_words
from app.services.matrix.spans import read_span


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30", 1800),
        (" 30 min ", 1800),
        ("30m", 1800),
        ("1 h 30", 5400),
        ("1h30min", 5400),
        ("1:30", 5400),
        ("1.5 h", 5400),
        ("1,5 hours", 5400),
        ("2 d", 172_800),
        ("1 d 4 h", 100_800),
        ("0", 0),
    ],
)
def test_a_stretch_of_time_is_read_as_it_is_typed(text: str, seconds: int) -> None:
    assert read_span(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "30 s", "min", "-5", "1 h 2 h", "30 min 1 h", "1 d 4", "1.2.3", "9" * 50])
def test_what_is_no_stretch_of_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(CellError) as caught:
        read_span(text)
    assert "30 min" in caught.value.mend


def test_parts_of_a_minute_are_refused() -> None:
    with pytest.raises(CellError, match="no whole minute"):
        read_span("0.5")
    assert read_span("0.05 h") == 180


@pytest.mark.parametrize("seconds", [60, 3000, 5400, 7200, 86_400, 100_800, 172_800])
def test_what_is_written_can_be_read_again(seconds: int) -> None:
    assert read_span(span_words(seconds)) == seconds
