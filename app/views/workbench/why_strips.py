"""The two drawings of an explanation: a strip a day, and the spans as a table with a running total."""

from __future__ import annotations

from math import ceil, floor

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.services.clock.explain import Counts, Explanation, Interval
from app.services.clock.reading import took
from app.services.incidents.case_records import Case
from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.paint import (
    CENTER,
    LEFT,
    RIGHT,
    draw_box,
    draw_icon,
    draw_line,
    draw_stripes,
    draw_text,
    horizontal,
    px,
    smooth,
    text_width,
)
from app.views.theme.times import Times
from app.views.workbench.why_words import DayPieces, days, local_hour, reason, span, what
from app.views.workbench.words import tr

_ROW, _BAR, _LEAD, _TAIL, _AXIS = 32, 22, 96, 132, 26
_EARLY, _LATE = 6.0, 22.0


def paint_piece(painter: QPainter, rect: QRectF, counts: Counts) -> None:
    """A span by what it did; each differs by fill and outline, not by colour alone."""
    if counts is Counts.COUNTED:
        draw_box(painter, rect, "accent", None, px(4))
    elif counts is Counts.CLOSED:
        draw_box(painter, rect, "border", None, px(3))
    elif counts is Counts.PAUSED:
        draw_box(painter, rect, "paused_tint", None, px(4))
        draw_stripes(painter, rect, "paused", 5, 1)
        draw_box(painter, rect, None, "paused", px(4))
    else:
        draw_box(painter, rect, "surface", "accent_text", px(4), 1.4, Qt.PenStyle.DashLine)


