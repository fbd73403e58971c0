"""Another answer of the matrix: offered above the timeline, taken with a click, dismissed with a reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.models.enums import EventKind
from app.services.incidents.changing import ChangeFacts
from app.services.incidents.queue import QueueView
from app.views.workbench.page import WorkbenchPage
from app.views.workbench.sheets import NoteSheet
from tests.desks import SmallDesk
from tests.views.workbench.conftest import Opener, case_where, choose, show_view

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def offered_page(sqlite_desk: SmallDesk, open_page: Opener, qtbot: QtBot) -> Callable[[], WorkbenchPage]:
    """Lena's window on an S1 that turned out to be an S3: laxer, on another path, and therefore only offered."""

    def opened() -> WorkbenchPage:
        incident = sqlite_desk.open()
        sqlite_desk.lena.apply(ChangeFacts(incident_id=incident, facts={"severity": "s3"}))
        page = open_page(sqlite_desk.lena)
        show_view(qtbot, page, QueueView.ALL)
        choose(qtbot, page, "Charged twice")
        return page

    return opened


def test_an_offered_answer_is_said_with_what_it_would_decide(
    offered_page: Callable[[], WorkbenchPage], qtbot: QtBot
) -> None:
    page = offered_page()
    card = page.incident.standing.answer
    qtbot.waitUntil(card.isVisible)
    assert card.title.text() == "Trigger 3 now says Tier 1, owner Frontline"
    assert card.more.text().startswith("Path None, Light targets.")
    titles = [line.title for line in page.incident.timeline.model.lines]
    assert "Facts changed" in titles
    assert "Trigger 3 would decide now" in titles


def test_taking_the_offered_answer_is_one_click(offered_page: Callable[[], WorkbenchPage], qtbot: QtBot) -> None:
    page = offered_page()
    card = page.incident.standing.answer
    qtbot.waitUntil(card.isVisible)
    qtbot.mouseClick(card.take, Qt.MouseButton.LeftButton)
    case = case_where(qtbot, page, lambda shown: shown.offered_answer is None)
    assert case.trigger == 3
    assert case.target_class == "Light"
    qtbot.waitUntil(lambda: not card.isVisible())
    changed = next(line for line in page.incident.timeline.model.lines if line.kind is EventKind.TARGETS_CHANGED)
    assert "Resolve: 14:00 → " in changed.body, "the due times before and after are told"
    assert page.desk.actions.why_not("incident.take_answer") == "No other answer is offered."


def test_dismissing_the_offered_answer_needs_a_reason(offered_page: Callable[[], WorkbenchPage], qtbot: QtBot) -> None:
    page = offered_page()
    card = page.incident.standing.answer
    qtbot.waitUntil(card.isVisible)
    qtbot.mouseClick(card.dismiss, Qt.MouseButton.LeftButton)
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, NoteSheet)
    qtbot.keyClick(sheet.field, Qt.Key.Key_Return, CONTROL)
    assert page.acts.asking.sheet is sheet
    qtbot.keyClicks(sheet.field, "It will grow again tonight.")
    qtbot.keyClick(sheet.field, Qt.Key.Key_Return, CONTROL)
    case = case_where(qtbot, page, lambda shown: shown.offered_answer is None)
    assert case.trigger == 1
    assert any(one.body == "It will grow again tonight." for one in case.events)
