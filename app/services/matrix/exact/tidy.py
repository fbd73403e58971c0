"""Open boxes as people would name them: few, large, and *any* along as many axes as can be."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, product
from operator import and_

from app.services.matrix.exact.axes import LineAxis, bits
from app.services.matrix.exact.grid import Cube, Grid, Measure

_SEEDS, _FEWER_SEEDS, _MANY_ROWS = 8, 2, 500


def tidy_boxes(grid: Grid, boxes: Sequence[Cube], measure: Measure) -> list[Cube]:
    """Disjoint boxes with the same union as ``boxes``, each grown as far as no row and no other box is met."""
    columns = sorted(range(len(grid.axes)), key=lambda column: (not isinstance(grid.axes[column], LineAxis), -column))
    left = sorted(boxes, key=lambda box: (-measure(box), box))
    made: list[Cube] = []
    while left:
        seeds = _seeds(left[0], _SEEDS if len(grid.cubes) <= _MANY_ROWS else _FEWER_SEEDS)
        grown = [_grow(grid, seed, made, columns) for seed in seeds]
        best = max(grown, key=lambda box: (_full_sides(grid, box), measure(box)))
        made.append(best)
        left = [part for box in left for part in subtract(box, best)]
    return made


def _seeds(box: Cube, count: int) -> list[Cube]:
    """A few single combinations out of ``box``, one class an axis, and the box itself."""
    sides = [[1 << one for one in bits(mask)] for mask in box]
    return [box, *islice(product(*sides), count)]


def _full_sides(grid: Grid, box: Cube) -> int:
    return sum(mask == whole for mask, whole in zip(box, grid.full, strict=True))


def _grow(grid: Grid, seed: Cube, made: Sequence[Cube], columns: Sequence[int]) -> Cube:
    """``seed`` grown: first along the axes that can become *any*, then as far as it goes."""
    box = list(seed)
    for only_whole in (True, False):
        for column in columns:
            free = grid.full[column] & ~_taken(grid, box, made, column)
            if not only_whole or free == grid.full[column]:
                box[column] |= free
    return tuple(box)


def _taken(grid: Grid, box: Sequence[int], made: Sequence[Cube], column: int) -> int:
    """The classes of ``column`` into which ``box`` cannot grow, for a row or another box that is there."""
    others = [one for one in range(len(box)) if one != column]
    rows = (1 << len(grid.cubes)) - 1
    for one in others:
        rows &= grid.touching(one, box[one])
    taken = 0
    if rows.bit_count() < len(grid.holders[column]):
        for row in bits(rows):
            taken |= grid.cubes[row][column]
    else:
        for number, holder in enumerate(grid.holders[column]):
            if holder & rows:
                taken |= 1 << number
    for there in made:
        if all(there[one] & box[one] for one in others):
            taken |= there[column]
    return taken


def subtract(box: Cube, other: Cube) -> list[Cube]:
    """What is left of ``box`` outside of ``other``, as disjoint boxes."""
    if not all(map(and_, box, other)):
        return [box]
    found: list[Cube] = []
    rest = list(box)
    for column, side in enumerate(other):
        outside = rest[column] & ~side
        if outside:
            found.append((*rest[:column], outside, *rest[column + 1 :]))
        rest[column] &= side
    return found
