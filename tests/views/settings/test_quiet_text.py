"""Quiet hours as a person writes them, and as the desk keeps them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.delivery_plan import quiet_calendar
from app.views.settings.quiet_text import DAYS, SpanError, hours_of, spans_of, texts_of

HOUR = 3600


@pytest.mark.parametrize(
    "written", ["22:00–06:00", "22-6", "22:00 - 06:00", "22 to 6", "22:00—6:00", " 22:00-06:00 ,"]
)  # fmt: skip
def test_a_night_goes_on_into_the_next_day(written: str) -> None:
    assert hours_of({"mon": written}) == {"mon": [["22:00", "24:00"]], "tue": [["00:00", "06:00"]]}


def test_the_night_of_sunday_ends_on_monday() -> None:
    assert hours_of({"sun": "23–7"}) == {"mon": [["00:00", "07:00"]], "sun": [["23:00", "24:00"]]}


def test_several_spans_of_a_day_stand_in_order_and_those_that_touch_are_one() -> None:
    assert hours_of({"sat": "20-21; 12-13:30, 13:30-14"}) == {"sat": [["12:00", "14:00"], ["20:00", "21:00"]]}


def test_a_whole_day_and_a_day_that_ends_at_midnight() -> None:
    assert hours_of({"sat": "0-24", "fri": "18-0"}) == {"fri": [["18:00", "24:00"]], "sat": [["00:00", "24:00"]]}


@pytest.mark.parametrize(
    "written", ["evening", "22:00", "22:60-6", "25-6", "24-6", "6-6", "22:00–06:00 07:00", "22::-6", "-6", "22-"]
)
def test_what_cannot_be_read_is_pointed_at(written: str) -> None:
    with pytest.raises(SpanError) as fault:
        hours_of({"mon": "12-13", "wed": f"1-2, {written}"})
    assert (fault.value.day, fault.value.part) == ("wed", written)


def test_what_is_kept_reads_as_it_was_meant() -> None:
    night = {day: [["00:00", "06:00"], ["12:00", "13:00"], ["22:00", "24:00"]] for day in DAYS}
    assert set(texts_of(night).values()) == {"12:00–13:00, 22:00–06:00"}


def test_weekends_stay_whole_days() -> None:
    kept = {"fri": [["18:00", "24:00"]], "sat": [["00:00", "24:00"]], "sun": [["00:00", "24:00"]]}
    texts = texts_of(kept)
    assert [texts[day] for day in ("fri", "sat", "sun", "mon")] == ["18:00–24:00", "00:00–24:00", "00:00–24:00", ""]


def test_a_span_of_more_than_a_day_stays_two() -> None:
    texts = texts_of({"mon": [["08:00", "24:00"]], "tue": [["00:00", "09:00"]]})
    assert (texts["mon"], texts["tue"]) == ("08:00–24:00", "00:00–09:00")


def test_seconds_are_kept() -> None:
    assert texts_of(hours_of({"mon": "08:00:30–09:00"}))["mon"] == "08:00:30–09:00"


def test_the_spans_of_a_day_in_seconds() -> None:
    assert spans_of({"mon": [["22:00", "24:00"], ["00:00", "06:00"]]})["mon"] == [(0, 6 * HOUR), (22 * HOUR, 24 * HOUR)]


_times = st.integers(0, 24 * 60)


@given(st.dictionaries(st.sampled_from(DAYS), st.lists(st.tuples(_times, _times), max_size=3)))
def test_written_and_read_again_it_is_the_same(minutes: dict[str, list[tuple[int, int]]]) -> None:
    def text(minute: int) -> str:
        return f"{minute // 60:02d}:{minute % 60:02d}"

    written = {
        day: ", ".join(f"{text(start)}-{text(end)}" for start, end in spans if start != end and start != 24 * 60)
        for day, spans in minutes.items()
    }
    kept = hours_of(written)
    assert hours_of(texts_of(kept)) == kept
    if sum(end - start for spans in spans_of(kept).values() for start, end in spans) < 7 * 24 * HOUR:
        assert (quiet_calendar(kept, "Europe/Oslo") is None) == (not kept)  # the desk takes it
