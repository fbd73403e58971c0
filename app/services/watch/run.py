"""One round of the watch, and rounds without end: fire, deliver, give a sign of life."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.trail import Heartbeat
from app.services.database import trail
from app.services.database.database import Database
from app.services.database.errors import DatabaseUnavailable, NotAllowed
from app.services.database.schema import make_partitions
from app.services.watch.moments import fire_due
from app.services.watch.outbox import Carrier, deliver_due

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 10
DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did."""

    fired: int
    delivered: int


def beat(session: Session, watch: str, at: datetime) -> None:
    """Writes when this watch was last alive."""
    session.merge(Heartbeat(watch=watch, at=at))


def watch_name() -> str:
    """The name of this watch: computer and process."""
    return f"{socket.gethostname()}-{os.getpid()}"


def last_beat(session: Session) -> datetime | None:
    """When any watch was last alive; None for never."""
    return session.scalar(select(func.max(Heartbeat.at)))


def one_round(database: Database, carriers: tuple[Carrier, ...] = ()) -> Round:
    """Fires everything due and delivers what may leave."""
    fired = fire_due(database)
    return Round(fired, deliver_due(database, carriers))


def _upkeep(database: Database, name: str, rounds: int) -> None:
    """A sign of life, the trail sealed within a second, partitions made ahead; a login without the right goes on."""
    try:
        if rounds % HEARTBEAT_SECONDS == 0:
            database.maintain(beat, name, database.clock.now())
        database.maintain(trail.seal, database.clock.now())
        if rounds % DAY_SECONDS == 0:
            make_partitions(database.engine)
    except NotAllowed as error:
        if rounds == 0:
            log.info("this watch fires, but may not seal: %s", error)


def watch_once(database: Database, carriers: tuple[Carrier, ...] = ()) -> Round:
    """A round with its upkeep, for whoever lets another program's clock call the watch; all of those share one name."""
    _upkeep(database, f"{socket.gethostname()}-once", 0)
    return one_round(database, carriers)


def keep_watch(
    database: Database,
    carriers: tuple[Carrier, ...],
    wait: Callable[[float], bool],
    told: Callable[[Round], None] = lambda _round: None,
) -> None:
    """Rounds once a second until ``wait(seconds)`` says stop. A database that is away is waited for."""
    name, rounds = watch_name(), 0
    while True:
        try:
            _upkeep(database, name, rounds)
            told(one_round(database, carriers))
        except DatabaseUnavailable as error:
            log.warning("the watch cannot reach the database: %s", error)
        rounds += 1
        if wait(1.0):
            return
