"""The post-incident report as one document of final texts: writers only lay it out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.models.enums import ActionState, EventKind


class Audience(StrEnum):
    """For whom a report is made."""

    INTERNAL = "internal"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure at the head: label, value, verdict in words; ``met`` is None while there is none."""

    label: str
    value: str
    verdict: str
    met: bool | None


@dataclass(frozen=True, slots=True)
class TimeLine:
    """A line of what happened: the clock's words, the story's, and what was written at length."""

    when: str
    words: str
    body: str = ""


@dataclass(frozen=True, slots=True)
class TargetLine:
    """Response against one target, in counted seconds."""

    label: str
    used_seconds: int
    target_seconds: int
    words: str
    met: bool | None

    @property
    def share(self) -> float:
        """Used over target, 1.0 at the target."""
        return self.used_seconds / self.target_seconds if self.target_seconds > 0 else 1.0


@dataclass(frozen=True, slots=True)
class HeldLine:
    """Who had it how long: a tier (``rank`` from 1) or a person (rank 0), in wall time."""

    name: str
    rank: int
    words: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its paragraphs."""

    title: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision in words: when and what, then labelled details such as *Why*."""

    when: str
    what: str
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ActionLine:
    """An action item in words."""

    what: str
    kind: str
    owner: str
    due: str
    state: str
    answer: ActionState = ActionState.OPEN
    overdue: bool = False


@dataclass(frozen=True, slots=True)
class RailMark:
    """A verdict on the rail: its minute from the raising, its words, whether it was in time."""

    minute: float
    words: str
    met: bool


@dataclass(frozen=True, slots=True)
class RailPart:
    """What the escalation rail shows: bands with minutes from the raising, dots of events, flags of verdicts."""

    bands: tuple[tuple[str, str, int, float, float], ...]
    """Name, owner, rank, first minute, last minute."""
    dots: tuple[tuple[float, EventKind, str], ...]
    end: float
    marks: tuple[RailMark, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """The report. Every text is final; nothing is looked up while it is laid out."""

    title: str
    number: str
    severity: int
    subtitle: str
    byline: str
    audience: Audience
    tiles: tuple[Tile, ...]
    lead: str
    rail: RailPart | None
    rail_caption: str
    timeline_note: str
    timeline: tuple[TimeLine, ...]
    targets: tuple[TargetLine, ...]
    targets_caption: str
    held: tuple[HeldLine, ...]
    factors: tuple[str, ...]
    looking_back: tuple[Section, ...]
    sections: tuple[Section, ...]
    decisions: tuple[DecisionLine, ...]
    actions: tuple[ActionLine, ...]
    kept_inside: tuple[int, int]
    """Blocks and events that stay inside a customer's report."""
    footer: tuple[tuple[str, str], ...]
    trail_head: str
