"""What the mouse does in the trigger grid: the acts of ghost rows, the line that adds, the handle that fills."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt

from app.views.matrix.columns import Group
from app.views.matrix.delegate import first_outcome, ghost_buttons, paste_link
from app.views.matrix.rows import GridRow, RowKind

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent

    from app.views.matrix.grid import TriggerGrid


class GridMouse:
    """Answers a mouse event with true where the grid is not to see it."""

    def __init__(self, grid: TriggerGrid) -> None:
        self._grid = grid
        self._pressed_on = ""  # what a ghost row or the line that adds was pressed on

    def moved(self, event: QMouseEvent) -> bool:
        """The pointer moved, a button down or not."""
        grid, point = self._grid, event.position().toPoint()
        if grid.frame.dragging:
            grid.frame.drag(point)
            return True
        hovered = self._act_at(event.position())
        if hovered != grid.delegate.hovered_act:
            grid.delegate.hovered_act = hovered
            grid.viewport().update()
        shapes = Qt.CursorShape
        on_handle = grid.frame.holds(point)
        shape = shapes.CrossCursor if on_handle else shapes.PointingHandCursor if hovered else shapes.ArrowCursor
        if grid.viewport().cursor().shape() is not shape:
            grid.viewport().setCursor(shape)
        return False

    def pressed(self, event: QMouseEvent) -> bool:
        """A button went down."""
        left = event.button() is Qt.MouseButton.LeftButton
        if left and self._grid.frame.holds(event.position().toPoint()):
            self._grid.frame.start()
            return True
        self._pressed_on = self._act_at(event.position()) if left else ""
        return False

    def released(self, event: QMouseEvent) -> bool:
        """A button went up."""
        grid = self._grid
        if grid.frame.dragging:
            grid.frame.drop()
            return True
        act, pressed, self._pressed_on = self._act_at(event.position()), self._pressed_on, ""
        row = self._row_at(event.position().toPoint())
        if not act or act != pressed or row is None:
            return False
        if act == "paste":
            grid.pasted.emit()
        elif row.kind is RowKind.ADD:
            grid.add_wanted.emit(grid.place_before(len(grid.cells.rows) - 1))
        elif row.check is not None:
            grid.ghost_acted.emit(row.check, int(act.rpartition("/")[2]))
        return False

    def double_clicked(self, event: QMouseEvent) -> bool:
        """A computed target leads to where it is set."""
        grid = self._grid
        column = grid.indexAt(event.position().toPoint()).column()
        if 0 <= column < len(grid.cells.columns) and grid.cells.columns[column].group is Group.TARGETS:
            grid.targets_wanted.emit()
            return True
        return False

    def _row_at(self, point: QPoint) -> GridRow | None:
        index = self._grid.indexAt(point)
        return self._grid.cells.rows[index.row()] if index.isValid() else None

    def _act_at(self, point: QPointF) -> str:
        """The act under a point: ``paste``, ``add``, or a ghost row's key and the number of its button."""
        grid, row = self._grid, self._row_at(point.toPoint())
        if row is None or row.kind is RowKind.TRIGGER:
            return ""
        line = grid.indexAt(point.toPoint()).row()
        if row.kind is RowKind.ADD:
            rect = QRectF(grid.visualRect(grid.cells.index(line, 0)))
            return "paste" if paste_link(rect).contains(point) else "add"
        first = grid.cells.index(line, first_outcome(grid.cells.columns))
        for place, (_words, rect) in enumerate(ghost_buttons(QRectF(grid.visualRect(first)), grid.cells.view(first))):
            if rect.contains(point):
                return f"{row.key}/{place}"
        return ""
