"""Acts by key and mouse: each is written down, marked while it is under way, and said in words when refused."""

from __future__ import annotations

from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.models.enums import EventKind, Phase
from app.services.database.clock import HandClock
from app.services.database.database import Database, find_actor
from app.services.incidents.handoffs import OfferHandOff
from app.services.incidents.ladder import Escalate
from app.services.incidents.queue import QueueView
from app.views.theme.rail_view import RailView
from app.views.workbench.hand_off_sheet import HandOffSheet
from app.views.workbench.new_sheet import NewSheet
from app.views.workbench.page import WorkbenchPage
from app.views.workbench.sheets import NoteSheet
from app.views.workbench.tier_sheets import EscalateSheet
from app.views.workbench.time_sheets import WaitSheet
from tests.views.workbench.conftest import case_where, choose, ended_case, press

CONTROL = Qt.KeyboardModifier.ControlModifier


def send(qtbot: QtBot, widget: QWidget) -> None:
    """Ctrl+Enter."""
    qtbot.keyClick(widget, Qt.Key.Key_Return, CONTROL)


def test_a_acknowledges_and_marks_the_row_meanwhile(page: WorkbenchPage, qtbot: QtBot) -> None:
    case = choose(qtbot, page, "Password rule text")
    press(qtbot, page.queue.list, "a")
    assert case.id in page.queue.store.pending
    after = case_where(qtbot, page, lambda shown: shown.acknowledged_at is not None)
    assert after.holder == "Lena Okafor"
    qtbot.waitUntil(lambda: case.id not in page.queue.store.pending)
    assert page.desk.actions.why_not("incident.acknowledge") == "It is acknowledged already."


def test_t_takes_an_incident(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Parcel map")
    press(qtbot, page.queue.list, "t")
    case_where(qtbot, page, lambda shown: shown.holder == "Lena Okafor")


def test_r_resolves_with_a_line_for_the_timeline(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Charged twice")
    press(qtbot, page.queue.list, "r")
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, NoteSheet)
    assert sheet.field.hasFocus()
    qtbot.keyClicks(sheet.field, "The job runs once now.")
    send(qtbot, sheet.field)
    case = case_where(qtbot, page, lambda shown: shown.resolved_at is not None)
    assert case.phase is Phase.COMMUNICATION
    event = next(one for one in case.events if one.kind is EventKind.RESOLVED)
    assert event.body == "The job runs once now."


def test_contain_is_the_next_act_once_the_customer_was_told(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "SSO login loops")
    assert page.primary == "incident.contain"
    qtbot.mouseClick(page.incident.header.primary, Qt.MouseButton.LeftButton)
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, NoteSheet)
    send(qtbot, sheet.field)
    case = case_where(qtbot, page, lambda shown: shown.contained_at is not None)
    assert case.phase is Phase.RESOLUTION


def test_closing_without_a_last_message_needs_a_reason(page: WorkbenchPage, qtbot: QtBot) -> None:
    case = choose(qtbot, page, "Card terminals")
    page.desk.actions.run("incident.close")
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, NoteSheet)
    send(qtbot, sheet.field)
    assert page.acts.asking.sheet is sheet
    qtbot.keyClicks(sheet.field, "Told on the phone.")
    send(qtbot, sheet.field)
    ended_case(qtbot, page, case.id)


def test_reopening_needs_words_and_takes_up_the_work(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Card terminals")
    page.desk.actions.run("incident.reopen")
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, NoteSheet)
    qtbot.keyClicks(sheet.field, "One terminal is off again.")
    send(qtbot, sheet.field)
    case_where(qtbot, page, lambda shown: shown.resolved_at is None)


def test_e_escalates_to_the_chosen_tier(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Charged twice")
    press(qtbot, page.queue.list, "e")
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, EscalateSheet)
    assert [key for key, _button in sheet.tiers] == ["t3", "t4"]
    assert sheet.reason.hasFocus(), "what is typed straight away is the reason"
    qtbot.keyClick(sheet.reason, Qt.Key.Key_Backtab)
    assert any(button.hasFocus() for _key, button in sheet.tiers)
    send(qtbot, sheet.reason)
    assert page.acts.asking.sheet is sheet, "a reason is asked for first"
    qtbot.keyClicks(sheet.reason, "Refunds exceed our limit.")
    send(qtbot, sheet.reason)
    case = case_where(qtbot, page, lambda shown: shown.tier_rank == 3)
    assert any(one.body == "Refunds exceed our limit." for one in case.events)


