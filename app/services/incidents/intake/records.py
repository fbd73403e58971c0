"""What reading hands on: incidents of another desk with their history, and the report on the reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from app.services.incidents.intake.mapping import SourceState

FactValue = str | bool | int | Decimal | date


@dataclass(frozen=True, slots=True)
class FactAt:
    """A fact took this value (None: was emptied) at ``at``, with row number ``step`` of its incident (0-based)."""

    key: str
    value: FactValue | None
    at: datetime
    step: int


@dataclass(frozen=True, slots=True)
class StateAt:
    """The incident entered a state. ``label`` is how the source spells it."""

    state: SourceState
    label: str
    at: datetime
    step: int


@dataclass(frozen=True, slots=True)
class NameAt:
    """A holder or a team took over (None: nobody)."""

    name: str | None
    at: datetime
    step: int


@dataclass(frozen=True, slots=True)
class HistoricIncident:
    """One incident of another desk. Instants are UTC; histories hold changes only, in the order of the rows."""

    source: str
    number: str
    title: str | None
    raised_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None
    first_update_at: datetime | None
    target_at: datetime | None
    made_target: bool | None
    """The source's own verdict; None where it gives none or there was no target."""
    open_in_source: bool
    customer: str | None
    contact: str | None
    states: tuple[StateAt, ...]
    facts: tuple[FactAt, ...]
    holders: tuple[NameAt, ...]
    teams: tuple[NameAt, ...]
    reassignments: int
    reopenings: int
    steps: int
    """How many rows of the file tell of it."""
    unassigned_steps: int
    """Rows on which no team is named (0 where no column names teams)."""
    rows: tuple[int, int]
    """First and last row number in the file."""
    digest: str
    """Changes when anything of the incident changes (SHA-256, 32 hex digits), not when rows move."""

    @property
    def source_key(self) -> str:
        """Recognises the incident when it comes again."""
        return f"{self.source}:{self.number}"

    def fact(self, key: str) -> FactValue | None:
        """The last value of a fact."""
        return next((fact.value for fact in reversed(self.facts) if fact.key == key), None)

    @property
    def channel(self) -> str | None:
        """The last value of the fact ``channel``."""
        value = self.fact("channel")
        return None if value is None else str(value)

    @property
    def holder(self) -> str | None:
        """Who had it at the end."""
        return self.holders[-1].name if self.holders else None


@dataclass(frozen=True, slots=True)
class Place:
    """One example: row number, number of the incident and the value in question."""

    row: int
    number: str
    value: str


@dataclass(frozen=True, slots=True)
class Tally:
    """Something that happened ``count`` times, with its first places. ``key`` is stable, ``words`` are for people."""

    key: str
    words: str
    count: int
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class ChoiceCount:
    """A value of a choice as the source spells it, its key here, and how many incidents ended with it."""

    key: str
    label: str
    incidents: int


@dataclass(frozen=True, slots=True)
class ReadingReport:
    """What a reading found. It grows while the stream is walked and is whole after its end."""

    file: str
    size: int
    sha256: str
    kind: str
    encoding: str
    columns: int
    mapping: str
    rows: int
    """Rows below the header that are not blank."""
    cases: int
    """Incidents named in the file, also those left out."""
    incidents: int
    """Incidents handed on."""
    open_in_source: int
    first_raised: datetime | None
    last_raised: datetime | None
    left_out: tuple[Tally, ...]
    """By reason; each incident is counted once, at its first reason."""
    noted: tuple[Tally, ...]
    """What was read but is worth knowing: hours that came twice, unknown choices, updates before the raising."""
    masked: tuple[str, ...]
    dropped: tuple[str, ...]
    not_mapped: tuple[str, ...]
    """Columns of the file of which the mapping says nothing; they are dropped too."""
    empties: tuple[tuple[str, str, int], ...]
    """Column, word that means empty, how many rows."""
    filled: tuple[tuple[str, int], ...]
    """Field or fact, and how many of the incidents have it."""
    choices: tuple[tuple[str, tuple[ChoiceCount, ...]], ...]
    """Fact → its choices, most frequent first."""

    @property
    def left_out_count(self) -> int:
        """Incidents that were not handed on."""
        return sum(tally.count for tally in self.left_out)
