"""What happened to one pass of a timer beside time, for its explanation: where its target comes from, what moved it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.calendar import Calendar, CalendarVersion
from app.models.enums import EventKind
from app.models.incident import Event, TextBody
from app.models.people import Person
from app.models.timer import Timer
from app.models.trail import AppliedOperation
from app.services.clock.calendar import standing
from app.services.clock.explain import History, LateAct, Recalculation, Source

LATE = timedelta(minutes=1)
"""From here on an act is said to have come late; clocks of desks differ by less."""
PINS = (EventKind.PINNED, EventKind.UNPINNED)
TOLD = (
    EventKind.ACKNOWLEDGED,
    EventKind.MESSAGE_SENT,
    EventKind.WAITING,
    EventKind.RESUMED,
    EventKind.CONTAINED,
    EventKind.RESOLVED,
    EventKind.REOPENED,
    EventKind.FACT_CHANGED,
    EventKind.MOVED,
    EventKind.TIER_ENTERED,
    *PINS,
)
"""The acts that clocks go by."""


def source_of(session: Session, row: Timer) -> Source:
    """Where the target, the calendar and a pin come from, in words."""
    calendar = session.get(Calendar, row.calendar_id) if row.calendar_id else None
    trigger = row.rule.get("trigger")
    return Source(
        target=tuple(row.rule.get("parts", ())),
        trigger=f"Trigger {trigger}" if trigger else "",
        target_class=row.rule.get("class", ""),
        matrix_version=f"version {row.rule['version']}" if "version" in row.rule else "",
        calendar=calendar.name if calendar else "",
        calendar_version=_versions(session, row),
        pinned_by=_pinned_by(session, row),
        promise=_body(session, row.text_id),
    )


def _versions(session: Session, row: Timer) -> str:
    """The versions of the calendar that held while the pass counted, or will until it is due."""
    made = session.execute(
        select(CalendarVersion.holds_from, CalendarVersion.number)
        .where(CalendarVersion.calendar_id == row.calendar_id)
        .order_by(CalendarVersion.number)
    ).all()
    found = standing(made)
    first, last = row.started_at.date(), max(row.due_at, row.met_at or row.due_at).date()
    before = [one for one in found if one[0] <= first][-1:] or found[:1]
    during = [one for one in found if first < one[0] <= last and one not in before]
    said = [f"version {number}" for _from, number in before]
    return ", ".join([*said, *(f"version {number} from {holds_from:%Y-%m-%d}" for holds_from, number in during)])


def _pinned_by(session: Session, row: Timer) -> str:
    if row.promised:
        return "a promise"
    if row.pinned_due_at is None:
        return ""
    last = [one for one in _events(session, row) if one.kind is EventKind.PINNED][-1:]
    return next((one.person or "somebody" for one in last), "somebody")


def history_of(session: Session, row: Timer) -> History:
    """The breach, the excuse, what moved the due time, and acts that reached the database late."""
    events = _events(session, row)
    return History(
        breached_at=row.breached_at,
        breach_cause=row.breach_cause or "",
        excused=_body(session, row.excused_id),
        kept_pin=row.kept_pin,
        recalculations=tuple(_recalculations(events, row)),
        late_acts=tuple(_late_acts(events)),
    )


def _events(session: Session, row: Timer) -> Sequence[Any]:
    """What was recorded of the incident while this pass stood, in order."""
    question = (
        select(
            Event.kind,
            Event.data,
            Event.recorded_at,
            Event.operation_id,
            Person.name.label("person"),
            TextBody.body,
            AppliedOperation.acted_at,
            AppliedOperation.applied_at,
        )
        .outerjoin(Person, Person.id == Event.person_id)
        .outerjoin(TextBody, TextBody.id == Event.text_id)
        .outerjoin(AppliedOperation, AppliedOperation.id == Event.operation_id)
        .where(Event.incident_id == row.incident_id, Event.kind.in_((*TOLD, EventKind.TARGETS_CHANGED)))
        .order_by(Event.recorded_at, Event.id)
    )
    began = _began(session, row)
    if began is not None:
        question = question.where(Event.recorded_at >= began)
    if row.met_at is not None:
        question = question.where(Event.recorded_at <= row.met_at)
    return session.execute(question).all()


def _began(session: Session, row: Timer) -> datetime | None:
    """When the pass before this one ended; None for the first."""
    return session.scalar(
        select(Timer.met_at)
        .where(
            Timer.incident_id == row.incident_id,
            Timer.kind == row.kind,
            Timer.customer_id.is_not_distinct_from(row.customer_id),
            Timer.pass_number < row.pass_number,
        )
        .order_by(Timer.pass_number.desc())
        .limit(1)
    )


def _recalculations(events: Sequence[Any], row: Timer) -> Iterator[Recalculation]:
    for event in events:
        data = event.data
        if event.kind in PINS and data.get("timer_id") == row.id:
            moved, cause = data, event.kind.value
        elif event.kind is EventKind.TARGETS_CHANGED:
            mine = (row.kind.value, row.customer_id)
            moved = next((one for one in data["timers"] if (one["timer"], one["customer"]) == mine), None)
            cause = data["cause"]
        else:
            continue
        if moved is not None:
            before, after = (_instant(moved[key]) for key in ("before", "after"))
            detail = f"{data['calendar']}, version {data['calendar_version']}" if "calendar" in data else ""
            yield Recalculation(event.recorded_at, cause, before, after, event.person or "", event.body or "", detail)


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _late_acts(events: Sequence[Any]) -> Iterator[LateAct]:
    """One for each act, called by the last line it wrote: what it was for; others only came with it."""
    acts: dict[str, Any] = {}
    for event in events:
        late = event.applied_at is not None and event.applied_at - event.acted_at > LATE
        came_with = event.kind is EventKind.TIER_ENTERED and event.operation_id in acts
        if late and event.kind in TOLD and not came_with:
            acts[event.operation_id] = event
    for event in acts.values():
        yield LateAct(event.kind.value, event.acted_at, event.applied_at, event.person or "")


def _body(session: Session, text_id: str | None) -> str:
    found = session.scalar(select(TextBody.body).where(TextBody.id == text_id)) if text_id else None
    return found or ""
