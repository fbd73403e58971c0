"""What every test stands on. The environment is prepared here, before any plugin imports Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests import surroundings

HOME = surroundings.prepare()
pytest_plugins = ["tests.guards", "tests.qt_guards", "tests.databases", "tests.desks"]

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from tests.postgres import PostgresServer

# two workers share two cores: how long one example takes says nothing here
hypothesis.settings.register_profile("desk", deadline=None, database=None, print_blob=True)
hypothesis.settings.load_profile("desk")

_numbers = count(1)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """Drives widgets; a wait ends when what is awaited comes, and gives up only when no busy machine explains it."""
    from tests.patient_bot import PatientBot

    return PatientBot(request)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A running PostgreSQL server, one a worker."""
    from tests.postgres import PostgresServer

    with PostgresServer() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> Callable[[Callable[[str], None]], str]:
    """A function that fills a template database once a worker and returns its name.

    It takes the function that fills a database, given its address (`upgrade`, say).
    """
    known: dict[Callable[[str], None], str] = {}

    def template(fill: Callable[[str], None]) -> str:
        if fill not in known:
            name = f"template_{len(known) + 1}"
            fill(postgres_server.create(name))
            known[fill] = name
        return known[fill]

    return template


@pytest.fixture
def postgres_url(
    postgres_server: PostgresServer, postgres_template: Callable[[Callable[[str], None]], str]
) -> Iterator[Callable[..., str]]:
    """A function that makes a database for this test, empty or filled by `fill`, and returns its address."""
    made: list[str] = []

    def url(fill: Callable[[str], None] | None = None) -> str:
        name = f"desk_{next(_numbers)}"
        made.append(name)
        return postgres_server.create(name, postgres_template(fill) if fill else None)

    yield url
    for name in made:
        postgres_server.drop(name)
