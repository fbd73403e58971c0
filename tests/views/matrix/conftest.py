"""The Matrix page in a real window over a real database; what the worker would compute is computed in a thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.config import Settings
from app.services.database.database import Database
from app.services.matrix.drafts import EnsureDraft
from app.services.matrix.versions import MakeDraft
from app.views.matrix.commands import matrix_commands
from app.views.matrix.page import MatrixPage
from app.views.matrix.replay_commands import replay_commands
from app.views.matrix.replay_page import ReplayPage
from app.views.shell.page import PageSpec
from app.views.shell.tasks import Tasks
from app.views.shell.window import MainWindow
from app.views.theme.apply import apply_theme
from tests.published import PublishUnjudged
from tests.services.matrix.owners import add_owners, sample_document

Opener = Callable[[Database], MatrixPage]


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
def opened(qtbot: QtBot, qapp: QApplication, tasks: Tasks) -> Iterator[Opener]:
    """Opens the page over a database, and waits until it shows what is there."""
    apply_theme(qapp, "light")
    windows: list[MainWindow] = []

    def open_page(database: Database) -> MatrixPage:
        tasks.attach(database)
        spec = PageSpec("matrix", "Matrix", "table-properties", MatrixPage, matrix_commands())
        replay = PageSpec("replay", "Replay", "play", ReplayPage, replay_commands(), in_rail=False, under="matrix")
        window = MainWindow(Settings(show_welcome=False), tasks, [spec, replay])
        window.desk.ticker.use(database.clock)  # the window was not there yet when the database was opened
        windows.append(window)
        window.resize(1600, 1000)
        window.show()
        window.go("matrix")
        page = window.area_of_pages.current()
        assert isinstance(page, MatrixPage)
        qtbot.waitUntil(lambda: page.store.loaded)
        qtbot.waitUntil(lambda: not page.store.busy)
        return page

    yield open_page
    for window in windows:
        window.close()
        window.deleteLater()


@pytest.fixture
def published_database(sqlite_database: Database) -> Database:
    """The sample's matrix in force as version 1."""
    add_owners(sqlite_database)
    made = sqlite_database.apply(MakeDraft(document=sample_document())).result
    sqlite_database.apply(PublishUnjudged(version_id=made["version_id"], rationale="First."))
    return sqlite_database


@pytest.fixture
def draft_database(published_database: Database) -> Database:
    """The sample's matrix in force as version 1, and a draft of it."""
    published_database.apply(EnsureDraft())
    return published_database


@pytest.fixture
def page(opened: Opener, draft_database: Database) -> MatrixPage:
    """The page on a draft of the sample's matrix."""
    return opened(draft_database)


@pytest.fixture
def settled(qtbot: QtBot, page: MatrixPage) -> Callable[[], None]:
    """Waits until everything sent has come back and was verified."""

    def wait() -> None:
        qtbot.waitUntil(lambda: not page.store.busy)

    return wait
