"""The sheets that move an incident through its phases and to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.services.incidents.case_records import Case
from app.services.incidents.ending import Withdraw
from app.services.incidents.open import OpenIncident
from app.services.incidents.phases import Close, Contain, Reopen, Resolve
from app.views.workbench.end_sheets import MergeSheet, StepBackSheet
from app.views.workbench.reading_case import UPDATES, is_open
from app.views.workbench.sheets import NoteSheet

if TYPE_CHECKING:
    from app.services.database.database import Applied
    from app.views.workbench.asking import Asking


class Ends(QObject):
    """Each asks for the words that its act needs; what ends an incident asks for its promises first."""

    def __init__(self, asking: Asking) -> None:
        super().__init__(asking)
        self.asking, self.acts, self.desk = asking, asking.acts, asking.desk

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

    def step_back(self) -> None:
        """What was thought done is not."""
        case = self.acts.case
        self.asking.ask(StepBackSheet(self.asking.host, case), case)

    # --- ends

    def close(self) -> None:
        """Ends it; without a last message it needs a reason."""
        self.asking.promises.first(self._close)

    def _close(self, case: Case) -> None:
        told = not any(timer.kind in UPDATES and is_open(timer) for timer in case.timers)
        missing = "" if told else self.tr("The customer has not been told. Say why that is not needed.")
        sheet = NoteSheet(
            self.asking.host, case, self.tr("Close"), self.tr("Reason"), self.tr("Close"), "lock",
            lambda words: Close(incident_id=case.id, reason=words), missing=missing,
        )  # fmt: skip
        self.asking.ask(sheet, case, self._closed_now)

    def _closed_now(self, _done: Applied) -> None:
        self.acts.say(self.tr("Closed. The debrief can start."))

    def withdraw(self) -> None:
        """The customer took it back."""
        self.asking.promises.first(self._withdraw)

    def _withdraw(self, case: Case) -> None:
        sheet = NoteSheet(
            self.asking.host, case, self.tr("Withdraw"), self.tr("Why the customer took it back"),
            self.tr("Withdraw"), "ban", lambda words: Withdraw(incident_id=case.id, reason=words),
            missing=self.tr("Say why the customer took it back."),
        )  # fmt: skip
        self.asking.ask(sheet, case, lambda _done: self.acts.say(self.tr("Withdrawn.")))

    def merge(self) -> None:
        """It is the same as another one."""
        self.asking.promises.first(self._merge)

    def _merge(self, case: Case) -> None:
        self.asking.ask(MergeSheet(self.desk, case), case, self._merged)

    def _merged(self, done: Applied) -> None:
        self.acts.say(self.tr("Merged into INC-{number}").format(number=done.result["into"]))

    # --- and beyond

    def reopen(self) -> None:
        """Takes it up again."""
        incident = self.acts.case.id
        self.asking.note(
            self.tr("Reopen"), self.tr("What came back"), self.tr("Reopen"), "rotate-ccw",
            lambda words: Reopen(incident_id=incident, reason=words), missing=self.tr("Say what came back."),
        )  # fmt: skip

    def carry_on(self) -> None:
        """A new incident that continues this one, for what comes back too late to be reopened."""
        case = self.acts.case
        self.asking.note(
            self.tr("Continue as a new incident"), self.tr("What came back, in their words"),
            self.tr("Open it"), "plus",
            lambda words: OpenIncident(title=case.title, words=words, continues=case.id, hold=True),
            missing=self.tr("Write what came back."),
            done=self._carried_on,
        )  # fmt: skip

    def _carried_on(self, done: Applied) -> None:
        self.acts.say(self.tr("Opened INC-{number}").format(number=done.result["number"]))
        self.acts.page.go_to(done.result["incident_id"])
