"""The rail as an editor: a grip at each boundary, moved by the pointer or by keys, a minute at a time."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from app.services.matrix.limits import LONGEST_TARGET
from app.views.matrix.columns import tr
from app.views.matrix.path_drawing import Climb, minute_words
from app.views.theme import tokens as t
from app.views.theme.announce import announce
from app.views.theme.current import theme
from app.views.theme.paint import px, smooth
from app.views.theme.rail import RailDrawing, lay_out, paint_handle
from app.views.theme.rail_layout import RailLayout
from app.views.theme.rail_view import RailView

KEEP_AFTER_MS = 700
"""A boundary moved by keys is kept this long after the last of them: one edit, one step to undo."""
FINE, COARSE = 1, 5
_SIDEWAYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class Grip(QWidget):
    """One boundary. Left and right move it by a minute, with Shift by five; Enter keeps, Esc takes back."""

    moved = Signal(int, int)  # its number, minutes to add
    dragged = Signal(int, QPointF, bool)  # its number, where the pointer is, whether in steps of five
    kept = Signal(int)
    dropped = Signal(int)
    focused = Signal(int)

    def __init__(self, number: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.number = number
        self.moving = False
        self._held = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.SplitHCursor)

    def say(self, tier: str, minute: float, after: float) -> None:
        """What assistive tools and the tooltip tell."""
        words = tr("Climb to {tier} at {minute}, after {after}")
        words = words.format(tier=tier, minute=minute_words(minute), after=minute_words(after))
        if words != self.accessibleName():
            self.setAccessibleName(words)
            self.setAccessibleDescription(tr("Left and right move it by a minute, with Shift by five."))
            self.setToolTip(words)
            if self.moving:
                announce(self, words)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not (self.hasFocus() or self._held):
            return  # the rail itself draws the grip at rest
        painter = smooth(QPainter(self))
        wide, high = px(9), self.height() - 2 * px(8)
        paint_handle(painter, QRectF((self.width() - wide) / 2, px(8), wide, high), held=True)
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()
        self.focused.emit(self.number)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
        if self.moving:
            self.kept.emit(self.number)

    def event(self, event: QEvent) -> bool:
        # while a move is not kept yet, undo takes that move back and nothing before it
        asked = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and self.moving
        if asked and isinstance(event, QKeyEvent) and _takes_back(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _SIDEWAYS and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            coarse = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            side = -_SIDEWAYS[key] if theme.mirrored else _SIDEWAYS[key]
            self.moved.emit(self.number, side * (COARSE if coarse else FINE))
        elif self.moving and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.kept.emit(self.number)
        elif self.moving and _takes_back(event):
            self.dropped.emit(self.number)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = True
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held:
            coarse = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.dragged.emit(self.number, self.mapToParent(event.position()), coarse)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._held and event.button() == Qt.MouseButton.LeftButton:
            self._held = False
            self.update()
            if self.moving:
                self.kept.emit(self.number)


def _takes_back(event: QKeyEvent) -> bool:
    return event.key() == Qt.Key.Key_Escape or event.matches(QKeySequence.StandardKey.Undo)


class PathRail(RailView):
    """Shows a path; `delayed` once a boundary was moved, `previewed` while it is."""

    delayed = Signal(int, int, int)  # place of the step on its path, seconds at the tier before, those it had
    previewed = Signal(int, int)
    dropped = Signal()
    chosen = Signal(int)  # the place whose boundary has the focus

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, handles=True)
        self.grips: list[Grip] = []
        self._steps: list[Climb] = []
        self._stands = self.drawing()
        self._minutes: float | None = None  # what the boundary being moved would say
        self._seen = 0  # its seconds when the move began
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(KEEP_AFTER_MS)
        self._wait.timeout.connect(self.keep)
        theme.changed.connect(self._place)

    def show_path(self, drawing: RailDrawing, steps: list[Climb], *, writable: bool) -> None:
        """Shows a path from its start; a boundary that is being moved stays where it is."""
        if len(steps) != len(self._steps):
            self._forget()
        self._stands, self._steps = drawing, steps
        self._make(len(steps), writable=writable)
        if self._moving() is None:
            self._draw(drawing)

    def _forget(self) -> None:
        self._wait.stop()
        self._minutes = None
        for grip in self.grips:
            grip.moving = False

    def _make(self, number: int, *, writable: bool) -> None:
        while len(self.grips) > number:
            grip = self.grips.pop()
            grip.hide()
            grip.deleteLater()
        while len(self.grips) < number:
            grip = Grip(len(self.grips), self)
            grip.moved.connect(self._nudged)
            grip.dragged.connect(self._dragged)
            grip.kept.connect(self.keep)
            grip.dropped.connect(self.drop)
            grip.focused.connect(self._focused)
            self.grips.append(grip)
        for grip in self.grips:
            grip.setEnabled(writable)
            grip.show()

    def _draw(self, drawing: RailDrawing) -> None:
        self.set_drawing(drawing)
        for grip, climb in zip(self.grips, self._steps, strict=True):
            band = drawing.bands[grip.number + 1]
            before = drawing.bands[grip.number].from_minute
            grip.say(climb.tier.name, band.from_minute, band.from_minute - before)
        self._place()

    def _layout(self) -> RailLayout:
        return lay_out(self.area(), self.drawing(), mirrored=theme.mirrored)

    def _place(self) -> None:
        if len(self.drawing().bands) != len(self.grips) + 1:
            return
        wide = max(round(px(17)), t.MIN_TARGET)
        for (_index, box), grip in zip(self._layout().handles, self.grips, strict=True):
            high = round(box.height() + 2 * px(8))
            grip.setGeometry(round(box.center().x() - wide / 2), round(box.y() - px(8)), wide, high)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.keep()

    # --- moving

    def _moving(self) -> Grip | None:
        return next((one for one in self.grips if one.moving), None)

    def _focused(self, number: int) -> None:
        self.chosen.emit(self._steps[number].place)

    def _nudged(self, number: int, by: int) -> None:
        """Steps of five go to the next minute that five divides."""
        stands = self._minutes if self.grips[number].moving else None
        minutes = self._steps[number].step.delay / 60 if stands is None else stands
        target = minutes + by
        if abs(by) == COARSE and minutes % COARSE:
            target = minutes - minutes % COARSE + (COARSE if by > 0 else 0)
        self._preview(number, target)
        self._wait.start()

    def _dragged(self, number: int, point: QPointF, coarse: bool) -> None:
        scale = self._layout().scale
        before = self.drawing().bands[number].from_minute
        minutes = round(scale.minute(point.x()) - before)
        self._preview(number, round(minutes / COARSE) * COARSE if coarse else minutes)

    def _preview(self, number: int, minutes: float) -> None:
        """Shows a boundary elsewhere; the axis stands still, and the boundaries behind move along."""
        other = self._moving()
        if other is not None and other.number != number:
            self.keep()
        minutes = float(min(max(round(minutes), 1), LONGEST_TARGET // 60))
        if not self.grips[number].moving:
            self.grips[number].moving = True
            self._seen = self._steps[number].step.delay
        self._minutes = minutes
        by = minutes - self._steps[number].step.delay / 60
        self._draw(shifted(self._stands, number + 1, by))
        self.previewed.emit(self._steps[number].place, round(minutes * 60))

    def keep(self, _number: int = 0) -> None:
        """Hands on what was moved."""
        grip, minutes = self._moving(), self._minutes
        self._wait.stop()
        if grip is None or minutes is None:
            return
        self._forget()
        if round(minutes * 60) != self._seen:
            self.delayed.emit(self._steps[grip.number].place, round(minutes * 60), self._seen)
        else:
            self.drop()

    def drop(self, _number: int = 0) -> None:
        """Puts the boundary back where it stands."""
        self._forget()
        self._draw(self._stands)
        self.dropped.emit()


def shifted(drawing: RailDrawing, number: int, by: float) -> RailDrawing:
    """A drawing whose bands from ``number`` on begin ``by`` minutes later; the axis grows only where it must."""
    bands = list(drawing.bands)
    last = bands[-1].from_minute + by
    end = max(drawing.end_minute, last + 1)
    for place, band in enumerate(bands):
        start = band.from_minute + (by if place >= number else 0)
        until = end if place + 1 == len(bands) else bands[place + 1].from_minute + (by if place + 1 >= number else 0)
        detail = band.detail
        if place == number - 1:
            detail = f"{detail.rpartition(', ')[0]}, {minute_words(until - start)}"
        bands[place] = replace(band, from_minute=start, to_minute=until, detail=detail)
    return replace(drawing, bands=tuple(bands), end_minute=end)
