"""Creating, upgrading and judging the schema. Only this file and ``migrations/`` know Alembic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version as package_version
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from app.config import project_file
from app.services.database.copies import copy_file
from app.services.database.errors import DatabaseUnavailable, SchemaError
from app.services.database.identity import new_id
from app.services.database.partitions import ensure_partitions

FRESH = "base"
MAKE_META = text(
    "INSERT INTO schema_meta (key, value) SELECT :key, :value"
    " WHERE NOT EXISTS (SELECT 1 FROM schema_meta WHERE key = :key)"
)
UPGRADE_LOCK = 0x65736B  # "esk": the advisory lock that keeps two upgrades apart


@dataclass(frozen=True, slots=True)
class SchemaStatus:
    """Where a database stands against this program."""

    revision: str | None
    newest: str
    known: bool

    @property
    def fresh(self) -> bool:
        """No schema yet."""
        return self.revision is None

    @property
    def current(self) -> bool:
        """Exactly what this program expects."""
        return self.revision == self.newest

    @property
    def newer(self) -> bool:
        """Made by a newer program than this one."""
        return self.revision is not None and not self.known


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(project_file("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def status(engine: Engine) -> SchemaStatus:
    """Reads the revision; raises ``DatabaseUnavailable`` or ``SchemaError`` where this is no database of ours."""
    scripts = ScriptDirectory.from_config(_config())
    newest = scripts.get_current_head() or FRESH
    try:
        with engine.connect() as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
            if revision is None and inspect(connection).get_table_names():
                raise SchemaError(
                    "This database belongs to another program.", "Choose an empty database or a desk's own."
                )
    except DBAPIError as error:
        raise unavailable(error) from error
    known = revision is None or revision in {script.revision for script in scripts.walk_revisions()}
    return SchemaStatus(revision, newest, known)


def upgrade(engine: Engine) -> SchemaStatus:
    """Brings the schema up to this program's; on SQLite the last good file is kept beside it first."""
    here = status(engine)
    if here.newer:
        raise SchemaError(
            f"This database was made by a newer version of the program (schema {here.revision}).",
            "Update this program; the database was not touched.",
        )
    if not here.current:
        if not here.fresh:
            keep_copy(engine)
        try:
            _run_upgrade(engine)
        except DBAPIError as error:
            raise unavailable(error) from error
    elif engine.dialect.name == "postgresql":
        make_partitions(engine)
    return status(engine)


def make_partitions(engine: Engine) -> None:
    """Makes the partitions of the months to come, where this account owns the tables; nothing on SQLite."""
    if engine.dialect.name == "sqlite":
        return
    with engine.begin() as connection:
        if connection.execute(OWNS_TRAIL).scalar_one():
            ensure_partitions(connection, datetime.now(UTC))


OWNS_TRAIL = text("SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'trail'::regclass")


def _run_upgrade(engine: Engine) -> None:
    with engine.execution_options(writes=True).connect() as connection:
        _check_references(connection, on=False)
        try:
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(text("SET LOCAL statement_timeout = 0"))
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
                command.upgrade(_config(connection), "head")
                connection.execute(MAKE_META, _first_meta())
                ensure_partitions(connection, datetime.now(UTC))
                if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                    raise SchemaError("The upgrade would lose rows; the database was left as it was.", "Report this.")
        finally:
            _check_references(connection, on=True)


def _first_meta() -> list[dict[str, str]]:
    return [
        {"key": "database_id", "value": new_id()},
        {"key": "feed_epoch", "value": new_id()},
        {"key": "tzdata", "value": package_version("tzdata")},
    ]


def _check_references(connection: Connection, *, on: bool) -> None:
    """Switches foreign keys of this SQLite connection: rebuilding a table would delete what refers to it.

    SQLite passes over the switch inside a transaction, so it goes to the driver, which starts none.
    """
    if connection.dialect.name == "sqlite":
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")


def keep_copy(engine: Engine) -> Path | None:
    """Copies a SQLite file to ``NAME.before-upgrade`` through the backup API; None on PostgreSQL."""
    database = engine.url.database
    if engine.dialect.name != "sqlite" or not database or database == ":memory:":
        return None
    return copy_file(Path(database), Path(database + ".before-upgrade"))


REASONS = (
    ("file is not a database", "The file is not a database.", "Choose another file; this one was left as it is."),
    ("file is encrypted", "The file is not a database.", "Choose another file; this one was left as it is."),
    ("malformed", "The database file is damaged.", "Restore the newest backup with “db restore”."),
    ("readonly", "The database is read-only here.", "Ask for the right to write, or open a copy."),
    ("read-only", "The database is read-only here.", "Ask for the right to write, or open a copy."),
    ("unable to open", "The database file cannot be opened.", "Check that its folder exists and may be written."),
    ("lock timeout", "Another program holds the database locked.", "Close it there, then try again."),
    ("database is locked", "Another program holds the database locked.", "Close it there, then try again."),
    ("disk is full", "The disk is full; nothing was written.", "Free some space, then try again."),
    ("password authentication failed", "The server refused the name or password.", "Type the password again."),
    ("does not exist", "The server has no database or account of that name.", "Check the address with your lead."),
    ("connection refused", "No database server answers there.", "Check the address, or try again later."),
    ("timeout expired", "The database server did not answer in time.", "Check the network, then try again."),
    ("could not translate host", "That server's name is not known.", "Check the address with your lead."),
    ("failed to resolve host", "That server's name is not known.", "Check the address with your lead."),
)


def unavailable(error: DBAPIError) -> DatabaseUnavailable:
    """A driver's error in words a person can act on; the original stays its cause."""
    said = str(error.orig or error)
    for mark, what, mend in REASONS:
        if mark.lower() in said.lower():
            return DatabaseUnavailable(what, mend)
    return DatabaseUnavailable("The database cannot be used now.", said.strip().splitlines()[0] if said else "")
