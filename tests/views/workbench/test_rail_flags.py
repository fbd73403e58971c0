"""Targets as flags of the rail: one flag a minute, and those beyond the end at its edge."""

from __future__ import annotations

from app.views.theme.rail import RailFlag
from app.views.workbench.rail_flags import Target, flags_of


def test_targets_of_one_minute_share_a_flag_with_the_louder_tone() -> None:
    targets = [Target(15, "Acknowledge", "14:39"), Target(15.2, "First update", "14:39", "crit")]
    assert flags_of(targets, 60) == (RailFlag(15, "Acknowledge, first update 14:39", "crit"),)


def test_a_target_beyond_the_end_stands_at_the_edge_and_points_onward() -> None:
    targets = [Target(240, "Resolve", "18:24"), Target(90, "Contain", "15:54")]
    assert flags_of(targets, 105) == (
        RailFlag(90, "Contain 15:54", "text2"),
        RailFlag(105, "Resolve 18:24", "text2", "arrow-right"),
    )
