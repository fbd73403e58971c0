"""Sheets that ask for a time: waiting, pinning a due time, promising."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from PySide6.QtWidgets import QWidget

from app.models.enums import TimerKind
from app.services.clock.explain import Explanation
from app.services.database.operations import Operation
from app.services.incidents.case_records import Case
from app.services.incidents.pinning import PinDue
from app.services.incidents.promises import Promise
from app.services.incidents.waiting import Wait, WaitingFor
from app.views.theme import tokens as t
from app.views.theme.fields import ComboField, FieldFrame
from app.views.theme.labels import Label
from app.views.theme.strips import Segments
from app.views.theme.times import Times
from app.views.theme.when import WhenField
from app.views.workbench.sheets import ActSheet
from app.views.workbench.words import timer_name, tr


class WaitSheet(ActSheet):
    """For whom, what was asked, and when the holder is reminded."""

    def __init__(self, host: QWidget, case: Case, now: datetime, zone: str) -> None:
        super().__init__(host, tr("Wait"), case, tr("Wait"), "circle-pause")
        self._case = case
        self.reason = Segments((tr("Customer"), tr("Supplier"), tr("Agreed date")), name=tr("For whom"))
        self.body.addWidget(Label(tr("For whom"), t.SMALL, t.MEDIUM, "text2"))
        self.body.addWidget(self.reason)
        self.first = self.question = self.ask(
            tr("What was asked"), hint=tr("The question, and to whom it went"), lines=3,
            missing=tr("Write what you asked, and whom."),
        )  # fmt: skip
        self.when = WhenField(tr("Remind me"), now, now + timedelta(hours=4), zone)
        self.body.addWidget(self.when)
        self.reason.changed.connect(self._show)
        self._show(self.reason.current())

    def _show(self, index: int) -> None:
        kinds = self._case.pauses.get(tuple(WaitingFor)[index].value, ())
        names = ", ".join(tr("climbs") if kind is TimerKind.STEP else timer_name(kind).lower() for kind in kinds)
        words = tr("Stands still meanwhile: {names}.").format(names=names) if names else tr("Every clock goes on.")
        self.set_note(words, "circle-pause")

    def operation(self) -> Operation | None:
        at = self.when.coming()
        if at is None:
            return None
        reason = tuple(WaitingFor)[self.reason.current()]
        return Wait(incident_id=self._case.id, reason=reason, question=self.question.words(), follow_up_at=at)


class PinSheet(ActSheet):
    """Another due time for one timer, and why."""

    def __init__(
        self, host: QWidget, case: Case, timer_id: str, explanation: Explanation, times: Times, now: datetime, zone: str
    ) -> None:
        name = timer_name(explanation.kind)
        super().__init__(host, tr("Pin another due time"), case, tr("Pin"), "pin")
        self._timer_id = timer_id
        due = tr("{timer} is due {time}.").format(timer=name, time=times.when(explanation.due_at, now))
        self.body.addWidget(Label(due, t.BODY, wrap=True))
        self.when = WhenField(tr("Due instead"), now, max(explanation.due_at, now + timedelta(hours=1)), zone)
        self.body.addWidget(self.when)
        self.reason = self.ask(
            tr("Reason"), hint=tr("Who agreed to it, and when"), missing=tr("Say in a line why another time holds.")
        )
        self.set_note(tr("Verdicts are still given against the target; this one is counted apart."), "pin")

    def operation(self) -> Operation | None:
        at = self.when.coming()
        return PinDue(timer_id=self._timer_id, due_at=at, reason=self.reason.words()) if at is not None else None


class PromiseSheet(ActSheet):
    """What was promised, by when, and who keeps it. `people` are (owner, name), the first one is chosen."""

    def __init__(self, host: QWidget, case: Case, people: Sequence[tuple[str, str]], now: datetime, zone: str) -> None:
        super().__init__(host, tr("Promise"), case, tr("Promise"), "hand-heart")
        self._case, self._people = case, tuple(people)
        whom = case.customer.name if case.customer else tr("the customer")
        self.promise = self.ask(
            tr("What was promised"), hint=tr("To {name}, in words they would use").format(name=whom),
            missing=tr("Write what was promised."),
        )  # fmt: skip
        self.when = WhenField(tr("By when"), now, now + timedelta(hours=1), zone)
        self.body.addWidget(self.when)
        self.owner = ComboField()
        for _owner, name in self._people:
            self.owner.addItem(name)
        self.body.addWidget(FieldFrame(tr("Who keeps it"), self.owner))
        self.set_note(tr("It stays theirs when the incident is handed off."), "hand-heart")

    def operation(self) -> Operation | None:
        at = self.when.coming()
        if at is None:
            return None
        owner = self._people[self.owner.currentIndex()][0] if self._people else None
        return Promise(incident_id=self._case.id, words=self.promise.words(), due_at=at, owner=owner)
