"""Up and down the ladder: to which tier, and why."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from app.services.database.operations import Operation
from app.services.incidents.case_records import Case
from app.services.incidents.deescalation import DeEscalate
from app.services.incidents.ladder import Escalate
from app.views.theme import tokens as t
from app.views.theme.labels import Label
from app.views.theme.toggles import CheckBox, RadioButton
from app.views.workbench.sheets import ActSheet
from app.views.workbench.words import tr


class TierChoice(QWidget):
    """The tiers that can be chosen, with whom each asks; the first one is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        self._body: QWidget | None = None
        self.tiers: list[tuple[str, RadioButton]] = []

    def show_tiers(self, found: list[tuple[str, str, str]]) -> None:
        """(key, name, owner) of each, the nearest first; the one that was chosen stays so."""
        before = self.chosen()
        if self._body is not None:
            self._column.removeWidget(self._body)
            self._body.deleteLater()
        self._body = QWidget()
        rows = QVBoxLayout(self._body)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(10)
        group = QButtonGroup(self._body)
        self.tiers = []
        for key, name, owner in found:
            row = QHBoxLayout()
            button = RadioButton(name)
            row.addWidget(button)
            row.addWidget(Label(owner, t.SMALL, t.REGULAR, "text3"), 1)
            rows.addLayout(row)
            group.addButton(button)
            button.setChecked(key == before)
            self.tiers.append((key, button))
        if self.tiers and not self.chosen():
            self.tiers[0][1].setChecked(True)
        self._column.addWidget(self._body)

    def chosen(self) -> str:
        """The key of the tier."""
        return next((key for key, button in self.tiers if button.isChecked()), "")


class EscalateSheet(ActSheet):
    """To which higher tier."""

    def __init__(self, host: QWidget, case: Case) -> None:
        super().__init__(host, tr("Escalate"), case, tr("Escalate"), "arrow-up-right")
        self._case = case
        self.choice = TierChoice()
        self.body.addWidget(self.choice)
        self.first = self.reason = self.ask(
            tr("Reason"), hint=tr("What should the next tier do?"), lines=3, missing=tr("Say in a line why it climbs.")
        )
        self.set_note(tr("The tier's owner is asked at once; the holder stays until somebody takes it."), "shield")
        self._show(case)

    @property
    def tiers(self) -> list[tuple[str, RadioButton]]:
        """The tiers that can be chosen."""
        return self.choice.tiers

    def _show(self, case: Case) -> None:
        self._case = case
        owners = {band.key: band.owner for band in case.bands}
        above = [(key, name, owners.get(key, "")) for key, rank, name in case.tiers if rank > case.tier_rank]
        self.choice.show_tiers(above)

    def renew(self, case: Case) -> None:
        self._show(case)

    def operation(self) -> Operation | None:
        tier = self.choice.chosen()
        if not tier:
            self.set_note(tr("There is no higher tier any more."), "octagon-alert", "breach")
            return None
        case = self._case
        return Escalate(incident_id=case.id, tier=tier, reason=self.reason.words(), seen_entry=case.tier_entry)


class DeEscalateSheet(ActSheet):
    """To which lower tier, once what this one asks for is done."""

    def __init__(self, host: QWidget, case: Case) -> None:
        super().__init__(host, tr("De-escalate"), case, tr("De-escalate"), "arrow-down-right")
        self.choice = TierChoice()
        self.body.addWidget(self.choice)
        self._exits = QVBoxLayout()
        self._exits.setSpacing(4)
        self.body.addLayout(self._exits)
        self._missing = Label("", t.SMALL, t.REGULAR, "breach", wrap=True)
        self.reason = self.ask(
            tr("Reason"), hint=tr("Why a lower tier can go on from here"), lines=3,
            missing=tr("Say in a line why it goes down."),
        )  # fmt: skip
        self.body.addStretch(1)  # room that is left stays below the fields
        self.set_note(tr("Targets stay as they are. Climbs count anew from now."), "shield")
        self.boxes: list[CheckBox] = []
        self._show(case)

    @property
    def tiers(self) -> list[tuple[str, RadioButton]]:
        """The tiers that can be chosen, the nearest first."""
        return self.choice.tiers

    def _show(self, case: Case) -> None:
        self._case = case
        owners = {band.key: band.owner for band in case.bands}
        below = [(key, name, owners.get(key, "")) for key, rank, name in case.tiers if rank < case.tier_rank]
        self.choice.show_tiers(below[::-1])
        done = {box.text() for box in self.boxes if box.isChecked()}
        for box in self.boxes:
            self._exits.removeWidget(box)
            box.deleteLater()
        if self._exits.count() == 0 and case.exit_criteria:
            words = tr("Before it leaves {tier}").format(tier=case.tier_name)
            self._exits.addWidget(Label(words, t.SMALL, t.MEDIUM, "text2"))
            self._exits.addWidget(self._missing)
            self._missing.hide()
        self.boxes = []
        for item in case.exit_criteria:
            box = CheckBox(item)
            box.setShortcut(QKeySequence())  # "&" in its words is no key
            box.setChecked(item in done)
            box.toggled.connect(self._missing.hide)
            self._exits.insertWidget(self._exits.count() - 1, box)
            self.boxes.append(box)

    def renew(self, case: Case) -> None:
        self._show(case)

    def operation(self) -> Operation | None:
        tier = self.choice.chosen()
        left = [box for box in self.boxes if not box.isChecked()]
        if left:
            self._missing.setText(tr("Tick each one that is done. What is not done keeps it here."))
            self._missing.show()
            left[0].setFocus(Qt.FocusReason.OtherFocusReason)
            return None
        if not tier:
            self.set_note(tr("There is no lower tier any more."), "octagon-alert", "breach")
            return None
        case = self._case
        return DeEscalate(
            incident_id=case.id, tier=tier, reason=self.reason.words(), ticked=tuple(case.exit_criteria),
            seen_entry=case.tier_entry,
        )  # fmt: skip
