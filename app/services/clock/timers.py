"""One pass of one timer: when it is due, what happens on the way there and how it ends. Values in, values out.

A pass keeps its original start. Everything that does not count since then (waiting for somebody, the time between a
resolution and its reopening) is a pause of the plan, so that every due time can be computed, and explained, from
the plan alone (domain, section 3.1).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache

from app.models.enums import OPEN_TIMER_STATES, Moment, TimerKind, TimerState
from app.services.clock.calendar import AROUND_THE_CLOCK
from app.services.clock.openings import OpenTime
from app.services.clock.reading import NEVER_BREACH, TimerRecord
from app.services.clock.spans import Span, merge

SECOND = timedelta(seconds=1)
WARN_SHARES = (0.75, 0.90)
FIVE_MINUTES = 5 * 60
# Below this target five minutes before due would come too early to mean "soon".
FIVE_MINUTES_FROM = 20 * 60

REOPENED = "resolved"


@dataclass(frozen=True, slots=True)
class Pause:
    """A span in which a timer stands still; `end` is None while it lasts."""

    start: datetime
    end: datetime | None = None
    reason: str = ""


@lru_cache(maxsize=64)
def _check_shares(shares: tuple[float, ...]) -> None:
    ordered = list(shares) == sorted(set(shares))
    if len(shares) > 2 or not ordered or not all(0 < share < 1 for share in shares):
        raise ValueError(f"Warn shares must be at most two, rising, between 0 and 1: {shares}")


@dataclass(frozen=True, slots=True)
class TimerPlan:
    """What a due time is made of. `target_seconds` is counted time; `warn_shares` are one or two shares of it."""

    kind: TimerKind
    started_at: datetime
    target_seconds: int
    calendar: OpenTime = AROUND_THE_CLOCK
    pauses: tuple[Pause, ...] = ()
    warn_shares: tuple[float, ...] = WARN_SHARES
    pinned_due: datetime | None = None

    def __post_init__(self) -> None:
        """Raise `ValueError` for warn shares that no moment can stand for."""
        _check_shares(self.warn_shares)


@dataclass(frozen=True, slots=True)
class Timer:
    """A pass as it stands: its plan, its state and what has happened to it."""

    plan: TimerPlan
    state: TimerState = TimerState.RUNNING
    pass_number: int = 1
    fired: frozenset[Moment] = field(default_factory=frozenset)
    breached_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether the pass still waits for its end."""
        return self.state in OPEN_TIMER_STATES


@dataclass(frozen=True, slots=True)
class TimerMoment:
    """An instant at which something must happen for a timer; the last one before due is *due soon*."""

    name: Moment
    at: datetime
    due_soon: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a pass ended. `kept_pin`: late by its own target, yet within the due time that a person pinned."""

    state: TimerState
    used_seconds: int
    late_seconds: int = 0
    kept_pin: bool = False


def computed_due(plan: TimerPlan) -> datetime:
    """The due time that start, target, calendar and ended pauses give, whatever is pinned. Verdicts go by it.

    A pause that still lasts is not counted, so this is the due time if the timer had gone on at once.
    """
    return plan.calendar.due(plan.started_at, plan.target_seconds, _ended_pauses(plan))


def due(plan: TimerPlan) -> datetime:
    """The due time in force: the pinned one, else the computed one."""
    return plan.pinned_due if plan.pinned_due is not None else computed_due(plan)


def due_if_resumed(plan: TimerPlan, now: datetime) -> datetime:
    """When a paused timer would be due if it went on now."""
    return due(with_pause_ended(plan, now))


def used(plan: TimerPlan, at: datetime) -> int:
    """Whole counted seconds from the start to `at`, pauses left out; 0 before the start."""
    if at <= plan.started_at:
        return 0
    return plan.calendar.elapsed(plan.started_at, at, pause_spans(plan, at))


def pause_spans(plan: TimerPlan, until: datetime) -> tuple[Span, ...]:
    """The pauses as spans, one that still lasts ending at `until`."""
    return tuple((pause.start, max(pause.start, pause.end or until)) for pause in plan.pauses)


def with_pause_ended(plan: TimerPlan, at: datetime) -> TimerPlan:
    """The plan with a pause that still lasts ended at `at`."""
    pauses = tuple(replace(p, end=max(p.start, at)) if p.end is None else p for p in plan.pauses)
    return replace(plan, pauses=pauses)


def paused_since(plan: TimerPlan) -> datetime | None:
    """When the pause that still lasts began."""
    return next((pause.start for pause in plan.pauses if pause.end is None), None)


def moments(plan: TimerPlan) -> tuple[TimerMoment, ...]:
    """Everything that must happen up to the due time, in order: warn shares, five minutes before, due.

    A moment that would not come before the next one is left out, so a target of 0 has its due time only.
    """
    timed = _timed(plan)
    return tuple(_moment(timed, name, at) for name, at in timed)


Timed = list[tuple[Moment, datetime]]


def _timed(plan: TimerPlan) -> Timed:
    """The moments without their wrapping: thousands are worked out when a calendar changes."""
    pinned = plan.pinned_due
    total = plan.target_seconds if pinned is None else used(_without_open_pause(plan), pinned)
    names, seconds = _counted(total, plan.warn_shares)
    times = plan.calendar.dues(plan.started_at, seconds, _ended_pauses(plan))
    return _strictly_rising(zip(names, times if pinned is None else (*times[:-1], pinned), strict=True))


@lru_cache(maxsize=1024)
def _counted(total: int, shares: tuple[float, ...]) -> tuple[tuple[Moment, ...], tuple[int, ...]]:
    """The names of a target's moments, and after how many counted seconds each comes; the due time last."""
    before = [(name, round(total * share)) for name, share in zip(_WARNS, shares, strict=False)]
    if total >= FIVE_MINUTES_FROM and all(seconds < total - FIVE_MINUTES for _, seconds in before):
        before.append((Moment.FIVE_MINUTES, total - FIVE_MINUTES))
    before.append((Moment.DUE, total))
    return tuple(name for name, _ in before), tuple(seconds for _, seconds in before)


