"""Every command stands in one registry; letters act only where they cannot be in the way of typing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QListWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.views.shell.actions import Actions, Command, MenuKey, key_words
from app.views.shell.page import Page


class Room(Page):
    """A page with a list and a text field."""

    key = "room"

    def __init__(self) -> None:
        QWidget.__init__(self)
        self.list, self.line = QListWidget(), QLineEdit()
        column = QVBoxLayout(self)
        column.addWidget(self.list)
        column.addWidget(self.line)


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def actions(qtbot: QtBot, done: list[str]) -> Actions:
    registry = Actions()
    registry.add(
        [
            Command("save", "Save", MenuKey.FILE, "Ctrl+S", handler=lambda: done.append("save")),
            Command("note", "Note", MenuKey.INCIDENT, "M", handler=lambda: done.append("note"), page="room"),
        ]
    )
    return registry


@pytest.fixture
def room(qtbot: QtBot, actions: Actions) -> Room:
    page = Room()
    qtbot.addWidget(page)
    actions.bind(page, page.list)
    page.show()
    qtbot.waitExposed(page)
    page.activateWindow()
    return page


def test_a_letter_acts_in_the_list_and_is_typed_in_the_field(
    room: Room, actions: Actions, done: list[str], qtbot: QtBot
) -> None:
    room.list.setFocus()
    qtbot.keyClick(room.list, Qt.Key.Key_M)
    assert done == ["note"]
    room.line.setFocus()
    qtbot.keyClick(room.line, Qt.Key.Key_M)
    assert done == ["note"]
    assert room.line.text() == "m"


def test_letters_can_be_switched_off_and_leave_no_hint(
    room: Room, actions: Actions, done: list[str], qtbot: QtBot
) -> None:
    actions.set_single_keys(False)
    room.list.setFocus()
    qtbot.keyClick(room.list, Qt.Key.Key_M)
    assert done == []
    assert (actions.key_of("note"), actions.key_of("save")) == ("", "Ctrl S")


def test_what_cannot_be_done_says_why(actions: Actions, qtbot: QtBot, done: list[str]) -> None:
    actions.add([Command("note", "Note", why_not=lambda: "Open an incident first.", handler=lambda: done.append("x"))])
    actions.refresh()
    assert not actions.action("note").isEnabled()
    assert actions.action("note").toolTip() == "Open an incident first."
    with qtbot.waitSignal(actions.refused) as said:
        assert not actions.run("note")
    assert said.args == ["Open an incident first."]
    assert done == []


def test_a_letter_that_cannot_act_says_why_and_acts_again_once_it_can(
    room: Room, actions: Actions, done: list[str], qtbot: QtBot
) -> None:
    reasons = ["Open an incident first."]
    told: list[str] = []
    actions.refused.connect(told.append)
    actions.add([Command("note", "Note", why_not=lambda: reasons[0], handler=lambda: done.append("note"))])
    actions.refresh()
    room.list.setFocus()
    qtbot.keyClick(room.list, Qt.Key.Key_M)
    assert (told, done) == (["Open an incident first."], [])
    reasons[0] = ""
    actions.refresh()
    qtbot.keyClick(room.list, Qt.Key.Key_M)
    assert (told, done) == (["Open an incident first."], ["note"])
    reasons[0] = "Not now."
    actions.refresh()
    actions.set_single_keys(False)
    qtbot.keyClick(room.list, Qt.Key.Key_M)
    assert len(told) == 1, "a letter that is switched off says nothing"


def test_a_command_of_a_page_that_is_not_built_opens_it_first(actions: Actions, qtbot: QtBot) -> None:
    happened: list[str] = []
    actions.add([Command("check", "Check", MenuKey.MATRIX, page="matrix")])

    def build(page: str) -> None:
        happened.append(page)
        actions.add([Command("check", "Check", handler=lambda: happened.append("checked"))])

    actions.page_wanted.connect(build)
    assert actions.run("check")
    assert happened == ["matrix", "checked"]
    assert actions["check"].menu is MenuKey.MATRIX


def test_a_page_that_goes_leaves_its_commands_in_the_menu(room: Room, actions: Actions) -> None:
    actions.forget_handlers("room")
    assert actions["note"].handler is None
    assert [command.id for command in actions.of_menu(MenuKey.INCIDENT)] == ["note"]


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("Ctrl+Shift+Z", "Ctrl Shift Z"),
        ("Ctrl++", "Ctrl +"),
        ("Ctrl+Return", "Ctrl ↵"),
        ("?", "?"),
        ("F1", "F1"),
        ("Alt+Left", "Alt ←"),
    ],
    ids=str,
)
def test_keys_are_written_as_caps(key: str, words: str) -> None:
    assert key_words(key) == words
