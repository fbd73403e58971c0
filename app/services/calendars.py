"""Working calendars: added and changed as versions that hold from a date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from sqlalchemy import func, select

from app.models.calendar import Calendar, CalendarVersion
from app.models.enums import Role
from app.services.clock.calendar import WorkCalendar
from app.services.clock.zones import ClockError
from app.services.database.errors import UserError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class WriteCalendar(Operation):
    """Writes a version of a calendar, making the calendar where ``key`` is new.

    ``definition`` is as ``WorkCalendar.from_json`` reads it; ``holds_from`` is a local date. Result:
    ``{"calendar_id", "number"}``.
    """

    key: str
    name: str
    definition: dict[str, Any]
    holds_from: date
    needs: ClassVar[Role] = Role.LEAD


@handles(WriteCalendar)
def write_calendar(work: UnitOfWork, operation: WriteCalendar) -> dict[str, Any]:
    """Refused where the hours cannot be read or are never open, or a later version exists already."""
    try:
        calendar = WorkCalendar.from_json(operation.definition)
        calendar.check_opens(work.now)
    except ClockError as error:
        raise UserError(str(error), "Mend the hours, then save again.") from error
    work.alone(f"calendar {operation.key}")
    row = work.session.scalars(select(Calendar).where(Calendar.key == operation.key)).first()
    if row is None:
        row = work.add(Calendar(id=new_id(), key=operation.key, name=operation.name))
        work.session.flush()
    last = work.session.execute(
        select(func.max(CalendarVersion.number), func.max(CalendarVersion.holds_from)).where(
            CalendarVersion.calendar_id == row.id
        )
    ).one()
    number: int | None = last[0]
    latest: date | None = last[1]
    today = work.now.astimezone(calendar.zone).date()
    if latest is not None and operation.holds_from <= max(latest, today - timedelta(days=1)):
        raise UserError(f"A version holds from {latest:%d %b %Y}.", "Choose a later date that is not past.")
    work.add(
        CalendarVersion(
            id=new_id(),
            calendar_id=row.id,
            number=(number or 0) + 1,
            holds_from=operation.holds_from,
            definition=operation.definition,
            made_at=work.now,
        )
    )
    return {"calendar_id": row.id, "number": (number or 0) + 1}
