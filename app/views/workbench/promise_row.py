"""A promise in the inspector: what, by when, whose, and what can become of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services.incidents.case_records import PromiseRecord
from app.views.theme import tokens as t
from app.views.theme.banner import plain_call
from app.views.theme.buttons import Button, Kind
from app.views.theme.empty import IconMark
from app.views.theme.labels import Label
from app.views.workbench.end_sheets import CARRIED, DROPPED, KEPT
from app.views.workbench.words import joined, tr


class PromiseRow(QWidget):
    """`answered(timer id, answer)` says what became of it; `asked(timer id)` wants to know why it is due then."""

    answered = Signal(str, int)
    asked = Signal(str)

    def __init__(
        self, promise: PromiseRecord, due: str, *, late: bool, able: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.promise = promise
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 6)
        row.setSpacing(8)
        mark = IconMark("octagon-alert" if late else "hand-heart", "breach" if late else "accent_text", 16)
        side = QVBoxLayout()
        side.addWidget(mark)
        side.addStretch(1)
        row.addLayout(side)
        column = QVBoxLayout()
        column.setSpacing(1)
        head = QHBoxLayout()
        head.addWidget(Label(promise.words, t.BODY, t.MEDIUM, wrap=True), 1)
        why = Button(icon="circle-question-mark", kind=Kind.FLAT, small=True, name=tr("Why it is due then"))
        why.clicked.connect(plain_call(lambda: self.asked.emit(promise.timer_id)))
        head.addWidget(why, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        below = joined(due, promise.owner, by=", ")
        ink, weight = ("breach", t.MEDIUM) if late else ("text2", t.REGULAR)
        column.addWidget(Label(below, t.SMALL, weight, ink, wrap=True))
        column.addSpacing(4)
        column.addLayout(self._acts(able=able))
        row.addLayout(column, 1)
        self.setAccessibleName(joined(tr("Promise"), promise.words, below, by=", "))

    def _acts(self, *, able: bool) -> QHBoxLayout:
        promise = self.promise
        acts = QHBoxLayout()
        acts.setSpacing(6)
        self.buttons: list[Button] = []
        for answer, words, icon in (
            (KEPT, tr("Kept"), "check"), (DROPPED, tr("Drop…"), ""), (CARRIED, tr("Carry…"), ""),
        ):  # fmt: skip
            button = Button(words, icon=icon, small=True, name=f"{words.rstrip('…')}: {promise.words}")
            button.setEnabled(able)
            button.clicked.connect(lambda _checked=False, answer=answer: self.answered.emit(promise.timer_id, answer))
            self.buttons.append(button)
            acts.addWidget(button)
        acts.addStretch(1)
        return acts
