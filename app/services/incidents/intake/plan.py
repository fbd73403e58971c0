"""A mapping laid over the columns of one file: which cell is read how, with everything read twice remembered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.services.incidents.intake.instants import AFTER_RAISED, DateFormat, Oddity, read_local, to_instant, zone_named
from app.services.incidents.intake.mapping import ColumnRule, FactKind, Field, IncidentMapping, Unreadable, check
from app.services.incidents.intake.records import FactValue
from app.services.incidents.intake.report import Tallies
from app.services.incidents.intake.values import choice_key, masked, read_number, read_whole, read_yes_no
from app.services.sheets.errors import SheetError

Cells = Sequence[str]
"""The cells that the plan uses, in its own order."""
_MEMORY = 50_000


class LeftOut(Exception):
    """Why an incident is not handed on. ``row`` is 0 where no single row is at fault."""

    def __init__(self, key: str, words: str, row: int, value: str = "") -> None:
        super().__init__(key)
        self.key = key
        self.words = words
        self.row = row
        self.value = value


@dataclass(slots=True)
class Column:
    """One used column: where its cell stands among the used ones, and what it means."""

    rule: ColumnRule
    place: int
    nulls: frozenset[str]

    def text(self, cells: Cells) -> str | None:
        """The cell without outer blanks; None when it means empty."""
        raw = cells[self.place].strip()
        return None if raw in self.nulls else raw

    def unreadable(self, text: str, row: int, tallies: Tallies, number: str) -> None:
        """Leave the incident out, or note that the value is taken as empty, as the mapping wants it."""
        words = f"{self.rule.column} cannot be read"
        if self.rule.unreadable is Unreadable.LEAVE_OUT:
            raise LeftOut(f"unreadable:{self.rule.column}", words, row, text)
        tallies.note(f"unreadable:{self.rule.column}", f"{words}: taken as empty", row, number, text)


@dataclass(slots=True)
class TimeColumn(Column):
    """A column of instants."""

    zone_name: str = "UTC"
    exceptions: dict[tuple[int, str], DateFormat] = field(default_factory=dict)
    """(place of the other column, its value) → format."""
    _known: dict[tuple[DateFormat, str], tuple[datetime, Oddity | None] | None] = field(default_factory=dict)

    def instant(
        self, cells: Cells, raised: datetime | None, row: int, tallies: Tallies, number: str
    ) -> datetime | None:
        """The instant in the cell, None when it is empty. Raises LeftOut when it cannot be read."""
        text = self.text(cells)
        if text is None:
            return None
        style = self.rule.format
        for (place, value), other in self.exceptions.items():
            if cells[place].strip() == value:
                style = other
        if style in AFTER_RAISED:
            return self._after(text, AFTER_RAISED[style], raised, row, tallies, number)
        key = (style, text)
        if key not in self._known:
            if len(self._known) > _MEMORY:
                self._known.clear()
            self._known[key] = self._read(text, style)
        known = self._known[key]
        if known is None:
            self.unreadable(text, row, tallies, number)
            return None
        if known[1] is not None:
            self._note(known[1], text, row, tallies, number)
        return known[0]

    def _read(self, text: str, style: DateFormat) -> tuple[datetime, Oddity | None] | None:
        local = read_local(text, style)
        reading = None if local is None else to_instant(local, zone_named(self.zone_name))
        return None if reading is None else (reading.at, reading.oddity)

    def _after(
        self, text: str, unit: int, raised: datetime | None, row: int, tallies: Tallies, number: str
    ) -> datetime | None:
        amount = read_number(text, self.rule.decimal)
        try:
            if amount is not None and raised is not None:
                return raised + timedelta(seconds=float(amount) * unit)
        except OverflowError:
            pass
        self.unreadable(text, row, tallies, number)
        return None

    def _note(self, oddity: Oddity, text: str, row: int, tallies: Tallies, number: str) -> None:
        where = f"in {self.zone_name}"
        if oddity is Oddity.TWICE:
            tallies.note("twice", f"in an hour that came twice {where}: read as the first", row, number, text)
        else:
            tallies.note("skipped", f"in an hour that was skipped {where}: moved forward", row, number, text)


@dataclass(slots=True)
class ValueColumn(Column):
    """A column of names, states or fact values."""

    salt: bytes = b""
    labels: dict[str, str] = field(default_factory=dict)
    """Key of a choice → how the source spells it."""
    _keys: dict[str, str] = field(default_factory=dict)

    def name(self, cells: Cells) -> str | None:
        """The text, masked where the mapping wants it."""
        text = self.text(cells)
        return masked(text, self.salt) if text is not None and self.rule.mask else text

    def whole(self, cells: Cells, row: int, tallies: Tallies, number: str) -> int:
        """The whole number in the cell, 0 when it is empty."""
        text = self.text(cells)
        value = 0 if text is None else read_whole(text)
        if value is None:
            self.unreadable(text or "", row, tallies, number)
        return value or 0

    def yes_no(self, cells: Cells, row: int, tallies: Tallies, number: str) -> bool | None:
        """Yes or no, through the choices of the mapping where it has some."""
        text = self.text(cells)
        if text is None:
            return None
        value = read_yes_no(self.rule.choices.get(text, text))
        if value is None:
            self.unreadable(text, row, tallies, number)
        return value

    def value(self, cells: Cells, row: int, tallies: Tallies, number: str) -> FactValue | None:
        """The value of the fact, None when it is empty or taken so."""
        text = self.text(cells)
        if text is None:
            return None
        if self.rule.kind is FactKind.CHOICE:
            return self._choice(text, row, tallies, number)
        if self.rule.kind is FactKind.TEXT:
            return self.name(cells)
        value = _READERS[self.rule.kind](text, self.rule)
        if value is None:
            self.unreadable(text, row, tallies, number)
        return value

    def _choice(self, text: str, row: int, tallies: Tallies, number: str) -> str:
        key = self.rule.choices.get(text)
        if key is not None:
            return key
        if self.rule.choices:
            tallies.note(
                f"choice:{self.rule.column}",
                f"{self.rule.column} not in the mapping: kept as it stands",
                row,
                number,
                text,
            )
        key = self._keys.get(text)
        if key is None:
            key = choice_key(text)
            if self.labels.setdefault(key, text) != text:
                key = f"{key}_{masked(text, b'')[-4:]}"  # two spellings that would share a key
                self.labels[key] = text
            self._keys[text] = key
        return key


def _date_of(text: str, rule: ColumnRule) -> FactValue | None:
    local = read_local(text, rule.format)
    return None if local is None else local.date()


def _percent_of(text: str, rule: ColumnRule) -> FactValue | None:
    value = read_number(text.removesuffix("%").rstrip(), rule.decimal)
    return value if value is not None and 0 <= value <= 100 else None


_READERS: dict[FactKind, Callable[[str, ColumnRule], FactValue | None]] = {
    FactKind.NUMBER: lambda text, rule: read_number(text, rule.decimal),
    FactKind.MONEY: lambda text, rule: read_number(text, rule.decimal),
    FactKind.HOURS: lambda text, rule: read_number(text, rule.decimal),
    FactKind.PERCENT: _percent_of,
    FactKind.WHOLE: lambda text, _rule: read_whole(text),
    FactKind.YES_NO: lambda text, rule: read_yes_no(rule.choices.get(text, text)),
    FactKind.DATE: _date_of,
}


@dataclass(slots=True)
class Plan:
    """The used columns of one file. ``picked`` are their places in a row of the file."""

    mapping: IncidentMapping
    picked: tuple[int, ...]
    number: Column
    times: dict[Field, TimeColumn]
    values: dict[Field, ValueColumn]
    facts: tuple[ValueColumn, ...]
    width: int

    @property
    def used(self) -> list[Column]:
        """All columns that are read."""
        return [self.number, *self.times.values(), *self.values.values(), *self.facts]


def make_plan(mapping: IncidentMapping, columns: Sequence[str], salt: bytes) -> Plan:
    """Lay a mapping over the columns of a file. Raises SheetError when they do not fit."""
    check(mapping)
    wanted = [rule for rule in mapping.columns if not rule.drop]
    others = {exception.column for rule in wanted for exception in rule.exceptions}
    names = list(dict.fromkeys([rule.column for rule in wanted] + sorted(others)))
    missing = [name for name in names if name not in columns]
    if missing:
        listed = ", ".join(f"“{name}”" for name in missing[:8])
        raise SheetError(
            f"The mapping “{mapping.name}” reads columns that the file does not have: {listed}.",
            "Row 1",
            "Choose the mapping that belongs to this file, or correct it.",
        )
    places = {name: place for place, name in enumerate(names)}
    plan = Plan(
        mapping,
        tuple(list(columns).index(name) for name in names),
        Column(wanted[0], 0, frozenset()),
        {},
        {},
        (),
        len(columns),
    )
    for rule in wanted:
        _add(plan, rule, places, salt)
    return plan


def _add(plan: Plan, rule: ColumnRule, places: dict[str, int], salt: bytes) -> None:
    words = rule.nulls if rule.nulls is not None else plan.mapping.nulls
    nulls = frozenset(word.strip() for word in words) | {""}
    place = places[rule.column]
    if rule.field is Field.NUMBER:
        plan.number = Column(rule, place, nulls)
    elif rule.field is not None and rule.is_time:
        zone = rule.zone or plan.mapping.zone
        zone_named(zone)
        exceptions = {(places[one.column], one.value): one.format for one in rule.exceptions}
        plan.times[rule.field] = TimeColumn(rule, place, nulls, zone, exceptions)
    elif rule.field is not None:
        plan.values[rule.field] = ValueColumn(rule, place, nulls, salt)
    else:
        column = ValueColumn(rule, place, nulls, salt)
        for label, key in rule.choices.items():
            column.labels.setdefault(key, label)
        plan.facts = (*plan.facts, column)
