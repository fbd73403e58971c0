"""Firing due moments ÷ the same writes in raw transactions, one a moment, moments a second. Goal: 0.5 or more.

The writes are those that one firing made (rows, ledger, and what triggers add), recorded and made again by the bare
driver in an equal desk on the same disk. A watch fires in batches, so it is also held against the same writes in the
same batches: what is left between those two is reading, deciding and the ORM.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from app.services.database.clock import HandClock
from app.services.database.database import Database
from app.services.database.engine import make_engine
from app.services.database.work import WATCH
from app.services.watch.moments import FireDue, fire_due
from tests.faults.play import BEGIN, fill
from tests.postgres import DISK, PostgresServer

INCIDENTS = 300
"""A moment each: the first warning before somebody must acknowledge, of which nobody is told."""
TURNS = 3
GOAL = 0.5
WRITES = ("INSERT", "UPDATE", "DELETE", "WITH said")

Transactions = list[list[tuple[str, Any, bool]]]
Copies = Callable[[], str]


@contextmanager
def sqlite_desks() -> Iterator[Copies]:
    """Equal desks, each a file."""
    folder = Path(tempfile.mkdtemp(prefix="escalation-desk-bench-", dir=DISK if DISK.is_dir() else None))
    first = folder / "first.sqlite"
    fill(str(first), 0, INCIDENTS, 0.0, 0)
    made: list[Path] = []

    def copy() -> str:
        made.append(folder / f"{len(made)}.sqlite")
        return str(shutil.copyfile(first, made[-1]))

    try:
        yield copy
    finally:
        shutil.rmtree(folder)


@contextmanager
def postgresql_desks() -> Iterator[Copies]:
    """Equal desks on a server whose commits are durable."""
    with PostgresServer(durable=True) as server:
        fill(server.create("first"), 0, INCIDENTS, 0.0, 0)
        made: list[str] = []

        def copy() -> str:
            made.append(f"desk_{len(made)}")
            return server.create(made[-1], "first")

        yield copy


def fired(url: str, written: Transactions | None = None) -> tuple[int, float]:
    """How many moments fired, and the seconds they took; ``written`` takes what was written, by transaction."""
    database = Database(make_engine(url), HandClock(BEGIN + timedelta(seconds=1)), WATCH)
    if written is not None:
        record(database.engine, written)
    begin = time.perf_counter()
    count = fire_due(database)
    took = time.perf_counter() - begin
    database.close()
    return count, took


def record(engine: Engine, written: Transactions) -> None:
    """Keeps each writing statement with its values."""

    @event.listens_for(engine, "begin")
    def begin(_connection: Any) -> None:
        written.append([])

    @event.listens_for(engine, "before_cursor_execute")
    def execute(_connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        if statement.lstrip().startswith(WRITES):
            written[-1].append((statement, values, many))


def written_again(url: str, written: Transactions) -> float:
    """The seconds that the bare driver takes for those writes."""
    engine = make_engine(url)
    connection: Any = engine.raw_connection()
    cursor = connection.cursor()
    begin = time.perf_counter()
    for transaction in written:
        if engine.dialect.name == "sqlite":
            cursor.execute("BEGIN IMMEDIATE")
        for statement, values, many in transaction:
            (cursor.executemany if many else cursor.execute)(statement, values)
        connection.commit()
    took = time.perf_counter() - begin
    connection.close()
    engine.dispose()
    return took


def moment_by_moment(copy: Copies) -> Transactions:
    """What is written where each moment has a transaction of its own."""
    database = Database(make_engine(copy()), HandClock(BEGIN + timedelta(seconds=1)), WATCH)
    written: Transactions = []
    record(database.engine, written)
    while database.apply(FireDue(limit=1)).result["fired"]:
        pass
    database.close()
    return [one for one in written[:-1] if one]  # the last one found nothing


def main() -> int:
    """Prints the rates and their ratios for each engine; 1 where the goal is missed."""
    missed = False
    for name, desks in {"SQLite": sqlite_desks, "PostgreSQL": postgresql_desks}.items():
        with desks() as copy:
            batches: Transactions = []
            count, _ = fired(copy(), batches)
            batches, single = [one for one in batches if one], moment_by_moment(copy)
            calls: dict[str, Callable[[], float]] = {
                "firing": lambda: fired(copy())[1],
                "single": lambda: written_again(copy(), single),  # noqa: B023
                "batches": lambda: written_again(copy(), batches),  # noqa: B023
            }
            turns = [{what: call() for what, call in calls.items()} for _ in range(TURNS)]
        best = {what: min(turn[what] for turn in turns) for what in calls}
        ratio = best["single"] / best["firing"]
        missed |= ratio < GOAL
        print(
            f"{name}: {count / best['firing']:,.0f} moments a second; raw transactions, one a moment,"
            f" {count / best['single']:,.0f}: ratio {ratio:.2f} (goal {GOAL}); raw transactions in the same batches"
            f" {count / best['batches']:,.0f}: ratio {best['batches'] / best['firing']:.2f}"
        )
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
