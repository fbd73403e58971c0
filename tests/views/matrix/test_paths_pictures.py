"""The Paths tab looks as it is drawn: a boundary held, a dead end with its mends, days on a broken axis, no path."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services.database.database import Database
from app.services.matrix.versions import MakeDraft
from app.views.matrix.page import MatrixPage
from app.views.theme.apply import apply_theme
from tests.services.matrix.owners import add_owners, sample_document
from tests.views.golden import assert_picture
from tests.views.matrix.conftest import Opener


@pytest.fixture(autouse=True)
def _still(qapp: QApplication) -> None:
    QApplication.setCursorFlashTime(0)


def sized(page: MatrixPage) -> MatrixPage:
    """The page in the size of the pictures."""
    page.resize(1522, 930)
    return page


def test_a_held_boundary_and_its_step_look_like_their_picture(page: MatrixPage) -> None:
    page.go_tab("paths")
    page.paths.editor.rail.grips[1].setFocus()
    assert_picture(sized(page), "matrix/paths_light")


def test_a_dead_end_looks_like_its_picture(
    qapp: QApplication, qtbot: QtBot, page: MatrixPage, settled: Callable[[], None]
) -> None:
    apply_theme(qapp, "dark")
    page.go_tab("paths")
    qtbot.mouseClick(page.paths.editor.cards[2].remove, Qt.MouseButton.LeftButton)
    settled()
    assert_picture(sized(page), "matrix/paths_dark")
    apply_theme(qapp, "light")


def test_days_and_what_cannot_be_read_look_like_their_picture(qtbot: QtBot, page: MatrixPage) -> None:
    page.go_tab("paths")
    page.paths.choose("light")
    field = page.paths.editor.cards[0].delay
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(field, "soon")
    page.paths.list.setFocus()
    assert_picture(sized(page), "matrix/paths_days_light")


def test_no_path_looks_like_its_picture(opened: Opener, sqlite_database: Database) -> None:
    add_owners(sqlite_database)
    sqlite_database.apply(MakeDraft(document={**sample_document(), "paths": []}))
    page = opened(sqlite_database)
    page.go_tab("paths")
    page.resize(1522, 930)
    assert_picture(page.paths.none, "matrix/paths_none_light")
