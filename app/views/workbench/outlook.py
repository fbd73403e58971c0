"""What would follow if an incident opened now: its targets as a small table, its ladder as a rail."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.services.clock.reading import Look, duration
from app.services.clock.targets import amount
from app.services.incidents.why import Prospect
from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.paint import draw_icon, draw_text, flip, px, smooth, text_width
from app.views.theme.rail import BandState, RailBand, RailDrawing
from app.views.theme.rail_view import RailView
from app.views.theme.timers import TIMER_LOOKS
from app.views.theme.times import Times
from app.views.workbench.rail_flags import Target, flags_of
from app.views.workbench.words import joined, timer_name, tr

_ROW, _HEAD, _APART = 24, 26, 12
Row = tuple[str, str, str, str, bool]
"""Name, length, due time, what is left, and whether it is over."""


class Outlook(QWidget):
    """The targets: name, length, when, how much is left. `rail` belongs below and is placed by whoever uses it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rail = RailView()
        self.rail.hide()
        self._rows: list[Row] = []
        self._from = ""
        self.setAccessibleName(tr("Targets"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_prospect(self, found: Prospect, now: datetime, times: Times) -> None:
        """Another answer."""
        raised = found.bands[0][3] if found.bands else now
        self._from = tr("from {time}, when it was raised").format(time=times.when(raised, now))
        self._rows = []
        for kind, seconds, due, left in found.targets:
            words = tr("{time} over") if left < 0 else tr("{time} left")
            self._rows.append(
                (timer_name(kind), amount(seconds), times.when(due, now), words.format(time=duration(left)), left < 0)
            )
        self.setAccessibleDescription(". ".join(joined(*row[:4], by=", ") for row in self._rows))
        self.updateGeometry()
        self.update()
        self._show_rail(found, raised, now, times)

    def sizeHint(self) -> QSize:
        return QSize(round(px(280)), round(px(_HEAD + _ROW * len(self._rows))))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._rows:
            return
        painter = smooth(QPainter(self))
        rect = QRectF(self.rect())
        head = flip(QRectF(0, 0, rect.width(), px(20)), rect)
        used = draw_text(painter, head, tr("Targets"), t.SMALL, t.SEMIBOLD, "text2")
        draw_text(painter, flip(head.adjusted(used + px(8), 0, 0, 0), rect), self._from, t.SMALL, ink="text3")
        columns = self._columns()
        for number, row in enumerate(self._rows):
            self._paint_row(painter, px(_HEAD + _ROW * number), row, columns)
        painter.end()

    def _columns(self) -> tuple[float, float, float]:
        """Where length, due time and what is left begin: each column is as wide as its widest words."""
        at, found = 0.0, []
        for place, weight in ((0, t.MEDIUM), (1, t.REGULAR), (2, t.SEMIBOLD)):
            at += max(text_width(str(row[place]), t.SMALL, weight) for row in self._rows) + px(_APART)
            found.append(at)
        return found[0], found[1], found[2]

    def _paint_row(self, painter: QPainter, y: float, row: Row, columns: tuple[float, float, float]) -> None:
        name, length, due, left, late = row
        rect, (second, third, fourth) = QRectF(self.rect()), columns
        cells = (
            (0.0, second, name, t.MEDIUM, "text"),
            (second, third, length, t.REGULAR, "text2"),
            (third, fourth, due, t.SEMIBOLD, "text"),
        )
        for start, end, words, weight, tone in cells:
            draw_text(painter, flip(QRectF(start, y, end - start, px(_ROW)), rect), words, t.SMALL, weight, tone)
        look, ink = TIMER_LOOKS[Look.BREACHED if late else Look.ON_TRACK], "breach" if late else "text2"
        mark = flip(QRectF(fourth, y + px(5), px(13), px(13)), rect)
        draw_icon(painter, mark.x(), mark.y(), look.icon, ink, 13, 2)
        room = max(0.0, rect.width() - fourth - px(18))
        draw_text(painter, flip(QRectF(fourth + px(18), y, room, px(_ROW)), rect), left, t.SMALL, t.REGULAR, ink)

    def _show_rail(self, found: Prospect, raised: datetime, now: datetime, times: Times) -> None:
        self.rail.setVisible(bool(found.bands))
        if not found.bands:
            return
        starts = [(at - raised).total_seconds() / 60 for _name, _rank, _owner, at in found.bands]
        here = (now - raised).total_seconds() / 60
        end = max(starts[-1], here, 30.0) * 1.17
        stops = [*starts[1:], end]
        bands = tuple(
            RailBand(name, owner, start, stop, rank, BandState.CURRENT if place == 0 else BandState.AHEAD)
            for place, ((name, rank, owner, _at), start, stop) in enumerate(
                zip(found.bands, starts, stops, strict=True)
            )
        )
        targets = (
            Target((due - raised).total_seconds() / 60, timer_name(kind), times.when(due, now))
            for kind, _seconds, due, _left in found.targets
        )
        self.rail.set_drawing(RailDrawing(bands, end, flags_of(targets, end), now_minute=here))
