"""Due moments: taken in order of time, each fired exactly once, with state, event and alerts in one transaction.

Rows that another watch is handling are skipped, not waited for; the key of ``firings`` makes a second firing
impossible. A row that fails is set aside in its own savepoint and never blocks the others.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.enums import EventKind, IncidentOrigin, Moment, Role, TimerKind
from app.models.incident import HandOff, Incident
from app.models.timer import Firing, Timer
from app.services.clock.events import Act
from app.services.clock.reading import NEVER_BREACH
from app.services.database.database import Database, passing
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents.alerts import alert, alerts_held
from app.services.incidents.ladder import climb, policy_of
from app.services.incidents.owners import resolve
from app.services.incidents.timing import Timers
from app.services.watch.telling import BREACH, SOON, Missed, tell, tell_missed, true_time

log = logging.getLogger(__name__)

BATCH = 10
"""Moments a transaction: few, so that a click on the desk is never queued behind the watch for long.

After an absence an incident is caught up in one transaction, however many moments it missed.
"""
LATE = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class FireDue(Operation):
    """Fires the due moments of one batch. Result: ``{"fired", "failed"}``."""

    limit: int = BATCH
    needs: ClassVar[Role] = Role.VIEWER


@dataclass(frozen=True, kw_only=True)
class RemindFollowUps(Operation):
    """Reminds holders of questions whose follow-up time has come. Result: ``{"reminded"}``."""

    needs: ClassVar[Role] = Role.VIEWER


def anything_due(session: Session, at: datetime) -> bool:
    """Whether a moment is due, without writing anything."""
    return session.scalar(_due(at).with_only_columns(Timer.id).limit(1)) is not None


def follow_ups_due(session: Session, at: datetime) -> bool:
    """Whether somebody must be reminded of a question, without writing anything."""
    return session.scalar(_follow_ups(at).with_only_columns(Incident.id).limit(1)) is not None


def _follow_ups(at: datetime) -> Any:
    return select(Incident).where(
        Incident.follow_up_at <= at, Incident.waiting_since.is_not(None), Incident.origin == IncidentOrigin.LIVE
    )


def fire_due(database: Database, most: int = 100_000) -> int:
    """Fires everything that is due, batch by batch; returns how many moments were fired."""
    fired = 0
    while fired < most and database.read(anything_due, database.clock.now()):
        result = database.apply(FireDue()).result
        if not result["fired"]:
            break
        fired += result["fired"]
    if database.read(follow_ups_due, database.clock.now()):
        database.apply(RemindFollowUps())
    return fired


@handles(RemindFollowUps)
def remind_follow_ups(work: UnitOfWork, operation: RemindFollowUps) -> dict[str, Any]:
    """Tells the holder once; the incident goes on waiting until somebody goes on."""
    rows = work.session.scalars(_follow_ups(work.now).with_for_update(skip_locked=True)).all()
    for incident in rows:
        asked = incident.follow_up_at or work.now
        incident.follow_up_at = None
        work.event(incident.id, EventKind.FOLLOW_UP, at=asked, **_lateness(work, asked))
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

    An incident that somebody works on just now is left for the next round.
    """
    rows = work.session.scalars(
        _due(work.now).limit(operation.limit).with_for_update(skip_locked=True, of=(Timer, Incident))
    ).all()
    fired = failed = 0
    for incident_id in dict.fromkeys(row.incident_id for row in rows):
        if fired + failed >= operation.limit:
            break
        outcomes = _fire_incident(work, incident_id)
        fired += outcomes.count(True)
        failed += outcomes.count(False)
    return {"fired": fired, "failed": failed}


def _fire_incident(work: UnitOfWork, incident_id: str) -> list[bool]:
    """Fires what is due of an incident in order of time; after an absence its people are told once, of all of it."""
    incident = work.get(Incident, incident_id, "The incident of a timer")
    row, outcomes = _next_due(work, incident_id), []
    if row is None or work.now - true_time(row, work.now) <= LATE:
        while row is not None:
            outcomes.append(_try(work, row, None))
            row = _next_due(work, incident_id)
        return outcomes
    with alerts_held() as held:
        missed = Missed(held)
        while row is not None:
            outcomes.append(_try(work, row, missed))
            row = _next_due(work, incident_id)
    tell_missed(work, incident, missed)
    return outcomes


