"""Asking the matrix (domain.md 2.2): one incident with an explanation, or a hundred thousand at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from app.models.enums import DimensionKind, HitPolicy
from app.services.matrix.bitsets import Chooser, Column, encode, pack
from app.services.matrix.cells import AnyCell, Cell, FactValue, passes
from app.services.matrix.dimensions import DimensionRecord, read_fact
from app.services.matrix.exact.axes import Axis, LineAxis, ValueAxis
from app.services.matrix.table import MatrixTable, OutcomeRecord, TriggerRecord
from app.services.matrix.writing import cell_words, join_words, value_words


@dataclass(frozen=True, slots=True)
class Answer:
    """What asking returns. Owner and targets are resolved from ``outcome`` by the caller, for an instant.

    ``chosen`` is ``None`` when nothing matched (``not_covered``) or when *unique* met a second match
    (``ambiguous``); ``outcome`` is then that of the catch-all, ``None`` without one. ``matched`` stands in
    winning order. ``missing`` are the keys of facts that are not known; ``waiting_on`` those of them that
    could still change the answer. ``explanation`` is sentences, the deciding one first.
    """

    chosen: TriggerRecord | None
    matched: tuple[TriggerRecord, ...]
    outcome: OutcomeRecord | None
    missing: tuple[str, ...]
    waiting_on: tuple[str, ...]
    not_covered: bool
    ambiguous: bool
    explanation: tuple[str, ...]


def ask(table: MatrixTable, facts: Mapping[str, object]) -> Answer:
    """The answer of ``table`` for ``facts`` (by dimension key; absent or ``None`` is missing).

    Raises `app.services.matrix.dimensions.FactError` for a value of the wrong kind.
    """
    values = tuple(read_fact(one, facts.get(one.key)) for one in table.dimensions)
    matched = tuple(table.triggers[row] for row in table.winning_order() if _matches(table.triggers[row], values))
    ambiguous = table.hit_policy is HitPolicy.UNIQUE and len(matched) > 1
    chosen = matched[0] if matched and not ambiguous else None
    catch_all = table.catch_all.outcome if table.catch_all else None
    waiting = _waiting_on(table, values, chosen)
    return Answer(
        chosen=chosen,
        matched=matched,
        outcome=chosen.outcome if chosen else catch_all,
        missing=tuple(one.key for one, value in zip(table.dimensions, values, strict=True) if value is None),
        waiting_on=tuple(table.dimensions[column].key for column in waiting),
        not_covered=not matched,
        ambiguous=ambiguous,
        explanation=_explanation(table, values, matched, chosen, waiting),
    )


def _matches(trigger: TriggerRecord, values: tuple[FactValue | None, ...]) -> bool:
    return all(passes(cell, value) for cell, value in zip(trigger.cells, values, strict=True))


def _may_match(trigger: TriggerRecord, values: tuple[FactValue | None, ...]) -> bool:
    """Whether knowing the missing facts could make the trigger match."""
    return all(value is None or passes(cell, value) for cell, value in zip(trigger.cells, values, strict=True))


def _waiting_on(
    table: MatrixTable, values: tuple[FactValue | None, ...], chosen: TriggerRecord | None
) -> tuple[int, ...]:
    """Columns of missing facts that a trigger which would win over ``chosen`` asks for."""
    found: set[int] = set()
    for row in table.winning_order():
        trigger = table.triggers[row]
        if trigger is chosen and table.hit_policy is not HitPolicy.UNIQUE:
            break
        if _may_match(trigger, values):
            found.update(
                column
                for column, value in enumerate(values)
                if value is None and not isinstance(trigger.cells[column], AnyCell)
            )
    return tuple(sorted(found))


def _explanation(
    table: MatrixTable,
    values: tuple[FactValue | None, ...],
    matched: tuple[TriggerRecord, ...],
    chosen: TriggerRecord | None,
    waiting: tuple[int, ...],
) -> tuple[str, ...]:
    lines = [_deciding_line(table, values, matched, chosen)]
    if chosen is not None:
        lines.extend(_also_line(table, chosen, other) for other in matched[1:])
    if waiting:
        named = join_words((table.dimensions[column].label for column in waiting), "and")
        verb = "is" if len(waiting) == 1 else "are"
        lines.append(f"{named} {verb} not known yet and could change this.")
    return tuple(lines)


def _deciding_line(
    table: MatrixTable,
    values: tuple[FactValue | None, ...],
    matched: tuple[TriggerRecord, ...],
    chosen: TriggerRecord | None,
) -> str:
    if chosen is not None:
        return f"Trigger {chosen.number} decides: {conditions_words(table, chosen.cells)}."
    if matched:
        numbers = join_words((str(one.number) for one in matched), "and")
        return f"Triggers {numbers} all match, and only one may. The catch-all holds until they are mended."
    known = [
        f"{one.label} {value_words(value, one)}"
        for one, value in zip(table.dimensions, values, strict=True)
        if value is not None
    ]
    about = f" for {', '.join(known)}" if known else ""
    end = "The catch-all holds." if table.catch_all else "There is no catch-all either."
    return f"No trigger matches{about}. {end}"


def conditions_words(table: MatrixTable, cells: tuple[Cell, ...]) -> str:
    """``Severity S2, Segment Business and Revenue ≥ €10,000``; leaves *any* out."""
    named = [
        f"{dimension.label} {cell_words(cell, dimension)}"
        for dimension, cell in zip(table.dimensions, cells, strict=True)
        if not isinstance(cell, AnyCell)
    ]
    return join_words(named, "and") or "it matches everything"


def _also_line(table: MatrixTable, chosen: TriggerRecord, other: TriggerRecord) -> str:
    if table.hit_policy is HitPolicy.HIGHEST_TIER and other.outcome.tier < chosen.outcome.tier:
        return f"Trigger {other.number} also matches, with the lower {table.tier_label(other.outcome.tier)}."
    return f"Trigger {other.number} also matches, and stands further down."


def decide_many(table: MatrixTable, columns: Mapping[str, Column]) -> NDArray[np.int32]:
    """The position (0-based) of the chosen trigger for each incident; -1 where none is.

    ``columns`` hold one sequence or array a dimension, all of one length; an absent column is missing
    throughout. NaN, NaT and ``None`` are missing. Raises `ValueError` for uneven lengths.
    """
    lengths = {len(columns[one.key]) for one in table.dimensions if one.key in columns}
    if len(lengths) > 1:
        raise ValueError("the columns of facts are of different lengths")
    length = lengths.pop() if lengths else 0
    axes, chooser = compiled(table)
    codes = []
    for dimension, axis in zip(table.dimensions, axes, strict=True):
        column = columns.get(dimension.key)
        if column is None:
            codes.append(np.full(length, axis.size - 1, dtype=np.intp))
        else:
            codes.append(encode(column, axis, partial(read_fact, dimension)))
    return chooser.choose(codes, length)


@lru_cache(maxsize=4)
def compiled(table: MatrixTable) -> tuple[tuple[Axis, ...], Chooser]:
    """The table made ready for many questions: an axis a dimension, whose last cell is the missing fact."""
    axes = tuple(_open_axis(table, column) for column in range(len(table.dimensions)))
    order = table.winning_order()
    rows = [table.triggers[row] for row in order]
    packed = [
        pack([axis.mask(row.cells[column]) for row in rows], axis.size, len(rows)) for column, axis in enumerate(axes)
    ]
    clashes = None
    if table.hit_policy is HitPolicy.UNIQUE:
        every = (1 << len(rows)) - 1
        clashes = pack([every & ~(1 << one) for one in range(len(rows))], len(rows), len(rows))
    return axes, Chooser(packed, order, clashes)


def _open_axis(table: MatrixTable, column: int) -> Axis:
    """An axis without bounds, since a fact may be anything; its last cell is the missing fact."""
    dimension = table.dimensions[column]
    cells = [one.cells[column] for one in table.triggers]
    if dimension.kind is DimensionKind.YES_NO:
        return ValueAxis((False, True), open_world=True, unknown=True)
    if dimension.kind is DimensionKind.CHOICE:
        return ValueAxis(_named(dimension, cells), open_world=True, unknown=True)
    return LineAxis(cells, dates=dimension.kind is DimensionKind.DATE, unknown=True)


def _named(dimension: DimensionRecord, cells: list[Cell]) -> tuple[str, ...]:
    keys = [one.key for one in dimension.choices]
    for cell in cells:
        keys.extend(getattr(cell, "keys", ()))
    return tuple(dict.fromkeys(keys))
