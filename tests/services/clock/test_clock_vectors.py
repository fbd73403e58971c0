"""Calendars against expected values from public projects (see vectors/SOURCE.md)."""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app.services.clock.calendar import ClockError, WorkCalendar
from tests.services.clock.differences import CALENDAR, REFUSED

HERE = Path(__file__).parent
KINDS = ("deadline", "elapsed", "is_open", "next_open")
FILES = (
    "biz",
    "business_time",
    "businesstimedelta",
    "generated",
    "generated_pauses",
    "moment_business_time",
    "php_business_time",
    "seatgeek_businesstime",
    "working_hours",
)
FIELDS = ("time_zone", "hours", "holidays", "exceptions", "breaks")


def _vectors() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for name in FILES:
        vectors = json.loads((HERE / "vectors" / f"{name}.json").read_text(encoding="utf-8"))
        found.extend(vector for vector in vectors if vector["kind"] in KINDS)
    return found


VECTORS = _vectors()


@cache
def _calendar(document: str) -> WorkCalendar:
    return WorkCalendar.from_json(json.loads(document))


def answer(vector: dict[str, Any]) -> object:
    """What our calendar says to a vector: an instant, seconds or yes/no."""
    calendar = _calendar(json.dumps({field: vector[field] for field in FIELDS if field in vector}))
    pauses = [(datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in vector.get("pauses", [])]
    given = {key: datetime.fromisoformat(text) for key, text in vector["input"].items() if key != "duration_s"}
    match vector["kind"]:
        case "deadline":
            return calendar.due(given["start"], vector["input"]["duration_s"], pauses)
        case "elapsed":
            return calendar.elapsed(given["start"], given["end"], pauses)
        case "is_open":
            return calendar.is_open(given["at"])
        case _:
            return calendar.next_open(given["at"])


def _value(expected: object) -> object:
    return datetime.fromisoformat(expected) if isinstance(expected, str) else expected


@pytest.mark.parametrize("vector", [pytest.param(v, id=v["id"]) for v in VECTORS if v["id"] not in CALENDAR])
def test_a_calendar_agrees_with_the_vector(vector: dict[str, Any]) -> None:
    found = answer(vector)
    assert type(found) is type(_value(vector["expected"]))
    assert found == _value(vector["expected"])


@pytest.mark.parametrize("number", sorted(CALENDAR))
def test_where_we_differ_our_own_rule_holds(number: str) -> None:
    vector = next(v for v in VECTORS if v["id"] == number)
    ours, _why = CALENDAR[number]
    if ours == REFUSED:
        with pytest.raises(ClockError, match="before the start"):
            answer(vector)
    else:
        assert answer(vector) == _value(ours)
        assert _value(ours) != _value(vector["expected"])


def test_every_vector_of_these_kinds_is_here() -> None:
    assert len(VECTORS) == 615
