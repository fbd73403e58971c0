"""A commit on a server is told at once; a server that was away is listened to again."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator

import psycopg
import pytest

from app.services.database import listen
from app.services.database.clock import HandClock
from app.services.database.database import Database
from app.services.database.listen import Listener
from tests.databases import connect, fill
from tests.postgres import PostgresServer
from tests.services.database.acts import Raise

Ears = tuple[Listener, "queue.Queue[None]"]


@pytest.fixture
def url(postgres_url: Callable[..., str]) -> str:
    return postgres_url(fill)


@pytest.fixture
def database(url: str, clock: HandClock) -> Iterator[Database]:
    made = connect(url, clock)
    yield made
    made.close()


@pytest.fixture
def ears(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ears]:
    """Somebody who listens, and when something was heard."""
    monkeypatch.setattr(listen, "FIRST_WAIT", 0.05)
    told: queue.Queue[None] = queue.Queue()
    listener = listen.listen(database.engine, lambda: told.put(None))
    assert listener is not None
    told.get(timeout=20)  # it listens from here on
    yield listener, told
    listener.end()
    listener.join(5)


def test_a_commit_is_heard_though_nobody_asks(ears: Ears, database: Database) -> None:
    _listener, told = ears
    database.apply(Raise())
    told.get(timeout=20)


def test_many_commits_are_told_as_few(ears: Ears, database: Database) -> None:
    _listener, told = ears
    for _ in range(30):
        database.apply(Raise())
    told.get(timeout=20)
    assert told.qsize() < 30


def test_after_a_lost_connection_it_listens_again(
    ears: Ears, database: Database, postgres_server: PostgresServer
) -> None:
    _listener, told = ears
    assert database.engine.url.database is not None
    database.engine.dispose()  # what the desk itself had open is not what this is about
    postgres_server.end_sessions(database.engine.url.database)
    told.get(timeout=20)  # connected again: asks for what it may have missed
    database.apply(Raise())
    told.get(timeout=20)


def test_it_ends_at_once(ears: Ears) -> None:
    listener, _told = ears
    listener.end()
    listener.end()
    listener.join(1)
    assert not listener.is_alive()


def test_it_ends_while_there_is_no_server(monkeypatch: pytest.MonkeyPatch, database: Database) -> None:
    monkeypatch.setattr(listen, "FIRST_WAIT", 60.0)
    tried = threading.Event()

    def refuse(**_address: object) -> None:
        tried.set()
        raise psycopg.OperationalError("no server")

    monkeypatch.setattr(psycopg, "connect", refuse)
    listener = listen.listen(database.engine, lambda: None)
    assert listener is not None
    assert tried.wait(5)
    listener.end()
    listener.join(2)
    assert not listener.is_alive()


def test_nobody_listens_to_a_file(sqlite_database: Database) -> None:
    assert listen.listen(sqlite_database.engine, lambda: None) is None
