"""New passes of timers: each counts by the target that holds when it begins (domain.md §3.1).

Facts may have changed since the pass before ended, whose verdict went by the target of its own time.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.models.enums import OPEN_TIMER_STATES, TimerKind
from app.models.timer import Timer
from app.services.clock.events import Act
from app.services.incidents.targets import IncidentTarget, target_of
from app.services.incidents.timing import Timers, TimerStart
from app.services.matrix.policy import Policy


def ask_again(timers: Timers, policy: Policy, at: datetime) -> None:
    """A new pass of acknowledge from ``at``; none where no target asks for one any more."""
    target = target_of(timers.work.session, policy, timers.incident, TimerKind.ACKNOWLEDGE)
    before = timers.latest(TimerKind.ACKNOWLEDGE)
    if target is None:
        for row in timers.open(TimerKind.ACKNOWLEDGE):
            timers.do(row, Act.CANCEL, at)
    elif before is None:
        start = TimerStart(TimerKind.ACKNOWLEDGE, at, target.seconds, calendar_id=target.calendar_id, rule=target.rule)
        timers.start(start)
    else:
        _begin(timers, before, Act.RENEW, at, target)


def reopen(timers: Timers, policy: Policy, at: datetime) -> None:
    """A new pass of resolve that goes on where the last one ended, and of next update from now if it had ended."""
    run_again(timers, policy, TimerKind.RESOLVE, at)
    target = target_of(timers.work.session, policy, timers.incident, TimerKind.NEXT_UPDATE)
    for customer in {row.customer_id for row in timers.rows if row.kind is TimerKind.NEXT_UPDATE}:
        last = timers.latest(TimerKind.NEXT_UPDATE, customer)
        one_time = last is not None and last.rule.get("promise")  # no target asks for another update
        if target is not None and last is not None and last.state not in OPEN_TIMER_STATES and not one_time:
            _begin(timers, last, Act.RESET, at, target)


def run_again(timers: Timers, policy: Policy, kind: TimerKind, at: datetime) -> None:
    """A new pass of that kind that goes on where the last one ended; over its target it is breached at ``at``."""
    target = target_of(timers.work.session, policy, timers.incident, kind)
    last = timers.latest(kind)
    if last is not None and target is not None:
        timers.blame(_begin(timers, last, Act.REOPEN, at, target, since=at), "reopened")


def _begin(timers: Timers, before: Timer, act: Act, at: datetime, target: IncidentTarget, **details: Any) -> Timer:
    row = timers.do(before, act, at, seconds=target.seconds, calendar=target.calendar, **details)
    if row is not before:
        row.calendar_id, row.rule = target.calendar_id, target.rule
    return row
