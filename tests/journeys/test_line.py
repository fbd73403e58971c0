"""One real incident from the matrix to the report, by keys, through the window with all its pages, on both engines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from sqlalchemy import select

from app.models.enums import Channel, EventKind, Phase, TimerKind, TimerState
from app.models.trail import AppliedOperation, Trail
from app.services.clock.reading import Look
from app.services.database import trail
from app.services.database.clock import HandClock
from app.services.database.database import Database
from app.services.database.work import WATCH
from app.services.incidents.case import Case
from app.services.incidents.notifications import list_notifications
from app.services.incidents.queue import QueueView, load_queue
from app.services.matrix.page import read_page
from app.services.matrix.versions import in_force
from app.services.messages.send import UPDATE
from app.services.messages.templates import ApproveTemplate, WriteTemplate
from app.services.watch.moments import fire_due
from app.views.debriefs.page import DebriefsPage
from app.views.imports.page import ImportPage
from app.views.imports.store import Stage
from app.views.matrix.page import MatrixPage
from app.views.matrix.review import ReviewSheet
from app.views.workbench.fact_field import FactField
from app.views.workbench.grouping import Group
from app.views.workbench.new_sheet import NewSheet
from app.views.workbench.page import WorkbenchPage
from app.views.workbench.sheets import NoteSheet
from app.views.workbench.trigger_sheet import TriggerSheet
from tests.journeys.conftest import Sit
from tests.journeys.person import CONTROL, SHIFT, Person
from tests.services.incidents.intake.samples import SERVICENOW

TITLE = "Charged twice on subscription renewal"
CUSTOMER = "Halden Fitness"
INSIDE = "The renewal job ran twice; the token store looks guilty."
UPDATE_BODY = "Hello, this is {{ sender }} about {{ number }}.\n\nWe found the cause: {{ finding }}"
FINDING = "one renewal job ran twice."
CONTAINED = "The renewal job is paused."
RESOLVED = "The job runs once; all charges are refunded."
LAST_WORDS = "All double charges are refunded. Nothing more is charged."
SUMMARY = "A renewal job ran twice and charged members twice."
FACTOR = "The job kept an old token after the release."
ACTION = "Refuse a second run within one hour"


@dataclass
class Story:
    """Who acts, where, and what is known so far."""

    person: Person
    database: Database
    clock: HandClock
    folder: Path
    incident: str = ""

    @property
    def workbench(self) -> WorkbenchPage:
        page = self.person.page("workbench")
        assert isinstance(page, WorkbenchPage)
        return page

    def case_where(self, fits: Any) -> Case:
        """Waits until the incident shown fits."""
        page = self.workbench
        self.person.until(lambda: page.cases.case is not None and fits(page.cases.case))
        self.person.until(lambda: page.incident.case is page.cases.case)
        assert page.cases.case is not None
        return page.cases.case

    def pass_minutes(self, minutes: float) -> int:
        """Time passes, the watch fires, the window ticks; returns how many moments were fired."""
        self.clock.turn(minutes=minutes)
        fired = fire_due(self.database.acting_as(WATCH))
        self.person.window.desk.feed.poll()
        self.person.tick()
        return fired

    def tile(self, name: str) -> str:
        """What a tile says."""
        tiles = [one for one in self.workbench.incident.header.tiles._buttons if not one.isHidden()]
        return next(one.accessibleName() for one in tiles if one.tile().name == name)

    def look(self, name: str) -> Look:
        """How a tile looks."""
        tiles = [one for one in self.workbench.incident.header.tiles._buttons if not one.isHidden()]
        return next(one.tile().text.look for one in tiles if one.tile().name == name)

    def timer(self, kind: TimerKind) -> Any:
        """The latest pass of that kind, as it is shown."""
        case = self.workbench.cases.case
        assert case is not None
        return [one for one in case.timers if one.kind is kind][-1]


def test_the_line_from_matrix_to_report(database: Database, clock: HandClock, sit: Sit, tmp_path: Path) -> None:
    approve_a_template(database)
    story = Story(sit(database), database, clock, tmp_path)
    past_incidents_are_imported(story)
    a_matrix_is_built_from_them(story)
    its_gaps_are_mended(story)
    it_is_published(story)
    an_incident_is_opened(story)
    its_trigger_says_why(story)
    time_passes_and_the_watch_tells(story)
    it_is_acknowledged_and_noted(story)
    the_customer_is_told(story)
    it_is_contained_resolved_and_closed(story)
    its_debrief_is_written(story)
    its_report_is_saved(story)
    everything_is_in_the_books(story)


def approve_a_template(database: Database) -> None:
    written = WriteTemplate(
        key="cause-found", name="Cause found", scenario=UPDATE, channel=Channel.EMAIL, body=UPDATE_BODY
    )
    database.apply(ApproveTemplate(version_id=database.apply(written).result["version_id"]))


def past_incidents_are_imported(story: Story) -> None:
    person = story.person
    person.until(lambda: story.workbench.queue.store.ready)
    person.do("import incidents")
    page = person.page("imports")
    assert isinstance(page, ImportPage)
    person.answer_dialog(page.dialog, str(SERVICENOW))
    person.until(lambda: page.store.stage is Stage.MAPPING and page.columns.complete and not page.store.busy)
    assert page.store.mapped_by is not None
    assert page.store.mapped_by.name == "ServiceNow event log"
    assert page.store.known is not None
    assert page.store.known.new == 300
    person.send()
    person.until(lambda: page.store.stage is Stage.DONE)
    assert page.store.report is not None
    assert (page.store.report.new, page.store.report.changed, page.store.report.same) == (300, 0, 0)
    queue = story.database.read(load_queue, QueueView.ALL, story.database.actor.id, story.clock.now())
    assert (queue.rows, queue.counts[QueueView.ALL]) == ((), 0)
    assert story.database.read(list_notifications, story.database.actor.id) == ()
    person.push(page.side.result.matrix)


def matrix_of(story: Story) -> MatrixPage:
    page = story.person.page("matrix")
    assert isinstance(page, MatrixPage)
    story.person.until(lambda: page.store.loaded and not page.store.busy)
    return page


def a_matrix_is_built_from_them(story: Story) -> None:
    page = matrix_of(story)
    assert page.start.build is not None
    story.person.push(page.start.build)
    story.person.until(lambda: page.store.record is not None and not page.store.busy)
    record = page.store.record
    assert record is not None
    assert [one.values.tier for one in record.rows] == ["t3", "t2", "t1", "t1", "t1", "t1", "t1"]
    assert record.rows[0].values.reason == "Critical in 7 of 7 past incidents."
    # nine cells; the 300 of this cut fill seven
    gaps = [card.check for card in page.checks.cards if card.check.is_gap]
    assert [(one.title, one.example) for one in gaps] == [
        ("Gap: High, Low", {"impact": "high", "urgency": "low"}),
        ("Gap: Medium, High", {"impact": "medium", "urgency": "high"}),
    ]


def its_gaps_are_mended(story: Story) -> None:
    person, page = story.person, matrix_of(story)

    def titles() -> list[str]:
        person.until(lambda: not page.store.busy)
        return [card.check.title for card in page.checks.cards if card.check.is_gap]

    person.tab_to(page.triggers.grid)
    person.press(Qt.Key.Key_F8)
    row = page.triggers.grid.current_row()
    assert row is not None
    assert row.check is not None
    assert row.check.title == "Gap: High, Low"
    person.press(Qt.Key.Key_Period, CONTROL)  # the first mend: Add trigger
    assert titles() == ["Gap: Medium, High"]
    person.press(Qt.Key.Key_Z, CONTROL)
    assert titles() == ["Gap: High, Low", "Gap: Medium, High"]
    person.press(Qt.Key.Key_Z, CONTROL | SHIFT)
    assert titles() == ["Gap: Medium, High"]
    card = next(one for one in page.checks.cards if one.check.is_gap)
    person.press(Qt.Key.Key_F6)  # out of the grid, where Tab goes from cell to cell
    person.push(next(one for one in card.buttons if one.text() == "Use catch-all"))
    assert titles() == []


def it_is_published(story: Story) -> None:
    person, page = story.person, matrix_of(story)
    assert not any(card.check.weight.value == "error" for card in page.checks.cards)
    person.tab_to(page.triggers.grid)
    person.send()
    sheet = person.sheet()
    assert isinstance(sheet, ReviewSheet)
    for line in sheet.reasons.values():
        person.tab_to(line)
        person.write("Accepted for now.")
    person.tab_to(sheet.rationale)
    person.write("The first policy, from what people decided.")
    person.send()
    person.until(lambda: person.sheet() is None)
    person.until(lambda: page.head.state.accessibleName() == "Version 1, in force")
    policy = story.database.read(in_force, story.clock.now())
    assert policy is not None
    found = story.database.read(read_page, story.clock.now())
    assert found is not None
    assert (found.is_draft, len(found.rows)) == (False, 8)


def an_incident_is_opened(story: Story) -> None:
    person = story.person
    person.go(1, "workbench")
    page = story.workbench
    person.until(lambda: page.queue.store.ready)
    person.press(Qt.Key.Key_N, CONTROL)
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, NewSheet)
    person.until(lambda: "urgency" in sheet.facts and sheet.facts["urgency"].isVisible())
    assert sheet.title_line.hasFocus()
    person.write(TITLE)
    person.tab_to(sheet.customer)
    person.write(CUSTOMER)
    raise_it_earlier(person, sheet)
    person.tab_to(sheet.channel.button(1))
    person.press(Qt.Key.Key_Left)  # from the phone to e-mail
    choose(person, sheet.facts["impact"], "h")
    choose(person, sheet.facts["urgency"], "m")
    person.until(lambda: sheet.answer.text() == "Trigger 2 → Tier 2")
    person.tab_to(sheet.words)
    person.write("Three of our members paid twice.")
    person.push(sheet.open_only)
    case = story.case_where(lambda shown: shown.title == TITLE)
    story.incident = case.id
    assert (case.tier_rank, case.trigger, case.acknowledged_at, case.channel) == (2, 2, None, Channel.EMAIL)
    assert (story.clock.now() - case.raised_at).total_seconds() // 60 == 10
    assert story.tile("Acknowledge") == "Acknowledge, 20:00 left"


def raise_it_earlier(person: Person, sheet: NewSheet) -> None:
    """Ten minutes ago, by the arrow keys of the minutes."""
    person.tab_to(sheet.raised)
    sheet.raised.setCurrentSection(sheet.raised.Section.MinuteSection)
    for _minute in range(10):
        person.press(Qt.Key.Key_Down)


def choose(person: Person, field: FactField, letter: str) -> None:
    """A choice by its first letter."""
    person.tab_to(field.editor)
    person.write(letter)


def its_trigger_says_why(story: Story) -> None:
    person, page = story.person, story.workbench
    person.until(lambda: page.queue.list.current() == story.incident)
    assert [one.heading[0] for one in page.queue.model.lines if not isinstance(one, str)] == [Group.TODAY]
    person.push(page.incident.header.trigger)
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, TriggerSheet)
    assert sheet._head(story.case_where(lambda _case: True)).startswith("Trigger 2 → Tier 2")
    person.press(Qt.Key.Key_Escape)
    person.until(lambda: person.sheet() is None)


def pill(story: Story) -> str:
    """What the row's pill says."""
    queue = story.workbench.queue
    text = queue.model.text(story.incident)
    assert text is not None
    return f"{text.look.value} {text.value}"


