"""What an incident's page is given (ux.md §4)."""

from __future__ import annotations

from tests.desks import MATRIX, SmallDesk


def test_the_authority_of_the_tier_is_told_to_the_last_cent(small_desk: SmallDesk) -> None:
    first, *others = MATRIX["tiers"]
    limits = [
        {"action": "Credit", "amount_minor": 25_050},
        {"action": "Waive a fee", "amount_minor": 120_000},
        {"action": "Refund", "amount_minor": 0},  # nothing at all: not the same as without a limit
        {"action": "Roll back a flag"},
    ]
    small_desk.publish(tiers=[{**first, "authority": limits}, *others])
    allowed = small_desk.case(small_desk.open()).allowed
    assert sorted(allowed) == ["Credit up to 250.50", "Refund up to 0", "Roll back a flag", "Waive a fee up to 1,200"]
