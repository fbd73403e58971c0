"""Findings as records: what is wrong, how much it weighs, one example incident, and what mends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.services.matrix.cells import Cell, FactValue
from app.services.matrix.mends import Mend


class FindingKind(StrEnum):
    """The findings about triggers of domain.md 2.3; ``not_yet_known`` lists what fails only by a missing fact."""

    GAP = "gap"
    CONFLICT = "conflict"
    MASKED = "masked"
    REDUNDANT = "redundant"
    UNSATISFIABLE = "unsatisfiable"
    MISSING_REFERENCE = "missing_reference"
    MERGEABLE = "mergeable"
    NOT_YET_KNOWN = "not_yet_known"


class Weight(StrEnum):
    """Errors block publishing, a warning needs a written reason, a note needs nothing."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for the heaviest."""
        return list(Weight).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    ``triggers`` are ids, the one to mend first; ``dimension`` is a key where one cell is meant. ``box``
    is where it shows, a cell for each dimension: the open box of a gap, the shared cases of two
    triggers. ``example`` maps every dimension to a value (``None`` is not known). ``share`` is the part
    of all combinations that a gap is.
    """

    kind: FindingKind
    weight: Weight
    title: str
    text: str
    triggers: tuple[str, ...] = ()
    dimension: str | None = None
    box: tuple[Cell, ...] | None = None
    example: Mapping[str, FactValue | None] | None = None
    mends: tuple[Mend, ...] = ()
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """All findings, heaviest first. ``totals`` count every one of a kind, also those past the limit.

    ``covered`` is the part of all combinations of known facts that some trigger answers.
    ``complete`` is false where time ran out; what is listed is true all the same. ``seconds`` is how long it took.
    """

    findings: tuple[Finding, ...]
    totals: Mapping[FindingKind, int]
    covered: float
    complete: bool
    seconds: float

    def of(self, kind: FindingKind) -> tuple[Finding, ...]:
        """The findings of one kind."""
        return tuple(one for one in self.findings if one.kind is kind)

    @property
    def blocks(self) -> bool:
        """Whether something stands against publishing."""
        return any(one.weight is Weight.ERROR for one in self.findings)
