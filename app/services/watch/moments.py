"""Due moments: taken in order of time, each fired exactly once, with state, event and alerts in one transaction.

Rows that another watch is handling are skipped, not waited for; the key of ``firings`` makes a second firing
impossible. Whether anything is due is asked before anything is written.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.enums import EventKind, IncidentOrigin, Role
from app.models.incident import Incident
from app.models.timer import Timer
from app.services.database.clock import Clock
from app.services.database.database import Database
from app.services.database.errors import UserError
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents.alerts import alert
from app.services.watch.acknowledgements import AnswerDue, acknowledgements_due
from app.services.watch.firing import fire_incidents, lateness

log = logging.getLogger(__name__)

BATCH = 10
"""Moments a transaction: few, so that a click on the desk is never queued behind the watch for long.

After an absence an incident is caught up in one transaction, however many moments it missed.
"""


@dataclass(frozen=True, kw_only=True)
class FireDue(Operation):
    """Fires the due moments of one batch. Result: ``{"fired", "failed"}``."""

    limit: int = BATCH
    needs: ClassVar[Role] = Role.AGENT


@dataclass(frozen=True, kw_only=True)
class RemindFollowUps(Operation):
    """Reminds holders of questions whose follow-up time has come. Result: ``{"reminded"}``."""

    needs: ClassVar[Role] = Role.AGENT


@dataclass(frozen=True, slots=True)
class Chore:
    """What the clock brings beside moments: the question whether it is due, which only reads, and the act."""

    due: Callable[[Session, datetime], bool]
    operation: type[Operation]


def anything_due(session: Session, at: datetime) -> bool:
    """Whether a moment is due."""
    return session.scalar(_due(at).with_only_columns(Timer.id).limit(1)) is not None


def next_due(session: Session, after: datetime) -> datetime | None:
    """When the next moment after that instant is due; None where there is none."""
    coming = select(Timer.next_moment_at).join(Incident, Incident.id == Timer.incident_id)
    live = Timer.next_moment_at > after, Incident.origin == IncidentOrigin.LIVE
    return session.scalar(coming.where(*live).order_by(Timer.next_moment_at).limit(1))


def follow_ups_due(session: Session, at: datetime) -> bool:
    """Whether somebody must be reminded of a question."""
    return session.scalar(_follow_ups(at).with_only_columns(Incident.id).limit(1)) is not None


CHORES = (Chore(follow_ups_due, RemindFollowUps), Chore(acknowledgements_due, AnswerDue))


def fire_due(database: Database, rest: Callable[[float], bool] = lambda _took: False) -> int:
    """Fires everything that is due, batch by batch, and does the chores; returns how many moments were fired.

    Writes nothing where nothing is due. ``rest(seconds)`` is called after each batch with the seconds it took, so that
    others get their turn, and says whether to stop.
    """
    fired = 0
    moments, chores = database.read(_look, database.clock)
    while moments:
        started = time.monotonic()
        done = database.apply(FireDue()).result
        fired += done["fired"]
        stop = rest(time.monotonic() - started)
        # where nothing came of a batch others have all of it in hand
        moments = not stop and any(done.values()) and database.read(anything_due, database.clock.now())
    if fired:
        _, chores = database.read(_look, database.clock)  # moments come first, and may bring or end a chore
    for chore in chores:
        _do(database, chore())
    return fired


def _do(database: Database, chore: Operation) -> None:
    """A chore with a bug must not keep moments from firing."""
    try:
        database.apply(chore)
    except UserError:
        raise
    except Exception:
        log.exception("%s could not be done", chore.kind)


def _look(session: Session, clock: Clock) -> tuple[bool, list[type[Operation]]]:
    """What is due by the database's own time, which the desk's or the watch's clock learns at the same time."""
    return what_is_due(session, clock.stamp(session))


def what_is_due(session: Session, at: datetime) -> tuple[bool, list[type[Operation]]]:
    """Whether moments are due, and which chores."""
    return anything_due(session, at), [chore.operation for chore in CHORES if chore.due(session, at)]


def _follow_ups(at: datetime) -> Any:
    return select(Incident).where(
        Incident.follow_up_at <= at, Incident.waiting_since.is_not(None), Incident.origin == IncidentOrigin.LIVE
    )


@handles(RemindFollowUps)
def remind_follow_ups(work: UnitOfWork, operation: RemindFollowUps) -> dict[str, Any]:
    """Tells the holder once; the incident goes on waiting until somebody goes on."""
    rows = work.session.scalars(_follow_ups(work.now).with_for_update(skip_locked=True)).all()
    for incident in rows:
        asked = incident.follow_up_at or work.now
        incident.follow_up_at = None
        work.event(incident.id, EventKind.FOLLOW_UP, at=asked, **lateness(work, asked))
        alert(work, incident, [one for one in (incident.holder_id or incident.asked_id,) if one], "follow_up")
    return {"reminded": len(rows)}


def _due(at: datetime) -> Any:
    return (
        select(Timer)
        .join(Incident, Incident.id == Timer.incident_id)
        .where(Timer.next_moment_at <= at, Incident.origin == IncidentOrigin.LIVE)
        .order_by(Timer.next_moment_at, Timer.id)
    )


@handles(FireDue)
def fire_batch(work: UnitOfWork, operation: FireDue) -> dict[str, Any]:
    """Takes incidents in order of their first due moment, each with all that is due of it.

    An incident that somebody works on just now is left for the next round. Only incidents are locked: of a joined row
    that is skipped for one lock the other would be kept, and two watches would wait for each other.
    """
    due = _due(work.now).with_only_columns(Timer.incident_id).limit(operation.limit)
    rows = work.session.scalars(due.with_for_update(skip_locked=True, of=Incident)).all()
    outcomes = fire_incidents(work, tuple(dict.fromkeys(rows)), operation.limit)
    return {"fired": outcomes.count(True), "failed": outcomes.count(False)}
