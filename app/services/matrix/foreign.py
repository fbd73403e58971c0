"""Decision tables of others: any columns, any DMN hit policy, read by FEEL's rules about null (domain.md 2.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.services.matrix.bitsets import Chooser, Column, Words, encode, pack
from app.services.matrix.cells import AnyCell, Cell, ChoiceCell, FactValue, RangeCell, passes
from app.services.matrix.exact.axes import Axis, LineAxis, ValueAxis
from app.services.matrix.exact.report import VerifyReport, verify_rows
from app.services.matrix.foreign_records import (
    ADDING,
    LISTING,
    ColumnType,
    Decision,
    ForeignPolicy,
    ForeignRule,
    InputColumn,
    OutputColumn,
    Value,
    aggregate,
    named_values,
    read_input,
    read_output,
    read_rule,
    read_value,
)


@dataclass(frozen=True)
class DecisionTable:
    """A table as a DMN file has it. Rows and columns count from 0."""

    id: str
    name: str
    hit_policy: ForeignPolicy
    inputs: tuple[InputColumn, ...]
    outputs: tuple[OutputColumn, ...]
    rules: tuple[ForeignRule, ...]

    @classmethod
    def from_json(cls, given: Mapping[str, Any]) -> DecisionTable:
        """A table of the format ``escalation-desk/dmn-table-cases/1``; raises `CellError` or `KeyError`."""
        return cls(
            id=given["id"],
            name=given["name"],
            hit_policy=ForeignPolicy(given["hit_policy"]),
            inputs=tuple(read_input(one) for one in given["inputs"]),
            outputs=tuple(read_output(one) for one in given["outputs"]),
            rules=tuple(read_rule(row, one) for row, one in enumerate(given["rules"])),
        )

    @classmethod
    def from_dmn(cls, path: Path | str) -> DecisionTable:
        """The first decision table of a DMN file, 1.1 to 1.5; raises `DmnError` naming what cannot be read."""
        from app.services.matrix.dmn.reading import read_dmn  # which makes tables of this kind

        return read_dmn(path).tables[0]

    def decide(self, facts: Mapping[str, object]) -> Decision:
        """The decision for ``facts`` by column name; a fact that is absent or of another kind is null."""
        values = [read_value(column, facts.get(column.name)) for column in self.inputs]
        matches = tuple(
            row
            for row, rule in enumerate(self.rules)
            if all(_passes(cell, value) for cell, value in zip(rule.cells, values, strict=True))
        )
        return self._decision(matches)

    def decide_many(self, columns: Mapping[str, Column]) -> NDArray[np.int32]:
        """The chosen rule for each row of ``columns`` (by column name); -1 for none or a violation.

        Under policies that answer with lists it is the first match. An absent column is null throughout.
        Raises `ValueError` for uneven lengths.
        """
        lengths = {len(columns[one.name]) for one in self.inputs if one.name in columns}
        if len(lengths) > 1:
            raise ValueError("the columns of facts are of different lengths")
        length = lengths.pop() if lengths else 0
        axes, chooser = self._compiled
        codes = []
        for column, axis in zip(self.inputs, axes, strict=True):
            given = columns.get(column.name)
            if given is None:
                codes.append(np.full(length, axis.size - 1, dtype=np.intp))
            else:
                codes.append(encode(given, axis, partial(read_value, column)))
        return chooser.choose(codes, length)

    def verify(self, *, limit: int = 200, seconds: float = 30.0) -> VerifyReport:
        """Every raw finding of contract.md, exact; lists of gaps cut at ``limit``, work at ``seconds``."""
        return verify_rows(
            self.closed_axes,
            [rule.cells for rule in self.rules],
            [rule.then for rule in self.rules],
            policy=self.hit_policy.value,
            ranks=[self.rank(row) for row in range(len(self.rules))],
            limit=limit,
            seconds=seconds,
        )

    def empty_column(self, row: int) -> int | None:
        """The first column of a rule whose cell no allowed value passes; ``None`` where there is none."""
        masks = (axis.mask(cell) for axis, cell in zip(self.closed_axes, self.rules[row].cells, strict=True))
        return next((column for column, mask in enumerate(masks) if not mask), None)

    def example(self, rows: Sequence[int]) -> dict[str, FactValue | None]:
        """Facts that all of ``rows`` match; where they share nothing in a column, any value of it."""
        found: dict[str, FactValue | None] = {}
        for column, axis in enumerate(self.closed_axes):
            mask = axis.full
            for row in rows:
                mask &= axis.mask(self.rules[row].cells[column])
            found[self.inputs[column].name] = axis.example(mask or axis.full)
        return found

    def rank(self, row: int) -> tuple[int, ...]:
        """The priority of a rule's outcome, smaller is higher; values that are not listed come last."""
        return tuple(
            column.allowed.index(value) if value in column.allowed else len(column.allowed)
            for column, value in zip(self.outputs, self.rules[row].then, strict=True)
        )

    def _decision(self, matches: tuple[int, ...]) -> Decision:
        policy = self.hit_policy
        if not matches:
            defaults = tuple(one.default for one in self.outputs)
            known = any(one is not None for one in defaults)
            return Decision(None, (), self._shown(defaults) if known else None)
        thens = [self.rules[row].then for row in matches]
        if policy is ForeignPolicy.UNIQUE and len(matches) > 1:
            return Decision(None, matches, None, "more than one rule matches")
        if policy is ForeignPolicy.ANY and any(one != thens[0] for one in thens):
            return Decision(None, matches, None, "rules with different outcomes match")
        if policy in LISTING:
            order = sorted(matches, key=self.rank) if policy is ForeignPolicy.OUTPUT_ORDER else matches
            return Decision(order[0], matches, [self._shown(self.rules[row].then) for row in order])
        if policy in ADDING:
            return Decision(matches[0], matches, aggregate(policy, [one[0] for one in thens]))
        chosen = min(matches, key=self.rank) if policy is ForeignPolicy.PRIORITY else matches[0]
        return Decision(chosen, matches, self._shown(self.rules[chosen].then))

    def _shown(self, then: tuple[Value, ...]) -> Any:
        if len(then) == 1:
            return then[0]
        return {column.name: value for column, value in zip(self.outputs, then, strict=True)}

    @cached_property
    def _compiled(self) -> tuple[list[Axis], Chooser]:
        axes = [self._open_axis(column) for column in range(len(self.inputs))]
        order = list(range(len(self.rules)))
        if self.hit_policy in (ForeignPolicy.PRIORITY, ForeignPolicy.OUTPUT_ORDER):
            order.sort(key=self.rank)
        packed = []
        for column, axis in enumerate(axes):
            masks = [_null_mask(axis, self.rules[row].cells[column]) for row in order]
            packed.append(pack(masks, axis.size, len(order)))
        return axes, Chooser(packed, order, self._clashes(order))

    def _clashes(self, order: list[int]) -> Words | None:
        if self.hit_policy not in (ForeignPolicy.UNIQUE, ForeignPolicy.ANY):
            return None
        every = (1 << len(order)) - 1
        allowed: dict[object, int] = {}
        for row in order:
            key = row if self.hit_policy is ForeignPolicy.UNIQUE else self.rules[row].then
            allowed[key] = allowed.get(key, 0) | (1 << row)
        keys = [row if self.hit_policy is ForeignPolicy.UNIQUE else self.rules[row].then for row in order]
        return pack([every & ~allowed[key] for key in keys], len(order), len(order))

    def _open_axis(self, column: int) -> Axis:
        kind = self.inputs[column].type
        cells = [rule.cells[column] for rule in self.rules]
        if kind in (ColumnType.STRING, ColumnType.BOOLEAN):
            return ValueAxis(named_values(kind, cells, None), open_world=True, unknown=True)
        return LineAxis(cells, dates=kind is ColumnType.DATE, discrete=False, unknown=True)

    @cached_property
    def closed_axes(self) -> list[Axis]:
        """The columns as verification sees them: inside their allowed values, nothing unknown."""
        return [self._closed_axis(column) for column in range(len(self.inputs))]

    def _closed_axis(self, column: int) -> Axis:
        """The column as verification sees it: inside its allowed values, and nothing unknown."""
        one = self.inputs[column]
        cells = [rule.cells[column] for rule in self.rules]
        if one.type in (ColumnType.STRING, ColumnType.BOOLEAN):
            is_open = one.type is ColumnType.STRING and not isinstance(one.allowed, ChoiceCell)
            return ValueAxis(named_values(one.type, cells, one.allowed), open_world=is_open)
        domain = one.allowed if isinstance(one.allowed, RangeCell) else None
        dates = one.type is ColumnType.DATE
        return LineAxis(cells, domain=domain, dates=dates, discrete=dates)


def _passes(cell: Cell, value: FactValue | None) -> bool:
    if value is None:
        return isinstance(cell, AnyCell) or (isinstance(cell, ChoiceCell) and cell.negated)
    return passes(cell, value)


def _null_mask(axis: Axis, cell: Cell) -> int:
    return axis.mask(cell) | (axis.unknown if _passes(cell, None) else 0)
