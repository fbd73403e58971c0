"""What differs between two tables: rows that went and rows that came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from app.services.matrix.table import AcceptedGap, MatrixTable, TriggerRecord

_ROWS_AT_MOST = 8
Row = TypeVar("Row", TriggerRecord, AcceptedGap)


@dataclass(frozen=True, slots=True)
class RowEdits:
    """Places in the old rows that went, and places in the new rows that came. A changed row went and came."""

    removed: tuple[int, ...] = ()
    inserted: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Edits:
    """What became of one table to make it the other."""

    triggers: RowEdits
    accepted_gaps: RowEdits


def edits_between(old: MatrixTable, new: MatrixTable) -> Edits | None:
    """A few rows that differ; None where more does, so that nothing known of ``old`` is worth keeping."""
    bare = replace(new, id=old.id, name=old.name, triggers=old.triggers, accepted_gaps=old.accepted_gaps)
    if bare != old:
        return None
    triggers = _rows(old.triggers, new.triggers, _same_trigger)
    accepted = _rows(old.accepted_gaps, new.accepted_gaps, _same_gap)
    return Edits(triggers, accepted) if triggers is not None and accepted is not None else None


def _same_trigger(one: TriggerRecord, other: TriggerRecord) -> bool:
    """Whether two rows answer alike under the same name; the reason for a row is nothing to verify."""
    return one is other or (
        one.id == other.id
        and one.number == other.number
        and (one.cells is other.cells or one.cells == other.cells)
        and one.outcome == other.outcome
    )


def _same_gap(one: AcceptedGap, other: AcceptedGap) -> bool:
    return one is other or one.cells == other.cells


def _rows(old: Sequence[Row], new: Sequence[Row], same: Callable[[Row, Row], bool]) -> RowEdits | None:
    if len(old) == len(new):
        changed = tuple(place for place, (one, other) in enumerate(zip(old, new, strict=True)) if not same(one, other))
        if 2 * len(changed) <= _ROWS_AT_MOST:
            return RowEdits(changed, changed)
    shorter = min(len(old), len(new))
    start = 0
    while start < shorter and same(old[start], new[start]):
        start += 1
    end = 0
    while end < shorter - start and same(old[-1 - end], new[-1 - end]):
        end += 1
    gone, came = range(start, len(old) - end), range(start, len(new) - end)
    if len(gone) + len(came) <= _ROWS_AT_MOST:
        return RowEdits(tuple(gone), tuple(came))
    if len(gone) != len(came):
        return None
    if all(same(old[place + 1], new[place]) for place in gone[:-1]):  # the first one moved down
        return RowEdits((gone[0],), (came[-1],))
    if all(same(old[place], new[place + 1]) for place in gone[:-1]):  # the last one moved up
        return RowEdits((gone[-1],), (came[0],))
    return None
