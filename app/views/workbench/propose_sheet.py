"""Proposing a change of the matrix from an incident: what should change, and why."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.services.database.operations import Operation
from app.services.incidents.case_records import Case
from app.services.proposals import Propose
from app.views.workbench.sheets import ActSheet
from app.views.workbench.words import tr


class ProposeSheet(ActSheet):
    """The incident goes with it, so that a lead can read what happened."""

    def __init__(self, host: QWidget, case: Case) -> None:
        super().__init__(host, tr("Propose a matrix change"), case, tr("Propose"), "lightbulb")
        self.what = self.ask(
            tr("What should change"), hint=tr("Payments should take Business cases from €10,000"),
            missing=tr("Say what should change."),
        )  # fmt: skip
        self.why = self.ask(
            tr("Why"), lines=3, hint=tr("What went wrong here, or nearly did"), missing=tr("Say why it should."),
        )  # fmt: skip
        self.set_note(tr("A lead answers it, or takes it into the next draft."), "info", "text2")

    def operation(self) -> Operation | None:
        return Propose(what=self.what.words(), reason=self.why.words(), incident_id=self.incident_id)
