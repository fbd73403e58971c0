"""The Workbench looks as it is drawn in the design: light, dark, compact, and its sheets."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.models.enums import TimerKind
from app.services.database.clock import HandClock
from app.services.database.database import Database
from app.services.incidents.changing import ChangeFacts
from app.services.incidents.phases import Acknowledge
from app.services.incidents.queue import QueueView
from app.views.workbench.end_sheets import CARRIED, MergeSheet, PromiseAnswerSheet
from app.views.workbench.hand_off_sheet import HandOffSheet
from app.views.workbench.new_sheet import NewSheet
from app.views.workbench.page import WorkbenchPage
from app.views.workbench.tier_sheets import DeEscalateSheet
from tests.desks import SmallDesk
from tests.views.golden import assert_picture
from tests.views.workbench.conftest import Opener, case_where, choose, row_of, show_view
from tests.views.workbench.test_promises import make_promise
from tests.views.workbench.test_timers import ask_why, choose_fact, open_facts, pin


def shown(page: WorkbenchPage) -> QWidget:
    """The page, sheets included."""
    return page.desk.stage.area


@pytest.mark.parametrize(
    ("mode", "density"),
    [("light", "comfortable"), ("dark", "comfortable"), ("dark", "compact")],
)
def test_the_page_looks_like_its_picture(
    open_page: Opener, sample: Database, qtbot: QtBot, mode: str, density: str
) -> None:
    page = open_page(sample, mode=mode, density=density)
    show_view(qtbot, page, QueueView.ALL)
    choose(qtbot, page, "Charged twice")
    qtbot.waitUntil(lambda: bool(page.incident.composer.templates))
    assert_picture(shown(page), f"workbench/page_{mode}_{density}")


def test_a_breached_incident_looks_like_its_picture(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Card payments")
    qtbot.waitUntil(lambda: bool(page.incident.composer.templates))
    assert_picture(shown(page), "workbench/breached_light")


def test_the_flap_covers_the_timeline_only(open_page: Opener, sample: Database, qtbot: QtBot) -> None:
    page = open_page(sample, size=(1280, 800))
    show_view(qtbot, page, QueueView.ALL)
    choose(qtbot, page, "Charged twice")
    qtbot.waitUntil(lambda: bool(page.incident.composer.templates))
    page.desk.actions.run("workbench.inspector")
    assert_picture(shown(page), "workbench/flap_light")


def test_why_looks_like_its_picture(page: WorkbenchPage, qtbot: QtBot) -> None:
    case = choose(qtbot, page, "Webhook retries")
    timer = next(one for one in case.timers if one.kind is TimerKind.RESOLVE)
    page.acts.asking.clocks.why_timer(timer.id)
    qtbot.waitUntil(lambda: page.acts.asking.sheet is not None)
    assert_picture(shown(page), "workbench/why_light")


def test_new_looks_like_its_picture(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Charged twice")
    page.desk.actions.run("incident.new")
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, NewSheet)
    qtbot.waitUntil(lambda: "severity" in sheet.facts and bool(sheet._customers))
    sheet.title_line.setText("Charged twice after renewal")
    sheet.customer.setText("Halden Fitness")
    for key in ("severity", "product_area"):
        sheet.facts[key].editor.setCurrentIndex(1)  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: sheet.answer.text().startswith("Trigger 3") and sheet.rail.isVisible())
    qtbot.waitUntil(lambda: not sheet._scroll.verticalScrollBar().isVisible())  # it is as high as its content
    assert_picture(shown(page), "workbench/new_light")


def test_hand_off_looks_like_its_picture(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Invoice PDF")
    page.desk.actions.run("incident.hand_off")
    qtbot.waitUntil(lambda: page.acts.asking.sheet is not None)
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, HandOffSheet)
    sheet.field.setText("marco")
    assert_picture(shown(page), "workbench/hand_off_light")


def test_nothing_matching_looks_like_its_picture(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Charged twice")
    qtbot.waitUntil(lambda: bool(page.incident.composer.templates))
    page.queue.field.setText("nothing like this")
    assert_picture(shown(page), "workbench/filtered_light")


def test_going_down_looks_like_its_picture(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Charged twice")
    page.desk.actions.run("incident.de_escalate")
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, DeEscalateSheet)
    sheet.boxes[0].setChecked(True)
    sheet.reason.setPlainText("Refunds are out, the rest is routine.")
    sheet.press()
    assert_picture(shown(page), "workbench/de_escalate_light")


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_promises_look_like_their_picture(open_page: Opener, sample: Database, qtbot: QtBot, mode: str) -> None:
    page = open_page(sample, mode=mode)
    show_view(qtbot, page, QueueView.ALL)
    choose(qtbot, page, "Charged twice")
    qtbot.waitUntil(lambda: bool(page.incident.composer.templates))
    make_promise(qtbot, page, "A call once all duplicate charges are refunded")
    assert_picture(shown(page), f"workbench/promises_{mode}")


def test_answering_for_a_promise_looks_like_its_picture(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Charged twice")
    case = make_promise(qtbot, page, "A call once all duplicate charges are refunded")
    page.acts.asking.promises.answer(case.promises[-1].timer_id, CARRIED)
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, PromiseAnswerSheet)
    sheet.other.field.setText("payments")
    qtbot.waitUntil(lambda: sheet.other.chosen is not None)
    assert_picture(shown(page), "workbench/promise_answer_light")


def test_merging_looks_like_its_picture(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Sandbox keys")
    page.desk.actions.run("incident.merge")
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, MergeSheet)
    sheet.other.field.setText("e")
    qtbot.waitUntil(lambda: sheet.other.chosen is not None)
    assert_picture(shown(page), "workbench/merge_light")


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_waiting_looks_like_its_picture(open_page: Opener, sample: Database, qtbot: QtBot, mode: str) -> None:
    page = open_page(sample, mode=mode)
    show_view(qtbot, page, QueueView.ALL)
    choose(qtbot, page, "Webhook retries")
    qtbot.waitUntil(lambda: bool(page.incident.composer.templates))
    assert_picture(shown(page), f"workbench/waiting_{mode}")


def test_why_a_pinned_timer_looks_like_its_picture(page: WorkbenchPage, qtbot: QtBot, hand_clock: HandClock) -> None:
    choose(qtbot, page, "Charged twice")
    pin(qtbot, page, hand_clock.now().replace(microsecond=0) + timedelta(hours=6))
    ask_why(qtbot, page, "Resolve")
    assert_picture(shown(page), "workbench/why_pinned_light")


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_an_offered_answer_looks_like_its_picture(open_page: Opener, sample: Database, qtbot: QtBot, mode: str) -> None:
    page = open_page(sample, mode=mode)
    show_view(qtbot, page, QueueView.ALL)
    case = choose(qtbot, page, "Charged twice")
    qtbot.waitUntil(lambda: bool(page.incident.composer.templates))
    sample.apply(ChangeFacts(incident_id=case.id, facts={"severity": "s3"}, reason="Only three members."))
    page.cases.load()
    case_where(qtbot, page, lambda shown: shown.offered_answer is not None)
    qtbot.waitUntil(lambda: row_of(page, "Charged twice").severity == 3)
    assert_picture(shown(page), f"workbench/answer_{mode}")


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_changing_facts_looks_like_its_picture(open_page: Opener, sample: Database, qtbot: QtBot, mode: str) -> None:
    page = open_page(sample, mode=mode)
    show_view(qtbot, page, QueueView.ALL)
    choose(qtbot, page, "Sandbox keys")
    sheet = open_facts(qtbot, page)
    choose_fact(sheet, "severity", "s1")
    qtbot.waitUntil(lambda: bool(sheet.outlook.due.rows))
    assert_picture(shown(page), f"workbench/facts_{mode}")


def test_who_must_answer_looks_like_its_picture(everyone: SmallDesk, open_page: Opener, qtbot: QtBot) -> None:
    incident = everyone.open()
    everyone.clock.turn(minutes=2)
    everyone.marco.apply(Acknowledge(incident_id=incident))
    page = open_page(everyone.lena)
    show_view(qtbot, page, QueueView.ALL)
    choose(qtbot, page, "Charged twice")
    assert_picture(shown(page), "workbench/must_answer_light")
