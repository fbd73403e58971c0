"""Two people changed the same thing: both sides, and a choice. Nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from app.services.database.errors import Conflict
from app.services.matrix.draft_paths import RemoveStep
from app.services.matrix.draft_tiers import RemoveTier
from app.services.matrix.drafts import DraftOperation, RemoveTrigger
from app.services.matrix.insisting import chooses, insisting
from app.views.matrix.columns import tr
from app.views.matrix.path_words import field_words
from app.views.theme import tokens as t
from app.views.theme.buttons import Button
from app.views.theme.labels import Label
from app.views.theme.sheet import Sheet
from app.views.theme.toggles import CheckBox

ValueWords = Callable[[str, Any], str | None]
"""Words for the value of a field; None where the value says itself what it is."""


class ConflictSheet(Sheet):
    """`wanted(operations)` where own values are to stand; closing it keeps the other ones.

    Where an edit wrote several things, a tick says of each whether the own one is to stand.
    """

    wanted = Signal(object)

    def __init__(
        self, host: QWidget, error: Conflict, operation: DraftOperation, words: ValueWords | None = None
    ) -> None:
        super().__init__(host, tr("Somebody was here before you"), width=560)
        self.body.addWidget(Label(error.what, t.BODY, t.REGULAR, "text2", wrap=True))
        self._operation, self._error = operation, error
        self.ticks: dict[str, CheckBox] = {}
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
            if chooses(operation, error.differences):
                self._add_tick(grid, row, one.field)
        self.body.addLayout(grid)
        can = bool(insisting(operation, error.differences))
        theirs = Button(tr("Keep what stands"))
        theirs.clicked.connect(self.dismiss)
        self.add_foot(theirs, primary=not can)
        if can:
            mine = Button(_own_words(operation, self.ticks))
            mine.clicked.connect(self._use)
            self.add_foot(mine, primary=True)

    def _add_tick(self, grid: QGridLayout, row: int, field: str) -> None:
        tick = CheckBox(tr("Use mine"), name=tr("Use mine: {what}").format(what=field_words(field)))
        tick.setChecked(True)
        self.ticks[field] = tick
        grid.addWidget(tick, row, 4)

    def _use(self, _checked: bool = False) -> None:
        theirs = frozenset(field for field, tick in self.ticks.items() if not tick.isChecked())
        operations = insisting(self._operation, self._error.differences, theirs)
        self.dismiss()
        if operations:
            self.wanted.emit(operations)


def _own_words(operation: DraftOperation, ticks: dict[str, CheckBox]) -> str:
    if isinstance(operation, RemoveStep | RemoveTier | RemoveTrigger):
        return tr("Remove it anyway")
    return tr("Use what is ticked") if ticks else tr("Use mine")


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {text}" for key, text in value.items()) or "-"
    return tr("removed") if value is None else str(value)
