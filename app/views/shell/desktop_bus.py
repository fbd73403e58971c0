"""Notifications on a Linux desktop, spoken of to its service by one thread beside the window.

Nothing is connected before the first notification. What the desktop cannot show is handed back by `failed`.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from app.views.shell.desktop_notifications import Shown

if TYPE_CHECKING:
    from app.views.shell.desktop_speaker import Speaker


class BusNotifications(QObject):
    """What a `Shower` is; its signals come in the window's thread."""

    activated = Signal(str)  # the key of the bubble that was clicked
    accepted = Signal(str)  # of that one what it offers
    closed = Signal(str)
    failed = Signal(object)  # Shown
    _told = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._speaker: Speaker | None = None
        self._told.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def show(self, shown: Shown) -> None:
        """Shows it, in the place of an older one with its key."""
        if sys.platform != "linux":
            self.failed.emit(shown)
            return
        if self._speaker is None or not self._speaker.is_alive():
            from app.views.shell.desktop_speaker import Speaker

            self._speaker = Speaker(self._hear)
            self._speaker.start()
        self._speaker.order(shown)

    def close(self, key: str) -> None:
        """Takes it away."""
        if self._speaker is not None:
            self._speaker.order(key)

    def end(self) -> None:
        """Ends the thread; what is shown stays."""
        if self._speaker is not None:
            self._speaker.end()
            self._speaker = None

    def _hear(self, what: str, value: object) -> None:
        """In the speaker's thread."""
        if isValid(self):
            self._told.emit(what, value)

    def _tell(self, what: str, value: object) -> None:
        if what == "token":
            os.environ["XDG_ACTIVATION_TOKEN"] = str(value)  # without it Wayland does not let us come to the front
        elif what == "failed":
            self.failed.emit(value)
        else:
            told = {"activated": self.activated, "accepted": self.accepted, "closed": self.closed}
            told[what].emit(str(value))
