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
from app.views.theme.paint import draw_icon, draw_text, flip, px, smooth
from app.views.theme.rail import BandState, RailBand, RailDrawing, RailFlag
from app.views.theme.rail_view import RailView
from app.views.theme.timers import TIMER_LOOKS
from app.views.workbench.times import Times
from app.views.workbench.words import joined, timer_name, tr

_ROW, _HEAD = 24, 26


class Outlook(QWidget):
    """The targets: name, length, when, how much is left. `rail` belongs below and is placed by whoever uses it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rail = RailView()
        self.rail.hide()
        self._rows: list[tuple[str, str, str, str, bool]] = []
        self._from = ""
        self.setAccessibleName(tr("Targets"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_prospect(self, found: Prospect, now: datetime, times: Times) -> None:
        """Another answer."""
        raised = found.bands[0][3] if found.bands else now
        self._from = tr("from {time}, when it was raised").format(time=times.when(raised, now))
        self._rows = []
        for kind, seconds, due in found.targets:
            left = int((due - now).total_seconds())
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
        for row, (name, length, due, left, late) in enumerate(self._rows):
            y = px(_HEAD + _ROW * row)
            cells = (
                (0, 92, name, t.MEDIUM, "text"),
                (94, 54, length, t.REGULAR, "text2"),
                (150, 72, due, t.SEMIBOLD, "text"),
            )
            for x, wide, words, weight, ink in cells:
                box = flip(QRectF(px(x), y, px(wide), px(_ROW)), rect)
                draw_text(painter, box, words, t.SMALL, weight, ink)
            look = TIMER_LOOKS[Look.BREACHED if late else Look.ON_TRACK]
            ink = "breach" if late else "text2"
            mark = flip(QRectF(px(224), y + px(5), px(13), px(13)), rect)
            draw_icon(painter, mark.x(), mark.y(), look.icon, ink, 13, 2)
            box = flip(QRectF(px(242), y, max(0.0, rect.width() - px(242)), px(_ROW)), rect)
            draw_text(painter, box, left, t.SMALL, t.REGULAR, ink)
        painter.end()

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
        flags = tuple(
            RailFlag((due - raised).total_seconds() / 60, f"{timer_name(kind)} {times.when(due, now)}", "text2")
            for kind, _seconds, due in found.targets
            if (due - raised).total_seconds() / 60 < end
        )
        self.rail.set_drawing(RailDrawing(bands, end, flags, now_minute=here))
