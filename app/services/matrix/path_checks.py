"""Checks of the paths: where they end, whether each step climbs, and whom it asks (domain.md 2.3). Pure."""

from __future__ import annotations

from collections.abc import Iterator

from app.models.enums import StepCondition
from app.services.matrix.path_mends import AddPathStep, AskAlerted, ChooseCondition, PathMend, RemovePathStep
from app.services.matrix.policy import PathPolicy, Policy, StepPolicy, TierPolicy
from app.services.matrix.policy_checks import PolicyFault
from app.services.matrix.table import TriggerRecord
from app.services.matrix.verify import FindingKind, Weight

DEAD_END = "dead_end"
ORDER = tuple(StepCondition)
"""Conditions by how long they hold: what is not contained may be acknowledged, what is not resolved contained."""


def path_faults(policy: Policy) -> Iterator[PolicyFault]:
    """Every fault of a path: first where it ends, then its steps."""
    used: dict[str, list[TriggerRecord]] = {}
    for trigger in policy.table.triggers:
        used.setdefault(trigger.outcome.path, []).append(trigger)
    for path in policy.paths:
        touched = used.get(path.key, [])
        yield from _dead_end(policy, path, touched)
        yield from _steps(policy, path, tuple(one.id for one in touched))


def reaches(path: PathPolicy, tier: str) -> bool:
    """Whether a step on *not resolved* ends at ``tier``."""
    return any(one.tier == tier and one.condition is StepCondition.NOT_RESOLVED for one in path.steps)


def never_climbs(policy: Policy, path: PathPolicy, place: int) -> TierPolicy | None:
    """The tier reached before a step that makes it one that never climbs; None for a step that does.

    A second step to the same tier climbs only where its condition holds longer than that of the first.
    """
    step = path.steps[place]
    tier = _tier(policy, step.tier)
    if tier is None:
        return None
    if policy.tiers and tier.rank == policy.tiers[0].rank:
        return tier  # every incident starts there or above
    for before in path.steps[:place]:
        reached = _tier(policy, before.tier)
        if reached is None or reached.rank < tier.rank:
            continue
        if reached.rank > tier.rank or ORDER.index(before.condition) >= ORDER.index(step.condition):
            return reached
    return None


def _tier(policy: Policy, key: str) -> TierPolicy | None:
    return next((one for one in policy.tiers if one.key == key), None)


def _dead_end(policy: Policy, path: PathPolicy, touched: list[TriggerRecord]) -> Iterator[PolicyFault]:
    top = policy.tiers[-1] if policy.tiers else None
    if top is None or reaches(path, top.key):
        return
    if touched and all(one.outcome.tier >= top.rank for one in touched):
        return
    words, mend = _to_the_top(path, top)
    yield PolicyFault(
        kind=DEAD_END,
        weight=Weight.ERROR,
        title=f"Path {path.name} is a dead end",
        text=f"Once acknowledged and contained, nothing climbs to {top.name}.",
        triggers=tuple(one.id for one in touched),
        path=path.key,
        step=len(path.steps) - 1 if path.steps else None,
        mend_words=words,
        mend=mend,
    )


def _to_the_top(path: PathPolicy, top: TierPolicy) -> tuple[str, PathMend]:
    """A step that leads there already climbs longer; else there is one more."""
    if path.steps and path.steps[-1].tier == top.key:
        place = len(path.steps) - 1
        return "Climb if not resolved", ChooseCondition(path.key, place, StepCondition.NOT_RESOLVED)
    return f"Add step to {top.name}", AddPathStep(path.key, top.key)


def _steps(policy: Policy, path: PathPolicy, triggers: tuple[str, ...]) -> Iterator[PolicyFault]:
    for place in range(len(path.steps)):
        found = _step(policy, path, place)
        if found is None:
            continue
        kind, title, text, words, mend = found
        yield PolicyFault(
            kind=kind,
            weight=Weight.ERROR,
            title=title,
            text=text,
            triggers=triggers,
            path=path.key,
            step=place,
            mend_words=words,
            mend=mend,
        )


def _step(policy: Policy, path: PathPolicy, place: int) -> tuple[str, str, str, str, PathMend] | None:
    """Kind, title, text, mend in words and mend of what is wrong with a step."""
    step, where = path.steps[place], f"Path {path.name}, step {place + 1}"
    remove = RemovePathStep(path.key, place)
    missing = FindingKind.MISSING_REFERENCE.value
    if _tier(policy, step.tier) is None:
        text = f"There is no tier “{step.tier}” in this version."
        return missing, f"{where} climbs to nowhere", text, "Remove step", remove
    reached = never_climbs(policy, path, place)
    if reached is not None:
        text = f"Incidents are at {reached.name} by then, so it never climbs."
        return DEAD_END, f"{where} leads back", text, "Remove step", remove
    if not _known(policy, step):
        text = f"There is nobody called “{step.owner}”."
        ask = AskAlerted(path.key, place)
        return missing, f"{where} asks nobody", text, "Ask who is alerted there", ask
    return None


def _known(policy: Policy, step: StepPolicy) -> bool:
    owners = policy.table.owners
    return not step.owner or not owners or any(one.key == step.owner for one in owners)
