"""Reminders that wait for a shift: asked for while somebody was off duty, sent when they begin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import governance as tables
from app.services.announcements.announcing import send_reminders
from app.services.announcements.shifts import Shifts
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class RemindOnShift(Operation):
    """Reminds those whose shift has begun. Result: ``{"reminded": n}``."""


def reminders_due(session: Session, at: datetime) -> bool:
    """Whether somebody who waits for a reminder is on duty now."""
    waiting = _waiting(session)
    if not waiting:
        return False
    shifts = Shifts(session, at)
    return any(shifts.on_duty(row.person_id, at) for row in waiting)


def _waiting(session: Session) -> list[tables.Confirmation]:
    """Who confirmed meanwhile is left in peace."""
    return list(
        session.scalars(
            select(tables.Confirmation).where(
                tables.Confirmation.remind_on_shift, tables.Confirmation.confirmed_at.is_(None)
            )
        )
    )


@handles(RemindOnShift)
def remind_on_shift(work: UnitOfWork, _operation: RemindOnShift) -> dict[str, Any]:
    """One reminder for each announcement that waits for them."""
    shifts = Shifts(work.session, work.now)
    by_announcement: dict[str, list[tables.Confirmation]] = {}
    for row in _waiting(work.session):
        if shifts.on_duty(row.person_id, work.now):
            by_announcement.setdefault(row.announcement_id, []).append(row)
    for announcement_id, rows in by_announcement.items():
        send_reminders(work, work.get(tables.Announcement, announcement_id, "That announcement"), rows)
    return {"reminded": sum(len(rows) for rows in by_announcement.values())}
