"""The incident that is open on the page, read anew whenever it changes here or on another desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.services.incidents.case import load_case
from app.services.incidents.case_records import Case
from app.views.shell.context import Desk

if TYPE_CHECKING:
    from app.services.database.feed import ChangeSet


class CaseStore(QObject):
    """`shown(case)` with a fresh record of the chosen incident, `chosen(id)` as soon as another one is asked for."""

    chosen = Signal(str)
    shown = Signal(object)  # Case
    failed = Signal(object)  # UserError

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self.desk = desk
        self.incident_id = ""
        self.case: Case | None = None
        desk.feed.changed.connect(self._told)

    def choose(self, incident_id: str) -> None:
        """Another incident, or none."""
        if incident_id == self.incident_id:
            return
        self.incident_id, self.case = incident_id, None
        self.chosen.emit(incident_id)
        self.load()

    def load(self) -> None:
        """Reads it anew."""
        if self.incident_id:
            self.desk.tasks.read(
                self, "case", load_case, self.incident_id, self.desk.now(), done=self._take, failed=self.failed.emit
            )

    def _take(self, case: Case) -> None:
        if case.id == self.incident_id:
            self.case = case
            self.shown.emit(case)

    def _told(self, changes: ChangeSet) -> None:
        if changes.reload or self.incident_id in changes.incidents:
            self.load()
