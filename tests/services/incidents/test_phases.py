"""Acknowledge, contain, resolve, close, reopen (domain.md §3.1)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.models.enums import Channel, Phase, TimerKind, TimerState
from app.models.timer import Timer
from app.services.database.errors import StateError
from app.services.incidents import phases
from app.services.incidents.notifications import list_notifications
from app.services.messages.send import RESOLUTION, SendMessage
from tests.desks import HOUR, MATRIX, MINUTE, START, SmallDesk

TO_T3_UNRESOLVED = {"after": 30 * MINUTE, "condition": "not_resolved", "tier": "t3"}


def test_acknowledging_meets_the_timer_and_makes_a_holder(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.clock.turn(minutes=5)
    result = small_desk.marco.apply(phases.Acknowledge(incident_id=incident)).result
    assert result == {"state": "met", "seconds": 5 * MINUTE}
    case = small_desk.case(incident)
    assert (case.holder, case.phase, case.acknowledged_at) == ("Marco Bianchi", Phase.ASSESSMENT, small_desk.clock.at)


def test_acknowledging_meets_the_steps_that_wait_for_it(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(phases.Acknowledge(incident_id=incident))
    assert [step.state for step in small_desk.steps(incident)] == [TimerState.MET, TimerState.RUNNING]


def test_at_the_due_time_is_in_time_and_after_it_is_late(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.clock.turn(minutes=15)
    assert small_desk.lena.apply(phases.Acknowledge(incident_id=incident)).result["state"] == "met"
    late = small_desk.open()
    small_desk.clock.turn(seconds=15 * MINUTE + 1)
    assert small_desk.lena.apply(phases.Acknowledge(incident_id=late)).result["state"] == "met_late"
    assert small_desk.timer(late, TimerKind.ACKNOWLEDGE).breached_at is not None


def test_acknowledging_twice_is_refused_with_words(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(phases.Acknowledge(incident_id=incident))
    with pytest.raises(StateError, match="acknowledged already"):
        small_desk.marco.apply(phases.Acknowledge(incident_id=incident))


def test_containing_opens_resolution(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.clock.turn(minutes=30)
    small_desk.lena.apply(phases.Contain(incident_id=incident, note="Renewals stopped."))
    case = small_desk.case(incident)
    assert (case.phase, case.contained_at) == (Phase.RESOLUTION, small_desk.clock.at)
    assert small_desk.timer(incident, TimerKind.CONTAIN).state is TimerState.MET
    assert [event.body for event in case.events if event.kind.value == "contained"] == ["Renewals stopped."]


def test_resolving_meets_contain_too_and_cancels_the_steps(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(phases.Acknowledge(incident_id=incident))
    small_desk.clock.turn(minutes=20)
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    case = small_desk.case(incident)
    assert case.phase is Phase.COMMUNICATION
    assert case.contained_at == case.resolved_at == small_desk.clock.at
    assert small_desk.timer(incident, TimerKind.RESOLVE).used_seconds == 20 * MINUTE
    assert all(step.state is not TimerState.RUNNING for step in small_desk.steps(incident))


def test_closing_needs_a_resolution_and_word_to_the_customer(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    with pytest.raises(StateError, match="not resolved"):
        small_desk.lena.apply(phases.Close(incident_id=incident))
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    with pytest.raises(StateError, match="not been told"):
        small_desk.lena.apply(phases.Close(incident_id=incident))
    small_desk.lena.apply(
        SendMessage(incident_id=incident, body="Solved.", channel=Channel.EMAIL, scenario=RESOLUTION, confirmed=True)
    )
    small_desk.lena.apply(phases.Close(incident_id=incident))
    assert small_desk.case(incident).phase is Phase.CLOSED


def test_a_reason_closes_without_a_message_and_cancels_every_open_timer(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    small_desk.lena.apply(phases.Close(incident_id=incident, reason="A duplicate of another one."))
    open_states = (TimerState.WAITING, TimerState.RUNNING, TimerState.PAUSED)
    assert [timer.kind for timer in small_desk.case(incident).timers if timer.state in open_states] == []
    assert small_desk.pass_time(10 * 60) == 0


def test_a_closed_incident_is_not_worked_on(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    small_desk.lena.apply(phases.Close(incident_id=incident, reason="Done."))
    with pytest.raises(StateError, match="closed"):
        small_desk.lena.apply(phases.Contain(incident_id=incident))


def test_reopening_goes_on_with_the_time_already_used(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.clock.turn(minutes=60)
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    small_desk.clock.turn(minutes=24 * 60)
    small_desk.lena.apply(phases.Reopen(incident_id=incident, reason="It came back."))
    timer = small_desk.timer(incident, TimerKind.RESOLVE)
    assert (timer.pass_number, timer.state) == (2, TimerState.RUNNING)
    # four hours allowed, one used before the resolution, the closed day left out
    assert timer.due_at == small_desk.clock.at + timedelta(hours=3)
    assert small_desk.case(incident).phase is Phase.RESOLUTION


def test_reopening_over_target_is_breached_at_once(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.pass_time(5 * 60)
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    small_desk.clock.turn(minutes=60)
    small_desk.lena.apply(phases.Reopen(incident_id=incident, reason="It came back."))
    small_desk.pass_time(0)
    assert small_desk.timer(incident, TimerKind.RESOLVE).breached_at == small_desk.clock.at


@pytest.mark.parametrize(("days", "allowed"), [(7, True), (8, False)])
def test_reopening_ends_after_seven_days(small_desk: SmallDesk, days: int, allowed: bool) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    small_desk.clock.turn(minutes=days * 24 * 60)
    if allowed:
        small_desk.lena.apply(phases.Reopen(incident_id=incident, reason="It came back."))
        assert small_desk.case(incident).resolved_at is None
    else:
        with pytest.raises(StateError, match="new incident"):
            small_desk.lena.apply(phases.Reopen(incident_id=incident, reason="It came back."))


def test_an_act_counts_when_it_is_applied_however_the_desk_saw_the_time(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.clock.turn(minutes=20)
    small_desk.lena.apply(phases.Acknowledge(incident_id=incident, acted_at=START + timedelta(minutes=1)))
    assert small_desk.timer(incident, TimerKind.ACKNOWLEDGE).state is TimerState.MET_LATE


def test_an_overrun_keeps_counting_until_it_is_met(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.pass_time(6 * 60)
    timer = small_desk.timer(incident, TimerKind.RESOLVE)
    assert (timer.state, timer.breached_at) == (TimerState.RUNNING, START + timedelta(hours=4))
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    assert small_desk.timer(incident, TimerKind.RESOLVE).used_seconds == 6 * HOUR


def test_reopening_leaves_an_update_that_is_still_owed_as_it_is(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(SendMessage(incident_id=incident, body="Soon.", channel=Channel.EMAIL, confirmed=True))
    small_desk.clock.turn(minutes=20)
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    small_desk.lena.apply(phases.Reopen(incident_id=incident, reason="It came back."))
    timer = small_desk.timer(incident, TimerKind.NEXT_UPDATE)
    assert (timer.pass_number, timer.state, timer.due_at) == (1, TimerState.RUNNING, START + timedelta(minutes=60))


def armed(desk: SmallDesk, incident: str) -> list[datetime]:
    return [step.due_at for step in desk.steps(incident) if step.state is TimerState.RUNNING]


def test_reopening_arms_the_steps_from_then_on_and_tells_the_holder(small_desk: SmallDesk) -> None:
    incident = small_desk.open(facts={"severity": "s2", "revenue": 20000})
    small_desk.publish(paths=[{"key": "money", "name": "Money", "steps": [TO_T3_UNRESOLVED]}, MATRIX["paths"][1]])
    later = small_desk.open(facts={"severity": "s2", "revenue": 20000})
    for one in (incident, later):
        small_desk.marco.apply(phases.Acknowledge(incident_id=one))
        small_desk.marco.apply(phases.Resolve(incident_id=one))
    small_desk.clock.turn(minutes=60)
    for one in (incident, later):
        small_desk.lena.apply(phases.Reopen(incident_id=one, reason="It came back."))
    # what is contained stays so: only a step on not resolved climbs again
    running = [
        [step.due_at for step in small_desk.steps(one) if step.state is TimerState.RUNNING] for one in (incident, later)
    ]
    assert running == [[], [small_desk.after(30)]]
    told = small_desk.marco.read(list_notifications, small_desk.marco.actor.id)
    assert [one.incident_id for one in told if one.kind == "reopened"] == [later, incident]


def test_closing_needs_word_to_the_customer_where_no_update_has_a_target_too(small_desk: SmallDesk) -> None:
    incident = small_desk.open(facts={"severity": "s3"})
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    with pytest.raises(StateError, match="not been told"):
        small_desk.lena.apply(phases.Close(incident_id=incident))
    small_desk.lena.apply(
        SendMessage(incident_id=incident, body="Solved.", channel=Channel.EMAIL, scenario=RESOLUTION, confirmed=True)
    )
    small_desk.lena.apply(phases.Close(incident_id=incident))


def test_a_second_acknowledgement_counts_from_its_tier(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.pass_time(20)
    small_desk.marco.apply(phases.Acknowledge(incident_id=incident))
    (told,) = [
        event.data["seconds"] for event in small_desk.case(incident).events if event.kind.value == "acknowledged"
    ]
    assert told == 5 * MINUTE


# --- stepping back


def step_back(desk: SmallDesk, incident: str, phase: Phase) -> None:
    desk.lena.apply(phases.StepBack(incident_id=incident, phase=phase, reason="It spreads again."))


def causes(desk: SmallDesk, incident: str) -> dict[TimerKind, str]:
    mine = select(Timer.kind, Timer.breach_cause).where(Timer.incident_id == incident, Timer.breach_cause.is_not(None))
    return {kind: str(cause) for kind, cause in desk.database.read(lambda session: session.execute(mine).all())}


def test_stepping_back_to_containment_goes_on_with_the_time_already_used(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(phases.Acknowledge(incident_id=incident))
    small_desk.clock.turn(minutes=20)
    small_desk.lena.apply(phases.Contain(incident_id=incident))
    small_desk.clock.turn(minutes=60)
    step_back(small_desk, incident, Phase.CONTAINMENT)
    case = small_desk.case(incident)
    assert (case.phase, case.contained_at) == (Phase.CONTAINMENT, None)
    timer = small_desk.timer(incident, TimerKind.CONTAIN)
    # two hours allowed, twenty minutes used, the hour in which it was contained left out
    assert (timer.pass_number, timer.due_at) == (2, small_desk.after(100))
    assert small_desk.timer(incident, TimerKind.RESOLVE).pass_number == 1
    assert armed(small_desk, incident) == [small_desk.after(45)]  # not contained, to the third tier
    last = case.events[-1]
    assert (last.kind.value, last.body, last.data["before"]) == ("stepped_back", "It spreads again.", "resolution")


def test_stepping_back_over_the_target_breaches_at_once(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.pass_time(3 * 60)
    small_desk.lena.apply(phases.Contain(incident_id=incident))
    small_desk.clock.turn(minutes=30)
    step_back(small_desk, incident, Phase.ASSESSMENT)
    small_desk.pass_time(0)
    timer = small_desk.timer(incident, TimerKind.CONTAIN)
    assert (timer.pass_number, timer.breached_at) == (2, small_desk.clock.at)


def test_every_pass_has_its_own_verdict(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.clock.turn(minutes=100)
    small_desk.lena.apply(phases.Contain(incident_id=incident))
    step_back(small_desk, incident, Phase.CONTAINMENT)
    small_desk.pass_time(30)
    small_desk.lena.apply(phases.Contain(incident_id=incident))
    mine = select(Timer.pass_number, Timer.state, Timer.used_seconds).where(
        Timer.incident_id == incident, Timer.kind == TimerKind.CONTAIN
    )
    found = small_desk.database.read(lambda session: session.execute(mine.order_by(Timer.pass_number)).all())
    assert [tuple(row) for row in found] == [
        (1, TimerState.MET, 100 * MINUTE),
        (2, TimerState.MET_LATE, 130 * MINUTE),
    ]
    assert causes(small_desk, incident)[TimerKind.CONTAIN] == "time"


def test_stepping_back_from_a_resolution_is_a_reopening(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.clock.turn(minutes=60)
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    small_desk.clock.turn(minutes=30)
    step_back(small_desk, incident, Phase.RESOLUTION)
    case = small_desk.case(incident)
    assert (case.phase, case.resolved_at, case.contained_at) == (Phase.RESOLUTION, None, START + timedelta(minutes=60))
    timer = small_desk.timer(incident, TimerKind.RESOLVE)
    assert (timer.pass_number, timer.due_at) == (2, small_desk.after(180))
    assert small_desk.timer(incident, TimerKind.CONTAIN).pass_number == 1


def test_stepping_back_all_the_way_restarts_both(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.clock.turn(minutes=60)
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    step_back(small_desk, incident, Phase.TRIAGE)
    case = small_desk.case(incident)
    assert (case.phase, case.resolved_at, case.contained_at) == (Phase.TRIAGE, None, None)
    numbers = [small_desk.timer(incident, kind).pass_number for kind in (TimerKind.CONTAIN, TimerKind.RESOLVE)]
    assert numbers == [2, 2]
    assert case.acknowledged_at is not None


def test_stepping_back_leaves_steps_that_are_armed_as_they_are(small_desk: SmallDesk) -> None:
    small_desk.publish(paths=[{"key": "money", "name": "Money", "steps": [TO_T3_UNRESOLVED]}, MATRIX["paths"][1]])
    incident = small_desk.open()
    small_desk.clock.turn(minutes=20)
    small_desk.lena.apply(phases.Contain(incident_id=incident))
    step_back(small_desk, incident, Phase.CONTAINMENT)
    assert armed(small_desk, incident) == [START + timedelta(minutes=30)]


@pytest.mark.parametrize("phase", [Phase.RESOLUTION, Phase.COMMUNICATION, Phase.CLOSED])
def test_only_an_earlier_phase_is_stepped_back_to(small_desk: SmallDesk, phase: Phase) -> None:
    incident = small_desk.open()
    small_desk.lena.apply(phases.Contain(incident_id=incident))
    with pytest.raises(StateError, match="is not before resolution"):
        step_back(small_desk, incident, phase)


def test_stepping_back_needs_a_reason_an_open_incident_and_a_recent_resolution(small_desk: SmallDesk) -> None:
    incident, closed = small_desk.open(), small_desk.open()
    for one in (incident, closed):
        small_desk.lena.apply(phases.Resolve(incident_id=one))
    small_desk.lena.apply(phases.Close(incident_id=closed, reason="Done."))
    with pytest.raises(StateError, match="needs a reason"):
        small_desk.lena.apply(phases.StepBack(incident_id=incident, phase=Phase.TRIAGE, reason=" "))
    with pytest.raises(StateError, match="closed"):
        step_back(small_desk, closed, Phase.RESOLUTION)
    small_desk.clock.turn(minutes=8 * 24 * 60)
    with pytest.raises(StateError, match="more than 7 days ago"):
        step_back(small_desk, incident, Phase.RESOLUTION)
    assert small_desk.case(incident).phase is Phase.COMMUNICATION


def test_reopening_over_target_says_that_as_the_cause(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    small_desk.clock.turn(minutes=5 * 60)
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    small_desk.lena.apply(phases.Reopen(incident_id=incident, reason="It came back."))
    small_desk.pass_time(0)
    assert causes(small_desk, incident)[TimerKind.RESOLVE] == "reopened"


def test_the_version_says_for_how_many_days_an_incident_is_reopened(small_desk: SmallDesk) -> None:
    small_desk.publish(settings={"reopen_days": 30})
    incident = small_desk.open()
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    small_desk.clock.turn(minutes=29 * 24 * 60)
    small_desk.lena.apply(phases.Reopen(incident_id=incident, reason="It came back."))
    assert small_desk.case(incident).phase is Phase.RESOLUTION


# --- message and resolution at one instant


def tell(desk: SmallDesk, incident: str, scenario: str) -> None:
    desk.lena.apply(
        SendMessage(incident_id=incident, body="Solved.", channel=Channel.EMAIL, scenario=scenario, confirmed=True)
    )


def test_a_message_at_the_instant_of_the_resolution_keeps_the_beat_until_word_of_it(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    tell(small_desk, incident, "update")
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    assert small_desk.timer(incident, TimerKind.NEXT_UPDATE).state is TimerState.RUNNING
    tell(small_desk, incident, RESOLUTION)
    timer = small_desk.timer(incident, TimerKind.NEXT_UPDATE)
    assert (timer.pass_number, timer.state, timer.met_at) == (1, TimerState.MET, START)
    small_desk.lena.apply(phases.Close(incident_id=incident))


def test_word_of_a_resolution_sent_before_it_is_an_update(small_desk: SmallDesk) -> None:
    incident = small_desk.open()
    tell(small_desk, incident, RESOLUTION)
    small_desk.lena.apply(phases.Resolve(incident_id=incident))
    assert small_desk.timer(incident, TimerKind.NEXT_UPDATE).state is TimerState.RUNNING
    with pytest.raises(StateError, match="not been told"):
        small_desk.lena.apply(phases.Close(incident_id=incident))
