"""All that no row answers: exact measure and number, and as many disjoint boxes as are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from time import monotonic

from app.services.matrix.exact.grid import Cube, Grid, Measure
from app.services.matrix.exact.split import OutOfTime, open_boxes
from app.services.matrix.exact.sweep import Sweep

_FEW_CLASSES = 110
_MAX_STATES = 150_000
_MAX_AXES_SWEPT = 400
_MERGE_AT_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Gaps:
    """``boxes`` are disjoint, in classes of the grid. ``total`` boxes make up what is open altogether.

    ``share`` is the part of the space, ``volume`` its exact measure (``None`` where a column has no
    bounds). Where ``complete`` is false the time ran out, and all of it is what was found until then.
    """

    boxes: tuple[Cube, ...]
    total: int
    share: Fraction
    volume: Fraction | int | None
    complete: bool


def find_gaps(grid: Grid, *, limit: int, seconds: float) -> Gaps:
    """What no row of ``grid`` covers. Sweeps where classes are few, splits boxes otherwise."""
    deadline = monotonic() + seconds
    weights = grid.weights()
    counted = Measure(grid.counts())
    volume = Measure(weights) if weights is not None else None
    rows = [row for row, empty in enumerate(grid.empty) if not empty]
    if sum(map(len, grid.elements)) <= _FEW_CLASSES and len(grid.axes) <= _MAX_AXES_SWEPT:
        try:
            alive = sum(1 << row for row in rows)
            return _swept(Sweep(grid, alive, max_states=_MAX_STATES, deadline=deadline), limit, counted, volume)
        except OutOfTime:
            pass  # Too many states: splitting is the better way for this table.
    return _split(grid, rows, limit, deadline, counted, volume)


def _share(measure: Measure, open_part: Fraction | int, full: Cube) -> Fraction:
    whole = measure(full)
    return Fraction(open_part) / Fraction(whole) if whole else Fraction(0)


def _swept(sweep: Sweep, limit: int, counted: Measure, volume: Measure | None) -> Gaps:
    measure = volume or counted
    open_part = sweep.measure(measure)
    total = sweep.count()
    boxes = list(islice(sweep.boxes(), max(limit, _MERGE_AT_MOST)))
    if total == len(boxes):
        boxes = merge_boxes(boxes)
        total = len(boxes)
    return Gaps(
        tuple(_largest_first(boxes, measure)[:limit]),
        total,
        _share(measure, open_part, sweep.grid.full),
        open_part if volume else None,
        True,
    )


def _split(grid: Grid, rows: list[int], limit: int, deadline: float, counted: Measure, volume: Measure | None) -> Gaps:
    measure = volume or counted
    kept: list[Cube] = []
    total = 0
    open_part: Fraction | int = 0
    complete = True
    try:
        for box in open_boxes(grid.full, ((row, grid.cubes[row]) for row in rows), deadline=deadline):
            total += 1
            open_part += measure(box)
            if len(kept) < max(limit, _MERGE_AT_MOST):
                kept.append(box)
    except OutOfTime:
        complete = False
    if total == len(kept):
        kept = merge_boxes(kept)
        total = len(kept)
    share = _share(measure, open_part, grid.full)
    boxes = tuple(_largest_first(kept, measure)[:limit])
    return Gaps(boxes, total, share, open_part if volume else None, complete)


def _largest_first(boxes: Iterable[Cube], measure: Measure) -> list[Cube]:
    return sorted(boxes, key=lambda box: (-measure(box), box))


def merge_boxes(boxes: Iterable[Cube]) -> list[Cube]:
    """Fewer disjoint boxes with the same union: those that differ along one axis only are joined."""
    found = list(boxes)
    columns = range(len(found[0])) if found else range(0)
    while True:
        before = len(found)
        for column in columns:
            groups: dict[tuple[int, ...], int] = {}
            for box in found:
                key = (*box[:column], *box[column + 1 :])
                groups[key] = groups.get(key, 0) | box[column]
            found = [(*key[:column], mask, *key[column:]) for key, mask in groups.items()]
        if len(found) == before:
            return found
