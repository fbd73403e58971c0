"""The ladder: who is asked, who holds, and how an incident climbs from tier to tier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.models.enums import DutyKind, EventKind, Moment, StepCondition, TimerKind
from app.models.incident import Incident
from app.models.timer import Timer
from app.services.clock.events import Act
from app.services.database.errors import NotFound, StateError
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents.alerts import alert
from app.services.incidents.owners import ResolvedOwner, people_behind, resolve
from app.services.incidents.timing import Timers, TimerStart, pause_words
from app.services.matrix.policy import PathPolicy, Policy, StepPolicy, TierPolicy
from app.services.matrix.versions import load


@dataclass(frozen=True, slots=True)
class ArmedStep:
    """A step that waits: seconds after entering the tier, and where it leads."""

    seconds: int
    step: StepPolicy
    tier: TierPolicy


def armed_steps(policy: Policy, path: PathPolicy, rank: int) -> tuple[ArmedStep, ...]:
    """The steps that lead above ``rank``, each due at the entry plus the delays up to it (domain.md §3.3)."""
    ranks = {tier.key: tier for tier in policy.tiers}
    armed, waited = [], 0
    for step in path.steps:
        tier = ranks.get(step.tier)
        if tier is None or tier.rank <= rank:
            continue
        waited += step.delay
        armed.append(ArmedStep(waited, step, tier))
    return tuple(armed)


def condition_holds(incident: Incident, condition: StepCondition) -> bool:
    """Whether what the step waits for is still undone."""
    done = {
        StepCondition.NOT_ACKNOWLEDGED: incident.acknowledged_at,
        StepCondition.NOT_CONTAINED: incident.contained_at or incident.resolved_at,
        StepCondition.NOT_RESOLVED: incident.resolved_at,
    }
    return done[condition] is None


def enter_tier(
    work: UnitOfWork,
    incident: Incident,
    policy: Policy,
    tier: TierPolicy,
    *,
    timers: Timers,
    owner: str | None = None,
    cause: str = "trigger",
    text: str | None = None,
    at: datetime | None = None,
    acknowledge_again: bool = False,
) -> ResolvedOwner:
    """Enters a tier: asks its owner, alerts its duties, arms the steps above it and cancels the others.

    The holder stays who it was until somebody takes, accepts or acknowledges. ``at`` is the true time of an entry that
    is caught up; whoever is asked is on duty now.
    """
    at = at or work.now
    incident.tier, incident.tier_rank = tier.key, tier.rank
    incident.tier_entry += 1
    incident.tier_entered_at = at
    asked_owner = owner or next(iter(tier.owners(DutyKind.LEADS)), None)
    asked = resolve(work.session, asked_owner, work.now) if asked_owner else ResolvedOwner("", None)
    work.event(
        incident.id,
        EventKind.TIER_ENTERED,
        at=at,
        text=text,
        tier=tier.key,
        rank=tier.rank,
        name=tier.name,
        owner=asked.owner,
        cause=cause,
    )
    for row in timers.open(TimerKind.STEP):
        timers.do(row, Act.CANCEL, at)
    if acknowledge_again:
        _restart_acknowledge(work, incident, tier, asked, timers, at)
    arm_steps(incident, policy, timers, at)
    named = _ask(work, incident, policy, tier, asked)
    holder = [incident.holder_id] if incident.holder_id and incident.holder_id != work.actor.id else []
    people = [*holder, *asked.alerted, *_alerted(work, tier), *named]
    alert(work, incident, people, "tier_entered", tier=tier.name, cause=cause)
    return asked


def arm_steps(incident: Incident, policy: Policy, timers: Timers, at: datetime) -> None:
    """Arms the steps above the tier reached, counted from ``at``.

    One whose condition is false already is met at once; while the incident waits, the others stand still.
    """
    for armed in armed_steps(policy, policy.path(incident.path or ""), incident.tier_rank):
        row = timers.start(
            TimerStart(
                TimerKind.STEP,
                at,
                armed.seconds,
                rule={
                    "tier": armed.tier.key,
                    "rank": armed.tier.rank,
                    "name": armed.tier.name,
                    "condition": armed.step.condition.value,
                    "owner": armed.step.owner,
                    "note": armed.step.note,
                },
            )
        )
        if not condition_holds(incident, armed.step.condition):
            timers.do(row, Act.STOP, at)
        elif incident.waiting_since is not None:
            timers.do(row, Act.PAUSE, max(at, incident.waiting_since), reason=pause_words(incident.waiting_for))


def _ask(
    work: UnitOfWork, incident: Incident, policy: Policy, tier: TierPolicy, asked: ResolvedOwner
) -> tuple[str, ...]:
    incident.asked_id = asked.named_id
    if asked.team_id:
        incident.team_id = incident.team_id or asked.team_id
    if asked.named_id is not None:
        return ()
    person = policy.catch_all.person if policy.catch_all else ""
    found = resolve(work.session, person if ":" in person else f"person:{person}", work.now)
    incident.asked_id = found.named_id
    work.event(incident.id, EventKind.NOBODY_ON_DUTY, owner=asked.owner, tier=tier.key, alerted=found.owner)
    return found.alerted


def _alerted(work: UnitOfWork, tier: TierPolicy) -> list[str]:
    return [
        person for owner in tier.owners(DutyKind.ALERTED) for person in resolve(work.session, owner, work.now).alerted
    ]


@dataclass(frozen=True, kw_only=True)
class Escalate(Operation):
    """Enters a higher tier by hand, at once. ``seen_entry`` is the tier entry its author saw."""

    incident_id: str
    tier: str
    reason: str
    seen_entry: int | None = None


@handles(Escalate)
def escalate(work: UnitOfWork, operation: Escalate) -> dict[str, Any]:
    """Refused when somebody else has escalated since the screen was read (domain.md §3.3)."""
    incident = work.get(Incident, operation.incident_id, "That incident", lock=True)
    policy = policy_of(work, incident)
    if operation.seen_entry is not None and operation.seen_entry != incident.tier_entry:
        here = next((tier.name for tier in policy.tiers if tier.key == incident.tier), incident.tier)
        raise StateError(f"Somebody escalated this to {here} meanwhile.", "Look at the incident again, then decide.")
    if incident.resolved_at is not None:
        raise StateError("This incident is resolved.", "Reopen it first.")
    try:
        tier = policy.tier(operation.tier)
    except KeyError:
        raise NotFound(f"There is no tier “{operation.tier}” in this version.", "Choose another tier.") from None
    if tier.rank <= incident.tier_rank:
        raise StateError(f"{tier.name} is not above the tier it is at.", "Choose a higher tier.")
    if not operation.reason.strip():
        raise StateError("Escalating needs a reason.", "Say in a line what the next tier should do.")
    timers = Timers(work, incident, policy.warn_shares)
    enter_tier(
        work,
        incident,
        policy,
        tier,
        timers=timers,
        owner=step_owner(policy, incident, tier),
        cause="hand",
        text=operation.reason,
        acknowledge_again=True,
    )
    timers.settle()
    return {"tier": tier.key, "rank": tier.rank}


def step_owner(policy: Policy, incident: Incident, tier: TierPolicy) -> str | None:
    """The owner that the path's step to ``tier`` names, if it names one."""
    return next((step.owner for step in policy.path(incident.path or "").steps if step.tier == tier.key), None)


