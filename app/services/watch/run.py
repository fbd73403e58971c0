"""One round of the watch, and rounds without end: fire, deliver, give a sign of life."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from app.services.database import trail
from app.services.database.clock import DatabaseClock
from app.services.database.database import Database
from app.services.database.errors import DatabaseUnavailable, NotAllowed, StateError
from app.services.database.schema import make_partitions
from app.services.watch.chores import CHASE, LOOK_AHEAD, REMIND
from app.services.watch.jump import BEHIND, Jump, JumpGuard, unset_clock
from app.services.watch.moments import fire_due, next_due
from app.services.watch.outbox import Carrier, channels_due, deliver_due
from app.services.watch.status import beat, forget_later, last_beat, require_watch

log = logging.getLogger(__name__)

ROUND_SECONDS, SHORTEST_ROUND = 1.0, 0.05
BEAT_SECONDS = 10
DAY_SECONDS = 86_400
REMIND_SECONDS = 60
STAGGERS, STAGGER_SECONDS = 8, 0.02
LONGEST_REST = 0.25
LAST_LETTER_SECONDS = 2.0
"""How long a watch that ends waits for a letter on its way; after that its lease runs out and another takes it over."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did."""

    fired: int
    delivered: int


def watch_name() -> str:
    """The name of this watch: computer and process."""
    return f"{socket.gethostname()}-{os.getpid()}"


def one_round(database: Database, carriers: tuple[Carrier, ...] = ()) -> Round:
    """Fires everything due and delivers what may leave."""
    fired = fire_due(database)
    return Round(fired, deliver_due(database, carriers))


def watch_once(database: Database, carriers: tuple[Carrier, ...] = (), *, trust_clock: bool = False) -> Round:
    """A round with its upkeep, for whoever lets another program's clock call the watch; all of those share one name.

    Raises ``NotAllowed`` where the server gives this account no right to keep watch, and ``StateError`` where the clock
    of a file is before the last sign of life, unless it is to be trusted.
    """
    database.read(require_watch)
    if _keeps_its_own_clock(database):
        wall, mark = datetime.now(UTC), database.read(last_beat)
        if trust_clock:
            database.maintain(forget_later, wall)
        elif mark is not None and wall < mark - BEHIND:
            raise StateError(
                f"The clock of this computer shows {wall:%Y-%m-%d %H:%M} UTC, but a watch was alive at"
                f" {mark:%Y-%m-%d %H:%M}.",
                "Set the clock, or say --trust-clock if it is right.",
            )
    database.maintain(beat, f"{socket.gethostname()}-once", database.read(database.clock.stamp))
    done = one_round(database, carriers)
    for chore in (LOOK_AHEAD, REMIND, CHASE):
        chore.look(database)
    _seal(database)
    make_partitions(database.engine)
    return done


def keep_watch(
    database: Database,
    carriers: tuple[Carrier, ...],
    wait: Callable[[float], bool],
    told: Callable[[Round], None] = lambda _round: None,
    *,
    guard: JumpGuard | None = None,
    jumped: Callable[[Jump | None], None] = lambda _jump: None,
) -> None:
    """Rounds once a second until ``wait(seconds)`` says stop. A database that is away is waited for.

    ``guard`` keeps the clock of a database file; ``jumped`` hears when it stops trusting that clock, and None when it
    trusts it again. Raises ``NotAllowed`` where the server gives this account no right to keep watch.
    """
    Rounds(database, carriers, wait, told, guard, jumped).run()


