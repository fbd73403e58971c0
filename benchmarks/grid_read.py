"""Reading a grid of incidents: rows a second of our reading layer ÷ those of the bare driver. Goal: 0.5 or more."""

from __future__ import annotations

import sys

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.incident import Incident
from app.services.database.database import Database
from app.services.database.rows import rows
from benchmarks._databases import ENGINES, Fill, shortest

ROWS = 10_000
TIMES = 25
GOAL = 0.5
COLUMNS = (
    Incident.id, Incident.number, Incident.title, Incident.phase, Incident.channel, Incident.tier, Incident.tier_rank,
    Incident.target_class, Incident.holder_id, Incident.waiting_for, Incident.raised_at, Incident.due_at,
)  # fmt: skip


def ours(session: Session) -> int:
    """All rows as a grid gets them: words, aware instants, ids as text."""
    return len(rows(session, select(*COLUMNS)))


def bare(database: Database) -> int:
    """The same columns as the driver gives them."""
    names = ", ".join(column.key for column in COLUMNS)
    connection = database.engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(f"SELECT {names} FROM incidents")
        return len(cursor.fetchall())
    finally:
        connection.close()


def main() -> int:
    """Prints one line an engine; 1 where a goal is missed."""
    missed = 0
    for name, opened in ENGINES.items():
        with opened() as database:
            database.apply(Fill(count=ROWS))
            assert database.read(ours) == bare(database) == ROWS
            calls = {"driver": lambda: bare(database), "ours": lambda: database.read(ours)}
            taken = shortest(calls, TIMES)
        driver, layer = taken["driver"], taken["ours"]
        ratio = driver / layer
        missed += ratio < GOAL
        print(
            f"{name:11} ours ÷ driver {ratio:.2f} (goal ≥ {GOAL})   {ROWS / layer:,.0f} and {ROWS / driver:,.0f} rows/s"
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
