"""Acts that ask first: the sheets of the Workbench and what they lead to."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.services.clock.explain import Explanation
from app.services.incidents.case_records import Case
from app.services.incidents.handoffs import AnswerHandOff, OfferHandOff
from app.services.incidents.ladder import Escalate
from app.services.incidents.open import OpenIncident
from app.services.incidents.phases import Acknowledge, Close, Contain, Reopen, Resolve
from app.services.incidents.queue import Receiver, receivers
from app.services.incidents.waiting import Wait, WaitingFor
from app.services.incidents.why import why
from app.views.theme.sheet import Sheet
from app.views.workbench.hand_off_sheet import HandOffSheet
from app.views.workbench.new_sheet import NewSheet
from app.views.workbench.reading_case import UPDATES, is_open
from app.views.workbench.sheets import EscalateSheet, NoteSheet, WaitSheet
from app.views.workbench.trigger_sheet import TriggerSheet
from app.views.workbench.why_sheet import WhySheet

if TYPE_CHECKING:
    from app.services.database.database import Applied
    from app.views.workbench.acts import Acts


class Asking(QObject):
    """One sheet at a time; it lies over the page and never blocks."""

    def __init__(self, acts: Acts) -> None:
        super().__init__(acts)
        self.acts, self.page, self.desk = acts, acts.page, acts.desk
        self.sheet: Sheet | None = None

    def _open(self, sheet: Sheet, first: QWidget | None = None) -> None:
        if self.sheet is not None:
            self.sheet.dismiss()
        self.sheet = sheet
        sheet.closed.connect(partial(self._closed, sheet))
        sheet.open_sheet(first)

    def _closed(self, sheet: Sheet) -> None:
        if self.sheet is sheet:
            self.sheet = None

    # --- explanations

    def why_trigger(self) -> None:
        """Why this tier: the answer of the matrix, with what is missing."""
        case = self.page.cases.case
        if case is not None and case.version is not None:
            sheet = TriggerSheet(self.desk, case, partial(self.desk.stage.go, "matrix"))
            self._open(sheet, sheet.first)

    def why_timer(self, timer_id: str) -> None:
        """Why a timer is due when it is."""
        case = self.page.cases.case
        if case is not None:
            done = partial(self._told_why, case)
            self.desk.tasks.read(self, "why", why, timer_id, self.desk.now(), done=done)

    def _told_why(self, case: Case, explanation: Explanation) -> None:
        go = partial(self.desk.stage.go, "matrix")
        sheet = WhySheet(self.desk.stage.area, case, explanation, self.page.times, go)
        self._open(sheet, sheet.first)

    # --- the ladder and people

    def escalate(self) -> None:
        """E."""
        case = self.acts.case

        def then(tier: str, reason: str) -> None:
            operation = Escalate(incident_id=case.id, tier=tier, reason=reason, seen_entry=case.tier_entry)
            self.acts.do(case.id, operation)

        self._open(EscalateSheet(self.desk.stage.area, case, then))

    def hand_off(self) -> None:
        """H."""
        case = self.acts.case
        self.desk.tasks.read(self, "receivers", receivers, self.desk.now(), done=partial(self._told_receivers, case))

    def _told_receivers(self, case: Case, found: tuple[Receiver, ...]) -> None:
        def then(operation: OfferHandOff) -> None:
            self.acts.do(case.id, operation)

        me = self.desk.actor.id if self.desk.actor else None
        others = tuple(one for one in found if not (one.owner.startswith("person:") and one.person_id == me))
        self._open(HandOffSheet(self.desk.stage.area, case, others, self.desk.now(), self.page.times, then))

    def send_back(self) -> None:
        """Returns an offer with words."""
        case = self.acts.case
        offer = case.offer
        if offer is None:
            return

        def then(words: str) -> None:
            self.acts.do(case.id, AnswerHandOff(hand_off_id=offer.id, accept=False, words=words))

        self._open(
            NoteSheet(
                self.desk.stage.area, case, self.tr("Return the hand-off"), self.tr("What is missing"),
                self.tr("Return to {name}").format(name=offer.giver or self.tr("the giver")), "undo-2", then,
                missing=self.tr("Say what is missing."),
            )
        )  # fmt: skip

    def wait(self) -> None:
        """P."""
        case = self.acts.case

        def then(reason: WaitingFor, question: str, follow_up_at: datetime) -> None:
            operation = Wait(incident_id=case.id, reason=reason, question=question, follow_up_at=follow_up_at)
            self.acts.do(case.id, operation)

        zone = self.desk.actor.time_zone if self.desk.actor else "UTC"
        self._open(WaitSheet(self.desk.stage.area, case, self.desk.now(), zone, then))

    # --- phases

    def contain(self) -> None:
        """The harm has stopped growing."""
        case = self.acts.case
        self._open(
            NoteSheet(
                self.desk.stage.area, case, self.tr("Contain"), self.tr("What stopped it"), self.tr("Contain"),
                "shield-check", lambda words: self.acts.do(case.id, Contain(incident_id=case.id, note=words)),
                hint=self.tr("The harm grows no further. A line for the timeline, if you like."),
            )
        )  # fmt: skip

    def resolve(self) -> None:
        """R."""
        case = self.acts.case
        self._open(
            NoteSheet(
                self.desk.stage.area, case, self.tr("Resolve"), self.tr("What mended it"), self.tr("Resolve"),
                "circle-check", lambda words: self.acts.do(case.id, Resolve(incident_id=case.id, note=words)),
                hint=self.tr("The cause is gone for this customer. A line for the timeline, if you like."),
            )
        )  # fmt: skip

    def close(self) -> None:
        """Ends it; without a last message it needs a reason."""
        case = self.acts.case
        told = not any(timer.kind in UPDATES and is_open(timer) for timer in case.timers)
        missing = "" if told else self.tr("The customer has not been told. Say why that is not needed.")
        self._open(
            NoteSheet(
                self.desk.stage.area, case, self.tr("Close"), self.tr("Reason"), self.tr("Close"), "lock",
                lambda words: self.acts.do(case.id, Close(incident_id=case.id, reason=words), self._closed_now),
                missing=missing,
            )
        )  # fmt: skip

    def _closed_now(self, _done: Applied) -> None:
        self.acts.say(self.tr("Closed. The debrief can start."))

    def reopen(self) -> None:
        """Takes it up again."""
        case = self.acts.case
        self._open(
            NoteSheet(
                self.desk.stage.area, case, self.tr("Reopen"), self.tr("What came back"), self.tr("Reopen"),
                "rotate-ccw", lambda words: self.acts.do(case.id, Reopen(incident_id=case.id, reason=words)),
                missing=self.tr("Say what came back."),
            )
        )  # fmt: skip

    # --- new

    def new(self) -> None:
        """N."""

        def then(operation: OpenIncident, acknowledge: bool) -> None:
            done = partial(self._opened, sheet, acknowledge)
            self.desk.tasks.act(self.page, operation, done=done, failed=sheet.refuse)

        sheet = NewSheet(self.desk, self.page.times, then)
        self._open(sheet)

    def _opened(self, sheet: NewSheet, acknowledge: bool, applied: Applied) -> None:
        sheet.finish()
        incident_id = applied.result["incident_id"]
        if acknowledge:
            self.acts.do(incident_id, Acknowledge(incident_id=incident_id))
        self.acts.say(self.tr("Opened INC-{number}").format(number=applied.result["number"]))
        self.page.go_to(incident_id)
