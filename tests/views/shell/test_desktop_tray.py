"""Notifications by the tray icon."""

from __future__ import annotations

from typing import Any, cast

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QSystemTrayIcon
from pytestqt.qtbot import QtBot

from app.views.shell.desktop_bus import BusNotifications
from app.views.shell.desktop_notifications import Shown, Urgency
from app.views.shell.desktop_place import DesktopPlace
from app.views.shell.desktop_tray import TrayNotifications, system_tray

SOON = Shown("inc resolve", "Resolve is due soon", "INC-7", "Open", Urgency.NORMAL)
OVER = Shown("inc resolve", "Resolve is over its target", "INC-7", "Open", Urgency.CRITICAL)


class Icon(QObject):
    """Stands for an icon in the tray of a desktop."""

    messageClicked = Signal()  # noqa: N815 - as Qt names it
    activated = Signal(QSystemTrayIcon.ActivationReason)

    def __init__(self) -> None:
        super().__init__()
        self.happened: list[Any] = []

    def show(self) -> None:
        self.happened.append("shown")

    def hide(self) -> None:
        self.happened.append("hidden")

    def showMessage(self, *told: Any) -> None:
        self.happened.append(told[:3])


@pytest.fixture
def icon(qtbot: QtBot) -> Icon:
    return Icon()


@pytest.fixture
def tray(icon: Icon) -> TrayNotifications:
    return TrayNotifications(None, lambda _parent: cast("QSystemTrayIcon", icon))


def test_the_icon_comes_with_the_first_notification(tray: TrayNotifications, icon: Icon) -> None:
    assert icon.happened == []
    tray.show(SOON)
    tray.show(OVER)
    tray.end()
    sign = QSystemTrayIcon.MessageIcon
    assert icon.happened == [
        "shown",
        ("Resolve is due soon", "INC-7", sign.Information),
        ("Resolve is over its target", "INC-7", sign.Warning),
        "hidden",
    ]


def test_a_click_is_about_the_last_one(tray: TrayNotifications, icon: Icon, qtbot: QtBot) -> None:
    tray.show(SOON)
    with qtbot.waitSignal(tray.activated) as clicked:
        icon.messageClicked.emit()
    assert clicked.args == ["inc resolve"]
    tray.close("inc resolve")
    with qtbot.waitSignal(tray.activated) as clicked:
        icon.messageClicked.emit()
    assert clicked.args == [""]


def test_the_icon_itself_brings_the_window(tray: TrayNotifications, icon: Icon, qtbot: QtBot) -> None:
    tray.show(SOON)
    told: list[str] = []
    tray.activated.connect(told.append)
    icon.activated.emit(QSystemTrayIcon.ActivationReason.Context)
    assert told == []
    icon.activated.emit(QSystemTrayIcon.ActivationReason.Trigger)
    assert told == [""]


def test_without_a_tray_nothing_happens(qtbot: QtBot) -> None:
    tray = TrayNotifications()
    assert system_tray(tray) is None
    tray.show(SOON)
    tray.close(SOON.key)
    tray.end()


def test_the_tray_gets_what_the_service_does_not_take(tray: TrayNotifications, icon: Icon, qtbot: QtBot) -> None:
    """The bus of a test run leads nowhere."""
    bus = BusNotifications()
    place = DesktopPlace(bus, tray)
    place.show(SOON)
    qtbot.waitUntil(lambda: bool(icon.happened))
    with qtbot.waitSignal(place.activated) as clicked:
        icon.messageClicked.emit()
    assert clicked.args == ["inc resolve"]
    place.end()
