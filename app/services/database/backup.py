"""Backups of a whole database, putting them back, and checking that all is sound.

A backup of SQLite is a database file, made while others work; one of PostgreSQL is an archive of ``pg_dump``, in which
login roles are not contained. A database that was put back has a new feed epoch, so that every desk reads all anew.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pysqlite3 import dbapi2 as sqlite
from sqlalchemy import URL, Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from app.services.database import schema, trail
from app.services.database.copies import Progress, copy_file
from app.services.database.database import Database
from app.services.database.engine import check_file, file_of, make_engine, parse_url, require_file
from app.services.database.errors import DatabaseUnavailable, SchemaError, StateError, UserError
from app.services.database.findings import Finding, counted
from app.services.database.identity import new_id
from app.services.database.triggers import create_triggers, trigger_faults

KEPT = ".before-restore"
ARCHIVE_HEADER = b"PGDMP"


# --- making one


def backup(url: str, target: Path, *, overwrite: bool = False, progress: Progress | None = None) -> Path:
    """Writes a backup of the database at ``url``, whole or not at all; others may work meanwhile.

    Raises ``StateError`` where ``target`` exists and ``overwrite`` was not said, ``DatabaseUnavailable`` for the rest.
    """
    require_file(url)
    source = file_of(url)
    if target.is_dir():
        raise UserError(f"{target} is a folder.", "Name a file in it.")
    if target.exists() and source is not None and source.samefile(target):
        raise StateError(f"{target} is the database itself.", "Name another file.")
    if target.exists() and not overwrite:
        mend = "Name another file, or say --overwrite to replace it."
        raise StateError(f"{target} is there already and was left as it is.", mend)
    if source is not None:
        with _ours(url):
            return copy_file(source, target, progress)
    with _ours(url):
        return _dump(parse_url(url), target)


def _dump(url: URL, target: Path) -> Path:
    part = target.with_name(target.name + ".part")
    try:
        _run("pg_dump", url, "--format=custom", "--no-owner", "--file", str(part))
        part.replace(target)
    except OSError as error:
        raise DatabaseUnavailable(f"{target} cannot be written: {error.strerror}.", "Check its folder.") from error
    finally:
        part.unlink(missing_ok=True)
    return target


# --- putting one back


def restore(url: str, source: Path, *, overwrite: bool = False) -> Path | None:
    """Puts a backup in the place of the database at ``url``; returns where the file that stood there is kept now.

    Raises ``StateError`` where there is something at ``url`` and ``overwrite`` was not said, or where somebody has it
    open; ``DatabaseUnavailable`` or ``SchemaError`` where ``source`` is no sound backup of ours. Nothing is changed.
    """
    if not source.is_file():
        raise DatabaseUnavailable(f"There is no backup at {source}.", "Check the name.")
    target = file_of(url)
    if target is None:
        _restore_server(parse_url(url), source, overwrite=overwrite)
        return None
    return _restore_file(target, source, overwrite=overwrite)


def _restore_file(target: Path, source: Path, *, overwrite: bool) -> Path | None:
    if target.exists() and source.samefile(target):
        raise StateError(f"{source} is the database itself.", "Name a backup.")
    check_backup(source)
    stands = target.exists() and target.stat().st_size > 0
    if stands and not overwrite:
        raise StateError(f"There is a database at {target}; it was left as it is.", "Say --overwrite to replace it.")
    if stands:
        refuse_open(target)
    part = copy_file(source, target.with_name(target.name + ".restoring"))
    try:
        _renew_epoch(make_engine(str(part)))
        kept = _move_away(target) if stands else None
        part.replace(target)
    finally:
        for tail in ("", "-wal", "-shm"):
            Path(str(part) + tail).unlink(missing_ok=True)
    return kept


def check_backup(source: Path) -> None:
    """Raises where ``source`` is not a sound SQLite database of ours that this program can use."""
    check_file(source)
    with _ours(str(source)) as engine, engine.connect() as connection:
        said = _damage(connection)
    if said:
        raise DatabaseUnavailable(f"The backup {source} is damaged: {said}", "Take another one.")


def refuse_open(path: Path) -> None:
    """Raises ``StateError`` where another program has this SQLite file open; a damaged file counts as closed."""
    connection = sqlite.connect(path, timeout=0.2, isolation_level=None)
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("BEGIN EXCLUSIVE")
        connection.execute("ROLLBACK")
    except sqlite.OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise StateError(f"{path} is open in another program.", "Close it there, then try again.") from error
    except sqlite.DatabaseError:
        pass  # damaged: that is why it is being replaced
    finally:
        connection.close()


def _move_away(target: Path) -> Path:
    kept = Path(str(target) + KEPT)
    for tail in ("-wal", "-shm"):  # a damaged file may have left them; beside the new file they would spoil it
        if Path(str(target) + tail).exists():
            Path(str(target) + tail).replace(str(kept) + tail)
        else:
            Path(str(kept) + tail).unlink(missing_ok=True)
    target.replace(kept)
    return kept


def _restore_server(url: URL, source: Path, *, overwrite: bool) -> None:
    with source.open("rb") as file:
        if file.read(len(ARCHIVE_HEADER)) != ARCHIVE_HEADER:
            raise DatabaseUnavailable(f"{source} is not a backup of a server's database.", "Choose another file.")
    engine = make_engine(url.render_as_string(hide_password=False))
    try:
        with engine.connect() as connection:
            stands = bool(inspect(connection).get_table_names())
            others = connection.execute(text(OTHER_SESSIONS)).scalar_one()
        if stands and not overwrite:
            raise StateError("That database is not empty; it was left as it is.", "Say --overwrite to replace it.")
        if stands and others:
            raise StateError(f"{others} other sessions have that database open.", "Close them, then try again.")
        engine.dispose()
        _unpack(url, source)
        _renew_epoch(engine)
    except DBAPIError as error:
        raise schema.unavailable(error) from error
    finally:
        engine.dispose()


def _unpack(url: URL, source: Path) -> None:
    """Empties the database and fills it from an archive in one transaction: all of it or nothing.

    The archive is turned into a script first: pg_restore's own way of emptying fails on partitions, and a script from
    an archive that breaks off must not be run at all.
    """
    with tempfile.TemporaryDirectory(prefix="escalation-desk-restore-") as folder:
        emptying, filling = Path(folder, "empty.sql"), Path(folder, "fill.sql")
        emptying.write_text(EMPTYING, encoding="utf-8")
        _run("pg_restore", None, "--no-owner", "--file", str(filling), str(source))
        _run("psql", url, "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1",
             "--file", str(emptying), "--file", str(filling))  # fmt: skip


EMPTYING = r"""
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT quote_ident(relname) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
  LOOP EXECUTE 'DROP TABLE public.' || name || ' CASCADE'; END LOOP;
  FOR name IN SELECT oid::regprocedure::text FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'desk\_%'
  LOOP EXECUTE 'DROP FUNCTION ' || name || ' CASCADE'; END LOOP;
