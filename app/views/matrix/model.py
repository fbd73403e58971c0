"""The trigger grid as Qt's item model; each cell also has words for assistive tools."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.views.matrix.columns import Column, tr
from app.views.matrix.rows import CellView, GridRow, RowKind

Index = QModelIndex | QPersistentModelIndex
VIEW = Qt.ItemDataRole.UserRole
ROW = Qt.ItemDataRole.UserRole + 1
_NONE = QModelIndex()
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class GridModel(QAbstractTableModel):
    """Rows are `GridRow`, cells `CellView`. Nothing is written through it: edits are operations."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns: tuple[Column, ...] = ()
        self.rows: list[GridRow] = []
        self._places: dict[str, int] = {}

    def show(self, columns: tuple[Column, ...], rows: list[GridRow]) -> bool:
        """Shows these; tells only of cells that differ and lines that come and go. True where any line did."""
        self._places = {}
        if columns != self.columns:
            self.beginResetModel()
            self.columns, self.rows = columns, rows
            self.endResetModel()
            return True
        came = self._replace_lines(rows)
        old, self.rows = self.rows, rows
        for place, (was, becomes) in enumerate(zip(old, rows, strict=True)):
            if was is not becomes and was != becomes:
                self.dataChanged.emit(self.index(place, 0), self.index(place, len(columns) - 1))
                self.headerDataChanged.emit(Qt.Orientation.Vertical, place, place)
        return came

    def _replace_lines(self, rows: list[GridRow]) -> bool:
        """Takes out and puts in only what lies between the first and the last line that differ."""
        old, new = [row.key for row in self.rows], [row.key for row in rows]
        if old == new:
            return False
        shorter = min(len(old), len(new))
        first = next((at for at in range(shorter) if old[at] != new[at]), shorter)
        tail = 0
        while tail < shorter - first and old[-1 - tail] == new[-1 - tail]:
            tail += 1
        kept = self.rows[len(self.rows) - tail :] if tail else []
        if len(old) - tail > first:
            self.beginRemoveRows(_NONE, first, len(old) - tail - 1)
            self.rows = [*self.rows[:first], *kept]
            self.endRemoveRows()
        if len(new) - tail > first:
            self.beginInsertRows(_NONE, first, len(new) - tail - 1)
            self.rows = [*self.rows[:first], *rows[first : len(new) - tail], *kept]
            self.endInsertRows()
        return True

    def row_of(self, key: str) -> int:
        """The line of a trigger or finding; -1 where there is none."""
        if not self._places:
            self._places = {row.key: place for place, row in enumerate(self.rows)}
        return self._places.get(key, -1)

    def column_of(self, key: str) -> int:
        """The column of a key; -1 where there is none."""
        return next((place for place, column in enumerate(self.columns) if column.key == key), -1)

    def view(self, index: Index) -> CellView:
        """The cell under an index."""
        row = self.rows[index.row()]
        return row.cells[index.column()] if index.column() < len(row.cells) else CellView()

    # --- Qt

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def flags(self, index: Index) -> Qt.ItemFlag:
        enabled = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        row = self.rows[index.row()]
        if row.kind is RowKind.TRIGGER and self.columns[index.column()].editable:
            return enabled | Qt.ItemFlag.ItemIsEditable
        return enabled

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == VIEW:
            return self.view(index)
        if role == ROW:
            return self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self.view(index).words
        if role == Qt.ItemDataRole.EditRole:
            return self.view(index).text
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tooltip(index)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return self._spoken(index, role)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole and section < len(self.columns):
                return self.columns[section].label
            return int(_LEFT) if role == Qt.ItemDataRole.TextAlignmentRole else None
        if section >= len(self.rows):
            return None
        row = self.rows[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return str(row.trigger.values.number) if row.trigger else ""
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._row_words(row)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return row.about
        return None

    # --- words

    def _row_words(self, row: GridRow) -> str:
        if row.trigger is not None:
            return tr("Trigger {number}").format(number=row.trigger.values.number)
        return row.check.title if row.check else tr("Add trigger")

    def _spoken(self, index: Index, role: int) -> str:
        row, view = self.rows[index.row()], self.view(index)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return view.said or self._row_words(row)
        words = [self._row_words(row)]
        if view.changed is not None:
            words.append(self._changed(view))
        return ", ".join(words)

    def _tooltip(self, index: Index) -> str:
        row, view = self.rows[index.row()], self.view(index)
        words = [view.said] if view.mark else []
        if view.changed is not None:
            words.append(self._changed(view))
        if row.trigger is not None and row.trigger.values.reason and self.columns[index.column()].key == "tier":
            words.append(row.trigger.values.reason)
        return "\n".join(words)

    def _changed(self, view: CellView) -> str:
        if not view.changed:
            return tr("New in this draft")
        return tr("Published: {before}. Now: {after}.").format(before=view.changed, after=view.words)
