"""The queue: groups by urgency, a still order under the hand, keys, filter, states."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services.database.clock import HandClock
from app.services.database.database import Database
from app.services.database.errors import DatabaseUnavailable
from app.services.incidents.phases import Acknowledge, Close
from app.services.incidents.queue import QueueView
from app.views.theme.apply import apply_theme
from app.views.theme.empty import EmptyState, ErrorState
from app.views.workbench.grouping import Group, Head
from app.views.workbench.page import WorkbenchPage
from app.views.workbench.queue_model import INCIDENT, TIMER
from tests.views.workbench.conftest import Opener, case_where, choose, press, row_of, show_view, tick

SPOKEN = Qt.ItemDataRole.AccessibleTextRole


def heads(page: WorkbenchPage) -> list[tuple[Group, int]]:
    return [(line.heading[0], line.count) for line in page.queue.model.lines if isinstance(line, Head)]


def enter(page: WorkbenchPage) -> None:
    spot = QPointF(10, 10)
    QApplication.sendEvent(page.queue.list, QEnterEvent(spot, spot, spot))


def leave(page: WorkbenchPage) -> None:
    QApplication.sendEvent(page.queue.list, QEvent(QEvent.Type.Leave))


def value(page: WorkbenchPage, line: int) -> str:
    """What the timer on that line says; empty without one."""
    text = page.queue.model.text(page.queue.model.incident_at(line))
    return text.value if text is not None else ""


def test_groups_stand_in_the_order_of_urgency_and_count_their_rows(page: WorkbenchPage) -> None:
    shown = heads(page)
    assert [group for group, _count in shown] == sorted(group for group, _count in shown)
    assert sum(count for _group, count in shown) == page.queue.model.incidents() == len(page.queue.store.rows)
    assert shown[0][0] is Group.BREACHED
    assert shown[-1][0] is Group.DONE


def test_the_tabs_say_how_many_each_view_holds(page: WorkbenchPage) -> None:
    store = page.queue.store
    assert store.counts[QueueView.ALL] == len(store.rows)
    unassigned = sum(1 for row in store.rows.values() if not row.holder_id)
    assert store.counts[QueueView.UNASSIGNED] == unassigned
    assert page.queue.tabs.accessibleTabName(4) == f"All, {len(store.rows)}"


def test_j_and_k_walk_over_heads(page: WorkbenchPage, qtbot: QtBot) -> None:
    queue = page.queue
    queue.list.choose_first()
    first = queue.list.current()
    queue.list.setFocus()
    walked = [first]
    for _ in range(4):
        press(qtbot, queue.list, "j")
        walked.append(queue.list.current())
    assert len(set(walked)) == 5
    press(qtbot, queue.list, "k")
    assert queue.list.current() == walked[3]
    qtbot.keyClick(queue.list, Qt.Key.Key_Up)
    assert queue.list.current() == walked[2]


def test_enter_goes_into_the_incident(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Charged twice")
    qtbot.keyClick(page.queue.list, Qt.Key.Key_Return)
    qtbot.waitUntil(page.incident.timeline.list.hasFocus)


def test_every_cell_has_words(page: WorkbenchPage) -> None:
    row = row_of(page, "Charged twice")
    line = page.queue.model.line_of(row.id)
    said = page.queue.model.index(line, INCIDENT).data(SPOKEN)
    for part in (f"INC {row.number}", "severity 1", "Halden Fitness", "tier 2", "by E-mail", "Marco Bianchi"):
        assert part in said
    assert page.queue.model.index(line, TIMER).data(SPOKEN) == "First update, 02:14 left"


def test_a_second_repaints_only_timers_whose_words_changed(page: WorkbenchPage, hand_clock: HandClock) -> None:
    told: list[tuple[int, int]] = []
    model = page.queue.model
    model.dataChanged.connect(lambda top, bottom: told.append((top.row(), top.column())))
    hand_clock.turn(1)
    tick(page)
    assert told
    assert {column for _row, column in told} == {TIMER}
    first, last = page.queue.list.span()
    assert all(first <= row <= last for row, _column in told)
    slow = {line for line in range(model.rowCount()) if " h " in value(page, line)}
    assert slow
    assert not slow & {row for row, _column in told}


def test_a_row_moves_to_breached_when_its_time_is_over(
    page: WorkbenchPage, hand_clock: HandClock, qtbot: QtBot
) -> None:
    row = row_of(page, "Charged twice")
    page.setFocus()
    before = dict(heads(page))
    hand_clock.turn(minutes=2, seconds=15)
    tick(page)
    after = dict(heads(page))
    assert after[Group.BREACHED] == before[Group.BREACHED] + 1
    assert after[Group.SOON] <= before[Group.SOON]
    assert value(page, page.queue.model.line_of(row.id)) == "00:01"


def test_nothing_moves_while_the_pointer_is_in_the_list(
    page: WorkbenchPage, hand_clock: HandClock, qtbot: QtBot
) -> None:
    enter(page)
    order = list(page.queue.model.lines)
    hand_clock.turn(minutes=5)
    tick(page)
    assert page.queue.model.lines == order
    assert page.queue.sort_chip.isVisible()
    assert "want to move" in page.queue.sort_chip.text()
    leave(page)
    assert page.queue.model.lines != order
    assert not page.queue.sort_chip.isVisible()


def test_s_sorts_now_and_keeps_the_choice(page: WorkbenchPage, hand_clock: HandClock, qtbot: QtBot) -> None:
    case = choose(qtbot, page, "Charged twice")
    press(qtbot, page.queue.list, "j")
    press(qtbot, page.queue.list, "k")
    order = list(page.queue.model.lines)
    hand_clock.turn(minutes=5)
    tick(page)
    assert page.queue.model.lines == order
    press(qtbot, page.queue.list, "s")
    assert page.queue.model.lines != order
    assert page.queue.list.current() == case.id


def test_the_filter_finds_by_title_number_and_customer(page: WorkbenchPage, qtbot: QtBot) -> None:
    queue = page.queue
    press(qtbot, queue.list, "/")
    assert queue.field.hasFocus()
    qtbot.keyClicks(queue.field, "halden twice")
    assert [queue.store.rows[one].title for one in queue.model.lines if isinstance(one, str)] == [
        "Charged twice on subscription renewal"
    ]
    qtbot.keyClick(queue.field, Qt.Key.Key_Escape)
    assert queue.model.incidents() == len(queue.store.rows)
    qtbot.keyClicks(queue.field, "nothing like this")
    state = queue.stack.currentWidget()
    assert isinstance(state, EmptyState)
    assert state.button is not None
    qtbot.mouseClick(state.button, Qt.MouseButton.LeftButton)
    assert queue.stack.currentWidget() is queue.list


def test_an_act_of_another_desk_reaches_the_row(page: WorkbenchPage, sample: Database, qtbot: QtBot) -> None:
    row = row_of(page, "Password rule text")
    sample.apply(Acknowledge(incident_id=row.id))
    page.desk.feed.poll()
    qtbot.waitUntil(lambda: page.queue.store.rows[row.id].holder == "Lena Okafor")


def test_what_others_close_stays_as_a_quiet_line_under_the_hand(
    page: WorkbenchPage, sample: Database, qtbot: QtBot
) -> None:
    row = row_of(page, "Delivery slots")
    enter(page)
    sample.apply(Close(incident_id=row.id, reason="Told on the phone."))
    page.desk.feed.poll()
    qtbot.waitUntil(lambda: row.id not in page.queue.store.rows)
    qtbot.waitUntil(page.queue.sort_chip.isVisible)
    assert page.queue.model.line_of(row.id) >= 0
    leave(page)
    assert page.queue.model.line_of(row.id) == -1


def test_an_empty_desk_says_what_to_do(open_page: Opener, sqlite_database: Database, qtbot: QtBot) -> None:
    page = open_page(sqlite_database)
    state = page.queue.stack.currentWidget()
    assert isinstance(state, EmptyState)
    assert "No incident is open" in state.accessibleName()


def test_an_empty_view_of_a_busy_desk_is_good_news(page: WorkbenchPage, sample: Database, qtbot: QtBot) -> None:
    page.queue.store.rows.clear()
    page.queue.store.view = QueueView.MINE
    page.queue.model.reset(page.desk.now())
    page.queue._show_state()
    state = page.queue.stack.currentWidget()
    assert isinstance(state, EmptyState)
    assert "Nothing is waiting for you" in state.accessibleName()


def test_an_incident_named_from_outside_is_found_in_all_views(page: WorkbenchPage, qtbot: QtBot) -> None:
    row = row_of(page, "Webhook deliveries")
    show_view(qtbot, page, QueueView.MINE)
    page.go_to(row.id)
    case_where(qtbot, page, lambda case: case.id == row.id)
    qtbot.waitUntil(lambda: page.queue.list.current() == row.id)
    assert page.place() == row.id


def test_an_incident_named_while_a_view_loads_is_found_too(page: WorkbenchPage, qtbot: QtBot) -> None:
    row = row_of(page, "Webhook deliveries")
    page.queue.show_view(QueueView.MINE)
    page.go_to(row.id)
    qtbot.waitUntil(lambda: page.queue.store.ready and page.queue.store.view is QueueView.ALL)
    assert page.queue.list.current() == page.place() == row.id


@pytest.mark.parametrize("minutes", [5, 60, 600])
def test_an_incremental_order_equals_a_fresh_one(
    page: WorkbenchPage, hand_clock: HandClock, qtbot: QtBot, minutes: int
) -> None:
    page.setFocus()
    for _ in range(5):
        hand_clock.turn(minutes=minutes / 5)
        tick(page)
    moved = list(page.queue.model.lines)
    page.queue.model.reset(page.desk.now() + timedelta(0))
    assert page.queue.model.lines == moved


def test_what_time_alone_changes_is_said_once_and_bundled(page: WorkbenchPage, hand_clock: HandClock) -> None:
    herald = page.queue._herald
    turned: list[tuple[str, int]] = []
    page.queue.model.turned.connect(lambda incident_id, group: turned.append((incident_id, group)))
    row = row_of(page, "Charged twice")
    hand_clock.turn(minutes=2, seconds=15)
    tick(page)
    assert (row.id, Group.BREACHED) in turned
    assert herald.words([(row.id, Group.BREACHED)]) == f"First update of INC {row.number} missed its time"
    both = herald.words([(row.id, Group.BREACHED), (row.id, Group.SOON)])
    assert both == "1 timer missed its time. 1 timer is near"


# --- small screens and large text, slow and failing reads


def test_with_large_text_queue_and_incident_take_turns(
    open_page: Opener, sample: Database, qtbot: QtBot, qapp: QApplication
) -> None:
    page = open_page(sample, size=(1366, 768))
    choose(qtbot, page, "Payout delayed")
    apply_theme(qapp, "light", text_size=200)
    qtbot.waitUntil(lambda: page.queue.isVisible() and not page.incident.isVisible())
    qtbot.keyClick(page.queue.list, Qt.Key.Key_Return)
    assert page.incident.isVisible()
    assert not page.queue.isVisible()
    page.desk.actions.run("incident.note")
    editor = page.incident.composer.editor
    assert editor.hasFocus()
    qtbot.waitUntil(lambda: not editor.visibleRegion().isEmpty())  # it is scrolled to
    qtbot.mouseClick(page.incident.header.back, Qt.MouseButton.LeftButton)
    assert page.queue.list.hasFocus()
    assert not page.incident.isVisible()


def test_where_they_take_turns_keys_act_in_the_incident_that_a_link_led_to(
    open_page: Opener, sample: Database, qtbot: QtBot, qapp: QApplication
) -> None:
    page = open_page(sample, size=(1366, 768))
    choose(qtbot, page, "Payout delayed")
    apply_theme(qapp, "light", text_size=200)
    qtbot.waitUntil(lambda: page.queue.isVisible() and not page.incident.isVisible())
    page.queue.list.setFocus()
    page.read_on()
    assert page.incident.timeline.list.hasFocus()
    assert not page.queue.isVisible()


def test_while_the_queue_is_read_its_bones_are_shown_and_a_failure_can_be_tried_again(
    page: WorkbenchPage, qtbot: QtBot
) -> None:
    queue = page.queue
    queue.store.failed.emit(DatabaseUnavailable("The database does not answer.", "Try again soon."))
    state = queue.stack.currentWidget()
    assert isinstance(state, ErrorState)
    queue.show_view(QueueView.TEAM)
    assert queue.stack.currentWidget() is queue.skeleton
    qtbot.waitUntil(lambda: queue.stack.currentWidget() is queue.list)


def test_an_incident_that_cannot_be_read_says_so_and_is_read_again(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Charged twice")
    page.cases.failed.emit(DatabaseUnavailable("The database does not answer.", "Try again soon."))
    state = page.incident.currentWidget()
    assert isinstance(state, ErrorState)
    assert page.incident.case is None
    page.incident.wait("another one")
    assert page.incident.currentWidget() is page.incident.skeleton
    page.cases.load()
    qtbot.waitUntil(lambda: page.incident.case is not None)
