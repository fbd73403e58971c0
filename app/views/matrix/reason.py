"""The reason of a trigger: a small sheet with one text."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.services.matrix.page import TriggerRow
from app.views.matrix.columns import tr
from app.views.theme.buttons import Button
from app.views.theme.fields import FieldFrame
from app.views.theme.sheet import Sheet


class ReasonSheet(Sheet):
    """`kept(number, text)` on Keep."""

    kept = Signal(int, str)

    def __init__(self, host: QWidget, row: TriggerRow) -> None:
        number = row.values.number
        super().__init__(host, tr("Why trigger {number} is there").format(number=number), width=520)
        self._number = number
        self.text = QPlainTextEdit(row.values.reason)
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(88)
        self.body.addWidget(FieldFrame(tr("Reason"), self.text, hint=tr("People read it in the diff and the history.")))
        keep = Button(tr("Keep"), key="Ctrl ↵")
        keep.clicked.connect(self._keep)
        self.add_foot(keep, primary=True)

    def _keep(self, _checked: bool = False) -> None:
        text = self.text.toPlainText().strip()
        self.dismiss()
        self.kept.emit(self._number, text)
