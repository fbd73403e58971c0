"""The list that drops from the bell is used without a mouse."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.views.shell.notifications import NotificationLine, NotificationPopup
from app.views.theme.buttons import Button

AT = datetime(2026, 11, 23, 14, 24, tzinfo=UTC)


@pytest.fixture
def popup(qtbot: QtBot) -> Iterator[NotificationPopup]:
    """Open below a bell, with three lines of which the second belongs to no incident."""
    bell = QPushButton("bell")
    made = NotificationPopup(bell)
    qtbot.addWidget(bell)
    bell.show()
    made.show_lines(lines())
    made.drop_from(bell)
    QApplication.processEvents()
    yield made
    made.close()
    bell.close()


def lines() -> tuple[NotificationLine, ...]:
    places = ("workbench 0", "", "workbench 2")
    return tuple(
        NotificationLine(str(number), f"Due {number}", "INC-1", AT - timedelta(minutes=number), place=place)
        for number, place in enumerate(places)
    )


def test_enter_opens_the_newest(popup: NotificationPopup, qtbot: QtBot) -> None:
    first = popup.focusWidget()
    assert isinstance(first, Button)
    with qtbot.waitSignal(popup.opened) as told:
        qtbot.keyClick(first, Qt.Key.Key_Space)
    assert told.args == ["workbench 0"]


def test_new_lines_while_it_is_open_keep_the_focus_inside(popup: NotificationPopup) -> None:
    popup.show_lines(lines())
    focus = popup.focusWidget()
    assert isinstance(focus, Button)
    assert focus.isVisible()


def test_escape_closes_it(popup: NotificationPopup, qtbot: QtBot) -> None:
    focus = popup.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, Qt.Key.Key_Escape)
    assert popup.isHidden()
