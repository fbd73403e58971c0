"""What the record knows, as figures: response against target, updates, who held it, counts."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.services.clock.reading import took
from app.services.clock.targets import amount
from app.services.debriefs.record import DebriefRecord
from app.services.debriefs.responses import Held, Response
from app.services.debriefs.words import money_words
from app.services.incidents.story import TIMER_WORDS
from app.views.debriefs.looks import verdict_look
from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.glyphs import tier_rungs
from app.views.theme.paint import RIGHT, color, draw_icon, draw_text, horizontal, px, smooth, text_width
from app.views.theme.timers import paint_target_bar

_BAR_ROW, _HELD_ROW, _HEAD = 23, 22, 24
_DOTS_SHOWN = 12


class Figures(QWidget):
    """One painted column; the same in words for assistive tools."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._record: DebriefRecord | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Record"))
        theme.changed.connect(self.updateGeometry)

    def show_record(self, record: DebriefRecord) -> None:
        """Another record."""
        self._record = record
        self.setAccessibleDescription(self._spoken(record))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        record = self._record
        if record is None:
            return QSize(round(px(300)), 0)
        held = len(record.held_by_tier) + len(record.held_by_person)
        rows = len(record.responses) + 1
        return QSize(round(px(300)), round(px(_HEAD + rows * _BAR_ROW + 20 + _HEAD + held * _HELD_ROW + 20 + 40)))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(px(240)), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._record is None:
            return
        painter = smooth(QPainter(self))
        y = self._paint_responses(painter, self._record, 0.0)
        y = self._paint_held(painter, self._record, self._rule(painter, y))
        self._paint_counts(painter, self._record, self._rule(painter, y))
        painter.end()

    def _rule(self, painter: QPainter, y: float) -> float:
        horizontal(painter, 0, y + px(8), self.width())
        return y + px(18)

    def _title(self, painter: QPainter, y: float, title: str, note: str) -> float:
        draw_text(painter, QRectF(0, y, self.width(), px(18)), title, t.SMALL, t.SEMIBOLD, "text2")
        draw_text(painter, QRectF(0, y, self.width(), px(18)), note, t.CAPTION, t.REGULAR, "text3", RIGHT)
        return y + px(_HEAD)

    # --- response

    def _paint_responses(self, painter: QPainter, record: DebriefRecord, y: float) -> float:
        hours = any(one.in_hours for one in record.responses)
        note = self.tr("counted, in hours") if hours else self.tr("counted, around the clock")
        y = self._title(painter, y, self.tr("Response against target"), note)
        for response in record.responses:
            self._paint_response(painter, response, y)
            y += px(_BAR_ROW)
        self._paint_updates(painter, record, y)
        return y + px(_BAR_ROW)

    def _paint_response(self, painter: QPainter, response: Response, y: float) -> None:
        late = response.met is False
        draw_text(painter, QRectF(0, y, px(94), px(20)), TIMER_WORDS[response.kind.value], t.SMALL)
        words = _response_words(response)
        icon, ink = verdict_look(response.met)
        wide = text_width(words, t.SMALL, t.MEDIUM)
        bar = max(px(40), min(px(170), self.width() - px(96) - px(150)))
        target = max(response.target_seconds, 1)
        paint_target_bar(painter, px(96), y + px(10), bar, response.used_seconds / target, late=late)
        draw_icon(painter, self.width() - wide - px(22), y + px(3), icon, ink, 14, 2)
        box = QRectF(0, y, self.width(), px(20))
        draw_text(painter, box, words, t.SMALL, t.MEDIUM, "breach" if late else "text", RIGHT)

    def _paint_updates(self, painter: QPainter, record: DebriefRecord, y: float) -> None:
        draw_text(painter, QRectF(0, y, px(94), px(20)), self.tr("Updates"), t.SMALL)
        middle = y + px(10)
        painter.setPen(Qt.PenStyle.NoPen)
        for place, update in enumerate(record.updates[:_DOTS_SHOWN]):
            centre = QPointF(px(96 + 7) + place * px(14), middle)
            if update.on_time:
                painter.setBrush(color("ok"))
                painter.drawEllipse(centre, px(4.5), px(4.5))
            else:
                painter.setBrush(color("breach_solid"))
                reach = px(6)
                steps = ((0, -reach), (reach, 0), (0, reach), (-reach, 0))
                painter.drawPolygon(QPolygonF([centre + QPointF(dx, dy) for dx, dy in steps]))
        box = QRectF(0, y, self.width(), px(20))
        draw_text(painter, box, self._update_words(record), t.SMALL, t.MEDIUM, "text", RIGHT)

    def _update_words(self, record: DebriefRecord) -> str:
        if not record.updates:
            return self.tr("no verdict yet")
        met = sum(update.on_time for update in record.updates)
        return self.tr("{met} of {all} on time").format(met=met, all=len(record.updates))

    # --- held by

    def _paint_held(self, painter: QPainter, record: DebriefRecord, y: float) -> float:
        total = sum(held.seconds for held in record.held_by_tier)
        note = self.tr("wall time, {total}").format(total=took(total))
        y = self._title(painter, y, self.tr("Held by"), note)
        for held in record.held_by_tier:
            self._paint_holder(painter, held, y, is_tier=True)
            y += px(_HELD_ROW)
        for held in record.held_by_person:
            self._paint_holder(painter, held, y, is_tier=False)
            y += px(_HELD_ROW)
        return y

    def _paint_holder(self, painter: QPainter, held: Held, y: float, *, is_tier: bool) -> None:
        if is_tier:
            tier_rungs(painter, 0, y + px(10), held.rank)
        weight, ink = (t.MEDIUM, "text") if is_tier else (t.REGULAR, "text2")
        draw_text(painter, QRectF(px(24), y, self.width() * 0.6, px(20)), held.name, t.SMALL, weight, ink)
        box = QRectF(0, y, self.width(), px(20))
        draw_text(painter, box, took(held.seconds), t.SMALL, t.MEDIUM, "text", RIGHT)

    # --- counts

    def _counts(self, record: DebriefRecord) -> list[tuple[str, str]]:
        messages = self.tr("{out} out, {into} in").format(out=record.messages_out, into=record.messages_in)
        credit = ", ".join(money_words(amount_, currency) for currency, amount_ in record.credits) or self.tr("none")
        decisions = str(len(record.decisions)) if record.decisions else self.tr("none")
        return [(self.tr("Decisions"), decisions), (self.tr("Messages"), messages), (self.tr("Credit"), credit)]

    def _paint_counts(self, painter: QPainter, record: DebriefRecord, y: float) -> None:
        counts = self._counts(record)
        wide = self.width() / len(counts)
        for place, (name, value) in enumerate(counts):
            x = place * wide
            draw_text(painter, QRectF(x, y, wide - px(6), px(16)), name, t.CAPTION, t.REGULAR, "text3")
            draw_text(painter, QRectF(x, y + px(16), wide - px(6), px(20)), value, t.BODY, t.SEMIBOLD)

    def _spoken(self, record: DebriefRecord) -> str:
        parts = [f"{TIMER_WORDS[one.kind.value]} {_response_words(one)}" for one in record.responses]
        parts.append(f"{self.tr('Updates')} {self._update_words(record)}")
        held = (*record.held_by_tier, *record.held_by_person)
        parts += [f"{one.name} {took(one.seconds)}" for one in held]
        parts += [f"{name} {value}" for name, value in self._counts(record)]
        return ", ".join(parts)


def _response_words(response: Response) -> str:
    used = took(response.used_seconds) if response.met is not None else "–"
    return f"{used} of {amount(response.target_seconds)}"
