"""Why a timer is due when it is: every span since its start, what counted, what did not and for which reason.

The record is complete enough for the window, the command line and a report to show the same answer without asking
the clock again (domain, end of section 3.1; UX standard, section 6b, "Why").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from app.models.enums import TimerKind, TimerState
from app.services.clock.openings import DayRule
from app.services.clock.reading import took
from app.services.clock.spans import Span, cut, length, merge, subtract
from app.services.clock.targets import amount
from app.services.clock.timers import (
    Timer,
    TimerPlan,
    computed_due,
    due,
    due_if_resumed,
    pause_spans,
    paused_since,
    used,
    with_pause_ended,
)
from app.services.clock.zones import END_OF_DAY, instant, zone_release

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)


class Counts(StrEnum):
    """What a span did for the timer."""

    COUNTED = "counted"
    PAUSED = "paused"
    CLOSED = "closed"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True)
class Interval:
    """A span of the explanation. `counted_so_far` is the running total in seconds at its end.

    `rule` and `name` say what closed it (None: outside the weekly hours); `reason` is that of a pause.
    """

    start: datetime
    end: datetime
    counts: Counts
    counted_so_far: int = 0
    rule: DayRule | None = None
    name: str = ""
    reason: str = ""

    @property
    def seconds(self) -> int:
        """How long it lasted on the wall."""
        return (self.end - self.start) // SECOND


@dataclass(frozen=True, slots=True)
class DayStrip:
    """One local date of the explanation: its intervals cut at midnight and the seconds counted on it."""

    date: date
    intervals: tuple[Interval, ...]
    counted_seconds: int


@dataclass(frozen=True, slots=True)
class Source:
    """Where the target and the calendar come from, in words that whoever asks has at hand."""

    target: tuple[str, ...] = ()
    trigger: str = ""
    target_class: str = ""
    matrix_version: str = ""
    calendar: str = ""
    calendar_version: str = ""
    pinned_by: str = ""
    promise: str = ""


@dataclass(frozen=True, slots=True)
class Recalculation:
    """A due time that moved while the pass ran: *reclassified*, *moved*, *calendar*, *pinned* or *unpinned*.

    `before` and `after` are due times; `detail` says which calendar or version it was.
    """

    at: datetime
    cause: str
    before: datetime | None
    after: datetime | None
    by: str = ""
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class LateAct:
    """An act that reached the database more than a minute after it was made. The clock goes by `applied_at`."""

    what: str
    acted_at: datetime
    applied_at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """What happened to the pass beside time: its breach, the excuse, what moved its due time, and acts that came late.

    `kept_pin`: late by its own target, yet within the due time that a person had pinned.
    """

    breached_at: datetime | None = None
    breach_cause: str = ""
    excused: str = ""
    kept_pin: bool = False
    recalculations: tuple[Recalculation, ...] = ()
    late_acts: tuple[LateAct, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole answer. Instants are UTC, durations whole seconds; `left_seconds` is below zero when it is over.

    `intervals` run from the start to now (or the end of the pass), then on to the due time as *ahead*.
    """

    kind: TimerKind
    state: TimerState
    pass_number: int
    started_at: datetime
    at: datetime
    due_at: datetime
    computed_due_at: datetime
    pinned_due: datetime | None
    target_seconds: int
    used_seconds: int
    left_seconds: int
    wall_seconds: int
    paused_since: datetime | None
    due_if_resumed: datetime | None
    warn_shares: tuple[float, ...]
    intervals: tuple[Interval, ...]
    days: tuple[DayStrip, ...]
    zone: str
    zone_release: str
    source: Source = field(default_factory=Source)
    history: History = field(default_factory=History)

    def sentence(self) -> str:
        """The answer in one line, such as "3 h of open time, 1 h 48 min used, 1 h 12 min left."."""
        left = "over" if self.left_seconds < 0 else "left"
        rest = took(abs(self.left_seconds))
        return f"{amount(self.target_seconds)} of open time, {took(self.used_seconds)} used, {rest} {left}."