class Rounds:
    """The rounds of one watch. Firing never waits for a letter: those go out beside it, in threads of their own."""

    def __init__(
        self,
        database: Database,
        carriers: tuple[Carrier, ...],
        wait: Callable[[float], bool],
        told: Callable[[Round], None],
        guard: JumpGuard | None,
        jumped: Callable[[Jump | None], None],
    ) -> None:
        self._database, self._carriers, self._wait, self._told = database, carriers, wait, told
        self._own_clock = _keeps_its_own_clock(database)
        self._guard, self._jumped = guard if self._own_clock else None, jumped
        self._name = watch_name()
        # watches that wake for one moment do so one after the other: the first fires it, the others find it fired
        self._stagger = os.getpid() % STAGGERS * STAGGER_SECONDS
        self._next: dict[str, float] = {}
        self._letters: dict[str, threading.Thread] = {}
        self._taken: list[int] = []
        self._away = self._stop = False
        self._allowed = False

    def run(self) -> None:
        """Rounds until told to stop: at least one a second, and one as soon as the next moment is due."""
        while not self._stop:
            begin, rest = time.monotonic(), ROUND_SECONDS
            try:
                rest = self._round()
                self._away = False
            except DatabaseUnavailable as error:
                if not self._away:
                    log.warning("the watch cannot reach the database: %s", error)
                self._away = True
            except NotAllowed:
                raise
            except Exception:
                log.exception("a round of the watch broke off; the next one starts anew")
            if self._wait(max(0.0, begin + rest - time.monotonic())):
                self._stop = True
        until = time.monotonic() + LAST_LETTER_SECONDS
        for letters in self._letters.values():
            letters.join(max(0.0, until - time.monotonic()))
        if left := self._delivered():
            self._told(Round(0, left))

    def _round(self) -> float:
        """Fires, and once a second does the rest; returns after how many seconds the next round is to begin."""
        begin = time.monotonic()
        if not self._allowed:
            self._begin()
        if not self._clock_is_right():
            return ROUND_SECONDS
        self._beat()
        upkeep = self._is_time("upkeep", ROUND_SECONDS)
        if upkeep:
            self._deliver()
        fired = fire_due(self._database, self._rest)
        self._told(Round(fired, self._delivered()))
        if upkeep:
            LOOK_AHEAD.look(self._database)
            if self._is_time("reminders", REMIND_SECONDS):
                REMIND.look(self._database)
                CHASE.look(self._database)
            _seal(self._database)
            if self._is_time("partitions", DAY_SECONDS):
                make_partitions(self._database.engine)
        now = self._database.clock.now()
        coming = self._database.read(next_due, now)
        until_upkeep = self._next["upkeep"] - begin
        if coming is None:
            return until_upkeep
        waits = time.monotonic() - begin + (coming - now).total_seconds()
        return min(until_upkeep, max(waits, SHORTEST_ROUND) + self._stagger)

    def _begin(self) -> None:
        self._database.read(require_watch)
        if self._own_clock and self._guard is None:
            self._database.maintain(forget_later, datetime.now(UTC))
        self._allowed = True

    def _clock_is_right(self) -> bool:
        guard = self._guard
        if guard is None:
            return True
        before, wall = guard.jump, datetime.now(UTC)
        jump = guard.look(wall, unset_clock(), self._database.read(last_beat))
        if jump is not None and before is None:
            log.warning("the clock should show %s and shows %s: nothing is fired", jump.expected, jump.shown)
            self._jumped(jump)
        if jump is None and before is not None:
            log.warning("the clock is trusted again at %s", wall)
            self._database.maintain(forget_later, wall)
            self._next.clear()
            self._jumped(None)
        return jump is None

    def _is_time(self, what: str, seconds: float) -> bool:
        """Whether ``what`` is to be done again, at most once in so many seconds."""
        now = time.monotonic()
        if now < self._next.get(what, 0.0):
            return False
        self._next[what] = now + seconds
        return True

    def _beat(self) -> None:
        if self._is_time("beat", BEAT_SECONDS):
            self._database.maintain(beat, self._name, self._database.read(self._database.clock.stamp))

    def _rest(self, took: float) -> bool:
        """Between two batches: a sign of life, a look at the clock, and on a file a rest as long as the batch took."""
        self._beat()
        shared = self._database.engine.dialect.name == "sqlite"
        if self._wait(min(took, LONGEST_REST) if shared else 0.0):
            self._stop = True
        return self._stop or not self._clock_is_right()

    def _deliver(self) -> None:
        """A thread for each channel that has something due: one whose receivers are slow holds up no other."""
        by_channel = {carrier.channel: carrier for carrier in self._carriers}
        if not by_channel:
            return
        for channel in self._database.read(channels_due, tuple(by_channel), self._database.clock.now()):
            running = self._letters.get(channel)
            if running is None or not running.is_alive():
                started = threading.Thread(
                    target=self._deliver_now, args=[by_channel[channel]], name=f"letters by {channel}", daemon=True
                )
                self._letters[channel] = started
                started.start()

    def _deliver_now(self, carrier: Carrier) -> None:
        try:
            self._taken.append(deliver_due(self._database, (carrier,)))
        except DatabaseUnavailable as error:
            log.info("letters wait for the database: %s", error)
        except Exception:
            log.exception("letters could not be delivered")

    def _delivered(self) -> int:
        """How many letters were taken since it was asked last."""
        count = 0
        while self._taken:
            count += self._taken.pop()
        return count


def _keeps_its_own_clock(database: Database) -> bool:
    """Whether this computer's clock decides: not that of a server, nor one that a hand turns."""
    return database.engine.dialect.name == "sqlite" and isinstance(database.clock, DatabaseClock)


def _seal(database: Database) -> None:
    if database.read(trail.unsealed):
        database.maintain(trail.seal, database.clock.now())
