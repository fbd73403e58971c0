"""Paths that verification refuses, met all the same: they climb each tier at most once, and end (domain.md §3.3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.enums import StepCondition, TimerState, VersionState
from app.services.incidents import ladder, phases
from app.services.matrix.document import to_policy
from app.services.matrix.policy import PathPolicy, StepPolicy
from tests.desks import MATRIX, MINUTE, START, SmallDesk

TO_T2 = {"after": 15 * MINUTE, "condition": "not_acknowledged", "tier": "t2"}
TIERS = [{**MATRIX["tiers"][0], "key": f"t{rank}", "name": f"Tier {rank}"} for rank in range(1, 5)]
FOUR_TIERS = to_policy({**MATRIX, "tiers": TIERS}, version_id="pure", number=1, state=VersionState.DRAFT)


def steps_to(*tiers: str, condition: str = "not_resolved") -> list[dict[str, Any]]:
    return [{"after": 15 * MINUTE, "condition": condition, "tier": tier} for tier in tiers]


@pytest.mark.parametrize(
    ("tiers", "entered"),
    [
        (("t2", "t1", "t2", "t3"), [(1, 0), (2, 15), (3, 30)]),  # a cycle: from the second tier only the third is above
        (("t3", "t2"), [(1, 0), (3, 15)]),  # backwards: nothing leads above the third
        (("t2", "t2", "t3"), [(1, 0), (2, 15), (3, 30)]),  # twice to one tier
        (("gone", "t2", "gone", "t3"), [(1, 0), (2, 15), (3, 30)]),  # to a tier that is not there
        (("t1", "gone"), [(1, 0)]),
    ],
)
def test_a_bad_path_climbs_each_tier_once_and_ends(
    small_desk: SmallDesk, tiers: tuple[str, ...], entered: list[tuple[int, float]]
) -> None:
    path = {"key": "money", "name": "Money", "steps": steps_to(*tiers)}
    small_desk.publish(paths=[path, MATRIX["paths"][1]])
    incident = small_desk.open()
    small_desk.pass_time(24 * 60)
    found = [(band.rank, band.entered_at) for band in small_desk.case(incident).bands if band.entered_at]
    assert [(rank, (at - START) / timedelta(minutes=1)) for rank, at in found] == entered
    assert [step for step in small_desk.steps(incident) if step.state is TimerState.RUNNING] == []


def test_two_steps_to_one_tier_wait_for_different_things(small_desk: SmallDesk) -> None:
    steps = [TO_T2, {"after": 15 * MINUTE, "condition": "not_contained", "tier": "t2"}]
    small_desk.publish(paths=[{"key": "money", "name": "Money", "steps": steps}, MATRIX["paths"][1]])
    incident = small_desk.open()
    small_desk.lena.apply(phases.Acknowledge(incident_id=incident))
    small_desk.pass_time(29)
    assert small_desk.case(incident).tier == "t1"
    small_desk.pass_time(1)
    assert small_desk.case(incident).tier == "t2"


@given(
    tiers=st.lists(st.sampled_from(["t1", "t2", "t3", "t4", "gone"]), max_size=8),
    delays=st.lists(st.integers(0, 3600), min_size=8, max_size=8),
)
def test_whatever_the_path_every_climb_leads_up(tiers: list[str], delays: list[int]) -> None:
    steps = tuple(
        StepPolicy(delay, StepCondition.NOT_RESOLVED, tier) for delay, tier in zip(delays, tiers, strict=False)
    )
    rank, climbs = 1, 0
    while armed := ladder.armed_steps(FOUR_TIERS, PathPolicy("path", "Path", steps), rank):
        assert all(one.tier.rank > rank for one in armed)
        assert [one.seconds for one in armed] == sorted(one.seconds for one in armed)
        rank, climbs = armed[0].tier.rank, climbs + 1
    assert climbs <= 3
