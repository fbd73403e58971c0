"""Whatever people do to a pass, each of its moments fires at most once and a breach stays (domain.md §3.1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.models.enums import Moment, TimerKind, TimerState
from app.services.clock.calendar import AROUND_THE_CLOCK, WorkCalendar
from app.services.clock.events import Act
from app.services.clock.explain import explain
from app.services.clock.machine import Deed, begin, fire, perform
from app.services.clock.openings import LAST_YEAR
from app.services.clock.timers import TimerPlan, computed_due, due, moments, next_moment, schedule

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OFFICE = WorkCalendar.from_json(
    {
        "time_zone": "Europe/Oslo",
        "hours": {day: [["08:00", "12:00"], ["13:00", "20:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
    }
)
CENTURY = 100 * 365 * 86400
minutes = st.integers(1, 600)


class Pass(RuleBasedStateMachine):
    """A pass as the database holds it: what comes next is stored, and fired by a watch that may be late."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.timer = begin(TimerPlan(TimerKind.CONTAIN, START, 4 * 3600, OFFICE))
        self.coming = next_moment(self.timer)
        self.told: list[Moment] = []
        self.first_breach: datetime | None = None

    def act(self, act: Act, seconds: int | None = None, due_at: datetime | None = None, away: bool = False) -> None:
        calendar = (AROUND_THE_CLOCK if away else OFFICE) if act is Act.RETARGET else None
        deed = Deed(self.now, act, seconds=seconds, calendar=calendar, due=due_at)
        self.timer = perform(self.timer, deed).timer
        self.coming = next_moment(self.timer, self.now)

    @rule(length=minutes)
    def time_passes_without_a_watch(self, length: int) -> None:
        self.now += timedelta(minutes=length)

    @rule(length=minutes)
    def time_passes(self, length: int) -> None:
        self.now += timedelta(minutes=length)
        while self.coming is not None and self.coming.at <= self.now:
            assert self.coming.name not in self.told
            self.told.append(self.coming.name)
            self.timer = fire(self.timer, self.coming.name, self.coming.at)
            self.coming = next_moment(self.timer)
        if self.timer.state is not TimerState.PAUSED and due(self.timer.plan) <= self.now:
            assert Moment.DUE in self.told

    @rule(length=minutes, away=st.booleans())
    def the_target_changes(self, length: int, away: bool) -> None:
        self.act(Act.RETARGET, seconds=length * 60, away=away)

    @rule(ahead=minutes)
    def somebody_pins(self, ahead: int) -> None:
        self.act(Act.PIN, due_at=self.now + timedelta(minutes=ahead))

    @precondition(lambda self: self.timer.plan.pinned_due is not None)
    @rule()
    def somebody_unpins(self) -> None:
        self.act(Act.PIN)

    @precondition(lambda self: self.timer.state is not TimerState.PAUSED)
    @rule()
    def it_waits(self) -> None:
        self.act(Act.PAUSE)

    @precondition(lambda self: self.timer.state is TimerState.PAUSED)
    @rule()
    def it_goes_on(self) -> None:
        self.act(Act.RESUME)

    @invariant()
    def a_breach_stays(self) -> None:
        if self.first_breach is None:
            self.first_breach = self.timer.breached_at
        assert self.timer.breached_at == self.first_breach

    @invariant()
    def counting_anew_changes_nothing(self) -> None:
        assert schedule(self.timer).due == due(self.timer.plan)
        assert schedule(self.timer).computed_due == computed_due(self.timer.plan)
        assert schedule(self.timer).next == next_moment(self.timer)

    @invariant()
    def nothing_fires_that_was_told(self) -> None:
        assert self.coming is None or self.coming.name not in self.told

    def teardown(self) -> None:
        ended = perform(self.timer, Deed(self.now, Act.STOP)).timer
        assert ended.state in (TimerState.MET, TimerState.MET_LATE)
        if ended.plan.pinned_due is None and self.now > computed_due(ended.plan):
            assert (ended.state, ended.breached_at is not None) == (TimerState.MET_LATE, True)


TestPass = Pass.TestCase
TestPass.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


@pytest.mark.parametrize("seconds", [0, 1, CENTURY])
def test_the_clock_survives_targets_that_no_matrix_may_have(seconds: int) -> None:
    timer = begin(TimerPlan(TimerKind.RESOLVE, START, seconds, OFFICE))
    found = moments(timer.plan)
    assert found[-1].name is Moment.DUE
    assert due(timer.plan) >= START
    assert due(timer.plan).year < LAST_YEAR
    assert next_moment(timer, START) is not None
    stopped = perform(timer, Deed(START + timedelta(minutes=1), Act.STOP)).timer
    assert explain(stopped, START + timedelta(minutes=1)).used_seconds == 60


def test_a_target_of_nothing_is_due_at_its_start_and_warns_of_nothing() -> None:
    timer = begin(TimerPlan(TimerKind.RESOLVE, START, 0, OFFICE))
    assert [(one.name, one.at) for one in moments(timer.plan)] == [(Moment.DUE, START)]
