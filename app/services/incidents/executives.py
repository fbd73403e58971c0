"""The executives: added when an incident reaches the top tier or its facts cross a threshold (domain.md §3.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from app.models.enums import DutyKind, EventKind
from app.models.incident import Event, Incident
from app.services.database.work import UnitOfWork
from app.services.incidents.alerts import alert
from app.services.incidents.owners import resolve
from app.services.matrix.cells import passes
from app.services.matrix.dimensions import read_fact
from app.services.matrix.policy import Policy, TierPolicy

TOP_TIER, THRESHOLD = "top tier", "threshold"
"""What brought the executives in."""


def executive_tier(policy: Policy) -> TierPolicy | None:
    """The highest tier that names somebody for the duty *executive*."""
    named = [tier for tier in policy.tiers if tier.owners(DutyKind.EXECUTIVE)]
    return max(named, key=lambda tier: tier.rank, default=None)


def crosses_threshold(policy: Policy, facts: Mapping[str, Any]) -> bool:
    """Whether the facts lie in one of the boxes of which the version says that executives must know."""
    values = [read_fact(one, facts.get(one.key)) for one in policy.table.dimensions]
    return any(all(map(passes, box, values)) for box in policy.executive_when)


def look_at_threshold(work: UnitOfWork, incident: Incident, policy: Policy) -> None:
    """Adds the executives where the facts cross a threshold; tier and holder stay as they are."""
    if crosses_threshold(policy, incident.facts):
        add_executives(work, incident, policy, THRESHOLD)


def add_executives(work: UnitOfWork, incident: Incident, policy: Policy, cause: str) -> tuple[str, ...]:
    """Alerts the people of the duty *executive*, each once an incident; tier and holder stay. Gives who is new."""
    tier = executive_tier(policy)
    if tier is None:
        return ()
    on_duty = {
        person: None
        for owner in tier.owners(DutyKind.EXECUTIVE)
        for person in resolve(work.session, owner, work.now).alerted
    }
    earlier = work.session.scalars(
        select(Event.data).where(Event.incident_id == incident.id, Event.kind == EventKind.EXECUTIVE_ADDED)
    )
    known = {person for data in earlier for person in data.get("people", ())}
    fresh = tuple(person for person in on_duty if person not in known)
    if fresh:
        work.event(incident.id, EventKind.EXECUTIVE_ADDED, people=list(fresh), tier=tier.key, cause=cause)
        alert(work, incident, fresh, "executive_added", cause=cause)
    return fresh
