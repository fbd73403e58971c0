"""The Paths tab: boundaries moved by keys, pointer and words; steps and paths added, changed and removed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.models.enums import Role, StepCondition
from app.services.database.database import Database
from app.services.database.work import Actor
from app.services.matrix.draft_paths import SetStep, SetStepDelay, StepValues
from app.services.matrix.page import read_page
from app.services.matrix.versions import MakeDraft
from app.views.matrix.conflict import ConflictSheet
from app.views.matrix.page import MatrixPage
from app.views.matrix.path_drawing import climbs
from app.views.matrix.path_name import NameSheet
from app.views.matrix.path_rail import Grip, shifted
from app.views.matrix.path_step import StepCard
from app.views.theme.buttons import Button
from app.views.theme.labels import Label
from app.views.theme.rail import RailBand, RailDrawing
from tests.services.matrix.owners import add_owners, sample_document
from tests.views.matrix.conftest import Opener

Settled = Callable[[], None]
FOR_EVER_MS = 3_600_000
"""What moves stay unkept for, where a test looks at one that is not kept yet."""


@pytest.fixture
def paths(page: MatrixPage) -> MatrixPage:
    """The page on its Paths tab."""
    page.go_tab("paths")
    return page


def steps(page: MatrixPage, key: str = "money") -> tuple[StepValues, ...]:
    assert page.store.record is not None
    row = page.store.record.path(key)
    assert row is not None
    return row.values.steps


def stored(page: MatrixPage, key: str = "money") -> tuple[StepValues, ...]:
    """The steps as the database has them."""
    database = page.desk.database
    assert database is not None
    record = database.read(read_page, database.clock.now())
    assert record is not None
    row = record.path(key)
    assert row is not None
    return row.values.steps


def names(page: MatrixPage) -> list[str]:
    return [one.name for one in page.paths.list.paths.entries]


def card(page: MatrixPage, place: int) -> StepCard:
    return page.paths.editor.cards[place]


def grip(page: MatrixPage, place: int) -> Grip:
    return page.paths.editor.rail.grips[place]


def undo_words(page: MatrixPage) -> list[str]:
    return [page.store.undo.text(place) for place in range(page.store.undo.count())]


def type_over(qtbot: QtBot, field: QWidget, text: str) -> None:
    """Types into a line as a person does, and leaves it by Enter."""
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def other_lead(page: MatrixPage) -> Database:
    assert page.desk.database is not None
    return page.desk.database


def test_the_list_says_who_uses_each_path_and_how_long_it_takes(paths: MatrixPage) -> None:
    found = [(one.name, one.used, one.longest) for one in paths.paths.list.paths.entries]
    assert found == [
        ("Money", "triggers 2 to 5", "Tier 4 in 90 min"),
        ("Security", "trigger 1", "Tier 4 in 30 min"),
        ("Standard", "triggers 6, 7 and 11", "Tier 4 in 13 h"),
        ("Access", "trigger 8", "Tier 4 in 3 h"),
        ("Social", "trigger 9", "Tier 4 in 3 h 30 min"),
        ("Executive", "trigger 10", "starts there"),
        ("Light", "trigger 12", "Tier 4 in 3 d 8 h"),
    ]
    index = paths.paths.list.paths.index(0)
    said = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Money, triggers 2 to 5, Tier 4 in 90 min"


def test_the_arrow_keys_walk_the_list_and_the_editor_follows(qtbot: QtBot, paths: MatrixPage) -> None:
    paths.paths.list.setFocus()
    qtbot.keyClick(paths.paths.list, Qt.Key.Key_Down)
    editor = paths.paths.editor
    assert (editor.title.text(), editor.longest.text()) == ("Path Security", "Longest wait to Tier 4: 30 min")
    assert [one.title.text() for one in editor.cards] == ["Step 1, to Tier 3", "Step 2, to Tier 4"]
    assert [one.at.text() for one in editor.cards] == ["skipped from here", "at 30 min"]  # its trigger starts at tier 3


def test_a_path_is_seen_from_each_tier_where_triggers_start_it(paths: MatrixPage) -> None:
    editor = paths.paths.editor
    assert editor.seen is not None
    assert [editor.seen.button(place).text() for place in range(2)] == [
        "Tier 1, trigger 3",
        "Tier 2, triggers 2, 4 and 5",
    ]
    assert [one.from_minute for one in editor.rail.drawing().bands] == [0, 15, 45, 90]
    editor.seen.set_current(1)
    assert [one.from_minute for one in editor.rail.drawing().bands] == [0, 30, 75]
    assert [one.at.text() for one in editor.cards] == ["skipped from here", "at 30 min", "at 75 min"]
    assert editor.longest.text() == "Longest wait to Tier 4: 90 min"  # from the lowest start, whatever is seen


def test_keys_move_a_boundary_by_one_and_by_five_and_it_is_one_edit(
    qtbot: QtBot, paths: MatrixPage, settled: Settled
) -> None:
    paths.paths.editor.rail._wait.setInterval(FOR_EVER_MS)
    one = grip(paths, 1)
    assert one.accessibleName() == "Climb to Tier 3 at 45 min, after 30 min"
    one.setFocus()
    qtbot.keyClick(one, Qt.Key.Key_Right)
    qtbot.keyClick(one, Qt.Key.Key_Right)
    assert card(paths, 1).delay.text() == "32 min"
    qtbot.keyClick(one, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)  # to the next that five divides
    assert one.accessibleName() == "Climb to Tier 3 at 50 min, after 35 min"
    assert [band.from_minute for band in paths.paths.editor.rail.drawing().bands] == [0, 15, 50, 95]
    assert paths.store.undo.count() == 0
    qtbot.keyClick(one, Qt.Key.Key_Return)
    settled()
    assert [step.delay for step in stored(paths)] == [900, 2100, 2700]
    assert undo_words(paths) == ["Climbs after of step 2 in Money"]
    assert one.hasFocus()
    paths.desk.actions.run("edit.undo")
    settled()
    assert [step.delay for step in stored(paths)] == [900, 1800, 2700]
    assert card(paths, 1).delay.text() == "30 min"


def test_a_boundary_moved_by_keys_is_kept_after_a_while(qtbot: QtBot, paths: MatrixPage, settled: Settled) -> None:
    one = grip(paths, 0)
    one.setFocus()
    qtbot.keyClick(one, Qt.Key.Key_Left)
    qtbot.waitUntil(lambda: paths.store.undo.count() == 1)
    settled()
    assert stored(paths)[0].delay == 14 * 60


@pytest.mark.parametrize(
    ("key", "modifier"),
    [
        (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier),
    ],
)
def test_esc_and_undo_take_a_move_back_that_is_not_kept_yet(
    qtbot: QtBot, paths: MatrixPage, key: Qt.Key, modifier: Qt.KeyboardModifier
) -> None:
    paths.paths.editor.rail._wait.setInterval(FOR_EVER_MS)
    one = grip(paths, 0)
    one.setFocus()
    qtbot.keyClick(one, Qt.Key.Key_Right)
    qtbot.keyClick(one, key, modifier)
    assert one.accessibleName() == "Climb to Tier 2 at 15 min, after 15 min"
    assert card(paths, 0).delay.text() == "15 min"
    assert not one.moving
    assert paths.store.undo.count() == 0


def test_a_boundary_never_comes_before_the_one_before_it(qtbot: QtBot, paths: MatrixPage, settled: Settled) -> None:
    paths.paths.editor.rail._wait.setInterval(FOR_EVER_MS)
    one = grip(paths, 0)
    one.setFocus()
    for _press in range(5):
        qtbot.keyClick(one, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(one, Qt.Key.Key_Return)
    settled()
    assert stored(paths)[0].delay == 60


def drag(one: Grip, by: float, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Presses, moves and lets go, all in the coordinates of the window: the grip moves along with the pointer."""
    start = one.mapToGlobal(QPoint(one.width() // 2, one.height() // 2)).toPointF()
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    for kind, x, button, held in (
        (QEvent.Type.MouseButtonPress, 0.0, left, left),
        (QEvent.Type.MouseMove, by / 2, none, left),
        (QEvent.Type.MouseMove, by, none, left),
        (QEvent.Type.MouseButtonRelease, by, left, none),
    ):
        where = start + QPointF(x, 0)
        local = one.mapFromGlobal(where)
        QApplication.sendEvent(one, QMouseEvent(kind, local, where, button, held, modifier))


def test_the_pointer_drags_a_boundary_to_whole_minutes(paths: MatrixPage, settled: Settled) -> None:
    rail = paths.paths.editor.rail
    minute = rail.area().width() / rail.drawing().end_minute
    drag(grip(paths, 0), 6 * minute)
    settled()
    first = stored(paths)[0].delay
    assert 20 * 60 <= first <= 22 * 60  # a grip is drawn a little before its boundary
    assert first % 60 == 0
    assert paths.store.undo.count() == 1
    drag(grip(paths, 1), 7 * minute, Qt.KeyboardModifier.ShiftModifier)
    settled()
    assert stored(paths)[1].delay in (35 * 60, 40 * 60)


def test_a_press_without_a_move_changes_nothing(qtbot: QtBot, paths: MatrixPage) -> None:
    qtbot.mouseClick(grip(paths, 0), Qt.MouseButton.LeftButton)
    assert paths.store.undo.count() == 0


def test_the_axis_stands_still_while_a_boundary_is_moved() -> None:
    bands = (RailBand("Tier 1", "Ann, 10 min", 0, 10, 1), RailBand("Tier 2", "Ben, stays until resolved", 10, 60, 2))
    moved = shifted(RailDrawing(bands, 60), 1, 15)
    assert moved.end_minute == 60
    assert [(one.detail, one.from_minute, one.to_minute) for one in moved.bands] == [
        ("Ann, 25 min", 0, 25),
        ("Ben, stays until resolved", 25, 60),
    ]
    assert shifted(RailDrawing(bands, 60), 1, 70).end_minute == 81  # but grows where it must


def test_a_delay_is_typed_in_words_and_kept_by_enter(qtbot: QtBot, paths: MatrixPage, settled: Settled) -> None:
    type_over(qtbot, card(paths, 2).delay, "1 h 30")
    settled()
    assert stored(paths)[2].delay == 5400
    assert card(paths, 2).delay.text() == "90 min"
    assert paths.paths.editor.longest.text() == "Longest wait to Tier 4: 2 h 15 min"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("soon", "“soon” is no stretch of time. Write for example 30 min, 1 h 30 or 2 d."),
        ("0", "A step that climbs at once leaves nobody time to answer. Give at least a minute."),
    ],
)
def test_what_is_no_delay_stays_with_its_error_until_it_is_mended(
    qtbot: QtBot, paths: MatrixPage, settled: Settled, text: str, problem: str
) -> None:
    one = card(paths, 0)
    type_over(qtbot, one.delay, text)
    one.note.setFocus()
    assert one.frames["delay"].error() == problem
    other_lead(paths).apply(
        SetStep(step_id=steps(paths)[0].id, field="note", value="Theirs.", seen=steps(paths)[0].note)
    )
    paths.store.load()
    qtbot.waitUntil(lambda: one.note.text() == "Theirs.")
    assert one.delay.text() == text  # nothing typed is lost
    assert paths.store.undo.count() == 0
    type_over(qtbot, one.delay, "20")
    settled()
    assert one.frames["delay"].error() == ""
    assert stored(paths)[0].delay == 1200


