"""How a database says that it is a sample, and by which clock and as whom it is worked on then.

Made in `app.services.sample`. This part is small, because every command asks it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.trail import AppliedOperation, Heartbeat, SchemaMeta
from app.services.database.clock import ShiftedClock
from app.services.database.database import Database, find_actor

SAMPLE = "sample"
SAMPLE_LOGIN = "lena"
MAKING, MADE = "making", "made"


def is_sample(session: Session) -> bool:
    """Whether this database is a sample: marked so when it was made."""
    return session.get(SchemaMeta, SAMPLE) is not None


def is_made(session: Session) -> bool:
    """Whether it is a sample that was made to the end."""
    mark = session.get(SchemaMeta, SAMPLE)
    return mark is not None and mark.value == MADE


def mark_sample(session: Session, value: str) -> None:
    """Marks this database as a sample that is being made, or is made."""
    session.merge(SchemaMeta(key=SAMPLE, value=value))


def settle_sample(database: Database, login: str | None = None) -> bool:
    """Lets an open sample go on by its own clock where it was left, on behalf of ``login`` or of its own first person.

    Returns whether the database is a sample; any other one stays as it is.
    """
    if not database.read(is_sample):
        return False
    clock = database.clock
    left_at = database.read(_left_at)
    if left_at is not None:
        database.clock = ShiftedClock(clock, clock.now() - left_at)
    database.actor = database.read(find_actor, login or SAMPLE_LOGIN)
    return True


def _left_at(session: Session) -> datetime | None:
    acted: datetime | None = session.scalar(select(func.max(AppliedOperation.applied_at)))
    beaten: datetime | None = session.scalar(select(func.max(Heartbeat.at)))
    return max((at for at in (acted, beaten) if at is not None), default=None)
