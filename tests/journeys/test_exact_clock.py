"""An incident through what clocks and the ladder can do to it, by keys, through the window, on both engines.

It is reclassified, two promises are made (one kept, one broken), an acknowledgement expires, the clock climbs, it goes
down again, and what was closed comes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from app.models.enums import EventKind, Phase, TimerKind, TimerState
from app.services.incidents.case_records import Case
from app.services.incidents.queue import QueueView
from app.views.workbench.change_sheets import FactsSheet
from app.views.workbench.page import WorkbenchPage
from app.views.workbench.sheets import NoteSheet
from app.views.workbench.tier_sheets import DeEscalateSheet
from app.views.workbench.time_sheets import PromiseSheet
from tests.desks import MATRIX, SmallDesk
from tests.journeys.conftest import Sit
from tests.journeys.person import Person

EXIT = ("Cause known", "No promise is overdue")
EXPIRES = 20 * 60


@dataclass
class Desk:
    """Lena before her window, over a desk whose second tier forgets an acknowledgement after twenty minutes."""

    desk: SmallDesk
    person: Person
    incident: str

    @property
    def page(self) -> WorkbenchPage:
        page = self.person.page("workbench")
        assert isinstance(page, WorkbenchPage)
        return page

    def where(self, fits: Any) -> Case:
        """Waits until the incident is shown and fits."""
        page = self.page

        def shown() -> bool:
            case = page.cases.case
            return case is not None and case.id == self.incident and page.incident.case is case and fits(case)

        self.person.until(shown)
        self.person.until(lambda: not page.incident.inspector.behind)
        case = page.cases.case
        assert case is not None
        return case

    def key(self, letter: str) -> None:
        """A single letter in the list."""
        self.person.tab_to(self.page.queue.list)
        self.person.write(letter)

    def say(self, words: str) -> None:
        """Words into the sheet that asks for them, then its act."""
        sheet = self.person.sheet()
        assert isinstance(sheet, NoteSheet)
        assert sheet.field.hasFocus()
        self.person.write(words)
        self.person.send()
        self.person.until(lambda: self.person.sheet() is None)

    def pass_minutes(self, minutes: int) -> None:
        """Time passes with a watch that is always there, and the window follows."""
        self.desk.pass_minutes(minutes)
        self.person.window.desk.feed.poll()
        self.person.tick()

    def titles(self) -> list[str]:
        """The timeline as it is read."""
        return [line.title for line in self.page.incident.timeline.model.lines]

    def passes(self, kind: TimerKind) -> list[Any]:
        """The timers of that kind, as the database has them."""
        return [timer for timer in self.desk.case(self.incident).timers if timer.kind is kind]


@pytest.fixture
def at_work(small_desk: SmallDesk, sit: Sit) -> Desk:
    """The window stands on an S1."""
    first, second, third = MATRIX["tiers"]
    second = {**second, "acknowledgement_expires_after": EXPIRES}
    small_desk.publish(tiers=[first, second, {**third, "exit_criteria": list(EXIT)}])
    incident = small_desk.open()
    made = Desk(small_desk, sit(small_desk.lena), incident)
    page = made.page
    made.person.until(lambda: page.queue.store.ready)
    page.queue.show_view(QueueView.ALL)
    made.person.until(lambda: incident in page.queue.store.rows)
    made.person.window.go("workbench", incident)
    made.where(lambda case: page.queue.list.current() == incident)
    return made


def test_an_incident_goes_through_all_that_clocks_can_do(at_work: Desk) -> None:
    it_is_acknowledged_and_turns_out_to_be_another_case(at_work)
    two_promises_are_made_and_one_is_kept(at_work)
    time_passes_the_acknowledgement_expires_and_the_clock_climbs(at_work)
    the_broken_promise_is_kept_late(at_work)
    it_goes_down_once_its_exit_list_is_ticked(at_work)
    it_is_resolved_and_closed_and_comes_back(at_work)
    assert at_work.person.refusals == []


def it_is_acknowledged_and_turns_out_to_be_another_case(at_work: Desk) -> None:
    person = at_work.person
    at_work.key("a")
    at_work.where(lambda case: case.acknowledged_at is not None)
    at_work.key("f")
    sheet = person.sheet()
    assert isinstance(sheet, FactsSheet)
    person.tab_to(sheet.facts["severity"].editor)
    person.write("s2")
    revenue = sheet.facts["revenue"].editor
    assert isinstance(revenue, QLineEdit)
    person.tab_to(revenue)
    person.write("14200")
    person.until(lambda: sheet.outlook.words.text().startswith("Goes to Tier 2 at once."))
    person.send()
    case = at_work.where(lambda shown: shown.tier_rank == 2)
    person.until(lambda: person.sheet() is None)
    assert (case.trigger, case.acknowledged_at) == (2, None), "the people of the new tier are asked anew"
    at_work.key("a")
    case = at_work.where(lambda shown: shown.acknowledged_at is not None)
    assert case.acknowledgement_expires_at is not None


def promise(at_work: Desk, words: str) -> Case:
    """Promises something in an hour."""
    person, before = at_work.person, len(at_work.where(lambda case: True).promises)
    at_work.key("o")
    person.until(lambda: isinstance(person.sheet(), PromiseSheet))
    sheet = person.sheet()
    assert isinstance(sheet, PromiseSheet)
    assert sheet.promise.hasFocus()
    person.write(words)
    person.send()
    case = at_work.where(lambda shown: len(shown.promises) == before + 1)
    person.until(lambda: person.sheet() is None)
    return case


def two_promises_are_made_and_one_is_kept(at_work: Desk) -> None:
    promise(at_work, "A call with the list of charges")
    promise(at_work, "The refund dated")
    row = next(one for one in at_work.page.incident.inspector.promises if one.promise.words.startswith("A call"))
    at_work.person.push(row.buttons[0])
    case = at_work.where(lambda shown: len(shown.promises) == 1)
    assert case.promises[0].words == "The refund dated"
    assert "Promise kept" in at_work.titles()


def time_passes_the_acknowledgement_expires_and_the_clock_climbs(at_work: Desk) -> None:
    at_work.pass_minutes(21)
    case = at_work.where(lambda shown: shown.acknowledged_at is None)
    assert case.tier_rank == 2
    assert "The acknowledgement has run out" in at_work.titles()
    assert at_work.page.desk.actions.why_not("incident.acknowledge") == "", "it is asked for again"
    at_work.pass_minutes(45)  # not contained within half an hour of Tier 2, and the hour of the promise is over
    at_work.where(lambda shown: shown.tier_rank == 3)
    assert "Climbed to Tier 3" in at_work.titles()
    assert "A promise missed its time" in at_work.titles()


def the_broken_promise_is_kept_late(at_work: Desk) -> None:
    (row,) = at_work.page.incident.inspector.promises
    at_work.person.push(row.buttons[0])
    at_work.where(lambda shown: not shown.promises)
    assert "Promise kept, late" in at_work.titles()
    assert {timer.state for timer in at_work.passes(TimerKind.PROMISE)} == {TimerState.MET, TimerState.MET_LATE}


def it_goes_down_once_its_exit_list_is_ticked(at_work: Desk) -> None:
    person = at_work.person
    resolve = at_work.passes(TimerKind.RESOLVE)[-1]
    at_work.key("d")
    sheet = person.sheet()
    assert isinstance(sheet, DeEscalateSheet)
    person.tab_to(sheet.reason)
    person.write("Refunds are routine now.")
    person.send()
    assert person.sheet() is sheet, "what the tier asks for is not ticked yet"
    for box in sheet.boxes:
        person.tab_to(box)
        person.press(Qt.Key.Key_Space)
    person.send()
    at_work.where(lambda shown: shown.tier_rank == 2)
    person.until(lambda: person.sheet() is None)
    assert "De-escalated to Tier 2" in at_work.titles()
    assert at_work.passes(TimerKind.RESOLVE)[-1].due_at == resolve.due_at, "who has it changes, not by when"


def it_is_resolved_and_closed_and_comes_back(at_work: Desk) -> None:
    person, page = at_work.person, at_work.page
    at_work.key("r")
    at_work.say("The job runs once.")
    at_work.where(lambda shown: shown.resolved_at is not None)
    used = at_work.passes(TimerKind.RESOLVE)[-1].used_seconds
    person.do("close")
    at_work.say("Told on the phone.")
    person.until(lambda: at_work.incident not in page.queue.store.rows)
    assert at_work.desk.case(at_work.incident).phase is Phase.CLOSED
    at_work.pass_minutes(30)
    person.window.go("workbench", at_work.incident)
    at_work.where(lambda shown: shown.closed_at is not None)
    person.do("reopen")
    at_work.say("One charge came again.")
    case = at_work.where(lambda shown: shown.resolved_at is None and shown.closed_at is None)
    assert case.phase is Phase.RESOLUTION
    assert [one.kind for one in case.events].count(EventKind.REOPENED) == 1
    again = at_work.passes(TimerKind.RESOLVE)[-1]
    assert (again.pass_number, again.state) == (2, TimerState.RUNNING)
    left = (again.due_at - at_work.desk.clock.now()).total_seconds()
    assert left == again.target_seconds - used, "the time used is kept, the closed half hour is left out"
