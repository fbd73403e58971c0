"""Where a database is, its schema and what is in it, told even where it needs an upgrade."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, text

from app.services.database import schema
from app.services.database.engine import file_of, make_engine, require_file


@dataclass(frozen=True, slots=True)
class Overview:
    """A database at a glance; counts are None where the schema is not this program's."""

    engine: str
    size_bytes: int
    schema: str | None
    program_schema: str
    state: str
    database_id: str | None = None
    people: int | None = None
    incidents: int | None = None
    open_incidents: int | None = None
    trail_rows: int | None = None
    trail_unsealed: int | None = None


COUNTS = {
    "people": "SELECT count(*) FROM people WHERE active",
    "incidents": "SELECT count(*) FROM incidents",
    "open_incidents": "SELECT count(*) FROM incidents WHERE closed_at IS NULL AND origin = 'live'",
    "trail_rows": "SELECT count(*) FROM trail",
    "trail_unsealed": "SELECT count(*) FROM trail WHERE id > (SELECT coalesce(max(last_id), 0) FROM trail_blocks)",
}


def overview(url: str) -> Overview:
    """Looks at the database at ``url``; raises ``DatabaseUnavailable`` or ``SchemaError`` where it is none of ours."""
    require_file(url)
    engine = make_engine(url)
    try:
        here = schema.status(engine)
        with engine.connect() as connection:
            if connection.dialect.name == "sqlite":
                version = f"SQLite {connection.exec_driver_sql('SELECT sqlite_version()').scalar_one()}"
            else:
                version = f"PostgreSQL {connection.exec_driver_sql('SHOW server_version').scalar_one()}"
            told = Overview(version, _size(connection, url), here.revision, here.newest, state_of(here))
            return replace(told, **_about(connection)) if here.current else told
    finally:
        engine.dispose()


def state_of(here: schema.SchemaStatus) -> str:
    """The schema's state in a word: empty, current, older or newer."""
    if here.fresh:
        return "empty"
    return "current" if here.current else "newer" if here.newer else "older"


def _about(connection: Connection) -> dict[str, Any]:
    about: dict[str, Any] = {name: connection.execute(text(count)).scalar_one() for name, count in COUNTS.items()}
    kept = connection.execute(text("SELECT value FROM schema_meta WHERE key = 'database_id'"))
    return {"database_id": kept.scalar_one_or_none(), **about}


def _size(connection: Connection, url: str) -> int:
    file = file_of(url)
    if file is not None:
        return file.stat().st_size
    return int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())
