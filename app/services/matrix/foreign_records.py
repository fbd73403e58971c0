"""The parts of a foreign decision table: columns, rules, what it decides, and reading them from JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeAlias

from app.services.matrix.cell_json import cell_from_json
from app.services.matrix.cells import Cell, CellError, ChoiceCell, FactValue, YesNoCell
from app.services.matrix.dimensions import read_day, read_number

Value: TypeAlias = str | bool | Decimal | None


class ForeignPolicy(StrEnum):
    """The hit policies of DMN by their letters; collecting ones with their aggregation."""

    UNIQUE = "U"
    ANY = "A"
    PRIORITY = "P"
    FIRST = "F"
    RULE_ORDER = "R"
    OUTPUT_ORDER = "O"
    COLLECT = "C"
    SUM = "C+"
    MINIMUM = "C<"
    MAXIMUM = "C>"
    COUNT = "C#"


class ColumnType(StrEnum):
    """What an input column holds."""

    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class InputColumn:
    """A column of conditions. ``allowed`` limits its values; a text column without it is an open world."""

    name: str
    label: str
    type: ColumnType
    allowed: Cell | None = None


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column of outcomes. ``allowed`` is the order of priority, highest first."""

    name: str
    allowed: tuple[Value, ...] = ()
    default: Value = None


@dataclass(frozen=True, slots=True)
class ForeignRule:
    """One row: a cell for each input and a value for each output."""

    id: str
    cells: tuple[Cell, ...]
    then: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a foreign table decides. ``violation`` says why a hit policy refuses to; ``outcome`` is then ``None``.

    The outcome is one value, a mapping by output name where there are several, or a list of those under
    the policies that answer with lists. ``chosen`` is the rule (0-based) whose outcome it is.
    """

    chosen: int | None
    matches: tuple[int, ...]
    outcome: Any
    violation: str = ""


LISTING = frozenset({ForeignPolicy.RULE_ORDER, ForeignPolicy.OUTPUT_ORDER, ForeignPolicy.COLLECT})
ADDING = frozenset({ForeignPolicy.SUM, ForeignPolicy.MINIMUM, ForeignPolicy.MAXIMUM, ForeignPolicy.COUNT})


def aggregate(policy: ForeignPolicy, values: list[Value]) -> Value:
    if policy is ForeignPolicy.COUNT:
        return Decimal(len(values))
    numbers = [one for one in values if isinstance(one, Decimal)]
    if len(numbers) != len(values):
        return None
    if policy is ForeignPolicy.SUM:
        return sum(numbers, Decimal(0))
    return min(numbers) if policy is ForeignPolicy.MINIMUM else max(numbers)


def named_values(kind: ColumnType, cells: list[Cell], allowed: Cell | None) -> list[str | bool]:
    """The values of a column: those allowed, or else those that any cell names."""
    if kind is ColumnType.BOOLEAN:
        return [allowed.value] if isinstance(allowed, YesNoCell) else [False, True]
    if isinstance(allowed, ChoiceCell) and not allowed.negated:
        return list(allowed.keys)
    return [key for cell in cells if isinstance(cell, ChoiceCell) for key in cell.keys]


def _value(given: object) -> Value:
    if given is None or isinstance(given, bool | str):
        return given
    number = read_number(given)
    if number is None:
        raise CellError(f"{given!r} is not a value.", "Use text, a number or true and false.")
    return number


def read_value(column: InputColumn, value: object) -> FactValue | None:
    if column.type is ColumnType.BOOLEAN:
        return value if isinstance(value, bool) else None
    if column.type is ColumnType.STRING:
        return value if isinstance(value, str) else None
    if column.type is ColumnType.DATE:
        return read_day(value)
    return None if isinstance(value, str) else read_number(value)


def read_input(given: Mapping[str, Any]) -> InputColumn:
    """An input column of ``escalation-desk/dmn-table-cases/1``."""
    allowed = cell_from_json(given["allowed"]) if given.get("allowed") else None
    name = given["expression"]
    return InputColumn(name, given.get("label") or name, ColumnType(given["type"]), allowed)


def read_output(given: Mapping[str, Any]) -> OutputColumn:
    """An output column of that format."""
    allowed = tuple(_value(one) for one in (given.get("allowed") or {}).get("in", ()))
    return OutputColumn(given["name"], allowed, _value(given.get("default")))


def read_rule(row: int, given: Mapping[str, Any]) -> ForeignRule:
    """A rule of that format."""
    cells = tuple(cell_from_json(cell) for cell in given["when"])
    return ForeignRule(given.get("id") or str(row), cells, tuple(_value(one) for one in given["then"]))