def news(story: Story) -> list[str]:
    """Kinds of notifications of the person, oldest first."""
    found = story.database.read(list_notifications, story.database.actor.id)
    return [one.kind for one in reversed(found)]


def time_passes_and_the_watch_tells(story: Story) -> None:
    person, page, bell = story.person, story.workbench, story.person.window.top.bell
    assert story.look("Acknowledge") is Look.ON_TRACK
    assert story.pass_minutes(13) == 1
    story.case_where(lambda case: EventKind.WARNED in [one.kind for one in case.events])
    assert (story.look("Acknowledge"), pill(story)) == (Look.WARN, "warn 07:00")
    assert news(story) == ["tier_entered"]
    story.pass_minutes(5)
    person.until(lambda: bell.accessibleName() == "2 new notifications")
    assert news(story) == ["tier_entered", "due_soon"]
    assert (story.look("Acknowledge"), pill(story)) == (Look.DUE_SOON, "due_soon 02:00")
    story.pass_minutes(3)
    story.case_where(lambda case: EventKind.BREACHED in [one.kind for one in case.events])
    assert (story.tile("Acknowledge"), pill(story)) == ("Acknowledge, 01:00 over", "breached 01:00")
    person.until(lambda: bell.accessibleName() == "3 new notifications")
    assert news(story) == ["tier_entered", "due_soon", "breached"]
    page.queue.sort_now()
    assert [one.heading[0] for one in page.queue.model.lines if not isinstance(one, str)] == [Group.BREACHED]


