"""A server that goes away under the open window: what is shown stays, acts are refused in words, and it comes back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from app.config import Settings
from app.desk import page_specs
from app.services.database.database import Database, find_actor
from app.services.incidents.notes import AddNote
from app.services.incidents.open import OpenIncident
from app.views.matrix.page import MatrixPage
from app.views.shell.tasks import Tasks
from app.views.shell.window import MainWindow
from app.views.workbench.page import WorkbenchPage
from tests.desks import HALDEN, START, fill_desk
from tests.postgres import PostgresServer


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server that this test may stop."""
    with PostgresServer() as made:
        fill_desk(made.create("desk"))
        yield made


@pytest.fixture
def away_window(qtbot: QtBot, tasks: Tasks, settings: Settings, server: PostgresServer) -> Iterator[MainWindow]:
    """The real window, open for Lena on that server, with one incident."""
    from app.services.database.clock import HandClock
    from app.services.database.engine import make_engine

    database = Database(make_engine(server.url("desk")), HandClock(START))
    database.actor = database.read(find_actor, "lena")
    if not database.read(_any_incident):
        facts = {"severity": "s1"}
        database.apply(OpenIncident(title="Charged twice", facts=facts, customer=HALDEN))
    settings.show_welcome = False
    made = MainWindow(settings, tasks, page_specs())
    made.resize(1400, 860)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    made.where = "desk-db"
    tasks.attach(database)
    yield made
    made.close()
    made.deleteLater()


def _any_incident(session: object) -> bool:
    from sqlalchemy import select
    from sqlalchemy.orm import Session

    from app.models.incident import Incident

    assert isinstance(session, Session)
    return session.scalar(select(Incident.id)) is not None


def banners(window: MainWindow) -> list[str]:
    return window.area_of_pages.banners.keys()


def words_of_banner(window: MainWindow) -> str:
    banner = window.area_of_pages.banners._banner
    return banner.accessibleName() if banner else ""


def test_a_server_that_goes_away_and_comes_back(
    away_window: MainWindow, server: PostgresServer, qtbot: QtBot, tasks: Tasks
) -> None:
    window = away_window
    window.go("workbench")
    page = window.built("workbench")
    assert isinstance(page, WorkbenchPage)
    qtbot.waitUntil(lambda: page.cases.case is not None)
    case = page.cases.case
    assert case is not None
    page.incident.composer.editor.setPlainText("We found the cause.")
    broke: list[object] = []
    tasks.broke.connect(broke.append)

    server.halt()
    qtbot.waitUntil(lambda: banners(window) == ["away"])
    assert words_of_banner(window).startswith("The database has not answered since 10:00.")  # Lena is in Oslo
    assert "acts are refused" in words_of_banner(window)
    assert page.cases.case is case
    assert page.queue.store.rows

    page.acts.do(case.id, AddNote(incident_id=case.id, body="Reproduced."))
    qtbot.waitUntil(lambda: "not done" in banners(window))
    assert words_of_banner(window).startswith("Not done.")
    assert page.incident.composer.editor.toPlainText() == "We found the cause."
    assert page.incident.isVisible()
    assert page.cases.case is case
    assert page.incident.case is not None
    window.go("matrix")  # built only now: waits with its bones
    matrix = window.built("matrix")
    assert isinstance(matrix, MatrixPage)
    assert matrix.store.record is None
    window.go("workbench")
    assert page.queue.store.rows

    server.start_again()
    qtbot.waitUntil(lambda: banners(window) == [])
    qtbot.waitUntil(lambda: matrix.store.record is not None)
    with qtbot.waitSignal(tasks.changed):
        page.acts.do(case.id, AddNote(incident_id=case.id, body="Reproduced."))
    assert page.incident.composer.editor.toPlainText() == "We found the cause."
    assert broke == []
