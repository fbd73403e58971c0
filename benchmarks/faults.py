"""Watches killed at random labelled points, the server crashing under them: 0 moments lost, 0 fired twice.

    python -m benchmarks.faults [MOMENTS [KILLS A SECOND]]

By default a short play; the whole one is 20000 moments. Before it, the same desk without faults: how late moments fire,
at how many due a second. Goal there: 99 % within a second.
"""

from __future__ import annotations

import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from app.models.timer import Firing, Timer
from app.services.database.clock import HandClock
from app.services.database.database import Database
from app.services.database.engine import make_engine
from app.services.database.errors import DatabaseUnavailable
from tests.faults.driver import POINTS
from tests.faults.play import BEGIN, Post, Watches, fill, fired, left, post_office, random_end, settle_up, undisturbed
from tests.postgres import DISK, PostgresServer

WATCHES = 3
MOMENTS, KILLS_A_SECOND = 1000, 2.0
A_MOMENTS_INCIDENT = 19
"""So many moments an S1 has missed that was raised five hours ago: its rungs, warnings and breaches."""
LIVE_SECONDS, UNTIL_FIRST = 10.0, 15.0
RATES = (10, 30, 100)
"""Due moments a second in the play without faults."""
CRASH_EVERY = (5.0, 15.0)
GOAL_LATE = 1.0


@dataclass
class Place:
    """Where a desk can be made: its address, a twin of it once it is filled, and how to let the server crash."""

    url: str
    twin: Callable[[], str]
    server: PostgresServer | None = None


@contextmanager
def on_sqlite() -> Iterator[Place]:
    """A file on the disk."""
    folder = Path(tempfile.mkdtemp(prefix="escalation-desk-bench-", dir=DISK if DISK.is_dir() else None))
    url = str(folder / "desk.sqlite")
    try:
        yield Place(url, lambda: str(shutil.copyfile(url, folder / "twin.sqlite")))
    finally:
        shutil.rmtree(folder)


@contextmanager
def on_postgresql() -> Iterator[Place]:
    """A server whose commits are durable."""
    with PostgresServer(durable=True) as server:
        yield Place(server.create("desk"), lambda: server.create("twin", "desk"), server)


@contextmanager
def watching(place: Place) -> Iterator[tuple[Watches, Post]]:
    """The watches' nursery with its mail server and log."""
    with tempfile.TemporaryDirectory(prefix="escalation-desk-bench-") as folder, post_office() as post:
        watches = Watches(place.url, post, Path(folder, "log"))
        try:
            yield watches, post
        finally:
            watches.end()


def play_without_faults(place: Place, rate: int) -> list[float]:
    """How many seconds late each moment fired, with three watches and so many due a second."""
    count = round(rate * LIVE_SECONDS)
    fill(place.url, 0, count, LIVE_SECONDS, 0, after=UNTIL_FIRST)
    end = BEGIN + timedelta(seconds=UNTIL_FIRST + LIVE_SECONDS)
    with watching(place) as (watches, _post):
        for _ in range(WATCHES):
            watches.start()
        wait_until(place.url, end + timedelta(seconds=1), watches, lambda: None)
    database = Database(make_engine(place.url), HandClock(end))
    asked = select(Firing.due_at, Firing.fired_at).join(Timer, Timer.id == Firing.timer_id)
    rows = database.read(lambda session: session.execute(asked).all())
    database.close()
    return [(row.fired_at - row.due_at).total_seconds() for row in rows]


def play_with_faults(place: Place, moments: int, kills_a_second: float) -> bool:
    """Prints what was lost and what happened twice; True where anything was."""
    incidents = max(1, moments // A_MOMENTS_INCIDENT)
    numbers = random.Random(20261125)
    fill(place.url, incidents, incidents // 4, LIVE_SECONDS, incidents)
    end = BEGIN + timedelta(seconds=LIVE_SECONDS)
    expected = undisturbed(place.twin(), end)
    crashes = 0
    next_crash = time.monotonic() + numbers.uniform(*CRASH_EVERY)
    next_start = 0.0

    with watching(place) as (watches, post):

        def fault() -> None:
            nonlocal crashes, next_crash, next_start
            watches.died()
            now = time.monotonic()
            while watches.running < WATCHES and now >= next_start:
                watches.start(*random_end(numbers, POINTS))
                next_start = max(next_start, now - 1.0) + 1.0 / kills_a_second
            if place.server is not None and now >= next_crash:
                place.server.halt(crash=True)
                place.server.start_again()
                crashes += 1
                next_crash = time.monotonic() + numbers.uniform(*CRASH_EVERY)

        begin = time.monotonic()
        wait_until(place.url, end, watches, fault)
        took = time.monotonic() - begin
        watches.died()
        database = Database(make_engine(place.url), HandClock(end))
        account = settle_up(database, expected, post, end)
        count = sum(fired(database).values())
        database.close()
        print(
            f"  {count:,} moments and {incidents:,} letters in {took:.0f} s,"
            f" {watches.killed} kills, {crashes} crashes of the server:"
            f" lost {account.lost}, fired twice {account.twice}, fired for nothing {account.unknown},"
            f" letters lost {account.letters_lost}, letters that left again {account.again}"
        )
    return bool(account.lost or account.twice or account.unknown or account.letters_lost)


def wait_until(url: str, end: datetime, watches: Watches, meanwhile: Callable[[], None]) -> None:
    """Until nothing is left that is due by then, and that instant has come."""
    database = Database(make_engine(url), HandClock(end))
    begin = time.monotonic()
    try:
        while True:
            meanwhile()
            time.sleep(0.1)
            try:
                over = time.monotonic() - begin > (end - BEGIN).total_seconds() and left(database, end).nothing
            except DatabaseUnavailable:
                continue
            if over:
                return
    except AssertionError:
        print(watches.log())
        raise
    finally:
        database.close()


def main(moments: str = str(MOMENTS), kills_a_second: str = str(KILLS_A_SECOND)) -> int:
    """Plays on both engines; 1 where anything is lost or happens twice, or moments are late without faults."""
    missed = False
    for name, place in {"SQLite": on_sqlite, "PostgreSQL": on_postgresql}.items():
        print(f"{name}, {WATCHES} watches")
        for rate in RATES:
            with place() as made:
                late = sorted(play_without_faults(made, rate))
            worst = late[int(len(late) * 0.99)]
            missed |= rate == RATES[0] and worst > GOAL_LATE
            print(
                f"  without faults, {rate} due a second: half of {len(late)} moments within"
                f" {statistics.median(late):.2f} s, 99 % within {worst:.2f} s (goal {GOAL_LATE})"
            )
        with place() as made:
            missed |= play_with_faults(made, int(moments), float(kills_a_second))
    return int(missed)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
