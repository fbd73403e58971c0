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
    """Rows are known by their ids; one that stands elsewhere among the others went and came too."""
    before = {one.id: one for one in old}
    stays = {one.id for one in new if one.id in before and same(before[one.id], one)}
    moved = _moved([one.id for one in old if one.id in stays], [one.id for one in new if one.id in stays])
    if moved is None:
        return None
    stays -= moved
    gone = tuple(place for place, one in enumerate(old) if one.id not in stays)
    came = tuple(place for place, one in enumerate(new) if one.id not in stays)
    return RowEdits(gone, came) if len(gone) + len(came) <= _ROWS_AT_MOST else None


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str] | None:
    """The one among the same rows that stands elsewhere, or none; None where more than one does."""
    if len(old) != len(new):
        return None  # an id stands there twice
    different = [place for place, (one, other) in enumerate(zip(old, new, strict=True)) if one != other]
    if not different:
        return set()
    first, last = different[0], different[-1]
    if old[first + 1 : last + 1] == new[first:last]:
        return {old[first]}
    if old[first:last] == new[first + 1 : last + 1]:
        return {old[last]}
    return None
