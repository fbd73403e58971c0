"""A sheet becomes policy: imported, mended, replayed, published and read by whom it concerns, by keyboard alone."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from app.services.announcements.reading import ReaderRecord, announcement_of
from app.services.database.database import Database
from app.services.matrix.checks import Check
from app.services.matrix.page import read_page
from app.services.matrix.verify import Weight
from app.services.matrix.versions import list_versions
from app.views.matrix.announcement_sheets import ReadSheet
from app.views.matrix.page import MatrixPage
from app.views.matrix.replay_page import ReplayPage
from tests.desks import SmallDesk
from tests.journeys.conftest import Sit
from tests.journeys.person import CONTROL, Person

SHEET = """Severity,Segment,Revenue at risk,Tier,Owner,Path,Class
S3,Business,,Tier 1,Payments,None,Light
S2,,>= 20000,Tier 1,Frontline,None,Light
"""
"""Against the desk's matrix: the first row meets trigger 3 at the same tier, the second is behind trigger 2."""
TO_MEND = ("gap", "conflict", "masked")
MOST_STEPS = 30


def matrix_of(person: Person) -> MatrixPage:
    page = person.page("matrix")
    assert isinstance(page, MatrixPage)
    person.until(lambda: page.store.loaded and not page.store.busy)
    return page


def wrong(page: MatrixPage) -> list[Check]:
    """The findings that this story is about, and whatever else would block publishing."""
    return [one for one in page.store.report.checks if one.kind in TO_MEND or one.weight is Weight.ERROR]


def numbers(page: MatrixPage) -> list[int]:
    return [one.values.number for one in page.store.record.rows] if page.store.record is not None else []


def readers(database: Database) -> dict[str, ReaderRecord]:
    """Who is asked to read the newest version."""
    version = database.read(list_versions)[0]
    assert database.actor.id is not None
    found = database.read(announcement_of, version.id, database.actor.id, database.clock.now())
    assert found is not None
    return {one.name: one for one in found.readers}


def test_a_sheet_becomes_policy(sit: Sit, small_desk: SmallDesk, tmp_path: Path) -> None:
    file = tmp_path / "rules.csv"
    file.write_text(SHEET, "utf-8")
    small_desk.open()
    small_desk.clock.turn(minutes=60)
    lena = sit(small_desk.lena)
    lena.go(2, "matrix")
    page = matrix_of(lena)
    assert {one.kind for one in wrong(page)} & {*TO_MEND} == {"gap"}
    a_sheet_is_imported(lena, page, file)
    assert {one.kind for one in wrong(page)} >= set(TO_MEND)
    what_is_wrong_is_mended(lena, page)
    past_incidents_are_replayed(lena)
    it_is_published(lena, page)
    somebody_whom_it_concerns_reads_it(sit, small_desk)
    assert lena.refusals == []


def a_sheet_is_imported(lena: Person, page: MatrixPage, file: Path) -> None:
    lena.do("import a spreadsheet")
    lena.answer_dialog(page.import_pane.dialog, str(file))
    lena.until(lambda: page.import_pane.weighing is not None)
    assert page.import_pane.counts.text() == "0 already there, 2 new, 0 not understood"
    lena.send()
    lena.until(lambda: page.pane_over is None and numbers(page) == [1, 2, 3, 4, 5])  # a draft is made for them first
    lena.until(lambda: not page.store.busy)


def what_is_wrong_is_mended(lena: Person, page: MatrixPage) -> None:
    """F8 and Ctrl+. until nothing of it is left."""
    lena.tab_to(page.triggers.grid)
    for _step in range(MOST_STEPS):
        if not wrong(page):
            break
        lena.press(Qt.Key.Key_F8)
        lena.press(Qt.Key.Key_Period, CONTROL)
        lena.until(lambda: not page.store.busy)
    assert wrong(page) == []


def is_asked(page: MatrixPage) -> bool:
    """Whether the cursor stands in an empty line of the review."""
    focus = QApplication.focusWidget()
    if isinstance(focus, QLineEdit):
        return page.review_pane.isAncestorOf(focus) and not focus.text()
    return isinstance(focus, QPlainTextEdit) and page.review_pane.isAncestorOf(focus) and not focus.toPlainText()


def past_incidents_are_replayed(lena: Person) -> None:
    lena.press(Qt.Key.Key_R, CONTROL)
    replay = lena.page("replay")
    assert isinstance(replay, ReplayPage)
    lena.until(lambda: replay.store.found is not None)
    assert replay.store.found is not None
    assert len(replay.store.found.cases.ids) == 1
    lena.press(Qt.Key.Key_Escape)
    matrix_of(lena)


def it_is_published(lena: Person, page: MatrixPage) -> None:
    lena.send()
    lena.until(lambda: page.in_review and page.review_pane.more.record is not None)
    for _step in range(MOST_STEPS):  # it jumps to what is missing
        lena.send()
        lena.until(lambda: not page.in_review or is_asked(page))
        if not page.in_review:
            break
        lena.write("Agreed at the desk.")
    lena.until(lambda: not page.in_review)
    lena.until(lambda: page.head.state.accessibleName() == "Version 2, in force")
    found = lena.database.read(read_page, lena.database.clock.now())
    assert found is not None
    assert not found.is_draft


def somebody_whom_it_concerns_reads_it(sit: Sit, desk: SmallDesk) -> None:
    assert readers(desk.marco)["Marco Bianchi"].confirmed_at is None
    marco = sit(desk.marco)
    marco.do("what changed in the matrix")
    page = matrix_of(marco)
    marco.until(lambda: isinstance(marco.sheet(), ReadSheet))
    assert page.announcements is not None
    marco.send()
    marco.until(lambda: readers(desk.marco)["Marco Bianchi"].confirmed_at is not None)
    assert marco.refusals == []
