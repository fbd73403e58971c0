"""The rows of the queue as plain data: loaded once a view, then only the incidents that changed."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from app.services.incidents.queue import Queue, QueueRow, QueueView, load_changed, load_queue
from app.views.shell.context import Desk
from app.views.workbench.grouping import Spot, spots_of

if TYPE_CHECKING:
    from app.services.database.errors import UserError
    from app.services.database.feed import ChangeSet

GATHER_MS = 120
"""Changes that come close together are loaded together."""
TABLES = frozenset({"incidents", "timers", "acknowledgements", "customers", "people", "teams", "memberships"})
"""Tables whose change may change a row; of these only the last four change rows of many incidents."""
OF_MANY = frozenset({"customers", "people", "teams", "memberships"})


class QueueStore(QObject):
    """`loaded` after a whole view, `changed(ids)` after some incidents, `counted` whenever the counts are new."""

    loaded = Signal()
    changed = Signal(object)  # frozenset of incident ids
    counted = Signal()
    failed = Signal(object)  # UserError

    def __init__(self, desk: Desk, zone: tzinfo, parent: QObject) -> None:
        super().__init__(parent)
        self.desk, self.zone = desk, zone
        self.view = QueueView.MINE
        self.rows: dict[str, QueueRow] = {}
        self.counts: dict[QueueView, int] = {}
        self.ready = False
        self.pending: set[str] = set()
        self.spots: dict[str, Spot] | None = None
        self._stale: set[str] = set()
        self._gather = QTimer(self)
        self._gather.setSingleShot(True)
        self._gather.setInterval(GATHER_MS)
        self._gather.timeout.connect(self._load_stale)
        desk.feed.changed.connect(self._told)

    @property
    def person_id(self) -> str | None:
        """Whose queue it is."""
        actor = self.desk.actor
        return actor.id if actor else None

    def load(self, view: QueueView | None = None) -> None:
        """Loads a view anew; the one in use where none is named."""
        if view is not None and view is not self.view:
            self.view, self.ready = view, False
        self._stale.clear()
        self.desk.tasks.read(
            self, "queue", _load_placed, self.view, self.person_id, self.desk.now(), self.zone,
            done=self._take, failed=self._fail,
        )  # fmt: skip

    def _take(self, found: tuple[Queue, dict[str, Spot]]) -> None:
        queue, self.spots = found
        self.rows = {row.id: row for row in queue.rows}
        self.counts = dict(queue.counts)
        self.ready = True
        self.loaded.emit()
        self.counted.emit()

    def _fail(self, error: UserError) -> None:
        self.failed.emit(error)

    # --- changes

    def _told(self, changes: ChangeSet) -> None:
        if not self.ready:
            return
        if changes.reload or changes.tables & OF_MANY:
            self.load()
        elif changes.tables & TABLES:
            self.refresh(changes.incidents)

    def refresh(self, incident_ids: frozenset[str]) -> None:
        """Loads these incidents with the next breath."""
        self._stale |= incident_ids
        if self._stale and not self._gather.isActive():
            self._gather.start()

    def _load_stale(self) -> None:
        wanted = frozenset(self._stale)
        self._stale.clear()
        if not wanted:
            return
        self.desk.tasks.read(
            self,
            f"rows {len(wanted)} {min(wanted)}",
            load_changed,
            wanted,
            self.view,
            self.person_id,
            self.desk.now(),
            done=lambda queue: self._take_some(wanted, queue),
            failed=self._fail,
        )

    def _take_some(self, wanted: frozenset[str], queue: Queue) -> None:
        if queue.view is not self.view:
            return
        found = {row.id: row for row in queue.rows}
        for incident_id in wanted - found.keys():
            self.rows.pop(incident_id, None)
        self.rows.update(found)
        self.counts = dict(queue.counts)
        self.changed.emit(wanted)
        self.counted.emit()

    # --- marks

    def set_pending(self, incident_id: str, on: bool) -> None:
        """An act on this incident is on its way."""
        before = incident_id in self.pending
        if on:
            self.pending.add(incident_id)
        else:
            self.pending.discard(incident_id)
        if before != on:
            self.changed.emit(frozenset({incident_id}))


def _load_placed(
    session: Any, view: QueueView, person_id: str | None, now: datetime, zone: tzinfo
) -> tuple[Queue, dict[str, Spot]]:
    """The rows of a view and where each belongs."""
    queue = load_queue(session, view, person_id, now)
    return queue, spots_of(queue.rows, now, zone)
