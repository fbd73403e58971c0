"""One column of a sample: do its values bear out what its name says, and how are they written?"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from statistics import mean

from app.services.incidents.intake.guess_names import FREE_TEXT, STATE_WORDS, Meaning
from app.services.incidents.intake.instants import DateFormat, read_local
from app.services.incidents.intake.mapping import TIMES, ColumnRule, FactKind, Field
from app.services.incidents.intake.values import read_number, read_yes_no

EMPTY_WORDS = frozenset(
    {"", "?", "-", "--", "\u2013", "\u2014", "n/a", "N/A", "#N/A", "NA", "null", "NULL", "Null", "None", "none", "nil",
     "NaN", "nan", "\\N", "(blank)", "(empty)", "unknown", "Unknown", "1969-12-31 23:59:59", "1970-01-01 00:00:00",
     "0000-00-00", "0000-00-00 00:00:00"}
)  # fmt: skip
_MOST = 0.9
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_PERSONAL = re.compile(r"[\w.+-]+@[\w-]+\.\w|\b(?:Mr|Mrs|Ms|Miss|Dr)\b\.? [A-Z]|\+?\d[\d\s().-]{7,}\d")
_GRADE = re.compile(r"(?:p|s|sev|prio|severity|priority)?[\s-]*([1-5])(?:\b.*)?", re.IGNORECASE)
_FREE_TEXT_FROM = 60
"""Mean characters from which a column is prose, not names."""


class Treat(StrEnum):
    """What happens to the values of a column."""

    KEEP = "keep"
    MASK = "mask"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column of the sample. ``empties`` are the words for *empty* found in all rows of the file."""

    name: str
    values: tuple[str, ...]
    empties: frozenset[str]
    different: tuple[str, ...] = ()
    """All values of the file in order, where they are few; empty where they are many."""

    @property
    def filled(self) -> list[str]:
        """The values that are not empty."""
        return [value for value in self.values if value and value not in self.empties]

    def samples(self, wanted: int = 4) -> tuple[str, ...]:
        """The first different values, empty words last."""
        seen = list(dict.fromkeys(self.filled))[:wanted]
        return tuple(value[:80] for value in [*seen, *sorted(self.empties - {""})][:wanted])


@dataclass(frozen=True, slots=True)
class Described:
    """A column with the meaning that name and values agree on (None: nothing)."""

    rank: int
    meaning: Meaning | None
    rule: ColumnRule
    treat: Treat
    note: str
    day_or_month: bool = False


def describe(view: ColumnView, rank: int, meaning: Meaning | None) -> Described:
    """Test the meaning that the name suggests on the values."""
    filled = view.filled
    if not filled:
        return _nothing(view, "No values")
    if meaning is None and _share(filled, _EMAIL.fullmatch) > _MOST:
        meaning = Meaning(field=Field.CONTACT)
    if meaning == FREE_TEXT or (_is_prose(filled) and (meaning is None or meaning.field is not Field.TITLE)):
        return _nothing(view, _free_text(filled))
    if meaning is None:
        return _nothing(view, "Not recognised")
    if meaning.field in TIMES:
        return _time(view, rank, meaning, filled)
    if meaning.field is not None:
        return _field(view, rank, meaning, filled)
    return _fact(view, rank, meaning, filled)


def _share(values: Sequence[str], reads: Callable[[str], object | None]) -> float:
    """The share of the values that can be read: for which something comes back, be it 0 or no."""
    return sum(reads(value) is not None for value in values) / len(values)


def _is_prose(filled: list[str]) -> bool:
    return mean(map(len, filled)) > _FREE_TEXT_FROM and mean(value.count(" ") for value in filled) > 5


def _free_text(filled: list[str]) -> str:
    personal = _share(filled, _PERSONAL.search)
    return f"Free text, personal data in {personal:.0%}".replace("%", " %") if personal >= 0.005 else "Free text"


def _nothing(view: ColumnView, note: str) -> Described:
    return Described(99, None, ColumnRule(view.name, drop=True), Treat.DROP, note)


def _time(view: ColumnView, rank: int, meaning: Meaning, filled: list[str]) -> Described:
    fits = {
        style: _share(filled, partial(read_local, style=style))
        for style in (DateFormat.ISO, DateFormat.DAY_FIRST, DateFormat.MONTH_FIRST)
    }
    either = _share(filled, _either)
    if fits[DateFormat.ISO] >= _MOST:
        zoned = _share(filled, _offset_of)
        return _timed(view, rank, meaning, DateFormat.ISO, "ISO 8601, with its offset" if zoned > _MOST else "ISO 8601")
    if either >= _MOST:
        style = max((DateFormat.DAY_FIRST, DateFormat.MONTH_FIRST), key=lambda one: fits[one])
        return _timed(view, rank, meaning, style, "Day and month", day_or_month=True)
    numbers = [number for value in filled if (number := read_number(value)) is not None]
    if len(numbers) >= _MOST * len(filled):
        return _counted(view, rank, meaning, [float(number) for number in numbers])
    return _nothing(view, "Not a time")


def _either(text: str) -> object | None:
    return read_local(text, DateFormat.DAY_FIRST) or read_local(text, DateFormat.MONTH_FIRST)


def _offset_of(text: str) -> object | None:
    local = read_local(text, DateFormat.ISO)
    return local and local.tzinfo


def _timed(
    view: ColumnView, rank: int, meaning: Meaning, style: DateFormat, note: str, *, day_or_month: bool = False
) -> Described:
    rule = ColumnRule(view.name, field=meaning.field, format=style)
    return Described(rank, meaning, rule, Treat.KEEP, note, day_or_month)


