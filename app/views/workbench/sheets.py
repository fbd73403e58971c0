"""What a sheet that leads to an act is made of: its words, its one act, and what it does when that is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.services.database.operations import Operation
from app.services.incidents.case_records import Case
from app.views.theme.announce import announce
from app.views.theme.banner import plain_call
from app.views.theme.buttons import Button, Kind
from app.views.theme.current import theme
from app.views.theme.fields import FieldFrame
from app.views.theme.paint import font, px
from app.views.theme.sheet import Sheet
from app.views.workbench.words import joined, tr

if TYPE_CHECKING:
    from app.services.database.errors import UserError


class Words(QPlainTextEdit):
    """A few lines; Tab goes on to the next field, Ctrl+Enter and Esc belong to the sheet."""

    def __init__(self, text: str = "", lines: int = 2, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._lines = lines
        self.setTabChangesFocus(True)
        self.setPlaceholderText(hint)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setFont(font())
        self.setFixedHeight(round(px(18) * self._lines + px(16)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape or (enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier):
            event.ignore()
            return
        super().keyPressEvent(event)

    def words(self) -> str:
        """What stands there, without blanks around it."""
        return self.toPlainText().strip()


class ActSheet(Sheet):
    """A sheet with Cancel and one act, `second` before it. The act stays pressable: it jumps to what is missing.

    `wanted(operation)` asks for the act. The sheet stays until that is written down: a refusal is said here, and
    nothing typed is lost. `typed` is what whoever closes it before that finds again.
    """

    wanted = Signal(object)  # Operation

    def __init__(
        self, host: QWidget, title: str, case: Case | None, act: str, icon: str, width: int = 560,
        second: Button | None = None,
    ) -> None:  # fmt: skip
        below = f"INC-{case.number}  {case.title}" if case else ""
        super().__init__(host, title, below, width=width, rank=case.severity if case and case.severity else None)
        self.cancel = Button(tr("Cancel"), kind=Kind.FLAT)
        self.cancel.clicked.connect(plain_call(self.dismiss))
        self.act = Button(act, icon=icon, key="Ctrl ↵")
        self.act.clicked.connect(plain_call(self.press))
        for button in (self.cancel, second) if second else (self.cancel,):
            self.add_foot(button)
        self.add_foot(self.act, primary=True)
        self.closed.connect(self.deleteLater)
        self.incident_id = case.id if case else ""
        self.under_way = self.done = False
        self.refusal = ""
        self.first: Words | None = None  # where what is typed straight away belongs, if not at the top
        self._fields: list[tuple[Words, str]] = []
        self._wanted: list[tuple[FieldFrame, Words, str]] = []

    def ask(self, label: str, text: str = "", *, hint: str = "", lines: int = 2, missing: str = "") -> Words:
        """Adds a field; with `missing` it must be filled, and these words say so."""
        field = Words(text, lines, hint)
        frame = FieldFrame(label, field, required=bool(missing))
        field.textChanged.connect(lambda: frame.set_error("") if frame.error() else None)
        self.body.addWidget(frame)
        self.keep(field)
        if missing:
            self._wanted.append((frame, field, missing))
        return field

    def keep(self, field: Words) -> None:
        """What is typed there is found again."""
        self._fields.append((field, field.toPlainText()))

    def typed(self) -> dict[int, str]:
        """What somebody typed, by the place of its field."""
        texts = ((place, field.toPlainText(), before) for place, (field, before) in enumerate(self._fields))
        return {place: text for place, text, before in texts if text != before}

    def restore(self, typed: Mapping[int, str]) -> None:
        """What was typed before stands there again."""
        for place, text in typed.items():
            if place < len(self._fields):
                self._fields[place][0].setPlainText(text)

    def press(self) -> None:
        """Does it, unless something is missing or it is being done."""
        if self.under_way:
            return
        for frame, field, missing in self._wanted:
            if not field.words():
                frame.set_error(missing)
                field.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        operation = self.operation()
        if operation is not None:
            self.under_way = True
            self.wanted.emit(operation)

    def operation(self) -> Operation | None:
        """What is asked for; None where something is missing, which is shown then."""
        return None

    def refuse(self, error: UserError) -> None:
        """It was not done: why, and how to mend it. Everything typed is still here."""
        self.under_way = False
        self.refusal = joined(error.what, error.mend, by=" ")
        self.set_note(self.refusal, "octagon-alert", "breach")
        announce(self, self.refusal, assertive=True)

    def renew(self, case: Case) -> None:
        """After a refusal: the incident as it stands now."""

    def finish(self) -> None:
        """It is done."""
        self.under_way, self.done = False, True
        self.dismiss()


class NoteSheet(ActSheet):
    """One field of words, then the act that `make` makes of them."""

    def __init__(
        self, host: QWidget, case: Case, title: str, label: str, act: str, icon: str, make: Callable[[str], Operation],
        *, missing: str = "", hint: str = "", text: str = "",
    ) -> None:  # fmt: skip
        super().__init__(host, title, case, act, icon)
        self._make = make
        self.field = self.ask(label, text, hint=hint, lines=3, missing=missing)

    def operation(self) -> Operation | None:
        return self._make(self.field.words())
