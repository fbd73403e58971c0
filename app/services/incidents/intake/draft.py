"""A mapping while somebody works on it: what was guessed, what was changed, what is still asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.services.incidents.intake.guess import ColumnGuess, SheetGuess, guess_columns
from app.services.incidents.intake.guess_columns import Treat
from app.services.incidents.intake.guess_dates import Question
from app.services.incidents.intake.guess_names import plain_name
from app.services.incidents.intake.instants import DateFormat
from app.services.incidents.intake.mapping import (
    MASKABLE,
    TIMES,
    ColumnRule,
    FactKind,
    Field,
    IncidentMapping,
    check,
)
from app.services.incidents.intake.shipped import fits, shipped_for
from app.services.sheets.errors import SheetError
from app.services.sheets.reading import open_sheet

NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class ColumnDraft:
    """One column. ``rule`` keeps its meaning while the column is dropped, so that it can be kept again."""

    name: str
    samples: tuple[str, ...]
    rule: ColumnRule
    note: str = ""
    dropped: bool = False
    question: Question | None = None

    @property
    def reading(self) -> str:
        """``field raised``, ``fact severity`` or ``nothing``."""
        if self.rule.field is not None:
            return f"field {self.rule.field.value}"
        return f"fact {self.rule.fact}" if self.rule.fact else NOTHING

    @property
    def treat(self) -> Treat:
        """Whether its values are kept, masked or dropped."""
        if self.dropped or self.reading == NOTHING:
            return Treat.DROP
        return Treat.MASK if self.rule.mask else Treat.KEEP

    @property
    def maskable(self) -> bool:
        """Whether a mask makes sense: names do, times do not."""
        return self.rule.field in MASKABLE

    @property
    def final_rule(self) -> ColumnRule:
        """The rule as the mapping has it."""
        return ColumnRule(self.name, drop=True) if self.treat is Treat.DROP else self.rule


@dataclass(frozen=True, slots=True)
class Draft:
    """A whole mapping in the making. ``base`` gives all but the columns."""

    base: IncidentMapping
    columns: tuple[ColumnDraft, ...]
    answers: Mapping[str, str] = field(default_factory=dict)

    def mapping(self) -> IncidentMapping:
        """The mapping as it stands; open questions are read with their likeliest answer."""
        return replace(self.base, columns=tuple(_answered(one, self.answers.get(one.name)) for one in self.columns))

    @property
    def questions(self) -> tuple[Question, ...]:
        """Questions about columns that are read."""
        return tuple(one.question for one in self.columns if one.question and one.treat is not Treat.DROP)

    @property
    def asked(self) -> tuple[tuple[Question, ...], ...]:
        """The questions as they are asked: columns in the same doubt are asked about once, by the first of them."""
        groups: dict[frozenset[object], list[Question]] = {}
        for question in self.questions:
            doubt = frozenset((one.key, one.exceptions) for one in question.answers)
            groups.setdefault(doubt, []).append(question)
        return tuple(tuple(group) for group in groups.values())

    @property
    def open_questions(self) -> tuple[Question, ...]:
        """Those that nobody has answered."""
        return tuple(one for one in self.questions if one.column not in self.answers)

    @property
    def problem(self) -> str:
        """Why this is no mapping yet, in words; empty when it is one."""
        try:
            check(self.mapping())
        except SheetError as error:
            return f"{error.fault} {error.mend}".strip()
        return ""

    def column(self, name: str) -> ColumnDraft:
        """The column of that name."""
        return next(one for one in self.columns if one.name == name)

    # --- changes

    def with_answer(self, column: str, key: str) -> Draft:
        """A question answered, for every column that was in the same doubt."""
        together = next((group for group in self.asked if column in {one.column for one in group}), ())
        alike = {one.column: key for one in together} or {column: key}
        return replace(self, answers={**self.answers, **alike})

    def with_zone(self, zone: str) -> Draft:
        """Another zone for times that name none."""
        return replace(self, base=replace(self.base, zone=zone))

    def with_name(self, name: str) -> Draft:
        """Another name; the source by which incidents are known again goes with it."""
        return replace(self, base=replace(self.base, name=name, source=name))

    def with_treat(self, column: str, treat: Treat) -> Draft:
        """Keep, mask or drop; what meant nothing yet becomes a fact in its own words when it is kept."""

        def change(one: ColumnDraft) -> ColumnDraft:
            rule = one.rule
            if treat is not Treat.DROP and one.reading == NOTHING:
                rule = ColumnRule(one.name, fact=plain_name(one.name) or "fact", kind=FactKind.TEXT)
            return replace(one, rule=replace(rule, mask=treat is Treat.MASK), dropped=treat is Treat.DROP)

        return self._changed(column, change)

    def with_reading(self, column: str, reading: str) -> Draft:
        """Another meaning; whichever column had it before means nothing then."""
        kind, _, key = reading.partition(" ")

        def change(one: ColumnDraft) -> ColumnDraft:
            nulls = one.rule.nulls
            if kind == NOTHING:
                return replace(one, rule=ColumnRule(one.name, nulls=nulls), note="", question=None)
            if kind == "fact":
                rule = ColumnRule(one.name, fact=key, nulls=nulls)
            else:
                rule = ColumnRule(one.name, field=Field(key), format=one.rule.format, nulls=nulls)
            question = one.question if rule.field in TIMES else None
            return replace(one, rule=rule, note="", dropped=False, question=question)

        freed = self
        for other in self.columns:
            if other.name != column and other.reading == reading and reading != NOTHING:
                freed = freed.with_reading(other.name, NOTHING)
        return freed._changed(column, change)

    def with_format(self, column: str, key: str) -> Draft:
        """Another format of a time, or another kind of a fact; a question about the format is settled by it."""

        def change(one: ColumnDraft) -> ColumnDraft:
            if one.rule.is_time:
                rule = replace(one.rule, format=DateFormat(key), exceptions=())
                return replace(one, rule=rule, note="", question=None)
            return replace(one, rule=replace(one.rule, kind=FactKind(key)), note="")

        return self._changed(column, change)

    def with_nulls(self, column: str, words: tuple[str, ...]) -> Draft:
        """Other words that mean *empty*; none of their own takes those of the mapping."""
        return self._changed(column, lambda one: replace(one, rule=replace(one.rule, nulls=words or None)))

    def _changed(self, column: str, change: Callable[[ColumnDraft], ColumnDraft]) -> Draft:
        return replace(self, columns=tuple(change(one) if one.name == column else one for one in self.columns))


def _answered(one: ColumnDraft, key: str | None) -> ColumnRule:
    rule = one.final_rule
    if one.question is None or rule.drop:
        return rule
    answer = next((answer for answer in one.question.answers if answer.key == key), one.question.answers[0])
    return replace(rule, format=answer.format, exceptions=answer.exceptions)


def draft_of(guess: SheetGuess, name: str) -> Draft:
    """What the file itself suggests."""
    base = IncidentMapping(name, name, (), zone=guess.zone, event_log=guess.event_log)
    return Draft(base, tuple(_guessed(one) for one in guess.columns))


def _guessed(one: ColumnGuess) -> ColumnDraft:
    rule = replace(one.rule, drop=False)
    return ColumnDraft(one.name, one.samples, rule, one.note, one.treat is Treat.DROP, one.question)


def draft_with(guess: SheetGuess, mapping: IncidentMapping) -> Draft:
    """What a mapping says, on the columns of a file."""
    rules = {rule.column: rule for rule in mapping.columns}
    notes = {one.name: one.note for one in guess.columns}
    columns = []
    for one in guess.columns:
        rule = rules.get(one.name, ColumnRule(one.name, drop=True))
        note = notes[one.name] if rule.drop else ""
        columns.append(ColumnDraft(one.name, one.samples, replace(rule, drop=False), note, rule.drop))
    return Draft(replace(mapping, columns=()), tuple(columns))


@dataclass(frozen=True, slots=True)
class Looked:
    """A file before anything is decided: what it suggests, and the shipped mapping that fits, if one does."""

    guess: SheetGuess
    shipped: IncidentMapping | None
    name: str

    def draft(self, mapping: IncidentMapping | None = None) -> Draft:
        """Where the work begins: with a mapping, or with the guesses."""
        return draft_of(self.guess, self.name) if mapping is None else draft_with(self.guess, mapping)

    def fits(self, mapping: IncidentMapping) -> bool:
        """Whether the file has every column that the mapping reads."""
        return fits(mapping, self.guess.sheet.columns)


def look(path: Path, zone: str) -> Looked:
    """Open a file and guess. Raises SheetError for one that cannot be used."""
    sheet = open_sheet(path)
    return Looked(guess_columns(sheet, zone=zone), shipped_for(sheet.columns), path.name.partition(".")[0])
