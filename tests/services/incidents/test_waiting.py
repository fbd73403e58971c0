"""Waiting and going on (domain.md §3.1)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models.enums import Channel, MessageState, Phase, TimerKind, TimerState
from app.models.message import Message
from app.services.clock.explain import Counts
from app.services.clock.reading import read
from app.services.database.errors import StateError, UserError
from app.services.incidents import phases
from app.services.incidents.waiting import CustomerReplied, GoOn, Thanks, Wait, WaitingFor
from app.services.incidents.why import why
from app.services.messages.send import SendMessage
from tests.desks import HOUR, MINUTE, START, SmallDesk


def wait(desk: SmallDesk, incident: str, question: str = "Which accounts?") -> None:
    desk.lena.apply(
        Wait(incident_id=incident, reason=WaitingFor.CUSTOMER, question=question, follow_up_at=desk.after(240))
    )


def test_waiting_pauses_contain_resolve_and_steps_never_updates(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    wait(small_desk, incident)
    states = {timer.kind: timer.state for timer in small_desk.case(incident).timers}
    assert states[TimerKind.CONTAIN] is states[TimerKind.RESOLVE] is states[TimerKind.STEP] is TimerState.PAUSED
    assert states[TimerKind.FIRST_UPDATE] is states[TimerKind.ACKNOWLEDGE] is TimerState.RUNNING


def test_a_pause_moves_the_due_time_by_its_length(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.clock.turn(minutes=10)
    wait(small_desk, incident)
    small_desk.clock.turn(minutes=45)
    small_desk.lena.apply(GoOn(incident_id=incident, words="They answered."))
    timer = small_desk.timer(incident, TimerKind.RESOLVE)
    assert (timer.state, timer.due_at) == (TimerState.RUNNING, START + timedelta(hours=4, minutes=45))


def test_nothing_climbs_while_it_waits(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(phases.Acknowledge(incident_id=incident))
    wait(small_desk, incident)
    small_desk.pass_time(180)
    assert small_desk.case(incident).tier == "t1"


def test_a_breached_timer_pauses_too_and_its_overrun_stands(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(phases.Acknowledge(incident_id=incident))
    small_desk.pass_time(5 * 60)
    wait(small_desk, incident)
    small_desk.clock.turn(minutes=120)
    timer = small_desk.timer(incident, TimerKind.RESOLVE)
    assert (timer.state, timer.used_seconds) == (TimerState.PAUSED, 5 * HOUR)


def test_waiting_needs_a_question_and_a_later_follow_up(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    with pytest.raises(StateError, match="question"):
        wait(small_desk, incident, question=" ")
    with pytest.raises(StateError, match="passed"):
        small_desk.lena.apply(
            Wait(incident_id=incident, reason=WaitingFor.SUPPLIER, question="When?", follow_up_at=small_desk.after(0))
        )
    assert small_desk.case(incident).waiting_for is None


def test_waiting_twice_and_going_on_without_waiting_are_refused(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    with pytest.raises(StateError, match="not waiting"):
        small_desk.lena.apply(GoOn(incident_id=incident))
    wait(small_desk, incident)
    with pytest.raises(StateError, match="waiting already"):
        wait(small_desk, incident)


def test_the_explanation_counts_every_interval_and_names_the_pause(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.clock.turn(minutes=10)
    wait(small_desk, incident)
    small_desk.clock.turn(minutes=45)
    small_desk.lena.apply(GoOn(incident_id=incident))
    small_desk.clock.turn(minutes=5)
    timer = small_desk.timer(incident, TimerKind.RESOLVE)
    told = small_desk.database.read(why, timer.id, small_desk.clock.now())
    spans = [(one.counts, one.seconds, one.counted_so_far) for one in told.intervals if one.counts is not Counts.AHEAD]
    assert spans == [
        (Counts.COUNTED, 10 * MINUTE, 10 * MINUTE),
        (Counts.PAUSED, 45 * MINUTE, 10 * MINUTE),
        (Counts.COUNTED, 5 * MINUTE, 15 * MINUTE),
    ]
    assert told.source.trigger == "Trigger 1"
    assert told.source.matrix_version == "version 1"
    assert told.source.target == ("4 h for urgent × any segment",)


def states(desk: SmallDesk, incident: str) -> dict[TimerKind, TimerState]:
    return {timer.kind: timer.state for timer in desk.case(incident).timers}


def test_each_reason_pauses_the_kinds_that_the_version_names(small_desk: SmallDesk) -> None:
    small_desk.publish(settings={"pauses": {"customer": ["resolve", "first_update"], "supplier": []}})
    asked, supplied, agreed = (small_desk.open() for _ in range(3))
    reasons = (WaitingFor.CUSTOMER, WaitingFor.SUPPLIER, WaitingFor.AGREED_DATE)
    for incident, reason in zip((asked, supplied, agreed), reasons, strict=True):
        small_desk.lena.apply(
            Wait(incident_id=incident, reason=reason, question="When?", follow_up_at=small_desk.after(60))
        )
    paused = [
        {kind for kind, state in states(small_desk, incident).items() if state is TimerState.PAUSED}
        for incident in (asked, supplied, agreed)
    ]
    assert paused == [
        {TimerKind.RESOLVE, TimerKind.FIRST_UPDATE},
        set(),
        {TimerKind.CONTAIN, TimerKind.RESOLVE, TimerKind.STEP},  # a reason that the version does not name
    ]


def test_a_step_armed_while_it_waits_stands_still_where_the_reason_says_so(small_desk: SmallDesk) -> None:
    small_desk.publish(settings={"pauses": {"customer": ["acknowledge"]}})
    incident = small_desk.open()
    wait(small_desk, incident)
    small_desk.pass_minutes(16)  # the first step climbs: steps do not wait here, acknowledge does
    case = small_desk.case(incident)
    assert case.tier == "t2"
    assert [timer.state for timer in case.timers if timer.kind is TimerKind.ACKNOWLEDGE] == [TimerState.PAUSED]
    assert TimerState.PAUSED not in {step.state for step in small_desk.steps(incident)}


def test_paused_out_of_hours_shows_paused(small_desk: SmallDesk) -> None:
    incident = small_desk.open(facts={"severity": "s3"})
    small_desk.clock.turn(minutes=13 * 60)  # 23:00 in Oslo; resolve counts in hours only
    timer = small_desk.timer(incident, TimerKind.RESOLVE)
    wait(small_desk, incident)
    paused = small_desk.timer(incident, TimerKind.RESOLVE)
    looks = [read(one, small_desk.clock.now()).look for one in (timer, paused)]
    assert (looks[1].value, looks[0] == looks[1]) == ("paused", False)
    small_desk.lena.apply(GoOn(incident_id=incident))
    assert small_desk.timer(incident, TimerKind.RESOLVE).state is TimerState.WAITING


def test_a_reply_is_recorded_and_resumes(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    wait(small_desk, incident)
    small_desk.clock.turn(minutes=45)
    applied = small_desk.lena.apply(CustomerReplied(incident_id=incident, words="Both of them.", channel=Channel.PHONE))
    assert applied.result["resumed"] is True
    case = small_desk.case(incident)
    assert (case.waiting_since, case.waiting_for, case.follow_up_at) == (None, None, None)
    assert TimerState.PAUSED not in states(small_desk, incident).values()
    assert [(one.kind.value, one.body) for one in case.events[-2:]] == [
        ("customer_message", "Both of them."),
        ("resumed", ""),
    ]
    message = small_desk.database.read(lambda session: session.get(Message, applied.result["message_id"]))
    assert message is not None
    assert (message.incoming, message.channel, message.state) == (True, Channel.PHONE, MessageState.SENT)


def test_a_reply_to_what_does_not_wait_is_recorded_alone(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    applied = small_desk.lena.apply(CustomerReplied(incident_id=incident, words="Any news?"))
    assert applied.result["resumed"] is False
    assert "resumed" not in small_desk.kinds(incident)


def test_thanks_are_recorded_and_resume_nothing(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    wait(small_desk, incident)
    before = small_desk.case(incident)
    small_desk.lena.apply(Thanks(incident_id=incident, words="Thank you, no hurry."))
    after = small_desk.case(incident)
    assert (after.timers, after.waiting_since, after.follow_up_at) == (
        before.timers,
        before.waiting_since,
        before.follow_up_at,
    )
    assert (after.events[-1].kind.value, after.events[-1].body) == ("thanked", "Thank you, no hurry.")
    incoming = select(Message.scenario).where(Message.incoming)
    assert small_desk.database.read(lambda session: session.scalars(incoming).all()) == ["thanks"]


def test_what_the_customer_said_has_words(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    for operation in (CustomerReplied(incident_id=incident, words=" "), Thanks(incident_id=incident, words="")):
        with pytest.raises(UserError, match="no words"):
            small_desk.lena.apply(operation)


# --- several events at one instant


def test_containing_while_it_waits_meets_contain_with_the_pause_left_out(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.clock.turn(minutes=90)
    wait(small_desk, incident)
    small_desk.clock.turn(minutes=60)
    small_desk.lena.apply(phases.Contain(incident_id=incident))
    timer = small_desk.timer(incident, TimerKind.CONTAIN)
    # two hours allowed: an hour and a half counted, the hour of waiting not
    assert (timer.state, timer.used_seconds) == (TimerState.MET, 90 * MINUTE)
    assert states(small_desk, incident)[TimerKind.RESOLVE] is TimerState.PAUSED


def test_asked_and_answered_at_one_instant_nothing_stood_still(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.clock.turn(minutes=30)
    wait(small_desk, incident)
    small_desk.lena.apply(CustomerReplied(incident_id=incident, words="Both."))
    timer = small_desk.timer(incident, TimerKind.RESOLVE)
    assert (timer.state, timer.due_at) == (TimerState.RUNNING, START + timedelta(hours=4))


def test_an_answer_at_the_instant_at_which_it_would_have_been_due_breaches_nothing(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(phases.Acknowledge(incident_id=incident))
    small_desk.clock.turn(minutes=110)
    wait(small_desk, incident)
    small_desk.clock.turn(minutes=10)  # contain would be due now
    small_desk.lena.apply(CustomerReplied(incident_id=incident, words="Both."))
    small_desk.pass_time(0)
    timer = small_desk.timer(incident, TimerKind.CONTAIN)
    assert (timer.breached_at, timer.due_at) == (None, START + timedelta(minutes=130))


def test_resolving_ends_the_waiting_of_what_goes_on(small_desk: SmallDesk) -> None:
    small_desk.publish(settings={"pauses": {"customer": ["contain", "resolve", "step", "next_update"]}})
    incident = small_desk.open()
    small_desk.lena.apply(SendMessage(incident_id=incident, body="Soon.", channel=Channel.EMAIL, confirmed=True))
    wait(small_desk, incident)
    small_desk.clock.turn(minutes=20)
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    case = small_desk.case(incident)
    assert (case.phase, case.waiting_since) == (Phase.COMMUNICATION, None)
    timer = small_desk.timer(incident, TimerKind.NEXT_UPDATE)
    assert (timer.state, timer.due_at) == (TimerState.RUNNING, START + timedelta(minutes=80))
