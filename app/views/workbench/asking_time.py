"""The sheets about clocks: why a timer is due when it is, and waiting."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.services.clock.explain import Explanation
from app.services.incidents.case_records import Case
from app.services.incidents.waiting import CustomerReplied, Thanks
from app.services.incidents.why import why
from app.views.workbench.time_sheets import WaitSheet
from app.views.workbench.why_sheet import WhySheet

if TYPE_CHECKING:
    from app.views.workbench.asking import Asking


class Clocks(QObject):
    """Each reads what it must, then asks."""

    def __init__(self, asking: Asking) -> None:
        super().__init__(asking)
        self.asking, self.acts, self.desk = asking, asking.acts, asking.desk

    def why_timer(self, timer_id: str) -> None:
        """Why a timer is due when it is."""
        case = self.acts.page.cases.case
        if case is not None:
            done = partial(self._told_why, case)
            self.desk.tasks.read(self, "why", why, timer_id, self.desk.now(), done=done)

    def _told_why(self, case: Case, explanation: Explanation) -> None:
        go = partial(self.desk.stage.go, "matrix")
        sheet = WhySheet(self.asking.host, case, explanation, self.acts.page.times, go)
        self.asking.open(sheet, sheet.first)

    def wait(self) -> None:
        """P."""
        case = self.acts.case
        self.asking.ask(WaitSheet(self.asking.host, case, self.desk.now(), self.asking.zone), case)

    def replied(self) -> None:
        """What the customer says ends the waiting."""
        case = self.acts.case
        self.asking.note(
            self.tr("Customer replied"), self.tr("What they said"), self.tr("Note it and go on"), "message-circle",
            lambda words: CustomerReplied(incident_id=case.id, words=words),
            hint=self.tr("As they said or wrote it"), missing=self.tr("Write what they said."),
        )  # fmt: skip

    def thanks(self) -> None:
        """Thanks need no answer, and end no waiting."""
        case = self.acts.case
        self.asking.note(
            self.tr("Thanks, no answer needed"), self.tr("What they said"), self.tr("Note it"), "heart",
            lambda words: Thanks(incident_id=case.id, words=words),
            hint=self.tr("The clocks stay as they are."), missing=self.tr("Write what they said."),
        )  # fmt: skip
