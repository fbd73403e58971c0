"""A desk with many due moments and letters, watches that die over it, and what must hold at the end."""

from __future__ import annotations

import email
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import func, select

from app.models.enums import Channel, EventKind, OutboxState, TimerKind
from app.models.incident import Event, Incident
from app.models.message import Notification, Outbox
from app.models.timer import Firing, Timer
from app.services.database.clock import HandClock
from app.services.database.database import Database
from app.services.database.engine import make_engine
from app.services.messages.send import SendMessage
from app.services.watch.moments import fire_due
from tests.desks import START, SmallDesk, fill_desk
from tests.faults.driver import SENDER

BEGIN = START + timedelta(hours=5)
"""The desk's time when the watches begin: what was raised at START is overdue with all its moments by then."""
FIRST_WARNING = timedelta(minutes=11, seconds=15)
"""75 % of the fifteen minutes in which an S1 is to be acknowledged, and of its first step: two moments at once."""
ROOT = Path(__file__).parents[2]

Moments = Counter[tuple[int, str, int, str, datetime]]


def fill(url: str, overdue: int, live: int, seconds: float, letters: int, *, after: float = 0.0) -> None:
    """Sets a desk up: incidents overdue for hours, others whose first moments come within ``seconds``, and letters.

    The first one comes ``after`` so many seconds, once the watches run.
    """
    fill_desk(url)
    clock = HandClock(START)
    database = Database(make_engine(url), clock)
    desk = SmallDesk(database, clock)
    for number in range(overdue):
        incident = desk.open(title=f"Overdue {number}")
        if number < letters:
            desk.lena.apply(
                SendMessage(
                    incident_id=incident,
                    subject=f"Message {number}",
                    body="Hello, we are looking into it.",
                    channel=Channel.EMAIL,
                    recipient="sigrid@halden.example",
                    by_mail=True,
                )
            )
    clock.at = BEGIN
    for number in range(live):
        comes = BEGIN + timedelta(seconds=after + seconds * number / live)
        desk.open(title=f"Live {number}", raised_at=comes - FIRST_WARNING)
    database.close()


def undisturbed(url: str, until: datetime) -> Moments:
    """Fires all of a copy of that desk at once, with nobody in the way: the moments there must be."""
    database = Database(make_engine(url), HandClock(until))
    try:
        fire_due(SmallDesk(database, HandClock(until)).watch)
        return fired(database)
    finally:
        database.close()


def fired(database: Database) -> Moments:
    """All moments that fired, by incident, kind, pass, name and true due time."""
    asked = (
        select(Incident.number, Timer.kind, Firing.pass_number, Firing.moment, Firing.due_at)
        .join(Timer, Timer.id == Firing.timer_id)
        .join(Incident, Incident.id == Timer.incident_id)
    )
    rows = database.read(lambda session: session.execute(asked).all())
    return Counter((row.number, row.kind.value, row.pass_number, row.moment.value, row.due_at) for row in rows)


@dataclass
class Post:
    """A mail server on loopback that takes everything and remembers the Message-IDs."""

    ids: Counter[str] = field(default_factory=Counter)
    port: int = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Called by the server for each mail."""
        content = envelope.content or b""
        mail = email.message_from_bytes(content if isinstance(content, bytes) else content.encode())
        self.ids[str(mail["Message-ID"])] += 1
        return "250 taken"


@contextmanager
def post_office() -> Iterator[Post]:
    """The mail server, running."""
    post = Post()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        post.port = probe.getsockname()[1]
    controller = Controller(post, hostname="127.0.0.1", port=post.port)
    controller.start()
    try:
        yield post
    finally:
        controller.stop()


class Watches:
    """Watch processes over one database; ``log`` says what they lived through."""

    def __init__(self, url: str, post: Post, log: Path) -> None:
        self._log = log
        # the desk's time stands at BEGIN now
        behind = (datetime.now(UTC) - BEGIN).total_seconds()
        command = [sys.executable, "-m", "tests.faults.driver", url, str(behind), str(post.port)]
        with log.open("ab") as kept:
            self._nursery = subprocess.Popen(
                command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=kept, bufsize=0
            )
        assert self._nursery.stdin is not None
        assert self._nursery.stdout is not None
        self._orders, self._news = self._nursery.stdin, self._nursery.stdout
        os.set_blocking(self._news.fileno(), False)
        self.running = self.killed = 0

    def start(self, point: str = "", times: int = 1) -> None:
        """One more watch, which dies when it passes that point for the so-manieth time."""
        self._orders.write(f"{times if point else 0} {point}\n".encode())
        self.running += 1

    def died(self) -> int:
        """How many ended since it was asked last; each of them must have died as told."""
        codes = [int(line) for line in (self._news.read() or b"").split()]
        if any(code != -signal.SIGKILL for code in codes) or self._nursery.poll() is not None:
            raise AssertionError(f"a watch ended by itself:\n{self.log()[-3000:]}")
        self.running -= len(codes)
        self.killed += len(codes)
        return len(codes)

    def log(self) -> str:
        """What they wrote."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    def end(self) -> None:
        """Kills those that still run."""
        self._orders.close()
        self._nursery.wait()
        self._news.close()


