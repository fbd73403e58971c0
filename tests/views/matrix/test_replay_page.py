"""The replay page: the draft against the version in force, over incidents with what was known when they began."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.config import Settings
from app.services.database.clock import HandClock
from app.services.database.database import Database
from app.services.incidents.open import OpenIncident
from app.services.matrix.replay.findings import findings_of
from app.services.matrix.versions import MakeDraft
from app.views.matrix.replay_commands import replay_commands
from app.views.matrix.replay_page import ReplayPage
from app.views.matrix.replay_store import State
from app.views.shell.page import PageSpec
from app.views.shell.tasks import Tasks
from app.views.shell.window import MainWindow
from app.views.theme.apply import apply_theme
from app.views.theme.empty import EmptyState
from tests.published import PublishUnjudged
from tests.services.matrix.owners import add_owners, sample_document
from tests.views.golden import assert_picture
from tests.views.shell.blank import blank, page_of

Opener = Callable[[Database], ReplayPage]
CASES: tuple[dict[str, Any], ...] = (
    {"severity": "s1", "segment": "enterprise", "product_area": "payments"},
    {"severity": "s2", "segment": "business", "product_area": "payments", "revenue": "14200"},
    {"severity": "s2", "segment": "business", "product_area": "payments"},
    {"severity": "s2", "segment": "free", "product_area": "payments"},
    {"severity": "s3", "segment": "business", "product_area": "delivery"},
    {"severity": "s3", "segment": "free", "product_area": "delivery"},
)


@pytest.fixture
def opened(qtbot: QtBot, qapp: QApplication, tasks: Tasks) -> Iterator[Opener]:
    """Opens the page over a database and waits until it has an answer."""
    apply_theme(qapp, "light")
    windows: list[MainWindow] = []

    def open_page(database: Database) -> ReplayPage:
        tasks.attach(database)
        spec = PageSpec("replay", "Replay", "play", ReplayPage, replay_commands(), in_rail=False, under="matrix")
        pages = [blank("workbench"), blank("matrix"), blank("imports", in_rail=False), spec]
        window = MainWindow(Settings(show_welcome=False), tasks, pages)
        windows.append(window)
        window.desk.ticker.use(database.clock)
        window.desk.ticker.stop()
        window.resize(1600, 1000)
        window.show()
        window.go("replay")
        page = window.area_of_pages.current()
        assert isinstance(page, ReplayPage)
        qtbot.waitUntil(lambda: page.store.state not in (State.STALE, State.RUNNING))
        return page

    yield open_page
    for window in windows:
        window.close()
        window.deleteLater()


@pytest.fixture
def policy_database(sqlite_database: Database) -> Database:
    """The sample's matrix in force."""
    add_owners(sqlite_database)
    made = sqlite_database.apply(MakeDraft(document=sample_document())).result
    sqlite_database.apply(PublishUnjudged(version_id=made["version_id"], rationale="First."))
    return sqlite_database


@pytest.fixture
def past(policy_database: Database) -> Database:
    """Twelve incidents of the last eleven weeks, and a draft in which S3 of Business starts a tier higher."""
    now = policy_database.clock.now()
    for place, facts in enumerate(CASES * 2):
        raised = now - timedelta(days=7 * place, hours=1)
        policy_database.apply(
            OpenIncident(title=f"Case {place}", facts=dict(facts), raised_at=raised, customer="Halden Fitness")
        )
    document = deepcopy(sample_document())
    (row,) = [one for one in document["triggers"] if one["number"] == 11]
    row["tier"], row["owner"] = "t2", "team:payments"
    policy_database.apply(MakeDraft(document=document))
    return policy_database


@pytest.fixture
def page(opened: Opener, past: Database) -> ReplayPage:
    """The page with a replay."""
    return opened(past)


def listed(page: ReplayPage) -> list[str]:
    """The incidents of the list, as it shows them."""
    return [page.cases.words(row, 0) for row in range(page.cases.rowCount())]


def column(page: ReplayPage, name: str) -> list[str]:
    """A column of the list, by its name."""
    place = page.cases.names.index(name)
    return [page.cases.words(row, place) for row in range(page.cases.rowCount())]


def test_what_changes_is_listed_with_both_decisions(page: ReplayPage) -> None:
    assert page.head.title.text() == "Replay of draft 2"
    assert listed(page) == ["INC-5", "INC-6", "INC-11", "INC-12"]
    assert set(column(page, "Version 1")) == {"11, Tier 1, Frontline"}
    assert set(column(page, "Draft 2")) == {"11, Tier 2, Payments desk"}
    assert set(column(page, "What changes")) == {"tier, owner"}


def test_a_filter_lists_only_what_it_says(page: ReplayPage) -> None:
    page.filter.set_current(2)
    assert (listed(page), page.group.text()) == ([], "Changed incidents  0")
    page.filter.set_current(1)
    assert len(listed(page)) == 4


def test_a_number_opens_its_incidents_by_keyboard_and_by_click(qtbot: QtBot, page: ReplayPage) -> None:
    flow = page.owner
    flow.grab()
    words = [one.words for one in flow.spots]
    assert words[0] == "First owner: change"
    place = words.index("First owner, Version 1, catch-all")
    flow.setFocus()
    for _ in range(place):
        qtbot.keyClick(flow, Qt.Key.Key_Down)
    assert flow.accessibleDescription() == "First owner, Version 1, catch-all: 4"
    qtbot.keyClick(flow, Qt.Key.Key_Return)
    assert page.group.text() == "First owner, Version 1, catch-all  4"
    assert listed(page) == ["INC-3", "INC-4", "INC-9", "INC-10"]
    flow.grab()
    qtbot.mouseClick(flow, Qt.MouseButton.LeftButton, pos=flow.spots[0].area.center().toPoint())
    assert page.group.text() == "First owner: change  4"
    page.filter.button(0).click()
    assert page.group.text() == "Changed incidents  4"