def test_what_is_no_delay_waits_while_another_path_is_shown(qtbot: QtBot, paths: MatrixPage) -> None:
    type_over(qtbot, card(paths, 1).delay, "soon")
    paths.paths.list.setFocus()
    qtbot.keyClick(paths.paths.list, Qt.Key.Key_Down)
    assert card(paths, 1).delay.text() == "30 min"
    assert card(paths, 1).frames["delay"].error() == ""
    qtbot.keyClick(paths.paths.list, Qt.Key.Key_Up)
    assert card(paths, 1).delay.text() == "soon"
    assert card(paths, 1).frames["delay"].error().startswith("“soon” is no stretch of time.")


def test_what_is_no_delay_goes_along_with_its_step(qtbot: QtBot, paths: MatrixPage, settled: Settled) -> None:
    type_over(qtbot, card(paths, 1).delay, "soon")
    qtbot.mouseClick(card(paths, 1).up, Qt.MouseButton.LeftButton)
    settled()
    assert [one.delay.text() for one in paths.paths.editor.cards] == ["soon", "15 min", "45 min"]


def test_esc_in_a_field_brings_back_what_stands(qtbot: QtBot, paths: MatrixPage) -> None:
    one = card(paths, 0)
    one.delay.setFocus()
    qtbot.keyClicks(one.delay, "x")
    qtbot.keyClick(one.delay, Qt.Key.Key_Escape)
    one.note.setFocus()
    assert (one.delay.text(), one.frames["delay"].error()) == ("15 min", "")
    assert paths.store.undo.count() == 0


