"""Where everyone must acknowledge, and where an acknowledgement expires: what the window says and lets one do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from pytestqt.qtbot import QtBot

from app.models.enums import TimerKind
from app.services.incidents.phases import Acknowledge
from app.services.incidents.queue import QueueView
from app.views.theme.tiles import TileButton
from app.views.workbench.page import WorkbenchPage
from tests.desks import SmallDesk
from tests.views.workbench.conftest import EXPIRES, Opener, case_where, choose, press, show_view


@pytest.fixture
def lenas_page(everyone: SmallDesk, open_page: Opener) -> Callable[[], WorkbenchPage]:
    """Lena's window, once the incidents are there."""

    def opened() -> WorkbenchPage:
        return open_page(everyone.lena)

    return opened


def test_who_has_not_answered_still_acknowledges_and_the_others_are_named(
    everyone: SmallDesk, lenas_page: Callable[[], WorkbenchPage], qtbot: QtBot
) -> None:
    incident = everyone.open()
    everyone.clock.turn(minutes=2)
    everyone.marco.apply(Acknowledge(incident_id=incident))
    page = lenas_page()
    show_view(qtbot, page, QueueView.MINE)
    assert incident in page.queue.store.rows, "what waits for my answer is in my queue"
    show_view(qtbot, page, QueueView.ALL)
    case = choose(qtbot, page, "Charged twice")
    assert case.holder == "Marco Bianchi"
    assert {one.person: one.answered_at is not None for one in case.must_answer} == {
        "Marco Bianchi": True,
        "Lena Okafor": False,
    }
    assert page.primary == "incident.acknowledge"
    assert page.desk.actions.why_not("incident.acknowledge") == ""
    press(qtbot, page.queue.list, "a")
    after = case_where(qtbot, page, lambda shown: all(one.answered_at for one in shown.must_answer))
    assert after.holder == "Marco Bianchi", "a second answer takes nothing away"
    assert page.desk.actions.why_not("incident.acknowledge") == "It is acknowledged already."
    show_view(qtbot, page, QueueView.MINE)
    assert incident not in page.queue.store.rows, "it waits for my answer no more"


def test_the_tile_says_when_the_acknowledgement_expires(
    everyone: SmallDesk, lenas_page: Callable[[], WorkbenchPage], qtbot: QtBot
) -> None:
    incident = everyone.open()
    everyone.lena.apply(Acknowledge(incident_id=incident))
    at = everyone.clock.now() + timedelta(seconds=EXPIRES)
    page = lenas_page()
    show_view(qtbot, page, QueueView.ALL)
    case = choose(qtbot, page, "Charged twice")
    assert case.acknowledgement_expires_at == at
    notes = [button.accessibleDescription() for button in page.incident.header.tiles.findChildren(TileButton)]
    assert f"Expires {page.times.clock(at)}, by Lena" in notes


def test_an_expired_acknowledgement_asks_again(
    everyone: SmallDesk, lenas_page: Callable[[], WorkbenchPage], qtbot: QtBot
) -> None:
    incident = everyone.open()
    everyone.lena.apply(Acknowledge(incident_id=incident))
    page = lenas_page()
    show_view(qtbot, page, QueueView.ALL)
    choose(qtbot, page, "Charged twice")
    everyone.pass_time(21)
    page.desk.feed.poll()
    case = case_where(qtbot, page, lambda shown: shown.acknowledged_at is None)
    acknowledge = next(timer for timer in case.timers if timer.kind is TimerKind.ACKNOWLEDGE)
    assert acknowledge.pass_number == 2
    assert "The acknowledgement has run out" in [line.title for line in page.incident.timeline.model.lines]
