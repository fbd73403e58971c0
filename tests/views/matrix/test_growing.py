"""A new choice: what holds for it is shown while it is typed, and one undo takes all of it back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.views.matrix.growing_sheet import GrowingSheet
from app.views.matrix.page import MatrixPage
from app.views.theme.apply import apply_theme
from tests.views.golden import assert_picture

Settled = Callable[[], None]


@pytest.fixture
def sheet(page: MatrixPage) -> GrowingSheet:
    page.desk.actions.run("matrix.grow")
    found = page.findChild(GrowingSheet)
    assert found is not None
    found.dimension.setCurrentIndex(found.dimension.findData("product_area"))
    return found


def areas(page: MatrixPage) -> list[str]:
    assert page.store.record is not None
    table = page.store.record.policy.table
    return [one.label for one in table.dimensions[table.position_of("product_area")].choices]


def test_what_holds_is_shown_while_it_is_typed(qtbot: QtBot, sheet: GrowingSheet) -> None:
    qtbot.keyClicks(sheet.label, "Billing")
    qtbot.waitUntil(lambda: "No trigger names it yet" in sheet.outlook.said())
    assert "Triggers 10, 11 and 12 match it, as they match any product area." in sheet.outlook.said()
    assert "Targets count at 100 %." in sheet.outlook.said()
    sheet.like.setCurrentIndex(sheet.like.findData("payments"))
    qtbot.waitUntil(lambda: "Targets count at 50 %." in sheet.outlook.said())
    assert "Named by triggers 2, 3, 4, 5 and 6: Payments desk and Frontline." in sheet.outlook.said()


def test_an_owner_of_its_own_needs_a_choice_to_start_as(sheet: GrowingSheet) -> None:
    assert not sheet.owner.isEnabled()
    sheet.like.setCurrentIndex(1)
    assert sheet.owner.isEnabled()


def test_it_is_added_with_ctrl_enter_and_undone_at_once(
    qtbot: QtBot, page: MatrixPage, sheet: GrowingSheet, settled: Settled
) -> None:
    qtbot.keyClicks(sheet.label, "Billing")
    sheet.like.setCurrentIndex(sheet.like.findData("payments"))
    sheet.owner.setCurrentIndex(sheet.owner.findData("team:social"))
    qtbot.keyClick(sheet.label, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settled()
    assert areas(page) == ["Payments", "Billing", "Security", "Access", "Delivery"]
    assert page.store.record is not None
    assert len(page.store.record.rows) == 17
    assert page.store.undo.undoText() == "Add Billing"
    page.desk.actions.run("edit.undo")
    settled()
    assert areas(page) == ["Payments", "Security", "Access", "Delivery"]
    assert len(page.store.record.rows) == 12


def test_a_name_that_is_missing_or_taken_is_said_at_its_place(qtbot: QtBot, sheet: GrowingSheet) -> None:
    qtbot.keyClick(sheet.label, Qt.Key.Key_Return)
    assert sheet.frame.error() == "It needs a name. Write what people should read."
    qtbot.keyClicks(sheet.label, "payments")
    qtbot.keyClick(sheet.label, Qt.Key.Key_Return)
    assert sheet.frame.error() == "There is one of that name already. Choose another name."


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_growing_looks_like_its_picture(
    qtbot: QtBot, qapp: QApplication, page: MatrixPage, sheet: GrowingSheet, mode: str
) -> None:
    apply_theme(qapp, mode)
    qtbot.keyClicks(sheet.label, "Billing")
    sheet.like.setCurrentIndex(sheet.like.findData("payments"))
    qtbot.waitUntil(lambda: "Targets count at 50 %." in sheet.outlook.said())
    sheet.add.setFocus()
    qtbot.wait(50)
    assert_picture(sheet, f"matrix/growing_{mode}")
