"""The matrix as records: what is asked, verified and shown. Pure values, built from rows by the versions service."""

from __future__ import annotations

from dataclasses import dataclass

from app.models.enums import HitPolicy
from app.services.matrix.cells import Cell
from app.services.matrix.dimensions import ChoiceRecord, DimensionRecord
from app.services.matrix.foreign import DecisionTable

__all__ = [
    "AcceptedGap",
    "CatchAllRecord",
    "ChoiceRecord",
    "DecisionTable",
    "DimensionRecord",
    "MatrixTable",
    "NamedRecord",
    "OutcomeRecord",
    "TierRecord",
    "TriggerRecord",
]


@dataclass(frozen=True, slots=True)
class OutcomeRecord:
    """What a trigger decides. ``tier`` is the rank of the rung, 1 the lowest; the others are keys (ids)."""

    tier: int
    owner: str
    path: str
    target_class: str


@dataclass(frozen=True, slots=True)
class CatchAllRecord:
    """What holds where no trigger matches, and the person who must be behind it."""

    outcome: OutcomeRecord
    person: str


@dataclass(frozen=True, slots=True)
class TriggerRecord:
    """One row: a cell for each dimension of the table, in the table's order. ``number`` is what people see."""

    id: str
    number: int
    cells: tuple[Cell, ...]
    outcome: OutcomeRecord
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TierRecord:
    """A rung of the ladder by its rank (1 the lowest) and its name."""

    rank: int
    label: str


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """An owner, path or target class that outcomes may name."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class AcceptedGap:
    """A box of facts that *Use catch-all* answers; one cell for each dimension."""

    id: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class MatrixTable:
    """One version of the matrix, ready for `decide.ask` and `verify.verify`.

    ``tiers``, ``owners``, ``paths`` and ``target_classes`` say what outcomes may name; ``None`` means that
    the caller does not know, and then nothing is reported missing.
    """

    id: str
    name: str
    hit_policy: HitPolicy
    dimensions: tuple[DimensionRecord, ...]
    triggers: tuple[TriggerRecord, ...]
    catch_all: CatchAllRecord | None = None
    accepted_gaps: tuple[AcceptedGap, ...] = ()
    tiers: tuple[TierRecord, ...] | None = None
    owners: tuple[NamedRecord, ...] | None = None
    paths: tuple[NamedRecord, ...] | None = None
    target_classes: tuple[NamedRecord, ...] | None = None

    def __post_init__(self) -> None:
        width = len(self.dimensions)
        widths = {len(one.cells) for one in self.triggers} | {len(one.cells) for one in self.accepted_gaps}
        if widths - {width}:
            raise ValueError(f"a row has {max(widths - {width})} cells for {width} dimensions")

    def position_of(self, key: str) -> int:
        """The column of the dimension ``key``; raises `KeyError`."""
        for column, dimension in enumerate(self.dimensions):
            if dimension.key == key:
                return column
        raise KeyError(key)

    def tier_label(self, rank: int) -> str:
        """The name of a tier, ``Tier 3`` where the table does not know it."""
        return next((one.label for one in self.tiers or () if one.rank == rank), f"Tier {rank}")

    def owner_label(self, key: str) -> str:
        """The name of an owner; its key where the table does not know it."""
        return next((one.label for one in self.owners or () if one.key == key), key)

    def winning_order(self) -> tuple[int, ...]:
        """Rows (0-based) from the one that wins over all others to the one that loses to all.

        Under *highest tier* the highest rank first, ties by row order; else row order (domain.md 2.2).
        """
        rows = range(len(self.triggers))
        if self.hit_policy is HitPolicy.HIGHEST_TIER:
            return tuple(sorted(rows, key=lambda row: -self.triggers[row].outcome.tier))
        return tuple(rows)
