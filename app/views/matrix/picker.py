"""The picker of a cell: its choices with how many real incidents have each, for the keyboard and the mouse."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.services.matrix.cells import ChoiceCell, choices
from app.services.matrix.fact_counts import FactCounts
from app.services.matrix.writing import write_sfeel
from app.views.matrix.columns import Column, Group, rank_of, tr
from app.views.matrix.rows import incident_words
from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.glyphs import severity
from app.views.theme.labels import KeyHint
from app.views.theme.paint import RIGHT, draw_box, draw_icon, draw_shadow, draw_text, px, smooth

Index = QModelIndex | QPersistentModelIndex
KEY = Qt.ItemDataRole.UserRole
COUNT, RANK = KEY + 1, KEY + 2
_WIDTH, _MOST_SHOWN = 250, 9
_SHADOW = 7


def counts_by_value(counts: FactCounts, key: str) -> dict[str, int]:
    """How many real incidents have each value of a fact."""
    if key not in counts.keys:
        return {}
    place = counts.keys.index(key)
    found: dict[str, int] = {}
    for row in counts.rows:
        value = str(row.values[place])
        found[value] = found.get(value, 0) + row.number
    return found


class ListSlip(QWidget):
    """A list on a slip over the page: Space ticks, Enter keeps, Esc leaves."""

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.list = _List(self)
        self.list.left.connect(self._leave)
        self.list.keep.connect(self._keep)
        column = QVBoxLayout(self)
        column.setContentsMargins(_SHADOW + 4, _SHADOW + 4, _SHADOW + 4, _SHADOW + 6)
        column.setSpacing(4)
        column.addWidget(self.list)
        self._hint = KeyHint("Space", tr("ticks"))
        column.addWidget(self._hint)
        self.hide()

    def _keep(self) -> None:
        """Enter: what is ticked holds."""

    def _open(self, where: QRectF, label: str) -> None:
        self.list.setAccessibleName(label)
        if self.list.currentRow() < 0:
            self.list.setCurrentRow(0)
        self._place(where)
        self.show()
        self.raise_()
        self.list.setFocus(Qt.FocusReason.PopupFocusReason)

    def _place(self, where: QRectF) -> None:
        high = theme.height("grid") - 4
        rows = min(self.list.count(), _MOST_SHOWN)
        self.list.setFixedHeight(rows * high + 6)
        for place in range(self.list.count()):
            self.list.item(place).setSizeHint(
                self.list.sizeHint().scaled(10, high, Qt.AspectRatioMode.IgnoreAspectRatio)
            )
        self.resize(round(px(_WIDTH)) + 2 * _SHADOW, self.sizeHint().height())
        parent = self.parentWidget()
        room = parent.height() if parent else 0
        y = round(where.bottom()) - _SHADOW
        if y + self.height() > room:
            y = max(0, round(where.top()) - self.height() + _SHADOW)
        x = min(round(where.x()) - _SHADOW, (parent.width() if parent else 0) - self.width())
        self.move(x, y)

    def _leave(self) -> None:
        if not self.isHidden():
            self.hide()
            self.closed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        face = QRectF(self.rect()).adjusted(_SHADOW, _SHADOW, -_SHADOW, -_SHADOW)
        draw_shadow(painter, face, px(8))
        draw_box(painter, face, "raised", "border2", px(8))
        painter.end()


class Picker(ListSlip):
    """Choices over the grid. Space ticks, Enter keeps, Esc leaves; an outcome is kept by the first Enter or click."""

    chosen = Signal(str, object, str)  # trigger id, Column, text to keep

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._trigger, self._column = "", Column("", "", Group.WHEN, 0)
        self._negated = False
        self.list.itemClicked.connect(self._clicked)

    def open_at(
        self, trigger: str, column: Column, cell: object, key: str, counts: dict[str, int], where: QRectF
    ) -> None:
        """Opens below a cell: ticked as ``cell`` has it, or standing on the outcome ``key``."""
        self._trigger, self._column = trigger, column
        self._negated = isinstance(cell, ChoiceCell) and cell.negated
        several = column.group is Group.WHEN
        ticked = set(cell.keys) if isinstance(cell, ChoiceCell) else set()
        self.list.clear()
        for choice in column.dimension.choices if column.dimension else ():
            number = counts.get(choice.key, 0)
            item = QListWidgetItem(choice.label, self.list)
            item.setData(KEY, choice.key)
            item.setData(COUNT, number)
            rank = rank_of(column.dimension, choice.key) if column.as_glyphs and column.dimension else None
            item.setData(RANK, rank)
            item.setData(
                Qt.ItemDataRole.AccessibleTextRole, f"{choice.label}, {incident_words(number)}" if number else ""
            )
            if several:
                on = (choice.key in ticked) != self._negated and bool(ticked)
                item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
            if choice.key == key:
                self.list.setCurrentItem(item)
        self._hint.setVisible(several)
        self._open(where, column.label)

    def _clicked(self, item: QListWidgetItem) -> None:
        if self._column.group is Group.THEN:
            self._keep()

    def _keep(self) -> None:
        column = self._column
        if column.group is Group.THEN:
            text = str(self.list.currentItem().data(KEY)) if self.list.currentRow() >= 0 else ""
        else:
            items = [self.list.item(place) for place in range(self.list.count())]
            keys = [str(one.data(KEY)) for one in items if one.checkState() == Qt.CheckState.Checked]
            everything = len(keys) == len(items) or not keys
            text = "-" if everything else write_sfeel(choices(keys))
        self._leave()
        if text:
            self.chosen.emit(self._trigger, column, text)


class _Line(QStyledItemDelegate):
    """A choice: its tick, its severity where it has one, its name, and how many real incidents have it."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.save()
        smooth(painter)
        rect = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            draw_box(painter, rect, "selected", None, px(5))
        x, middle = rect.x() + px(8), rect.center().y()
        state = index.data(Qt.ItemDataRole.CheckStateRole)
        if state is not None:
            on = Qt.CheckState(state) == Qt.CheckState.Checked
            icon, ink = ("square-check", "accent_text") if on else ("square", "control")
            draw_icon(painter, x, middle - px(8), icon, ink, 16, 2)
            x += px(25)
        rank = index.data(RANK)
        if rank is not None:
            x += severity(painter, x, middle, rank) + px(8)
        draw_text(painter, QRectF(x, rect.y(), rect.right() - x - px(8), rect.height()), str(index.data()))
        number = index.data(COUNT)
        if number:
            draw_text(painter, rect.adjusted(0, 0, -px(10), 0), f"{number:,}", t.SMALL, t.REGULAR, "text3", RIGHT)
        painter.restore()


class _List(QListWidget):
    left = Signal()
    keep = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QListWidget.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setItemDelegate(_Line(self))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.keep.emit()
        elif event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Tab):
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason):
            self.left.emit()
