"""The Workbench in a real window over a copy of the sample, whose clock is turned by hand."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.config import Settings
from app.services.database.clock import HandClock
from app.services.database.database import Database
from app.services.incidents.case_records import Case
from app.services.incidents.queue import QueueRow, QueueView
from app.services.sample import create_sample, open_sample
from app.views.shell.page import PageSpec
from app.views.shell.tasks import Tasks
from app.views.shell.window import MainWindow
from app.views.theme.apply import apply_theme
from app.views.workbench.commands import workbench_commands
from app.views.workbench.page import WorkbenchPage
from tests.desks import MATRIX, SmallDesk

SAMPLE_NOW = datetime(2026, 11, 23, 13, 24, 46, tzinfo=UTC)
"""The instant at which the story of the sample stands: 14:24:46 in Oslo, where Lena reads it."""


@pytest.fixture(scope="session")
def sample_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample at rest, played once a worker."""
    path = tmp_path_factory.mktemp("sample") / "sample.sqlite"
    create_sample(path)
    return path


@pytest.fixture
def hand_clock() -> HandClock:
    """Stands where the sample's story stands."""
    return HandClock(SAMPLE_NOW)


@pytest.fixture
def sample(sample_template: Path, tmp_path: Path, hand_clock: HandClock) -> Iterator[Database]:
    """A copy of the sample of this test, open for Lena."""
    database = open_sample(Path(shutil.copyfile(sample_template, tmp_path / "sample.sqlite")))
    database.clock = hand_clock
    yield database
    database.close()


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    """A job runner."""
    runner = Tasks()
    yield runner
    runner.close()


Opener = Callable[..., WorkbenchPage]


@pytest.fixture
def open_page(qtbot: QtBot, qapp: QApplication, tasks: Tasks) -> Iterator[Opener]:
    """Opens the page over a database in a window, and waits until the queue is there."""
    windows: list[MainWindow] = []

    def opened(
        database: Database, *, density: str = "comfortable", mode: str = "light", size: tuple[int, int] = (1600, 1000)
    ) -> WorkbenchPage:
        QApplication.setCursorFlashTime(0)
        apply_theme(qapp, mode, density)
        spec = PageSpec("workbench", "Workbench", "inbox", WorkbenchPage, workbench_commands())
        window = MainWindow(Settings(show_welcome=False, theme=mode, density=density), tasks, [spec])
        windows.append(window)
        window.resize(*size)
        window.desk.ticker.stop()  # tests tick by hand
        tasks.attach(database)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        window.go("workbench")
        page = window.area_of_pages.current()
        assert isinstance(page, WorkbenchPage)
        qtbot.waitUntil(lambda: page.queue.store.ready)
        return page

    yield opened
    for window in windows:
        window.close()
        window.deleteLater()
    apply_theme(qapp, "light")


@pytest.fixture
def page(open_page: Opener, sample: Database, qtbot: QtBot) -> WorkbenchPage:
    """The page with all incidents of the sample."""
    page = open_page(sample)
    show_view(qtbot, page, QueueView.ALL)
    return page


EXPIRES = 20 * 60


@pytest.fixture
def everyone(sqlite_desk: SmallDesk) -> SmallDesk:
    """A desk at whose first tier Lena and Marco must both acknowledge; an acknowledgement holds for 20 minutes."""
    first, *others = MATRIX["tiers"]
    duties = {**first["duties"], "alerted": ["team:frontline", "team:payments"]}
    tier = {**first, "duties": duties, "everyone_acknowledges": True, "acknowledgement_expires_after": EXPIRES}
    sqlite_desk.publish(tiers=[tier, *others])
    return sqlite_desk


# --- what tests do with a page


def show_view(qtbot: QtBot, page: WorkbenchPage, view: QueueView) -> None:
    """Another tab, loaded."""
    page.queue.show_view(view)
    qtbot.waitUntil(lambda: page.queue.store.ready and page.queue.store.view is view)


def row_of(page: WorkbenchPage, title: str) -> QueueRow:
    """The row whose title begins so."""
    return next(row for row in page.queue.store.rows.values() if row.title.startswith(title))


def choose(qtbot: QtBot, page: WorkbenchPage, title: str) -> Case:
    """Chooses an incident with the mouse and waits until it is shown."""
    row = row_of(page, title)
    queue = page.queue
    queue.list.scrollTo(queue.model.index(queue.model.line_of(row.id), 0))
    spot = queue.list.visualRect(queue.model.index(queue.model.line_of(row.id), 0)).center()
    qtbot.mouseClick(queue.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    queue.list.setFocus()
    return case_where(qtbot, page, lambda case: case.id == row.id)


def case_where(qtbot: QtBot, page: WorkbenchPage, fits: Callable[[Case], bool]) -> Case:
    """Waits until the case shown fits."""

    def shown() -> bool:
        case, incident = page.cases.case, page.incident
        return case is not None and fits(case) and incident.case is case and not incident.inspector.behind

    qtbot.waitUntil(shown)
    case = page.cases.case
    assert case is not None
    return case


def ended_case(qtbot: QtBot, page: WorkbenchPage, incident_id: str) -> Case:
    """Waits until an incident has left the queue, which goes on to another one, and shows it again."""
    qtbot.waitUntil(lambda: incident_id not in page.queue.store.rows)
    page.go_to(incident_id)
    return case_where(qtbot, page, lambda case: case.id == incident_id and case.closed_at is not None)


def press(qtbot: QtBot, widget: QWidget, key: str) -> None:
    """A single letter, as the keyboard sends it."""
    qtbot.keyClick(widget, key)


def tick(page: WorkbenchPage) -> None:
    """A second of the window, at the time of the database."""
    page.desk.ticker.ticked.emit(page.desk.now())
