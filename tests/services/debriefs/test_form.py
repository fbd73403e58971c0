"""The form: starting, writing, marking, closing (domain.md §6)."""

from __future__ import annotations

import pytest

from app.models.enums import ActionState, DebriefState, EventKind
from app.services.database.errors import Conflict, NotAllowed, NotFound, StateError
from app.services.debriefs.actions import AddActionItem, AnswerActionItem
from app.services.debriefs.form import BLOCKS, CloseDebrief, MarkBlock, MarkEvent, StartDebrief, WriteBlock
from app.services.debriefs.record import DebriefRecord, load_debrief, load_record
from app.services.messages.send import WithdrawMessage
from tests.debrief_play import INSIDE_NOTE, play, send, start, write
from tests.desks import SmallDesk


def record_of(desk: SmallDesk, debrief: str) -> DebriefRecord:
    return desk.database.read(load_debrief, debrief, desk.clock.now())


def test_starting_twice_finds_the_first_one(small_desk: SmallDesk) -> None:
    incident = play(small_desk)
    first = start(small_desk, incident)
    assert small_desk.marco.apply(StartDebrief(incident_id=incident)).result == {"debrief_id": first}


def test_starting_sorts_the_record_into_the_story_and_shows_customers_what_they_know(small_desk: SmallDesk) -> None:
    record = record_of(small_desk, start(small_desk, play(small_desk)))
    marks = {(line.event.kind, line.in_story, line.customer_safe) for line in record.lines}
    assert (EventKind.OPENED, True, True) in marks
    assert (EventKind.MESSAGE_SENT, True, True) in marks
    assert (EventKind.TIER_ENTERED, True, False) in marks
    assert (EventKind.NOTE, False, False) in marks
    assert not any(safe for kind, _story, safe in marks if kind in (EventKind.NOTE, EventKind.BREACHED))


def test_that_a_debrief_was_started_stands_in_the_timeline_but_is_no_part_of_what_happened(
    small_desk: SmallDesk,
) -> None:
    incident = play(small_desk)
    record = record_of(small_desk, start(small_desk, incident))
    assert small_desk.kinds(incident)[-1] == EventKind.DEBRIEF.value
    assert EventKind.DEBRIEF not in {line.event.kind for line in record.lines}


