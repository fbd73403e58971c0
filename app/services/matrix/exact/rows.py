"""What rows are to each other under a hit policy: masked, removable, mergeable. Rows count from 0."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from operator import ne

from app.services.matrix.exact.axes import LineAxis, bits
from app.services.matrix.exact.grid import Cube, Grid
from app.services.matrix.exact.split import ActiveRow, Settle, covered_once, covered_twice, is_open

_FEW = 10


class Rows:
    """The rows of a grid with their outcomes, and which of them meet (``meeting``, bit sets)."""

    def __init__(self, grid: Grid, outcomes: Sequence[Hashable], *, deadline: float | None = None) -> None:
        self.grid = grid
        self.outcomes = list(outcomes)
        self.deadline = deadline
        self.meeting = [grid.meeting(row) for row in range(len(outcomes))]

    def named(self, rows: Iterable[int]) -> list[tuple[int, Cube]]:
        """Rows with their cubes, as `open_boxes` takes them."""
        return [(row, self.grid.cubes[row]) for row in rows]

    def open_part(self, row: int, others: Iterable[int], settle: Settle = covered_once) -> Cube | None:
        """A box inside ``row`` that ``others`` leave open; ``None`` when they cover it all."""
        if self.grid.empty[row]:
            return None
        return is_open(self.grid.cubes[row], self.named(others), settle=settle, deadline=self.deadline)

    def is_masked(self, row: int, winners: Iterable[int]) -> bool:
        """Whether ``winners`` together cover ``row``, so that it can never be chosen."""
        return self.open_part(row, winners) is None

    def cover(self, row: int, winners: Sequence[int]) -> list[int]:
        """A few of ``winners`` that cover ``row`` together as all of them do, in their order.

        One row where one suffices, else those that a proof needed. None can be left out where they are few.
        """
        cubes = self.grid.cubes
        for one in winners:
            if all(not mask & ~side for mask, side in zip(cubes[row], cubes[one], strict=True)):
                return [one]
        used: set[int] = set()

        def settle(_known: int, other: int) -> None:
            used.add(other)

        self.open_part(row, winners, settle)
        kept = [one for one in winners if one in used]
        for one in reversed(kept) if len(kept) <= _FEW else ():
            fewer = [other for other in kept if other != one]
            if self.is_masked(row, fewer):
                kept = fewer
        return kept

    def is_idle_in_order(self, row: int, place: Sequence[int]) -> bool:
        """Whether removing ``row`` changes no answer where the row with the lowest ``place`` wins."""
        near = bits(self.meeting[row])
        ahead = [one for one in near if place[one] < place[row]]
        behind = sorted((one for one in near if place[one] > place[row]), key=lambda one: place[one])
        outcome = self.outcomes[row]
        same = [one for one in behind if self.outcomes[one] == outcome]
        if self.open_part(row, [*ahead, *same]) is not None:
            return False
        if len(same) == len(behind) or self.is_masked(row, ahead):
            return True
        return not self._falls_elsewhere(row, ahead, behind, place)

    def _falls_elsewhere(self, row: int, ahead: list[int], behind: list[int], place: Sequence[int]) -> bool:
        """Whether somewhere in ``row``, outside of ``ahead``, the first of ``behind`` decides differently.

        What a box knows is 1 + the place of the first row behind that covers it, 0 where none does.
        """
        own, outcomes = self.outcomes[row], self.outcomes
        limit = place[row]
        by_place = {place[one]: one for one in behind}

        def settle(known: int, other: int) -> int | None:
            if place[other] < limit:
                return None
            return min(known, place[other] + 1) if known else place[other] + 1

        def prune(active: list[ActiveRow], known: int) -> list[ActiveRow] | None:
            left = [one for one in active if not known or place[one[2]] < known]
            later = [outcomes[one[2]] == own for one in left if place[one[2]] > limit]
            if known and outcomes[by_place[known - 1]] == own:
                return left if not all(later) else None
            return left if any(later) else [one for one in left if place[one[2]] < limit]

        rows = self.named([*ahead, *behind])
        return is_open(self.grid.cubes[row], rows, settle=settle, prune=prune, deadline=self.deadline) is not None

    def is_idle_unique(self, row: int) -> bool:
        """Whether removing ``row`` changes nothing where a second match is an error of its own."""
        return self.open_part(row, bits(self.meeting[row]), covered_twice) is None

    def is_idle_any(self, row: int) -> bool:
        """Whether removing ``row`` changes nothing where all that match must agree."""
        numbers = {outcome: number for number, outcome in enumerate(dict.fromkeys(self.outcomes), start=1)}
        own = self.outcomes[row]

        def settle(known: int, other: int) -> int | None:
            if self.outcomes[other] == own:
                return None
            number = numbers[self.outcomes[other]]
            return None if known and known != number else number

        return self.open_part(row, bits(self.meeting[row]), settle) is None

    def is_idle_beside(self, row: int, replaces: Callable[[int], bool]) -> bool:
        """Whether the other rows for which ``replaces`` is true cover ``row``."""
        return self.is_masked(row, [one for one in bits(self.meeting[row]) if replaces(one)])

    def mergeable(self) -> list[tuple[int, int, int]]:
        """Pairs with one outcome whose cells differ in one column and join exactly: row, row, column."""
        found: list[tuple[int, int, int]] = []
        regions = self.grid.regions[: len(self.outcomes)]
        for column in range(len(self.grid.axes)):
            groups: dict[tuple[Hashable, Cube], list[int]] = {}
            for row, region in enumerate(regions):
                if not self.grid.empty[row]:
                    key = (self.outcomes[row], (*region[:column], *region[column + 1 :]))
                    groups.setdefault(key, []).append(row)
            for rows in groups.values():
                for place, one in enumerate(rows):
                    found.extend((one, other, column) for other in rows[place + 1 :] if self._joins(one, other, column))
        return sorted(found)

    def mergeable_with(self, row: int) -> list[tuple[int, int, int]]:
        """Those of `mergeable` that ``row`` is one of."""
        own, outcome, empty = self.grid.regions[row], self.outcomes[row], self.grid.empty
        found: list[tuple[int, int, int]] = []
        if empty[row]:
            return found
        for other, region in enumerate(self.grid.regions[: len(self.outcomes)]):
            if other == row or empty[other] or sum(map(ne, own, region)) != 1 or self.outcomes[other] != outcome:
                continue
            column = next(place for place, (mine, theirs) in enumerate(zip(own, region, strict=True)) if mine != theirs)
            if self._joins(row, other, column):
                found.append((min(row, other), max(row, other), column))
        return found

    def _joins(self, one: int, other: int, column: int) -> bool:
        """Whether two cells of a column make up one cell together, and neither is in the other."""
        first, second = self.grid.regions[one][column], self.grid.regions[other][column]
        axis, joined = self.grid.axes[column], first | second
        if joined in (first, second):
            return False
        return not isinstance(axis, LineAxis) or len(axis.runs(joined)) == 1
