"""Working calendars: kept as versions that hold from a date; open timers follow."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.calendar import Calendar, CalendarVersion
from app.models.enums import Role
from app.services.clock.calendar import WorkCalendar, standing
from app.services.clock.faults import in_words
from app.services.clock.holiday_lists import with_holidays
from app.services.clock.zones import ClockError, instant
from app.services.database.errors import UserError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents.recount import recount

Document = dict[str, Any]

FARTHEST = timedelta(days=10 * 366)
"""How far ahead a version may begin: as far as a calendar is looked at for its next opening."""


@dataclass(frozen=True, kw_only=True)
class WriteCalendar(Operation):
    """Writes a version of a calendar, making the calendar where ``key`` is new.

    ``definition`` is as ``WorkCalendar.from_json`` reads it; its ``holidays`` may name a list of days instead of
    dates: ``{"country", "region", "without"}``. ``holds_from`` is a local date. Result: ``{"calendar_id", "number",
    "written", "recounted"}``: nothing is written where this holds already, and ``recounted`` open timers follow.
    """

    key: str
    name: str
    definition: Document
    holds_from: date
    needs: ClassVar[Role] = Role.LEAD


@dataclass(frozen=True, slots=True)
class Plan:
    """Hours that shall hold from a local date on; None: from today."""

    definition: Document
    holds_from: date | None = None
    where: str = ""


@dataclass(slots=True)
class Written:
    """What became of a calendar: the numbers of the versions written, how many open timers follow."""

    calendar_id: str
    made: bool = False
    numbers: list[int] = field(default_factory=list)
    recounted: int = 0


@dataclass(frozen=True, slots=True)
class CalendarRecord:
    """A calendar as lists show it. ``planned`` are the dates from which later versions will hold."""

    id: str
    key: str
    name: str
    number: int
    holds_from: date
    definition: Mapping[str, Any]
    planned: tuple[date, ...] = ()

    @property
    def time_zone(self) -> str:
        """The zone of its wall clock."""
        return str(self.definition["time_zone"])


# --- reading


def list_calendars(session: Session, at: datetime) -> tuple[CalendarRecord, ...]:
    """All calendars by key, each with the version that holds at ``at``."""
    found = []
    for row in session.scalars(select(Calendar).order_by(Calendar.key)):
        versions = standing_versions(session, row.id, at)
        if versions:
            now, later = versions[0], versions[1:]
            planned = tuple(one.holds_from for one in later)
            found.append(CalendarRecord(row.id, row.key, row.name, now.number, now.holds_from, now.definition, planned))
    return tuple(found)


def standing_versions(session: Session, calendar_id: str, at: datetime) -> list[CalendarVersion]:
    """The version that holds at ``at`` and those that will, by date."""
    rows = session.scalars(
        select(CalendarVersion).where(CalendarVersion.calendar_id == calendar_id).order_by(CalendarVersion.number)
    ).all()
    kept = [row for _from, row in standing((row.holds_from, row) for row in rows)]
    begun = [row for row in kept[1:] if _begins(row.definition, row.holds_from) <= at]
    return kept[len(begun) :]


def _begins(definition: Mapping[str, Any], holds_from: date) -> datetime:
    return instant(holds_from, 0, WorkCalendar.from_json(definition).zone)


# --- writing


@handles(WriteCalendar)
def write_calendar(work: UnitOfWork, operation: WriteCalendar) -> Document:
    """Refused at its place: hours that cannot be read, overlap or are never open in ten years, and a past date.

    The first version may hold from any date: nothing was counted before it. A version that holds from the date of a
    planned one, or an earlier date, takes its place.
    """
    row, made = _calendar(work, operation.key, operation.name)
    written = Written(row.id, made)
    plan = Plan(operation.definition, operation.holds_from)
    definition = checked(work, plan)
    last = next(reversed(standing_versions(work.session, row.id, work.now)), None)
    if last is None or last.definition != definition or last.holds_from > operation.holds_from:
        _write(work, written, plan, definition, first=last is None)
    _count_anew(work, written)
    return {
        "calendar_id": row.id,
        "number": written.numbers[-1] if written.numbers or last is None else last.number,
        "written": bool(written.numbers),
        "recounted": written.recounted,
    }


def write_plans(work: UnitOfWork, key: str, name: str, plans: Sequence[Plan]) -> Written:
    """Lets a calendar hold what ``plans`` say from today on, by date; writes only what differs from what stands."""
    row, made = _calendar(work, key, name)
    written = Written(row.id, made)
    wanted = [(plan, checked(work, plan)) for plan in plans]
    versions = standing_versions(work.session, row.id, work.now)
    stands = [(one.holds_from if index else None, one.definition) for index, one in enumerate(versions)]
    says = [(_ahead(work, plan, definition), definition) for plan, definition in wanted]
    same = 0
    while same < min(len(stands), len(says)) and stands[same] == says[same]:
        same += 1
    if same == len(says) < len(stands):  # what was planned beyond is called off by saying again what holds before it
        same -= 1
        wanted[same] = (replace(wanted[same][0], holds_from=says[same][0]), wanted[same][1])
    for plan, definition in wanted[same:]:
        _write(work, written, plan, definition, first=made and not written.numbers)
    _count_anew(work, written)
    return written


def _ahead(work: UnitOfWork, plan: Plan, definition: Document) -> date | None:
    """The date from which a plan will hold; None where it is to hold now."""
    if plan.holds_from is None or _begins(definition, plan.holds_from) <= work.now:
        return None
    return plan.holds_from


def checked(work: UnitOfWork, plan: Plan) -> Document:
    """The definition with its holidays as dates. Raises ``UserError`` at its place."""
    today = work.now.date()
    with in_words(plan.where):
        holds_from = plan.holds_from or today
        if holds_from > today + FARTHEST:
            raise ClockError(f"{holds_from:%d %b %Y} is too far ahead", "holds_from", "Choose a date within ten years.")
        definition: Document = json.loads(json.dumps(with_holidays(plan.definition, holds_from)))
        calendar = WorkCalendar.from_json(definition)
        calendar.check_opens(max(work.now, instant(holds_from, 0, calendar.zone)))
    return definition


def _calendar(work: UnitOfWork, key: str, name: str) -> tuple[Calendar, bool]:
    """The calendar of that key under that name, and whether it is new."""
    if not key.strip() or not name.strip():
        raise UserError("A calendar needs a key and a name.", "Give both.", "key" if not key.strip() else "name")
    work.alone(f"calendar {key}")
    row = work.session.scalars(select(Calendar).where(Calendar.key == key)).first()
    if row is None:
        row = work.add(Calendar(id=new_id(), key=key, name=name))
        work.session.flush()
        return row, True
    row.name = name
    return row, False


def _write(work: UnitOfWork, written: Written, plan: Plan, definition: Document, *, first: bool) -> None:
    zone = WorkCalendar.from_json(definition).zone
    today = work.now.astimezone(zone).date()
    holds_from = plan.holds_from or today
    if holds_from < today and not first:
        where = ".".join(part for part in (plan.where, "holds_from") if part)
        raise UserError(f"{holds_from:%d %b %Y} is past.", "Choose today or a later date.", where)
    last = work.session.scalars(
        select(CalendarVersion.number)
        .where(CalendarVersion.calendar_id == written.calendar_id)
        .order_by(CalendarVersion.number.desc())
        .limit(1)
    ).first()
    number = (last or 0) + 1
    work.add(
        CalendarVersion(
            id=new_id(),
            calendar_id=written.calendar_id,
            number=number,
            holds_from=holds_from,
            definition=definition,
            made_at=work.now,
        )
    )
    work.session.flush()
    written.numbers.append(number)


def _count_anew(work: UnitOfWork, written: Written) -> None:
    """Open timers follow in the same transaction; on a calendar that is new nothing counts yet."""
    if written.numbers and not written.made:
        written.recounted = recount(work, written.calendar_id)
