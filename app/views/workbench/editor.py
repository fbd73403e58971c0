"""The text field of the composer: gaps stand out, keys do what the standard says."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QSyntaxHighlighter, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.views.theme.current import theme
from app.views.theme.paint import color, font, px
from app.views.workbench.message_checks import GAP

HEIGHT, MOST_HEIGHT = 72, 168


class _Gaps(QSyntaxHighlighter):
    """Tints each ‹gap› and underlines it with dots: colour is not the only sign."""

    def highlightBlock(self, text: str) -> None:
        look = QTextCharFormat()
        look.setBackground(color("crit_tint"))
        look.setForeground(color("crit"))
        look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
        for found in GAP.finditer(text):
            self.setFormat(found.start(), found.end() - found.start(), look)


class MessageEditor(QPlainTextEdit):
    """`sent` on Ctrl+Enter, `template_wanted` on Ctrl+Shift+T, `time_wanted` on Ctrl+; and `left` on Esc."""

    sent = Signal()
    template_wanted = Signal()
    time_wanted = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self._gaps = _Gaps(self.document())
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self._set_font()
        QTimer.singleShot(0, self, self._set_font)  # a style sheet that is applied after this sets the one before

        self._gaps.rehighlight()

    def _set_font(self) -> None:
        self.setFont(font())
        self._fit()

    def _fit(self, _size: object = None) -> None:
        """As high as the text, within bounds: a long template shall be read, not scrolled line by line."""
        lines = self.document().documentLayout().documentSize().height()
        wanted = lines * self.fontMetrics().lineSpacing() + px(20)
        high = round(min(max(wanted, px(HEIGHT)), px(MOST_HEIGHT)))
        if high != self.height():
            self.setFixedHeight(high)

    def event(self, event: QEvent) -> bool:
        """Ctrl+Enter sends what is being written; no command of the page may take it from here."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, held = event.key(), event.modifiers()
        control = Qt.KeyboardModifier.ControlModifier
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and held & control:
            self.sent.emit()
        elif key == Qt.Key.Key_T and held == control | Qt.KeyboardModifier.ShiftModifier:
            self.template_wanted.emit()
        elif key == Qt.Key.Key_Semicolon and held & control:
            self.time_wanted.emit()
        elif key == Qt.Key.Key_F8:
            self.next_gap(back=bool(held & Qt.KeyboardModifier.ShiftModifier))
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def next_gap(self, *, back: bool = False) -> bool:
        """Selects the next ‹gap›, so that typing replaces it; False where there is none."""
        gaps = list(GAP.finditer(self.toPlainText()))
        if not gaps:
            return False
        cursor = self.textCursor()
        if back:
            before = [gap for gap in gaps if gap.end() < cursor.selectionEnd()]
            gap = before[-1] if before else gaps[-1]
        else:
            gap = next((one for one in gaps if one.start() >= cursor.selectionEnd()), gaps[0])
        cursor.setPosition(gap.start())
        cursor.setPosition(gap.end(), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    def replace_all(self, text: str) -> None:
        """Another text, as one step that Ctrl+Z takes back."""
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        cursor.endEditBlock()
        self.moveCursor(QTextCursor.MoveOperation.End)

    def add_words(self, words: str) -> None:
        """Puts words where the cursor is, with a blank before them where one is needed."""
        cursor = self.textCursor()
        before = self.toPlainText()[: cursor.selectionStart()]
        gap = " " if before and not before[-1].isspace() else ""
        cursor.insertText(gap + words)
        self.setTextCursor(cursor)

    def load(self, text: str) -> None:
        """The text of another incident; its own history begins here."""
        if text != self.toPlainText():
            self.setPlainText(text)
            self.moveCursor(QTextCursor.MoveOperation.End)
