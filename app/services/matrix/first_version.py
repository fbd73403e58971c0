"""The document of a first version: from what past incidents show, or an empty one to start with. Pure."""

from __future__ import annotations

from typing import Any

from app.models.enums import DimensionKind, DutyKind, HitPolicy, StepCondition, TimerKind
from app.services.matrix.document import FORMAT
from app.services.matrix.from_history import Combination, Combinations, HistoryDimension
from app.services.matrix.writing import join_words, quoted

MINUTE, HOUR, DAY = 60, 3600, 86400

Document = dict[str, Any]

TIERS = (
    ("t1", "Tier 1", ("Confirm what is wrong and for whom", "Look for the same cause", "Send the first update")),
    ("t2", "Tier 2", ("Contain the harm", "Write down what was tried", "Send the next update on time")),
    ("t3", "Tier 3", ("Name one leader", "Decide: fix, roll back or work around", "Check who else is hit")),
    ("t4", "Tier 4", ("Read the one-page brief", "Call the customer", "Close with a written promise")),
)
TARGETS = (
    (15 * MINUTE, 30 * MINUTE, 30 * MINUTE, 2 * HOUR, 4 * HOUR),
    (30 * MINUTE, 60 * MINUTE, 60 * MINUTE, 4 * HOUR, 8 * HOUR),
    (2 * HOUR, 8 * HOUR, 1 * DAY, 2 * DAY, 3 * DAY),
    (8 * HOUR, 1 * DAY, None, None, 10 * DAY),
)
"""Seconds to acknowledge, to the first and next update, to contain and to resolve, strictest class first."""

KINDS = (TimerKind.ACKNOWLEDGE, TimerKind.FIRST_UPDATE, TimerKind.NEXT_UPDATE, TimerKind.CONTAIN, TimerKind.RESOLVE)
FAST, STEADY = "fast", "steady"
PATHS = ((FAST, "Fast", (15 * MINUTE, 30 * MINUTE, 45 * MINUTE)), (STEADY, "Steady", (4 * HOUR, 1 * DAY, 2 * DAY)))
CONDITIONS = (StepCondition.NOT_ACKNOWLEDGED, StepCondition.NOT_CONTAINED, StepCondition.NOT_RESOLVED)
START_TIERS = ("t3", "t2", "t1")
"""Where the worst, the second worst and all further outcomes begin: the highest tier is for climbing to."""


def from_combinations(counts: Combinations) -> Document:
    """A document for `MakeDraft`: a trigger for each combination that occurred, with the outcome most of them had."""
    owner = counts.team or counts.person
    decided = counts.decided()
    triggers = [
        _trigger(number, combination, counts, decided[combination])
        for number, combination in enumerate(decided, start=1)
    ]
    return {
        **_around(owner, counts.person, [(key, label) for key, label in counts.outcome.values]),
        "name": f"{counts.outcome.label} by {join_words((one.label.lower() for one in counts.conditions), 'and')}",
        "dimensions": [_dimension(one) for one in counts.conditions],
        "triggers": triggers,
    }


def empty(owner: str, person: str) -> Document:
    """A document with tiers, classes and paths to start from, a severity to ask for, and no trigger yet."""
    severity = HistoryDimension("severity", "Severity", tuple((f"s{n}", f"S{n}") for n in (1, 2, 3, 4)), "severity")
    classes = [("urgent", "Urgent"), ("high", "High"), ("standard", "Standard"), ("light", "Light")]
    return {**_around(owner, person, classes), "name": "Escalations", "dimensions": [_dimension(severity)]}


def _around(owner: str, person: str, classes: list[tuple[str, str]]) -> Document:
    """All that stands around the triggers."""
    relaxed = min(2, len(classes) - 1)
    return {
        "format": FORMAT,
        "hit_policy": HitPolicy.HIGHEST_TIER.value,
        "tiers": [
            {"key": key, "name": name, "procedure": list(procedure), "duties": _duties(owner, person)}
            for key, name, procedure in TIERS
        ],
        "target_classes": [{"key": key, "name": label} for key, label in classes],
        "targets": [_targets(key, place) for place, (key, _label) in enumerate(classes)],
        "paths": [{"key": key, "name": name, "steps": _steps(delays, owner)} for key, name, delays in PATHS],
        "triggers": [],
        "catch_all": {
            "tier": "t1", "owner": owner, "path": STEADY, "class": classes[relaxed][0], "person": person,
        },
        "warn_shares": [75, 90],
    }  # fmt: skip


def _duties(owner: str, person: str) -> dict[str, list[str]]:
    return {
        DutyKind.ALERTED.value: [owner],
        DutyKind.COMMUNICATES.value: [owner],
        DutyKind.APPROVES.value: [person or owner],
    }


def _targets(key: str, place: int) -> Document:
    seconds = TARGETS[min(place, len(TARGETS) - 1)]
    return {"class": key, "segment": None, **{kind.value: one for kind, one in zip(KINDS, seconds, strict=True)}}


def _steps(delays: tuple[int, ...], owner: str) -> list[Document]:
    return [
        {"after": delay, "condition": condition.value, "tier": tier, "owner": owner}
        for delay, condition, (tier, _name, _steps) in zip(delays, CONDITIONS, TIERS[1:], strict=True)
    ]


def _dimension(one: HistoryDimension) -> Document:
    return {
        "key": one.key,
        "label": one.label,
        "kind": DimensionKind.CHOICE.value,
        "part": one.part,
        "unit": None,
        "asked": True,
        "choices": [{"key": key, "label": label} for key, label in one.values],
    }


def _trigger(number: int, combination: Combination, counts: Combinations, decided: tuple[str, int, int]) -> Document:
    outcome, agreeing, total = decided
    place = counts.outcome.rank_of(outcome)
    label = counts.outcome.label_of(outcome)
    return {
        "number": number,
        "cells": {one.key: quoted(value) for one, value in zip(counts.conditions, combination, strict=True)},
        "tier": START_TIERS[min(place, len(START_TIERS) - 1)],
        "owner": counts.teams.get(combination) or counts.team or counts.person,
        "path": FAST if place < 2 else STEADY,
        "class": outcome,
        "reason": f"{label} in {agreeing:,} of {total:,} past incidents.",
    }
