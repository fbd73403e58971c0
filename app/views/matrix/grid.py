"""The trigger grid: a real table with a frozen gutter, edited in place and in ranges with keys alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from app.services.matrix.checks import CheckReport
from app.services.matrix.page import MatrixRecord, TriggerRow
from app.views.matrix.columns import Column, columns_of, fitted, tr
from app.views.matrix.delegate import CellDelegate, first_outcome
from app.views.matrix.editor import CellEditor, EditorHint
from app.views.matrix.grid_editing import CellEditing
from app.views.matrix.grid_frame import RangeFrame
from app.views.matrix.grid_mouse import GridMouse
from app.views.matrix.header import ColumnHeader, Corner, Gutter, corner_rect
from app.views.matrix.model import GridModel
from app.views.matrix.rows import GridRow, RowKind, RowMaker, brackets
from app.views.shell.tasks import Tasks
from app.views.theme.cards import Surface
from app.views.theme.current import theme
from app.views.theme.paint import color

Index = QModelIndex | QPersistentModelIndex
_KEYPAD_SHIFT = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
_MULTIPLE = QItemSelectionModel.SelectionFlag.ClearAndSelect


class TriggerGrid(QTableView):
    """Shows a record under its checks. Whatever a person does comes out as a signal; nothing is written here."""

    kept = Signal(str, object, str)  # trigger id, Column, text as it is to be kept
    cleared = Signal()  # the chosen cells are to be any
    copied = Signal()
    cut_wanted = Signal()
    pasted = Signal()
    add_wanted = Signal(int)  # before this place among all triggers
    ghost_acted = Signal(object, int)  # Check, number of its remedy
    picked = Signal(str, object, QRectF)  # trigger id, Column, where
    moved_row = Signal(str, int)  # trigger id, place among the others
    row_changed = Signal(str)  # key of the line that has the cursor
    targets_wanted = Signal()

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._record: MatrixRecord | None = None
        self._shown: tuple[MatrixRecord, CheckReport, dict[str, str]] | None = None
        self._waiting: tuple[MatrixRecord, CheckReport, dict[str, str], bool] | None = None
        self._maker = RowMaker()
        self.all_rows: list[GridRow] = []
        self.hidden: frozenset[str] = frozenset()  # triggers that a filter keeps out
        self.filtered = False
        self.shows_gap: Callable[[GridRow], bool] = _every
        self.cells = GridModel(self)
        self.delegate = CellDelegate(self)
        self.head, self.gutter = ColumnHeader(self), Gutter(self)
        self.setHorizontalHeader(self.head)
        self.setVerticalHeader(self.gutter)
        self.setItemDelegate(self.delegate)
        self.setModel(self.cells)
        self.corner = Corner(self)
        self.frame = RangeFrame(self)
        self.mouse = GridMouse(self)
        self.editing = CellEditing(tasks, self.viewport())
        self._set_up()
        # as a signal: overriding the method of that name crashes PySide when the view is taken down
        self.selectionModel().selectionChanged.connect(self._frame_selection)
        self.delegate.opened.connect(self._opened)
        self.editing.closed.connect(self._closed)
        self.editing.picking.connect(self.pick)
        self.gutter.dropped.connect(self._dropped)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _set_up(self) -> None:
        self.setAccessibleName(tr("Triggers"))
        self.setCornerButtonEnabled(False)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setWordWrap(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setCornerWidget(Surface("surface"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.set_writable(True)

    def _restyle(self) -> None:
        self.gutter.setDefaultSectionSize(theme.height("grid"))
        self.gutter.setFixedWidth(self.gutter.sizeHint().width())
        self.head.setFixedHeight(self.head.sizeHint().height())
        self.corner.setGeometry(corner_rect())
        self._widths()
        self.viewport().update()

    # --- showing

    def show_record(self, record: MatrixRecord, report: CheckReport, lit: dict[str, str], *, stale: bool) -> None:
        """Shows a record; while somebody types it waits, so that nothing moves under the hand."""
        if self.state() is QAbstractItemView.State.EditingState and self.editor is not None:
            self._waiting = (record, report, lit, stale)
            return
        if stale is not self.delegate.stale:
            self.gutter.stale = self.delegate.stale = stale
            self.gutter.viewport().update()
            self.viewport().update()
        shown = (record, report, lit)
        if self._is_shown(*shown):
            return
        self._record, self._shown, self.editing.record = record, shown, record
        columns = columns_of(record)
        self.head.columns = columns
        self.all_rows = self._maker.rows(record, report, columns, lit)
        self._show_rows(columns)

    def filter_rows(self, hidden: frozenset[str], *, on: bool) -> None:
        """Leaves triggers out; `shows_gap` answers for gaps. The order stays."""
        self.hidden, self.filtered = hidden, on
        if self._shown is not None:
            self._show_rows(self.cells.columns)

    def _show_rows(self, columns: tuple[Column, ...]) -> None:
        key, column = self.current_key(), self.currentIndex().column()
        line = self.currentIndex().row()
        rows = [row for row in self.all_rows if self._passes(row)]
        several = self.frame.several
        came = self.cells.show(columns, rows)
        pairs = brackets(self._shown[1]) if self._shown is not None else []
        self.gutter.show_rows(rows, pairs)
        if not came:
            return
        self._widths()
        self._spans()
        self._frame_selection()
        place = self.cells.row_of(key)
        if place < 0:  # the line went: its neighbour has the cursor
            place = min(line, len(rows) - 1)
        if not several or not self.currentIndex().isValid():
            self.go(max(0, place), max(0, column))

    def _passes(self, row: GridRow) -> bool:
        if row.check is not None:
            return not self.filtered or self.shows_gap(row)
        return row.key not in self.hidden

    def _is_shown(self, record: MatrixRecord, report: CheckReport, lit: dict[str, str]) -> bool:
        """Whether just the staleness changed; making all lines again costs more than a frame in a long table."""
        if self._shown is None:
            return False
        before, reported, lighted = self._shown
        return record is before and report is reported and lit == lighted

    def _spans(self) -> None:
        self.clearSpans()
        first = first_outcome(self.cells.columns)
        rest = len(self.cells.columns) - first
        for place, row in enumerate(self.cells.rows):
            if row.kind is RowKind.GAP and rest > 1:
                self.setSpan(place, first, 1, rest)
            elif row.kind is RowKind.ADD and len(self.cells.columns) > 1:
                self.setSpan(place, 0, 1, len(self.cells.columns))

    def _widths(self) -> None:
        columns = self.cells.columns
        if not columns:
            return
        for place, wide in enumerate(fitted(columns, self.viewport().width())):
            if self.columnWidth(place) != wide:
                self.setColumnWidth(place, wide)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._widths()
        self.corner.setGeometry(corner_rect())

    # --- where the cursor is

    def current_row(self) -> GridRow | None:
        """The line that has the cursor."""
        place = self.currentIndex().row()
        return self.cells.rows[place] if 0 <= place < len(self.cells.rows) else None

    def current_key(self) -> str:
        """Its key; empty where there is none."""
        row = self.current_row()
        return row.key if row else ""

    def current_column(self) -> Column | None:
        """The column that has the cursor."""
        place = self.currentIndex().column()
        return self.cells.columns[place] if 0 <= place < len(self.cells.columns) else None

    def go(self, row: int, column: int) -> None:
        """Puts the cursor into a cell, as near as there is one."""
        row = min(max(row, 0), len(self.cells.rows) - 1)
        column = min(max(column, 0), len(self.cells.columns) - 1)
        index = self.cells.index(row, column)
        self.selectionModel().setCurrentIndex(index, _MULTIPLE)
        self.scrollTo(index)

    def show_place(self, key: str, column: str = "") -> None:
        """Puts the cursor on a line by its key, and on a column where one is named."""
        place = self.cells.row_of(key)
        if place >= 0:
            at = self.cells.column_of(column)
            self.go(place, at if at >= 0 else max(0, self.currentIndex().column()))

    def choose(self, lines: Sequence[int], columns: Sequence[int]) -> None:
        """Chooses a block of cells; the cursor goes to its first."""
        first = self.cells.index(lines[0], columns[0])
        self.selectionModel().setCurrentIndex(first, QItemSelectionModel.SelectionFlag.NoUpdate)
        chosen = QItemSelection(first, self.cells.index(lines[-1], columns[-1]))
        self.selectionModel().select(chosen, _MULTIPLE)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.gutter.current = self.delegate.current = current.row()
        for line in {current.row(), previous.row()}:
            self._update_line(line)
        row = self.current_row()
        self.row_changed.emit(row.key if row else "")

    def _update_line(self, line: int) -> None:
        if 0 <= line < len(self.cells.rows):
            y, high = self.rowViewportPosition(line), self.rowHeight(line)
            self.viewport().update(QRect(0, y - 1, self.viewport().width(), high + 2))
            self.gutter.viewport().update(QRect(0, y - 1, self.gutter.width(), high + 2))

    # --- the chosen cells

    def _frame_selection(self) -> None:
        lines: set[int] = set()
        columns: set[int] = set()
        for one in self.selectionModel().selection().toList():
            lines.update(range(one.top(), one.bottom() + 1))
            columns.update(range(one.left(), one.right() + 1))
        self.frame.show_cells(sorted(lines), sorted(columns))
        if self.frame.several is not self.delegate.several:
            self.delegate.several = self.frame.several
            self._update_line(self.currentIndex().row())

    def chosen_triggers(self) -> list[TriggerRow]:
        """The triggers that have chosen cells, in order."""
        return self.triggers_at(self.frame.lines)

    def triggers_at(self, lines: Sequence[int]) -> list[TriggerRow]:
        """The triggers on these lines; gaps have none."""
        rows = [self.cells.rows[line] for line in lines if line < len(self.cells.rows)]
        return [row.trigger for row in rows if row.trigger is not None]

    def chosen_columns(self) -> list[Column]:
        """The columns that have chosen cells, in order."""
        return [self.cells.columns[place] for place in self.frame.columns if place < len(self.cells.columns)]

    def copy(self) -> None:
        """Ctrl+C."""
        self.copied.emit()

    def cut(self) -> None:
        """Ctrl+X."""
        self.cut_wanted.emit()

    def paste(self) -> None:
        """Ctrl+V."""
        self.pasted.emit()

    # --- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.current_row()
        keys = QKeySequence.StandardKey
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        for key, act in ((keys.Copy, self.copy), (keys.Cut, self.cut), (keys.Paste, self.paste)):
            if event.matches(key):
                act()
                return
        if event.key() == Qt.Key.Key_Delete and plain:
            self.cleared.emit()
        elif event.key() == Qt.Key.Key_Escape and self.frame.dragging:
            self.frame.cancel()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & ~_KEYPAD_SHIFT:
            self._enter(row, -1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.pick()
        elif row is not None and row.kind is not RowKind.TRIGGER and event.text().strip() and plain:
            event.accept()  # there is nothing to type into
        else:
            super().keyPressEvent(event)

    def _enter(self, row: GridRow | None, step: int) -> None:
        if row is not None and row.kind is RowKind.ADD:
            self.add_wanted.emit(self.place_before(len(self.cells.rows) - 1))
        elif row is not None and row.check is not None:
            self.ghost_acted.emit(row.check, 0)
        else:
            self.go(self.currentIndex().row() + step, self.currentIndex().column())

    def edit_current(self) -> None:
        """Opens the editor in the cell under the cursor, where there is something to write."""
        index = self.currentIndex()
        if self.editor is None and index.isValid() and index.flags() & Qt.ItemFlag.ItemIsEditable and self._writable:
            self.edit(index)

    def set_writable(self, writable: bool) -> None:
        """Whether this person may write; without it the grid is read and copied."""
        self._writable = self.frame.shows_handle = writable
        triggers = QAbstractItemView.EditTrigger
        every = triggers.AnyKeyPressed | triggers.EditKeyPressed | triggers.DoubleClicked
        self.setEditTriggers(every if writable else triggers.NoEditTriggers)

    def pick(self) -> None:
        """Opens the picker of the cell under the cursor."""
        row, column = self.current_row(), self.current_column()
        if row is None or row.trigger is None or column is None or not column.editable:
            return
        if column.dimension is not None and column.dimension.choices:
            self.picked.emit(row.trigger.id, column, QRectF(self.visualRect(self.currentIndex())))
        else:
            self.edit_current()

    def place_before(self, line: int) -> int:
        """The place among all triggers, hidden ones too, behind the trigger above a line."""
        if line >= len(self.cells.rows) - 1:
            return sum(row.kind is RowKind.TRIGGER for row in self.all_rows)
        above = next((row for row in reversed(self.cells.rows[:line]) if row.trigger is not None), None)
        if above is None:
            return 0
        triggers = (row.key for row in self.all_rows if row.kind is RowKind.TRIGGER)
        return next(place for place, key in enumerate(triggers, start=1) if key == above.key)

    def _dropped(self, line: int, before: int) -> None:
        row = self.cells.rows[line].trigger
        if row is not None:
            place = self.place_before(before)
            self.moved_row.emit(row.id, place - 1 if before > line else place)

    # --- the mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.mouse.pressed(event):
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self.mouse.moved(event):
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self.mouse.released(event):
            super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self.mouse.double_clicked(event):
            super().mouseDoubleClickEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        self.frame.paint(painter)
        if self.gutter.target >= 0:  # where a dragged trigger would fall
            y = self.rowViewportPosition(self.gutter.target)
            painter.fillRect(0, max(0, y - 1), self.viewport().width(), 2, color("accent_text"))
        painter.end()

    # --- the editor

    @property
    def editor(self) -> CellEditor | None:
        """The editor that is open."""
        return self.editing.editor

    @property
    def hint(self) -> EditorHint:
        """The slip below it."""
        return self.editing.hint

    def _opened(self, editor: CellEditor) -> None:
        row = self.current_row()
        self.editing.opened(editor, row.trigger.id if row and row.trigger else "")
        editor.moved.connect(self._leave, Qt.ConnectionType.QueuedConnection)

    def commitData(self, editor: QWidget) -> None:
        """Keeps what was typed, as an operation."""
        kept = self.editing.kept(editor) if isinstance(editor, CellEditor) else None
        if kept is not None and isinstance(editor, CellEditor):
            self.kept.emit(kept[0], editor.column, kept[1])

    def closeEditor(self, editor: QWidget, hint: object) -> None:
        super().closeEditor(editor, hint)  # type: ignore[arg-type]  # Qt hands its own enumeration over
        self.editing.close()

    def _closed(self) -> None:
        if self._waiting is not None:
            record, report, lit, stale = self._waiting
            self._waiting = None
            self.show_record(record, report, lit, stale=stale)

    def _leave(self, down: int, right: int) -> None:
        # the focus came back as the editor closed; by now a sheet may have it
        self.go(self.currentIndex().row() + down, self.currentIndex().column() + right)


def _every(_row: GridRow) -> bool:
    return True
