"""The trigger grid: a real table with a frozen gutter, edited in place with keys alone."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPersistentModelIndex, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from app.services.matrix.cells import CellError
from app.services.matrix.checks import CheckReport, Consequence, consequence
from app.services.matrix.page import MatrixRecord
from app.views.matrix.columns import Column, Group, columns_of, fitted, tr
from app.views.matrix.delegate import CellDelegate, first_outcome, ghost_buttons
from app.views.matrix.editor import CellEditor, EditorHint, kept_text, read_text
from app.views.matrix.header import ColumnHeader, Corner, Gutter, corner_rect
from app.views.matrix.model import GridModel
from app.views.matrix.rows import GridRow, RowKind, brackets, grid_rows
from app.views.shell.tasks import Tasks
from app.views.theme.cards import Surface
from app.views.theme.current import theme
from app.views.theme.paint import color, px

Index = QModelIndex | QPersistentModelIndex
HINT_MS = 150


class TriggerGrid(QTableView):
    """Shows a record under its checks. Whatever a person does comes out as a signal; nothing is written here."""

    kept = Signal(str, object, str)  # trigger id, Column, text as it is to be kept
    cleared = Signal(list)  # (trigger id, Column) to set to any
    add_wanted = Signal(int)  # before this line
    ghost_acted = Signal(object, int)  # Check, number of its remedy
    picked = Signal(str, object, QRectF)  # trigger id, Column, where
    moved_row = Signal(str, int)  # trigger id, place among the others
    row_changed = Signal(str)  # key of the line that has the cursor
    targets_wanted = Signal()

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._record: MatrixRecord | None = None
        self._shown: tuple[MatrixRecord, CheckReport, dict[str, str]] | None = None
        self._waiting: tuple[MatrixRecord, CheckReport, dict[str, str], bool] | None = None
        self.cells = GridModel(self)
        self.delegate = CellDelegate(self)
        self.head, self.gutter = ColumnHeader(self), Gutter(self)
        self.setHorizontalHeader(self.head)
        self.setVerticalHeader(self.gutter)
        self.setItemDelegate(self.delegate)
        self.setModel(self.cells)
        self.corner = Corner(self)
        self.hint = EditorHint(self.viewport())
        self.editor: CellEditor | None = None
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(HINT_MS)
        self._wait.timeout.connect(self._ask_consequence)
        self._set_up()
        self.delegate.opened.connect(self._opened)
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
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
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
        self.gutter.stale = self.delegate.stale = stale
        shown = (record, report, lit)
        if self._is_shown(*shown):
            self.gutter.viewport().update()
            self.viewport().update()
            return
        self._record, self._shown = record, shown
        columns = columns_of(record)
        key, column = self.current_key(), self.currentIndex().column()
        rows = grid_rows(record, report, columns, lit)
        self.head.columns, self.gutter.rows, self.gutter.brackets = columns, rows, brackets(report)
        if self.cells.show(columns, rows):
            self._widths()
            self._spans()
            place = self.cells.row_of(key)
            self.go(max(0, place), max(0, column))
        self.gutter.viewport().update()
        self.viewport().update()

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
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index)

    def show_place(self, key: str, column: str = "") -> None:
        """Puts the cursor on a line by its key, and on a column where one is named."""
        place = self.cells.row_of(key)
        if place >= 0:
            at = self.cells.column_of(column)
            self.go(place, at if at >= 0 else max(0, self.currentIndex().column()))

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.gutter.current = current.row()
        self.delegate.current = current.row()
        self.gutter.viewport().update()
        self.viewport().update()
        row = self.current_row()
        self.row_changed.emit(row.key if row else "")

    # --- keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.current_row()
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() == Qt.Key.Key_Delete and plain:
            self._clear()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & ~_KEYPAD_SHIFT:
            self._enter(row, -1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() == Qt.Key.Key_Down and alt:
            self.pick()
        elif row is not None and row.kind is not RowKind.TRIGGER and event.text().strip() and plain:
            event.accept()  # there is nothing to type into
        else:
            super().keyPressEvent(event)

    def _enter(self, row: GridRow | None, step: int) -> None:
        if row is not None and row.kind is RowKind.ADD:
            self.add_wanted.emit(self.trigger_place(len(self.cells.rows) - 1))
        elif row is not None and row.check is not None:
            self.ghost_acted.emit(row.check, 0)
        else:
            self.go(self.currentIndex().row() + step, self.currentIndex().column())

    def _clear(self) -> None:
        cells = []
        for index in self.selectedIndexes():
            row, column = self.cells.rows[index.row()], self.cells.columns[index.column()]
            if row.trigger is not None and column.group is Group.WHEN:
                cells.append((row.trigger.id, column))
        if cells:
            self.cleared.emit(cells)

    def edit_current(self) -> None:
        """Opens the editor in the cell under the cursor, where there is something to write."""
        index = self.currentIndex()
        if self.editor is None and index.isValid() and index.flags() & Qt.ItemFlag.ItemIsEditable and self._writable:
            self.edit(index)

    def set_writable(self, writable: bool) -> None:
        """Whether this person may write; without it the grid is read and copied."""
        self._writable = writable
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

    def copy(self) -> None:
        """Puts the selected cells on the clipboard as a spreadsheet takes them: tabs and lines."""
        places = sorted((index.row(), index.column()) for index in self.selectedIndexes())
        lines: dict[int, list[str]] = {}
        for row, column in places:
            lines.setdefault(row, []).append(self.cells.view(self.cells.index(row, column)).text)
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines.values()))

    def trigger_place(self, line: int) -> int:
        """How many triggers stand before a line."""
        return sum(row.kind is RowKind.TRIGGER for row in self.cells.rows[:line])

    def _dropped(self, line: int, before: int) -> None:
        row = self.cells.rows[line].trigger
        if row is not None:
            place = self.trigger_place(before)
            self.moved_row.emit(row.id, place - 1 if before > line else place)

    # --- the mouse

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hovered = ""
        found = self._ghost_at(event)
        if found is not None:
            row, place = found
            hovered = f"{row.key}/{place}"
        if hovered != self.delegate.hovered_act:
            self.delegate.hovered_act = hovered
            self.viewport().update()
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if hovered else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        found = self._ghost_at(event)
        if found is not None and found[0].check is not None:
            self.ghost_acted.emit(found[0].check, found[1])
            return
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and self.cells.rows[index.row()].kind is RowKind.ADD:
            self.add_wanted.emit(self.trigger_place(len(self.cells.rows) - 1))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        column = self.indexAt(event.position().toPoint()).column()
        if 0 <= column < len(self.cells.columns) and self.cells.columns[column].group is Group.TARGETS:
            self.targets_wanted.emit()
            return
        super().mouseDoubleClickEvent(event)

    def _ghost_at(self, event: QMouseEvent) -> tuple[GridRow, int] | None:
        index = self.indexAt(event.position().toPoint())
        if not index.isValid() or self.cells.rows[index.row()].kind is not RowKind.GAP:
            return None
        first = self.cells.index(index.row(), first_outcome(self.cells.columns))
        for place, (_words, rect) in enumerate(ghost_buttons(QRectF(self.visualRect(first)), self.cells.view(first))):
            if rect.contains(event.position()):
                return self.cells.rows[index.row()], place
        return None

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.gutter.target >= 0:  # where a dragged trigger would fall
            painter = QPainter(self.viewport())
            y = self.rowViewportPosition(self.gutter.target)
            painter.fillRect(0, max(0, y - 1), self.viewport().width(), 2, color("accent_text"))
            painter.end()

    # --- the editor

    def _opened(self, editor: CellEditor) -> None:
        self.editor = editor
        row = self.current_row()
        editor.setProperty("trigger", row.trigger.id if row and row.trigger else "")
        editor.textEdited.connect(self._typed)
        editor.moved.connect(self._leave, Qt.ConnectionType.QueuedConnection)
        editor.picking.connect(self._pick_from_editor)
        editor.destroyed.connect(self._closed)

    def _typed(self, text: str) -> None:
        if self.editor is None:
            return
        self.hint.show_meaning(self.editor.column, text)
        self._place_hint()
        self._wait.start()

    def _place_hint(self) -> None:
        if self.editor is None:
            return
        corner = self.editor.geometry().bottomLeft()
        below = corner.y() + round(px(2))
        if below + self.hint.height() > self.viewport().height():
            below = self.editor.geometry().top() - self.hint.height()
        self.hint.move(min(corner.x() - 7, max(0, self.viewport().width() - self.hint.width())), below)

    def _ask_consequence(self) -> None:
        editor, record = self.editor, self._record
        if editor is None or record is None or editor.column.group is not Group.WHEN or editor.error() is not None:
            return
        self._tasks.compute(
            self, "consequence", consequence, record.policy, str(editor.property("trigger")), editor.column.key,
            editor.text(), done=self._told_consequence,
        )  # fmt: skip

    def _told_consequence(self, found: Consequence) -> None:
        if self.editor is not None and found.words:
            self.hint.say("triangle-alert", "crit", found.words)
            self._place_hint()

    def _pick_from_editor(self) -> None:
        if self.editor is not None:
            self.editor.kept = False
            self.editor.finished.emit()
            QTimer.singleShot(0, self, self.pick)

    def commitData(self, editor: QWidget) -> None:
        """Keeps what was typed, as an operation; an outcome that names nothing stays as it was."""
        if not isinstance(editor, CellEditor) or not editor.kept or not editor.touched:
            return
        editor.kept = False
        trigger, column = str(editor.property("trigger")), editor.column
        if column.group is Group.THEN:
            try:
                read_text(column, editor.text())
            except CellError:
                return
        self.kept.emit(trigger, column, kept_text(column, editor.text()))

    def closeEditor(self, editor: QWidget, hint: object) -> None:
        super().closeEditor(editor, hint)  # type: ignore[arg-type]  # Qt hands its own enumeration over
        self._closed()

    def _closed(self) -> None:
        self.editor = None
        self._wait.stop()
        self.hint.say("", "text2", "")
        if self._waiting is not None:
            record, report, lit, stale = self._waiting
            self._waiting = None
            self.show_record(record, report, lit, stale=stale)

    def _leave(self, down: int, right: int) -> None:
        # the focus came back as the editor closed; by now a sheet may have it
        self.go(self.currentIndex().row() + down, self.currentIndex().column() + right)


_KEYPAD_SHIFT = Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
