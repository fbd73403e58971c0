"""How a line of the queue is painted: two lines of text, or one where rows are compact; the timer in its own cell."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.models.enums import IncidentOrigin
from app.services.clock.reading import Look
from app.services.incidents.queue import QueueRow
from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.glyphs import avatar, channel_icon_name, initials, severity, tier_rungs
from app.views.theme.paint import color, draw_icon, draw_stripes, draw_text, flip, px, smooth, text_width
from app.views.theme.timers import paint_pill, paint_share_bar
from app.views.workbench.grouping import Head
from app.views.workbench.queue_model import INCIDENT, LINE, TIMER, QueueModel
from app.views.workbench.words import GROUP_ICONS, heading_words, timer_name, tr

HEAD_HEIGHT, COMPACT_HEAD_HEIGHT = 30, 26
TIMER_WIDTH, COMPACT_TIMER_WIDTH = 162, 238
_URGENT = frozenset({Look.BREACHED, Look.DUE_SOON})
_NAME_SPACE = 92


def head_height() -> int:
    """Height in px of a group's head."""
    return round(px(COMPACT_HEAD_HEIGHT if theme.style.compact else HEAD_HEIGHT))


def timer_width() -> int:
    """Width in px of the timer's column."""
    return round(px(COMPACT_TIMER_WIDTH if theme.style.compact else TIMER_WIDTH))


