"""The timeline: a list of painted lines, their bodies in boxes, filters above it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.views.theme import tokens as t
from app.views.theme.cards import Surface
from app.views.theme.current import theme
from app.views.theme.glyphs import disc_icon
from app.views.theme.labels import Label
from app.views.theme.paint import (
    draw_box,
    draw_icon,
    draw_line,
    draw_paragraph,
    draw_text,
    flip,
    paragraph_height,
    px,
    smooth,
    text_width,
)
from app.views.theme.strips import TabStrip
from app.views.workbench.timeline_lines import FITS, Box, Filter, TimelineLine
from app.views.workbench.words import joined, tr

Index = QModelIndex | QPersistentModelIndex
LINE = Qt.ItemDataRole.UserRole
_ROOT = QModelIndex()
_BOXES = {Box.QUOTE: ("subtle", "border"), Box.NOTE: ("surface", "border2"), Box.WORKAROUND: ("warn_tint", None)}
_TEXT_X, _DISC_X, _TAIL = 76, 54, 16
_HEAD, _GAP = 23, 12
_NEARLY = 40


class TimelineModel(QAbstractListModel):
    """The lines that the filter lets through."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: list[TimelineLine] = []

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def show_lines(self, lines: Sequence[TimelineLine]) -> bool:
        """Other lines; only what came at the end is inserted. False where nothing changed."""
        new = list(lines)
        if new == self.lines:
            return False
        old = len(self.lines)
        if 0 < old < len(new) and new[:old] == self.lines:
            self.beginInsertRows(QModelIndex(), old, len(new) - 1)
            self.lines = new
            self.endInsertRows()
        else:
            self.beginResetModel()
            self.lines = new
            self.endResetModel()
        return True

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.lines[index.row()]
        if role == LINE:
            return line
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return joined(line.time, line.title, line.detail, tr("key event") if line.key else "", line.body, by=", ")
        return None


class TimelineDelegate(QStyledItemDelegate):
    """Time, a disc on the thread, title and quiet words, and the body in its box."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        view = self.parent()
        width = view.viewport().width() if isinstance(view, QListView) else 400
        line: TimelineLine = index.data(LINE)
        return QSize(width, round(px(_HEAD) + self._body_height(line, width) + px(_GAP)))

    def _body_height(self, line: TimelineLine, width: float) -> float:
        if not line.body:
            return 0.0
        room = width - px(_TEXT_X) - px(_TAIL)
        if line.box is Box.NONE:
            return paragraph_height(line.body, room) + px(2)
        return paragraph_height(line.body, room - px(20)) + px(18)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        smooth(painter)
        line: TimelineLine = index.data(LINE)
        rect = QRectF(option.rect)
        self._paint_ground(painter, option, rect)
        self._paint_thread(painter, rect, index, line)
        head = px(22)
        time = QRectF(rect.x(), rect.y(), px(_DISC_X - 14), head)
        draw_text(painter, flip(time, rect), line.time, t.SMALL if len(line.time) < 6 else 10, t.REGULAR, "text3")
        left = rect.x() + px(_TEXT_X)
        end = rect.right() - px(_TAIL)
        width = min(text_width(line.title, t.BODY, t.SEMIBOLD) + 1, end - left)
        title = flip(QRectF(left, rect.y(), width, head), rect)
        draw_text(painter, title, line.title, t.BODY, t.SEMIBOLD)
        more = left + width + px(8)
        if line.key:
            star = flip(QRectF(more, rect.y() + px(4), px(13), px(13)), rect)
            draw_icon(painter, star.x(), star.y(), "star", "warn", 13, 2)
            more += px(19)
        if end - more > px(20):
            draw_text(painter, flip(QRectF(more, rect.y(), end - more, head), rect), line.detail, t.SMALL, ink="text3")
        if line.body:
            self._paint_body(painter, rect, line)

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, rect: QRectF) -> None:
        state = option.state
        if state & QStyle.StateFlag.State_Selected and state & QStyle.StateFlag.State_HasFocus:
            mark = rect.adjusted(-px(2), -px(1), -px(_TAIL - 8), -px(_GAP - 4))
            draw_box(painter, mark, "hover", "accent_text", px(t.RADIUS_CONTROL), 1.5)

    def _paint_thread(self, painter: QPainter, rect: QRectF, index: Index, line: TimelineLine) -> None:
        x, middle = rect.x() + px(_DISC_X), rect.y() + px(11)
        if theme.mirrored:
            x = rect.left() + rect.right() - x
        if index.row() > 0:
            draw_line(painter, QPointF(x, rect.y()), QPointF(x, middle - px(13)), "border2")
        if index.row() < index.model().rowCount() - 1:
            draw_line(painter, QPointF(x, middle + px(13)), QPointF(x, rect.bottom() + 1), "border2")
        disc_icon(painter, QPointF(x, middle), line.icon, line.ink)

    def _paint_body(self, painter: QPainter, rect: QRectF, line: TimelineLine) -> None:
        left, top = rect.x() + px(_TEXT_X), rect.y() + px(_HEAD)
        width, high = rect.width() - px(_TEXT_X) - px(_TAIL), self._body_height(line, rect.width())
        if line.box is Box.NONE:
            draw_paragraph(painter, flip(QRectF(left, top, width, high), rect), line.body, ink="text2")
            return
        fill, edge = _BOXES[line.box]
        face = flip(QRectF(left, top + px(2), width, high - px(2)), rect)
        draw_box(painter, face, fill, edge, px(t.RADIUS_CONTROL))
        draw_paragraph(painter, face.adjusted(px(10), px(8), -px(10), 0), line.body)


class TimelineList(QListView):
    """Up and down walk; K is a command that acts on `current_line`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setItemDelegate(TimelineDelegate(self))
        self.setAccessibleName(self.tr("Timeline"))
        theme.changed.connect(self.scheduleDelayedItemsLayout)

    def at_end(self) -> bool:
        """Whether the newest line can be seen."""
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum() - round(px(_NEARLY))

    def resizeEvent(self, event: QResizeEvent) -> None:
        stays = self.at_end()  # a card that comes above takes no newest line away
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.scheduleDelayedItemsLayout()
        if stays:
            QTimer.singleShot(0, self, self.scrollToBottom)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_J: Qt.Key.Key_Down}.get(Qt.Key(event.key()))
        if step is None or event.modifiers():
            super().keyPressEvent(event)
            return
        super().keyPressEvent(QKeyEvent(event.type(), step, Qt.KeyboardModifier.NoModifier))

    def keyboardSearch(self, search: str) -> None:
        """Letters are keys here, not a search."""

    def current_line(self) -> TimelineLine | None:
        """The line that K would mark."""
        index = self.currentIndex()
        found: TimelineLine | None = index.data(LINE) if index.isValid() else None
        return found


