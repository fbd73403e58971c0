"""Keeps the badge of the Matrix page: how many announcements wait for the person at this desk to read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from app.views.shell.feed import FeedWatch
from app.views.shell.page import Badge
from app.views.shell.tasks import Tasks

if TYPE_CHECKING:
    from app.services.announcements.reading import Waiting

TABLES = frozenset({"announcements", "confirmations"})


class NewsKeeper(QObject):
    """Reads again when the feed names announcements; ``show`` gets the count."""

    def __init__(self, tasks: Tasks, feed: FeedWatch, show: Callable[[Badge], None], parent: QObject) -> None:
        super().__init__(parent)
        self._tasks, self._show = tasks, show
        feed.changed.connect(self._rows_changed)
        tasks.attached.connect(self._read)

    def _rows_changed(self, changes: Any) -> None:
        if changes.reload or changes.tables & TABLES:
            self._read()

    def _read(self) -> None:
        database = self._tasks.database
        if database is None or database.actor.id is None:
            return
        from app.services.announcements.reading import waiting_for

        self._tasks.read(self, "news", waiting_for, database.actor.id, done=self._answered)

    def _answered(self, waiting: tuple[Waiting, ...]) -> None:
        self._show(Badge(len(waiting)))