def test_note_workaround_condition_tier_and_owner_are_chosen_and_typed(
    qtbot: QtBot, paths: MatrixPage, settled: Settled
) -> None:
    type_over(qtbot, card(paths, 1).note, "Who is hit.")
    settled()
    type_over(qtbot, card(paths, 1).workaround, "Second card processor.")
    settled()
    condition, owner = card(paths, 1).condition, card(paths, 1).owner
    assert condition.accessibleName() == "If not of step 2"
    condition.setFocus()
    qtbot.keyClick(condition, Qt.Key.Key_Down)  # from contained to resolved
    settled()
    assert owner.itemText(0) == "Alerted there: Escalation lead on call"
    owner.setFocus()
    qtbot.keyClick(owner, Qt.Key.Key_Home)
    settled()
    found = stored(paths)[1]
    assert (found.note, found.workaround, found.condition, found.owner) == (
        "Who is hit.",
        "Second card processor.",
        StepCondition.NOT_RESOLVED,
        None,
    )
    assert undo_words(paths) == [
        "Hand-off note of step 2 in Money",
        "Workaround strategy of step 2 in Money",
        "If not of step 2 in Money",
        "Asks of step 2 in Money",
    ]
    for _edit in range(4):
        paths.desk.actions.run("edit.undo")
    settled()
    assert stored(paths)[1].owner == "rota:escalation_lead"


