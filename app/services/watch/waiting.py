"""Reading the alerts that wait in the outbox: whose time has come, which nobody needs any more, what they tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, tuple_
from sqlalchemy.orm import Session

from app.models.enums import OutboxState
from app.models.incident import Acknowledgement, HandOff, Incident
from app.models.message import Notification, Outbox
from app.models.people import Person
from app.services.watch.bundling import LIMITS, LONGEST, Bundle, Reader, WaitingAlert, bundles, free_at
from app.services.watch.words import Told

OPEN_STATES = (OutboxState.QUEUED, OutboxState.FAILED, OutboxState.LEASED)
WAIT_FOR_AN_ANSWER = ("tier_entered", "alerted_again", "acknowledgement_expired")
MOST = 2000
"""Alerts that are looked at in one go, and so the most that one letter tells; the rest goes with the next."""
STALE = timedelta(hours=24)
"""So long after its time an alert that no watch could take out is dropped: who comes back then reads the bell."""


@dataclass(frozen=True, slots=True)
class Departures:
    """What to do now: letters to lease, and alerts to take back, each with the reason."""

    letters: tuple[Bundle, ...]
    needless: tuple[tuple[str, str], ...]


def due(channels: Sequence[str], at: datetime) -> Any:
    """What may leave by time and lease; an alert that another one's letter carries goes with that one."""
    free = or_(Outbox.leased_until.is_(None), Outbox.leased_until <= at)
    own = Outbox.bundle_id.is_(None)
    return and_(Outbox.channel.in_(channels), Outbox.state.in_(OPEN_STATES), Outbox.not_before <= at, free, own)


def departures(session: Session, channels: Sequence[str], at: datetime, lease: timedelta) -> Departures:
    """Which letters to our people may leave now. ``lease`` is how long before its end a lease began.

    Only readers to whom a letter may leave are looked at closely: a flood that waits for its turn costs nothing.
    """
    columns = Outbox.person_id, Outbox.channel, Outbox.recipient
    here = select(*columns).where(due(channels, at), Outbox.person_id.is_not(None)).distinct()
    readers = {Reader(person or "", channel, recipient) for person, channel, recipient in session.execute(here)}
    left = _left(session, readers, at, lease)
    free = {one for one in readers if free_at(left.get(one, ()), LIMITS.get(one.channel, ()), at) <= at}
    if not free:
        return Departures((), ())
    rows = session.execute(
        select(Outbox, Notification, Incident, Person.active)
        .join(Notification, Notification.id == Outbox.notification_id)
        .join(Person, Person.id == Outbox.person_id)
        .outerjoin(Incident, Incident.id == Notification.incident_id)
        .where(due(channels, at), tuple_(*columns).in_([(one.person_id, one.channel, one.recipient) for one in free]))
        .order_by(Outbox.not_before, Outbox.id)
        .limit(MOST)
    ).all()
    companions = _unseen_companions(session, [row.id for row, *_ in rows if row.attempt])
    needless, waiting = [], []
    for row, note, incident, active in rows:
        reason = _needless(session, row, note, incident, at) if active else "This person does not work here any more."
        if reason and row.id not in companions:
            needless.append((row.id, reason))
        else:
            waiting.append(WaitingAlert(row.id, _reader(row), tried=row.attempt > 0))
    return Departures(tuple(bundles(waiting, left, at)), tuple(needless))


def _unseen_companions(session: Session, tried: list[str]) -> set[str]:
    """Of letters that left before: those that carry an alert beside their own that its reader has not seen."""
    if not tried:
        return set()
    return set(
        session.scalars(
            select(Outbox.bundle_id)
            .join(Notification, Notification.id == Outbox.notification_id)
            .where(Outbox.bundle_id.in_(tried), Notification.seen_at.is_(None))
        )
    )


def _needless(session: Session, row: Outbox, note: Notification, incident: Incident | None, at: datetime) -> str | None:
    """Why nobody needs that alert any more; None where somebody does."""
    if note.seen_at is not None:
        return "Seen on a desk before it left."
    if row.attempt == 0 and at - row.not_before > STALE:
        return "Nothing took it out for a day."
    if incident is None or note.kind == "message_refused":
        return None
    if incident.closed_at is not None:
        return "The incident was closed before it left."
    if note.kind in WAIT_FOR_AN_ANSWER and _answered(session, note, incident):
        return "Somebody acknowledged before it left."
    offer_id = note.data.get("hand_off") if note.kind == "offered" else None
    offer = session.get(HandOff, offer_id) if offer_id else None
    if offer is not None and offer.state != "offered":
        return "The offer was answered before it left."
    return None


def _answered(session: Session, note: Notification, incident: Incident) -> bool:
    """Whether the incident was acknowledged since, by this person too where everybody has to."""
    if incident.acknowledged_at is None or incident.acknowledged_at < note.at:
        return False
    still_asked = select(Acknowledgement.id).where(
        Acknowledgement.incident_id == incident.id,
        Acknowledgement.tier_entry == incident.tier_entry,
        Acknowledgement.person_id == note.person_id,
        Acknowledgement.answered_at.is_(None),
    )
    return session.scalar(still_asked.limit(1)) is None


def _left(session: Session, readers: set[Reader], at: datetime, lease: timedelta) -> dict[Reader, list[datetime]]:
    """When letters left for these readers lately; one that is on its way left when it was leased."""
    rows = session.scalars(
        select(Outbox).where(
            Outbox.person_id.in_({one.person_id for one in readers}),
            Outbox.bundle_id.is_(None),
            or_(Outbox.sent_at > at - LONGEST, and_(Outbox.sent_at.is_(None), Outbox.leased_until > at)),
        )
    )
    found: dict[Reader, list[datetime]] = {}
    for row in rows:
        left_at = row.sent_at or (row.leased_until or at) - lease
        found.setdefault(_reader(row), []).append(left_at)
    return found


def _reader(row: Outbox) -> Reader:
    return Reader(row.person_id or "", row.channel, row.recipient)


def told_of(session: Session, ids: Iterable[str]) -> tuple[Told, ...]:
    """What the alerts of these outbox rows tell, with who holds the incident now."""
    rows = session.execute(
        select(Notification, Incident.number, Incident.title, Person.name)
        .join(Outbox, Outbox.notification_id == Notification.id)
        .outerjoin(Incident, Incident.id == Notification.incident_id)
        .outerjoin(Person, Person.id == Incident.holder_id)
        .where(Outbox.id.in_(tuple(ids)))
    ).all()
    return tuple(
        Told(note.id, note.kind, note.at, note.data, number, title or "", holder)
        for note, number, title, holder in rows
    )
