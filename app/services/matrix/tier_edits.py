"""From what people do on the tab Tiers and duties to the operations that carry it out. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from app.services.matrix.cells import CellError
from app.services.matrix.draft_tiers import AddTier, ChangeTier, OrderTiers, RemoveTier, used_problem
from app.services.matrix.drafts import DraftOperation
from app.services.matrix.names import free_key, key_of
from app.services.matrix.page import MatrixRecord
from app.services.matrix.policy import TierPolicy
from app.services.matrix.tier_parts import ANY_AMOUNT, changes_between, with_changes

Operations = tuple[DraftOperation, ...]
LARGEST = 10**12


def change_tier(record: MatrixRecord, tier: TierPolicy, parts: Mapping[str, tuple[Any, Any]]) -> Operations:
    """Writes these parts of a tier (the second of each pair) over what the page shows."""
    values = with_changes(tier, parts)
    if not changes_between(tier, values):
        return ()
    return (ChangeTier(version_id=record.version.id, before=tier, values=values),)


def set_part(record: MatrixRecord, key: str, part: str, value: Any) -> Operations:
    """Writes one part of the tier of that key."""
    return change_tier(record, record.policy.tier(key), {part: (None, value)})


def add_tier(record: MatrixRecord, name: str, place: int) -> Operations:
    """Puts a tier without duties at a place of the ladder; its key comes from its name, and stays."""
    key = free_key(key_of(name, "tier"), {one.key for one in record.policy.tiers})
    return (AddTier(version_id=record.version.id, values=TierPolicy(key, place + 1, name), place=place),)


def remove_tier(record: MatrixRecord, key: str) -> Operations:
    """Takes a tier away as it stands."""
    place = [one.key for one in record.policy.tiers].index(key)
    return (RemoveTier(version_id=record.version.id, values=record.policy.tiers[place], place=place),)


def why_kept(record: MatrixRecord, key: str) -> tuple[str, str] | None:
    """Why a tier cannot be removed, and how to mend it; None where nothing uses it."""
    policy = record.policy
    tier = policy.tier(key)
    if len(policy.tiers) == 1:
        return "A matrix needs at least one tier.", "Add another one first."
    numbers = [str(one) for one in sorted(row.values.number for row in record.rows if row.values.tier == key)]
    paths = sorted(one.name for one in policy.paths if any(step.tier == key for step in one.steps))
    catch_all = policy.catch_all is not None and policy.catch_all.outcome.tier == tier.rank
    return used_problem(tier.name, numbers, paths, catch_all=catch_all)


def move_tier(record: MatrixRecord, key: str, by: int) -> Operations:
    """Moves a tier up or down the ladder."""
    seen = tuple(one.key for one in record.policy.tiers)
    place = seen.index(key)
    to = min(max(place + by, 0), len(seen) - 1)
    if to == place:
        return ()
    rest = [one for one in seen if one != key]
    order = (*rest[:to], key, *rest[to:])
    return (OrderTiers(version_id=record.version.id, order=order, seen=seen),)


def limit_words(value: object) -> str:
    """A limit as it is typed: an amount, ``any amount``, or nothing for an action that asks the next tier."""
    if value is None:
        return ""
    if value == ANY_AMOUNT:
        return ANY_AMOUNT
    minor = int(str(value))
    return f"{minor // 100}" if minor % 100 == 0 else f"{Decimal(minor) / 100:.2f}"


def read_limit(text: str) -> int | str | None:
    """An amount in minor units, `ANY_AMOUNT`, or None for *asks the next tier*. Raises ``CellError``."""
    plain = text.strip().lower()
    if plain in ("", "-", "\N{EN DASH}", "asks", "no"):
        return None
    if plain in (ANY_AMOUNT, "any", "yes", "unlimited"):
        return ANY_AMOUNT
    number = re.sub(r"[^\d.,]", "", plain)
    number = number.replace(",", "") if "." in number or re.search(r",\d{3}$", number) else number.replace(",", ".")
    try:
        minor = Decimal(number) * 100
    except InvalidOperation:
        raise _unreadable(text) from None
    if minor != int(minor) or minor > LARGEST or re.search(r"-\s*\d|[a-z]", plain):
        raise _unreadable(text)
    return int(minor)


def _unreadable(text: str) -> CellError:
    return CellError(
        f"“{text.strip()}” is no limit.", "Write an amount, any amount, or nothing for asks the next tier."
    )


def next_above(policy_tiers: tuple[TierPolicy, ...], tier: TierPolicy, part: str) -> str:
    """The name of the lowest tier above that may do what ``tier`` may not; empty where none may."""
    _kind, per, action = part.split(":", 2)
    for one in policy_tiers:
        if one.rank > tier.rank and any((limit.per, limit.action) == (per, action) for limit in one.authority):
            return one.name
    return ""


def cleaned(lines: str) -> tuple[str, ...]:
    """A checklist from lines of text; empty lines and numbers before them are no step."""
    found = (re.sub(r"^\s*(?:\d+[.)]|[-*•])\s+", "", one).strip() for one in lines.splitlines())
    return tuple(one for one in found if one)