def test_the_same_delay_written_by_two_is_shown_with_both_sides(
    qtbot: QtBot, paths: MatrixPage, settled: Settled
) -> None:
    one = card(paths, 1)
    one.delay.setFocus()
    qtbot.keyClick(one.delay, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(one.delay, "50")
    other_lead(paths).apply(SetStepDelay(step_id=steps(paths)[1].id, seconds=2400, seen=1800))
    paths.store.load()
    qtbot.waitUntil(lambda: steps(paths)[1].delay == 2400)
    assert one.delay.text() == "50"
    qtbot.keyClick(one.delay, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: isinstance(paths._sheet, ConflictSheet))
    sheet = paths._sheet
    assert isinstance(sheet, ConflictSheet)
    said = [label.text() for label in sheet.findChildren(Label)]
    assert [words for words in said if words in ("Climbs after", "30 min", "40 min", "50 min")] == [
        "Climbs after",
        "30 min",
        "40 min",
        "50 min",
    ]
    mine = next(button for button in sheet.findChildren(Button) if button.text() == "Use mine")
    qtbot.mouseClick(mine, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: stored(paths)[1].delay == 3000)
    settled()


def test_ins_adds_a_step_behind_the_focus_and_says_where_there_is_no_room(
    qtbot: QtBot, paths: MatrixPage, settled: Settled
) -> None:
    paths.paths.choose("security")  # leads to tier 3 and 4
    card(paths, 0).delay.setFocus()
    with qtbot.waitSignal(paths.store.refused) as refused:
        qtbot.keyClick(card(paths, 0).delay, Qt.Key.Key_Insert)
    assert refused.args is not None
    assert refused.args[0].what == "There is no tier between these steps."
    qtbot.mouseClick(card(paths, 0).remove, Qt.MouseButton.LeftButton)
    settled()
    assert [one.tier for one in stored(paths, "security")] == ["t4"]
    paths.store.undo.undo()
    settled()
    assert [one.tier for one in stored(paths, "security")] == ["t3", "t4"]


def test_a_step_is_added_at_the_end_and_the_cursor_goes_there(
    qtbot: QtBot, paths: MatrixPage, settled: Settled
) -> None:
    qtbot.mouseClick(card(paths, 2).remove, Qt.MouseButton.LeftButton)
    settled()
    editor = paths.paths.editor
    assert editor.longest.text() == "Never reaches Tier 4"
    assert editor.rail.drawing().dead_end
    card(paths, 1).delay.setFocus()
    qtbot.keyClick(card(paths, 1).delay, Qt.Key.Key_Insert)
    settled()
    assert [one.tier for one in stored(paths)] == ["t2", "t3", "t4"]
    assert card(paths, 2).delay.hasFocus()
    assert undo_words(paths) == ["Remove step 3 of Money", "Add step to Money"]


def test_a_step_moves_by_key_and_the_focus_goes_along(qtbot: QtBot, paths: MatrixPage, settled: Settled) -> None:
    card(paths, 0).delay.setFocus()
    paths.desk.actions.run("matrix.down")
    settled()
    assert [one.tier for one in stored(paths)] == ["t3", "t2", "t4"]
    assert card(paths, 1).down.hasFocus()
    assert [one.check.title for one in card(paths, 1).findings] == ["Path Money, step 2 leads back"]
    assert not card(paths, 0).up.isEnabled()
    paths.store.undo.undo()
    settled()
    assert [one.tier for one in stored(paths)] == ["t2", "t3", "t4"]


def test_a_dead_end_is_shown_at_its_step_and_mended_there(qtbot: QtBot, paths: MatrixPage, settled: Settled) -> None:
    qtbot.mouseClick(card(paths, 2).remove, Qt.MouseButton.LeftButton)
    settled()
    (found,) = card(paths, 1).findings
    assert found.check.title == "Path Money is a dead end"
    assert paths.paths.list.paths.entries[0].wrong
    qtbot.mouseClick(found.buttons[0], Qt.MouseButton.LeftButton)
    settled()
    assert [one.tier for one in stored(paths)] == ["t2", "t3", "t4"]
    assert paths.paths.editor.longest.text() == "Longest wait to Tier 4: 75 min"
    assert undo_words(paths)[-1] == "Add step to Tier 4"


def test_f8_comes_from_the_triggers_to_the_step_of_a_finding(qtbot: QtBot, page: MatrixPage, settled: Settled) -> None:
    page.go_tab("paths")
    qtbot.mouseClick(card(page, 2).remove, Qt.MouseButton.LeftButton)
    settled()
    page.go_tab("triggers")
    titles = [one.title for one in page.store.report.checks]
    for _step in range(titles.index("Path Money is a dead end") + 1):
        page.desk.actions.run("matrix.next")
    assert page.tabs.currentWidget() is page.paths
    assert card(page, 1).delay.hasFocus()
    page.desk.actions.run("matrix.mend")
    settled()
    assert [one.tier for one in stored(page)] == ["t2", "t3", "t4"]


def name_sheet(page: MatrixPage) -> NameSheet:
    assert isinstance(page._sheet, NameSheet)
    return page._sheet


def test_a_path_is_added_renamed_copied_and_removed_by_keys(qtbot: QtBot, paths: MatrixPage, settled: Settled) -> None:
    paths.desk.actions.run("matrix.add")  # Ctrl+Ins
    sheet = name_sheet(paths)
    qtbot.keyClicks(sheet.line, "Money")
    qtbot.keyClick(sheet.line, Qt.Key.Key_Return)
    assert sheet.frame.error() == "There is a path Money already. Choose another name."
    sheet.line.setText("Night")
    qtbot.keyClick(sheet.line, Qt.Key.Key_Return)
    settled()
    assert names(paths)[-1] == "Night"
    assert paths.paths.editor.title.text() == "Path Night"
    assert [(one.tier, one.condition) for one in stored(paths, "night")] == [("t4", StepCondition.NOT_RESOLVED)]
    paths.desk.actions.run("matrix.edit")  # F2
    name_sheet(paths).line.setText("At night")
    qtbot.keyClick(name_sheet(paths).line, Qt.Key.Key_Return)
    settled()
    paths.desk.actions.run("matrix.path.copy")
    assert name_sheet(paths).line.text() == "At night copy"
    qtbot.keyClick(name_sheet(paths).line, Qt.Key.Key_Return)
    settled()
    assert names(paths)[-2:] == ["At night", "At night copy"]
    paths.paths.list.setFocus()
    qtbot.keyClick(paths.paths.list, Qt.Key.Key_Delete)
    settled()
    assert names(paths)[-1] == "At night"
    for _edit in range(4):
        paths.desk.actions.run("edit.undo")
    settled()
    assert len(names(paths)) == 7


def test_a_path_in_use_is_not_removed_and_its_triggers_are_named(qtbot: QtBot, paths: MatrixPage) -> None:
    with qtbot.waitSignal(paths.store.refused) as refused:
        paths.desk.actions.run("matrix.path.remove")
    assert refused.args is not None
    assert str(refused.args[0]) == "Triggers 2, 3, 4 and 5 use path Money. Give them another path first."
    assert paths.store.undo.count() == 0
    assert len(names(paths)) == 7


def test_what_changed_since_the_published_version_is_marked(qtbot: QtBot, paths: MatrixPage, settled: Settled) -> None:
    type_over(qtbot, card(paths, 0).delay, "20")
    settled()
    assert card(paths, 0).delay.accessibleDescription() == "Published: 15 min"
    assert [one.changed for one in paths.paths.list.paths.entries][:2] == [True, False]
    assert "changed since published" in paths.paths.list.paths.entries[0].said
    type_over(qtbot, card(paths, 0).delay, "15")
    settled()
    assert card(paths, 0).delay.accessibleDescription() == ""


def test_an_edit_of_the_version_in_force_makes_a_draft_first(qtbot: QtBot, paths: MatrixPage, settled: Settled) -> None:
    paths.desk.actions.run("matrix.discard")
    qtbot.waitUntil(lambda: paths.store.record is not None and not paths.store.record.is_draft)
    settled()
    type_over(qtbot, card(paths, 1).delay, "50")
    qtbot.waitUntil(lambda: paths.store.undo.count() == 1)
    settled()
    assert paths.store.record is not None
    assert paths.store.record.is_draft
    assert stored(paths)[1].delay == 3000


def test_commands_of_the_grid_leave_the_triggers_alone_here(paths: MatrixPage, settled: Settled) -> None:
    assert paths.store.record is not None
    before = paths.store.record.rows
    paths.desk.actions.run("matrix.remove")  # no step has the focus
    paths.desk.actions.run("matrix.reason")
    paths.desk.actions.run("matrix.up")
    settled()
    assert paths.store.record.rows == before
    assert paths.store.undo.count() == 0
    assert paths._sheet is None


def test_who_is_no_lead_reads_only(qtbot: QtBot, opened: Opener, draft_database: Database) -> None:
    agent = Actor(draft_database.actor.id, "lena", "Lena Okafor", Role.AGENT)
    page = opened(draft_database.acting_as(agent))
    page.go_tab("paths")
    one = card(page, 0)
    assert not one.delay.isEnabled()
    assert not one.owner.isEnabled()
    assert not grip(page, 0).isEnabled()
    assert not page.paths.add.isEnabled()
    assert page.desk.actions.why_not("matrix.path.add") == "Only leads change the matrix."


def test_without_paths_the_tab_says_what_one_is_and_adds_it(
    qtbot: QtBot, opened: Opener, sqlite_database: Database
) -> None:
    add_owners(sqlite_database)
    sqlite_database.apply(MakeDraft(document={**sample_document(), "paths": []}))
    page = opened(sqlite_database)
    page.go_tab("paths")
    none = page.paths.none
    assert none.isVisible()
    assert none.button is not None
    qtbot.mouseClick(none.button, Qt.MouseButton.LeftButton)
    qtbot.keyClicks(name_sheet(page).line, "Money")
    qtbot.keyClick(name_sheet(page).line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not page.store.busy)
    assert not none.isVisible()
    assert [(one.name, one.used) for one in page.paths.list.paths.entries] == [("Money", "triggers 2 to 5")]


def test_in_the_smallest_window_nothing_is_cut_off(qtbot: QtBot, paths: MatrixPage) -> None:
    paths.window().resize(1100, 700)
    editor = paths.paths.editor
    qtbot.waitUntil(lambda: editor.width() < 640)
    qtbot.waitUntil(lambda: editor.area.horizontalScrollBar().maximum() == 0)
    one = card(paths, 0)
    qtbot.waitUntil(lambda: one.frames["workaround"].y() > one.frames["note"].y())
    paths.window().resize(1600, 1000)
    qtbot.waitUntil(lambda: one.frames["workaround"].y() == one.frames["note"].y())


def test_every_field_of_a_step_has_a_name_of_its_own(paths: MatrixPage) -> None:
    said = [frame.editor.accessibleName() for one in paths.paths.editor.cards for frame in one.frames.values()]
    assert len(said) == len(set(said)) == 18
    assert all(said)


def test_tab_reaches_boundaries_and_fields(qtbot: QtBot, paths: MatrixPage) -> None:
    rail = paths.paths.editor.rail
    rail.setFocus()
    reached = []
    for _press in range(14):
        QTest.keyClick(QApplication.focusWidget() or paths, Qt.Key.Key_Tab)
        reached.append(paths.window().focusWidget())
    assert [one for one in reached if isinstance(one, Grip)] == rail.grips
    assert card(paths, 0).delay in reached


def test_a_path_without_triggers_is_walked_from_the_lowest_tier(
    qtbot: QtBot, paths: MatrixPage, settled: Settled
) -> None:
    paths.desk.actions.run("matrix.path.copy")
    qtbot.keyClick(name_sheet(paths).line, Qt.Key.Key_Return)
    settled()
    editor = paths.paths.editor
    assert (editor.used.text(), editor.seen) == ("used by no trigger", None)
    assert [one.from_minute for one in editor.rail.drawing().bands] == [0, 15, 45, 90]
    assert paths.store.record is not None
    path = paths.store.record.policy.path("money_copy")
    assert [one.minute for one in climbs(paths.store.record.policy, path, 1)] == [15, 45, 90]
