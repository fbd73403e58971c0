"""The tab Targets: typing, following, hours, what stands beside the grid, findings at their cell, and undo."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.models.enums import Role, TargetCounting, TimerKind
from app.services.database.database import Database
from app.services.database.work import Actor
from app.services.matrix.cells import FactValue
from app.services.matrix.policy import ChannelPolicy, TargetPolicy
from app.services.matrix.resulting import base_target
from app.views.matrix.page import MatrixPage
from app.views.matrix.targets_fields import ChangedCorner, TypedLine
from app.views.matrix.targets_rows import CLASS, COUNTS, FIRST_TIMER
from app.views.theme.apply import apply_theme
from app.views.theme.fields import ComboField, NumberField
from app.views.theme.toggles import CheckBox, Switch
from tests.views.golden import assert_picture
from tests.views.matrix.conftest import Opener

Settled = Callable[[], None]
ACKNOWLEDGE, RESOLVE = TimerKind.ACKNOWLEDGE, TimerKind.RESOLVE
IN_HOURS, ROUND_THE_CLOCK = TargetCounting.IN_HOURS, TargetCounting.AROUND_THE_CLOCK
URGENT, ENTERPRISE, BUSINESS = 0, 1, 2
"""Lines of the grid: the class Urgent for any segment, Enterprise, Business."""

FACTS: dict[str, FactValue | None] = {
    "severity": "s1",
    "segment": "business",
    "product_area": "payments",
    "revenue": Decimal(14200),
    "channel": "email",
}


@pytest.fixture
def targets(page: MatrixPage) -> MatrixPage:
    """The page with the tab Targets in front."""
    page.go_to("targets")
    page.targets.grid.setFocus()
    return page


def held(page: MatrixPage, segment: str | None, timer: TimerKind = ACKNOWLEDGE) -> TargetPolicy | None:
    record = page.store.record
    assert record is not None
    return base_target(record.policy, "urgent", segment, timer)


def write(qtbot: QtBot, page: MatrixPage, row: int, timer: int, text: str) -> None:
    """Types into a target from its first letter on, and presses Enter."""
    grid = page.targets.grid
    grid.go(row, FIRST_TIMER + timer)
    qtbot.keyClicks(grid, text[:1])
    assert grid.editor is not None
    qtbot.keyClicks(grid.editor, text[1:])
    qtbot.keyClick(grid.editor, Qt.Key.Key_Return)


def test_every_class_has_any_segment_first_and_grey_is_what_follows(targets: MatrixPage) -> None:
    rows = targets.targets.grid.cells.rows
    assert [(one.class_name, one.segment_name) for one in rows[:5]] == [
        ("Urgent", "Any segment"), ("Urgent", "Enterprise"), ("Urgent", "Business"), ("Urgent", "Free"),
        ("High", "Any segment"),
    ]  # fmt: skip
    assert [cell.words for cell in rows[ENTERPRISE].cells] == ["40 min", "40 min", "60 min", "2 h", "8 h"]
    assert [cell.own for cell in rows[ENTERPRISE].cells] == [True, True, False, True, False]
    assert [cell.tint > 0 for cell in rows[ENTERPRISE].cells] == [True, True, False, True, False]
    assert rows[BUSINESS].counts == "in hours"
    assert targets.targets.status() == "80 targets, 41 follow any segment"


def test_typing_a_duration_gives_a_target_of_its_own_and_del_follows_again(
    qtbot: QtBot, targets: MatrixPage, settled: Settled
) -> None:
    write(qtbot, targets, BUSINESS, 0, "20 min")
    settled()
    assert held(targets, "business") == TargetPolicy("urgent", "business", ACKNOWLEDGE, 1200, IN_HOURS)
    assert targets.store.undo.undoText() == "Urgent, Business: acknowledge 20 min"
    assert targets.targets.grid.cells.rows[BUSINESS].cells[0].before == "follows any segment"  # the corner
    targets.targets.grid.go(BUSINESS, FIRST_TIMER)
    qtbot.keyClick(targets.targets.grid, Qt.Key.Key_Delete)
    settled()
    assert held(targets, "business") == TargetPolicy("urgent", None, ACKNOWLEDGE, 1800, IN_HOURS)
    assert targets.targets.grid.cells.rows[BUSINESS].cells[0].before is None
    targets.desk.actions.run("edit.undo")
    settled()
    assert held(targets, "business") == TargetPolicy("urgent", "business", ACKNOWLEDGE, 1200, IN_HOURS)
    targets.desk.actions.run("edit.undo")
    settled()
    assert held(targets, "business") == TargetPolicy("urgent", None, ACKNOWLEDGE, 1800, IN_HOURS)
    targets.desk.actions.run("edit.redo")
    settled()
    assert held(targets, "business") == TargetPolicy("urgent", "business", ACKNOWLEDGE, 1200, IN_HOURS)


def test_a_dash_is_no_such_timer(qtbot: QtBot, targets: MatrixPage, settled: Settled) -> None:
    write(qtbot, targets, BUSINESS, 4, "-")
    settled()
    assert held(targets, "business", RESOLVE) == TargetPolicy("urgent", "business", RESOLVE, None, IN_HOURS)


def test_the_row_any_segment_keeps_its_target(qtbot: QtBot, targets: MatrixPage) -> None:
    targets.targets.grid.go(URGENT, FIRST_TIMER)
    qtbot.keyClick(targets.targets.grid, Qt.Key.Key_Delete)
    assert targets.store.undo.count() == 0


@pytest.mark.parametrize(
    ("text", "why"), [("0 min", "late at once"), ("36600 d", "longer than a year"), ("3 weeks", "no stretch")]
)
def test_what_cannot_be_a_target_is_refused_in_the_cell(qtbot: QtBot, targets: MatrixPage, text: str, why: str) -> None:
    write(qtbot, targets, BUSINESS, 0, text)
    grid = targets.targets.grid
    assert grid.editor is not None  # it stays open
    assert why in grid.hint.words
    qtbot.keyClick(grid.editor, Qt.Key.Key_Escape)
    assert targets.store.undo.count() == 0
    assert held(targets, "business") == TargetPolicy("urgent", None, ACKNOWLEDGE, 1800, IN_HOURS)


def test_space_turns_how_a_target_counts_and_the_last_column_turns_a_line(
    qtbot: QtBot, targets: MatrixPage, settled: Settled
) -> None:
    grid = targets.targets.grid
    grid.go(URGENT, FIRST_TIMER)
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    settled()
    assert held(targets, None) == TargetPolicy("urgent", None, ACKNOWLEDGE, 1800, ROUND_THE_CLOCK)
    assert grid.cells.rows[URGENT].counts == "both"
    grid.go(URGENT, COUNTS)
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    settled()
    assert grid.cells.rows[URGENT].counts == "in hours"
    targets.desk.actions.run("edit.undo")
    settled()
    assert grid.cells.rows[URGENT].counts == "both"


def test_enter_goes_down_tab_right_and_f2_edits(qtbot: QtBot, targets: MatrixPage, settled: Settled) -> None:
    grid = targets.targets.grid
    write(qtbot, targets, BUSINESS, 0, "25")
    qtbot.waitUntil(lambda: grid.currentIndex().row() == BUSINESS + 1)
    settled()
    grid.go(BUSINESS, FIRST_TIMER)
    targets.desk.actions.run("matrix.edit")
    assert grid.editor is not None
    assert grid.editor.text() == "25 min"
    qtbot.keyClick(grid.editor, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: grid.currentIndex().column() == FIRST_TIMER + 1)
    assert targets.store.undo.count() == 1


def test_an_inverted_target_is_marked_at_its_cell_and_mended(
    qtbot: QtBot, targets: MatrixPage, settled: Settled
) -> None:
    grid = targets.targets.grid
    check = grid.cells.rows[ENTERPRISE].cells[0].check
    assert check is not None
    targets.show_check(check)
    assert targets.tabs.currentWidget() is targets.targets
    assert (grid.currentIndex().row(), grid.currentIndex().column()) == (ENTERPRISE, FIRST_TIMER)
    targets.desk.actions.run("matrix.mend")
    settled()
    assert held(targets, "enterprise") == TargetPolicy("urgent", "enterprise", ACKNOWLEDGE, 1200, ROUND_THE_CLOCK)
    assert grid.cells.rows[ENTERPRISE].cells[0].check is None


def test_what_a_channel_expects_is_typed_and_marked_as_changed(
    qtbot: QtBot, targets: MatrixPage, settled: Settled
) -> None:
    line = targets.targets.around.fields["channel:email:first_update"]
    assert isinstance(line, TypedLine)
    assert line.text() == "4 h"
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "2h")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    settled()
    record = targets.store.record
    assert record is not None
    assert ChannelPolicy("email", 7200, 28800) in record.policy.channels
    assert line.text() == "2 h"
    corner = line.findChild(ChangedCorner)
    assert isinstance(corner, ChangedCorner)
    assert not corner.isHidden()
    assert line.toolTip() == "Published: 4 h"
    line.selectAll()
    qtbot.keyClicks(line, "0")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert "late at once" in line.accessibleDescription()
    assert targets.store.undo.count() == 1


def test_criticality_settings_and_pauses_are_each_one_edit_with_a_name(
    qtbot: QtBot, targets: MatrixPage, settled: Settled
) -> None:
    fields = targets.targets.around.fields
    number, days = fields["criticality:payments"], fields["setting:reopen_days"]
    beat, box = fields["setting:steady_beat"], fields["pauses:customer:next_update"]
    assert isinstance(number, NumberField)
    assert isinstance(days, NumberField)
    assert isinstance(beat, Switch)
    assert isinstance(box, CheckBox)
    number.setValue(75)
    settled()
    days.setValue(14)
    settled()
    beat.click()
    settled()
    box.click()
    settled()
    record = targets.store.record
    assert record is not None
    policy = record.policy
    assert (policy.criticality["payments"], policy.reopen_days, policy.steady_beat) == (75, 14, True)
    assert set(policy.pauses["customer"]) == {
        TimerKind.NEXT_UPDATE, TimerKind.CONTAIN, TimerKind.RESOLVE, TimerKind.STEP,
    }  # fmt: skip
    assert [targets.store.undo.text(place) for place in range(4)] == [
        "Criticality of Payments", "A closed incident opens again within",
        "Updates keep a steady beat, whenever the last one was sent", "Waiting for the customer",
    ]  # fmt: skip
    for _step in range(4):
        targets.desk.actions.run("edit.undo")
    settled()
    assert (number.value(), days.value(), beat.isChecked(), box.isChecked()) == (50, 7, False, False)


def test_the_default_calendar_is_shown_also_where_nobody_has_it(targets: MatrixPage) -> None:
    combo = targets.targets.around.fields["default_calendar"]
    assert isinstance(combo, ComboField)
    assert combo.currentText() == "support, not known here"


def test_a_case_explains_its_targets(targets: MatrixPage) -> None:
    assert not targets.targets.explained.isHidden()
    targets.probe.set_facts(dict(FACTS))
    assert targets.targets.explained.lines == [
        ("Acknowledge", "15 min"), ("First update", "30 min"), ("Update every", "30 min"), ("Contain", "90 min"),
        ("Resolve", "4 h"),
    ]  # fmt: skip
    assert targets.targets.explained.causes == [
        "Urgent follows any segment",
        "Payments scales to 50 %",
        "E-mail asks no more than the grid",
        "In hours: support, unless a contract or region says otherwise",
    ]
    assert targets.targets.explained.what_ifs == [
        ("Phone", "first update in 15 min"),  # phone asks 15 min, the grid gives 60 min by 50 %
        ("Delivery", "resolve in 8 h"),  # 8 h by 100 %
        ("Enterprise", "contain in 60 min"),  # 2 h by 50 %
        ("Class High", "resolve in 8 h"),  # 16 h by 50 %
    ]
    targets.go_to("triggers")
    assert targets.targets.explained.isHidden()


def test_who_may_not_write_reads_and_copies(qtbot: QtBot, opened: Opener, draft_database: Database) -> None:
    agent = draft_database.acting_as(Actor(draft_database.actor.id, "lena", "Lena", Role.AGENT))
    page = opened(agent)
    page.go_to("targets")
    grid = page.targets.grid
    grid.go(ENTERPRISE, FIRST_TIMER)
    qtbot.keyClicks(grid, "5")
    qtbot.keyClick(grid, Qt.Key.Key_Delete)
    assert grid.editor is None
    assert page.store.undo.count() == 0
    assert not page.targets.around.fields["criticality:payments"].isEnabled()
    grid.copy()
    assert QGuiApplication.clipboard().text() == "40 min"


def test_everything_has_a_name_for_those_who_do_not_see_it(targets: MatrixPage) -> None:
    grid = targets.targets.grid
    index = grid.cells.index(ENTERPRISE, FIRST_TIMER)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole).startswith(
        "Urgent, Enterprise: acknowledge, 40 min, around the clock, Inverted target in triggers 2 and 10."
    )
    follows = grid.cells.index(BUSINESS, FIRST_TIMER)
    assert follows.data(Qt.ItemDataRole.AccessibleTextRole) == (
        "Urgent, Business: acknowledge, 30 min, in hours, follows any segment"
    )
    assert grid.cells.index(URGENT, CLASS).data() == "Urgent"
    for name, field in targets.targets.around.fields.items():
        face = QAccessible.queryAccessibleInterface(field)
        assert face.text(QAccessible.Text.Name), name


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_targets_look_like_their_picture(
    qapp: QApplication, qtbot: QtBot, targets: MatrixPage, settled: Settled, mode: str
) -> None:
    apply_theme(qapp, mode)
    targets.resize(1522, 930)
    write(qtbot, targets, BUSINESS, 0, "25 min")
    targets.probe.set_facts(dict(FACTS))
    settled()
    qtbot.waitUntil(lambda: targets.targets.grid.currentIndex().row() == BUSINESS + 1)
    QApplication.sendPostedEvents()
    assert_picture(targets, f"matrix/targets_{mode}")
    apply_theme(qapp, "light")
