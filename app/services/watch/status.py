"""Signs of life: when a watch was last alive, what it has given up, and whether an account may keep watch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.orm import Session

from app.models.enums import OPEN_TIMER_STATES
from app.models.timer import Timer
from app.models.trail import Heartbeat
from app.services.database.errors import NotAllowed

SILENT = timedelta(seconds=30)
"""Without a sign of life for so long, no watch counts as alive."""
FORGOTTEN = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class WatchStatus:
    """``last_beat`` is None where no watch was ever alive; ``given_up`` counts moments that nobody tries any more."""

    last_beat: datetime | None
    given_up: int

    def silent(self, now: datetime) -> bool:
        """Whether no watch is alive."""
        return self.last_beat is None or now - self.last_beat > SILENT


def last_beat(session: Session) -> datetime | None:
    """When any watch was last alive; None for never."""
    return session.scalar(select(func.max(Heartbeat.at)))


def watch_status(session: Session) -> WatchStatus:
    """What there is to say of all watches of this database."""
    # a moment that was given up keeps its name and loses its time
    lost = Timer.next_moment.is_not(None), Timer.next_moment_at.is_(None), Timer.state.in_(OPEN_TIMER_STATES)
    count = session.scalar(select(func.count()).select_from(Timer).where(*lost)) or 0
    return WatchStatus(last_beat(session), count)


def beat(session: Session, watch: str, at: datetime) -> None:
    """Writes when this watch was last alive, and forgets those that have been silent for a month."""
    session.merge(Heartbeat(watch=watch, at=at))
    session.execute(delete(Heartbeat).where(Heartbeat.at < at - FORGOTTEN))


def forget_later(session: Session, at: datetime) -> None:
    """Takes back signs of life from a future that a wrong clock has made up."""
    session.execute(update(Heartbeat).where(Heartbeat.at > at).values(at=at))


def require_watch(session: Session) -> None:
    """Raises ``NotAllowed`` where the server gives this account no right to keep watch."""
    if session.get_bind().dialect.name != "postgresql":
        return
    if not session.execute(text("SELECT has_table_privilege('heartbeats', 'INSERT')")).scalar_one():
        raise NotAllowed(
            "This account may not keep watch: it is not in the group desk_watch.",
            "Use the watch's own login, or let the owner of the database say “GRANT desk_watch TO …”.",
        )
