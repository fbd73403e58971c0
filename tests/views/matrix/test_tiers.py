"""The tab Tiers and duties: owners and who they are now, checklists, limits, the ladder, findings, and undo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.enums import DutyKind, OutOfHours, Role
from app.services.database.database import Database
from app.services.database.work import Actor
from app.services.matrix.draft_tiers import ChangeTier
from app.services.matrix.policy import AuthorityPolicy, TierPolicy
from app.views.matrix.conflict import ConflictSheet
from app.views.matrix.page import MatrixPage
from app.views.matrix.tiers_sheets import ChoiceSheet, LinesSheet, OwnersSheet, PartSheet, WordsSheet
from app.views.theme.apply import apply_theme
from app.views.theme.buttons import Button
from tests.views.golden import assert_picture
from tests.views.matrix.conftest import Opener

Settled = Callable[[], None]


@pytest.fixture
def tiers(qtbot: QtBot, page: MatrixPage) -> MatrixPage:
    """The page with the tab Tiers and duties in front, names included."""
    page.go_to("tiers")
    page.tiers.table.setFocus()
    qtbot.waitUntil(lambda: bool(page.tiers._people))
    return page


def tier(page: MatrixPage, key: str) -> TierPolicy:
    record = page.store.record
    assert record is not None
    return record.policy.tier(key)


def open_part(page: MatrixPage, part: str, column: int) -> PartSheet:
    """Opens the sheet of a part by its key."""
    page.tiers.table.go_part(part, column)
    page.desk.actions.run("matrix.edit")
    assert isinstance(page._sheet, PartSheet)
    return page._sheet


def test_each_duty_shows_its_owner_and_empty_ones_say_none(tiers: MatrixPage) -> None:
    lines = {one.part: one for one in tiers.tiers.table.cells.lines}
    assert [one.lines[0] for one in lines["duty:champion"].cells][:2] == ["none", "Jonas Dahl"]
    assert lines["duty:alerted"].cells[0].below == "nobody on duty"  # the rota of this desk has no layer yet
    assert lines["out_of_hours"].cells[1].lines == ("Passes to the next tier",)
    assert lines["limit:incident:Roll back a feature flag"].cells[0].lines == ("asks Tier 2",)
    assert lines["limit:incident:Credit"].cells[1].lines == ("250",)


def test_owners_are_ticked_in_a_list_and_undo_takes_it_back(qtbot: QtBot, tiers: MatrixPage, settled: Settled) -> None:
    sheet = open_part(tiers, "duty:leads", 2)
    assert isinstance(sheet, OwnersSheet)
    assert sheet.value() == ("team:payments",)
    for row in range(sheet.list.count()):
        if sheet.list.item(row).data(Qt.ItemDataRole.UserRole) == "person:jonas":
            sheet.list.item(row).setCheckState(Qt.CheckState.Checked)
    sheet._keep()
    settled()
    assert tier(tiers, "t2").owners(DutyKind.LEADS) == ("team:payments", "person:jonas")
    assert tiers.store.undo.undoText() == "Tier 2: Leads"
    tiers.desk.actions.run("edit.undo")
    settled()
    assert tier(tiers, "t2").owners(DutyKind.LEADS) == ("team:payments",)


def test_a_checklist_hours_expiry_limit_and_name_are_each_one_edit(tiers: MatrixPage, settled: Settled) -> None:
    lines = open_part(tiers, "procedure", 1)
    assert isinstance(lines, LinesSheet)
    lines.text.setPlainText("Greet\n2. Confirm")
    lines._keep()
    settled()
    hours = open_part(tiers, "out_of_hours", 1)
    assert isinstance(hours, ChoiceSheet)
    next(button for value, button in hours.buttons if value is OutOfHours.RUNS).setChecked(True)
    hours._keep()
    settled()
    for part, text in (
        ("acknowledgement_expires_after", "45 min"), ("limit:incident:Credit", "75.50"), ("name", "Front desk"),
    ):  # fmt: skip
        words = open_part(tiers, part, 1)
        assert isinstance(words, WordsSheet)
        words.line.setText(text)
        words._keep()
        settled()
    found = tier(tiers, "t1")
    assert (found.procedure, found.out_of_hours, found.acknowledgement_expires_after, found.name) == (
        ("Greet", "Confirm"), OutOfHours.RUNS, 2700, "Front desk",
    )  # fmt: skip
    assert AuthorityPolicy("Credit", 7550) in found.authority
    assert tiers.store.undo.count() == 5
    for _step in range(5):
        tiers.desk.actions.run("edit.undo")
    settled()
    assert tiers.store.record is not None
    assert tiers.store.record.difference.count == 0


def test_what_cannot_be_read_stays_in_its_sheet(tiers: MatrixPage) -> None:
    sheet = open_part(tiers, "limit:incident:Credit", 1)
    assert isinstance(sheet, WordsSheet)
    sheet.line.setText("much")
    sheet._keep()
    assert "no limit" in sheet.frame.error()
    assert tiers.store.undo.count() == 0


def test_enter_turns_who_must_acknowledge_and_del_leaves_a_duty_empty(
    qtbot: QtBot, tiers: MatrixPage, settled: Settled
) -> None:
    before = tier(tiers, "t1").everyone_acknowledges
    tiers.tiers.table.go_part("everyone_acknowledges", 1)
    qtbot.keyClick(tiers.tiers.table, Qt.Key.Key_Return)
    settled()
    assert tier(tiers, "t1").everyone_acknowledges is not before
    tiers.tiers.table.go_part("duty:communicates", 2)
    qtbot.keyClick(tiers.tiers.table, Qt.Key.Key_Delete)
    settled()
    check = next(one for one in tiers.store.report.checks if one.kind == "missing_duty")
    tiers.go_to("triggers")
    tiers.show_check(check)
    table = tiers.tiers.table
    assert tiers.tabs.currentWidget() is tiers.tiers
    assert table.cells.lines[table.currentIndex().row()].part == "duty:communicates"
    cell = table.cells.cell(table.currentIndex())
    assert cell is not None
    assert "lacks a duty" in cell.said()
    tiers.desk.actions.run("matrix.mend")
    settled()
    assert tier(tiers, "t2").owners(DutyKind.COMMUNICATES) == ("team:payments",)


def test_a_tier_is_added_moved_and_removed_but_not_while_it_is_used(tiers: MatrixPage, settled: Settled) -> None:
    refused: list[str] = []
    tiers.store.refused.connect(lambda error: refused.append(error.what))
    tiers.tiers.table.go(1, 4)
    tiers.tiers.add_tier()
    sheet = tiers._sheet
    assert isinstance(sheet, WordsSheet)
    sheet.line.setText("Board")
    sheet._keep()
    settled()
    record = tiers.store.record
    assert record is not None
    assert [one.name for one in record.policy.tiers] == ["Tier 1", "Tier 2", "Tier 3", "Tier 4", "Board"]
    tiers.tiers.table.go(1, 5)
    tiers.tiers.move_tier(-1)
    settled()
    assert tier(tiers, "board").rank == 4
    tiers.tiers.table.go(1, 4)
    tiers.tiers.remove_tier()
    settled()
    record = tiers.store.record
    assert record is not None
    assert [one.key for one in record.policy.tiers] == ["t1", "t2", "t3", "t4"]
    tiers.tiers.table.go(1, 1)
    tiers.tiers.remove_tier()
    assert refused
    assert "use Tier 1" in refused[0]
    assert tiers.store.undo.count() == 3


def test_who_may_not_write_reads(qtbot: QtBot, opened: Opener, draft_database: Database) -> None:
    page = opened(draft_database.acting_as(Actor(draft_database.actor.id, "lena", "Lena", Role.AGENT)))
    page.go_to("tiers")
    page.tiers.table.go_part("everyone_acknowledges", 1)
    page.tiers.table.write_current()
    assert page.store.undo.count() == 0
    assert not page.tiers.add.isEnabled()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_tiers_look_like_their_picture(qapp: QApplication, tiers: MatrixPage, mode: str) -> None:
    apply_theme(qapp, mode)
    tiers.resize(1522, 930)
    tiers.tiers.table.go_part("duty:communicates", 2)
    QApplication.sendPostedEvents()
    assert_picture(tiers, f"matrix/tiers_{mode}")
    apply_theme(qapp, "light")


def test_a_tier_that_two_changed_is_decided_part_by_part(qtbot: QtBot, tiers: MatrixPage, settled: Settled) -> None:
    record, database = tiers.store.record, tiers.desk.database
    assert record is not None
    assert database is not None
    seen = tier(tiers, "t1")
    theirs = replace(seen, name="Their desk", procedure=("Their step",))
    own = replace(seen, name="Own desk", procedure=("Own step",))
    version = record.version.id
    database.apply(ChangeTier(version_id=version, before=seen, values=theirs))
    edit = ChangeTier(version_id=version, before=seen, values=own)
    tiers.store.edit("Both", lambda _record: (edit,))
    qtbot.waitUntil(lambda: isinstance(tiers._sheet, ConflictSheet))
    sheet = tiers._sheet
    assert isinstance(sheet, ConflictSheet)
    assert [one.accessibleName() for one in sheet.ticks.values()] == ["Use mine: Name", "Use mine: Procedure"]
    sheet.ticks["procedure"].setChecked(False)
    mine = next(button for button in sheet.findChildren(Button) if button.text() == "Use what is ticked")
    qtbot.mouseClick(mine, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: tier(tiers, "t1").name == "Own desk")
    settled()
    assert tier(tiers, "t1").procedure == ("Their step",)
