"""Gaps, and combinations that fail only because a fact is not known yet (domain.md 2.3)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from time import monotonic

from app.services.matrix.cells import Cell
from app.services.matrix.exact.axes import bits
from app.services.matrix.exact.gaps import find_gaps, merge_boxes
from app.services.matrix.exact.grid import Cube, Grid, Measure
from app.services.matrix.exact.split import is_open, open_boxes
from app.services.matrix.exact.tidy import subtract, tidy_boxes
from app.services.matrix.mends import AddTrigger, Mend, UseCatchAll
from app.services.matrix.verify.findings import Finding, FindingKind, Weight
from app.services.matrix.verify.space import Layout
from app.services.matrix.verify.words import box_words, share_words
from app.services.matrix.writing import cell_words, join_words

_LISTED_AT_MOST = 2_000
_TIDIED_AT_MOST = 12
_TOLD_AT_MOST = 40
_SUBTRACTED_AT_MOST = 40


def gaps(layout: Layout, limit: int) -> tuple[list[Finding], int, float, bool]:
    """Findings, their total number, the covered part of the space, and whether time sufficed."""
    grid = layout.known
    seconds = max(layout.deadline - monotonic(), 0.0)
    found = find_gaps(grid, limit=limit, seconds=seconds)
    layout.is_covered = found.complete and not found.total and not layout.table.accepted_gaps
    weights = grid.weights()
    measure = Measure(weights if weights is not None else grid.counts())
    whole = measure(grid.full)
    boxes, total = found.boxes, found.total
    if total == len(boxes) <= _TIDIED_AT_MOST:
        boxes = tuple(tidy_boxes(grid, boxes, measure))
        total = len(boxes)
    findings = [_gap(layout, box, float(measure(box) / whole) if whole else 0.0) for box in boxes]
    return findings, total, 1.0 - float(found.share), found.complete


def _gap(layout: Layout, box: Cube, share: float) -> Finding:
    cells = layout.cells(layout.known, box)
    return Finding(
        kind=FindingKind.GAP,
        weight=Weight.ERROR,
        title=f"Gap: {box_words(layout.table, cells)}",
        text=f"No trigger matches here, {share_words(share)}.",
        box=cells,
        example=layout.example(layout.known, box),
        mends=_answers(layout, box, layout.known, cells),
        share=share,
    )


def _answers(layout: Layout, box: Cube, grid: Grid, cells: tuple[Cell, ...]) -> tuple[Mend, ...]:
    near = _nearest(layout, box, grid)
    trigger = layout.table.triggers[near] if near is not None else None
    add = AddTrigger(cells, trigger.id if trigger else None, trigger.outcome if trigger else None)
    return Mend("Add trigger", add), Mend("Use catch-all", UseCatchAll(cells))


def _nearest(layout: Layout, box: Cube, grid: Grid) -> int | None:
    """The trigger most like a box, the last of those: where a new one belongs, and whose outcome it may share."""
    count = len(layout.table.triggers)
    if count == 0:
        return None
    return count - 1 - int(grid.distances(box)[:count][::-1].argmin())


def not_yet_known(layout: Layout, limit: int) -> tuple[list[Finding], int]:
    """What no trigger matches although some completion of the missing facts has one.

    What is a gap whatever the facts turn out to be is left out, since the gap says it. Raises `OutOfTime`.
    """
    grid = layout.wide
    lacking = {column: _unknown_class(grid, column) for column in range(len(grid.axes))}
    unknown = {column: mask for column, mask in lacking.items() if mask}
    boxes = list(islice(_waiting_boxes(layout, unknown), _LISTED_AT_MOST))
    boxes = merge_boxes(part for box in merge_boxes(boxes) for part in _hopeful(layout, box, unknown))
    boxes = [part for box in boxes for part in _sayable(grid, box, unknown)]
    return [_waiting(layout, box, unknown) for box in boxes[: min(limit, _TOLD_AT_MOST)]], len(boxes)


def _sayable(grid: Grid, box: Cube, unknown: dict[int, int]) -> list[Cube]:
    """``box`` in parts that cells can say: a side with *unknown* is that alone or the whole axis."""
    parts = [box]
    for column, mask in unknown.items():
        side = box[column]
        if side & mask and side not in (mask, grid.full[column]):
            parts = [(*one[:column], half, *one[column + 1 :]) for one in parts for half in (side & ~mask, mask)]
    return parts


def _unknown_class(grid: Grid, column: int) -> int:
    """The class of *unknown* where any row asks for the column, else 0."""
    axis = grid.axes[column]
    for number, mask in enumerate(grid.elements[column]):
        if axis.unknown and mask == axis.unknown:
            return 1 << number
    return 0


def _waiting_boxes(layout: Layout, unknown: dict[int, int]) -> Iterator[Cube]:
    """Open boxes with at least one unknown fact, each combination once."""
    grid = layout.wide
    rows = [(row, cube) for row, cube in enumerate(grid.cubes) if not grid.empty[row]]
    settled: dict[int, int] = {}
    for column, mask in unknown.items():
        sides = {**settled, column: mask}
        box = tuple(sides.get(one, whole) for one, whole in enumerate(grid.full))
        yield from open_boxes(box, rows, deadline=layout.deadline)
        settled[column] = grid.full[column] & ~mask


def _hopeful(layout: Layout, box: Cube, unknown: dict[int, int]) -> list[Cube]:
    """The part of ``box`` that some completion saves, as disjoint boxes."""
    if layout.is_covered:
        return [box]
    saved = []
    for row in _helpers(layout, box, unknown):
        cube = layout.wide.cubes[row]
        saved.append((row, tuple(side | unknown.get(one, 0) for one, side in enumerate(cube))))
    if not saved:
        return []
    lost = list(open_boxes(box, saved, deadline=layout.deadline))
    if len(lost) > _SUBTRACTED_AT_MOST:
        return list(open_boxes(box, enumerate(lost), deadline=layout.deadline))
    parts = [box]
    for one in lost:
        parts = [left for part in parts for left in subtract(part, one)]
    return parts


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
    for place, row in enumerate(helpers):
        inside = tuple(mask & side for mask, side in zip(grid.cubes[row], target, strict=True))
        ahead = layout.rows.named(helpers[:place])
        if is_open(inside, ahead, deadline=layout.deadline) is not None:
            found.append(row)
    return found


def _waiting(layout: Layout, box: Cube, unknown: dict[int, int]) -> Finding:
    table, grid = layout.table, layout.wide
    columns = [column for column, mask in unknown.items() if box[column] == mask]
    cells = layout.cells(grid, box)
    named = join_words((table.dimensions[column].label for column in columns), "and")
    rows = _deciders(layout, box, unknown)
    says = _completions(layout, rows, columns)
    target = _completed(grid, box, unknown)
    meeting = layout.rows.named(bits(grid.rows_in(target)))
    if is_open(target, meeting, deadline=layout.deadline) is not None:
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
        mends=_answers(layout, box, grid, cells),
    )


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