class QueueDelegate(QStyledItemDelegate):
    """Paints from the model's records; makes no widgets and no Qt values a paint."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        head = isinstance(index.data(LINE), Head)
        return QSize(100, head_height() if head else theme.height("queue"))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        smooth(painter)
        model = index.model()
        assert isinstance(model, QueueModel)
        rect = QRectF(option.rect)
        line = model.lines[index.row()]
        if isinstance(line, Head):
            _paint_head(painter, rect, line, first=index.column() == INCIDENT)
            return
        state = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        row = model.row(line)
        if chosen:
            painter.fillRect(rect, color("selected"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, color("hover"))
        if index.column() == TIMER:
            _line_below(painter, rect, 0)
            if row is not None:
                _paint_timer(painter, rect, row, model)
            return
        _line_below(painter, rect, px(46))
        if chosen:
            painter.fillRect(flip(QRectF(rect.x(), rect.y(), 3, rect.height()), rect), color("accent_text"))
        if row is None:
            words = flip(rect.adjusted(px(47), 0, 0, 0), rect)
            draw_text(painter, words, tr("No longer here"), t.BODY, t.REGULAR, "text3")
            return
        if row.origin is IncidentOrigin.DRILL:
            draw_stripes(painter, flip(QRectF(rect.x(), rect.y(), px(6), rect.height()), rect), "control", 7, 2)
        paint = _paint_compact if theme.style.compact else _paint_roomy
        paint(painter, rect, row, model, pending=line in model.store.pending)


def _line_below(painter: QPainter, rect: QRectF, from_x: float) -> None:
    line = QRectF(rect.x() + from_x, rect.bottom() - 1, rect.width() - from_x, 1)
    painter.fillRect(flip(line, rect), color("border"))


def _paint_head(painter: QPainter, rect: QRectF, head: Head, *, first: bool) -> None:
    painter.fillRect(rect, color("subtle"))
    painter.fillRect(QRectF(rect.x(), rect.bottom() - 1, rect.width(), 1), color("border"))
    if not first:
        return
    icon, ink = GROUP_ICONS[head.heading[0]]
    mark = flip(QRectF(rect.x() + px(16), rect.center().y() - px(7), px(14), px(14)), rect)
    draw_icon(painter, mark.x(), mark.y(), icon, ink, 14, 2)
    words = heading_words(head.heading)
    width = text_width(words, t.SMALL, t.SEMIBOLD)
    draw_text(painter, flip(rect.adjusted(px(37), 0, 0, 0), rect), words, t.SMALL, t.SEMIBOLD, "text2")
    tail = flip(rect.adjusted(px(45) + width, 0, 0, 0), rect)
    draw_text(painter, tail, str(head.count), t.SMALL, t.REGULAR, "text3")


def _weight(row: QueueRow, model: QueueModel) -> int:
    text = model.text(row.id)
    return t.SEMIBOLD if text is not None and text.look in _URGENT else t.MEDIUM


def _who(painter: QPainter, rect: QRectF, row: QueueRow, middle: float, *, pending: bool) -> float:
    """The holder at the trailing edge, and ↻ while an act is being saved; returns the x where both begin."""
    left = rect.right() - px(30)
    letters = initials(row.holder)
    disc = flip(QRectF(left, middle - px(11), px(22), px(22)), rect)
    avatar(painter, disc.x(), middle, letters)
    if pending:
        left -= px(20)
        mark = flip(QRectF(left, middle - px(7), px(14), px(14)), rect)
        draw_icon(painter, mark.x(), mark.y(), "refresh-cw", "warn", 14)
    return left


def _customer(row: QueueRow) -> str:
    return f"{row.customer} · {row.segment}" if row.customer and row.segment else row.customer or row.segment


def _paint_roomy(painter: QPainter, rect: QRectF, row: QueueRow, model: QueueModel, *, pending: bool) -> None:
    middle = rect.y() + rect.height() / 2
    _severity(painter, rect, middle, row)
    end = _who(painter, rect, row, middle, pending=pending) - px(10)
    left, top = rect.x() + px(47), middle - px(19)
    title = QRectF(left, top, max(0.0, end - left), px(20))
    draw_text(painter, flip(title, rect), row.title, t.BODY, _weight(row, model))
    below = top + px(20)
    number = str(row.number)
    used = text_width(number, t.SMALL, t.MEDIUM)
    at = QRectF(left, below, used + 1, px(17))
    draw_text(painter, flip(at, rect), number, t.SMALL, t.MEDIUM, "text2")
    left += used + px(10)
    left = _tier_and_channel(painter, rect, left, below + px(8.5), row, end)
    words = QRectF(left, below, max(0.0, end - left), px(17))
    draw_text(painter, flip(words, rect), _customer(row), t.SMALL, t.REGULAR, "text3")


def _severity(painter: QPainter, rect: QRectF, middle: float, row: QueueRow) -> None:
    if row.severity:
        spot = flip(QRectF(rect.x() + px(15), middle, px(20), 1), rect)
        severity(painter, spot.x(), middle, row.severity)


def _tier_and_channel(painter: QPainter, rect: QRectF, left: float, middle: float, row: QueueRow, end: float) -> float:
    """The channel is left out where it would reach beyond `end`; returns where words go on."""
    rungs = flip(QRectF(left, middle - px(5), px(15), px(10)), rect)
    tier_rungs(painter, rungs.x(), middle, row.tier_rank)
    word = QRectF(left + px(19), middle - px(8.5), px(22), px(17))
    draw_text(painter, flip(word, rect), f"T{row.tier_rank}", t.CAPTION, t.MEDIUM, "text2", elide=False)
    left += px(42)
    if row.channel is not None and left + px(13) <= end:
        icon = flip(QRectF(left, middle - px(6.5), px(13), px(13)), rect)
        draw_icon(painter, icon.x(), icon.y(), channel_icon_name(row.channel.value), "text3", 13, 2)
    return left + px(19)


def _paint_compact(painter: QPainter, rect: QRectF, row: QueueRow, model: QueueModel, *, pending: bool) -> None:
    middle = rect.y() + rect.height() / 2
    _severity(painter, rect, middle, row)
    end = _who(painter, rect, row, middle, pending=pending) - px(10)
    left, top, high = rect.x() + px(46), rect.y(), rect.height()
    number = QRectF(left, top, px(40), high)
    draw_text(painter, flip(number, rect), str(row.number), t.SMALL, t.MEDIUM, "text2")
    left = _tier_and_channel(painter, rect, left + px(40), middle, row, end) + px(4)
    room = end - left
    wide = room > px(320)
    customer = min(px(150), room * 0.32) if wide else 0.0
    title = QRectF(left, top, max(0.0, room - customer - (px(12) if wide else 0)), high)
    draw_text(painter, flip(title, rect), row.title, t.BODY, _weight(row, model))
    if wide:
        words = QRectF(end - customer, top, customer, high)
        draw_text(painter, flip(words, rect), row.customer, t.SMALL, t.REGULAR, "text3")


def _paint_timer(painter: QPainter, rect: QRectF, row: QueueRow, model: QueueModel) -> None:
    text = model.text(row.id)
    middle = rect.y() + rect.height() / 2
    if text is None or row.timer is None:
        words = flip(rect.adjusted(px(8), 0, 0, 0), rect)
        draw_text(painter, words, tr("No timer"), t.SMALL, t.REGULAR, "text3")
        return
    name = timer_name(row.timer.kind)
    if theme.style.compact:
        face = flip(QRectF(rect.x() + px(6), middle, px(110), 1), rect)
        paint_pill(painter, face.x(), middle, text)
        words = QRectF(rect.right() - px(_NAME_SPACE), rect.y(), px(_NAME_SPACE - 8), rect.height())
        draw_text(painter, flip(words, rect), name, t.CAPTION, t.REGULAR, "text2")
        return
    pill = flip(QRectF(rect.x(), middle, px(110), 1), rect)
    paint_pill(painter, pill.x(), middle - px(9), text)
    below = QRectF(rect.x() + px(5), middle + px(3), px(100), px(16))
    draw_text(painter, flip(below, rect), name, t.CAPTION, t.REGULAR, "text3")
    bar = flip(QRectF(rect.right() - px(58), middle + px(9), px(42), px(4)), rect)
    paint_share_bar(painter, bar.x(), bar.y(), px(42), text.share, text.look)
