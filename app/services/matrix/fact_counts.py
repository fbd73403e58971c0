"""Real incidents grouped by their facts, as records. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FactCount:
    """How many incidents have these values, one for each key of `FactCounts`."""

    values: tuple[Any, ...]
    number: int


@dataclass(frozen=True, slots=True)
class FactCounts:
    """Real incidents, grouped by the facts that a matrix asks for. Drills are not among them."""

    keys: tuple[str, ...] = ()
    rows: tuple[FactCount, ...] = ()

    @property
    def incidents(self) -> int:
        """All incidents counted."""
        return sum(row.number for row in self.rows)
