"""Why a timer is due when it is: the clock's explanation with the names that the database knows."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.calendar import Calendar, CalendarVersion
from app.models.incident import Incident
from app.models.timer import Timer
from app.services.clock.explain import Explanation, Source, explain
from app.services.database.errors import NotFound
from app.services.incidents.timing import Calendars, pass_of
from app.services.matrix.versions import load


def why(session: Session, timer_id: str, now: datetime) -> Explanation:
    """The explanation of a timer at ``now``."""
    row = session.get(Timer, timer_id)
    if row is None:
        raise NotFound("That timer is no longer there.", "Look at the incident again.")
    incident = session.get(Incident, row.incident_id)
    policy = load(session, incident.version_id) if incident is not None and incident.version_id else None
    shares = tuple(share / 100 for share in policy.warn_shares) if policy else (0.75, 0.9)
    return explain(pass_of(session, row, Calendars(session), shares), now, _source(session, row))


def _source(session: Session, row: Timer) -> Source:
    calendar = session.get(Calendar, row.calendar_id) if row.calendar_id else None
    number = session.scalar(
        select(CalendarVersion.number)
        .where(CalendarVersion.calendar_id == row.calendar_id)
        .order_by(CalendarVersion.number.desc())
        .limit(1)
    )
    trigger = row.rule.get("trigger")
    return Source(
        target=tuple(row.rule.get("parts", ())),
        trigger=f"Trigger {trigger}" if trigger else "",
        matrix_version=f"version {row.rule['version']}" if "version" in row.rule else "",
        calendar=calendar.name if calendar else "",
        calendar_version=f"version {number}" if number else "",
        pinned_by="a promise" if row.promised else "",
    )
