"""Rows laid into their axes: masks, which rows overlap, and classes of elementary cells no row tells apart."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from fractions import Fraction
from operator import and_
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.services.matrix.cells import Cell
from app.services.matrix.exact.axes import Axis, bits

Cube: TypeAlias = tuple[int, ...]
"""A box: for each axis a mask, of elementary cells or (inside the grid) of classes of them."""


class Grid:
    """A compiled table.

    ``regions`` hold for each row the masks of elementary cells; ``cubes`` the same in classes, and
    ``full`` the whole space in classes; ``narrow`` are for each axis the rows (bit set) that do not pass
    all of it. Classes keep the order of the line by their first cell.
    """

    def __init__(self, axes: Sequence[Axis], rows: Sequence[Sequence[Cell]]) -> None:
        self.axes = tuple(axes)
        masks = [[axis.mask(row[column]) for row in rows] for column, axis in enumerate(axes)]
        self.regions: list[Cube] = [tuple(mask[row] for mask in masks) for row in range(len(rows))]
        self.elements: list[list[int]] = []
        self.holders: list[list[int]] = []
        by_class = [self._classes(axis, mask) for axis, mask in zip(axes, masks, strict=True)]
        self.cubes: list[Cube] = [tuple(column[row] for column in by_class) for row in range(len(rows))]
        self.full: Cube = tuple((1 << len(one)) - 1 for one in self.elements)
        self.empty = [any(mask == 0 for mask in region) for region in self.regions]
        self.narrow = [
            sum(1 << row for row, cube in enumerate(self.cubes) if cube[column] != whole)
            for column, whole in enumerate(self.full)
        ]
        self._unions: list[dict[int, int]]
        self.forget()

    def _classes(self, axis: Axis, masks: list[int]) -> list[int]:
        """Groups the cells of ``axis`` by the rows that hold them; returns each row's mask in groups.

        *Unknown* stays a class of its own, the last one.
        """
        width = axis.size // 8 + 1
        packed = b"".join(mask.to_bytes(width, "little") for mask in masks)
        table = np.frombuffer(packed, dtype=np.uint8).reshape(len(masks), width)
        flags = np.unpackbits(table, axis=1, bitorder="little", count=axis.size)
        by_cell = np.packbits(flags.T, axis=1, bitorder="little")
        groups: dict[tuple[bytes, bool], int] = {}
        firsts: list[int] = []
        for position in range(axis.size):
            key = (by_cell[position].tobytes(), axis.unknown == 1 << position)
            if key not in groups:
                firsts.append(position)
            groups[key] = groups.get(key, 0) | (1 << position)
        self.elements.append(list(groups.values()))
        self.holders.append([int.from_bytes(rows, "little") for rows, _ in groups])
        by_row = np.packbits(flags[:, firsts], axis=1, bitorder="little")
        return [int.from_bytes(row.tobytes(), "little") for row in by_row]

    def touching(self, column: int, mask: int) -> int:
        """The rows (bit set) whose cell in ``column`` meets the classes of ``mask``."""
        known = self._unions[column]
        found = known.get(mask)
        if found is None:
            found = 0
            for number in bits(mask):
                found |= self.holders[column][number]
            known[mask] = found
        return found

    def forget(self) -> None:
        """The rows are others: what was remembered about them is not true any more."""
        self._unions = [{} for _ in self.axes]

    def meeting(self, row: int) -> int:
        """The other rows (bit set) that some combination of values shares with ``row``."""
        if self.empty[row]:
            return 0
        alive = ~(1 << row)
        for column, mask in enumerate(self.cubes[row]):
            alive &= self.touching(column, mask)
            if not alive:
                break
        return max(0, alive)

    def rows_in(self, cube: Cube) -> int:
        """The rows (bit set) that some combination of values shares with a box."""
        alive = (1 << len(self.cubes)) - 1
        for column, mask in enumerate(cube):
            alive &= self.touching(column, mask)
        return alive

    def without_unknown(self) -> Grid:
        """The same rows over known facts alone, in the same classes: *unknown*, the last one, is left out."""
        lacking = [column for column, axis in enumerate(self.axes) if axis.unknown]
        if not lacking:
            return self
        found = copy(self)
        found.elements, found.holders = list(self.elements), list(self.holders)
        found.narrow, found._unions = list(self.narrow), [{} for _ in self.axes]
        for column in lacking:
            found.elements[column], found.holders[column] = self.elements[column][:-1], self.holders[column][:-1]
        found.full = tuple((1 << len(one)) - 1 for one in found.elements)
        found.cubes = [tuple(map(and_, cube, found.full)) for cube in self.cubes]
        for column in lacking:
            whole = found.full[column]
            found.narrow[column] = sum(1 << row for row, cube in enumerate(found.cubes) if cube[column] != whole)
        return found

    def expand(self, cube: Cube) -> Cube:
        """A box of classes as a box of elementary cells."""
        found = []
        for column, mask in enumerate(cube):
            axis, classes = self.axes[column], self.elements[column]
            if mask == self.full[column]:
                found.append(axis.full if not axis.unknown or classes[-1] == axis.unknown else axis.known)
                continue
            cells = 0
            for number in bits(mask):
                cells |= classes[number]
            found.append(cells)
        return tuple(found)

    def weights(self) -> list[list[Fraction]] | None:
        """What each class of each axis measures; ``None`` where a column has no bounds."""
        found = []
        for column in range(len(self.axes)):
            weights = self.weights_of(column)
            if weights is None:
                return None
            found.append(weights)
        return found

    def weights_of(self, column: int) -> list[Fraction] | None:
        """What each class of one axis measures; ``None`` where the column has no bounds."""
        lengths = self.axes[column].lengths()
        if lengths is None:
            return None
        return [sum((lengths[one] for one in bits(mask)), Fraction(0)) for mask in self.elements[column]]

    def counts(self) -> list[list[Fraction]]:
        """The number of elementary cells of each class of each axis."""
        return [[Fraction(mask.bit_count()) for mask in classes] for classes in self.elements]


class Measure:
    """The size of boxes under weights a class, each mask weighed once."""

    def __init__(self, weights: Sequence[Sequence[Fraction]]) -> None:
        self._weights = [list(map(_plain, one)) for one in weights]
        self._known: list[dict[int, Fraction | int]] = [{} for _ in weights]

    def weigh_again(self, column: int, weights: Sequence[Fraction]) -> None:
        """The classes of an axis are others from now on."""
        self._weights[column] = list(map(_plain, weights))
        self._known[column] = {}

    def side(self, column: int, mask: int) -> Fraction | int:
        """The measure of ``mask`` along one axis."""
        known = self._known[column]
        found = known.get(mask)
        if found is None:
            found = sum((self._weights[column][one] for one in bits(mask)), 0)
            known[mask] = found
        return found

    def __call__(self, cube: Cube) -> Fraction | int:
        """The measure of a box: the product of its sides."""
        found: Fraction | int = 1
        for column, mask in enumerate(cube):
            found *= self.side(column, mask)
        return found


def flags(rows: int, count: int) -> NDArray[np.int64]:
    """The first ``count`` rows of a bit set as noughts and ones."""
    rows &= (1 << count) - 1
    packed = np.frombuffer(rows.to_bytes((count + 7) // 8, "little"), dtype=np.uint8)
    return np.unpackbits(packed, bitorder="little")[:count].astype(np.int64)


def _plain(value: Fraction) -> Fraction | int:
    """Whole fractions as ints, which are many times faster to add."""
    return value.numerator if value.denominator == 1 else value