def keep_dying(watches: Watches, ends: Sequence[str], seconds: float) -> None:
    """Lets two watches run at once, each to die at the next of these points, until all have died."""
    coming = list(ends)
    limit = time.monotonic() + seconds
    while coming or watches.running:
        while coming and watches.running < 2:
            watches.start(coming.pop(0))
        if not watches.died():
            time.sleep(0.02)
        if time.monotonic() > limit:
            raise AssertionError(f"the watches did not die where they were to:\n{watches.log()[-3000:]}")


def random_end(random_numbers: random.Random, points: Sequence[str]) -> tuple[str, int]:
    """A point and after how many passings."""
    return random_numbers.choice(points), random_numbers.randint(1, 12)


@dataclass(frozen=True, slots=True)
class Left:
    """What is not done yet."""

    moments: int
    letters: int

    @property
    def nothing(self) -> bool:
        return not self.moments and not self.letters


def left(database: Database, until: datetime) -> Left:
    """What is due until then and not fired, and what is not delivered."""
    moments = select(func.count()).select_from(Timer).where(Timer.next_moment_at <= until)
    letters = select(func.count()).select_from(Outbox).where(Outbox.state != OutboxState.SENT)
    found = database.read(lambda session: (session.scalar(moments), session.scalar(letters)))
    return Left(found[0] or 0, found[1] or 0)


@dataclass(frozen=True, slots=True)
class Account:
    """What must be nothing at the end, and what may be more: letters that left more than once."""

    lost: int
    twice: int
    unknown: int
    letters_lost: int
    again: int


def settle_up(database: Database, expected: Moments, post: Post, until: datetime) -> Account:
    """Holds what fired of what was due ``until`` then, and what left, against what had to.

    A second firing would show even if its key were gone: each warning and breach has one event, each step that climbs
    enters a tier once, and nobody is told a thing twice.
    """
    all_fired = fired(database)
    got = Counter({key: count for key, count in all_fired.items() if key[4] <= until})
    events = select(func.count()).select_from(Event).where(Event.kind.in_((EventKind.WARNED, EventKind.BREACHED)))
    written = database.read(lambda session: session.scalar(events)) or 0
    of_clocks = sum(count for (_, kind, _, moment, _), count in all_fired.items() if (kind, moment) != _STEP_DUE)
    same = told_twice(database)
    keys = database.read(lambda session: session.scalars(select(Outbox.key)).all())
    domain = SENDER.partition("@")[2]
    ids = {f"<{key}@{domain}>" for key in keys}
    return Account(
        lost=sum((expected - got).values()),
        twice=sum(count - 1 for count in all_fired.values()) + (written - of_clocks) + same,
        unknown=sum((got - expected).values()),
        letters_lost=len(ids - set(post.ids)),
        again=sum(count - 1 for count in post.ids.values()),
    )


_STEP_DUE = (TimerKind.STEP.value, "due")


def told_twice(database: Database) -> int:
    """How many notifications repeat another one: same person, incident, kind and content."""
    rows: list[Any] = database.read(
        lambda session: list(
            session.execute(
                select(Notification.person_id, Notification.incident_id, Notification.kind, Notification.data)
            )
        )
    )
    kinds = Counter((row.person_id, row.incident_id, row.kind, repr(sorted(row.data.items()))) for row in rows)
    return sum(count - 1 for count in kinds.values())
