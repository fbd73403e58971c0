"""Gaps, and combinations that fail only because a fact is not known yet (domain.md 2.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from operator import and_
from time import monotonic

from app.services.matrix.cells import Cell
from app.services.matrix.exact.axes import bits
from app.services.matrix.exact.gaps import find_gaps, merge_boxes
from app.services.matrix.exact.grid import Cube, Grid, Measure
from app.services.matrix.exact.split import is_open, open_boxes
from app.services.matrix.exact.tidy import subtract, tidy_boxes
from app.services.matrix.mends import AddTrigger, Mend, UseCatchAll
from app.services.matrix.verify.findings import Finding, FindingKind, Weight
from app.services.matrix.verify.nearest import Nearest
from app.services.matrix.verify.space import Layout
from app.services.matrix.verify.words import box_words, share_words
from app.services.matrix.writing import cell_words, join_words

KEPT_AT_MOST = 10_000
LISTED_AT_MOST = 2_000
_TIDIED_AT_MOST = 12
_TOLD_AT_MOST = 40
_SUBTRACTED_AT_MOST = 40


@dataclass(slots=True)
class OpenSpace:
    """All that no trigger answers, as disjoint boxes over known facts; ``total`` of them, where not all are listed.

    ``tidied`` are the same as people would name them, where they are few.
    """

    boxes: list[Cube]
    total: int
    share: Fraction
    complete: bool
    tidied: list[Cube] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every box is listed."""
        return self.complete and self.total == len(self.boxes)


@dataclass(slots=True)
class WaitingSpace:
    """Where a fact is missing and nothing matches, and ``hopeful``, the part of it that some completion saves.

    ``unknown`` holds for each column that is asked for the class of *unknown*. ``is_whole`` says that all is listed,
    ``most`` how many boxes many edits may leave before they are joined again.
    """

    unknown: dict[int, int]
    boxes: list[Cube]
    hopeful: list[Cube]
    is_whole: bool
    most: int


def find_open(layout: Layout, limit: int) -> OpenSpace:
    """Everything open over known facts, at least ``limit`` boxes of it."""
    seconds = max(layout.deadline - monotonic(), 0.0)
    found = find_gaps(layout.known, limit=max(limit, LISTED_AT_MOST), seconds=seconds)
    space = OpenSpace(list(found.boxes), found.total, found.share, found.complete)
    remember(layout, space)
    return space


def remember(layout: Layout, space: OpenSpace) -> None:
    """Tells ``layout`` what is open."""
    layout.is_covered = space.complete and not space.total and not layout.table.accepted_gaps
    layout.open = space.boxes if space.is_whole else None


def gap_findings(
    layout: Layout, space: OpenSpace, measure: Measure, limit: int, before: Mapping[Cube, Finding], nearest: Nearest
) -> tuple[list[Finding], int, dict[Cube, Finding]]:
    """Findings, the largest first, their total number, and each by its box; those said ``before`` are said again."""
    grid, boxes, total = layout.known, space.boxes, space.total
    whole = measure(grid.full)
    if total == len(boxes) <= _TIDIED_AT_MOST:
        if space.tidied is None:
            space.tidied = tidy_boxes(grid, boxes, measure)
        boxes = space.tidied
        total = len(boxes)
    boxes = boxes[:limit]
    near = nearest.rows(layout.table, grid, boxes)
    said: dict[Cube, Finding] = {}
    for box, row in zip(boxes, near, strict=True):
        share = float(measure(box) / whole) if whole else 0.0
        one = before.get(box)
        one = _gap(layout, box, share) if one is None or one.share != share else one
        said[box] = replace(one, mends=_answers(layout, row, one.box or ()))
    return list(said.values()), total, said


def _gap(layout: Layout, box: Cube, share: float) -> Finding:
    cells = layout.cells(layout.known, box)
    return Finding(
        kind=FindingKind.GAP,
        weight=Weight.ERROR,
        title=f"Gap: {box_words(layout.table, cells)}",
        text=f"No trigger matches here, {share_words(share)}.",
        box=cells,
        example=layout.example(layout.known, box),
        share=share,
    )


