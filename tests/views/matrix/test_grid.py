"""The trigger grid, driven by keys and the mouse as a person does."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.services.database.database import Database
from app.services.matrix.drafts import SetCell
from app.services.matrix.page import read_page
from app.views.matrix.delegate import first_outcome, ghost_buttons
from app.views.matrix.editor import CellEditor
from app.views.matrix.page import MatrixPage

Settled = Callable[[], None]
ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier


def go(page: MatrixPage, number: int, column: str) -> None:
    """Puts the cursor on a trigger by its number."""
    record = page.store.record
    assert record is not None
    row = next(one for one in record.rows if one.values.number == number)
    page.triggers.grid.setFocus()
    page.triggers.grid.show_place(row.id, column)


def type_in(qtbot: QtBot, page: MatrixPage, text: str) -> CellEditor:
    """Types over the cell under the cursor; the first letter opens the editor."""
    grid = page.triggers.grid
    qtbot.keyClicks(grid, text[:1])
    assert grid.editor is not None
    qtbot.keyClicks(grid.editor, text[1:])
    return grid.editor


def cells(page: MatrixPage, number: int) -> dict[str, str]:
    record = page.store.record
    assert record is not None
    return next(one.values.cells for one in record.rows if one.values.number == number)


def stored(database: Database, number: int) -> dict[str, str]:
    found = database.read(read_page, database.clock.now())
    assert found is not None
    return next(one.values.cells for one in found.rows if one.values.number == number)


def numbers(page: MatrixPage) -> list[str]:
    """What the gutter shows, gaps as ``gap``."""
    return [
        row.kind.value if row.trigger is None else str(row.trigger.values.number)
        for row in page.triggers.grid.cells.rows
    ]


def test_the_gap_is_a_ghost_row_at_its_place(page: MatrixPage) -> None:
    assert numbers(page) == ["1", "2", "3", "4", "5", "6", "gap", "7", "8", "9", "10", "11", "12", "add"]
    ghost = page.triggers.grid.cells.rows[6]
    assert [view.words for view in ghost.cells[:3]] == ["S2", "Free", "Payments"]


def test_typing_replaces_the_cell_and_enter_goes_down(
    qtbot: QtBot, page: MatrixPage, settled: Settled, draft_database: Database
) -> None:
    go(page, 11, "revenue")
    editor = type_in(qtbot, page, "10k+")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert cells(page, 11)["revenue"] == ">= 10000"  # at once, before the database has answered
    settled()
    assert stored(draft_database, 11)["revenue"] == ">= 10000"
    current = page.triggers.grid.current_row()
    assert current is not None
    assert current.trigger is not None
    assert current.trigger.values.number == 12
    assert numbers(page)[11:13] == ["11", "gap"]  # S3 under €10,000 is open now


def test_the_hint_tells_meaning_then_consequence_while_typing(qtbot: QtBot, page: MatrixPage) -> None:
    go(page, 3, "revenue")
    type_in(qtbot, page, "10k+")
    hint = page.triggers.grid.hint
    assert hint.words == "≥ €10,000"
    qtbot.waitUntil(lambda: hint.words == "Under €10,000, S1, Business or Free has no trigger.")


def test_escape_restores_and_writes_nothing(qtbot: QtBot, page: MatrixPage) -> None:
    go(page, 3, "revenue")
    editor = type_in(qtbot, page, "10k+")
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert "revenue" not in cells(page, 3)
    assert page.store.undo.count() == 0
    assert page.triggers.grid.editor is None


def test_tab_keeps_and_goes_right(qtbot: QtBot, page: MatrixPage, settled: Settled) -> None:
    go(page, 4, "segment")
    editor = type_in(qtbot, page, "ent, bus")
    qtbot.keyClick(editor, Qt.Key.Key_Tab)
    assert cells(page, 4)["segment"] == '"enterprise","business"'
    qtbot.waitUntil(lambda: page.triggers.grid.currentIndex().column() == 2)
    settled()


def test_f2_edits_what_is_there(qtbot: QtBot, page: MatrixPage, settled: Settled) -> None:
    go(page, 5, "revenue")
    qtbot.keyClick(page.triggers.grid, Qt.Key.Key_F2)
    editor = page.triggers.grid.editor
    assert editor is not None
    assert editor.text() == ">= 10000"
    qtbot.keyClick(editor, Qt.Key.Key_End)
    qtbot.keyClicks(editor, "0")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert cells(page, 5)["revenue"] == ">= 100000"
    settled()


def test_delete_sets_to_any_in_one_undoable_step(qtbot: QtBot, page: MatrixPage, settled: Settled) -> None:
    go(page, 8, "severity")
    qtbot.keyClick(page.triggers.grid, Qt.Key.Key_Right, SHIFT)
    qtbot.keyClick(page.triggers.grid, Qt.Key.Key_Right, SHIFT)
    qtbot.keyClick(page.triggers.grid, Qt.Key.Key_Delete)
    assert cells(page, 8) == {}
    assert page.store.undo.count() == 1
    settled()
    page.store.undo.undo()
    settled()
    assert cells(page, 8) == {"severity": '"s1","s2"', "product_area": '"access"'}


def test_a_cell_that_cannot_be_read_is_marked_and_keeps_its_text(
    qtbot: QtBot, page: MatrixPage, settled: Settled
) -> None:
    go(page, 5, "revenue")
    editor = type_in(qtbot, page, "a lot")
    assert "is not a value of Revenue at risk" in page.triggers.grid.hint.words
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    settled()
    grid = page.triggers.grid.cells
    view = grid.view(grid.index(4, 3))
    assert (view.words, view.mark, view.mark_ink) == ("a lot", "circle-x", "breach")
    assert page.store.report.checks[0].title == "Revenue at risk in trigger 5 cannot be read"


def test_an_outcome_is_chosen_by_the_beginning_of_its_name(qtbot: QtBot, page: MatrixPage, settled: Settled) -> None:
    go(page, 3, "owner")
    editor = type_in(qtbot, page, "ident")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    settled()
    record = page.store.record
    assert record is not None
    assert record.rows[2].values.owner == "team:access"


def test_an_outcome_that_names_nothing_stays_in_the_editor(qtbot: QtBot, page: MatrixPage) -> None:
    go(page, 3, "owner")
    editor = type_in(qtbot, page, "nobody at all")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert page.triggers.grid.editor is editor
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert page.store.undo.count() == 0


def test_the_picker_ticks_with_space_and_keeps_with_enter(qtbot: QtBot, page: MatrixPage, settled: Settled) -> None:
    go(page, 11, "severity")
    qtbot.keyClick(page.triggers.grid, Qt.Key.Key_Down, ALT)
    picker = page.triggers.picker
    assert picker.isVisible()
    picker.list.setCurrentRow(3)
    qtbot.keyClick(picker.list, Qt.Key.Key_Space)
    qtbot.keyClick(picker.list, Qt.Key.Key_Return)
    assert picker.isHidden()
    assert cells(page, 11)["severity"] == '"s3","s4"'
    settled()


def test_the_picker_of_an_outcome_keeps_with_one_enter(qtbot: QtBot, page: MatrixPage, settled: Settled) -> None:
    go(page, 12, "tier")
    qtbot.keyClick(page.triggers.grid, Qt.Key.Key_Down, ALT)
    qtbot.keyClick(page.triggers.picker.list, Qt.Key.Key_Down)
    qtbot.keyClick(page.triggers.picker.list, Qt.Key.Key_Return)
    settled()
    record = page.store.record
    assert record is not None
    assert record.rows[11].values.tier == "t2"


def test_a_click_on_the_ghost_row_adds_the_trigger_it_lacks(qtbot: QtBot, page: MatrixPage, settled: Settled) -> None:
    grid = page.triggers.grid
    index = grid.cells.index(6, first_outcome(grid.cells.columns))
    (words, rect), _second = ghost_buttons(grid.visualRect(index).toRectF(), grid.cells.view(index))
    assert words == "Add trigger"
    qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=rect.center().toPoint())
    settled()
    assert numbers(page) == ["1", "2", "3", "4", "5", "6", "13", "7", "8", "9", "10", "11", "12", "add"]
    assert cells(page, 13) == {"severity": '"s2"', "segment": '"free"', "product_area": '"payments"'}


def test_the_gutter_drags_a_trigger_to_another_place(qtbot: QtBot, page: MatrixPage, settled: Settled) -> None:
    gutter = page.triggers.grid.gutter
    height = gutter.sectionSize(0)
    start, end = QPoint(20, round(height * 8.5)), QPoint(20, round(height * 1.2))
    qtbot.mousePress(gutter.viewport(), Qt.MouseButton.LeftButton, pos=start)
    for y in range(start.y(), end.y(), -40):
        qtbot.mouseMove(gutter.viewport(), QPoint(20, y))
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for y in (start.y() - 20, end.y()):
        spot = QPointF(20, y)
        moved = QMouseEvent(QEvent.Type.MouseMove, spot, gutter.viewport().mapToGlobal(spot), left, left, none)
        QApplication.sendEvent(gutter.viewport(), moved)
    qtbot.mouseRelease(gutter.viewport(), left, pos=end)
    settled()
    assert numbers(page)[:4] == ["1", "8", "2", "3"]
    assert page.store.undo.undoText() == "Move trigger 8"
    assert [row.moved for row in page.triggers.grid.cells.rows[:3]] == [False, True, False]


def test_copy_gives_a_spreadsheet_tabs_and_lines(qtbot: QtBot, page: MatrixPage) -> None:
    go(page, 4, "severity")
    qtbot.keyClick(page.triggers.grid, Qt.Key.Key_Right, SHIFT)
    qtbot.keyClick(page.triggers.grid, Qt.Key.Key_Down, SHIFT)
    qtbot.keyClick(page.triggers.grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "S2\tEnterprise\nS2\tBusiness"


def test_every_cell_has_words_for_assistive_tools(page: MatrixPage) -> None:
    grid = page.triggers.grid.cells
    role = Qt.ItemDataRole.AccessibleTextRole
    assert grid.index(0, 0).data(role) == "Severity: S1, S2"
    assert grid.index(1, 9).data(role).startswith("Acknowledge: 20 min. Enterprise: acknowledge in 20 min")
    assert grid.headerData(8, Qt.Orientation.Vertical, role) == "Trigger 8"
    tip = grid.headerData(9, Qt.Orientation.Vertical, Qt.ItemDataRole.ToolTipRole)
    assert tip == "Public words need a public answer.\nTrigger 9 never decides"


def test_an_edit_of_somebody_else_does_not_close_the_editor(
    qtbot: QtBot, page: MatrixPage, draft_database: Database
) -> None:
    record = page.store.record
    assert record is not None
    go(page, 3, "revenue")
    editor = type_in(qtbot, page, "10k")
    draft_database.apply(SetCell(trigger_id=record.rows[11].id, dimension="channel", text='"phone"'))
    page.store.load()
    qtbot.waitUntil(lambda: cells(page, 12).get("channel") == '"phone"')
    assert page.triggers.grid.editor is editor
    assert editor.text() == "10k"
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert page.triggers.grid.cells.view(page.triggers.grid.cells.index(12, 4)).words == "Phone"


def test_leaving_a_cell_takes_no_focus_from_what_came_meanwhile(
    qtbot: QtBot, page: MatrixPage, settled: Settled
) -> None:
    go(page, 11, "revenue")
    editor = type_in(qtbot, page, "10k+")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    page.head.tabs.setFocus()  # as a sheet does that opens over the page
    settled()
    assert page.window().focusWidget() is page.head.tabs


def test_the_same_cell_changed_by_somebody_else_is_a_conflict_with_both_sides(
    qtbot: QtBot, page: MatrixPage, draft_database: Database
) -> None:
    record = page.store.record
    assert record is not None
    draft_database.apply(SetCell(trigger_id=record.rows[10].id, dimension="channel", text='"phone"'))
    page.triggers.keep(record.rows[10].id, page.triggers.grid.cells.columns[4], '"chat"')
    qtbot.waitUntil(lambda: page._sheet is not None)
    assert page._sheet is not None
    assert page._sheet.accessibleName() == "Somebody was here before you"
    assert stored(draft_database, 11)["channel"] == '"phone"'
    qtbot.keyClick(page._sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)  # use mine
    qtbot.waitUntil(lambda: stored(draft_database, 11)["channel"] == '"chat"')
