"""The timers of incidents as screens show them, read in rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.enums import TimerKind, TimerState
from app.models.timer import Pause, Timer
from app.services.clock.reading import TimerRecord
from app.services.clock.spans import Span
from app.services.incidents.timing import SEVERAL, Calendars

TIMER_COLUMNS = (
    Timer.id,
    Timer.incident_id,
    Timer.customer_id,
    Timer.kind,
    Timer.pass_number,
    Timer.state,
    Timer.started_at,
    Timer.target_seconds,
    Timer.due_at,
    Timer.warn_at,
    Timer.soon_at,
    Timer.breached_at,
    Timer.met_at,
    Timer.paused_at,
    Timer.used_seconds,
    Timer.pinned_due_at,
    Timer.promised,
    Timer.calendar_id,
)
OVERRUN_SHOWN = timedelta(days=7)
"""How far beyond its due time a screen's record knows closed hours; the queue is read again long before."""


def timer_record(row: Sequence[Any], calendars: Calendars, reason: str = "") -> TimerRecord:
    """A screen's record from the values of ``TIMER_COLUMNS``."""
    (key, incident, customer, kind, number, state, started, target, due, warn, soon, breached, met, paused, used) = row[
        :15
    ]
    pinned, promised, calendar_id = row[15:18]
    closed: tuple[Span, ...] = ()
    if calendar_id is not None:
        # beyond the due time too: an overrun counts open time only, and a screen may stand for days
        closed = calendars.of(calendar_id).closed_spans(started, max(due, started) + OVERRUN_SHOWN)
    return TimerRecord(
        id=key,
        incident_id=incident,
        customer_id=customer,
        kind=kind,
        pass_number=number,
        state=state,
        started_at=started,
        target_seconds=target,
        due_at=due,
        warn_at=warn,
        soon_at=soon,
        breached_at=breached,
        met_at=met,
        paused_at=paused,
        used_seconds=used,
        closed=closed,
        pinned=pinned is not None,
        promised=promised,
        reason=reason,
    )


def records(session: Session, incident_id: str) -> tuple[TimerRecord, ...]:
    """The timers of an incident that a screen shows: of each kind and customer the latest pass, none cancelled."""
    calendars = Calendars(session)
    rows = session.execute(
        select(*TIMER_COLUMNS).where(Timer.incident_id == incident_id).order_by(Timer.pass_number, Timer.due_at)
    ).all()
    latest: dict[tuple[TimerKind, str | None, str], Any] = {}
    for row in rows:
        if row.state is not TimerState.CANCELLED:
            latest[row.kind, row.customer_id, row.id if row.kind in SEVERAL else ""] = row
    reasons = _open_pauses(session, incident_id)
    return tuple(timer_record(row, calendars, reasons.get(row.id, "")) for row in latest.values())


def _open_pauses(session: Session, incident_id: str) -> dict[str, str]:
    rows = session.execute(
        select(Pause.timer_id, Pause.reason)
        .join(Timer, Timer.id == Pause.timer_id)
        .where(Timer.incident_id == incident_id, Pause.ended_at.is_(None))
    ).all()
    return {row.timer_id: row.reason for row in rows}
