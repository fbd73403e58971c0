"""Numbers and days as people type them, in intervals: «10k+», «≥ 10 000», «10-25», «under €500», «after 1 Mar 2026»."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from fractions import Fraction

from app.models.enums import DimensionKind
from app.services.matrix.cells import CellError, Interval, Point, point
from app.services.matrix.dimensions import DimensionRecord

_MAX_PART = 200

_NUMBER = (
    r"[-\u2212]?\s?(?:[€$£¥]|[A-Za-z]{3}\s)?\s?(?:\d{1,40}(?:\.\d{1,40})?|\.\d{1,40})"
    r"\s?(?:k|mn|mio|million|thousand|bn|minutes|minute|min|hours|hour|hrs|h|days|day|d|weeks|week|w|m|%|[€$£¥])?"
)
_DAY = r"\d{4}-\d\d-\d\d|\d{1,2}\.?\s[A-Za-z]{3,9}\.?,?\s\d{4}|[A-Za-z]{3,9}\.?\s\d{1,2},?\s\d{4}"

_AT_LEAST = r">=|=>|≥|at least|from|since|minimum|min|no less than|not under|starting"
_ABOVE = r">|over|above|more than|greater than|later than|after"
_AT_MOST = r"<=|=<|≤|at most|up to|until|till|by|maximum|max|no more than|not over"
_BELOW = r"<|under|below|less than|fewer than|earlier than|before"
_EXACTLY = r"=|exactly|just|on"
_OR_MORE = r"\+|(?:or|and) (?:more|above|over|up|later|after)|up|onwards"
_OR_LESS = r"(?:or|and) (?:less|fewer|below|under|earlier|before)"

_SPLIT = re.compile(
    r";|,(?!\d{3}(?!\d))|\bor\b"
    r"(?!\s+(?:more|less|fewer|above|below|over|under|up|later|earlier|after|before)\s*(?:$|[,;]|or\b))",
    re.IGNORECASE,
)
_GROUPED = re.compile(r"(?<![\d.])\d{1,3}(?:[,'\u2019 \u00a0\u202f\u2009]\d{3})+(?![\d])")
_SEPARATORS = re.compile(r"[,'\u2019 \u00a0\u202f\u2009]")
_SCALES = {"k": 3, "thousand": 3, "m": 6, "mn": 6, "mio": 6, "million": 6, "bn": 9}
_HOURS = {"h": 60, "hour": 60, "m": 1, "min": 1, "minute": 1, "d": 1440, "day": 1440, "w": 10080, "week": 10080}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def ungroup(text: str) -> str:
    """``10,000`` and ``10 000`` without their separators; a list is written with a space after the comma."""
    return _GROUPED.sub(lambda found: _SEPARATORS.sub("", found.group()), text)


def _patterns(value: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    one = (
        rf"(?:(?P<at_least>{_AT_LEAST})|(?P<above>{_ABOVE})|(?P<at_most>{_AT_MOST})"
        rf"|(?P<below>{_BELOW})|(?P<exactly>{_EXACTLY}))?\s*(?P<value>{value})\s*"
        rf"(?:(?P<or_more>{_OR_MORE})|(?P<or_less>{_OR_LESS}))?"
    )
    two = (
        rf"(?:(?P<over>over|above|after)|between|from)?\s*(?P<low>{value})\s*(?:-|\u2013|\u2014|to|until|till|and|\.\.)"
        rf"\s*(?P<under>under|below|before)?\s*(?P<high>{value})"
    )
    return re.compile(one, re.IGNORECASE), re.compile(two, re.IGNORECASE)


_NUMBER_PATTERNS = _patterns(_NUMBER)
_DAY_PATTERNS = _patterns(_DAY)
_PIECES = re.compile(r"(?P<sign>[-\u2212])?(?P<code>[€$£¥]|[a-z]{3})?(?P<digits>[\d.]+)(?P<suffix>\D*)")


def read_quantities(text: str, dimension: DimensionRecord) -> list[Interval]:
    """The intervals that ``text`` lists; raises `CellError` at the first part that says none."""
    found: list[Interval] = []
    start = 0
    cuts = [*((one.start(), one.end()) for one in _SPLIT.finditer(text)), (len(text), len(text))]
    for end, following in cuts:
        part = text[start:end]
        position = start + len(part) - len(part.lstrip())
        found.append(_read_part(part.strip(), dimension, position))
        start = following
    return found


def _read_part(part: str, dimension: DimensionRecord, position: int) -> Interval:
    dates = dimension.kind is DimensionKind.DATE
    one, two = _DAY_PATTERNS if dates else _NUMBER_PATTERNS
    plain = " ".join((part if dates else ungroup(part)).split())
    if not plain or len(plain) > _MAX_PART:
        raise _unreadable(part, dimension, position)
    match = one.fullmatch(plain)
    if match is not None:
        return _one_sided(match, dimension, position)
    match = two.fullmatch(plain)
    if match is not None:
        return _two_sided(match, dimension, position)
    raise _unreadable(part, dimension, position)


def _one_sided(match: re.Match[str], dimension: DimensionRecord, position: int) -> Interval:
    value = _value(match.group("value"), dimension, position)
    named = {name for name, text in match.groupdict().items() if text}
    if len(named) > 2:
        raise _unreadable(match.group(), dimension, position)
    if named & {"at_least", "or_more"}:
        return Interval(value, True, None, False)
    if "above" in named:
        return Interval(value, False, None, False)
    if named & {"at_most", "or_less"}:
        return Interval(None, False, value, True)
    if "below" in named:
        return Interval(None, False, value, False)
    return point(value)


def _two_sided(match: re.Match[str], dimension: DimensionRecord, position: int) -> Interval:
    low_text, high_text = match.group("low"), match.group("high")
    high = _value(high_text, dimension, position)
    low = _value(low_text, dimension, position)
    suffix = re.sub(r"[\d.\s]|[-\u2212€$£¥]", "", high_text)
    bare = not re.search(r"[A-Za-z%]", low_text)
    if isinstance(low, Decimal) and isinstance(high, Decimal):
        if bare and suffix and dimension.kind is not DimensionKind.PERCENT:
            scaled = _value(low_text.strip() + suffix, dimension, position)
            low = scaled if isinstance(scaled, Decimal) and scaled <= high else low
        backwards = high < low
    else:
        backwards = isinstance(low, date) and isinstance(high, date) and high < low
    if backwards:
        raise CellError(f"{low_text.strip()} is above {high_text.strip()}.", "Write the lower end first.", position)
    return Interval(low, not match.group("over"), high, not match.group("under"))


def _value(text: str, dimension: DimensionRecord, position: int) -> Point:
    if dimension.kind is DimensionKind.DATE:
        return _day(text, position)
    return _number(text, dimension, position)


def _number(text: str, dimension: DimensionRecord, position: int) -> Decimal:
    match = _PIECES.fullmatch(re.sub(r"\s", "", text).lower())
    if match is None or not _fits_currency(match.group("code"), dimension):
        raise _unreadable(text, dimension, position)
    number = Decimal(match.group("digits"))
    scaled = _scaled(number, match.group("suffix"), dimension)
    if scaled is None:
        raise CellError(
            f"“{text.strip()}” is not an exact value of {dimension.label}.",
            f"Write it as a plain number, like {_example(dimension)}.",
            position,
        )
    return scaled.copy_negate() if match.group("sign") else scaled


def _fits_currency(code: str | None, dimension: DimensionRecord) -> bool:
    return code is None or (
        dimension.kind is DimensionKind.MONEY and (len(code) == 1 or code.upper() == dimension.currency.upper())
    )


def _scaled(number: Decimal, suffix: str, dimension: DimensionRecord) -> Decimal | None:
    if not suffix:
        return number
    if dimension.kind is DimensionKind.HOURS:
        minutes = _HOURS.get(suffix.rstrip("s") if suffix != "hrs" else "h")
        if minutes is None:
            return None
        hours = number * minutes / 60
        return hours if Fraction(hours) == Fraction(number) * minutes / 60 else None
    if suffix == "%":
        return number if dimension.kind is DimensionKind.PERCENT else None
    if suffix in "€$£¥":
        return number if dimension.kind is DimensionKind.MONEY else None
    return Decimal(f"{number:f}e{_SCALES[suffix]}") if suffix in _SCALES else None


def _day(text: str, position: int) -> date:
    plain = text.strip()
    words = [one for one in re.split(r"[\s.,]+", plain) if one]
    try:
        if len(words) == 1:
            return date.fromisoformat(plain)
        day_text, month_text = (words[0], words[1]) if words[0].isdigit() else (words[1], words[0])
        return date(int(words[2]), _MONTHS.index(month_text.lower()[:3]) + 1, int(day_text))
    except ValueError:
        raise CellError(f"“{plain}” is not a day.", "Write it as 2026-03-01.", position) from None


def _example(dimension: DimensionRecord) -> str:
    return "2026-03-01" if dimension.kind is DimensionKind.DATE else "10 or 2.5"


def _unreadable(part: str, dimension: DimensionRecord, position: int) -> CellError:
    shown = part if len(part) <= 40 else part[:40] + "…"
    if dimension.kind is DimensionKind.DATE:
        mend = "Write for example from 2026-03-01, or 2026-03-01 to 2026-03-31."
    else:
        mend = "Write for example ≥ 10, under 25 or 10-25."
    what = f"“{shown}” is not a value of {dimension.label}." if part else "A value is missing here."
    return CellError(what, mend, position)
