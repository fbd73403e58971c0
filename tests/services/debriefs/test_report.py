"""One report document, for the inside and for the customer, and its Markdown (domain.md §6)."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.models.enums import ActionState, EventKind
from app.models.incident import Decision
from app.services.database import trail
from app.services.database.identity import new_id
from app.services.database.operations import Operation
from app.services.database.work import UnitOfWork
from app.services.debriefs.actions import AddActionItem, AnswerActionItem
from app.services.debriefs.form import MarkEvent
from app.services.debriefs.markdown import escape, write_markdown
from app.services.debriefs.record import load_record
from app.services.debriefs.report import Audience, ReportDocument, read_report
from app.services.debriefs.words import money_words, short_date_words, when_words
from app.services.people import list_people
from tests.debrief_play import INSIDE_NOTE, TEXTS, play, start, write
from tests.desks import START, SmallDesk

OSLO = ZoneInfo("Europe/Oslo")


class DecideForTest(Operation):
    """Records a decision, as the window will."""


def report(desk: SmallDesk, incident: str, audience: Audience = Audience.INTERNAL) -> ReportDocument:
    return desk.database.read(read_report, incident, audience, desk.clock.now(), OSLO)


def texts(value: Any) -> list[str]:
    """Every text anywhere in a document."""
    if isinstance(value, str):
        return [value]
    if is_dataclass(value):
        return [text for field in fields(value) for text in texts(getattr(value, field.name))]
    return [text for one in value for text in texts(one)] if isinstance(value, tuple) else []


def test_the_head_says_what_when_for_whom_and_who_wrote(small_desk: SmallDesk) -> None:
    incident = play(small_desk)
    start(small_desk, incident)
    document = report(small_desk, incident)
    assert (document.title, document.severity) == ("Double charge after card update", 1)
    assert document.subtitle == "INC-1 · Halden Fitness, Business · Mon 23 Nov 10:00 to Mon 23 Nov 13:00"
    assert document.byline == "Debrief in progress, started by Lena Okafor"
    assert report(small_desk, small_desk.open()).byline.startswith("No debrief was written yet")


def test_tiles_and_bars_say_the_same_verdicts(small_desk: SmallDesk) -> None:
    document = report(small_desk, play(small_desk))
    assert [(tile.label, tile.value, tile.verdict, tile.met) for tile in document.tiles] == [
        ("Acknowledged", "6 min", "within 15 min", True),
        ("First update", "12 min", "within 30 min", True),
        ("Contained", "2 h 10 min", "10 min over 2 h", False),
        ("Resolved", "3 h 0 min", "within 4 h", True),
    ]
    assert [(line.words, line.met) for line in document.targets][2] == ("2 h 10 min of 2 h", False)
    assert document.targets[2].share == pytest.approx(130 / 120)
    assert document.targets_caption.startswith("Updates: ")


def test_the_rail_carries_tiers_verdicts_and_story_events(small_desk: SmallDesk) -> None:
    rail = report(small_desk, play(small_desk)).rail
    assert rail is not None
    assert rail.bands == (("Tier 1", "Frontline", 1, 0.0, 45.0), ("Tier 3", "Leads", 3, 45.0, 180.0))
    marks = {(mark.minute, mark.words, mark.met) for mark in rail.marks}
    assert {(6.0, "Acknowledged", True), (82.0, "Update 2, 10 min late", False)} <= marks
    assert {(130.0, "Contained, 10 min late", False), (180.0, "Resolved", True)} <= marks
    assert rail.end == 180.0
    assert EventKind.NOTE not in {kind for _minute, kind, _words in rail.dots}


def test_who_held_it_is_told_inside(small_desk: SmallDesk) -> None:
    held = report(small_desk, play(small_desk)).held
    assert [(line.name, line.words) for line in held] == [
        ("Tier 1", "45 min"),
        ("Tier 3", "2 h 15 min"),
        ("Lena Okafor", "2 h 54 min"),
    ]


def test_factors_are_a_line_each_and_blocks_become_sections(small_desk: SmallDesk) -> None:
    incident = play(small_desk)
    write(small_desk, start(small_desk, incident))
    document = report(small_desk, incident)
    assert document.lead == TEXTS["summary"]
    assert document.factors == tuple(TEXTS["factors"].splitlines())
    assert [section.title for section in document.looking_back] == [
        "What went well",
        "What was hard",
        "Where we got lucky",
    ]
    assert [section.title for section in document.sections] == ["Impact", "What surprised us", "What was learned"]


def test_the_customer_reads_nothing_that_is_not_marked_safe(small_desk: SmallDesk) -> None:
    incident = play(small_desk)
    debrief = start(small_desk, incident)
    write(small_desk, debrief, safe=("summary", "went_well"))
    small_desk.lena.apply(AddActionItem(debrief_id=debrief, what="Secret plan"))
    document = report(small_desk, incident, Audience.CUSTOMER)
    said = " ".join([*texts(document), write_markdown(document)])
    for key, body in TEXTS.items():
        for line in body.splitlines():
            assert (line in said) is (key in ("summary", "went_well")), key
    hidden = (INSIDE_NOTE, "Retry job paused.", "Secret plan", "Tier", "missed its time", "15 min", "Trigger", "Matrix")
    assert [word for word in hidden if word in said] == []
    assert "We are on it." in said  # the customer has read it already


def test_a_figure_is_for_the_customer_only_with_the_line_that_tells_it(small_desk: SmallDesk) -> None:
    incident = play(small_desk)
    debrief = start(small_desk, incident)
    document = report(small_desk, incident, Audience.CUSTOMER)
    assert [(tile.label, tile.value, tile.met) for tile in document.tiles] == [
        ("Acknowledged", "6 min", None),
        ("First update", "12 min", None),
        ("Contained", "2 h 10 min", None),
        ("Resolved", "3 h 0 min", None),
    ]
    record = small_desk.database.read(load_record, incident, small_desk.clock.now())
    contained = next(line.event.id for line in record.lines if line.event.kind is EventKind.CONTAINED)
    small_desk.lena.apply(MarkEvent(debrief_id=debrief, event_id=contained, in_story=True, customer_safe=False))
    labels = [tile.label for tile in report(small_desk, incident, Audience.CUSTOMER).tiles]
    assert labels == ["Acknowledged", "First update", "Resolved"]


def test_the_footer_names_period_clock_matrix_and_age_and_the_trail_head(small_desk: SmallDesk) -> None:
    incident = play(small_desk)
    assert report(small_desk, incident).trail_head == "–"
    small_desk.database.maintain(trail.seal, small_desk.clock.now())
    document = report(small_desk, incident)
    assert document.footer == (
        ("Period", "23 Nov 2026"),
        ("Clock", "Counted, around the clock"),
        ("n", "1 incident"),
        ("Matrix", "Version 1, trigger 1"),
        ("Data as of", "23 Nov 2026, 13:00"),
    )
    head = small_desk.database.read(trail.head)
    # domain.md §8: the head is printed on every report, the customer's too
    assert document.trail_head == report(small_desk, incident, Audience.CUSTOMER).trail_head == head


def test_action_items_say_their_state_by_the_readers_day(small_desk: SmallDesk) -> None:
    incident = play(small_desk)
    debrief = start(small_desk, incident)
    lena = next(one.id for one in small_desk.database.read(list_people) if one.login == "lena")
    for what, due in (("Late", date(2026, 11, 20)), ("Done", date(2026, 12, 1)), ("Never", None), ("Open", None)):
        added = small_desk.lena.apply(AddActionItem(debrief_id=debrief, what=what, due=due, owner_id=lena)).result
        item = added["action_item_id"]
        if what == "Done":
            small_desk.lena.apply(AnswerActionItem(action_item_id=item, state=ActionState.DONE))
        if what == "Never":
            never = AnswerActionItem(action_item_id=item, state=ActionState.NOT_DOING, reason="Too dear")
            small_desk.lena.apply(never)
    told = [(line.what, line.due, line.state, line.overdue) for line in report(small_desk, incident).actions]
    assert told == [
        ("Late", "20 Nov", "3 d overdue", True),
        ("Done", "1 Dec", "Done 23 Nov", False),
        ("Never", "no date yet", "Not doing: Too dear", False),
        ("Open", "no date yet", "Open", False),
    ]


def test_decisions_are_told_inside_with_their_reasons(small_desk: SmallDesk) -> None:
    incident = play(small_desk)

    def decide(work: UnitOfWork, _operation: DecideForTest) -> None:
        why = work.text("It was faster.")
        work.session.flush()
        work.add(
            Decision(
                id=new_id(), incident_id=incident, what="Refund by hand", rationale_id=why, amount_minor=25000,
                currency="EUR", made_by_id=work.actor.id, made_at=work.now,
            )
        )  # fmt: skip

    from app.services.database import operations

    operations._handlers[DecideForTest] = decide
    try:
        small_desk.priya.apply(DecideForTest())
    finally:
        del operations._handlers[DecideForTest]
    (line,) = report(small_desk, incident).decisions
    assert (line.when, line.what) == ("13:00", "Refund by hand")
    assert line.details == (("Why", "It was faster."), ("Amount", "€250"), ("Made by", "Priya Nair"))
    assert report(small_desk, incident, Audience.CUSTOMER).decisions == ()


def test_markdown_shows_what_people_typed_as_they_typed_it(small_desk: SmallDesk) -> None:
    incident = play(small_desk)
    write(small_desk, start(small_desk, incident))
    text = write_markdown(report(small_desk, incident))
    assert text.startswith("# Double charge after card update\n\nINC-1 · Halden Fitness, Business")
    assert "| Contain | 2 h 10 min of 2 h | missed |" in text
    assert "1. The retry job kept the old token. Both cards were charged." in text
    assert "- **10:12** Update sent to Halden Fitness, Lena Okafor by e-mail\n  > We are on it." in text
    assert text.rstrip().endswith("Internal · Trail head –")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("a * b_c", r"a \* b\_c"),
        ("# no heading", r"\# no heading"),
        ("- no list", r"\- no list"),
        ("1. no list", r"1\. no list"),
        ("<b>|x|", r"\<b\>\|x\|"),
        ("---", r"\---"),
        ("AT&amp;T ~~gone~~", r"AT\&amp;T \~\~gone\~\~"),
        ("plain, 14:10 - 15:00", "plain, 14:10 - 15:00"),
    ],
)
def test_markdown_escapes(typed: str, shown: str) -> None:
    assert escape(typed) == shown


def test_times_are_said_by_distance_from_the_raising() -> None:
    assert when_words(START, START, OSLO) == "10:00"
    assert when_words(START + timedelta(days=2), START, OSLO) == "Wed 10:00"
    assert when_words(START + timedelta(days=7), START, OSLO) == "30 Nov 10:00"
    assert when_words(START - timedelta(days=1), START, OSLO) == "22 Nov 10:00"


def test_amounts_and_days_are_short() -> None:
    assert [money_words(25000, "EUR"), money_words(123456, "GBP"), money_words(8000, "CHF")] == [
        "€250",
        "£1,234.56",
        "CHF 80",
    ]
    assert short_date_words(date(2026, 12, 3), date(2026, 1, 1)) == "3 Dec"
    assert short_date_words(date(2027, 1, 3), date(2026, 1, 1)) == "3 Jan 2027"