def it_is_acknowledged_and_noted(story: Story) -> None:
    person, page = story.person, story.workbench
    person.tab_to(page.queue.list)
    person.write("a")
    case = story.case_where(lambda shown: shown.acknowledged_at is not None)
    assert (case.holder, story.timer(TimerKind.ACKNOWLEDGE).state) == ("Anna Adams", TimerState.MET_LATE)
    person.write("m")
    person.until(page.incident.composer.editor.hasFocus)
    person.write(INSIDE)
    person.send()
    story.case_where(lambda shown: any(one.body == INSIDE for one in shown.events))
    person.press(Qt.Key.Key_Escape)
    person.until(page.queue.list.hasFocus)


def the_customer_is_told(story: Story) -> None:
    person, page = story.person, story.workbench
    composer = page.incident.composer
    person.until(lambda: composer.addressee is not None and bool(composer.templates))
    person.write("u")
    person.until(composer.editor.hasFocus)
    person.press(Qt.Key.Key_T, CONTROL | SHIFT)
    person.press(Qt.Key.Key_Down)
    person.press(Qt.Key.Key_Return)
    person.until(lambda: composer.verdict().gaps > 0 and composer.editor.hasFocus())
    person.write(FINDING)
    assert composer.verdict().gaps == 0, composer.editor.toPlainText()
    person.press(Qt.Key.Key_Semicolon, CONTROL)
    promised = composer.verdict().promised
    assert promised is not None
    body = composer.editor.toPlainText()
    told = f"Hello, this is Anna Adams about INC-301.\n\nWe found the cause: {FINDING}"
    assert body == f"{told} Next update by {page.times.clock(promised)}."
    person.until(composer.send.isEnabled)
    person.send()
    story.case_where(lambda case: case.pending is not None)
    assert QGuiApplication.clipboard().text() == body
    person.push(composer.confirm)
    story.case_where(lambda case: case.pending is None)
    assert story.timer(TimerKind.FIRST_UPDATE).state is TimerState.MET
    following = story.timer(TimerKind.NEXT_UPDATE)
    assert (following.promised, following.state) == (True, TimerState.RUNNING)
    assert story.tile("Next update").startswith("Next update, ")


