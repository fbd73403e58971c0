"""What past incidents show about the later version: cases without a trigger, idle triggers, missing facts. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from app.services.matrix.replay.replay import Places, Replay


class FindingOfReplay(StrEnum):
    """The kinds, the gravest first."""

    LOST = "lost"
    NOT_COVERED = "not_covered"
    MISSING_FACT = "missing_fact"
    OUTRANKED = "outranked"
    IDLE = "idle"


@dataclass(frozen=True, slots=True, eq=False)
class ReplayFinding:
    """One finding with its cases. ``numbers`` are triggers that decide none of them: one that others outrank, with
    ``other``, the one that took most (None: nothing was decided); or all that match nothing. ``facts`` say how many
    cases lacked which fact, most first.
    """

    kind: FindingOfReplay
    cases: Places
    numbers: tuple[int, ...] = ()
    other: int | None = None
    facts: tuple[tuple[str, int], ...] = ()


def findings_of(found: Replay) -> tuple[ReplayFinding, ...]:
    """All findings about the version after."""
    before, after, both = found.not_covered
    lost = np.setdiff1d(after, before)
    coverage = ((FindingOfReplay.LOST, lost), (FindingOfReplay.NOT_COVERED, both))
    return (
        *(ReplayFinding(kind, cases) for kind, cases in coverage if len(cases)),
        *_missing(found),
        *_never(found),
    )


def _never(found: Replay) -> list[ReplayFinding]:
    """Triggers that decide nothing: each that others outrank, then in one all that no case matches."""
    side = found.after
    findings, idle = [], []
    for row, (trigger, count) in enumerate(zip(side.policy.table.triggers, side.counts(), strict=True)):
        if count:
            continue
        matched = np.flatnonzero(side.weighed.matched_by(row))
        if not len(matched):
            idle.append(trigger.number)
            continue
        took = Counter(side.trigger_number(place) for place in matched.tolist())
        other = took.most_common(1)[0][0]
        findings.append(ReplayFinding(FindingOfReplay.OUTRANKED, matched, (trigger.number,), other))
    if idle:
        findings.append(ReplayFinding(FindingOfReplay.IDLE, np.zeros(0, dtype=np.intp), tuple(idle)))
    return findings


def _missing(found: Replay) -> list[ReplayFinding]:
    waiting = np.flatnonzero(found.after.weighed.waiting)
    if not len(waiting):
        return []
    labels = {one.key: one.label for one in found.after.policy.table.dimensions}
    counts = [(labels[key], int(one.sum())) for key, one in found.after.weighed.open_facts.items() if one.any()]
    facts = tuple(sorted(counts, key=lambda one: -one[1]))
    return [ReplayFinding(FindingOfReplay.MISSING_FACT, waiting, facts=facts)]
