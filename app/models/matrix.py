"""The escalation matrix: dimensions shared by all versions, and what each version says.

Inside a version, tiers, paths and target classes are named by their ``key``, people by an owner text ``person:LOGIN``,
``team:KEY`` or ``rota:KEY``. A name that leads nowhere is a finding of verification, so no foreign key forbids it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import PERSONAL, Edited, Id, Keyed, Word
from app.models.enums import (
    DimensionKind,
    DutyKind,
    HitPolicy,
    OutOfHours,
    Part,
    StepCondition,
    TargetCounting,
    TimerKind,
    VersionState,
)


class Dimension(Edited):
    """The definition of a fact; its key is permanent."""

    __tablename__ = "dimensions"

    key: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    kind: Mapped[DimensionKind] = mapped_column(Word(DimensionKind))
    part: Mapped[Part | None] = mapped_column(Word(Part), default=None)
    unit: Mapped[str | None] = mapped_column(default=None)
    asked: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)


class Choice(Edited):
    """A value of a choice dimension; its key is permanent and never reused. Best first by ``position``."""

    __tablename__ = "choices"
    __table_args__ = (UniqueConstraint("dimension_id", "key"),)

    dimension_id: Mapped[str] = mapped_column(Id, ForeignKey("dimensions.id"))
    key: Mapped[str]
    label: Mapped[str]
    position: Mapped[int]


class MatrixVersion(Edited):
    """One numbered version of the policy; once published only its state and review date change.

    ``choices`` lists, by dimension, the keys that this version knows, in its order; a dimension left out has all.
    """

    __tablename__ = "matrix_versions"

    number: Mapped[int] = mapped_column(unique=True)
    state: Mapped[VersionState] = mapped_column(Word(VersionState))
    hit_policy: Mapped[HitPolicy] = mapped_column(Word(HitPolicy), default=HitPolicy.HIGHEST_TIER)
    based_on_id: Mapped[str | None] = mapped_column(Id, ForeignKey("matrix_versions.id"), default=None)
    dimensions: Mapped[list[str]] = mapped_column(default=list)
    rationale: Mapped[str | None] = mapped_column(info=PERSONAL, default=None)
    effective_from: Mapped[datetime | None] = mapped_column(default=None)
    published_at: Mapped[datetime | None] = mapped_column(default=None)
    published_by_id: Mapped[str | None] = mapped_column(Id, ForeignKey("people.id"), default=None)
    review_by: Mapped[date | None] = mapped_column(default=None)
    emergency: Mapped[bool] = mapped_column(default=False, sort_order=100)
    choices: Mapped[dict[str, Any]] = mapped_column(default=dict, sort_order=101)
    default_calendar: Mapped[str | None] = mapped_column(default=None)
    region_calendars: Mapped[dict[str, Any]] = mapped_column(default=dict)
    catch_all: Mapped[dict[str, Any]] = mapped_column(default=dict)
    warn_shares: Mapped[list[Any]] = mapped_column(default=lambda: [75, 90])
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Tier(Edited):
    """One rung of the ladder in one version."""

    __tablename__ = "tiers"
    __table_args__ = (UniqueConstraint("version_id", "key"),)

    version_id: Mapped[str] = mapped_column(Id, ForeignKey("matrix_versions.id"))
    key: Mapped[str]
    rank: Mapped[int]
    name: Mapped[str]
    procedure: Mapped[list[str]] = mapped_column(default=list)
    exit_criteria: Mapped[list[str]] = mapped_column(default=list)
    out_of_hours: Mapped[OutOfHours] = mapped_column(Word(OutOfHours), default=OutOfHours.RUNS)
    everyone_acknowledges: Mapped[bool] = mapped_column(default=False)
    acknowledgement_expires_after: Mapped[int | None] = mapped_column(default=None)


class Duty(Edited):
    """What an owner does at a tier."""

    __tablename__ = "duties"

    version_id: Mapped[str] = mapped_column(Id, ForeignKey("matrix_versions.id"), index=True)
    tier: Mapped[str]
    kind: Mapped[DutyKind] = mapped_column(Word(DutyKind))
    owner: Mapped[str]


class TargetClass(Edited):
    """How urgent a trigger's incidents are; rank 1 is the strictest."""

    __tablename__ = "target_classes"
    __table_args__ = (UniqueConstraint("version_id", "key"),)

    version_id: Mapped[str] = mapped_column(Id, ForeignKey("matrix_versions.id"))
    key: Mapped[str]
    name: Mapped[str]
    rank: Mapped[int]


