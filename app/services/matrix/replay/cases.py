"""Past incidents as columns: when each was raised, and what was known of it then. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class FactColumn:
    """One fact of all cases: its distinct values, and for each case which of them; -1 is not known."""

    values: tuple[object, ...]
    codes: NDArray[np.int32]

    def at(self, place: int) -> object | None:
        """The value of one case."""
        code = int(self.codes[place])
        return None if code < 0 else self.values[code]


@dataclass(frozen=True, slots=True, eq=False)
class Cases:
    """Incidents in the order they were raised.

    ``ids`` know them again, ``names`` are for people. ``start`` and ``end`` bound the period: what a week has on
    average is counted over all of it. ``facts`` hold what was known when the incident began, by dimension key.
    """

    ids: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    raised: tuple[datetime, ...] = ()
    facts: Mapping[str, FactColumn] = field(default_factory=dict)
    start: datetime | None = None
    end: datetime | None = None

    def __len__(self) -> int:
        return len(self.ids)

    def facts_of(self, place: int) -> dict[str, object]:
        """What was known of one case, by dimension key."""
        known = {key: column.at(place) for key, column in self.facts.items()}
        return {key: value for key, value in known.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Happened:
    """What really happened to an incident: the highest tier it reached, and when after it was raised, in seconds.

    ``tier`` and ``rank`` are empty for history of another desk, which knows no tiers.
    """

    title: str
    customer: str
    tier: str
    rank: int
    tier_after: int | None
    acknowledged_after: int | None
    resolved_after: int | None


class FactColumns:
    """Gathers facts case by case into columns."""

    def __init__(self, keys: Iterable[str], length: int) -> None:
        self._known: dict[str, dict[object, int]] = {key: {} for key in keys}
        self._codes = {key: [-1] * length for key in self._known}

    def put(self, place: int, key: str, value: object | None) -> None:
        """Sets the fact of one case; None is not known. Keys that nobody asked for are passed over."""
        known = self._known.get(key)
        if known is not None:
            self._codes[key][place] = -1 if value is None or value == "" else known.setdefault(value, len(known))

    def columns(self) -> dict[str, FactColumn]:
        """What was gathered."""
        return {
            key: FactColumn(tuple(known), np.asarray(self._codes[key], dtype=np.int32))
            for key, known in self._known.items()
        }


def bounds(
    raised: Sequence[datetime], start: datetime | None, end: datetime | None
) -> tuple[datetime, datetime] | None:
    """The period that is looked at: as asked, else from the first case to the last; None where there is neither."""
    low = start or min(raised, default=None)
    high = end or max(raised, default=None)
    return None if low is None or high is None else (low, high)
