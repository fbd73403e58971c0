"""Sheets on the way to an end: answering for a promise, merging, stepping back."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QWidget

from app.models.enums import Phase
from app.services.database.operations import Operation
from app.services.incidents.case_records import Case, PromiseRecord
from app.services.incidents.ending import Merge
from app.services.incidents.phases import StepBack
from app.services.incidents.promises import CarryPromise, DropPromise, KeepPromise
from app.views.shell.context import Desk
from app.views.theme import tokens as t
from app.views.theme.fields import FieldFrame
from app.views.theme.labels import Label
from app.views.theme.strips import Segments
from app.views.theme.times import Times
from app.views.theme.toggles import RadioButton
from app.views.workbench.incident_choice import IncidentChoice
from app.views.workbench.sheets import ActSheet, Words
from app.views.workbench.words import joined, phase_name, tr

KEPT, DROPPED, CARRIED = range(3)
"""What became of a promise, in the order of the choice."""


class PromiseAnswerSheet(ActSheet):
    """What became of one promise: kept, dropped with a reason, or carried over to another incident."""

    def __init__(
        self, desk: Desk, case: Case, promise: PromiseRecord, now: datetime, times: Times, *, answer: int = KEPT,
        before: str = "",
    ) -> None:  # fmt: skip
        super().__init__(desk.stage.area, tr("A promise is open"), case, tr("Note it"), "hand-heart")
        self._promise = promise
        if before:
            self.body.addWidget(Label(before, t.BODY, ink="text2", wrap=True))
        self.body.addWidget(Label(f"“{promise.words}”", t.H3, t.SEMIBOLD, wrap=True))
        due = tr("Promised for {time}").format(time=times.when(promise.due_at, now))
        whose = tr("kept by {name}").format(name=promise.owner) if promise.owner else ""
        self.body.addWidget(Label(joined(due, promise.customer, whose, by=", "), t.SMALL, ink="text2", wrap=True))
        words = tr("What became of it")
        self.answer = Segments((tr("Kept"), tr("Dropped"), tr("Carried over")), answer, name=words)
        self.body.addWidget(Label(words, t.SMALL, t.MEDIUM, "text2"))
        self.body.addWidget(self.answer)
        self.other = IncidentChoice(desk, tr("It goes on in"), case.id)
        self.body.addWidget(self.other)
        self.reason = Words(lines=2)
        self.keep(self.reason)
        self._frame = FieldFrame(tr("Reason"), self.reason)
        self.reason.textChanged.connect(lambda: self._frame.set_error("") if self._frame.error() else None)
        self.body.addWidget(self._frame)
        self.answer.changed.connect(self._show)
        self._show(answer)

    def _show(self, answer: int) -> None:
        self.other.setVisible(answer == CARRIED)
        self.reason.setPlaceholderText(
            tr("A line for the timeline, if you like.") if answer == KEPT
            else tr("Why it will not be kept, and whether they know") if answer == DROPPED
            else tr("Why it goes on there")
        )  # fmt: skip

    def operation(self) -> Operation | None:
        answer, words = self.answer.current(), self.reason.words()
        if answer == KEPT:
            return KeepPromise(timer_id=self._promise.timer_id, note=words)
        other = self.other.chosen
        if answer == CARRIED and other is None:
            self.other.want(tr("Choose the incident in which it goes on."))
            return None
        if not words:
            self._frame.set_error(tr("Say why in a line."))
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return None
        if answer == CARRIED and other is not None:
            return CarryPromise(timer_id=self._promise.timer_id, to_incident_id=other.id, reason=words)
        return DropPromise(timer_id=self._promise.timer_id, reason=words)


class MergeSheet(ActSheet):
    """Into which incident, and why both are the same."""

    def __init__(self, desk: Desk, case: Case) -> None:
        super().__init__(desk.stage.area, tr("Merge"), case, tr("Merge"), "merge")
        self._case = case
        self.other = IncidentChoice(desk, tr("Goes on as"), case.id)
        self.body.addWidget(self.other)
        self.reason = self.ask(
            tr("Reason"), hint=tr("Why both are the same"), missing=tr("Say in a line why both are the same.")
        )
        self.other.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        other = self.other.chosen
        number = other.number if other else 0
        self.act.setText(tr("Merge into INC-{number}").format(number=number) if other else tr("Merge"))
        self.set_note(tr("This one closes; its customers go along."), "merge")

    def press(self) -> None:
        if self.other.chosen is None:
            self.other.want(tr("Choose the incident that goes on."))
            return
        super().press()

    def operation(self) -> Operation | None:
        other = self.other.chosen
        if other is None:
            return None
        return Merge(incident_id=self._case.id, into_id=other.id, reason=self.reason.words())


class StepBackSheet(ActSheet):
    """To which earlier phase, and why."""

    def __init__(self, host: QWidget, case: Case) -> None:
        super().__init__(host, tr("Step back"), case, tr("Step back"), "step-back")
        self._case = case
        self._group = QButtonGroup(self)
        self.body.addWidget(Label(tr("It goes on in"), t.SMALL, t.MEDIUM, "text2"))
        self.phases: list[tuple[Phase, RadioButton]] = []
        for phase in earlier_phases(case):
            button = RadioButton(phase_name(phase))
            self._group.addButton(button)
            self.body.addWidget(button)
            self.phases.append((phase, button))
        if self.phases:
            self.phases[0][1].setChecked(True)
        self.reason = self.ask(
            tr("Reason"), hint=tr("What turned out otherwise"), missing=tr("Say in a line what turned out otherwise.")
        )
        self.set_note(tr("The clock of what is done again goes on from the time already used."), "step-back")

    def operation(self) -> Operation | None:
        phase = next(phase for phase, button in self.phases if button.isChecked())
        return StepBack(incident_id=self._case.id, phase=phase, reason=self.reason.words())


def earlier_phases(case: Case) -> tuple[Phase, ...]:
    """The phases before the one it is in, the nearest first; triage is over once somebody has it."""
    before = [phase for phase in Phase if Phase.TRIAGE.number < phase.number < case.phase.number]
    return tuple(reversed(before))
