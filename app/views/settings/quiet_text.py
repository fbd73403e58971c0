"""Quiet hours as a person writes them, day by day: “12:00–13:00, 22:00–06:00”, and as the desk keeps them.

A span that ends at or before its start goes on into the next day. The desk keeps each day for itself, until 24:00.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
END = 24 * 3600

_SPAN = re.compile(r"(?P<start>[\d:]+)\s*(?:[-–—]|to)\s*(?P<end>[\d:]+)")
_TIME = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::(\d{2}))?")

Hours = Mapping[str, Sequence[Sequence[str]]]
Spans = list[tuple[int, int]]


class SpanError(ValueError):
    """What is written for `day` cannot be read at `part`."""

    def __init__(self, day: str, part: str) -> None:
        super().__init__(f"{day}: {part}")
        self.day, self.part = day, part


def hours_of(texts: Mapping[str, str]) -> dict[str, list[list[str]]]:
    """What is written, as the desk keeps it; spans that touch are joined. Raises `SpanError` at the first fault."""
    found: dict[str, Spans] = {day: [] for day in DAYS}
    for at, day in enumerate(DAYS):
        for start, end in _read(day, texts.get(day, "")):
            if end > start:
                found[day].append((start, end))
                continue
            found[day].append((start, END))
            if end:
                found[DAYS[(at + 1) % len(DAYS)]].append((0, end))
    return {day: [[_text(start), _text(end)] for start, end in _joined(spans)] for day, spans in found.items() if spans}


def _read(day: str, text: str) -> Spans:
    spans = []
    for part in filter(None, (one.strip() for one in re.split(r"[,;]", text))):
        match = _SPAN.fullmatch(part)
        start, end = (_seconds(match[name]) if match else None for name in ("start", "end"))
        if start is None or end is None or start in (END, end):
            raise SpanError(day, part)
        spans.append((start, end))
    return spans


def _seconds(text: str) -> int | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    total = hours * 3600 + minutes * 60 + seconds
    return total if minutes < 60 and seconds < 60 and total <= END else None


def _joined(spans: Spans) -> Spans:
    joined: Spans = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _text(seconds: int) -> str:
    rest = f":{seconds % 60:02d}" if seconds % 60 else ""
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}{rest}"


def spans_of(hours: Hours) -> dict[str, Spans]:
    """Seconds from midnight of what is quiet, day by day."""
    return {day: _joined([(_kept(start), _kept(end)) for start, end in hours.get(day, ())]) for day in DAYS}


def _kept(text: str) -> int:
    seconds = _seconds(text)
    if seconds is None:
        raise ValueError(f"{text} is not a time of day")
    return seconds


def texts_of(hours: Hours) -> dict[str, str]:
    """What is kept, as a person writes it: a night is one span, on the day on which it begins."""
    spans = spans_of(hours)
    nights = {day: end for day in DAYS if (end := _night(spans[day], spans[_after(day)])) is not None}
    texts = {}
    for day in DAYS:
        own = spans[day][1:] if _before(day) in nights else spans[day]
        ends = [nights[day] if end == END and day in nights else end for _, end in own]
        parts = [f"{_text(start)}–{_text(end)}" for (start, _), end in zip(own, ends, strict=True)]
        texts[day] = ", ".join(parts)
    return texts


def _night(spans: Spans, following: Spans) -> int | None:
    """When the span that reaches midnight ends on the next day, if it can be written as one."""
    if not spans or not following or spans[-1][1] != END or following[0][0] != 0:
        return None
    start, end = spans[-1][0], following[0][1]
    return end if 0 < end < start else None


def _after(day: str) -> str:
    return DAYS[(DAYS.index(day) + 1) % len(DAYS)]


def _before(day: str) -> str:
    return DAYS[DAYS.index(day) - 1]
