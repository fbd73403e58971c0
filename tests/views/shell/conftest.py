"""What the shell's tests share: a running job runner and an owner for its questions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.config import Settings
from app.services.database.database import Database
from app.views.shell.tasks import Tasks
from app.views.shell.window import MainWindow
from tests.views.shell.blank import blank


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


@pytest.fixture
def settings() -> Settings:
    return Settings(theme="light")


@pytest.fixture
def window(qtbot: QtBot, tasks: Tasks, settings: Settings) -> Iterator[MainWindow]:
    """A window with three blank pages, settings at the bottom and a hidden Welcome; no database."""
    made = MainWindow(
        settings,
        tasks,
        [
            blank("one"),
            blank("two"),
            blank("data", needs_database=True),
            blank("settings", at_bottom=True),
            blank("welcome", in_rail=False),
        ],
    )
    made.resize(1200, 800)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    yield made
    made.close()
    made.deleteLater()
