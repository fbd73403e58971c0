"""Which triggers match each case, which one decides, and which missing facts could have changed that. Pure.

The same answers as `app.services.matrix.decide.ask` gives one by one, for all cases at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.models.enums import DimensionKind, HitPolicy
from app.services.matrix.bitsets import Chooser, Codes, Words
from app.services.matrix.cells import AnyCell, FactValue
from app.services.matrix.decide import compiled
from app.services.matrix.dimensions import DimensionRecord, FactError, read_fact
from app.services.matrix.exact.axes import Axis
from app.services.matrix.replay.cases import Cases, FactColumn
from app.services.matrix.table import MatrixTable

_YES_NO = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """Answers for all cases. ``chosen`` is a row of the table (0-based), -1 where none decides.

    ``matches`` counts the triggers that match. ``open_facts`` says by dimension key which cases lack a fact that
    could still change their answer; ``unreadable`` how many values the table could not read, and took as missing.
    """

    chosen: NDArray[np.int32]
    matches: NDArray[np.int32]
    open_facts: Mapping[str, NDArray[np.bool_]]
    unreadable: Mapping[str, int]
    words: Words
    order: NDArray[np.intp]

    @property
    def covered(self) -> NDArray[np.bool_]:
        """The cases that at least one trigger matches."""
        return self.matches > 0

    @property
    def waiting(self) -> NDArray[np.bool_]:
        """The cases that were decided without a fact that could change the answer."""
        found = np.zeros(len(self.chosen), dtype=np.bool_)
        for one in self.open_facts.values():
            found |= one
        return found

    def matched_by(self, row: int) -> NDArray[np.bool_]:
        """The cases that a trigger matches, whether or not it decides them."""
        bit = int(np.flatnonzero(self.order == row)[0])
        word, place = divmod(bit, 64)
        found: NDArray[np.bool_] = (self.words[:, word] >> np.uint64(place)) & np.uint64(1) == 1
        return found


def weigh_many(table: MatrixTable, cases: Cases) -> Weighed:
    """The answers of ``table`` for all cases. A value that it cannot read counts as missing."""
    axes, chooser = compiled(table)
    codes, unreadable = _encode(table, axes, cases)
    if not table.triggers or not table.dimensions:
        return _without_conditions(table, chooser, cases, unreadable)
    matching = chooser.matching(codes)
    chosen = chooser.winners(matching)
    could = _could_win(table, chooser, axes, codes, chosen) & ~matching
    return Weighed(
        chosen=chosen,
        matches=np.bitwise_count(matching).sum(axis=1, dtype=np.int32),
        open_facts=_open_facts(table, chooser, axes, codes, could),
        unreadable=unreadable,
        words=matching,
        order=chooser.order,
    )


def _encode(table: MatrixTable, axes: tuple[Axis, ...], cases: Cases) -> tuple[list[Codes], dict[str, int]]:
    """For each dimension the elementary cell of each case, and how many values could not be read."""
    codes, unreadable = [], {}
    for dimension, axis in zip(table.dimensions, axes, strict=True):
        missing = axis.size - 1
        column = cases.facts.get(dimension.key)
        if column is None:
            codes.append(np.full(len(cases), missing, dtype=np.intp))
            continue
        cells, strange = _cells(dimension, axis, column)
        codes.append(cells[column.codes])  # -1 takes the last one, which is the missing fact
        lost = int(np.isin(column.codes, strange).sum()) if strange else 0
        if lost:
            unreadable[dimension.key] = lost
    return codes, unreadable


def _cells(dimension: DimensionRecord, axis: Axis, column: FactColumn) -> tuple[Codes, list[int]]:
    """The elementary cell of each distinct value, that of a missing fact last; and which could not be read."""
    missing = axis.size - 1
    found, strange = [], []
    for code, value in enumerate(column.values):
        try:
            read = read_known(dimension, value)
        except FactError:
            strange.append(code)
            read = None
        cell = axis.find(read)
        found.append(missing if cell is None else cell)
    return np.array([*found, missing], dtype=np.intp), strange


def read_known(dimension: DimensionRecord, value: object) -> FactValue | None:
    """A value as histories keep it, in the form that cells compare with: yes and no may be text there.

    Raises `app.services.matrix.dimensions.FactError`.
    """
    if dimension.kind is DimensionKind.YES_NO and not isinstance(value, bool):
        value = _YES_NO.get(str(value).strip().lower(), value)
    return read_fact(dimension, value)


def _could_win(
    table: MatrixTable, chooser: Chooser, axes: tuple[Axis, ...], codes: list[Codes], chosen: NDArray[np.int32]
) -> Words:
    """The bits of triggers that would win over the chosen one if the missing facts were known to suit them."""
    count, width = len(table.triggers), chooser.width
    every = _bits_below(np.array([count]), width)[0]
    may = np.broadcast_to(every, (len(chosen), width)).copy()
    for column, axis in enumerate(axes):
        missing = codes[column] == axis.size - 1
        may &= np.where(missing[:, None], every, chooser.row(column, codes[column]))
    if table.hit_policy is HitPolicy.UNIQUE:
        return may  # a second match would undo any answer
    place_of = np.empty(count + 1, dtype=np.intp)
    place_of[chooser.order] = np.arange(count)
    place_of[count] = count  # nothing chosen: all of them would win
    return may & _bits_below(place_of[chosen], width)  # -1 takes the last


def _bits_below(places: NDArray[np.intp], width: int) -> Words:
    """For each place the words in which all bits below it are set."""
    left = np.clip(places[:, None] - 64 * np.arange(width), 0, 64)
    full = left == 64
    part = (np.uint64(1) << np.where(full, 0, left).astype(np.uint64)) - np.uint64(1)
    return np.where(full, np.uint64(0xFFFFFFFFFFFFFFFF), part)


def _open_facts(
    table: MatrixTable, chooser: Chooser, axes: tuple[Axis, ...], codes: list[Codes], could: Words
) -> dict[str, NDArray[np.bool_]]:
    found = {}
    for column, (dimension, axis) in enumerate(zip(table.dimensions, axes, strict=True)):
        asks = [not isinstance(table.triggers[row].cells[column], AnyCell) for row in chooser.order]
        bits = np.zeros(64 * chooser.width, dtype=np.uint8)
        bits[: len(asks)] = asks
        asking = np.packbits(bits, bitorder="little").view(np.uint64)
        missing = codes[column] == axis.size - 1
        found[dimension.key] = missing & (could & asking).any(axis=1)
    return found


def _without_conditions(table: MatrixTable, chooser: Chooser, cases: Cases, unreadable: dict[str, int]) -> Weighed:
    """A table without triggers matches nothing, one without dimensions always matches all it has."""
    count, length = len(table.triggers), len(cases)
    width = max(-(-count // 64), 1)
    nothing = np.zeros(length, dtype=np.bool_)
    decides = count == 1 or (count > 1 and table.hit_policy is not HitPolicy.UNIQUE)
    return Weighed(
        chosen=np.full(length, chooser.order[0] if decides else -1, dtype=np.int32),
        matches=np.full(length, count, dtype=np.int32),
        open_facts={one.key: nothing for one in table.dimensions},
        unreadable=unreadable,
        words=np.repeat(_bits_below(np.array([count]), width), length, axis=0),
        order=chooser.order,
    )
