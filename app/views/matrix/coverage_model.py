"""The cells of the coverage map for Qt, each with the words of what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from app.services.matrix.checks import Check
from app.services.matrix.coverage.bands import Band
from app.services.matrix.coverage.groups import Filled, Layer, Places, no_places
from app.services.matrix.policy import Policy
from app.views.matrix.columns import tr
from app.views.matrix.coverage_cell import Shown, shown_cell
from app.views.matrix.coverage_store import CoverageStore
from app.views.matrix.coverage_words import counted_words, place_words, said

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
SHOWN = int(Qt.ItemDataRole.UserRole) + 1


class CoverageModel(QAbstractTableModel):
    """Cells and, in the last column, how many incidents a row has."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[Band, ...] = ()
        self.columns: tuple[Band, ...] = ()
        self.filled: tuple[tuple[Filled, ...], ...] = ()
        self.shown: list[list[Shown]] = []
        self.totals: tuple[list[Places], list[Places], Places] = ([], [], no_places())
        self.layer = Layer.INCIDENTS
        self.checks: Sequence[Check] = ()
        self.policy: Policy | None = None

    def show(self, store: CoverageStore, checks: Sequence[Check]) -> bool:
        """Shows what the store has; whether rows or columns are other ones."""
        found = store.found
        rows, columns = (found.rows, found.columns) if found is not None else ((), ())
        other = (rows, columns) != (self.rows, self.columns)
        if other:
            self.beginResetModel()
        self.rows, self.columns, self.filled, self.layer = rows, columns, store.filled, store.layer
        self.checks, self.policy = checks, store.policy
        self.totals = (
            [store.cases(row, None) for row in range(len(rows))],
            [store.cases(None, column) for column in range(len(columns))],
            store.cases(None, None),
        )
        most = max((len(one.cases) for line in self.filled for one in line), default=0)
        policy = store.policy
        self.shown = [
            [shown_cell(policy, one, self.layer, checks, most) for one in line] if policy is not None else []
            for line in self.filled
        ]
        if other:
            self.endResetModel()
        elif rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, len(columns)))
        return other

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() or not self.columns else len(self.columns) + 1

    def is_total(self, index: Index) -> bool:
        """Whether it is the number of a whole row."""
        return index.column() == len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = index.row(), index.column()
        if self.is_total(index):
            return self._total(row, role)
        if role == SHOWN:
            return self.shown[row][column]
        told = (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.DisplayRole)
        if role in told and self.policy is not None:
            where = place_words(self.rows[row], self.columns[column])
            return said(self.policy, where, self.filled[row][column], self.layer, self.checks)
        return None

    def _total(self, row: int, role: int) -> Any:
        number = len(self.totals[0][row])
        if role == Qt.ItemDataRole.DisplayRole:
            return "" if self.layer is Layer.NONE else f"{number:,}"
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return f"{self.rows[row].label}: {counted_words(number, self.layer)}"
        return None

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        if way is Qt.Orientation.Vertical:
            return self.rows[section].label
        if section == len(self.columns):
            return tr("All")
        if self.layer is Layer.NONE and role == Qt.ItemDataRole.ToolTipRole:
            return self.columns[section].label
        total = counted_words(len(self.totals[1][section]), self.layer)
        label = self.columns[section].label
        return f"{label}: {total}" if role == Qt.ItemDataRole.ToolTipRole else label
