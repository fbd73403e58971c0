"""Undo: each edit of a draft is answered with the edit that takes it back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from app.services.database.identity import new_id
from app.services.matrix.draft_cells import ChangeCells, opposite
from app.services.matrix.draft_choices import (
    AddChoice,
    AddDimension,
    DropDimension,
    HideChoice,
    OrderChoices,
    RenameChoice,
)
from app.services.matrix.draft_paths import (
    AddPath,
    AddStep,
    OrderSteps,
    RemovePath,
    RemoveStep,
    RenamePath,
    SetStep,
    SetStepDelay,
)
from app.services.matrix.draft_signatories import SetSignatory
from app.services.matrix.draft_targets import (
    FollowAny,
    GiveTarget,
    SetCalendar,
    SetChannel,
    SetCounting,
    SetCriticality,
    SetPauses,
    SetSetting,
    SetWarnShares,
)
from app.services.matrix.draft_tiers import AddTier, ChangeTier, OrderTiers, RemoveTier
from app.services.matrix.drafts import (
    AcceptGap,
    AddTrigger,
    DraftOperation,
    MoveTrigger,
    RemoveTrigger,
    ReopenGap,
    SetCell,
    SetHitPolicy,
    SetOutcome,
    SetReason,
    SetTarget,
)
from app.services.matrix.examples import ChangeExample, RemoveExample, SaveExample

D = TypeVar("D", bound=DraftOperation)


def again(operation: D) -> D:
    """The same edit as a new act: the ledger knows each act once."""
    return replace(operation, id=new_id(), acted_at=None)


VALUE_OF: Mapping[type[DraftOperation], str] = {
    SetCell: "text",
    SetReason: "text",
    SetOutcome: "value",
    MoveTrigger: "position",
    SetTarget: "seconds",
    SetHitPolicy: "policy",
    SetStep: "value",
    SetStepDelay: "seconds",
    OrderSteps: "order",
    RenamePath: "name",
    SetCounting: "counting",
    SetChannel: "seconds",
    SetCriticality: "percent",
    SetWarnShares: "shares",
    SetCalendar: "calendar",
    SetSetting: "value",
    SetPauses: "kinds",
    SetSignatory: "login",
    OrderTiers: "order",
    OrderChoices: "order",
    RenameChoice: "label",
}
"""Edits of one value, with the field that holds it beside ``seen``."""


def inverse(operation: DraftOperation) -> DraftOperation:
    """The edit that takes ``operation`` back, refused with both sides where somebody edited in between.

    Raises ``LookupError`` for what has no such answer (making and discarding a draft).
    """
    return (
        _swapped(operation)
        or _path_opposite(operation)
        or _target_opposite(operation)
        or _tier_opposite(operation)
        or _choice_opposite(operation)
        or _example_opposite(operation)
        or _opposite(operation)
    )


def _swapped(operation: DraftOperation) -> DraftOperation | None:
    """Edits of one value: what was seen and what was set change places."""
    value = VALUE_OF.get(type(operation))
    if value is None:
        return None
    stands, seen = (getattr(operation, name) for name in (value, "seen"))
    swapped: dict[str, Any] = {value: seen, "seen": stands}
    return replace(again(operation), **swapped)


def _path_opposite(operation: DraftOperation) -> DraftOperation | None:
    if isinstance(operation, AddPath):
        return RemovePath(version_id=operation.version_id, path_id=operation.path_id, seen=operation.values)
    if isinstance(operation, RemovePath):
        return AddPath(version_id=operation.version_id, path_id=operation.path_id, values=operation.seen)
    if isinstance(operation, AddStep):
        return RemoveStep(path_id=operation.path_id, seen=operation.values, place=operation.place)
    if isinstance(operation, RemoveStep):
        return AddStep(path_id=operation.path_id, values=operation.seen, place=operation.place)
    return None


def _target_opposite(operation: DraftOperation) -> DraftOperation | None:
    if not isinstance(operation, GiveTarget | FollowAny):
        return None
    other = FollowAny if isinstance(operation, GiveTarget) else GiveTarget
    return other(
        version_id=operation.version_id,
        target_class=operation.target_class,
        segment=operation.segment,
        timer=operation.timer,
        seconds=operation.seconds,
        counting=operation.counting,
    )


def _tier_opposite(operation: DraftOperation) -> DraftOperation | None:
    if isinstance(operation, ChangeTier):
        return replace(again(operation), before=operation.values, values=operation.before)
    if isinstance(operation, AddTier):
        return RemoveTier(version_id=operation.version_id, values=operation.values, place=operation.place)
    if isinstance(operation, RemoveTier):
        return AddTier(version_id=operation.version_id, values=operation.values, place=operation.place)
    return None


def _choice_opposite(operation: DraftOperation) -> DraftOperation | None:
    if isinstance(operation, AddChoice | HideChoice):
        other = HideChoice if isinstance(operation, AddChoice) else AddChoice
        return other(
            version_id=operation.version_id,
            dimension=operation.dimension,
            key=operation.key,
            label=operation.label,
            place=operation.place,
        )
    if isinstance(operation, AddDimension):
        return DropDimension(version_id=operation.version_id, values=operation.values)
    if isinstance(operation, DropDimension):
        return AddDimension(version_id=operation.version_id, values=operation.values)
    return None


def _example_opposite(operation: DraftOperation) -> DraftOperation | None:
    if isinstance(operation, SaveExample):
        return RemoveExample(example_id=operation.example_id, seen=operation.values)
    if isinstance(operation, RemoveExample):
        return SaveExample(example_id=operation.example_id, values=operation.seen)
    if isinstance(operation, ChangeExample):
        return replace(again(operation), values=operation.seen, seen=operation.values)
    return None


def _opposite(operation: DraftOperation) -> DraftOperation:
    if isinstance(operation, ChangeCells):
        return opposite(operation)
    if isinstance(operation, AddTrigger):
        return RemoveTrigger(version_id=operation.version_id, trigger_id=operation.trigger_id, seen=operation.values)
    if isinstance(operation, RemoveTrigger):
        return AddTrigger(version_id=operation.version_id, trigger_id=operation.trigger_id, values=operation.seen)
    if isinstance(operation, AcceptGap):
        return ReopenGap(version_id=operation.version_id, gap_id=operation.gap_id, cells=operation.cells)
    if isinstance(operation, ReopenGap):
        return AcceptGap(version_id=operation.version_id, gap_id=operation.gap_id, cells=operation.cells)
    raise LookupError(f"{operation.kind} cannot be taken back by another edit")