class Legend(QWidget):
    """What the four fills mean."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries = (
            (Counts.COUNTED, tr("Counted")), (Counts.PAUSED, tr("Paused")), (Counts.CLOSED, tr("Closed")),
            (Counts.AHEAD, tr("Still to count")),
        )  # fmt: skip
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(round(sum(px(44) + text_width(words, t.SMALL) for _counts, words in self._entries)), round(px(20)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        x = 0.0
        for counts, words in self._entries:
            paint_piece(painter, QRectF(x + 1, self.height() / 2 - px(5), px(20), px(10)), counts)
            used = draw_text(painter, QRectF(x + px(27), 0, px(140), self.height()), words, t.SMALL, ink="text2")
            x += px(44) + used
        painter.end()


class DayStrips(QWidget):
    """One row a day from the hour anything happens to the hour nothing more does."""

    def __init__(self, explanation: Explanation, times: Times, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._explanation, self._times = explanation, times
        self._days = days(explanation, times)
        self._from, self._to = self._hours()
        self.setAccessibleName(tr("Counted time by day"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _hours(self) -> tuple[float, float]:
        low, high = _EARLY, _LATE
        for day in self._days:
            for piece in day.pieces:
                if piece.counts is not Counts.CLOSED:
                    low = min(low, floor(local_hour(piece.start, self._times)))
                    high = max(high, ceil(self._end_hour(piece)))
        return low, high

    def _end_hour(self, piece: Interval) -> float:
        return local_hour(piece.end, self._times) or 24.0

    def sizeHint(self) -> QSize:
        return QSize(round(px(600)), round(px(_AXIS + _ROW * len(self._days) + 30)))

    def _x(self, hour: float) -> float:
        room = self.width() - px(_LEAD) - px(_TAIL)
        share = (min(max(hour, self._from), self._to) - self._from) / (self._to - self._from)
        return px(_LEAD) + room * share

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        self._paint_axis(painter)
        for row, day in enumerate(self._days):
            self._paint_day(painter, px(_AXIS + _ROW * row), day)
        self._paint_marks(painter)
        total = tr("{time} in all").format(time=took(self._explanation.used_seconds))
        foot = QRectF(0, px(_AXIS + _ROW * len(self._days)) + px(2), self.width(), px(20))
        draw_text(painter, foot, total, t.SMALL, t.MEDIUM, align=RIGHT)
        painter.end()

    def _paint_axis(self, painter: QPainter) -> None:
        step = 2 if self._to - self._from <= 16 else 4
        hour = self._from
        while hour <= self._to:
            box = QRectF(self._x(hour) - px(30), 0, px(60), px(18))
            draw_text(painter, box, f"{int(hour) % 24:02d}:00", t.SMALL, ink="text3", align=CENTER)
            hour += step
        head = QRectF(self.width() - px(120), 0, px(120), px(18))
        draw_text(painter, head, tr("Counted that day"), t.SMALL, ink="text3", align=RIGHT)

    def _paint_day(self, painter: QPainter, top: float, day: DayPieces) -> None:
        counted = any(piece.counts is not Counts.CLOSED for piece in day.pieces)
        ink, weight = ("text", t.SEMIBOLD) if counted else ("text3", t.REGULAR)
        name = QRectF(0, top, px(_LEAD - 8), px(_BAR))
        draw_text(painter, name, f"{day.date:%a} {day.date.day} {day.date:%b}", t.BODY, weight, ink)
        whole = QRectF(self._x(self._from), top, self._x(self._to) - self._x(self._from), px(_BAR))
        draw_box(painter, whole, "surface", "border2", px(3))
        for piece in day.pieces:
            left, right = self._x(local_hour(piece.start, self._times)), self._x(self._end_hour(piece))
            if right - left >= 0.5:
                paint_piece(painter, QRectF(left, top, max(px(3), right - left - 1), px(_BAR)), piece.counts)
        note = self._note(day, counted=counted)
        if note:
            draw_text(painter, whole.adjusted(px(8), 0, 0, 0), note, t.SMALL, ink="text2")
        ahead = any(piece.counts is Counts.AHEAD for piece in day.pieces)
        words = took(day.counted) if day.counted else "" if ahead else tr("none")
        draw_text(painter, QRectF(0, top, self.width(), px(_BAR)), words, t.BODY, weight, ink, RIGHT)

    def _note(self, day: DayPieces, *, counted: bool) -> str:
        """Why the start of the row is empty, where there is room to say it."""
        start = local_hour(day.pieces[0].start, self._times)
        if start >= self._from + 3 and day.pieces[0].start == self._explanation.started_at:
            return tr("Not started yet")
        return tr("Closed all day") if not counted and start <= self._from else ""

    def _paint_marks(self, painter: QPainter) -> None:
        explanation = self._explanation
        self._mark(painter, explanation.at, tr("Now"), solid=True)
        due = explanation.due_if_resumed or explanation.due_at
        if due > explanation.at:
            self._mark(painter, due, tr("Due {time}").format(time=self._times.clock(due)), solid=False)

    def _mark(self, painter: QPainter, at: object, words: str, *, solid: bool) -> None:
        here = at.astimezone(self._times.zone)  # type: ignore[attr-defined]  # a datetime
        row = next((place for place, day in enumerate(self._days) if day.date == here.date()), -1)
        if row < 0:
            return
        x, top = self._x(local_hour(here, self._times)), px(_AXIS + _ROW * row)
        dash = Qt.PenStyle.SolidLine if solid else Qt.PenStyle.DashLine
        ink = "text" if solid else "accent_text"
        draw_line(painter, QPointF(x, top - px(5)), QPointF(x, top + px(_BAR + 6)), ink, 1.8, dash)
        wide = text_width(words, t.SMALL, t.SEMIBOLD) + px(14)
        left = min(max(0.0, x - wide / 2 if solid else x - px(8)), self.width() - wide)
        box = QRectF(left, top + px(_BAR + 6), wide, px(18))
        draw_box(painter, box, "text" if solid else "surface", None if solid else "accent_text", px(4))
        draw_text(painter, box, words, t.SMALL, t.SEMIBOLD, "surface" if solid else ink, CENTER, elide=False)


class IntervalTable(QWidget):
    """From and to, what, why, how long, and the running total."""

    def __init__(self, explanation: Explanation, case: Case, times: Times, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = []
        past = [one for one in explanation.intervals if one.counts is not Counts.AHEAD]
        for place, one in enumerate(past):
            why = reason(one, case, first=place == 0)
            self._rows.append((one, span(one, explanation, times), what(one), why))
        spoken = ". ".join(f"{when}, {did}, {why}, {took(one.seconds)}" for one, when, did, why in self._rows)
        self.setAccessibleName(tr("Spans since it was raised"))
        self.setAccessibleDescription(spoken)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(round(px(600)), round(px(28) * (len(self._rows) + 1) + 2))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        wide, high = float(self.width()), px(28)
        widest = max((text_width(did, t.BODY) for _one, _when, did, _why in self._rows), default=0.0)
        second = wide * 0.21
        columns = (0.0, second, max(wide * 0.325, second + px(22) + widest + px(12)))
        horizontal(painter, 0, 0, wide, "border2")
        heads = (tr("From, to"), tr("What"), tr("Why"))
        for x, words in zip(columns, heads, strict=False):
            draw_text(painter, QRectF(x, 0, px(200), high), words, t.SMALL, ink="text3")
        draw_text(painter, QRectF(0, 0, wide - px(108), high), tr("Lasted"), t.SMALL, ink="text3", align=RIGHT)
        draw_text(painter, QRectF(0, 0, wide, high), tr("Counted so far"), t.SMALL, ink="text3", align=RIGHT)
        for row, (one, when, did, why) in enumerate(self._rows, start=1):
            y = high * row
            horizontal(painter, 0, y, wide)
            counted = one.counts is Counts.COUNTED
            draw_text(painter, QRectF(0, y, columns[1] - px(8), high), when, t.BODY, t.MEDIUM)
            self._paint_mark(painter, columns[1], y + high / 2, one.counts)
            ink = "text" if counted else "text2"
            draw_text(painter, QRectF(columns[1] + px(22), y, widest + 1, high), did, ink=ink)
            room = wide - px(230) - columns[2]
            draw_text(painter, QRectF(columns[2], y, room, high), why, align=LEFT, ink=ink)
            lasted = QRectF(0, y, wide - px(108), high)
            weight = t.SEMIBOLD if counted else t.REGULAR
            draw_text(painter, lasted, took(one.seconds), t.BODY, weight, "text" if counted else "text2", RIGHT)
            draw_text(painter, QRectF(0, y, wide, high), took(one.counted_so_far), t.BODY, align=RIGHT)
        horizontal(painter, 0, self.height() - 1, wide, "border2")
        painter.end()

    def _paint_mark(self, painter: QPainter, x: float, middle: float, counts: Counts) -> None:
        if counts is Counts.PAUSED:
            draw_icon(painter, x, middle - px(7), "circle-pause", "paused", 14, 2)
        else:
            paint_piece(painter, QRectF(x, middle - px(5), px(13), px(10)), counts)
