"""A path as it is walked from a tier, and as an escalation rail."""

from __future__ import annotations

from dataclasses import dataclass

from app.models.enums import DutyKind, StepCondition, TimerKind
from app.services.matrix.path_checks import reaches
from app.services.matrix.policy import PathPolicy, Policy, StepPolicy, TierPolicy
from app.services.matrix.resulting import resulting, span_words
from app.services.matrix.table import TriggerRecord
from app.views.matrix.columns import tr
from app.views.theme.rail import RailBand, RailDrawing, RailFlag

CONDITIONS = {
    StepCondition.NOT_ACKNOWLEDGED: "If not acknowledged.",
    StepCondition.NOT_CONTAINED: "If not contained.",
    StepCondition.NOT_RESOLVED: "If not resolved.",
}


@dataclass(frozen=True, slots=True)
class Climb:
    """A step as it is walked from a start tier: minutes since the start, the tier entered, its place on the path."""

    minute: float
    tier: TierPolicy
    step: StepPolicy
    place: int


def climbs(policy: Policy, path: PathPolicy, start_rank: int) -> list[Climb]:
    """The steps above the start tier; those at or below it are skipped."""
    found: list[Climb] = []
    minute, rank = 0.0, start_rank
    for place, step in enumerate(path.steps):
        tier = next((one for one in policy.tiers if one.key == step.tier), None)
        if tier is None or tier.rank <= rank:
            continue
        minute, rank = minute + step.delay / 60, tier.rank
        found.append(Climb(minute, tier, step, place))
    return found


def rail_of(policy: Policy, trigger: TriggerRecord) -> RailDrawing:
    """The path of a trigger from its own tier, with its targets as flags."""
    path, owner = policy.path(trigger.outcome.path), policy.table.owner_label(trigger.outcome.owner)
    return rail_from(policy, path, trigger.outcome.tier, owner, trigger)


def rail_from(
    policy: Policy, path: PathPolicy, start_rank: int, owner: str, trigger: TriggerRecord | None = None
) -> RailDrawing:
    """A path from a tier where ``owner`` starts; the targets of ``trigger`` are its flags."""
    steps = climbs(policy, path, start_rank)
    last = steps[-1].minute if steps else 60.0
    end = max(60.0, last * 1.5)
    names = [(policy.table.tier_label(start_rank), owner)]
    names += [(one.tier.name, owner_of(policy, one)) for one in steps]
    starts = [0.0, *(one.minute for one in steps)]
    ranks = [start_rank, *(one.tier.rank for one in steps)]
    bands = []
    for place, (name, who) in enumerate(names):
        until = starts[place + 1] if place + 1 < len(starts) else end
        stays = place + 1 == len(starts)
        detail = tr("{owner}, stays until resolved") if stays else f"{{owner}}, {minute_words(until - starts[place])}"
        bands.append(RailBand(name, detail.format(owner=who), starts[place], until, ranks[place]))
    top = policy.tiers[-1] if policy.tiers else None
    dead = top is not None and start_rank < top.rank and not reaches(path, top.key)
    flags = _flags(policy, trigger, end) if trigger is not None else ()
    return RailDrawing(tuple(bands), end, flags, dead_end=dead)


def owner_of(policy: Policy, climb: Climb) -> str:
    """Who is asked at a step: the one it names, else the first who is alerted at its tier."""
    alerted = climb.tier.owners(DutyKind.ALERTED)
    owner = climb.step.owner or (alerted[0] if alerted else "")
    return policy.table.owner_label(owner) if owner else tr("nobody named")


def _flags(policy: Policy, trigger: TriggerRecord, end: float) -> tuple[RailFlag, ...]:
    found = []
    update = resulting(policy, trigger, TimerKind.NEXT_UPDATE)
    if update is not None and update / 60 < end:
        words = tr("Update due, then every {span}").format(span=span_words(update))
        found.append(RailFlag(update / 60, words, "warn"))
    resolve = resulting(policy, trigger, TimerKind.RESOLVE)
    if resolve is not None:
        words = tr("Resolve within {span}").format(span=span_words(resolve))
        found.append(RailFlag(min(resolve / 60, end), words, "ok"))
    return tuple(found)


def longest_words(policy: Policy, steps: list[Climb]) -> str:
    """``Longest wait to Tier 4: 90 min``; empty where the steps do not end there."""
    top = policy.tiers[-1] if policy.tiers else None
    if top is None or not steps or steps[-1].tier.key != top.key:
        return ""
    return tr("Longest wait to {tier}: {span}").format(tier=top.name, span=minute_words(steps[-1].minute))


def minute_words(minutes: float) -> str:
    """Minutes as a stretch of time."""
    return span_words(round(minutes * 60))


def number_words(numbers: list[int]) -> str:
    """``2 to 5 and 9``: runs of at least three are shortened."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts: list[str] = []
    for run in runs:
        parts += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else [str(one) for one in run]
    return ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1] if parts else ""


def used_words(numbers: list[int]) -> str:
    """``used by triggers 2 to 5``."""
    if not numbers:
        return tr("used by no trigger")
    words = tr("used by trigger {numbers}") if len(numbers) == 1 else tr("used by triggers {numbers}")
    return words.format(numbers=number_words(numbers))
