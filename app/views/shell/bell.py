"""Keeps the bell and its list in step with the notifications of the person at this desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.views.shell.context import zone_of
from app.views.shell.feed import FeedWatch
from app.views.shell.notification_words import line_of
from app.views.shell.notifications import NotificationPopup
from app.views.shell.tasks import Tasks
from app.views.shell.topbar import Bell

if TYPE_CHECKING:
    from app.services.incidents.notifications import NotificationRecord


class BellKeeper(QObject):
    """Reads again when the feed names notifications; `told` hands on what was read."""

    told = Signal(object)  # the newest notifications, seen and unseen

    def __init__(
        self, bell: Bell, tasks: Tasks, feed: FeedWatch, open_place: Callable[[str], None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._bell, self._tasks = bell, tasks
        self._new: tuple[str, ...] = ()
        self.popup = NotificationPopup(parent)
        self.popup.opened.connect(open_place)
        self.popup.all_seen.connect(self._mark_all)
        bell.clicked.connect(self.drop)
        feed.changed.connect(self._rows_changed)
        tasks.attached.connect(self._attached)

    def drop(self) -> None:
        """Opens the list below the bell."""
        self.popup.drop_from(self._bell)

    def _attached(self) -> None:
        self._show(())
        self._read()

    def _rows_changed(self, changes: Any) -> None:
        if changes.reload or "notifications" in changes.tables:
            self._read()

    def _read(self) -> None:
        database = self._tasks.database
        if database is None or database.actor.id is None:
            return
        from app.services.incidents.notifications import list_notifications

        self._tasks.read(self, "notifications", list_notifications, database.actor.id, done=self._answered)

    def _answered(self, records: Sequence[NotificationRecord]) -> None:
        self._show(records)
        self.told.emit(records)

    def _show(self, records: Sequence[NotificationRecord]) -> None:
        actor = self._tasks.database.actor if self._tasks.database else None
        zone = zone_of(actor.time_zone) if actor else None
        lines = [line_of(record, zone) for record in records]
        self._new = tuple(line.id for line in lines if line.new)
        self._bell.set_count(len(self._new))
        self.popup.show_lines(lines)

    def _mark_all(self) -> None:
        if self._new:
            from app.services.incidents.notifications import MarkSeen

            self._tasks.act(self, MarkSeen(notification_ids=self._new))