def explain(timer: Timer, now: datetime, source: Source | None = None, history: History | None = None) -> Explanation:
    """Explain a pass as it stands at `now` (at its end, when it has ended)."""
    plan = timer.plan
    at = max(plan.started_at, timer.ended_at if timer.ended_at is not None else now)
    stopped = paused_since(plan) if timer.open else None
    resumed = due_if_resumed(plan, at) if stopped is not None else None
    intervals = _past(plan, at)
    if timer.open:
        intervals = (*intervals, *_ahead(with_pause_ended(plan, at), at, resumed or due(plan)))
    counted = used(plan, at)
    zone = plan.calendar.zone_at(at)
    return Explanation(
        kind=plan.kind,
        state=timer.state,
        pass_number=timer.pass_number,
        started_at=plan.started_at,
        at=at,
        due_at=due(plan),
        computed_due_at=computed_due(plan),
        pinned_due=plan.pinned_due,
        target_seconds=plan.target_seconds,
        used_seconds=counted,
        left_seconds=plan.target_seconds - counted,
        wall_seconds=(at - plan.started_at) // SECOND,
        paused_since=stopped,
        due_if_resumed=resumed,
        warn_shares=plan.warn_shares,
        intervals=intervals,
        days=_days(plan, intervals),
        zone=str(zone),
        zone_release=zone_release(),
        source=source or Source(),
        history=history or History(),
    )


def _past(plan: TimerPlan, at: datetime) -> tuple[Interval, ...]:
    """Everything from the start to `at`, in order, with the running total."""
    span = (plan.started_at, at)
    paused = _paused(plan, span)
    off = merge((interval.start, interval.end) for interval in paused)
    closed = subtract(plan.calendar.closed_spans(*span), off)
    counted = subtract(plan.calendar.open_spans(*span), off)
    found = [*paused, *_closed(plan, closed), *(Interval(a, b, Counts.COUNTED) for a, b in counted)]
    return tuple(_with_totals(sorted(found, key=lambda interval: interval.start)))


def _paused(plan: TimerPlan, within: Span) -> list[Interval]:
    """The pauses as they happened; where two overlap, the later one shows what the first did not cover."""
    found: list[Interval] = []
    taken: list[Span] = []
    for pause, span in zip(plan.pauses, pause_spans(plan, within[1]), strict=True):
        for start, end in subtract(cut((span,), *within), taken):
            found.append(Interval(start, end, Counts.PAUSED, reason=pause.reason))
        taken.append(span)
    return found


def _closed(plan: TimerPlan, closed: tuple[Span, ...]) -> list[Interval]:
    """Closed spans, split where a holiday, an exception or a break was the reason."""
    if not closed:
        return []
    found: list[Interval] = []
    named: list[Span] = []
    for closure in plan.calendar.closures(closed[0][0], closed[-1][1]):
        for start, end in cut(closed, closure.start, closure.end):
            found.append(Interval(start, end, Counts.CLOSED, rule=closure.rule, name=closure.name))
            named.append((start, end))
    found.extend(Interval(start, end, Counts.CLOSED) for start, end in subtract(closed, named))
    return found


def _ahead(plan: TimerPlan, at: datetime, until: datetime) -> tuple[Interval, ...]:
    """What is still to be counted up to the due time; nothing when it is over."""
    return tuple(Interval(a, b, Counts.AHEAD) for a, b in plan.calendar.open_spans(at, max(at, until)))


def _with_totals(intervals: Iterable[Interval]) -> Iterable[Interval]:
    total = timedelta(0)
    for interval in intervals:
        if interval.counts is Counts.COUNTED:
            total += interval.end - interval.start
        yield replace(interval, counted_so_far=total // SECOND)


def _days(plan: TimerPlan, intervals: tuple[Interval, ...]) -> tuple[DayStrip, ...]:
    """The intervals by local date."""
    if not intervals:
        return ()
    last = intervals[-1].end
    strips: list[DayStrip] = []
    start = intervals[0].start
    while start < last:
        zone = plan.calendar.zone_at(start)
        day = start.astimezone(zone).date()
        midnight = instant(day, END_OF_DAY, zone)
        pieces = tuple(
            replace(interval, start=max(interval.start, start), end=min(interval.end, midnight))
            for interval in intervals
            if interval.start < midnight and interval.end > start
        )
        counted = length((p.start, p.end) for p in pieces if p.counts is Counts.COUNTED)
        strips.append(DayStrip(day, pieces, counted // SECOND))
        start = midnight
    return tuple(strips)