def test_escalating_what_somebody_else_escalated_is_refused_in_the_sheet_and_keeps_what_was_typed(
    page: WorkbenchPage, sample: Database, qtbot: QtBot
) -> None:
    case = choose(qtbot, page, "Charged twice")
    press(qtbot, page.queue.list, "e")
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, EscalateSheet)
    sample.apply(Escalate(incident_id=case.id, tier="t3", reason="The board asks."))
    qtbot.keyClicks(sheet.reason, "Refunds exceed our limit.")
    send(qtbot, sheet.reason)
    qtbot.waitUntil(lambda: sheet.refusal.startswith("Somebody escalated this to"))
    qtbot.waitUntil(lambda: [key for key, _button in sheet.tiers] == ["t4"])  # the sheet knows where it stands now
    assert page.acts.asking.sheet is sheet
    assert sheet.reason.words() == "Refunds exceed our limit."
    assert case.id not in page.queue.store.pending
    send(qtbot, sheet.reason)  # with what was said in mind, it is asked again
    after = case_where(qtbot, page, lambda shown: shown.tier_rank == 4)
    assert any(one.body == "Refunds exceed our limit." for one in after.events)
    qtbot.waitUntil(lambda: page.acts.asking.sheet is None)


def test_esc_loses_no_words_of_a_sheet(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Charged twice")
    press(qtbot, page.queue.list, "e")
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, EscalateSheet)
    qtbot.keyClicks(sheet.reason, "Refunds exceed our limit.")
    qtbot.keyClick(sheet.reason, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.acts.asking.sheet is None)
    choose(qtbot, page, "Sandbox keys")
    press(qtbot, page.queue.list, "e")
    other = page.acts.asking.sheet
    assert isinstance(other, EscalateSheet)
    assert other.reason.words() == "", "each incident has words of its own"
    qtbot.keyClick(other.reason, Qt.Key.Key_Escape)
    choose(qtbot, page, "Charged twice")
    press(qtbot, page.queue.list, "e")
    again = page.acts.asking.sheet
    assert isinstance(again, EscalateSheet)
    assert again.reason.words() == "Refunds exceed our limit."
    send(qtbot, again.reason)
    case_where(qtbot, page, lambda shown: shown.tier_rank == 3)
    qtbot.waitUntil(lambda: page.acts.asking.sheet is None)
    press(qtbot, page.queue.list, "e")
    fresh = page.acts.asking.sheet
    assert isinstance(fresh, EscalateSheet)
    assert fresh.reason.words() == "", "what was sent is not offered again"


def test_p_waits_and_go_on_ends_it(page: WorkbenchPage, qtbot: QtBot, hand_clock: HandClock) -> None:
    choose(qtbot, page, "Sandbox keys")
    press(qtbot, page.queue.list, "p")
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, WaitSheet)
    assert sheet.question.hasFocus(), "what is typed straight away is the question"
    qtbot.keyClicks(sheet.question, "Which key did you use?")
    send(qtbot, sheet.question)
    case = case_where(qtbot, page, lambda shown: shown.waiting_for == "customer")
    assert case.follow_up_at == hand_clock.at.replace(microsecond=0) + timedelta(hours=4)
    assert page.desk.actions.why_not("incident.wait") == "It waits already. Go on first."
    page.desk.actions.run("incident.go_on")
    case_where(qtbot, page, lambda shown: shown.waiting_for is None)


