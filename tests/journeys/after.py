"""Chapters of the line: the debrief and its report."""

from __future__ import annotations

from pathlib import Path

from pypdf import PdfReader
from PySide6.QtCore import Qt

from app.services.debriefs.record import load_debrief
from app.views.debriefs.page import DebriefsPage
from tests.journeys.person import CONTROL, SHIFT
from tests.journeys.story import (
    ACTION,
    FACTOR,
    INSIDE,
    SUMMARY,
    TITLE,
    Story,
)


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
    record = page.store.record
    assert record is not None

    def stored() -> bool:
        lines = person.database.read(load_debrief, record.id, story.person.window.desk.now()).lines
        return any(line.in_story for line in lines if line.event.body == INSIDE)

    person.until(stored)
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
