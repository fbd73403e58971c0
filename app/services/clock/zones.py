"""Time zones, from the `tzdata` package only, so that every desk computes the same instant.

A machine's own zone files are of whatever age that machine is; two desks with different ones would disagree about a
due time. Importing this module switches them off for the whole process.
"""

from __future__ import annotations

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import tzdata  # type: ignore[import-untyped]  # a package of data, it ships no types

from app.services.database.errors import UserError

zoneinfo.reset_tzpath(())
ZoneInfo.clear_cache()

END_OF_DAY = 24 * 60 * 60


class ClockError(UserError, ValueError):
    """Bad input to a clock: what is wrong, where it stands and how to mend it.

    ``in_words`` says it for people with its place; where hours run out while somebody works, they read it as it is.
    """

    def __init__(self, what: str, where: str = "", mend: str = "") -> None:
        super().__init__(f"{what}.", mend, where)
        self.what = what


def zone_release() -> str:
    """The release of the zone rules in use, such as "2025b"."""
    return str(tzdata.IANA_VERSION)


def zone(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises `ClockError` for a name that `tzdata` does not have."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError, TypeError) as error:
        raise ClockError(
            f"There is no time zone «{name}»", "time_zone", "Use an IANA name such as Europe/Berlin."
        ) from error


def instant(day: date, seconds: int, where: ZoneInfo) -> datetime:
    """The UTC instant of a wall-clock time, given as seconds from the local midnight of `day` (up to 86,400).

    A wall-clock time that does not exist moves forward by the gap, one that exists twice means the first. Both are
    what a fold of 0 stands for (PEP 495), so no case has to be told apart here.
    """
    local = datetime.combine(day, time.min) + timedelta(seconds=seconds)
    return local.replace(tzinfo=where).astimezone(UTC)


def utc(at: datetime) -> datetime:
    """The same instant in UTC. Raises `ClockError` for one without a time zone."""
    if at.tzinfo is None:
        raise ClockError(f"The instant {at.isoformat()} has no time zone", "", "Give an offset, such as +00:00.")
    return at if at.tzinfo is UTC else at.astimezone(UTC)
