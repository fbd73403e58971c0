"""From a chosen mend, or an act on rows, to the operations that carry it out. Pure.

Each function returns operations in the order in which they are to be sent; what must have been seen comes from the
record that the page shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.services.matrix import mends
from app.services.matrix.authority_checks import RaiseLimits
from app.services.matrix.cells import AnyCell, Cell
from app.services.matrix.drafts import (
    ANY_TEXT,
    AcceptGap,
    AddTrigger,
    DraftOperation,
    MoveTrigger,
    RemoveTrigger,
    SetCell,
    SetHitPolicy,
    SetOutcome,
    SetTarget,
    TriggerValues,
)
from app.services.matrix.page import MatrixRecord, TriggerRow
from app.services.matrix.path_edits import mend_path
from app.services.matrix.path_mends import PathMend
from app.services.matrix.policy_checks import GiveDuties, SetBaseTarget
from app.services.matrix.table import OutcomeRecord
from app.services.matrix.tier_edits import change_tier, set_part
from app.services.matrix.tier_parts import ANY_AMOUNT
from app.services.matrix.writing import write_sfeel

Operations = tuple[DraftOperation, ...]
AnyChange = mends.Change | SetBaseTarget | GiveDuties | RaiseLimits | PathMend
NAMED_BY_ID = ("trigger", "keep", "remove", "before", "after")
"""Fields of a change that name a trigger by its id."""


def maker(change: AnyChange, seen: MatrixRecord) -> Callable[[MatrixRecord], Operations]:
    """Carries out a change found in ``seen`` on the record that is then shown: a new draft has other ids, by number."""
    numbers = {one.id: one.values.number for one in seen.rows}

    def operations(record: MatrixRecord) -> Operations:
        ids = {one.values.number: one.id for one in record.rows}
        named = {field: getattr(change, field, None) for field in NAMED_BY_ID}
        other: dict[str, Any] = {field: ids.get(numbers.get(id_, 0), id_) for field, id_ in named.items() if id_}
        return operations_for(replace(change, **other), record)

    return operations


def operations_for(change: AnyChange, record: MatrixRecord) -> Operations:
    """What carries out ``change`` on the draft shown; nothing where people must choose first."""
    if isinstance(change, mends.AddTrigger):
        place = _place(record.rows, change.after) + 1 if change.after else len(record.rows)
        return (add_trigger(record, place, texts(record, change.cells), change.outcome),)
    if isinstance(change, mends.UseCatchAll):
        return (AcceptGap(version_id=record.version.id, cells=texts(record, change.cells)),)
    if isinstance(change, mends.RemoveTrigger):
        return (remove(record, _row(record, change.trigger)),)
    if isinstance(change, mends.RaiseTrigger):
        return _raised(record, change)
    if isinstance(change, mends.NarrowCell):
        return (set_cell(_row(record, change.trigger), change.dimension, write_sfeel(change.cell)),)
    if isinstance(change, mends.MergeTriggers):
        kept = set_cell(_row(record, change.keep), change.dimension, write_sfeel(change.cell))
        return (kept, remove(record, _row(record, change.remove)))
    if isinstance(change, mends.ChooseHitPolicy):
        seen = record.policy.hit_policy
        return (SetHitPolicy(version_id=record.version.id, policy=change.policy, seen=seen),)
    if isinstance(change, SetBaseTarget | GiveDuties | RaiseLimits | PathMend):
        return _around(record, change)
    return _reference(record, change)


def _around(record: MatrixRecord, change: SetBaseTarget | GiveDuties | RaiseLimits | PathMend) -> Operations:
    """Mends outside the triggers."""
    if isinstance(change, SetBaseTarget):
        return (_target(record, change),)
    if isinstance(change, GiveDuties):
        tier = record.policy.tier(change.tier)
        return change_tier(record, tier, {f"duty:{kind.value}": (None, (change.owner,)) for kind in change.kinds})
    if isinstance(change, RaiseLimits):
        part = f"limit:{change.per}:{change.action}"
        amount = ANY_AMOUNT if change.amount_minor is None else change.amount_minor
        return tuple(one for tier in change.tiers for one in set_part(record, tier, part, amount))
    return (mend_path(record, change),)


def set_cell(row: TriggerRow, dimension: str, text: str) -> SetCell:
    """Writes ``text`` into a cell, over what stands there now."""
    seen = row.values.cells.get(dimension, ANY_TEXT)
    return SetCell(trigger_id=row.id, dimension=dimension, text=text, seen=seen)


def set_outcome(row: TriggerRow, field: str, value: str) -> SetOutcome:
    """Sets an outcome, over what stands there now."""
    return SetOutcome(trigger_id=row.id, field=field, value=value, seen=getattr(row.values, field))


def remove(record: MatrixRecord, row: TriggerRow) -> RemoveTrigger:
    """Removes a trigger as it stands."""
    return RemoveTrigger(version_id=record.version.id, trigger_id=row.id, seen=row.values)


def add_trigger(
    record: MatrixRecord, place: int, cells: Mapping[str, str], outcome: OutcomeRecord | None = None
) -> AddTrigger:
    """Adds a trigger before the row at ``place`` with this outcome, else that of the catch-all."""
    fields = _outcome_keys(record, outcome)
    values = TriggerValues(
        number=next_number(record), position=position_at(record.rows, place), cells=dict(cells), **fields
    )
    return AddTrigger(version_id=record.version.id, values=values)


def move(record: MatrixRecord, row: TriggerRow, place: int) -> MoveTrigger:
    """Puts a trigger before the row that stands at ``place`` among the others."""
    others = [one for one in record.rows if one.id != row.id]
    return MoveTrigger(trigger_id=row.id, position=position_at(others, place), seen=row.values.position)


def next_number(record: MatrixRecord) -> int:
    """The next free number as far as the page knows; the database has the last word."""
    removed = [one.number for one in record.difference.triggers]
    return max([0, *removed, *(one.values.number for one in record.rows)]) + 1


def position_at(rows: Sequence[TriggerRow], place: int) -> float:
    """A position before the row at ``place``: half way to its neighbour, one beyond at either end."""
    if not rows:
        return 1.0
    if place <= 0:
        return rows[0].values.position - 1
    if place >= len(rows):
        return rows[-1].values.position + 1
    return (rows[place - 1].values.position + rows[place].values.position) / 2


def texts(record: MatrixRecord, cells: Sequence[Cell]) -> dict[str, str]:
    """Cells as a draft keeps them: S-FEEL by dimension key, *any* left out."""
    return {
        dimension.key: write_sfeel(cell)
        for dimension, cell in zip(record.policy.table.dimensions, cells, strict=True)
        if not isinstance(cell, AnyCell)
    }


def tier_key(record: MatrixRecord, rank: int) -> str:
    """The key of the tier at a rank, the lowest where there is none."""
    return next((one.key for one in record.policy.tiers if one.rank == rank), record.policy.tiers[0].key)


def _outcome_keys(record: MatrixRecord, outcome: OutcomeRecord | None) -> dict[str, str]:
    if outcome is None:
        catch_all = record.policy.catch_all
        outcome = catch_all.outcome if catch_all else None
    if outcome is not None:
        return {
            "tier": tier_key(record, outcome.tier),
            "owner": outcome.owner,
            "path": outcome.path,
            "target_class": outcome.target_class,
        }
    policy = record.policy
    first = policy.table.owners[0].key if policy.table.owners else ""
    return {
        "tier": policy.tiers[0].key,
        "owner": first,
        "path": policy.paths[0].key if policy.paths else "",
        "target_class": policy.classes[-1].key if policy.classes else "",
    }


def _raised(record: MatrixRecord, change: mends.RaiseTrigger) -> Operations:
    row = _row(record, change.trigger)
    found: list[DraftOperation] = []
    if change.tier is not None:
        found.append(set_outcome(row, "tier", tier_key(record, change.tier)))
    if change.before is not None:
        others = [one for one in record.rows if one.id != row.id]
        found.append(move(record, row, _place(others, change.before)))
    return tuple(found)


def _reference(record: MatrixRecord, change: mends.ChooseReference) -> Operations:
    if change.value is None or change.trigger is None:
        return ()
    value = tier_key(record, change.value) if isinstance(change.value, int) else change.value
    return (set_outcome(_row(record, change.trigger), change.field, value),)


def _target(record: MatrixRecord, change: SetBaseTarget) -> SetTarget:
    return SetTarget(
        version_id=record.version.id,
        target_class=change.target_class,
        segment=change.segment,
        timer=change.timer,
        seconds=change.seconds,
        seen=change.seen,
    )


def _row(record: MatrixRecord, trigger_id: str) -> TriggerRow:
    row = record.row(trigger_id)
    if row is None:
        raise LookupError(f"trigger {trigger_id} is not on the page")
    return row


def _place(rows: Sequence[TriggerRow], trigger_id: str) -> int:
    return next((place for place, one in enumerate(rows) if one.id == trigger_id), len(rows))
