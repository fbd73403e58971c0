"""A tier taken apart into the values that people edit one by one, and put together again. Pure.

Parts are ``name``, ``procedure``, ``exit_criteria``, ``out_of_hours``, ``everyone_acknowledges``,
``acknowledgement_expires_after``, ``duty:KIND`` (owners), ``limit:PER:ACTION`` (amount in minor units or `ANY_AMOUNT`).
A duty that nobody has and an action that asks the next tier have no part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from app.models.enums import DutyKind
from app.services.matrix.policy import AuthorityPolicy, DutyRecord, TierPolicy

PLAIN: Final = (
    "name", "procedure", "exit_criteria", "out_of_hours", "everyone_acknowledges", "acknowledgement_expires_after",
)  # fmt: skip
ANY_AMOUNT: Final = "any amount"
Parts = dict[str, Any]


def parts_of(tier: TierPolicy) -> Parts:
    """Every part of a tier, in order."""
    found: Parts = {name: getattr(tier, name) for name in PLAIN}
    for kind in DutyKind:
        if tier.owners(kind):
            found[f"duty:{kind.value}"] = tier.owners(kind)
    for limit in tier.authority:
        amount = ANY_AMOUNT if limit.amount_minor is None else limit.amount_minor
        found[f"limit:{limit.per}:{limit.action}"] = amount
    return found


def changes_between(before: TierPolicy, after: TierPolicy) -> dict[str, tuple[Any, Any]]:
    """The parts that differ, with both values; None is *has no such part*."""
    old, new = parts_of(before), parts_of(after)
    return {key: (old.get(key), new.get(key)) for key in {**old, **new} if old.get(key) != new.get(key)}


def with_changes(tier: TierPolicy, changes: Mapping[str, tuple[Any, Any]]) -> TierPolicy:
    """``tier`` where each of these parts has its second value."""
    parts = parts_of(tier)
    for key, (_before, after) in changes.items():
        if after is None and key not in PLAIN:
            parts.pop(key, None)
        else:
            parts[key] = after
    plain: dict[str, Any] = {name: parts[name] for name in PLAIN}
    return replace(tier, **plain, duties=_duties(parts), authority=_authority(parts))


def _duties(parts: Parts) -> tuple[DutyRecord, ...]:
    return tuple(DutyRecord(kind, owner) for kind in DutyKind for owner in parts.get(f"duty:{kind.value}", ()))


def _authority(parts: Parts) -> tuple[AuthorityPolicy, ...]:
    found = []
    for key, amount in parts.items():
        kind, _, rest = key.partition(":")
        if kind == "limit":
            per, _, action = rest.partition(":")
            found.append(AuthorityPolicy(action, None if amount == ANY_AMOUNT else int(amount), per))
    return tuple(found)
