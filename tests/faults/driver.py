"""Watches in processes of their own that may be told to die at a labelled point, as by kill -9.

    python -m tests.faults.driver ADDRESS BEHIND MAIL_PORT

BEHIND is how many seconds the desk's time is behind the database's. Each line of standard input, ``TIMES POINT``,
starts a watch that dies when it passes POINT for the TIMES-th time (never, for 0); each line of standard output is how
one ended. The watches are forked, so that a start costs little; they end with standard input. What they wrap are the
program's own functions: the program knows nothing of this.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.services.database import operations
from app.services.database.clock import DatabaseClock, ShiftedClock
from app.services.database.database import Applied, Database
from app.services.database.engine import make_engine
from app.services.database.operations import Operation
from app.services.database.work import WATCH, UnitOfWork
from app.services.watch import outbox
from app.services.watch.mail import MailCarrier, MailServer
from app.services.watch.moments import FireDue
from app.services.watch.outbox import LeaseLetters, Letter, LetterTaken
from app.services.watch.run import keep_watch

BEFORE_FIRING, AFTER_FIRING = "before the firing commits", "after the firing committed"
AFTER_LEASE, AFTER_SENDING = "after the lease", "after sending"
BEFORE_MARKING, AFTER_MARKING = "before the mark commits", "after the mark"
POINTS = (BEFORE_FIRING, AFTER_FIRING, AFTER_LEASE, AFTER_SENDING, BEFORE_MARKING, AFTER_MARKING)
LEASE = timedelta(seconds=3)
"""So that the letters of a watch that died are soon taken up by another one."""
SENDER = "desk@desk.example"


LONGEST_LIFE = 40
"""After so many batches a watch that is to die does so wherever it is: its own point may never come again."""


@dataclass
class Death:
    """The point at which this process ends, and how often it still passes it."""

    point: str
    times: int
    batches: int = LONGEST_LIFE

    def passing(self, point: str) -> None:
        """Ends the process without a chance to clean up."""
        if not self.point:
            return
        self.times -= point == self.point
        self.batches -= point == AFTER_FIRING
        if 0 in (self.times, self.batches):
            os.kill(os.getpid(), signal.SIGKILL)


class MortalDatabase(Database):
    """A database whose process may die once an act is done."""

    death: Death

    def apply(self, operation: Operation) -> Applied:
        """Applies it, and may be the last thing this process does."""
        applied = super().apply(operation)
        if isinstance(operation, FireDue) and applied.result["fired"]:
            self.death.passing(AFTER_FIRING)
        if isinstance(operation, LeaseLetters) and applied.result["letters"]:
            self.death.passing(AFTER_LEASE)
        if isinstance(operation, LetterTaken):
            self.death.passing(AFTER_MARKING)
        return applied


@dataclass(frozen=True)
class MortalCarrier:
    """Mail whose sender may die as soon as the server has taken it."""

    carrier: MailCarrier
    death: Death
    channel: str = "mail"

    def deliver(self, letter: Letter) -> None:
        """Delivers the letter, and may be the last thing this process does."""
        self.carrier.deliver(letter)
        self.death.passing(AFTER_SENDING)


def die_inside(kind: type[Operation], point: str, death: Death, matters: Callable[[Any], bool]) -> None:
    """Lets the process die at the end of that operation's handler: all is written, nothing committed."""
    handler = operations._handlers[kind]

    def mortal(work: UnitOfWork, operation: Any) -> Any:
        result = handler(work, operation)
        work.session.flush()
        if matters(result):
            death.passing(point)
        return result

    operations._handlers[kind] = mortal


def watch(address: str, behind: float, mail_port: int, death: Death) -> None:
    """Keeps watch until the process is ended."""
    outbox.LEASE = LEASE
    die_inside(FireDue, BEFORE_FIRING, death, lambda result: result["fired"] > 0)
    die_inside(LetterTaken, BEFORE_MARKING, death, lambda _result: True)
    clock = ShiftedClock(DatabaseClock(), timedelta(seconds=behind))
    database = MortalDatabase(make_engine(address), clock, WATCH)
    database.death = death
    server = MailServer("127.0.0.1", SENDER, port=mail_port, security="none")
    keep_watch(database, (MortalCarrier(MailCarrier(server), death),), threading.Event().wait)


def report(*_: object) -> None:
    """Tells of each watch that ended."""
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            living.discard(ended[0])
            os.write(1, f"{os.waitstatus_to_exitcode(ended[1])}\n".encode())


living: set[int] = set()


def main(address: str, behind: str, mail_port: str) -> None:
    """Starts what standard input asks for."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s")
    signal.signal(signal.SIGCHLD, report)
    for line in sys.stdin:
        times, _, point = line.strip().partition(" ")
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            watch(address, float(behind), int(mail_port), Death(point, int(times)))
        living.add(child)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for child in living:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


if __name__ == "__main__":
    main(*sys.argv[1:])
