"""What the page shows before the database has answered: the record as an edit is expected to leave it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.models.enums import DimensionKind
from app.services.matrix.cells import ANY, NOTHING, Cell, CellError, ChoiceCell, RangeCell
from app.services.matrix.dimensions import DimensionRecord
from app.services.matrix.draft_cells import CellEdit, ChangeCells, edited
from app.services.matrix.draft_signatories import SetSignatory
from app.services.matrix.draft_targets import with_value
from app.services.matrix.drafts import (
    ANY_TEXT,
    AcceptGap,
    AddTrigger,
    DraftOperation,
    MoveTrigger,
    RemoveTrigger,
    ReopenGap,
    SetCell,
    SetHitPolicy,
    SetOutcome,
    SetReason,
    SetTarget,
    TriggerValues,
)
from app.services.matrix.examples import ChangeExample, ExampleRecord, RemoveExample, SaveExample
from app.services.matrix.expected_choices import ChoiceEdit, dimensions_after
from app.services.matrix.expected_paths import PathEdit, with_path_edit
from app.services.matrix.expected_targets import TargetEdit, with_target_edit
from app.services.matrix.expected_tiers import TierEdit, with_tier_edit
from app.services.matrix.page import MatrixRecord, TriggerRow
from app.services.matrix.policy import Policy, UnreadableCell
from app.services.matrix.reading import read_cell
from app.services.matrix.table import AcceptedGap, OutcomeRecord, TriggerRecord


def expected(record: MatrixRecord, operation: DraftOperation) -> MatrixRecord:
    """``record`` after ``operation``. What it does to the difference is known only once it was read again."""
    if isinstance(operation, PathEdit):
        return with_path_edit(record, operation)
    if isinstance(operation, TierEdit):
        return with_tier_edit(record, operation)
    if isinstance(operation, SaveExample | RemoveExample | ChangeExample):
        return replace(record, examples=_examples(record.examples, operation))
    if isinstance(operation, ChoiceEdit):
        return with_dimensions(record, dimensions_after(record.policy.table.dimensions, operation))
    if isinstance(operation, TargetEdit):
        return replace(record, policy=with_target_edit(record.policy, operation))
    if isinstance(operation, ChangeCells):
        return with_rows(record, _after_cells(record.rows, operation))
    if isinstance(operation, AddTrigger):
        row = TriggerRow(operation.trigger_id, operation.values)
        return with_rows(record, [*record.rows, row])
    if isinstance(operation, RemoveTrigger):
        return with_rows(record, [one for one in record.rows if one.id != operation.trigger_id])
    if isinstance(operation, SetCell | SetOutcome | SetReason | MoveTrigger):
        rows = [
            TriggerRow(one.id, _values(one.values, operation)) if one.id == operation.trigger_id else one
            for one in record.rows
        ]
        return with_rows(record, rows)
    return replace(record, policy=_around(record.policy, operation))


def with_rows(record: MatrixRecord, rows: Sequence[TriggerRow]) -> MatrixRecord:
    """``record`` with these triggers, in order of their position."""
    ordered = tuple(sorted(rows, key=lambda one: one.values.position))
    policy = record.policy
    before = {row.id: row for row in record.rows}
    known = {one.id: one for one in policy.table.triggers}
    kept = {row.id for row in ordered if before.get(row.id) is row}  # read already, whatever they say
    unreadable = [one for one in policy.unreadable if one.trigger_id in kept or one.trigger_id not in before]
    ranks = {one.key: one.rank for one in policy.tiers}
    triggers = tuple(
        known[row.id] if row.id in kept else _trigger(row, policy.table.dimensions, ranks, unreadable)
        for row in ordered
    )
    place = {row.id: at for at, row in enumerate(ordered)}
    unreadable.sort(key=lambda one: place.get(one.trigger_id, len(ordered)))
    table = replace(policy.table, triggers=triggers)
    return replace(record, rows=ordered, policy=replace(policy, table=table, unreadable=tuple(unreadable)))


def _after_cells(rows: Sequence[TriggerRow], operation: ChangeCells) -> list[TriggerRow]:
    edits: dict[str, list[CellEdit]] = {}
    for one in operation.cells:
        edits.setdefault(one.trigger_id, []).append(one)
    gone = {one.trigger_id for one in operation.removed}
    kept = [
        TriggerRow(row.id, edited(row.values, edits[row.id])) if row.id in edits else row
        for row in rows
        if row.id not in gone
    ]
    return [*kept, *(TriggerRow(one.trigger_id, one.values) for one in operation.added)]


def with_dimensions(record: MatrixRecord, dimensions: tuple[DimensionRecord, ...]) -> MatrixRecord:
    """``record`` with these columns: every cell is read again, a column that is new asks for nothing."""
    policy = record.policy
    places = {one.key: place for place, one in enumerate(policy.table.dimensions)}

    def moved(cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        return tuple(cells[places[one.key]] if one.key in places else ANY for one in dimensions)

    table = replace(
        policy.table,
        dimensions=dimensions,
        triggers=(),
        accepted_gaps=tuple(replace(one, cells=moved(one.cells)) for one in policy.table.accepted_gaps),
    )
    boxes = tuple(moved(one) for one in policy.executive_when)
    bare = replace(record, rows=(), policy=replace(policy, table=table, executive_when=boxes, unreadable=()))
    return with_rows(bare, record.rows)


def _values(values: TriggerValues, operation: SetCell | SetOutcome | SetReason | MoveTrigger) -> TriggerValues:
    if isinstance(operation, SetCell):
        cells = {key: text for key, text in values.cells.items() if key != operation.dimension}
        if operation.text.strip() not in ("", ANY_TEXT):
            cells[operation.dimension] = operation.text.strip()
        return replace(values, cells=cells)
    if isinstance(operation, SetReason):
        return replace(values, reason=operation.text.strip())
    if isinstance(operation, MoveTrigger):
        return replace(values, position=operation.position)
    changed: dict[str, str] = {operation.field: operation.value}
    return replace(values, **changed)  # type: ignore[arg-type]  # outcome fields are all text


def _trigger(
    row: TriggerRow,
    dimensions: tuple[DimensionRecord, ...],
    ranks: dict[str, int],
    unreadable: list[UnreadableCell],
) -> TriggerRecord:
    values = row.values
    cells = tuple(_cell(row, one, unreadable) for one in dimensions)
    outcome = OutcomeRecord(ranks.get(values.tier, 0), values.owner, values.path, values.target_class)
    return TriggerRecord(row.id, values.number, cells, outcome, values.reason)


def _cell(row: TriggerRow, dimension: DimensionRecord, unreadable: list[UnreadableCell]) -> Cell:
    text = row.values.cells.get(dimension.key, ANY_TEXT)
    try:
        return read_cell(text, dimension)
    except CellError as error:
        unreadable.append(UnreadableCell(row.id, dimension.key, text, error.what, error.mend))
        choice = dimension.kind in (DimensionKind.CHOICE, DimensionKind.YES_NO)
        return ChoiceCell(()) if choice else RangeCell((NOTHING,))


def _examples(
    examples: tuple[ExampleRecord, ...], operation: SaveExample | RemoveExample | ChangeExample
) -> tuple[ExampleRecord, ...]:
    if isinstance(operation, RemoveExample):
        return tuple(one for one in examples if one.id != operation.example_id)
    if isinstance(operation, ChangeExample):
        values = replace(operation.values, name=operation.values.name.strip())
        return tuple(replace(one, values=values) if one.id == operation.example_id else one for one in examples)
    last = examples[-1].values.position if examples else 0.0
    position = operation.values.position or last + 1
    values = replace(operation.values, name=operation.values.name.strip(), position=position)
    return tuple(sorted([*examples, ExampleRecord(operation.example_id, values)], key=lambda one: one.values.position))


def _around(policy: Policy, operation: DraftOperation) -> Policy:
    table = policy.table
    if isinstance(operation, SetHitPolicy):
        return replace(policy, hit_policy=operation.policy, table=replace(table, hit_policy=operation.policy))
    if isinstance(operation, SetSignatory):
        named = with_value(dict(policy.signatories), operation.function.value, operation.login)
        return replace(policy, signatories=named)
    if isinstance(operation, AcceptGap):
        cells = tuple(read_cell(operation.cells.get(one.key, ANY_TEXT), one) for one in table.dimensions)
        gap = AcceptedGap(operation.gap_id, cells)
        return replace(policy, table=replace(table, accepted_gaps=(*table.accepted_gaps, gap)))
    if isinstance(operation, ReopenGap):
        kept = tuple(one for one in table.accepted_gaps if one.id != operation.gap_id)
        return replace(policy, table=replace(table, accepted_gaps=kept))
    if isinstance(operation, SetTarget):
        place = (operation.target_class, operation.segment, operation.timer)
        targets = tuple(
            replace(one, seconds=operation.seconds) if (one.target_class, one.segment, one.kind) == place else one
            for one in policy.targets
        )
        return replace(policy, targets=targets)
    return policy
