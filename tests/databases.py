"""Migrated databases for tests, on both engines: one template a worker, one copy a test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from app.services.database.clock import HandClock
    from app.services.database.database import Database

START = datetime(2026, 11, 23, 14, 24, 46, tzinfo=UTC)
ADMIN = "anna"
ENGINES = ("sqlite", "postgresql")


def fill(url: str) -> None:
    """Migrates the database there and adds Anna, who may do everything."""
    from app.models.enums import Role
    from app.services.database.clock import HandClock
    from app.services.database.database import Database
    from app.services.database.work import WATCH
    from app.services.people import AddPerson

    database = Database.open(url, clock=HandClock(START), create=True).acting_as(WATCH)
    try:
        database.apply(AddPerson(login=ADMIN, name="Anna Adams", role=Role.ADMIN, email="anna@example.org"))
    finally:
        database.close()


def connect(url: str, clock: HandClock) -> Database:
    """The filled database there on behalf of Anna."""
    from app.services.database.database import Database, find_actor
    from app.services.database.engine import make_engine

    database = Database(make_engine(url), clock)
    database.actor = database.read(find_actor, ADMIN)
    return database


@pytest.fixture
def clock() -> HandClock:
    """A clock that stands at 14:24:46 UTC on Monday 23 November 2026 until somebody turns it."""
    from app.services.database.clock import HandClock

    return HandClock(START)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A filled SQLite file at rest."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    fill(str(path))
    return path


@pytest.fixture
def sqlite_file(sqlite_template: Path, tmp_path: Path) -> Path:
    """A filled SQLite file of this test."""
    return Path(shutil.copyfile(sqlite_template, tmp_path / "desk.sqlite"))


@pytest.fixture
def sqlite_database(sqlite_file: Path, clock: HandClock) -> Iterator[Database]:
    """A filled SQLite database, open for Anna."""
    database = connect(str(sqlite_file), clock)
    yield database
    database.close()


@pytest.fixture
def postgresql_database(postgres_url: Callable[..., str], clock: HandClock) -> Iterator[Database]:
    """A filled PostgreSQL database, open for Anna."""
    database = connect(postgres_url(fill), clock)
    yield database
    database.close()


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest) -> Database:
    """A filled database, open for Anna: the test runs once an engine."""
    made: Database = request.getfixturevalue(f"{request.param}_database")
    return made


@pytest.fixture(params=ENGINES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database that has no schema yet: the test runs once an engine."""
    if request.param == "sqlite":
        return str(tmp_path / "empty.sqlite")
    made: str = request.getfixturevalue("postgres_url")()
    return made


@pytest.fixture
def empty_twin(request: pytest.FixtureRequest, database: Database) -> Iterator[Engine]:
    """An empty database of the same engine as `database`."""
    from app.services.database.engine import make_engine

    on_sqlite = database.engine.dialect.name == "sqlite"
    url = str(request.getfixturevalue("tmp_path") / "twin.sqlite") if on_sqlite else None
    engine = make_engine(url or request.getfixturevalue("postgres_url")())
    yield engine
    engine.dispose()
