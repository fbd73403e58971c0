"""Checks of what stands around the triggers: targets, duties, the person behind the catch-all. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from app.models.enums import DutyKind, Part, TimerKind
from app.services.matrix.limits import percent_problem, target_problem
from app.services.matrix.path_mends import PathMend
from app.services.matrix.policy import Policy
from app.services.matrix.resulting import MINUTE, base_target, named, scaled, span_words
from app.services.matrix.table import TriggerRecord
from app.services.matrix.verify import Weight
from app.services.matrix.writing import join_words

ORDERED = (TimerKind.ACKNOWLEDGE, TimerKind.CONTAIN, TimerKind.RESOLVE)
COMPARED = (*ORDERED, TimerKind.FIRST_UPDATE, TimerKind.NEXT_UPDATE)
WORDS = {
    TimerKind.ACKNOWLEDGE: "acknowledge",
    TimerKind.FIRST_UPDATE: "first update",
    TimerKind.NEXT_UPDATE: "update",
    TimerKind.CONTAIN: "contain",
    TimerKind.RESOLVE: "resolve",
}
NEEDED_DUTIES = (DutyKind.ALERTED, DutyKind.COMMUNICATES, DutyKind.APPROVES)
_LENDING = (DutyKind.LEADS, DutyKind.ALERTED, DutyKind.APPROVES, DutyKind.COMMUNICATES)
"""Whoever has one of these is asked to do what nobody does, in this order."""

BETTER_BY = 2 / 3
"""A better segment is offered two thirds of what the next one gets."""


@dataclass(frozen=True, slots=True)
class SetBaseTarget:
    """A mend: writes the base target of a class and segment, in seconds."""

    target_class: str
    segment: str | None
    timer: TimerKind
    seconds: int
    seen: int


@dataclass(frozen=True, slots=True)
class GiveDuties:
    """A mend: an owner takes these duties of a tier, which nobody has."""

    tier: str
    kinds: tuple[DutyKind, ...]
    owner: str


@dataclass(frozen=True, slots=True)
class PolicyFault:
    """One finding outside the cells. ``timer`` names the grey column, ``path`` (with ``step``, from 0) or
    ``tier`` the place where it shows.
    """

    kind: str
    weight: Weight
    title: str
    text: str
    triggers: tuple[str, ...] = ()
    timer: TimerKind | None = None
    path: str = ""
    tier: str = ""
    step: int | None = None
    mend_words: str = ""
    mend: SetBaseTarget | GiveDuties | PathMend | None = None


def policy_faults(policy: Policy) -> list[PolicyFault]:
    """Every fault outside the cells: targets first, as they touch triggers."""
    return [*_impossible(policy), *_inverted(policy), *_missing_duties(policy)]


def _impossible(policy: Policy) -> Iterator[PolicyFault]:
    """Targets of nothing or of many years, and criticalities that make such of any: the clock would only be noise."""
    for row in policy.targets:
        problem = target_problem(row.seconds) if row.seconds is not None else None
        if problem is not None:
            touched = _touched(policy, row.target_class, row.segment)
            where = f"{policy.class_name(row.target_class)}, {row.segment or 'any segment'}: {WORDS[row.kind]}"
            yield _impossible_fault(where, problem, row.kind, tuple(one.id for one in touched))
    for channel in policy.channels:
        asked = {TimerKind.FIRST_UPDATE: channel.first_update, TimerKind.NEXT_UPDATE: channel.next_update}
        for kind, seconds in asked.items():
            problem = target_problem(seconds) if seconds is not None else None
            if problem is not None:
                yield _impossible_fault(f"Channel {channel.channel}: {WORDS[kind]}", problem, kind)
    for area, percent in policy.criticality.items():
        problem = percent_problem(percent)
        if problem is not None:
            yield _impossible_fault(f"Criticality of {area}", problem)


def _impossible_fault(
    where: str, problem: tuple[str, str], timer: TimerKind | None = None, triggers: tuple[str, ...] = ()
) -> PolicyFault:
    return PolicyFault(
        kind="impossible_target",
        weight=Weight.ERROR,
        title=f"Impossible target, {where}",
        text=" ".join(problem),
        triggers=triggers,
        timer=timer,
    )


def _segments(policy: Policy) -> list[str | None]:
    """The rows of the target grid, best segment first, *any segment* last."""
    dimension = policy.part(Part.SEGMENT)
    return [*(one.key for one in dimension.choices), None] if dimension else [None]


def _inverted(policy: Policy) -> Iterator[PolicyFault]:
    for target_class in policy.classes:
        for segment in _segments(policy):
            for kind in COMPARED:
                yield from _worse_than_next(policy, target_class.key, segment, kind)
            yield from _out_of_order(policy, target_class.key, segment)
    for strict, lax in pairwise(policy.classes):
        for kind in COMPARED:
            yield from _laxer_class(policy, strict.key, lax.key, kind)


def _own(policy: Policy, target_class: str, segment: str | None, kind: TimerKind) -> int | None:
    row = base_target(policy, target_class, segment, kind)
    return row.seconds if row is not None and row.segment == segment else None


def _worse_than_next(policy: Policy, target_class: str, segment: str | None, kind: TimerKind) -> Iterator[PolicyFault]:
    """A better segment that waits longer than the next one, whose target may be that of any segment."""
    own = _own(policy, target_class, segment, kind)
    segments = _segments(policy)
    if own is None or segment is None:
        return
    for other in segments[segments.index(segment) + 1 : -1]:
        row = base_target(policy, target_class, other, kind)
        if row is not None and row.seconds is not None and row.seconds < own:
            yield _segment_fault(policy, (target_class, segment, kind), own, row.segment, row.seconds)
            return


def _segment_fault(
    policy: Policy, place: tuple[str, str, TimerKind], own: int, other: str | None, others: int
) -> PolicyFault:
    target_class, segment, kind = place
    touched = _touched(policy, target_class, segment)
    percent = _percent(policy, touched[0]) if touched else 100
    dimension = policy.part(Part.SEGMENT)
    name = dimension.label_of(segment) if dimension else segment
    beside = "any segment" if other is None else dimension.label_of(other) if dimension else other
    better = max(MINUTE, int(others * BETTER_BY) // (5 * MINUTE) * 5 * MINUTE)
    return PolicyFault(
        kind="inverted_target",
        weight=Weight.WARNING,
        title=_inverted_title(policy, touched, target_class),
        text=f"{name}: {WORDS[kind]} in {span_words(scaled(own, percent))}, "
        f"while {beside} gets {span_words(scaled(others, percent))}.",
        triggers=tuple(one.id for one in touched),
        timer=kind,
        mend_words=f"Set to {span_words(scaled(better, percent))}",
        mend=SetBaseTarget(target_class, segment, kind, better, own),
    )


def _inverted_title(policy: Policy, touched: list[TriggerRecord], target_class: str) -> str:
    if not touched:
        return f"Inverted target, {policy.class_name(target_class)}"
    numbers = join_words((str(one.number) for one in touched), "and")
    return f"Inverted target in trigger{'s' if len(touched) > 1 else ''} {numbers}"


def _touched(policy: Policy, target_class: str, segment: str | None) -> list[TriggerRecord]:
    """The triggers whose incidents get this row."""
    return [
        one
        for one in policy.table.triggers
        if one.outcome.target_class == target_class and named(policy, one, Part.SEGMENT) == segment
    ]


def _percent(policy: Policy, trigger: TriggerRecord) -> int:
    area = named(policy, trigger, Part.PRODUCT_AREA)
    return policy.criticality.get(area, 100) if area else 100


def _out_of_order(policy: Policy, target_class: str, segment: str | None) -> Iterator[PolicyFault]:
    """Acknowledging after containing, or containing after resolving, where the row says one of the two itself."""
    for early, late in pairwise(ORDERED):
        first = base_target(policy, target_class, segment, early)
        second = base_target(policy, target_class, segment, late)
        if first is None or second is None or first.seconds is None or second.seconds is None:
            continue
        if first.seconds <= second.seconds or segment not in (first.segment, second.segment):
            continue
        touched = _touched(policy, target_class, segment)
        yield PolicyFault(
            kind="inverted_target",
            weight=Weight.WARNING,
            title=_inverted_title(policy, touched, target_class),
            text=f"{WORDS[early].capitalize()} in {span_words(first.seconds)} comes after {WORDS[late]} in "
            f"{span_words(second.seconds)}.",
            triggers=tuple(one.id for one in touched),
            timer=early,
            mend_words=f"Set to {span_words(second.seconds)}",
            mend=SetBaseTarget(target_class, first.segment, early, second.seconds, first.seconds),
        )


def _laxer_class(policy: Policy, strict: str, lax: str, kind: TimerKind) -> Iterator[PolicyFault]:
    """A stricter class that waits longer than the next one, for any segment."""
    own, others = _own(policy, strict, None, kind), _own(policy, lax, None, kind)
    if own is None or others is None or own <= others:
        return
    yield PolicyFault(
        kind="inverted_target",
        weight=Weight.WARNING,
        title=f"Inverted target, {policy.class_name(strict)}",
        text=f"{WORDS[kind].capitalize()} in {span_words(own)}, while {policy.class_name(lax)} gets "
        f"{span_words(others)}.",
        triggers=tuple(one.id for one in _touched(policy, strict, None)),
        timer=kind,
        mend_words=f"Set to {span_words(others)}",
        mend=SetBaseTarget(strict, None, kind, others, own),
    )


def _missing_duties(policy: Policy) -> Iterator[PolicyFault]:
    for tier in policy.tiers:
        lacking = [kind for kind in NEEDED_DUTIES if not tier.owners(kind)]
        if lacking:
            names = join_words((kind.value for kind in lacking), "or")
            owner = next((owner for kind in _LENDING for owner in tier.owners(kind)), "")
            yield PolicyFault(
                kind="missing_duty",
                weight=Weight.ERROR,
                title=f"{tier.name} lacks a duty",
                text=f"Nobody there {'is ' if lacking[0] is DutyKind.ALERTED else ''}{names}.",
                tier=tier.key,
                mend_words=f"Let {policy.table.owner_label(owner)} do it" if owner else "",
                mend=GiveDuties(tier.key, tuple(lacking), owner) if owner else None,
            )
    if policy.catch_all is None or not policy.catch_all.person:
        yield PolicyFault(
            kind="missing_duty",
            weight=Weight.ERROR,
            title="Nobody is behind the catch-all",
            text="What no trigger answers needs one person who does.",
        )
