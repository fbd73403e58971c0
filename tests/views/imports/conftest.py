"""The import page in a real window over a real database; what the worker would compute is computed in a thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.config import Settings
from app.services.database.database import Database
from app.views.imports.commands import import_commands
from app.views.imports.page import ImportPage
from app.views.imports.store import Stage
from app.views.shell.page import PageSpec
from app.views.shell.tasks import Tasks
from app.views.shell.window import MainWindow
from app.views.theme.apply import apply_theme
from tests.views.shell.blank import blank


@pytest.fixture
def tasks(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tasks]:
    """A job runner without its child process."""
    runner = Tasks()

    def here(function: Callable[..., Any], arguments: tuple[Any, ...], _wanted: Callable[[], bool]) -> Any:
        return function(*arguments)

    monkeypatch.setattr(runner._worker, "call", here)
    yield runner
    runner.close()


@pytest.fixture
def settings() -> Settings:
    return Settings(theme="light", show_welcome=False)


@pytest.fixture
def page(
    qtbot: QtBot, qapp: QApplication, tasks: Tasks, settings: Settings, sqlite_database: Database
) -> Iterator[ImportPage]:
    """The page in a window of 1600 × 1000."""
    apply_theme(qapp, "light")
    spec = PageSpec("imports", "Import", "file-down", ImportPage, import_commands(), in_rail=False)
    window = MainWindow(settings, tasks, [blank("matrix"), blank("settings", at_bottom=True), spec])
    window.resize(1600, 1000)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    tasks.attach(sqlite_database)
    window.go("imports")
    shown = window.area_of_pages.current()
    assert isinstance(shown, ImportPage)
    yield shown
    window.close()
    window.deleteLater()


@pytest.fixture
def settled(qtbot: QtBot, page: ImportPage) -> Callable[[], None]:
    """Waits until everything asked has come back and every row stands."""

    def wait() -> None:
        qtbot.waitUntil(lambda: not page.store.busy and page.columns.complete)
        if page.store.stage is Stage.MAPPING and page.store.draft and not page.store.draft.problem:
            qtbot.waitUntil(lambda: page.store.known is not None and not page.store.busy)
        QApplication.processEvents()  # new rows and cards are shown by a posted event

    return wait
