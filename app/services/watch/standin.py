"""What a desk of a server does while no watch is alive: it moves what is due, and delivers nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.services.database.clock import Clock
from app.services.database.database import Database
from app.services.database.work import WATCH
from app.services.watch.moments import FireDue, fire_due, what_is_due
from app.services.watch.status import SILENT, last_beat


@dataclass(frozen=True, slots=True)
class Silence:
    """Whether no watch is alive, when one last was (None: never), and whether something waits to be fired."""

    silent: bool
    last_beat: datetime | None
    due: bool


def look_for_watch(session: Session, clock: Clock) -> Silence:
    """Asks the database itself what time it is, so a desk whose clock is wrong does not take a watch for dead."""
    seen, at = last_beat(session), clock.stamp(session)
    if seen is not None and at - seen <= SILENT:
        return Silence(False, seen, False)
    moments, chores = what_is_due(session, at)
    return Silence(True, seen, moments or bool(chores))


def may_stand_in(database: Database) -> bool:
    """Whether the person at this desk may move deadlines; who may only look may not."""
    return database.can(FireDue.needs)


def stand_in(database: Database) -> int:
    """Fires one batch of what is due, as a watch would; returns how many moments were fired.

    Any number of desks may do this at once: each takes what no other has in hand, and no moment fires twice.
    """
    return fire_due(database.acting_as(WATCH), lambda _took: True)
