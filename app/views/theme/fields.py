"""Fields: search, choice, and the frame that gives any editor a label and its error."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QSpinBox,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.views.theme import tokens as t
from app.views.theme.announce import announce
from app.views.theme.current import theme
from app.views.theme.labels import Label
from app.views.theme.paint import RIGHT, draw_box, draw_icon, draw_text, font, px, smooth, text_width


class SearchField(QLineEdit):
    """A line with a search mark, a key hint while empty, and Esc to clear.

    `cleared` is emitted when Esc is pressed in an empty field, so that the page can take
    the focus back.
    """

    cleared = Signal()

    def __init__(
        self,
        placeholder: str = "",
        parent: QWidget | None = None,
        *,
        key: str = "",
        icon: str = "search",
        name: str = "",
    ) -> None:
        super().__init__(parent)
        self._key, self._icon = key, icon
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(name or placeholder)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setFont(font())
        lead, tail = round(px(24)), round(text_width(self._key, t.SMALL, t.MEDIUM) + px(6)) if self._key else 0
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        self.setTextMargins(tail if rtl else lead, 0, lead if rtl else tail, 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.text():
                self.clear()
            else:
                self.cleared.emit()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = smooth(QPainter(self))
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x = self.width() - px(26) if rtl else px(10)
        draw_icon(painter, x, (self.height() - px(16)) / 2, self._icon, "text2" if self.hasFocus() else "text3")
        if self._key and not self.text():
            draw_text(
                painter, QRectF(self.rect()).adjusted(10, 0, -10, 0), self._key, t.SMALL, t.MEDIUM, "text3", RIGHT
            )
        painter.end()


class _RoomyRows(QStyledItemDelegate):
    """Rows of a drop list as high as a control, so that each is a target."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        size = super().sizeHint(option, index)
        return QSize(size.width(), max(size.height(), theme.height("control") - 2))


class ComboField(QComboBox):
    """A choice with our own face; the list and the keyboard are those of QComboBox.

    `bare` drops the frame, for a choice that stands in a line of words.
    """

    def __init__(self, parent: QWidget | None = None, *, bare: bool = False, name: str = "", icon: str = "") -> None:
        super().__init__(parent)
        self._bare, self._icon, self._hovered = bare, icon, False
        if name:
            self.setAccessibleName(name)
        self.setItemDelegate(_RoomyRows(self))
        # with AdjustToContents Qt resizes it a moment after it was filled, past the layout it stands in
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContentsOnFirstShow)
        for changed in (self.model().rowsInserted, self.model().rowsRemoved, self.model().dataChanged):
            changed.connect(self.updateGeometry)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setFont(font(t.SMALL if self._bare else t.BODY))
        self.updateGeometry()
        self.update()

    def _face(self) -> tuple[int, int]:
        return (t.SMALL, t.MEDIUM) if self._bare else (t.BODY, t.REGULAR)

    def sizeHint(self) -> QSize:
        size, weight = self._face()
        names = [self.itemText(row) for row in range(self.count())] or [self.placeholderText()]
        widest = max(text_width(name, size, weight) for name in names)
        width = widest + px(22 if self._bare else 42) + (px(22) if self._icon else 0)
        return QSize(round(width), max(t.MIN_TARGET, round(px(26)) if self._bare else theme.height("control")))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(px(64)), self.sizeHint().height())

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hovered = True
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: object) -> None:
        self._hovered = False
        super().leaveEvent(event)  # type: ignore[arg-type]  # the stub wants the concrete QEvent
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        rect = QRectF(self.rect())
        focused, enabled = self.hasFocus(), self.isEnabled()
        if not self._bare or focused:
            line = "accent_text" if focused else "text3" if self._hovered else "control"
            invalid = self.property("invalid") is True
            line = "breach" if invalid and not focused else line
            fill = "surface" if enabled else "hover"
            width = t.FOCUS_WIDTH if focused else 1
            draw_box(painter, rect, None if self._bare else fill, line if enabled else "border2", px(6), width)
        self._paint_words(painter, rect, enabled=enabled)
        painter.end()

    def _paint_words(self, painter: QPainter, rect: QRectF, *, enabled: bool) -> None:
        size, weight = self._face()
        empty = self.currentIndex() < 0
        ink = "text3" if empty or not enabled else "text2" if self._bare else "text"
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = px(2 if self._bare else 10)
        lead = side + (px(22) if self._icon else 0)
        if self._icon:
            x = rect.width() - side - px(15) if rtl else side
            draw_icon(painter, x, (rect.height() - px(15)) / 2, self._icon, "text2", 15)
        tail = px(20 if self._bare else 30)
        words = rect.adjusted(tail, 0, -lead, 0) if rtl else rect.adjusted(lead, 0, -tail, 0)
        text = self.placeholderText() if empty else self.currentText()
        draw_text(painter, words, text, size, weight, ink)
        inset = px(17 if self._bare else 25)
        x = inset - px(15) if rtl else rect.width() - inset
        draw_icon(painter, x, (rect.height() - px(15)) / 2, "chevron-down", "text2" if enabled else "text3", 15)


class NumberField(QSpinBox):
    """A whole number with its unit behind it; arrow keys and the wheel step it."""

    def __init__(
        self, low: int, high: int, parent: QWidget | None = None, *, suffix: str = "", name: str = "", step: int = 1
    ) -> None:
        super().__init__(parent)
        self.setRange(low, high)
        self.setSingleStep(step)
        self.setSuffix(suffix)
        # The wheel over a page must scroll it, not change a number nobody chose.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        if name:
            self.setAccessibleName(name)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setFont(font(tabular=True))
        self.lineEdit().setTextMargins(7, 0, 7, 0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class FieldFrame(QWidget):
    """An editor with its label above and its hint or error below; an error is announced once."""

    def __init__(
        self, label: str, editor: QWidget, parent: QWidget | None = None, *, hint: str = "", required: bool = False
    ) -> None:
        super().__init__(parent)
        self.editor = editor
        self._hint_text = hint
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(5)
        head = QHBoxLayout()
        head.setSpacing(8)
        title = Label(label, t.SMALL, t.MEDIUM, "text2")
        title.setBuddy(editor)
        head.addWidget(title)
        if required:
            head.addWidget(Label(self.tr("required"), t.SMALL, t.REGULAR, "text3"))
        head.addStretch(1)
        column.addLayout(head)
        column.addWidget(editor)
        self._below = Label(hint, t.SMALL, t.REGULAR, "text3", wrap=True)
        column.addWidget(self._below)
        self._below.setVisible(bool(hint))  # after it has a parent: until then showing it opens a window
        if not editor.accessibleName():
            editor.setAccessibleName(label)

    def set_error(self, text: str) -> None:
        """Show what is wrong and how to mend it; an empty text takes the error away."""
        self.editor.setProperty("invalid", bool(text))
        style = self.editor.style()
        style.unpolish(self.editor)
        style.polish(self.editor)
        self._below.setText(text or self._hint_text)
        self._below.set_ink("breach" if text else "text3")
        self._below.setVisible(bool(text or self._hint_text))
        self.editor.setAccessibleDescription(text or self._hint_text)
        if text:
            announce(self.editor, text, assertive=True)

    def set_hint(self, text: str) -> None:
        """Other words below the editor; an error that stands there goes."""
        self._hint_text = text
        self.set_error("")

    def error(self) -> str:
        return self._below.text() if self.editor.property("invalid") else ""
