"""One version of the matrix as a whole: the table that is asked, and what stands around it. Pure records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from app.models.enums import (
    DutyKind,
    HitPolicy,
    OutOfHours,
    Part,
    StepCondition,
    TargetCounting,
    TimerKind,
    VersionState,
)
from app.services.matrix.cells import Cell
from app.services.matrix.table import CatchAllRecord, DimensionRecord, MatrixTable, NamedRecord

NO_PERCENTS: Mapping[str, int] = MappingProxyType({})
NOBODY: Mapping[str, str] = MappingProxyType({})
NO_PAUSES: Mapping[str, tuple[TimerKind, ...]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class DutyRecord:
    """What an owner (``person:…``, ``team:…``, ``rota:…``) does at a tier."""

    kind: DutyKind
    owner: str


@dataclass(frozen=True, slots=True)
class AuthorityPolicy:
    """What a tier may do by itself: an action, with an amount in minor units where money is meant."""

    action: str
    amount_minor: int | None = None
    per: str = "incident"


@dataclass(frozen=True, slots=True)
class TierPolicy:
    """A tier with its procedure, duties and exit criteria. Rank 1 is the lowest; expiry in seconds."""

    key: str
    rank: int
    name: str
    procedure: tuple[str, ...] = ()
    exit_criteria: tuple[str, ...] = ()
    duties: tuple[DutyRecord, ...] = ()
    out_of_hours: OutOfHours = OutOfHours.RUNS
    everyone_acknowledges: bool = False
    acknowledgement_expires_after: int | None = None
    authority: tuple[AuthorityPolicy, ...] = ()

    def owners(self, kind: DutyKind) -> tuple[str, ...]:
        """The owners that have this duty here, in order."""
        return tuple(duty.owner for duty in self.duties if duty.kind is kind)


@dataclass(frozen=True, slots=True)
class StepPolicy:
    """After ``delay`` seconds at the tier before, while ``condition`` holds: climb to ``tier``, asking ``owner``."""

    delay: int
    condition: StepCondition
    tier: str
    owner: str | None = None
    note: str = ""
    workaround: str = ""


@dataclass(frozen=True, slots=True)
class PathPolicy:
    """Ordered steps by which an incident climbs."""

    key: str
    name: str
    steps: tuple[StepPolicy, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetPolicy:
    """How long something may take, in seconds; segment None is *any segment*, seconds None no such timer."""

    target_class: str
    segment: str | None
    kind: TimerKind
    seconds: int | None
    counting: TargetCounting = TargetCounting.AROUND_THE_CLOCK


@dataclass(frozen=True, slots=True)
class ChannelPolicy:
    """What a channel itself expects, in seconds."""

    channel: str
    first_update: int | None = None
    next_update: int | None = None


@dataclass(frozen=True, slots=True)
class UnreadableCell:
    """A cell whose text cannot be read: it matches nothing until it is mended."""

    trigger_id: str
    dimension: str
    text: str
    what: str
    mend: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A whole version. ``classes`` are in order, strictest first; ``tiers`` lowest first.

    ``pauses`` says for a reason to wait (customer, supplier, agreed_date) which kinds stand still; a reason that is
    left out pauses contain, resolve and steps. ``alert_again_seconds`` is how long somebody who has not answered at a
    tier where everyone must is left before the next alert. ``executive_when`` are boxes of facts, a cell for each
    dimension: what lies in one of them is for the executives to know, whatever its tier. ``signatories`` names by
    function the login of who must sign the version that comes after this one.
    """

    id: str
    number: int
    state: VersionState
    hit_policy: HitPolicy
    table: MatrixTable
    tiers: tuple[TierPolicy, ...]
    paths: tuple[PathPolicy, ...]
    classes: tuple[NamedRecord, ...]
    targets: tuple[TargetPolicy, ...]
    channels: tuple[ChannelPolicy, ...] = ()
    criticality: Mapping[str, int] = field(default_factory=lambda: NO_PERCENTS)
    warn_shares: tuple[int, ...] = (75, 90)
    default_calendar: str | None = None
    region_calendars: Mapping[str, str] = field(default_factory=dict)
    offer_seconds: int = 600
    reopen_days: int = 7
    alert_again_seconds: int = 300
    steady_beat: bool = False
    pauses: Mapping[str, tuple[TimerKind, ...]] = field(default_factory=lambda: NO_PAUSES)
    executive_when: tuple[tuple[Cell, ...], ...] = ()
    signatories: Mapping[str, str] = field(default_factory=lambda: NOBODY)
    unreadable: tuple[UnreadableCell, ...] = ()

    @property
    def catch_all(self) -> CatchAllRecord | None:
        """What holds where no trigger matches."""
        return self.table.catch_all

    def tier(self, key: str) -> TierPolicy:
        """The tier of that key; ``KeyError`` where the version has none."""
        return _only((tier for tier in self.tiers if tier.key == key), key)

    def tier_at(self, rank: int) -> TierPolicy:
        """The tier of that rank; ``KeyError`` where the version has none."""
        return _only((tier for tier in self.tiers if tier.rank == rank), str(rank))

    def path(self, key: str) -> PathPolicy:
        """The path of that key, or one without steps where a trigger names none that exists."""
        return next((path for path in self.paths if path.key == key), PathPolicy(key, key))

    def class_name(self, key: str | None) -> str:
        """The name of a target class."""
        return next((one.label for one in self.classes if one.key == key), key or "")

    def part(self, part: Part) -> DimensionRecord | None:
        """The dimension that plays this part, if one does."""
        return next((one for one in self.table.dimensions if one.part is part), None)

    def part_value(self, part: Part, facts: Mapping[str, object]) -> str | None:
        """The choice key that ``facts`` have for this part."""
        dimension = self.part(part)
        value = facts.get(dimension.key) if dimension else None
        return str(value) if value is not None else None


def _only(found: Iterator[TierPolicy], key: str) -> TierPolicy:
    for tier in found:
        return tier
    raise KeyError(key)
