"""What mends a finding about a path, as values; `path_edits` turns them into operations. ``place`` counts from 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from app.models.enums import StepCondition


@dataclass(frozen=True, slots=True)
class AddPathStep:
    """Adds a step on *not resolved* to ``tier`` behind all others."""

    path: str
    tier: str


@dataclass(frozen=True, slots=True)
class RemovePathStep:
    """Removes a step."""

    path: str
    place: int


@dataclass(frozen=True, slots=True)
class ChooseCondition:
    """Lets a step climb under another condition."""

    path: str
    place: int
    condition: StepCondition


@dataclass(frozen=True, slots=True)
class AskAlerted:
    """Lets a step ask whoever is alerted at its tier."""

    path: str
    place: int


PathMend: TypeAlias = AddPathStep | RemovePathStep | ChooseCondition | AskAlerted
