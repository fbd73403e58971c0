"""Down the ladder, back a phase, and the ends that are not closing; waiting and what customers say meanwhile."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.models.enums import EventKind, Phase
from app.services.database.database import Database
from app.services.incidents.ladder import Escalate
from app.services.incidents.queue import QueueView
from app.services.proposals import list_proposals
from app.views.workbench.end_sheets import MergeSheet, StepBackSheet
from app.views.workbench.page import WorkbenchPage
from app.views.workbench.propose_sheet import ProposeSheet
from app.views.workbench.sheets import NoteSheet
from app.views.workbench.tier_sheets import DeEscalateSheet
from app.views.workbench.time_sheets import WaitSheet
from tests.views.workbench.conftest import case_where, choose, ended_case, press

CONTROL = Qt.KeyboardModifier.ControlModifier


def send(qtbot: QtBot, widget: QWidget) -> None:
    """Ctrl+Enter."""
    qtbot.keyClick(widget, Qt.Key.Key_Return, CONTROL)


def note(qtbot: QtBot, page: WorkbenchPage, command: str, words: str) -> None:
    """Runs a command that asks for words, and writes them."""
    assert page.desk.actions.run(command)
    qtbot.waitUntil(lambda: isinstance(page.acts.asking.sheet, NoteSheet))
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, NoteSheet)
    send(qtbot, sheet.field)
    assert page.acts.asking.sheet is sheet, "words are asked for first"
    qtbot.keyClicks(sheet.field, words)
    send(qtbot, sheet.field)


def test_d_goes_down_a_tier_once_what_it_asks_for_is_ticked(page: WorkbenchPage, qtbot: QtBot) -> None:
    case = choose(qtbot, page, "Charged twice")
    assert case.tier_rank == 2
    press(qtbot, page.queue.list, "d")
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, DeEscalateSheet)
    assert [key for key, _button in sheet.tiers] == ["t1"]
    assert [box.text() for box in sheet.boxes] == list(case.exit_criteria)
    qtbot.keyClicks(sheet.reason, "Refunds are out.")
    send(qtbot, sheet.reason)
    if sheet.boxes:
        assert page.acts.asking.sheet is sheet, "the exit list is asked for"
        for box in sheet.boxes:
            qtbot.keyClick(box, Qt.Key.Key_Space)
        send(qtbot, sheet.reason)
    after = case_where(qtbot, page, lambda shown: shown.tier_rank == 1)
    assert any(one.kind is EventKind.DE_ESCALATED and one.body == "Refunds are out." for one in after.events)
    lines = [line.title for line in page.incident.timeline.model.lines]
    assert lines.count("De-escalated to Tier 1") == 1, "one line for the act, not one more for the entry"
    assert page.desk.actions.why_not("incident.de_escalate") == "There is no lower tier."


def test_going_down_where_somebody_went_up_keeps_the_words_and_says_so(
    page: WorkbenchPage, sample: Database, qtbot: QtBot
) -> None:
    case = choose(qtbot, page, "Charged twice")
    press(qtbot, page.queue.list, "d")
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, DeEscalateSheet)
    sample.apply(Escalate(incident_id=case.id, tier="t3", reason="The bank is closed."))
    qtbot.keyClicks(sheet.reason, "Refunds are out.")
    for box in sheet.boxes:
        box.setChecked(True)
    send(qtbot, sheet.reason)
    qtbot.waitUntil(lambda: "meanwhile" in sheet.refusal)
    qtbot.waitUntil(lambda: [key for key, _button in sheet.tiers] == ["t2", "t1"])
    assert sheet.reason.words() == "Refunds are out."


def test_stepping_back_needs_a_reason_and_takes_the_work_up_again(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Card terminals")  # resolved
    page.desk.actions.run("incident.step_back")
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, StepBackSheet)
    assert [phase for phase, _button in sheet.phases] == [Phase.RESOLUTION, Phase.CONTAINMENT, Phase.ASSESSMENT]
    send(qtbot, sheet.reason)
    assert page.acts.asking.sheet is sheet
    qtbot.keyClicks(sheet.reason, "Two terminals still fail.")
    send(qtbot, sheet.reason)
    case = case_where(qtbot, page, lambda shown: shown.resolved_at is None)
    assert case.phase is Phase.RESOLUTION
    titles = [line.title for line in page.incident.timeline.model.lines]
    assert "Back to resolution" in titles


def test_withdrawing_needs_a_reason_and_ends_it(page: WorkbenchPage, qtbot: QtBot) -> None:
    chosen = choose(qtbot, page, "Sandbox keys")
    note(qtbot, page, "incident.withdraw", "They found the key.")
    case = ended_case(qtbot, page, chosen.id)
    assert case.ended_as == "withdrawn"
    assert page.desk.actions.why_not("incident.reopen") == "It was withdrawn."


def test_an_ended_one_that_is_named_stays_open_whatever_the_queue_does(page: WorkbenchPage, qtbot: QtBot) -> None:
    """It is in no view any more: loading and sorting the queue must not choose another one in its place."""
    ended = choose(qtbot, page, "Sandbox keys").id
    note(qtbot, page, "incident.withdraw", "They found the key.")
    ended_case(qtbot, page, ended)
    store = page.queue.store
    qtbot.waitUntil(lambda: store.ready and store.view is QueueView.ALL)
    for _ in range(2):
        with qtbot.waitSignal(store.loaded):
            store.load()
        assert page.place() == ended
    page.queue.sort_now()
    assert page.place() == ended
    page.queue.list.choose_first()
    assert page.place() != ended


def test_merging_searches_the_other_incident_and_leads_there(page: WorkbenchPage, qtbot: QtBot) -> None:
    case = choose(qtbot, page, "Sandbox keys")
    page.desk.actions.run("incident.merge")
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, MergeSheet)
    assert sheet.other.field.hasFocus()
    send(qtbot, sheet.other.field)
    assert page.acts.asking.sheet is sheet, "the other incident is asked for"
    qtbot.keyClicks(sheet.other.field, "invoice pdf")
    qtbot.waitUntil(lambda: sheet.other.chosen is not None)
    other = sheet.other.chosen
    assert other is not None
    assert sheet.act.text() == f"Merge into INC-{other.number}"
    qtbot.keyClicks(sheet.reason, "The same report twice.")
    send(qtbot, sheet.reason)
    after = ended_case(qtbot, page, case.id)
    assert after.ended_as == "merged"
    assert [(one.id, one.kind, one.first) for one in after.linked if one.kind == "merged"] == [
        (other.id, "merged", True)
    ]
    assert page.desk.actions.why_not("incident.reopen") == f"It was merged into INC-{other.number}."


def test_what_is_over_goes_on_in_a_new_incident(page: WorkbenchPage, qtbot: QtBot) -> None:
    case = choose(qtbot, page, "Card terminals")
    note(qtbot, page, "incident.carry_on", "It is back since noon.")
    new = case_where(qtbot, page, lambda shown: shown.id != case.id)
    assert [(one.id, one.kind) for one in new.linked] == [(case.id, "continues")]
    assert new.customer == case.customer or new.customer is not None
    assert new.holder == "Lena Okafor"


def wait_for_customer(qtbot: QtBot, page: WorkbenchPage) -> None:
    """Waits for the customer of the incident shown."""
    press(qtbot, page.queue.list, "p")
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, WaitSheet)
    qtbot.keyClicks(sheet.question, "Which key did you use?")
    send(qtbot, sheet.question)
    case_where(qtbot, page, lambda shown: shown.waiting_for == "customer")


def test_a_card_says_what_is_waited_for_and_the_reply_ends_it(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Sandbox keys")
    wait_for_customer(qtbot, page)
    card = page.incident.standing.wait
    qtbot.waitUntil(card.isVisible)
    assert "Which key did you use?" in card.more.text()
    qtbot.mouseClick(card.replied, Qt.MouseButton.LeftButton)
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, NoteSheet)
    qtbot.keyClicks(sheet.field, "The old one.")
    send(qtbot, sheet.field)
    case = case_where(qtbot, page, lambda shown: shown.waiting_for is None)
    assert any(one.kind is EventKind.CUSTOMER_MESSAGE and one.body == "The old one." for one in case.events)
    qtbot.waitUntil(lambda: not card.isVisible())


def test_thanks_are_noted_and_end_no_waiting(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Sandbox keys")
    wait_for_customer(qtbot, page)
    note(qtbot, page, "incident.thanks", "Thank you for looking.")
    case = case_where(qtbot, page, lambda shown: any(one.kind is EventKind.THANKED for one in shown.events))
    assert case.waiting_for == "customer"


def test_after_an_act_the_newest_line_is_shown_wherever_one_reads(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Charged twice")
    page.window().resize(1200, 700)
    listed = page.incident.timeline.list
    qtbot.waitUntil(lambda: listed.verticalScrollBar().maximum() > 100)
    listed.scrollToTop()
    assert not listed.at_end()
    page.acts.add_note("Refunds are out.")
    case_where(qtbot, page, lambda shown: any(one.body == "Refunds are out." for one in shown.events))
    qtbot.waitUntil(listed.at_end)


def test_a_matrix_change_is_proposed_with_the_incident_beside_it(page: WorkbenchPage, qtbot: QtBot) -> None:
    assert page.desk.actions.run("incident.propose")
    qtbot.waitUntil(lambda: isinstance(page.acts.asking.sheet, ProposeSheet))
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, ProposeSheet)
    send(qtbot, sheet.what)
    assert page.acts.asking.sheet is sheet, "words are asked for first"
    qtbot.keyClicks(sheet.what, "Payments takes it at once.")
    qtbot.keyClicks(sheet.why, "It stood still for an hour.")
    send(qtbot, sheet.why)
    database = page.desk.database
    assert database is not None
    qtbot.waitUntil(lambda: len(database.read(list_proposals)) == 1)
    (one,) = database.read(list_proposals)
    case = page.cases.case
    assert case is not None
    assert (one.what, one.why, one.incident) == (
        "Payments takes it at once.", "It stood still for an hour.", case.number,
    )  # fmt: skip
