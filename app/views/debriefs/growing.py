"""A text field as high as its text, so that the page scrolls and never the field."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QTextBlock, QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QWidget

from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.paint import color, draw_text, font, px

_NUMBER_ROOM, _BELOW = 18, 4
_WRAP = Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap


class GrowingText(QTextEdit):
    """Plain text; `numbered` writes a quiet number before each line. `typed` tells that a person changed it."""

    typed = Signal()
    left = Signal()  # the focus went elsewhere

    def __init__(
        self, name: str, placeholder: str = "", parent: QWidget | None = None, *, numbered: bool = False, rows: int = 1
    ) -> None:
        super().__init__(parent)
        self._numbered, self._rows = numbered, rows
        self._setting = False
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setAccessibleName(name)
        self.hint = placeholder  # painted here: Qt cuts a placeholder to the height of one line
        self.setAccessibleDescription(placeholder)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLineWrapMode(QTextEdit.LineWrapMode.WidgetWidth)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.textChanged.connect(self._changed)
        self.document().documentLayout().documentSizeChanged.connect(self._grow)
        theme.changed.connect(self._restyle)
        self._restyle()

    def text(self) -> str:
        """What stands in it."""
        return self.toPlainText()

    def set_text(self, text: str) -> None:
        """Replaces it; the cursor keeps its place as far as there is one, and nothing is told."""
        if text == self.toPlainText():
            return
        at = self.textCursor().position()
        self._setting = True
        self.setPlainText(text)
        self._space_lines()
        self._setting = False
        cursor = self.textCursor()
        cursor.setPosition(min(at, len(text)))
        self.setTextCursor(cursor)

    def _changed(self) -> None:
        if not self._setting:
            self.typed.emit()

    def _restyle(self) -> None:
        self.setFont(font())
        self._space_lines()

    def _space_lines(self) -> None:
        """Lines as far apart as in the design; it is no edit of the text."""
        setting, self._setting = self._setting, True
        self.document().setDocumentMargin(0)
        root = self.document().rootFrame()
        frame = root.frameFormat()
        frame.setLeftMargin(px(_NUMBER_ROOM) if self._numbered else px(2))
        frame.setBottomMargin(px(_BELOW))  # a line's spare height is above its letters
        root.setFrameFormat(frame)
        shape = QTextBlockFormat()
        high = round(px(20))
        shape.setLineHeight(high, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(shape)
        self.document().clearUndoRedoStacks()
        self._setting = setting
        QTimer.singleShot(0, self, self._settle)

    def _settle(self) -> None:
        self.setFont(font())  # a style sheet that was applied meanwhile sets the one before
        self._grow()

    # --- height

    def _wanted(self) -> int:
        text = self.document().size().height()
        edges = self.height() - self.viewport().height() if self.height() > self.viewport().height() else 10
        least = max(px(20) * self._rows, self._hint_height()) + px(_BELOW)
        return round(max(text, least) + min(edges, 16))

    def _grow(self) -> None:
        if self.minimumHeight() != self._wanted():
            self.setFixedHeight(self._wanted())

    def sizeHint(self) -> QSize:
        return QSize(round(px(240)), self._wanted())

    def minimumSizeHint(self) -> QSize:
        return QSize(round(px(80)), self._wanted())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._grow()

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)  # type: ignore[arg-type]  # the stub wants the concrete QFocusEvent
        self.left.emit()

    def wheelEvent(self, event: object) -> None:
        event.ignore()  # type: ignore[attr-defined]  # the page scrolls, not the field

    # --- numbers

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        if self.hint and self.document().isEmpty():
            self._paint_hint(painter)
        if self._numbered:
            self._paint_numbers(painter)
        painter.end()

    def _hint_box(self, height: float) -> QRectF:
        lead = px(_NUMBER_ROOM) if self._numbered else px(2)
        return QRectF(lead, px(1), max(1.0, self.viewport().width() - lead - px(2)), height)

    def _paint_hint(self, painter: QPainter) -> None:
        painter.setFont(self.font())
        painter.setPen(color("text3"))
        painter.drawText(self._hint_box(self.viewport().height()), int(_WRAP.value), self.hint)

    def _hint_height(self) -> float:
        """What the hint needs where nothing is written yet."""
        if not self.hint or not self.document().isEmpty():
            return 0.0
        return self.fontMetrics().boundingRect(self._hint_box(10_000).toRect(), int(_WRAP.value), self.hint).height()

    def _paint_numbers(self, painter: QPainter) -> None:
        block: QTextBlock = self.document().begin()
        number = 0
        while block.isValid():
            if block.text().strip() or block.blockNumber() == 0:
                number += 1
                self._paint_number(painter, block, number)
            block = block.next()

    def _paint_number(self, painter: QPainter, block: QTextBlock, number: int) -> None:
        place = self.document().documentLayout().blockBoundingRect(block)
        corner = place.topLeft() - QPointF(0, self.verticalScrollBar().value())
        if block.layout().lineCount():
            box = QRectF(px(2), corner.y() + px(2), px(_NUMBER_ROOM), px(20))
            draw_text(painter, box, str(number), t.SMALL, t.SEMIBOLD, "text3", elide=False)
        painter.setPen(color("text"))