_WARNS = (Moment.WARN_1, Moment.WARN_2)
_RANK = {name: rank for rank, name in enumerate((*_WARNS, Moment.FIVE_MINUTES, Moment.DUE))}


def thresholds(plan: TimerPlan) -> tuple[datetime | None, datetime | None]:
    """When the look changes to *warn* and to *due soon*; None where the target is too small for either."""
    return _thresholds(_timed(plan))


def _thresholds(timed: Timed) -> tuple[datetime | None, datetime | None]:
    return (timed[0][1], timed[-2][1]) if len(timed) > 1 else (None, None)


def next_moment(timer: Timer, since: datetime | None = None) -> TimerMoment | None:
    """The next moment that has not fired, or None.

    `since` is the instant of the act or firing after which this is asked: a moment that only now lies in the past
    (a target shortened, a pass reopened over its target) is due at `since`, and of several such only the last is.
    Without it, moments keep their true times, as for an incident opened long after it was raised. While paused,
    only what was due before the pause still fires.
    """
    return _next(timer, _timed(timer.plan), since) if timer.open else None


def _next(timer: Timer, timed: Timed, since: datetime | None) -> TimerMoment | None:
    if timer.breached_at is not None and Moment.DUE not in timer.fired:
        # noted before anybody fired it; a due time that moved since does not take it back
        return TimerMoment(Moment.DUE, timer.breached_at)
    left = timed
    if timer.fired:
        spent = max((_RANK[name] for name in timer.fired if name is not Moment.DUE), default=-1)
        left = [(name, at) for name, at in left if name not in timer.fired and _RANK[name] > spent]
    if timer.breached_at is not None:  # what should have warned of a breach is over; a longer target may warn anew
        left = [(name, at) for name, at in left if at > timer.breached_at]
    stopped = paused_since(timer.plan)
    if stopped is not None:
        left = [(name, at) for name, at in left if at <= stopped]
    if since is not None:
        late = [name for name, at in left if at <= since]
        left = [(late[-1], since), *left[len(late) :]] if late else left
    return _moment(timed, *left[0]) if left else None


def _moment(timed: Timed, name: Moment, at: datetime) -> TimerMoment:
    return TimerMoment(name, at, len(timed) > 1 and name is timed[-2][0])


@dataclass(frozen=True, slots=True)
class Schedule:
    """All instants of a pass, worked out together: due times, when its look changes, and what happens next."""

    computed_due: datetime
    due: datetime
    warn_at: datetime | None
    soon_at: datetime | None
    next: TimerMoment | None


