"""Checks that remember: the worker process keeps the version that it checked last, and answers the next edit faster.

``stamp`` is a number that the page gives each state of a version that it shows, so that both know what is meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.services.matrix.checks import CheckReport, Consequence, Trial, check, new_verifier
from app.services.matrix.fact_counts import FactCounts
from app.services.matrix.policy import Policy
from app.services.matrix.table import TriggerRecord
from app.services.matrix.verify import Verifier


class Parcel:
    """A version on its way to the worker process: whole, or without the rows that a state it has already has too.

    What differs from ``base``, the state of ``base_stamp``, is found out where the parcel is packed: in the thread that
    sends it, not in the window's.
    """

    def __init__(self, policy: Policy, base: Policy | None = None, base_stamp: int = 0) -> None:
        self.policy = policy
        self._base = base if base is not None and base.id == policy.id else None
        self._base_stamp = base_stamp if self._base is not None else 0
        self._kept = (0, 0)

    def __getstate__(self) -> tuple[Policy, int, tuple[int, int]]:
        rows = self.policy.table.triggers
        before = self._base.table.triggers if self._base is not None else ()
        start = _alike(before, rows)
        end = _alike(before[start:][::-1], rows[start:][::-1])
        table = replace(self.policy.table, triggers=rows[start : len(rows) - end])
        return replace(self.policy, table=table), self._base_stamp, (start, end)

    def __setstate__(self, state: tuple[Policy, int, tuple[int, int]]) -> None:
        self.policy, self._base_stamp, self._kept = state
        self._base = None

    def open(self, version: str, stamp: int, has: Policy | None) -> Policy | None:
        """The whole version; None where it was packed for another state than the one that is there."""
        start, end = self._kept
        if not self._base_stamp:
            return self.policy
        if self._base is not None:
            return self.policy  # it never left this process
        if has is None or (version, stamp) != (self.policy.id, self._base_stamp):
            return None
        rows = has.table.triggers
        whole = (*rows[:start], *self.policy.table.triggers, *rows[len(rows) - end :])
        return replace(self.policy, table=replace(self.policy.table, triggers=whole))


def _alike(one: Sequence[TriggerRecord], other: Sequence[TriggerRecord]) -> int:
    """How many rows are the same from the first on."""
    same = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine is not theirs and mine != theirs:
            break
        same += 1
    return same


class _Kept:
    """One version as it was last checked."""

    def __init__(self) -> None:
        self.version = ""
        self.stamp = 0
        self.policy: Policy | None = None
        self.verifier = new_verifier()
        self.trying = new_verifier(notes=False)
        self.trial: Trial | None = None

    def turn_to(self, policy: Policy, stamp: int) -> Verifier:
        """Another state of the version, or another version, of which nothing is known."""
        if policy.id != self.version:
            self.verifier, self.trying = new_verifier(), new_verifier(notes=False)
        self.version, self.stamp, self.policy, self.trial = policy.id, stamp, policy, None
        return self.verifier


_kept = _Kept()


def check_again(
    parcel: Parcel, counts: FactCounts | None = None, stamp: int = 0, scenarios: frozenset[str] | None = None
) -> CheckReport | None:
    """What `check` says, faster where it is the version of the last time after an edit.

    None where the parcel does not fit what is kept: send it whole.
    """
    policy = parcel.open(_kept.version, _kept.stamp, _kept.policy)
    if policy is None:
        return None
    return check(policy, counts, scenarios=scenarios, verifier=_kept.turn_to(policy, stamp))


def consequence_again(version: str, stamp: int, trigger_id: str, dimension: str, text: str) -> Consequence | None:
    """What `consequence` says of the state that was checked last; None where that was another one."""
    if _kept.policy is None or (version, stamp) != (_kept.version, _kept.stamp):
        return None
    if _kept.trial is None:
        _kept.trial = Trial(_kept.policy.table, _kept.trying)
    return _kept.trial.consequence(trigger_id, dimension, text)
