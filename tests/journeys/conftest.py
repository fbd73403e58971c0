"""The whole window over a real database, whose clock is turned by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.config import Settings
from app.desk import load_pages, page_specs
from app.services.database.database import Database
from app.views.shell.tasks import Tasks
from app.views.shell.window import MainWindow
from app.views.theme.apply import apply_theme
from tests.journeys.person import Person

# a chapter that fails shows its values, as a test does
pytest.register_assert_rewrite(*(f"tests.journeys.{name}" for name in ("policy", "work", "after")))

Sit = Callable[[Database], Person]


@pytest.fixture
def sit(qtbot: QtBot, qapp: QApplication) -> Iterator[Sit]:
    """Opens a window with all pages over a database, for whoever that is opened for."""
    apply_theme(qapp, "light")
    load_pages()
    opened: list[tuple[MainWindow, Tasks]] = []

    def sat(database: Database) -> Person:
        tasks = Tasks()
        window = MainWindow(Settings(theme="light", show_welcome=False), tasks, page_specs())
        opened.append((window, tasks))
        window.resize(1600, 1000)
        window.desk.ticker.stop()  # the story ticks
        person = Person(qtbot, window, database)
        tasks.attach(database)
        window.show()
        window.go("workbench")
        person.bring_to_front()
        return person

    yield sat
    for window, tasks in opened:
        window.close()
        tasks.close()
        window.deleteLater()
