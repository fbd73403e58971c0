"""``decide_many`` against a bare NumPy loop over the same bit sets: 100,000 incidents, 2,000 triggers, ten dimensions.

Goal: at most 1.5 times the bare loop. Both start from the same columns of facts, numbers as floats and choices as
texts, with the table made ready before; the loop looks up each fact's row of bits, puts the columns together with AND
and takes the first bit that is left. Both must choose the same triggers before anything is measured.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.models.enums import DimensionKind, HitPolicy
from app.services.matrix.decide import compiled, decide_many
from app.services.matrix.exact.axes import LineAxis
from app.services.matrix.table import DimensionRecord, MatrixTable
from benchmarks._databases import shortest
from benchmarks._tables import as_matrix, tables

GOAL = 1.5
INCIDENTS = 100_000
AT_ONCE = 2048
TABLE = "gen-matrix-10x2000-overlap-7"
Facts = dict[str, NDArray[Any]]
Lookup = Callable[[NDArray[Any]], NDArray[np.intp]]


def incidents(table: MatrixTable) -> Facts:
    """Facts spread evenly over each dimension, the same ones in every run."""
    draw = np.random.default_rng(7)
    return {one.key: _spread(one, draw) for one in table.dimensions}


def _spread(dimension: DimensionRecord, draw: np.random.Generator) -> NDArray[Any]:
    if dimension.kind is DimensionKind.YES_NO:
        return draw.integers(0, 2, INCIDENTS).astype(bool)
    if dimension.kind is DimensionKind.CHOICE:
        keys = np.array([one.key for one in dimension.choices], dtype=object)
        return keys[draw.integers(0, len(keys), INCIDENTS)]
    return draw.integers(int(dimension.minimum or 0), int(dimension.maximum or 1), INCIDENTS).astype(np.float64)


def bare_loop(table: MatrixTable) -> Callable[[Facts], NDArray[np.int64]]:
    """The plainest way with the same words of bits."""
    axes, chooser = compiled(table)
    codes = np.arange(max(axis.size for axis in axes))
    words = [chooser.row(column, codes[: axis.size]) for column, axis in enumerate(axes)]
    lookups = [_lookup(one, axis) for one, axis in zip(table.dimensions, axes, strict=True)]

    def run(facts: Facts) -> NDArray[np.int64]:
        found = [lookup(facts[one.key]) for one, lookup in zip(table.dimensions, lookups, strict=True)]
        chosen = np.empty(INCIDENTS, dtype=np.int64)
        for start in range(0, INCIDENTS, AT_ONCE):
            alive = words[0][found[0][start : start + AT_ONCE]]
            for column in range(1, len(words)):
                alive &= words[column][found[column][start : start + AT_ONCE]]
            first = (alive != 0).argmax(axis=1)
            word = alive[np.arange(len(alive)), first]
            bit = np.bitwise_count((word & -word) - np.uint64(1))
            place = chooser.order[np.where(word != 0, first * 64 + bit, 0)]
            chosen[start : start + AT_ONCE] = np.where(word != 0, place, -1)
        return chosen

    return run


def _lookup(dimension: DimensionRecord, axis: Any) -> Lookup:
    """Facts to the numbers of their elementary cells: by search on a line, by dictionary else."""
    if isinstance(axis, LineAxis):
        cuts = np.array([float(cut) for cut in axis.places])

        def search(values: NDArray[Any]) -> NDArray[np.intp]:
            return np.searchsorted(cuts, values, "left") + np.searchsorted(cuts, values, "right")

        return search
    named = (False, True) if dimension.kind is DimensionKind.YES_NO else tuple(one.key for one in dimension.choices)
    codes = {value: axis.find(value) for value in named}

    def name(values: NDArray[Any]) -> NDArray[np.intp]:
        return np.array([codes[value] for value in values.tolist()], dtype=np.intp)

    return name


def main() -> int:
    """Prints the ratio; 1 where the goal is missed or the two do not agree."""
    foreign = next(one for one in tables("matrix.json.gz") if one.id == TABLE)
    table = as_matrix(foreign, HitPolicy.HIGHEST_TIER)
    facts, bare = incidents(table), bare_loop(table)
    if not np.array_equal(bare(facts), decide_many(table, facts)):
        print("the two do not choose the same triggers")
        return 1
    taken = shortest({"ours": lambda: decide_many(table, facts), "bare": lambda: bare(facts)}, 7)
    ratio = taken["ours"] / taken["bare"]
    print(f"{INCIDENTS:,} incidents × {len(table.triggers):,} triggers: {taken['ours'] * 1000:.0f} ms", end="")
    print(f", ÷ the bare loop {ratio:.2f} (goal ≤ {GOAL})")
    return 0 if ratio <= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
