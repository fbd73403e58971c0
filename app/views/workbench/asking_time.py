"""The sheets about clocks: why a timer is due when it is, what targets hang on, and waiting."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.models.enums import Role, TimerKind
from app.services.clock.explain import Explanation
from app.services.incidents.case_records import Case
from app.services.incidents.excusing import Excuse
from app.services.incidents.pinning import UnpinDue
from app.services.incidents.waiting import CustomerReplied, Thanks
from app.services.incidents.why import why
from app.views.workbench.change_sheets import FactsSheet, MoveSheet
from app.views.workbench.reading_case import is_open
from app.views.workbench.time_sheets import PinSheet, WaitSheet
from app.views.workbench.why_sheet import TimerAct, WhySheet

if TYPE_CHECKING:
    from app.views.workbench.asking import Asking


class Clocks(QObject):
    """Each reads what it must, then asks."""

    def __init__(self, asking: Asking) -> None:
        super().__init__(asking)
        self.asking, self.acts, self.desk = asking, asking.acts, asking.desk

    # --- why

    def why_timer(self, timer_id: str) -> None:
        """Why a timer is due when it is."""
        case = self.acts.page.cases.case
        if case is not None:
            done = partial(self._told_why, case, timer_id)
            self.desk.tasks.read(self, "why", why, timer_id, self.desk.now(), done=done)

    def _told_why(self, case: Case, timer_id: str, explanation: Explanation) -> None:
        go = partial(self.desk.stage.go, "matrix")
        acts = self._acts_on(case, timer_id, explanation)
        sheet = WhySheet(self.asking.host, case, explanation, self.acts.page.times, go, acts)
        self.asking.open(sheet, sheet.first)

    def _acts_on(self, case: Case, timer_id: str, explanation: Explanation) -> list[TimerAct]:
        timer = next((one for one in case.timers if one.id == timer_id), None)
        if timer is None or case.version is None:
            return []
        found = []
        if is_open(timer) and case.closed_at is None and not timer.promised and timer.kind is not TimerKind.PROMISE:
            why_not = self._may(Role.AGENT)
            pin = partial(self._pin, case, timer_id, explanation)
            found.append(TimerAct(self.tr("Pin another due time…"), pin, why_not))
            if timer.pinned:
                found.append(TimerAct(self.tr("Unpin…"), partial(self._unpin, case, timer_id), why_not))
        if explanation.history.breached_at is not None and not explanation.history.excused:
            excuse = partial(self._excuse, case, timer_id)
            found.append(TimerAct(self.tr("Excuse this breach…"), excuse, self._may(Role.LEAD)))
        return found

    def _may(self, role: Role) -> str:
        database = self.desk.database
        if database is not None and database.can(role):
            return ""
        return self.tr("Leads excuse a breach.") if role is Role.LEAD else self.tr("Your role reads only.")

    def _pin(self, case: Case, timer_id: str, explanation: Explanation) -> None:
        now, times = self.desk.now(), self.acts.page.times
        sheet = PinSheet(self.asking.host, case, timer_id, explanation, times, now, self.asking.zone)
        self.asking.ask(sheet, case)

    def _unpin(self, case: Case, timer_id: str) -> None:
        self.asking.note(
            self.tr("Unpin"), self.tr("Reason"), self.tr("Unpin"), "pin-off",
            lambda words: UnpinDue(timer_id=timer_id, reason=words),
            hint=self.tr("Its target says again when it is due."), missing=self.tr("Say why in a line."),
        )  # fmt: skip

    def _excuse(self, case: Case, timer_id: str) -> None:
        self.asking.note(
            self.tr("Excuse this breach"), self.tr("Reason"), self.tr("Excuse"), "shield-off",
            lambda words: Excuse(timer_id=timer_id, reason=words),
            hint=self.tr("It stays recorded, and is counted apart."),
            missing=self.tr("Say in a line what was beyond the team's reach."),
        )  # fmt: skip

    # --- facts and versions

    def facts(self) -> None:
        """F."""
        case = self.acts.case
        self.asking.ask(FactsSheet(self.desk, case, self.acts.page.times), case)

    def move(self) -> None:
        """To the version of the matrix in force."""
        case = self.acts.case
        self.asking.ask(MoveSheet(self.desk, case, self.acts.page.times), case)

    # --- waiting

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
