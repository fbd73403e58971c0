"""The rows of the list of debriefs: severity, number, title, and what is due."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.models.enums import DebriefState
from app.services.debriefs.lists import DebriefRow
from app.services.debriefs.words import short_date_words
from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.glyphs import SEVERITY_WIDTH, severity
from app.views.theme.paint import RIGHT, draw_box, draw_text, horizontal, px, smooth, text_width

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class RowModel(QAbstractListModel):
    """Debriefs of one tab."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[DebriefRow, ...] = ()
        self.today = date.min
        self.zone = ZoneInfo("UTC")

    def show_rows(self, rows: tuple[DebriefRow, ...], today: date, zone: ZoneInfo) -> None:
        """Other rows."""
        self.beginResetModel()
        self.rows, self.today, self.zone = rows, today, zone
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def row_of(self, incident_id: str) -> int:
        """The place of an incident, -1 where it is not in this tab."""
        return next((at for at, row in enumerate(self.rows) if row.incident_id == incident_id), -1)

    def due(self, row: DebriefRow) -> tuple[str, str]:
        """Words of what is due and their ink."""
        if row.overdue_actions:
            return self.tr("{n} overdue").format(n=row.overdue_actions), "breach"
        if row.next_due is not None:
            return self.tr("due {day}").format(day=short_date_words(row.next_due, self.today)), "text2"
        if row.open_actions:
            return self.tr("{n} open").format(n=row.open_actions), "text2"
        if row.ended_at is not None and row.state is DebriefState.TO_WRITE:
            ended = row.ended_at.astimezone(self.zone).date()
            days = (self.today - ended).days
            return (self.tr("today"), "text3") if days <= 0 else (self.tr("{n} d ago").format(n=days), "text3")
        return "", "text3"

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            words = self.tr("INC-{number}, severity {severity}, {title}, {due}")
            return words.format(number=row.number, severity=row.severity, title=row.title, due=self.due(row)[0])
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.title
        return None


class RowDelegate(QStyledItemDelegate):
    """Two lines: title, and number with what is due."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, RowModel):
            return
        smooth(painter)
        rect, row = QRectF(option.rect), model.rows[index.row()]
        view = option.widget
        chosen = isinstance(view, QListView) and view.currentIndex() == index
        if chosen:
            draw_box(painter, rect, "selected", None, 0)
            edge = rect.right() - 3 if theme.mirrored else rect.x()
            draw_box(painter, QRectF(edge, rect.y(), 3, rect.height()), "accent_text", None, 0)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            draw_box(painter, rect, "hover", None, 0)
        horizontal(painter, rect.x(), rect.bottom(), rect.width())
        if row.severity:
            severity(painter, rect.x() + px(14), rect.center().y(), row.severity)
        lead = px(14 + SEVERITY_WIDTH + 10)
        compact = theme.style.compact
        words, ink = model.due(row)
        high = rect.height() if compact else px(20)
        top = rect.y() if compact else rect.y() + px(6)
        tail = text_width(words, t.SMALL, t.MEDIUM) + px(24) if compact else px(14)
        title = QRectF(rect.x() + lead, top, rect.width() - lead - tail, high)
        draw_text(painter, title, row.title, t.BODY, t.MEDIUM if not chosen else t.SEMIBOLD)
        below = QRectF(rect.x() + lead, rect.y() + px(26), rect.width() - lead - px(14), px(18))
        if not compact:
            draw_text(painter, below, f"INC-{row.number}", t.SMALL, t.REGULAR, "text3")
        side = QRectF(rect.x() + lead, rect.y(), rect.width() - lead - px(14), rect.height()) if compact else below
        draw_text(painter, side, words, t.SMALL, t.MEDIUM if ink == "breach" else t.REGULAR, ink, RIGHT)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(round(px(200)), theme.height("queue"))
