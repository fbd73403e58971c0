"""One incident: what its head, tiles, rail, timeline and inspector say, and what its keys do."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from app.models.enums import Phase, TimerKind
from app.services.clock.explain import Counts
from app.services.clock.reading import Look
from app.services.database.clock import HandClock
from app.services.database.database import Database
from app.services.incidents.case import load_case
from app.services.incidents.why import why
from app.views.theme.rail import BandState
from app.views.workbench.page import WorkbenchPage
from app.views.workbench.reading_case import next_act
from app.views.workbench.timeline_lines import Box, Filter
from app.views.workbench.why_sheet import WhySheet
from app.views.workbench.why_words import days
from tests.views.workbench.conftest import Opener, case_where, choose, press, tick


def tiles(page: WorkbenchPage) -> dict[str, tuple[str, str, str]]:
    """Name → time, word, note of the tiles that can be seen."""
    shown = [button.tile() for button in page.incident.header.tiles._buttons if button.isVisible()]
    return {tile.name: (tile.text.value, tile.text.word, tile.note) for tile in shown}


def test_the_tiles_say_what_is_due_when_in_the_readers_zone(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Charged twice")
    shown = tiles(page)
    assert list(shown) == ["Acknowledge", "First update", "Contain", "Resolve", "Climbs to Tier 3"]
    assert shown["Acknowledge"] == ("3 min", "of 15", "Expires 14:43, by Lena")
    # raised at 13:57:00 in Oslo, 30 minutes to the first update
    assert shown["First update"] == ("02:14", "left", "Of 30 min, due 14:27")
    assert shown["Contain"][2] == "Of 90 min, due 15:27"
    assert shown["Climbs to Tier 3"][2].endswith(", if not contained")


def test_a_second_runs_in_the_tiles_too(page: WorkbenchPage, qtbot: QtBot, hand_clock: HandClock) -> None:
    choose(qtbot, page, "Charged twice")
    hand_clock.turn(5)
    tick(page)
    assert tiles(page)["First update"][0] == "02:09"


def test_the_primary_button_follows_the_most_urgent_timer(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Charged twice")
    assert page.primary == "incident.update"
    assert page.incident.header.primary.text() == "Send update"
    choose(qtbot, page, "Password rule text")
    assert page.primary == "incident.acknowledge"
    choose(qtbot, page, "Delivery slots")
    assert page.primary == "incident.close"


def test_the_next_act_of_a_closed_incident_is_its_debrief(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Delivery slots")
    page.desk.actions.run("incident.close")
    qtbot.keyClick(page.acts.asking.sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    case = case_where(qtbot, page, lambda shown: shown.phase is Phase.CLOSED)
    assert next_act(case, page.desk.now(), None) == "incident.debrief"
    assert not page.incident.composer.isEnabled()


def test_the_rail_shows_tiers_by_their_minutes(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Charged twice")
    drawing = page.incident.header.rail.drawing()
    assert [(band.name, band.state) for band in drawing.bands] == [
        ("Tier 1", BandState.PAST),
        ("Tier 2", BandState.CURRENT),
        ("Tier 3", BandState.AHEAD),
        ("Tier 4", BandState.AHEAD),
    ]
    # handed off 12.77 minutes before now, accepted one minute later: 27.77 - 11.77
    assert drawing.bands[1].from_minute == pytest.approx(16.0, abs=0.05)
    assert drawing.now_minute == pytest.approx(27.77, abs=0.05)
    assert "Update due 14:27" in [flag.label for flag in drawing.flags]
    assert {"check", "arrow-up-right", "lightbulb"} <= {dot.icon for dot in drawing.dots}


def test_the_timeline_joins_what_belongs_together(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Charged twice")
    lines = page.incident.timeline.model.lines
    assert [line.title for line in lines][:4] == [
        "Halden Fitness",
        "Trigger 3 decided",
        "Lena Okafor acknowledged",
        "Handed off to Tier 2, Payments desk",
    ]
    assert lines[0].body.startswith("“Three of our members")
    assert lines[0].box is Box.QUOTE
    assert lines[1].body == "Tier 1, Frontline, path Money."
    assert lines[3].detail.startswith("Lena → Marco Bianchi, accepted 14:1")
    assert lines[3].body.startswith("Reproduced on 3 accounts.")


def test_the_keys_1_to_5_filter_the_timeline(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Charged twice")
    timeline = page.incident.timeline
    everything = len(timeline.model.lines)
    press(qtbot, page.queue.list, "4")
    assert timeline.filter is Filter.NOTES
    assert [line.title for line in timeline.model.lines] == ["Workaround noted"]
    press(qtbot, timeline.list, "2")
    assert {line.title for line in timeline.model.lines} == {"Halden Fitness"}
    press(qtbot, timeline.list, "1")
    assert len(timeline.model.lines) == everything


def test_k_marks_a_key_event_in_the_timeline_and_can_be_undone(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Charged twice")
    timeline = page.incident.timeline
    timeline.list.setFocus()
    timeline.list.setCurrentIndex(timeline.model.index(0))
    event = timeline.model.lines[0].id
    press(qtbot, timeline.list, "k")
    case_where(qtbot, page, lambda case: any(one.id == event and one.key for one in case.events))
    page.undo.undo()
    case_where(qtbot, page, lambda case: any(one.id == event and not one.key for one in case.events))


def test_k_in_the_queue_moves_and_marks_nothing(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Charged twice")
    page.incident.timeline.list.setCurrentIndex(page.incident.timeline.model.index(0))
    before = page.queue.list.current()
    with qtbot.assertNotEmitted(page.desk.tasks.acted, wait=100):
        press(qtbot, page.queue.list, "k")
    assert page.queue.list.current() != before


def test_x_ticks_the_next_item_and_undo_takes_it_back(page: WorkbenchPage, qtbot: QtBot) -> None:
    case = choose(qtbot, page, "Charged twice")
    item = next(one.item for one in case.checklist if one.ticked_at is None)
    press(qtbot, page.queue.list, "x")

    case_where(qtbot, page, lambda case: all(o.ticked_at is not None for o in case.checklist if o.item == item))
    assert page.undo.canUndo()
    page.undo.undo()
    case_where(qtbot, page, lambda case: all(o.ticked_at is None for o in case.checklist if o.item == item))


def test_a_click_on_an_item_ticks_it(page: WorkbenchPage, qtbot: QtBot) -> None:
    case = choose(qtbot, page, "Charged twice")
    place, item = next((at, one.item) for at, one in enumerate(case.checklist) if one.ticked_at is None)
    qtbot.mouseClick(page.incident.inspector.checks[place], Qt.MouseButton.LeftButton)
    case_where(qtbot, page, lambda case: next(o for o in case.checklist if o.item == item).ticked_at is not None)


def test_a_tile_explains_itself(page: WorkbenchPage, qtbot: QtBot) -> None:
    case = choose(qtbot, page, "Webhook retries")
    place = list(tiles(page)).index("Resolve")
    qtbot.mouseClick(page.incident.header.tiles._buttons[place], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: isinstance(page.acts.asking.sheet, WhySheet))
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, WhySheet)
    assert sheet.accessibleName().startswith("Why is Resolve due at ")
    for words in ("Marco asked: “Which endpoint, since which release?”", "Paused since 13:09", "Pinned by nobody."):
        assert words in sheet.text
    sheet.copy()
    assert QGuiApplication.clipboard().text() == sheet.text
    qtbot.keyClick(sheet, Qt.Key.Key_Escape)
    assert page.acts.asking.sheet is None
    resolve = next(timer for timer in case.timers if timer.kind is TimerKind.RESOLVE)
    assert resolve.paused_at is not None


def test_why_here_shows_the_answer_of_the_matrix(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Password rule text")
    qtbot.mouseClick(page.incident.header.trigger, Qt.MouseButton.LeftButton)
    sheet = page.acts.asking.sheet
    assert sheet is not None
    assert sheet.accessibleName() == "Why Tier 1"
    sheet.dismiss()


def test_times_follow_the_zone_of_the_person_not_of_the_computer(page: WorkbenchPage) -> None:
    assert str(page.times.zone) == "Europe/Oslo"
    assert page.times.clock(page.desk.now()) == "14:24"


def test_below_1360_the_inspector_is_a_flap(open_page: Opener, sample: Database, qtbot: QtBot) -> None:
    page = open_page(sample, size=(1280, 800))
    case_where(qtbot, page, lambda case: True)
    inspector = page.incident.inspector
    assert not inspector.isVisible()
    page.desk.actions.run("workbench.inspector")
    assert inspector.isVisible()
    assert inspector.parentWidget() is page.incident.timeline
    page.window().resize(1500, 800)
    qtbot.waitUntil(lambda: inspector.parentWidget() is not page.incident.timeline)
    assert inspector.isVisible()


def test_below_1180_the_queue_collapses(open_page: Opener, sample: Database, qtbot: QtBot) -> None:
    page = open_page(sample, size=(1120, 720))
    case_where(qtbot, page, lambda case: True)
    assert page.queue.width() == 320


def test_paused_timers_say_for_whom_they_wait(page: WorkbenchPage, qtbot: QtBot) -> None:
    choose(qtbot, page, "Webhook retries")
    assert tiles(page)["Resolve"][2] == "Waiting for customer"
    texts = [button.tile().text.look for button in page.incident.header.tiles._buttons if button.isVisible()]
    assert Look.PAUSED in texts


def test_closed_hours_that_are_to_come_are_shown_as_closed(page: WorkbenchPage, sample: Database) -> None:
    row = next(one for one in page.queue.store.rows.values() if one.title.startswith("Rename legal entity"))
    case = sample.read(load_case, row.id, page.desk.now())
    timer = next(one for one in case.timers if one.kind is TimerKind.RESOLVE)
    explanation = sample.read(why, timer.id, page.desk.now())
    pieces = [piece for day in days(explanation, page.times) for piece in day.pieces]
    ahead = [piece for piece in pieces if piece.start >= explanation.at]
    assert {piece.counts for piece in ahead} == {Counts.AHEAD, Counts.CLOSED}
    assert all(one.end == other.start for one, other in pairwise(ahead))
    assert ahead[0].counts is Counts.AHEAD, "the desk is open now"
