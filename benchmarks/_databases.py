"""Databases for measures: on disk and durable, as they are in use."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import insert

from app.models.enums import Channel, Phase, Role
from app.models.incident import ImportBatch, Incident
from app.services.database.database import Database
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import WATCH, UnitOfWork
from tests.postgres import PostgresServer

START = datetime(2026, 11, 23, 14, 24, 46, tzinfo=UTC)


@contextmanager
def sqlite_database() -> Iterator[Database]:
    """An empty desk's file in a folder of the disk."""
    folder = Path(
        tempfile.mkdtemp(prefix="escalation-desk-bench-", dir="/var/tmp" if Path("/var/tmp").is_dir() else None)
    )
    database = Database.open(str(folder / "desk.sqlite"), create=True).acting_as(WATCH)
    try:
        yield database
    finally:
        database.close()
        shutil.rmtree(folder)


@contextmanager
def postgresql_database() -> Iterator[Database]:
    """An empty desk's database on a server whose commits are durable."""
    with PostgresServer(durable=True) as server:
        database = Database.open(server.create("desk"), create=True).acting_as(WATCH)
        try:
            yield database
        finally:
            database.close()


ENGINES: dict[str, Callable[[], Any]] = {"SQLite": sqlite_database, "PostgreSQL": postgresql_database}


@dataclass(frozen=True, kw_only=True)
class Fill(Operation):
    """Brings in many incidents at once, as an import does."""

    count: int
    needs: ClassVar[Role] = Role.ADMIN


@handles(Fill)
def fill(work: UnitOfWork, operation: Fill) -> None:
    """Rows as a queue has them: half of them due, with channel, tier and class."""
    batch = work.add(
        ImportBatch(
            id=new_id(), operation_id=operation.id, source="bench", file_name="-", number=1, incidents=operation.count,
            first_number=1, last_number=operation.count, digest="-", at=work.now,
        )
    )  # fmt: skip
    work.session.flush()
    channels, phases = list(Channel), list(Phase)
    work.session.execute(
        insert(Incident),
        [
            {
                "id": new_id(), "number": number, "title": f"Exports of customer {number} fail since this morning",
                "phase": phases[number % len(phases)], "channel": channels[number % len(channels)],
                "tier": "t2", "tier_rank": 1 + number % 4, "target_class": "urgent", "waiting_for": None,
                "raised_at": START - timedelta(minutes=number), "opened_at": START - timedelta(minutes=number),
                "due_at": START + timedelta(minutes=number) if number % 2 else None, "import_batch_id": batch.id,
                "revision": 1,
            }
            for number in range(1, operation.count + 1)
        ],
    )  # fmt: skip


def shortest(calls: dict[str, Callable[[], object]], times: int) -> dict[str, float]:
    """The shortest run of each call in seconds, taking turns: what others on this machine do only ever adds."""
    taken = [{name: _once(call) for name, call in calls.items()} for _ in range(times)]
    return {name: min(turn[name] for turn in taken) for name in calls}


def medians(calls: dict[str, Callable[[], object]], times: int) -> dict[str, float]:
    """The median of each call in seconds; the calls take turns, so that all see the same machine."""
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(times):
        for name, call in calls.items():
            taken[name].append(_once(call))
    return {name: statistics.median(times_of) for name, times_of in taken.items()}


def _once(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin
