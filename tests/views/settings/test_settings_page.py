"""Settings: every change applies at once; the database is tested before anything is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app import config
from app.config import MAIL_SECRET, Settings
from app.services.database.clock import HandClock
from app.views.settings.data import MailSection, SampleSection
from app.views.settings.database_form import FILE, SERVER
from app.views.settings.look import KeysSection, LookSection
from app.views.settings.page import SettingsPage
from app.views.settings.verdict import VerdictCard
from app.views.shell.tasks import Tasks
from app.views.shell.window import MainWindow
from tests.databases import connect


@pytest.fixture
def page(window: MainWindow, qtbot: QtBot) -> SettingsPage:
    window.go("settings")
    made = window.built("settings")
    assert isinstance(made, SettingsPage)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return made


def words_in(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def test_the_list_leads_to_a_section_and_follows_the_page(page: SettingsPage, qtbot: QtBot) -> None:
    qtbot.mouseClick(page.list.entries["database"], Qt.MouseButton.LeftButton)
    assert page.place() == "database"
    page._scroll.verticalScrollBar().setValue(0)
    assert page.place() == "look"


def test_the_search_leaves_only_what_fits(page: SettingsPage, qtbot: QtBot) -> None:
    qtbot.keyClicks(page.list.search, "smtp")
    assert [key for key, section in page.sections.items() if section.isVisible()] == ["mail"]
    page.list.search.clear()
    assert all(section.isVisible() for section in page.sections.values())


def test_look_changes_at_once(page: SettingsPage, settings: Settings, window: MainWindow, qtbot: QtBot) -> None:
    look = page.sections["look"]
    assert isinstance(look, LookSection)
    with qtbot.waitSignal(window.settings_changed):
        look.theme.set_current(2)
    look.density.set_current(1)
    qtbot.mouseClick(look.larger, Qt.MouseButton.LeftButton)
    assert (settings.theme, settings.density, settings.text_size) == ("dark", "compact", 110)
    window.set_look(theme="light", density="comfortable", text_size=100)


def test_single_letters_can_be_switched_off(page: SettingsPage, settings: Settings, window: MainWindow) -> None:
    keys = page.sections["keys"]
    assert isinstance(keys, KeysSection)
    keys.letters.setChecked(False)
    assert not settings.single_keys
    assert window.desk.actions.key_of("help.keys") == ""
    assert "switched off" in words_in(keys)


def test_people_are_listed_with_their_roles(
    page: SettingsPage, tasks: Tasks, sqlite_file: Path, clock: HandClock, qtbot: QtBot
) -> None:
    people = page.sections["people"]
    assert "Shown once a database is open." in words_in(people)
    tasks.attach(connect(str(sqlite_file), clock))
    qtbot.waitUntil(lambda: "Anna Adams, you" in words_in(people))
    assert "Admin" in words_in(people)


# --- the database


def test_a_pasted_link_fills_the_fields(page: SettingsPage, qtbot: QtBot) -> None:
    form = page.database.form
    QGuiApplication.clipboard().setText("postgresql://lena:p%40ss@desk-db.example:5433/desk?sslmode=verify-full")
    form.kind.set_current(SERVER)
    form.paste.click()
    assert (form.host.text(), form.port.text(), form.name.text()) == ("desk-db.example", "5433", "desk")
    assert (form.account.text(), form.password.text()) == ("lena", "p@ss")
    assert form.address() == "postgresql://lena@desk-db.example:5433/desk?sslmode=verify-full"
    assert form.address(secret=True).startswith("postgresql://lena:p%40ss@")


def test_a_missing_field_is_pointed_at(page: SettingsPage, qtbot: QtBot) -> None:
    page.database.form.kind.set_current(SERVER)
    page.database.test()
    assert page.database.form.host.hasFocus()


def test_the_test_lists_every_check(page: SettingsPage, qtbot: QtBot, sqlite_file: Path) -> None:
    page.database.form.show_address(str(sqlite_file))
    page.database.test()
    qtbot.waitUntil(lambda: page.database.findChild(VerdictCard) is not None)
    card = page.database.findChild(VerdictCard)
    assert card is not None
    assert card.title() == "Everything works"
    said = words_in(card)
    for check in ("File found", "Signed in as Anna Adams", "Schema", "Clock", "Round trip", "Watch"):
        assert check in said


def test_a_file_that_is_no_database_gets_a_mend(page: SettingsPage, qtbot: QtBot, tmp_path: Path) -> None:
    stranger = tmp_path / "notes.txt"
    stranger.write_text("dear diary " * 50)
    page.database.form.show_address(str(stranger))
    page.database.test()
    qtbot.waitUntil(lambda: page.database.findChild(VerdictCard) is not None)
    card = page.database.findChild(VerdictCard)
    assert card is not None
    assert card.title() == "Does not work yet"
    assert "is not a database file" in words_in(card)


def test_using_a_file_asks_for_it(page: SettingsPage, window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    page.database.form.kind.set_current(FILE)
    page.database.form.path.setText(str(tmp_path / "mine.sqlite"))
    with qtbot.waitSignal(window.database_wanted) as wanted:
        page.database.use()
    assert wanted.args == [str(tmp_path / "mine.sqlite")]


def test_a_password_goes_to_the_keyring_and_not_into_the_address(
    page: SettingsPage, window: MainWindow, qtbot: QtBot
) -> None:
    form = page.database.form
    form.show_address("postgresql://lena:secret@desk-db.example/desk?sslmode=require")
    with qtbot.waitSignal(window.database_wanted) as wanted:
        page.database.use()
    assert wanted.args == ["postgresql://lena@desk-db.example/desk?sslmode=require"]
    assert config.secret(f"database {wanted.args[0]}") == "secret"


# --- mail and sample


def test_mail_needs_a_sender_with_an_address(page: SettingsPage, settings: Settings, qtbot: QtBot) -> None:
    mail = page.sections["mail"]
    assert isinstance(mail, MailSection)
    mail.server.setText("lena@mail.example:587")
    mail.from_line.setText("Support")
    qtbot.mouseClick(mail.keep, Qt.MouseButton.LeftButton)
    assert not settings.mail_server
    assert "with an @" in words_in(mail)
    mail.from_line.setText("Support <support@example.org>")
    mail.password.setText("hush")
    qtbot.mouseClick(mail.keep, Qt.MouseButton.LeftButton)
    assert vars(settings)["mail_server"] == "lena@mail.example:587"
    qtbot.waitUntil(lambda: config.secret(MAIL_SECRET) == "hush")
    qtbot.waitUntil(lambda: mail.password.text() == "")


def test_the_sample_is_removed_in_one_act_after_a_question(
    page: SettingsPage, window: MainWindow, qtbot: QtBot
) -> None:
    path = Path(config.sample_database())
    path.write_bytes(b"made up")
    sample = page.sections["sample"]
    assert isinstance(sample, SampleSection)
    sample.shown()
    qtbot.mouseClick(sample.remove, Qt.MouseButton.LeftButton)
    from app.views.theme.buttons import Button
    from app.views.theme.sheet import Sheet

    sheet = window.area.findChild(Sheet)
    assert sheet is not None
    assert path.exists()
    yes = next(button for button in sheet.findChildren(Button) if button.text() == "Remove")
    qtbot.mouseClick(yes, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not path.exists())


def test_tab_goes_through_the_list_before_it_enters_the_sections(page: SettingsPage, qtbot: QtBot) -> None:
    page.list.search.setFocus()
    seen = []
    for _ in range(len(page.list.entries) + 1):
        focus = page.window().focusWidget()
        assert focus is not None
        seen.append(focus)
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    assert seen == [page.list.search, *page.list.entries.values()]
    after = page.window().focusWidget()
    assert after is not None
    assert page.sections["look"].isAncestorOf(after)
