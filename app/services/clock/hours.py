"""Reads the windows of a calendar document and says what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from app.services.clock.zones import END_OF_DAY, ClockError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Windows = tuple[tuple[int, int], ...]

CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?")


def clock_seconds(text: Any, where: str) -> int:
    """Seconds from midnight of "08:30", "08:30:15" or "24:00". Raises `ClockError` for anything else."""
    if text == "24:00":
        return END_OF_DAY
    match = CLOCK.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ClockError(f"«{text}» is not a time of day", where, "Write it as 08:30; 24:00 ends a day.")
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds


def day_of(text: Any, where: str) -> date:
    """The date of "2026-05-04". Raises `ClockError` for anything else."""
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise ClockError(f"«{text}» is not a date", where, "Write it as 2026-05-04.") from error


def days(texts: Any, where: str) -> list[date]:
    """The dates of a list of texts. Raises `ClockError`."""
    if not isinstance(texts, list | tuple):
        raise ClockError(f"The {where} must be a list", where, 'Write ["2026-12-25"].')
    return [day_of(text, f"{where}[{index}]") for index, text in enumerate(texts)]


def day_names(names: Any, where: str) -> dict[date, str]:
    """What dates are called. Raises `ClockError`."""
    _require_object(names, where, '{"2026-12-25": "Christmas Day"}')
    return {day_of(text, f"{where}.{text}"): str(name) for text, name in names.items()}


def weekly_windows(hours: Mapping[str, Any]) -> tuple[Windows, ...]:
    """Seven sets of windows, Monday first; a weekday left out is closed. Raises `ClockError`."""
    _require_object(hours, "hours", '{"mon": [["09:00", "17:00"]]}')
    for key in hours:
        if key not in WEEKDAYS:
            raise ClockError(f"«{key}» is not a weekday", f"hours.{key}", f"Use {', '.join(WEEKDAYS)}.")
    return tuple(_windows(hours.get(day, ()), f"hours.{day}") for day in WEEKDAYS)


def dated_windows(dates: Mapping[str, Any], where: str) -> dict[date, Windows]:
    """Windows by date; an empty list is a closed day. Raises `ClockError`."""
    _require_object(dates, where, '{"2026-12-24": [["09:00", "13:00"]]}')
    return {day_of(text, f"{where}.{text}"): _windows(windows, f"{where}.{text}") for text, windows in dates.items()}


def _require_object(given: Any, where: str, example: str) -> None:
    if not isinstance(given, Mapping):
        raise ClockError(f"The {where} must be an object", where, f"Write {example}.")


def _windows(pairs: Any, where: str) -> Windows:
    if not isinstance(pairs, Sequence) or isinstance(pairs, str):
        raise ClockError("The windows of a day must be a list", where, 'Write [["09:00", "17:00"]].')
    windows = sorted((_window(pair, f"{where}[{index}]"), index) for index, pair in enumerate(pairs))
    for ((first, first_end), one), ((second, second_end), other) in pairwise(windows):
        if second < first_end:
            both = f"{_text(first)}-{_text(first_end)} and {_text(second)}-{_text(second_end)}"
            place = f"{where}[{max(one, other)}]"  # the one that was written later
            raise ClockError(f"The windows {both} overlap", place, "Join them or move one.")
    return tuple(window for window, _ in windows)


def _window(pair: Any, where: str) -> tuple[int, int]:
    if not isinstance(pair, Sequence) or isinstance(pair, str) or len(pair) != 2:
        raise ClockError("A window must be a pair of times", where, 'Write ["09:00", "17:00"].')
    start, end = clock_seconds(pair[0], where), clock_seconds(pair[1], where)
    if end <= start:
        raise ClockError(
            f"The window {pair[0]}-{pair[1]} does not end after it starts",
            where,
            "A window over midnight is two: until 24:00, and from 00:00 on the next day.",
        )
    return (start, end)


def _text(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


def weekly_rules(rules: Sequence[Mapping[str, Any]], where: str) -> dict[str, list[list[str]]]:
    """Weekly hours of `[{"weekdays", "start", "end"}]`. One that ends at or before its start runs overnight.

    Where rules overlap, their hours are joined. Raises `ClockError`.
    """
    spans: dict[str, list[tuple[int, int]]] = {day: [] for day in WEEKDAYS}
    if not isinstance(rules, list | tuple):
        raise ClockError("The rules must be a list", where, 'Write [{"start": "20:00", "end": "08:00"}].')
    for index, rule in enumerate(rules):
        place = f"{where}[{index}]"
        _require_object(rule, place, '{"start": "20:00", "end": "08:00"}')
        start, end = clock_seconds(rule.get("start"), place), clock_seconds(rule.get("end"), place)
        for day in rule.get("weekdays", WEEKDAYS):
            if day not in WEEKDAYS:
                raise ClockError(f"«{day}» is not a weekday", place, f"Use {', '.join(WEEKDAYS)}.")
            following = WEEKDAYS[(WEEKDAYS.index(day) + 1) % 7]
            if start < end:
                spans[day].append((start, end))
            else:
                spans[day].append((start, END_OF_DAY))
                spans[following].append((0, end))
    return {day: [[_full(a), _full(b)] for a, b in _joined(found)] for day, found in spans.items()}


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _full(seconds: int) -> str:
    return "24:00" if seconds == END_OF_DAY else f"{_text(seconds)}:{seconds % 60:02d}"
