"""The tab Coverage map: cells with their incidents, gaps and mends, who is on duty, by keys as by pointer."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.config import Settings
from app.models.enums import OutOfHours, Role
from app.services.coverage_duty import Cover
from app.services.database.clock import HandClock
from app.services.database.database import Database
from app.services.database.work import Actor
from app.services.matrix.coverage.groups import Layer
from app.services.matrix.drafts import SetCell
from app.services.matrix.versions import MakeDraft
from app.services.rota_overrides import OverrideRota
from app.views.matrix.commands import matrix_commands
from app.views.matrix.coverage_cell import spots
from app.views.matrix.coverage_incidents import IncidentSheet
from app.views.matrix.coverage_map import cell_rect
from app.views.matrix.coverage_model import SHOWN
from app.views.matrix.coverage_tab import CoverageTab
from app.views.matrix.page import MatrixPage
from app.views.matrix.replay_commands import replay_commands
from app.views.matrix.replay_page import ReplayPage
from app.views.shell.page import PageSpec
from app.views.shell.tasks import Tasks
from app.views.shell.window import MainWindow
from app.views.theme.apply import apply_theme
from app.views.theme.empty import EmptyState
from app.views.theme.labels import Label
from tests.databases import START, connect
from tests.services.matrix.owners import sample_document
from tests.views.golden import assert_picture
from tests.views.matrix.coverage_desk import fill_desk, open_cases, send_marco_away
from tests.views.shell.blank import blank

Opener = Callable[[Database], CoverageTab]
S1, S2, S3 = 0, 1, 2
PAYMENTS, ACCESS = 0, 2


@pytest.fixture
def opened(qtbot: QtBot, qapp: QApplication, tasks: Tasks) -> Iterator[Opener]:
    """Opens the tab over a database at its instant, and waits until it shows the map."""
    apply_theme(qapp, "light")
    windows: list[MainWindow] = []

    def open_tab(database: Database) -> CoverageTab:
        tasks.attach(database)
        spec = PageSpec("matrix", "Matrix", "table-properties", MatrixPage, matrix_commands())
        replay = PageSpec("replay", "Replay", "play", ReplayPage, replay_commands(), in_rail=False, under="matrix")
        window = MainWindow(Settings(show_welcome=False), tasks, [blank("workbench"), spec, replay])
        windows.append(window)
        window.desk.ticker.use(database.clock)
        window.desk.ticker.stop()
        window.resize(1600, 1000)
        window.show()
        window.go("matrix", "coverage")
        page = window.area_of_pages.current()
        assert isinstance(page, MatrixPage)
        qtbot.waitUntil(lambda: page.store.loaded and not page.store.busy)
        return page.coverage

    yield open_tab
    for window in windows:
        window.close()
        window.deleteLater()


@pytest.fixture(scope="module")
def desk_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """People on duty, the sample's matrix and its incidents at rest; on Friday Marco is away for four hours."""
    path = Path(shutil.copyfile(sqlite_template, tmp_path_factory.mktemp("coverage") / "desk.sqlite"))
    database = connect(str(path), HandClock(START))
    fill_desk(database)
    open_cases(database)
    send_marco_away(database)
    database.close()
    return path


@pytest.fixture
def desk(desk_template: Path, tmp_path: Path, clock: HandClock) -> Iterator[Database]:
    """A copy of that desk."""
    database = connect(shutil.copyfile(desk_template, str(tmp_path / "coverage.sqlite")), clock)
    yield database
    database.close()


@pytest.fixture
def tab(qtbot: QtBot, opened: Opener, desk: Database) -> CoverageTab:
    """The tab with a map and its strip."""
    shown = opened(desk)
    settle(qtbot, shown)
    return shown


def page_of(tab: CoverageTab) -> MatrixPage:
    shown = tab.window()
    assert isinstance(shown, MainWindow)
    page = shown.area_of_pages.current()
    assert isinstance(page, MatrixPage)
    return page


