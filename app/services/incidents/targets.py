"""The targets that hold for an incident: its class, segment, product area, channel and calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.models.customer import Customer
from app.models.enums import Part, TargetCounting, TimerKind
from app.models.incident import Incident
from app.services.clock.openings import OpenTime
from app.services.clock.targets import (
    CalendarSource,
    EffectiveTarget,
    TargetError,
    choose_calendar,
    effective_targets,
)
from app.services.incidents.timing import Calendars
from app.services.matrix.policy import Policy

STARTED_AT_OPENING = (TimerKind.ACKNOWLEDGE, TimerKind.FIRST_UPDATE, TimerKind.CONTAIN, TimerKind.RESOLVE)
CALENDAR = "calendar"
"""In an incident's answer: the calendar that was chosen for it."""
PER_CUSTOMER = frozenset({TimerKind.FIRST_UPDATE, TimerKind.NEXT_UPDATE, TimerKind.PROMISE})
"""Kinds that are kept for each customer; all others exist once (domain.md §3.1)."""


@dataclass(frozen=True, slots=True)
class IncidentTarget:
    """A target with the calendar it counts on (None: around the clock) and what it was made of."""

    kind: TimerKind
    seconds: int
    calendar_id: str | None
    calendar: OpenTime
    rule: dict[str, Any]

    @property
    def per_customer(self) -> bool:
        """Whether each customer of the incident has a timer of its own."""
        return self.kind in PER_CUSTOMER

    def due(self, start: datetime) -> datetime:
        """When it would be due if it started at ``start``."""
        return self.calendar.due(start, self.seconds)

    def left(self, start: datetime, now: datetime) -> int:
        """Counted seconds left at ``now`` if it started at ``start``; below zero once it is over."""
        return self.seconds - self.calendar.elapsed(start, max(start, now))


def targets_of(
    session: Session, policy: Policy, incident: Incident, customer: Customer | None
) -> tuple[IncidentTarget, ...]:
    """The targets of an incident under its accepted class; none where the class has no grid."""
    area = policy.part_value(Part.PRODUCT_AREA, incident.facts) or ""
    dimension = policy.part(Part.PRODUCT_AREA)
    channel = policy.part_value(Part.CHANNEL, incident.facts) or (incident.channel.value if incident.channel else None)
    try:
        found = effective_targets(
            policy.targets,
            incident.target_class or "",
            policy.part_value(Part.SEGMENT, incident.facts),
            product_area=dimension.label_of(area) if dimension and area else area,
            percent=policy.criticality.get(area, 100),
            channel=next((one for one in policy.channels if one.channel == channel), None),
        )
    except TargetError:
        return ()
    calendars = Calendars(session)
    return tuple(_with_calendar(policy, incident, customer, calendars, target) for target in found)


def target_of(session: Session, policy: Policy, incident: Incident, kind: TimerKind) -> IncidentTarget | None:
    """The target of that kind, if the incident has one."""
    customer = session.get(Customer, incident.customer_id) if incident.customer_id else None
    return next((one for one in targets_of(session, policy, incident, customer) if one.kind is kind), None)


def calendar_of(
    policy: Policy, incident: Incident, customer: Customer | None, calendars: Calendars
) -> tuple[str, CalendarSource] | None:
    """The id of the calendar an incident counts its hours on, and why that one; None where there is none.

    It is chosen at start, and again only when the fact that chose it changes (domain.md §2.4).
    """
    kept = (incident.answer or {}).get(CALENDAR)
    return (kept["id"], CalendarSource(kept["source"])) if kept else _choose(policy, incident, customer, calendars)


def keep_calendar(policy: Policy, incident: Incident, customer: Customer | None, calendars: Calendars) -> None:
    """Chooses the incident's calendar anew and notes it with its answer."""
    chosen = _choose(policy, incident, customer, calendars)
    kept = {CALENDAR: {"id": chosen[0], "source": chosen[1].value}} if chosen else {}
    incident.answer = {**{key: value for key, value in incident.answer.items() if key != CALENDAR}, **kept}


def _choose(
    policy: Policy, incident: Incident, customer: Customer | None, calendars: Calendars
) -> tuple[str, CalendarSource] | None:
    region = policy.part_value(Part.REGION, incident.facts)
    return choose_calendar(
        customer.calendar_id if customer else None,
        calendars.id_of(policy.region_calendars.get(region or "")),
        calendars.id_of(policy.default_calendar),
    )


def _with_calendar(
    policy: Policy, incident: Incident, customer: Customer | None, calendars: Calendars, target: EffectiveTarget
) -> IncidentTarget:
    calendar_id, source = None, ""
    if target.counting is TargetCounting.IN_HOURS:
        chosen = calendar_of(policy, incident, customer, calendars)
        if chosen is not None:
            calendar_id, source = chosen[0], chosen[1].value
    rule = {
        "trigger": incident.trigger_number,
        "version": policy.number,
        "class": policy.class_name(incident.target_class),
        "parts": list(target.parts()),
        "calendar_source": source,
    }
    return IncidentTarget(target.kind, target.seconds, calendar_id, calendars.of(calendar_id), rule)
