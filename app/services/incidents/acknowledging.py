"""Who has answered an alert, and how long an acknowledgement holds (domain.md §3.3).

Where everyone alerted must acknowledge, the first answer meets timer and steps, as anywhere. From then on the others
are alerted again until each has answered or the tier is left: a row of ``acknowledgements`` for each person.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.models.enums import EventKind, TimerKind
from app.models.incident import Acknowledgement, Event, Incident
from app.models.timer import Timer
from app.services.database.identity import new_id
from app.services.database.work import UnitOfWork
from app.services.incidents.passes import ask_again
from app.services.incidents.timing import Timers
from app.services.matrix.policy import Policy, TierPolicy
from app.services.matrix.versions import load


def tier_reached(policy: Policy, incident: Incident) -> TierPolicy | None:
    """The tier that an incident is at; None where its version has no such tier."""
    return next((tier for tier in policy.tiers if tier.key == incident.tier), None)


def ask_everyone(
    work: UnitOfWork, incident: Incident, policy: Policy, tier: TierPolicy, people: Iterable[str], at: datetime
) -> None:
    """Waits for an answer of each of ``people``, where the tier wants one of everybody.

    Where somebody of the tier has the incident already, that was the first answer.
    """
    if not tier.everyone_acknowledges:
        return
    first = incident.acknowledged_at is not None
    before = {row.person_id: row for row in _rows(work.session, incident)}
    for person in dict.fromkeys(people):
        row = before.get(person) or work.add(
            Acknowledgement(
                id=new_id(), incident_id=incident.id, tier_entry=incident.tier_entry, person_id=person, asked_at=at
            )
        )
        row.asked_at = at
        row.answered_at = incident.acknowledged_at if person == incident.holder_id else None
        row.again_at = _again(policy, work.now) if first and row.answered_at is None else None


def take_answer(work: UnitOfWork, incident: Incident, at: datetime, *, first: bool) -> Acknowledgement | None:
    """The actor has answered at ``at``; gives their row where everyone must and they had not.

    The ``first`` answer sets the clocks: when the others are alerted again, and when the acknowledgement expires.
    """
    policy = load(work.session, incident.version_id or "")
    tier = tier_reached(policy, incident)
    if first:
        incident.acknowledgement_expires_at = _expiry(tier, at)
    if tier is None or not tier.everyone_acknowledges:
        return None
    mine = None
    for row in _rows(work.session, incident):
        if row.answered_at is not None:
            continue
        if row.person_id == work.actor.id:
            mine, row.answered_at, row.again_at = row, at, None
        elif first:
            row.again_at = _again(policy, at)
    return mine


def asked_since(session: Session, incident: Incident) -> datetime:
    """Since when somebody was asked to acknowledge: raised, else the entry or expiry that began a new pass."""
    passes = select(func.max(Timer.started_at)).where(
        Timer.incident_id == incident.id, Timer.kind == TimerKind.ACKNOWLEDGE
    )
    entered_at = incident.tier_entered_at if incident.tier_entry > 1 else None
    return session.scalar(passes) or entered_at or incident.raised_at


def withdraw_answer(work: UnitOfWork, incident: Incident, person_id: str | None, at: datetime) -> None:
    """The answer that ``person_id`` gave at ``at`` does not count: it was a message that has been taken back.

    Called once it is known whether anybody has acknowledged otherwise.
    """
    policy = load(work.session, incident.version_id or "")
    first = incident.acknowledged_at
    incident.acknowledgement_expires_at = _expiry(tier_reached(policy, incident), first) if first else None
    for row in _rows(work.session, incident):
        if row.person_id == person_id and row.answered_at == at:
            row.answered_at = None
        if row.answered_at is None:
            row.again_at = _again(policy, max(first, work.now)) if first else None


def new_pass(timers: Timers, policy: Policy, at: datetime) -> None:
    """A new pass of acknowledge from ``at``; nobody has answered it."""
    timers.incident.acknowledged_at = None
    timers.incident.acknowledgement_expires_at = None
    ask_again(timers, policy, at)


def hold_on(incident: Incident, tier: TierPolicy, at: datetime) -> None:
    """An acknowledgement that still stands at the entry into ``tier`` expires as that tier says."""
    incident.acknowledgement_expires_at = _expiry(tier, at) if incident.acknowledged_at is not None else None


def expires_at(session: Session, incident: Incident, tier: TierPolicy) -> datetime | None:
    """When the acknowledgement truly expires: so long after the holder last did something with the incident.

    Going on after a wait counts as well, whoever ended it: nobody could act before. None where it never expires.
    """
    if incident.acknowledged_at is None:
        return None
    by_holder = Event.person_id == incident.holder_id if incident.holder_id else Event.kind == EventKind.RESUMED
    acted = session.scalar(
        select(func.max(Event.at)).where(
            Event.incident_id == incident.id, or_(by_holder, Event.kind == EventKind.RESUMED)
        )
    )
    return _expiry(tier, max(incident.acknowledged_at, acted or incident.acknowledged_at))


def _expiry(tier: TierPolicy | None, at: datetime) -> datetime | None:
    seconds = tier.acknowledgement_expires_after if tier is not None else None
    return at + timedelta(seconds=seconds) if seconds else None


def _again(policy: Policy, at: datetime) -> datetime:
    return at + timedelta(seconds=policy.alert_again_seconds)


def _rows(session: Session, incident: Incident) -> list[Acknowledgement]:
    return list(session.scalars(select(Acknowledgement).where(_of_this_entry(incident))))


def _of_this_entry(incident: Incident) -> ColumnElement[bool]:
    return (Acknowledgement.incident_id == incident.id) & (Acknowledgement.tier_entry == incident.tier_entry)
