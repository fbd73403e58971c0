"""An explanation of a timer in words and in pieces of days, all in the zone of its reader."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from app.models.enums import OPEN_TIMER_STATES, TimerKind, TimerState
from app.services.clock.explain import Counts, Explanation, Interval
from app.services.clock.reading import took
from app.services.clock.targets import amount
from app.services.incidents.case_records import Case
from app.views.theme.times import Times
from app.views.workbench.why_history import history_lines
from app.views.workbench.words import joined, timer_name, tr, waiting_name

MOST_DAYS = 8
PROMISED = "a promise"
"""Who pins a time that was promised to the customer."""


@dataclass(frozen=True, slots=True)
class DayPieces:
    """One local date with the intervals on it."""

    date: date
    pieces: tuple[Interval, ...]
    counted: int


def days(explanation: Explanation, times: Times) -> list[DayPieces]:
    """The intervals by the reader's dates; of many days the first and those around now."""
    found: dict[date, list[Interval]] = {}
    for interval in _with_closed_ahead(explanation):
        for piece in _by_midnight(interval, times):
            found.setdefault(piece.start.astimezone(times.zone).date(), []).append(piece)
    strips = [
        DayPieces(day, tuple(pieces), sum(one.seconds for one in pieces if one.counts is Counts.COUNTED))
        for day, pieces in sorted(found.items())
    ]
    if len(strips) <= MOST_DAYS:
        return strips
    today = explanation.at.astimezone(times.zone).date()
    near = [strip for strip in strips[1:] if strip.date >= today - timedelta(days=2)]
    return [strips[0], *near[: MOST_DAYS - 1]]


def _with_closed_ahead(explanation: Explanation) -> Iterable[Interval]:
    """The intervals, and between those still to count the closed hours that are to come."""
    until = explanation.at
    for interval in explanation.intervals:
        if interval.counts is Counts.AHEAD:
            if interval.start > until:
                yield Interval(until, interval.start, Counts.CLOSED, explanation.used_seconds)
            until = interval.end
        yield interval


