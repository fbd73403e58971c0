"""The History tab: versions as a list, one in words, any two compared, rolling back, signing after the fact."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services.database.database import Database
from app.services.matrix.files import read_matrix
from app.services.matrix.versions import MakeDraft
from app.services.publishing.publishing import AnnouncementWords, PublishDraft
from app.views.matrix.history_tab import HistoryTab
from app.views.matrix.page import MatrixPage
from app.views.theme.apply import apply_theme
from tests.services.matrix.owners import add_owners
from tests.views.golden import assert_picture
from tests.views.matrix.conftest import Opener
from tests.views.matrix.test_review import sound


def publish(database: Database, document: dict[str, Any], **values: Any) -> None:
    made = database.apply(MakeDraft(document=document)).result
    given: dict[str, Any] = {"rationale": "Because.", "reasons": {"*": "Known, mended next week."}, **values}
    database.apply(PublishDraft(version_id=made["version_id"], **given))


@pytest.fixture
def history_database(sqlite_database: Database) -> Database:
    """Three versions: the first, an announced one in which trigger 3 starts at Tier 2, and an emergency."""
    add_owners(sqlite_database)
    first = sound(support="anna")
    second = deepcopy(first)
    second["triggers"][2]["tier"] = "t2"
    publish(sqlite_database, sound())
    publish(sqlite_database, first)
    publish(
        sqlite_database, second, rationale="Money goes to Tier 2 at once.", emergency="Payments is down.",
        announcement=AnnouncementWords("Trigger 3 starts at Tier 2"),
    )  # fmt: skip
    return sqlite_database


def opened_history(qtbot: QtBot, page: MatrixPage) -> HistoryTab:
    page.go_tab("history")
    tab = page.history
    qtbot.waitUntil(lambda: tab.more.past is not None and bool(tab.detail.title.text()))
    return tab


def test_the_list_names_state_time_people_and_changes(qtbot: QtBot, opened: Opener, history_database: Database) -> None:
    tab = opened_history(qtbot, opened(history_database))
    told = [tab.list.item(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(tab.list.count())]
    assert [words.split(", ")[:2] for words in told] == [
        ["Version 3", "in force"], ["Version 2", "retired"], ["Version 1", "retired"],
    ]  # fmt: skip
    assert "Anna Adams, without the signature of support" in told[0]
    assert "1 change" in told[0]


def test_an_emergency_is_signed_after_the_fact(qtbot: QtBot, opened: Opener, history_database: Database) -> None:
    tab = opened_history(qtbot, opened(history_database))
    assert tab.detail.sign_line is not None
    tab.detail.sign_line.setText("Right so.")
    qtbot.keyClick(tab.detail.sign_line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: tab.more.past is not None and not tab.more.past.line.unsigned)
    qtbot.waitUntil(lambda: tab.detail.sign_line is None)
    assert tab.more.past is not None
    assert tab.more.past.signatures[0].words == "Right so."


def test_the_announcement_stands_in_the_version_it_announces(
    qtbot: QtBot, opened: Opener, history_database: Database
) -> None:
    tab = opened_history(qtbot, opened(history_database))
    qtbot.waitUntil(lambda: not tab.detail.view.isHidden())
    assert not tab.readers.panel.isHidden()
    tab.list.setCurrentRow(1)
    qtbot.waitUntil(lambda: tab.detail.title.text() == "Version 2" and tab.more.announcement is None)
    qtbot.waitUntil(tab.detail.view.isHidden)
    assert not tab.readers.none.isHidden()


def test_any_two_versions_are_compared_both_ways(qtbot: QtBot, opened: Opener, history_database: Database) -> None:
    page = opened(history_database)
    tab = opened_history(qtbot, page)
    page.desk.actions.run("matrix.compare")
    assert tab.comparing
    qtbot.waitUntil(lambda: len(tab.compared.blocks) == 1)
    assert (tab.compared.before.currentText(), tab.compared.after.currentText()) == ("Version 2", "Version 3")
    assert tab.compared.blocks[0].accessibleName().startswith("Trigger 3, changed")
    tab.compared.before.setCurrentIndex(tab.compared.before.findData(1))
    tab.compared.before.activated.emit(tab.compared.before.currentIndex())
    qtbot.waitUntil(lambda: len(tab.compared.blocks) == 2)
    names = [block.accessibleName() for block in tab.compared.blocks]
    assert names[1] == "Signs for support: Anna Adams, was nobody"
    qtbot.mouseClick(tab.compared.swap, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Signs for support: nobody, was Anna Adams" in tab.compared.blocks[-1].accessibleName())
    qtbot.keyClick(tab.compared, Qt.Key.Key_Escape)
    assert tab.pane.currentIndex() == 0


def test_rolling_back_makes_a_draft_that_is_reviewed_as_any_other(
    qtbot: QtBot, opened: Opener, history_database: Database
) -> None:
    page = opened(history_database)
    tab = opened_history(qtbot, page)
    tab.list.setCurrentRow(1)
    qtbot.waitUntil(lambda: tab.detail.title.text() == "Version 2")
    page.desk.actions.run("matrix.roll_back")
    qtbot.waitUntil(lambda: page.store.record is not None and page.store.record.is_draft)
    qtbot.waitUntil(lambda: page.tab is page.triggers)
    page.desk.actions.run("matrix.review")
    qtbot.waitUntil(lambda: page.review_pane.terms.rationale.toPlainText() == "Back to version 2.")


def test_a_version_is_written_to_a_file(
    qtbot: QtBot, opened: Opener, history_database: Database, tmp_path: Path
) -> None:
    tab = opened_history(qtbot, opened(history_database))
    path = tmp_path / "version.json"
    tab.write(path, 1)
    qtbot.waitUntil(path.exists)
    qtbot.waitUntil(lambda: path.stat().st_size > 0)
    assert len(read_matrix(path)["triggers"]) == 12


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_history_looks_like_its_picture(
    qapp: QApplication, qtbot: QtBot, opened: Opener, history_database: Database, mode: str
) -> None:
    page = opened(history_database)
    page.resize(1522, 930)
    apply_theme(qapp, mode)
    tab = opened_history(qtbot, page)
    qtbot.waitUntil(lambda: not tab.detail.view.isHidden())
    assert_picture(page, f"matrix/history_{mode}")
    apply_theme(qapp, "light")


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_two_versions_look_like_their_picture(
    qapp: QApplication, qtbot: QtBot, opened: Opener, history_database: Database, mode: str
) -> None:
    page = opened(history_database)
    page.resize(1522, 930)
    apply_theme(qapp, mode)
    tab = opened_history(qtbot, page)
    page.desk.actions.run("matrix.compare")
    qtbot.waitUntil(lambda: len(tab.compared.blocks) == 1)
    assert_picture(page, f"matrix/compare_{mode}")
    apply_theme(qapp, "light")


def test_where_there_is_no_draft_the_first_act_starts_one(
    qtbot: QtBot, opened: Opener, history_database: Database
) -> None:
    page = opened(history_database)
    assert page.head.review.text() == "Start draft 4"
    qtbot.mouseClick(page.head.review, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.head.review.text() == "Review and publish")
    assert page.head.state.accessibleName() == "Draft 4, no changes yet"
