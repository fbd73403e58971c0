"""The versions as a list: number and state, from when until when, who, how much changed, who has confirmed."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from app.services.publishing.history import HistoryLine
from app.views.matrix.columns import tr
from app.views.matrix.head import change_words
from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.paint import LEFT, RIGHT, draw_box, draw_line, draw_text, px, smooth, text_width
from app.views.theme.times import Times

Index = QModelIndex | QPersistentModelIndex
LINE = Qt.ItemDataRole.UserRole
ROW = 82


def state_of(one: HistoryLine, times: Times, now: datetime) -> tuple[str, str]:
    """What a version is by now, and its ink."""
    if one.in_force:
        return tr("in force"), "ok"
    if not one.began:
        return tr("from {when}").format(when=times.when(one.effective_from, now)), "accent_text"
    return tr("retired"), "text3"


def span_words(one: HistoryLine, times: Times, now: datetime) -> str:
    """``3 Nov to 23 Nov``."""
    since = times.when(one.effective_from, now)
    if one.until is None:
        return tr("since {when}").format(when=since) if one.began else since
    return tr("{since} to {until}").format(since=since, until=times.when(one.until, now))


def who_words(one: HistoryLine) -> str:
    """``Lena Okafor, signed by Priya Nair``; loud where a signature is missing."""
    who = one.published_by or tr("a program")
    if one.unsigned:
        return tr("{who}, without the signature of {functions}").format(who=who, functions=", ".join(one.unsigned))
    if one.signed_by:
        return tr("{who}, signed by {names}").format(who=who, names=", ".join(one.signed_by))
    return who


class _Row(QStyledItemDelegate):
    """Three lines and two numbers."""

    def __init__(self, owner: VersionList) -> None:
        super().__init__(owner)
        self._owner = owner

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(round(px(200)), round(px(ROW)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        one = index.data(LINE)
        if not isinstance(one, HistoryLine):
            return
        painter.save()
        smooth(painter)
        rect = QRectF(option.rect)
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            draw_box(painter, rect, "selected", None, 0)
            edge = rect.right() - 3 if theme.style.mirrored else rect.left()
            draw_box(painter, QRectF(edge, rect.top(), 3, rect.height()), "accent_text", None, 0)
        elif state & QStyle.StateFlag.State_MouseOver:
            draw_box(painter, rect, "hover", None, 0)
        self._words(painter, rect.adjusted(px(18), px(8), -px(14), -px(8)), one)
        draw_line(painter, rect.bottomLeft() + QPointF(px(18), 0), rect.bottomRight() - QPointF(px(14), 0))
        painter.restore()

    def _words(self, painter: QPainter, area: QRectF, one: HistoryLine) -> None:
        times, now = self._owner.times, self._owner.now
        high = area.height() / 3
        lines = [QRectF(area.x(), area.y() + high * place, area.width(), high) for place in range(3)]
        name = tr("Version {number}").format(number=one.number)
        confirmed = tr("{confirmed} of {asked}").format(confirmed=one.confirmed, asked=one.asked) if one.asked else ""
        draw_text(painter, lines[0], confirmed, t.SMALL, t.SEMIBOLD, "text", RIGHT)
        draw_text(painter, lines[1], change_words(one.changes), t.SMALL, t.REGULAR, "text", RIGHT)
        draw_text(painter, lines[0], name, t.BODY, t.SEMIBOLD, "text", LEFT)
        state, ink = state_of(one, times, now)
        start = text_width(name, t.BODY, t.SEMIBOLD) + px(10)
        room = lines[0].width() - start - text_width(confirmed, t.SMALL, t.SEMIBOLD) - px(8)
        left = lines[0].left() if theme.style.mirrored else lines[0].left() + start
        if theme.style.mirrored:
            left = lines[0].right() - start - room
        draw_text(painter, QRectF(left, lines[0].top(), room, high), state, t.SMALL, t.MEDIUM, ink, LEFT)
        wide = area.width() - text_width(change_words(one.changes), t.SMALL) - px(8)
        second = QRectF(lines[1])
        second.setWidth(wide)
        if theme.style.mirrored:
            second.moveRight(area.right())
        draw_text(painter, second, span_words(one, times, now), t.SMALL, t.REGULAR, "text2", LEFT)
        draw_text(painter, lines[2], who_words(one), t.SMALL, t.REGULAR, "breach" if one.unsigned else "text2", LEFT)


class VersionList(QListWidget):
    """`chosen(version id)` when the cursor stands on another one."""

    chosen = Signal(str)

    def __init__(self, times: Times, now: datetime, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.times, self.now = times, now
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setItemDelegate(_Row(self))
        self.setAccessibleName(tr("Versions"))
        self.setStyleSheet("QListWidget { background: transparent; }")
        self.currentItemChanged.connect(self._changed)
        theme.changed.connect(self.doItemsLayout)

    def show_lines(self, lines: tuple[HistoryLine, ...], chosen: str | None, now: datetime) -> None:
        """Shows these; the cursor stays on its version."""
        self.now = now
        held = self.current()
        wanted = held.id if held is not None else chosen
        self.blockSignals(True)
        self.clear()
        for one in lines:
            item = QListWidgetItem()
            item.setData(LINE, one)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, self.words(one))
            item.setToolTip(one.rationale)
            self.addItem(item)
            if one.id == wanted:
                self.setCurrentItem(item)
        if self.currentRow() < 0 and self.count():
            self.setCurrentRow(0)
        self.blockSignals(False)
        found = self.current()
        if found is not None and found.id != chosen:
            self.chosen.emit(found.id)

    def words(self, one: HistoryLine) -> str:
        """A version for screen readers."""
        state, _ink = state_of(one, self.times, self.now)
        parts = [
            tr("Version {number}").format(number=one.number), state, span_words(one, self.times, self.now),
            who_words(one), change_words(one.changes),
        ]  # fmt: skip
        if one.asked:
            parts.append(tr("confirmed by {confirmed} of {asked}").format(confirmed=one.confirmed, asked=one.asked))
        return ", ".join(parts)

    def current(self) -> HistoryLine | None:
        """The version under the cursor."""
        found = self.currentIndex().data(LINE)
        return found if isinstance(found, HistoryLine) else None

    def _changed(self, _item: object, _before: object) -> None:
        found = self.current()
        if found is not None:
            self.chosen.emit(found.id)
