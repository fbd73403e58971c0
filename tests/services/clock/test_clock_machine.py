"""The timer state machine: what events ask for, what acts do. Domain, section 3.1."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.models.enums import Moment, StepCondition, TimerKind, TimerState
from app.services.clock.calendar import WorkCalendar
from app.services.clock.events import (
    EFFECTS,
    MACHINE,
    NEW_PASS,
    Act,
    Effect,
    TimerEvent,
    effects,
    event_rows,
    machine_rows,
)
from app.services.clock.machine import Deed, begin, fire, in_order, perform, replay
from app.services.clock.timers import Pause, Timer, TimerPlan, due, next_moment, used

OPEN_STATES = (TimerState.WAITING, TimerState.RUNNING, TimerState.PAUSED)


def at(clock: str) -> datetime:
    """An instant of Friday 20 November 2026, UTC."""
    return datetime.fromisoformat(f"2026-11-20T{clock}").replace(tzinfo=UTC)


PLAN = TimerPlan(TimerKind.RESOLVE, at("10:00"), 3600)
UPDATE = TimerPlan(TimerKind.NEXT_UPDATE, at("10:00"), 3600)
STEP = TimerPlan(TimerKind.STEP, at("10:00"), 1800)


def in_state(state: TimerState, plan: TimerPlan = PLAN) -> Timer:
    if state is TimerState.PAUSED:
        return Timer(replace(plan, pauses=(Pause(at("10:20")),)), state)
    ended = None if state in OPEN_STATES else at("10:25")
    return Timer(plan, state, ended_at=ended)


@pytest.mark.parametrize("state", TimerState)
@pytest.mark.parametrize("act", [act for act in Act if act is not Act.START])
@pytest.mark.parametrize("clock", ["10:30", "11:30"])
@pytest.mark.parametrize("plan", [PLAN, STEP], ids=["resolve", "step"])
def test_every_act_leads_where_the_table_says(act: Act, state: TimerState, clock: str, plan: TimerPlan) -> None:
    timer = in_state(state, plan)
    change = perform(timer, Deed(at(clock), act, seconds=600, due=at("12:00")))
    allowed = MACHINE[act].get(state, (state,))
    assert change.timer.state in allowed
    assert (change.next_pass is not None) == (state in NEW_PASS.get(act, ()))
    if change.next_pass is not None:
        assert change.next_pass.pass_number == 2
        assert change.next_pass.fired == frozenset()


def test_events_do_what_the_domain_says() -> None:
    assert effects(TimerEvent.OPENED) == tuple(
        Effect(kind, Act.START)
        for kind in (TimerKind.ACKNOWLEDGE, TimerKind.FIRST_UPDATE, TimerKind.CONTAIN, TimerKind.RESOLVE)
    )
    assert Effect(TimerKind.STEP, Act.STOP, StepCondition.NOT_ACKNOWLEDGED) in effects(TimerEvent.ACKNOWLEDGED)
    touched = {effect.kind for effect in effects(TimerEvent.WATCH_MESSAGE_LEFT)}
    assert touched == {TimerKind.NEXT_UPDATE}
    assert effects(TimerEvent.THANKED) == ()
    assert {e.kind for e in effects(TimerEvent.ENDED)} == set(TimerKind)


def test_resolving_stops_contain_and_leaves_updates_running() -> None:
    found = effects(TimerEvent.RESOLVED)
    stopped = {effect.kind for effect in found if effect.act is Act.STOP}
    assert {TimerKind.RESOLVE, TimerKind.CONTAIN} <= stopped
    cancelled = {effect.kind for effect in found if effect.act is Act.CANCEL}
    assert cancelled == {TimerKind.STEP, TimerKind.OFFER, TimerKind.APPROVAL}
    assert TimerKind.NEXT_UPDATE not in {effect.kind for effect in found}


def test_a_reason_for_waiting_names_what_it_pauses() -> None:
    assert {e.kind for e in effects(TimerEvent.WAITING)} == {TimerKind.CONTAIN, TimerKind.RESOLVE, TimerKind.STEP}
    assert effects(TimerEvent.WAITING, (TimerKind.RESOLVE,)) == (Effect(TimerKind.RESOLVE, Act.PAUSE),)


def test_acts_of_one_instant_apply_as_stop_reset_pause_resume_start() -> None:
    order = [Act.STOP, Act.RESET, Act.PAUSE, Act.RESUME, Act.START, Act.FIRE]
    now = [Deed(at("10:30"), act) for act in reversed(order)]
    assert [deed.act for deed in in_order([*now, Deed(at("10:29"), Act.FIRE)])] == [Act.FIRE, *order]


def test_stopping_at_the_due_instant_comes_before_its_breach() -> None:
    deeds = [Deed(at("11:00"), Act.FIRE, moment=Moment.DUE), Deed(at("11:00"), Act.STOP)]
    (timer,) = replay(begin(PLAN), deeds)
    assert (timer.state, timer.breached_at) == (TimerState.MET, None)


def test_a_breached_timer_runs_on_and_ends_met_late() -> None:
    timer = fire(begin(PLAN), Moment.DUE, at("11:00"))
    assert (timer.state, timer.breached_at) == (TimerState.RUNNING, at("11:00"))
    ended = perform(timer, Deed(at("11:18"), Act.STOP)).timer
    assert (ended.state, used(ended.plan, at("11:18"))) == (TimerState.MET_LATE, 78 * 60)


def test_a_late_end_is_a_breach_even_before_a_watch_saw_it() -> None:
    ended = perform(begin(PLAN), Deed(at("11:18"), Act.STOP)).timer
    assert ended.breached_at == at("11:00")
    assert perform(begin(PLAN), Deed(at("11:18"), Act.CANCEL)).timer.breached_at == at("11:00")


@pytest.mark.parametrize("kind", [TimerKind.STEP, TimerKind.OFFER, TimerKind.APPROVAL])
def test_steps_offers_and_approvals_end_fired_and_never_breach(kind: TimerKind) -> None:
    timer = fire(begin(replace(PLAN, kind=kind)), Moment.DUE, at("11:00"))
    assert (timer.state, timer.breached_at, timer.ended_at) == (TimerState.FIRED, None, at("11:00"))
    late = perform(begin(replace(PLAN, kind=kind)), Deed(at("11:18"), Act.STOP)).timer
    assert (late.state, late.breached_at) == (TimerState.MET, None)


def test_a_moment_fires_once_in_a_pass() -> None:
    breached = fire(begin(PLAN), Moment.DUE, at("11:00"))
    assert fire(breached, Moment.DUE, at("11:30")) == breached
    longer = perform(breached, Deed(at("11:10"), Act.RETARGET, seconds=7200)).timer
    found = next_moment(longer, at("11:10"))
    assert found is not None
    assert (found.name, found.at) == (Moment.WARN_1, at("11:30"))
    everything = replace(longer, fired=frozenset(Moment))
    assert next_moment(everything, at("11:10")) is None


def test_waiting_pauses_and_an_answer_resumes() -> None:
    deeds = [Deed(at("10:15"), Act.PAUSE, "asked for a log"), Deed(at("10:45"), Act.RESUME)]
    (timer,) = replay(begin(PLAN), deeds)
    assert (timer.state, due(timer.plan)) == (TimerState.RUNNING, at("11:30"))
    assert timer.plan.pauses == (Pause(at("10:15"), at("10:45"), "asked for a log"),)


def test_a_breached_timer_pauses_too() -> None:
    breached = fire(begin(PLAN), Moment.DUE, at("11:00"))
    paused = perform(breached, Deed(at("11:10"), Act.PAUSE)).timer
    assert (paused.state, used(paused.plan, at("15:00"))) == (TimerState.PAUSED, 70 * 60)


def test_a_new_target_counts_from_the_original_start_and_may_breach_at_once() -> None:
    deeds = [
        Deed(at("10:10"), Act.PAUSE),
        Deed(at("10:20"), Act.RESUME),
        Deed(at("10:45"), Act.RETARGET, seconds=1800),
    ]
    (timer,) = replay(begin(PLAN), deeds)
    assert due(timer.plan) == at("10:40")
    found = next_moment(timer, at("10:45"))
    assert found is not None
    assert (found.name, found.at) == (Moment.DUE, at("10:45"))


def test_each_update_starts_the_next_pass() -> None:
    first, second = replay(begin(UPDATE), [Deed(at("10:40"), Act.RESET)])
    assert (first.state, first.ended_at) == (TimerState.MET, at("10:40"))
    assert (second.state, second.pass_number, due(second.plan)) == (TimerState.RUNNING, 2, at("11:40"))


def test_a_steady_beat_goes_on_from_the_due_time_when_early_only() -> None:
    _, early = replay(begin(UPDATE), [Deed(at("10:40"), Act.RESET, steady=True)])
    assert due(early.plan) == at("12:00")
    _, late = replay(begin(UPDATE), [Deed(at("11:10"), Act.RESET, steady=True)])
    assert due(late.plan) == at("12:10")


def test_a_new_pass_forgets_pins_and_pauses() -> None:
    deeds = [
        Deed(at("10:10"), Act.PIN, due=at("14:00")),
        Deed(at("10:20"), Act.PAUSE),
        Deed(at("10:40"), Act.RESET),
    ]
    _, second = replay(begin(UPDATE), deeds)
    assert (second.plan.pinned_due, second.plan.pauses, second.state) == (None, (), TimerState.RUNNING)


def test_a_pin_wins_until_it_is_taken_out() -> None:
    pinned = perform(begin(PLAN), Deed(at("10:10"), Act.PIN, due=at("12:00"))).timer
    assert due(pinned.plan) == at("12:00")
    assert due(perform(pinned, Deed(at("10:20"), Act.PIN)).timer.plan) == at("11:00")


def test_entering_a_tier_begins_a_new_pass_of_acknowledge() -> None:
    plan = replace(PLAN, kind=TimerKind.ACKNOWLEDGE, target_seconds=900)
    change = perform(begin(plan), Deed(at("10:10"), Act.RENEW))
    assert (change.timer.state, change.timer.breached_at) == (TimerState.CANCELLED, None)
    assert change.next_pass is not None
    assert due(change.next_pass.plan) == at("10:25")
    missed = perform(begin(plan), Deed(at("10:20"), Act.RENEW)).timer
    assert missed.breached_at == at("10:15")


def test_reopening_goes_on_with_the_time_already_used() -> None:
    first, second = replay(begin(PLAN), [Deed(at("10:40"), Act.STOP), Deed(at("14:00"), Act.REOPEN)])
    assert first.state is TimerState.MET
    assert (second.pass_number, used(second.plan, at("14:00"))) == (2, 40 * 60)
    assert due(second.plan) == at("14:20")


def test_reopening_over_the_target_breaches_at_once() -> None:
    _, second = replay(begin(PLAN), [Deed(at("11:18"), Act.STOP), Deed(at("14:00"), Act.REOPEN)])
    found = next_moment(second, at("14:00"))
    assert found is not None
    assert (found.name, found.at) == (Moment.DUE, at("14:00"))
    breached = fire(second, found.name, found.at)
    assert (breached.breached_at, used(breached.plan, at("14:02"))) == (at("14:00"), 80 * 60)


def test_undoing_an_act_is_a_replay_without_it() -> None:
    acts = [Deed(at("10:15"), Act.PAUSE), Deed(at("10:45"), Act.RESUME), Deed(at("10:50"), Act.STOP)]
    (undone,) = replay(begin(PLAN), acts[:2])
    assert undone.state is TimerState.RUNNING
    found = next_moment(undone)
    assert found is not None
    assert found.at == at("11:15")


def test_a_pass_that_begins_out_of_hours_waits() -> None:
    hours = WorkCalendar.from_json({"time_zone": "UTC", "hours": {"fri": [["12:00", "17:00"]]}})
    timer = begin(replace(PLAN, calendar=hours))
    assert timer.state is TimerState.WAITING
    paused = perform(timer, Deed(at("11:00"), Act.PAUSE)).timer
    assert perform(paused, Deed(at("11:30"), Act.RESUME)).timer.state is TimerState.WAITING
    assert perform(paused, Deed(at("12:30"), Act.RESUME)).timer.state is TimerState.RUNNING


def test_the_tables_print() -> None:
    events = dict(event_rows())
    assert set(events) == {str(event).replace("_", " ") for event in EFFECTS}
    assert (
        events["contained"] == "stop acknowledge; stop step (not acknowledged); stop contain; stop step (not contained)"
    )
    head, *rows = machine_rows()
    assert head[:4] == ("act", "waiting", "running", "paused")
    assert [row[0] for row in rows] == [str(act) for act in Act]
    assert ("resume", "·", "·", "waiting or running", "·", "·", "·", "·", "·") in rows
