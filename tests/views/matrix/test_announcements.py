"""Announcements in the window: read, confirmed, asked about, answered, corrected; and who has read them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.enums import Role
from app.services.announcements.announcing import Announce, ConfirmReading
from app.services.announcements.reading import AnnouncementRecord, ReaderRecord, announcement_of
from app.services.database.database import Database, find_actor
from app.services.matrix.drafts import EnsureDraft, SetCell
from app.services.matrix.page import read_page
from app.services.matrix.versions import VersionRecord, list_versions
from app.services.people import AddPerson
from app.views.matrix.announcement_sheets import AnnounceSheet, CorrectSheet, ReadSheet
from app.views.matrix.page import MatrixPage
from app.views.matrix.readers_panel import ReadersPanel
from app.views.shell.window import MainWindow
from app.views.theme.apply import apply_theme
from app.views.theme.times import Times, zone_of
from tests.published import PublishUnjudged
from tests.services.matrix.owners import PutMembers
from tests.views.golden import assert_picture
from tests.views.matrix.conftest import Opener

TITLE = "Payments desk takes Business cases from €12,000"
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def changed_database(published_database: Database) -> Database:
    """Version 2 in force: trigger 5 begins at €12,000. Mia and Noor work in the Payments desk, which owns it."""
    database = published_database
    for login, name in (("mia", "Mia Horn"), ("noor", "Noor Ek")):
        database.apply(AddPerson(login=login, name=name, role=Role.AGENT))
    database.apply(PutMembers(team="payments", people=("mia", "noor")))
    database.apply(EnsureDraft())
    page = database.read(read_page, database.clock.now())
    assert page is not None
    database.apply(SetCell(trigger_id=page.rows[4].id, dimension="revenue", text=">= 12000", seen=">= 10000"))
    database.apply(PublishUnjudged(version_id=page.version.id, rationale="Small amounts stay with Frontline."))
    return database


@pytest.fixture
def announced_database(changed_database: Database) -> Database:
    """The same, announced by Anna, to be confirmed within two days."""
    version = newest(changed_database)
    until = changed_database.clock.now() + timedelta(days=2)
    changed_database.apply(
        Announce(version_id=version.id, title=TITLE, practise="A refund of €12,000.", confirm_by=until)
    )
    return changed_database


def newest(database: Database) -> VersionRecord:
    return database.read(list_versions)[0]


def as_person(database: Database, login: str) -> Database:
    return database.acting_as(database.read(find_actor, login))


def record(database: Database) -> AnnouncementRecord:
    assert database.actor.id is not None
    found = database.read(announcement_of, newest(database).id, database.actor.id, database.clock.now())
    assert found is not None
    return found


def read_sheet(qtbot: QtBot, page: MatrixPage) -> ReadSheet:
    page.desk.actions.run("matrix.news")
    qtbot.waitUntil(lambda: page.findChild(ReadSheet) is not None)
    sheet = page.findChild(ReadSheet)
    assert sheet is not None
    return sheet


def test_without_an_announcement_the_command_says_so(qtbot: QtBot, opened: Opener, changed_database: Database) -> None:
    page = opened(changed_database)
    page.desk.actions.run("matrix.news")
    window = page.window()
    assert isinstance(window, MainWindow)
    qtbot.waitUntil(lambda: window._toast is not None)


def test_an_agent_reads_what_changes_and_confirms_by_keyboard(
    qtbot: QtBot, opened: Opener, announced_database: Database
) -> None:
    mia = as_person(announced_database, "mia")
    page = opened(mia)
    sheet = read_sheet(qtbot, page)
    qtbot.waitUntil(lambda: any(one.name == "Mia Horn" and one.opened_at for one in record(mia).readers))
    qtbot.keyClick(sheet, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: record(mia).confirmed_at is not None)
    assert mia.actor.id is not None
    again = read_sheet(qtbot, page)
    assert not again.confirm.isVisible()


def test_a_question_is_asked_and_answered_in_place(qtbot: QtBot, opened: Opener, announced_database: Database) -> None:
    mia = as_person(announced_database, "mia")
    page = opened(mia)
    sheet = read_sheet(qtbot, page)
    qtbot.keyClicks(sheet.view.ask, "Does exactly 12000 come to us?")
    qtbot.keyClick(sheet.view.ask, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(record(mia).questions) == 1)
    lead = opened(announced_database)
    answering = read_sheet(qtbot, lead)
    line = answering.view.lines[0].line
    assert line is not None
    qtbot.keyClicks(line, "Yes, from 12000 on.")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: record(mia).questions[0].answer == "Yes, from 12000 on.")


def test_a_lead_corrects_the_text(qtbot: QtBot, opened: Opener, announced_database: Database) -> None:
    page = opened(announced_database)
    page.announcements.correct(record(announced_database).id)
    qtbot.waitUntil(lambda: page.findChild(CorrectSheet) is not None)
    sheet = page.findChild(CorrectSheet)
    assert sheet is not None
    sheet.title_line.setText("")
    qtbot.keyClick(sheet.title_line, Qt.Key.Key_Return, CTRL)
    assert sheet.frame.error() == "Say in a few words what changes."
    qtbot.keyClicks(sheet.title_line, "Payments desk from 12000")
    qtbot.keyClick(sheet.title_line, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: record(announced_database).title == "Payments desk from 12000")
    assert record(announced_database).corrected_at is not None


def test_a_version_is_announced_to_the_teams_it_reaches(
    qtbot: QtBot, opened: Opener, changed_database: Database
) -> None:
    page = opened(changed_database)
    page.announcements.announce(newest(changed_database))
    qtbot.waitUntil(lambda: page.findChild(AnnounceSheet) is not None)
    sheet = page.findChild(AnnounceSheet)
    assert sheet is not None
    assert [box.text() for box in sheet.ticks.boxes.values()] == ["Executive desk", "Payments desk"]
    qtbot.keyClick(sheet.title_line, Qt.Key.Key_Return, CTRL)
    assert sheet.frame.error() == "Say in a few words what changes."
    qtbot.keyClicks(sheet.title_line, "Payments desk from 12000")
    qtbot.keyClick(sheet.title_line, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: [one.name for one in readers(changed_database)] == ["Mia Horn", "Noor Ek"])


def readers(database: Database) -> tuple[ReaderRecord, ...]:
    assert database.actor.id is not None
    found = database.read(announcement_of, newest(database).id, database.actor.id, database.clock.now())
    return found.readers if found is not None else ()


def test_who_has_not_confirmed_is_visible_and_reminded(
    qtbot: QtBot, opened: Opener, announced_database: Database
) -> None:
    mia = as_person(announced_database, "mia")
    mia.apply(ConfirmReading(announcement_id=record(mia).id))
    panel = ReadersPanel()
    qtbot.addWidget(panel)
    now = announced_database.clock.now()
    panel.show_record(record(announced_database), Times(zone_of("UTC")), now, leads=True)
    assert (panel.count.text(), panel.rest.text(), panel.remind.text()) == ("1 of 2", "0 opened, 1 not yet", "Remind 1")
    page = opened(announced_database)
    page.announcements.remind(record(announced_database).id)
    noor = as_person(announced_database, "noor")
    qtbot.waitUntil(lambda: any(one.reminded_at is not None for one in record(noor).readers))


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_an_announcement_looks_like_its_picture(
    qtbot: QtBot, qapp: QApplication, opened: Opener, announced_database: Database, mode: str
) -> None:
    page = opened(as_person(announced_database, "mia"))
    apply_theme(qapp, mode)
    sheet = read_sheet(qtbot, page)
    sheet.confirm.setFocus()
    assert_picture(sheet, f"matrix/announcement_{mode}")
