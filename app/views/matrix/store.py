"""What the Matrix page shows, as plain data: the record, its checks, the case being tried."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import count
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QUndoStack

from app.models.enums import Role
from app.services.database.errors import Conflict, NotAllowed, UserError
from app.services.database.operations import Operation
from app.services.matrix.checking import Parcel, check_again
from app.services.matrix.checks import CheckReport
from app.services.matrix.decide import Answer, ask
from app.services.matrix.dimensions import FactError
from app.services.matrix.drafts import DraftOperation, EnsureDraft
from app.services.matrix.examples import Verdict, judge
from app.services.matrix.expected import expected
from app.services.matrix.page import MatrixRecord, read_page
from app.services.matrix.suggesting import Change, changes_between
from app.services.matrix.undoing import again, inverse
from app.services.matrix.versions import MakeDraft
from app.views.matrix.columns import tr
from app.views.matrix.edits import Edit
from app.views.shell.context import Desk

DEBOUNCE_MS = 150
TABLES = frozenset(
    {
        "matrix_versions", "triggers", "tiers", "duties", "target_classes", "targets", "channel_expectations",
        "criticalities", "paths", "path_steps", "accepted_findings", "dimensions", "choices", "teams", "rotas",
        "people", "examples", "templates", "template_versions",
    }
)  # fmt: skip
"""Tables whose change changes this page; incidents only change its counts."""

Maker = Callable[[MatrixRecord], tuple[DraftOperation, ...]]
"""Makes operations for the record that is then shown: the ids of a draft are not those of the version before it."""


class MatrixStore(QObject):
    """Loads, expects, verifies. Everything that edits goes through `edit`, onto the undo stack."""

    changed = Signal()  # the record is another one
    checked = Signal()  # the checks are others, or became stale
    judged = Signal()  # the saved examples have other verdicts
    probed = Signal()  # the case being tried has another answer
    failed = Signal(object)  # UserError: the page cannot be read
    conflicted = Signal(object, object)  # Conflict, the DraftOperation that met it
    refused = Signal(object)  # UserError of an edit

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self.desk = desk
        self._record: MatrixRecord | None = None
        self._stamps = count(1)
        self._checked: MatrixRecord | None = None
        self.report = CheckReport()
        self.verdicts: tuple[Verdict, ...] = ()
        self.stale = True
        self.loaded = False
        self.facts: dict[str, object] = {}
        self.answer: Answer | None = None
        self.base: MatrixRecord | None = None
        """What a proposal is made against; None while nobody makes one."""
        self.undo = QUndoStack(self)
        self._sending = 0
        self._loading = False
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(DEBOUNCE_MS)
        self._wait.timeout.connect(self._verify)
        desk.undo.addStack(self.undo)
        desk.feed.changed.connect(self._told)

    # --- reading

    @property
    def record(self) -> MatrixRecord | None:
        """What is shown. Each state has a stamp of its own, by which the worker process knows it again."""
        return self._record

    @record.setter
    def record(self, record: MatrixRecord | None) -> None:
        self._record = replace(record, stamp=next(self._stamps)) if record is not None else None

    def load(self) -> None:
        """Reads the page; an older question's answer is dropped."""
        self._loading = True
        self.desk.tasks.read(self, "page", read_page, self.desk.now(), done=self._loaded, failed=self._failed)

    @property
    def busy(self) -> bool:
        """Whether something is still on its way to or from the database, or being verified."""
        return self._loading or self._sending > 0 or (self.stale and self.record is not None)

    def _loaded(self, record: MatrixRecord | None) -> None:
        self._loading = False
        if self.proposing:
            return  # what is tried here stands on its base until it is sent or dropped
        if self._sending:
            return  # an edit is on its way: what was read is already old, and the answer to it reads again
        before = self.record
        if before != record:
            self.record = record
        fresh = not self.loaded  # also after a failure: the page shows that one until it is told anew
        self.loaded = True
        if before is not None and record is not None and before.version.id != record.version.id:
            self.undo.clear()
        if fresh or self.record is not before or self.stale:
            self.changed.emit()
            self._probe()
            self._stale(at_once=fresh)

    def _failed(self, error: UserError) -> None:
        self._loading = self.loaded = False
        self.failed.emit(error)

    def _told(self, changes: Any) -> None:
        """The feed: own edits are expected already, so only the last of them reads again."""
        if self.loaded and (changes.reload or changes.tables & TABLES):
            self.load()

    # --- editing

    def edit(self, words: str, make: Maker, *, drafting: bool = True) -> None:
        """Makes an undoable edit; on a published version a draft is made first, unless all versions share it."""
        record = self.record
        if record is None:
            return
        if not self.may_write():
            self.refused.emit(NotAllowed(tr("Only leads change the matrix."), tr("Propose the change to one of them.")))
            return
        if drafting and not record.is_draft and not self.proposing:
            self._begin(lambda: self.edit(words, make))
            return
        operations = make(record)
        if self.proposing and any(expected(record, one).rows == record.rows for one in operations):
            what, mend = tr("A proposal changes triggers."), tr("Write what else should change in words.")
            self.refused.emit(UserError(what, mend))
        elif operations:
            self.undo.push(Edit(words, operations, self))

    def may_write(self) -> bool:
        """Whether to draw the matrix as one that this person may change."""
        return self.proposing or self.leads()

    def leads(self) -> bool:
        """Whether this person edits and publishes."""
        return self.desk.database is not None and self.desk.database.can(Role.LEAD)

    # --- proposing

    @property
    def proposing(self) -> bool:
        """Whether edits stay on this page until they are proposed."""
        return self.base is not None

    def start_proposal(self) -> None:
        """From here on edits are shown and not written."""
        self.base = self.record
        self.undo.clear()
        self.changed.emit()

    def suggestion(self) -> list[Change]:
        """What was changed since, by the numbers of the triggers."""
        if self.base is None or self.record is None:
            return []
        return changes_between(self.base.rows, self.record.rows)

    def end_proposal(self) -> None:
        """Shows what stands again; what was tried is gone."""
        self.record, self.base = self.base, None
        self.undo.clear()
        self.changed.emit()
        self._stale()
        self.load()

    def _begin(self, then: Callable[[], None]) -> None:
        def made(_applied: Any) -> None:
            # not as "page": the feed asks for that too, and its question would end this one and what waits for it
            self.desk.tasks.read(self, "begun", read_page, self.desk.now(), done=loaded, failed=self._failed)

        def loaded(record: MatrixRecord | None) -> None:
            self._loaded(record)
            then()

        self.desk.tasks.act(self, EnsureDraft(), done=made, failed=self.refused.emit)

    def make(self, document: dict[str, Any]) -> None:
        """Makes a draft from a document."""
        self.act(MakeDraft(document=document))

    def act(self, operation: Operation, done: Callable[[Any], None] | None = None) -> None:
        """An act on the version as a whole; the page is read again after it."""

        def acted(applied: Any) -> None:
            self.load()
            if done:
                done(applied)

        self.desk.tasks.act(self, operation, done=acted, failed=self.refused.emit)

    def apply(self, operations: tuple[DraftOperation, ...], edit: Edit) -> None:
        """Shows what is expected and sends; called by the undo stack alone."""
        for operation in operations:
            sent = again(operation)
            if self.record is not None:
                self.record = expected(self.record, sent)
            if self.proposing:
                continue
            self._sending += 1
            self.desk.tasks.act(self, sent, done=self._sent, failed=partial(self._met, sent, edit))
        self.changed.emit()
        self._probe()
        self._stale()

    def take_back(self, operations: tuple[DraftOperation, ...], edit: Edit) -> None:
        """Sends the opposite of each, last first."""
        self.apply(tuple(inverse(one) for one in reversed(operations)), edit)

    def _sent(self, _applied: Any) -> None:
        self._sending -= 1
        if not self._sending:
            self.load()

    def _met(self, operation: DraftOperation, edit: Edit, error: UserError) -> None:
        """Refused: nothing was written. The page shows what stands, and the edit is no longer one to undo."""
        self._sending -= 1
        edit.setObsolete(True)
        self.load()
        if isinstance(error, Conflict):
            self.conflicted.emit(error, operation)
        else:
            self.refused.emit(error)

    # --- checking

    def _stale(self, *, at_once: bool = False) -> None:
        self.stale = True
        self.checked.emit()
        if self.record is not None:
            self._wait.start(0 if at_once else DEBOUNCE_MS)

    def _verify(self) -> None:
        if self.record is not None:
            record = self.record
            if record.examples:  # nothing is sent to the worker for nothing
                self.desk.tasks.compute(self, "examples", judge, record.policy, record.examples, done=self._judged)
            elif self.verdicts:
                self._judged(())
            base = self._checked
            self._check(record, Parcel(record.policy, base.policy, base.stamp) if base else Parcel(record.policy))

    def _check(self, record: MatrixRecord, parcel: Parcel) -> None:
        self.desk.tasks.compute(
            self, "check", check_again, parcel, record.counts, record.stamp, record.scenarios,
            done=partial(self._verified, record), failed=self._failed,
        )  # fmt: skip

    def _verified(self, record: MatrixRecord, report: CheckReport | None) -> None:
        if report is None:  # the worker has another state than the one it was told about last
            self._checked = None
            self._check(record, Parcel(record.policy))
            return
        self._checked = record
        self.report = report
        self.stale = self._wait.isActive()
        self.checked.emit()

    def _judged(self, verdicts: tuple[Verdict, ...]) -> None:
        self.verdicts = verdicts
        self.judged.emit()

    # --- trying a case

    def probe(self, facts: dict[str, object]) -> None:
        """Asks the matrix as it is shown about these facts; none ends it."""
        self.facts = dict(facts)
        self._probe()

    def _probe(self) -> None:
        self.answer = None
        if self.record is not None and self.facts:
            try:
                self.answer = ask(self.record.policy.table, self.facts)
            except FactError:
                self.answer = None
        self.probed.emit()

    def end(self) -> None:
        """Stops what would still run."""
        self._wait.stop()
