"""What the history shows, as plain values: the versions, the chosen one with its announcement, two compared."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.services.announcements.reading import AnnouncementRecord, announcement_of
from app.services.database.errors import UserError
from app.services.matrix.replay.consequences import ReplaySummary, summarise
from app.services.matrix.replay.versions import Material
from app.services.publishing.history import (
    Comparison,
    HistoryLine,
    PastVersion,
    compare_versions,
    material_between,
    read_history,
    read_past,
)
from app.views.matrix.review_store import DAYS
from app.views.shell.context import Desk

TABLES = frozenset({"matrix_versions", "signatures", "announcements", "confirmations", "questions", "people"})


class HistoryStore(QObject):
    """Reads beside the window, once somebody looks. Nothing here writes."""

    listed = Signal()
    shown = Signal()  # the chosen version or its announcement is another one
    compared = Signal()
    replayed = Signal()
    refused = Signal(object)  # UserError

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self.desk = desk
        self.lines: tuple[HistoryLine, ...] = ()
        self.past: PastVersion | None = None
        self.announcement: AnnouncementRecord | None = None
        self.comparison: Comparison | None = None
        self.summary: ReplaySummary | None = None
        self.replaying = False
        self._chosen: str | None = None
        self._wanted = False
        desk.feed.changed.connect(self._told)

    @property
    def person_id(self) -> str:
        """Whoever sits at this desk."""
        actor = self.desk.actor
        return (actor.id or "") if actor else ""

    def load(self) -> None:
        """Reads the list, and the chosen version anew."""
        self._wanted = True
        self.desk.tasks.read(
            self, "history", read_history, self.desk.now(), done=self._listed, failed=self.refused.emit
        )

    def _told(self, changes: Any) -> None:
        if self._wanted and (changes.reload or changes.tables & TABLES):
            self.load()

    def _listed(self, lines: tuple[HistoryLine, ...]) -> None:
        self.lines = lines
        self.listed.emit()
        known = {one.id for one in lines}
        if lines and self._chosen not in known:
            self._chosen = next((one.id for one in lines if one.in_force), lines[0].id)
        self._read()

    def choose(self, version_id: str) -> None:
        """Another version."""
        if version_id != self._chosen:
            self._chosen = version_id
            self._read()

    def _read(self) -> None:
        if self._chosen is None:
            return
        now, tasks = self.desk.now(), self.desk.tasks
        tasks.read(self, "past", read_past, self._chosen, now, done=self._past, failed=self.refused.emit)
        tasks.read(
            self, "announcement", announcement_of, self._chosen, self.person_id, now,
            done=self._announced, failed=self.refused.emit,
        )  # fmt: skip

    def _past(self, past: PastVersion) -> None:
        self.past = past
        self.shown.emit()

    def _announced(self, record: AnnouncementRecord | None) -> None:
        self.announcement = record
        self.shown.emit()

    # --- two of them

    def compare(self, before: int, after: int) -> None:
        """Reads what differs between two versions."""
        self.summary, self.replaying = None, False
        self.desk.tasks.read(
            self, "compare", compare_versions, before, after, done=self._compared, failed=self.refused.emit
        )

    def _compared(self, found: Comparison) -> None:
        self.comparison = found
        self.compared.emit()

    def replay(self) -> None:
        """Decides the incidents of the last days by both."""
        found = self.comparison
        if found is None:
            return
        self.replaying = True
        self.replayed.emit()
        now = self.desk.now()
        numbers = (found.before, found.after)
        self.desk.tasks.read(
            self, "material", material_between, *numbers, now, now - timedelta(days=DAYS),
            done=self._material, failed=self._no_replay,
        )  # fmt: skip

    def _material(self, material: Material) -> None:
        zone = self.desk.actor.time_zone if self.desk.actor else "UTC"
        told = (material.cases, material.before, material.after, zone)
        self.desk.tasks.compute(self, "replay", summarise, *told, done=self._decided, failed=self._no_replay)

    def _decided(self, summary: ReplaySummary | None) -> None:
        self.summary, self.replaying = summary, False
        self.replayed.emit()

    def _no_replay(self, error: UserError) -> None:
        self._decided(None)
        self.refused.emit(error)
