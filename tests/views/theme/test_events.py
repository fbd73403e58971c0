"""Events look alike wherever they are drawn."""

from __future__ import annotations

import pytest

from app.models.enums import EventKind
from app.views.theme import tokens
from app.views.theme.events import event_look
from app.views.theme.icons import _drawn


@pytest.mark.parametrize("kind", list(EventKind))
def test_every_event_has_an_icon_and_an_ink_of_its_own(kind: EventKind) -> None:
    icon, ink = event_look(kind)
    assert icon != "circle"
    assert "<svg" in _drawn(icon)
    assert ink in tokens.LIGHT


def test_what_came_in_shows_its_channel_a_tier_its_rank_a_workaround_its_lamp() -> None:
    assert event_look(EventKind.CUSTOMER_MESSAGE, channel="phone")[0] == "phone"
    assert event_look(EventKind.TIER_ENTERED, rank=4)[1] == "t4"
    assert event_look(EventKind.NOTE, workaround=True) == ("lightbulb", "warn")
