"""A grid that follows its table: rows come and go, and only the columns that they cut anew are touched.

Cuts and classes that no row needs any more stay: finer than need be is still exact. `is_worn` says when there are
so many of them that a new grid is the better way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TypeAlias

from app.services.matrix.cells import Cell
from app.services.matrix.exact.axes import LineAxis, bits
from app.services.matrix.exact.grid import Cube, Grid

Split: TypeAlias = tuple[int, int]
"""A class (by its number) of a column that became two: it and the next one."""

_WORN_BY = 64


def spread(mask: int, place: int, count: int) -> int:
    """``mask`` where the bit at ``place`` became ``count`` bits alike."""
    low, high = mask & ((1 << place) - 1), mask >> (place + 1)
    middle = ((1 << count) - 1) << place if mask >> place & 1 else 0
    return low | middle | high << (place + count)


def with_place(mask: int, place: int) -> int:
    """A bit set of rows in which a row, not in the set, came in at ``place``."""
    return mask & ((1 << place) - 1) | mask >> place << (place + 1)


def without_place(mask: int, place: int) -> int:
    """A bit set of rows in which the row at ``place`` went."""
    return mask & ((1 << place) - 1) | mask >> (place + 1) << place


def split_cube(cube: Cube, splits: Sequence[Split]) -> Cube:
    """A box of classes after those classes were split, one after the other."""
    found = list(cube)
    for column, number in splits:
        found[column] = spread(found[column], number, 2)
    return tuple(found)


class LiveGrid:
    """Edits ``grid`` in place. Whoever keeps boxes of it brings them along by `split_cube` with what `insert` gives."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self._most = sum(map(len, grid.elements)) * 3 // 2 + _WORN_BY

    @property
    def is_worn(self) -> bool:
        """Whether so many classes came in that a new grid pays."""
        return sum(map(len, self.grid.elements)) > self._most

    def remove(self, row: int) -> None:
        """Takes a row out; those behind it move up."""
        grid = self.grid
        for column, holders in enumerate(grid.holders):
            grid.holders[column] = [without_place(one, row) for one in holders]
            grid.narrow[column] = without_place(grid.narrow[column], row)
        del grid.regions[row], grid.cubes[row], grid.empty[row]
        grid.forget()

    def insert(self, row: int, cells: Sequence[Cell]) -> list[Split]:
        """Puts a row in at ``row``; the classes that had to be split, in the order in which it happened."""
        grid = self.grid
        splits: list[Split] = []
        region: list[int] = []
        for column, cell in enumerate(cells):
            self._cut(column, cell)
            mask = grid.axes[column].mask(cell)
            splits.extend((column, number) for number in self._divide(column, mask))
            region.append(mask)
        cube = tuple(self._classes(column, mask) for column, mask in enumerate(region))
        bit = 1 << row
        for column, inside in enumerate(cube):
            holders = [with_place(one, row) for one in grid.holders[column]]
            for number in bits(inside):
                holders[number] |= bit
            grid.holders[column] = holders
            narrow = with_place(grid.narrow[column], row)
            grid.narrow[column] = narrow | bit if inside != grid.full[column] else narrow
        grid.regions.insert(row, tuple(region))
        grid.cubes.insert(row, cube)
        grid.empty.insert(row, 0 in region)
        grid.forget()
        return splits

    def _cut(self, column: int, cell: Cell) -> None:
        """Cuts an axis where ``cell`` ends; each row and class keeps what it has."""
        axis = self.grid.axes[column]
        if not isinstance(axis, LineAxis) or not axis.lacks(cell):
            return
        made, places = axis.refined(cell)
        self.grid.axes = (*self.grid.axes[:column], made, *self.grid.axes[column + 1 :])
        for place, count in places:
            regions = self.grid.regions
            for row, region in enumerate(regions):
                wider = spread(region[column], place, count)
                regions[row] = (*region[:column], wider, *region[column + 1 :])
            self.grid.elements[column] = [spread(one, place, count) for one in self.grid.elements[column]]

    def _divide(self, column: int, mask: int) -> list[int]:
        """Splits the classes that ``mask`` holds in part; their numbers, the last one first."""
        grid = self.grid
        elements, holders = grid.elements[column], grid.holders[column]
        divided = [number for number, one in enumerate(elements) if one & mask and one & ~mask]
        for number in reversed(divided):
            parts = sorted((elements[number] & mask, elements[number] & ~mask), key=lambda one: one & -one)
            elements[number : number + 1] = parts
            holders.insert(number, holders[number])
            for row, cube in enumerate(grid.cubes):
                grid.cubes[row] = (*cube[:column], spread(cube[column], number, 2), *cube[column + 1 :])
        if divided:
            grid.full = tuple((1 << len(one)) - 1 for one in grid.elements)
        return divided[::-1]

    def _classes(self, column: int, mask: int) -> int:
        return sum(1 << number for number, one in enumerate(self.grid.elements[column]) if one & mask)


def counts_of(grid: Grid, column: int, cells: Iterable[Cell]) -> list[Fraction]:
    """The number of elementary cells of each class of an axis, as if it were cut for these cells alone."""
    axis, classes = grid.axes[column], grid.elements[column]
    if not isinstance(axis, LineAxis):
        return [Fraction(mask.bit_count()) for mask in classes]
    each = axis.counted(cells)
    return [Fraction(sum(each[one] for one in bits(mask))) for mask in classes]
