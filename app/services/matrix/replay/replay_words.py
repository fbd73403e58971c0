"""A replay in sentences, as the command tells it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from app.services.matrix.replay.replay import Replay, Split
from app.services.matrix.replay.sides import Side
from app.services.matrix.writing import join_words


def version_words(side: Side) -> str:
    """``Version 14``, ``Draft 15``, or the name of a file's matrix."""
    policy = side.policy
    if not policy.number:
        return policy.table.name or "The file"
    return f"{'Draft' if policy.state.value in ('draft', 'in_review') else 'Version'} {policy.number}"


def replay_lines(found: Replay, limit: int) -> Iterator[str]:
    """The figures, a line each; then the incidents that change, at most ``limit``."""
    if not len(found.cases):
        yield "There is no incident in this period."
        return
    before, after = version_words(found.before), version_words(found.after)
    yield f"{len(found.changed):,} of {len(found.cases):,} incidents change: {before} → {after}."
    yield from _flow_lines("", found.tier)
    yield from _flow_lines("First owner ", found.owner)
    yield from _flow_lines("Target class ", found.target_class)
    yield f"Longer targets: {int(found.longer.sum()):,}; shorter: {int(found.shorter.sum()):,}."
    for load in found.loads():
        yield f"First alerts a week, {load.label}: {load.mean_before:.1f} → {load.mean_after:.1f}."
    one, other, both = found.not_covered
    yield f"Without a trigger: {len(one):,} → {len(other):,}; {len(both):,} in both."
    never = [str(side_trigger) for side_trigger in never_decided(found.after)]
    if never:
        yield f"Never decided in {after}: {'trigger' if len(never) == 1 else 'triggers'} {join_words(never, 'and')}."
    several = int((found.after.weighed.matches > 1).sum())
    waiting = found.after.weighed.waiting
    yield f"Several triggers match: {several:,}. Decided without a fact that could change it: {int(waiting.sum()):,}."
    for place in found.changed[:limit].tolist():
        yield f"{found.cases.names[place]}: {_decision(found.before, place)} → {_decision(found.after, place)}"
    if len(found.changed) > limit:
        yield f"{len(found.changed) - limit:,} more; --limit shows them."


def never_decided(side: Side) -> list[int]:
    """The numbers of the triggers that decide no case."""
    return [one.number for one, count in zip(side.policy.table.triggers, side.counts(), strict=True) if not count]


def _flow_lines(title: str, split: Split) -> Iterator[str]:
    for flow in split.flows():
        count = int(split.changed[flow.cases].sum())
        if flow.before != flow.after and count:
            yield f"{title}{split.labels[flow.before]} → {split.labels[flow.after]}: {count:,}."


def _decision(side: Side, place: int) -> str:
    number = side.trigger_number(place)
    rank = int(side.rank[place])
    owner = side.policy.table.owner_label(side.owners[side.owner[place]])
    chosen = f"trigger {number}" if number is not None else "catch-all"
    tier = side.policy.table.tier_label(rank) if rank else "no tier"
    target_class = side.policy.class_name(side.classes[side.target_class[place]])
    return ", ".join(one for one in (chosen, tier, owner, target_class) if one)
