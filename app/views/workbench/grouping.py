"""Where a row of the queue stands: its group by urgency, its key within it, and when either will change.

No key changes while nothing turns: open timers are ordered by their due time, breached ones by how long they are over,
which is their due time again. So thousands of rows can tick without being sorted (UX standard, section 7).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import IntEnum
from typing import TYPE_CHECKING

from app.models.enums import IncidentOrigin
from app.services.clock.reading import Look, TimerRecord, read, urgency

if TYPE_CHECKING:
    from app.services.incidents.queue import QueueRow

SOON = timedelta(minutes=15)
_NO_SEVERITY = 9
_STANDING = frozenset({Look.PAUSED, Look.MET, Look.MET_LATE})


class Group(IntEnum):
    """The groups of the queue, in their order."""

    BREACHED = 0
    SOON = 1
    TODAY = 2
    LATER = 3
    OPENING = 4
    PAUSED = 5
    DONE = 6
    DRILL = 7


Heading = tuple[Group, str]
"""A group and, for what is paused, for whom it waits."""

Key = tuple[int, str, int, float, int, int]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a row belongs: under which heading, by which key, and the instant at which that may be another one."""

    heading: Heading
    key: Key
    turns_at: datetime | None


@dataclass(frozen=True, slots=True)
class Head:
    """A head of the list with how many rows stand below it."""

    heading: Heading
    count: int


Line = Head | str
"""A line of the list: a head, or the id of an incident."""


def spot(row: QueueRow, now: datetime, zone: tzinfo) -> Spot:
    """Where a row belongs at `now` for a reader in `zone`."""
    timer = row.timer
    if timer is None:
        heading = (Group.DRILL if row.origin is IncidentOrigin.DRILL else Group.DONE, "")
        return Spot(heading, (heading[0], "", 0, 0.0, row.severity or _NO_SEVERITY, row.number), None)
    reading = read(timer, now)
    heading = (Group.DRILL, "") if row.origin is IncidentOrigin.DRILL else _heading(row, timer, reading.look, now, zone)
    order, _value, _severity, _id = urgency(reading, row.severity, row.id)
    # over for longest is due first: the due time orders both and does not move with the clock
    value = float(reading.seconds) if reading.look in _STANDING else timer.due_at.timestamp()
    key = (heading[0], heading[1], order, value, row.severity or _NO_SEVERITY, row.number)
    return Spot(heading, key, _turns_at(timer, reading.look, now, zone))


def spots_of(rows: Iterable[QueueRow], now: datetime, zone: tzinfo) -> dict[str, Spot]:
    """Where all these rows belong; thousands take a while, so this is done beside the window."""
    return {row.id: spot(row, now, zone) for row in rows}


def _heading(row: QueueRow, timer: TimerRecord, look: Look, now: datetime, zone: tzinfo) -> Heading:
    if look is Look.BREACHED:
        return Group.BREACHED, ""
    if look is Look.WAITING:
        return Group.OPENING, ""
    if look is Look.PAUSED:
        return Group.PAUSED, row.waiting_for or ""
    if timer.due_at - now <= SOON:
        return Group.SOON, ""
    same_day = timer.due_at.astimezone(zone).date() == now.astimezone(zone).date()
    return (Group.TODAY if same_day else Group.LATER), ""


def _turns_at(timer: TimerRecord, look: Look, now: datetime, zone: tzinfo) -> datetime | None:
    if look in _STANDING or look is Look.BREACHED:
        return None
    here = now.astimezone(zone)
    midnight = (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    just_over = timer.due_at + timedelta(microseconds=1)
    edges = [timer.due_at - SOON, just_over, midnight, *(edge for span in timer.closed for edge in span)]
    if timer.opens_at is not None:
        edges.append(timer.opens_at)
    return min((edge for edge in edges if edge > now), default=None)


def lines(ids: Iterable[str], spots: Mapping[str, Spot]) -> list[Line]:
    """The list: rows in their order, a head before each group."""
    ordered = sorted(ids, key=lambda one: spots[one].key)
    found: list[Line] = []
    start = 0
    while start < len(ordered):
        heading = spots[ordered[start]].heading
        end = start
        while end < len(ordered) and spots[ordered[end]].heading == heading:
            end += 1
        found.append(Head(heading, end - start))
        found += ordered[start:end]
        start = end
    return found