def it_is_contained_resolved_and_closed(story: Story) -> None:
    person, page = story.person, story.workbench
    story.pass_minutes(10)  # half an hour at Tier 2, and not contained
    assert story.case_where(lambda shown: shown.tier_rank == 3).tier_name == "Tier 3"
    person.do("contain")
    say(person, CONTAINED)
    case = story.case_where(lambda shown: shown.contained_at is not None)
    assert (case.phase, story.look("Contain")) == (Phase.RESOLUTION, Look.MET)
    story.pass_minutes(10)
    person.tab_to(page.queue.list)
    person.write("r")
    say(person, RESOLVED)
    story.case_where(lambda shown: shown.resolved_at is not None)
    assert page.primary == "incident.update"
    composer = page.incident.composer
    person.write("u")
    person.until(composer.editor.hasFocus)
    person.write(LAST_WORDS)
    person.send()
    story.case_where(lambda shown: shown.pending is not None)
    person.push(composer.confirm)
    story.case_where(lambda shown: shown.pending is None)
    person.until(lambda: page.primary == "incident.close")
    person.do("close")
    person.send()
    case = story.case_where(lambda shown: shown.closed_at is not None)
    assert case.phase is Phase.CLOSED
    assert not [one for one in case.timers if one.state in (TimerState.RUNNING, TimerState.WAITING)]
    person.until(lambda: story.incident not in page.queue.store.rows)


