"""The Debriefs page in a real window, on a small desk whose incident is resolved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.config import Settings
from app.services.debriefs.record import DebriefRecord, load_record
from app.views.debriefs.commands import debrief_commands
from app.views.debriefs.page import DebriefsPage
from app.views.shell.page import PageSpec
from app.views.shell.tasks import Tasks
from app.views.shell.window import MainWindow
from app.views.theme.apply import apply_theme
from tests.debrief_play import play, start, write
from tests.desks import SmallDesk


@dataclass
class Shown:
    """The window with its page, and the desk below it."""

    window: MainWindow
    desk: SmallDesk
    incident: str
    qtbot: QtBot

    @property
    def page(self) -> DebriefsPage:
        """The page in front."""
        page = self.window.area_of_pages.current()
        assert isinstance(page, DebriefsPage)
        return page

    def stored(self) -> DebriefRecord:
        """What the database holds now."""
        return self.desk.database.read(load_record, self.incident, self.desk.clock.now())

    def until(self, true: Any) -> None:
        """Waits until something is so."""
        self.qtbot.waitUntil(true)

    def open(self) -> None:
        """Goes to the incident and waits for its form."""
        self.window.go("debriefs", self.incident)
        self.until(lambda: self.page.store.record is not None and bool(self.page.store.rows))


@pytest.fixture
def shown(qapp: QApplication, qtbot: QtBot, sqlite_desk: SmallDesk) -> Iterator[Shown]:
    """The page for Lena, a lead; the debrief is not started."""
    apply_theme(qapp, "light")
    incident = play(sqlite_desk)
    tasks = Tasks()
    spec = PageSpec("debriefs", "Debriefs", "clipboard-check", DebriefsPage, debrief_commands())
    window = MainWindow(Settings(show_welcome=False, theme="light"), tasks, [spec])
    qtbot.addWidget(window)
    window.resize(1600, 1000)
    tasks.attach(sqlite_desk.lena)
    window.go("debriefs")
    window.show()
    yield Shown(window, sqlite_desk, incident, qtbot)
    window.desk.ticker.stop()
    window.desk.feed.stop()
    window.close()
    tasks.close()
    apply_theme(qapp, "light")


@pytest.fixture
def written(shown: Shown) -> Shown:
    """The page with a debrief that is written; summary and impact are for the customer."""
    write(shown.desk, start(shown.desk, shown.incident), safe=("summary", "impact"))
    shown.open()
    return shown
