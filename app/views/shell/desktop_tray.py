"""Notifications by the tray icon, where no desktop service takes them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QSystemTrayIcon

from app.views.shell.desktop_notifications import Shown, Urgency
from app.views.shell.icon import product_icon

_SHOWN_MS = 10_000


def system_tray(parent: QObject) -> QSystemTrayIcon | None:
    """Our icon in the tray, made by the first notification; None where there is no tray."""
    if not QSystemTrayIcon.isSystemTrayAvailable() or not QSystemTrayIcon.supportsMessages():
        return None
    icon = QSystemTrayIcon(product_icon(), parent)
    icon.setToolTip("Escalation Desk")
    return icon


class TrayNotifications(QObject):
    """What a `Shower` is. The tray shows one at a time, does not say which one was clicked, and takes none back."""

    activated = Signal(str)  # the key of the bubble shown last; empty for a click on the icon itself

    def __init__(
        self, parent: QObject | None = None, make: Callable[[QObject], QSystemTrayIcon | None] = system_tray
    ) -> None:
        super().__init__(parent)
        self._make = make
        self._icon: QSystemTrayIcon | None = None
        self._last = ""

    def show(self, shown: Shown) -> None:
        """Shows it where there is a tray, else not at all."""
        if self._icon is None:
            self._icon = self._make(self)
            if self._icon is None:
                return
            self._icon.messageClicked.connect(self._clicked)
            self._icon.activated.connect(self._icon_clicked)
            self._icon.show()
        critical = shown.urgency is Urgency.CRITICAL
        sign = QSystemTrayIcon.MessageIcon.Warning if critical else QSystemTrayIcon.MessageIcon.Information
        self._last = shown.key
        self._icon.showMessage(shown.title, shown.text, sign, _SHOWN_MS)

    def close(self, key: str) -> None:
        """Forgets it, so that a late click only brings the window to the front."""
        if key == self._last:
            self._last = ""

    def end(self) -> None:
        """Takes the icon away."""
        if self._icon is not None:
            self._icon.hide()
            self._icon = None

    def _clicked(self) -> None:
        self.activated.emit(self._last)

    def _icon_clicked(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is not QSystemTrayIcon.ActivationReason.Context:
            self.activated.emit("")
