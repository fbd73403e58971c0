"""The strip of who is on duty: a line an owner, over a week or four, with the hour under the pointer or the arrows.

Solid is somebody on duty, dashed passes on, hatched and outlined is nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.services.coverage_duty import Cover, CoverHole, CoverLine, CoverSpan, Strip
from app.views.matrix.columns import tr
from app.views.matrix.coverage_cell import TOP_RANK, tier_ink
from app.views.matrix.coverage_strip_paint import DAYS_HEIGHT, LABELS, paint_duty, paint_label, paint_mark
from app.views.matrix.coverage_words import DAYS, cover_words, day_words, hours_words
from app.views.theme import tokens as t
from app.views.theme.announce import announce
from app.views.theme.current import theme
from app.views.theme.focus import wants_ring
from app.views.theme.paint import (
    color,
    draw_box,
    draw_line,
    draw_stripes,
    draw_text,
    horizontal,
    px,
    smooth,
    vertical,
)

HOURS_HEIGHT, LINE_HEIGHT = 44, 38
HOUR = timedelta(hours=1)


class DutyStrip(QWidget):
    """Arrows move by an hour, with Shift by a day. `asked(words)` says who is on duty there; empty is nowhere."""

    asked = Signal(str)
    hole_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.strip: Strip | None = None
        self.hours: Sequence[int] = ()
        self.opened = 0
        self.zone = ZoneInfo("UTC")
        self.now: datetime | None = None
        self.cursor_at: datetime | None = None
        self.chosen = -1
        self.setAccessibleName(tr("Who is on duty, hour by hour"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        wants_ring(self)
        theme.changed.connect(self._restyle)

    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def show_strip(self, strip: Strip | None, hours: Sequence[int], opened: int, zone: ZoneInfo, now: datetime) -> None:
        """Shows other spans; ``hours`` are incidents by hour of the week, ``opened`` how many there are."""
        self.strip, self.hours, self.opened, self.zone, self.now = strip, hours, opened, zone, now
        inside = strip is not None and self.cursor_at is not None and strip.start <= self.cursor_at < strip.end
        if not inside:
            self.cursor_at = None
        self.setAccessibleDescription(self.told())
        self._restyle()

    def told(self) -> str:
        """Every line at the hour of the cursor, or the holes, for those who do not see them."""
        if self.strip is None:
            return ""
        if self.cursor_at is not None:
            return self.words_at(self.cursor_at)
        return tr("{number} owners, {holes} times nobody on duty").format(
            number=len(self.strip.lines), holes=len(self.strip.holes)
        )

    def words_at(self, at: datetime) -> str:
        """``Fri 27 Nov 13:00. Frontline: Lena Ortiz. Payments desk: nobody on duty.``"""
        if self.strip is None:
            return ""
        local = at.astimezone(self.zone)
        lines = [cover_words(one, one.at(at)) for one in self.strip.lines]
        return f"{day_words(local)} {local:%H:%M}. {'. '.join(one for one in lines if one)}."

    # --- geometry

    def sizeHint(self) -> QSize:
        lines = len(self.strip.lines) if self.strip is not None else 4
        return QSize(600, round(px(DAYS_HEIGHT + HOURS_HEIGHT + LINE_HEIGHT * lines) + 2))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(px(LABELS + 200)), self.sizeHint().height())

    def _time(self) -> QRectF:
        """The part of the widget in which time runs."""
        label = px(LABELS)
        left = 0.0 if theme.style.mirrored else label
        return QRectF(left, 0, max(self.width() - label, 1), self.height())

    def _x(self, at: datetime) -> float:
        area, strip = self._time(), self.strip
        if strip is None:
            return area.left()
        share = (at - strip.start) / (strip.end - strip.start)
        share = min(max(share, 0.0), 1.0)
        return area.right() - share * area.width() if theme.style.mirrored else area.left() + share * area.width()

    def _at(self, x: float) -> datetime | None:
        area, strip = self._time(), self.strip
        if strip is None or not area.left() <= x < area.right():
            return None
        share = (x - area.left()) / area.width()
        share = 1 - share if theme.style.mirrored else share
        hours = int(share * ((strip.end - strip.start) / HOUR))
        return strip.start + hours * HOUR

    def _line_top(self, place: int) -> float:
        return px(DAYS_HEIGHT + HOURS_HEIGHT + LINE_HEIGHT * place)

    def hole_at(self, at: datetime, y: float | None = None) -> int:
        """The hole at an instant, of the line at a height where one is given; -1 for none."""
        if self.strip is None:
            return -1
        tops = [self._line_top(place) for place in range(len(self.strip.lines))]
        for place, hole in enumerate(self.strip.holes):
            line = next((n for n, one in enumerate(self.strip.lines) if one.owner == hole.owner), 0)
            near = y is None or tops[line] <= y < tops[line] + px(LINE_HEIGHT)
            if near and hole.start < at + HOUR and at < hole.end:
                return place
        return -1

    # --- pointer and keys

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._at(event.position().x())
        self.asked.emit(self.words_at(at) if at is not None else "")
        over = at is not None and self.hole_at(at, event.position().y()) >= 0
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.asked.emit(self.words_at(self.cursor_at) if self.cursor_at is not None else "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        at = self._at(event.position().x())
        if at is not None:
            self.put(at)
            hole = self.hole_at(at, event.position().y())
            if hole >= 0:
                self.hole_chosen.emit(hole)

    def put(self, at: datetime) -> None:
        """Puts the cursor on an hour, and says who is on duty then."""
        if self.strip is None:
            return
        self.cursor_at = min(max(at, self.strip.start), self.strip.end - HOUR)
        words = self.words_at(self.cursor_at)
        self.setAccessibleDescription(words)
        announce(self, words)
        self.asked.emit(words)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        strip = self.strip
        step = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()))
        if strip is None:
            super().keyPressEvent(event)
        elif step is not None:
            step = -step if theme.style.mirrored else step
            day = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.put(self._start() + step * (24 * HOUR if day else HOUR) if self.cursor_at else self._start())
        elif event.key() == Qt.Key.Key_Home:
            self.put(strip.start)
        elif event.key() == Qt.Key.Key_End:
            self.put(strip.end)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.cursor_at is not None:
            hole = self.hole_at(self.cursor_at)
            if hole >= 0:
                self.hole_chosen.emit(hole)
        else:
            super().keyPressEvent(event)

    def _start(self) -> datetime:
        """Where the cursor stands, or begins: at this hour."""
        if self.cursor_at is not None or self.now is None:
            return self.cursor_at or datetime.now(self.zone)
        return self.now.replace(minute=0, second=0, microsecond=0)

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.strip is None:
            return
        painter = smooth(QPainter(self))
        self._days(painter, self.strip)
        self._hours(painter, self.strip)
        for place, line in enumerate(self.strip.lines):
            self._line(painter, self.strip, line, self._line_top(place))
        horizontal(painter, 0, self.height() - 1, self.width())
        self._marks(painter, self.strip)
        painter.end()

    def _midnights(self, strip: Strip) -> list[datetime]:
        first = strip.start.astimezone(self.zone)
        days = round((strip.end - strip.start) / timedelta(days=1))
        return [first + timedelta(days=day) for day in range(days)]  # by the clock on the wall, also over a change

    def _days(self, painter: QPainter, strip: Strip) -> None:
        days = self._midnights(strip)
        today = self.now.astimezone(self.zone).date() if self.now is not None else None
        for day in days:
            x, after = self._x(day), self._x(day + timedelta(days=1))
            if theme.style.mirrored:
                x, after = after, x
            vertical(painter, x, px(DAYS_HEIGHT - 18), self.height() - px(DAYS_HEIGHT - 18))
            short = after - x < px(60)
            words = str(day.day) if short else f"{tr(DAYS[day.weekday()])} {day.day}"
            weight = t.SEMIBOLD if day.date() == today else t.REGULAR
            ink = "text" if day.weekday() < 5 or day.date() == today else "text3"
            draw_text(painter, QRectF(x + px(6), 0, after - x - px(6), px(DAYS_HEIGHT)), words, t.SMALL, weight, ink)

    def _hours(self, painter: QPainter, strip: Strip) -> None:
        """Incidents by the hour of the week at which they were opened."""
        top, high = px(DAYS_HEIGHT), px(HOURS_HEIGHT)
        words = tr("{number} by hour opened").format(number=f"{self.opened:,}")
        paint_label(painter, self.width(), top, high, (tr("Incidents"), words))
        horizontal(painter, 0, top + high - 1, self.width())
        most = max(self.hours, default=0)
        if not most:
            return
        hours = round((strip.end - strip.start) / HOUR)
        step = self._time().width() / hours
        for number in range(hours):
            at = (strip.start + number * HOUR).astimezone(self.zone)
            count = self.hours[24 * at.weekday() + at.hour]
            if count:
                tall = max((high - px(12)) * count / most, px(1.5))
                x = min(self._x(at), self._x(at + HOUR))
                painter.fillRect(QRectF(x + 0.5, top + high - px(5) - tall, max(step - 1, 0.8), tall), color("control"))

    def _line(self, painter: QPainter, strip: Strip, line: CoverLine, top: float) -> None:
        high = px(LINE_HEIGHT)
        paint_label(
            painter, self.width(), top, high, (line.label, hours_words(line, strip.opening, self.zone)), line.rank
        )
        horizontal(painter, 0, top + high - 1, self.width())
        for span in line.spans:
            start, end = self._x(span.start), self._x(span.end)
            left, right = min(start, end), max(start, end)
            area = QRectF(left + 1, top + px(5), max(right - left - 2, 1.5), high - px(11))
            if span.cover is Cover.ON_DUTY:
                paint_duty(painter, area, line, span)
            elif span.cover is Cover.PASSES:
                ink = tier_ink(min(line.rank + 1, TOP_RANK))
                middle = area.center().y()
                dash = Qt.PenStyle.DashLine
                draw_line(painter, QPointF(area.left(), middle), QPointF(area.right(), middle), ink, 1.4, dash)
            elif span.cover is Cover.NOBODY:
                draw_box(painter, area, "breach_tint", None, px(3))
                draw_stripes(painter, area, "breach", 7, 1.2)
                wide = 2.5 if self._is_chosen(strip, line, span) else 1.5
                draw_box(painter, area, None, "breach", px(3), wide)

    def _is_chosen(self, strip: Strip, line: CoverLine, span: CoverSpan) -> bool:
        if not 0 <= self.chosen < len(strip.holes):
            return False
        hole: CoverHole = strip.holes[self.chosen]
        return hole.owner == line.owner and hole.end == span.end

    def _marks(self, painter: QPainter, strip: Strip) -> None:
        if self.now is not None and strip.start <= self.now < strip.end:
            paint_mark(painter, self.width(), self.height(), self._x(self.now), tr("Now"), "text")
        if self.cursor_at is not None and self.hasFocus():
            local = self.cursor_at.astimezone(self.zone)
            middle = self._x(self.cursor_at + HOUR / 2)
            paint_mark(painter, self.width(), self.height(), middle, f"{local:%H:%M}", "accent_text")

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
