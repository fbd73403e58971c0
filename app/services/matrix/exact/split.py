"""The part of a box that rows leave open, by splitting (the unate recursive way; decision-tables.md 2.3).

A box that a row covers is done, one that no row meets is open, and any other is cut in two where the
fewest rows are cut with it. What is still open comes out as disjoint boxes, one at a time, so that
asking for the first is asking whether there is any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import TypeAlias

from app.services.matrix.exact.grid import Cube

ActiveRow: TypeAlias = tuple[Cube, int, int]  # masks, bit set of the axes it does not cover, name of the row

_CANDIDATES = 6
_SAMPLE = 24
_LOOK_EVERY = 64


class OutOfTime(Exception):
    """The deadline passed before the work was done."""


Settle: TypeAlias = Callable[[int, int], int | None]
"""Given what a box knows so far (0 at first) and a row that covers it: what it knows now, ``None`` when done."""


Prune: TypeAlias = Callable[[list[ActiveRow], int], "list[ActiveRow] | None"]
"""Given the rows left in a box and what it knows: those that still matter, ``None`` when it is done."""


def covered_once(_known: int, _row: int) -> int | None:
    """Done at the first row that covers a box."""
    return None


def covered_twice(known: int, _row: int) -> int | None:
    """Done when a second row covers a box."""
    return None if known else 1


def open_boxes(
    box: Cube,
    rows: Iterable[tuple[int, Cube]],
    *,
    settle: Settle = covered_once,
    prune: Prune | None = None,
    deadline: float | None = None,
) -> Iterator[Cube]:
    """Disjoint boxes that make up the part of ``box`` where ``settle`` never came to an end.

    ``rows`` are named cubes. Raises `OutOfTime` when ``time.monotonic()`` passes ``deadline``.
    """
    start = _enter(box, rows, settle)
    stack = [] if start is None else [start]
    steps = 0
    while stack:
        steps += 1
        if deadline is not None and steps % _LOOK_EVERY == 0 and monotonic() > deadline:
            raise OutOfTime
        current, active, known = stack.pop()
        if prune is not None:
            pruned = prune(active, known)
            if pruned is None:
                continue
            active = pruned
        if not active:
            yield current
            continue
        column, part = choose_cut(current, active)
        for side in (current[column] & ~part, part):
            cut = _restrict(active, column, side, known, settle)
            if cut is not None:
                stack.append(((*current[:column], side, *current[column + 1 :]), *cut))


def is_open(
    box: Cube,
    rows: Iterable[tuple[int, Cube]],
    *,
    settle: Settle = covered_once,
    prune: Prune | None = None,
    deadline: float | None = None,
) -> Cube | None:
    """A box out of what `open_boxes` would give, ``None`` when there is none."""
    return next(open_boxes(box, rows, settle=settle, prune=prune, deadline=deadline), None)


def _enter(box: Cube, rows: Iterable[tuple[int, Cube]], settle: Settle) -> tuple[Cube, list[ActiveRow], int] | None:
    active: list[ActiveRow] = []
    known = 0
    for name, cube in rows:
        lacking = 0
        for column, (mask, side) in enumerate(zip(cube, box, strict=True)):
            inside = mask & side
            if not inside:
                break
            if inside != side:
                lacking |= 1 << column
        else:
            if lacking:
                active.append((cube, lacking, name))
                continue
            settled = settle(known, name)
            if settled is None:
                return None
            known = settled
    return box, active, known


def _restrict(
    active: list[ActiveRow], column: int, side: int, known: int, settle: Settle
) -> tuple[list[ActiveRow], int] | None:
    """The rows that still matter in the half with ``side`` along ``column``; ``None`` when it is done."""
    bit = 1 << column
    left: list[ActiveRow] = []
    for row in active:
        if not row[1] & bit:
            left.append(row)
            continue
        inside = row[0][column] & side
        if not inside:
            continue
        if inside != side:
            left.append(row)
            continue
        lacking = row[1] & ~bit
        if lacking:
            left.append((row[0], lacking, row[2]))
            continue
        settled = settle(known, row[2])
        if settled is None:
            return None
        known = settled
    return left, known


def choose_cut(box: Cube, active: list[ActiveRow]) -> tuple[int, int]:
    """The axis and the half of it to cut off: the cut that divides the rows evenly and few of them in two."""
    size = len(active)
    sample = active if size <= _SAMPLE else active[:: size // _SAMPLE]
    sources = active if size <= _CANDIDATES else active[:: size // _CANDIDATES]
    best: tuple[int, int] | None = None
    lowest = 0
    tried: set[tuple[int, int]] = set()
    for cube, lacking, _ in sources:
        columns = lacking
        while columns:
            bit = columns & -columns
            columns ^= bit
            column = bit.bit_length() - 1
            for part in _parts(cube[column] & box[column], box[column]):
                if (column, part) in tried:
                    continue
                tried.add((column, part))
                cost = _cost(sample, column, part, box[column] & ~part)
                if best is None or cost < lowest:
                    best, lowest = (column, part), cost
    if best is None:
        raise ValueError("a box with rows that cover it cannot be cut")
    return best


def _parts(inside: int, side: int) -> tuple[int, ...]:
    """Where to cut ``side`` for a row that holds ``inside`` of it: at its ends, or around it as a whole."""
    below = side & ((inside & -inside) - 1)
    upto = side & ((1 << inside.bit_length()) - 1)
    if upto ^ below != inside:
        return (inside,)
    return tuple(one for one in (below, upto) if one not in (0, side))


def _cost(sample: list[ActiveRow], column: int, part: int, rest: int) -> int:
    left = right = both = 0
    for cube, _, _ in sample:
        mask = cube[column]
        if mask & part:
            if mask & rest:
                both += 1
            else:
                left += 1
        else:
            right += 1
    return 2 * both + abs(left - right)
