"""Sheets in which one part of a tier is written: owners, a checklist, a line of words, or one of several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QPlainTextEdit, QWidget

from app.services.matrix.cells import CellError
from app.services.matrix.table import NamedRecord
from app.services.matrix.tier_edits import cleaned
from app.views.matrix.columns import tr
from app.views.theme.buttons import Button
from app.views.theme.fields import FieldFrame
from app.views.theme.sheet import Sheet
from app.views.theme.toggles import RadioButton

KINDS = {"rota": "rota", "person": "person", "team": "team"}


class PartSheet(Sheet):
    """`kept(value)` on Keep."""

    kept = Signal(object)

    def __init__(self, host: QWidget, title: str) -> None:
        super().__init__(host, title, width=480)
        keep = Button(tr("Keep"), key="Ctrl ↵")
        keep.clicked.connect(self._keep)
        self.add_foot(keep, primary=True)

    def _keep(self, _checked: bool = False) -> None:
        value = self.value()
        self.dismiss()
        self.kept.emit(value)

    def value(self) -> Any:
        """What is to be kept."""
        raise NotImplementedError


class OwnersSheet(PartSheet):
    """Who has a duty: rotas, people and teams, none of them or several."""

    def __init__(self, host: QWidget, title: str, owners: Sequence[NamedRecord], chosen: Sequence[str]) -> None:
        super().__init__(host, title)
        self._chosen = tuple(chosen)
        self.list = QListWidget()
        self.list.setFixedHeight(280)
        known = {one.key for one in owners}
        strange = [NamedRecord(one, one) for one in chosen if one not in known]
        for one in sorted([*owners, *strange], key=lambda one: one.key not in chosen):
            kind = tr(KINDS.get(one.key.partition(":")[0], "unknown"))
            item = QListWidgetItem(f"{one.label}  ({kind})")
            item.setData(Qt.ItemDataRole.UserRole, one.key)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if one.key in chosen else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        hint = tr("Space ticks. A rota or team means whoever is on duty.")
        self.body.addWidget(FieldFrame(tr("Owners"), self.list, hint=hint))

    def value(self) -> tuple[str, ...] | None:
        """The owners that are ticked, those from before first; None for nobody."""
        items = [self.list.item(row) for row in range(self.list.count())]
        keys = [str(one.data(Qt.ItemDataRole.UserRole)) for one in items if one.checkState() is Qt.CheckState.Checked]
        kept = [one for one in self._chosen if one in keys]
        return (*kept, *(one for one in keys if one not in kept)) or None


class LinesSheet(PartSheet):
    """A checklist, one step a line."""

    def __init__(self, host: QWidget, title: str, lines: Sequence[str]) -> None:
        super().__init__(host, title)
        self.text = QPlainTextEdit("\n".join(lines))
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(220)
        self.body.addWidget(FieldFrame(tr("One a line"), self.text))

    def value(self) -> tuple[str, ...]:
        """The steps."""
        return cleaned(self.text.toPlainText())


class WordsSheet(PartSheet):
    """A line that is read; what cannot be read is said below it, and the sheet stays open."""

    def __init__(
        self, host: QWidget, title: str, text: str, read: Callable[[str], Any], hint: str, label: str = ""
    ) -> None:
        super().__init__(host, title)
        self._read = read
        self.line = QLineEdit(text)
        self.line.selectAll()
        self.line.returnPressed.connect(self._keep)
        self.frame = FieldFrame(label or title, self.line, hint=hint)
        self.body.addWidget(self.frame)

    def value(self) -> Any:
        """What the line means."""
        return self._read(self.line.text())

    def _keep(self, _checked: bool = False) -> None:
        try:
            self.value()
        except CellError as error:
            self.frame.set_error(f"{error.what} {error.mend}".strip())
            self.line.setFocus()
            return
        super()._keep()


class ChoiceSheet(PartSheet):
    """One of several."""

    def __init__(self, host: QWidget, title: str, choices: Sequence[tuple[Any, str]], chosen: object) -> None:
        super().__init__(host, title)
        self.buttons: list[tuple[Any, RadioButton]] = []
        for value, words in choices:
            button = RadioButton(words)
            button.setChecked(value == chosen)
            self.buttons.append((value, button))
            self.body.addWidget(button)

    def value(self) -> Any:
        """The chosen one."""
        return next(value for value, button in self.buttons if button.isChecked())