def test_h_offers_a_packet_and_the_giver_stays_responsible(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Invoice PDF")
    press(qtbot, page.queue.list, "h")
    qtbot.waitUntil(lambda: isinstance(page.acts.asking.sheet, HandOffSheet))
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, HandOffSheet)
    qtbot.keyClicks(sheet.field, "marco")
    assert sheet.chosen is not None
    assert sheet.chosen.name == "Marco Bianchi"
    assert sheet.act.text() == "Offer to Marco Bianchi"
    send(qtbot, sheet.field)
    assert sheet.next_step.hasFocus(), "the next step is required"
    qtbot.keyClicks(sheet.next_step, "Correct the rate and call them.")
    send(qtbot, sheet.next_step)
    case = case_where(qtbot, page, lambda shown: shown.offer is not None)
    assert case.holder == "Lena Okafor"
    assert case.offer is not None
    assert "Next step: Correct the rate and call them." in case.offer.packet
    assert page.incident.offer.isVisible()
    assert not page.incident.offer.accept.isVisible()


def test_an_offer_to_me_is_accepted_with_one_click(page: WorkbenchPage, sample: Database, qtbot: QtBot) -> None:
    case = choose(qtbot, page, "Charged twice")
    marco = sample.acting_as(sample.read(find_actor, "marco"))
    marco.apply(OfferHandOff(incident_id=case.id, to="person:lena", summary="Refunds are out.", next_step="Tell them."))
    page.desk.feed.poll()
    case_where(qtbot, page, lambda shown: shown.offer is not None)
    assert page.primary == "incident.accept"
    qtbot.mouseClick(page.incident.offer.accept, Qt.MouseButton.LeftButton)
    case_where(qtbot, page, lambda shown: shown.offer is None and shown.holder == "Lena Okafor")


def test_ctrl_enter_accepts_an_offer_unless_somebody_is_writing(
    page: WorkbenchPage, sample: Database, qtbot: QtBot
) -> None:
    case = choose(qtbot, page, "Charged twice")
    marco = sample.acting_as(sample.read(find_actor, "marco"))
    marco.apply(OfferHandOff(incident_id=case.id, to="person:lena", summary="Refunds are out.", next_step="Tell them."))
    page.desk.feed.poll()
    case_where(qtbot, page, lambda shown: shown.offer is not None)
    page.desk.actions.run("incident.note")
    qtbot.keyClicks(page.incident.composer.editor, "I read it.")
    send(qtbot, page.incident.composer.editor)
    noted = case_where(qtbot, page, lambda shown: any(one.body == "I read it." for one in shown.events))
    assert noted.offer is not None
    page.queue.list.setFocus()
    send(qtbot, page.queue.list)
    case_where(qtbot, page, lambda shown: shown.offer is None and shown.holder == "Lena Okafor")


def test_an_offer_is_returned_only_with_words(page: WorkbenchPage, sample: Database, qtbot: QtBot) -> None:
    case = choose(qtbot, page, "Charged twice")
    marco = sample.acting_as(sample.read(find_actor, "marco"))
    marco.apply(OfferHandOff(incident_id=case.id, to="person:lena", summary="Refunds are out."))
    page.desk.feed.poll()
    case_where(qtbot, page, lambda shown: shown.offer is not None)
    qtbot.mouseClick(page.incident.offer.send_back, Qt.MouseButton.LeftButton)
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, NoteSheet)
    send(qtbot, sheet.field)
    assert page.acts.asking.sheet is sheet
    qtbot.keyClicks(sheet.field, "Which members were refunded?")
    send(qtbot, sheet.field)
    case = case_where(qtbot, page, lambda shown: shown.offer is None)
    assert case.holder == "Marco Bianchi"


