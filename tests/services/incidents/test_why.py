"""An explanation knows all that moved a due time, and what came late (domain.md §3.1)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from app.models.enums import Channel, TimerKind, TimerState
from app.services.calendars import WriteCalendar
from app.services.clock.explain import Explanation, LateAct
from app.services.incidents.changing import ChangeFacts, TakeAnswer
from app.services.incidents.excusing import Excuse
from app.services.incidents.moving import MoveToVersion
from app.services.incidents.phases import Acknowledge, Contain
from app.services.incidents.pinning import PinDue, UnpinDue
from app.services.incidents.why import why
from app.services.messages.send import SendMessage
from tests.desks import HOUR, MATRIX, SmallDesk

HOURS = {day: [["08:00", "20:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}


def at(text: str) -> datetime:
    """An instant of November 2026 in UTC: "23 13:00"."""
    return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def explained(desk: SmallDesk, incident_id: str, kind: TimerKind) -> Explanation:
    return desk.database.read(why, desk.timer(incident_id, kind).id, desk.clock.now())


def test_every_recalculation_is_told_with_its_cause(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(facts={"severity": "s3"}, hold=True)
    written = {"time_zone": "Europe/Oslo", "hours": HOURS, "exceptions": {"2026-11-24": []}}
    small_desk.priya.apply(
        WriteCalendar(key="support", name="Support", definition=written, holds_from=date(2026, 11, 24))
    )
    small_desk.pass_time(1)
    small_desk.lena.apply(ChangeFacts(incident_id=incident_id, facts={"severity": "s1"}, reason="It is down."))
    small_desk.pass_time(1)
    slower = [{**one, "resolve": 5 * HOUR} if one["class"] == "urgent" else one for one in MATRIX["targets"]]
    small_desk.publish(targets=slower)
    small_desk.lena.apply(MoveToVersion(incident_id=incident_id, number=2, reason="Agreed with Halden."))
    small_desk.pass_time(1)
    timer_id = small_desk.timer(incident_id, TimerKind.RESOLVE).id
    small_desk.lena.apply(PinDue(timer_id=timer_id, due_at=at("23 15:00"), reason="The part comes at three."))
    told = explained(small_desk, incident_id, TimerKind.RESOLVE)
    assert [(one.cause, one.before, one.after) for one in told.history.recalculations] == [
        ("calendar", at("24 13:00"), at("25 13:00")),
        ("reclassified", at("25 13:00"), at("23 13:00")),
        ("moved", at("23 13:00"), at("23 14:00")),
        ("pinned", at("23 14:00"), at("23 15:00")),
    ]
    first, *_, last = told.history.recalculations
    assert first.detail == "Support, version 2"
    assert (last.at, last.by, last.reason) == (at("23 09:03"), "Lena Okafor", "The part comes at three.")
    assert (told.source.pinned_by, told.source.target_class, told.source.matrix_version) == (
        "Lena Okafor",
        "Urgent",
        "version 2",
    )
    small_desk.lena.apply(UnpinDue(timer_id=timer_id, reason="It is here."))
    assert explained(small_desk, incident_id, TimerKind.RESOLVE).source.pinned_by == ""


def test_the_calendar_versions_that_count_are_named(small_desk: SmallDesk) -> None:
    for day in (24, 27):
        written = {"time_zone": "Europe/Oslo", "hours": {**HOURS, "sat": [["09:00", f"{day - 10}:00"]]}}
        small_desk.priya.apply(
            WriteCalendar(key="support", name="Support", definition=written, holds_from=date(2026, 11, day))
        )
    incident_id = small_desk.open(facts={"severity": "s3"})
    source = explained(small_desk, incident_id, TimerKind.RESOLVE).source
    # due on Tuesday: the version from Friday has no say
    assert (source.calendar, source.calendar_version) == ("Support", "version 1, version 2 from 2026-11-24")


def test_an_act_that_arrives_late_counts_from_its_arrival_and_both_times_are_told(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(hold=True)
    small_desk.pass_time(125)
    small_desk.lena.apply(Contain(incident_id=incident_id, acted_at=at("23 10:50")))
    told = explained(small_desk, incident_id, TimerKind.CONTAIN)
    # made within the two hours, but here only after them: verdicts follow the database
    assert (told.state, told.history.breached_at, told.history.breach_cause) == (
        TimerState.MET_LATE,
        at("23 11:00"),
        "time",
    )
    assert told.history.late_acts == (LateAct("contained", at("23 10:50"), at("23 11:05"), "Lena Okafor"),)
    timer_id = small_desk.timer(incident_id, TimerKind.CONTAIN).id
    small_desk.priya.apply(Excuse(timer_id=timer_id, reason="The tunnel has no network."))
    assert explained(small_desk, incident_id, TimerKind.CONTAIN).history.excused == "The tunnel has no network."


def test_clocks_that_differ_a_little_are_not_late(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open()
    small_desk.pass_time(5)
    small_desk.lena.apply(Acknowledge(incident_id=incident_id, acted_at=small_desk.clock.now() - timedelta(seconds=59)))
    assert explained(small_desk, incident_id, TimerKind.ACKNOWLEDGE).history.late_acts == ()


def test_a_pass_tells_only_what_happened_while_it_stood(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open()
    for _ in range(2):
        small_desk.pass_time(10)
        small_desk.lena.apply(
            SendMessage(incident_id=incident_id, body="On it.", channel=Channel.EMAIL, confirmed=True)
        )
    timer_id = small_desk.timer(incident_id, TimerKind.NEXT_UPDATE).id
    small_desk.lena.apply(PinDue(timer_id=timer_id, due_at=at("23 12:00"), reason="They sleep."))
    small_desk.pass_time(5)
    small_desk.lena.apply(SendMessage(incident_id=incident_id, body="Done.", channel=Channel.EMAIL, confirmed=True))
    assert explained(small_desk, incident_id, TimerKind.NEXT_UPDATE).history.recalculations == ()
    earlier = small_desk.database.read(why, timer_id, small_desk.clock.now())
    assert [one.cause for one in earlier.history.recalculations] == ["pinned"]


def test_what_was_kept_only_by_its_pin_says_so(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(hold=True)
    timer_id = small_desk.timer(incident_id, TimerKind.CONTAIN).id
    small_desk.lena.apply(PinDue(timer_id=timer_id, due_at=at("23 12:30"), reason="The supplier comes at noon."))
    small_desk.pass_time(170)
    small_desk.lena.apply(Contain(incident_id=incident_id))
    assert explained(small_desk, incident_id, TimerKind.CONTAIN).history.kept_pin is True


def test_taking_an_answer_is_told_as_what_moved_the_due_time(small_desk: SmallDesk) -> None:
    incident_id = small_desk.open(hold=True)
    small_desk.lena.apply(ChangeFacts(incident_id=incident_id, facts={"severity": "s3"}))
    small_desk.lena.apply(TakeAnswer(incident_id=incident_id))
    (moved,) = explained(small_desk, incident_id, TimerKind.RESOLVE).history.recalculations
    assert (moved.cause, moved.before, moved.after) == ("reclassified", at("23 13:00"), at("24 13:00"))
