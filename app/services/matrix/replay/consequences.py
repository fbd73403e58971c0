"""What a draft would have changed, in short: for each trigger a number and a sentence, and for people. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from app.services.matrix.policy import Policy
from app.services.matrix.replay.cases import Cases
from app.services.matrix.replay.replay import Places, Replay, Split, replay

LISTED = 6
"""Groups of incidents that a summary names."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """How many incidents, and what would be otherwise: ``31`` ``start at Tier 2, not Tier 1``. ``kind`` is why:
    ``tier``, ``owner``, ``longer``, ``shorter``, ``covered``, ``uncovered``, ``same`` or ``none``."""

    count: int
    words: str
    kind: str


@dataclass(frozen=True, slots=True)
class LoadChange:
    """First alerts a week of one owner."""

    label: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class ReplaySummary:
    """A replay without its incidents. ``by_trigger`` is by number; ``groups`` and ``same`` together are all ``total``
    incidents, each counted once, under the weightiest thing that changes for it."""

    total: int
    same: int
    groups: tuple[Consequence, ...]
    by_trigger: dict[int, Consequence]
    loads: tuple[LoadChange, ...]
    start: datetime | None = None
    end: datetime | None = None


def summarise(cases: Cases, before: Policy, after: Policy, zone: str = "UTC") -> ReplaySummary:
    """Decides all cases by both versions, and says what differs."""
    found = replay(cases, before, after, zone)
    kinds, groups = _groups(found)
    return ReplaySummary(
        total=len(cases),
        same=int((kinds == "").sum()),
        groups=groups,
        by_trigger=_by_trigger(found, kinds),
        loads=tuple(
            LoadChange(one.label, one.mean_before, one.mean_after)
            for one in found.loads()
            if round(one.mean_before, 1) != round(one.mean_after, 1)
        ),
        start=cases.start,
        end=cases.end,
    )


def _kinds(found: Replay) -> NDArray[np.str_]:
    """For each case the weightiest thing that changes; empty where nothing does."""
    kinds = np.full(len(found.cases), "", dtype="<U9")
    before, after = found.before.weighed.covered, found.after.weighed.covered
    other = found.path.changed | found.target_class.changed
    for kind, cases in (
        ("other", other),
        ("shorter", found.shorter),
        ("longer", found.longer),
        ("owner", found.owner.changed),
        ("tier", found.tier.changed),
        ("uncovered", before & ~after),
        ("covered", ~before & after),
    ):
        kinds[cases] = kind
    return kinds


def _groups(found: Replay) -> tuple[NDArray[np.str_], tuple[Consequence, ...]]:
    kinds = _kinds(found)
    groups: list[Consequence] = []
    for kind in ("tier", "owner"):
        split: Split = getattr(found, kind)
        chosen = np.flatnonzero(kinds == kind)
        groups += _flows(split, chosen, kind)
    for kind in ("longer", "shorter", "other", "covered", "uncovered"):
        count = int((kinds == kind).sum())
        if count:
            groups.append(Consequence(count, WORDS[kind][count == 1], kind))
    if len(groups) > LISTED:
        rest = sorted(groups, key=lambda one: -one.count)[LISTED - 1 :]
        count = sum(one.count for one in rest)
        groups = [*(one for one in groups if one not in rest), Consequence(count, "change otherwise", "other")]
    return kinds, tuple(groups)


# more of them, and one of them
WORDS = {
    "longer": ("get a longer target", "gets a longer target"),
    "shorter": ("get a shorter target", "gets a shorter target"),
    "other": ("take another path or class", "takes another path or class"),
    "covered": ("are no longer without a trigger", "is no longer without a trigger"),
    "uncovered": ("are left without a trigger", "is left without a trigger"),
    "tier": ("start at {after}, not {before}", "starts at {after}, not {before}"),
    "owner": ("go to {after} first, not {before}", "goes to {after} first, not {before}"),
}


def _flows(split: Split, cases: Places, kind: str) -> list[Consequence]:
    """The cases by where they come from and go to, most first."""
    width = len(split.keys)
    pairs = split.before[cases] * width + split.after[cases]
    found = []
    for pair, count in zip(*np.unique(pairs, return_counts=True), strict=True):
        before, after = split.labels[int(pair) // width], split.labels[int(pair) % width]
        words = WORDS[kind][int(count) == 1].format(before=before, after=after)
        found.append(Consequence(int(count), words, kind))
    return sorted(found, key=lambda one: -one.count)


def _by_trigger(found: Replay, kinds: NDArray[np.str_]) -> dict[int, Consequence]:
    """What changes for the cases that a trigger decides after, or decided before: the weightiest of it."""
    rows: dict[int, NDArray[np.bool_]] = {}
    for side in (found.before, found.after):
        for row, trigger in enumerate(side.policy.table.triggers):
            mine = side.weighed.chosen == row
            rows[trigger.number] = rows[trigger.number] | mine if trigger.number in rows else mine
    return {number: _of_cases(found, np.flatnonzero(mine), kinds) for number, mine in rows.items()}


def _of_cases(found: Replay, cases: Places, kinds: NDArray[np.str_]) -> Consequence:
    if not len(cases):
        return Consequence(0, "decided", "none")
    for kind in ("covered", "tier", "owner", "uncovered", "longer", "shorter", "other"):
        chosen = cases[kinds[cases] == kind]
        if not len(chosen):
            continue
        if kind in ("tier", "owner"):
            split: Split = getattr(found, kind)
            return _flows(split, chosen, kind)[0]
        return Consequence(len(chosen), WORDS[kind][len(chosen) == 1], kind)
    return Consequence(len(cases), "decided, all as before", "same")
