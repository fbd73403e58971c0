"""Promises in the window: made by key, kept with one click, answered for before an incident ends."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.models.enums import EventKind, TimerKind
from app.services.database.clock import HandClock
from app.services.incidents.case_records import Case
from app.views.workbench.end_sheets import CARRIED, DROPPED, PromiseAnswerSheet
from app.views.workbench.page import WorkbenchPage
from app.views.workbench.sheets import NoteSheet
from app.views.workbench.time_sheets import PromiseSheet
from tests.views.workbench.conftest import case_where, choose, ended_case, press

CONTROL = Qt.KeyboardModifier.ControlModifier


def send(qtbot: QtBot, widget: QWidget) -> None:
    """Ctrl+Enter."""
    qtbot.keyClick(widget, Qt.Key.Key_Return, CONTROL)


def make_promise(qtbot: QtBot, page: WorkbenchPage, words: str) -> Case:
    """Promises something in an hour, by keyboard, on the incident shown."""
    before = len(page.acts.case.promises)
    press(qtbot, page.queue.list, "o")
    qtbot.waitUntil(lambda: isinstance(page.acts.asking.sheet, PromiseSheet))
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, PromiseSheet)
    qtbot.keyClicks(sheet.promise, words)
    send(qtbot, sheet.promise)
    return case_where(qtbot, page, lambda case: len(case.promises) == before + 1)


def ended(case: Case, kind: EventKind) -> list[str]:
    """The words of the events of that kind."""
    return [event.body for event in case.events if event.kind is kind]


def test_o_promises_with_words_a_time_and_an_owner(page: WorkbenchPage, qtbot: QtBot, hand_clock: HandClock) -> None:
    choose(qtbot, page, "Charged twice")
    press(qtbot, page.queue.list, "o")
    qtbot.waitUntil(lambda: isinstance(page.acts.asking.sheet, PromiseSheet))
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, PromiseSheet)
    assert sheet.promise.hasFocus()
    assert sheet.owner.currentText() == "Lena Okafor", "whoever promises keeps it, unless somebody else is named"
    send(qtbot, sheet.promise)
    assert page.acts.asking.sheet is sheet, "words are asked for first"
    qtbot.keyClicks(sheet.promise, "A call when the refund is out")
    sheet.when.set_at(hand_clock.now() - timedelta(minutes=1))
    send(qtbot, sheet.promise)
    assert page.acts.asking.sheet is sheet, "a time to come is asked for"
    sheet.when.set_at(hand_clock.now() + timedelta(hours=2))
    sheet.owner.setCurrentText("Marco Bianchi")
    send(qtbot, sheet.promise)
    case = case_where(qtbot, page, lambda shown: any(one.owner == "Marco Bianchi" for one in shown.promises))
    (promise,) = [one for one in case.promises if one.owner == "Marco Bianchi"]
    assert promise.words == "A call when the refund is out"
    # to the minute, rounded down: 13:24:46 and two hours
    assert promise.due_at == hand_clock.now().replace(hour=15, minute=24, second=0, microsecond=0)
    assert any(timer.kind is TimerKind.PROMISE for timer in case.timers)
    assert any(row.promise.timer_id == promise.timer_id for row in page.incident.inspector.promises)


def test_one_click_keeps_a_promise(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Charged twice")
    made = make_promise(qtbot, page, "A call when the refund is out")
    promise = next(one for one in made.promises if one.words == "A call when the refund is out")
    row = next(one for one in page.incident.inspector.promises if one.promise.timer_id == promise.timer_id)
    qtbot.mouseClick(row.buttons[0], Qt.MouseButton.LeftButton)
    case = case_where(qtbot, page, lambda shown: promise not in shown.promises)
    assert len(ended(case, EventKind.PROMISE_KEPT)) == len(ended(made, EventKind.PROMISE_KEPT)) + 1


def test_dropping_a_promise_needs_a_reason(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Charged twice")
    made = make_promise(qtbot, page, "A call when the refund is out")
    promise = made.promises[-1]
    row = next(one for one in page.incident.inspector.promises if one.promise.timer_id == promise.timer_id)
    qtbot.mouseClick(row.buttons[1], Qt.MouseButton.LeftButton)
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, PromiseAnswerSheet)
    assert sheet.answer.current() == DROPPED
    send(qtbot, sheet.reason)
    assert page.acts.asking.sheet is sheet
    assert sheet.reason.hasFocus()
    qtbot.keyClicks(sheet.reason, "They called us first.")
    send(qtbot, sheet.reason)
    case = case_where(qtbot, page, lambda shown: promise not in shown.promises)
    assert "They called us first." in ended(case, EventKind.PROMISE_DROPPED)


def test_a_promise_is_carried_over_to_an_incident_found_by_words(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Charged twice")
    made = make_promise(qtbot, page, "A call when the refund is out")
    promise = made.promises[-1]
    page.acts.asking.promises.answer(promise.timer_id, CARRIED)
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, PromiseAnswerSheet)
    qtbot.keyClicks(sheet.reason, "The refund is handled there.")
    send(qtbot, sheet.reason)
    assert page.acts.asking.sheet is sheet, "where it goes on is asked for"
    assert sheet.other.field.hasFocus()
    qtbot.keyClicks(sheet.other.field, "invoice pdf")
    qtbot.waitUntil(lambda: sheet.other.chosen is not None)
    other = sheet.other.chosen
    assert other is not None
    assert other.title.startswith("Invoice PDF")
    send(qtbot, sheet.other.field)
    case_where(qtbot, page, lambda shown: promise not in shown.promises)
    choose(qtbot, page, "Invoice PDF")
    there = case_where(qtbot, page, lambda shown: shown.id == other.id)
    assert promise.words in [one.words for one in there.promises]


def test_closing_asks_for_each_open_promise_first(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Card terminals")  # resolved, not closed
    make_promise(qtbot, page, "A call on Monday")
    made = make_promise(qtbot, page, "A look at the invoice")
    page.desk.actions.run("incident.close")
    first = page.acts.asking.sheet
    assert isinstance(first, PromiseAnswerSheet)
    send(qtbot, first.reason)  # kept
    qtbot.waitUntil(lambda: page.acts.asking.sheet not in (first, None))
    second = page.acts.asking.sheet
    assert isinstance(second, PromiseAnswerSheet)
    second.answer.set_current(DROPPED)
    qtbot.keyClicks(second.reason, "They found it themselves.")
    send(qtbot, second.reason)
    qtbot.waitUntil(lambda: isinstance(page.acts.asking.sheet, NoteSheet))
    closing = page.acts.asking.sheet
    assert isinstance(closing, NoteSheet)
    qtbot.keyClicks(closing.field, "Told on the phone.")
    send(qtbot, closing.field)
    case = ended_case(qtbot, page, made.id)
    assert not case.promises
    assert "They found it themselves." in ended(case, EventKind.PROMISE_DROPPED)
