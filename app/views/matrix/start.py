"""What the page shows while there is no matrix: how to get one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.services.database.errors import UserError
from app.views.matrix.columns import tr
from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.empty import EmptyState
from app.views.theme.labels import Label


class StartPane(QWidget):
    """Three ways to a first matrix."""

    from_history = Signal()
    from_nothing = Signal()
    from_file = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.addStretch(1)
        state = EmptyState(
            tr("There is no matrix yet"),
            tr("It decides tier, owner and path from what is known."),
            icon="table-properties",
            action=(tr("Build from past incidents"), self.from_history.emit),
            second=(tr("Start with an empty matrix"), self.from_nothing.emit),
            primary=True,
        )
        self.build = state.button
        column.addWidget(state)
        row = QHBoxLayout()
        row.addStretch(1)
        load = Button(tr("Open a matrix file"), kind=Kind.LINK, icon="file-input")
        load.clicked.connect(self.choose_file)
        row.addWidget(load)
        row.addStretch(1)
        column.addLayout(row)
        self.problem = Label("", t.SMALL, t.REGULAR, "breach", wrap=True)
        self.problem.hide()
        column.addWidget(self.problem)
        column.addStretch(2)

    def choose_file(self, _checked: bool = False) -> None:
        """Asks for a JSON file; never blocks."""
        dialog = QFileDialog(self, tr("Open a matrix file"), "", tr("Matrix (*.json)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.from_file)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def say(self, error: UserError) -> None:
        """What went wrong, below the ways."""
        self.problem.setText(f"{error.what} {error.mend}")
        self.problem.show()
