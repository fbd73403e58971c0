"""Instants in the words of one reader: in their zone, without seconds, with a day only where it is another one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

WEEK = 7
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Times:
    """Says when something is, for a reader in `zone`."""

    zone: tzinfo

    def clock(self, at: datetime) -> str:
        """ "14:27"."""
        return f"{at.astimezone(self.zone):%H:%M}"

    def when(self, at: datetime, now: datetime) -> str:
        """ "14:27" today, "Tue 14:27" within a week, "3 Nov 14:27" beyond."""
        there, here = at.astimezone(self.zone), now.astimezone(self.zone)
        days = (there.date() - here.date()).days
        if days == 0:
            return f"{there:%H:%M}"
        if abs(days) < WEEK:
            return f"{there:%a %H:%M}"
        return f"{there.day} {there:%b %H:%M}"

    def full(self, at: datetime) -> str:
        """The whole truth, for tooltips: "Mon 23 Nov 2026 14:27:05 CET"."""
        there = at.astimezone(self.zone)
        return f"{there:%a} {there.day} {there:%b %Y %H:%M:%S %Z}"


def zone_of(name: str | None) -> tzinfo:
    """The zone of that name; UTC where none is given or the name is not known."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
