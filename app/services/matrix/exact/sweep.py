"""The part of the space that rows leave open, column by column, equal states once (decision-tables.md 2.3).

Good where columns have few classes and rows ask little; the states are the sets of rows still alive.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from time import monotonic
from typing import TypeAlias

from app.services.matrix.exact.grid import Cube, Grid, Measure
from app.services.matrix.exact.split import OutOfTime

_Edges: TypeAlias = tuple[tuple[int, int], ...]  # (mask of classes, next state); -1 is open whatever follows

_LOOK_EVERY = 256


class Sweep:
    """The uncovered space as a diagram of states; raises `OutOfTime` while built past its limits."""

    def __init__(self, grid: Grid, rows: int, *, max_states: int, deadline: float | None) -> None:
        self.grid = grid
        self.order = sorted(range(len(grid.axes)), key=lambda column: len(grid.elements[column]))
        self._max_states = max_states
        self._deadline = deadline
        self._states: list[dict[int, _Edges]] = [{} for _ in self.order]
        self._free = self._free_after(rows)
        self.rows = rows
        self.is_closed = bool(rows & self._free[0])
        if rows and not self.is_closed:
            self._build(0, rows)

    def _free_after(self, rows: int) -> list[int]:
        """For each depth the rows that ask nothing from there on."""
        free = [rows]
        for column in reversed(self.order):
            whole = self.grid.full[column]
            kept = sum(1 << row for row, cube in enumerate(self.grid.cubes) if cube[column] == whole)
            free.append(free[-1] & kept)
        return free[::-1]

    def _build(self, depth: int, alive: int) -> None:
        """Visits every state that can be reached, deepest branch first, without recursion."""
        pending = [(depth, alive)]
        made = 0
        while pending:
            depth, alive = pending.pop()
            if alive in self._states[depth]:
                continue
            made += 1
            if made > self._max_states:
                raise OutOfTime
            if self._deadline is not None and made % _LOOK_EVERY == 0 and monotonic() > self._deadline:
                raise OutOfTime
            edges = self._edges(depth, alive)
            self._states[depth][alive] = edges
            pending.extend((depth + 1, following) for _, following in edges if following > 0)

    def _edges(self, depth: int, alive: int) -> _Edges:
        column = self.order[depth]
        closing = self._free[depth + 1]
        groups: dict[int, int] = {}
        for number, holder in enumerate(self.grid.holders[column]):
            following = alive & holder
            if following & closing:
                continue
            key = following or -1
            groups[key] = groups.get(key, 0) | (1 << number)
        return tuple((mask, following) for following, mask in groups.items())

    def _fold(self, sides: Sequence[Measure | None], empty: Fraction | int) -> Fraction | int:
        """The sum over all open paths of the product of their sides; ``empty`` per side without a measure."""
        if self.is_closed:
            return 0
        rest = self._products(sides, empty)
        if not self.rows:
            return rest[0]
        below: dict[int, Fraction | int] = {}
        for depth in reversed(range(len(self.order))):
            column, measure = self.order[depth], sides[self.order[depth]]
            here: dict[int, Fraction | int] = {}
            for alive, edges in self._states[depth].items():
                total: Fraction | int = 0
                for mask, following in edges:
                    side = measure.side(column, mask) if measure else 1
                    total += side * (rest[depth + 1] if following < 0 else below[following])
                here[alive] = total
            below = here
        return below[self.rows]

    def _products(self, sides: Sequence[Measure | None], empty: Fraction | int) -> list[Fraction | int]:
        found: list[Fraction | int] = [1]
        for column in reversed(self.order):
            measure = sides[column]
            whole = measure.side(column, self.grid.full[column]) if measure else empty
            found.append(found[-1] * whole)
        return found[::-1]

    def measure(self, measure: Measure) -> Fraction | int:
        """What is open, measured."""
        return self._fold([measure] * len(self.order), 1)

    def count(self) -> int:
        """The number of boxes that `boxes` gives."""
        return int(self._fold([None] * len(self.order), 1))

    def boxes(self) -> Iterator[Cube]:
        """Disjoint boxes that make up all that is open."""
        if self.is_closed:
            return
        stack: list[tuple[int, int, dict[int, int]]] = [(0, self.rows or -1, {})]
        while stack:
            depth, alive, sides = stack.pop()
            if alive < 0:
                yield tuple(sides.get(column, whole) for column, whole in enumerate(self.grid.full))
                continue
            for mask, following in self._states[depth][alive]:
                stack.append((depth + 1, following, {**sides, self.order[depth]: mask}))
