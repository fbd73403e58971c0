"""Dates as other desks write them, and what instant a wall-clock time in a zone is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from functools import lru_cache

from app.services.clock.zones import ClockError, zone
from app.services.sheets.errors import SheetError


class DateFormat(StrEnum):
    """How a column writes a time. The parting signs and the seconds do not matter, the order does."""

    ISO = "iso"
    DAY_FIRST = "d/m/y"
    MONTH_FIRST = "m/d/y"
    EPOCH = "epoch"
    """Seconds since 1970."""
    EPOCH_MS = "epoch_ms"
    MINUTES = "minutes"
    """Minutes after the incident was raised."""
    HOURS = "hours"


AFTER_RAISED = {DateFormat.MINUTES: 60, DateFormat.HOURS: 3600}
"""Formats that say how long after the raising it was, in seconds a unit."""


class Oddity(StrEnum):
    """A local time that is not exactly one instant."""

    TWICE = "twice"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Reading:
    """An instant in UTC and what was odd about its local time, if anything."""

    at: datetime
    oddity: Oddity | None = None


_SHAPE = re.compile(
    r"~?(\d{1,4})[-/.\s](\d{1,2}|[A-Za-z]{3,9}\.?)[-/.\s,]\s*(\d{1,4})"
    r"(?:[T\s,]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,9}))?)?\s*([AaPp]\.?[Mm]\.?)?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def read_local(text: str, style: DateFormat) -> datetime | None:
    """The time as written: naive, or aware when the text itself names its offset. None when it does not fit."""
    if style in (DateFormat.EPOCH, DateFormat.EPOCH_MS):
        return _epoch(text, 1 if style is DateFormat.EPOCH else 1000)
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        return None
    first, middle, last, hour, minute, second, fraction, half, offset = shape.groups()
    date = _date(first, middle, last, style)
    clock = _clock(hour, minute, second, half)
    if date is None or clock is None:
        return None
    micro = int((fraction or "0")[:6].ljust(6, "0"))
    try:
        return datetime(*date, *clock, micro, tzinfo=_offset(offset))  # naive is meant: a wall clock
    except ValueError:
        return None


def _epoch(text: str, scale: int) -> datetime | None:
    if not _NUMBER.fullmatch(text):
        return None
    try:
        return datetime.fromtimestamp(float(text) / scale, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _date(first: str, middle: str, last: str, style: DateFormat) -> tuple[int, int, int] | None:
    if not middle.isdigit():
        named = _MONTHS.get(middle[:3].lower())
        if named is None or style is DateFormat.ISO:
            return None
        return (_year(last), named, int(first)) if len(first) < 3 else None
    if style is DateFormat.ISO:
        return (int(first), int(middle), int(last)) if len(first) == 4 and len(last) < 3 else None
    if len(first) > 2 or len(last) not in (2, 4):
        return None
    day, month_text = (first, middle) if style is DateFormat.DAY_FIRST else (middle, first)
    return _year(last), int(month_text), int(day)


def _year(text: str) -> int:
    """Two digits are read as POSIX does: 69 to 99 are the last century."""
    year = int(text)
    if len(text) != 2:
        return year
    return year + (1900 if year >= 69 else 2000)


def _clock(hour: str | None, minute: str | None, second: str | None, half: str | None) -> tuple[int, int, int] | None:
    if hour is None or minute is None:
        return 0, 0, 0
    hours = int(hour)
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half[0] in "pP" else 0)
    return hours, int(minute), min(int(second or 0), 59) if second == "60" else int(second or 0)


def _offset(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "")
    away = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(away if text[0] == "+" else -away)


def to_instant(local: datetime, where: tzinfo) -> Reading | None:
    """The instant of a wall-clock time; None when it lies outside of what a date can hold.

    A local time that exists twice means the first, one that does not exist moves forward by the gap
    (domain.md, Clocks). A time that names its own offset is taken at its word.
    """
    try:
        if local.tzinfo is not None:
            return Reading(local.astimezone(UTC))
        first = local.replace(tzinfo=where, fold=0)
        before, after = first.utcoffset(), local.replace(tzinfo=where, fold=1).utcoffset()
        at = first.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    if before == after or before is None or after is None:
        return Reading(at)
    return Reading(at, Oddity.TWICE if before > after else Oddity.SKIPPED)


@lru_cache(maxsize=64)
def zone_named(name: str) -> tzinfo:
    """The zone of the IANA name. Raises SheetError for an unknown one."""
    if name == "UTC":
        return UTC
    try:
        return zone(name)
    except ClockError as error:
        raise SheetError(
            f"There is no time zone “{name}”.", "mapping", "Name one like “Europe/Oslo”, or “UTC”."
        ) from error
