"""Find, replace and filter in the trigger grid."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from app.services.database.errors import UserError
from app.views.matrix.page import MatrixPage
from tests.views.matrix.test_grid import cells, go, numbers

Settled = Callable[[], None]
Key = Qt.Key


def find(qtbot: QtBot, page: MatrixPage, text: str, *, replacing: bool = False) -> None:
    """Opens the bar and types into it."""
    bar = page.triggers.find_bar
    go(page, 1, "severity")
    bar.open_bar(replacing=replacing)
    bar.what.clear()
    qtbot.keyClicks(bar.what, text)
    qtbot.waitUntil(lambda: not bar._wait.isActive())


def here(page: MatrixPage) -> tuple[int, str]:
    grid = page.triggers.grid
    row, column = grid.current_row(), grid.current_column()
    assert row is not None
    assert row.trigger is not None
    assert column is not None
    return row.trigger.values.number, column.key


def columns_of(page: MatrixPage, key: str) -> int:
    return page.triggers.grid.cells.column_of(key)


def filter_by(page: MatrixPage, key: str, *values: str) -> None:
    grid = page.triggers.grid
    page.triggers.filter.choose(grid.cells.columns[columns_of(page, key)], values)


def test_find_lights_every_match_and_enter_goes_on_to_the_next(qtbot: QtBot, page: MatrixPage) -> None:
    find(qtbot, page, "payments desk")
    bar = page.triggers.find_bar
    assert bar.count.text() == "1 of 3"
    assert len(page.triggers.grid.delegate.found) == 3
    assert here(page) == (2, "owner")
    qtbot.keyClick(bar.what, Key.Key_Return)
    assert here(page) == (4, "owner")
    qtbot.keyClick(bar.what, Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert here(page) == (2, "owner")
    qtbot.keyClick(bar.what, Key.Key_Escape)
    assert bar.isHidden()
    assert not page.triggers.grid.delegate.found
    assert page.triggers.grid.hasFocus()


def test_ctrl_f_opens_the_bar_and_says_where_nothing_matches(qtbot: QtBot, page: MatrixPage) -> None:
    page.search_here()
    qtbot.keyClicks(page.triggers.find_bar.what, "no such words")
    qtbot.waitUntil(lambda: page.triggers.find_bar.count.text() == "No match")


def test_replace_all_is_one_step(qtbot: QtBot, page: MatrixPage, settled: Settled) -> None:
    find(qtbot, page, "10,000", replacing=True)
    page.triggers.find_bar.instead.setText("20,000")
    page.triggers.find_bar.replace_all()
    assert cells(page, 5)["revenue"] == ">= 20000"
    assert cells(page, 6)["revenue"] == "< 20000"
    assert page.store.undo.undoText() == "Replace in 2 cells"
    settled()
    page.store.undo.undo()
    settled()
    assert cells(page, 5)["revenue"] == ">= 10000"


def test_replace_in_sfeel_looks_at_what_is_written(qtbot: QtBot, page: MatrixPage, settled: Settled) -> None:
    page.triggers.find_bar.scope.set_current(1)
    find(qtbot, page, ">= 10000", replacing=True)
    assert here(page) == (5, "revenue")
    page.triggers.find_bar.instead.setText("> 10000")
    page.triggers.find_bar.replace()
    assert cells(page, 5)["revenue"] == "> 10000"
    settled()


def test_a_replacement_that_names_no_owner_is_refused_with_its_place(qtbot: QtBot, page: MatrixPage) -> None:
    said: list[UserError] = []
    page.store.refused.connect(said.append)
    find(qtbot, page, "Frontline", replacing=True)
    page.triggers.find_bar.instead.setText("Backline")
    page.triggers.find_bar.replace_all()
    assert said[0].where == "Trigger 3, Owner"
    assert page.store.undo.count() == 0


def test_a_filter_shows_some_triggers_and_the_gap_that_fits(page: MatrixPage) -> None:
    filter_by(page, "product_area", "Payments")
    assert numbers(page) == ["2", "3", "4", "5", "6", "gap", "add"]
    assert page.triggers.status().startswith("5 of 12 triggers")
    filter_by(page, "segment", "Enterprise")
    assert numbers(page) == ["2", "4", "add"]  # the gap is for free customers
    assert not page.triggers.filter.isHidden()
    page.triggers.filter.clear()
    assert len(numbers(page)) == 14
    assert page.triggers.filter.isHidden()


def test_what_is_edited_stays_in_sight_though_it_no_longer_fits(
    qtbot: QtBot, page: MatrixPage, settled: Settled
) -> None:
    filter_by(page, "product_area", "Access")
    go(page, 9, "product_area")
    qtbot.keyClick(page.triggers.grid, Key.Key_Delete)
    settled()
    assert "9" in numbers(page)
    assert cells(page, 9).get("product_area") is None


def test_moving_is_refused_while_triggers_are_filtered_out(page: MatrixPage) -> None:
    said: list[UserError] = []
    page.store.refused.connect(said.append)
    filter_by(page, "product_area", "Payments")
    go(page, 3, "tier")
    page.triggers.move_by(1)
    assert said[0].mend == "Show all triggers first."
    assert page.store.undo.count() == 0


def test_a_finding_outside_the_filter_is_shown_all_the_same(page: MatrixPage) -> None:
    filter_by(page, "product_area", "Payments")
    masked = next(one for one in page.store.report.checks if one.title == "Trigger 9 never decides")
    page.show_check(masked)
    assert here(page)[0] in (8, 9)
    assert not page.triggers.filter.active


def test_the_head_of_a_column_opens_its_values_with_their_counts(qtbot: QtBot, page: MatrixPage) -> None:
    head, slip = page.triggers.grid.head, page.triggers.filter.slip
    at = columns_of(page, "product_area")
    spot = QPoint(head.sectionViewportPosition(at) + head.sectionSize(at) // 2, head.height() - 14)
    qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert slip.isVisible()
    listed = {slip.list.item(place).text() for place in range(slip.list.count())}
    assert {"Payments", "Access", "Any"} <= listed
    slip.list.setCurrentRow(next(p for p in range(slip.list.count()) if slip.list.item(p).text() == "Access"))
    qtbot.keyClick(slip.list, Key.Key_Space)
    qtbot.keyClick(slip.list, Key.Key_Return)
    assert numbers(page) == ["8", "9", "add"]
