"""Two windows over one database: what one does the other sees, and what meets is said to both, on both engines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import pytest
from PySide6.QtCore import Qt

from app.models.enums import EventKind, Phase
from app.services.database.database import Database
from app.services.database.engine import make_engine
from app.services.incidents.case_records import Case
from app.services.matrix.drafts import EnsureDraft
from app.services.matrix.page import MatrixRecord, read_page
from app.views.matrix.conflict import ConflictSheet
from app.views.matrix.page import MatrixPage
from app.views.theme.labels import Label
from app.views.workbench.page import WorkbenchPage
from app.views.workbench.tier_sheets import EscalateSheet
from tests.desks import SmallDesk
from tests.journeys.conftest import Sit
from tests.journeys.person import Person


@dataclass
class TwoDesks:
    """Lena and Marco at work on one incident; each desk has its own connections and looks when it is told to."""

    desk: SmallDesk
    lena: Person
    marco: Person
    incident: str

    def case(self) -> Case:
        """The incident as the database has it."""
        return self.desk.case(self.incident)


def own(database: Database) -> Database:
    """The same database as another desk opens it: with connections of its own."""
    url = database.engine.url.render_as_string(hide_password=False)
    return Database(make_engine(url), database.clock, database.actor)


def seated(sit: Sit, database: Database) -> Person:
    """Somebody before a window that asks the feed only when it is told to."""
    person = sit(own(database))
    person.window.desk.feed.stop()
    return person


def workbench(person: Person) -> WorkbenchPage:
    page = person.page("workbench")
    assert isinstance(page, WorkbenchPage)
    return page


def shown(person: Person) -> Case:
    """The incident as this window shows it."""
    case = workbench(person).cases.case
    assert case is not None
    return case


@pytest.fixture
def two(small_desk: SmallDesk, sit: Sit) -> TwoDesks:
    """Both windows stand on the incident."""
    incident = small_desk.open()
    made = TwoDesks(small_desk, seated(sit, small_desk.lena), seated(sit, small_desk.marco), incident)
    for person in (made.lena, made.marco):
        person.window.go("workbench", incident)
        person.until(partial(stands_on, person, incident))
    return made


def stands_on(person: Person, incident: str) -> bool:
    """Whether list and pane show it."""
    page = workbench(person)
    case = page.cases.case
    return case is not None and case is page.incident.case and page.queue.list.current() == incident


def in_the_list(person: Person) -> WorkbenchPage:
    """That window in front, the keys in its queue."""
    person.bring_to_front()
    page = workbench(person)
    person.tab_to(page.queue.list)
    return page


def test_an_act_at_one_desk_appears_at_the_other(two: TwoDesks) -> None:
    in_the_list(two.lena)
    two.lena.write("a")
    two.lena.until(lambda: shown(two.lena).acknowledged_at is not None)
    assert shown(two.marco).acknowledged_at is None
    two.marco.window.desk.feed.poll()
    two.marco.until(lambda: shown(two.marco).acknowledged_at is not None)
    page = workbench(two.marco)
    two.marco.until(lambda: page.queue.store.rows[two.incident].holder == "Lena Okafor")
    assert shown(two.marco).holder == "Lena Okafor"
    assert two.lena.refusals == two.marco.refusals == []


def test_of_two_who_acknowledge_at_once_one_is_told(two: TwoDesks) -> None:
    in_the_list(two.lena)
    two.lena.write("a")
    in_the_list(two.marco)
    two.marco.write("a")
    two.marco.until(lambda: two.lena.refusals or two.marco.refusals)
    (told,) = [*two.lena.refusals, *two.marco.refusals]
    assert "acknowledged" in told
    kinds = [event.kind for event in two.case().events]
    assert kinds.count(EventKind.ACKNOWLEDGED) == 1
    for person in (two.lena, two.marco):
        person.until(partial(knows_of_it, person, two.incident))
        assert shown(person).holder == two.case().holder


def knows_of_it(person: Person, incident: str) -> bool:
    """Whether this window shows the acknowledgement and waits for nothing."""
    waits = incident in workbench(person).queue.store.pending
    return shown(person).acknowledged_at is not None and not waits


def test_escalating_what_the_other_has_escalated_is_refused_in_words(two: TwoDesks) -> None:
    page = in_the_list(two.lena)
    two.lena.write("e")
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, EscalateSheet)
    his = in_the_list(two.marco)
    two.marco.write("e")
    escalate(two.marco, his, "The bank is closed.")
    two.marco.until(lambda: shown(two.marco).tier_rank == 2)
    two.lena.bring_to_front()
    assert page.acts.asking.sheet is sheet, "what Lena is writing stays open"
    escalate(two.lena, page, "Refunds exceed our limit.")
    two.lena.until(lambda: sheet.refusal)
    two.lena.until(lambda: shown(two.lena).tier_rank == 2)
    assert "escalated" in sheet.refusal
    assert sheet.reason.words() == "Refunds exceed our limit."
    case = two.case()
    assert [one.body for one in case.events if one.kind is EventKind.TIER_ENTERED][1:] == ["The bank is closed."]
    assert case.phase is Phase.TRIAGE


def escalate(person: Person, page: WorkbenchPage, reason: str) -> None:
    """The tier that is chosen already, a reason, then the act."""
    sheet = page.acts.asking.sheet
    assert isinstance(sheet, EscalateSheet)
    person.tab_to(sheet.reason)
    person.write(reason)
    person.send()


# --- the matrix


@dataclass
class TwoLeads:
    """Lena and Priya on one draft."""

    desk: SmallDesk
    lena: Person
    priya: Person

    def draft(self) -> MatrixRecord:
        """The draft as the database has it."""
        found = self.desk.database.read(read_page, self.desk.clock.now())
        assert found is not None
        assert found.is_draft
        return found

    def cell(self, number: int, key: str) -> str:
        """A cell as it is stored."""
        return next(one for one in self.draft().rows if one.values.number == number).values.cells.get(key, "-")


@pytest.fixture
def leads(small_desk: SmallDesk, sit: Sit) -> TwoLeads:
    """Both windows show the draft."""
    small_desk.lena.apply(EnsureDraft())
    made = TwoLeads(small_desk, seated(sit, small_desk.lena), seated(sit, small_desk.priya))
    for person in (made.lena, made.priya):
        person.bring_to_front()
        page = person.go(2, "matrix")
        assert isinstance(page, MatrixPage)
        settle(person, page)
    return made


def settle(person: Person, page: MatrixPage) -> None:
    """Waits until all is sent, read and verified."""
    person.until(lambda: page.store.loaded and not page.store.busy)


def write_cell(person: Person, number: int, key: str, text: str) -> MatrixPage:
    """Arrow keys to a cell, then typing and Enter."""
    person.bring_to_front()
    page = person.page("matrix")
    assert isinstance(page, MatrixPage)
    grid = page.triggers.grid
    person.tab_to(grid)
    columns = [column.key for column in grid.cells.columns]
    wanted = next(at for at, row in enumerate(grid.cells.rows) if row.trigger and row.trigger.values.number == number)
    for _step in range(len(grid.cells.rows) + len(columns)):
        down, right = wanted - grid.currentIndex().row(), columns.index(key) - grid.currentIndex().column()
        if down:
            person.press(Qt.Key.Key_Down if down > 0 else Qt.Key.Key_Up)
        elif right:
            person.press(Qt.Key.Key_Right if right > 0 else Qt.Key.Key_Left)
    person.write(text)
    person.press(Qt.Key.Key_Return)
    return page


def test_edits_of_different_rows_merge(leads: TwoLeads) -> None:
    page = write_cell(leads.lena, 1, "segment", "business")
    settle(leads.lena, page)
    other = write_cell(leads.priya, 3, "revenue", ">= 500")
    settle(leads.priya, other)
    assert (leads.cell(1, "segment"), leads.cell(3, "revenue")) == ('"business"', ">= 500")
    for person in (leads.lena, leads.priya):
        person.window.desk.feed.poll()
    leads.lena.until(lambda: page.store.record == leads.draft())
    leads.priya.until(lambda: other.store.record == leads.draft())
    assert leads.lena.refusals == leads.priya.refusals == []


def test_two_edits_of_one_cell_are_shown_side_by_side(leads: TwoLeads) -> None:
    page = write_cell(leads.lena, 1, "segment", "business")
    settle(leads.lena, page)
    other = write_cell(leads.priya, 1, "segment", "free")
    leads.priya.until(lambda: isinstance(leads.priya.sheet(), ConflictSheet))
    sheet = leads.priya.sheet()
    assert sheet is not None
    words = [label.text() for label in sheet.findChildren(Label)]
    assert {"Stands now", "You wrote", '"business"', '"free"'} <= set(words)
    assert leads.cell(1, "segment") == '"business"'
    settle(leads.priya, other)
    leads.priya.send()  # Use mine
    leads.priya.until(lambda: leads.cell(1, "segment") == '"free"')
    settle(leads.priya, other)
    leads.lena.window.desk.feed.poll()
    leads.lena.until(lambda: page.store.record == leads.draft())
