"""The one clock that is passed in. Nothing else asks what time it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.orm import Session


class Clock(Protocol):
    """Tells the time of the database."""

    def now(self) -> datetime:
        """The instant, aware and in UTC, as well as it is known without asking the database."""
        ...

    def stamp(self, session: Session) -> datetime:
        """The instant by which a unit of work is decided; asks the database's own clock."""
        ...


class DatabaseClock:
    """The database's clock plus a monotonic offset; on SQLite that is this computer's clock.

    A server's clock is measured by ``measure``; between two measures time advances with the monotonic clock, so a desk
    whose wall clock is set or wrong still shows the right minutes.
    """

    def __init__(self) -> None:
        self._anchor = (datetime.now(UTC), time.monotonic())  # one value: threads read it while another measures

    def now(self) -> datetime:
        at, monotonic = self._anchor
        return at + timedelta(seconds=time.monotonic() - monotonic)

    def stamp(self, session: Session) -> datetime:
        return self.measure(session)

    def measure(self, session: Session) -> datetime:
        """Asks the database for its time and keeps the offset."""
        if session.get_bind().dialect.name == "sqlite":
            at = datetime.now(UTC)
        else:
            at = session.execute(text("SELECT clock_timestamp()")).scalar_one().astimezone(UTC)
        self.learn(at)
        return at

    def learn(self, at: datetime) -> None:
        """Takes over what the database has just said its time is."""
        self._anchor = (at, time.monotonic())


class HandClock:
    """A clock whose hand somebody turns: for tests, drills and the sample."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def stamp(self, session: Session) -> datetime:
        return self.at

    def turn(self, seconds: float = 0, *, minutes: float = 0) -> datetime:
        """Moves the hand forward and tells the new time."""
        self.at += timedelta(seconds=seconds, minutes=minutes)
        return self.at


class ShiftedClock:
    """Another clock, ``behind`` it by a fixed span: the sample goes on where it was left."""

    def __init__(self, clock: Clock, behind: timedelta) -> None:
        self.clock = clock
        self.behind = behind

    def now(self) -> datetime:
        return self.clock.now() - self.behind

    def stamp(self, session: Session) -> datetime:
        return self.clock.stamp(session) - self.behind