def _next_due(work: UnitOfWork, incident_id: str) -> Timer | None:
    return work.session.scalars(_due(work.now).where(Timer.incident_id == incident_id).limit(1)).first()


def _try(work: UnitOfWork, row: Timer, missed: Missed | None) -> bool:
    count, aside = len(missed.held) if missed else 0, true_time(row, work.now)
    try:
        with work.session.begin_nested():
            _fire(work, row, missed)
            work.session.flush()
    except Exception as error:
        if passing(error):
            raise  # the whole batch is tried again
        log.exception("moment %s of timer %s could not be fired", row.next_moment, row.id)
        if missed is not None:
            missed.forget_after(count)
        row.next_moment_at = work.now + timedelta(minutes=1)
        row.rule = {**row.rule, "set_aside": aside.isoformat()}
        return False
    return True


def _fire(work: UnitOfWork, row: Timer, missed: Missed | None) -> None:
    incident = work.get(Incident, row.incident_id, "The incident of a timer")
    moment, due_at = row.next_moment or Moment.DUE, true_time(row, work.now)
    policy = policy_of(work, incident)
    timers = Timers(work, incident, policy.warn_shares)
    number = row.pass_number
    if moment is Moment.DUE and row.kind is TimerKind.STEP:
        climb(work, incident, row, timers, policy)
    else:
        timers.do(row, Act.FIRE, due_at, moment=moment)
        _happen(work, incident, row, moment, due_at, missed)
    work.add(Firing(timer_id=row.id, pass_number=number, moment=moment, due_at=due_at, fired_at=work.now))
    timers.settle()


def _happen(
    work: UnitOfWork, incident: Incident, row: Timer, moment: Moment, due_at: datetime, missed: Missed | None
) -> None:
    if moment is not Moment.DUE:
        _warn(work, incident, row, due_at, missed)
    elif row.kind is TimerKind.OFFER:
        _offer_unanswered(work, incident, row)
    elif row.kind not in NEVER_BREACH:
        _breach(work, incident, row, due_at, missed)


def _lateness(work: UnitOfWork, due_at: datetime) -> dict[str, Any]:
    late = work.now - due_at
    return {"late_seconds": int(late.total_seconds())} if late > LATE else {}


def _warn(work: UnitOfWork, incident: Incident, row: Timer, due_at: datetime, missed: Missed | None) -> None:
    soon = row.soon_at is not None and due_at >= row.soon_at
    work.event(
        incident.id,
        EventKind.WARNED,
        at=due_at,
        timer=row.kind.value,
        due_at=row.due_at.isoformat(),
        soon=soon,
        **_lateness(work, due_at),
    )
    if soon:
        tell(work, incident, row, SOON, missed)


def _breach(work: UnitOfWork, incident: Incident, row: Timer, due_at: datetime, missed: Missed | None) -> None:
    row.breach_cause = row.breach_cause or "time"
    work.event(incident.id, EventKind.BREACHED, at=due_at, timer=row.kind.value, key=True, **_lateness(work, due_at))
    tell(work, incident, row, BREACH, missed)


def _offer_unanswered(work: UnitOfWork, incident: Incident, row: Timer) -> None:
    offer = work.session.get(HandOff, row.rule.get("hand_off"))
    if offer is None or offer.state != "offered":
        return
    offer.state, offer.answered_at = "unanswered", work.now
    team = resolve(work.session, offer.to_owner, work.now).team_id
    incident.team_id = team or incident.team_id
    work.event(incident.id, EventKind.RETURNED, at=row.due_at, to=offer.to_owner, unanswered=True)
    if offer.from_id:
        alert(work, incident, [offer.from_id], "unanswered")
