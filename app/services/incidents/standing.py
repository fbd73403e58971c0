"""What the clock does to an incident that stands at a tier: its acknowledgement expires, a tier that slept opens."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.models.enums import EventKind, StepCondition
from app.models.incident import Incident
from app.services.database.work import UnitOfWork
from app.services.incidents import acknowledging
from app.services.incidents.alerts import alert
from app.services.incidents.arrival import arrive, last_entry, owner_asked, people_there
from app.services.incidents.ladder import arm_steps
from app.services.incidents.timing import Timers
from app.services.matrix.policy import Policy, TierPolicy

EXPIRED = "acknowledgement_expired"


def expire(work: UnitOfWork, incident: Incident, policy: Policy, timers: Timers, before: datetime) -> bool:
    """Lets an acknowledgement expire that was due to by ``before``; True when it did.

    Whatever the holder did meanwhile moves it on. Nobody has to answer for what is contained, over or waiting.
    """
    due = incident.acknowledgement_expires_at
    if due is None or due > before:
        return False
    tier = acknowledging.tier_reached(policy, incident)
    true_due = acknowledging.expires_at(work.session, incident, tier) if tier is not None else None
    if tier is None or true_due is None or incident.contained_at or incident.resolved_at or incident.closed_at:
        incident.acknowledgement_expires_at = None
        return False
    if incident.waiting_since is not None:
        true_due = work.now + timedelta(seconds=tier.acknowledgement_expires_after or 0)
    if true_due > before:
        incident.acknowledgement_expires_at = true_due
        return False
    _expire(work, incident, policy, tier, timers, true_due)
    return True


def _expire(
    work: UnitOfWork, incident: Incident, policy: Policy, tier: TierPolicy, timers: Timers, at: datetime
) -> None:
    """A new pass and the steps on *not acknowledged*, both from ``at``; verdict, holder and phase stay."""
    work.event(
        incident.id, EventKind.ACKNOWLEDGEMENT_EXPIRED, at=at, key=True, tier=tier.key, holder=incident.holder_id
    )
    acknowledging.new_pass(timers, policy, at)
    arm_steps(incident, policy, timers, at, only=StepCondition.NOT_ACKNOWLEDGED)
    alerted = people_there(work, incident, tier)
    acknowledging.ask_everyone(work, incident, policy, tier, alerted, at)
    holder = [incident.holder_id] if incident.holder_id else []
    alert(work, incident, [*holder, *alerted], EXPIRED, tier=tier.name)


def wake(work: UnitOfWork, incident: Incident, policy: Policy) -> None:
    """A tier that was entered while it slept has opened: its people are told now, unless somebody has it already."""
    opened_at, incident.tier_sleeps_until = incident.tier_sleeps_until or work.now, None
    tier = acknowledging.tier_reached(policy, incident)
    if tier is None or incident.resolved_at is not None or incident.closed_at is not None:
        return
    entered_at, acknowledged_at = incident.tier_entered_at, incident.acknowledged_at
    accepted = acknowledged_at is not None and entered_at is not None and acknowledged_at >= entered_at
    if accepted and not tier.everyone_acknowledges:
        return
    entry = last_entry(work.session, incident)
    asked = owner_asked(work, tier, entry.get("owner"), None)
    arrive(work, incident, policy, asked, entry.get("cause", ""), opened_at)
