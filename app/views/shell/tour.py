"""The tour: the sample incident through the real window, a picture per step.

The driver knows steps, not pages: each step is words, an act and a question whether the window shows what it should.
Steps run one after the other by a timer, so that the window lives as it does under a person's hand.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.views.shell.tasks import Bug, Tasks

log = logging.getLogger(__name__)

LOOK_EVERY_MS = 40
SETTLE_MS = 250
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class TourStep:
    """One step: `key` names its picture, `words` say what is shown, `act` does it, `shown` tells when it is there."""

    key: str
    words: str
    act: Callable[[], None]
    shown: Callable[[], bool] = lambda: True
    picture: bool = True


class Tour(QObject):
    """Runs steps over a window and keeps pictures. `finished(ok)` comes once."""

    finished = Signal(bool)
    stepped = Signal(str)

    def __init__(self, window: QWidget, steps: Sequence[TourStep], folder: Path | None, parent: QObject) -> None:
        super().__init__(parent)
        self._window, self._folder = window, folder
        self._left = list(steps)
        self._number = 0
        self._since = 0.0
        self._step: TourStep | None = None
        self.pictures: list[Path] = []
        self.failed = ""
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_EVERY_MS)
        self._timer.timeout.connect(self._look)

    def start(self) -> None:
        """Takes the first step."""
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
        self._next()

    def stop(self, why: str) -> None:
        """Ends it as failed."""
        self.failed = why
        self._timer.stop()
        self.finished.emit(False)

    def _next(self) -> None:
        if not self._left:
            self.finished.emit(True)
            return
        step = self._step = self._left.pop(0)
        self._since = time.monotonic()
        try:
            step.act()
        except Exception as error:
            log.exception("tour step %s failed", step.key)
            self.stop(f"{step.key}: {error}")
            return
        self._timer.start()

    def _look(self) -> None:
        step = self._step
        if step is None:
            return
        if step.shown():
            self._timer.stop()
            QTimer.singleShot(SETTLE_MS, self._keep)
        elif time.monotonic() - self._since > PATIENCE_SECONDS:
            self.stop(f"{step.key}: “{step.words}” never showed")

    def _keep(self) -> None:
        step = self._step
        if step is None or self.failed:
            return
        if self._folder is not None and step.picture:
            self._number += 1
            path = self._folder / f"{self._number:02d}-{step.key}.png"
            self._window.grab().save(str(path))
            self.pictures.append(path)
        self.stepped.emit(step.words)
        self._next()


def run_tour(window: QWidget, tasks: Tasks, steps: Sequence[TourStep], folder: Path | None = None) -> int:
    """Takes the steps in an event loop of its own, telling each; 0, or 1 with what went wrong. A bug ends it."""
    tour = Tour(window, steps, folder, window)

    def told(words: str) -> None:
        sys.stderr.write(f"  {words}\n")

    def broke(bug: Bug) -> None:
        tour.stop(bug.details)

    tour.stepped.connect(told)
    tasks.broke.connect(broke)
    loop = QEventLoop()  # one of its own: quitting the application would end every later loop of this process too
    tour.finished.connect(loop.quit)
    QTimer.singleShot(0, tour.start)
    loop.exec()
    if tour.failed:
        sys.stderr.write(f"{tour.failed}\n")
    return 1 if tour.failed else 0
