"""A timer opens into its explanation, and from there it is pinned, unpinned, or its breach excused."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.models.enums import EventKind, Role, TimerKind
from app.services.clock.reading import TimerRecord
from app.services.database.clock import HandClock
from app.services.database.database import Database
from app.services.incidents.case_records import Case
from app.services.incidents.changing import ChangeFacts
from app.services.incidents.queue import QueueView
from app.services.matrix.versions import MakeDraft
from app.views.theme.tiles import TileButton
from app.views.workbench.change_sheets import FactsSheet, MoveSheet
from app.views.workbench.page import WorkbenchPage
from app.views.workbench.sheets import NoteSheet
from app.views.workbench.time_sheets import PinSheet
from app.views.workbench.why_sheet import WhySheet
from tests.desks import MATRIX, SmallDesk
from tests.published import PublishUnjudged
from tests.views.workbench.conftest import Opener, case_where, choose, press, show_view

CONTROL = Qt.KeyboardModifier.ControlModifier


def send(qtbot: QtBot, widget: QWidget) -> None:
    """Ctrl+Enter."""
    qtbot.keyClick(widget, Qt.Key.Key_Return, CONTROL)


def timer_of(case: Case, kind: TimerKind) -> TimerRecord:
    """The timer of that kind."""
    return next(timer for timer in case.timers if timer.kind is kind)


def ask_why(qtbot: QtBot, page: WorkbenchPage, name: str) -> WhySheet:
    """Clicks the tile of a timer."""
    tiles = page.incident.header.tiles.findChildren(TileButton)
    tile = next(one for one in tiles if one.isVisible() and one.tile().name == name)
    qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: isinstance(page.acts.asking.sheet, WhySheet))
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, WhySheet)
    return sheet


def act_of(qtbot: QtBot, sheet: WhySheet, words: str) -> None:
    """Clicks what leads on from an explanation."""
    button = next(one for one in sheet.acts if one.text() == words)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def pin(qtbot: QtBot, page: WorkbenchPage, at: datetime) -> Case:
    """Pins resolve of the incident shown to another time."""
    act_of(qtbot, ask_why(qtbot, page, "Resolve"), "Pin another due time…")
    qtbot.waitUntil(lambda: isinstance(page.acts.asking.sheet, PinSheet))
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, PinSheet)
    sheet.when.set_at(at)
    qtbot.keyClicks(sheet.reason, "Agreed with Sigrid on the phone.")
    send(qtbot, sheet.reason)
    return case_where(qtbot, page, lambda case: timer_of(case, TimerKind.RESOLVE).pinned)


def test_a_pin_wins_and_its_explanation_tells_who_and_why(
    page: WorkbenchPage, qtbot: QtBot, hand_clock: HandClock
) -> None:
    before = timer_of(choose(qtbot, page, "Charged twice"), TimerKind.RESOLVE)
    at = hand_clock.now().replace(microsecond=0) + timedelta(hours=6)
    case = pin(qtbot, page, at)
    assert timer_of(case, TimerKind.RESOLVE).due_at == at
    sheet = ask_why(qtbot, page, "Resolve")
    assert "pinned by Lena Okafor, “Agreed with Sigrid on the phone”." in sheet.text
    assert "Pinned by Lena Okafor." in sheet.text
    assert f"By its target it would be due {page.times.when(before.due_at, hand_clock.now())}." in sheet.text


def test_a_pin_needs_a_reason_and_a_time_to_come(page: WorkbenchPage, qtbot: QtBot, hand_clock: HandClock) -> None:
    choose(qtbot, page, "Charged twice")
    act_of(qtbot, ask_why(qtbot, page, "Resolve"), "Pin another due time…")
    qtbot.waitUntil(lambda: isinstance(page.acts.asking.sheet, PinSheet))
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, PinSheet)
    send(qtbot, sheet.reason)
    assert page.acts.asking.sheet is sheet
    qtbot.keyClicks(sheet.reason, "Agreed.")
    sheet.when.set_at(hand_clock.now() - timedelta(minutes=1))
    send(qtbot, sheet.reason)
    assert page.acts.asking.sheet is sheet
    assert sheet.when.frame.error()


def test_unpinning_lets_the_target_hold_again(page: WorkbenchPage, qtbot: QtBot, hand_clock: HandClock) -> None:
    before = timer_of(choose(qtbot, page, "Charged twice"), TimerKind.RESOLVE)
    pin(qtbot, page, hand_clock.now().replace(microsecond=0) + timedelta(hours=6))
    act_of(qtbot, ask_why(qtbot, page, "Resolve"), "Unpin…")
    qtbot.waitUntil(lambda: isinstance(page.acts.asking.sheet, NoteSheet))
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, NoteSheet)
    qtbot.keyClicks(sheet.field, "They need it sooner.")
    send(qtbot, sheet.field)
    case = case_where(qtbot, page, lambda shown: not timer_of(shown, TimerKind.RESOLVE).pinned)
    assert timer_of(case, TimerKind.RESOLVE).due_at == before.due_at


def test_a_lead_excuses_a_breach_with_a_reason(page: WorkbenchPage, qtbot: QtBot) -> None:
    case = choose(qtbot, page, "Card payments")
    assert timer_of(case, TimerKind.RESOLVE).breached_at is not None
    act_of(qtbot, ask_why(qtbot, page, "Resolve"), "Excuse this breach…")
    qtbot.waitUntil(lambda: isinstance(page.acts.asking.sheet, NoteSheet))
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, NoteSheet)
    qtbot.keyClicks(sheet.field, "The bank was down.")
    send(qtbot, sheet.field)
    after = case_where(qtbot, page, lambda shown: any(one.kind is EventKind.EXCUSED for one in shown.events))
    assert timer_of(after, TimerKind.RESOLVE).breached_at is not None, "it stays recorded"
    again = ask_why(qtbot, page, "Resolve")
    assert "The breach is excused: “The bank was down”." in again.text
    assert "Excuse this breach…" not in [one.text() for one in again.acts]


def test_who_is_no_lead_sees_why_they_cannot_excuse(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Card payments")
    database = page.desk.database
    assert database is not None
    database.actor = replace(database.actor, role=Role.AGENT)
    button = next(one for one in ask_why(qtbot, page, "Resolve").acts if one.text() == "Excuse this breach…")
    assert not button.isEnabled()
    assert button.toolTip() == "Leads excuse a breach."


# --- what targets hang on


def open_small(qtbot: QtBot, open_page: Opener, desk: SmallDesk) -> WorkbenchPage:
    """Lena's window on an S1 of the small desk."""
    desk.open()
    page = open_page(desk.lena)
    show_view(qtbot, page, QueueView.ALL)
    choose(qtbot, page, "Charged twice")
    return page


