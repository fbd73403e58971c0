"""The launcher of the tests' PostgreSQL server."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests import postgres
from tests.postgres import PostgresServer


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), connect_timeout=5)


def tables(url: str) -> list[str]:
    with connect(url) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return [row[0] for row in found]


def fill(url: str) -> None:
    with connect(url) as connection:
        connection.execute("CREATE TABLE ground (id text)")


def test_a_database_made_from_a_filling_has_its_tables(postgres_url: Callable[..., str]) -> None:
    assert tables(postgres_url(fill)) == ["ground"]


def test_databases_of_one_filling_do_not_share_rows(postgres_url: Callable[..., str]) -> None:
    first, second = postgres_url(fill), postgres_url(fill)
    with connect(first) as connection:
        connection.execute("INSERT INTO ground VALUES ('a')")
    with connect(second) as connection:
        assert connection.execute("SELECT count(*) FROM ground").fetchone() == (0,)


def test_a_database_without_a_filling_is_empty(postgres_url: Callable[..., str]) -> None:
    assert tables(postgres_url()) == []


def test_a_template_in_use_can_be_copied(postgres_server: PostgresServer) -> None:
    used = postgres_server.create("used")
    with pytest.raises(psycopg.OperationalError), connect(used) as connection:  # noqa: PT012
        copy = postgres_server.create("copied", template="used")
        assert tables(copy) == []
        connection.execute("SELECT 1")
    postgres_server.drop("copied")
    postgres_server.drop("used")


def test_dropping_ends_the_sessions_and_may_be_repeated(postgres_server: PostgresServer) -> None:
    connection = connect(postgres_server.create("left_open"))
    postgres_server.drop("left_open")
    postgres_server.drop("left_open")
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    connection.close()


def test_a_wrong_password_is_refused(postgres_server: PostgresServer) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        connect(postgres_server.url("postgres", password="wrong"))


def test_the_server_is_one_we_support_in_utc_and_utf8(postgres_server: PostgresServer) -> None:
    assert postgres_server.version >= postgres.OLDEST
    with connect(postgres_server.url("postgres")) as connection:
        shown = [connection.execute(f"SHOW {name}").fetchone() for name in ("timezone", "server_encoding")]
    assert shown == [("UTC",), ("UTF8",)]


def test_a_stopped_server_leaves_no_file_and_no_listener() -> None:
    with PostgresServer() as server:
        base, url = server.base, server.url("postgres")
        connect(url).close()
    assert not base.exists()
    with pytest.raises(psycopg.OperationalError):
        connect(url)


def test_the_wheel_brings_a_server_that_starts() -> None:
    newest = max(postgres.wheel_binaries(), key=lambda folder: (len(str(folder)), str(folder)))
    with PostgresServer(newest) as server:
        assert server.version >= postgres.OLDEST
        assert tables(server.create("from_the_wheel")) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes users")
def test_binaries_in_a_private_folder_are_copied_to_where_their_user_can_start_them(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    private = postgres._copy(postgres.wheel_binaries()[0], tmp_path / "private")
    with PostgresServer(private) as server:
        assert server.binaries.is_relative_to(server.base)
        assert server.version >= postgres.OLDEST


def test_a_broken_start_says_what_the_server_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(postgres.SETTINGS, "shared_buffers", "nonsense")
    with pytest.raises(RuntimeError, match='invalid value for parameter "shared_buffers"'):
        PostgresServer()


def test_a_machine_without_a_server_fails_with_the_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_installed", lambda: iter(()))
    monkeypatch.setattr(postgres, "_from_wheel", lambda: iter(()))
    monkeypatch.delenv(postgres.BINARIES_VARIABLE, raising=False)
    with pytest.raises(RuntimeError, match="make test"):
        postgres.find_binaries()
