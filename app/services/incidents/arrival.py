"""Arriving at a tier: who is asked, who is alerted, and who is alerted in the place of nobody (domain.md §3.3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.enums import DutyKind, EventKind
from app.models.incident import Event, Incident
from app.services.database.work import UnitOfWork
from app.services.incidents import acknowledging
from app.services.incidents.alerts import alert
from app.services.incidents.executives import TOP_TIER, add_executives
from app.services.incidents.owners import ResolvedOwner, people_behind, resolve
from app.services.matrix.policy import Policy, TierPolicy

CLOCK, HAND, HAND_OFF, DE_ESCALATION = "clock", "hand", "hand-off", "de-escalation"
"""What brought an incident to a tier, beside its trigger."""


def last_entry(session: Session, incident: Incident) -> Mapping[str, Any]:
    """What the event of the latest entry says: tier, owner, cause."""
    data: Mapping[str, Any] = session.scalars(
        select(Event.data)
        .where(Event.incident_id == incident.id, Event.kind == EventKind.TIER_ENTERED)
        .order_by(Event.recorded_at.desc(), Event.at.desc(), Event.id.desc())
        .limit(1)
    ).one()
    return data


def owner_asked(work: UnitOfWork, tier: TierPolicy, owner: str | None, wakes_at: datetime | None) -> ResolvedOwner:
    """Who is asked: the step's or trigger's owner, else who leads the tier, else who is alerted there.

    Of a tier that sleeps until ``wakes_at``, whoever has duty then.
    """
    named = next(iter((*filter(None, (owner,)), *tier.owners(DutyKind.LEADS), *tier.owners(DutyKind.ALERTED))), "")
    return resolve(work.session, named, wakes_at or work.now) if named else ResolvedOwner("", None)


def arrive(
    work: UnitOfWork, incident: Incident, policy: Policy, asked: ResolvedOwner, cause: str, at: datetime
) -> None:
    """Tells the people of the tier reached; while it sleeps only who is asked at opening is noted, and the holder told.

    Nobody on duty is recorded, and the person behind the catch-all alerted in their place. ``at`` is when they are
    truly asked.
    """
    tier = policy.tier(incident.tier or "")
    incident.asked_id = asked.named_id
    incident.team_id = incident.team_id or asked.team_id
    people = [incident.holder_id] if incident.holder_id and incident.holder_id != work.actor.id else []
    if incident.tier_sleeps_until is None:
        called = _called(work, incident, policy, tier, asked)
        if cause != DE_ESCALATION:
            acknowledging.ask_everyone(work, incident, policy, tier, called, at)
        people += called
    if cause != DE_ESCALATION and tier.rank == max(one.rank for one in policy.tiers):
        add_executives(work, incident, policy, TOP_TIER)
    alert(work, incident, people, "tier_entered", tier=tier.name, cause=cause)


def _called(work: UnitOfWork, incident: Incident, policy: Policy, tier: TierPolicy, asked: ResolvedOwner) -> list[str]:
    """Everybody whom the entry alerts, each once, the named one first."""
    owners = (resolve(work.session, owner, work.now) for owner in tier.owners(DutyKind.ALERTED))
    found = {one.owner: one for one in (asked, *owners)}
    people = [person for one in found.values() for person in one.alerted]
    for one in found.values():
        if one.named_id is None:
            people += _in_their_place(work, incident, policy, tier, one)
    return list(dict.fromkeys(people))


def people_there(work: UnitOfWork, incident: Incident, tier: TierPolicy) -> list[str]:
    """Whom the entry into the tier reached asks and alerts, as its owners mean them now, each once.

    Where nobody is behind the owner asked, whoever was asked in their place.
    """
    owner = last_entry(work.session, incident).get("owner")
    asked = resolve(work.session, owner, work.now).alerted if owner else ()
    instead = (incident.asked_id,) if incident.asked_id else ()
    owners = (resolve(work.session, one, work.now) for one in tier.owners(DutyKind.ALERTED))
    return list(dict.fromkeys((*(asked or instead), *(person for one in owners for person in one.alerted))))


def _in_their_place(
    work: UnitOfWork, incident: Incident, policy: Policy, tier: TierPolicy, empty: ResolvedOwner
) -> tuple[str, ...]:
    person = policy.catch_all.person if policy.catch_all else ""
    found = resolve(work.session, person if ":" in person else f"person:{person}", work.now)
    incident.asked_id = incident.asked_id or found.named_id
    work.event(incident.id, EventKind.NOBODY_ON_DUTY, owner=empty.owner, tier=tier.key, alerted=found.owner)
    return found.alerted


def accepted_there(work: UnitOfWork, incident: Incident, tier: TierPolicy, asked: ResolvedOwner) -> bool:
    """Whether a person of that tier has accepted already, so that nobody is asked again (domain.md §3.1)."""
    if incident.acknowledged_at is None or incident.holder_id is None:
        return False
    owners = {asked.owner, *tier.owners(DutyKind.LEADS), *tier.owners(DutyKind.ALERTED)} - {""}
    return any(incident.holder_id in people_behind(work.session, owner, work.now) for owner in owners)
