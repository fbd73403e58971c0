"""What the columns of an unknown file probably are, to be confirmed on the import page and kept as a mapping."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count as counting
from random import Random

from app.services.incidents.intake.guess_columns import EMPTY_WORDS, ColumnView, Described, Treat, describe
from app.services.incidents.intake.guess_dates import DateCount, Question, Spans, question_of
from app.services.incidents.intake.guess_names import Meaning, meaning_of
from app.services.incidents.intake.instants import DateFormat
from app.services.incidents.intake.mapping import ColumnRule, Field, IncidentMapping
from app.services.sheets.errors import SheetCancelled, SheetError
from app.services.sheets.reading import Sheet

_SAMPLE = 2_000
_HEAD = 200
_EVERY = 1_000
_FEW = 60
"""A column with more different values is not listed whole."""
OnProgress = Callable[[float, int], None]


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """One line of the import page."""

    name: str
    samples: tuple[str, ...]
    """A few different values as they stand."""
    rule: ColumnRule
    """What the column is read as, its format, zone and words for empty."""
    treat: Treat
    note: str
    """The format in words, e.g. ``ISO 8601`` or ``Free text, personal data in 38 %``."""
    nulls: tuple[str, ...]
    """Words found in it that mean empty."""
    question: Question | None = None

    @property
    def reads_as(self) -> str:
        """Name of the field or the fact, or ``nothing``."""
        if self.rule.drop:
            return "nothing"
        return self.rule.field.value if self.rule.field else self.rule.fact or "nothing"


@dataclass(frozen=True, slots=True)
class SheetGuess:
    """What a whole file probably is."""

    sheet: Sheet
    rows: int
    columns: tuple[ColumnGuess, ...]
    event_log: bool
    """Several rows tell of one incident."""
    zone: str

    @property
    def questions(self) -> tuple[Question, ...]:
        """What only a person can tell."""
        return tuple(column.question for column in self.columns if column.question is not None)

    def mapping(self, name: str, source: str, answers: Mapping[str, str] | None = None) -> IncidentMapping:
        """The guesses as a mapping. ``answers``: column → key of the answer; without one the likeliest is taken.

        Raises SheetError for an answer that the question does not have.
        """
        rules = tuple(_answered(guess, (answers or {}).get(guess.name)) for guess in self.columns)
        return IncidentMapping(name, source, rules, zone=self.zone, event_log=self.event_log)


def _answered(guess: ColumnGuess, key: str | None) -> ColumnRule:
    if guess.question is None:
        return guess.rule
    answers = {answer.key: answer for answer in guess.question.answers}
    if key is not None and key not in answers:
        raise SheetError(f"“{key}” is no answer here.", guess.name, f"Answers are {', '.join(answers)}.")
    answer = answers[key] if key is not None else guess.question.answers[0]
    return replace(guess.rule, format=answer.format, exceptions=answer.exceptions)


def guess_columns(
    sheet: Sheet,
    *,
    zone: str = "UTC",
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> SheetGuess:
    """Guess from the names, from a sample of rows, and for doubtful dates from all rows.

    ``zone`` is taken for times that name none. Raises SheetError for damage, SheetCancelled when asked to stop.
    """
    walk = _Walk(sheet, on_progress, cancelled)
    rows, sample = walk.sample()
    views = [
        ColumnView(
            name, tuple(row[place].strip() for row in sample), frozenset(walk.empties[place]), walk.different(place)
        )
        for place, name in enumerate(sheet.columns)
    ]
    guesses = _settle([describe(view, *meaning_of(view.name)) for view in views])
    event_log = _is_log(guesses, views, rows)
    columns = [_as_guess(one, view) for one, view in zip(guesses, views, strict=True)]
    doubtful = [place for place, one in enumerate(guesses) if one.day_or_month]
    if doubtful:
        columns = _with_dates(walk, columns, views, doubtful)
    if not event_log:
        columns = [column if column.rule.field not in _LOG_ONLY else _dropped(column) for column in columns]
    return SheetGuess(sheet, rows, tuple(columns), event_log, zone)


_LOG_ONLY = frozenset({Field.UPDATED, Field.COUNTER})


class _Walk:
    """Walks over the rows of a sheet that have the right width."""

    def __init__(self, sheet: Sheet, on_progress: OnProgress | None, cancelled: Callable[[], bool] | None) -> None:
        self._sheet = sheet
        self._on_progress = on_progress
        self._cancelled = cancelled
        self._share = 0.0
        self.empties: list[set[str]] = [set() for _ in sheet.columns]
        self._seen: list[set[str]] = [set() for _ in sheet.columns]

    def _keep(self, share: float) -> None:
        self._share = share

    def _tick(self, rows: int) -> None:
        if self._cancelled is not None and self._cancelled():
            raise SheetCancelled
        if self._on_progress is not None:
            self._on_progress(self._share, rows)

    def sample(self) -> tuple[int, list[list[str]]]:
        """Count of rows, and the first of them with a fair sample of the others, in the order of the file."""
        pick = Random(0)
        head: list[list[str]] = []
        rest: list[tuple[int, list[str]]] = []
        width, rows, met = len(self._sheet.columns), 0, 0
        for row, cells in self._sheet.rows(self._keep):
            rows += 1
            if rows % _EVERY == 0:
                self._tick(rows)
            if len(cells) != width:
                continue
            self._meet(cells)
            met += 1
            if met <= _HEAD:
                head.append(cells)
            elif len(rest) < _SAMPLE:
                rest.append((row, cells))
            elif (slot := pick.randrange(met - _HEAD)) < _SAMPLE:
                rest[slot] = row, cells
        return rows, head + [cells for _, cells in sorted(rest, key=lambda one: one[0])]

    def _meet(self, cells: list[str]) -> None:
        for cell, seen, empties in zip(cells, self._seen, self.empties, strict=True):
            if cell in EMPTY_WORDS:
                empties.add(cell)
            elif len(seen) <= _FEW:
                seen.add(cell)

    def different(self, place: int) -> tuple[str, ...]:
        """All values of a column when they are few, else nothing."""
        seen = {value.strip() for value in self._seen[place]}
        return tuple(sorted(seen)) if len(self._seen[place]) <= _FEW else ()

    def dates(self, counts: Sequence[DateCount], nulls: Sequence[frozenset[str]], others: Sequence[int]) -> None:
        """Count every date of the columns."""
        width = len(self._sheet.columns)
        for number, (row, cells) in zip(counting(1), self._sheet.rows(self._keep), strict=False):
            if number % _EVERY == 0:
                self._tick(number)
            if len(cells) == width:
                for one in counts:
                    one.add(row, cells, nulls[one.place], others)


@dataclass(frozen=True, slots=True)
class _Settled:
    rule: ColumnRule
    treat: Treat
    note: str
    day_or_month: bool


def _settle(described: list[Described]) -> list[_Settled]:
    """Give each meaning to the surest column; the others are not read."""
    best: dict[str, int] = {}
    for place, one in enumerate(described):
        if one.meaning is not None and one.meaning != Meaning():
            key = one.meaning.key
            if key not in best or one.rank < described[best[key]].rank:
                best[key] = place
    keys = {place: key for key, place in best.items()}
    settled = []
    for place, one in enumerate(described):
        if place in keys:
            settled.append(_Settled(one.rule, one.treat, one.note, one.day_or_month))
        else:
            settled.append(_Settled(ColumnRule(one.rule.column, drop=True), Treat.DROP, one.note, False))
    return settled


def _is_log(guesses: list[_Settled], views: list[ColumnView], rows: int) -> bool:
    number = next((place for place, one in enumerate(guesses) if one.rule.field is Field.NUMBER), None)
    updated = any(one.rule.field is Field.UPDATED for one in guesses)
    if number is None or not updated or rows < 2:
        return False
    head = views[number].values[:_HEAD]
    return len(set(head)) < 0.9 * len(head)


def _as_guess(one: _Settled, view: ColumnView) -> ColumnGuess:
    nulls = tuple(sorted(view.empties - {""}))
    rule = replace(one.rule, nulls=nulls) if nulls and not one.rule.drop else one.rule
    return ColumnGuess(view.name, view.samples(), rule, one.treat, one.note, tuple(sorted(view.empties)))


def _dropped(column: ColumnGuess) -> ColumnGuess:
    return replace(column, rule=ColumnRule(column.name, drop=True), treat=Treat.DROP, question=None)


def _with_dates(
    walk: _Walk, columns: list[ColumnGuess], views: list[ColumnView], doubtful: list[int]
) -> list[ColumnGuess]:
    names = [view.name for view in views]
    others = [place for place, view in enumerate(views) if place not in doubtful and len(view.different) > 1]
    counts = {place: DateCount(names[place], place) for place in doubtful}
    walk.dates(list(counts.values()), [view.empties | {""} for view in views], others)
    decided = {one.decided for one in counts.values()} - {None}
    likely = decided.pop() if len(decided) == 1 else None
    for place, one in counts.items():
        question = question_of(one, names, _spans(columns, views, counts, place), likely)
        style = question.answers[0].format if question else one.decided or DateFormat.DAY_FIRST
        note = "Day or month?" if question else _NOTES[style]
        columns[place] = replace(
            columns[place], rule=replace(columns[place].rule, format=style), note=note, question=question
        )
    return columns


_NOTES = {DateFormat.DAY_FIRST: "Day/month/year", DateFormat.MONTH_FIRST: "Month/day/year"}


def _spans(
    columns: list[ColumnGuess], views: list[ColumnView], counts: Mapping[int, DateCount], asked: int
) -> Spans | None:
    """Rows that show what an answer means: the raising with its end, one of them the column asked about."""
    by_field = {column.rule.field: place for place, column in enumerate(columns) if column.rule.field}
    start = by_field.get(Field.RAISED)
    end = by_field.get(Field.RESOLVED, by_field.get(Field.CLOSED))
    number = by_field.get(Field.NUMBER)
    if start is None or end is None or number is None or asked not in (start, end):
        return None
    other = end if asked == start else start
    follows = other in counts and counts[other].decided is None
    style = counts[other].decided if other in counts else columns[other].rule.format
    return Spans(
        views[number].values,
        views[start].values,
        views[end].values,
        asked == start,
        style or columns[other].rule.format,
        follows,
    )
