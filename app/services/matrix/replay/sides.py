"""What one version of the matrix decides for all cases: tier, first owner, path, class and targets. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.models.enums import Part, TimerKind
from app.services.matrix.policy import Policy
from app.services.matrix.replay.cases import Cases
from app.services.matrix.replay.weighing import Weighed, weigh_many
from app.services.matrix.resulting import USED, target_of

CATCH_ALL = "catch-all"
"""The key of what no trigger decided, where it stands beside what triggers did."""

NOTHING = ""
"""What an outcome names that names nothing, as without a catch-all."""

TARGETS = (TimerKind.ACKNOWLEDGE, TimerKind.FIRST_UPDATE, TimerKind.NEXT_UPDATE, TimerKind.CONTAIN, TimerKind.RESOLVE)
NO_TIMER = np.iinfo(np.int64).max
"""Seconds of a target that there is none of: longer than any."""


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """The answers of one version. Codes of a case point into ``tiers``, ``owners``, ``paths`` and ``classes``.

    What nobody decides, for want of a catch-all, has the key `NOTHING` and rank 0.
    """

    policy: Policy
    weighed: Weighed
    rank: NDArray[np.intp]
    tiers: tuple[str, ...]
    tier: NDArray[np.intp]
    owners: tuple[str, ...]
    owner: NDArray[np.intp]
    paths: tuple[str, ...]
    path: NDArray[np.intp]
    classes: tuple[str, ...]
    target_class: NDArray[np.intp]
    targets: dict[TimerKind, NDArray[np.int64]]

    def decided_by(self, row: int) -> NDArray[np.intp]:
        """The cases that one trigger decides (0-based row)."""
        return np.flatnonzero(self.weighed.chosen == row)

    def counts(self) -> list[int]:
        """For each trigger how many cases it decides."""
        chosen = self.weighed.chosen
        found = np.bincount(chosen[chosen >= 0], minlength=len(self.policy.table.triggers))
        return [int(one) for one in found]

    def owner_label(self, key: str, other: Side) -> str:
        """The name of an owner, in this version or else in the other one."""
        label = self.policy.table.owner_label(key)
        return label if label != key else other.policy.table.owner_label(key)

    def trigger_number(self, place: int) -> int | None:
        """The number of the trigger that decides a case; None for the catch-all."""
        row = int(self.weighed.chosen[place])
        return self.policy.table.triggers[row].number if row >= 0 else None

    def target(self, kind: TimerKind, place: int) -> int | None:
        """Seconds of one case's target; None is no such timer."""
        seconds = int(self.targets[kind][place])
        return None if seconds == NO_TIMER else seconds


def decide_side(policy: Policy, cases: Cases) -> Side:
    """Decides all cases by one version."""
    weighed = weigh_many(policy.table, cases)
    outcomes = [one.outcome for one in policy.table.triggers]
    catch_all = policy.catch_all.outcome if policy.catch_all else None
    found = [*outcomes, catch_all]
    ranks = np.array([one.tier if one else 0 for one in found], dtype=np.intp)
    names = {tier.rank: tier.key for tier in policy.tiers}
    tiers, tier = _coded(names.get(one.tier, str(one.tier)) if one else NOTHING for one in found)
    owners, owner = _coded(one.owner if one else NOTHING for one in found)
    paths, path = _coded(one.path if one else NOTHING for one in found)
    classes, target_class = _coded(one.target_class if one else NOTHING for one in found)
    row = weighed.chosen  # -1 takes the last outcome, which is that of the catch-all
    return Side(
        policy=policy,
        weighed=weighed,
        rank=ranks[row],
        tiers=tiers,
        tier=tier[row],
        owners=owners,
        owner=owner[row],
        paths=paths,
        path=path[row],
        classes=classes,
        target_class=target_class[row],
        targets=_targets(policy, cases, classes, target_class[row]),
    )


def _coded(keys: Iterable[str]) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    """The distinct keys, and for each given one its position among them."""
    known: dict[str, int] = {}
    codes = [known.setdefault(key, len(known)) for key in keys]
    return tuple(known), np.array(codes, dtype=np.intp)


def _targets(
    policy: Policy, cases: Cases, classes: tuple[str, ...], target_class: NDArray[np.intp]
) -> dict[TimerKind, NDArray[np.int64]]:
    """Seconds of each target for each case; what decides it is worked out once a combination."""
    parts = [(part, dimension) for part in USED if (dimension := policy.part(part)) is not None]
    columns = [(part, cases.facts[dimension.key]) for part, dimension in parts if dimension.key in cases.facts]
    codes = np.stack([target_class, *(column.codes for _part, column in columns)], axis=1)
    each, which = np.unique(codes, axis=0, return_inverse=True)
    seconds = {kind: np.empty(len(each), dtype=np.int64) for kind in TARGETS}
    for place, (class_code, *values) in enumerate(each.tolist()):
        said: dict[Part, str | None] = {
            part: str(column.values[code]) if code >= 0 else None
            for (part, column), code in zip(columns, values, strict=True)
        }
        for kind in TARGETS:
            found = target_of(policy, classes[class_code], said, kind)
            seconds[kind][place] = NO_TIMER if found is None else found
    return {kind: seconds[kind][which.reshape(-1)] for kind in TARGETS}
