"""The map: a table of cells that arrows walk, whose numbers open their incidents."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.services.matrix.checks import Check
from app.views.matrix.columns import tr
from app.views.matrix.coverage_cell import Spot, numbers, paint_cell, spots
from app.views.matrix.coverage_heads import HEAD_HEIGHT, Heads
from app.views.matrix.coverage_model import SHOWN, CoverageModel
from app.views.matrix.coverage_store import CoverageStore
from app.views.matrix.coverage_words import place_words
from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.paint import RIGHT, draw_dotted_underline, draw_text, px, smooth, text_width

Index = QModelIndex | QPersistentModelIndex
ROW_LEAST, COLUMN_LEAST, ALL_WIDTH = 62, 112, 76
ROWS_KEPT = 3
"""So many rows stay in sight, however low the window."""
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


_STYLE = """
    QTableView { background: transparent; selection-background-color: transparent; }
    QTableView::item:selected, QTableView::item:focus { background: transparent; }
    QTableCornerButton::section, QHeaderView, QHeaderView::section { background: transparent; border: none; }
"""
"""The table draws nothing of its own around what the delegate and the heads paint."""


class CoverageDelegate(QStyledItemDelegate):
    """Paints a cell, or the number of a row."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        smooth(painter)
        rect = QRectF(option.rect)
        state = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        shown = index.data(SHOWN)
        if shown is not None:
            paint_cell(painter, cell_rect(rect), shown, chosen=chosen)
        else:
            paint_number(painter, rect.adjusted(0, 0, -px(2), 0), str(index.data()), chosen=chosen)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(round(px(COLUMN_LEAST)), round(px(ROW_LEAST)))


def cell_rect(rect: QRectF) -> QRectF:
    """A cell without the space to its neighbours."""
    return rect.adjusted(1, 1, -3, -3)


def paint_number(painter: QPainter, rect: QRectF, words: str, *, chosen: bool) -> None:
    """A number at the right end that opens, in its row."""
    width = text_width(words, t.BODY, t.MEDIUM) + 1
    area = QRectF(rect.right() - width, rect.center().y() - px(10), width, px(20))
    draw_text(painter, area, words, t.BODY, t.MEDIUM, "accent_text" if chosen else "text2", RIGHT, elide=False)
    if words not in ("", "0"):
        draw_dotted_underline(painter, area.left(), area.bottom(), width, "accent_text" if chosen else "text2")