def schedule(timer: Timer, since: datetime | None = None) -> Schedule:
    """The instants of a pass as its plan stands; `since` as in `next_moment`."""
    plan, timed = timer.plan, _timed(timer.plan)
    warn_at, soon_at = _thresholds(timed)
    due_at = timed[-1][1]
    computed = due_at if plan.pinned_due is None else computed_due(plan)
    return Schedule(computed, due_at, warn_at, soon_at, _next(timer, timed, since) if timer.open else None)


def verdict(plan: TimerPlan, at: datetime) -> Verdict:
    """The verdict of a pass that ends at `at`, given against the computed due time; at the due time is in time."""
    counted = used(plan, at)
    if plan.kind in NEVER_BREACH or at <= computed_due(with_pause_ended(plan, at)):
        return Verdict(TimerState.MET, counted)
    kept = plan.pinned_due is not None and at <= plan.pinned_due
    return Verdict(TimerState.MET_LATE, counted, max(0, counted - plan.target_seconds), kept)


def kept_pin(timer: Timer) -> bool:
    """Whether a pass ended late by its own target, yet within the due time that a person pinned."""
    pinned, at = timer.plan.pinned_due, timer.ended_at
    return timer.state is TimerState.MET_LATE and pinned is not None and at is not None and at <= pinned


def promise_is_later(stated: datetime, plan: TimerPlan) -> bool:
    """Whether a time stated to a customer needs a reason: later than the computed due time, by the minute."""
    return to_minute(stated) > to_minute(computed_due(plan))


def to_minute(at: datetime) -> datetime:
    """An instant rounded down to its minute, as people state times."""
    return at.replace(second=0, microsecond=0)


def not_counted(plan: TimerPlan, until: datetime | None = None) -> tuple[Span, ...]:
    """Closed hours and ended pauses from the start to `until` (default: the due time), joined.

    Ask for more than the due time when the timer may be over: what is closed later would count otherwise.
    """
    end = max(until or due(plan), plan.started_at)
    closed = plan.calendar.closed_spans(plan.started_at, end)
    return merge((*closed, *_ended_pauses(plan)))


def record(
    timer: Timer,
    *,
    timer_id: str,
    incident_id: str,
    customer_id: str | None = None,
    promised: bool = False,
    reason: str = "",
    until: datetime | None = None,
) -> TimerRecord:
    """The timer as a screen needs it; `until` as in `not_counted`."""
    plan = timer.plan
    timed = _timed(plan)
    warn_at, soon_at = _thresholds(timed)
    due_at = timed[-1][1]
    stopped = paused_since(plan) if timer.state is TimerState.PAUSED else None
    until_then = timer.ended_at or stopped
    waits = timer.state is TimerState.WAITING
    return TimerRecord(
        id=timer_id,
        incident_id=incident_id,
        customer_id=customer_id,
        kind=plan.kind,
        pass_number=timer.pass_number,
        state=timer.state,
        started_at=plan.started_at,
        target_seconds=plan.target_seconds,
        due_at=due_at,
        warn_at=warn_at,
        soon_at=soon_at,
        breached_at=timer.breached_at,
        met_at=timer.ended_at,
        paused_at=stopped,
        used_seconds=used(plan, until_then) if until_then else 0,
        closed=not_counted(plan, until or due_at),
        opens_at=plan.calendar.next_open(_goes_on(plan)) if waits else None,
        pinned=plan.pinned_due is not None,
        promised=promised,
        reason=reason,
    )


def _goes_on(plan: TimerPlan) -> datetime:
    """The last instant at which the timer was set going."""
    return max((pause.end for pause in plan.pauses if pause.end is not None), default=plan.started_at)


def _ended_pauses(plan: TimerPlan) -> tuple[Span, ...]:
    return tuple((pause.start, pause.end) for pause in plan.pauses if pause.end is not None)


def _without_open_pause(plan: TimerPlan) -> TimerPlan:
    return replace(plan, pauses=tuple(pause for pause in plan.pauses if pause.end is not None))


def _strictly_rising(timed: Iterable[tuple[Moment, datetime]]) -> Timed:
    kept: Timed = []
    for one in timed:
        while kept and kept[-1][1] >= one[1]:
            kept.pop()
        kept.append(one)
    return kept
