"""The Matrix page: findings and their mends, undo, trying a case, publishing, and what stands before a matrix."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.models.enums import Role, VersionState
from app.services.database.database import Database
from app.services.database.errors import DatabaseUnavailable
from app.services.database.work import Actor
from app.services.matrix.checks import CheckReport
from app.services.matrix.page import read_page
from app.services.matrix.versions import list_versions
from app.views.matrix.checks_panel import ChecksPanel
from app.views.matrix.page import MatrixPage
from app.views.matrix.path_drawing import number_words
from app.views.matrix.replay_page import ReplayPage
from app.views.matrix.replay_store import State
from app.views.theme.buttons import Button
from app.views.theme.empty import ErrorState
from app.views.theme.labels import Label
from tests.services.matrix.owners import sample_document
from tests.views.matrix.conftest import Opener

Settled = Callable[[], None]


def titles(page: MatrixPage) -> list[str]:
    return [card.check.title for card in page.checks.cards]


def press(qtbot: QtBot, page: MatrixPage, title: str, words: str) -> None:
    """Clicks a button of a finding's card."""
    card = next(one for one in page.checks.cards if one.check.title == title)
    button = next(one for one in card.buttons if one.text() == words)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_checks_name_gap_masked_trigger_and_inverted_target(page: MatrixPage) -> None:
    assert titles(page) == [
        "Gap: S2, Free, Payments",
        "Trigger 9 never decides",
        "Inverted target in triggers 2 and 10",
    ]
    assert page.checks.when.text().startswith("Verified in 0.")


def test_every_mend_is_one_click_and_undo_takes_all_of_them_back(
    qtbot: QtBot, page: MatrixPage, settled: Settled
) -> None:
    before = page.store.record
    assert before is not None
    for title, words in (
        ("Gap: S2, Free, Payments", "Add trigger"),
        ("Trigger 9 never decides", "Remove 9"),
        ("Inverted target in triggers 2 and 10", "Set to 10 min"),
    ):
        press(qtbot, page, title, words)
        settled()
    assert titles(page) == []
    assert [page.store.undo.text(place) for place in range(3)] == ["Add trigger", "Remove 9", "Set to 10 min"]
    for _step in range(3):
        page.desk.actions.run("edit.undo")
    settled()
    after = page.store.record
    assert after is not None
    assert (after.rows, after.policy) == (before.rows, before.policy)
    page.desk.actions.run("edit.redo")
    settled()
    assert titles(page)[0] == "Trigger 9 never decides"


def test_use_catch_all_answers_the_gap(qtbot: QtBot, page: MatrixPage, settled: Settled) -> None:
    press(qtbot, page, "Gap: S2, Free, Payments", "Use catch-all")
    settled()
    assert titles(page)[0] == "Trigger 9 never decides"
    record = page.store.record
    assert record is not None
    assert record.difference.count == 1


def test_a_mend_by_its_button_leaves_the_keys_in_the_grid(qtbot: QtBot, page: MatrixPage, settled: Settled) -> None:
    page.checks.cards[0].buttons[1].setFocus()
    press(qtbot, page, "Gap: S2, Free, Payments", "Use catch-all")
    settled()
    assert page.window().focusWidget() is page.triggers.grid


def test_raising_a_masked_trigger_moves_it_and_lifts_its_tier(qtbot: QtBot, page: MatrixPage, settled: Settled) -> None:
    press(qtbot, page, "Trigger 9 never decides", "Raise to Tier 2")
    settled()
    record = page.store.record
    assert record is not None
    assert [one.values.number for one in record.rows][6:9] == [7, 9, 8]
    assert record.rows[7].values.tier == "t2"
    assert page.store.undo.count() == 1


def test_stale_checks_are_dimmed_until_verified_again(page: MatrixPage, settled: Settled) -> None:
    page.triggers.move_by(1)
    assert page.checks.when.text() == "Checking"
    assert not page.checks.cards[0].isEnabled()
    settled()
    assert page.checks.cards[0].isEnabled()


def test_f8_goes_from_finding_to_finding_and_round(page: MatrixPage) -> None:
    seen = []
    for _step in range(4):
        page.desk.actions.run("matrix.next")
        row, column = page.triggers.grid.current_row(), page.triggers.grid.current_column()
        assert row is not None
        assert column is not None
        seen.append((row.trigger.values.number if row.trigger else row.kind.value, column.key))
    assert seen == [("gap", "severity"), (9, "severity"), (2, "acknowledge"), ("gap", "acknowledge")]
    page.desk.actions.run("matrix.previous")
    row = page.triggers.grid.current_row()
    assert row is not None
    assert row.trigger is not None
    assert row.trigger.values.number == 2


