"""The rail as a widget: tooltips, keys that walk its events, and words for assistive tools."""

from PySide6.QtCore import QCoreApplication, QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.views.theme.current import theme
from app.views.theme.focus import wants_ring
from app.views.theme.paint import color, pen, px, smooth
from app.views.theme.rail import (
    DOT_RADIUS,
    HitKind,
    RailDrawing,
    RailHit,
    lay_out,
    paint_rail,
    rail_height,
    rail_hit,
    tick_words,
)


def rail_rows(drawing: RailDrawing) -> list[tuple[str, str, str]]:
    """The rail as a table: (when, what, detail), in order of time; its twin for assistive tools."""
    rows: list[tuple[float, str, str]] = [(band.from_minute, band.name, band.detail) for band in drawing.bands]
    rows += [(flag.minute, flag.label, "") for flag in drawing.flags]
    rows += [(dot.minute, dot.tooltip, "") for dot in drawing.dots if dot.tooltip]
    rows.sort(key=lambda row: row[0])
    return [(minute_words(minute), what, detail) for minute, what, detail in rows]


def minute_words(minute: float) -> str:
    """ "12 min", "1 h 05", "2 d 3 h"."""
    whole = round(minute)
    if 0 < whole < 60:
        return QCoreApplication.translate("rail", "{minutes} min").format(minutes=whole)
    return tick_words(whole)


def rail_sentence(drawing: RailDrawing) -> str:
    """One sentence that says what the picture shows."""
    parts = [f"{band.name} {minute_words(band.from_minute)}" for band in drawing.bands]
    if drawing.now_minute is not None:
        parts.append(QCoreApplication.translate("rail", "now at {time}").format(time=minute_words(drawing.now_minute)))
    return ", ".join(parts)


class RailView(QWidget):
    """Shows a drawing. `activated(hit)` comes from a click, or from Enter on the walked event."""

    activated = Signal(object)

    def __init__(self, parent: QWidget | None = None, *, handles: bool = False) -> None:
        super().__init__(parent)
        self._drawing = RailDrawing((), 60)
        self._handles = handles
        self._at = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Escalation rail"))
        wants_ring(self)
        theme.changed.connect(self.updateGeometry)

    def drawing(self) -> RailDrawing:
        return self._drawing

    def set_drawing(self, drawing: RailDrawing) -> None:
        if drawing != self._drawing:
            self._drawing = drawing
            self._at = min(self._at, len(drawing.dots) - 1)
            self.setAccessibleDescription(rail_sentence(drawing))
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(px(480)), rail_height())

    def minimumSizeHint(self) -> QSize:
        return QSize(round(px(220)), rail_height())

    def area(self) -> QRectF:
        """Where the rail is painted; the dots at both ends need their half inside."""
        room = px(DOT_RADIUS) + 1
        return QRectF(self.rect()).adjusted(room, 0, -room, 0)

    def hit(self, point: QPointF) -> RailHit | None:
        mirrored = theme.mirrored
        return rail_hit(self.area(), self._drawing, point, handles=self._handles, mirrored=mirrored)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        paint_rail(painter, self.area(), self._drawing, handles=self._handles)
        if self.hasFocus() and self._at >= 0:
            self._paint_walked(painter)
        painter.end()

    def _paint_walked(self, painter: QPainter) -> None:
        mirrored = theme.mirrored
        spot = lay_out(self.area(), self._drawing, mirrored=mirrored).dots[self._at]
        painter.setPen(pen("accent_text", 2))
        painter.setBrush(color("surface", 0))
        painter.drawEllipse(spot, px(DOT_RADIUS) + 3, px(DOT_RADIUS) + 3)

    def tooltip(self, hit: RailHit) -> str:
        """What a hover says."""
        when = minute_words(hit.minute)
        if hit.kind is HitKind.DOT:
            return "\n".join(self._dot_words(index) for index in self._together(hit.index))
        if hit.kind is HitKind.FLAG:
            labels = lay_out(self.area(), self._drawing, mirrored=theme.mirrored).labels
            members = next((label.members for label in labels if hit.index in label.members), (hit.index,))
            flags = [self._drawing.flags[index] for index in members]
            return "\n".join(f"{flag.label}, {minute_words(flag.minute)}" for flag in flags)
        if hit.kind in (HitKind.BAND, HitKind.HANDLE):
            band = self._drawing.bands[hit.index]
            return f"{band.name}, {band.detail}, {minute_words(band.from_minute)}"
        return when

    def _dot_words(self, index: int) -> str:
        dot = self._drawing.dots[index]
        return f"{dot.tooltip}, {minute_words(dot.minute)}" if dot.tooltip else minute_words(dot.minute)

    def _together(self, index: int) -> tuple[int, ...]:
        """The dots that stand as one with this one."""
        groups = lay_out(self.area(), self._drawing, mirrored=theme.mirrored).groups
        return next((group for group in groups if index in group), (index,))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            hit = self.hit(QPointF(event.pos()))
            if hit is None:
                QToolTip.hideText()
            else:
                QToolTip.showText(event.globalPos(), self.tooltip(hit), self)
            return True
        return super().event(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        hit = self.hit(event.position())
        if event.button() == Qt.MouseButton.LeftButton and hit is not None:
            self.activated.emit(hit)
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, dots = event.key(), self._drawing.dots
        step = 1 if key == Qt.Key.Key_Right else -1 if key == Qt.Key.Key_Left else 0
        if step and dots:
            self._at = min(max(self._at + step, 0), len(dots) - 1)
            self.setAccessibleDescription(self._dot_words(self._at))
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._at >= 0:
            self.activated.emit(RailHit(HitKind.DOT, self._at, dots[self._at].minute))
        else:
            super().keyPressEvent(event)
