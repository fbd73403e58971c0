"""Acts that ask first: the sheets of the Workbench and what they lead to."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.services.database.operations import Operation
from app.services.incidents.case_records import Case
from app.services.incidents.changing import DismissAnswer
from app.services.incidents.handoffs import AnswerHandOff
from app.services.incidents.phases import Acknowledge
from app.services.incidents.queue import Receiver, receivers
from app.views.theme.sheet import Sheet
from app.views.workbench.asking_ends import Ends
from app.views.workbench.asking_promises import Promises
from app.views.workbench.asking_time import Clocks
from app.views.workbench.hand_off_sheet import HandOffSheet
from app.views.workbench.new_sheet import NewSheet
from app.views.workbench.propose_sheet import ProposeSheet
from app.views.workbench.sheets import ActSheet, NoteSheet
from app.views.workbench.tier_sheets import DeEscalateSheet, EscalateSheet
from app.views.workbench.trigger_sheet import TriggerSheet

if TYPE_CHECKING:
    from app.services.database.database import Applied
    from app.views.workbench.acts import Acts

Done = Callable[["Applied"], None]


class Asking(QObject):
    """One sheet at a time; it lies over the page and never blocks."""

    def __init__(self, acts: Acts) -> None:
        super().__init__(acts)
        self.acts, self.page, self.desk = acts, acts.page, acts.desk
        self.sheet: Sheet | None = None
        self._typed: dict[tuple[str, str], dict[int, str]] = {}
        self.ends, self.clocks, self.promises = Ends(self), Clocks(self), Promises(self)
        self.page.cases.shown.connect(self._renewed)

    @property
    def host(self) -> QWidget:
        """What sheets lie over."""
        return self.desk.stage.area

    def open(self, sheet: Sheet, first: QWidget | None = None) -> None:
        """Shows a sheet; another one goes."""
        if self.sheet is not None:
            self.sheet.dismiss()
        self.sheet = sheet
        sheet.closed.connect(partial(self._closed, sheet))
        sheet.open_sheet(first)

    def _closed(self, sheet: Sheet) -> None:
        if self.sheet is sheet:
            self.sheet = None

    def ask(self, sheet: ActSheet, case: Case, done: Done | None = None) -> None:
        """Shows a sheet whose act is one of that incident; it stays until the act is written down."""
        sheet.wanted.connect(partial(self._send, sheet, case, done))
        key = (case.id, sheet.accessibleName())
        sheet.restore(self._typed.pop(key, {}))
        sheet.closed.connect(partial(self._keep, key, sheet))
        self.open(sheet, sheet.first)

    def _keep(self, key: tuple[str, str], sheet: ActSheet) -> None:
        """Esc loses no text: whoever asks again finds what they typed."""
        typed = {} if sheet.done else sheet.typed()
        if typed:
            self._typed[key] = typed

    def _send(self, sheet: ActSheet, case: Case, done: Done | None, operation: Operation) -> None:
        def written(applied: Applied) -> None:
            if self.sheet is sheet:
                sheet.finish()
            if done is not None:
                done(applied)

        self.acts.do(case.id, operation, written, sheet=sheet)

    def note(
        self, title: str, label: str, act: str, icon: str, make: Callable[[str], Operation], *, missing: str = "",
        hint: str = "", done: Done | None = None,
    ) -> None:  # fmt: skip
        """Asks for one field of words on the incident shown."""
        case = self.acts.case
        self.ask(NoteSheet(self.host, case, title, label, act, icon, make, missing=missing, hint=hint), case, done)

    def _renewed(self, case: Case) -> None:
        """After a refusal the sheet goes on with the incident as it stands now."""
        sheet = self.sheet
        if isinstance(sheet, ActSheet) and sheet.refusal and sheet.incident_id == case.id:
            sheet.renew(case)

    @property
    def zone(self) -> str:
        """The zone in which the person here says times."""
        return self.desk.actor.time_zone if self.desk.actor else "UTC"

    # --- explanations

    def why_trigger(self) -> None:
        """Why this tier: the answer of the matrix, with what is missing."""
        case = self.page.cases.case
        if case is not None and case.version is not None:
            sheet = TriggerSheet(self.desk, case, partial(self.desk.stage.go, "matrix"))
            self.open(sheet, sheet.first)

    def propose(self) -> None:
        """A change of the matrix, with this incident beside it."""
        case = self.acts.case
        sheet = ProposeSheet(self.host, case)
        self.ask(sheet, case, lambda _done: self.acts.say(self.tr("Proposed. You will hear from a lead.")))

    def dismiss_answer(self) -> None:
        """What was decided stands, for a reason."""
        case = self.acts.case
        self.note(
            self.tr("Dismiss the other answer"), self.tr("Reason"), self.tr("Dismiss"), "circle-minus",
            lambda words: DismissAnswer(incident_id=case.id, reason=words),
            hint=self.tr("Why what was decided stands"), missing=self.tr("Say in a line why what was decided stands."),
        )  # fmt: skip

    # --- the ladder and people

    def escalate(self) -> None:
        """E."""
        case = self.acts.case
        self.ask(EscalateSheet(self.host, case), case)

    def de_escalate(self) -> None:
        """D."""
        case = self.acts.case
        self.ask(DeEscalateSheet(self.host, case), case)

    def hand_off(self) -> None:
        """H."""
        case = self.acts.case
        self.desk.tasks.read(self, "receivers", receivers, self.desk.now(), done=partial(self._told_receivers, case))

    def _told_receivers(self, case: Case, found: tuple[Receiver, ...]) -> None:
        me = self.desk.actor.id if self.desk.actor else None
        others = tuple(one for one in found if not (one.owner.startswith("person:") and one.person_id == me))
        self.ask(HandOffSheet(self.host, case, others, self.desk.now(), self.page.times), case)

    def send_back(self) -> None:
        """Returns an offer with words."""
        offer = self.acts.case.offer
        if offer is None:
            return
        self.note(
            self.tr("Return the hand-off"), self.tr("What is missing"),
            self.tr("Return to {name}").format(name=offer.giver or self.tr("the giver")), "undo-2",
            lambda words: AnswerHandOff(hand_off_id=offer.id, accept=False, words=words),
            missing=self.tr("Say what is missing."),
        )  # fmt: skip

    # --- new

    def new(self) -> None:
        """N."""

        def send(operation: Operation) -> None:
            done = partial(self._opened, sheet, sheet.acknowledge)
            self.desk.tasks.act(self.page, operation, done=done, failed=sheet.refuse)

        sheet = NewSheet(self.desk, self.page.times)
        sheet.wanted.connect(send)
        self.open(sheet)

    def _opened(self, sheet: NewSheet, acknowledge: bool, applied: Applied) -> None:
        sheet.finish()
        incident_id = applied.result["incident_id"]
        if acknowledge:
            self.acts.do(incident_id, Acknowledge(incident_id=incident_id))
        self.acts.say(self.tr("Opened INC-{number}").format(number=applied.result["number"]))
        self.page.go_to(incident_id)
