"""Checks that remember: the worker process keeps the version that it checked last, and answers the next edit faster.

``stamp`` is a number that the page gives each state of a version that it shows, so that both know what is meant.
"""

from __future__ import annotations

from app.services.matrix.checks import CheckReport, Consequence, Trial, check, new_verifier
from app.services.matrix.fact_counts import FactCounts
from app.services.matrix.policy import Policy
from app.services.matrix.verify import Verifier


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
    policy: Policy, counts: FactCounts | None = None, stamp: int = 0, scenarios: frozenset[str] | None = None
) -> CheckReport:
    """What `check` says, faster where it is the version of the last time after an edit."""
    return check(policy, counts, scenarios=scenarios, verifier=_kept.turn_to(policy, stamp))


def consequence_again(version: str, stamp: int, trigger_id: str, dimension: str, text: str) -> Consequence | None:
    """What `consequence` says of the state that was checked last; None where that was another one."""
    if _kept.policy is None or (version, stamp) != (_kept.version, _kept.stamp):
        return None
    if _kept.trial is None:
        _kept.trial = Trial(_kept.policy.table, _kept.trying)
    return _kept.trial.consequence(trigger_id, dimension, text)
