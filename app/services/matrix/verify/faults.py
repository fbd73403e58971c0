"""Faults of single cells and outcomes: cells nobody passes, names that lead nowhere (domain.md 2.3)."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from app.services.matrix.cells import ANY, ChoiceCell, FactValue, choices
from app.services.matrix.dimensions import DimensionRecord
from app.services.matrix.mends import ChooseReference, Mend, NarrowCell, RemoveTrigger
from app.services.matrix.table import MatrixTable, NamedRecord, OutcomeRecord, TriggerRecord
from app.services.matrix.verify.findings import Finding, FindingKind, Weight
from app.services.matrix.verify.space import Layout, missing_choices
from app.services.matrix.writing import cell_words, join_words


def row_faults(layout: Layout, row: int) -> list[Finding]:
    """Unsatisfiable cells and missing references of one trigger."""
    trigger = layout.table.triggers[row]
    found: list[Finding] = []
    for column, dimension in enumerate(layout.table.dimensions):
        found.extend(_cell_faults(layout, row, column, dimension))
    return [*found, *_lost(layout.table, trigger.outcome, trigger)]


def catch_all_faults(table: MatrixTable) -> list[Finding]:
    """What the catch-all names and is not there."""
    return list(_lost(table, table.catch_all.outcome, None)) if table.catch_all is not None else []


def _cell_faults(layout: Layout, row: int, column: int, dimension: DimensionRecord) -> Iterator[Finding]:
    trigger = layout.table.triggers[row]
    cell = trigger.cells[column]
    lost = missing_choices(cell, dimension)
    if lost:
        yield _missing_choice(layout, row, column, lost)
    if layout.names_nothing(row, column) and not lost:
        yield Finding(
            kind=FindingKind.UNSATISFIABLE,
            weight=Weight.ERROR,
            title=f"Trigger {trigger.number} can never match",
            text=f"No value of {dimension.label} passes “{cell_words(cell, dimension)}”.",
            triggers=(trigger.id,),
            dimension=dimension.key,
            box=trigger.cells,
            example=_example(layout, row, column),
            mends=_clearing(trigger, dimension),
        )


def _clearing(trigger: TriggerRecord, dimension: DimensionRecord) -> tuple[Mend, ...]:
    return (
        Mend(f"Set {dimension.label} to any", NarrowCell(trigger.id, dimension.key, ANY)),
        Mend(f"Remove {trigger.number}", RemoveTrigger(trigger.id)),
    )


def _example(layout: Layout, row: int, column: int) -> dict[str, FactValue | None]:
    """An incident that the trigger would match, were it not for this cell."""
    grid = layout.wide
    return {
        dimension.key: axis.example((grid.regions[row][place] if place != column else 0) or axis.full)
        for place, (dimension, axis) in enumerate(zip(layout.table.dimensions, grid.axes, strict=True))
    }


def _missing_choice(layout: Layout, row: int, column: int, lost: tuple[str, ...]) -> Finding:
    trigger, dimension = layout.table.triggers[row], layout.table.dimensions[column]
    cell = trigger.cells[column]
    left = tuple(key for key in getattr(cell, "keys", ()) if key not in lost)
    negated = isinstance(cell, ChoiceCell) and cell.negated
    if left:
        cut = choices(left, negated=negated)
        mends: tuple[Mend, ...] = (
            Mend(f"Keep {cell_words(cut, dimension)}", NarrowCell(trigger.id, dimension.key, cut)),
        )
    else:
        mends = _clearing(trigger, dimension)
    named = join_words((f"“{key}”" for key in lost), "and")
    return Finding(
        kind=FindingKind.MISSING_REFERENCE,
        weight=Weight.ERROR,
        title=f"Trigger {trigger.number} names a choice that is not there",
        text=f"{dimension.label} has no {named}.",
        triggers=(trigger.id,),
        dimension=dimension.key,
        box=trigger.cells,
        example=_example(layout, row, column),
        mends=mends,
    )


def _lost(table: MatrixTable, outcome: OutcomeRecord, trigger: TriggerRecord | None) -> Iterator[Finding]:
    ranks = None if table.tiers is None else [one.rank for one in table.tiers]
    if ranks is not None and outcome.tier not in ranks:
        near = min(ranks, key=lambda rank: (abs(rank - outcome.tier), -rank), default=None)
        yield _lost_reference(trigger, "tier", "tier", str(outcome.tier), near)
    for field, word, known in (
        ("owner", "owner", table.owners),
        ("path", "path", table.paths),
        ("target_class", "class", table.target_classes),
    ):
        key = str(getattr(outcome, field))
        if known is not None and all(one.key != key for one in known):
            yield _lost_reference(trigger, field, word, key, _nearest(key, known))


def _nearest(key: str, known: Sequence[NamedRecord]) -> str | None:
    found = difflib.get_close_matches(key, [one.key for one in known], n=1)
    return found[0] if found else None


def _lost_reference(trigger: TriggerRecord | None, field: str, word: str, key: str, near: str | int | None) -> Finding:
    who = f"Trigger {trigger.number}" if trigger else "The catch-all"
    text = f"There is no {word} “{key}”." if key else f"It names no {word}."
    identity = trigger.id if trigger else None
    return Finding(
        kind=FindingKind.MISSING_REFERENCE,
        weight=Weight.ERROR,
        title=f"{who} names {'an' if word == 'owner' else 'a'} {word} that is not there",
        text=text,
        triggers=(trigger.id,) if trigger else (),
        box=trigger.cells if trigger else None,
        mends=(Mend(f"Choose another {word}", ChooseReference(identity, field, near)),),
    )
