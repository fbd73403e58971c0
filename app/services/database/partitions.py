"""Monthly partitions of trail and feed on PostgreSQL, made ahead of time."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

from sqlalchemy import Connection, text

PARTITIONED = ("trail", "feed")
MONTHS_AHEAD = 3


def months_from(at: datetime, count: int) -> list[datetime]:
    """The first instants of ``count`` UTC months, beginning with the one that holds ``at``."""
    return [
        datetime(at.year + (at.month - 1 + ahead) // 12, (at.month - 1 + ahead) % 12 + 1, 1, tzinfo=UTC)
        for ahead in range(count)
    ]


def ensure_partitions(connection: Connection, at: datetime) -> None:
    """Makes the partitions of this month and the next ones; a default one catches whatever else comes.

    A month of which the default one holds rows already stays there: PostgreSQL would refuse the partition.
    """
    if connection.dialect.name != "postgresql":
        return
    for table in PARTITIONED:
        connection.exec_driver_sql(f"CREATE TABLE IF NOT EXISTS {table}_default PARTITION OF {table} DEFAULT")
        for start, end in pairwise(months_from(at, MONTHS_AHEAD + 1)):
            if not _in_default(connection, table, start, end):
                connection.exec_driver_sql(
                    f"CREATE TABLE IF NOT EXISTS {table}_{start:%Y_%m} PARTITION OF {table}"
                    f" FOR VALUES FROM ('{start.isoformat()}') TO ('{end.isoformat()}')"
                )


def _in_default(connection: Connection, table: str, start: datetime, end: datetime) -> bool:
    found = connection.execute(
        text(f"SELECT EXISTS (SELECT 1 FROM {table}_default WHERE at >= :start AND at < :end)"),
        {"start": start, "end": end},
    )
    return bool(found.scalar_one())
