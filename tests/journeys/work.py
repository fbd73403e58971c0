"""Chapters of the line: an incident is opened, watched, worked on, told of and closed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from app.models.enums import Channel, EventKind, Phase, TimerKind, TimerState
from app.services.clock.reading import Look
from app.services.incidents.notifications import list_notifications
from app.views.workbench.fact_field import FactField
from app.views.workbench.grouping import Group
from app.views.workbench.new_sheet import NewSheet
from app.views.workbench.sheets import NoteSheet
from app.views.workbench.trigger_sheet import TriggerSheet
from tests.journeys.person import CONTROL, SHIFT, Person
from tests.journeys.story import (
    CONTAINED,
    CUSTOMER,
    FINDING,
    INSIDE,
    LAST_WORDS,
    RESOLVED,
    TITLE,
    Story,
)


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