def test_findings_name_what_no_trigger_takes_and_what_never_decides(page: ReplayPage) -> None:
    assert page.store.found is not None
    told = [(one.kind.value, one.numbers, len(one.cases)) for one in findings_of(page.store.found)]
    # without revenue neither trigger 5 nor 6 can decide the second S2 of Business; trigger 2 goes before 3
    assert told == [
        ("not_covered", (), 4),
        ("missing_fact", (), 4),
        ("outranked", (3,), 2),
        ("idle", (1, 4, 6, 7, 8, 9, 10, 12), 0),
    ]


def test_all_numbers_are_a_table_and_a_file(qtbot: QtBot, page: ReplayPage, tmp_path: Path) -> None:
    page.desk.actions.run("replay.numbers")
    assert page.results.currentWidget() is page.data
    rows = {page.numbers.words(row, 1): row for row in range(page.numbers.rowCount())}
    assert [page.numbers.words(rows["Payments desk"], place) for place in (2, 3)] == ["4", "8"]
    page.write(tmp_path / "replay.csv")
    qtbot.waitUntil((tmp_path / "replay.csv").exists)
    lines = (tmp_path / "replay.csv").read_text("utf-8-sig").splitlines()
    assert lines[0].startswith('"What","","Version 1","Draft 2"')
    assert '"First owner","Payments desk","4","8","",""' in lines
    page.data.selectRow(rows["No trigger matches"])
    page.data.setFocus()
    qtbot.keyClick(page.data, Qt.Key.Key_Return)
    assert page.group.text() == "Coverage, No trigger matches  4"


def test_enter_opens_the_incident_and_escape_goes_back(qtbot: QtBot, page: ReplayPage, past: Database) -> None:
    window = page.window()
    assert isinstance(window, MainWindow)
    page.list.setFocus()
    qtbot.keyClick(page.list, Qt.Key.Key_Return)
    found = page.store.found
    assert found is not None
    assert page_of(window, "workbench").target == found.cases.ids[found.cases.names.index("INC-5")]
    window.go("replay")
    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert window.area_of_pages.current() is page_of(window, "matrix")


def test_what_really_happened_stands_beside_it(qtbot: QtBot, page: ReplayPage) -> None:
    qtbot.waitUntil(lambda: column(page, "What really happened") == ["stayed at Tier 1"] * 4)


def test_another_period_is_decided_anew(qtbot: QtBot, page: ReplayPage, past: Database) -> None:
    before = page.store.found
    page.desk.actions.run("replay.run")
    qtbot.waitUntil(lambda: page.store.state is State.DONE and page.store.found is not before)
    assert isinstance(past.clock, HandClock)
    past.clock.turn(minutes=200 * 24 * 60)
    page.store.run()
    qtbot.waitUntil(lambda: page.store.state is State.NONE_IN_PERIOD)
    page.store.look_back(365)
    qtbot.waitUntil(lambda: page.store.state is State.DONE)
    assert page.head.period.currentIndex() == 1
    assert len(listed(page)) == 4


def test_a_replay_that_became_old_runs_again_when_somebody_comes_back(
    qtbot: QtBot, page: ReplayPage, past: Database
) -> None:
    window = page.window()
    assert isinstance(window, MainWindow)
    window.go("matrix")
    operation = OpenIncident(title="One more", facts={"severity": "s3", "segment": "free", "product_area": "delivery"})
    page.desk.tasks.act(page, operation)
    qtbot.waitUntil(lambda: page.store.old)
    assert isinstance(past.clock, HandClock)
    past.clock.turn(minutes=1)
    window.go("replay")
    qtbot.waitUntil(lambda: page.store.state is State.DONE and len(listed(page)) == 5)
    assert not page.store.old


def test_stopping_keeps_what_was_shown(page: ReplayPage) -> None:
    before = page.store.found
    page.store.run()
    page.skeleton.cancelled.emit()
    assert (page.store.state, page.store.found) == (State.DONE, before)
    assert page.body.currentWidget() is page.results


def test_without_a_matrix_the_page_says_so(opened: Opener, sqlite_database: Database) -> None:
    assert opened(sqlite_database).store.state is State.NO_MATRIX


def test_without_incidents_it_offers_to_import_them(opened: Opener, policy_database: Database) -> None:
    page = opened(policy_database)
    assert page.store.state is State.NO_INCIDENTS
    (empty,) = page.other.findChildren(EmptyState)
    assert empty.button is not None
    empty.button.click()
    window = page.window()
    assert isinstance(window, MainWindow)
    assert window.area_of_pages.current() is page_of(window, "imports")


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_replay_looks_like_its_picture(qapp: QApplication, qtbot: QtBot, page: ReplayPage, mode: str) -> None:
    apply_theme(qapp, mode)
    page.resize(1522, 930)
    qtbot.waitUntil(lambda: page.store.real != {})
    page.list.setFocus()
    QApplication.sendPostedEvents()
    assert_picture(page, f"matrix/replay_{mode}")
    apply_theme(qapp, "light")
