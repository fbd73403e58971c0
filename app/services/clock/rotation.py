"""Whose turn it is: people taking turns at wall-clock times in a zone.

Hand-offs are counted on the wall: 24 hours are "the same time tomorrow" whatever the clocks do in between. A hand-off
at a time that does not exist moves forward by the gap, one that exists twice means the first; a monthly one on a day
that a month lacks is on its last day (domain, section 3). Turns go on before the start as they do after it.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from app.services.clock.hours import WEEKDAYS
from app.services.clock.zones import ClockError, instant, utc, zone

HOUR = timedelta(hours=1)
LENGTH = {"hourly": HOUR, "daily": timedelta(days=1), "weekly": timedelta(weeks=1)}
# No zone turns its clocks back by more, so a turn this much ahead on the wall has not begun.
MOST_TURNED_BACK = timedelta(hours=3)
# Within these no turn that anybody asks for leaves what a date can be.
FIRST_YEAR, LAST_YEAR = 1900, 2200
LONGEST_SHIFT = {"hourly": 24 * 366, "daily": 366, "weekly": 52, "monthly": 12}


class RotationType(StrEnum):
    """The unit in which a shift is measured."""

    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Shift:
    """A stretch of duty, `[shift_start, shift_end)`; participant is a person's key."""

    participant: str
    shift_start: datetime
    shift_end: datetime
    layer: str = ""


@dataclass(frozen=True, slots=True)
class Rotation:
    """Turns of `shift_length` units from a wall-clock start; `offset` is who has the turn of the start.

    A daily rotation may count chosen `weekdays` only (0 is Monday): the days between leave the turn where it is.
    """

    type: RotationType
    shift_length: int
    start: datetime
    zone: ZoneInfo
    participants: tuple[str, ...] = ()
    offset: int = 0
    weekdays: tuple[int, ...] = ()

    @classmethod
    def from_json(cls, document: Mapping[str, Any], where: str = "rotation") -> Rotation:
        """Read `{"type", "shift_length", "start", "time_zone", "participants", "current_index", "current_start"}`.

        `current_index` is the participant on duty from `current_start` (default: the start) on; `weekdays` as
        ["mon", "tue"] are for a daily rotation. Participants may be left out where only hand-offs are asked for.
        Raises `ClockError`.
        """
        kind, length = _type(document.get("type"), where), document.get("shift_length", 1)
        most = LONGEST_SHIFT[kind]
        if not isinstance(length, int) or isinstance(length, bool) or not 1 <= length <= most:
            raise ClockError(
                f"A {kind} shift of {length} is out of reach", f"{where}.shift_length", f"Give 1 to {most}."
            )
        place = zone(document.get("time_zone", ""))
        start = _wall(document.get("start"), place, f"{where}.start")
        days = _weekdays(document.get("weekdays") or (), kind, f"{where}.weekdays")
        people = _participants(document.get("participants") or (), f"{where}.participants")
        plain = cls(kind, length, start, place, people, weekdays=days)
        since = document.get("current_start")
        turn = plain.turn(_wall(since, place, f"{where}.current_start").replace(tzinfo=place)) if since else 0
        first = document.get("current_index") or 0
        if not isinstance(first, int):
            raise ClockError(f"«{first}» is not a place in the turns", f"{where}.current_index", "Count from 0.")
        return replace(plain, offset=first - turn)

    def turn(self, at: datetime) -> int:
        """The number of the turn that is on at an instant; the one at the start is 0, earlier ones are below."""
        at = utc(at)
        wall = at.astimezone(self.zone).replace(tzinfo=None)
        number = self._number(wall + MOST_TURNED_BACK) + 1
        while self.border(number) > at:
            number -= 1
        return number

    def border(self, number: int) -> datetime:
        """The UTC instant at which a turn begins."""
        wall = self._wall_border(number)
        seconds = (wall.hour * 60 + wall.minute) * 60 + wall.second
        return instant(wall.date(), seconds, self.zone)

    def active(self, at: datetime) -> Shift | None:
        """The shift that is on at an instant; None where nobody takes part."""
        if not self.participants:
            return None
        number = self.turn(at)
        who = self.participants[(number + self.offset) % len(self.participants)]
        return Shift(who, self.border(number), self._next_border(number))

    def handoffs(self, start: datetime, end: datetime) -> list[datetime]:
        """The borders of every shift that is on between `start` and `end`, both included.

        The first is the beginning of the shift on at `start`, the last the end of the shift on at `end`.
        """
        borders = [self.border(self.turn(start))]
        borders.extend(self._following(self.turn(start), borders[0], utc(end)))
        return borders

    def _following(self, number: int, last: datetime, end: datetime) -> Iterator[datetime]:
        while last <= end:
            number += 1
            border = self.border(number)
            # A turn whose whole time the clocks skip has no length and is no hand-off.
            if border > last:
                yield border
                last = border

    def _next_border(self, number: int) -> datetime:
        begins = self.border(number)
        return next(self._following(number, begins, begins))

    def _wall_border(self, number: int) -> datetime:
        if self.weekdays:
            week, index = divmod(self._days_before_start() + number * self.shift_length, len(self.weekdays))
            return self._monday() + timedelta(weeks=week, days=self.weekdays[index])
        if self.type is not RotationType.MONTHLY:
            return self.start + number * self.shift_length * LENGTH[self.type]
        months = self.start.year * 12 + self.start.month - 1 + number * self.shift_length
        year, month = months // 12, months % 12 + 1
        return self.start.replace(year=year, month=month, day=min(self.start.day, monthrange(year, month)[1]))

    def _number(self, wall: datetime) -> int:
        """The turn that a wall-clock time falls into, before the clocks of the zone are looked at."""
        if self.weekdays:
            week, rest = divmod(wall - self._monday(), timedelta(weeks=1))
            begun = week * len(self.weekdays) + sum(day <= rest.days for day in self.weekdays)
            return (begun - 1 - self._days_before_start()) // self.shift_length
        if self.type is not RotationType.MONTHLY:
            return (wall - self.start) // (self.shift_length * LENGTH[self.type])
        months = (wall.year - self.start.year) * 12 + wall.month - self.start.month
        number = months // self.shift_length
        return number if self._wall_border(number) <= wall else number - 1

    def _monday(self) -> datetime:
        """The Monday of the week of the start, at the wall-clock time of hand-offs."""
        return self.start - timedelta(days=self.start.weekday())

    def _days_before_start(self) -> int:
        return sum(day < self.start.weekday() for day in self.weekdays)


