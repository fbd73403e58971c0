"""What is open, brought along by one edit: only where a row went or came is anything worked out again.

Every row that went leaves what no row now covers of it, every row that came takes what it covers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from operator import and_

from app.services.matrix.exact.axes import bits
from app.services.matrix.exact.gaps import merge_boxes
from app.services.matrix.exact.grid import Cube, Grid, Measure
from app.services.matrix.exact.split import open_boxes
from app.services.matrix.exact.tidy import subtract
from app.services.matrix.verify.open import (
    KEPT_AT_MOST,
    LISTED_AT_MOST,
    OpenSpace,
    WaitingSpace,
    asked_unknown,
    completing,
    hopeful,
    remember,
    waiting_boxes,
    whole_waiting,
)
from app.services.matrix.verify.space import Layout


def minus(boxes: Iterable[Cube], others: Sequence[Cube]) -> list[Cube]:
    """What is left of ``boxes`` outside of all ``others``, as disjoint boxes."""
    left = list(boxes)
    for other in others:
        met = [box for box in left if all(map(and_, box, other))]
        if met:
            apart = [box for box in left if not all(map(and_, box, other))]
            left = [*apart, *(part for box in met for part in subtract(box, other))]
    return left


def within(boxes: Iterable[Cube], other: Cube) -> list[Cube]:
    """What ``boxes`` share with another one."""
    return [tuple(map(and_, box, other)) for box in boxes if all(map(and_, box, other))]


def _rows_in(grid: Grid, cube: Cube, before: Sequence[Cube]) -> list[tuple[int, Cube]]:
    """The rows that meet ``cube``, and boxes that are looked after already."""
    return [*((row, grid.cubes[row]) for row in bits(grid.rows_in(cube))), *((-1, one) for one in before)]


def gaps_again(
    layout: Layout, space: OpenSpace, gone: Sequence[Cube], came: Sequence[Cube], measure: Measure
) -> OpenSpace | None:
    """``space`` after these rows went and came; None where there is too much to list. Raises `OutOfTime`."""
    grid = layout.known
    added: list[Cube] = []
    for place, cube in enumerate(gone):
        box = tuple(side & whole for side, whole in zip(cube, grid.full, strict=True))
        if all(box):
            added.extend(open_boxes(box, _rows_in(grid, box, gone[:place]), deadline=layout.deadline))
    left = minus(space.boxes, came)
    tidied = space.tidied if not added and left == space.boxes else None
    if added or left != space.boxes:
        left = merge_boxes([*left, *added])
    if len(left) > LISTED_AT_MOST:
        return None
    left.sort(key=lambda box: (-measure(box), box))
    whole = measure(grid.full)
    share = Fraction(sum(map(measure, left))) / Fraction(whole) if whole else Fraction(0)
    found = OpenSpace(left, len(left), share, True, tidied)
    remember(layout, found)
    return found


def waiting_again(
    layout: Layout,
    space: WaitingSpace,
    gone: tuple[Sequence[Cube], Sequence[Cube]],
    came: tuple[Sequence[Cube], Sequence[Cube]],
) -> WaitingSpace | None:
    """``space`` after triggers and accepted gaps went and came; None where it is to be found anew.

    Where a trigger came, all that it completes is hopeful; where one went, that is asked again. Raises `OutOfTime`.
    """
    unknown = asked_unknown(layout.wide)
    if not space.is_whole or unknown.keys() != space.unknown.keys():
        return None
    left = [*gone[0], *gone[1]]
    added: list[Cube] = []
    for place, cube in enumerate(left):
        rows = _rows_in(layout.wide, cube, left[:place])
        added.extend(waiting_boxes(layout, cube, rows, unknown))
    boxes = [*minus(space.boxes, [*came[0], *came[1]]), *merge_boxes(added)]
    if len(boxes) > KEPT_AT_MOST:
        return None
    doubtful = [*(completing(one, unknown) for one in gone[0]), *gone[1]]
    saving = [completing(one, unknown) for one in came[0] if all(one)]
    kept = minus(space.hopeful, [*came[1], *doubtful, *saving])
    saved: list[Cube] = []
    for place, cube in enumerate(doubtful):
        for box in minus(within(boxes, cube), doubtful[:place]):
            saved.extend(hopeful(layout, box, unknown))
    for place, cube in enumerate(saving):
        saved.extend(minus(within(boxes, cube), [*doubtful, *saving[:place]]))
    saved = [*kept, *merge_boxes(saved)]
    if len(boxes) + len(saved) <= space.most:
        return WaitingSpace(unknown, boxes, saved, True, space.most)
    return whole_waiting(unknown, merge_boxes(boxes), merge_boxes(saved))
