"""What the tour shows: the sample incident from the matrix through timers, a message and a debrief to the report."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from app.views.shell.hand import Hand
from app.views.shell.tour import TourStep

if TYPE_CHECKING:
    from app.views.shell.window import MainWindow

INCIDENT = "Charged twice on subscription renewal"
NOTE = "Reproduced on three accounts. The renewal job ran twice after the release at 13:40."
FINDING = (
    "the renewal job ran twice after a release. Renewals for your plan are paused, so nothing more is charged, and all "
    "duplicate charges are refunded today."
)
STORY = (
    "Members on one plan were charged twice after a release. Contained and refunded the same afternoon.",
    "41 members of Halden Fitness, €14,200 at risk, all refunded.",
)
CAUSE = "The renewal job ran twice after a release; renewals are paused and the charges refunded."


def tour_steps(window: MainWindow, report: Path, write: Callable[[str, Path], None]) -> list[TourStep]:
    """The steps in order. ``write(incident_id, path)`` writes the report there, now or soon."""
    hand = Hand(window)
    return [*_start(window, hand), *_work(hand), *_ends(window, hand), *_report(hand, report, write), *_looks(window)]


def _start(window: MainWindow, hand: Hand) -> list[TourStep]:
    go = window.go

    def checked() -> bool:
        return hand.has_settled("Checking")

    return [
        TourStep("welcome", "Welcome: three doors", partial(go, "welcome")),
        TourStep("sample", "the sample opens", window.open_sample, lambda: window.desk.database is not None, False),
        TourStep("find", "the sample incident is looked up", partial(hand.look_up, INCIDENT), hand.knows, False),
        TourStep("matrix", "Matrix: who decides, what is missing, and how to mend it", partial(go, "matrix"), checked),
        TourStep("workbench", "Workbench: the queue by urgency", partial(go, "workbench")),
        TourStep("incident", "One incident: its timers, its rail, its story", hand.open_incident, _open(hand)),
        TourStep("why", "Why it came here", partial(hand.run, "incident.why"), lambda: hand.sheet() is not None),
        TourStep("why-closed", "", hand.close_sheet, lambda: hand.sheet() is None, False),
    ]


def _open(hand: Hand) -> partial[bool]:
    return partial(hand.can, "incident.note")


def _work(hand: Hand) -> list[TourStep]:
    def acknowledged() -> bool:
        return not hand.can("incident.acknowledge")

    def write_note() -> None:
        hand.run("incident.note")
        hand.type(NOTE)

    def write_update() -> None:
        hand.run("incident.update")
        hand.choose_template(FINDING)
        if hand.is_empty():  # a desk without templates
            hand.type(FINDING)
        hand.click("Insert")

    def send() -> None:
        hand.press(Qt.Key.Key_Return, control=True)

    def confirm() -> None:
        hand.click("I have sent it")

    return [
        TourStep("acknowledged", "Acknowledged", partial(hand.run_if_can, "incident.acknowledge"), acknowledged),
        TourStep("note", "A note for whoever comes next", write_note),
        TourStep("noted", "", send, picture=False),
        TourStep("update", "An update from a template, checked while it is written", write_update),
        TourStep("sent", "Sent, and the next update is due from now", send),
        TourStep("confirmed", "", confirm, picture=False),
    ]


def _ends(window: MainWindow, hand: Hand) -> list[TourStep]:
    def sheet_open() -> bool:
        return hand.sheet() is not None

    def sheet_gone() -> bool:
        return hand.sheet() is None

    def contained() -> bool:
        return sheet_gone() and not hand.can("incident.contain")

    def resolved() -> bool:
        return sheet_gone() and not hand.can("incident.resolve")

    fill = partial(hand.fill_sheet, CAUSE)
    return [
        TourStep("contain", "Contain: the harm is stopped", partial(hand.run, "incident.contain"), sheet_open),
        TourStep("contained", "Contained", fill, contained),
        TourStep("resolve", "Resolve", partial(hand.run, "incident.resolve"), sheet_open),
        TourStep("resolved", "Resolved", fill, resolved),
        TourStep(
            "debrief",
            "The debrief, filled from the record",
            partial(hand.run, "incident.debrief"),
            lambda: getattr(window.area_of_pages.current(), "key", "") == "debriefs" and hand.can_write(),
        ),
    ]


def _report(hand: Hand, report: Path, write: Callable[[str, Path], None]) -> list[TourStep]:
    return [
        TourStep("story", "What only people know", partial(hand.write_fields, *STORY), _fields(hand)),
        TourStep("preview", "The report, as it will be printed", partial(hand.run, "debriefs.preview")),
        TourStep("report", "The report as PDF", lambda: write(hand.incident, report), report.exists, picture=False),
    ]


def _fields(hand: Hand) -> partial[bool]:
    return partial(hand.can, "debriefs.preview")


def _looks(window: MainWindow) -> list[TourStep]:
    def dark() -> None:
        window.set_look(theme="dark")
        window.go("workbench")

    return [
        TourStep("settings", "Settings", partial(window.go, "settings")),
        TourStep("dark", "The same at night", dark),
    ]
