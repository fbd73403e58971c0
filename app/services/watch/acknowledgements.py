"""What the clock brings between the moments: people alerted again, acknowledgements that expire, tiers that open."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import Select, select, union_all
from sqlalchemy.orm import Session

from app.models.enums import IncidentOrigin, Role
from app.models.incident import Acknowledgement, Incident
from app.models.people import Person
from app.models.timer import Timer
from app.services.database.database import passing
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents.acknowledging import tier_reached
from app.services.incidents.alerts import alert
from app.services.incidents.ladder import policy_of
from app.services.incidents.owners import resolve
from app.services.incidents.standing import wake
from app.services.watch.firing import fire_incident

log = logging.getLogger(__name__)

BATCH = 100
AGAIN = "alerted_again"
WAIT_AFTER_FAILURE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class AnswerDue(Operation):
    """Alerts again who has not answered, lets acknowledgements expire, tells the people of tiers that opened.

    Result: ``{"alerted", "expired", "opened", "failed"}``. Incidents whose moments are due are left until those fired.
    """

    limit: int = BATCH
    needs: ClassVar[Role] = Role.AGENT


def acknowledgements_due(session: Session, at: datetime) -> bool:
    """Whether anything of that is due, without writing anything."""
    return session.scalar(_due(at).with_only_columns(Incident.id).limit(1)) is not None


def _due(at: datetime) -> Select[Any]:
    """The incidents of which something is due, but no moment: those go first, and may lead to another tier."""
    named = union_all(
        select(Acknowledgement.incident_id).where(Acknowledgement.again_at <= at),
        select(Incident.id).where(Incident.acknowledgement_expires_at <= at),
        select(Incident.id).where(Incident.tier_sleeps_until <= at),
    ).subquery()
    moment = select(Timer.id).where(Timer.incident_id == Incident.id, Timer.next_moment_at <= at)
    return (
        select(Incident)
        .where(Incident.id.in_(select(named.c[0])), Incident.origin == IncidentOrigin.LIVE, ~moment.exists())
        .order_by(Incident.id)
    )


@handles(AnswerDue)
def answer_due(work: UnitOfWork, operation: AnswerDue) -> dict[str, Any]:
    """Each incident in a savepoint of its own; one that somebody works on just now is left for the next round."""
    done = dict.fromkeys(("alerted", "expired", "opened", "failed"), 0)
    question = _due(work.now).limit(operation.limit).with_for_update(skip_locked=True, of=Incident)
    incidents: Sequence[Incident] = work.session.scalars(question).all()
    for incident in incidents:
        for what, count in _try(work, incident).items():
            done[what] += count
    return done


def _try(work: UnitOfWork, incident: Incident) -> dict[str, int]:
    incident_id = incident.id
    try:
        with work.session.begin_nested():
            done = _handle(work, incident)
            work.session.flush()
            return done
    except Exception as error:
        if passing(error):
            raise  # the whole batch is tried again
        log.exception("what the tier of incident %s waits for could not be done", incident_id)
    work.session.refresh(incident)
    _set_aside(work, incident, work.now + WAIT_AFTER_FAILURE)
    return {"failed": 1}


def _handle(work: UnitOfWork, incident: Incident) -> dict[str, int]:
    now, acknowledged_at = work.now, incident.acknowledged_at
    if _is_past(incident.acknowledgement_expires_at, now):
        fire_incident(work, incident.id)
        if _is_past(incident.acknowledgement_expires_at, now):
            raise RuntimeError("the acknowledgement could not expire")
    expired = acknowledged_at is not None and incident.acknowledged_at is None
    opened = _is_past(incident.tier_sleeps_until, now)
    if opened:
        wake(work, incident, policy_of(work, incident))
    return {"alerted": _alert_again(work, incident), "expired": int(expired), "opened": int(opened)}


def _is_past(at: datetime | None, now: datetime) -> bool:
    return at is not None and at <= now


def _alert_again(work: UnitOfWork, incident: Incident) -> int:
    """Alerts those of the tier once, however many times that was missed; forgets those of a tier that was left."""
    policy = policy_of(work, incident)
    tier = tier_reached(policy, incident)
    over = tier is None or incident.resolved_at is not None or incident.closed_at is not None
    people = []
    for row, login in _waiting(work, incident):
        if over or row.tier_entry != incident.tier_entry or row.again_at is None:
            row.again_at = None
            continue
        row.again_at = _next(row.again_at, policy.alert_again_seconds, work.now)
        if row.person_id in resolve(work.session, f"person:{login}", work.now).alerted:
            people.append(row.person_id)
    if tier is not None and people:
        alert(work, incident, people, AGAIN, tier=tier.name)
    return len(people)


def _waiting(work: UnitOfWork, incident: Incident) -> list[tuple[Acknowledgement, str]]:
    rows = work.session.execute(
        select(Acknowledgement, Person.login)
        .join(Person, Person.id == Acknowledgement.person_id)
        .where(Acknowledgement.incident_id == incident.id, Acknowledgement.again_at <= work.now)
        .order_by(Acknowledgement.again_at, Acknowledgement.id)
    )
    return [(row, login) for row, login in rows]


def _next(again_at: datetime, seconds: int, now: datetime) -> datetime:
    """The first instant of the beat after ``now``."""
    beat = timedelta(seconds=max(1, seconds))
    return again_at + beat * ((now - again_at) // beat + 1)


def _set_aside(work: UnitOfWork, incident: Incident, until: datetime) -> None:
    if _is_past(incident.acknowledgement_expires_at, work.now):
        incident.acknowledgement_expires_at = until
    if _is_past(incident.tier_sleeps_until, work.now):
        incident.tier_sleeps_until = until
    for row, _ in _waiting(work, incident):
        row.again_at = until