def test_n_opens_an_incident_and_shows_what_will_happen_first(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Charged twice")
    press(qtbot, page.queue.list, "n")
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, NewSheet)
    qtbot.waitUntil(lambda: "severity" in sheet.facts and bool(sheet._customers))
    assert sheet.title_line.hasFocus()
    send(qtbot, sheet.title_line)
    assert sheet.title_frame.error()
    qtbot.keyClicks(sheet.title_line, "Charged twice after renewal")
    qtbot.keyClicks(sheet.customer, "halden fitness")
    for key, index in (("severity", 1), ("product_area", 1)):
        sheet.facts[key].editor.setCurrentIndex(index)  # type: ignore[union-attr]
    assert sheet.facts["segment"].value() == "business", "the record knows the segment"
    qtbot.waitUntil(lambda: sheet.answer.text() == "Trigger 3 → Tier 1")
    assert sheet.missing.text() == "Not needed here: Revenue at risk"
    qtbot.keyClicks(sheet.words, "Two of our members paid twice.")
    send(qtbot, sheet.words)
    case = case_where(qtbot, page, lambda shown: shown.title == "Charged twice after renewal")
    assert case.trigger == 3
    assert case.customer is not None
    assert case.customer.name == "Halden Fitness"
    case_where(qtbot, page, lambda shown: shown.acknowledged_at is not None)
    qtbot.waitUntil(lambda: page.queue.list.current() == case.id)
    assert page.acts.asking.sheet is None


def test_tab_goes_through_new_from_top_to_foot(page: WorkbenchPage, qtbot: QtBot) -> None:
    press(qtbot, page.queue.list, "n")
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, NewSheet)
    qtbot.waitUntil(lambda: "revenue" in sheet.facts and sheet.facts["revenue"].isVisible())
    facts = [field.editor for field in sheet.facts.values()]
    line = [sheet.title_line, sheet.customer, sheet.raised, sheet.channel.button(1), *facts, sheet.words]
    line += [sheet.cancel, sheet.open_only, sheet.act]
    walked: list[QWidget] = []
    while len(walked) < len(line):
        focus = QApplication.focusWidget()
        assert focus is not None
        if focus not in walked and not isinstance(focus, RailView):
            walked.append(focus)
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    assert walked == line
    sheet.dismiss()


def test_what_was_typed_into_new_stays_when_it_is_refused(page: WorkbenchPage, qtbot: QtBot) -> None:
    press(qtbot, page.queue.list, "n")
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, NewSheet)
    qtbot.waitUntil(lambda: "revenue" in sheet.facts)
    qtbot.keyClicks(sheet.title_line, "Odd revenue")
    qtbot.keyClicks(sheet.facts["revenue"].editor, "a lot")
    qtbot.waitUntil(lambda: bool(sheet.facts["revenue"].frame.error()))
    with qtbot.assertNotEmitted(page.desk.tasks.refused, wait=50):
        send(qtbot, sheet.title_line)
    qtbot.waitUntil(lambda: not sheet.under_way)
    assert page.acts.asking.sheet is sheet
    assert sheet.title_line.text() == "Odd revenue"
    sheet.dismiss()


def test_letters_do_nothing_while_somebody_types(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Password rule text")
    press(qtbot, page.queue.list, "m")
    editor = page.incident.composer.editor
    assert editor.hasFocus()
    with qtbot.assertNotEmitted(page.desk.tasks.acted, wait=100):
        qtbot.keyClicks(editor, "a t x")
    assert editor.toPlainText() == "a t x"


def test_a_viewer_sees_acts_but_cannot_do_them(page: WorkbenchPage, qtbot: QtBot) -> None:
    from dataclasses import replace

    from app.models.enums import Role

    choose(qtbot, page, "Password rule text")
    database = page.desk.database
    assert database is not None
    database.actor = replace(database.actor, role=Role.VIEWER)
    assert page.desk.actions.why_not("incident.acknowledge") == "Your role reads only."
    assert not page.desk.actions.run("incident.acknowledge")


def test_the_menu_has_every_act_with_its_key(page: WorkbenchPage) -> None:
    keys = {"acknowledge": "A", "take": "T", "update": "U", "note": "M", "wait": "P", "escalate": "E", "hand_off": "H"}
    for command, key in {**keys, "resolve": "R", "tick": "X", "key_event": "K", "new": "N"}.items():
        assert page.desk.actions.key_of(f"incident.{command}") == key


def test_unassigned_holds_what_nobody_has(page: WorkbenchPage, qtbot: QtBot) -> None:
    page.queue.show_view(QueueView.UNASSIGNED)
    qtbot.waitUntil(lambda: page.queue.store.ready)
    assert all(row.holder_id is None for row in page.queue.store.rows.values())