class CoverageMap(QTableView):
    """`chosen(row, column)` tells where the cursor is, `opened(words, cases)` that somebody wants to see incidents."""

    chosen = Signal(int, int)
    opened = Signal(str, object)
    entered_cell = Signal()  # Enter: the triggers behind the cell

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells = CoverageModel()
        self.setModel(self.cells)
        self.setItemDelegate(CoverageDelegate(self))
        self.across = Heads(Qt.Orientation.Horizontal, self.cells, self)
        self.down = Heads(Qt.Orientation.Vertical, self.cells, self)
        self.setHorizontalHeader(self.across)
        self.setVerticalHeader(self.down)
        self.setAccessibleName(tr("Coverage map"))
        self.setShowGrid(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setCornerButtonEnabled(False)
        self.setStyleSheet(_STYLE)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.across.sectionClicked.connect(self._column_clicked)
        theme.changed.connect(self._fit)

    # --- showing

    def show_map(self, store: CoverageStore, checks: Sequence[Check]) -> None:
        """Shows what the store has, the cursor on its cell."""
        if self.cells.show(store, checks):
            self._fit()
        self.across.viewport().update()
        self.go(*store.cell)

    def go(self, row: int, column: int) -> None:
        """Puts the cursor on a cell."""
        index = self.cells.index(row, column)
        if index.isValid() and index != self.currentIndex():
            self.setCurrentIndex(index)

    def _fit(self) -> None:
        """Cells share the room there is; where that is too little, the map scrolls."""
        rows, columns = len(self.cells.rows), len(self.cells.columns)
        if not rows or not columns:
            return
        self.across.setFixedHeight(round(px(HEAD_HEIGHT)))
        self.setMinimumHeight(round(px(HEAD_HEIGHT + ROW_LEAST * min(rows, ROWS_KEPT))))
        self.down.setFixedWidth(self.down.sizeHint().width())
        self.updateGeometries()
        view = self.viewport().size()
        high = max(view.height() // rows, round(px(ROW_LEAST)))
        total = round(px(ALL_WIDTH))
        wide = max((view.width() - total) // columns, round(px(COLUMN_LEAST)))
        off, needed = Qt.ScrollBarPolicy.ScrollBarAlwaysOff, Qt.ScrollBarPolicy.ScrollBarAsNeeded
        self.setVerticalScrollBarPolicy(off if high * rows <= view.height() else needed)
        self.setHorizontalScrollBarPolicy(off if wide * columns + total <= view.width() else needed)
        for row in range(rows):
            self.setRowHeight(row, high)
        for column in range(columns):
            self.setColumnWidth(column, wide)
        self.setColumnWidth(columns, total)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._fit()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and not self.cells.is_total(current):
            self.chosen.emit(current.row(), current.column())

    # --- numbers

    def _spots(self, index: Index) -> list[Spot]:
        shown = index.data(SHOWN) if index.isValid() else None
        return [] if shown is None else spots(cell_rect(QRectF(self.visualRect(index))), shown)

    def _spot_at(self, event: QMouseEvent) -> Spot | None:
        index = self.indexAt(event.position().toPoint())
        return next((one for one in self._spots(index) if one.area.contains(event.position())), None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        opens = self._spot_at(event) is not None or (index.isValid() and self.cells.is_total(index))
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if opens else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        index, spot = self.indexAt(event.position().toPoint()), self._spot_at(event)
        if spot is not None:
            self._open(index, spot)
        elif index.isValid() and self.cells.is_total(index):
            self.open_row(index.row())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._spot_at(event) is None and self.indexAt(event.position().toPoint()).isValid():
            self.entered_cell.emit()

    def _where(self, index: Index) -> str:
        return place_words(self.cells.rows[index.row()], self.cells.columns[index.column()])

    def _open(self, index: Index, spot: Spot) -> None:
        self.opened.emit(f"{self._where(index)}: {spot.words}", spot.cases)

    def open_cell(self) -> None:
        """The incidents of the cell under the cursor, or of its row in the last column."""
        index = self.currentIndex()
        if not index.isValid():
            return
        if self.cells.is_total(index):
            self.open_row(index.row())
        else:
            self.opened.emit(self._where(index), self.cells.filled[index.row()][index.column()].cases)

    def open_row(self, row: int) -> None:
        """The incidents of a row."""
        self.opened.emit(self.cells.rows[row].label, self.cells.totals[0][row])

    def open_column(self, column: int) -> None:
        """The incidents of a column."""
        self.opened.emit(self.cells.columns[column].label, self.cells.totals[1][column])

    def _column_clicked(self, section: int) -> None:
        if section < len(self.cells.columns):
            self.open_column(section)
        else:
            self.opened.emit(tr("All incidents of the map"), self.cells.totals[2])

    # --- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if event.key() in ENTER and index.isValid() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            if self.cells.is_total(index):
                self.open_row(index.row())
            else:
                self.entered_cell.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = (
            self.currentIndex() if event.reason() is QContextMenuEvent.Reason.Keyboard else self.indexAt(event.pos())
        )
        if not index.isValid():
            return
        self.setCurrentIndex(index)
        menu = self.make_menu(index)
        where = self.visualRect(index).center() if event.reason() is QContextMenuEvent.Reason.Keyboard else event.pos()
        menu.popup(self.viewport().mapToGlobal(where))

    def make_menu(self, index: Index) -> QMenu:
        """All that a cell opens, for those who do not point."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        row, column = index.row(), index.column()
        if not self.cells.is_total(index):
            menu.addAction(tr("Triggers behind this cell"), self.entered_cell.emit)
            for spot in numbers(self.cells.shown[row][column]):
                menu.addAction(f"{spot.words}, {len(spot.cases):,}", partial(self._open, index, spot))
            menu.addAction(tr("Incidents of this cell"), self.open_cell)
            name = self.cells.columns[column].label
            menu.addAction(tr("Incidents of {name}").format(name=name), lambda: self.open_column(column))
        name = self.cells.rows[row].label
        menu.addAction(tr("Incidents of {name}").format(name=name), lambda: self.open_row(row))
        menu.addAction(
            tr("All incidents of the map"),
            lambda: self.opened.emit(tr("All incidents of the map"), self.cells.totals[2]),
        )
        return menu
