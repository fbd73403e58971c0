"""A suggested change of triggers as plain values: made from two looks of the page, and made again on another. Pure.

Triggers are named by their number, which is theirs for life, so that a suggestion outlives the draft it was made on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.services.matrix.differences import VersionDifference, compare
from app.services.matrix.drafts import (
    ANY_TEXT,
    OUTCOME_FIELDS,
    AddTrigger,
    DraftOperation,
    RemoveTrigger,
    SetCell,
    SetOutcome,
    SetReason,
    TriggerValues,
)
from app.services.matrix.expected import expected
from app.services.matrix.mending import next_number, position_at, set_cell, set_outcome
from app.services.matrix.page import MatrixRecord, TriggerRow

Change = dict[str, Any]
"""``{"change": number, "cells": {…}, "outcome": {…}, "reason"}``, ``{"add": {…}, "after": number}`` or
``{"remove": number}``."""


def changes_between(before: Sequence[TriggerRow], after: Sequence[TriggerRow]) -> list[Change]:
    """What makes ``after`` of ``before``, row by row; where a row stands is kept for new ones only."""
    old = {one.values.number: one.values for one in before}
    new = {one.values.number: one.values for one in after}
    found: list[Change] = []
    last = 0
    for number, values in new.items():
        if number not in old:
            found.append({"add": _document(values), "after": last})
        elif (change := _changed(old[number], values)) is not None:
            found.append(change)
        last = number
    return found + [{"remove": number} for number in old if number not in new]


def _changed(was: TriggerValues, becomes: TriggerValues) -> Change | None:
    keys = {*was.cells, *becomes.cells}
    cells = {
        key: becomes.cells.get(key, ANY_TEXT)
        for key in sorted(keys)
        if was.cells.get(key, ANY_TEXT) != becomes.cells.get(key, ANY_TEXT)
    }
    outcome = {one: getattr(becomes, one) for one in OUTCOME_FIELDS if getattr(was, one) != getattr(becomes, one)}
    reason = {"reason": becomes.reason} if becomes.reason != was.reason else {}
    if not (cells or outcome or reason):
        return None
    return {"change": becomes.number, "cells": cells, "outcome": outcome, **reason}


def _document(values: TriggerValues) -> Change:
    outcome = {one: getattr(values, one) for one in OUTCOME_FIELDS}
    return {"cells": dict(values.cells), "outcome": outcome, "reason": values.reason}


def operations_of(changes: Sequence[Mapping[str, Any]], record: MatrixRecord) -> tuple[DraftOperation, ...]:
    """The edits that carry a suggestion out on the draft shown; what is done already, or gone, is left out."""
    rows = {one.values.number: one for one in record.rows}
    number = next_number(record)
    found: list[DraftOperation] = []
    for one in changes:
        if "add" in one:
            found.append(_added(one, record, number))
            number += 1
        elif "remove" in one:
            row = rows.get(int(one["remove"]))
            if row is not None:
                found.append(RemoveTrigger(version_id=record.version.id, trigger_id=row.id, seen=row.values))
        elif (row := rows.get(int(one["change"]))) is not None:
            found += _edits(one, row)
    return tuple(found)


def _edits(change: Mapping[str, Any], row: TriggerRow) -> list[DraftOperation]:
    edits: list[SetCell | SetOutcome | SetReason] = [
        set_cell(row, key, str(text)) for key, text in change.get("cells", {}).items()
    ]
    edits += [set_outcome(row, key, str(value)) for key, value in change.get("outcome", {}).items()]
    if "reason" in change:
        edits.append(SetReason(trigger_id=row.id, text=str(change["reason"]), seen=row.values.reason))
    return [one for one in edits if one.seen != (one.value if isinstance(one, SetOutcome) else one.text)]


def _added(change: Mapping[str, Any], record: MatrixRecord, number: int) -> AddTrigger:
    place = next((at + 1 for at, one in enumerate(record.rows) if one.values.number == change.get("after")), 0)
    given = change["add"]
    values = TriggerValues(
        number=number,
        position=position_at(record.rows, place if change.get("after") else len(record.rows)),
        cells={str(key): str(text) for key, text in given.get("cells", {}).items()},
        reason=str(given.get("reason", "")),
        **{one: str(given["outcome"][one]) for one in OUTCOME_FIELDS},
    )
    return AddTrigger(version_id=record.version.id, values=values)


def difference_of(changes: Sequence[Mapping[str, Any]], record: MatrixRecord) -> VersionDifference:
    """A suggestion in words, against the page as it stands."""
    after = record
    for operation in operations_of(changes, record):
        after = expected(after, operation)
    return compare(_rows(record), _rows(after), record.policy)


def _rows(record: MatrixRecord) -> dict[str, Any]:
    return {
        "triggers": [
            {
                "number": one.values.number,
                "cells": one.values.cells,
                "tier": one.values.tier,
                "owner": one.values.owner,
                "path": one.values.path,
                "class": one.values.target_class,
                "reason": one.values.reason,
            }
            for one in record.rows
        ]
    }
