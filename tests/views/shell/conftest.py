"""What the shell's tests share: a running job runner and an owner for its questions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.services.database.database import Database
from app.views.shell.tasks import Tasks


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    """A job runner without a database."""
    runner = Tasks()
    yield runner
    runner.close()


@pytest.fixture
def desk_tasks(tasks: Tasks, sqlite_database: Database) -> Tasks:
    """A job runner over a filled SQLite database, open for Anna."""
    tasks.attach(sqlite_database)
    return tasks


@pytest.fixture
def owner(qtbot: QtBot) -> QObject:
    """Somebody who asks."""
    return QObject()
