"""Paints the cells of the trigger grid, and opens the editor in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.views.matrix.columns import Group, tr
from app.views.matrix.editor import CellEditor
from app.views.matrix.model import ROW, VIEW, GridModel
from app.views.matrix.rows import CellView, GridRow, RowKind
from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.glyphs import severity, tier_rungs
from app.views.theme.paint import (
    LEFT,
    RIGHT,
    color,
    draw_box,
    draw_edited_corner,
    draw_icon,
    draw_text,
    horizontal,
    px,
    smooth,
    text_width,
    vertical,
)

if TYPE_CHECKING:
    from app.views.matrix.columns import Column

Index = QModelIndex | QPersistentModelIndex
PAD = 10
GLYPH_STEP = 27
GHOST_ACTS = ("Add trigger", "Use catch-all")
ADD_WORDS, PASTE_WORDS = "Add trigger", "or paste rows from a spreadsheet"


class CellDelegate(QStyledItemDelegate):
    """One delegate for all columns: what differs stands in the `CellView`."""

    opened = Signal(object)  # CellEditor

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.stale = False
        self.hovered_act = ""
        self.current = -1
        self.several = False  # a range is chosen: then only its cells are tinted, not the whole line
        self.found: frozenset[tuple[str, str]] = frozenset()  # what a search matched: line and column by key
        self.found_now: tuple[str, str] | None = None

    # --- painting

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row: GridRow = index.data(ROW)
        view: CellView = index.data(VIEW)
        column = self._columns(index)[index.column()]
        rect = QRectF(option.rect)
        painter.save()
        smooth(painter)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        selected = selected or (index.row() == self.current and not self.several)
        self._ground(painter, rect, row, view, selected=selected)
        if row.kind is RowKind.GAP:
            self._gap(painter, rect, row, view, column, index)
        elif row.kind is RowKind.ADD:
            self._add(painter, rect, index)
        else:
            self._found(painter, rect, (row.key, column.key))
            self._value(painter, rect, view, column)
        if option.state & QStyle.StateFlag.State_HasFocus and row.kind is not RowKind.ADD:
            draw_box(painter, rect.adjusted(1, 1, -2, -2), None, "accent_text", px(4), 1.5)
        if row.kind is not RowKind.ADD:
            self._lines(painter, rect, column, index)
        painter.restore()

    def _columns(self, index: Index) -> tuple[Column, ...]:
        model = index.model()
        return model.columns if isinstance(model, GridModel) else ()

    def _ground(self, painter: QPainter, rect: QRectF, row: GridRow, view: CellView, *, selected: bool) -> None:
        if row.kind is RowKind.GAP:
            painter.fillRect(rect, color("breach_tint"))
        elif selected:
            painter.fillRect(rect, color("selected"))
        elif row.lit:
            painter.fillRect(rect, color("ok_tint" if row.lit == "chosen" else "hover"))
        elif view.tinted and not self.stale:
            painter.fillRect(rect, color("warn_tint"))

    def _found(self, painter: QPainter, rect: QRectF, place: tuple[str, str]) -> None:
        if place in self.found:
            line = "warn" if place == self.found_now else None
            draw_box(painter, rect.adjusted(2, 2, -3, -3), "warn_tint", line, px(4), 2)

    def _value(self, painter: QPainter, rect: QRectF, view: CellView, column: Column) -> None:
        middle, x = rect.center().y(), rect.x() + px(PAD)
        if view.ranks:
            for rank in view.ranks:
                severity(painter, x, middle, rank)
                x += px(GLYPH_STEP)
        elif view.tier:
            tier_rungs(painter, x, middle, view.tier)
            self._words(painter, rect.adjusted(px(23), 0, 0, 0), view, column)
        else:
            self._words(painter, rect, view, column)
        if view.mark:
            self._mark(painter, rect, view)
        if view.changed is not None:
            draw_edited_corner(painter, rect.topLeft())

    def _words(self, painter: QPainter, rect: QRectF, view: CellView, column: Column) -> None:
        ink = "text3" if view.quiet else "text2" if column.group is Group.TARGETS else "text"
        if view.mark and not self.stale:
            ink = view.mark_ink
        box = rect.adjusted(px(PAD), 0, -px(12 if view.numeric else 6), 0)
        if view.mark and not view.numeric:
            box.adjust(0, 0, -px(16), 0)
        weight = t.MEDIUM if view.strong else t.REGULAR
        align = RIGHT if view.numeric else LEFT
        unread = bool(view.mark) and view.text == view.words and column.group is Group.WHEN
        draw_text(painter, box, view.words, t.BODY, weight, ink, align, mono=unread)

    def _mark(self, painter: QPainter, rect: QRectF, view: CellView) -> None:
        ink = "text3" if self.stale else view.mark_ink
        draw_box(painter, rect.adjusted(1, 1, -2, -2), None, ink, px(4), 1.5)
        x = rect.x() + px(7) if view.numeric else rect.right() - px(20)
        draw_icon(painter, x, rect.center().y() - px(6.5), view.mark, ink, 13, 2)

    def _gap(self, painter: QPainter, rect: QRectF, row: GridRow, view: CellView, column: Column, index: Index) -> None:
        if column.group is Group.WHEN:
            x = rect.x() + px(PAD)
            for rank in view.ranks:
                severity(painter, x, rect.center().y(), rank)
                x += px(GLYPH_STEP)
            if not view.ranks:
                weight = t.MEDIUM if column.strong else t.REGULAR
                draw_text(painter, rect.adjusted(px(PAD), 0, -px(6), 0), view.words, t.BODY, weight, "breach")
            return
        if index.column() != first_outcome(self._columns(index)):
            return
        draw_text(painter, rect.adjusted(px(PAD), 0, 0, 0), view.words, t.SMALL, t.MEDIUM, "breach", elide=False)
        for number, (words, place) in enumerate(ghost_buttons(rect, view)):
            hovered = self.hovered_act == f"{row.key}/{number}"
            draw_box(painter, place, "hover" if hovered else "surface", "breach", px(5))
            draw_text(painter, place, words, t.SMALL, t.MEDIUM, "breach", Qt.AlignmentFlag.AlignHCenter)

    def _add(self, painter: QPainter, rect: QRectF, index: Index) -> None:
        if index.column() == 0:
            box = rect.adjusted(px(PAD), 0, 600, 0)
            draw_text(painter, box, tr(ADD_WORDS), t.BODY, t.MEDIUM, "text2", elide=False)
            link = paste_link(rect)
            ink = "accent_text" if self.hovered_act == "paste" else "text3"
            draw_text(painter, link, tr(PASTE_WORDS), t.SMALL, t.REGULAR, ink, elide=False)
            if self.hovered_act == "paste":
                horizontal(painter, link.x(), link.center().y() + px(8), link.width(), "accent_text")

    def _lines(self, painter: QPainter, rect: QRectF, column: Column, index: Index) -> None:
        horizontal(painter, rect.x(), rect.bottom() - 1, rect.width())
        columns = self._columns(index)
        last = index.column() + 1 >= len(columns)
        if not last and columns[index.column() + 1].group is not column.group:
            vertical(painter, rect.right() - 1, rect.y(), rect.height(), "border2")

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(40, theme.height("grid"))

    # --- editing

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        model = index.model()
        if not isinstance(model, GridModel):
            return super().createEditor(parent, option, index)
        editor = CellEditor(model.columns[index.column()], parent)
        editor.finished.connect(self._finished)
        self.opened.emit(editor)
        return editor

    def _finished(self) -> None:
        editor = self.sender()
        if isinstance(editor, CellEditor):
            self.commitData.emit(editor)
            self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        if isinstance(editor, CellEditor) and not editor.touched:
            editor.start(str(index.data(Qt.ItemDataRole.EditRole)))

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        editor.setGeometry(rect.adjusted(0, 0, max(0, round(px(118)) - rect.width()), 0))

    def eventFilter(self, editor: object, event: QEvent) -> bool:
        # Enter, Tab and Esc belong to our editor; only losing the focus keeps what was typed.
        if isinstance(editor, CellEditor) and event.type() == QEvent.Type.KeyPress:
            return False
        return super().eventFilter(editor, event)  # type: ignore[arg-type]  # Qt hands any object over


def first_outcome(columns: tuple[Column, ...]) -> int:
    """The first column behind the conditions."""
    return next((place for place, one in enumerate(columns) if one.group is not Group.WHEN), len(columns))


def paste_link(rect: QRectF) -> QRectF:
    """Where the words stand that paste rows, from the rectangle of the line that adds."""
    x = rect.x() + px(PAD) + text_width(tr(ADD_WORDS), t.BODY, t.MEDIUM) + px(12)
    return QRectF(x, rect.y(), text_width(tr(PASTE_WORDS), t.SMALL, t.REGULAR), rect.height())


def ghost_buttons(rect: QRectF, view: CellView) -> list[tuple[str, QRectF]]:
    """Where the two acts of a ghost row stand, from the rectangle of its words."""
    x = rect.x() + px(PAD) + text_width(view.words, t.SMALL, t.MEDIUM) + px(14)
    found = []
    for words in GHOST_ACTS:
        width = text_width(words, t.SMALL, t.MEDIUM) + px(20)
        found.append((words, QRectF(x, rect.y() + px(6), width, rect.height() - px(13))))
        x += width + px(8)
    return found
