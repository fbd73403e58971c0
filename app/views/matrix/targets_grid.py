"""The target grid: typed in place as people write durations, grey where it follows, tinted by strictness."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.models.enums import TimerKind
from app.services.matrix.cells import CellError
from app.services.matrix.target_edits import read_target
from app.views.matrix.columns import tr
from app.views.matrix.editor import EditorHint
from app.views.matrix.targets_rows import CLASS, COUNTS, FIRST_TIMER, SEGMENT, TIMERS, TargetCell, TargetRow
from app.views.theme import tokens as t
from app.views.theme.announce import announce
from app.views.theme.current import theme
from app.views.theme.paint import (
    LEFT,
    RIGHT,
    draw_box,
    draw_edited_corner,
    draw_icon,
    draw_text,
    font,
    horizontal,
    px,
    smooth,
)

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
WIDTHS = (132, 96, 76, 70, 70, 76, 76, 0)
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class TargetsModel(QAbstractTableModel):
    """`TargetRow` for Qt."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[TargetRow, ...] = ()
        self.heads = (tr("Class"), tr("Segment"), *(tr(name) for _timer, name in TIMERS), tr("Counts"))

    def show(self, rows: tuple[TargetRow, ...]) -> None:
        """Shows other rows; the cursor and an open editor stay where the lines are the same ones."""
        places = [(one.target_class, one.segment) for one in rows]
        if places == [(one.target_class, one.segment) for one in self.rows]:
            self.rows = rows
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, COUNTS))
            return
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.heads)

    def cell(self, index: Index) -> TargetCell | None:
        """The target at a place; None in the columns beside them."""
        if FIRST_TIMER <= index.column() < COUNTS:
            return self.rows[index.row()].cells[index.column() - FIRST_TIMER]
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if self.cell(index) is not None else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, cell = self.rows[index.row()], self.cell(index)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            if cell is not None:
                return cell.words
            return {CLASS: row.class_name, SEGMENT: row.segment_name, COUNTS: row.counts}.get(index.column(), "")
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return f"{row.class_name}, {row.segment_name}: {cell.said() if cell is not None else row.counts}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and section < len(self.heads):
            if role == Qt.ItemDataRole.DisplayRole:
                return self.heads[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                side = RIGHT if FIRST_TIMER <= section < COUNTS else LEFT
                return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None


class TargetEditor(QLineEdit):
    """A line over the cell. What cannot be a target is said below it, and stays open until it can."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFont(font(tabular=True))
        self.setAlignment(RIGHT)
        self.setFrame(False)
        self.setAccessibleName(tr("Target"))
        self.setMinimumHeight(0)

    def error(self) -> CellError | None:
        """Why what stands here cannot be kept."""
        try:
            read_target(self.text())
        except CellError as error:
            return error
        return None


class TargetDelegate(QStyledItemDelegate):
    """Draws a line and edits its targets. `kept(row, timer, seconds)`, `moved(down, right)`."""

    kept = Signal(int, object, object)
    moved = Signal(int, int)
    opened = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.tinted = True
        self.stale = False

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, TargetsModel):
            return
        row, cell = model.rows[index.row()], model.cell(index)
        rect = QRectF(option.rect)
        painter.save()
        smooth(painter)
        painter.fillRect(rect, theme.tokens["surface"])
        if cell is not None:
            self._target(painter, rect, cell)
        else:
            _words(painter, rect, row, index.column())
        ink = "border2" if row.last else "border"
        if index.column() != CLASS or row.last:
            horizontal(painter, rect.x(), rect.bottom() - 1, rect.width(), ink)
        if option.state & QStyle.StateFlag.State_Selected:
            draw_box(painter, rect.adjusted(1, 1, -2, -2), None, "accent_text", px(4), 2)
        painter.restore()

    def _target(self, painter: QPainter, rect: QRectF, cell: TargetCell) -> None:
        box = rect.adjusted(px(2), px(3), -px(3), -px(4))
        if self.tinted and cell.tint:
            draw_box(painter, box, "accent_tint", None, px(4), fill_alpha=cell.tint)
        words = box.adjusted(px(4), 0, -px(8), 0)
        ink = "text" if cell.own else "text3"
        if cell.check is not None:
            mark = "text3" if self.stale else "crit"
            draw_box(painter, box, "surface", mark, px(4), 1.5)
            draw_icon(painter, box.x() + px(5), box.center().y() - px(6.5), "triangle-alert", mark, 13, 2)
            ink = mark
        draw_text(painter, words, cell.words, t.BODY, t.MEDIUM if cell.own else t.REGULAR, ink, RIGHT)
        if cell.before is not None:
            draw_edited_corner(painter, QPointF(rect.x(), rect.y()))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(40, theme.height("grid"))

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = TargetEditor(parent)
        self.opened.emit(editor)
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, TargetEditor) and not editor.isModified():
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole)))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        if isinstance(editor, TargetEditor) and editor.isModified() and editor.error() is None:
            editor.setModified(False)
            timer = TIMERS[index.column() - FIRST_TIMER][0]
            self.kept.emit(index.row(), timer, read_target(editor.text()))

    def eventFilter(self, editor: object, event: QEvent) -> bool:
        if isinstance(editor, TargetEditor) and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Tab: (0, 1), Qt.Key.Key_Backtab: (0, -1)}
            back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            step = (-1 if back else 1, 0) if event.key() in ENTER else steps.get(Qt.Key(event.key()))
            if step is not None:
                self._leave(editor, *step)
                return True
        return super().eventFilter(editor, event)  # type: ignore[arg-type]  # Qt hands any object over

    def _leave(self, editor: TargetEditor, down: int, right: int) -> None:
        error = editor.error() if editor.isModified() else None
        if error is not None:
            announce(editor, f"{error.what} {error.mend}".strip(), assertive=True)
            return
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
        self.moved.emit(down, right)


def _words(painter: QPainter, rect: QRectF, row: TargetRow, column: int) -> None:
    box = rect.adjusted(px(12 if column == CLASS else 6), 0, -px(4), 0)
    if column == CLASS:
        if row.first:
            draw_text(painter, box, row.class_name, t.BODY, t.SEMIBOLD)
        elif row.about:
            draw_text(painter, box, row.about, t.SMALL, t.REGULAR, "text3")
    elif column == SEGMENT:
        strong = row.segment is None
        draw_text(painter, box, row.segment_name, t.BODY, t.SEMIBOLD if strong else t.REGULAR)
    else:
        draw_text(painter, box.adjusted(px(8), 0, 0, 0), row.counts, t.SMALL, t.REGULAR, "text2")


class TargetGrid(QTableView):
    """Type to replace, F2 edits, Del follows any segment, Space turns how a target counts."""

    kept = Signal(int, object, object)  # row, timer, seconds or None
    followed = Signal(object)  # (row, timer) of each cell that is to follow any segment
    turned = Signal(int, object)  # row, its timers that are to count the other way
    cell_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells = TargetsModel()
        self.delegate = TargetDelegate(self)
        self.hint = EditorHint(self.viewport())
        self.editor: TargetEditor | None = None
        self.setModel(self.cells)
        self.setItemDelegate(self.delegate)
        self.setAccessibleName(tr("Targets by class and segment"))
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.delegate.kept.connect(self.kept)
        self.delegate.opened.connect(self._opened)
        self.delegate.moved.connect(self._moved, Qt.ConnectionType.QueuedConnection)
        self.set_writable(True)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme.height("grid"))
        header = self.horizontalHeader()
        header.setFixedHeight(round(px(32)))
        header.setFont(font(t.SMALL, t.MEDIUM))
        header.setHighlightSections(False)
        for place, wide in enumerate(WIDTHS):
            if wide:
                self.setColumnWidth(place, round(px(wide)))
        header.setSectionResizeMode(COUNTS, QHeaderView.ResizeMode.Stretch)
        self.viewport().update()

    def set_writable(self, writable: bool) -> None:
        """Whether this person may write; without it the grid is read and copied."""
        self._writable = writable
        triggers = QAbstractItemView.EditTrigger
        every = triggers.AnyKeyPressed | triggers.EditKeyPressed | triggers.DoubleClicked
        self.setEditTriggers(every if writable else triggers.NoEditTriggers)

    def show_rows(self, rows: tuple[TargetRow, ...], *, stale: bool) -> None:
        """Shows these lines."""
        self.delegate.stale = stale
        if rows != self.cells.rows:
            self.cells.show(rows)
        if rows and not self.currentIndex().isValid():
            self.go(0, FIRST_TIMER)
        self.viewport().update()

    def go(self, row: int, column: int) -> None:
        """Puts the cursor into a cell, as near as there is one."""
        row = min(max(row, 0), self.cells.rowCount() - 1)
        index = self.cells.index(row, min(max(column, SEGMENT), COUNTS))
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def show_place(self, target_class: str, segment: str | None, timer: TimerKind) -> None:
        """Puts the cursor on a target."""
        for place, row in enumerate(self.cells.rows):
            if (row.target_class, row.segment) == (target_class, segment):
                self.go(place, FIRST_TIMER + [one for one, _name in TIMERS].index(timer))

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        self.cell_changed.emit()

    def edit_current(self) -> None:
        """Opens the editor in the cell under the cursor, where there is something to write."""
        index = self.currentIndex()
        if self._writable and index.isValid() and self.editor is None and self.cells.cell(index) is not None:
            self.edit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        index = self.currentIndex()
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and plain:
            self.follow()
        elif event.key() == Qt.Key.Key_Space and plain and index.isValid():
            self.turn()
        elif event.key() in ENTER:
            back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.go(index.row() + (-1 if back else 1), index.column())
        else:
            super().keyPressEvent(event)

    def follow(self) -> None:
        """Lets the selected targets follow any segment."""
        places = [
            (index.row(), cell.timer)
            for index in self.selectedIndexes()
            if (cell := self.cells.cell(index)) is not None
        ]
        if places and self._writable:
            self.followed.emit(places)

    def turn(self) -> None:
        """Lets a target count the other way; in the last column all of its line."""
        index = self.currentIndex()
        if not index.isValid() or not self._writable:
            return
        cell = self.cells.cell(index)
        if cell is not None:
            self.turned.emit(index.row(), [cell.timer])
        elif index.column() == COUNTS:
            self.turned.emit(index.row(), [timer for timer, _name in TIMERS])

    def mouseDoubleClickEvent(self, event: Any) -> None:
        if self.indexAt(event.position().toPoint()).column() == COUNTS:
            self.turn()
            return
        super().mouseDoubleClickEvent(event)

    def copy(self) -> None:
        """Puts the selected cells on the clipboard as a spreadsheet takes them."""
        lines: dict[int, list[str]] = {}
        for index in sorted(self.selectedIndexes(), key=lambda one: (one.row(), one.column())):
            lines.setdefault(index.row(), []).append(str(index.data()))
        QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines.values()))

    def _opened(self, editor: TargetEditor) -> None:
        self.editor = editor
        editor.textEdited.connect(self._typed)
        editor.destroyed.connect(partial(self._gone, id(editor)))

    def _typed(self, _text: str) -> None:
        editor = self.editor
        if editor is None:
            return
        error = editor.error()
        self.hint.say("circle-x", "breach", f"{error.what} {error.mend}".strip() if error is not None else "")
        corner = editor.geometry().bottomLeft()
        left = max(0, min(corner.x() - 7, self.viewport().width() - self.hint.width()))
        self.hint.move(left, corner.y() + round(px(2)))

    def closeEditor(self, editor: QWidget, hint: object) -> None:
        super().closeEditor(editor, hint)  # type: ignore[arg-type]  # Qt hands its own enumeration over
        self._closed()

    def _gone(self, which: int, _object: object = None) -> None:
        if self.editor is not None and id(self.editor) == which:
            self._closed()

    def _closed(self) -> None:
        self.editor = None
        self.hint.say("", "text2", "")

    def _moved(self, down: int, right: int) -> None:
        self.go(self.currentIndex().row() + down, self.currentIndex().column() + right)