def test_a_message_that_was_taken_back_starts_outside_the_story(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    message = send(small_desk, incident, "Sent too early.", confirmed=False)
    small_desk.lena.apply(WithdrawMessage(message_id=message))
    for record in (
        small_desk.database.read(load_record, incident, small_desk.clock.now()),
        record_of(small_desk, start(small_desk, incident)),
    ):
        (line,) = [line for line in record.lines if line.event.kind is EventKind.MESSAGE_SENT]
        assert (line.in_story, line.customer_safe) == (False, False)


def test_without_a_debrief_the_record_speaks_alone(small_desk: SmallDesk) -> None:
    record = small_desk.database.read(load_record, play(small_desk), small_desk.clock.now())
    assert (record.id, record.state, record.started_at) == ("", DebriefState.TO_WRITE, None)
    assert [block.key for block in record.blocks] == list(BLOCKS)
    assert len(record.responses) == 4


def test_a_block_keeps_its_text_and_its_switch(small_desk: SmallDesk) -> None:
    debrief = start(small_desk, play(small_desk))
    small_desk.lena.apply(WriteBlock(debrief_id=debrief, key="impact", body="41 patients.", seen=""))
    small_desk.lena.apply(MarkBlock(debrief_id=debrief, key="impact", customer_safe=True))
    block = record_of(small_desk, debrief).block("impact")
    assert (block.body, block.customer_safe) == ("41 patients.", True)


def test_two_writers_of_one_block_meet_with_both_texts(small_desk: SmallDesk) -> None:
    debrief = start(small_desk, play(small_desk))
    small_desk.lena.apply(WriteBlock(debrief_id=debrief, key="summary", body="Lena's words", seen=""))
    with pytest.raises(Conflict) as met:
        small_desk.marco.apply(WriteBlock(debrief_id=debrief, key="summary", body="Marco's words", seen=""))
    (difference,) = met.value.differences
    assert (difference.seen, difference.stands, difference.wanted) == ("", "Lena's words", "Marco's words")
    assert record_of(small_desk, debrief).block("summary").body == "Lena's words"


def test_writing_what_stands_already_is_no_conflict(small_desk: SmallDesk) -> None:
    debrief = start(small_desk, play(small_desk))
    small_desk.lena.apply(WriteBlock(debrief_id=debrief, key="summary", body="The same", seen=""))
    small_desk.marco.apply(WriteBlock(debrief_id=debrief, key="summary", body="The same", seen=""))
    small_desk.marco.apply(WriteBlock(debrief_id=debrief, key="summary", body="", seen="The same"))
    assert record_of(small_desk, debrief).block("summary").body == ""


def test_an_unknown_block_is_named_with_those_there_are(small_desk: SmallDesk) -> None:
    debrief = start(small_desk, play(small_desk))
    with pytest.raises(NotFound, match=r"no block “blame”.*summary"):
        small_desk.lena.apply(WriteBlock(debrief_id=debrief, key="blame", body="x"))


def test_an_event_is_marked_and_one_that_came_later_is_taken_in(small_desk: SmallDesk) -> None:
    incident = play(small_desk)
    debrief = start(small_desk, incident)
    send(small_desk, incident, "One more word.")
    late = record_of(small_desk, debrief).lines[-1]
    assert (late.event.body, late.in_story) == ("One more word.", False)
    small_desk.lena.apply(MarkEvent(debrief_id=debrief, event_id=late.event.id, in_story=True, customer_safe=True))
    assert record_of(small_desk, debrief).lines[-1].for_customer


def test_an_event_of_another_incident_stays_out(small_desk: SmallDesk) -> None:
    debrief = start(small_desk, play(small_desk))
    other = small_desk.case(small_desk.open()).events[0]
    with pytest.raises(NotFound, match="another incident"):
        small_desk.lena.apply(MarkEvent(debrief_id=debrief, event_id=other.id, in_story=True, customer_safe=True))


def test_what_stays_inside_is_what_does_not_reach_the_customer(small_desk: SmallDesk) -> None:
    debrief = start(small_desk, play(small_desk))
    write(small_desk, debrief, safe=("summary", "impact"))
    record = record_of(small_desk, debrief)
    assert record.for_customer[0] == 2
    assert record.kept_inside[0] == 6
    reaching = sum(line.in_story and line.customer_safe for line in record.lines)
    assert (record.for_customer[1], record.kept_inside[1]) == (reaching, len(record.lines) - reaching)
    note = next(line for line in record.lines if line.event.body == INSIDE_NOTE)
    # safe alone is not enough: what is not in the story is not in the report
    small_desk.lena.apply(MarkEvent(debrief_id=debrief, event_id=note.event.id, in_story=False, customer_safe=True))
    assert record_of(small_desk, debrief).for_customer[1] == reaching


def test_closing_needs_a_summary_and_an_answer_for_every_action_item(small_desk: SmallDesk) -> None:
    debrief = start(small_desk, play(small_desk))
    with pytest.raises(StateError, match="summary is empty"):
        small_desk.lena.apply(CloseDebrief(debrief_id=debrief))
    small_desk.lena.apply(WriteBlock(debrief_id=debrief, key="summary", body="   "))
    with pytest.raises(StateError, match="summary is empty"):
        small_desk.lena.apply(CloseDebrief(debrief_id=debrief))
    small_desk.lena.apply(WriteBlock(debrief_id=debrief, key="summary", body="Written."))
    added = small_desk.lena.apply(AddActionItem(debrief_id=debrief, what="Pause the job")).result
    with pytest.raises(StateError, match="One action item is still open"):
        small_desk.lena.apply(CloseDebrief(debrief_id=debrief))
    answer = {"action_item_id": added["action_item_id"], "state": ActionState.NOT_DOING}
    small_desk.lena.apply(AnswerActionItem(**answer, reason="The job is gone."))
    small_desk.lena.apply(CloseDebrief(debrief_id=debrief))
    record = record_of(small_desk, debrief)
    assert (record.state, record.closed) == (DebriefState.CLOSED, True)


def test_a_closed_debrief_takes_nothing_more(small_desk: SmallDesk) -> None:
    debrief = start(small_desk, play(small_desk))
    small_desk.lena.apply(WriteBlock(debrief_id=debrief, key="summary", body="Written."))
    item = small_desk.lena.apply(AddActionItem(debrief_id=debrief, what="x")).result["action_item_id"]
    small_desk.lena.apply(AnswerActionItem(action_item_id=item, state=ActionState.NOT_DOING, reason="no"))
    small_desk.lena.apply(CloseDebrief(debrief_id=debrief))
    for act in (
        WriteBlock(debrief_id=debrief, key="summary", body="More."),
        MarkBlock(debrief_id=debrief, key="summary", customer_safe=True),
        AddActionItem(debrief_id=debrief, what="y"),
        AnswerActionItem(action_item_id=item, state=ActionState.OPEN),
        CloseDebrief(debrief_id=debrief),
    ):
        with pytest.raises(StateError, match="closed"):
            small_desk.lena.apply(act)


def test_closing_is_a_leads_act(small_desk: SmallDesk) -> None:
    debrief = start(small_desk, play(small_desk))
    with pytest.raises(NotAllowed):
        small_desk.marco.apply(CloseDebrief(debrief_id=debrief))