def open_facts(qtbot: QtBot, page: WorkbenchPage) -> FactsSheet:
    """F."""
    press(qtbot, page.queue.list, "f")
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, FactsSheet)
    return sheet


def choose_fact(sheet: FactsSheet, key: str, value: Any) -> None:
    """Another choice of a fact."""
    field = sheet.facts[key]
    field.editor.setCurrentIndex(field.keys.index(value))  # type: ignore[union-attr]  # a choice


def test_f_shows_what_another_fact_would_bring_before_it_is_kept(
    sqlite_desk: SmallDesk, open_page: Opener, qtbot: QtBot
) -> None:
    page = open_small(qtbot, open_page, sqlite_desk)
    sheet = open_facts(qtbot, page)
    send(qtbot, sheet.reason)
    assert page.acts.asking.sheet is sheet, "nothing is changed yet"
    choose_fact(sheet, "severity", "s3")
    qtbot.waitUntil(lambda: "Trigger 3 would decide" in sheet.outlook.words.text())
    qtbot.keyClicks(sheet.reason, "Only one member is affected.")
    send(qtbot, sheet.reason)
    case = case_where(qtbot, page, lambda shown: shown.offered_answer is not None)
    changed = next(event for event in case.events if event.kind is EventKind.FACT_CHANGED)
    assert changed.body == "Only one member is affected."
    assert changed.data["said"] == ["Severity: S1 → S3"]


def test_a_fact_that_somebody_else_changed_is_not_overwritten_unseen(
    sqlite_desk: SmallDesk, open_page: Opener, qtbot: QtBot
) -> None:
    page = open_small(qtbot, open_page, sqlite_desk)
    sheet = open_facts(qtbot, page)
    choose_fact(sheet, "severity", "s3")
    sqlite_desk.marco.apply(ChangeFacts(incident_id=page.acts.case.id, facts={"severity": "s2"}))
    qtbot.keyClicks(sheet.reason, "Only one member is affected.")
    send(qtbot, sheet.reason)
    qtbot.waitUntil(lambda: bool(sheet.refusal))
    qtbot.waitUntil(lambda: page.acts.case.facts[0].value == "s2")
    assert page.acts.asking.sheet is sheet
    assert sheet.reason.words() == "Only one member is affected."
    assert sheet.changed() == {"severity": "s3"}, "what was chosen here stays"
    send(qtbot, sheet.reason)  # seen now, it is kept
    case_where(qtbot, page, lambda shown: shown.facts[0].value == "s3")


def test_moving_to_the_version_in_force_is_shown_before_it_is_done(
    sqlite_desk: SmallDesk, open_page: Opener, qtbot: QtBot
) -> None:
    page = open_small(qtbot, open_page, sqlite_desk)
    assert page.desk.actions.why_not("incident.move") == "It follows the version in force already."
    urgent, light = MATRIX["targets"]
    draft = sqlite_desk.lena.apply(MakeDraft(document={**MATRIX, "targets": [{**urgent, "resolve": 7200}, light]}))
    published = PublishUnjudged(version_id=draft.result["version_id"], rationale="Faster.")
    sqlite_desk.lena.apply(published)
    page.cases.load()
    case_where(qtbot, page, lambda shown: shown.version_in_force == 2)
    assert page.desk.actions.run("incident.move")
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, MoveSheet)
    # raised at 10:00 in Oslo: four hours before, two after
    qtbot.waitUntil(lambda: ("Resolve", "14:00", "12:00", False) in sheet.outlook.due.rows)
    send(qtbot, sheet.reason)
    assert page.acts.asking.sheet is sheet, "a reason is asked for"
    qtbot.keyClicks(sheet.reason, "They were promised the new targets.")
    send(qtbot, sheet.reason)
    case = case_where(qtbot, page, lambda shown: shown.version == 2)
    assert timer_of(case, TimerKind.RESOLVE).target_seconds == 7200
    assert "Moved to matrix version 2" in [line.title for line in page.incident.timeline.model.lines]


def test_a_database_that_is_slow_to_answer_keeps_the_sheet_open(
    page: WorkbenchPage, sample: Database, qtbot: QtBot
) -> None:
    choose(qtbot, page, "Charged twice")
    press(qtbot, page.queue.list, "r")
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, NoteSheet)
    qtbot.keyClicks(sheet.field, "The job runs once now.")
    send(qtbot, sheet.field)
    assert sheet.under_way
    send(qtbot, sheet.field)  # pressing twice does it once
    case = case_where(qtbot, page, lambda shown: shown.resolved_at is not None)
    assert [one.kind for one in case.events].count(EventKind.RESOLVED) == 1
    qtbot.waitUntil(lambda: page.acts.asking.sheet is None)
