"""The two headers of the trigger grid: names of columns in three groups, and the gutter that never scrolls away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QHeaderView, QWidget

from app.views.matrix.columns import GROUP_NAMES, GUTTER, Column, Group, tr
from app.views.matrix.rows import GridRow, RowKind
from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.paint import (
    LEFT,
    RIGHT,
    color,
    draw_box,
    draw_edited_corner,
    draw_icon,
    draw_line,
    draw_text,
    horizontal,
    px,
    smooth,
    vertical,
)

HEAD_HEIGHT = 57
MOST_BRACKETS = 40
"""Brackets drawn at once; more of them are one thick line."""
_DRAG_STARTS = 5
_INKS = {Group.WHEN: "accent_text", Group.THEN: "ok", Group.TARGETS: "text2"}
_LINES = {Group.WHEN: "accent_text", Group.THEN: "ok", Group.TARGETS: "control"}


class ColumnHeader(QHeaderView):
    """Column names under the names of their groups. A click asks for the filter of a column: `menu_wanted(place)`.

    The edges change widths.
    """

    menu_wanted = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.columns: tuple[Column, ...] = ()
        self.filtered: frozenset[str] = frozenset()
        self._hovered = -1
        self._pressed: QPoint | None = None
        self.setMouseTracking(True)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(round(px(52)))
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), round(px(HEAD_HEIGHT)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self.viewport()))
        whole = QRectF(self.viewport().rect())
        painter.fillRect(whole, color("subtle"))
        horizontal(painter, 0, 0, whole.width())
        for section, column in enumerate(self.columns):
            self._name(painter, section, column)
        for group, words in zip(Group, GROUP_NAMES, strict=True):
            self._group(painter, group, tr(words))
        horizontal(painter, 0, whole.height() - 1, whole.width(), "border2")
        painter.end()

    def _name(self, painter: QPainter, section: int, column: Column) -> None:
        box = QRectF(self.sectionViewportPosition(section), px(28), self.sectionSize(section), px(28))
        numeric = column.timer is not None
        words = box.adjusted(px(10), 0, -px(12 if numeric else 4), 0)
        on = column.key in self.filtered
        if on or section == self._hovered:
            icon, ink = ("list-filter", "accent_text") if on else ("chevron-down", "text3")
            if numeric:
                draw_icon(painter, box.x() + px(3), box.center().y() - px(6.5), icon, ink, 13, 2)
            else:
                words.adjust(0, 0, -px(14), 0)
                draw_icon(painter, box.right() - px(19), box.center().y() - px(6.5), icon, ink, 13, 2)
        draw_text(
            painter, words, column.label, t.SMALL, t.MEDIUM, "accent_text" if on else "text2",
            RIGHT if numeric else LEFT,
        )  # fmt: skip

    # --- the mouse: a click opens the filter

    def mousePressEvent(self, event: QMouseEvent) -> None:
        on_edge = self.viewport().cursor().shape() is Qt.CursorShape.SplitHCursor
        left = event.button() is Qt.MouseButton.LeftButton
        self._pressed = event.position().toPoint() if left and not on_edge else None
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.logicalIndexAt(event.position().toPoint()))
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._pressed = self._pressed, None
        super().mouseReleaseEvent(event)
        if pressed is not None and (event.position().toPoint() - pressed).manhattanLength() < _DRAG_STARTS:
            self.menu_wanted.emit(self.logicalIndexAt(pressed))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def _hover(self, section: int) -> None:
        if section != self._hovered:
            self._hovered = section
            self.viewport().update()

    def _group(self, painter: QPainter, group: Group, words: str) -> None:
        places = [place for place, column in enumerate(self.columns) if column.group is group]
        if not places:
            return
        left = self.sectionViewportPosition(places[0])
        right = self.sectionViewportPosition(places[-1]) + self.sectionSize(places[-1])
        wide = right - left - px(16)
        draw_text(painter, QRectF(left + px(10), px(4), wide, px(20)), words, t.CAPTION, t.SEMIBOLD, _INKS[group])
        draw_box(painter, QRectF(left + px(8), px(25), wide, px(2)), _LINES[group], None, px(1))


class Gutter(QHeaderView):
    """Numbers, findings and the handle by which a trigger is dragged. `dropped(row, before)` tells of a move."""

    dropped = Signal(int, int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.rows: list[GridRow] = []
        self.brackets: list[tuple[int, int, str]] = []
        self.current = -1
        self.stale = False
        self.target = -1
        self._pressed: QPoint | None = None
        self._dragged = -1
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMouseTracking(True)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setAccessibleName(tr("Numbers of triggers and their findings"))

    def sizeHint(self) -> QSize:
        return QSize(round(px(GUTTER)), super().sizeHint().height())

    # --- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self.viewport()))
        painter.fillRect(self.viewport().rect(), color("surface"))
        first = max(0, self.logicalIndexAt(max(0, event.rect().top())))
        last = self.logicalIndexAt(event.rect().bottom())
        for section in range(first, (last if last >= 0 else len(self.rows) - 1) + 1):
            top, high = self.sectionViewportPosition(section), self.sectionSize(section)
            self._row(painter, QRectF(0, top, self.viewport().width(), high), section, self.rows[section])
        below = last if last >= 0 else len(self.rows)
        seen = [one for one in self.brackets if first <= one[0] <= below or first <= one[1] <= below]
        for one, other, ink in seen[:MOST_BRACKETS]:
            self._bracket(painter, one, other, "text3" if self.stale else ink)
        painter.end()

    def show_rows(self, rows: list[GridRow], pairs: Sequence[tuple[str, str, str]]) -> None:
        """Shows these lines, and brackets between the triggers (ids) of each pair."""
        self.rows = rows
        places = {row.key: place for place, row in enumerate(rows)} if pairs else {}
        self.brackets = [
            (min(places[one], places[other]), max(places[one], places[other]), ink)
            for one, other, ink in pairs
            if one in places and other in places and one != other
        ]
        self.viewport().update()

    def _row(self, painter: QPainter, rect: QRectF, section: int, row: GridRow) -> None:
        current = section == self.current and row.kind is RowKind.TRIGGER
        if row.kind is RowKind.GAP:
            painter.fillRect(rect, color("breach_tint"))
        elif current:
            painter.fillRect(rect, color("selected"))
            painter.fillRect(QRectF(0, rect.y(), px(3), rect.height()), color("accent_text"))
            draw_icon(painter, px(7), rect.center().y() - px(7), "grip-vertical", "text3", 14)
        middle = rect.center().y()
        if row.kind is RowKind.ADD:
            draw_icon(painter, px(34), middle - px(7.5), "plus", "text3", 15)
            return
        if row.trigger is not None:
            number = str(row.trigger.values.number)
            weight = t.SEMIBOLD if current else t.REGULAR
            draw_text(painter, rect.adjusted(0, 0, -px(32), 0), number, t.SMALL, weight, "text2", RIGHT)
        for icon, ink in row.marks[:1]:
            draw_icon(painter, rect.right() - px(25), middle - px(7), icon, "text3" if self.stale else ink, 15, 2)
        if row.moved:
            draw_edited_corner(painter, rect.topLeft())
        horizontal(painter, 0, rect.bottom() - 1, rect.width())
        vertical(painter, rect.right() - 1, rect.y(), rect.height(), "border2")

    def _bracket(self, painter: QPainter, one: int, other: int, ink: str) -> None:
        x = self.viewport().width() - px(6)
        ends = [self.sectionViewportPosition(place) + self.sectionSize(place) / 2 for place in (one, other)]
        draw_line(painter, QPointF(x, ends[0]), QPointF(x, ends[1]), ink, 1.6)
        for y in ends:
            draw_line(painter, QPointF(x - px(3), y), QPointF(x, y), ink, 1.6)

    # --- dragging a trigger

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            super().mouseMoveEvent(event)
            return
        if self._dragged < 0 and (event.position().toPoint() - self._pressed).manhattanLength() >= _DRAG_STARTS:
            section = self.logicalIndexAt(self._pressed)
            if 0 <= section < len(self.rows) and self.rows[section].trigger is not None:
                self._dragged = section
        if self._dragged >= 0:
            self._aim(self._before(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        dragged, target = self._dragged, self.target
        self._pressed, self._dragged = None, -1
        self._aim(-1)
        super().mouseReleaseEvent(event)
        if dragged >= 0 and target >= 0 and target not in (dragged, dragged + 1):
            self.dropped.emit(dragged, target)

    def _aim(self, target: int) -> None:
        if target != self.target:
            self.target = target
            table = self.parentWidget()
            if isinstance(table, QAbstractScrollArea):
                table.viewport().update()

    def _before(self, point: QPoint) -> int:
        """The line before which a drop at this point puts a trigger."""
        section = self.logicalIndexAt(point)
        if section < 0:
            return len(self.rows) - 1
        top, high = self.sectionViewportPosition(section), self.sectionSize(section)
        return min(section + (1 if point.y() > top + high / 2 else 0), len(self.rows) - 1)


class Corner(QWidget):
    """The place where both headers meet: the same ground, nothing to press."""

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), color("subtle"))
        horizontal(painter, 0, 0, self.width())
        horizontal(painter, 0, self.height() - 1, self.width(), "border2")
        vertical(painter, self.width() - 1, px(HEAD_HEIGHT) - 1, 1, "border2")
        painter.end()


def corner_rect() -> QRect:
    """Where the corner stands."""
    return QRect(0, 0, round(px(GUTTER)), round(px(HEAD_HEIGHT)))