class Target(Edited):
    """How long something may take, in seconds; ``segment`` NULL is the row *any segment*."""

    __tablename__ = "targets"

    version_id: Mapped[str] = mapped_column(Id, ForeignKey("matrix_versions.id"), index=True)
    target_class: Mapped[str]
    segment: Mapped[str | None] = mapped_column(default=None)
    kind: Mapped[TimerKind] = mapped_column(Word(TimerKind))
    seconds: Mapped[int | None] = mapped_column(default=None)
    counting: Mapped[TargetCounting] = mapped_column(Word(TargetCounting), default=TargetCounting.AROUND_THE_CLOCK)


class ChannelExpectation(Edited):
    """How fast a channel itself expects words, in seconds; the stricter of this and the target wins."""

    __tablename__ = "channel_expectations"

    version_id: Mapped[str] = mapped_column(Id, ForeignKey("matrix_versions.id"), index=True)
    channel: Mapped[str]
    first_update: Mapped[int | None] = mapped_column(default=None)
    next_update: Mapped[int | None] = mapped_column(default=None)


class Criticality(Edited):
    """How much a product area stretches or tightens targets, in percent."""

    __tablename__ = "criticalities"

    version_id: Mapped[str] = mapped_column(Id, ForeignKey("matrix_versions.id"), index=True)
    product_area: Mapped[str]
    percent: Mapped[int]


class Path(Edited):
    """Ordered steps by which an incident climbs."""

    __tablename__ = "paths"
    __table_args__ = (UniqueConstraint("version_id", "key"),)

    version_id: Mapped[str] = mapped_column(Id, ForeignKey("matrix_versions.id"))
    key: Mapped[str]
    name: Mapped[str]


class PathStep(Edited):
    """After ``delay`` seconds not acknowledged, contained or resolved: climb to ``tier``, asking ``owner``."""

    __tablename__ = "path_steps"

    version_id: Mapped[str] = mapped_column(Id, ForeignKey("matrix_versions.id"), index=True)
    path: Mapped[str]
    position: Mapped[int]
    delay: Mapped[int]
    condition: Mapped[StepCondition] = mapped_column(Word(StepCondition))
    tier: Mapped[str]
    owner: Mapped[str | None] = mapped_column(default=None)
    note: Mapped[str] = mapped_column(default="")
    workaround: Mapped[str] = mapped_column(default="")


class Trigger(Edited):
    """One row: ``cells`` maps dimension keys to S-FEEL, a key left out is *any*; ``position`` orders the rows."""

    __tablename__ = "triggers"
    __table_args__ = (UniqueConstraint("version_id", "number"),)

    version_id: Mapped[str] = mapped_column(Id, ForeignKey("matrix_versions.id"))
    number: Mapped[int]
    position: Mapped[float]
    cells: Mapped[dict[str, Any]] = mapped_column(default=dict)
    tier: Mapped[str]
    owner: Mapped[str]
    path: Mapped[str]
    target_class: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")


class AuthorityLimit(Edited):
    """What a tier may do by itself: an action, with an amount in minor units where money is meant."""

    __tablename__ = "authority_limits"

    version_id: Mapped[str] = mapped_column(Id, ForeignKey("matrix_versions.id"), index=True)
    tier: Mapped[str]
    action: Mapped[str]
    per: Mapped[str] = mapped_column(default="incident")
    amount_minor: Mapped[int | None] = mapped_column(default=None)


class AcceptedFinding(Keyed):
    """A finding that people answered: a gap by *use catch-all*, a warning by a written reason."""

    __tablename__ = "accepted_findings"

    version_id: Mapped[str] = mapped_column(Id, ForeignKey("matrix_versions.id"), index=True)
    kind: Mapped[str]
    subject: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(info=PERSONAL)
