"""The grid of action items: added in the last row, edited in place, ticked, answered with a reason."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QVBoxLayout, QWidget

from app.models.enums import ActionState
from app.services.debriefs.record import ActionRecord
from app.views.debriefs.actions_delegate import ROW, ActionDelegate
from app.views.debriefs.actions_model import ActionModel, Column
from app.views.debriefs.growing import GrowingText
from app.views.debriefs.store import DebriefStore
from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.current import theme
from app.views.theme.fields import FieldFrame
from app.views.theme.focus import wants_ring
from app.views.theme.labels import SectionTitle
from app.views.theme.paint import font, px
from app.views.theme.sheet import Sheet

_WIDTHS = {Column.DONE: 30, Column.KIND: 112, Column.OWNER: 134, Column.DUE: 72, Column.STATE: 124}


class ActionTable(QTableView):
    """As high as its rows; the pane scrolls. `reached` when the keyboard comes here or to another line."""

    reached = Signal()

    def __init__(self, store: DebriefStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.actions_model = ActionModel(self)
        self.setModel(self.actions_model)
        self.setItemDelegate(ActionDelegate(lambda: store.people, self))
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        triggers = QAbstractItemView.EditTrigger
        # not by any key: letters are commands here
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        wants_ring(self)
        self.actions_model.modelReset.connect(self._restyle)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        row = round(px(ROW))
        self.verticalHeader().setMinimumSectionSize(row)
        self.verticalHeader().setDefaultSectionSize(row)
        head = self.horizontalHeader()
        head.setFont(font(t.SMALL, t.MEDIUM))
        head.setMinimumSectionSize(round(px(24)))
        head.setFixedHeight(round(px(26)))
        for column, width in _WIDTHS.items():
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            head.resizeSection(column, round(px(width)))
        head.setSectionResizeMode(Column.WHAT, QHeaderView.ResizeMode.Stretch)
        self.setFixedHeight(row * self.actions_model.rowCount() + head.height() + 2)

    def action(self) -> ActionRecord | None:
        """The item under the cursor."""
        return self.actions_model.action(self.currentIndex().row())

    def tick(self) -> None:
        """Done, or open again."""
        action = self.action()
        if action is not None and self.actions_model.writable:
            done = action.state is ActionState.DONE
            self.actions_model.answer(action.id, ActionState.OPEN if done else ActionState.DONE)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            return
        if self.actions_model.action(index.row()) is None:
            self.begin_new()
        elif index.column() == Column.DONE:
            self.tick()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, column = event.key(), self.currentIndex().column()
        if key == Qt.Key.Key_Space and column == Column.DONE:
            self.tick()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.state() is not self.State.EditingState:
            self.edit(self.currentIndex())
        elif key == Qt.Key.Key_Delete and column in (Column.OWNER, Column.DUE):
            self.actions_model.setData(self.currentIndex(), None)
        else:
            super().keyPressEvent(event)

    def begin_new(self) -> None:
        """Opens the field of a new action item."""
        if self.actions_model.writable:
            index = self.actions_model.index(self.actions_model.rowCount() - 1, Column.WHAT)
            self.setCurrentIndex(index)
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            self.edit(index)

    def focusInEvent(self, event: Any) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.actions_model.rowCount():
            self.setCurrentIndex(self.actions_model.index(0, Column.WHAT))
        self.reached.emit()

    def currentChanged(self, current: QModelIndex | QPersistentModelIndex, previous: Any) -> None:
        super().currentChanged(current, previous)
        self.reached.emit()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel:
            event.ignore()  # the pane scrolls
            return False
        return super().viewportEvent(event)


class ActionsPane(QWidget):
    """Title, grid, and the sheet that asks why something is not done."""

    def __init__(self, store: DebriefStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.sheet: Sheet | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.title = SectionTitle(self.tr("Action items"))
        self.add = Button(self.tr("Add"), kind=Kind.LINK)
        self.title.add(self.add)
        column.addWidget(self.title)
        self.table = ActionTable(store, self)
        self.table.setAccessibleName(self.tr("Action items"))
        column.addWidget(self.table)
        self.add.clicked.connect(self.table.begin_new)
        model = self.table.actions_model
        model.change, model.answer, model.add = store.change_action, self._answer, self._added

    def refresh(self) -> None:
        """The record is another one."""
        record = self._store.record
        if record is None:
            return
        writable = bool(record.id) and not record.closed
        self.table.actions_model.show_actions(record.actions, self._store.today, self._store.zone, writable=writable)
        self.add.setVisible(writable)
        self.title.set_extra(self._summary())

    def _summary(self) -> str:
        model = self.table.actions_model
        if not model.actions:
            return self.tr("None is needed for a good debrief.")
        done = sum(one.state is ActionState.DONE for one in model.actions)
        overdue = sum(model.overdue(one) for one in model.actions)
        not_doing = sum(one.state is ActionState.NOT_DOING for one in model.actions)
        parts = [self.tr("{n} done").format(n=done)]
        if overdue:
            parts.append(self.tr("{n} overdue").format(n=overdue))
        open_ = sum(one.is_open for one in model.actions) - overdue
        if open_:
            parts.append(self.tr("{n} open").format(n=open_))
        if not_doing:
            parts.append(self.tr("{n} not doing").format(n=not_doing))
        return ", ".join(parts)

    def _added(self, what: str) -> None:
        self._store.add_action(what)

    def _answer(self, action_id: str, state: ActionState) -> None:
        if state is ActionState.NOT_DOING:
            # after the editor that asked is closed
            QTimer.singleShot(0, self, lambda: self._ask_why(action_id))
        else:
            self._store.answer_action(action_id, state)

    def _ask_why(self, action_id: str) -> None:
        record = self._store.record
        action = next((one for one in record.actions if one.id == action_id), None) if record else None
        if action is None:
            return
        sheet = Sheet(self._store.desk.stage.area, self.tr("Not doing"), action.what, width=520)
        reason = GrowingText(self.tr("Reason"), self.tr("Why not, so that nobody asks again."), rows=3)
        reason.set_text(action.reason)
        frame = FieldFrame(self.tr("Reason"), reason, required=True)
        sheet.body.addWidget(frame)

        def keep() -> None:
            if not reason.text().strip():
                frame.set_error(self.tr("Say why, so that nobody asks again."))
                reason.setFocus()
                return
            self._store.answer_action(action_id, ActionState.NOT_DOING, reason.text().strip())
            sheet.dismiss()

        cancel, go = Button(self.tr("Cancel")), Button(self.tr("Not doing"), key="Ctrl ↵")
        cancel.clicked.connect(sheet.dismiss)
        go.clicked.connect(keep)
        sheet.add_foot(cancel)
        sheet.add_foot(go, primary=True)
        sheet.closed.connect(sheet.deleteLater)
        sheet.closed.connect(self._sheet_gone)
        self.sheet = sheet
        sheet.open_sheet(reason)

    def _sheet_gone(self) -> None:
        self.sheet = None
