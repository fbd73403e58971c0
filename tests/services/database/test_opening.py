"""Opening files and servers that are not what was hoped for: a clear message each, and nothing half written."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pysqlite3
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.models.enums import Role
from app.services.database import engine as engines
from app.services.database import schema
from app.services.database.database import Database
from app.services.database.engine import make_engine, parse_url
from app.services.database.errors import DatabaseUnavailable, SchemaError, UserError
from app.services.database.work import WATCH
from app.services.people import AddPerson, list_people
from tests.postgres import PostgresServer
from tests.rights import ordinary_rights


@contextmanager
def untouched(path: Path) -> Iterator[None]:
    """Fails where the file is not byte for byte what it was, or something new lies beside it."""
    before, beside = path.read_bytes(), sorted(path.parent.iterdir())
    yield
    assert path.read_bytes() == before
    assert sorted(path.parent.iterdir()) == beside


@pytest.fixture
def closed_folder(tmp_path: Path, sqlite_file: Path) -> Iterator[Path]:
    """A folder with a filled database that nobody may write to."""
    folder = tmp_path / "closed"
    folder.mkdir()
    sqlite_file.rename(folder / "desk.sqlite")
    folder.chmod(0o555)
    yield folder
    folder.chmod(0o755)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Does not wait for a lock."""
    monkeypatch.setattr(engines, "BUSY_SECONDS", 0.001)


@pytest.mark.parametrize("create", [False, True])
@pytest.mark.parametrize(
    "content",
    [b"hello, this is a text\n" * 50, b"PK\x03\x04" + bytes(500), b"SQLite format 4\x00" + bytes(4080), b"\x00"],
)
def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path, content: bytes, create: bool) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(content)
    with (
        untouched(path),
        pytest.raises(DatabaseUnavailable, match=r"letter\.txt is not a database file\. Choose another"),
    ):
        Database.open(str(path), create=create)


@pytest.mark.parametrize("create", [False, True])
def test_a_head_without_a_body_is_no_database(tmp_path: Path, create: bool) -> None:
    path = tmp_path / "desk.sqlite"
    path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 8000)
    with untouched(path), pytest.raises(DatabaseUnavailable, match=r"not a database|damaged"):
        Database.open(str(path), create=create)


@pytest.mark.parametrize("create", [False, True])
def test_another_programs_database_is_left_as_it_is(tmp_path: Path, create: bool) -> None:
    path = tmp_path / "places.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmarks (address TEXT)")
    connection.close()
    with untouched(path), pytest.raises(SchemaError, match="belongs to another program"):
        Database.open(str(path), create=create)


def test_another_programs_server_database_is_left_as_it_is(empty_url: str) -> None:
    engine = make_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE bookmarks (address TEXT)"))
    engine.dispose()
    with pytest.raises(SchemaError, match="belongs to another program"):
        Database.open(empty_url, create=True)


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="is a folder"):
        Database.open(str(tmp_path), create=True)


def test_a_missing_file_is_not_made_by_opening_it(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"There is no database at .*desk\.sqlite\. Check the name"):
        Database.open(str(tmp_path / "desk.sqlite"))
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match=r"cannot be made.*Check that its folder exists"):
        Database.open(str(tmp_path / "nowhere" / "desk.sqlite"), create=True)


def test_an_empty_file_becomes_a_database_only_when_told(tmp_path: Path) -> None:
    path = tmp_path / "desk.sqlite"
    path.touch()
    with pytest.raises(SchemaError, match=r"still empty\. Run “escalation-desk db init”"):
        Database.open(str(path))
    database = Database.open(str(path), create=True)
    assert database.read(list_people) == ()
    database.close()


def test_a_new_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    Database.open(str(tmp_path / "desk.sqlite"), create=True).close()
    assert (tmp_path / "desk.sqlite").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_truncated_file_is_called_damaged(sqlite_file: Path, share: float) -> None:
    content = sqlite_file.read_bytes()
    sqlite_file.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(DatabaseUnavailable, match=r"damaged\. Restore the newest backup"):
        Database.open(str(sqlite_file)).read(list_people)


