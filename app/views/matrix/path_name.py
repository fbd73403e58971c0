"""The name of a path: a small sheet with one line, for a new path, a copy, or another name."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.services.matrix.draft_paths import LONGEST_NAME
from app.views.matrix.columns import tr
from app.views.theme.buttons import Button
from app.views.theme.fields import FieldFrame
from app.views.theme.sheet import Sheet


class NameSheet(Sheet):
    """`kept(name)` for a name that no other path has."""

    kept = Signal(str)

    def __init__(self, host: QWidget, title: str, name: str, taken: Iterable[str]) -> None:
        super().__init__(host, title, width=460)
        self._taken = {one.casefold() for one in taken}
        self.line = QLineEdit(name)
        self.line.setMaxLength(LONGEST_NAME)
        self.line.selectAll()
        self.frame = FieldFrame(tr("Name"), self.line, hint=tr("Triggers show it as their path."))
        self.body.addWidget(self.frame)
        keep = Button(tr("Keep"), key="Ctrl ↵")
        keep.clicked.connect(self._keep)
        self.add_foot(keep, primary=True)
        self.line.returnPressed.connect(self._keep)

    def _keep(self, _checked: bool = False) -> None:
        name = " ".join(self.line.text().split())
        if not name:
            self.frame.set_error(tr("A path needs a name. Say in a word or two what it is for."))
        elif name.casefold() in self._taken:
            self.frame.set_error(tr("There is a path {name} already. Choose another name.").format(name=name))
        else:
            self.dismiss()
            self.kept.emit(name)
            return
        self.line.setFocus()
