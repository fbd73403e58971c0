"""Editing a draft: each kept cell is one operation that carries what its author saw.

Two people may edit one draft. Different rows and different cells merge; the same cell raises ``Conflict`` with both
sides. `app.services.matrix.undoing.inverse` answers each of these operations with the one that takes it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.models import matrix as tables
from app.models.enums import HitPolicy, Role, TimerKind, VersionState
from app.models.governance import ChangeReading, Signature
from app.services.database.errors import Conflict, Difference, NotFound, StateError, UserError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.matrix.limits import LONGEST_CELL, target_problem
from app.services.matrix.version_rows import read_document
from app.services.matrix.versions import Document, MakeDraft, make_draft, newest_draft

ANY_TEXT = "-"
OUTCOME_FIELDS = ("tier", "owner", "path", "target_class")


@dataclass(frozen=True, kw_only=True)
class DraftOperation(Operation):
    """An edit of a draft."""

    needs: ClassVar[Role] = Role.LEAD


@dataclass(frozen=True, kw_only=True)
class EnsureDraft(DraftOperation):
    """Finds the draft being worked on, or copies the version in force. Result: ``{"version_id", "number", "made"}``."""


@dataclass(frozen=True, kw_only=True)
class DiscardDraft(DraftOperation):
    """Throws a draft away. Result: ``{"document", "based_on"}``, with which `MakeDraft` brings it back."""

    version_id: str


@dataclass(frozen=True, kw_only=True)
class SetCell(DraftOperation):
    """Writes a cell as S-FEEL, or as it was typed where it cannot be read; ``-`` is *any*."""

    trigger_id: str
    dimension: str
    text: str
    seen: str = ANY_TEXT


@dataclass(frozen=True, kw_only=True)
class SetOutcome(DraftOperation):
    """Sets ``field`` (tier, owner, path or target_class) of a trigger to a key."""

    trigger_id: str
    field: str
    value: str
    seen: str


@dataclass(frozen=True, kw_only=True)
class SetReason(DraftOperation):
    """Says why a trigger is there."""

    trigger_id: str
    text: str
    seen: str = ""


@dataclass(frozen=True, slots=True)
class TriggerValues:
    """All that a trigger says; ``cells`` maps dimension keys to S-FEEL, a key left out is *any*."""

    number: int
    position: float
    tier: str
    owner: str
    path: str
    target_class: str
    cells: dict[str, str] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class AddTrigger(DraftOperation):
    """Adds a trigger. A number of 0, or one that is taken, becomes the next free one: a number is for life."""

    version_id: str
    values: TriggerValues
    trigger_id: str = field(default_factory=new_id)


@dataclass(frozen=True, kw_only=True)
class RemoveTrigger(DraftOperation):
    """Removes a trigger, unless somebody changed it since it looked like ``seen``."""

    version_id: str
    trigger_id: str
    seen: TriggerValues


@dataclass(frozen=True, kw_only=True)
class MoveTrigger(DraftOperation):
    """Puts a trigger elsewhere among the rows; positions are fractions between those of its neighbours."""

    trigger_id: str
    position: float
    seen: float


@dataclass(frozen=True, kw_only=True)
class AcceptGap(DraftOperation):
    """Answers a box of facts by *use catch-all*. ``cells`` as in `TriggerValues`."""

    version_id: str
    cells: dict[str, str]
    gap_id: str = field(default_factory=new_id)


@dataclass(frozen=True, kw_only=True)
class ReopenGap(DraftOperation):
    """Takes an answer by *use catch-all* back; ``cells`` are those of the answer."""

    version_id: str
    gap_id: str
    cells: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class SetTarget(DraftOperation):
    """Sets a base target in seconds; None is *no such timer*. ``segment`` None is the row *any segment*."""

    version_id: str
    target_class: str
    segment: str | None
    timer: TimerKind
    seconds: int | None
    seen: int | None


@dataclass(frozen=True, kw_only=True)
class SetHitPolicy(DraftOperation):
    """Chooses which of several matching triggers wins."""

    version_id: str
    policy: HitPolicy
    seen: HitPolicy


@handles(EnsureDraft)
def ensure_draft(work: UnitOfWork, operation: EnsureDraft) -> Document:
    """A copy keeps the triggers' numbers; without any version there is nothing to copy."""
    there = newest_draft(work.session)
    if there is not None:
        return {"version_id": there.id, "number": there.number, "made": False}
    source = work.session.scalars(
        select(tables.MatrixVersion)
        .where(tables.MatrixVersion.state == VersionState.PUBLISHED)
        .order_by(tables.MatrixVersion.effective_from.desc(), tables.MatrixVersion.number.desc())
    ).first()
    if source is None:
        raise StateError("There is no matrix to change yet.", "Build one from past incidents, or start an empty one.")
    made = make_draft(work, MakeDraft(id=operation.id, based_on=source.id))
    return {**made, "made": True}


