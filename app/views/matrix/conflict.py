"""Two people changed the same thing: both sides, and a choice. Nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from app.services.database.errors import Conflict
from app.services.matrix.drafts import DraftOperation
from app.views.matrix.columns import tr
from app.views.matrix.path_words import field_words
from app.views.theme import tokens as t
from app.views.theme.buttons import Button
from app.views.theme.labels import Label
from app.views.theme.sheet import Sheet

ValueWords = Callable[[str, Any], str | None]
"""Words for the value of a field; None where the value says itself what it is."""


class ConflictSheet(Sheet):
    """`wanted(operation)` where the own value is to stand; closing it keeps the other one."""

    wanted = Signal(object)

    def __init__(
        self, host: QWidget, error: Conflict, operation: DraftOperation, words: ValueWords | None = None
    ) -> None:
        super().__init__(host, tr("Somebody was here before you"), width=560)
        self.body.addWidget(Label(error.what, t.BODY, t.REGULAR, "text2", wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        for column, head in enumerate((tr("What"), tr("You saw"), tr("Stands now"), tr("You wrote"))):
            grid.addWidget(Label(head, t.SMALL, t.MEDIUM, "text3"), 0, column)
        for row, one in enumerate(error.differences, start=1):
            grid.addWidget(Label(field_words(one.field), t.BODY, t.REGULAR, "text", wrap=True), row, 0)
            for column, value in enumerate((one.seen, one.stands, one.wanted), start=1):
                said = words(one.field, value) if words is not None else None
                text = _words(value) if said is None else said
                label = Label(text, t.BODY, t.REGULAR, "text", wrap=True, mono=said is None)
                grid.addWidget(label, row, column)
        self.body.addLayout(grid)
        self._mine = _insisting(operation, error)
        theirs = Button(tr("Keep what stands"))
        theirs.clicked.connect(self.dismiss)
        self.add_foot(theirs, primary=self._mine is None)
        if self._mine is not None:
            mine = Button(tr("Use mine"))
            mine.clicked.connect(self._use)
            self.add_foot(mine, primary=True)

    def _use(self, _checked: bool = False) -> None:
        self.dismiss()
        self.wanted.emit(self._mine)


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {text}" for key, text in value.items()) or "-"
    return tr("removed") if value is None else str(value)


def _insisting(operation: DraftOperation, error: Conflict) -> DraftOperation | None:
    """The same edit over what stands now; None where it is not an edit of one value."""
    if len(error.differences) != 1 or not hasattr(operation, "seen") or error.differences[0].wanted is None:
        return None
    changes: dict[str, Any] = {"seen": error.differences[0].stands}
    return replace(operation, **changes)
