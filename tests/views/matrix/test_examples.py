"""Saved examples beside the checks: saving the case being tried, what fails, changing and forgetting, all undoable."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.models.enums import Role
from app.services.database.database import Database
from app.services.database.work import Actor
from app.services.matrix.page import read_page
from app.views.matrix.example_sheet import ExampleSheet
from app.views.matrix.page import MatrixPage
from tests.views.matrix.conftest import Opener

REFUND: dict[str, Any] = {
    "severity": "s2",
    "segment": "business",
    "product_area": "payments",
    "revenue": Decimal(14200),
}


def names(database: Database) -> list[tuple[str, str]]:
    found = database.read(read_page, database.clock.now())
    assert found is not None
    return [(one.values.name, one.values.tier) for one in found.examples]


@pytest.fixture
def settled(qtbot: QtBot, page: MatrixPage) -> Any:
    return lambda: qtbot.waitUntil(lambda: not page.store.busy)


def sheet_of(page: MatrixPage) -> ExampleSheet:
    sheet = page.findChild(ExampleSheet)
    assert sheet is not None
    return sheet


def save(qtbot: QtBot, page: MatrixPage, name: str, tier: str = "") -> None:
    page.desk.actions.run("matrix.example")
    sheet = sheet_of(page)
    qtbot.keyClicks(sheet.name, name)
    if tier:
        sheet.tier.setCurrentIndex(sheet.tier.findData(tier))
    qtbot.keyClick(sheet.name, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_without_a_case_there_is_nothing_to_save(page: MatrixPage) -> None:
    assert not page.examples.save.isEnabled()
    assert page.desk.actions.why_not("matrix.example") == "Say what is known of a case first."


def test_the_case_being_tried_is_saved_with_the_tier_that_it_gets(
    qtbot: QtBot, page: MatrixPage, draft_database: Database
) -> None:
    page.probe.set_facts(dict(REFUND))
    assert page.examples.save.isEnabled()
    save(qtbot, page, "Refund of a business")
    qtbot.waitUntil(lambda: names(draft_database) == [("Refund of a business", "t2")])
    qtbot.waitUntil(lambda: page.examples.count.text() == "1 of 1 pass")
    assert page.examples.list.isHidden()
    assert page.store.undo.undoText() == "Save example Refund of a business"


def test_an_example_that_fails_is_listed_tried_changed_and_forgotten(
    qtbot: QtBot, page: MatrixPage, draft_database: Database
) -> None:
    page.probe.set_facts(dict(REFUND))
    save(qtbot, page, "Refund of a business", "t3")
    qtbot.waitUntil(lambda: page.examples.count.text() == "0 of 1 pass")
    listed = page.examples.list
    assert listed.item(0).text() == "“Refund of a business” should be Tier 3, is Tier 2"
    page.probe.set_facts({})
    listed.setCurrentRow(0)
    qtbot.keyClick(listed, Qt.Key.Key_Return)
    assert page.probe.facts()["product_area"] == "payments"
    qtbot.keyClick(listed, Qt.Key.Key_F2)
    sheet = sheet_of(page)
    assert sheet.facts.text() == "S2, Business, Payments, €14,200"
    sheet.tier.setCurrentIndex(sheet.tier.findData("t2"))
    qtbot.keyClick(sheet.name, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.examples.count.text() == "1 of 1 pass")
    page.examples.more.click()
    listed.setCurrentRow(0)
    qtbot.keyClick(listed, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: names(draft_database) == [])
    page.desk.actions.run("edit.undo")
    qtbot.waitUntil(lambda: names(draft_database) == [("Refund of a business", "t2")])


def test_an_edit_of_the_draft_judges_the_examples_again(qtbot: QtBot, page: MatrixPage, settled: Any) -> None:
    page.probe.set_facts(dict(REFUND))
    save(qtbot, page, "Refund of a business")
    qtbot.waitUntil(lambda: page.examples.count.text() == "1 of 1 pass")
    record = page.store.record
    assert record is not None
    column = next(one for one in page.triggers.grid.cells.columns if one.key == "tier")
    page.triggers.keep(record.rows[4].id, column, "t1")
    qtbot.waitUntil(lambda: page.examples.count.text() == "0 of 1 pass")
    settled()


def test_a_name_is_asked_for(qtbot: QtBot, page: MatrixPage) -> None:
    page.probe.set_facts(dict(REFUND))
    page.desk.actions.run("matrix.example")
    sheet = sheet_of(page)
    qtbot.keyClick(sheet.name, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert sheet.frame.error() == "Say in a few words what happened."
    assert sheet.isVisible()


def test_saving_an_example_on_a_published_version_makes_no_draft(
    qtbot: QtBot, opened: Opener, published_database: Database
) -> None:
    page = opened(published_database)
    page.probe.set_facts(dict(REFUND))
    save(qtbot, page, "Refund of a business")
    qtbot.waitUntil(lambda: names(published_database) == [("Refund of a business", "t2")])
    assert page.store.record is not None
    assert not page.store.record.is_draft


def test_who_may_not_write_reads_them(opened: Opener, draft_database: Database) -> None:
    agent = draft_database.acting_as(Actor(draft_database.actor.id, "lena", "Lena", Role.AGENT))
    page = opened(agent)
    page.probe.set_facts(dict(REFUND))
    assert not page.examples.save.isEnabled()
    assert page.examples.save.toolTip() == "Only leads save examples."
