"""The Matrix page looks as it is drawn in the design: both themes, while a cell is being typed, and at review."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services.database.database import Database
from app.views.matrix.page import MatrixPage
from app.views.theme.apply import apply_theme
from tests.views.golden import assert_picture
from tests.views.matrix.conftest import Opener

STILL = 0


@pytest.fixture(autouse=True)
def _still(qapp: QApplication) -> None:
    """No caret blinks."""
    QApplication.setCursorFlashTime(STILL)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_triggers_look_like_their_picture(qapp: QApplication, qtbot: QtBot, page: MatrixPage, mode: str) -> None:
    apply_theme(qapp, mode)
    page.resize(1522, 930)
    grid = page.triggers.grid
    grid.setFocus()
    grid.go(2, 3)
    qtbot.keyClicks(grid, ">")
    assert grid.editor is not None
    qtbot.keyClicks(grid.editor, "= 10000")
    qtbot.waitUntil(lambda: "has no trigger" in grid.hint.words)
    assert_picture(page, f"matrix/triggers_{mode}")
    apply_theme(qapp, "light")


def test_the_start_looks_like_its_picture(opened: Opener, sqlite_database: Database) -> None:
    assert_picture(opened(sqlite_database), "matrix/start_light")
