"""The events of the record with their marks: in the story, and for the customer."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.services.debriefs.record import DebriefLine
from app.services.incidents.story import tell
from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.events import event_look
from app.views.theme.focus import wants_ring
from app.views.theme.glyphs import disc_icon
from app.views.theme.paint import draw_box, draw_icon, draw_text, px, smooth, text_width

Index = QModelIndex | QPersistentModelIndex
_ROW, _MARK = 26, 56
_NO_PARENT = QModelIndex()


class Column(IntEnum):
    """The columns, in order."""

    TIME = 0
    EVENT = 1
    STORY = 2
    CUSTOMER = 3


class EventModel(QAbstractTableModel):
    """Lines of the record with the reader's times."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: tuple[DebriefLine, ...] = ()
        self.times: tuple[str, ...] = ()
        self._customer = "the customer"

    def show_lines(self, lines: tuple[DebriefLine, ...], times: tuple[str, ...], customer: str) -> None:
        """New lines, or the same ones with other marks: the cursor stays where it was."""
        same = [line.event.id for line in lines] == [line.event.id for line in self.lines]
        if same:
            self.lines, self.times, self._customer = lines, times, customer
            if lines:
                self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, len(Column) - 1))
            return
        self.beginResetModel()
        self.lines, self.times, self._customer = lines, times, customer
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(Column)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.lines[index.row()]
        column = Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(line, index.row(), column)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return self._spoken(line, index.row(), column)
        return None

    def _words(self, line: DebriefLine, row: int, column: Column) -> str:
        if column is Column.TIME:
            return self.times[row]
        if column is Column.EVENT:
            told = tell(line.event, self._customer)
            return ", ".join(part for part in (told.title, told.detail) if part)
        return ""

    def _spoken(self, line: DebriefLine, row: int, column: Column) -> str:
        if column is Column.STORY:
            return self.tr("In the story") if line.in_story else self.tr("Not in the story")
        if column is Column.CUSTOMER:
            return self.tr("The customer sees it") if line.for_customer else self.tr("Stays inside")
        body = f"\n{line.event.body}" if column is Column.EVENT and line.event.body else ""
        return self._words(line, row, column) + body

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if way is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            names = (self.tr("Time"), self.tr("Event"), self.tr("in story"), self.tr("customer"))
            return names[section]
        return None


class EventDelegate(QStyledItemDelegate):
    """Paints a line; marks have icons that differ without colour."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, EventModel):
            return
        smooth(painter)
        rect, line = QRectF(option.rect), model.lines[index.row()]
        view = option.widget
        current = isinstance(view, QTableView) and view.currentIndex().row() == index.row() and view.hasFocus()
        if current:
            draw_box(painter, rect, "selected", None, 0)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            draw_box(painter, rect, "hover", None, 0)
        column = Column(index.column())
        if column is Column.TIME:
            draw_text(painter, rect.adjusted(px(2), 0, 0, 0), index.data(), t.SMALL, t.REGULAR, "text3")
        elif column is Column.EVENT:
            data = line.event.data
            icon, ink = event_look(
                line.event.kind, channel=data.get("channel"), rank=data.get("rank"), workaround="workaround" in data
            )
            disc_icon(painter, QPointF(rect.x() + px(11), rect.center().y()), icon, ink)
            words = rect.adjusted(px(30), 0, -px(6), 0)
            tone = "text" if line.in_story else "text2"
            draw_text(painter, words, index.data(), t.SMALL, t.MEDIUM if line.event.key else t.REGULAR, tone)
        else:
            self._paint_mark(painter, rect, line, column)

    def _paint_mark(self, painter: QPainter, rect: QRectF, line: DebriefLine, column: Column) -> None:
        x, y = rect.center().x() - px(8), rect.center().y() - px(8)
        if column is Column.STORY:
            icon, ink = ("square-check", "accent_text") if line.in_story else ("square", "control")
        elif line.customer_safe:
            icon, ink = "eye", "accent_text" if line.in_story else "control"
        else:
            icon, ink = "x", "control"
        draw_icon(painter, x, y, icon, ink, 16, 2)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(round(px(40)), round(px(_ROW)))


class EventTable(QTableView):
    """All events at their full height. A click or Space sets the mark under the cursor; the pane scrolls."""

    story_wanted = Signal(object, bool)  # DebriefLine, in the story
    customer_wanted = Signal(object, bool)
    reached = Signal()  # the keyboard came here, or to another line

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.events_model = EventModel(self)
        self.setModel(self.events_model)
        self.setItemDelegate(EventDelegate(self))
        self.setAccessibleName(QCoreApplication.translate("debriefs", "Events"))
        self.setStyleSheet("QTableView { background: transparent; }")
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(Column.EVENT, QHeaderView.ResizeMode.Stretch)
        self.writable = True
        wants_ring(self)
        self.events_model.modelReset.connect(self._restyle)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        row = round(px(_ROW))
        self.verticalHeader().setMinimumSectionSize(row)
        self.verticalHeader().setDefaultSectionSize(row)
        head = self.horizontalHeader()
        head.setMinimumSectionSize(round(px(24)))
        times = (text_width(words, t.SMALL) for words in self.events_model.times)
        widths = {Column.TIME: max(times, default=0) + px(12), Column.STORY: px(_MARK), Column.CUSTOMER: px(_MARK)}
        for column, width in widths.items():
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            head.resizeSection(column, round(width))
        self.setFixedHeight(row * self.events_model.rowCount() + 2)

    def line(self) -> DebriefLine | None:
        """The line under the cursor."""
        row = self.currentIndex().row()
        return self.events_model.lines[row] if 0 <= row < len(self.events_model.lines) else None

    def toggle(self, column: Column) -> None:
        """Turns a mark of the current line."""
        line = self.line()
        if line is None or not self.writable:
            return
        if column is Column.CUSTOMER:
            self.customer_wanted.emit(line, not line.customer_safe)
        else:
            self.story_wanted.emit(line, not line.in_story)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.column() in (Column.STORY, Column.CUSTOMER):
            self.toggle(Column(index.column()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            column = self.currentIndex().column()
            self.toggle(Column(column) if column >= 0 else Column.STORY)
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: Any) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.events_model.rowCount():
            self.setCurrentIndex(self.events_model.index(0, Column.STORY))
        self.viewport().update()
        self.reached.emit()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.reached.emit()

    def focusOutEvent(self, event: Any) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel:
            event.ignore()  # the pane scrolls
            return False
        return super().viewportEvent(event)