def _participants(people: Any, where: str) -> tuple[str, ...]:
    if not isinstance(people, list | tuple):
        raise ClockError("The participants must be a list", where, 'Write ["ana", "bo"].')
    for index, person in enumerate(people):
        if not isinstance(person, str) or not person:
            raise ClockError(f"«{person}» is not a person", f"{where}[{index}]", "Write the login.")
    return tuple(people)


def _weekdays(names: Any, kind: RotationType, where: str) -> tuple[int, ...]:
    if names and kind is not RotationType.DAILY:
        raise ClockError(f"A {kind} rotation cannot count weekdays", where, "Make it daily, or leave them out.")
    for name in names:
        if name not in WEEKDAYS:
            raise ClockError(f"«{name}» is not a weekday", where, f"Use {', '.join(WEEKDAYS)}.")
    return tuple(sorted({WEEKDAYS.index(name) for name in names}))


def _type(text: Any, where: str) -> RotationType:
    try:
        return RotationType(text)
    except ValueError as error:
        known = ", ".join(RotationType)
        raise ClockError(f"«{text}» is not a kind of rotation", f"{where}.type", f"Use {known}.") from error


def _wall(text: Any, place: ZoneInfo, where: str) -> datetime:
    """The wall-clock time of an instant, or of a local time without an offset."""
    try:
        at = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise ClockError(f"«{text}» is not a time", where, "Write it as 2026-05-04T09:00+02:00.") from error
    if not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise ClockError(f"The year {at.year} is out of reach", where, f"Use {FIRST_YEAR} to {LAST_YEAR}.")
    return at if at.tzinfo is None else at.astimezone(place).replace(tzinfo=None)