def _by_midnight(interval: Interval, times: Times) -> Iterable[Interval]:
    start = interval.start
    while start < interval.end:
        here = start.astimezone(times.zone)
        midnight = (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        end = min(interval.end, midnight.astimezone(start.tzinfo))
        yield replace(interval, start=start, end=end)
        start = end


def title(explanation: Explanation, times: Times) -> str:
    """The question that the sheet answers."""
    name, due = timer_name(explanation.kind), times.when(explanation.due_at, explanation.at)
    if explanation.state in OPEN_TIMER_STATES:
        return tr("Why is {timer} due at {time}?").format(timer=name, time=due)
    return tr("Why was {timer} due at {time}?").format(timer=name, time=due)


def second_line(explanation: Explanation, case: Case, times: Times) -> str:
    """What holds now: running, paused since when, met when."""
    if explanation.paused_since is not None:
        since = times.when(explanation.paused_since, explanation.at)
        reason = _pause_reason(explanation, case)
        more = tr("The due time moves along with the clock until they answer.")
        return f"{tr('Paused since {time}').format(time=since)}{', ' + reason if reason else ''}. {more}"
    if explanation.state is TimerState.CANCELLED:
        return tr("It was cancelled and counts no more.")
    if explanation.state not in OPEN_TIMER_STATES:
        return tr("It ended at {time}.").format(time=times.when(explanation.at, explanation.at))
    if explanation.left_seconds < 0:
        return tr("It missed its time and goes on counting until it is done.")
    return tr("It runs now. Nothing but waiting and closed hours stop it.")


def _pause_reason(explanation: Explanation, case: Case) -> str:
    paused = [one for one in explanation.intervals if one.counts is Counts.PAUSED]
    reason = paused[-1].reason if paused else ""
    if case.customer is not None and reason == "waiting for customer":
        return tr("waiting for {name}").format(name=case.customer.name)
    return reason


def answer(explanation: Explanation, times: Times) -> tuple[str, str]:
    """The due time, big, and what it hangs on."""
    if explanation.due_if_resumed is not None:
        return times.when(explanation.due_if_resumed, explanation.at), tr("if they answer now")
    if explanation.pinned_due is not None:
        promised = explanation.source.promise or explanation.source.pinned_by == PROMISED
        return times.when(explanation.due_at, explanation.at), tr("as promised") if promised else tr("as pinned")
    return times.when(explanation.due_at, explanation.at), tr("the due time")


def what(interval: Interval) -> str:
    """What a span did, in a word."""
    return {
        Counts.COUNTED: tr("Counted"),
        Counts.PAUSED: tr("Paused"),
        Counts.CLOSED: tr("Closed"),
        Counts.AHEAD: tr("Still to count"),
    }[interval.counts]


def reason(interval: Interval, case: Case, *, first: bool) -> str:
    """Why a span counted or not."""
    if interval.counts is Counts.PAUSED:
        asked = next((one for one in case.events if one.at == interval.start and one.body), None)
        if asked is not None:
            return tr("{who} asked: “{question}”").format(who=asked.person.split(" ")[0], question=asked.body)
        return interval.reason[:1].upper() + interval.reason[1:]
    if interval.counts is Counts.CLOSED:
        return interval.name or tr("Outside the hours")
    if first and interval.start == case.raised_at:
        return tr("Raised by the customer")
    return tr("Open")


def span(interval: Interval, explanation: Explanation, times: Times) -> str:
    """ "Fri 19:25 – 20:00"."""
    start, end = interval.start.astimezone(times.zone), interval.end.astimezone(times.zone)
    until = tr("now") if interval.end == explanation.at else f"{end:%H:%M}"
    if end.date() != start.date() and interval.end != explanation.at:
        until = f"{end:%a %H:%M}"
    return f"{start:%a %H:%M} – {until}"


def rule_lines(explanation: Explanation, case: Case) -> list[str]:
    """Where the target comes from."""
    source = explanation.source
    lines = [*source.target] or [tr("{target}, from the matrix").format(target=amount(explanation.target_seconds))]
    lines.append(joined(source.trigger, source.matrix_version, by=", "))
    if explanation.pass_number > 1:
        lines.append(tr("Pass {number}; the pass before has ended.").format(number=explanation.pass_number))
    lines.append(joined(case.tier_name, source.target_class or case.target_class, by=", "))
    if case.steady_beat and explanation.kind is TimerKind.NEXT_UPDATE:
        lines.append(tr("Steady beat: an early update leaves the next due time where it was."))
    return [line if line.endswith(".") else f"{line}." for line in lines if line]


def calendar_lines(explanation: Explanation) -> list[str]:
    """Which hours count."""
    source = explanation.source
    if not source.calendar:
        return [tr("Counts around the clock."), tr("No opening hours stop it.")]
    closed = {one.name for one in explanation.intervals if one.counts is Counts.CLOSED and one.name}
    return [
        f"{joined(source.calendar, explanation.zone, source.calendar_version, by=', ')}.",
        tr("Closed in between: {names}.").format(names=", ".join(sorted(closed))) if closed
        else tr("No holiday or exception in between."),
        tr("Time zone data {release}.").format(release=explanation.zone_release),
    ]  # fmt: skip


def pause_lines(explanation: Explanation, case: Case, times: Times) -> list[str]:
    """What pauses it, when it warns, and who pinned it."""
    shares = tr(" and ").join(f"{round(share * 100)} %" for share in explanation.warn_shares)
    return [
        _waiting_line(explanation, case),
        tr("Warns at {shares} of {target}.").format(shares=shares, target=amount(explanation.target_seconds)),
        *_pin_lines(explanation, times),
    ]


def _waiting_line(explanation: Explanation, case: Case) -> str:
    pausing = [reason for reason, kinds in case.pauses.items() if explanation.kind in kinds]
    if not pausing:
        return tr("Waiting never pauses this one.")
    if len(pausing) == len(case.pauses):
        return tr("Waiting pauses it.")
    return tr("Waiting for {whom} pauses it.").format(whom=tr(" or ").join(waiting_name(one) for one in pausing))


def _pin_lines(explanation: Explanation, times: Times) -> list[str]:
    source = explanation.source
    if source.promise:
        return [tr("Promised: “{words}”.").format(words=source.promise.rstrip("."))]
    if explanation.pinned_due is None:
        return [tr("Pinned by nobody.")]
    target = tr("By its target it would be due {time}.").format(
        time=times.when(explanation.computed_due_at, explanation.at)
    )
    return [tr("Pinned by {what}.").format(what=source.pinned_by), target]


def as_text(explanation: Explanation, case: Case, times: Times) -> str:
    """The whole explanation as plain text, for the clipboard."""
    head = [f"INC-{case.number} {case.title}", title(explanation, times), explanation.sentence()]
    head.append(second_line(explanation, case, times))
    rows = [
        f"{span(one, explanation, times)}\t{what(one)}\t{reason(one, case, first=place == 0)}\t{took(one.seconds)}\t"
        f"{took(one.counted_so_far)}"
        for place, one in enumerate(explanation.intervals)
        if one.counts is not Counts.AHEAD
    ]
    tail = [*history_lines(explanation, times), *rule_lines(explanation, case), *calendar_lines(explanation)]
    tail += pause_lines(explanation, case, times)
    return "\n".join([*head, "", *rows, "", *tail])


def local_hour(at: datetime, times: Times) -> float:
    """The hour of the reader's day, 0 to 24, as a fraction."""
    here = at.astimezone(times.zone)
    return here.hour + here.minute / 60 + here.second / 3600