def test_a_file_that_may_not_be_written_refuses_an_act_in_words(sqlite_file: Path) -> None:
    before = sqlite_file.read_bytes()
    sqlite_file.chmod(0o444)
    with ordinary_rights():
        database = Database.open(str(sqlite_file)).acting_as(WATCH)
        with pytest.raises(DatabaseUnavailable, match=r"read-only here\. Ask for the right to write"):
            database.apply(AddPerson(login="ben", name="Ben"))
        database.close()
    assert sqlite_file.read_bytes() == before


def test_a_file_that_may_not_be_read_is_named(sqlite_file: Path) -> None:
    sqlite_file.chmod(0o000)
    with ordinary_rights(), pytest.raises(DatabaseUnavailable, match=r"desk\.sqlite cannot be read: Permission denied"):
        Database.open(str(sqlite_file))


def test_a_folder_that_may_not_be_written_is_named(closed_folder: Path) -> None:
    says = r"Check that its folder exists and may be written|read-only here"
    with ordinary_rights(), pytest.raises(UserError, match=says):
        Database.open(str(closed_folder / "desk.sqlite")).acting_as(WATCH).apply(AddPerson(login="ben", name="Ben"))


HOLD = """
import sys, sqlite3
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA locking_mode = EXCLUSIVE")
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.usefixtures("impatient")
def test_a_file_that_another_process_holds_locked_is_named_so(sqlite_file: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(sqlite_file)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(DatabaseUnavailable, match=r"holds the database locked\. Close it there"):
            Database.open(str(sqlite_file))
        holder.communicate()
    Database.open(str(sqlite_file)).close()


@pytest.mark.usefixtures("impatient")
def test_an_act_that_waits_too_long_for_another_writer_says_so_and_writes_nothing(sqlite_database: Database) -> None:
    # the same library: two of them in one process do not see each other's locks
    other = pysqlite3.connect(str(sqlite_database.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseUnavailable, match="holds the database locked"):
        sqlite_database.apply(AddPerson(login="ben", name="Ben"))
    other.execute("ROLLBACK")
    other.close()
    assert len(sqlite_database.read(list_people)) == 1


def make_newer(database: Database) -> None:
    """Marks a database as made by a program of the future."""
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9001'"))


@pytest.mark.parametrize("create", [False, True])
def test_a_newer_database_is_refused_and_left_as_it_is(sqlite_database: Database, create: bool) -> None:
    make_newer(sqlite_database)
    sqlite_database.close()
    path = Path(str(sqlite_database.engine.url.database))
    with (
        untouched(path),
        pytest.raises(SchemaError, match=r"newer version of the program \(schema 9001\)\. Update this"),
    ):
        Database.open(str(path), create=create)


def test_a_newer_server_database_is_refused(postgresql_database: Database) -> None:
    make_newer(postgresql_database)
    with pytest.raises(SchemaError, match="newer version of the program"):
        Database.open(postgresql_database.engine.url.render_as_string(hide_password=False), create=True)


def test_an_older_database_asks_for_an_upgrade(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    here = schema.SchemaStatus("0000", "0001", known=True)
    monkeypatch.setattr(schema, "status", lambda _engine: here)
    with pytest.raises(SchemaError, match=r"needs an upgrade first\. Run “escalation-desk db upgrade”"):
        Database.open(str(sqlite_database.engine.url.database))


def test_an_upgrade_keeps_the_last_good_file(sqlite_database: Database) -> None:
    copy = schema.keep_copy(sqlite_database.engine)
    assert copy is not None
    assert copy.name == "desk.sqlite.before-upgrade"
    sqlite_database.apply(AddPerson(login="ben", name="Ben", role=Role.AGENT))
    kept = Database.open(str(copy))
    assert [person.login for person in kept.read(list_people)] == ["anna"]
    kept.close()


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(config: Config, _revision: str) -> None:
        run = config.attributes["connection"].exec_driver_sql
        run("UPDATE operation_context SET operation_id = '0'")
        run("INSERT INTO memberships (id, team_id, person_id) VALUES ('1', 'no such team', 'nobody')")

    monkeypatch.setattr(command, "upgrade", broken)
    with pytest.raises(SchemaError, match="would lose rows; the database was left as it was"):
        schema._run_upgrade(sqlite_database.engine)
    with sqlite_database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM memberships").scalar_one() == 0
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://anna@127.0.0.1:1/desk", "No database server answers there"),
        ("mysql://anna@localhost/desk", "“mysql” is not a kind of database this program knows"),
        ("nonsense://", "is not a kind of database"),
    ],
)
def test_an_address_that_leads_nowhere_says_why(url: str, says: str) -> None:
    with pytest.raises(DatabaseUnavailable, match=says):
        Database.open(url)


@pytest.mark.parametrize(
    ("driver", "says"),
    [
        ("database or disk is full", "The disk is full; nothing was written. Free some space"),
        ("could not translate host name", "That server's name is not known"),
        ("failed to resolve host 'desk': Name or service not known", "That server's name is not known"),
        ("connection timeout expired", "did not answer in time"),
        ("canceling statement due to lock timeout", "holds the database locked"),
        ("something new\nand more", "The database cannot be used now. something new"),
    ],
)
def test_what_a_driver_says_is_put_in_words(driver: str, says: str) -> None:
    assert says in str(schema.unavailable(OperationalError("SELECT 1", {}, Exception(driver))))


def test_a_wrong_password_and_an_unknown_database_say_so(postgresql_database: Database) -> None:
    right = postgresql_database.engine.url
    with pytest.raises(DatabaseUnavailable, match="refused the name or password"):
        Database.open(right.set(password="wrong").render_as_string(hide_password=False))
    with pytest.raises(DatabaseUnavailable, match="no database or account of that name"):
        Database.open(right.set(database="nowhere").render_as_string(hide_password=False))


def test_an_address_may_be_a_plain_path() -> None:
    assert str(parse_url("/data/desk.sqlite")) == str(parse_url("sqlite:////data/desk.sqlite"))
    assert parse_url("postgresql://desk.example.org/desk").drivername == "postgresql+psycopg"


def test_a_connection_keeps_what_it_says_it_has_kept(sqlite_database: Database) -> None:
    with sqlite_database.engine.connect() as connection:
        told = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "trusted_schema", "mmap_size")
        }
    assert told == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10000, "trusted_schema": 0,
        "mmap_size": 0,
    }  # fmt: skip


def test_a_server_that_was_restarted_meanwhile_is_used_again_without_a_word(
    postgresql_database: Database, postgres_server: PostgresServer
) -> None:
    database = postgresql_database
    database.apply(AddPerson(login="ben", name="Ben"))
    assert database.engine.url.database is not None
    postgres_server.end_sessions(database.engine.url.database)
    assert len(database.read(list_people)) == 2


@pytest.mark.expects_log("stamina.retry_scheduled")
def test_an_act_whose_connection_was_lost_is_offered_again(
    postgresql_database: Database, postgres_server: PostgresServer
) -> None:
    database = postgresql_database
    assert database.engine.url.database is not None
    postgres_server.end_sessions(database.engine.url.database)
    database.apply(AddPerson(login="ben", name="Ben"))
    assert len(database.read(list_people)) == 2


def test_two_programs_that_make_the_schema_at_once_both_find_it(empty_url: str) -> None:
    together = threading.Barrier(2)

    def make(_program: int) -> int:
        together.wait(10)
        database = Database.open(empty_url, create=True)
        found = len(database.read(list_people))
        database.close()
        return found

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(make, range(2))) == [0, 0]
