"""Promises to the customer: made, kept, dropped, carried over, and answered for before an end."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.services.incidents.case_records import Case, PromiseRecord
from app.services.incidents.promises import KeepPromise
from app.services.incidents.queue import Receiver, receivers
from app.views.workbench.end_sheets import KEPT, PromiseAnswerSheet
from app.views.workbench.time_sheets import PromiseSheet

if TYPE_CHECKING:
    from app.views.workbench.asking import Asking

Then = Callable[[Case], None]


class Promises(QObject):
    """Keeping one is one click; giving it up needs words."""

    def __init__(self, asking: Asking) -> None:
        super().__init__(asking)
        self.asking, self.acts, self.desk = asking, asking.acts, asking.desk

    def promise(self) -> None:
        """Asks what was promised, by when and whose it is."""
        case = self.acts.case
        self.desk.tasks.read(self, "people", receivers, self.desk.now(), done=partial(self._told_people, case))

    def _told_people(self, case: Case, found: tuple[Receiver, ...]) -> None:
        me = self.desk.actor.id if self.desk.actor else None
        people = [one for one in found if one.owner.startswith("person:")]
        people.sort(key=lambda one: one.person_id != me)
        names = [(one.owner, one.name) for one in people]
        self.asking.ask(PromiseSheet(self.asking.host, case, names, self.desk.now(), self.asking.zone), case)

    def answer(self, timer_id: str, answer: int) -> None:
        """A promise of the incident shown is kept, or asks for words."""
        case = self.acts.case
        promise = next((one for one in case.promises if one.timer_id == timer_id), None)
        if promise is None:
            return
        if answer == KEPT:
            kept = partial(self._kept, promise.words)
            self.acts.do(case.id, KeepPromise(timer_id=timer_id), lambda _done: kept())
        else:
            self.asking.ask(self._sheet(case, promise, answer), case)

    def _kept(self, words: str) -> None:
        self.acts.say(self.tr("Kept: {words}").format(words=words))

    def _sheet(self, case: Case, promise: PromiseRecord, answer: int, before: str = "") -> PromiseAnswerSheet:
        times = self.acts.page.times
        return PromiseAnswerSheet(self.desk, case, promise, self.desk.now(), times, answer=answer, before=before)

    def first(self, then: Then) -> None:
        """Asks for each open promise what became of it, one by one; then goes on."""
        case = self.acts.case
        self._each(case, list(case.promises), then)

    def _each(self, case: Case, left: list[PromiseRecord], then: Then) -> None:
        if not left:
            then(case)
            return
        words = self.tr("Before it ends: {count} promises are open.") if len(left) > 1 else self.tr("Before it ends:")
        sheet = self._sheet(case, left[0], KEPT, words.format(count=len(left)))
        self.asking.ask(sheet, case, lambda _done: self._each(case, left[1:], then))
