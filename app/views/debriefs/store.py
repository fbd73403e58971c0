"""What the Debriefs page shows, as plain data, and every act on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoStack

from app.models.enums import ActionKind, ActionState
from app.services.database.errors import UserError
from app.services.database.operations import Operation
from app.services.debriefs.actions import AddActionItem, AnswerActionItem, ChangeActionItem
from app.services.debriefs.form import CloseDebrief, MarkBlock, MarkEvent, StartDebrief, WriteBlock
from app.services.debriefs.record import DebriefLine, DebriefRecord, DebriefRow, list_debriefs, load_record
from app.services.people import PersonRecord, list_people
from app.views.debriefs.edits import Edit
from app.views.debriefs.expected import expected
from app.views.shell.context import Desk

FORM_TABLES = frozenset({"debriefs", "debrief_blocks", "debrief_events", "action_items"})
LIST_TABLES = FORM_TABLES | {"incidents"}


class DebriefStore(QObject):
    """Loads the list and one debrief; sends acts, expecting their outcome."""

    listed = Signal()
    changed = Signal()  # the record is another one
    opened = Signal()  # another incident's record is shown
    failed = Signal(object)  # UserError: the record cannot be read
    list_failed = Signal(object)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self.desk = desk
        self.rows: tuple[DebriefRow, ...] | None = None
        self.record: DebriefRecord | None = None
        self.people: tuple[PersonRecord, ...] = ()
        self.wanted = ""
        self._sending = 0
        self._behind = False
        self._stacks: dict[str, QUndoStack] = {}
        desk.feed.changed.connect(self._told)

    # --- the reader

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the person at this desk reads times."""
        return ZoneInfo(self.desk.actor.time_zone if self.desk.actor else "UTC")

    @property
    def today(self) -> date:
        """The reader's day."""
        return self.desk.now().astimezone(self.zone).date()

    def names(self) -> dict[str, str]:
        """People by id."""
        return {person.id: person.name for person in self.people}

    def stack(self) -> QUndoStack | None:
        """The undo stack of the debrief that is shown."""
        if self.record is None or not self.record.id:
            return None
        if self.record.id not in self._stacks:
            stack = self._stacks[self.record.id] = QUndoStack(self)
            self.desk.undo.addStack(stack)
        return self._stacks[self.record.id]

    # --- reading

    def load_list(self) -> None:
        """Reads the list again."""
        self.desk.tasks.read(
            self, "list", list_debriefs, self.today, done=self._list_read, failed=self.list_failed.emit
        )
        self.desk.tasks.read(self, "people", list_people, done=self._people_read)

    def open(self, incident_id: str) -> None:
        """Shows the debrief of an incident, or what its record knows."""
        self.wanted = incident_id
        self.load()

    def load(self) -> None:
        """Reads the debrief that is wanted."""
        if self.wanted:
            self.desk.tasks.read(
                self, "record", load_record, self.wanted, self.desk.now(), done=self._read, failed=self.failed.emit
            )

    def _list_read(self, rows: tuple[DebriefRow, ...]) -> None:
        if rows != self.rows:
            self.rows = rows
            self.listed.emit()

    def _people_read(self, people: tuple[PersonRecord, ...]) -> None:
        self.people = people

    def _read(self, record: DebriefRecord) -> None:
        if record.case.id != self.wanted:
            return
        if self._sending:
            self._behind = True  # an edit is on its way: what was read is already old
            return
        before, self.record = self.record, record
        if before is None or (before.case.id, before.id) != (record.case.id, record.id):
            self.opened.emit()
        elif before != record:
            self.changed.emit()

    def _told(self, changes: Any) -> None:
        if self.rows is not None and (changes.reload or changes.tables & LIST_TABLES):
            self.load_list()
        if changes.reload or changes.tables & FORM_TABLES or self.wanted in changes.incidents:
            self.load()

    # --- acts as a whole

    def start(self, incident_id: str) -> None:
        """Starts the debrief of an incident and shows it."""
        self.wanted = incident_id
        self._act(StartDebrief(incident_id=incident_id))

    def close(self) -> None:
        """Closes the debrief that is shown."""
        if self.record is not None:
            words = self.tr("Debrief of INC-{number} closed.").format(number=self.record.case.number)
            self._act(CloseDebrief(debrief_id=self.record.id), lambda _applied: self.desk.stage.toast(words))

    def add_action(self, what: str, done: Callable[[Any], None] | None = None) -> None:
        """Adds an action item; its other values are chosen in the grid."""
        if self.record is not None and what.strip():
            self._act(AddActionItem(debrief_id=self.record.id, what=what, kind=ActionKind.PREVENT), done)

    def _act(self, operation: Operation, then: Callable[[Any], None] | None = None) -> None:
        def done(applied: Any) -> None:
            self.load()
            if then:
                then(applied)

        self.desk.tasks.act(self, operation, done=done, failed=self.desk.stage.refuse)

    # --- acts that can be undone

    def mark_block(self, key: str, name: str, safe: bool) -> None:
        """Lets a block into the customer's report, or keeps it inside."""
        record = self.record
        if record is None or record.block(key).customer_safe is safe:
            return
        make = partial(MarkBlock, debrief_id=record.id, key=key)
        words = self.tr("Customer-safe: {block}") if safe else self.tr("Keep inside: {block}")
        self._push(words.format(block=name), partial(make, customer_safe=safe), partial(make, customer_safe=not safe))

    def mark_event(self, line: DebriefLine, *, in_story: bool, customer_safe: bool) -> None:
        """Sets the marks of an event."""
        if self.record is None:
            return
        make = partial(MarkEvent, debrief_id=self.record.id, event_id=line.event.id)
        after = partial(make, in_story=in_story, customer_safe=customer_safe)
        before = partial(make, in_story=line.in_story, customer_safe=line.customer_safe)
        self._push(self.tr("Mark event"), after, before)

    def change_action(self, action_id: str, name: str, before: Any, after: Any) -> None:
        """Sets one value of an action item."""
        if before == after:
            return
        make = partial(ChangeActionItem, action_item_id=action_id)
        forth = partial(make, values={name: after}, seen={name: before})
        back = partial(make, values={name: before}, seen={name: after})
        self._push(self.tr("Change action item"), forth, back)

    def answer_action(self, action_id: str, state: ActionState, reason: str = "") -> None:
        """Says that an action item is done, open again, or not being done and why."""
        record = self.record
        before = next((one for one in record.actions if one.id == action_id), None) if record else None
        if before is None or (before.state, before.reason) == (state, reason):
            return
        make = partial(AnswerActionItem, action_item_id=action_id)
        forth = partial(make, state=state, reason=reason)
        self._push(self.tr("Answer action item"), forth, partial(make, state=before.state, reason=before.reason))

    def _push(self, words: str, forth: Callable[[], Operation], back: Callable[[], Operation]) -> None:
        stack = self.stack()
        if stack is not None:
            stack.push(Edit(words, forth, back, self))

    def send(self, operation: Operation, edit: Edit) -> None:
        """Shows what is expected and sends; called by the undo stack alone."""
        if self.record is not None:
            self.record = expected(self.record, operation, self.names())
        self._sending += 1
        self.desk.tasks.act(self, operation, done=self._sent, failed=partial(self._refused, edit))
        self.changed.emit()

    def write_block(
        self, key: str, body: str, seen: str, done: Callable[[Any], None], failed: Callable[[UserError], None]
    ) -> None:
        """Writes a block's text; conflicts go to whoever typed."""
        if self.record is None:
            return
        operation = WriteBlock(debrief_id=self.record.id, key=key, body=body, seen=seen)
        self._sending += 1

        def written(applied: Any) -> None:
            done(applied)
            self._sent(applied)

        def refused(error: UserError) -> None:
            failed(error)
            self._sent(None)

        self.desk.tasks.act(self, operation, done=written, failed=refused)

    def _sent(self, _applied: Any) -> None:
        self._sending -= 1
        if not self._sending:
            self._behind = False
            self.load()

    def _refused(self, edit: Edit, error: UserError) -> None:
        edit.setObsolete(True)
        self.desk.stage.refuse(error)
        self._sent(None)
