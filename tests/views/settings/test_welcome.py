"""Welcome: three doors, and first steps that tick themselves."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.config import Settings
from app.views.settings.first_steps_card import StepsCard
from app.views.settings.welcome import Door, WelcomePage
from app.views.shell.first_steps import all_steps
from app.views.shell.window import MainWindow


@pytest.fixture
def page(window: MainWindow) -> WelcomePage:
    window.go("welcome")
    made = window.built("welcome")
    assert isinstance(made, WelcomePage)
    return made


def test_the_first_door_opens_the_sample(page: WelcomePage, window: MainWindow, qtbot: QtBot) -> None:
    first = page.findChildren(Door)[0]
    with qtbot.waitSignal(window.sample_wanted):
        qtbot.mouseClick(first.button, Qt.MouseButton.LeftButton)


def test_the_second_door_leads_to_the_database(page: WelcomePage, window: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.findChildren(Door)[1].button, Qt.MouseButton.LeftButton)
    current = window.area_of_pages.current()
    assert current is not None
    assert (current.key, current.place()) == ("settings", "database")


def test_each_role_has_six_steps_with_keys_of_their_own() -> None:
    groups = all_steps()
    assert [len(group.steps) for group in groups] == [6, 6, 6]
    keys = [step.key for group in groups for step in group.steps]
    assert len(set(keys)) == 18


def test_steps_start_at_none_and_show_what_is_done(page: WelcomePage, window: MainWindow, settings: Settings) -> None:
    staff = page.findChildren(StepsCard)[0]

    def count() -> list[str]:
        return [label.text() for label in staff.findChildren(QLabel) if " of " in label.text()]

    assert count() == ["0 of 6"]
    window.step_done("staff.open")
    page.shown()
    assert count() == ["1 of 6"]


def test_the_page_can_be_kept_away_at_start(page: WelcomePage, settings: Settings, qtbot: QtBot) -> None:
    page._at_start.setChecked(False)
    assert not settings.show_welcome
