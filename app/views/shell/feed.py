"""Watches the feed each second: which rows changed here or on another desk, and how fresh what we show is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from shiboken6 import isValid

from app.views.shell.tasks import Tasks

if TYPE_CHECKING:
    from app.services.database.clock import Clock
    from app.services.database.database import Database
    from app.services.database.errors import UserError
    from app.services.database.feed import ChangeSet, Cursor, FeedPage
    from app.services.database.listen import Listener

POLL_MS = 1000
STALE_SECONDS = 10.0
AWAY_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Sync:
    """How fresh this desk is. `age` is in seconds, `latency` in milliseconds; None before the first answer."""

    open: bool = False
    age: float | None = None
    latency: float | None = None
    clock_checked: datetime | None = None
    trouble: str = ""
    answered_at: datetime | None = None

    @property
    def stale(self) -> bool:
        """More than ten seconds behind."""
        return self.open and self.age is not None and self.age > STALE_SECONDS

    @property
    def away(self) -> bool:
        """The database has refused to answer for a while: longer than a server needs to start again."""
        return self.open and bool(self.trouble) and (self.age is None or self.age > AWAY_SECONDS)


class FeedWatch(QObject):
    """`changed(ChangeSet)` names rows to load again: own acts at once, those of others within a second, and on a server
    as soon as it tells that something was written. A database that comes back after it was away says *reload*.
    """

    changed = Signal(object)
    sync_changed = Signal(object)
    _heard = Signal()

    def __init__(self, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._cursor: Cursor | None = None
        self._asked = self._answered = 0.0
        self._asking = self._again = self._was_away = False
        self._listener: Listener | None = None
        self._heard.connect(self._ask_again, Qt.ConnectionType.QueuedConnection)
        self.sync = Sync()
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self.poll)
        tasks.changed.connect(self.changed)
        tasks.attached.connect(self._attached)
        tasks.unanswered.connect(self.poll)
        tasks.keeps_questions = True

    def stop(self) -> None:
        """Asks no more."""
        self._timer.stop()
        self._listen_to(None)

    def _listen_to(self, database: Database | None) -> None:
        if self._listener is not None:
            self._listener.end()
            self._listener = None
        if database is not None:
            from app.services.database.listen import listen

            self._listener = listen(database.engine, self._hear)

    def _hear(self) -> None:
        """In the listener's thread."""
        if isValid(self):
            self._heard.emit()

    def _ask_again(self) -> None:
        """Something was written: asks now, and once more where the question on its way may have come too early."""
        self._again = self._asking
        self.poll()

    def _attached(self) -> None:
        self._cursor, self._asking, self._answered = None, False, 0.0
        self._tasks.cancel(self, "feed")
        opened = self._tasks.database is not None
        self._again = self._was_away = False
        self._show(Sync(open=opened))
        self._listen_to(self._tasks.database)
        if opened:
            self._timer.start()
            self.poll()
        else:
            self._timer.stop()

    def poll(self) -> None:
        """Asks once, unless the last question is still on its way."""
        database = self._tasks.database
        if self._answered and self.sync.open:
            self._show(replace(self.sync, age=time.monotonic() - self._answered))
        if self._asking or database is None:
            return
        from app.services.database import feed

        self._asking = True
        self._asked = time.monotonic()
        ask = partial(self._tasks.read, self, "feed", failed=self._failed, patient=False)
        if self._cursor is None:
            ask(_with_time, feed.newest, clock=database.clock, done=self._started)
        else:
            ask(_with_time, feed.since, self._cursor, clock=database.clock, done=self._told)

    def measure_clock(self) -> None:
        """Asks at once, and the database for its time with it: after a sleep, say."""
        self._ask_again()

    def _started(self, answer: tuple[Cursor, datetime]) -> None:
        self._answered_with(*answer)

    def _told(self, answer: tuple[FeedPage, datetime]) -> None:
        page, at = answer
        back = self._was_away
        self._answered_with(page.cursor, at)
        if page.changes or back:
            self.changed.emit(self._everything() if back else page.changes)
        if self._again:
            self._again = False
            self.poll()

    def _everything(self) -> ChangeSet:
        """While it was away more may have changed than the feed still knows: a server may come back restored."""
        from app.services.database.feed import ChangeSet

        return ChangeSet(reload=True)

    def _answered_with(self, cursor: Cursor, at: datetime) -> None:
        self._asking = self._was_away = False
        self._answered = time.monotonic()
        self._cursor = cursor
        latency = (self._answered - self._asked) * 1000
        self._show(replace(self.sync, age=0.0, latency=latency, trouble="", answered_at=at, clock_checked=at))
        self._tasks.resume()

    def _failed(self, error: UserError) -> None:
        self._asking, self._was_away = False, True
        age = time.monotonic() - self._answered if self._answered else None
        self._show(replace(self.sync, age=age, trouble=error.what))

    def _show(self, sync: Sync) -> None:
        if sync != self.sync:
            self.sync = sync
            self.sync_changed.emit(sync)


def _with_time(session: Any, question: Callable[..., Any], *args: Any, clock: Clock) -> tuple[Any, datetime]:
    """The answer of the feed, and the time of the database, by which its clock is set anew at each question."""
    return question(session, *args), clock.stamp(session)
