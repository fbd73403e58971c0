"""The trigger most like a box: where a new one belongs, and whose outcome it starts with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from app.models.enums import DimensionKind
from app.services.matrix.exact.grid import Cube, Grid, flags
from app.services.matrix.exact.live import Split, split_cube
from app.services.matrix.table import MatrixTable

_TOGETHER = 64
_WEIGHED_AT_MOST = 40


class Nearest:
    """Finds for each box the trigger most like it, the last of those, and remembers it.

    That is one which shares no choice with the box in the fewest columns, then one that names what the box has in the
    first columns; intervals are taken to meet.
    """

    def __init__(self, table: MatrixTable) -> None:
        width = len(table.dimensions)
        scale = min(width, _WEIGHED_AT_MOST)
        self._weights = [1 << (scale - 1 - column) if column < scale else 0 for column in range(width)]
        self._apart = [1 << scale if one.kind is DimensionKind.CHOICE else 0 for one in table.dimensions]
        self._known: dict[Cube, tuple[int, str]] = {}

    def rows(self, table: MatrixTable, grid: Grid, boxes: Sequence[Cube]) -> list[int | None]:
        """The rows nearest to ``boxes``; None where there is no trigger. Forgets all other boxes."""
        if not table.triggers:
            self._known = {}
            return [None] * len(boxes)
        new = [box for box in boxes if box not in self._known]
        for box, (row, score) in zip(new, self._found(grid, len(table.triggers), new), strict=True):
            self._known[box] = (score, table.triggers[row].id)
        self._known = {box: self._known[box] for box in boxes}
        place = {trigger.id: row for row, trigger in enumerate(table.triggers)}
        return [place[self._known[box][1]] for box in boxes]

    def follow(
        self, table: MatrixTable, grid: Grid, splits: Sequence[Split], gone: set[str], came: Iterable[int]
    ) -> None:
        """Brings what is remembered to ``table``, in which the triggers ``gone`` are not, or not as they were."""
        place = {trigger.id: row for row, trigger in enumerate(table.triggers)}
        known, self._known = self._known, {}
        rows = tuple(came)
        for before, (score, nearest) in known.items():
            if nearest in gone:
                continue
            box = split_cube(before, splits)
            best = (score, -place[nearest])
            for row in rows:
                best = min(best, (self._score(grid, row, box), -row))
            self._known[box] = (best[0], table.triggers[-best[1]].id)

    def _score(self, grid: Grid, row: int, box: Cube) -> int:
        found = 0
        for column, (own, mask) in enumerate(zip(grid.cubes[row], box, strict=True)):
            if not own & mask:
                found += self._apart[column]
            elif own != grid.full[column]:
                found -= self._weights[column]
        return found

    def _found(self, grid: Grid, count: int, boxes: Sequence[Cube]) -> Iterator[tuple[int, int]]:
        """Row and score for each box, many boxes at once."""
        for start in range(0, len(boxes), _TOGETHER):
            part = boxes[start : start + _TOGETHER]
            scores = np.zeros((len(part), count), dtype=np.int64)
            for column in range(len(grid.axes)):
                scores += self._scores(grid, column, [box[column] for box in part], count)
            for row, line in zip(scores[:, ::-1].argmin(axis=1), scores, strict=True):
                last = count - 1 - int(row)
                yield last, int(line[last])

    def _scores(self, grid: Grid, column: int, masks: Sequence[int], count: int) -> NDArray[np.int64]:
        """How far each row is from each mask along one axis; less than nothing where it names what the mask has."""
        places = {mask: place for place, mask in enumerate(dict.fromkeys(masks))}
        found = np.empty((len(places), count), dtype=np.int64)
        for mask, place in places.items():
            met = grid.touching(column, mask)
            named = flags(met & grid.narrow[column], count) * self._weights[column]
            found[place] = (1 - flags(met, count)) * self._apart[column] - named
        return found[[places[mask] for mask in masks]]
