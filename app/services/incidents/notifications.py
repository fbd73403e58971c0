"""Notifications: what a person should know, and that they have seen it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.models.enums import Role
from app.models.incident import Incident
from app.models.message import Notification
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork


@dataclass(frozen=True, slots=True)
class NotificationRecord:
    """A notification as the bell lists it. ``data`` is what its kind says: timer, tier, due time."""

    id: str
    kind: str
    at: datetime
    seen_at: datetime | None
    incident_id: str | None
    number: int | None
    title: str
    data: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class MarkSeen(Operation):
    """The person has seen these notifications; all unseen ones where none is named."""

    notification_ids: tuple[str, ...] = ()
    needs: ClassVar[Role] = Role.VIEWER


def list_notifications(session: Session, person_id: str | None, most: int = 50) -> tuple[NotificationRecord, ...]:
    """The newest notifications of a person."""
    rows = session.execute(
        select(Notification, Incident.number, Incident.title)
        .outerjoin(Incident, Incident.id == Notification.incident_id)
        .where(Notification.person_id == person_id)
        .order_by(Notification.at.desc(), Notification.id.desc())
        .limit(most)
    ).all()
    return tuple(
        NotificationRecord(one.id, one.kind, one.at, one.seen_at, one.incident_id, number, title or "", one.data)
        for one, number, title in rows
    )


def count_unseen(session: Session, person_id: str | None) -> int:
    """How many notifications a person has not seen."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Notification)
            .where(Notification.person_id == person_id, Notification.seen_at.is_(None))
        )
        or 0
    )


@handles(MarkSeen)
def mark_seen(work: UnitOfWork, operation: MarkSeen) -> dict[str, Any]:
    """Marks only those of the actor."""
    statement = update(Notification).where(Notification.person_id == work.actor.id, Notification.seen_at.is_(None))
    if operation.notification_ids:
        statement = statement.where(Notification.id.in_(operation.notification_ids))
    work.session.execute(statement.values(seen_at=work.now))
    return {}
