"""Boxes of facts against each other and against past incidents. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.services.matrix.cells import AnyCell, Cell, passes
from app.services.matrix.dimensions import DimensionRecord, FactError
from app.services.matrix.replay.cases import Cases
from app.services.matrix.replay.weighing import read_known
from app.services.matrix.table import MatrixTable
from app.services.matrix.verify.space import make_axis


def meets(table: MatrixTable, box: Sequence[Cell], other: Sequence[Cell]) -> bool:
    """Whether two boxes have a combination of values in common."""
    for dimension, one, two in zip(table.dimensions, box, other, strict=True):
        axis = make_axis(dimension, (one, two), unknown=False)
        if not axis.mask(one) & axis.mask(two):
            return False
    return True


def in_box(table: MatrixTable, box: Sequence[Cell], cases: Cases, places: NDArray[np.intp]) -> NDArray[np.intp]:
    """Those of ``places`` whose facts lie in a box."""
    inside = np.ones(len(places), dtype=np.bool_)
    for dimension, cell in zip(table.dimensions, box, strict=True):
        if isinstance(cell, AnyCell):
            continue
        column = cases.facts.get(dimension.key)
        if column is None:
            return places[:0]
        passed = np.array([*(_passes(dimension, cell, value) for value in column.values), False], dtype=np.bool_)
        inside &= passed[column.codes[places]]  # -1 takes the last one, which is the missing fact
    return places[inside]


def _passes(dimension: DimensionRecord, cell: Cell, value: object) -> bool:
    try:
        return passes(cell, read_known(dimension, value))
    except FactError:
        return False
