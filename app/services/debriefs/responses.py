"""How the incident went against its clocks, and who held it how long."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from app.models.enums import EventKind, TimerKind, TimerState
from app.models.timer import Timer
from app.services.incidents.case_records import Case

UPDATES = (TimerKind.FIRST_UPDATE, TimerKind.NEXT_UPDATE)
SHOWN = (TimerKind.ACKNOWLEDGE, TimerKind.FIRST_UPDATE, TimerKind.CONTAIN, TimerKind.RESOLVE)


@dataclass(frozen=True, slots=True)
class Response:
    """How one kind of timer went: seconds used of seconds allowed, both counted; ``met`` is None without a verdict."""

    kind: TimerKind
    used_seconds: int
    target_seconds: int
    met: bool | None
    excused: bool = False
    met_at: datetime | None = None
    in_hours: bool = False

    @property
    def over_seconds(self) -> int:
        """Counted seconds beyond the target, 0 within it."""
        return max(0, self.used_seconds - self.target_seconds)


@dataclass(frozen=True, slots=True)
class Update:
    """One update to the customer that was due: the how-manieth, when it left, whether in time, seconds late."""

    number: int
    at: datetime
    on_time: bool
    late_seconds: int


@dataclass(frozen=True, slots=True)
class Held:
    """How long a tier or person had it, in wall seconds."""

    rank: int
    name: str
    seconds: int


def has_verdict(timer: Timer) -> bool:
    """Whether a timer ended with a verdict."""
    return timer.state in (TimerState.MET, TimerState.MET_LATE)


def _counts(timer: Timer) -> bool:
    return timer.state is not TimerState.CANCELLED or timer.breached_at is not None


def responses(timers: Iterable[Timer]) -> tuple[Response, ...]:
    """Response against target: of each kind the first pass, the last one of resolve.

    A pass that was cut off, by a climb say, was missed where it was over already; else it says nothing.
    """
    found = []
    for kind in SHOWN:
        mine = [timer for timer in timers if timer.kind is kind and _counts(timer)]
        if not mine:
            continue
        timer = mine[-1] if kind is TimerKind.RESOLVE else mine[0]
        cut_off = timer.state is TimerState.CANCELLED
        met = timer.state is TimerState.MET if has_verdict(timer) or cut_off else None
        found.append(
            Response(
                kind,
                timer.used_seconds,
                timer.target_seconds,
                met,
                timer.excused_id is not None,
                timer.met_at,
                timer.calendar_id is not None,
            )
        )
    return tuple(found)


def updates(timers: Iterable[Timer]) -> tuple[Update, ...]:
    """The updates that have a verdict, in order of time."""
    judged = [timer for timer in timers if timer.kind in UPDATES and has_verdict(timer) and timer.met_at is not None]
    judged.sort(key=lambda timer: (timer.met_at or timer.started_at, timer.pass_number))
    return tuple(
        Update(
            number,
            timer.met_at or timer.due_at,
            timer.state is TimerState.MET,
            max(0, timer.used_seconds - timer.target_seconds) if timer.state is TimerState.MET_LATE else 0,
        )
        for number, timer in enumerate(judged, start=1)
    )


def held_by_tier(case: Case, now: datetime) -> tuple[Held, ...]:
    """Wall time from entry to entry, the last one until the resolution."""
    end = case.resolved_at or case.closed_at or now
    held: dict[tuple[int, str], int] = {}
    for band in case.bands:
        if band.entered_at is not None:
            left = band.left_at or max(end, band.entered_at)
            key = (band.rank, band.name)
            held[key] = held.get(key, 0) + max(0, int((left - band.entered_at).total_seconds()))
    return tuple(Held(rank, name, seconds) for (rank, name), seconds in held.items())


def held_by_person(case: Case, now: datetime, people: Mapping[str, str]) -> tuple[Held, ...]:
    """Wall time from holder to holder; the rank is that of the tier the incident had reached by then."""
    end = case.resolved_at or case.closed_at or now
    changes = [event for event in case.events if event.kind in (EventKind.TAKEN, EventKind.ACCEPTED)]
    held: dict[str, Held] = {}
    for place, event in enumerate(changes):
        left = changes[place + 1].at if place + 1 < len(changes) else max(end, event.at)
        name = people.get(event.data.get("holder") or event.person_id or "", "")
        before = held.get(name)
        rank = before.rank if before else _rank_at(case, event.at)
        seconds = max(0, int((min(left, max(end, event.at)) - event.at).total_seconds()))
        held[name] = Held(rank, name, (before.seconds if before else 0) + seconds)
    return tuple(one for name, one in held.items() if name)


def _rank_at(case: Case, at: datetime) -> int:
    entered = [band.rank for band in case.bands if band.entered_at is not None and band.entered_at <= at]
    return entered[-1] if entered else 0
