"""The beat of updates: steady or not, stated times, messages of the watch, and taking them back (domain.md §3.1)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.models.enums import Channel, TimerKind, TimerState
from app.models.incident import Event
from app.models.timer import Timer
from app.services.clock.reading import Look, read
from app.services.database.database import Database
from app.services.database.errors import UserError
from app.services.incidents import phases
from app.services.incidents.changing import ChangeFacts
from app.services.incidents.ending import Merge, Withdraw
from app.services.incidents.promises import CarryPromise, KeepPromise, StatedPromise
from app.services.incidents.waiting import GoOn, Wait, WaitingFor
from app.services.messages.send import RESOLUTION, SendMessage, WithdrawMessage, addressee
from app.services.watch.outbox import LeaseLetters, LetterFailed
from tests.desks import START, SmallDesk

STEADY = {"steady_beat": True}


def send(desk: SmallDesk, incident: str, by: Database | None = None, **values: Any) -> str:
    given = {"incident_id": incident, "body": "We are on it.", "channel": Channel.EMAIL, "confirmed": True}
    return str((by or desk.lena).apply(SendMessage(**{**given, **values})).result["message_id"])


def take_back(desk: SmallDesk, message: str) -> None:
    desk.lena.apply(WithdrawMessage(message_id=message))


def minutes(at: Any) -> float | None:
    return None if at is None else (at - START).total_seconds() / 60


def passes(desk: SmallDesk, incident: str, kind: TimerKind = TimerKind.NEXT_UPDATE) -> list[tuple[str, Any, Any, Any]]:
    """Every pass that was not cancelled: state, and the minutes at which it started, was due and ended."""
    question = select(Timer).where(
        Timer.incident_id == incident, Timer.kind == kind, Timer.state != TimerState.CANCELLED
    )
    rows = desk.database.read(lambda session: session.scalars(question.order_by(Timer.pass_number, Timer.due_at)).all())
    return [(row.state.value, minutes(row.started_at), minutes(row.due_at), minutes(row.met_at)) for row in rows]


def steady(desk: SmallDesk) -> str:
    """An incident under a steady beat of sixty minutes, whose first message has just left."""
    desk.publish(settings=STEADY)
    incident = desk.open()
    send(desk, incident)
    return incident


# --- a steady beat


def test_an_early_message_keeps_a_steady_beat(small_desk: SmallDesk) -> None:
    incident = steady(small_desk)
    small_desk.clock.turn(minutes=20)
    send(small_desk, incident)
    assert passes(small_desk, incident) == [("met", 0, 60, 20), ("running", 60, 120, None)]


def test_a_late_message_starts_a_steady_beat_anew(small_desk: SmallDesk) -> None:
    incident = steady(small_desk)
    small_desk.clock.turn(minutes=70)
    send(small_desk, incident)
    assert passes(small_desk, incident) == [("met_late", 0, 60, 70), ("running", 70, 130, None)]


def test_several_messages_in_one_interval_are_one_update(small_desk: SmallDesk) -> None:
    incident = steady(small_desk)
    for _ in range(3):
        small_desk.clock.turn(minutes=15)
        send(small_desk, incident)
    assert passes(small_desk, incident) == [("met", 0, 60, 15), ("running", 60, 120, None)]
    small_desk.clock.turn(minutes=20)
    send(small_desk, incident)
    assert passes(small_desk, incident)[1:] == [("met", 60, 120, 65), ("running", 120, 180, None)]


def test_the_time_offered_to_a_message_keeps_the_beat(small_desk: SmallDesk) -> None:
    incident = steady(small_desk)
    small_desk.clock.turn(minutes=20)
    offered = small_desk.lena.read(addressee, incident, None, small_desk.clock.now()).next_update_at
    assert minutes(offered) == 120
    send(small_desk, incident, next_update_at=offered)  # no later than computed: it needs no reason
    small_desk.clock.turn(minutes=10)
    offered = small_desk.lena.read(addressee, incident, None, small_desk.clock.now()).next_update_at
    assert minutes(offered) == 120


def test_a_sooner_time_that_was_stated_counts_from_its_message(small_desk: SmallDesk) -> None:
    incident = steady(small_desk)
    small_desk.clock.turn(minutes=20)
    send(small_desk, incident, next_update_at=small_desk.after(25))
    assert passes(small_desk, incident)[-1] == ("running", 20, 45, None)
    small_desk.clock.turn(minutes=24)
    send(small_desk, incident)
    assert passes(small_desk, incident)[1:] == [("met", 20, 45, 44), ("running", 45, 105, None)]


def test_a_sooner_time_stated_before_a_pass_begins_counts_too(small_desk: SmallDesk) -> None:
    incident = steady(small_desk)
    small_desk.clock.turn(minutes=20)
    send(small_desk, incident)
    small_desk.clock.turn(minutes=10)
    send(small_desk, incident, next_update_at=small_desk.after(15))
    assert passes(small_desk, incident)[-1] == ("running", 30, 45, None)


def test_a_steady_beat_without_the_message_that_is_taken_back(small_desk: SmallDesk) -> None:
    incident = steady(small_desk)
    small_desk.clock.turn(minutes=20)
    second = send(small_desk, incident, confirmed=False)
    small_desk.clock.turn(minutes=10)
    third = send(small_desk, incident, confirmed=False)
    take_back(small_desk, second)
    # the third serves the first interval in its place
    assert passes(small_desk, incident) == [("met", 0, 60, 30), ("running", 60, 120, None)]
    take_back(small_desk, third)
    assert passes(small_desk, incident) == [("running", 0, 60, None)]


def test_a_pass_that_went_on_from_a_message_taken_back_starts_where_it_belongs(small_desk: SmallDesk) -> None:
    incident = steady(small_desk)
    small_desk.clock.turn(minutes=20)
    second = send(small_desk, incident, confirmed=False)
    small_desk.clock.turn(minutes=50)
    send(small_desk, incident)
    assert passes(small_desk, incident)[-1] == ("running", 120, 180, None)
    take_back(small_desk, second)
    # without the second the third was ten minutes late, and the beat starts from it
    assert passes(small_desk, incident) == [("met_late", 0, 60, 70), ("running", 70, 130, None)]


def test_the_first_message_taken_back_leaves_the_beat_of_the_second(small_desk: SmallDesk) -> None:
    small_desk.publish(settings=STEADY)
    incident = small_desk.open()
    first = send(small_desk, incident, confirmed=False)
    for _ in range(2):
        small_desk.clock.turn(minutes=20)
        send(small_desk, incident)
    take_back(small_desk, first)
    # the second began the beat at minute 20, the third was early
    assert passes(small_desk, incident) == [("met", 20, 80, 40), ("running", 80, 140, None)]


def test_a_time_stated_for_a_pass_that_had_not_begun_goes_with_its_message(small_desk: SmallDesk) -> None:
    incident = steady(small_desk)
    small_desk.clock.turn(minutes=20)
    send(small_desk, incident)
    small_desk.clock.turn(minutes=10)
    stated = send(small_desk, incident, confirmed=False, next_update_at=small_desk.after(70))
    assert passes(small_desk, incident)[-1] == ("running", 60, 100, None)
    take_back(small_desk, stated)
    assert passes(small_desk, incident)[-1] == ("running", 60, 120, None)


# --- stated times


def test_a_time_stated_with_the_resolution_is_held_too(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    send(small_desk, incident)
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    send(small_desk, incident, scenario=RESOLUTION, next_update_at=small_desk.after(90))
    assert passes(small_desk, incident) == [("met", 0, 60, 0), ("running", 0, 90, None)]
    small_desk.clock.turn(minutes=80)
    send(small_desk, incident)
    assert passes(small_desk, incident)[-1] == ("met", 0, 90, 80)


# --- messages of the watch


def test_a_message_of_the_watch_serves_the_next_update_only(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    send(small_desk, incident, by=small_desk.watch)
    assert passes(small_desk, incident) == []
    assert small_desk.timer(incident, TimerKind.FIRST_UPDATE).state is TimerState.RUNNING
    assert small_desk.timer(incident, TimerKind.ACKNOWLEDGE).state is TimerState.RUNNING
    assert small_desk.case(incident).acknowledged_at is None
    send(small_desk, incident)
    small_desk.clock.turn(minutes=20)
    send(small_desk, incident, by=small_desk.watch)
    assert passes(small_desk, incident) == [("met", 0, 60, 20), ("running", 20, 80, None)]


def test_no_message_of_the_watch_tells_of_a_resolution(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    send(small_desk, incident)
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    small_desk.clock.turn(minutes=5)
    send(small_desk, incident, by=small_desk.watch, scenario=RESOLUTION)
    assert passes(small_desk, incident)[-1] == ("running", 5, 65, None)


def test_a_message_of_the_watch_does_not_stand_in_for_one_that_was_taken_back(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    first = send(small_desk, incident, confirmed=False)
    small_desk.clock.turn(minutes=5)
    send(small_desk, incident, by=small_desk.watch)
    take_back(small_desk, first)
    assert small_desk.timer(incident, TimerKind.FIRST_UPDATE).state is TimerState.RUNNING
    assert small_desk.case(incident).acknowledged_at is None


# --- other promises


def promised(desk: SmallDesk, incident: str) -> list[tuple[str, Any, Any, Any]]:
    return passes(desk, incident, TimerKind.PROMISE)


def test_message_and_promises_are_one_act(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    refund = StatedPromise("A refund of both charges.", small_desk.after(90))
    with pytest.raises(UserError, match="has passed"):
        send(small_desk, incident, promises=(refund, StatedPromise("A call.", START)))
    assert (promised(small_desk, incident), "message_sent" in small_desk.kinds(incident)) == ([], False)
    send(small_desk, incident, promises=(refund, StatedPromise("A call.", small_desk.after(30))))
    assert promised(small_desk, incident) == [("running", 0, 30, None), ("running", 0, 90, None)]
    assert [one.owner for one in small_desk.case(incident).promises] == ["Lena Okafor"] * 2


def test_promises_go_with_their_message_wherever_they_were_carried(small_desk: SmallDesk) -> None:
    incident, other, third = (small_desk.open() for _ in range(3))
    stated = [StatedPromise(words, small_desk.after(90)) for words in ("A call.", "A refund.")]
    sent = send(small_desk, incident, confirmed=False, promises=tuple(stated))
    carried = small_desk.case(incident).promises[0].timer_id
    for there in (other, third):
        carry = CarryPromise(timer_id=carried, to_incident_id=there, reason="It goes on there.")
        carried = small_desk.lena.apply(carry).result["timer_id"]
    small_desk.lena.apply(KeepPromise(timer_id=small_desk.case(incident).promises[0].timer_id))
    take_back(small_desk, sent)
    assert [promised(small_desk, one) for one in (incident, other, third)] == [[], [], []]
    assert small_desk.pass_time(91) > 0  # the other clocks go on
    breached = select(Event).where(Event.kind == "breached")
    events = small_desk.database.read(lambda session: session.scalars(breached).all())
    assert "promise" not in {event.data["timer"] for event in events}


def test_a_mail_that_is_refused_for_good_promised_nothing(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    send(
        small_desk,
        incident,
        by_mail=True,
        recipient="sigrid@halden.example",
        promises=(StatedPromise("A refund.", small_desk.after(90)),),
    )
    small_desk.clock.turn(minutes=40)
    (letter,) = small_desk.watch.apply(LeaseLetters(channels=("mail",))).result["letters"]
    small_desk.watch.apply(LetterFailed(letter_id=letter, attempt=1, error="no such mailbox", final=True))
    assert promised(small_desk, incident) == []
    small_desk.pass_time(0)
    assert minutes(small_desk.timer(incident, TimerKind.FIRST_UPDATE).breached_at) == 30


# --- waiting


def test_a_beat_that_the_reason_stops_stands_still_after_a_message_too(small_desk: SmallDesk) -> None:
    small_desk.publish(settings={"pauses": {"customer": ["next_update", "first_update"]}})
    incident = small_desk.open()
    send(small_desk, incident)
    small_desk.lena.apply(
        Wait(incident_id=incident, reason=WaitingFor.CUSTOMER, question="Which?", follow_up_at=small_desk.after(240))
    )
    small_desk.clock.turn(minutes=20)
    send(small_desk, incident, body="One more question.")
    assert passes(small_desk, incident) == [("met", 0, 80, 20), ("paused", 20, 80, None)]
    small_desk.clock.turn(minutes=30)
    small_desk.lena.apply(GoOn(incident_id=incident))
    assert passes(small_desk, incident)[-1] == ("running", 20, 110, None)


# --- what happened after a message that is taken back


def test_a_resolution_message_taken_back_after_a_reopening_leaves_one_beat(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    send(small_desk, incident)
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    small_desk.clock.turn(minutes=10)
    told = send(small_desk, incident, confirmed=False, scenario=RESOLUTION)
    small_desk.clock.turn(minutes=10)
    small_desk.lena.apply(phases.Reopen(incident_id=incident, reason="It came back."))
    assert passes(small_desk, incident)[-1] == ("running", 20, 80, None)
    take_back(small_desk, told)
    assert passes(small_desk, incident) == [("running", 0, 60, None)]


@pytest.mark.parametrize("merged", [False, True])
def test_a_message_taken_back_revives_nothing_of_an_incident_that_is_over(small_desk: SmallDesk, merged: bool) -> None:
    incident, other = small_desk.open(), small_desk.open(facts={"severity": "s3"})
    send(small_desk, incident)
    small_desk.clock.turn(minutes=5)
    sent = send(small_desk, incident, confirmed=False)
    if merged:
        small_desk.lena.apply(Merge(incident_id=incident, into_id=other, reason="The same."))
    else:
        small_desk.lena.apply(Withdraw(incident_id=incident, reason="No longer."))
    take_back(small_desk, sent)
    assert passes(small_desk, incident) == []
    running = [timer for timer in small_desk.case(incident).timers if timer.state is TimerState.RUNNING]
    assert running == []


def test_another_incident_merged_into_this_one_ends_no_clock_of_it(small_desk: SmallDesk) -> None:
    incident, same = small_desk.open(), small_desk.open()
    sent = send(small_desk, incident, confirmed=False)
    small_desk.lena.apply(Merge(incident_id=same, into_id=incident, reason="The same."))
    take_back(small_desk, sent)
    assert small_desk.timer(incident, TimerKind.FIRST_UPDATE).state is TimerState.RUNNING


def test_a_revived_pass_stands_still_as_long_as_the_incident_waits(small_desk: SmallDesk) -> None:
    small_desk.publish(settings={"pauses": {"customer": ["first_update"]}})
    incident = small_desk.open()
    small_desk.clock.turn(minutes=10)
    sent = send(small_desk, incident, confirmed=False)
    small_desk.clock.turn(minutes=5)
    small_desk.lena.apply(
        Wait(incident_id=incident, reason=WaitingFor.CUSTOMER, question="Which?", follow_up_at=small_desk.after(240))
    )
    small_desk.clock.turn(minutes=20)
    take_back(small_desk, sent)
    assert passes(small_desk, incident, TimerKind.FIRST_UPDATE)[0][0] == "paused"
    small_desk.clock.turn(minutes=10)
    small_desk.lena.apply(GoOn(incident_id=incident))
    # half an hour allowed, and half an hour of waiting from minute 15
    assert passes(small_desk, incident, TimerKind.FIRST_UPDATE) == [("running", 0, 60, None)]


def test_a_steady_pass_that_has_not_begun_shows_all_the_time_until_it_is_due(small_desk: SmallDesk) -> None:
    incident = steady(small_desk)
    small_desk.clock.turn(minutes=20)
    send(small_desk, incident)
    reading = read(small_desk.timer(incident, TimerKind.NEXT_UPDATE), small_desk.clock.now())
    assert (reading.look, reading.seconds, reading.share) == (Look.ON_TRACK, 100 * 60, 0.0)


def test_a_revived_pass_has_the_target_that_holds_by_then(small_desk: SmallDesk) -> None:
    incident = small_desk.open(facts={"severity": "s3"})  # light: eight hours to acknowledge
    small_desk.clock.turn(minutes=5)
    sent = send(small_desk, incident, confirmed=False)
    change = ChangeFacts(incident_id=incident, facts={"severity": "s1"}, seen={"severity": "s3"}, reason="It is wider.")
    small_desk.lena.apply(change)
    take_back(small_desk, sent)
    # urgent: a quarter of an hour from when the customer raised it
    assert minutes(small_desk.timer(incident, TimerKind.ACKNOWLEDGE).due_at) == 15
    assert minutes(small_desk.timer(incident, TimerKind.FIRST_UPDATE).due_at) == 30
