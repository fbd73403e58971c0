"""The main window: pages on their first visit, keys, banners, and what it remembers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.config import Settings
from app.services.database.clock import HandClock
from app.services.database.errors import StateError
from app.views.shell.actions import MenuKey
from app.views.shell.context import Notice
from app.views.shell.dialogs import ErrorReport
from app.views.shell.page import Badge
from app.views.shell.pages import Broken, NoDatabase
from app.views.shell.tasks import Bug, Tasks
from app.views.shell.window import MainWindow
from app.views.theme.sheet import Sheet
from tests.databases import connect
from tests.views.shell.blank import Blank, blank, page_of


def test_a_page_is_built_on_its_first_visit(window: MainWindow) -> None:
    assert window.area_of_pages.pages() == []
    window.go("one")
    assert [page.key for page in window.area_of_pages.pages()] == ["one"]
    assert page_of(window, "one").happened == ["width None", "shown"]


def test_ctrl_and_a_number_open_the_places_of_the_rail(window: MainWindow, qtbot: QtBot) -> None:
    for number, key in ((1, "one"), (2, "two"), (4, "settings")):
        qtbot.keyClick(window, getattr(Qt.Key, f"Key_{number}"), Qt.KeyboardModifier.ControlModifier)
        current = window.area_of_pages.current()
        assert current is not None
        assert current.key == key
        assert window.nav.item(key).isChecked()


def test_back_and_forward_return_to_what_was_shown(window: MainWindow, qtbot: QtBot) -> None:
    window.go("one", "INC-7")
    window.go("two")
    alt = Qt.KeyboardModifier.AltModifier
    window.desk.actions.refresh()
    qtbot.keyClick(window, Qt.Key.Key_Left, alt)
    assert page_of(window, "one").happened[-2:] == ["shown", "go to INC-7"]
    window.desk.actions.refresh()
    qtbot.keyClick(window, Qt.Key.Key_Right, alt)
    assert page_of(window, "two").happened[-1] == "shown"
    assert not window.area_of_pages.can_go_forward()


def test_f6_goes_through_the_panes_and_the_rail(window: MainWindow, qtbot: QtBot) -> None:
    window.go("one")
    page = page_of(window, "one")
    page.list.setFocus()
    seen = []
    for _ in range(3):
        qtbot.keyClick(window, Qt.Key.Key_F6)
        seen.append(QApplication.focusWidget())
    assert seen[0] is page.line
    assert seen[1] is not None
    assert window.nav.isAncestorOf(seen[1])
    assert seen[2] is page.list


def test_ctrl_f_searches_in_the_page(window: MainWindow, qtbot: QtBot) -> None:
    window.go("one")
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert page_of(window, "one").happened[-1] == "search"


def test_every_command_of_a_page_stands_in_its_menu_before_the_first_visit(window: MainWindow) -> None:
    actions = window.menus.menu(MenuKey.INCIDENT).actions()
    assert [action.objectName() for action in actions if not action.isSeparator()] == [
        f"{key}.note" for key in ("one", "two", "data", "settings", "welcome")
    ]
    assert window.desk.actions.run("two.note")
    assert page_of(window, "two").happened[-1] == "note"


def test_keys_of_a_page_act_only_while_the_focus_is_in_it(window: MainWindow, qtbot: QtBot) -> None:
    window.go("two")
    window.go("one")
    one, two = page_of(window, "one"), page_of(window, "two")
    control = Qt.KeyboardModifier.ControlModifier
    one.line.setFocus()
    qtbot.keyClick(one.line, Qt.Key.Key_Return, control)
    assert one.happened[-1] == "check"
    assert "check" not in two.happened
    window.show_keys()
    before = len(one.happened)
    focus = QApplication.focusWidget()
    assert focus is not None
    qtbot.keyClick(focus, Qt.Key.Key_Return, control)
    qtbot.keyClick(focus, Qt.Key.Key_M)
    assert len(one.happened) == before


def test_a_letter_acts_only_where_it_was_bound(window: MainWindow, qtbot: QtBot) -> None:
    window.go("one")
    page = page_of(window, "one")
    window.nav.item("one").setFocus()
    qtbot.keyClick(window.nav.item("one"), Qt.Key.Key_M)
    assert "note" not in page.happened
    page.list.setFocus()
    qtbot.keyClick(page.list, Qt.Key.Key_M)
    assert page.happened[-1] == "note"


def test_a_menu_without_commands_is_not_shown(window: MainWindow) -> None:
    assert not window.menus.menu(MenuKey.MATRIX).menuAction().isVisible()
    assert window.menus.menu(MenuKey.FILE).menuAction().isVisible()


def test_every_command_of_the_window_has_a_menu_and_keys_are_unique(window: MainWindow) -> None:
    commands = [command for command in window.desk.actions if not command.page]
    assert [command.id for command in commands if command.menu is None] == []
    keys = [command.key for command in commands if command.key]
    assert len(keys) == len(set(keys))


def test_a_page_that_needs_a_database_says_so_and_is_built_once_there_is_one(
    window: MainWindow, tasks: Tasks, sqlite_file: Path, clock: HandClock
) -> None:
    window.go("data")
    assert isinstance(window.area_of_pages.current(), NoDatabase)
    tasks.attach(connect(str(sqlite_file), clock))
    page = window.area_of_pages.current()
    assert isinstance(page, Blank)
    assert "shown" in page.happened
    assert window.top.me.accessibleName() == "Anna Adams"


@pytest.mark.expects_log("page odd cannot be built")
def test_a_page_that_cannot_be_built_leaves_the_others(qtbot: QtBot, tasks: Tasks, settings: Settings) -> None:
    from app.views.shell.page import PageSpec

    def explode(_desk: object) -> Blank:
        raise ZeroDivisionError

    made = MainWindow(settings, tasks, [PageSpec("odd", "Odd", "x", explode, needs_database=False), blank("one")])
    qtbot.addWidget(made)
    made.go("odd")
    assert isinstance(made.area_of_pages.current(), Broken)
    reports = made.findChildren(ErrorReport)
    assert "ZeroDivisionError" in reports[0].text
    made.go("one")
    assert isinstance(made.area_of_pages.current(), Blank)
    made.close()


def test_a_refused_act_is_a_banner_with_its_mend_until_one_goes_elsewhere(window: MainWindow) -> None:
    window.go("one")
    window.refuse(StateError("It is closed.", "Reopen it."))
    assert window.area_of_pages.banners.keys() == ["refused"]
    window.go("two")
    assert window.area_of_pages.banners.keys() == []


def test_the_most_severe_banner_stands_in_front(window: MainWindow) -> None:
    window.banner(Notice("a", "Sample", tone="info"))
    window.banner(Notice("b", "Away", tone="offline"))
    window.banner(Notice("c", "Refused", tone="error"))
    assert window.area_of_pages.banners.keys() == ["c", "b", "a"]
    window.clear_banner("c")
    window.clear_banner("b")
    assert window.area_of_pages.banners.keys() == ["a"]


def test_an_act_can_be_undone_from_the_toast(window: MainWindow, qtbot: QtBot) -> None:
    undone: list[bool] = []
    window.toast("Noted", lambda: undone.append(True))
    toast = window._toast
    assert toast is not None
    qtbot.mouseClick(toast.button, Qt.MouseButton.LeftButton)
    assert undone == [True]


def test_ctrl_z_undoes_what_the_toast_speaks_of_once(window: MainWindow, qtbot: QtBot) -> None:
    undone: list[bool] = []
    control = Qt.KeyboardModifier.ControlModifier
    window.go("one")
    window.toast("Noted", lambda: undone.append(True))
    qtbot.keyClick(window, Qt.Key.Key_Z, control)
    qtbot.keyClick(window, Qt.Key.Key_Z, control)
    assert undone == [True]
    window.toast("Kept")
    qtbot.keyClick(window, Qt.Key.Key_Z, control)
    assert undone == [True]


def test_asking_runs_the_act_only_on_yes(window: MainWindow, qtbot: QtBot) -> None:
    done: list[bool] = []
    window.ask("Remove it?", "It goes for good.", "Remove", lambda: done.append(True), danger=True)
    sheet = window.area.findChild(Sheet)
    assert sheet is not None
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert done == []
    window.ask("Remove it?", "It goes for good.", "Remove", lambda: done.append(True))
    sheet = window.area.findChildren(Sheet)[-1]
    qtbot.keyClick(sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert done == [True]


def test_a_bug_opens_a_report_that_blocks_nothing(window: MainWindow, qtbot: QtBot) -> None:
    window.report(Bug("count", ZeroDivisionError(), "Traceback: one by none"))
    report = window.findChild(ErrorReport)
    assert report is not None
    assert not report.isModal()
    assert "one by none" in report.text
    report.close()


def test_hints_and_title_follow_the_page(window: MainWindow) -> None:
    window.go("one")
    assert window.windowTitle().startswith("One")
    assert [hint.key for hint in window.status._shown] == ["M", "?"]
    window.desk.settings.single_keys = False
    window.save_settings()
    assert [hint.key for hint in window.status._shown] == ["M", "F1"]


def test_text_larger_and_theme_are_settings(window: MainWindow, qtbot: QtBot, settings: Settings) -> None:
    with qtbot.waitSignal(window.settings_changed):
        window.desk.actions.run("view.larger")
    assert settings.text_size == 110
    window.desk.actions.run("view.theme.dark")
    assert settings.theme == "dark"
    assert window.desk.actions.action("view.theme.dark").isChecked()
    window.set_look(theme="light", text_size=100)


def test_layout_and_page_are_remembered_for_the_screen(
    window: MainWindow, tasks: Tasks, settings: Settings, qtbot: QtBot
) -> None:
    window.go("one")
    window.remember()
    again = MainWindow(settings, tasks, [blank("one")])
    qtbot.addWidget(again)
    assert again.memory.page == "one"
    assert again.memory.restore_geometry(again)
    again.go("one")
    assert "width 321" in page_of(again, "one").happened
    again.close()


def test_a_badge_is_spoken(window: MainWindow) -> None:
    window.set_badge("one", Badge(5, breached=True))
    assert window.nav.item("one").accessibleDescription().startswith("5")


def test_first_steps_are_ticked_once(window: MainWindow, settings: Settings, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.settings_changed):
        window.step_done("staff.open")
    with qtbot.assertNotEmitted(window.settings_changed):
        window.step_done("staff.open")
    assert settings.first_steps == {"staff.open": True}


def test_a_page_outside_the_rail_lights_the_place_it_belongs_to(qtbot: QtBot, tasks: Tasks, settings: Settings) -> None:
    child = replace(blank("child", in_rail=False), under="one")
    made = MainWindow(settings, tasks, [blank("one"), blank("two"), child])
    qtbot.addWidget(made)
    made.go("two")
    made.go("child")
    assert [made.nav.item(key).isChecked() for key in ("one", "two")] == [True, False]
    made.desk.ticker.stop()
