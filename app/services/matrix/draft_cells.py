"""Edits of many cells as one act: a paste, a fill, a replacement. All of it stands, or none of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from app.models import matrix as tables
from app.services.database.errors import Conflict, Difference, NotFound, StateError
from app.services.database.operations import handles
from app.services.database.work import UnitOfWork
from app.services.matrix.drafts import (
    ANY_TEXT,
    OUTCOME_FIELDS,
    DraftOperation,
    TriggerValues,
    next_number,
    open_draft,
    values_of,
)
from app.services.matrix.limits import LONGEST_CELL

MOST_CELLS = 50_000
"""Cells that one act may change; who means more has a file."""


@dataclass(frozen=True, slots=True)
class CellEdit:
    """One cell: ``column`` is the key of a dimension, or with ``then`` a field of the outcome."""

    trigger_id: str
    column: str
    text: str
    seen: str
    then: bool = False


@dataclass(frozen=True, slots=True)
class WholeTrigger:
    """A trigger that comes or goes, with all that it says."""

    trigger_id: str
    values: TriggerValues


@dataclass(frozen=True, kw_only=True)
class ChangeCells(DraftOperation):
    """Writes cells and outcomes, and adds or removes triggers, in one transaction."""

    version_id: str
    cells: tuple[CellEdit, ...] = ()
    added: tuple[WholeTrigger, ...] = ()
    removed: tuple[WholeTrigger, ...] = ()


@handles(ChangeCells)
def change_cells(work: UnitOfWork, operation: ChangeCells) -> None:
    """Raises ``Conflict`` with every cell that somebody changed meanwhile; then nothing is written."""
    version = open_draft(work, operation.version_id)
    _refuse_size(operation)
    of_version = select(tables.Trigger).where(tables.Trigger.version_id == version.id)
    rows = {row.id: row for row in work.session.scalars(of_version)}
    differences: list[Difference] = []
    for one in operation.cells:
        differences += _compare(_row(rows, one.trigger_id), version, one)
    for gone in operation.removed:
        if gone.trigger_id in rows:
            differences += _compare_whole(rows[gone.trigger_id], gone.values)
    if differences:
        raise Conflict("Somebody changed these triggers since you read them.", tuple(differences))
    _write(rows, operation.cells)
    for gone in operation.removed:
        if gone.trigger_id in rows:
            work.session.delete(rows.pop(gone.trigger_id))
    _add(work, version, operation.added, {row.number for row in rows.values()})


def opposite(operation: ChangeCells) -> ChangeCells:
    """What takes it back."""
    cells = tuple(replace(one, text=one.seen, seen=one.text) for one in reversed(operation.cells))
    return ChangeCells(version_id=operation.version_id, cells=cells, added=operation.removed, removed=operation.added)


def edited(values: TriggerValues, edits: Sequence[CellEdit]) -> TriggerValues:
    """What a trigger says after edits of its cells."""
    cells, fields = dict(values.cells), dict[str, Any]()
    for one in edits:
        if one.then:
            fields[one.column] = one.text
        elif one.text.strip() in ("", ANY_TEXT):
            cells.pop(one.column, None)
        else:
            cells.pop(one.column, None)
            cells[one.column] = one.text.strip()
    return replace(values, cells=cells, **fields)


def _refuse_size(operation: ChangeCells) -> None:
    if len(operation.cells) > MOST_CELLS:
        raise StateError(f"That is more than {MOST_CELLS:,} cells at once.", "Import them from a file.")
    if any(len(one.text) > LONGEST_CELL for one in operation.cells):
        raise StateError("One text is too long for a cell.", f"Keep each under {LONGEST_CELL:,} characters.")


def _row(rows: dict[str, tables.Trigger], trigger_id: str) -> tables.Trigger:
    if trigger_id not in rows:
        raise NotFound("One of these triggers is no longer in this draft.", "Reload the page.")
    return rows[trigger_id]


def _compare(row: tables.Trigger, version: tables.MatrixVersion, one: CellEdit) -> list[Difference]:
    if one.then:
        if one.column not in OUTCOME_FIELDS:
            raise StateError("A trigger has no such outcome.", "Choose tier, owner, path or class.")
        stands, wanted = str(getattr(row, one.column)), one.text
    else:
        if one.column not in version.dimensions:
            raise NotFound("One of these columns is no longer in this draft.", "Reload the page.")
        stands, wanted = str(row.cells.get(one.column, ANY_TEXT)), one.text.strip() or ANY_TEXT
    if stands in (one.seen, wanted):
        return []
    return [Difference(f"{one.column} of trigger {row.number}", one.seen, stands, wanted)]


def _compare_whole(row: tables.Trigger, seen: TriggerValues) -> list[Difference]:
    stands = values_of(row)
    return [
        Difference(f"{name} of trigger {row.number}", getattr(seen, name), getattr(stands, name), None)
        for name in ("cells", *OUTCOME_FIELDS, "reason")
        if getattr(seen, name) != getattr(stands, name)
    ]


def _write(rows: dict[str, tables.Trigger], edits: Sequence[CellEdit]) -> None:
    by_row: dict[str, list[CellEdit]] = {}
    for one in edits:
        by_row.setdefault(one.trigger_id, []).append(one)
    for trigger_id, listed in by_row.items():
        row = rows[trigger_id]
        after = edited(values_of(row), listed)
        row.cells = after.cells
        for name in OUTCOME_FIELDS:
            setattr(row, name, getattr(after, name))


def _add(work: UnitOfWork, version: tables.MatrixVersion, added: Sequence[WholeTrigger], taken: set[int]) -> None:
    if not added:
        return
    work.session.flush()  # a trigger that comes back may have the number of one that goes
    highest = next_number(work.session) - 1
    for one in added:
        values = one.values
        number = values.number if values.number > 0 and values.number not in taken else max(highest, *taken, 0) + 1
        taken.add(number)
        cells = {key: text for key, text in values.cells.items() if text != ANY_TEXT}
        work.add(
            tables.Trigger(
                id=one.trigger_id, version_id=version.id, number=number, position=values.position, cells=cells,
                tier=values.tier, owner=values.owner, path=values.path, target_class=values.target_class,
                reason=values.reason,
            )
        )  # fmt: skip
