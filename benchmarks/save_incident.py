"""Saving an incident (guard, trail, feed, ledger) ÷ one bare durable commit, medians. Goal: 3 or less."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from sqlalchemy import select, text

from app.models.incident import Incident
from app.services.database.database import Database
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from benchmarks._databases import ENGINES, Fill, medians

TIMES = 300
GOAL = 3.0
numbers = count(1)


@dataclass(frozen=True, kw_only=True)
class Save(Operation):
    """Sets one field of one incident."""

    incident_id: str
    waiting_for: str


@handles(Save)
def save(work: UnitOfWork, operation: Save) -> None:
    """As the use cases do it: read the row, compare, set."""
    incident = work.get(Incident, operation.incident_id, "This incident")
    incident.waiting_for = operation.waiting_for


def bare_commit(database: Database) -> Callable[[], None]:
    """One row of a plain table changed and committed, on a connection of its own, as the driver does it."""
    with database.engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("CREATE TABLE bare (id INTEGER PRIMARY KEY, value TEXT)"))
        connection.execute(text("INSERT INTO bare VALUES (1, '')"))
    driver = database.engine.raw_connection()
    cursor = driver.cursor()
    mark = "?" if database.engine.dialect.name == "sqlite" else "%s"

    def commit() -> None:
        if database.engine.dialect.name == "sqlite":
            cursor.execute("BEGIN IMMEDIATE")
        cursor.execute(f"UPDATE bare SET value = {mark} WHERE id = 1", (f"value {next(numbers)}",))
        driver.commit()

    return commit


def main() -> int:
    """Prints one line an engine; 1 where a goal is missed."""
    missed = 0
    for name, opened in ENGINES.items():
        with opened() as database:
            database.apply(Fill(count=1000))
            incident_id = database.read(lambda session: session.scalars(select(Incident.id).limit(1)).one())
            commit = bare_commit(database)

            def act(database: Database = database, incident_id: str = incident_id) -> None:
                database.apply(Save(incident_id=incident_id, waiting_for=f"answer {next(numbers)}"))

            medians({"save": act, "commit": commit}, 20)
            taken = medians({"save": act, "commit": commit}, TIMES)
        ratio = taken["save"] / taken["commit"]
        missed += ratio > GOAL
        print(f"{name:11} save ÷ commit {ratio:.2f} (goal ≤ {GOAL:.0f})   "
              f"{taken['save'] * 1000:.2f} and {taken['commit'] * 1000:.2f} ms")  # fmt: skip
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
