"""A window that holds the Settings and Welcome pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.config import Settings
from app.views.settings.page import SettingsPage
from app.views.settings.welcome import WelcomePage
from app.views.shell.page import PageSpec
from app.views.shell.tasks import Tasks
from app.views.shell.window import MainWindow


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    runner = Tasks()
    yield runner
    runner.close()


@pytest.fixture
def settings() -> Settings:
    return Settings(theme="light")


@pytest.fixture
def window(qtbot: QtBot, tasks: Tasks, settings: Settings) -> Iterator[MainWindow]:
    made = MainWindow(
        settings,
        tasks,
        [
            PageSpec("settings", "Settings", "settings", SettingsPage, needs_database=False),
            PageSpec("welcome", "Welcome", "sparkles", WelcomePage, in_rail=False, needs_database=False),
        ],
    )
    made.resize(1600, 1000)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    yield made
    made.close()
    made.deleteLater()