def say(person: Person, words: str) -> None:
    """Words into the sheet that asks, then its act."""
    sheet = person.sheet()
    assert isinstance(sheet, NoteSheet)
    assert sheet.field.hasFocus()
    person.write(words)
    person.send()
    person.until(lambda: person.sheet() is None)


def its_debrief_is_written(story: Story) -> None:
    person = story.person
    person.do("start debrief")
    person.until(lambda: isinstance(person.window.area_of_pages.current(), DebriefsPage))
    page = person.page("debriefs")
    assert isinstance(page, DebriefsPage)
    person.until(lambda: page.store.record is not None and bool(page.store.record.id))
    summary, factors = (next(one for one in page.form.story.blocks if one.key == key) for key in ("summary", "factors"))
    person.tab_to(summary.field)
    person.write(SUMMARY)
    person.push(summary.switch)
    person.tab_to(factors.field)
    person.write(FACTOR)
    person.press(Qt.Key.Key_A, CONTROL | SHIFT)
    person.write(ACTION)
    person.press(Qt.Key.Key_Return)

    def stored() -> bool:
        record = page.store.record
        assert record is not None
        texts = (record.block("summary").body, record.block("factors").body)
        safe = record.block("summary").customer_safe, record.block("factors").customer_safe
        return texts == (SUMMARY, FACTOR) and safe == (True, False) and [one.what for one in record.actions] == [ACTION]

    person.until(stored)
    the_note_joins_the_story(story, page)


def the_note_joins_the_story(story: Story, page: DebriefsPage) -> None:
    """By arrow keys in the record; it stays inside all the same."""
    person, events = story.person, page.form.record.events
    for _pane in page.panes():
        if not events.hasFocus():
            person.press(Qt.Key.Key_F6)
    row = next(at for at, line in enumerate(events.events_model.lines) if line.event.body == INSIDE)
    while events.currentIndex().row() < row:
        person.press(Qt.Key.Key_Down)
    person.write("k")
    person.until(lambda: events.events_model.lines[row].in_story)
    assert not events.events_model.lines[row].for_customer


def its_report_is_saved(story: Story) -> None:
    person, page = story.person, story.person.page("debriefs")
    assert isinstance(page, DebriefsPage)
    person.press(Qt.Key.Key_P, CONTROL)
    preview = page.preview
    person.until(lambda: preview.isVisible() and preview.document is not None)
    inside, told, customer = (story.folder / name for name in ("inside.pdf", "inside.md", "customer.pdf"))
    person.push(preview.save_pdf)
    person.answer_dialog(preview.dialog, str(inside))
    person.push(preview.save_markdown)
    person.answer_dialog(preview.dialog, str(told))
    person.push(preview.audience.button(0))
    person.press(Qt.Key.Key_Right)
    person.until(lambda: preview.document is not None and preview.document.audience.value == "customer")
    person.push(preview.save_pdf)
    person.answer_dialog(preview.dialog, str(customer))
    for words in (TITLE, SUMMARY, FACTOR, INSIDE, ACTION):
        assert words in read_back(inside)
        assert words in told.read_text("utf-8")
    outside = read_back(customer)
    assert TITLE in outside
    assert SUMMARY in outside
    for words in (INSIDE, FACTOR, ACTION):
        assert words not in outside


def read_back(path: Path) -> str:
    """The text of a PDF as another program reads it."""
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(path).pages)


def everything_is_in_the_books(story: Story) -> None:
    database = story.database
    database.maintain(trail.seal, story.clock.now())
    verdict = database.read(trail.verify)
    assert (verdict.fits, verdict.unsealed) == (True, 0)
    assert verdict.rows > 100
    assert database.read(writes_without_an_operation) == []
    told = story.person.told
    assert any(story.incident in getattr(one, "incidents", ()) for one in told)
    assert any(getattr(one, "reload", False) for one in told), "an import says to load again"
    assert story.person.refusals == []


def writes_without_an_operation(session: Any) -> list[str]:
    """Tables with rows of the trail whose operation the ledger does not know."""
    known = select(AppliedOperation.id)
    return list(session.scalars(select(Trail.table_name).where(Trail.operation_id.not_in(known)).distinct()))
