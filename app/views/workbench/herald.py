"""Says what time alone changed in the queue: politely what comes near, firmly what was missed, never in a rush."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from app.views.theme.announce import announce
from app.views.workbench.grouping import Group
from app.views.workbench.queue_model import QueueModel
from app.views.workbench.words import count_words, timer_name, tr

PAUSE_MS = 10_000
"""At most one announcement in ten seconds; what happens meanwhile is bundled (UX standard, section 7)."""


class Herald(QObject):
    """Listens to the model and speaks for the list."""

    def __init__(self, model: QueueModel, voice: QWidget) -> None:
        super().__init__(voice)
        self._model, self._voice = model, voice
        self._waiting: list[tuple[str, Group]] = []
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._speak)
        model.turned.connect(self._heard)

    def _heard(self, incident_id: str, group: int) -> None:
        if group in (Group.BREACHED, Group.SOON):
            self._waiting.append((incident_id, Group(group)))
            if not self._pause.isActive():
                self._speak()

    def _speak(self) -> None:
        if not self._waiting:
            return
        said, self._waiting = self._waiting, []
        missed = any(group is Group.BREACHED for _one, group in said)
        announce(self._voice, self.words(said), assertive=missed)
        self._pause.start()

    def words(self, said: list[tuple[str, Group]]) -> str:
        """One sentence for all that turned."""
        missed = [one for one, group in said if group is Group.BREACHED]
        if len(said) > 1:
            late = count_words(len(missed), tr("{count} timer missed its time"), tr("{count} timers missed their time"))
            near = count_words(len(said) - len(missed), tr("{count} timer is near"), tr("{count} timers are near"))
            return ". ".join(words for words, any_ in ((late, missed), (near, len(said) > len(missed))) if any_)
        row = self._model.row(said[0][0])
        if row is None or row.timer is None:
            return ""
        form = tr("{timer} of INC {number} missed its time") if missed else tr("{timer} of INC {number} is near")
        return form.format(timer=timer_name(row.timer.kind), number=row.number)
