"""Reading a stretch of time as people type it. Pure; `resulting.span_words` writes one."""

from __future__ import annotations

import re

from app.services.matrix.cells import CellError

MINUTE, HOUR, DAY = 60, 3600, 86400
MOST_LETTERS = 40
_CLOCK = re.compile(r"(\d{1,5}):([0-5]\d)")
_PART = re.compile(r"(\d{1,9}(?:[.,]\d{1,3})?)\s*([a-z]*)")
_UNITS = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), MINUTE),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), HOUR),
    **dict.fromkeys(("d", "day", "days"), DAY),
}


def read_span(text: str) -> int:
    """Seconds of ``30 min``, ``1 h 30``, ``1:30``, ``2 d`` or ``1.5 h``; a bare number is minutes.

    Raises ``CellError`` for anything else, and where the result is no whole minute.
    """
    plain = text.strip().lower()
    clock = _CLOCK.fullmatch(plain)
    if clock is not None:
        return int(clock[1]) * HOUR + int(clock[2]) * MINUTE
    if len(plain) > MOST_LETTERS or not re.fullmatch(rf"(?:{_PART.pattern}\s*)+", plain):
        raise _unreadable(text)
    thousandths, unit_before = 0, 0
    for number, word in _PART.findall(plain):
        unit = _UNITS.get(word, 0) if word else MINUTE if unit_before in (0, HOUR) else 0
        if not unit or (unit_before and unit >= unit_before):
            raise _unreadable(text)
        whole, _, part = number.replace(",", ".").partition(".")
        thousandths += (int(whole) * 1000 + int(part.ljust(3, "0") if part else 0)) * unit
        unit_before = unit
    if thousandths % (1000 * MINUTE):
        raise CellError(f"“{text.strip()}” is no whole minute.", "Write whole minutes, like 30 min.")
    return thousandths // 1000


def _unreadable(text: str) -> CellError:
    shown = text.strip()
    shown = shown if len(shown) <= MOST_LETTERS else shown[:MOST_LETTERS] + "…"
    what = f"“{shown}” is no stretch of time." if shown else "A time is missing here."
    return CellError(what, "Write for example 30 min, 1 h 30 or 2 d.")
