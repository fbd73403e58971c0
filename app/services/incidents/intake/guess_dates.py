"""Is 04/11 in April or in November? Counted over all rows, and asked where the rows do not tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from statistics import median

from app.services.clock.reading import took
from app.services.incidents.intake.instants import DateFormat, read_local
from app.services.incidents.intake.mapping import FormatException

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_SHOWN = 3
"""Rows of each kind that are remembered, to show them around the question."""


class Fit(StrEnum):
    """Which order of day and month a date allows."""

    DAY = "day"
    MONTH = "month"
    BOTH = "both"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A line under a question: what, on how many rows, and what is special about them."""

    label: str
    rows: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One way to read the column and what would follow. ``left_out`` rows could not be read so."""

    key: str
    label: str
    consequence: str
    format: DateFormat
    exceptions: tuple[FormatException, ...] = ()
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """What only a person can tell about a column. The first answer is the likeliest."""

    column: str
    title: str
    text: str
    evidence: tuple[Evidence, ...]
    answers: tuple[Answer, ...]
    rows: tuple[int, ...] = ()
    """A few rows of each kind, to be shown around the question."""


def fit_of(text: str) -> Fit:
    """Which orders the date allows. 05/05 allows both but means the same."""
    day, month = read_local(text, DateFormat.DAY_FIRST), read_local(text, DateFormat.MONTH_FIRST)
    if day is None:
        return Fit.NEITHER if month is None else Fit.MONTH
    return Fit.DAY if month is None else Fit.BOTH


def _differs(text: str) -> bool:
    return read_local(text, DateFormat.DAY_FIRST) != read_local(text, DateFormat.MONTH_FIRST)


@dataclass(slots=True)
class DateCount:
    """How the dates of one column fit, over all rows."""

    column: str
    place: int
    fits: Counter[Fit] = field(default_factory=Counter)
    by_value: dict[Fit, Counter[tuple[int, str]]] = field(
        default_factory=lambda: {Fit.DAY: Counter(), Fit.MONTH: Counter()}
    )
    example: tuple[int, str] | None = None
    """Row and text of the first date that means another day under each order."""
    rows: list[int] = field(default_factory=list)
    _known: dict[str, Fit] = field(default_factory=dict)

    def add(self, row: int, cells: Sequence[str], nulls: frozenset[str], others: Iterable[int]) -> None:
        """Count one row. ``others`` are places of columns that might tell formats apart."""
        text = cells[self.place].strip()
        if text in nulls:
            return
        fit = self._known.get(text)
        if fit is None:
            if len(self._known) > 50_000:
                self._known.clear()
            fit = self._known[text] = fit_of(text)
        self.fits[fit] += 1
        if fit in self.by_value:
            counts = self.by_value[fit]
            for other in others:
                counts[other, cells[other].strip()] += 1
        elif fit is Fit.BOTH and self.example is None and _differs(text):
            self.example = row, text
        if self.fits[fit] <= _SHOWN and fit is not Fit.NEITHER:
            self.rows.append(row)

    @property
    def decided(self) -> DateFormat | None:
        """The order, when the rows leave no doubt."""
        day, month = self.fits[Fit.DAY], self.fits[Fit.MONTH]
        if day and not month:
            return DateFormat.DAY_FIRST
        if month and not day:
            return DateFormat.MONTH_FIRST
        return None if self.example else DateFormat.DAY_FIRST

    def exceptions(self, few: Fit, names: Sequence[str]) -> tuple[FormatException, ...]:
        """Values of one other column that hold all rows of the rarer order and none of the other one."""
        most = Fit.DAY if few is Fit.MONTH else Fit.MONTH
        style = DateFormat.MONTH_FIRST if few is Fit.MONTH else DateFormat.DAY_FIRST
        for other in dict.fromkeys(place for place, _ in self.by_value[few]):
            values = [(value, count) for (place, value), count in self.by_value[few].items() if place == other]
            clean = all(not self.by_value[most][other, value] for value, _ in values)
            # a value of its own on every row, as a number is, tells nothing
            shared = len(values) < self.fits[few] or self.fits[few] == 1
            if clean and shared and len(values) <= 3 and sum(count for _, count in values) == self.fits[few]:
                return tuple(FormatException(names[other], value, style) for value, _ in sorted(values))
        return ()


@dataclass(frozen=True, slots=True)
class Spans:
    """Rows of a sample that have a raising and an end, to show what an answer would mean."""

    numbers: Sequence[str]
    starts: Sequence[str]
    ends: Sequence[str]
    asked_is_start: bool
    other_format: DateFormat
    """Of the date that is not asked about; None means it is read like the one asked about."""
    follows: bool
    """The other date is in doubt too, and is read the same way."""

    def words(self, style: DateFormat) -> str:
        """One example and the median under an order, e.g. ``CS-1 took 8 h 35 min, median 6 h 0 min``."""
        other = style if self.follows else self.other_format
        first, second = (style, other) if self.asked_is_start else (other, style)
        found = [
            (number, int((end - start).total_seconds()))
            for number, start_text, end_text in zip(self.numbers, self.starts, self.ends, strict=True)
            if (start := _naive(start_text, first)) is not None and (end := _naive(end_text, second)) is not None
        ]
        if not found:
            return ""
        number, seconds = found[0]
        before = sum(seconds < 0 for _, seconds in found)
        example = (
            f"{number} took {took(seconds)}" if seconds >= 0 else f"{number} ends {took(seconds)} before it begins"
        )
        tail = f", {before:,} of {len(found):,} end before they begin" if before else ""
        return f"{example}, median {took(int(median(s for _, s in found)))}{tail}"


def _naive(text: str, style: DateFormat) -> datetime | None:
    local = read_local(text.strip(), style)
    return None if local is None else local.replace(tzinfo=None)


def question_of(
    count: DateCount, names: Sequence[str], spans: Spans | None, likely: DateFormat | None
) -> Question | None:
    """The question about a column, None when its rows leave no doubt. ``likely`` is what other columns suggest."""
    if count.decided is not None:
        return None
    day, month, both = count.fits[Fit.DAY], count.fits[Fit.MONTH], count.fits[Fit.BOTH]
    few = Fit.MONTH if month <= day else Fit.DAY
    exceptions = count.exceptions(few, names) if day and month else ()
    notes = {few: f"all in {', '.join(one.value for one in exceptions)}"} if exceptions else {}
    evidence = (
        Evidence("Only day/month fits", day, notes.get(Fit.DAY, "")),
        Evidence("Both fit", both),
        Evidence("Only month/day fits", month, notes.get(Fit.MONTH, "")),
    )
    answers = _answers(count, exceptions, few, spans, likely)
    text = f"{count.column} holds dates that read both ways."
    return Question(count.column, _title(count), text, evidence, answers, tuple(count.rows))


def _answers(
    count: DateCount, exceptions: tuple[FormatException, ...], few: Fit, spans: Spans | None, likely: DateFormat | None
) -> tuple[Answer, ...]:
    words: Mapping[DateFormat, str] = {
        style: spans.words(style) if spans else "" for style in (DateFormat.DAY_FIRST, DateFormat.MONTH_FIRST)
    }
    plain = [
        _plain("day", "Day/month everywhere", DateFormat.DAY_FIRST, count.fits[Fit.MONTH], words),
        _plain("month", "Month/day everywhere", DateFormat.MONTH_FIRST, count.fits[Fit.DAY], words),
    ]
    if likely is DateFormat.MONTH_FIRST or count.fits[Fit.MONTH] > count.fits[Fit.DAY]:
        plain.reverse()
    if not exceptions:
        return tuple(plain)
    main, rare = ("Day/month", "month/day") if few is Fit.MONTH else ("Month/day", "day/month")
    style = DateFormat.DAY_FIRST if few is Fit.MONTH else DateFormat.MONTH_FIRST
    where = ", ".join(one.value for one in exceptions)
    mixed = Answer(
        "mixed", f"{main}, but {rare} in {where}", words[style] or "Every row can be read", style, exceptions
    )
    return (mixed, *plain)


def _plain(key: str, label: str, style: DateFormat, lost: int, words: Mapping[DateFormat, str]) -> Answer:
    loss = f"{lost:,} rows are left out as unreadable" if lost else ""
    consequence = ", ".join(part for part in (loss, words[style]) if part) or "Every row can be read"
    return Answer(key, label, consequence, style, left_out=lost)


def _title(count: DateCount) -> str:
    if count.example is None:
        return f"Which comes first in {count.column}, the day or the month?"
    text = count.example[1]
    day, month = read_local(text, DateFormat.DAY_FIRST), read_local(text, DateFormat.MONTH_FIRST)
    if day is None or month is None:
        return f"Which comes first in {count.column}, the day or the month?"
    return f"Is {text.split()[0]} in {_MONTHS[day.month - 1]} or in {_MONTHS[month.month - 1]}?"
