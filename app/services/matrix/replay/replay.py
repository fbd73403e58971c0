"""The same past incidents decided by two versions of the matrix, side by side. Pure.

Replay changes what is decided and who is told first. What people then did is not simulated: it predicts no
acknowledgement and no resolution time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from app.services.matrix.policy import Policy
from app.services.matrix.replay.cases import Cases
from app.services.matrix.replay.sides import CATCH_ALL, TARGETS, Side, decide_side

Places = NDArray[np.intp]
"""Which cases a number counts; ``Replay.ids`` turns them into incidents."""


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """The cases that go from one node to another; both are positions in ``Split.keys``."""

    before: int
    after: int
    cases: Places


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """What both versions say about one thing. ``keys`` and ``labels`` name the nodes, in order.

    The node `CATCH_ALL` holds what no trigger matched. ``changed`` compares the values themselves: a case that the
    catch-all gave to Tier 1 and a trigger gives to Tier 1 moves from one node to another, but does not change.
    """

    keys: tuple[str, ...]
    labels: tuple[str, ...]
    before: NDArray[np.intp]
    after: NDArray[np.intp]
    changed: NDArray[np.bool_]

    def flows(self) -> tuple[Flow, ...]:
        """All pairs of nodes between which there are cases, by position."""
        width = len(self.keys)
        pairs = self.before * width + self.after
        return tuple(
            Flow(int(pair) // width, int(pair) % width, np.flatnonzero(pairs == pair)) for pair in np.unique(pairs)
        )

    def of(self, node: int, *, after: bool) -> Places:
        """The cases of one node."""
        return np.flatnonzero((self.after if after else self.before) == node)

    def sizes(self, *, after: bool) -> list[int]:
        """How many cases each node has."""
        return [int(one) for one in np.bincount(self.after if after else self.before, minlength=len(self.keys))]

    @property
    def changed_cases(self) -> Places:
        """The cases of which the value is another one."""
        return np.flatnonzero(self.changed)

    def moves(self, flow: Flow) -> bool:
        """Whether the value of any case of a flow is another one."""
        return bool(self.changed[flow.cases].any())

    def shortened(self, most: int, others: str) -> Split:
        """The same with at most ``most`` nodes before the catch-all: the smallest become one, labelled ``others``."""
        count = len(self.keys)
        if count <= most + 1:
            return self
        sizes = [one + other for one, other in zip(self.sizes(after=False), self.sizes(after=True), strict=True)]
        kept = sorted(sorted(range(count - 1), key=lambda one: -sizes[one])[: most - 1])
        node = np.full(count, most - 1, dtype=np.intp)
        node[kept] = np.arange(len(kept))
        node[count - 1] = most
        return Split(
            keys=(*(self.keys[one] for one in kept), "", CATCH_ALL),
            labels=(*(self.labels[one] for one in kept), others, self.labels[-1]),
            before=node[self.before],
            after=node[self.after],
            changed=self.changed,
        )


@dataclass(frozen=True, slots=True, eq=False)
class OwnerLoad:
    """First alerts of one owner: for each week of the period how many, before and after; and the mean a week."""

    owner: str
    label: str
    before: tuple[int, ...]
    after: tuple[int, ...]
    mean_before: float
    mean_after: float


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """What two versions say of the same cases. ``tier_step`` is by how many rungs each case starts higher."""

    cases: Cases
    before: Side
    after: Side
    tier: Split
    owner: Split
    target_class: Split
    path: Split
    tier_step: NDArray[np.intp]
    longer: NDArray[np.bool_]
    shorter: NDArray[np.bool_]
    weeks: tuple[date, ...]
    week_of: NDArray[np.intp]

    @property
    def targets_changed(self) -> NDArray[np.bool_]:
        """The cases of which the class or any target is another one."""
        changed: NDArray[np.bool_] = self.target_class.changed | self.longer | self.shorter
        return changed

    @property
    def other_targets(self) -> Places:
        """The cases with another class or target."""
        return np.flatnonzero(self.targets_changed)

    @property
    def changed(self) -> Places:
        """The cases that would be decided otherwise in tier, owner, path or target."""
        return np.flatnonzero(self.tier.changed | self.owner.changed | self.path.changed | self.targets_changed)

    @property
    def higher_or_elsewhere(self) -> Places:
        """The cases that start at another tier or go to another first owner."""
        return np.flatnonzero(self.tier.changed | self.owner.changed)

    @property
    def not_covered(self) -> tuple[Places, Places, Places]:
        """The cases that no trigger matches: before, after, in both."""
        before, after = ~self.before.weighed.covered, ~self.after.weighed.covered
        return np.flatnonzero(before), np.flatnonzero(after), np.flatnonzero(before & after)

    def ids(self, places: Places) -> list[str]:
        """The incidents of some cases."""
        return [self.cases.ids[place] for place in places.tolist()]

    def names(self, places: Places, limit: int | None = None) -> list[str]:
        """The incidents of some cases as people know them."""
        return [self.cases.names[place] for place in places[:limit].tolist()]

    def loads(self) -> tuple[OwnerLoad, ...]:
        """First alerts of each owner; the one whose mean changes most first."""
        found = [self._load(key) for key in dict.fromkeys((*self.after.owners, *self.before.owners)) if key]
        return tuple(sorted(found, key=lambda one: (-abs(one.mean_after - one.mean_before), -one.mean_after)))

    def _load(self, owner: str) -> OwnerLoad:
        before, after = self._weekly(self.before, owner), self._weekly(self.after, owner)
        spans = weeks_between(self.cases)
        label = self.after.owner_label(owner, self.before)
        return OwnerLoad(owner, label, before, after, sum(before) / spans, sum(after) / spans)

    def _weekly(self, side: Side, owner: str) -> tuple[int, ...]:
        if owner not in side.owners:
            return (0,) * len(self.weeks)
        mine = side.owner == side.owners.index(owner)
        return tuple(int(one) for one in np.bincount(self.week_of[mine], minlength=len(self.weeks)))


def replay(cases: Cases, before: Policy, after: Policy, zone: str = "UTC") -> Replay:
    """Decides all cases by both versions. ``zone`` says when a week begins: on Monday there."""
    one, other = decide_side(before, cases), decide_side(after, cases)
    weeks, week_of = _weeks(cases, zone)
    longer, shorter = _compare_targets(one, other)
    tiers = {tier.key: tier.name for tier in sorted((*before.tiers, *after.tiers), key=lambda tier: tier.rank)}
    classes = {record.key: record.label for record in (*after.classes, *before.classes)}
    paths = {path.key: path.name for path in (*before.paths, *after.paths)}
    owners = {key: other.owner_label(key, one) for key in (*other.owners, *one.owners)}
    return Replay(
        cases=cases,
        before=one,
        after=other,
        tier=_split(one, other, tiers, lambda side: (side.tiers, side.tier)),
        owner=_split(one, other, owners, lambda side: (side.owners, side.owner)),
        target_class=_split(one, other, classes, lambda side: (side.classes, side.target_class)),
        path=_split(one, other, paths, lambda side: (side.paths, side.path)),
        tier_step=other.rank - one.rank,
        longer=longer,
        shorter=shorter,
        weeks=weeks,
        week_of=week_of,
    )


def _split(
    before: Side, after: Side, labels: Mapping[str, str], read: Callable[[Side], tuple[tuple[str, ...], Places]]
) -> Split:
    """Both sides laid onto the same nodes, in the order of ``labels``; the catch-all is the last node."""
    (keys_before, codes_before), (keys_after, codes_after) = read(before), read(after)
    keys = tuple(dict.fromkeys((*labels, *keys_after, *keys_before)))
    place = {key: at for at, key in enumerate(keys)}
    values_before = np.array([place[key] for key in keys_before], dtype=np.intp)[codes_before]
    values_after = np.array([place[key] for key in keys_after], dtype=np.intp)[codes_after]
    decided_before, decided_after = before.weighed.chosen >= 0, after.weighed.chosen >= 0
    used = np.union1d(values_before[decided_before], values_after[decided_after])
    node = np.zeros(len(keys), dtype=np.intp)
    node[used] = np.arange(len(used))
    return Split(
        keys=(*(keys[one] for one in used), CATCH_ALL),
        labels=(*(labels.get(keys[one], keys[one]) or "none" for one in used), CATCH_ALL),
        before=np.where(decided_before, node[values_before], len(used)),
        after=np.where(decided_after, node[values_after], len(used)),
        changed=values_before != values_after,
    )


def _compare_targets(before: Side, after: Side) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The cases with any target that is longer, and those with any that is shorter. No such timer is the longest."""
    longer = np.zeros(len(before.tier), dtype=np.bool_)
    shorter = longer.copy()
    for kind in TARGETS:
        longer |= after.targets[kind] > before.targets[kind]
        shorter |= after.targets[kind] < before.targets[kind]
    return longer, shorter


def _weeks(cases: Cases, zone: str) -> tuple[tuple[date, ...], NDArray[np.intp]]:
    """The Mondays from the first week of the period to its last, and the week of each case."""
    if not cases.raised:
        return (), np.zeros(0, dtype=np.intp)
    local = ZoneInfo(zone)

    def monday(at: datetime) -> date:
        day = at.astimezone(local).date()
        return day - timedelta(days=day.weekday())

    mondays = [monday(at) for at in cases.raised]
    first, last = min(mondays), max(mondays)
    if cases.start is not None and cases.end is not None:
        first = min(first, monday(cases.start))
        last = max(last, monday(cases.end - timedelta(microseconds=1)))
    weeks = tuple(first + timedelta(weeks=one) for one in range((last - first).days // 7 + 1))
    return weeks, np.array([(day - first).days // 7 for day in mondays], dtype=np.intp)


def weeks_between(cases: Cases) -> float:
    """How many weeks the period has; a shorter one counts as one week, so that a mean is never more than was seen."""
    if cases.start is None or cases.end is None:
        return 1.0
    return max((cases.end - cases.start) / timedelta(weeks=1), 1.0)
