"""The frame around the chosen cells of the trigger grid, and the handle at its corner that fills further lines."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QTableView

from app.views.theme.paint import color, draw_box, px, smooth

REACH = 6
_SIDE = 7


class RangeFrame(QObject):
    """`filled(pattern, lines)`: the lines of the frame are to be repeated over those lines, in its columns."""

    filled = Signal(list, list)

    def __init__(self, grid: QTableView) -> None:
        super().__init__(grid)
        self._grid = grid
        self.lines: list[int] = []
        self.columns: list[int] = []
        self.shows_handle = True
        self._reach = -1  # the line to which the handle is dragged

    @property
    def several(self) -> bool:
        """Whether more than one cell is chosen."""
        return len(self.lines) * len(self.columns) > 1

    def show_cells(self, lines: list[int], columns: list[int]) -> None:
        """Goes around these cells."""
        before = self._touched()
        self.lines, self.columns = lines, columns
        self._grid.viewport().update(before.united(self._touched()))

    def rect(self) -> QRect:
        """Where it stands, in the viewport; empty around nothing."""
        return self._around(self.lines[0], self.lines[-1]) if self.lines and self.columns else QRect()

    def corner(self) -> QPoint:
        """The middle of the handle."""
        rect = self.rect()
        return QPoint(rect.right() - 1, rect.bottom() - 1)

    def _around(self, first: int, last: int) -> QRect:
        grid = self._grid
        left = grid.columnViewportPosition(self.columns[0])
        right = grid.columnViewportPosition(self.columns[-1]) + grid.columnWidth(self.columns[-1])
        top, bottom = grid.rowViewportPosition(first), grid.rowViewportPosition(last) + grid.rowHeight(last)
        return QRect(left, top, right - left, bottom - top)

    def _touched(self) -> QRect:
        return self.rect().adjusted(-REACH, -REACH, REACH, REACH) if self.lines else QRect()

    # --- painting

    def paint(self, painter: QPainter) -> None:
        """Draws itself over the cells."""
        if not self.lines or not self.columns:
            return
        smooth(painter)
        rect = QRectF(self.rect()).adjusted(1, 1, -2, -2)
        if self.several:
            draw_box(painter, rect, None, "accent_text", px(3), 1.5)
        if self._reach >= 0:
            self._paint_reach(painter)
        if self.shows_handle:
            side = px(_SIDE)
            spot = QPointF(self.corner())
            box = QRectF(spot.x() - side / 2, spot.y() - side / 2, side, side)
            draw_box(painter, box, "accent_text", "surface", 1, 1)

    def _paint_reach(self, painter: QPainter) -> None:
        lines = self._reached()
        if lines:
            painter.setPen(QPen(color("accent_text"), 1.5, Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self._around(lines[0], lines[-1])).adjusted(1, 1, -2, -2))

    # --- the handle

    def holds(self, point: QPoint) -> bool:
        """Whether the handle is under that point."""
        if not self.shows_handle or not self.lines:
            return False
        away = point - self.corner()
        return max(abs(away.x()), abs(away.y())) <= round(px(REACH))

    @property
    def dragging(self) -> bool:
        """Whether the handle is being dragged."""
        return self._reach >= 0

    def start(self) -> None:
        """The handle was pressed."""
        self._reach = self.lines[-1]

    def drag(self, point: QPoint) -> None:
        """The handle was dragged to that point; near an edge the grid scrolls on."""
        line = self._grid.rowAt(point.y())
        last = self._grid.model().rowCount() - 2  # never onto the line that adds
        self._reach = min(max(line, 0), last) if line >= 0 else (0 if point.y() < 0 else last)
        self._grid.scrollTo(self._grid.model().index(self._reach, self.columns[0]))
        self._grid.viewport().update()

    def drop(self) -> None:
        """The handle was let go."""
        lines = self._reached()
        self.cancel()
        if lines:
            self.filled.emit(list(self.lines), lines)

    def cancel(self) -> None:
        """Nothing is filled."""
        self._reach = -1
        self._grid.viewport().update()

    def _reached(self) -> list[int]:
        if self._reach > self.lines[-1]:
            return list(range(self.lines[-1] + 1, self._reach + 1))
        if 0 <= self._reach < self.lines[0]:
            return list(range(self._reach, self.lines[0]))
        return []
