"""What a timer says at an instant: the look, the seconds and the words that a list or a tile shows.

Everything here is a function of a stored timer and an instant, so that the window can tick thousands of timers
without asking the database. The looks, the format and the urgency order are those of the UX standard, section 7.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum

from app.models.enums import TimerKind, TimerState
from app.services.clock.spans import NOTHING, Span, within

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR

SECOND = timedelta(seconds=1)

NEVER_BREACH = frozenset({TimerKind.STEP, TimerKind.OFFER, TimerKind.APPROVAL})


class Look(StrEnum):
    """How a timer is drawn."""

    WAITING = "waiting"
    ON_TRACK = "on_track"
    WARN = "warn"
    DUE_SOON = "due_soon"
    BREACHED = "breached"
    PAUSED = "paused"
    MET = "met"
    MET_LATE = "met_late"


@dataclass(frozen=True, slots=True)
class TimerRecord:
    """One pass of one timer as a screen needs it. Instants are aware UTC, durations whole counted seconds.

    `used_seconds` is what had been counted at `paused_at` or `met_at` (0 while it runs). `closed` are the spans in
    which the calendar was closed between `started_at` and `due_at`; empty means around the clock.
    """

    id: str
    incident_id: str
    customer_id: str | None
    kind: TimerKind
    pass_number: int
    state: TimerState
    started_at: datetime
    target_seconds: int
    due_at: datetime
    warn_at: datetime | None = None
    soon_at: datetime | None = None
    breached_at: datetime | None = None
    met_at: datetime | None = None
    paused_at: datetime | None = None
    used_seconds: int = 0
    closed: tuple[Span, ...] = ()
    opens_at: datetime | None = None
    pinned: bool = False
    promised: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TimerReading:
    """What a timer says now.

    `seconds` are counted seconds left; seconds over when breached; seconds it took when it has ended; for a paused
    timer seconds left, below zero when it stands still over its target. `share` is used over target (0 to above 1).
    `over` is how far beyond the target it is or ended, 0 when it is not. `opens_at` is set while it waits for hours.
    """

    look: Look
    seconds: int
    share: float
    due_at: datetime
    over: int = 0
    opens_at: datetime | None = None
    read_at: datetime | None = None
    state: TimerState = TimerState.RUNNING


def read(timer: TimerRecord, now: datetime) -> TimerReading:
    """Read a timer at `now`. It is breached once `now` is later than its due time, never exactly at it."""
    if timer.state is TimerState.PAUSED:
        return _standing(timer, now)
    if timer.state not in (TimerState.WAITING, TimerState.RUNNING):
        return _ended(timer, now)
    if now > timer.due_at and timer.kind not in NEVER_BREACH:
        return _overrun(timer, now)
    return _counting(timer, now)


def _standing(timer: TimerRecord, now: datetime) -> TimerReading:
    left = timer.target_seconds - timer.used_seconds
    share = _share(timer.used_seconds, timer.target_seconds)
    return TimerReading(Look.PAUSED, left, share, timer.due_at, over=max(0, -left), read_at=now, state=timer.state)


def _ended(timer: TimerRecord, now: datetime) -> TimerReading:
    look = Look.MET_LATE if timer.state is TimerState.MET_LATE else Look.MET
    used = timer.used_seconds
    over = max(0, used - timer.target_seconds) if look is Look.MET_LATE else 0
    share = _share(used, timer.target_seconds)
    return TimerReading(look, used, share, timer.due_at, over=over, read_at=now, state=timer.state)


def _overrun(timer: TimerRecord, now: datetime) -> TimerReading:
    late = now - timer.due_at - within(timer.closed, timer.due_at, now)
    over = late // SECOND
    total = _total(timer)
    return TimerReading(
        Look.BREACHED, over, _share(total + over, total), timer.due_at, over=over, read_at=now, state=timer.state
    )


def _counting(timer: TimerRecord, now: datetime) -> TimerReading:
    # A pass of a steady beat may begin later: what is left until then is left too.
    open_left = max(NOTHING, timer.due_at - now - within(timer.closed, now, timer.due_at))
    # Rounded up, so that 00:00 is shown only when nothing is left.
    left = -(-open_left // SECOND)
    total = _total(timer)
    opens_at = _opens_at(timer, now)
    return TimerReading(
        Look.WAITING if opens_at else _threshold(timer, now),
        left,
        _share(max(0, total - left), total),
        timer.due_at,
        opens_at=opens_at,
        read_at=now,
        state=timer.state,
    )


def _threshold(timer: TimerRecord, now: datetime) -> Look:
    if timer.soon_at is not None and now >= timer.soon_at:
        return Look.DUE_SOON
    if timer.warn_at is not None and now >= timer.warn_at:
        return Look.WARN
    return Look.ON_TRACK


def _opens_at(timer: TimerRecord, now: datetime) -> datetime | None:
    """When the clock starts or goes on, while the calendar is closed; None while it counts."""
    for start, end in timer.closed:
        if start <= now < end:
            return end
    if timer.state is TimerState.WAITING and timer.opens_at is not None and now < timer.opens_at:
        return timer.opens_at
    return None


def _total(timer: TimerRecord) -> int:
    """Counted seconds from start to due: the target, or what a pinned due time makes of it."""
    if not timer.pinned:
        return timer.target_seconds
    span = timer.due_at - timer.started_at - within(timer.closed, timer.started_at, timer.due_at)
    return max(0, span // SECOND)


def _share(used: int, total: int) -> float:
    return used / total if total > 0 else 1.0


Urgency = tuple[int, float, int, str]

_GROUP = {
    Look.BREACHED: 0,
    Look.DUE_SOON: 1,
    Look.WARN: 1,
    Look.ON_TRACK: 1,
    Look.WAITING: 2,
    Look.PAUSED: 3,
    Look.MET_LATE: 4,
    Look.MET: 4,
}


def urgency(reading: TimerReading, severity: int = 0, incident_id: str = "") -> Urgency:
    """Sort key, most urgent first: breached (longest over), then by due time, then waiting, paused, ended.

    `severity` is a rank, 1 the worst; it breaks ties, then the id does.
    """
    group = _GROUP[reading.look]
    if reading.look is Look.BREACHED:
        value = float(-reading.seconds)
    elif reading.look is Look.PAUSED:
        value = float(reading.seconds)
    else:
        value = reading.due_at.timestamp()
    return (group, value, severity, incident_id)


def most_urgent(timers: Iterable[TimerRecord], now: datetime) -> tuple[TimerRecord, TimerReading] | None:
    """The timer that an incident shows, with its reading; None when there is none."""
    read_timers = [(timer, read(timer, now)) for timer in timers]
    return min(read_timers, key=lambda pair: urgency(pair[1], 0, pair[0].id), default=None)


def duration(seconds: int) -> str:
    """A running duration: "2 d 4 h" from a day, "1 h 12 min" from an hour, else "mm:ss"."""
    seconds = abs(seconds)
    if seconds >= DAY:
        return f"{seconds // DAY} d {seconds % DAY // HOUR} h"
    if seconds >= HOUR:
        return f"{seconds // HOUR} h {seconds % HOUR // MINUTE} min"
    return f"{seconds // MINUTE:02d}:{seconds % MINUTE:02d}"


def took(seconds: int) -> str:
    """A finished duration: like `duration`, but "3 min" below an hour and "45 s" below a minute."""
    seconds = abs(seconds)
    if seconds >= HOUR:
        return duration(seconds)
    return f"{seconds // MINUTE} min" if seconds >= MINUTE else f"{seconds} s"


def words(reading: TimerReading, zone: tzinfo | None = None) -> tuple[str, str]:
    """The time and the word beside it, such as ("02:14", "left"). `zone` is that of the reader (None: this desk)."""
    if reading.look is Look.WAITING:
        return (_starts(reading, zone), "")
    if reading.state is TimerState.FIRED:
        return (took(reading.seconds), "passed on")
    if reading.state is TimerState.CANCELLED:
        return (took(reading.seconds), "cancelled")
    if reading.look is Look.MET:
        return (took(reading.seconds), "met")
    if reading.look is Look.MET_LATE:
        return (took(reading.seconds), _late_by(reading))
    if reading.look is Look.BREACHED or reading.seconds < 0:
        return (duration(reading.seconds), "over")
    return (duration(reading.seconds), "left")


def _late_by(reading: TimerReading) -> str:
    """ "3 over" beside minutes, "20 s over" or "1 h 5 min over" where the unit differs."""
    both_minutes = MINUTE <= reading.over < HOUR and MINUTE <= reading.seconds < HOUR
    return f"{reading.over // MINUTE} over" if both_minutes else f"{took(reading.over)} over"


def _starts(reading: TimerReading, zone: tzinfo | None) -> str:
    """ "starts 08:00" today, "starts Mon 08:00" within a week, "starts 4 May 08:00" later."""
    if reading.opens_at is None or reading.read_at is None:
        return "waiting"
    opens, now = reading.opens_at.astimezone(zone), reading.read_at.astimezone(zone)
    days = (opens.date() - now.date()).days
    if days <= 0:
        return f"starts {opens:%H:%M}"
    if days < 7:
        return f"starts {opens:%a %H:%M}"
    return f"starts {opens.day} {opens:%b %H:%M}"
