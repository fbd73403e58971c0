"""The sheets that move an incident through its phases and to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.services.incidents.phases import Close, Contain, Reopen, Resolve
from app.views.workbench.reading_case import UPDATES, is_open

if TYPE_CHECKING:
    from app.services.database.database import Applied
    from app.views.workbench.asking import Asking


class Ends(QObject):
    """Each asks for the words that its act needs."""

    def __init__(self, asking: Asking) -> None:
        super().__init__(asking)
        self.asking, self.acts = asking, asking.acts

    def contain(self) -> None:
        """The harm has stopped growing."""
        incident = self.acts.case.id
        self.asking.note(
            self.tr("Contain"), self.tr("What stopped it"), self.tr("Contain"), "shield-check",
            lambda words: Contain(incident_id=incident, note=words),
            hint=self.tr("The harm grows no further. A line for the timeline, if you like."),
        )  # fmt: skip

    def resolve(self) -> None:
        """R."""
        incident = self.acts.case.id
        self.asking.note(
            self.tr("Resolve"), self.tr("What mended it"), self.tr("Resolve"), "circle-check",
            lambda words: Resolve(incident_id=incident, note=words),
            hint=self.tr("The cause is gone for this customer. A line for the timeline, if you like."),
        )  # fmt: skip

    def close(self) -> None:
        """Ends it; without a last message it needs a reason."""
        case = self.acts.case
        told = not any(timer.kind in UPDATES and is_open(timer) for timer in case.timers)
        missing = "" if told else self.tr("The customer has not been told. Say why that is not needed.")
        self.asking.note(
            self.tr("Close"), self.tr("Reason"), self.tr("Close"), "lock",
            lambda words: Close(incident_id=case.id, reason=words), missing=missing, done=self._closed_now,
        )  # fmt: skip

    def _closed_now(self, _done: Applied) -> None:
        self.acts.say(self.tr("Closed. The debrief can start."))

    def reopen(self) -> None:
        """Takes it up again."""
        incident = self.acts.case.id
        self.asking.note(
            self.tr("Reopen"), self.tr("What came back"), self.tr("Reopen"), "rotate-ccw",
            lambda words: Reopen(incident_id=incident, reason=words), missing=self.tr("Say what came back."),
        )  # fmt: skip
