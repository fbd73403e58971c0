"""Senseless targets and criticalities block publishing, each named at its place (issue: bad input)."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from app.models.enums import TimerKind, VersionState
from app.services.matrix.checks import check
from app.services.matrix.document import to_policy
from app.services.matrix.limits import LONGEST_TARGET, percent_problem, target_problem
from app.services.matrix.verify import Weight
from tests.desks import MATRIX

CENTURY = 100 * 365 * 86400


def impossible(**changes: Any) -> list[tuple[str, str, TimerKind | None]]:
    """Title, text and timer of each finding of that kind in the test's matrix with these parts changed."""
    policy = to_policy({**deepcopy(MATRIX), **changes}, version_id="v", number=1, state=VersionState.DRAFT)
    found = [one for one in check(policy).checks if one.kind == "impossible_target"]
    assert all(one.weight is Weight.ERROR for one in found)
    return [(one.title, one.text, one.timer) for one in found]


def urgent(**targets: int) -> list[dict[str, Any]]:
    return [{**one, **(targets if one["class"] == "urgent" else {})} for one in MATRIX["targets"]]


def test_a_sound_matrix_has_none() -> None:
    assert impossible() == []


@pytest.mark.parametrize(("seconds", "text"), [(0, "late at once"), (CENTURY, "longer than a year")])
def test_a_senseless_target_is_named_with_class_segment_and_timer(seconds: int, text: str) -> None:
    ((title, said, timer),) = impossible(targets=urgent(resolve=seconds, contain=7200))
    assert (title, timer) == ("Impossible target, Urgent, any segment: resolve", TimerKind.RESOLVE)
    assert text in said


def test_channels_and_criticalities_are_looked_at_too() -> None:
    channels = {"chat": {"first_update": 0}}
    assert [title for title, _, _ in impossible(channels=channels, criticality={"payments": 0})] == [
        "Impossible target, Channel chat: first update",
        "Impossible target, Criticality of payments",
    ]


def test_the_borders() -> None:
    assert [target_problem(one) is None for one in (-60, 0, 1, LONGEST_TARGET, LONGEST_TARGET + 1)] == [
        False, False, True, True, False,
    ]  # fmt: skip
    assert [percent_problem(one) is None for one in (0, 1, 1000, 1001)] == [False, True, True, False]
