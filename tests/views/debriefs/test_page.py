"""The page: list, form, marks, action items, undo, states."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from app.models.enums import ActionKind, ActionState, DebriefState, EventKind
from app.services.database.errors import UserError
from app.services.debriefs.actions import AddActionItem, AnswerActionItem
from app.services.debriefs.form import WriteBlock
from app.views.debriefs.actions_model import Column as ActionColumn
from app.views.debriefs.events import Column as EventColumn
from app.views.debriefs.growing import GrowingText
from app.views.debriefs.keeper import State
from app.views.theme.apply import apply_theme
from app.views.theme.states import EmptyState, ErrorState
from tests.debrief_play import TEXTS
from tests.views.debriefs.conftest import Shown
from tests.views.golden import assert_picture


def test_a_resolved_incident_waits_in_to_write_with_what_the_record_knows(shown: Shown) -> None:
    shown.until(lambda: shown.page.list.model.rowCount() == 1)
    assert [shown.page.list.tabs.accessibleTabName(tab) for tab in range(3)] == [
        "To write, 1",
        "In progress, 0",
        "Closed, 0",
    ]
    shown.page.list.view.setCurrentIndex(shown.page.list.model.index(0, 0))
    shown.until(lambda: shown.page.store.record is not None)
    form = shown.page.form
    assert form.offer.isVisible()
    assert not form.story.isVisible()
    assert "Acknowledge 6 min of 15 min" in form.record.figures.accessibleDescription()
    assert shown.page.primary == "debriefs.start"


def test_starting_opens_the_form_under_in_progress(shown: Shown) -> None:
    shown.open()
    shown.page.form.start.click()
    shown.until(lambda: bool(shown.page.store.record and shown.page.store.record.id))
    shown.until(lambda: shown.page.list.tabs.currentIndex() == 1 and shown.page.list.model.rowCount() == 1)
    assert shown.page.form.story.isVisible()
    assert shown.page.form.head.tag.accessibleName() == "In progress"
    assert shown.window.desk.actions.why_not("debriefs.start") == "It has a debrief already."


def test_what_is_typed_is_stored_by_itself_and_undone_by_name(written: Shown) -> None:
    block = written.page.form.story.block("impact")
    block.field.setFocus()
    block.field.selectAll()
    QTest.keyClicks(block.field, "Forty-one patients.")
    written.until(lambda: written.stored().block("impact").body == "Forty-one patients.")
    written.until(lambda: block.keeper.clean)
    stack = written.page.store.stack()
    assert stack is not None
    assert stack.undoText() == "Write Impact"
    written.page.form.head.preview.setFocus()
    written.window.desk.actions.run("edit.undo")
    written.until(lambda: written.stored().block("impact").body == TEXTS["impact"])
    assert block.field.text() == TEXTS["impact"]
    written.window.desk.actions.run("edit.redo")
    written.until(lambda: written.stored().block("impact").body == "Forty-one patients.")


def test_two_writers_meet_in_a_strip_with_both_texts(written: Shown) -> None:
    block = written.page.form.story.block("summary")
    record = written.page.store.record
    assert record is not None
    block.field.setFocus()
    QTest.keyClicks(block.field, "Mine. ")
    mine = block.field.text()
    theirs = WriteBlock(debrief_id=record.id, key="summary", body="Theirs.", seen=TEXTS["summary"])
    written.desk.marco.apply(theirs)
    block.keeper.save()
    written.until(lambda: block.keeper.state is State.CONFLICT)
    assert (block.strip.theirs.text(), block.strip.mine.text()) == ("Theirs.", mine)
    assert block.strip.isVisible()
    assert "Summary" in written.page.may_close()
    block.strip.both.click()
    written.until(lambda: written.stored().block("summary").body == f"Theirs.\n{mine}")
    assert not block.strip.isVisible()
    assert written.page.may_close() == ""


def test_an_unsettled_text_keeps_the_page_on_its_debrief(written: Shown) -> None:
    block = written.page.form.story.block("summary")
    block.keeper.state = State.CONFLICT
    other = written.desk.open()
    written.page.go_to(other)
    assert written.page.store.wanted == written.incident
    block.keeper.start(TEXTS["summary"])


def test_what_another_desk_writes_appears_where_nobody_types(written: Shown) -> None:
    record = written.page.store.record
    assert record is not None
    written.desk.marco.apply(WriteBlock(debrief_id=record.id, key="learned", body="From another desk."))
    written.until(lambda: written.page.form.story.block("learned").field.text() == "From another desk.")


def test_the_switch_lets_a_block_out_and_undo_takes_it_back(written: Shown) -> None:
    block = written.page.form.story.block("factors")
    assert "2 of 8 blocks" in written.page.form.record.safe.text()
    block.switch.click()
    assert "3 of 8 blocks" in written.page.form.record.safe.text()  # at once
    written.until(lambda: written.stored().block("factors").customer_safe)
    stack = written.page.store.stack()
    assert stack is not None
    assert stack.undoText() == "Customer-safe: Factors"
    stack.undo()
    written.until(lambda: not written.stored().block("factors").customer_safe)
    assert not block.switch.isChecked()


def line_of(shown: Shown, kind: EventKind) -> int:
    lines = shown.page.form.record.events.events_model.lines
    return next(row for row, line in enumerate(lines) if line.event.kind is kind)


def test_events_are_marked_by_click_by_space_and_by_letter(written: Shown) -> None:
    table = written.page.form.record.events
    row = line_of(written, EventKind.NOTE)
    spot = QPointF(table.visualRect(table.events_model.index(row, EventColumn.STORY)).center())
    for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease):
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        event = QMouseEvent(kind, spot, table.viewport().mapToGlobal(spot), left, left, none)
        QApplication.sendEvent(table.viewport(), event)
    written.until(lambda: written.stored().lines[row].in_story)
    table.setFocus()
    table.setCurrentIndex(table.events_model.index(row, EventColumn.CUSTOMER))
    QTest.keyClick(table, Qt.Key.Key_Space)
    written.until(lambda: written.stored().lines[row].for_customer)
    written.window.desk.actions.run("debriefs.story")
    written.until(lambda: not written.stored().lines[row].in_story)
    spoken = table.events_model.index(row, EventColumn.CUSTOMER).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Stays inside"


def test_showing_an_event_to_the_customer_takes_it_into_the_story(written: Shown) -> None:
    table = written.page.form.record.events
    row = line_of(written, EventKind.NOTE)
    table.setCurrentIndex(table.events_model.index(row, EventColumn.CUSTOMER))
    written.window.desk.actions.run("debriefs.customer")
    written.until(lambda: written.stored().lines[row].for_customer)


def test_a_letter_among_action_items_marks_no_event(written: Shown) -> None:
    add_action(written)
    table, events = written.page.form.actions_pane.table, written.page.form.record.events
    events.setCurrentIndex(events.events_model.index(0, EventColumn.STORY))
    before = written.page.store.record
    table.setFocus()
    table.setCurrentIndex(table.actions_model.index(0, ActionColumn.WHAT))
    written.until(table.hasFocus)
    QTest.keyClick(table, Qt.Key.Key_K)
    assert written.page.store.record == before
    assert written.window.desk.actions.why_not("debriefs.story") == "Choose an event first."
    assert table.state() is not table.State.EditingState


def test_letters_follow_the_keyboard_from_table_to_table(written: Shown) -> None:
    table, actions = written.page.form.record.events, written.page.form.actions_pane.table
    mark, add = (written.window.desk.actions.action(f"debriefs.{name}") for name in ("story", "add"))
    written.window.activateWindow()
    written.until(written.window.isActiveWindow)
    actions.setFocus()
    assert (mark.isEnabled(), add.isEnabled()) == (False, True)
    table.setFocus()
    assert mark.isEnabled()
    line = table.line()
    assert line is not None
    QTest.keyClick(table, Qt.Key.Key_K)
    written.until(lambda: written.stored().lines[0].in_story is not line.in_story)
    actions.setFocus()
    assert not mark.isEnabled()


def test_an_event_of_the_rail_leads_to_its_line(written: Shown) -> None:
    rail, table = written.page.form.rail.view, written.page.form.record.events
    rail.setFocus()
    for _ in range(3):
        QTest.keyClick(rail, Qt.Key.Key_Right)
    QTest.keyClick(rail, Qt.Key.Key_Return)
    assert table.currentIndex().row() == 2


def test_action_items_are_added_in_the_last_row_and_edited_in_place(written: Shown) -> None:
    table = written.page.form.actions_pane.table
    written.window.desk.actions.run("debriefs.add")
    editor = table.viewport().findChild(QLineEdit)
    assert editor is not None
    QTest.keyClicks(editor, "Pause the job")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    written.until(lambda: len(written.stored().actions) == 1)
    written.until(lambda: table.actions_model.rowCount() == 2)
    assert table.height() >= 2 * table.rowHeight(0)
    table.edit(table.actions_model.index(0, ActionColumn.KIND))
    combo = table.viewport().findChild(QComboBox)
    assert combo is not None
    combo.setCurrentIndex(combo.findData(ActionKind.MATRIX_CHANGE.value))
    combo.activated.emit(combo.currentIndex())
    written.until(lambda: written.stored().actions[0].kind is ActionKind.MATRIX_CHANGE)
    stack = written.page.store.stack()
    assert stack is not None
    stack.undo()
    written.until(lambda: written.stored().actions[0].kind is ActionKind.PREVENT)


def add_action(shown: Shown, what: str = "Pause the job") -> str:
    record = shown.page.store.record
    assert record is not None
    lena = next(one.id for one in shown.page.store.people if one.login == "lena")
    added = shown.desk.lena.apply(AddActionItem(debrief_id=record.id, what=what, owner_id=lena)).result
    table = shown.page.form.actions_pane.table
    shown.until(lambda: table.actions_model.rowCount() == 2 and table.height() > 2 * table.rowHeight(0))
    return str(added["action_item_id"])


def test_a_tick_says_done_and_again_open(written: Shown) -> None:
    add_action(written)
    table = written.page.form.actions_pane.table
    table.setFocus()
    table.setCurrentIndex(table.actions_model.index(0, ActionColumn.DONE))
    QTest.keyClick(table, Qt.Key.Key_Space)
    written.until(lambda: written.stored().actions[0].state is ActionState.DONE)
    assert "1 done" in written.page.form.actions_pane.title.extra.text()
    written.until(lambda: table.actions_model.actions[0].done_at is not None)
    written.window.desk.actions.run("debriefs.done")
    written.until(lambda: written.stored().actions[0].state is ActionState.OPEN)


def test_not_doing_asks_why_and_stays_open_without_a_reason(written: Shown) -> None:
    add_action(written)
    pane = written.page.form.actions_pane
    pane.table.actions_model.setData(pane.table.actions_model.index(0, ActionColumn.STATE), ActionState.NOT_DOING.value)
    written.until(lambda: pane.sheet is not None and pane.sheet.isVisible())
    sheet = pane.sheet
    assert sheet is not None
    QTest.keyClick(sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert sheet.isVisible()
    field = QApplication.focusWidget()
    assert field is not None
    QTest.keyClicks(field, "The job is gone.")
    QTest.keyClick(sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    written.until(lambda: written.stored().actions[0].reason == "The job is gone.")
    written.until(lambda: pane.sheet is None)


def test_closing_says_why_not_until_it_can(written: Shown) -> None:
    head, actions = written.page.form.head, written.window.desk.actions
    item = add_action(written)
    assert not head.close_button.isEnabled()
    assert head.close_button.toolTip().startswith("One action item is open.")
    assert actions.why_not("debriefs.close") == head.close_button.toolTip()
    written.desk.lena.apply(AnswerActionItem(action_item_id=item, state=ActionState.DONE))
    written.until(head.close_button.isEnabled)
    head.close_button.click()
    written.until(lambda: written.stored().state is DebriefState.CLOSED)
    written.until(written.page.form.story.block("summary").field.isReadOnly)
    assert not written.page.form.story.block("summary").switch.isEnabled()
    assert actions.why_not("debriefs.add") == "This debrief is closed."


def test_an_agent_sees_that_a_lead_closes(written: Shown) -> None:
    written.window.desk.tasks.attach(written.desk.marco)
    written.window.area_of_pages.rebuild()
    written.open()
    assert written.page.form.head.why_open() == "A lead closes debriefs."


def test_the_preview_shows_the_pages_and_counts_what_stays_inside(written: Shown) -> None:
    written.window.desk.actions.run("debriefs.preview")
    preview = written.page.preview
    written.until(lambda: preview.document is not None)
    assert preview.isVisible()
    assert preview.count.text() == "2 pages"
    preview.audience.set_current(1)
    written.until(lambda: "stay inside" in preview.count.text())
    blocks, events = written.stored().kept_inside
    assert preview.count.text() == f"1 page    {blocks} blocks, {events} events stay inside"
    QTest.keyClick(preview.paper, Qt.Key.Key_Escape)
    assert written.page.stack.currentWidget() is written.page.splitter


def test_the_preview_saves_what_it_shows(written: Shown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused: list[UserError] = []
    monkeypatch.setattr(written.window, "refuse", refused.append)
    written.window.desk.actions.run("debriefs.preview")
    preview = written.page.preview
    written.until(lambda: preview.document is not None)
    preview.ask_where("pdf")
    dialog = preview.dialog
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "inside.pdf"))
    dialog.reject()
    assert len(PdfReader(tmp_path / "inside.pdf").pages) == 2
    preview.save("md", tmp_path / "inside.md")
    assert (tmp_path / "inside.md").read_text().startswith("# Double charge")
    preview.save("pdf", tmp_path / "missing" / "no.pdf")
    assert [error.what for error in refused if "was not written" in error.what] != []


def test_an_incident_that_is_gone_is_said_so_with_a_way_on(shown: Shown) -> None:
    from app.services.database.identity import new_id

    shown.page.go_to(new_id())
    shown.until(lambda: isinstance(shown.page.side.currentWidget(), ErrorState))
    shown.open()
    assert shown.page.side.currentWidget() is shown.page.form


def test_a_list_that_cannot_be_read_offers_to_try_again(shown: Shown) -> None:
    shown.until(lambda: shown.page.list.stack.currentWidget() is shown.page.list.view)
    shown.page.store.list_failed.emit(UserError("The server does not answer.", "Try again."))
    state = shown.page.list.stack.currentWidget()
    assert isinstance(state, ErrorState)
    state.buttons[0].click()
    shown.page.list.tabs.setCurrentIndex(2)
    assert isinstance(shown.page.list.stack.currentWidget(), EmptyState)


def test_every_command_has_a_menu_and_no_key_is_used_twice(shown: Shown) -> None:
    commands = list(shown.window.desk.actions)
    mine = [command for command in commands if command.page == "debriefs"]
    assert len(mine) == 9
    assert all(command.menu is not None and command.handler is not None for command in mine)
    keys = [command.key for command in commands if command.key]
    assert len(keys) == len(set(keys))


def test_layout_and_place_come_back(written: Shown) -> None:
    kept = written.page.remembered()
    written.page.splitter.setSizes([400, 900])
    written.page.remember(kept)
    assert written.page.remembered() == kept
    written.page.remember({"list": "odd", "form": [1]})
    assert written.page.place() == written.incident


def test_without_room_one_side_is_shown_and_a_way_back_to_the_list(written: Shown, qapp: QApplication) -> None:
    apply_theme(qapp, "light", "comfortable", 200)
    written.window.resize(1366, 768)
    page = written.page
    written.until(page.form.head.back.isVisible)
    assert (page.list.isVisible(), page.form.record.isVisible(), page.form.area.isVisible()) == (False, False, True)
    page.form.which.set_current(1)
    assert (page.form.record.isVisible(), page.form.area.isVisible()) == (True, False)
    page.form.head.back.click()
    assert page.list.isVisible()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_form_looks_like_its_picture(written: Shown, qapp: QApplication, mode: str) -> None:
    apply_theme(qapp, mode)
    add_action(written)
    written.page.form.head.saved.setText("saved 14:20")
    QTest.mouseMove(written.window, QPoint(2, 2))
    written.page.list.view.setFocus()
    assert_picture(written.page, f"debriefs/form_{mode}")


def test_the_preview_looks_like_its_picture(written: Shown) -> None:
    written.window.desk.actions.run("debriefs.preview")
    written.until(lambda: written.page.preview.document is not None)
    assert_picture(written.page, "debriefs/preview")


def test_a_hint_that_needs_two_lines_is_shown_whole(qtbot: QtBot) -> None:
    field = GrowingText("Was hard", "Where tools or rules stood in the way.")
    qtbot.addWidget(field)
    field.setFixedWidth(400)
    with qtbot.waitExposed(field):
        field.show()
    one_line = field.height()
    field.setFixedWidth(190)
    qtbot.waitUntil(lambda: field.height() >= one_line + 10)


def test_what_was_typed_is_written_before_another_database_is_opened(written: Shown) -> None:
    field = written.page.form.story.block("learned").field
    field.setFocus()
    field.setPlainText("A path needs a step for refunds, and a check.")  # and within the 600 ms:
    written.window.desk.tasks.attach(None)
    written.until(lambda: written.stored().block("learned").body == "A path needs a step for refunds, and a check.")
