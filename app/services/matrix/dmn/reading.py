"""Decision tables of a DMN file, 1.1 to 1.5, as they stand there: FEEL's rules about null hold (domain.md 2.1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from app.services.matrix.cells import AnyCell, Cell, CellError, ChoiceCell, RangeCell, YesNoCell
from app.services.matrix.dmn.markup import DmnError, Element, read_bytes, read_file
from app.services.matrix.dmn.names import AGGREGATIONS, MODELS, POLICIES
from app.services.matrix.foreign import DecisionTable
from app.services.matrix.foreign_records import (
    ColumnType,
    ForeignPolicy,
    ForeignRule,
    InputColumn,
    OutputColumn,
    Value,
)
from app.services.matrix.sfeel import read_sfeel, read_tests

_NUMBERS = frozenset({"number", "integer", "int", "long", "double", "float", "decimal"})
_TYPES = {"string": ColumnType.STRING, "boolean": ColumnType.BOOLEAN, "date": ColumnType.DATE}


@dataclass(frozen=True, slots=True)
class DmnFile:
    """What a file holds: its root for our own data, and its decision tables in order."""

    root: Element
    tables: tuple[DecisionTable, ...]


def read_dmn(path: Path | str) -> DmnFile:
    """The decision tables of a file. Raises `DmnError` naming table, rule and column of what cannot be read."""
    return _tables(read_file(path), Path(path).name)


def read_dmn_text(content: bytes, name: str = "The file") -> DmnFile:
    """The same from the bytes of a file."""
    return _tables(read_bytes(content, name), name)


def _tables(root: Element, name: str) -> DmnFile:
    if root.name != "definitions" or root.namespace not in MODELS:
        raise DmnError(f"{name} is not DMN 1.1 to 1.5.", "Choose a .dmn file of a decision table.")
    found = ((decision, decision.first("decisionTable")) for decision in root.all("decision"))
    tables = tuple(_table(decision, table) for decision, table in found if table is not None)
    if not tables:
        raise DmnError(f"{name} has no decision table.", "Other kinds of decisions cannot be read.")
    return DmnFile(root, tables)


def _table(decision: Element, table: Element) -> DecisionTable:
    title = decision.attributes.get("name") or decision.attributes.get("id") or "table"
    inputs = tuple(_input(one, title, at) for at, one in enumerate(table.all("input")))
    outputs = tuple(_output(one, title, at, decision) for at, one in enumerate(table.all("output")))
    if not outputs:
        raise DmnError(f"The table “{title}” decides nothing.", "Add an output column.")
    rows = list(table.all("rule"))
    rules = tuple(_rule(one, row, inputs, outputs, title) for row, one in enumerate(rows))
    inputs = tuple(_typed(one, [rule.cells[at] for rule in rules], title) for at, one in enumerate(inputs))
    return DecisionTable(
        id=decision.attributes.get("id", title),
        name=title,
        hit_policy=_policy(table, title),
        inputs=inputs,
        outputs=outputs,
        rules=rules,
    )


def _policy(table: Element, title: str) -> ForeignPolicy:
    said = table.attributes.get("hitPolicy", "UNIQUE").upper()
    if said == "COLLECT":
        aggregation = table.attributes.get("aggregation", "").upper()
        if aggregation in AGGREGATIONS:
            return AGGREGATIONS[aggregation]
        raise DmnError(f"The table “{title}” collects by “{aggregation}”.", "Known are SUM, MIN, MAX and COUNT.")
    if said not in POLICIES:
        raise DmnError(
            f"The table “{title}” has the hit policy “{said}”.", f"Known are {', '.join(POLICIES)}, COLLECT."
        )
    return POLICIES[said]


def _input(given: Element, title: str, at: int) -> InputColumn:
    expression = given.first("inputExpression")
    name = given.text_of("inputExpression")
    label = given.attributes.get("label") or name
    if expression is None or not name:
        raise DmnError(f"Column {at + 1} of “{title}” has no expression.", "Name the fact that it asks for.")
    allowed = given.text_of("inputValues")
    cell = _cell(allowed, f"the allowed values of {label}") if allowed else None
    return InputColumn(name, label, _type(expression.attributes.get("typeRef", "")), cell)


def _type(said: str) -> ColumnType:
    """By the local name; what says nothing counts as text until its cells say otherwise."""
    plain = said.rpartition(":")[2].lower()
    return ColumnType.NUMBER if plain in _NUMBERS else _TYPES.get(plain, ColumnType.STRING)


def _typed(column: InputColumn, cells: list[Cell], title: str) -> InputColumn:
    """The column with the type that its cells have, where nothing or something else was said of it."""
    kinds = {kind for cell in (*cells, column.allowed) if (kind := _kind(cell)) is not None}
    if len(kinds) > 1:
        named = " and ".join(sorted(kinds))
        raise DmnError(f"{column.label} in “{title}” compares with {named}.", "Keep a column to one kind of value.")
    found = ColumnType(kinds.pop()) if kinds else column.type
    return InputColumn(column.name, column.label, found, column.allowed)


def _kind(cell: Cell | None) -> str | None:
    if cell is None or isinstance(cell, AnyCell):
        return None
    if isinstance(cell, ChoiceCell):
        return ColumnType.STRING.value
    if isinstance(cell, YesNoCell):
        return ColumnType.BOOLEAN.value
    return ColumnType.DATE.value if any(isinstance(end, date) for end in _ends(cell)) else ColumnType.NUMBER.value


def _ends(cell: RangeCell) -> Iterator[object]:
    return (end for one in cell.ranges for end in (one.low, one.high) if end is not None)


def _output(given: Element, title: str, at: int, decision: Element) -> OutputColumn:
    variable = decision.first("variable")
    name = given.attributes.get("name") or given.attributes.get("label")
    name = name or (variable.attributes.get("name") if variable is not None else None) or f"output {at + 1}"
    where = f"output {name} of “{title}”"
    allowed = given.text_of("outputValues")
    default = given.text_of("defaultOutputEntry")
    return OutputColumn(
        name,
        _values(allowed, f"the values of {where}") if allowed else (),
        _value(default, f"the default of {where}"),
    )


def _rule(
    given: Element, row: int, inputs: tuple[InputColumn, ...], outputs: tuple[OutputColumn, ...], title: str
) -> ForeignRule:
    whens, thens = list(given.all("inputEntry")), list(given.all("outputEntry"))
    if len(whens) != len(inputs) or len(thens) != len(outputs):
        raise DmnError(
            f"Rule {row + 1} of “{title}” has {len(whens)} conditions and {len(thens)} outcomes"
            f" for {len(inputs)} and {len(outputs)} columns.",
            "Export it again.",
        )
    cells = tuple(
        _cell(_text(one), f"rule {row + 1}, {column.label} of “{title}”")
        for one, column in zip(whens, inputs, strict=True)
    )
    then = tuple(
        _value(_text(one), f"rule {row + 1}, {column.name} of “{title}”")
        for one, column in zip(thens, outputs, strict=True)
    )
    return ForeignRule(given.attributes.get("id") or str(row), cells, then)


def _text(given: Element) -> str:
    inner = given.first("text")
    return inner.text.strip() if inner is not None else ""


_read = lru_cache(maxsize=4096)(read_sfeel)
"""Columns say the same few things over and over."""


def _cell(text: str, where: str) -> Cell:
    try:
        return _read(text)
    except CellError as error:
        raise DmnError(f"In {where}: {error.what}", error.mend) from error


def _values(text: str, where: str) -> tuple[Value, ...]:
    try:
        tests = read_tests(text)
    except CellError as error:
        raise DmnError(f"In {where}: {error.what}", error.mend) from error
    if tests is None:
        return ()
    return tuple(_plain(one, where) for one in tests.items)


def _value(text: str, where: str) -> Value:
    """A literal outcome; nothing and ``null`` are none."""
    if text in ("", "-", "null"):
        return None
    found = _values(text, where)
    if len(found) != 1:
        raise DmnError(f"In {where}: “{text[:60]}” is not one value.", "Write one text, number or true or false.")
    return found[0]


def _plain(one: object, where: str) -> Value:
    if isinstance(one, date):
        return one.isoformat()
    if isinstance(one, str | bool) or hasattr(one, "quantize"):
        return one  # type: ignore[return-value]  # a text, a truth or a Decimal
    raise DmnError(f"In {where}: a range is no outcome.", "Write one text, number or true or false.")