def _restart_acknowledge(
    work: UnitOfWork, incident: Incident, tier: TierPolicy, asked: ResolvedOwner, timers: Timers, at: datetime
) -> None:
    """A new pass of acknowledge from the entry, unless a person of that tier has accepted (domain.md §3.1)."""
    owners = {asked.owner, *tier.owners(DutyKind.LEADS), *tier.owners(DutyKind.ALERTED)} - {""}
    people = {person for owner in owners for person in people_behind(work.session, owner, work.now)}
    before = timers.latest(TimerKind.ACKNOWLEDGE)
    if incident.holder_id in people or before is None:
        return
    for row in timers.open(TimerKind.ACKNOWLEDGE):
        timers.do(row, Act.CANCEL, at)
    timers.start(
        TimerStart(TimerKind.ACKNOWLEDGE, at, before.target_seconds, calendar_id=before.calendar_id, rule=before.rule)
    )
    incident.acknowledged_at = None


def climb(work: UnitOfWork, incident: Incident, timer: Timer, timers: Timers, policy: Policy) -> bool:
    """What a step does at its due time: climbs if its condition still holds, else is *met*. True when it climbed."""
    condition = StepCondition(timer.rule["condition"])
    if not condition_holds(incident, condition) or timer.rule["rank"] <= incident.tier_rank:
        timers.do(timer, Act.STOP, work.now)
        return False
    timers.do(timer, Act.FIRE, timer.due_at, moment=Moment.DUE)
    tier = policy.tier(timer.rule["tier"])
    work.event(
        incident.id, EventKind.STEP_FIRED, at=timer.due_at, tier=tier.key, name=tier.name, condition=condition.value
    )
    enter_tier(
        work,
        incident,
        policy,
        tier,
        timers=timers,
        owner=timer.rule.get("owner"),
        cause="clock",
        at=timer.due_at,
        acknowledge_again=True,
    )
    return True


def policy_of(work: UnitOfWork, incident: Incident) -> Policy:
    """The version an incident is pinned to."""
    policy = pinned_policy(work.session, incident)
    if policy is None:
        raise StateError("This incident is history; it has no live timers.", "Open a new incident instead.")
    return policy


def pinned_policy(session: Session, incident: Incident) -> Policy | None:
    """The version an incident is pinned to; None for history."""
    return load(session, incident.version_id) if incident.version_id is not None else None