def _answers(layout: Layout, near: int | None, cells: tuple[Cell, ...]) -> tuple[Mend, ...]:
    trigger = layout.table.triggers[near] if near is not None else None
    add = AddTrigger(cells, trigger.id if trigger else None, trigger.outcome if trigger else None)
    return Mend("Add trigger", add), Mend("Use catch-all", UseCatchAll(cells))


def asked_unknown(grid: Grid) -> dict[int, int]:
    """For each column that some row asks for and that may be unknown: the class of *unknown*."""
    return {
        column: 1 << (len(grid.elements[column]) - 1)
        for column, axis in enumerate(grid.axes)
        if axis.unknown and grid.narrow[column]
    }


def find_waiting(layout: Layout) -> WaitingSpace:
    """What no trigger matches although some completion of the missing facts has one. Raises `OutOfTime`.

    What is a gap whatever the facts turn out to be is not hopeful, since the gap says it.
    """
    unknown = asked_unknown(layout.wide)
    rows = layout.rows.named(row for row, empty in enumerate(layout.wide.empty) if not empty)
    boxes = list(islice(waiting_boxes(layout, layout.wide.full, rows, unknown), KEPT_AT_MOST))
    is_whole = len(boxes) < KEPT_AT_MOST
    boxes = merge_boxes(boxes)
    saved = merge_boxes(part for box in boxes for part in hopeful(layout, box, unknown))
    found = whole_waiting(unknown, boxes, saved)
    found.is_whole = is_whole
    return found


def whole_waiting(unknown: dict[int, int], boxes: list[Cube], saved: list[Cube]) -> WaitingSpace:
    """Boxes as few as joining makes them; they may become twice as many before it is done again."""
    return WaitingSpace(unknown, boxes, saved, True, 2 * (len(boxes) + len(saved)) + _TOLD_AT_MOST)


def waiting_findings(
    layout: Layout, space: WaitingSpace, limit: int, before: Mapping[Cube, Finding], nearest: Nearest
) -> tuple[list[Finding], int, dict[Cube, Finding]]:
    """Findings about what is not yet known, their total number, and each by its box. Raises `OutOfTime`."""
    unknown = asked_unknown(layout.wide)
    boxes = [part for box in space.hopeful for part in _sayable(layout.wide, box, unknown)]
    told = boxes[: min(limit, _TOLD_AT_MOST)]
    near = nearest.rows(layout.table, layout.wide, told)
    said: dict[Cube, Finding] = {}
    for box, row in zip(told, near, strict=True):
        one = before.get(box) or _waiting(layout, box, unknown)
        said[box] = replace(one, mends=_answers(layout, row, one.box or ()))
    return list(said.values()), len(boxes), said


def is_touched(grid: Grid, box: Cube, unknown: dict[int, int], changed: Sequence[Cube]) -> bool:
    """Whether one of ``changed`` matches some completion of ``box``."""
    target = _completed(grid, box, unknown)
    return any(all(mask & side for mask, side in zip(target, cube, strict=True)) for cube in changed)


def _sayable(grid: Grid, box: Cube, unknown: dict[int, int]) -> list[Cube]:
    """``box`` in parts that cells can say: a side with *unknown* is that alone or the whole axis."""
    parts = [box]
    for column, mask in unknown.items():
        side = box[column]
        if side & mask and side not in (mask, grid.full[column]):
            parts = [(*one[:column], half, *one[column + 1 :]) for one in parts for half in (side & ~mask, mask)]
    return parts


def waiting_boxes(
    layout: Layout, within: Cube, rows: Sequence[tuple[int, Cube]], unknown: dict[int, int]
) -> Iterator[Cube]:
    """What ``rows`` leave open ``within`` a box, with at least one unknown fact, each combination once."""
    settled: dict[int, int] = {}
    for column, mask in unknown.items():
        sides = {**settled, column: mask}
        box = tuple(side & sides.get(one, side) for one, side in enumerate(within))
        if all(box):
            yield from open_boxes(box, rows, deadline=layout.deadline)
        settled[column] = layout.wide.full[column] & ~mask


