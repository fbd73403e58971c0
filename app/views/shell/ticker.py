"""The one timer of the application: it ticks on whole seconds of the database's time."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

if TYPE_CHECKING:
    from app.services.database.clock import Clock

JUMP_SECONDS = 2.0
_MINUTE = 60


class Ticker(QObject):
    """`ticked(now)` each second while a window can be seen, else each minute.

    `jumped()` tells that the computer slept or that its clock was set.
    """

    ticked = Signal(datetime)
    jumped = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock: Clock | None = None
        self._seen = True
        self._gap = _gap()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._tick)

    def use(self, clock: Clock | None) -> None:
        """Ticks by this clock from now on; None: by this computer's."""
        self._clock = clock
        if self._timer.isActive():
            self._arm()

    def now(self) -> datetime:
        """The instant by the clock in use, aware, UTC."""
        return self._clock.now() if self._clock else datetime.now(UTC)

    def start(self) -> None:
        """Starts ticking."""
        self._gap = _gap()
        self._arm()

    def stop(self) -> None:
        """Ticks no more."""
        self._timer.stop()

    def set_seen(self, seen: bool) -> None:
        """Whether anybody can see a window; ticks at once when it comes back."""
        if seen and not self._seen and self._timer.isActive():
            self._seen = seen
            self._tick()
        self._seen = seen

    def _arm(self) -> None:
        now = self.now()
        step = 1 if self._seen else _MINUTE
        self._timer.start(wait_milliseconds(now, step))

    def _tick(self) -> None:
        gap = _gap()
        if abs(gap - self._gap) > JUMP_SECONDS:
            self._gap = gap
            self.jumped.emit()
        now = self.now()
        self.ticked.emit(now + timedelta(milliseconds=5))  # a timer may fire a hair early
        self._arm()


def _gap() -> float:
    """Wall clock less monotonic clock: it stays as it is unless the computer slept or its clock was set."""
    return time.time() - time.monotonic()


def wait_milliseconds(now: datetime, step: int) -> int:
    """Milliseconds from `now` to the next whole multiple of `step` seconds, never 0."""
    into = (now.second % step) * 1000 + now.microsecond // 1000
    return step * 1000 - into
