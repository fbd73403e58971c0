"""What the record knows: response against target, updates, who held it, what is listed (domain.md §6, §7)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.models.enums import ActionState, DebriefState, EventKind, TimerKind
from app.services.database.errors import NotFound
from app.services.database.identity import new_id
from app.services.debriefs.actions import AddActionItem, AnswerActionItem
from app.services.debriefs.form import CloseDebrief, WriteBlock
from app.services.debriefs.record import list_debriefs, load_debrief, load_record
from app.services.incidents import phases
from app.services.incidents.deescalation import DeEscalate
from app.services.incidents.ladder import Escalate
from app.services.incidents.waiting import Thanks
from tests.debrief_play import play, start
from tests.desks import HOUR, MINUTE, SmallDesk

TODAY = date(2026, 11, 23)


def test_responses_carry_used_seconds_target_and_verdict(small_desk: SmallDesk) -> None:
    record = small_desk.database.read(load_record, play(small_desk), small_desk.clock.now())
    told = [(one.kind, one.used_seconds, one.target_seconds, one.met, one.over_seconds) for one in record.responses]
    assert told == [
        (TimerKind.ACKNOWLEDGE, 6 * MINUTE, 15 * MINUTE, True, 0),
        (TimerKind.FIRST_UPDATE, 12 * MINUTE, 30 * MINUTE, True, 0),
        (TimerKind.CONTAIN, 130 * MINUTE, 2 * HOUR, False, 10 * MINUTE),
        (TimerKind.RESOLVE, 3 * HOUR, 4 * HOUR, True, 0),
    ]


def test_updates_are_counted_with_the_late_one_and_how_late(small_desk: SmallDesk) -> None:
    incident = play(small_desk)
    record = small_desk.database.read(load_record, incident, small_desk.clock.now())
    # first within 30 min; the second was due 60 min after it, at minute 72, and left at 82
    assert [(one.number, one.on_time, one.late_seconds) for one in record.updates[:2]] == [
        (1, True, 0),
        (2, False, 10 * MINUTE),
    ]
    assert record.updates[1].at == record.case.raised_at + timedelta(minutes=82)
    assert (record.messages_out, record.messages_in) == (3, 1)


def test_a_tier_holds_from_entry_to_entry_and_the_last_until_the_resolution(small_desk: SmallDesk) -> None:
    record = small_desk.database.read(load_record, play(small_desk), small_desk.clock.now())
    assert [(one.rank, one.name, one.seconds) for one in record.held_by_tier] == [
        (1, "Tier 1", 45 * MINUTE),
        (3, "Tier 3", 135 * MINUTE),
    ]
    people = {one.name: one.seconds for one in record.held_by_person}
    assert people == {"Lena Okafor": (180 - 6) * MINUTE}


def test_an_open_timer_has_no_verdict_yet(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.pass_time(10)
    record = small_desk.database.read(load_record, incident, small_desk.clock.now())
    assert {one.met for one in record.responses} == {None}


def test_an_acknowledgement_that_a_climb_cut_off_after_its_time_was_missed(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.pass_time(16)  # over at 15 minutes, and the clock climbs
    small_desk.marco.apply(phases.Acknowledge(incident_id=incident))
    record = small_desk.database.read(load_record, incident, small_desk.clock.now())
    (told,) = [one for one in record.responses if one.kind is TimerKind.ACKNOWLEDGE]
    assert (told.used_seconds, told.target_seconds, told.met) == (15 * MINUTE, 15 * MINUTE, False)


def test_a_debrief_that_is_gone_is_said_so(small_desk: SmallDesk) -> None:
    with pytest.raises(NotFound, match="no longer there"):
        small_desk.database.read(load_debrief, new_id(), small_desk.clock.now())


def test_the_list_goes_from_being_written_to_waiting_to_closed(small_desk: SmallDesk) -> None:
    still_open = small_desk.open()
    written, waiting, closed = (small_desk.open(title=title) for title in ("Written", "Waiting", "Closed"))
    for incident in (written, waiting, closed):
        small_desk.lena.apply(phases.Resolve(incident_id=incident))
    start(small_desk, written)
    debrief = start(small_desk, closed)
    small_desk.lena.apply(WriteBlock(debrief_id=debrief, key="summary", body="Done."))
    small_desk.lena.apply(CloseDebrief(debrief_id=debrief))
    rows = small_desk.database.read(list_debriefs, TODAY)
    assert [(row.incident_id, row.state) for row in rows] == [
        (written, DebriefState.IN_PROGRESS),
        (waiting, DebriefState.TO_WRITE),
        (closed, DebriefState.CLOSED),
    ]
    assert still_open not in {row.incident_id for row in rows}
    assert {row.severity for row in rows} == {1}


def test_the_list_counts_what_is_open_overdue_and_due_next(small_desk: SmallDesk) -> None:
    debrief = start(small_desk, play(small_desk))
    for due in (date(2026, 11, 22), TODAY, date(2026, 12, 1), None):
        small_desk.lena.apply(AddActionItem(debrief_id=debrief, what="x", due=due))
    answered = small_desk.lena.apply(AddActionItem(debrief_id=debrief, what="y", due=date(2026, 1, 1))).result
    small_desk.lena.apply(
        AnswerActionItem(action_item_id=answered["action_item_id"], state=ActionState.NOT_DOING, reason="no")
    )
    (row,) = small_desk.database.read(list_debriefs, TODAY)
    assert (row.open_actions, row.overdue_actions, row.next_due) == (4, 1, date(2026, 11, 22))


def test_going_down_a_tier_and_thanks_start_in_the_story_each_as_one_line(small_desk: SmallDesk) -> None:
    incident = small_desk.open(hold=True)
    small_desk.lena.apply(Escalate(incident_id=incident, tier="t2", reason="Refunds exceed our limit."))
    small_desk.marco.apply(DeEscalate(incident_id=incident, tier="t1", reason="Refunds are out."))
    small_desk.lena.apply(Thanks(incident_id=incident, words="Thank you for calling."))
    record = small_desk.database.read(load_record, incident, small_desk.clock.now())
    story = [(line.event.kind, line.customer_safe) for line in record.lines if line.in_story]
    after = story[story.index((EventKind.DE_ESCALATED, False)) :]
    assert after == [(EventKind.DE_ESCALATED, False), (EventKind.THANKED, True)]
