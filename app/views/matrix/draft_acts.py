"""Acts on the draft as a whole: growing, discarding, insisting after a conflict, and the very first version."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.services.database.errors import Conflict, UserError
from app.services.matrix.drafts import DiscardDraft, DraftOperation
from app.services.matrix.files import read_matrix
from app.services.matrix.first_version import empty, from_combinations
from app.services.matrix.from_history import combinations, start_owners
from app.services.matrix.growing import Growth, grow, growing_dimensions
from app.services.matrix.versions import MakeDraft
from app.views.matrix.columns import tr
from app.views.matrix.conflict import ConflictSheet
from app.views.matrix.growing_sheet import GrowingSheet
from app.views.matrix.path_words import value_words
from app.views.matrix.start import StartPane
from app.views.matrix.store import MatrixStore

HISTORY_FACTS = (("impact", "urgency"), "priority")
"""The facts that a first matrix is built from, where past incidents have them."""


class DraftActs(QObject):
    """`sheet_wanted(make)` opens a sheet over the page."""

    sheet_wanted = Signal(object)

    def __init__(self, store: MatrixStore, start: StartPane, parent: QObject) -> None:
        super().__init__(parent)
        self._store, self._start, self._desk = store, start, store.desk
        store.conflicted.connect(self._show_conflict)
        store.refused.connect(self._refused)
        start.from_history.connect(self._build_from_history)
        start.from_nothing.connect(self._start_empty)
        start.from_file.connect(self._open_file)

    def grow(self) -> None:
        """Opens the sheet that adds a choice of a dimension."""
        record = self._store.record
        if record is None or not growing_dimensions(record.policy):
            return

        def make(host: QWidget) -> GrowingSheet:
            sheet = GrowingSheet(host, record, self._desk.tasks)
            sheet.kept.connect(self._grow)
            return sheet

        self.sheet_wanted.emit(make)

    def _grow(self, growth: Growth) -> None:
        self._store.edit(tr("Add {name}").format(name=growth.label), lambda record: grow(record, growth))

    def discard(self) -> None:
        """Throws the draft away; the toast brings it back."""
        record = self._store.record
        if record is None or not record.is_draft:
            return

        def discarded(applied: Any) -> None:
            left = applied.result
            again = MakeDraft(document=left["document"], based_on=left["based_on"])
            words = tr("Draft {number} is discarded").format(number=record.version.number)
            self._desk.stage.toast(words, partial(self._store.act, again))

        self._store.undo.clear()
        self._store.act(DiscardDraft(version_id=record.version.id), discarded)

    def _show_conflict(self, error: Conflict, operation: DraftOperation) -> None:
        record = self._store.record
        words = partial(value_words, record) if record is not None else None

        def make(host: QWidget) -> ConflictSheet:
            sheet = ConflictSheet(host, error, operation, words)
            sheet.wanted.connect(self._insist)
            return sheet

        self.sheet_wanted.emit(make)

    def _insist(self, operations: tuple[DraftOperation, ...]) -> None:
        self._store.edit(tr("Keep mine"), lambda _record: operations)

    def _refused(self, error: UserError) -> None:
        if self._store.record is None:
            self._start.say(error)
        else:
            self._desk.stage.refuse(error)

    # --- the first version

    def _build_from_history(self) -> None:
        conditions, outcome = HISTORY_FACTS

        def counted(found: Any) -> None:
            self._store.make(from_combinations(found))
            self._desk.stage.step_done("lead.build")

        self._desk.tasks.read(self, "history", combinations, conditions, outcome, done=counted, failed=self._refused)

    def _start_empty(self) -> None:
        def known(found: tuple[str, str]) -> None:
            self._store.make(empty(*found))

        self._desk.tasks.read(self, "owners", start_owners, done=known, failed=self._refused)

    def _open_file(self, path: str) -> None:
        self._desk.tasks.file(self, "matrix file", read_matrix, path, done=self._store.make, failed=self._refused)
