"""Things that are on or off: switch, tick box, radio, and the chip that goes away."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton, QSizePolicy, QWidget

from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.focus import wants_ring
from app.views.theme.paint import color, draw_box, draw_icon, draw_text, pen, px, smooth, text_width


def _lead(widget: QWidget, width: float) -> QRectF:
    """The rectangle of the mark: at the left, or at the right where mirrored."""
    rect = QRectF(0, 0, width, widget.height())
    if widget.layoutDirection() == Qt.LayoutDirection.RightToLeft:
        rect.moveRight(widget.width())
    return rect


def _paint_words(widget: QAbstractButton, painter: QPainter, mark: float, weight: int = t.REGULAR) -> None:
    rest = QRectF(mark, 0, widget.width() - mark, widget.height())
    if widget.layoutDirection() == Qt.LayoutDirection.RightToLeft:
        rest.moveLeft(0)
    ink = "text" if widget.isEnabled() else "text3"
    draw_text(painter, rest, widget.text(), t.BODY, weight, ink)


class Switch(QCheckBox):
    """On or off at once. Its text is drawn behind it; without text give it an accessible name."""

    def __init__(self, text: str = "", parent: QWidget | None = None, *, name: str = "") -> None:
        super().__init__(text, parent)
        if name:
            self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        wants_ring(self, 10)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        words = px(10) + text_width(self.text()) + 1 if self.text() else 0
        return QSize(max(t.MIN_TARGET, round(px(28) + words)), max(t.MIN_TARGET, round(px(24))))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: object) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        on, lead = self.isChecked(), _lead(self, px(28))
        track = QRectF(lead.x(), lead.center().y() - px(8), px(28), px(16))
        fill = "accent" if on else "surface"
        if not self.isEnabled():
            fill = "control" if on else "hover"
        draw_box(painter, track, fill, None if on else "control", px(8))
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        at = px(20) if on is not rtl else px(8)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("on_accent" if on else "control"))
        radius = px(5.5) if on else px(4.5)
        painter.drawEllipse(QPointF(track.x() + at, track.center().y()), radius, radius)
        _paint_words(self, painter, px(38))
        painter.end()


class CheckBox(QCheckBox):
    """A tick box that looks like the checklist."""

    def __init__(self, text: str = "", parent: QWidget | None = None, *, name: str = "", ink: str = "") -> None:
        super().__init__(text, parent)
        self._ink = ink or "accent_text"
        if name:
            self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        wants_ring(self, 4)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        words = px(9) + text_width(self.text()) + 1 if self.text() else px(8)
        return QSize(max(t.MIN_TARGET, round(px(16) + words)), max(t.MIN_TARGET, round(px(24))))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: object) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        state = self.checkState()
        icon = "square-check" if state == Qt.CheckState.Checked else "square"
        if state == Qt.CheckState.PartiallyChecked:
            icon = "square-minus"
        ink = "control" if state == Qt.CheckState.Unchecked else self._ink
        lead = _lead(self, px(16))
        draw_icon(painter, lead.x(), (self.height() - px(16)) / 2, icon, ink if self.isEnabled() else "text3", 16, 2)
        _paint_words(self, painter, px(25))
        painter.end()


class RadioButton(QRadioButton):
    """One of several."""

    def __init__(self, text: str = "", parent: QWidget | None = None, *, name: str = "") -> None:
        super().__init__(text, parent)
        if name:
            self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        wants_ring(self, 8)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        words = px(9) + text_width(self.text(), t.BODY, t.MEDIUM) + 1 if self.text() else px(8)
        return QSize(max(t.MIN_TARGET, round(px(16) + words)), max(t.MIN_TARGET, round(px(24))))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: object) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        on, lead = self.isChecked(), _lead(self, px(16))
        centre = QPointF(lead.center().x(), self.height() / 2)
        painter.setPen(pen("accent_text" if on else "control", 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, px(7), px(7))
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color("accent_text"))
            painter.drawEllipse(centre, px(3.6), px(3.6))
        _paint_words(self, painter, px(25), t.MEDIUM if on else t.REGULAR)
        painter.end()


class Chip(QAbstractButton):
    """A filter or a token. Click or Enter activates it; the cross, Delete or Backspace removes it."""

    removed = Signal()

    def __init__(
        self,
        text: str,
        parent: QWidget | None = None,
        *,
        removable: bool = True,
        icon: str = "",
        plain: bool = False,
        missing: bool = False,
        drops: bool = False,
    ) -> None:
        """`plain` outlines it, `missing` dashes the outline, `drops` shows that it opens a list."""
        super().__init__(parent)
        self._removable, self._icon, self._plain = removable, icon, plain
        self._missing, self._drops = missing, drops
        self.setText(text)
        self.setAccessibleName(self._spoken())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        wants_ring(self, 5)
        theme.changed.connect(self.updateGeometry)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setAccessibleName(self._spoken())
        self.updateGeometry()

    def _spoken(self) -> str:
        if self._removable:
            return self.tr("{filter}, Delete removes it").format(filter=self.text())
        return self.text()

    def sizeHint(self) -> QSize:
        width = text_width(self.text(), t.SMALL, t.MEDIUM) + px(18)
        width += px(18) if self._icon else 0
        width += px(15) if self._removable or self._drops else 0
        return QSize(max(t.MIN_TARGET, round(width)), max(t.MIN_TARGET, round(px(24))))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _over_cross(self, x: float) -> bool:
        if not self._removable:
            return False
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        return x <= px(24) if rtl else x >= self.width() - px(24)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        inside = self.rect().contains(event.position().toPoint())
        if self.isDown() and inside and self._over_cross(event.position().x()):
            self.setDown(False)
            self.removed.emit()
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._removable and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        rect = QRectF(self.rect())
        on = self.isChecked() or not (self._plain or self._missing)
        ink = "accent_text" if on else "text3" if self._missing else "text"
        dash = Qt.PenStyle.DashLine if self._missing else Qt.PenStyle.SolidLine
        strong = theme.style.high_contrast
        line = ("accent_text" if strong or self.isChecked() else None) if on else "control"
        draw_box(painter, rect, "accent_tint" if on else "surface", line, px(5), 1, dash)
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        before, after = px(9), px(9) + (px(15) if self._removable or self._drops else 0)
        if self._icon:
            x = rect.width() - px(9) - px(14) if rtl else px(9)
            draw_icon(painter, x, (rect.height() - px(14)) / 2, self._icon, ink, 14)
            before += px(18)
        words = rect.adjusted(after, 0, -before, 0) if rtl else rect.adjusted(before, 0, -after, 0)
        draw_text(painter, words, self.text(), t.SMALL, t.MEDIUM, ink)
        if self._removable or self._drops:
            x = px(6) if rtl else rect.width() - px(18)
            icon = "x" if self._removable else "chevron-down"
            draw_icon(painter, x, (rect.height() - px(12)) / 2, icon, ink, 12, 2)
        painter.end()
