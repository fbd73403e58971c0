"""Bands: a dimension cut into the rows or columns of a map. Pure.

Choices are bands as they are. A number or a date is cut where some trigger makes a difference, and where that would be
too many, neighbours that differ least become one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from app.models.enums import DimensionKind, Part
from app.services.matrix.cells import AnyCell, Cell, YesNoCell, choices
from app.services.matrix.dimensions import DimensionRecord, FactError
from app.services.matrix.exact.axes import Axis, LineAxis, ValueAxis, bits
from app.services.matrix.exact.grid import Grid
from app.services.matrix.replay.cases import FactColumn
from app.services.matrix.replay.weighing import read_known
from app.services.matrix.writing import cell_words, write_sfeel

MOST_BANDS = 12
"""How many rows or columns a number or a date gets at most."""

NOT_KNOWN, ANOTHER = "?", "*"
"""Keys of the bands that no choice can have: a fact that is missing, and a value that the version does not know."""


@dataclass(frozen=True, slots=True)
class Band:
    """One row or column. ``mask`` are elementary cells of the axis; 0 where only incidents can be, and no trigger.

    ``cell`` passes exactly the values here, None where no cell can say that. ``rank`` counts the choices of a severity
    from 1, the heaviest; it is 0 elsewhere.
    """

    key: str
    label: str
    mask: int
    cell: Cell | None = None
    rank: int = 0

    @property
    def is_known(self) -> bool:
        """Whether it stands for values of the version."""
        return self.key not in (NOT_KNOWN, ANOTHER)


def bands_of(dimension: DimensionRecord, grid: Grid, column: int) -> tuple[Band, ...]:
    """The bands of a dimension, in its order; *Not known* last where the dimension is not asked at intake."""
    axis = grid.axes[column]
    known = _lines(dimension, grid, column, axis) if isinstance(axis, LineAxis) else _values(dimension, axis)
    if axis.unknown:
        known = (*known, Band(NOT_KNOWN, "Not known", axis.unknown))
    return known


def _values(dimension: DimensionRecord, axis: Axis) -> tuple[Band, ...]:
    if dimension.kind is DimensionKind.YES_NO:
        return tuple(
            Band("true" if value else "false", "Yes" if value else "No", axis.mask(YesNoCell(value)), YesNoCell(value))
            for value in (True, False)
        )
    severe = dimension.part is Part.SEVERITY
    found = [
        Band(one.key, one.label, axis.mask(choices([one.key])), choices([one.key]), place if severe else 0)
        for place, one in enumerate(dimension.choices, start=1)
    ]
    if isinstance(axis, ValueAxis) and axis.other:  # a dimension without choices: one value that nobody has named
        found.append(Band(ANOTHER, "Any value", axis.other))
    return tuple(found)


def _lines(dimension: DimensionRecord, grid: Grid, column: int, axis: LineAxis) -> tuple[Band, ...]:
    pieces = _fewer(_pieces(grid, column, axis))
    found = []
    for mask, _rows in pieces:
        cell = axis.cell(mask, open_ends=True)
        label = "Any value" if isinstance(cell, AnyCell) else cell_words(cell, dimension)
        found.append(Band(write_sfeel(cell), label, mask, cell))
    return tuple(found)


def _pieces(grid: Grid, column: int, axis: LineAxis) -> list[tuple[int, int]]:
    """The longest stretches in which every value passes the same triggers: mask, and those triggers as a bit set."""
    class_of = {one: number for number, mask in enumerate(grid.elements[column]) for one in bits(mask & axis.known)}
    found: list[tuple[int, int]] = []
    last = -1
    for one in sorted(class_of):
        if found and class_of[one] == last:
            found[-1] = (found[-1][0] | (1 << one), found[-1][1])
        else:
            found.append((1 << one, grid.holders[column][class_of[one]]))
        last = class_of[one]
    return found


def _fewer(pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """At most `MOST_BANDS` of them, made by joining the neighbours that the fewest triggers tell apart."""
    found = list(pieces)
    while len(found) > MOST_BANDS:
        apart = [(one[1] ^ other[1]).bit_count() for one, other in pairwise(found)]
        place = min(range(len(apart)), key=apart.__getitem__)
        one, other = found[place], found[place + 1]
        found[place : place + 2] = [(one[0] | other[0], one[1] | other[1])]
    return found


def with_strays(bands: Sequence[Band], codes: NDArray[np.int32]) -> tuple[Band, ...]:
    """The bands, and behind them those that only incidents need; ``codes`` are those of `places`."""
    keys = [one.key for one in bands]
    found = list(bands)
    if NOT_KNOWN not in keys and bool((codes == -1).any()):
        found.append(Band(NOT_KNOWN, "Not known", 0))
    if ANOTHER not in keys and bool((codes == -2).any()):
        found.append(Band(ANOTHER, "Another value", 0))
    return tuple(found)


def places(
    dimension: DimensionRecord, axis: Axis, bands: Sequence[Band], column: FactColumn | None, length: int
) -> NDArray[np.int32]:
    """The band of each case by its position; -1 is not known, -2 a value that the version does not know."""
    if column is None:
        return np.full(length, -1, dtype=np.int32)
    band_of: Mapping[int, int] = {
        one: place for place, band in enumerate(bands) if band.is_known for one in bits(band.mask)
    }
    found = [_place(dimension, axis, band_of, value) for value in column.values]
    codes: NDArray[np.int32] = np.array([*found, -1], dtype=np.int32)[column.codes]
    return codes


def _place(dimension: DimensionRecord, axis: Axis, band_of: Mapping[int, int], value: object) -> int:
    try:
        read = read_known(dimension, value)
    except FactError:
        return -1  # the rules take what they cannot read as missing
    if read is None:
        return -1
    cell = axis.find(read)
    return -2 if cell is None else band_of.get(cell, -2)


def settled(bands: Sequence[Band], codes: NDArray[np.int32]) -> NDArray[np.int32]:
    """``codes`` with the cases that are not known or unknown to the version in the bands made for them."""
    keys = {one.key: place for place, one in enumerate(bands)}
    found = codes.copy()
    found[codes == -1] = keys.get(NOT_KNOWN, -1)
    found[codes == -2] = keys.get(ANOTHER, -1)
    return found
