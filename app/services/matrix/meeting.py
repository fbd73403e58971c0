"""Whether two cells have a value in common. Pure."""

from __future__ import annotations

from app.services.matrix.cells import AnyCell, Cell
from app.services.matrix.dimensions import DimensionRecord
from app.services.matrix.verify.space import make_axis


def meet(one: Cell, other: Cell, dimension: DimensionRecord) -> bool:
    """Whether some value, or a missing fact, passes both."""
    if isinstance(one, AnyCell) or isinstance(other, AnyCell) or one == other:
        return True
    axis = make_axis(dimension, (one, other), unknown=True)
    return bool(axis.mask(one) & axis.mask(other))