@handles(DiscardDraft)
def discard_draft(work: UnitOfWork, operation: DiscardDraft) -> Document:
    """Removes the draft's rows; published versions cannot be thrown away."""
    version = open_draft(work, operation.version_id)
    document, based_on = read_document(work.session, version), version.based_on_id
    for table in (
        tables.Trigger, tables.AcceptedFinding, tables.AuthorityLimit, tables.PathStep, tables.Path,
        tables.Criticality, tables.ChannelExpectation, tables.Target, tables.TargetClass, tables.Duty, tables.Tier,
        Signature, ChangeReading,
    ):  # fmt: skip
        work.session.execute(delete(table).where(table.version_id == version.id))
    work.session.delete(version)
    return {"document": document, "based_on": based_on}


@handles(SetCell)
def set_cell(work: UnitOfWork, operation: SetCell) -> None:
    """A text that cannot be read is kept: it is an error at its place, never silently *any*."""
    trigger = _trigger(work, operation.trigger_id)
    version = work.get(tables.MatrixVersion, trigger.version_id, "That version")
    if operation.dimension not in version.dimensions:
        raise NotFound("That column is no longer in this draft.", "Reload the page.")
    if len(operation.text) > LONGEST_CELL:
        raise StateError("This is too long for a cell.", f"Keep it under {LONGEST_CELL:,} characters.")
    text = operation.text.strip() or ANY_TEXT
    stands = str(trigger.cells.get(operation.dimension, ANY_TEXT))
    if stands not in (operation.seen, text):
        raise Conflict(
            f"Somebody changed trigger {trigger.number} since you read it.",
            (Difference(operation.dimension, operation.seen, stands, text),),
        )
    cells = {key: value for key, value in trigger.cells.items() if key != operation.dimension}
    trigger.cells = cells if text == ANY_TEXT else {**cells, operation.dimension: text}


@handles(SetOutcome)
def set_outcome(work: UnitOfWork, operation: SetOutcome) -> None:
    """Names that lead nowhere are kept: verification finds them."""
    if operation.field not in OUTCOME_FIELDS:
        raise StateError("A trigger has no such outcome.", "Choose tier, owner, path or class.")
    trigger = _trigger(work, operation.trigger_id)
    what = f"Somebody changed trigger {trigger.number} since you read it."
    work.compare(what, trigger, {operation.field: operation.seen}, {operation.field: operation.value})
    setattr(trigger, operation.field, operation.value)


@handles(SetReason)
def set_reason(work: UnitOfWork, operation: SetReason) -> None:
    """Keeps the reason without spaces around it."""
    trigger = _trigger(work, operation.trigger_id)
    text = operation.text.strip()
    what = f"Somebody wrote another reason for trigger {trigger.number}."
    work.compare(what, trigger, {"reason": operation.seen}, {"reason": text})
    trigger.reason = text


@handles(AddTrigger)
def add_trigger(work: UnitOfWork, operation: AddTrigger) -> Document:
    """Result: ``{"trigger_id", "number"}``."""
    version = open_draft(work, operation.version_id)
    values = operation.values
    taken = work.session.scalar(
        select(tables.Trigger.id).where(tables.Trigger.version_id == version.id, tables.Trigger.number == values.number)
    )
    number = values.number if values.number > 0 and taken is None else next_number(work.session)
    work.add(
        tables.Trigger(
            id=operation.trigger_id,
            version_id=version.id,
            number=number,
            position=values.position,
            cells={key: text for key, text in values.cells.items() if text != ANY_TEXT},
            tier=values.tier,
            owner=values.owner,
            path=values.path,
            target_class=values.target_class,
            reason=values.reason,
        )
    )
    return {"trigger_id": operation.trigger_id, "number": number}


