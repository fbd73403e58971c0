"""The acts of the timer state machine: an open pass in, the changed pass (and perhaps the next one) out.

Which event asks for which act, and where an act may lead, stands as tables in `events`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from app.models.enums import Moment, TimerState
from app.services.clock.events import NEW_PASS, ORDER, Act
from app.services.clock.openings import OpenTime
from app.services.clock.reading import NEVER_BREACH
from app.services.clock.timers import REOPENED, Pause, Timer, TimerPlan, due, verdict, with_pause_ended


@dataclass(frozen=True, slots=True)
class Deed:
    """An act with what it needs: a pause its reason, a pin its due time, a retarget or new pass seconds and calendar.

    `at` of a firing is when the moment was due, not when somebody got round to it.
    """

    at: datetime
    act: Act
    reason: str = ""
    seconds: int | None = None
    calendar: OpenTime | None = None
    due: datetime | None = None
    steady: bool = False
    moment: Moment | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a pass, and the next pass where the act began one."""

    timer: Timer
    next_pass: Timer | None = None


def in_order(deeds: Iterable[Deed]) -> list[Deed]:
    """Deeds by instant; those of one instant as stop, reset, pause, resume, start, and firing last."""
    return sorted(deeds, key=lambda deed: (deed.at, ORDER[deed.act]))


def begin(plan: TimerPlan, at: datetime | None = None, pass_number: int = 1) -> Timer:
    """A pass that begins; it waits when its calendar is closed at `at` (default: its start)."""
    return Timer(plan, _going(plan, at or plan.started_at), pass_number)


def perform(timer: Timer, deed: Deed) -> Change:
    """Do one act. An act that means nothing in the state the timer is in changes nothing."""
    match deed.act:
        case Act.RESET:
            return _reset(timer, deed)
        case Act.RENEW:
            return Change(_cancel(timer, deed.at), _next_pass(timer, deed, deed.at))
        case Act.REOPEN:
            return _reopen(timer, deed)
        case Act.FIRE:
            return Change(fire(timer, deed.moment or Moment.DUE, deed.at))
    return Change(_within(timer, deed) if timer.open else timer)


def replay(timer: Timer, deeds: Iterable[Deed]) -> tuple[Timer, ...]:
    """All passes after doing the deeds in order. Undoing an act is a replay without it."""
    passes = [timer]
    for deed in in_order(deeds):
        change = perform(passes[-1], deed)
        passes[-1] = change.timer
        if change.next_pass is not None:
            passes.append(change.next_pass)
    return tuple(passes)


def fire(timer: Timer, moment: Moment, at: datetime) -> Timer:
    """Record that a moment due at `at` was handled. When due, a step, offer or approval ends; others are breached."""
    if not timer.open or moment in timer.fired:
        return timer
    fired = timer.fired | {moment}
    if moment is not Moment.DUE:
        return replace(timer, fired=fired)
    if timer.plan.kind in NEVER_BREACH:
        return replace(timer, fired=fired, state=TimerState.FIRED, ended_at=at)
    return replace(timer, fired=fired, breached_at=timer.breached_at or at)


def _within(timer: Timer, deed: Deed) -> Timer:
    """The acts that stay within the pass of an open timer."""
    plan = timer.plan
    match deed.act:
        case Act.STOP:
            return _stop(timer, deed.at)
        case Act.CANCEL:
            return _cancel(timer, deed.at)
        case Act.PAUSE if timer.state is not TimerState.PAUSED:
            pauses = (*plan.pauses, Pause(deed.at, None, deed.reason))
            return replace(timer, state=TimerState.PAUSED, plan=replace(plan, pauses=pauses))
        case Act.RESUME if timer.state is TimerState.PAUSED:
            return replace(timer, state=_going(plan, deed.at), plan=with_pause_ended(plan, deed.at))
        # what was late before the due time moves is late for good, though nobody has fired it yet
        case Act.RETARGET:
            return replace(_note_breach(timer, deed.at), plan=_retargeted(plan, deed))
        case Act.PIN:
            return replace(_note_breach(timer, deed.at), plan=replace(plan, pinned_due=deed.due))
    return timer


def _stop(timer: Timer, at: datetime) -> Timer:
    found = verdict(timer.plan, at)
    return replace(_note_breach(timer, at), plan=with_pause_ended(timer.plan, at), state=found.state, ended_at=at)


def _cancel(timer: Timer, at: datetime) -> Timer:
    if not timer.open:
        return timer
    plan = with_pause_ended(timer.plan, at)
    return replace(_note_breach(timer, at), plan=plan, state=TimerState.CANCELLED, ended_at=at)


def _note_breach(timer: Timer, at: datetime) -> Timer:
    """A breach that nobody had recorded when the pass ended is one all the same."""
    due_at = due(with_pause_ended(timer.plan, at))
    if at <= due_at or timer.breached_at is not None or timer.plan.kind in NEVER_BREACH:
        return timer
    return replace(timer, breached_at=due_at)


def _reset(timer: Timer, deed: Deed) -> Change:
    """End the pass and begin the next one from now; with a steady beat from the due time when that was kept."""
    due_at = due(timer.plan)
    ended = _stop(timer, deed.at) if timer.open else timer
    early = deed.steady and timer.open and deed.at < due_at
    return Change(ended, _next_pass(timer, deed, due_at if early else deed.at))


def _next_pass(timer: Timer, deed: Deed, start: datetime) -> Timer:
    plan = replace(_retargeted(timer.plan, deed), started_at=start, pauses=(), pinned_due=None)
    return begin(plan, pass_number=timer.pass_number + 1)


def _reopen(timer: Timer, deed: Deed) -> Change:
    """A new pass that keeps the start and what was used; the time since the end is a pause."""
    if timer.ended_at is None or timer.state not in NEW_PASS[Act.REOPEN]:
        return Change(timer)
    gap = Pause(timer.ended_at, deed.at, deed.reason or REOPENED)
    plan = replace(_retargeted(timer.plan, deed), pauses=(*timer.plan.pauses, gap), pinned_due=None)
    return Change(timer, begin(plan, deed.at, timer.pass_number + 1))


def _retargeted(plan: TimerPlan, deed: Deed) -> TimerPlan:
    """The plan with the deed's seconds and calendar where it has any."""
    seconds = plan.target_seconds if deed.seconds is None else deed.seconds
    return replace(plan, target_seconds=seconds, calendar=deed.calendar or plan.calendar)


def _going(plan: TimerPlan, at: datetime) -> TimerState:
    return TimerState.RUNNING if plan.calendar.is_open(at) else TimerState.WAITING
