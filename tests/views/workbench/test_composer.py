"""The composer: drafts that are never lost, gaps that stop sending, copying, mail and taking back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.models.enums import Channel, TimerKind, TimerState
from app.services.database.clock import HandClock
from app.services.incidents.case_records import Case
from app.views.workbench.composer import NOTE, Composer
from app.views.workbench.message_checks import Standing, fitting_first, judge
from app.views.workbench.page import WorkbenchPage
from tests.views.workbench.conftest import case_where, choose, press

CONTROL = Qt.KeyboardModifier.ControlModifier


def ready(qtbot: QtBot, page: WorkbenchPage, title: str) -> Composer:
    """Chooses an incident and waits for addressee and templates."""
    choose(qtbot, page, title)
    composer = page.incident.composer
    qtbot.waitUntil(lambda: composer.addressee is not None and bool(composer.templates))
    return composer


def first_update(case: Case) -> TimerState:
    return next(timer.state for timer in case.timers if timer.kind is TimerKind.FIRST_UPDATE)


def test_u_writes_a_reply_and_m_a_note(page: WorkbenchPage, qtbot: QtBot) -> None:
    composer = ready(qtbot, page, "Charged twice")
    press(qtbot, page.queue.list, "u")
    assert composer.editor.hasFocus()
    assert composer.editor.accessibleName() == "Reply to customer"
    page.queue.list.setFocus()
    press(qtbot, page.queue.list, "m")
    assert composer.mode == NOTE


def test_drafts_stay_with_their_incident(page: WorkbenchPage, qtbot: QtBot) -> None:
    composer = ready(qtbot, page, "Charged twice")
    qtbot.keyClicks(composer.editor, "Hi Sigrid, we found the cause.")
    composer.tabs.setCurrentIndex(NOTE)
    qtbot.keyClicks(composer.editor, "Job 4711 ran twice.")
    ready(qtbot, page, "Parcel map")
    assert composer.editor.toPlainText() == ""
    ready(qtbot, page, "Charged twice")
    assert composer.editor.toPlainText() == "Job 4711 ran twice."
    composer.tabs.setCurrentIndex(0)
    assert composer.editor.toPlainText() == "Hi Sigrid, we found the cause."


def test_drafts_outlive_the_window(page: WorkbenchPage, qtbot: QtBot) -> None:
    composer = ready(qtbot, page, "Charged twice")
    qtbot.keyClicks(composer.editor, "Half a sentence")
    kept = page.remembered()
    again = type(page.drafts)()
    again.take(kept["drafts"])
    assert again.of(page.cases.incident_id).reply == "Half a sentence"


def test_a_note_is_written_with_ctrl_enter(page: WorkbenchPage, qtbot: QtBot) -> None:
    composer = ready(qtbot, page, "Charged twice")
    press(qtbot, page.queue.list, "m")
    qtbot.keyClicks(composer.editor, "The job is paused.")
    qtbot.keyClick(composer.editor, Qt.Key.Key_Return, CONTROL)
    case_where(qtbot, page, lambda case: any(event.body == "The job is paused." for event in case.events))
    assert composer.editor.toPlainText() == ""


def test_a_template_leaves_gaps_that_stop_sending_until_they_are_filled(page: WorkbenchPage, qtbot: QtBot) -> None:
    composer = ready(qtbot, page, "Charged twice")
    place = next(at for at, one in enumerate(composer.templates) if "{{ finding }}" in one.body)
    composer.picker.setCurrentIndex(place)
    composer.use_template(place)
    verdict = composer.verdict()
    assert verdict.gaps > 0
    assert not composer.send.isEnabled()
    assert "F8" in composer._bad.text()
    qtbot.keyClick(composer.editor, Qt.Key.Key_F8)
    assert composer.editor.textCursor().selectedText().startswith("‹")
    while composer.verdict().gaps:
        qtbot.keyClick(composer.editor, Qt.Key.Key_F8)
        qtbot.keyClicks(composer.editor, "a second run")
    qtbot.waitUntil(composer.send.isEnabled)
    assert "Sigrid" in composer.editor.toPlainText()


def test_a_message_is_copied_and_counts_when_its_author_says_so(
    page: WorkbenchPage, qtbot: QtBot, hand_clock: HandClock
) -> None:
    composer = ready(qtbot, page, "Charged twice")
    qtbot.keyClicks(composer.editor, "We found the cause.")
    qtbot.waitUntil(composer.insert.isVisible)
    assert composer._bad.text() == "Next update time is missing"
    qtbot.keyClick(composer.editor, Qt.Key.Key_Semicolon, CONTROL)
    promised = composer.verdict().promised
    assert promised is not None
    body = composer.editor.toPlainText()
    assert body == f"We found the cause. Next update by {page.times.clock(promised)}."
    qtbot.keyClick(composer.editor, Qt.Key.Key_Return, CONTROL)
    case = case_where(qtbot, page, lambda case: case.pending is not None)
    assert QGuiApplication.clipboard().text() == body
    assert first_update(case) is TimerState.MET
    following = next(timer for timer in case.timers if timer.kind is TimerKind.NEXT_UPDATE)
    assert following.promised
    assert following.due_at == promised.replace(second=0, microsecond=0)
    assert composer.editor.toPlainText() == ""
    assert composer.confirm_bar.isVisible()
    qtbot.mouseClick(composer.confirm, Qt.MouseButton.LeftButton)
    case_where(qtbot, page, lambda case: case.pending is None)
    assert not composer.confirm_bar.isVisible()


def test_taking_a_message_back_gives_the_words_and_the_timer_back(page: WorkbenchPage, qtbot: QtBot) -> None:
    composer = ready(qtbot, page, "Charged twice")
    qtbot.keyClicks(composer.editor, "We found the cause.")
    qtbot.keyClick(composer.editor, Qt.Key.Key_Return, CONTROL)
    case_where(qtbot, page, lambda case: case.pending is not None)
    page.undo.undo()
    case = case_where(qtbot, page, lambda case: case.pending is None)
    assert first_update(case) is TimerState.RUNNING
    assert composer.editor.toPlainText() == "We found the cause."


def test_mail_goes_into_the_outbox_where_a_server_is_set(page: WorkbenchPage, qtbot: QtBot) -> None:
    page.desk.settings.mail_server, page.desk.settings.mail_sender = "localhost", "desk@example.org"
    qtbot.waitUntil(lambda: page._sample)
    page._sample = False  # the sample itself can never write to anybody
    composer = ready(qtbot, page, "Charged twice")
    qtbot.waitUntil(lambda: composer.by_mail)
    assert composer.send.text() == "Send"
    qtbot.keyClicks(composer.editor, "We found the cause.")
    qtbot.keyClick(composer.editor, Qt.Key.Key_Return, CONTROL)
    case = case_where(qtbot, page, lambda case: case.pending is not None)
    assert case.pending is not None
    assert case.pending.by_mail
    assert not composer.confirm.isVisible()
    page.undo.undo()
    case_where(qtbot, page, lambda case: case.pending is None)
    assert composer.editor.toPlainText() == "We found the cause."


def test_the_sample_never_offers_mail(page: WorkbenchPage, qtbot: QtBot) -> None:
    page.desk.settings.mail_server, page.desk.settings.mail_sender = "localhost", "desk@example.org"
    composer = ready(qtbot, page, "Charged twice")
    assert not composer.by_mail
    assert composer.send.text() == "Copy to send"


def test_esc_leaves_the_text_and_keeps_it(page: WorkbenchPage, qtbot: QtBot) -> None:
    composer = ready(qtbot, page, "Charged twice")
    qtbot.keyClicks(composer.editor, "Half")
    qtbot.keyClick(composer.editor, Qt.Key.Key_Escape)
    assert page.queue.list.hasFocus()
    assert composer.editor.toPlainText() == "Half"


def test_checks_are_simple_and_honest(hand_clock: HandClock) -> None:
    later = hand_clock.at + timedelta(minutes=30)
    empty = judge("  ", {}, needs_time=True)
    assert [check.standing for check in empty.checks] == [Standing.STOPS, Standing.PASSES, Standing.MISSING]
    gaps = judge("Hi ‹name›, ‹cause›.", {}, needs_time=False)
    assert gaps.gaps == 2
    assert gaps.stops
    fine = judge("Next update by 14:55.", {"14:55": later}, needs_time=True)
    assert (fine.passes, fine.stops, fine.promised) == (3, False, later)
    assert judge("Next update by 14:55.", {"14:55": later}, needs_time=False).promised is None


def test_an_act_that_is_refused_loses_no_words(page: WorkbenchPage, qtbot: QtBot, hand_clock: HandClock) -> None:
    composer = ready(qtbot, page, "Charged twice")
    qtbot.keyClicks(composer.editor, "We found the cause.")
    assert composer.addressee is not None
    early = replace(composer.addressee, next_update_at=hand_clock.at - timedelta(minutes=1))
    composer.show_addressee(early, by_mail=False)
    composer.insert_time()
    text = composer.editor.toPlainText()
    qtbot.keyClick(composer.editor, Qt.Key.Key_Return, CONTROL)
    banners = page.window().area_of_pages.banners  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: "refused" in banners.keys())  # noqa: SIM118 - a method of ours
    assert composer.editor.toPlainText() == text


def test_templates_that_fit_the_state_come_first(page: WorkbenchPage, qtbot: QtBot) -> None:
    composer = ready(qtbot, page, "Charged twice")
    own = [one.scenario for one in composer.templates if one.channel is Channel.EMAIL]
    assert own == ["update", "update", "resolution"]
    assert composer.templates[0].channel is Channel.EMAIL
    ended = fitting_first(composer.templates, resolved=True)
    assert ended[0].scenario == "resolution"
    assert [one.scenario for one in ended[1:]] == ["update"] * (len(ended) - 1)
