"""Ranges of the trigger grid: chosen, copied, pasted, filled and cleared, each as one step."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services.database.errors import UserError
from app.views.matrix.delegate import paste_link
from app.views.matrix.page import MatrixPage
from tests.views.matrix.test_grid import cells, go, numbers

Settled = Callable[[], None]
Key = Qt.Key
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
LEFT = Qt.MouseButton.LeftButton


def choose(qtbot: QtBot, page: MatrixPage, number: int, column: str, *, down: int = 0, right: int = 0) -> None:
    """Puts the cursor on a cell and makes the selection larger by Shift and the arrows."""
    go(page, number, column)
    for key, times in ((Key.Key_Down, down), (Key.Key_Right, right)):
        for _time in range(times):
            qtbot.keyClick(page.triggers.grid, key, SHIFT)


def press(qtbot: QtBot, page: MatrixPage, letter: Key) -> None:
    qtbot.keyClick(page.triggers.grid, letter, CTRL)


def owner(page: MatrixPage, number: int) -> str:
    record = page.store.record
    assert record is not None
    return next(one.values.owner for one in record.rows if one.values.number == number)


@pytest.fixture
def refusals(page: MatrixPage) -> list[str]:
    """What was refused, in words."""
    said: list[str] = []

    def refused(error: UserError) -> None:
        said.append(f"{error.what} {error.mend}")

    page.store.refused.connect(refused)
    return said


def test_a_range_pasted_elsewhere_is_one_step_with_a_name(qtbot: QtBot, page: MatrixPage, settled: Settled) -> None:
    choose(qtbot, page, 4, "severity", down=1, right=1)
    press(qtbot, page, Key.Key_C)
    go(page, 11, "severity")
    press(qtbot, page, Key.Key_V)
    assert cells(page, 11) == {"severity": '"s2"', "segment": '"enterprise"'}
    assert cells(page, 12) == {"severity": '"s2"', "segment": '"business"'}
    assert page.store.undo.undoText() == "Paste 4 cells"
    settled()
    page.store.undo.undo()
    settled()
    assert cells(page, 11) == {"severity": '"s3"'}
    assert cells(page, 12) == {"severity": '"s4"'}


def test_a_copy_of_the_whole_table_pasted_back_changes_nothing(qtbot: QtBot, page: MatrixPage) -> None:
    grid = page.triggers.grid
    grid.setFocus()
    grid.choose(range(13), range(len(grid.cells.columns)))
    press(qtbot, page, Key.Key_C)
    assert len(QGuiApplication.clipboard().text().splitlines()) == 12  # the gap is no trigger
    press(qtbot, page, Key.Key_V)
    assert page.store.undo.count() == 0


def test_rows_beyond_the_last_trigger_are_added_in_the_same_step(
    qtbot: QtBot, page: MatrixPage, settled: Settled
) -> None:
    QGuiApplication.clipboard().setText("S4\tEnt\r\nS3\tFree\r\n")
    go(page, 12, "severity")
    press(qtbot, page, Key.Key_V)
    settled()
    assert [one for one in numbers(page) if one != "gap"][-3:] == ["12", "13", "add"]
    assert cells(page, 13) == {"severity": '"s3"', "segment": '"free"'}
    assert page.store.undo.undoText() == "Paste 2 rows"
    page.store.undo.undo()
    settled()
    assert [one for one in numbers(page) if one != "gap"][-2:] == ["12", "add"]


def test_one_cell_pasted_onto_a_range_fills_it(qtbot: QtBot, page: MatrixPage, settled: Settled) -> None:
    QGuiApplication.clipboard().setText("phone")
    choose(qtbot, page, 1, "channel", down=2)
    press(qtbot, page, Key.Key_V)
    assert [cells(page, number)["channel"] for number in (1, 2, 3)] == ['"phone"'] * 3
    settled()


def test_an_owner_that_is_not_there_is_refused_with_its_place(
    qtbot: QtBot, page: MatrixPage, refusals: list[str]
) -> None:
    QGuiApplication.clipboard().setText("Frontline\nSomebody else")
    go(page, 1, "owner")
    press(qtbot, page, Key.Key_V)
    assert refusals[0].startswith("Owner has no choice “Somebody else” (Line 2, Owner).")
    assert owner(page, 1) == "rota:security"  # the first line was not pasted either
    assert page.store.undo.count() == 0


def test_a_paste_wider_than_the_grid_says_so(qtbot: QtBot, page: MatrixPage, refusals: list[str]) -> None:
    QGuiApplication.clipboard().setText("1\t2\t3\t4")
    go(page, 1, "update" if page.triggers.grid.cells.column_of("update") >= 0 else "next_update")
    press(qtbot, page, Key.Key_V)
    assert refusals == ["4 columns do not fit from Update on. Start further left, or copy fewer."]


def test_cut_copies_and_clears_conditions(qtbot: QtBot, page: MatrixPage, settled: Settled) -> None:
    choose(qtbot, page, 5, "segment", right=2)
    press(qtbot, page, Key.Key_X)
    assert QGuiApplication.clipboard().text() == "Business\tPayments\t>= 10000"
    assert cells(page, 5) == {"severity": '"s2"'}
    assert page.store.undo.undoText() == "Any for 3 cells"
    settled()


def test_an_outcome_cannot_be_cleared(qtbot: QtBot, page: MatrixPage, refusals: list[str]) -> None:
    go(page, 5, "owner")
    qtbot.keyClick(page.triggers.grid, Key.Key_Delete)
    assert refusals == ["An outcome cannot be empty. Alt+Down chooses another."]


def test_ctrl_d_fills_down(qtbot: QtBot, page: MatrixPage, settled: Settled) -> None:
    choose(qtbot, page, 7, "product_area", down=2)
    press(qtbot, page, Key.Key_D)
    assert [cells(page, number)["product_area"] for number in (7, 8, 9)] == ['"delivery"'] * 3
    assert page.store.undo.undoText() == "Fill down 2 cells"
    settled()
    go(page, 3, "owner")
    press(qtbot, page, Key.Key_D)  # one cell alone takes what stands above it
    assert owner(page, 3) == owner(page, 2)
    settled()


def test_the_handle_fills_as_far_as_it_is_dragged(qtbot: QtBot, page: MatrixPage, settled: Settled) -> None:
    grid = page.triggers.grid
    choose(qtbot, page, 4, "segment", down=1)
    start = grid.frame.corner()
    end = QPoint(start.x(), start.y() + grid.rowHeight(0) * 4)  # over trigger 6, the gap, 7 and 8
    assert grid.frame.holds(start)
    qtbot.mousePress(grid.viewport(), LEFT, pos=start)
    spot = QPointF(end)
    moved = QMouseEvent(
        QEvent.Type.MouseMove, spot, grid.viewport().mapToGlobal(spot), LEFT, LEFT, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(grid.viewport(), moved)
    qtbot.mouseRelease(grid.viewport(), LEFT, pos=end)
    assert [cells(page, number).get("segment") for number in (6, 7, 8)] == [
        '"enterprise"', '"business"', '"enterprise"',
    ]  # fmt: skip
    assert page.store.undo.undoText() == "Fill down 3 cells"
    settled()


def test_the_words_beside_add_trigger_paste_rows(qtbot: QtBot, page: MatrixPage, settled: Settled) -> None:
    QGuiApplication.clipboard().setText("Severity\tOwner\tReason\nS1\tFrontline\tAsked by sales.")
    grid = page.triggers.grid
    rect = paste_link(QRectF(grid.visualRect(grid.cells.index(len(grid.cells.rows) - 1, 0))))
    qtbot.mouseClick(grid.viewport(), LEFT, pos=rect.center().toPoint())
    settled()
    record = page.store.record
    assert record is not None
    added = record.rows[-1].values
    assert (added.number, added.owner, added.cells) == (13, "team:frontline", {"severity": '"s1"'})
    assert added.reason == "Asked by sales."
    assert page.store.undo.undoText() == "Paste 1 row"
