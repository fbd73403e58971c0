"""Who keeps watch while a desk is open, and what the desk says of it.

Over a file the desk keeps watch itself, and asks where the clock of this computer has jumped. Over a server watches of
its own fire; while none is alive the desk says so and moves what is due, if its person may, but sends nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal
from shiboken6 import isValid

from app.config import Settings
from app.views.shell.context import Notice, zone_of
from app.views.shell.opening import WatchThread
from app.views.shell.tasks import Tasks

if TYPE_CHECKING:
    from app.services.database.database import Database
    from app.services.database.errors import UserError
    from app.services.watch.jump import Jump
    from app.services.watch.standin import Silence

log = logging.getLogger(__name__)

LOOK_MS, LOOK_CLOSELY_MS, NEXT_BATCH_MS = 10_000, 2_000, 200
NO_WATCH, CLOCK_JUMPED = "no watch", "clock jumped"
Say = Callable[[Notice], None]
Clear = Callable[[str], None]


def _tr(text: str) -> str:
    return QCoreApplication.translate("keeping", text)


def _time(at: datetime, now: datetime, zone: tzinfo | None) -> str:
    """The minute, with its day where that is another one."""
    there, here = at.astimezone(zone), now.astimezone(zone)
    return f"{there:%H:%M}" if there.date() == here.date() else f"{there:%d.%m.%Y %H:%M}"


class Keeping(QObject):
    """`begin` with each database that is opened, `end` before it is left.

    `watch_words` is for the bottom line: what there is to say of the watch, empty while one is alive.
    """

    watch_words = Signal(str)
    _jumped = Signal(object)  # emitted in the watch's thread

    def __init__(self, tasks: Tasks, say: Say, clear: Clear, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks, self._say, self._clear = tasks, say, clear
        self._thread: WatchThread | None = None
        self._database: Database | None = None
        self._silence: Silence | None = None
        self._firing = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._look)
        self._jumped.connect(self._ask_about_clock, Qt.ConnectionType.QueuedConnection)

    def begin(self, database: Database, settings: Settings | None) -> None:
        """Over a file keeps watch, over a server looks whether somebody does. Without `settings` nothing is sent."""
        self._database, self._silence, self._firing = database, None, False
        if database.engine.dialect.name == "sqlite":
            self._thread = WatchThread(database, settings, self._hear)
            self._thread.start()
        else:
            self._timer.start(0)

    def end(self) -> None:
        """Stops after what runs."""
        self._timer.stop()
        self._tasks.cancel(self, "watch")
        self._database = self._silence = None
        self.watch_words.emit("")
        if self._thread is not None:
            self._thread.end()
            self._thread = None

    @property
    def _zone(self) -> tzinfo | None:
        return zone_of(self._database.actor.time_zone) if self._database else None

    # --- a server without a watch

    def _look(self) -> None:
        from app.services.watch.standin import look_for_watch

        if self._database is not None:
            clock = self._database.clock
            self._tasks.read(
                self, "watch", look_for_watch, clock, done=self._told, failed=self._unanswered, patient=False
            )

    def _unanswered(self, _error: UserError) -> None:
        """The feed asks the same database each second and says what is wrong."""
        self._timer.start(LOOK_MS)

    def _told(self, silence: Silence) -> None:
        database = self._database
        if database is None:
            return
        before, self._silence = self._silence, silence
        if not silence.silent:
            if before is None or before.silent:
                self._clear(NO_WATCH)
                self.watch_words.emit("")
            self._timer.start(LOOK_MS)
            return
        from app.services.watch.standin import may_stand_in, stand_in

        may = may_stand_in(database)
        if before is None or (before.silent, before.last_beat) != (True, silence.last_beat):
            self._say_silence(silence, may, database.clock.now())
        if silence.due and may and not self._firing:
            self._firing = True
            self._tasks.file(self, "stand in", _quietly, stand_in, database, done=self._fired)
        else:
            self._timer.start(LOOK_CLOSELY_MS)

    def _fired(self, count: int) -> None:
        self._firing = False
        if self._database is not None:
            self._timer.start(NEXT_BATCH_MS if count else LOOK_CLOSELY_MS)

    def _say_silence(self, silence: Silence, may: bool, now: datetime) -> None:
        if silence.last_beat is None:
            words, short = _tr("No watch has run here yet."), _tr("no watch yet")
        else:
            since = _time(silence.last_beat, now, self._zone)
            words = _tr("No watch has been alive since {time}.").format(time=since)
            short = _tr("no watch since {time}").format(time=since)
        more = _tr("Deadlines still move; nothing is sent.")
        if not may:
            more = _tr("Deadlines move while a colleague's desk is open; nothing is sent.")
        self._say(Notice(NO_WATCH, words, more, "warning"))
        self.watch_words.emit(", " + short)

    # --- a file whose clock jumped

    def _hear(self, jump: Jump | None) -> None:
        """In the watch's thread."""
        if isValid(self):
            self._jumped.emit(jump)

    def _ask_about_clock(self, jump: Jump | None) -> None:
        if self._thread is None or jump is None:
            self._clear(CLOCK_JUMPED)
            return
        before = _time(jump.expected, jump.shown, self._zone)
        after = _time(jump.shown, jump.expected, self._zone)
        words = _tr("The clock of this computer jumped from {before} to {after}.").format(before=before, after=after)
        more = _tr("Is it {after} now? Until you answer, no deadline fires.").format(after=after)
        acts = ((_tr("Yes, go on"), self._trust_clock), (_tr("No, wait"), self._distrust_clock))
        self._say(Notice(CLOCK_JUMPED, words, more, "warning", acts=acts, closable=False))

    def _trust_clock(self) -> None:
        self._clear(CLOCK_JUMPED)
        if self._thread is not None:
            self._thread.guard.trust()

    def _distrust_clock(self) -> None:
        words = _tr("Deadlines wait until the clock of this computer is right.")
        more = _tr("Set it in the settings of your system; they go on by themselves then.")
        acts = ((_tr("It is right now"), self._trust_clock),)
        self._say(Notice(CLOCK_JUMPED, words, more, "warning", acts=acts, closable=False))


def _quietly(function: Callable[[Database], int], database: Database) -> int:
    """A batch that fails is the log's business: the window has nobody who asked for it."""
    from app.services.database.errors import UserError

    try:
        return function(database)
    except UserError as error:
        log.info("the desk could not stand in for a watch: %s", error)
    except Exception:
        log.exception("the desk could not stand in for a watch")
    return 0
