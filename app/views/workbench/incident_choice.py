"""Choosing another incident: a search field and the few that fit."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QVBoxLayout, QWidget

from app.models.enums import IncidentOrigin, Phase
from app.services.incidents.search import FoundIncident, search
from app.views.shell.context import Desk
from app.views.theme import tokens as t
from app.views.theme.fields import SearchField
from app.views.theme.labels import Label
from app.views.theme.paint import px
from app.views.theme.toggles import RadioButton
from app.views.workbench.words import joined, phase_name, tr

MOST_SHOWN = 5
SEARCH_MS = 150
_READ = 20
"""How many are read, so that enough are left once those that are over are taken out."""


class _Search(SearchField):
    """Arrow keys choose while the cursor stays here; Esc and Ctrl+Enter belong to the sheet."""

    walked = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.walked.emit(1 if event.key() == Qt.Key.Key_Down else -1)
        elif enter or (event.key() == Qt.Key.Key_Escape and not self.text()):
            event.ignore()
        else:
            super().keyPressEvent(event)


class _Row(RadioButton):
    """As wide as there is room; longer words are cut, and whole in the tooltip."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.setShortcut(QKeySequence())  # "&" in a name is no key
        self.setToolTip(words)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(round(px(120)), self.sizeHint().height())


class IncidentChoice(QWidget):
    """Open incidents but `without`, found by number, title or customer. `chosen` is the one that is marked."""

    changed = Signal()

    def __init__(self, desk: Desk, label: str, without: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self._without = desk, without
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(Label(label, t.SMALL, t.MEDIUM, "text2"))
        self.field = _Search(tr("Number, title or customer"), name=label)
        self.field.textChanged.connect(self._typed)
        self.field.walked.connect(self._walk)
        column.addWidget(self.field)
        self._below = Label("", t.SMALL, ink="text3", wrap=True)
        column.addWidget(self._below)
        self._below.hide()
        self._list = QVBoxLayout()
        self._list.setSpacing(2)
        column.addLayout(self._list)
        self._group = QButtonGroup(self)
        self.rows: list[tuple[FoundIncident, RadioButton]] = []
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SEARCH_MS)
        self._soon.timeout.connect(self._search)

    @property
    def chosen(self) -> FoundIncident | None:
        """The incident that is marked."""
        return next((found for found, row in self.rows if row.isChecked()), None)

    def want(self, words: str) -> None:
        """Nothing is marked: says so, and puts the cursor here."""
        self._say(words, "breach")
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self, words: str, ink: str = "text3") -> None:
        self._below.setText(words)
        self._below.set_ink(ink)
        self._below.setVisible(bool(words))

    def _typed(self, text: str) -> None:
        self._say("")
        if text.strip():
            self._soon.start()
        else:
            self._soon.stop()
            self._show(())

    def _search(self) -> None:
        self.desk.tasks.read(self, "other incident", search, self.field.text(), _READ, done=self._found)

    def _found(self, found: tuple[FoundIncident, ...]) -> None:
        if not self.field.text().strip():
            return
        fits = [one for one in found if one.id != self._without and _is_open(one)]
        self._show(tuple(fits[:MOST_SHOWN]))
        if not fits:
            self._say(tr("No open incident fits. Try its number."))

    def _show(self, found: tuple[FoundIncident, ...]) -> None:
        before = self.chosen
        for _one, row in self.rows:
            self._group.removeButton(row)
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = []
        for one in found:
            row = _Row(joined(f"INC-{one.number}  {one.title}", one.customer, phase_name(one.phase)))
            self._group.addButton(row)
            self._list.addWidget(row)
            row.setChecked(before is not None and one.id == before.id)
            row.toggled.connect(self.changed)
            self.rows.append((one, row))
        if self.rows and self.chosen is None:
            self.rows[0][1].setChecked(True)
        self.changed.emit()

    def _walk(self, by: int) -> None:
        if self.rows:
            at = next((place for place, (_one, row) in enumerate(self.rows) if row.isChecked()), 0)
            self.rows[min(max(at + by, 0), len(self.rows) - 1)][1].setChecked(True)


def _is_open(found: FoundIncident) -> bool:
    return found.phase is not Phase.CLOSED and found.origin is not IncidentOrigin.HISTORY
