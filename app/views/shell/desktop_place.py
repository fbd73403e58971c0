"""Where this desktop shows notifications: its service, else the tray, else nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.views.shell.desktop_bus import BusNotifications
from app.views.shell.desktop_keeper import DesktopKeeper
from app.views.shell.desktop_notifications import Shown
from app.views.shell.desktop_tray import TrayNotifications

if TYPE_CHECKING:
    from app.views.shell.window import MainWindow


class DesktopPlace(QObject):
    """A `Shower`: each notification goes to the service first; where it does not take one, the tray gets it."""

    activated = Signal(str)
    accepted = Signal(str)
    closed = Signal(str)

    def __init__(self, bus: BusNotifications, tray: TrayNotifications, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus, self._tray = bus, tray
        bus.failed.connect(tray.show)
        bus.closed.connect(self.closed)
        bus.activated.connect(self.activated)
        bus.accepted.connect(self.accepted)
        tray.activated.connect(self.activated)

    def show(self, shown: Shown) -> None:
        """Shows it, in the place of an older one with its key."""
        self._bus.show(shown)

    def close(self, key: str) -> None:
        """Takes it away, where that can be done."""
        self._bus.close(key)
        self._tray.close(key)

    def end(self) -> None:
        """The desk closes."""
        self._bus.end()
        self._tray.end()


def keep_desktop(window: MainWindow) -> DesktopKeeper:
    """Lets the desktop tell the person at this window, from its next database on."""
    place = DesktopPlace(BusNotifications(window), TrayNotifications(window), window)
    keeper = DesktopKeeper(window, place)
    place.activated.connect(keeper.activated)
    place.accepted.connect(keeper.accepted)
    place.closed.connect(keeper.closed)
    return keeper
