"""Engines for both databases, set up as the design measured them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from psycopg.types.string import TextLoader
from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url

from app.services.database.errors import DatabaseUnavailable, SchemaError

BUSY_SECONDS = 10.0
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA mmap_size = 0",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
)
POSTGRESQL_ARGUMENTS = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15000,
    "options": "-c statement_timeout=15s -c lock_timeout=3s -c idle_in_transaction_session_timeout=30s -c timezone=UTC",
    "application_name": "escalation-desk",
}
SQLITE_HEADER = b"SQLite format 3\x00"


def parse_url(url: str) -> URL:
    """A database address as people write it: a file path, ``sqlite:///…`` or ``postgresql://…``."""
    if "://" not in url:
        return URL.create("sqlite", database=str(Path(url).expanduser()))
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() != "sqlite":
        raise DatabaseUnavailable(
            f"“{parsed.get_backend_name()}” is not a kind of database this program knows.",
            "Use postgresql://… or a file.",
        )
    return parsed


def make_engine(url: str) -> Engine:
    """An engine for that address; nothing is opened yet."""
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(parsed)
    return _postgresql_engine(parsed)


def file_of(url: str) -> Path | None:
    """The file of a SQLite address; None for a server or for memory."""
    parsed = parse_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        return None
    return Path(parsed.database)


def require_file(url: str) -> None:
    """Raises ``DatabaseUnavailable`` where the file of that address is missing: opening would make an empty one."""
    path = file_of(url)
    if path is not None and not path.exists():
        raise DatabaseUnavailable(
            f"There is no database at {path}.", "Check the name, or make it with “escalation-desk db init”."
        )


def prepare_file(url: str) -> None:
    """Makes the file of that address where it is missing, for this user's eyes only."""
    path = file_of(url)
    if path is None or path.exists():
        return
    try:
        path.touch(mode=0o600)
    except OSError as error:
        raise DatabaseUnavailable(
            f"{path} cannot be made: {error.strerror}.", "Check that its folder exists and may be written."
        ) from error


def check_file(path: Path) -> None:
    """Raises ``DatabaseUnavailable`` where ``path`` is a file that is no database of ours at all."""
    if path.is_dir():
        raise DatabaseUnavailable(f"{path} is a folder, not a database file.", "Choose a file in it.")
    if not path.exists() or path.stat().st_size == 0:
        return
    try:
        with path.open("rb") as file:
            head = file.read(len(SQLITE_HEADER))
    except OSError as error:
        raise DatabaseUnavailable(
            f"{path} cannot be read: {error.strerror}.", "Ask for the right to read it."
        ) from error
    if head != SQLITE_HEADER:
        raise DatabaseUnavailable(f"{path} is not a database file.", "Choose another file; this one was left as it is.")


def _postgresql_engine(url: URL) -> Engine:
    # no ping before use, which costs a way there and back: Database tries again where a connection was lost
    engine = create_engine(url, pool_size=3, max_overflow=2, pool_recycle=1800, connect_args=POSTGRESQL_ARGUMENTS)

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        # ids are text everywhere; making a UUID of each one only to take its text costs more than reading its row
        connection.adapters.register_loader("uuid", TextLoader)

    return engine


def _sqlite_engine(url: URL) -> Engine:
    if url.database and url.database != ":memory:":
        check_file(Path(url.database))
    engine = create_engine(url, module=sqlite, connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves: the driver's own choice loses updates
        cursor = connection.cursor()
        refuse_strange(cursor)
        for pragma in SQLITE_PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def refuse_strange(cursor: Any) -> None:
    """Raises ``SchemaError`` in another program's database, before a setting of ours could change its file."""
    cursor.execute(
        "SELECT count(*), coalesce(sum(name = 'alembic_version'), 0) FROM sqlite_schema WHERE type = 'table'"
    )
    tables, ours = cursor.fetchone()
    if tables and not ours:
        raise SchemaError("This database belongs to another program.", "Choose an empty database or a desk's own.")
