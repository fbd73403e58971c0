"""How action items are painted and edited in place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QDate, QLocale, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QComboBox,
    QDateEdit,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.models.enums import ActionKind, ActionState
from app.services.debriefs.record import ActionRecord
from app.services.people import PersonRecord
from app.views.debriefs.actions_model import ActionModel, Column, kind_words
from app.views.debriefs.looks import ACTION_LOOKS, OVERDUE
from app.views.theme import tokens as t
from app.views.theme.fields import ComboField
from app.views.theme.glyphs import NOBODY, avatar, initials
from app.views.theme.paint import draw_box, draw_icon, draw_text, horizontal, px, smooth, text_width

Index = QModelIndex | QPersistentModelIndex
ROW = 34


class ActionDelegate(QStyledItemDelegate):
    """`people` gives those who may own an item."""

    def __init__(self, people: Callable[[], tuple[PersonRecord, ...]], parent: QTableView) -> None:
        super().__init__(parent)
        self._people = people

    # --- painting

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, ActionModel):
            return
        smooth(painter)
        rect = QRectF(option.rect)
        view = option.widget
        current = isinstance(view, QTableView) and view.hasFocus() and view.currentIndex() == index
        if current:
            draw_box(painter, rect.adjusted(1, 1, -1, -2), "selected", "accent_text", px(t.RADIUS_CHIP))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            draw_box(painter, rect, "hover", None, 0)
        horizontal(painter, rect.x(), rect.bottom(), rect.width())
        action, column = model.action(index.row()), Column(index.column())
        inner = rect.adjusted(px(6), 0, -px(6), 0)
        if action is None:
            self._paint_new(painter, inner, column, str(index.data() or ""))
        else:
            self._paint_cell(painter, inner, model, action, column, str(index.data() or ""))

    def _paint_new(self, painter: QPainter, rect: QRectF, column: Column, words: str) -> None:
        if column is Column.DONE:
            draw_icon(painter, rect.x(), rect.center().y() - px(8), "plus", "accent_text", 16)
        elif column is Column.WHAT:
            draw_text(painter, rect, words, t.BODY, t.REGULAR, "text3")

    def _paint_cell(
        self, painter: QPainter, rect: QRectF, model: ActionModel, action: ActionRecord, column: Column, words: str
    ) -> None:
        done = action.state is ActionState.DONE
        middle = rect.center().y()
        if column is Column.DONE:
            icon, ink = ("square-check", "ok") if done else ("square", "control")
            draw_icon(painter, rect.x(), middle - px(8), icon, ink, 16, 2)
        elif column is Column.WHAT:
            weight, ink = (t.MEDIUM, "text") if action.is_open else (t.REGULAR, "text2")
            draw_text(painter, rect, words, t.BODY, weight, ink)
        elif column is Column.KIND:
            self._paint_chip(painter, rect, words, strong=action.kind is ActionKind.MATRIX_CHANGE)
        elif column is Column.OWNER:
            avatar(painter, rect.x(), middle, initials(action.owner) if action.owner else NOBODY)
            draw_text(painter, rect.adjusted(px(30), 0, 0, 0), words, ink="text" if action.owner else "text3")
        elif column is Column.DUE:
            draw_text(painter, rect, words, ink="text" if action.due else "text3")
        else:
            icon, ink = OVERDUE if model.overdue(action) else ACTION_LOOKS[action.state]
            draw_icon(painter, rect.x(), middle - px(7), icon, ink, 14, 2)
            weight, tone = (t.SEMIBOLD, "breach") if model.overdue(action) else (t.REGULAR, "text2")
            draw_text(painter, rect.adjusted(px(20), 0, 0, 0), words, t.SMALL, weight, tone)

    def _paint_chip(self, painter: QPainter, rect: QRectF, words: str, *, strong: bool) -> None:
        wide = min(text_width(words, t.SMALL, t.MEDIUM) + px(14), rect.width())
        box = QRectF(rect.x(), rect.center().y() - px(11), wide, px(22))
        draw_box(painter, box, "accent_tint" if strong else "hover", None, px(t.RADIUS_CHIP))
        inner = box.adjusted(px(7), 0, -px(5), 0)
        draw_text(painter, inner, words, t.SMALL, t.MEDIUM, "accent_text" if strong else "text2")

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(round(px(60)), round(px(ROW)))

    # --- editing

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        column = Column(index.column())
        if column is Column.WHAT:
            editor: QWidget = QLineEdit(parent)
        elif column is Column.DUE:
            dates = QDateEdit(parent)
            dates.setCalendarPopup(True)
            dates.setDisplayFormat("d MMM yyyy")
            dates.setLocale(QLocale(QLocale.Language.English))
            editor = dates
        else:
            editor = self._choice(parent, column)
        editor.setAccessibleName(str(index.model().headerData(column, Qt.Orientation.Horizontal)))
        return editor

    def _choice(self, parent: QWidget, column: Column) -> QComboBox:
        field = ComboField(parent)
        for value, words in self._choices(column):
            field.addItem(words, value)
        field.activated.connect(lambda: self._chosen(field))
        return field

    def _chosen(self, field: QWidget) -> None:
        self.commitData.emit(field)
        self.closeEditor.emit(field)

    def _choices(self, column: Column) -> list[tuple[str | None, str]]:
        if column is Column.KIND:
            return [(kind.value, kind_words(kind)) for kind in ActionKind]
        if column is Column.OWNER:
            return [(None, self.tr("nobody yet")), *((one.id, one.name) for one in self._people())]
        return [
            (ActionState.OPEN.value, self.tr("Open")),
            (ActionState.DONE.value, self.tr("Done")),
            (ActionState.NOT_DOING.value, self.tr("Not doing…")),
        ]

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        value = index.data(Qt.ItemDataRole.EditRole)
        if isinstance(editor, QLineEdit):
            editor.setText(str(value or ""))
            editor.selectAll()
        elif isinstance(editor, QDateEdit):
            model = index.model()
            day = value or (model.today if isinstance(model, ActionModel) else date.min)
            editor.setDate(QDate(day.year, day.month, day.day))
        elif isinstance(editor, QComboBox):
            place = editor.findData(getattr(value, "value", value))
            editor.setCurrentIndex(max(place, 0))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        value: Any = None
        if isinstance(editor, QLineEdit):
            value = editor.text()
        elif isinstance(editor, QDateEdit):
            chosen = editor.date()
            value = date(chosen.year(), chosen.month(), chosen.day())
        elif isinstance(editor, QComboBox):
            value = editor.currentData()
        model.setData(index, value)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        editor.setGeometry(option.rect.adjusted(0, 1, 0, -2))
