"""What the review page shows beside the draft, as plain values: signatures and readings, and a replay in short."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.services.database.errors import UserError
from app.services.database.operations import Operation
from app.services.matrix.replay.consequences import ReplaySummary, summarise
from app.services.matrix.replay.versions import Material, replay_material
from app.services.publishing.reviewing import ReviewRecord, read_review
from app.views.shell.context import Desk

DAYS = 90
TABLES = frozenset({"matrix_versions", "signatures", "change_readings", "people", "teams", "memberships", "triggers"})
"""Tables whose change changes the review; the content of the draft comes through the store of the page."""


class ReviewStore(QObject):
    """Reads beside the window, decides past incidents in the worker. Only while the page is `open`."""

    changed = Signal()
    replayed = Signal()
    refused = Signal(object)  # UserError

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self.desk = desk
        self.record: ReviewRecord | None = None
        self.summary: ReplaySummary | None = None
        self.replaying = False
        self._version: str | None = None
        desk.feed.changed.connect(self._told)

    def open(self, version_id: str) -> None:
        """Begins with a draft."""
        if version_id != self._version:
            self.record = self.summary = None
        self._version = version_id
        self.load()
        self.replay()

    def close(self) -> None:
        """Follows nothing any more."""
        self._version = None
        self.desk.tasks.cancel(self, "replay")
        self.replaying = False

    def load(self) -> None:
        """Reads anew."""
        if self._version is not None:
            self.desk.tasks.read(
                self, "review", read_review, self._version, self.desk.now(),
                done=self._loaded, failed=self.refused.emit,
            )  # fmt: skip

    def _loaded(self, record: ReviewRecord | None) -> None:
        if self._version is None or (record is not None and record.version_id != self._version):
            return
        self.record = record
        self.changed.emit()

    def _told(self, changes: Any) -> None:
        if self._version is not None and (changes.reload or changes.tables & TABLES):
            self.load()

    def replay(self) -> None:
        """Decides the incidents of the last days by the draft and by what is in force."""
        if self._version is None:
            return
        self.replaying = True
        self.replayed.emit()
        now = self.desk.now()
        since = now - timedelta(days=DAYS)
        self.desk.tasks.read(self, "material", replay_material, now, since, done=self._read, failed=self._failed)

    def _read(self, material: Material | None) -> None:
        if self._version is None or material is None:
            self._decided(None)
            return
        zone = self.desk.actor.time_zone if self.desk.actor else "UTC"
        told = (material.cases, material.before, material.after, zone)
        self.desk.tasks.compute(self, "replay", summarise, *told, done=self._decided, failed=self._failed)

    def _decided(self, summary: ReplaySummary | None) -> None:
        self.summary, self.replaying = summary, False
        self.replayed.emit()

    def _failed(self, _error: UserError) -> None:
        self._decided(None)

    def act(self, operation: Operation) -> None:
        """An act on the draft as a whole; the review is read again after it."""
        self.desk.tasks.act(self, operation, done=self._acted, failed=self._refuse)

    def _acted(self, _applied: Any) -> None:
        self.load()

    def _refuse(self, error: UserError) -> None:
        self.load()
        self.refused.emit(error)
