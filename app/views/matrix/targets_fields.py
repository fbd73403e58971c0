"""Lines of the Targets tab beside the grid: read as people write them, with a corner where they changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.services.matrix.cells import CellError
from app.views.matrix.columns import tr
from app.views.theme.announce import announce
from app.views.theme.current import theme
from app.views.theme.paint import draw_edited_corner, font, px, smooth


class TypedLine(QLineEdit):
    """Keeps what it can read when it is left or Enter is pressed; Esc brings back what stood there.

    `kept(value)` carries what was read. What cannot be read stays, marked and said.
    """

    kept = Signal(object)
    wrong = Signal(str)  # why it cannot be kept, empty once it can

    def __init__(
        self, name: str, read: Callable[[str], Any], words: Callable[[Any], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._read, self._words, self._shown = read, words, ""
        self.setAccessibleName(name)
        self.setFixedWidth(round(px(92)))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.editingFinished.connect(self._finished)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setFont(font(tabular=True))

    def show_value(self, value: Any) -> None:
        """Shows a value, unless somebody is writing another one."""
        self._shown = self._words(value)
        if not (self.hasFocus() and self.isModified()) and self.property("invalid") is not True:
            self.setText(self._shown)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.isModified():
            self.setText(self._shown)
            self._mark("")
            return
        super().keyPressEvent(event)

    def _finished(self) -> None:
        if not self.isModified():
            return
        try:
            value = self._read(self.text())
        except CellError as error:
            self._mark(f"{error.what} {error.mend}".strip())
            return
        self.setModified(False)
        self._mark("")
        self.setText(self._words(value))
        self.kept.emit(value)

    def _mark(self, words: str) -> None:
        self.setProperty("invalid", bool(words))
        self.style().unpolish(self)
        self.style().polish(self)
        self.setToolTip(words)
        self.setAccessibleDescription(words)
        self.wrong.emit(words)
        if words:
            announce(self, words, assertive=True)


class ChangedCorner(QWidget):
    """The accent corner over a field that differs from what is published. Takes neither focus nor mouse."""

    def __init__(self, field: QWidget) -> None:
        super().__init__(field)
        self._field = field
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(round(px(8)), round(px(8)))
        self.hide()

    def show_before(self, before: str | None) -> None:
        """Shows the corner where something else is published; None where nothing differs."""
        self.setVisible(before is not None)
        words = tr("Published: {before}").format(before=before) if before is not None else ""
        if self._field.property("invalid") is not True:
            self._field.setToolTip(words)
            self._field.setAccessibleDescription(words)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        draw_edited_corner(painter, QPointF(0, 0))
        painter.end()
