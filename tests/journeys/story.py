"""What a story of one incident knows, and what it looks at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.models.enums import TimerKind
from app.services.clock.reading import Look
from app.services.database.clock import HandClock
from app.services.database.database import Database
from app.services.database.work import WATCH
from app.services.incidents.case_records import Case
from app.services.watch.moments import fire_due
from app.views.workbench.page import WorkbenchPage
from tests.journeys.person import Person

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