def test_commands_add_move_and_remove_the_trigger_under_the_cursor(page: MatrixPage, settled: Settled) -> None:
    record = page.store.record
    assert record is not None
    page.triggers.grid.show_place(record.rows[1].id)
    page.desk.actions.run("matrix.down")
    settled()
    assert _order(page)[:3] == [1, 3, 2]
    page.desk.actions.run("matrix.add")
    settled()
    assert _order(page)[:5] == [1, 3, 2, 13, 4]
    selected = page.triggers.selected()
    assert selected is not None
    assert selected.values.number == 13
    page.desk.actions.run("matrix.remove")
    settled()
    assert _order(page)[:4] == [1, 3, 2, 4]
    page.store.undo.undo()
    settled()
    assert _order(page)[:5] == [1, 3, 2, 13, 4]


def _order(page: MatrixPage) -> list[int]:
    record = page.store.record
    assert record is not None
    return [one.values.number for one in record.rows]


def test_a_case_lights_the_trigger_that_decides(qtbot: QtBot, page: MatrixPage) -> None:
    page.probe.set_facts({"severity": "s2", "segment": "business", "product_area": "payments", "channel": "chat"})
    assert page.probe.result.text() == "Catch-all: Tier 1, Frontline"
    assert "Revenue at risk is not known yet" in page.probe.why.text()
    field = next(one for one in page.probe.fields if one.dimension.key == "revenue")
    qtbot.mouseClick(field.chip, Qt.MouseButton.LeftButton)
    field.line.setText("14,200")
    qtbot.keyClick(field.line, Qt.Key.Key_Return)
    assert page.probe.result.text() == "Trigger 5: Tier 2, Payments desk"
    assert page.probe.targets.text() == "Acknowledge in 30 min, resolve in 8 h"
    lit = {row.trigger.values.number: row.lit for row in page.triggers.grid.cells.rows if row.trigger and row.lit}
    assert lit == {5: "chosen"}


def test_the_example_of_a_finding_fills_the_case(qtbot: QtBot, page: MatrixPage) -> None:
    card = page.checks.cards[1]
    assert card.example is not None
    qtbot.mouseClick(card.example, Qt.MouseButton.LeftButton)
    assert page.probe.result.text() == "Trigger 8: Tier 2, Identity team"
    assert "Trigger 9 also matches, with the lower Tier 1." in page.probe.why.text()


def test_the_path_follows_the_cursor(qtbot: QtBot, page: MatrixPage) -> None:
    record = page.store.record
    assert record is not None
    page.triggers.grid.show_place(record.rows[2].id)
    strip = page.triggers.path
    qtbot.waitUntil(lambda: (strip.title.text(), strip.used.text()) == ("Path Money", "used by triggers 2 to 5"))
    assert strip.longest.text() == "Longest wait to Tier 4: 90 min"
    bands = strip.rail.drawing().bands
    assert [one.name for one in bands] == ["Tier 1", "Tier 2", "Tier 3", "Tier 4"]
    assert [one.from_minute for one in bands] == [0, 15, 45, 90]
    page.triggers.grid.show_place(record.rows[3].id)  # begins at tier 2
    qtbot.waitUntil(lambda: [one.name for one in strip.rail.drawing().bands] == ["Tier 2", "Tier 3", "Tier 4"])
    assert strip.used.text() == "used by triggers 2 to 5, seen from Tier 2"


def test_runs_of_numbers_are_shortened() -> None:
    assert number_words([2, 3, 4, 5]) == "2 to 5"
    assert number_words([9, 1, 2]) == "1, 2 and 9"
    assert number_words([]) == ""


def test_changes_are_counted_in_the_head_and_cornered_in_the_grid(page: MatrixPage, settled: Settled) -> None:
    record = page.store.record
    assert record is not None
    assert page.head.state.accessibleName() == "Draft 2, no changes yet"
    page.triggers.keep(record.rows[2].id, page.triggers.grid.cells.columns[3], ">= 10000")
    settled()
    assert page.head.state.accessibleName() == "Draft 2, 1 change"
    cells = page.triggers.grid.cells
    assert cells.view(cells.index(2, 3)).changed == "Any"
    assert cells.index(2, 3).data(Qt.ItemDataRole.ToolTipRole) == "Published: Any. Now: ≥ €10,000."