class Timeline(Surface):
    """Filters and list. `filtered(filter)` when another one is chosen."""

    filtered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("surface", parent)
        self._all: list[TimelineLine] = []
        self._incident = ""
        self._follows = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(24, 7, 14, 5)
        head.setSpacing(12)
        head.addWidget(Label(self.tr("Timeline"), t.BODY, t.SEMIBOLD))
        self.filters = TabStrip(pills=True)
        self.filters.setAccessibleName(self.tr("What the timeline shows"))
        for words in (
            self.tr("Everything"), self.tr("Customer"), self.tr("Hand-offs"), self.tr("Notes"), self.tr("Key events"),
        ):  # fmt: skip
            self.filters.add(words)
        head.addWidget(self.filters, 1)
        column.addLayout(head)
        self.list = TimelineList()
        self.model = TimelineModel(self)
        self.list.setModel(self.model)
        room = QHBoxLayout()
        room.setContentsMargins(24, 4, 0, 0)
        room.addWidget(self.list)
        column.addLayout(room, 1)
        self.filters.currentChanged.connect(self._filter)

    def follow(self) -> None:
        """Something was done here: what comes next is shown, wherever somebody reads."""
        self._follows = True

    def show_lines(self, incident_id: str, lines: list[TimelineLine]) -> None:
        """The lines of an incident; the newest can be seen, unless somebody reads further up and has not acted."""
        fresh = incident_id != self._incident
        follows = fresh or self._follows or self.list.at_end()
        line = self.list.current_line()
        self._incident, self._all = incident_id, lines
        fits = FITS[self.filter]
        if self.model.show_lines([one for one in lines if fits(one)]):
            self._again(line.id if line and not fresh else "")
            self._follows = False
            if follows:
                self.list.scrollToBottom()

    def _again(self, event_id: str) -> None:
        """Keeps the line that was current."""
        for row, line in enumerate(self.model.lines):
            if event_id and line.id == event_id:
                mode = QItemSelectionModel.SelectionFlag.ClearAndSelect
                self.list.selectionModel().setCurrentIndex(self.model.index(row), mode)

    @property
    def filter(self) -> Filter:
        """What is shown."""
        return tuple(Filter)[self.filters.currentIndex()]

    def set_filter(self, index: int) -> None:
        """The keys 1 to 5."""
        self.filters.setCurrentIndex(index)

    def _filter(self, _index: int) -> None:
        fits = FITS[self.filter]
        self.model.show_lines([line for line in self._all if fits(line)])
        self.list.scrollToBottom()
        self.filtered.emit(self.filter.value)

    def go_to(self, event_id: str) -> None:
        """Shows the line of an event."""
        if event_id not in {line.id for line in self.model.lines}:
            self.set_filter(0)
        self._again(event_id)
        self.list.scrollTo(self.list.currentIndex())
