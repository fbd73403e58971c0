"""What to do after a conflict so that the own values stand: the same edit over what stands now. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.services.database.errors import Difference
from app.services.matrix.draft_paths import RemoveStep
from app.services.matrix.draft_targets import FollowAny, GiveTarget, SetCounting
from app.services.matrix.draft_tiers import ChangeTier, RemoveTier
from app.services.matrix.drafts import DraftOperation, RemoveTrigger, SetTarget
from app.services.matrix.tier_parts import changes_between, with_changes


def insisting(
    operation: DraftOperation, differences: Sequence[Difference], theirs: frozenset[str] = frozenset()
) -> tuple[DraftOperation, ...]:
    """Edits that write the own side of ``differences``. Empty where there is none: the author has to look again.

    ``theirs`` are the fields that keep what stands; only an edit that `chooses` has any.
    """
    if not differences:
        return ()
    stands: dict[str, Any] = {one.field: one.stands for one in differences if one.field not in theirs}
    match operation:
        case GiveTarget():
            return _give(operation, stands)
        case FollowAny():
            return (replace(operation, **stands),)
        case ChangeTier():
            return _change_tier(operation, stands, theirs)
        case RemoveTier():
            seen = with_changes(operation.values, {field: (None, value) for field, value in stands.items()})
            return (replace(operation, values=seen),)
        case RemoveStep() | RemoveTrigger():
            changes: dict[str, Any] = {"seen": replace(operation.seen, **stands)}
            return (replace(operation, **changes),)
    if len(differences) != 1 or not hasattr(operation, "seen") or differences[0].wanted is None:
        return ()
    changes = {"seen": differences[0].stands}
    return (replace(operation, **changes),)


def chooses(operation: DraftOperation, differences: Sequence[Difference]) -> bool:
    """Whether each difference can be decided by itself."""
    return isinstance(operation, ChangeTier) and len(differences) > 1


def _give(operation: GiveTarget, stands: dict[str, Any]) -> tuple[DraftOperation, ...]:
    """The target is there now, so its values are set instead."""
    place: dict[str, Any] = {
        "version_id": operation.version_id,
        "target_class": operation.target_class,
        "segment": operation.segment,
        "timer": operation.timer,
    }
    found: list[DraftOperation] = []
    name = operation.timer.value
    if name in stands and stands[name] != operation.seconds:
        found.append(SetTarget(**place, seconds=operation.seconds, seen=stands[name]))
    if "counting" in stands:
        found.append(SetCounting(**place, counting=operation.counting, seen=stands["counting"]))
    return tuple(found)


def _change_tier(operation: ChangeTier, stands: dict[str, Any], theirs: frozenset[str]) -> tuple[DraftOperation, ...]:
    """Parts that met nobody are written too: nothing of the refused edit was."""
    own = changes_between(operation.values, operation.before)
    kept = {key: change for key, change in own.items() if key in theirs}
    met = {key: (None, value) for key, value in stands.items()}
    before, values = with_changes(operation.before, met), with_changes(operation.values, kept)
    return (replace(operation, before=before, values=values),) if before != values else ()
