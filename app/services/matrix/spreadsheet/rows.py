"""Each row of a sheet with what it would do to the matrix: known already, new, or not understood."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.services.matrix.cells import ANY, Cell
from app.services.matrix.exact.axes import Axis
from app.services.matrix.policy import Policy
from app.services.matrix.sfeel import read_sfeel
from app.services.matrix.spreadsheet.drawn import DrawnRow, DrawnTable, Outcome, Use
from app.services.matrix.spreadsheet.meaning import Meaning, Meanings, Unclear
from app.services.matrix.table import TriggerRecord
from app.services.matrix.verify.space import make_axis

_THEN = (Outcome.TIER, Outcome.OWNER, Outcome.PATH, Outcome.TARGET_CLASS)


class Effect(StrEnum):
    """What a row would do."""

    SAME = "same"
    INSIDE = "inside"
    NEW = "new"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class UnderstoodRow:
    """A row with what each of its columns means; ``trigger`` is the number of the one that says it already."""

    row: DrawnRow
    meanings: Mapping[str, Meaning | Unclear]
    effect: Effect
    trigger: int | None = None
    values: Mapping[Use, str] | None = None

    @property
    def unclear(self) -> Iterator[tuple[str, Unclear]]:
        """The columns that were not understood."""
        return ((column, one) for column, one in self.meanings.items() if isinstance(one, Unclear))

    @property
    def guessed(self) -> tuple[str, ...]:
        """The columns that were guessed."""
        return tuple(name for name, one in self.meanings.items() if isinstance(one, Meaning) and one.guessed)


@dataclass(frozen=True, slots=True)
class Understood:
    """A whole sheet. ``unused`` are the columns that say nothing here."""

    rows: tuple[UnderstoodRow, ...]
    uses: Mapping[str, Use]
    unused: tuple[str, ...]

    def of(self, effect: Effect) -> tuple[UnderstoodRow, ...]:
        """The rows that do this."""
        return tuple(one for one in self.rows if one.effect is effect)


def understand(drawn: DrawnTable, uses: Mapping[str, Use], policy: Policy, meanings: Meanings) -> Understood:
    """Reads every row. What a sheet has no column for is *any*, and of outcomes what the catch-all says."""
    compare = _Compare(policy)
    rows = tuple(_row(one, drawn.columns, uses, policy, meanings, compare) for one in drawn.rows)
    return Understood(rows, dict(uses), tuple(one for one in drawn.columns if not uses.get(one)))


def _row(
    row: DrawnRow,
    columns: Sequence[str],
    uses: Mapping[str, Use],
    policy: Policy,
    meanings: Meanings,
    compare: _Compare,
) -> UnderstoodRow:
    read = {name: meanings.read(uses[name], text) for name, text in zip(columns, row.texts, strict=True) if uses[name]}
    if any(isinstance(one, Unclear) for one in read.values()):
        return UnderstoodRow(row, read, Effect.UNCLEAR)
    values = {uses[name]: one.value for name, one in read.items() if isinstance(one, Meaning)}
    for outcome in _THEN:
        values.setdefault(outcome, _default(policy, outcome))
    effect, number = compare.effect(values)
    return UnderstoodRow(row, read, effect, number, values)


def _default(policy: Policy, outcome: Outcome) -> str:
    catch_all = policy.catch_all
    if catch_all is None:
        return ""
    then = catch_all.outcome
    if outcome is Outcome.TIER:
        return policy.tier_at(then.tier).key
    return {Outcome.OWNER: then.owner, Outcome.PATH: then.path, Outcome.TARGET_CLASS: then.target_class}[outcome]


class _Compare:
    """Whether the triggers that stand say already what a row says."""

    def __init__(self, policy: Policy) -> None:
        self._dimensions = policy.table.dimensions
        self._triggers = policy.table.triggers
        self._ranks = {tier.key: tier.rank for tier in policy.tiers}

    def effect(self, values: Mapping[Use, str]) -> tuple[Effect, int | None]:
        cells = tuple(read_sfeel(values.get(one.key, "-")) for one in self._dimensions)
        alike = [one for one in self._triggers if self._outcome(one) == self._then(values)]
        same = next((one.number for one in alike if one.cells == cells), None)
        if same is not None:
            return Effect.SAME, same
        inside = next((one.number for one in alike if self._contains(one.cells, cells)), None)
        return (Effect.INSIDE, inside) if inside is not None else (Effect.NEW, None)

    def _then(self, values: Mapping[Use, str]) -> tuple[int | None, str, str, str]:
        rank = self._ranks.get(values[Outcome.TIER])
        return rank, values[Outcome.OWNER], values[Outcome.PATH], values[Outcome.TARGET_CLASS]

    @staticmethod
    def _outcome(one: TriggerRecord) -> tuple[int | None, str, str, str]:
        then = one.outcome
        return then.tier, then.owner, then.path, then.target_class

    def _contains(self, outer: Sequence[Cell], inner: Sequence[Cell]) -> bool:
        for dimension, wide, narrow in zip(self._dimensions, outer, inner, strict=True):
            if wide in (ANY, narrow):
                continue
            axis: Axis = make_axis(dimension, (wide, narrow), unknown=True)
            if axis.mask(narrow) & ~axis.mask(wide):
                return False
        return True


def trigger_document(values: Mapping[Use, str], number: int, dimensions: Sequence[str]) -> dict[str, Any]:
    """A trigger of the document ``escalation-desk/matrix/1``."""
    return {
        "number": number,
        "cells": {key: values[key] for key in dimensions if values.get(key, "-") != "-"},
        "tier": values[Outcome.TIER],
        "owner": values[Outcome.OWNER],
        "path": values[Outcome.PATH],
        "class": values[Outcome.TARGET_CLASS],
        "reason": values.get(Outcome.REASON, ""),
    }
