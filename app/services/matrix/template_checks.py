"""Checks of messages: a scenario that a tier must send and no approved template serves (domain.md 2.3). Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.models.enums import TimerKind
from app.services.matrix.policy import Policy, TierPolicy

SILENT_TEMPLATE = "silent_template"
NEEDED_BY: Mapping[str, tuple[TimerKind, ...]] = {
    "update": (TimerKind.FIRST_UPDATE, TimerKind.NEXT_UPDATE),
    "resolution": (TimerKind.RESOLVE,),
}
"""The scenarios whose messages meet a timer, and the timers that make a tier send them."""


@dataclass(frozen=True, slots=True)
class SilentTemplate:
    """A scenario without a template; ``tier`` is the lowest that must send it."""

    scenario: str
    tier: TierPolicy
    text: str


def silent_templates(policy: Policy, served: frozenset[str]) -> Iterator[SilentTemplate]:
    """Every scenario that some tier must send and none of ``served`` is."""
    for scenario, kinds in NEEDED_BY.items():
        sending = _sending(policy, kinds) if scenario not in served else set()
        lowest = next((one for one in policy.tiers if one.rank in sending), None)
        if lowest is not None:
            text = f"{lowest.name} must send it in time, and writes every word anew. Write one and have it approved."
            yield SilentTemplate(scenario, lowest, text)


def _sending(policy: Policy, kinds: tuple[TimerKind, ...]) -> set[int]:
    """The ranks of the tiers at which incidents start that have one of these timers."""
    asked = {one.target_class for one in policy.targets if one.kind in kinds and one.seconds is not None}
    by_channel = TimerKind.RESOLVE not in kinds and any(
        one.first_update is not None or one.next_update is not None for one in policy.channels
    )
    outcomes = [one.outcome for one in policy.table.triggers]
    return {one.tier for one in outcomes if by_channel or one.target_class in asked}
