"""Which trigger decides which share of a box: exact, by the classes of the grid, equal states once. Pure.

A state is the set of triggers still alive after some columns, in winning order. Whatever stands behind a trigger that
asks nothing more can no longer win, and is dropped: that keeps the states few.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.models.enums import HitPolicy
from app.services.matrix.exact.axes import bits
from app.services.matrix.exact.split import OutOfTime
from app.services.matrix.verify.space import Layout

GAP, CAUGHT, CLASH = -1, -2, -3
"""Who decides where no trigger does: nobody, the catch-all knowingly, nobody because several may not match together."""

MOST_STATES = 200_000

Tally = Mapping[int, float]


class Shares:
    """Answers for one layout and the classes of each column that are let in (a filter).

    ``allowed`` has for each column its classes with their weights; they sum up to 1. Raises `OutOfTime` past
    `MOST_STATES`.
    """

    def __init__(self, layout: Layout, first: Sequence[int], allowed: Sequence[Mapping[int, float]]) -> None:
        grid = layout.wide
        self._unique = layout.table.hit_policy is HitPolicy.UNIQUE
        triggers = len(layout.table.triggers)
        winning = [*layout.order, *range(triggers, len(grid.cubes))]
        winning = [row for row in winning if not grid.empty[row]]
        self._row_of = [row if row < triggers else CAUGHT for row in winning]
        self._triggers = sum(1 << place for place, row in enumerate(winning) if row < triggers)
        self._holders = [_by_place(grid.holders[column], winning) for column in range(len(grid.axes))]
        self._allowed = list(allowed)
        rest = [column for column in range(len(grid.axes)) if column not in first]
        self._order = sorted(rest, key=lambda column: len(allowed[column]))
        self._narrow = [self._asking(column) for column in self._order]
        self._free = self._free_after(len(winning))
        self._known: list[dict[int, Tally]] = [{} for _ in self._order]
        self._made = 0

    def _asking(self, column: int) -> int:
        """The triggers that do not pass all the classes let in of a column."""
        every = -1
        for number in self._allowed[column]:
            every &= self._holders[column][number]
        return ~every

    def _free_after(self, count: int) -> list[int]:
        free = [(1 << count) - 1]
        for narrow in reversed(self._narrow):
            free.append(free[-1] & ~narrow)
        return free[::-1]

    def alive(self, chosen: Mapping[int, int]) -> int:
        """The triggers (bits in winning order) that pass these classes, by column, and may match something there."""
        found = (1 << len(self._row_of)) - 1
        for column, number in chosen.items():
            found &= self._holders[column][number]
        for column in self._order:
            some = 0
            for number in self._allowed[column]:
                some |= self._holders[column][number]
            found &= some
        return found

    def rows(self, alive: int) -> list[int]:
        """The triggers of a bit set, in winning order."""
        return [self._row_of[one] for one in bits(alive & self._triggers)]

    def tally(self, alive: int, depth: int = 0) -> Tally:
        """The share of the rest of the space that each row decides; the sum is 1."""
        if not self._unique:
            free = alive & self._free[depth]
            if free:
                alive &= ((free & -free) << 1) - 1
                if alive == free & -free:
                    return {self._row_of[alive.bit_length() - 1]: 1.0}
        if not alive or depth == len(self._order):
            return {self._outcome(alive): 1.0}
        if not alive & self._narrow[depth]:
            return self.tally(alive, depth + 1)
        known = self._known[depth].get(alive)
        if known is None:
            known = self._known[depth][alive] = self._summed(alive, depth)
        return known

    def _summed(self, alive: int, depth: int) -> Tally:
        self._made += 1
        if self._made > MOST_STATES:
            raise OutOfTime
        column = self._order[depth]
        groups: dict[int, float] = {}
        for number, weight in self._allowed[column].items():
            following = alive & self._holders[column][number]
            groups[following] = groups.get(following, 0.0) + weight
        found: dict[int, float] = {}
        for following, weight in groups.items():
            for row, share in self.tally(following, depth + 1).items():
                found[row] = found.get(row, 0.0) + weight * share
        return found

    def _outcome(self, alive: int) -> int:
        """Who decides where exactly these match."""
        matching = alive & self._triggers
        if self._unique and matching.bit_count() > 1:
            return CLASH
        if matching:
            return self._row_of[(matching & -matching).bit_length() - 1]
        return CAUGHT if alive else GAP


def _by_place(holders: Sequence[int], winning: Sequence[int]) -> list[int]:
    """Bit sets of rows as bit sets of places in winning order."""
    place_of = {row: place for place, row in enumerate(winning)}
    return [sum(1 << place_of[row] for row in bits(held) if row in place_of) for held in holders]
