"""Importing a spreadsheet in the window: what rows would do, what is told, one step in and one step back."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services.database.database import Database
from app.services.matrix.spreadsheet.importing import Take
from app.services.matrix.taking_in import read_for, weigh
from app.views.matrix.import_pane import ImportPane
from app.views.matrix.page import MatrixPage
from app.views.theme.apply import apply_theme
from tests.services.matrix.test_taking_in import SHEET
from tests.views.golden import assert_picture
from tests.views.matrix.conftest import Opener

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def sheet(tmp_path: Path) -> str:
    path = tmp_path / "rules.csv"
    path.write_text(SHEET, "utf-8")
    return str(path)


def opened_pane(qtbot: QtBot, page: MatrixPage, sheet: str) -> ImportPane:
    page.open_import(sheet)
    pane = page.import_pane
    qtbot.waitUntil(lambda: pane.weighing is not None)
    return pane


@pytest.fixture
def pane(qtbot: QtBot, page: MatrixPage, sheet: str) -> ImportPane:
    return opened_pane(qtbot, page, sheet)


def numbers(page: MatrixPage) -> list[int]:
    assert page.store.record is not None
    return [one.values.number for one in page.store.record.rows]


def test_nothing_changes_by_looking(page: MatrixPage, pane: ImportPane) -> None:
    assert page.pane_over is pane
    assert pane.counts.text() == "2 already there, 1 new, 1 not understood"
    assert pane.add.text() == "Add 1 trigger"
    assert numbers(page) == list(range(1, 13))
    assert not page.store.undo.canUndo()
    assert pane.lost.isHidden()
    assert "Gap: 1 → 0" in pane.side.findings


def test_f8_goes_to_what_was_not_understood(page: MatrixPage, pane: ImportPane) -> None:
    page.desk.actions.run("matrix.next")
    index = pane.table.currentIndex()
    assert pane.table.cells.line(index.row(), index.column()) == ("?", "VIP", "unclear")
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "not understood, VIP"


def test_what_is_told_is_understood_at_once(qtbot: QtBot, pane: ImportPane) -> None:
    card = pane.side.cards[0]
    assert [one.text() for one in card.buttons] == ["Enterprise", "Business", "Free", "Any"]
    card.buttons[0].click()
    qtbot.waitUntil(lambda: pane.add.text() == "Add 2 triggers")
    assert pane.counts.text() == "2 already there, 2 new, 0 not understood"


def test_a_column_may_say_nothing(qtbot: QtBot, pane: ImportPane) -> None:
    combo = pane.side.uses["Client type"]
    combo.setCurrentIndex(0)
    combo.activated.emit(0)
    qtbot.waitUntil(lambda: pane.counts.text().endswith("0 not understood"))
    assert pane.lost.text() == "Client type is not used: its rows ask for less than the sheet says"
    assert not pane.lost.isHidden()


def test_rows_come_in_as_one_step_and_go_as_one(
    qtbot: QtBot, page: MatrixPage, pane: ImportPane, draft_database: Database
) -> None:
    qtbot.keyClick(page.window(), Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: page.pane_over is None)
    qtbot.waitUntil(lambda: not page.store.busy)
    assert numbers(page) == list(range(1, 14))
    assert page.store.undo.undoText() == "Import 1 trigger from rules.csv"
    page.desk.actions.run("edit.undo")
    qtbot.waitUntil(lambda: not page.store.busy)
    assert numbers(page) == list(range(1, 13))


def test_replacing_takes_every_row_that_is_understood(qtbot: QtBot, page: MatrixPage, pane: ImportPane) -> None:
    pane.take.set_current(2)
    qtbot.waitUntil(lambda: pane.add.text() == "Add 3 triggers")
    qtbot.waitUntil(lambda: pane.weighing is not None)
    pane.take_in()
    qtbot.waitUntil(lambda: not page.store.busy)
    assert numbers(page) == [13, 14, 15]


def test_the_report_can_be_passed_on(pane: ImportPane) -> None:
    pane.copy.click()
    assert "Row 4, Client type, “VIP”: “VIP” is no segment." in QGuiApplication.clipboard().text()


def test_escape_leaves_everything_as_it_was(qtbot: QtBot, page: MatrixPage, pane: ImportPane) -> None:
    qtbot.keyClick(pane.table, Qt.Key.Key_Escape)
    assert page.pane_over is None
    assert numbers(page) == list(range(1, 13))


def test_a_file_that_cannot_be_read_is_refused_in_words(qtbot: QtBot, page: MatrixPage, tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("", "utf-8")
    told: list[object] = []
    page.store.refused.connect(told.append)
    page.open_import(str(path))
    qtbot.waitUntil(lambda: len(told) == 1)


def test_an_import_into_a_published_version_makes_a_draft(
    qtbot: QtBot, opened: Opener, published_database: Database, sheet: str
) -> None:
    page = opened(published_database)
    pane = opened_pane(qtbot, page, sheet)
    pane.take_in()
    qtbot.waitUntil(lambda: page.store.record is not None and page.store.record.is_draft)
    qtbot.waitUntil(lambda: not page.store.busy)
    assert numbers(page) == list(range(1, 14))


def test_what_the_worker_gets_can_travel(page: MatrixPage, pane: ImportPane) -> None:
    record, drawn = page.store.record, pane.drawn
    assert record is not None
    assert drawn is not None
    there = pickle.loads(pickle.dumps((drawn, record)))
    understood = pickle.loads(pickle.dumps(read_for(there[0], there[1].policy, None, {})))
    assert pickle.loads(pickle.dumps(weigh(there[1], understood, Take.NEW))).triggers_after == 13


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_import_looks_like_its_picture(qapp: QApplication, page: MatrixPage, pane: ImportPane, mode: str) -> None:
    apply_theme(qapp, mode)
    page.desk.actions.run("matrix.next")
    assert_picture(pane, f"matrix/import_{mode}")
