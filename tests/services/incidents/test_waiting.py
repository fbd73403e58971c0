"""Waiting and going on (domain.md §3.1)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.models.enums import TimerKind, TimerState
from app.services.clock.explain import Counts
from app.services.database.errors import StateError
from app.services.incidents import phases
from app.services.incidents.waiting import GoOn, Wait, WaitingFor
from app.services.incidents.why import why
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
