"""Chapters of the line: past incidents become a matrix that is in force."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.services.incidents.notifications import list_notifications
from app.services.incidents.queue import QueueView, load_queue
from app.services.matrix.page import read_page
from app.services.matrix.versions import in_force
from app.views.imports.page import ImportPage
from app.views.imports.store import Stage
from app.views.matrix.page import MatrixPage
from tests.journeys.person import CONTROL, SHIFT
from tests.journeys.story import (
    Story,
)
from tests.services.incidents.intake.samples import SERVICENOW


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
    person.until(lambda: page.in_review and page.review_pane.more.record is not None)
    review = page.review_pane
    for line in review.checks.reasons.values():
        person.tab_to(line)
        person.write("Accepted for now.")
    person.tab_to(review.terms.rationale)
    person.write("The first policy, from what people decided.")
    person.send()
    person.until(lambda: not page.in_review)
    person.until(lambda: page.head.state.accessibleName() == "Version 1, in force")
    policy = story.database.read(in_force, story.clock.now())
    assert policy is not None
    found = story.database.read(read_page, story.clock.now())
    assert found is not None
    assert (found.is_draft, len(found.rows)) == (False, 8)
