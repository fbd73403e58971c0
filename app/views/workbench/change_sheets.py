"""Sheets that show what would follow before it is done: changing facts, moving to the version in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QGridLayout

from app.services.database.errors import Conflict
from app.services.database.operations import Operation
from app.services.incidents.case_records import Case
from app.services.incidents.changing import ChangeFacts, outlook_of_change
from app.services.incidents.moving import MoveToVersion, outlook_of_move
from app.services.incidents.target_outlook import Outlook
from app.views.shell.context import Desk
from app.views.theme.times import Times
from app.views.workbench.fact_field import FactField
from app.views.workbench.outlook_view import OutlookView
from app.views.workbench.sheets import ActSheet
from app.views.workbench.words import joined, tr

if TYPE_CHECKING:
    from app.services.database.errors import UserError

OUTLOOK_MS = 150
_COLUMNS = 3


class FactsSheet(ActSheet):
    """The facts as the version knows them; while one changes, what would follow is asked and shown."""

    def __init__(self, desk: Desk, case: Case, times: Times) -> None:
        super().__init__(desk.stage.area, tr("Change facts"), case, tr("Keep the facts"), "check", width=820)
        self.desk, self._case = desk, case
        self._seen = {fact.key: fact.value for fact in case.facts}
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(OUTLOOK_MS)
        self._soon.timeout.connect(self._look_ahead)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(10)
        self.body.addLayout(grid)
        self.facts: dict[str, FactField] = {}
        for fact in case.facts:
            if fact.dimension is not None:
                field = FactField(fact.dimension, self._changed)
                place = len(self.facts)
                grid.addWidget(field, place // _COLUMNS, place % _COLUMNS)
                self.facts[fact.key] = field
                field.show_value(fact.value)
        self.outlook = OutlookView(times)
        self.body.addWidget(self.outlook)
        self.reason = self.ask(tr("Reason"), hint=tr("What came to light. A line for the timeline, if you like."))
        self.body.addStretch(1)
        self._say_nothing_changed()

    def changed(self) -> dict[str, Any]:
        """The facts that are others than they were."""
        return {key: field.value() for key, field in self.facts.items() if field.value() != field.shown}

    def _changed(self) -> None:
        for field in self.facts.values():
            field.frame.set_error("")
        self._soon.start()

    def _say_nothing_changed(self) -> None:
        self.outlook.say(tr("Change a fact: what the matrix makes of it is shown here before it is kept."), "text3")

    def _look_ahead(self) -> None:
        changed = self.changed()
        if not changed:
            self._say_nothing_changed()
            return
        self.desk.tasks.read(
            self, "outlook", outlook_of_change, self._case.id, changed, self.desk.now(),
            done=self._told, failed=self._cannot,
        )  # fmt: skip

    def _told(self, found: Outlook) -> None:
        if self.changed():
            self.outlook.show_outlook(found, {}, self.desk.now())

    def _cannot(self, error: UserError) -> None:
        bad = next((one for one in self.facts.values() if error.what.startswith(one.dimension.label)), None)
        words = joined(error.what, error.mend, by=" ")
        if bad is not None:
            bad.frame.set_error(words)
        self.outlook.say(words, "breach")

    def operation(self) -> Operation | None:
        changed = self.changed()
        if not changed:
            self.set_note(tr("Nothing is changed yet."), "triangle-alert", "crit")
            return None
        seen = {key: self._seen.get(key) for key in changed}
        return ChangeFacts(incident_id=self._case.id, facts=changed, seen=seen, reason=self.reason.words())

    def refuse(self, error: UserError) -> None:
        super().refuse(error)
        if isinstance(error, Conflict):
            names = ", ".join(one.field for one in error.differences)
            words = tr("Somebody else changed this meanwhile: {names}. Look again, then keep yours or theirs.")
            self.set_note(words.format(names=names), "octagon-alert", "breach")

    def renew(self, case: Case) -> None:
        """What others changed is known now; what was typed here stays."""
        mine = self.changed()
        self._case = case
        self._seen = {fact.key: fact.value for fact in case.facts}
        for fact in case.facts:
            field = self.facts.get(fact.key)
            if field is not None and fact.key not in mine:
                field.show_value(fact.value)
        self._changed()


class MoveSheet(ActSheet):
    """To the version of the matrix in force: tier, targets and due times before and after, and why."""

    def __init__(self, desk: Desk, case: Case, times: Times) -> None:
        number = case.version_in_force or 0
        title = tr("Move to version {number}").format(number=number)
        super().__init__(desk.stage.area, title, case, tr("Move"), "fast-forward", width=640)
        self.desk, self._case, self._number = desk, case, number
        self.outlook = OutlookView(times)
        self.body.addWidget(self.outlook)
        self.outlook.say(tr("Asking what would follow …"), "text3")
        self.reason = self.ask(
            tr("Reason"), hint=tr("Why this incident should follow the newer version"),
            missing=tr("Say in a line why it follows the newer version."),
        )  # fmt: skip
        self.body.addStretch(1)
        words = tr("It follows version {number} until then. The tier reached stays.")
        self.set_note(words.format(number=case.version), "file-clock")
        desk.tasks.read(
            self, "outlook", outlook_of_move, case.id, number, desk.now(), done=self._told, failed=self._cannot
        )

    def _told(self, found: Outlook) -> None:
        self.outlook.show_outlook(found, {}, self.desk.now())

    def _cannot(self, error: UserError) -> None:
        self.outlook.say(joined(error.what, error.mend, by=" "), "breach")

    def operation(self) -> Operation | None:
        return MoveToVersion(incident_id=self._case.id, number=self._number, reason=self.reason.words())