def test_publishing_is_blocked_by_an_error_and_shows_it(qtbot: QtBot, page: MatrixPage) -> None:
    page.desk.actions.run("matrix.review")
    assert page.in_review
    qtbot.mouseClick(page.review_pane.publish, Qt.MouseButton.LeftButton)
    assert page.over.currentWidget() is page.split
    row = page.triggers.grid.current_row()
    assert row is not None
    assert row.check is not None


def test_publishing_asks_for_each_reason_and_then_does_it(
    qtbot: QtBot, page: MatrixPage, settled: Settled, draft_database: Database
) -> None:
    press(qtbot, page, "Gap: S2, Free, Payments", "Use catch-all")
    settled()
    press(qtbot, page, "Trigger 9 never decides", "Remove 9")
    settled()
    page.desk.actions.run("matrix.review")
    review = page.review_pane
    qtbot.waitUntil(lambda: review.more.record is not None)
    qtbot.mouseClick(review.publish, Qt.MouseButton.LeftButton)
    lines = list(review.checks.reasons.values())
    assert lines[0].hasFocus()
    for line in lines:
        line.setText("Finance wants it so.")
    qtbot.mouseClick(review.publish, Qt.MouseButton.LeftButton)
    assert page.in_review  # the rationale is still missing
    assert review.terms.rationale.hasFocus()
    review.terms.rationale.setPlainText("Social posts go to the desk.")
    qtbot.keyClick(review.terms.rationale, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not page.in_review)
    qtbot.waitUntil(lambda: page.head.state.accessibleName() == "Version 2, in force")
    versions = draft_database.read(list_versions)
    assert [(one.number, one.state, one.rationale) for one in versions] == [
        (2, VersionState.PUBLISHED, "Social posts go to the desk."),
        (1, VersionState.PUBLISHED, "First."),
    ]


def test_an_edit_of_the_version_in_force_makes_a_draft_first(
    qtbot: QtBot, page: MatrixPage, settled: Settled, draft_database: Database
) -> None:
    page.desk.actions.run("matrix.discard")
    qtbot.waitUntil(lambda: page.store.record is not None and not page.store.record.is_draft)
    record = page.store.record
    assert record is not None
    page.triggers.keep(record.rows[2].id, page.triggers.grid.cells.columns[3], ">= 10000")
    qtbot.waitUntil(lambda: page.store.undo.count() == 1)
    settled()
    found = draft_database.read(read_page, draft_database.clock.now())
    assert found is not None
    assert found.is_draft
    assert found.rows[2].values.cells["revenue"] == ">= 10000"
    assert found.difference.count == 1


