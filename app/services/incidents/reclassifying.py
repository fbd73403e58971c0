"""What changed facts make of an incident's answer: taken at once, offered, or nothing (domain.md §2.2). Pure rules.

A new answer above the tier reached is accepted at once and entered, and a stricter class as well. Any other difference
of tier, owner or path, and a laxer class, is offered and stands until somebody takes or dismisses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.services.incidents.targets import CALENDAR
from app.services.matrix.policy import Policy

DISMISSED = "dismissed"
"""In an incident's answer: the outcome that was dismissed, so that it is not offered again."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """``accepted`` is what becomes the incident's answer at once; ``offered`` waits for somebody; ``enters`` a tier."""

    accepted: dict[str, Any]
    offered: dict[str, Any] | None
    enters: bool


def weigh(policy: Policy, standing: Mapping[str, Any], record: dict[str, Any], rank: int, *, over: bool) -> Weighed:
    """Weighs a new answer against the accepted one of an incident that has reached ``rank``.

    ``over`` is for one that is resolved: it enters no tier any more.
    """
    difference = class_rank(policy, record["class"]) - class_rank(policy, standing["class"])
    kept = {key: standing[key] for key in (CALENDAR, DISMISSED) if key in standing}
    strictest = record["class"] if difference <= 0 else standing["class"]
    same = outcome(record)[:3] == outcome(standing)[:3]
    enters = not same and not over and record["tier"] > rank
    if same or enters:
        accepted = {**record, **kept, "class": strictest}
        offered = record if difference > 0 else None
    else:
        accepted, offered = {**standing, "class": strictest}, record
    if offered is not None and list(outcome(offered)) == standing.get(DISMISSED):
        offered = None
    return Weighed(accepted, offered, enters)


def outcome(answer: Mapping[str, Any]) -> tuple[Any, ...]:
    """Tier, owner, path and class: what one answer differs from another by."""
    return (answer["tier"], answer["owner"], answer["path"], answer["class"])


def class_rank(policy: Policy, key: str | None) -> int:
    """0 for the strictest class; one that the version does not have is laxer than all."""
    keys = [one.key for one in policy.classes]
    return keys.index(key) if key in keys else len(keys)