def hopeful(layout: Layout, box: Cube, unknown: dict[int, int]) -> list[Cube]:
    """The part of ``box`` that some completion saves, as disjoint boxes."""
    if layout.is_covered:
        return [box]
    saved = [(row, completing(layout.wide.cubes[row], unknown)) for row in _helpers(layout, box, unknown)]
    if not saved:
        return []
    lost = list(open_boxes(box, saved, deadline=layout.deadline))
    if len(lost) > _SUBTRACTED_AT_MOST:
        return list(open_boxes(box, enumerate(lost), deadline=layout.deadline))
    parts = [box]
    for one in lost:
        parts = [left for part in parts for left in subtract(part, one)]
    return parts


def completing(cube: Cube, unknown: dict[int, int]) -> Cube:
    """Where a row matches some completion: it, with every fact that it asks for unknown too."""
    return tuple(side | unknown.get(column, 0) for column, side in enumerate(cube))


def _completed(grid: Grid, box: Cube, unknown: dict[int, int]) -> Cube:
    """The box once its unknown facts are known."""
    return tuple(
        grid.full[column] & ~unknown[column] if mask & unknown.get(column, 0) else mask
        for column, mask in enumerate(box)
    )


def _helpers(layout: Layout, box: Cube, unknown: dict[int, int]) -> list[int]:
    """The triggers that match some completion of ``box``, in winning order."""
    inside = layout.wide.rows_in(_completed(layout.wide, box, unknown))
    rows = [row for row in bits(inside) if row < len(layout.table.triggers)]
    return sorted(rows, key=lambda row: layout.place[row])


def _deciders(layout: Layout, box: Cube, unknown: dict[int, int]) -> list[int]:
    """Those of `_helpers` that are the chosen one for some completion."""
    grid = layout.wide
    target = _completed(grid, box, unknown)
    helpers = _helpers(layout, box, unknown)
    if not layout.is_ordered:
        return helpers
    found: list[int] = []
    passed = 0
    for row in helpers:
        inside = tuple(mask & side for mask, side in zip(grid.cubes[row], target, strict=True))
        ahead = layout.rows.named(bits(layout.rows.meeting[row] & passed))
        if is_open(inside, ahead, deadline=layout.deadline) is not None:
            found.append(row)
        passed |= 1 << row
    return found


def _waiting(layout: Layout, box: Cube, unknown: dict[int, int]) -> Finding:
    table, grid = layout.table, layout.wide
    columns = [column for column, mask in unknown.items() if box[column] == mask]
    cells = layout.cells(grid, box)
    named = join_words((table.dimensions[column].label for column in columns), "and")
    rows = _deciders(layout, box, unknown)
    says = _completions(layout, rows, columns)
    if _may_end_open(layout, _completed(grid, box, unknown)):
        says.append("otherwise none")
    verb = "is" if len(columns) == 1 else "are"
    return Finding(
        kind=FindingKind.NOT_YET_KNOWN,
        weight=Weight.NOTE,
        title=f"Not yet known: {box_words(table, cells)}",
        text=f"Nothing matches while {named} {verb} not known. Then {', '.join(says)}.",
        triggers=tuple(table.triggers[row].id for row in rows),
        dimension=table.dimensions[columns[0]].key,
        box=cells,
        example=layout.example(grid, box),
    )


def _may_end_open(layout: Layout, target: Cube) -> bool:
    """Whether no row answers some known facts in ``target``."""
    if layout.open is not None:
        return any(all(map(and_, box, target)) for box in layout.open)
    meeting = layout.rows.named(bits(layout.wide.rows_in(target)))
    return is_open(target, meeting, deadline=layout.deadline) is not None


def _completions(layout: Layout, rows: list[int], columns: list[int]) -> list[str]:
    """``trigger 3 or 5 if it is ≥ €10,000`` for each way of becoming known."""
    found: dict[str, list[str]] = {}
    for row in rows:
        trigger = layout.table.triggers[row]
        words = []
        for column in columns:
            dimension = layout.table.dimensions[column]
            condition = cell_words(trigger.cells[column], dimension)
            words.append(condition if len(columns) == 1 else f"{dimension.label} {condition}")
        found.setdefault(join_words(words, "and"), []).append(str(trigger.number))
    about = "it is " if len(columns) == 1 else ""
    return [f"trigger {join_words(numbers)} if {about}{words}" for words, numbers in found.items()]