def test_a_reason_is_written_in_a_sheet(qtbot: QtBot, page: MatrixPage, settled: Settled) -> None:
    record = page.store.record
    assert record is not None
    page.triggers.grid.show_place(record.rows[3].id)
    page.desk.actions.run("matrix.reason")
    sheet = page._sheet
    assert sheet is not None
    sheet.text.setPlainText("Agreed in May.")  # type: ignore[attr-defined]  # it is the reason's own sheet
    qtbot.keyClick(sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settled()
    after = page.store.record
    assert after is not None
    assert after.rows[3].values.reason == "Agreed in May."


def test_without_a_matrix_there_are_three_ways_to_one(qtbot: QtBot, opened: Opener, sqlite_database: Database) -> None:
    page = opened(sqlite_database)
    assert page.body.currentWidget() is page.start
    assert page.side.isHidden()
    assert page.start.build is not None
    qtbot.mouseClick(page.start.build, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.start.problem.isVisible)
    assert "Import incidents first" in page.start.problem.text()


def test_an_empty_matrix_starts_with_tiers_and_a_first_gap(
    qtbot: QtBot, opened: Opener, sqlite_database: Database
) -> None:
    page = opened(sqlite_database)
    page.start.from_nothing.emit()
    qtbot.waitUntil(lambda: page.store.record is not None)
    qtbot.waitUntil(lambda: not page.store.busy)
    assert titles(page) == ["Gap: everything"]
    press(qtbot, page, "Gap: everything", "Add trigger")
    qtbot.waitUntil(lambda: not page.store.busy)
    assert titles(page) == []


def test_a_matrix_file_is_opened_as_a_draft(
    qtbot: QtBot, opened: Opener, sqlite_database: Database, tmp_path: Path
) -> None:
    path = tmp_path / "matrix.json"
    path.write_text(json.dumps(sample_document()), "utf-8")
    page = opened(sqlite_database)
    page.start.from_file.emit(str(tmp_path / "missing.json"))
    qtbot.waitUntil(page.start.problem.isVisible)
    page.start.from_file.emit(str(path))
    qtbot.waitUntil(lambda: page.store.record is not None)
    assert page.head.state.accessibleName().startswith("Draft 1")
    assert page.triggers.grid.cells.rows[0].trigger is not None


def test_who_is_no_lead_reads_and_copies_only(qtbot: QtBot, opened: Opener, draft_database: Database) -> None:
    agent = Actor(draft_database.actor.id, "lena", "Lena Okafor", Role.AGENT)
    page = opened(draft_database.acting_as(agent))
    grid = page.triggers.grid
    grid.setFocus()
    grid.go(2, 3)
    qtbot.keyClicks(grid, ">")
    assert grid.editor is None
    with qtbot.waitSignal(page.store.refused) as refused:
        qtbot.keyClick(grid, Qt.Key.Key_Delete)
        page.triggers.move_by(1)
    assert refused.args is not None
    assert refused.args[0].what == "Only leads change the matrix."
    assert page.desk.actions.why_not("matrix.review") == "Only leads publish."


def test_keys_of_the_page_do_not_act_below_the_review(qtbot: QtBot, page: MatrixPage) -> None:
    page.desk.actions.run("matrix.review")
    assert page.in_review
    qtbot.keyClick(page.review_pane.terms.rationale, Qt.Key.Key_Insert, Qt.KeyboardModifier.ControlModifier)
    assert page.store.undo.count() == 0
    assert page.in_review


def test_f2_where_nothing_can_be_written_does_nothing(page: MatrixPage) -> None:
    page.triggers.grid.go(6, 7)  # the ghost row
    page.desk.actions.run("matrix.edit")
    page.triggers.grid.go(0, 10)  # a resulting target
    page.desk.actions.run("matrix.edit")
    assert page.triggers.grid.editor is None


def test_the_review_names_each_gap_that_the_catch_all_answers(qtbot: QtBot, page: MatrixPage, settled: Settled) -> None:
    press(qtbot, page, "Gap: S2, Free, Payments", "Use catch-all")
    settled()
    assert page.store.record is not None
    (change,) = page.store.record.difference.others
    assert (change.label, change.before, change.after) == (
        "S2, Free, Payments",
        "no trigger",
        "catch-all: Tier 1, Frontline",
    )


def test_nothing_is_said_to_be_well_before_it_was_verified(qtbot: QtBot) -> None:
    panel = ChecksPanel()
    qtbot.addWidget(panel)
    panel.show_report(CheckReport(), stale=True)
    panel.show()
    assert panel.when.text() == "Checking"
    assert not [label for label in panel.findChildren(Label) if label.isVisible() and "exactly one" in label.text()]
    panel.show_report(CheckReport(seconds=0.02), stale=False)
    assert [label for label in panel.findChildren(Label) if label.isVisible() and "exactly one" in label.text()]


def test_all_columns_fit_beside_a_vertical_bar(qtbot: QtBot, page: MatrixPage) -> None:
    grid = page.triggers.grid
    page.triggers.split.setSizes([260, 600])
    qtbot.waitUntil(lambda: grid.verticalScrollBar().isVisible())
    for width in (1522, 1480):  # what a window of 1600 leaves, and a little less
        page.resize(width, 900)
        assert grid.horizontalScrollBar().maximum() == 0
        last = grid.head.count() - 1
        assert grid.head.sectionViewportPosition(last) + grid.head.sectionSize(last) <= grid.viewport().width()


def test_a_matrix_that_cannot_be_read_says_so_and_is_read_again(qtbot: QtBot, page: MatrixPage) -> None:
    page.store._failed(DatabaseUnavailable("The database does not answer.", "Try again soon."))
    state = page.findChild(ErrorState)
    assert state is not None
    assert state.isVisible()
    again = next(one for one in state.findChildren(Button) if one.text() == "Try again")
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.tabs.isVisible)


def test_the_button_in_the_head_opens_the_replay(qtbot: QtBot, page: MatrixPage) -> None:
    page.head.replay.click()
    replay = page.desk.stage.built("replay")
    assert isinstance(replay, ReplayPage)
    qtbot.waitUntil(replay.isVisible)
    qtbot.waitUntil(lambda: replay.store.state not in (State.STALE, State.RUNNING))