def front(tab: CoverageTab) -> str:
    """The key of the page in front."""
    shown = tab.window()
    page = shown.area_of_pages.current() if isinstance(shown, MainWindow) else None
    return page.key if page is not None else ""


def settle(qtbot: QtBot, tab: CoverageTab) -> None:
    """Waits until the map shows the version of the page, verified, and the strip has come."""
    store = tab.coverage
    qtbot.waitUntil(lambda: not tab.store.busy and not store.busy and store.found is not None)
    qtbot.waitUntil(lambda: store.strip is not None)


def said(tab: CoverageTab, row: int, column: int) -> str:
    return str(tab.map.cells.index(row, column).data(Qt.ItemDataRole.AccessibleTextRole))


def sheet(tab: CoverageTab) -> IncidentSheet:
    found = page_of(tab)._sheet
    assert isinstance(found, IncidentSheet)
    return found


def words_of(tab: CoverageTab) -> list[str]:
    return [one.text() for one in tab.panel.findChildren(Label) if not one.isHidden() and one.text()]


def holes_of(tab: CoverageTab) -> int:
    """How many holes the strip shows; -1 while there is none."""
    return len(tab.coverage.strip.holes) if tab.coverage.strip is not None else -1


def days_of(tab: CoverageTab) -> int:
    strip = tab.coverage.strip
    return (strip.end - strip.start).days if strip is not None else -1


def test_a_cell_says_who_decides_how_many_and_where_no_trigger_answers(tab: CoverageTab) -> None:
    assert said(tab, S2, PAYMENTS) == (
        "S2, Payments: 22 incidents. Tier 2, Payments desk decides 15. Tier 1, Frontline decides 2."
        " Tier 4, Executive desk decides 1. no trigger answers 4."
    )
    assert "trigger 9 masked" in said(tab, S2, ACCESS)
    shown = tab.map.cells.index(S2, PAYMENTS).data(SHOWN)
    assert [(one.rank, one.name, one.amount) for one in shown.parts] == [
        (2, "Payments desk", "15"), (1, "Frontline", "2"), (4, "Executive desk", "1"),
    ]  # fmt: skip
    assert (shown.lost, shown.gap) == ("4", 4 / 22)
    assert shown.strength == 1.0  # no cell has more
    assert tab.map.cells.index(S2, 4).data() == "36"
    assert tab.legend.total.text() == "62"
    assert tab.status() == "16 cells, 1 with a gap"


def test_the_map_begins_where_the_gap_is(tab: CoverageTab) -> None:
    assert tab.coverage.cell == (S2, PAYMENTS)
    assert "S2, Payments" in words_of(tab)
    assert tab.panel.numbers == [4, 5, 6, 10]
    assert "Gap: Free" in words_of(tab)
    assert "The catch-all answered: Tier 1, Frontline." in words_of(tab)
    assert any(
        one.startswith("It names no severity and no product area, so it reaches 16 cells.") for one in words_of(tab)
    )


def test_arrows_walk_the_cells_and_the_panel_and_the_strip_follow(qtbot: QtBot, tab: CoverageTab) -> None:
    tab.map.setFocus()
    qtbot.keyClick(tab.map, Qt.Key.Key_Up)
    assert tab.coverage.cell == (S1, PAYMENTS)
    assert "S1, Payments" in words_of(tab)
    settle(qtbot, tab)
    qtbot.waitUntil(lambda: tab.duty.title.text() == "Who is on duty for S1, Payments")
    qtbot.keyClick(tab.map, Qt.Key.Key_Right)
    assert tab.coverage.cell == (S1, 1)


def test_enter_shows_the_triggers_behind_the_cell_in_their_tab(qtbot: QtBot, tab: CoverageTab) -> None:
    page = page_of(tab)
    tab.map.setFocus()
    qtbot.keyClick(tab.map, Qt.Key.Key_Return)
    assert page.tab is page.triggers
    chosen = page.triggers.selected()
    assert chosen is not None
    assert chosen.values.number == 4
    grid = page.triggers.grid
    triggers = [grid.cells.rows[one.row()].trigger for one in grid.selectedIndexes()]
    numbers = {one.values.number for one in triggers if one is not None}
    assert numbers == {4, 5, 6, 10}


