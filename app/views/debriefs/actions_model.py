"""Action items as a table: what, kind, owner, due, state; the last row is where a new one is typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import IntEnum
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.models.enums import ActionKind, ActionState
from app.services.debriefs.record import ActionRecord
from app.services.debriefs.report import state_words
from app.services.debriefs.words import short_date_words

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class Column(IntEnum):
    """The columns, in order."""

    DONE = 0
    WHAT = 1
    KIND = 2
    OWNER = 3
    DUE = 4
    STATE = 5


FIELDS = {Column.WHAT: "what", Column.KIND: "kind", Column.OWNER: "owner_id", Column.DUE: "due"}
EDITED = frozenset({*FIELDS, Column.STATE})


def kind_words(kind: ActionKind) -> str:
    """A kind in the language of the window."""
    words = {
        ActionKind.PREVENT: QCoreApplication.translate("debriefs", "prevent"),
        ActionKind.DETECT: QCoreApplication.translate("debriefs", "detect"),
        ActionKind.MITIGATE: QCoreApplication.translate("debriefs", "mitigate"),
        ActionKind.PROCESS: QCoreApplication.translate("debriefs", "process"),
        ActionKind.MATRIX_CHANGE: QCoreApplication.translate("debriefs", "matrix change"),
    }
    return words[kind]


class ActionModel(QAbstractTableModel):
    """`change(action_id, field, before, after)`, `add(what)` and `answer(action_id, state)` are the page's acts."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.actions: tuple[ActionRecord, ...] = ()
        self.today = date.min
        self.zone = ZoneInfo("UTC")
        self.writable = False
        self.change: Callable[[str, str, Any, Any], None] = _nothing
        self.add: Callable[[str], None] = _nothing
        self.answer: Callable[[str, ActionState], None] = _nothing

    def show_actions(self, actions: tuple[ActionRecord, ...], today: date, zone: ZoneInfo, *, writable: bool) -> None:
        """New values; the cursor and an open editor stay where rows are the same."""
        same = [one.id for one in actions] == [one.id for one in self.actions] and writable is self.writable
        if not same:
            self.beginResetModel()
        self.actions, self.today, self.zone, self.writable = actions, today, zone, writable
        if not same:
            self.endResetModel()
        elif actions:
            self.dataChanged.emit(self.index(0, 0), self.index(len(actions) - 1, len(Column) - 1))

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.actions) + int(self.writable)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(Column)

    def action(self, row: int) -> ActionRecord | None:
        """The item of a row; None for the row of a new one."""
        return self.actions[row] if 0 <= row < len(self.actions) else None

    def overdue(self, action: ActionRecord) -> bool:
        """Open after its day."""
        return action.is_open and action.due is not None and action.due < self.today

    def flags(self, index: Index) -> Qt.ItemFlag:
        base = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        column = Column(index.column())
        is_new = self.action(index.row()) is None
        editable = self.writable and (column is Column.WHAT if is_new else column in EDITED)
        return base | Qt.ItemFlag.ItemIsEditable if editable else base

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        action, column = self.action(index.row()), Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(action, column)
        if role == Qt.ItemDataRole.EditRole:
            return getattr(action, FIELDS.get(column, "state"), "") if action else ""
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return self._spoken(action, column)
        return None

    def _words(self, action: ActionRecord | None, column: Column) -> str:
        if action is None:
            return self.tr("Add: what will be true when it is done?") if column is Column.WHAT else ""
        if column is Column.WHAT:
            return action.what
        if column is Column.KIND:
            return kind_words(action.kind)
        if column is Column.OWNER:
            return action.owner or self.tr("nobody yet")
        if column is Column.DUE:
            return short_date_words(action.due, self.today) if action.due else "–"
        return state_words(action, self.today, self.zone) if column is Column.STATE else ""

    def _spoken(self, action: ActionRecord | None, column: Column) -> str:
        if column is Column.DONE and action is not None:
            return self.tr("Done") if action.state is ActionState.DONE else self.tr("Not done")
        return self._words(action, column)

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        action, column = self.action(index.row()), Column(index.column())
        if role != Qt.ItemDataRole.EditRole:
            return False
        if action is None:
            if column is Column.WHAT and str(value).strip():
                self.add(str(value).strip())
            return True
        if column is Column.STATE:
            self.answer(action.id, ActionState(value))
            return True
        if column in FIELDS:
            name = FIELDS[column]
            before, after = getattr(action, name), _typed(column, value)
            if after != before and after != "":
                self.change(action.id, name, before, after)
        return True

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if way is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            names = ("", self.tr("What"), self.tr("Kind"), self.tr("Owner"), self.tr("Due"), self.tr("State"))
            return names[section]
        return None


def _typed(column: Column, value: Any) -> Any:
    if column is Column.KIND:
        return ActionKind(value)
    if column is Column.WHAT:
        return str(value).strip()
    return value or None


def _nothing(*_values: Any) -> None:
    return None