def _counted(view: ColumnView, rank: int, meaning: Meaning, numbers: list[float]) -> Described:
    """Numbers where times should be: an epoch when they are huge, else a span after the raising."""
    smallest = min(numbers)
    if smallest > 1e11:
        return _timed(view, rank, meaning, DateFormat.EPOCH_MS, "Milliseconds since 1970")
    if smallest > 1e8:
        return _timed(view, rank, meaning, DateFormat.EPOCH, "Seconds since 1970")
    if meaning.field in (Field.RAISED, Field.UPDATED):
        return _nothing(view, "Not a time")
    if re.search(r"(_|\b)h(ours?)?$", view.name.lower()):
        return _timed(view, rank, meaning, DateFormat.HOURS, "Hours after the raising")
    return _timed(view, rank, meaning, DateFormat.MINUTES, "Minutes after the raising")


def _field(view: ColumnView, rank: int, meaning: Meaning, filled: list[str]) -> Described:
    rule = ColumnRule(view.name, field=meaning.field)
    different = len(set(filled))
    if meaning.field is Field.NUMBER:
        return Described(rank, meaning, rule, Treat.KEEP, "Text, key for a repeat")
    if meaning.field is Field.STATE:
        values = view.different or tuple(sorted(set(filled)))
        known = {value: STATE_WORDS[value.casefold()].value for value in values if value.casefold() in STATE_WORDS}
        if not known:
            return _nothing(view, "States that are not known here")
        note = f"{len(known)} of {len(values)} values known"
        return Described(rank, meaning, ColumnRule(view.name, field=Field.STATE, choices=known), Treat.KEEP, note)
    if meaning.field is Field.MADE_TARGET:
        return _verdict(view, rank, meaning, filled)
    if meaning.field in (Field.COUNTER, Field.REASSIGNMENTS, Field.REOPENINGS):
        if _share(filled, read_number) < _MOST:
            return _nothing(view, "Not a number")
        return Described(rank, meaning, rule, Treat.KEEP, "Whole number")
    if meaning.field is Field.CONTACT:
        mail = _share(filled, _EMAIL.fullmatch) > 0.5
        masked = ColumnRule(view.name, field=Field.CONTACT, mask=True)
        return Described(rank, meaning, masked, Treat.MASK, "E-mail address" if mail else "Name of a person")
    return Described(rank, meaning, rule, Treat.KEEP, f"Text, {different:,} different in the sample")


_VERDICTS = {
    "ontime": "yes",
    "on time": "yes",
    "met": "yes",
    "overdue": "no",
    "late": "no",
    "missed": "no",
    "breached": "no",
}


def _verdict(view: ColumnView, rank: int, meaning: Meaning, filled: list[str]) -> Described:
    choices = {value: _VERDICTS[value.casefold()] for value in sorted(set(filled)) if value.casefold() in _VERDICTS}
    if _share(filled, lambda text: read_yes_no(choices.get(text) or text)) < _MOST:
        return _nothing(view, "Neither yes nor no")
    rule = ColumnRule(view.name, field=meaning.field, choices=choices)
    return Described(rank, meaning, rule, Treat.KEEP, "Yes or no")


def _fact(view: ColumnView, rank: int, meaning: Meaning, filled: list[str]) -> Described:
    if meaning.kind is FactKind.CHOICE:
        return _choice(view, rank, meaning, filled)
    sign = _decimal_sign(filled)
    if _share(filled, lambda text: read_number(text, sign)) < 0.8:
        return _nothing(view, "Not a number")
    rule = ColumnRule(view.name, fact=meaning.fact, kind=meaning.kind, decimal=sign)
    if meaning.kind is FactKind.MONEY:
        return Described(rank, meaning, rule, Treat.KEEP, "1.234,56" if sign == "," else "1,234.56")
    numbers = [number for text in filled if (number := read_number(text, sign)) is not None]
    low, high = min(number for number in numbers if number >= 0 or min(numbers) >= 0), max(numbers)
    return Described(rank, meaning, rule, Treat.KEEP, f"Whole number, {low} to {high}")


def _choice(view: ColumnView, rank: int, meaning: Meaning, filled: list[str]) -> Described:
    different = view.different or tuple(sorted(set(filled)))
    if len(different) > 0.9 * len(filled) and len(filled) > 50:
        return _nothing(view, "Every value is another")
    grades = {value: f"s{shape.group(1)}" for value in different if (shape := _GRADE.fullmatch(value))}
    if meaning.fact in ("severity", "priority") and len(grades) == len(different) == len(set(grades.values())):
        rule = ColumnRule(view.name, fact=meaning.fact, choices=grades)
        note = f"{different[0]} to {different[-1]} are {min(grades.values()).upper()} to {max(grades.values()).upper()}"
        return Described(rank, meaning, rule, Treat.KEEP, note)
    note = f"{len(different):,} values" + ("" if view.different else " in the sample")
    return Described(rank, meaning, ColumnRule(view.name, fact=meaning.fact), Treat.KEEP, note)


def _decimal_sign(filled: list[str]) -> str:
    """The sign that leaves more values readable; a comma wins a tie only where cents follow it."""
    comma, dot = (sum(read_number(text, sign) is not None for text in filled) for sign in (",", "."))
    if comma == dot:
        return "," if any(re.search(r",\d{1,2}\D*$", text) for text in filled) else "."
    return "," if comma > dot else "."
