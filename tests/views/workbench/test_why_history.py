"""What happened to a timer beside time, as its explanation says it in the reader's zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.models.enums import TimerKind
from app.services.incidents.changing import ChangeFacts
from app.services.incidents.excusing import Excuse
from app.services.incidents.phases import Contain
from app.services.incidents.pinning import PinDue
from app.services.incidents.why import why
from app.views.theme.times import Times
from app.views.workbench.why_history import history_lines
from tests.desks import SmallDesk

OSLO = Times(ZoneInfo("Europe/Oslo"))


def lines(desk: SmallDesk, incident_id: str, kind: TimerKind) -> list[str]:
    """What the sheet of that timer says."""
    timer_id = desk.timer(incident_id, kind).id
    return history_lines(desk.database.read(why, timer_id, desk.clock.now()), OSLO)


def test_where_only_time_went_by_nothing_is_said(sqlite_desk: SmallDesk) -> None:
    assert lines(sqlite_desk, sqlite_desk.open(), TimerKind.RESOLVE) == []


def test_an_act_that_came_late_shows_both_times_and_a_breach_its_excuse(sqlite_desk: SmallDesk) -> None:
    incident = sqlite_desk.open(hold=True)  # at 10:00 in Oslo, to be contained by 12:00
    sqlite_desk.pass_time(125)
    made_at = datetime(2026, 11, 23, 10, 50, tzinfo=UTC)
    sqlite_desk.lena.apply(Contain(incident_id=incident, acted_at=made_at))
    timer_id = sqlite_desk.timer(incident, TimerKind.CONTAIN).id
    sqlite_desk.priya.apply(Excuse(timer_id=timer_id, reason="The tunnel has no network."))
    assert lines(sqlite_desk, incident, TimerKind.CONTAIN) == [
        "12:00: it missed its time.",
        "12:05: contained by Lena Okafor reached the database; made 11:50, it counts from here.",
        "The breach is excused: “The tunnel has no network”.",
    ]


def test_what_moved_a_due_time_is_said_with_cause_and_reason(sqlite_desk: SmallDesk) -> None:
    incident = sqlite_desk.open(facts={"severity": "s3"}, hold=True)  # 16 h in hours: until Tuesday 14:00
    sqlite_desk.pass_time(1)
    sqlite_desk.lena.apply(ChangeFacts(incident_id=incident, facts={"severity": "s1"}))  # 4 h from 10:00
    timer_id = sqlite_desk.timer(incident, TimerKind.RESOLVE).id
    due_at = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    sqlite_desk.lena.apply(PinDue(timer_id=timer_id, due_at=due_at, reason="The part comes at three."))
    assert lines(sqlite_desk, incident, TimerKind.RESOLVE) == [
        "10:01: due 14:00 in place of Tue 14:00, by other facts, Lena Okafor.",
        "10:01: due 16:00 in place of 14:00, pinned by Lena Okafor, “The part comes at three”.",
    ]


def test_a_breach_that_other_facts_brought_says_so(sqlite_desk: SmallDesk) -> None:
    incident = sqlite_desk.open(facts={"severity": "s3"}, hold=True)
    sqlite_desk.pass_time(5 * 60)
    sqlite_desk.lena.apply(ChangeFacts(incident_id=incident, facts={"severity": "s1"}))
    sqlite_desk.pass_time(0)
    assert "15:00: it missed its time, by other facts." in lines(sqlite_desk, incident, TimerKind.RESOLVE)