def test_every_number_opens_its_incidents(qtbot: QtBot, tab: CoverageTab) -> None:
    index = tab.map.cells.index(S2, PAYMENTS)
    rect = QRectF(tab.map.visualRect(index))
    found = {one.words: one for one in spots(cell_rect(rect), index.data(SHOWN))}
    assert {name: len(one.cases) for name, one in found.items()} == {
        "Payments desk": 15, "Frontline": 2, "no trigger": 4,
    }  # fmt: skip
    middle = QPointF(found["Payments desk"].area.center()).toPoint()
    qtbot.mouseClick(tab.map.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    listed = sheet(tab)
    assert listed.model.rowCount() == 15
    assert {listed.model.words(row, 5).split(",")[0] for row in range(15)} == {"4", "5"}
    qtbot.waitUntil(lambda: listed.model.words(0, 3) == "Halden")
    qtbot.keyClick(listed.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: front(tab) == "workbench")


def test_columns_rows_and_the_whole_map_open_too(qtbot: QtBot, tab: CoverageTab) -> None:
    tab.map.open_column(PAYMENTS)
    assert sheet(tab).model.rowCount() == 35
    sheet(tab).dismiss()
    tab.map.setFocus()
    tab.map.setCurrentIndex(tab.map.cells.index(S2, 4))
    qtbot.keyClick(tab.map, Qt.Key.Key_Return)
    assert sheet(tab).model.rowCount() == 36
    sheet(tab).dismiss()
    tab.legend.total.click()
    assert sheet(tab).model.rowCount() == 62
    sheet(tab).dismiss()
    tab.store.desk.actions.run("matrix.coverage.incidents")
    assert sheet(tab).model.rowCount() == 36  # the cursor is still on the row


def test_the_menu_of_a_cell_has_what_the_pointer_has(tab: CoverageTab) -> None:
    menu = tab.map.make_menu(tab.map.cells.index(S2, PAYMENTS))
    assert [one.text() for one in menu.actions()] == [
        "Triggers behind this cell", "Payments desk, 15", "Frontline, 2", "Executive desk, 1", "no trigger, 4",
        "Incidents of this cell", "Incidents of Payments", "Incidents of S2", "All incidents of the map",
    ]  # fmt: skip
    menu.deleteLater()


def test_a_gap_is_mended_from_its_card_and_undone(qtbot: QtBot, tab: CoverageTab) -> None:
    button = next(one for one in tab.panel.buttons if one.text() == "Use catch-all")
    button.click()
    settle(qtbot, tab)
    qtbot.waitUntil(lambda: tab.status() == "16 cells, none with a gap")
    qtbot.waitUntil(lambda: "Gap: Free" not in words_of(tab))
    assert "Frontline, catch-all decides 4" in said(tab, S2, PAYMENTS)
    tab.store.desk.actions.run("edit.undo")
    settle(qtbot, tab)
    qtbot.waitUntil(lambda: tab.status() == "16 cells, 1 with a gap")
    next(one for one in tab.panel.buttons if one.text() == "Add trigger").click()
    settle(qtbot, tab)
    qtbot.waitUntil(lambda: tab.status() == "16 cells, none with a gap")
    assert tab.panel.numbers == [4, 5, 6, 10, 13]


def test_the_next_problem_is_shown_in_its_cell(qtbot: QtBot, tab: CoverageTab) -> None:
    tab.map.setFocus()
    qtbot.keyClick(tab.map, Qt.Key.Key_Down)
    tab.store.desk.actions.run("matrix.next")  # the gap
    assert (page_of(tab).tab is tab, tab.coverage.cell) == (True, (S2, PAYMENTS))
    tab.store.desk.actions.run("matrix.next")  # trigger 9 never decides
    assert (page_of(tab).tab is tab, tab.coverage.cell) == (True, (S2, ACCESS))
    tab.store.desk.actions.run("matrix.next")  # a target, which no map shows
    assert page_of(tab).tab is page_of(tab).triggers


def test_the_layers_count_incidents_breaches_or_combinations(tab: CoverageTab) -> None:
    tab.bar.layer.set_current(int(Layer.BREACHES))
    assert said(tab, S2, PAYMENTS).startswith("S2, Payments: ")
    assert "breached" in said(tab, S2, PAYMENTS)
    late = len(tab.coverage.cases(None, None))
    assert 0 < late <= 62
    assert tab.legend.total.text() == str(late)
    tab.bar.layer.set_current(int(Layer.NONE))
    # one of three segments has no trigger; Enterprise and high revenue are for the executives
    assert "no trigger answers 33" in said(tab, S2, PAYMENTS)
    assert tab.map.cells.index(S2, 4).data() == ""
    assert tab.legend.total.isHidden()
    tab.bar.layer.set_current(int(Layer.INCIDENTS))
    assert tab.legend.total.text() == "62"


def test_rows_and_columns_are_chosen_swapped_and_narrowed(qtbot: QtBot, tab: CoverageTab) -> None:
    tab.bar.swap.click()
    settle(qtbot, tab)
    qtbot.waitUntil(lambda: [one.label for one in tab.map.cells.columns] == ["S1", "S2", "S3", "S4"])
    assert tab.coverage.cell == (PAYMENTS, S2)
    assert said(tab, PAYMENTS, S2).startswith("Payments, S2: 22 incidents.")
    assert tab.bar.values is not None
    tab.bar.values.set_current(3)  # Free
    qtbot.waitUntil(lambda: said(tab, PAYMENTS, S2).startswith("Payments, S2: 4 incidents."))
    assert tab.legend.total.text() == "22"  # of Free: 4 + 5 + 10 + 3
    tab.bar.rows.setCurrentIndex(tab.bar.rows.findText("Revenue at risk"))
    tab.bar.rows.activated.emit(tab.bar.rows.currentIndex())
    qtbot.waitUntil(lambda: len(tab.map.cells.rows) > 0 and tab.map.cells.rows[-1].label == "Not known")
    assert [one.label for one in tab.map.cells.rows] == [
        "< €10,000", "€10,000 to under €250,000", "≥ €250,000", "Not known",
    ]  # fmt: skip


def test_choosing_the_other_side_makes_them_change_places(qtbot: QtBot, tab: CoverageTab) -> None:
    tab.bar.rows.setCurrentIndex(tab.bar.rows.findText("Product area"))
    tab.bar.rows.activated.emit(tab.bar.rows.currentIndex())
    qtbot.waitUntil(lambda: [one.label for one in tab.map.cells.columns] == ["S1", "S2", "S3", "S4"])
    assert tab.coverage.question is not None
    assert (tab.coverage.question.rows, tab.coverage.question.columns) == ("product_area", "severity")


def test_what_spreads_a_cell_can_become_its_rows(qtbot: QtBot, tab: CoverageTab) -> None:
    assert [one.text() for one in tab.panel.buttons if one.text() == "Use as rows"] == ["Use as rows"]
    next(one for one in tab.panel.buttons if one.text() == "Use as rows").click()
    qtbot.waitUntil(lambda: [one.label for one in tab.map.cells.rows] == ["Enterprise", "Business", "Free"])
    assert tab.coverage.question is not None
    assert tab.coverage.question.third == "severity"


def test_the_strip_is_solid_dashed_or_hatched_and_says_who_at_any_hour(qtbot: QtBot, tab: CoverageTab) -> None:
    strip = tab.coverage.strip
    assert strip is not None
    assert [(one.label, one.rank) for one in strip.lines] == [
        ("Frontline", 1), ("Payments desk", 2), ("Escalation lead on call", 3), ("Executive desk", 4),
    ]  # fmt: skip
    payments = strip.lines[1]
    assert {one.cover for one in payments.spans} == {Cover.ON_DUTY, Cover.PASSES, Cover.NOBODY}
    assert [one.owner for one in strip.holes] == ["team:payments"]
    widget = tab.duty.strip
    widget.setFocus()
    qtbot.keyClick(widget, Qt.Key.Key_Right)  # begins at this hour, Monday 14:00
    assert tab.duty.about.text() == (
        "Mon 23 Nov 14:00. Frontline: Lena Okafor. Payments desk: Marco Bianchi."
        " Escalation lead on call: Priya Nair. Executive desk: Ines Costa."
    )
    qtbot.keyClick(widget, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    for _hour in range(7):
        qtbot.keyClick(widget, Qt.Key.Key_Right)
    assert "Tue 24 Nov 21:00. Frontline: asleep. Payments desk: passes to Tier 3." in tab.duty.about.text()
    assert widget.accessibleDescription() == tab.duty.about.text()
    qtbot.keyClick(widget, Qt.Key.Key_Home)
    assert "Mon 23 Nov 00:00." in tab.duty.about.text()
    x = widget._x(strip.start + timedelta(days=4, hours=13, minutes=30))
    qtbot.mouseMove(widget, QPoint(round(x), widget.height() - 10))
    qtbot.waitUntil(lambda: "Fri 27 Nov 13:00." in tab.duty.about.text())
    assert "Payments desk: nobody on duty" in tab.duty.about.text()


def test_a_hole_says_its_cause_and_the_next_person_can_be_asked(qtbot: QtBot, tab: CoverageTab, desk: Database) -> None:
    card = tab.duty.card
    assert card.title.text() == "Fri 27 Nov, 12:00 to 16:00: nobody is on duty at Payments desk"
    assert card.text.text().startswith("Marco Bianchi is away. Lena Okafor, behind the catch-all, would be alerted.")
    assert "opened in these hours in 13 weeks." in card.text.text()
    assert (card.ask.text(), card.hand_on.text()) == ("Ask Jonas Dahl", "Pass to Tier 3")
    card.ask.click()
    qtbot.waitUntil(lambda: holes_of(tab) == 0)
    assert tab.store.undo.undoText() == "Jonas Dahl on duty at Payments desk"
    qtbot.waitUntil(card.isHidden)
    tab.store.desk.actions.run("edit.undo")
    qtbot.waitUntil(lambda: holes_of(tab) == 1)
    tab.store.desk.actions.run("edit.redo")
    qtbot.waitUntil(lambda: holes_of(tab) == 0)


def test_within_the_hours_the_next_tier_takes_a_hole_by_its_person(qtbot: QtBot, tab: CoverageTab) -> None:
    tab.duty.card.hand_on.click()
    assert tab.store.undo.undoText() == "Priya Nair on duty at Payments desk"
    qtbot.waitUntil(lambda: holes_of(tab) == 0)


def test_out_of_hours_a_tier_is_let_pass_on_in_the_draft(
    qtbot: QtBot, opened: Opener, sqlite_database: Database
) -> None:
    fill_desk(sqlite_database)
    document = sample_document()
    tier = next(one for one in document["tiers"] if one["key"] == "t2")
    tier["out_of_hours"] = "runs"
    sqlite_database.apply(MakeDraft(document=document))
    tab = opened(sqlite_database)
    settle(qtbot, tab)
    strip = tab.coverage.strip
    assert strip is not None
    assert strip.holes[0].owner == "team:payments"
    assert strip.holes[0].may_pass
    tab.duty.card.hand_on.click()
    assert tab.store.undo.undoText() == "Payments desk passes to Tier 3 out of hours"
    qtbot.waitUntil(lambda: holes_of(tab) == 0)
    record = tab.store.record
    assert record is not None
    assert record.policy.tier("t2").out_of_hours is OutOfHours.PASSES


def test_twenty_eight_days_are_one_command_away(qtbot: QtBot, tab: CoverageTab) -> None:
    tab.store.desk.actions.run("matrix.coverage.duty")
    qtbot.waitUntil(lambda: days_of(tab) == 28)
    assert tab.duty.about.text().startswith("28 days from 23 Nov, times in UTC.")
    tab.store.desk.actions.run("matrix.coverage.duty")
    qtbot.waitUntil(lambda: days_of(tab) == 7)


def test_what_others_change_is_shown(qtbot: QtBot, tab: CoverageTab, desk: Database) -> None:
    feed = tab.store.desk.feed
    feed.poll()  # from here on it tells what is new
    qtbot.waitUntil(lambda: feed.sync.answered_at is not None)
    start = desk.clock.now() + timedelta(days=1)
    desk.apply(OverrideRota(rota="payments_desk", starts_at=start, ends_at=start + timedelta(hours=1), remove="*"))
    feed.poll()
    qtbot.waitUntil(lambda: holes_of(tab) == 2)
    assert tab.duty.card.count.text() == "1 of 2"
    tab.duty.card.next.click()
    assert tab.duty.card.count.text() == "2 of 2"


def test_a_version_edited_elsewhere_in_the_page_is_mapped_again(qtbot: QtBot, tab: CoverageTab) -> None:
    record = tab.store.record
    assert record is not None
    trigger = next(one for one in record.rows if one.values.number == 4)

    def edit(_record: object) -> tuple[SetCell, ...]:
        seen = trigger.values.cells["segment"]
        return (SetCell(trigger_id=trigger.id, dimension="segment", text="-", seen=seen),)

    tab.store.edit("Any segment", edit)
    settle(qtbot, tab)
    qtbot.waitUntil(lambda: tab.status() == "16 cells, none with a gap")


def test_who_may_not_write_looks_and_cannot_mend(qtbot: QtBot, opened: Opener, desk: Database) -> None:
    agent = desk.acting_as(Actor(desk.actor.id, "lena", "Lena", Role.AGENT))
    tab = opened(agent)
    settle(qtbot, tab)
    assert not tab.duty.card.ask.isEnabled()
    assert not tab.duty.card.hand_on.isEnabled()


@pytest.mark.parametrize("kept", [0, 1])
def test_without_two_dimensions_there_is_no_map_but_a_reason(
    qtbot: QtBot, opened: Opener, sqlite_database: Database, kept: int
) -> None:
    fill_desk(sqlite_database)
    document = sample_document()
    names = [one["key"] for one in document["dimensions"]][:kept]
    document["dimensions"] = document["dimensions"][:kept]
    for row in document["triggers"]:
        row["when"] = {key: text for key, text in row["when"].items() if key in names} if "when" in row else row
    sqlite_database.apply(MakeDraft(document=document))
    tab = opened(sqlite_database)
    qtbot.waitUntil(lambda: tab.body.currentWidget() is tab.other)
    state = tab.other.findChild(EmptyState)
    assert isinstance(state, EmptyState)
    expected = "There is only one dimension" if kept else "There are no dimensions yet"
    assert state.accessibleName().startswith(expected)
    assert state.button is not None
    state.button.click()
    assert page_of(tab).tab is page_of(tab).triggers


def test_everything_has_a_name_for_those_who_do_not_see_it(tab: CoverageTab) -> None:
    for row in range(tab.map.cells.rowCount()):
        for column in range(tab.map.cells.columnCount()):
            assert said(tab, row, column)
    assert tab.map.accessibleName() == "Coverage map"
    assert all(one.accessibleName() for one in tab.panel.links)
    assert tab.duty.strip.accessibleName()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_map_looks_like_its_picture(qapp: QApplication, qtbot: QtBot, tab: CoverageTab, mode: str) -> None:
    apply_theme(qapp, mode)
    page = page_of(tab)
    page.resize(1522, 930)
    settle(qtbot, tab)
    QApplication.sendPostedEvents()
    assert_picture(page, f"matrix/coverage_{mode}")
    apply_theme(qapp, "light")
