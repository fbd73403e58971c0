"""The responsibility matrix at a glance: a column a tier, a line a duty, rule, checklist or limit."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.views.matrix.columns import tr
from app.views.matrix.tiers_rows import Shape, TierCell, TierLine
from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.paint import draw_box, draw_edited_corner, draw_icon, draw_text, font, horizontal, px, smooth

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
LINE = 19
LABEL_WIDTH = 190


class TiersModel(QAbstractTableModel):
    """`TierLine` for Qt; the first column names the lines."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: tuple[TierLine, ...] = ()
        self.names: tuple[str, ...] = ()

    def show(self, lines: tuple[TierLine, ...], names: tuple[str, ...]) -> None:
        """Shows other lines; the cursor stays where they are the same ones."""
        same = [one.part for one in lines] == [one.part for one in self.lines] and names == self.names
        if same:
            self.lines = lines
            self.dataChanged.emit(self.index(0, 0), self.index(len(lines) - 1, len(names)))
            return
        self.beginResetModel()
        self.lines, self.names = lines, names
        self.endResetModel()

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.names) + 1

    def cell(self, index: Index) -> TierCell | None:
        """What stands at a place; None in the column of names."""
        return self.lines[index.row()].cells[index.column() - 1] if index.column() > 0 else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line, cell = self.lines[index.row()], self.cell(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return line.label if cell is None else "\n".join(cell.lines)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            if cell is None or line.shape is Shape.HEAD:
                return f"{line.label}, {line.about}" if line.about else line.label
            return f"{self.names[index.column() - 1]}, {line.label}: {cell.said()}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr("Tier") if section == 0 else self.names[section - 1] if section <= len(self.names) else None
        return None


class TiersDelegate(QStyledItemDelegate):
    """Draws a cell."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, TiersModel):
            return
        line, cell, rect = model.lines[index.row()], model.cell(index), QRectF(option.rect)
        painter.save()
        smooth(painter)
        painter.fillRect(rect, theme.tokens["surface"])
        if line.shape is Shape.HEAD:
            _heading(painter, rect, line, index.column())
        elif cell is None:
            _label(painter, rect, line)
        else:
            _cell(painter, rect, cell, strong=line.shape is not Shape.LINES)
        horizontal(painter, rect.x(), rect.bottom() - 1, rect.width(), "border")
        if option.state & QStyle.StateFlag.State_Selected and index.column() > 0:
            draw_box(painter, rect.adjusted(1, 1, -2, -2), None, "accent_text", px(4), 2)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(60, 30)


def _heading(painter: QPainter, rect: QRectF, line: TierLine, column: int) -> None:
    if column == 0:
        draw_text(painter, rect.adjusted(px(20), 0, 0, 0), line.label, t.SMALL, t.SEMIBOLD, "accent_text")
    elif column == 1:
        draw_text(painter, rect.adjusted(px(8), 0, -px(8), 0), line.about, t.SMALL, t.REGULAR, "text2")


def _label(painter: QPainter, rect: QRectF, line: TierLine) -> None:
    box = QRectF(rect.x() + px(20), rect.y() + px(5), rect.width() - px(24), px(LINE))
    draw_text(painter, box, line.label, t.BODY, t.MEDIUM)
    draw_text(painter, box.translated(0, px(LINE - 1)), line.about, t.SMALL, t.REGULAR, "text2")


def _cell(painter: QPainter, rect: QRectF, cell: TierCell, *, strong: bool) -> None:
    if cell.fault:
        draw_box(painter, rect.adjusted(px(3), px(3), -px(4), -px(4)), None, "breach", px(4), 1.5)
    inset = px(30) if cell.icon else px(8)
    box = QRectF(rect.x() + inset, rect.y() + px(5), rect.width() - inset - px(6), px(LINE))
    if cell.icon:
        draw_icon(painter, rect.x() + px(8), box.center().y() - px(7.5), cell.icon, "text2", 15)
    ink = "breach" if cell.fault else "text2" if cell.quiet else "text"
    weight = t.MEDIUM if strong and not cell.quiet else t.REGULAR
    for place, words in enumerate(cell.lines):
        draw_text(painter, box.translated(0, place * px(LINE)), words, t.BODY, weight, ink)
    below = box.translated(0, len(cell.lines) * px(LINE - 1))
    draw_text(painter, below, cell.below, t.SMALL, t.REGULAR, "text2")
    if cell.before is not None:
        draw_edited_corner(painter, QPointF(rect.x(), rect.y()))


class TiersTable(QTableView):
    """Enter or F2 writes a cell, Del leaves a duty or limit empty. `wanted(line, column)`, `cleared(line, column)`."""

    wanted = Signal(int, int)
    cleared = Signal(int, int)
    cell_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells = TiersModel()
        self.setModel(self.cells)
        self.setItemDelegate(TiersDelegate(self))
        self.setAccessibleName(tr("Tiers and duties"))
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalHeader().hide()
        self.doubleClicked.connect(self._clicked)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        header = self.horizontalHeader()
        header.setFixedHeight(round(px(34)))
        header.setFont(font(t.BODY, t.SEMIBOLD))
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.clearSpans()
        for place, line in enumerate(self.cells.lines):
            if line.shape is Shape.HEAD and len(self.cells.names) > 1:
                self.setSpan(place, 1, 1, len(self.cells.names))
            high = 28 if line.shape is Shape.HEAD else max(30, line.height * LINE + 10)
            self.setRowHeight(place, round(px(high)))
        if self.cells.columnCount():
            header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
            header.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
            self.setColumnWidth(0, round(px(LABEL_WIDTH)))
        self.viewport().update()

    def show_lines(self, lines: tuple[TierLine, ...], names: tuple[str, ...]) -> None:
        """Shows these lines."""
        if (lines, names) != (self.cells.lines, self.cells.names):
            place = (self.currentIndex().row(), self.currentIndex().column())
            self.cells.show(lines, names)
            self._restyle()
            if not self.currentIndex().isValid():
                self.go(*(place if place[0] >= 0 else (1, 1)))

    def go(self, row: int, column: int) -> None:
        """Puts the cursor into a cell, as near as there is one."""
        index = self.cells.index(
            min(max(row, 0), self.cells.rowCount() - 1), min(max(column, 1), self.cells.columnCount() - 1)
        )
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def go_part(self, part: str, column: int) -> None:
        """Puts the cursor on a part of a tier."""
        row = next((place for place, one in enumerate(self.cells.lines) if one.part == part), -1)
        if row >= 0:
            self.go(row, column)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.cell_changed.emit()

    def _clicked(self, index: QModelIndex) -> None:
        self.wanted.emit(index.row(), index.column() - 1)

    def write_current(self) -> None:
        """Writes the cell under the cursor."""
        if self.currentIndex().isValid():
            self._clicked(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        index = self.currentIndex()
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.write_current()
        elif plain and event.key() == Qt.Key.Key_Delete and index.isValid():
            self.cleared.emit(index.row(), index.column() - 1)
        else:
            super().keyPressEvent(event)
