"""The cell editor: a line in the cell, and below it what the text means and would do."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from app.services.matrix.cells import Cell, CellError, ChoiceCell
from app.services.matrix.reading import read_cell
from app.services.matrix.writing import cell_words, write_sfeel
from app.views.matrix.columns import Column, Group, tr
from app.views.theme import tokens as t
from app.views.theme.announce import announce
from app.views.theme.current import theme
from app.views.theme.paint import (
    draw_box,
    draw_icon,
    draw_paragraph,
    draw_shadow,
    draw_text,
    font,
    paragraph_height,
    px,
    smooth,
    text_width,
)

_WIDEST = 360


def read_text(column: Column, text: str) -> Cell:
    """What a text means in a column; an outcome names exactly one. Raises `CellError`."""
    if column.dimension is None:
        raise CellError(tr("This is computed."), tr("Change it under Targets."))
    cell = read_cell(text, column.dimension)
    if column.group is Group.THEN and not (isinstance(cell, ChoiceCell) and len(cell.keys) == 1 and not cell.negated):
        raise CellError(tr("Name exactly one."), tr("Alt+Down shows them."))
    return cell


def kept_text(column: Column, text: str) -> str:
    """The text as it is kept: S-FEEL where it can be read, the key of an outcome, else as it was typed."""
    try:
        cell = read_text(column, text)
    except CellError:
        return text
    if column.group is Group.THEN and isinstance(cell, ChoiceCell):
        return cell.keys[0]
    return write_sfeel(cell)


class CellEditor(QLineEdit):
    """One line over the cell. `moved(down, right)` follows Enter and Tab; `finished` keeps the text."""

    finished = Signal()
    moved = Signal(int, int)
    picking = Signal()
    escaped = Signal()

    def __init__(self, column: Column, parent: QWidget) -> None:
        super().__init__(parent)
        self.column = column
        self.touched = False
        self.kept = True
        # a line in a form has a fixed height; this one fills its cell
        self.setStyleSheet("QLineEdit { border: none; padding: 0; min-height: 0; max-height: 999px; }")
        self.setFont(font(t.BODY, t.MEDIUM, mono=True))
        self.setTextMargins(round(px(8)), 0, round(px(4)), 0)
        self.setAccessibleName(column.label)
        self.setAutoFillBackground(True)
        self.textEdited.connect(self._touched)

    def _touched(self) -> None:
        self.touched = True

    def start(self, text: str) -> None:
        """Shows the cell as it stands, all of it selected, so that typing replaces it."""
        self.setText("" if text == "-" else text)
        self.selectAll()

    def error(self) -> CellError | None:
        """Why the text cannot be read; None where it can."""
        try:
            read_text(self.column, self.text())
        except CellError as error:
            return error
        return None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = event.key(), event.modifiers()
        back = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not modifiers & Qt.KeyboardModifier.ControlModifier:
            self._leave(-1 if back else 1, 0)
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self._leave(0, -1 if back or key == Qt.Key.Key_Backtab else 1)
        elif key == Qt.Key.Key_Escape:
            self.kept = False
            self.escaped.emit()
            self.finished.emit()
        elif key == Qt.Key.Key_Down and modifiers & Qt.KeyboardModifier.AltModifier:
            self.picking.emit()
        else:
            super().keyPressEvent(event)

    def _leave(self, down: int, right: int) -> None:
        error = self.error()
        if error is not None and self.column.group is Group.THEN:
            announce(self, str(error), assertive=True)  # an outcome names something that is there, or stays as it was
            self.selectAll()
            return
        self.finished.emit()
        self.moved.emit(down, right)

    def event(self, event: object) -> bool:
        # Qt gives Tab to focus changes before keyPressEvent sees it
        pressed = isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress
        if isinstance(event, QKeyEvent) and pressed and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self.keyPressEvent(event)
            return True
        return super().event(event)  # type: ignore[arg-type]  # any event

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        painter.fillRect(self.rect(), theme.tokens["surface"])
        painter.end()
        super().paintEvent(event)
        painter = smooth(QPainter(self))
        draw_box(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1), None, "accent_text", px(4), 2)
        painter.end()


class EditorHint(QWidget):
    """The slip below the editor: an icon and one or two lines. Never takes the focus or the mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon, self._ink, self._words = "", "text2", ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    @property
    def words(self) -> str:
        """What it says."""
        return self._words

    def show_meaning(self, column: Column, text: str) -> None:
        """What the text means, or why it cannot be read."""
        try:
            cell = read_text(column, text)
        except CellError as error:
            self.say("circle-x", "breach", f"{error.what} {error.mend}".strip())
            return
        words = cell_words(cell, column.dimension) if column.dimension else ""
        self.say("corner-down-right", "text2", words)

    def say(self, icon: str, ink: str, words: str) -> None:
        """Shows words; empty ones hide it."""
        self._icon, self._ink, self._words = icon, ink, words
        self.setAccessibleName(words)
        self.setVisible(bool(words))
        self.resize(self.sizeHint())
        self.raise_()
        self.update()

    def sizeHint(self) -> QSize:
        wide = min(text_width(self._words, t.SMALL, t.MEDIUM), px(_WIDEST))
        high = max(px(18), paragraph_height(self._words, wide + 1, t.SMALL, t.MEDIUM))
        return QSize(round(wide + px(42)) + 14, round(high + px(12)) + 14)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        face = QRectF(self.rect()).adjusted(7, 5, -7, -9)
        draw_shadow(painter, face, px(8))
        draw_box(painter, face, "raised", "border2", px(8))
        draw_icon(painter, face.x() + px(10), face.y() + px(8), self._icon, self._ink, 14, 2)
        words = face.adjusted(px(30), px(6), -px(6), -px(4))
        if words.height() < px(26):
            draw_text(painter, words, self._words, t.SMALL, t.MEDIUM, "text", elide=False)
        else:
            draw_paragraph(painter, words, self._words, t.SMALL, t.MEDIUM, "text")
        painter.end()