END $$;
"""
OTHER_SESSIONS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)


def _renew_epoch(engine: Engine) -> None:
    with engine.execution_options(writes=True).begin() as connection:
        connection.execute(text("UPDATE schema_meta SET value = :new WHERE key = 'feed_epoch'"), {"new": new_id()})
        connection.execute(text("DELETE FROM schema_meta WHERE key = :key"), {"key": trail.CANDIDATE})
    engine.dispose()


@contextmanager
def _ours(url: str) -> Iterator[Engine]:
    """An engine of a database that is ours and not newer than this program."""
    engine = make_engine(url)
    try:
        here = schema.status(engine)
        if here.fresh:
            raise SchemaError("There is no desk's database in it.", "Choose another one.")
        if here.newer:
            raise SchemaError(
                f"It was made by a newer version of the program (schema {here.revision}).", "Update this one."
            )
        yield engine
    finally:
        engine.dispose()


# --- PostgreSQL's own programs


def _run(program: str, url: URL | None, *arguments: str) -> None:
    """Runs a program of PostgreSQL's, on a database if need be; the password never stands in its arguments."""
    path = shutil.which(program)
    if path is None:
        raise DatabaseUnavailable(
            f"This needs PostgreSQL's program {program}, which is not here.",
            "Install PostgreSQL's client programs (postgresql-client), or have it done on the server.",
        )
    command, environment = [path, *arguments], {**os.environ, "LC_ALL": "C.UTF-8"}
    if url is not None:
        plain = url._replace(drivername="postgresql", password=None).render_as_string()
        command.insert(1, f"--dbname={plain}")
        environment["PGPASSWORD"] = str(url.password or "")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise DatabaseUnavailable(
            f"PostgreSQL's {program} did not finish; nothing was changed.", said[0] if said else "It gave no reason."
        )


# --- checking


def mend_triggers(database: Database) -> None:
    """Makes all triggers anew; needs the rights of the database's owner."""
    with database.engine.execution_options(writes=True).begin() as connection:
        create_triggers(connection)


def check(database: Database) -> tuple[Finding, ...]:
    """Looks at the whole: the file, references, triggers, the sealed trail. Reads every row."""
    with database.engine.connect() as connection:
        found = [_integrity(connection), _references(connection), _triggers(connection)]
    verdict = database.read(trail.verify)
    text = f"{counted(verdict.rows, 'row')} in {counted(verdict.blocks, 'block')}, {verdict.unsealed} not sealed yet."
    if verdict.misfit:
        text = f"Block {verdict.misfit.block} does not fit: {verdict.misfit.why}."
    mend = "" if verdict.fits else "Compare with a backup and with the heads that reports print."
    return (*found, Finding("trail", verdict.fits, text, mend))


def _integrity(connection: Connection) -> Finding:
    said = _damage(connection)
    if said:
        return Finding("file", False, f"The file is damaged: {said}", "Restore the newest backup with “db restore”.")
    return Finding("file", True, "The database is sound.")


def _damage(connection: Connection) -> str | None:
    if connection.dialect.name != "sqlite":
        return None  # a server keeps its own files
    try:
        said = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
    except DBAPIError as error:
        said = str(error.orig)
    return None if said == "ok" else str(said)


def _references(connection: Connection) -> Finding:
    if connection.dialect.name == "sqlite":
        torn = [f"{row[0]} row {row[1]} → {row[2]}" for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]
    else:
        unchecked = "SELECT conname FROM pg_constraint WHERE NOT convalidated AND contype = 'f'"
        torn = list(connection.execute(text(unchecked)).scalars())
    if torn:
        return Finding(
            "references", False, f"Leading nowhere: {counted(len(torn), 'reference')}: {torn[0]}", "Restore a backup."
        )
    return Finding("references", True, "Every reference leads somewhere.")


def _triggers(connection: Connection) -> Finding:
    faults = trigger_faults(connection)
    if faults:
        return Finding(
            "triggers", False, f"Missing or changed: {counted(len(faults), 'trigger')}: {', '.join(faults[:3])}",
            "Writes may have missed the trail. “db check --mend” makes them anew.",
        )  # fmt: skip
    return Finding("triggers", True, "All triggers that write the trail stand.")
