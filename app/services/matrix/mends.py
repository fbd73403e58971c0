"""What mends a finding: changes of a draft as values. The editor turns them into undoable operations.

`apply` shows what a change would make of a table, which is how the editor previews it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from app.models.enums import HitPolicy
from app.services.matrix.cells import Cell
from app.services.matrix.table import AcceptedGap, MatrixTable, OutcomeRecord, TriggerRecord


@dataclass(frozen=True, slots=True)
class AddTrigger:
    """Adds a trigger with these cells behind ``after`` (an id; ``None`` is at the end), to be filled in by people."""

    cells: tuple[Cell, ...]
    after: str | None
    outcome: OutcomeRecord | None


@dataclass(frozen=True, slots=True)
class UseCatchAll:
    """Answers the box by the catch-all, knowingly."""

    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class RemoveTrigger:
    """Removes the trigger with this id."""

    trigger: str


@dataclass(frozen=True, slots=True)
class RaiseTrigger:
    """Puts a trigger before another one, on another tier where ``tier`` is given."""

    trigger: str
    before: str | None
    tier: int | None = None


@dataclass(frozen=True, slots=True)
class NarrowCell:
    """Writes another cell for one dimension (by key) of a trigger."""

    trigger: str
    dimension: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class MergeTriggers:
    """Makes one of two triggers: ``keep`` gets ``cell`` for ``dimension``, ``remove`` goes."""

    keep: str
    remove: str
    dimension: str
    cell: Cell


@dataclass(frozen=True, slots=True)
class ChooseHitPolicy:
    """Lets another hit policy decide which trigger wins."""

    policy: HitPolicy


@dataclass(frozen=True, slots=True)
class ChooseReference:
    """Asks people to choose a tier, owner, path or target class that exists.

    ``field`` is that of `OutcomeRecord`; ``trigger`` is ``None`` for the catch-all. ``value`` is the
    nearest that is there, ``None`` where nothing is near.
    """

    trigger: str | None
    field: str
    value: str | int | None


Change: TypeAlias = (
    AddTrigger
    | UseCatchAll
    | RemoveTrigger
    | RaiseTrigger
    | NarrowCell
    | MergeTriggers
    | ChooseHitPolicy
    | ChooseReference
)


@dataclass(frozen=True, slots=True)
class Mend:
    """A change that a person may choose, with the words for its button."""

    label: str
    change: Change


def apply(table: MatrixTable, change: Change, new_id: Callable[[], str]) -> MatrixTable:
    """``table`` after ``change``. Raises `KeyError` for a trigger that is not there.

    A trigger added without an outcome gets that of the catch-all; choosing nothing changes nothing.
    """
    if isinstance(change, AddTrigger):
        return _added(table, change, new_id())
    if isinstance(change, UseCatchAll):
        return replace(table, accepted_gaps=(*table.accepted_gaps, AcceptedGap(new_id(), change.cells)))
    if isinstance(change, RemoveTrigger):
        return _without(table, change.trigger)
    if isinstance(change, RaiseTrigger):
        return _raised(table, change)
    if isinstance(change, NarrowCell):
        return _with_cell(table, change.trigger, change.dimension, change.cell)
    if isinstance(change, MergeTriggers):
        return _without(_with_cell(table, change.keep, change.dimension, change.cell), change.remove)
    if isinstance(change, ChooseHitPolicy):
        return replace(table, hit_policy=change.policy)
    return _chosen(table, change)


def _place(table: MatrixTable, trigger: str) -> int:
    for place, one in enumerate(table.triggers):
        if one.id == trigger:
            return place
    raise KeyError(trigger)


def _swapped(table: MatrixTable, place: int, trigger: TriggerRecord) -> MatrixTable:
    return replace(table, triggers=(*table.triggers[:place], trigger, *table.triggers[place + 1 :]))


def _without(table: MatrixTable, trigger: str) -> MatrixTable:
    place = _place(table, trigger)
    return replace(table, triggers=(*table.triggers[:place], *table.triggers[place + 1 :]))


def _with_cell(table: MatrixTable, trigger: str, dimension: str, cell: Cell) -> MatrixTable:
    place, column = _place(table, trigger), table.position_of(dimension)
    old = table.triggers[place]
    return _swapped(table, place, replace(old, cells=(*old.cells[:column], cell, *old.cells[column + 1 :])))


def _added(table: MatrixTable, change: AddTrigger, identity: str) -> MatrixTable:
    outcome = change.outcome or (table.catch_all.outcome if table.catch_all else OutcomeRecord(1, "", "", ""))
    number = max((one.number for one in table.triggers), default=0) + 1
    place = _place(table, change.after) + 1 if change.after is not None else len(table.triggers)
    made = TriggerRecord(identity, number, change.cells, outcome)
    return replace(table, triggers=(*table.triggers[:place], made, *table.triggers[place:]))


def _raised(table: MatrixTable, change: RaiseTrigger) -> MatrixTable:
    moved = table.triggers[_place(table, change.trigger)]
    if change.tier is not None:
        moved = replace(moved, outcome=replace(moved.outcome, tier=change.tier))
    if change.before is None:
        return _swapped(table, _place(table, change.trigger), moved)
    rest = _without(table, change.trigger)
    place = _place(rest, change.before)
    return replace(rest, triggers=(*rest.triggers[:place], moved, *rest.triggers[place:]))


def _chosen(table: MatrixTable, change: ChooseReference) -> MatrixTable:
    if change.value is None:
        return table
    if change.trigger is None:
        if table.catch_all is None:
            return table
        outcome = _refer(table.catch_all.outcome, change.field, change.value)
        return replace(table, catch_all=replace(table.catch_all, outcome=outcome))
    place = _place(table, change.trigger)
    old = table.triggers[place]
    return _swapped(table, place, replace(old, outcome=_refer(old.outcome, change.field, change.value)))


def _refer(outcome: OutcomeRecord, field: str, value: str | int) -> OutcomeRecord:
    if field == "tier" and isinstance(value, int):
        return replace(outcome, tier=value)
    if field == "owner":
        return replace(outcome, owner=str(value))
    if field == "path":
        return replace(outcome, path=str(value))
    if field == "target_class":
        return replace(outcome, target_class=str(value))
    raise KeyError(field)
