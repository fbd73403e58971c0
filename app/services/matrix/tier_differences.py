"""What differs in the tiers of two versions, part by part. Pure.

Each change is (field, label, before, after); the field names the cell: ``tier:KEY:PART``, ``tier:KEY``, ``tiers``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.models.enums import OutOfHours
from app.services.matrix.policy import TierPolicy
from app.services.matrix.resulting import span_words
from app.services.matrix.tier_parts import ANY_AMOUNT, changes_between
from app.services.matrix.writing import join_words

Change = tuple[str, str, str, str]
HOURS_WORDS = {
    OutOfHours.RUNS: "runs around the clock",
    OutOfHours.SLEEPS: "sleeps outside hours",
    OutOfHours.PASSES: "passes to the next tier outside hours",
}
PART_WORDS = {
    "name": "name",
    "procedure": "procedure",
    "exit_criteria": "exit criteria",
    "out_of_hours": "outside hours",
    "everyone_acknowledges": "everyone must acknowledge",
    "acknowledgement_expires_after": "acknowledgement expires after",
}


def tier_changes(
    before: tuple[TierPolicy, ...], after: tuple[TierPolicy, ...], owner: Callable[[str], str]
) -> list[Change]:
    """Every part that differs; ``owner`` lends the names."""
    old, new = {one.key: one for one in before}, {one.key: one for one in after}
    found: list[Change] = []
    for key, tier in new.items():
        if key not in old:
            found.append((f"tier:{key}", tier.name, "none", "added"))
            continue
        for part, (was, becomes) in changes_between(old[key], tier).items():
            words = [part_words(part, one, owner) for one in (was, becomes)]
            found.append((f"tier:{key}:{part}", f"{tier.name}: {part_name(part)}", words[0], words[1]))
    found += [(f"tier:{key}", one.name, "there", "removed") for key, one in old.items() if key not in new]
    orders = [[one.key for one in tiers if one.key in old and one.key in new] for tiers in (before, after)]
    if orders[0] != orders[1]:
        names = [", ".join(one.name for one in tiers) for tiers in (before, after)]
        found.append(("tiers", "Order of the tiers", names[0], names[1]))
    return found


def part_name(part: str) -> str:
    """What a part is called."""
    kind, _, rest = part.partition(":")
    if kind == "duty":
        return rest
    if kind == "limit":
        per, _, action = rest.partition(":")
        return f"{action} per {per}"
    return PART_WORDS[part]


def part_words(part: str, value: Any, owner: Callable[[str], str]) -> str:
    """The value of a part for people; None is *has no such part*."""
    kind = part.partition(":")[0]
    if kind == "duty":
        return join_words([owner(one) for one in value], "and") if value else "nobody"
    if kind == "limit":
        if value is None:
            return "asks the next tier"
        return value if value == ANY_AMOUNT else f"{int(value) / 100:,.2f}"
    if part == "out_of_hours":
        return HOURS_WORDS[OutOfHours(value)]
    if part == "everyone_acknowledges":
        return "yes" if value else "one is enough"
    if part == "acknowledgement_expires_after":
        return span_words(value) if value else "never"
    return value if isinstance(value, str) else "; ".join(value) or "none"