@handles(RemoveTrigger)
def remove_trigger(work: UnitOfWork, operation: RemoveTrigger) -> None:
    """Raises ``Conflict`` where the trigger is not the one its author saw."""
    trigger = _trigger(work, operation.trigger_id)
    stands, seen = values_of(trigger), operation.seen
    differences = tuple(
        Difference(name, getattr(seen, name), getattr(stands, name), None)
        for name in ("cells", *OUTCOME_FIELDS, "reason")
        if getattr(seen, name) != getattr(stands, name)
    )
    if differences:
        raise Conflict(f"Somebody changed trigger {trigger.number} while you removed it.", differences)
    work.session.delete(trigger)


@handles(MoveTrigger)
def move_trigger(work: UnitOfWork, operation: MoveTrigger) -> None:
    """Order is a value like any other: a row that somebody else moved meanwhile is a conflict."""
    trigger = _trigger(work, operation.trigger_id)
    what = f"Somebody moved trigger {trigger.number} meanwhile."
    work.compare(what, trigger, {"position": operation.seen}, {"position": operation.position})
    trigger.position = operation.position


@handles(AcceptGap)
def accept_gap(work: UnitOfWork, operation: AcceptGap) -> None:
    """The box is kept as cells, so that it holds when rows are moved or renumbered."""
    version = open_draft(work, operation.version_id)
    cells = {key: text for key, text in operation.cells.items() if text != ANY_TEXT}
    work.add(
        tables.AcceptedFinding(
            id=operation.gap_id, version_id=version.id, kind="gap", subject={"cells": cells}, reason="Use catch-all"
        )
    )


@handles(ReopenGap)
def reopen_gap(work: UnitOfWork, operation: ReopenGap) -> None:
    """The combinations become a gap again."""
    accepted = work.get(tables.AcceptedFinding, operation.gap_id, "That answer")
    open_draft(work, accepted.version_id)
    work.session.delete(accepted)


@handles(SetTarget)
def set_target(work: UnitOfWork, operation: SetTarget) -> None:
    """Writes the target of a class and segment that has a row of its own; refused for nothing and for many years."""
    version = open_draft(work, operation.version_id)
    problem = target_problem(operation.seconds) if operation.seconds is not None else None
    if problem is not None:
        row_name = operation.segment or "any segment"
        raise UserError(*problem, where=f"targets.{operation.target_class}.{row_name}.{operation.timer.value}")
    row = work.session.scalars(
        select(tables.Target).where(
            tables.Target.version_id == version.id,
            tables.Target.target_class == operation.target_class,
            tables.Target.segment.is_not_distinct_from(operation.segment),
            tables.Target.kind == operation.timer,
        )
    ).first()
    if row is None:
        raise NotFound("That target is no longer in this draft.", "Reload the page.")
    what = "Somebody changed that target since you read it."
    work.compare(what, row, {"seconds": operation.seen}, {"seconds": operation.seconds})
    row.seconds = operation.seconds


@handles(SetHitPolicy)
def set_hit_policy(work: UnitOfWork, operation: SetHitPolicy) -> None:
    """Which trigger wins holds for the whole version."""
    version = open_draft(work, operation.version_id)
    what = "Somebody chose another hit policy meanwhile."
    work.compare(what, version, {"hit_policy": operation.seen}, {"hit_policy": operation.policy})
    version.hit_policy = operation.policy


def next_number(session: Session) -> int:
    """The next number that no trigger of any version ever had, as far as versions are kept."""
    return (session.scalar(select(func.max(tables.Trigger.number))) or 0) + 1


def values_of(trigger: tables.Trigger) -> TriggerValues:
    """A row as plain values."""
    cells: Mapping[str, Any] = trigger.cells
    return TriggerValues(
        number=trigger.number,
        position=trigger.position,
        tier=trigger.tier,
        owner=trigger.owner,
        path=trigger.path,
        target_class=trigger.target_class,
        cells={key: str(text) for key, text in cells.items()},
        reason=trigger.reason,
    )


def open_draft(work: UnitOfWork, version_id: str) -> tables.MatrixVersion:
    """The version of that id, where it may still be edited; raises ``StateError`` for a published one."""
    version = work.get(tables.MatrixVersion, version_id, "That draft")
    if version.state not in (VersionState.DRAFT, VersionState.IN_REVIEW):
        raise StateError(f"Version {version.number} is published and never changes.", "Make a new draft from it.")
    return version


def _trigger(work: UnitOfWork, trigger_id: str) -> tables.Trigger:
    trigger = work.get(tables.Trigger, trigger_id, "That trigger")
    open_draft(work, trigger.version_id)
    return trigger
