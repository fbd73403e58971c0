"""Where an incident stands on its ladder: tiers on the rail, who has it, what is to be done there, who must answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.enums import OPEN_TIMER_STATES, DutyKind, EventKind, TimerKind
from app.models.incident import Acknowledgement, Incident, Tick
from app.models.timer import Timer
from app.services.incidents.case_records import (
    AskedPerson,
    ChecklistItem,
    DutyHolder,
    EventRecord,
    OfferedAnswer,
    TierBand,
)
from app.services.incidents.ladder import armed_steps
from app.services.incidents.owners import resolve
from app.services.incidents.tier_hours import hours_of
from app.services.matrix.policy import Policy, TierPolicy


def tier_of(policy: Policy | None, incident: Incident) -> TierPolicy | None:
    """The tier an incident has reached; None for history."""
    return next((tier for tier in policy.tiers if tier.key == incident.tier), None) if policy else None


def bands(
    session: Session, policy: Policy | None, incident: Incident, events: tuple[EventRecord, ...]
) -> tuple[TierBand, ...]:
    """The tiers entered so far and those to come, for the rail."""
    if policy is None:
        return ()
    entries = [event for event in events if event.kind is EventKind.TIER_ENTERED]
    over_at = incident.resolved_at or incident.closed_at
    found = []
    for place, entry in enumerate(entries):
        left = entries[place + 1].at if place + 1 < len(entries) else over_at
        data = entry.data
        owner = _owner_name(policy, data.get("owner", ""))
        found.append(TierBand(data["tier"], data["rank"], data["name"], owner, entry.at, left, None))
    if entries and over_at is None:
        dues = {step.rule.get("tier"): step.due_at for step in _steps(session, incident.id)}
        for armed in armed_steps(policy, policy.path(incident.path or ""), incident.tier_rank):
            due = dues.get(armed.tier.key)
            owner = _owner_name(policy, armed.step.owner or next(iter(armed.tier.owners(DutyKind.LEADS)), ""))
            condition = armed.step.condition.value.removeprefix("not_")
            found.append(TierBand(armed.tier.key, armed.tier.rank, armed.tier.name, owner, None, None, due, condition))
    return tuple(found)


def _steps(session: Session, incident_id: str) -> list[Any]:
    return list(
        session.scalars(
            select(Timer).where(
                Timer.incident_id == incident_id, Timer.kind == TimerKind.STEP, Timer.state.in_(OPEN_TIMER_STATES)
            )
        )
    )


def _owner_name(policy: Policy, owner: str) -> str:
    return policy.table.owner_label(owner) if owner else ""


def checklist(
    session: Session, incident: Incident, tier: TierPolicy | None, people: Mapping[str, str]
) -> tuple[ChecklistItem, ...]:
    """The tier's procedure with its ticks."""
    if tier is None:
        return ()
    ticks = {
        tick.item: tick
        for tick in session.scalars(select(Tick).where(Tick.incident_id == incident.id, Tick.tier == tier.key))
    }
    return tuple(
        ChecklistItem(
            item,
            ticks[item].at if item in ticks else None,
            people.get(ticks[item].person_id or "", "") if item in ticks else "",
        )
        for item in tier.procedure
    )


def duties(
    session: Session,
    incident: Incident,
    policy: Policy | None,
    tier: TierPolicy | None,
    people: Mapping[str, str],
    now: datetime,
) -> tuple[DutyHolder, ...]:
    """Who has it, leads, communicates, and who is next in line."""
    if policy is None or tier is None:
        return ()
    found = []
    if incident.holder_id:
        found.append(DutyHolder(incident.holder_id, people.get(incident.holder_id, ""), "Has it", tier.name))
    for kind, words in ((DutyKind.LEADS, "Leads"), (DutyKind.COMMUNICATES, "Communicates")):
        for owner in tier.owners(kind):
            person = resolve(session, owner, now).named_id
            found.append(DutyHolder(person, people.get(person or "", "Nobody on duty"), words, tier.name))
    for armed in armed_steps(policy, policy.path(incident.path or ""), incident.tier_rank)[:1]:
        owner = armed.step.owner or next(iter(armed.tier.owners(DutyKind.LEADS)), "")
        person = resolve(session, owner, now).named_id if owner else None
        found.append(DutyHolder(person, people.get(person or "", "Nobody on duty"), "Next in line", armed.tier.name))
    return tuple(found)


def allowed(tier: TierPolicy | None) -> tuple[str, ...]:
    """What the tier may do by itself, in words."""
    return tuple(
        limit.action if limit.amount_minor is None else f"{limit.action} up to {_whole_and_rest(limit.amount_minor)}"
        for limit in (tier.authority if tier else ())
    )


def _whole_and_rest(minor: int) -> str:
    whole, rest = divmod(minor, 100)
    return f"{whole:,}.{rest:02d}" if rest else f"{whole:,}"


def must_answer(session: Session, incident: Incident, people: Mapping[str, str]) -> tuple[AskedPerson, ...]:
    """Who was asked at this entry where everyone must acknowledge, those who have answered first."""
    rows = session.scalars(
        select(Acknowledgement)
        .where(Acknowledgement.incident_id == incident.id, Acknowledgement.tier_entry == incident.tier_entry)
        .order_by(Acknowledgement.answered_at.is_(None), Acknowledgement.answered_at, Acknowledgement.asked_at)
    )
    return tuple(
        AskedPerson(row.person_id, people.get(row.person_id, ""), row.asked_at, row.answered_at) for row in rows
    )


def sleeps_until(
    session: Session, policy: Policy | None, incident: Incident, tier: TierPolicy | None, now: datetime
) -> datetime | None:
    """When the tier opens again; None where it is open, or does not sleep outside hours."""
    if policy is None or tier is None:
        return None
    return hours_of(session, policy, incident).sleeps_until(tier, now)


def offered_answer(policy: Policy | None, incident: Incident) -> OfferedAnswer | None:
    """The answer that waits to be taken or dismissed, in words."""
    answer = incident.offered_answer
    if policy is None or not answer:
        return None
    tier = next((one.name for one in policy.tiers if one.rank == answer.get("tier")), "")
    path = answer.get("path")
    return OfferedAnswer(
        answer.get("trigger"),
        tier,
        _owner_name(policy, answer.get("owner") or ""),
        policy.path(path).name if path else "",
        policy.class_name(answer.get("class")),
    )
