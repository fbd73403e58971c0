"""The ladder: who is asked, who holds, and how an incident climbs from tier to tier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.models.enums import EventKind, Moment, StepCondition, TimerKind
from app.models.incident import Incident
from app.models.timer import Timer
from app.services.clock.events import Act
from app.services.database.errors import NotFound, StateError
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents import acknowledging
from app.services.incidents.arrival import (
    CLOCK,
    DE_ESCALATION,
    HAND,
    HAND_OFF,
    accepted_there,
    arrive,
    last_entry,
    owner_asked,
)
from app.services.incidents.pausing import keep_still
from app.services.incidents.tier_hours import TierHours, hours_of
from app.services.incidents.timing import Timers, TimerStart
from app.services.matrix.policy import PathPolicy, Policy, StepPolicy, TierPolicy
from app.services.matrix.versions import load

ATTENDED = frozenset({HAND_OFF, DE_ESCALATION})
"""Entries that somebody chose who knows who is there: they never pass on to the next tier."""


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
) -> TierPolicy:
    """Enters a tier: asks its owner, alerts its duties, arms the steps above it and cancels the others.

    The holder stays who it was until somebody takes, accepts or acknowledges. ``at`` is the true time of an entry that
    is caught up; whoever is asked is on duty now. Gives the tier entered: out of hours one may pass to the next, and
    one that sleeps is entered at once, its people told at opening.
    """
    at = at or work.now
    hours = hours_of(work.session, policy, incident, timers.calendars)
    if cause not in ATTENDED:
        tier, owner = _passed_on(work, incident, policy, tier, owner, hours, at)
    wakes_at = hours.sleeps_until(tier, at) if cause != HAND_OFF else None
    incident.tier, incident.tier_rank = tier.key, tier.rank
    incident.tier_entry += 1
    incident.tier_entered_at = at
    incident.tier_sleeps_until = wakes_at if wakes_at is not None and wakes_at > work.now else None
    asked = owner_asked(work, tier, owner, incident.tier_sleeps_until)
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
        sleeps_until=wakes_at.isoformat() if wakes_at is not None else None,
    )
    for row in timers.open(TimerKind.STEP):
        timers.do(row, Act.CANCEL, at)
    if acknowledge_again and not accepted_there(work, incident, tier, asked):
        acknowledging.new_pass(timers, policy, at)
    arm_steps(incident, policy, timers, at)
    keep_still(incident, policy, timers, at)
    acknowledging.hold_on(incident, tier, at)
    arrive(work, incident, policy, asked, cause, at)
    return tier


def _passed_on(
    work: UnitOfWork,
    incident: Incident,
    policy: Policy,
    tier: TierPolicy,
    owner: str | None,
    hours: TierHours,
    at: datetime,
) -> tuple[TierPolicy, str | None]:
    """The tier that is entered in place of ``tier``, with its owner: ranks only rise, and the top of the path stays."""
    path = policy.path(incident.path or "")
    while hours.passes(tier, at):
        above = armed_steps(policy, path, tier.rank)
        if not above:
            break
        work.event(
            incident.id,
            EventKind.TIER_PASSED,
            at=at,
            tier=tier.key,
            rank=tier.rank,
            name=tier.name,
            to=above[0].step.tier,
        )
        tier, owner = above[0].tier, above[0].step.owner
    return tier, owner


def arm_steps(
    incident: Incident,
    policy: Policy,
    timers: Timers,
    at: datetime,
    *,
    again: bool = False,
    only: StepCondition | None = None,
) -> None:
    """Arms the steps above the tier reached, counted from ``at``; those on one condition where ``only`` names it.

    One whose condition is false already is met at once. ``again`` is for work that is taken up again at a tier: a step
    that is armed still stays as it is. Delays count in hours while the incident is at a tier that sleeps outside them.
    """
    tier = acknowledging.tier_reached(policy, incident)
    calendar_id = hours_of(timers.work.session, policy, incident, timers.calendars).of_steps(tier) if tier else None
    if again and tier is not None:
        acknowledging.hold_on(incident, tier, at)
    armed_still = [(row.rule["tier"], row.rule["condition"]) for row in timers.open(TimerKind.STEP)] if again else []
    for armed in armed_steps(policy, policy.path(incident.path or ""), incident.tier_rank):
        condition = armed.step.condition
        if only not in (None, condition) or (armed.tier.key, condition.value) in armed_still:
            continue
        holds = condition_holds(incident, condition)
        if again and not holds:
            continue
        row = timers.start(TimerStart(TimerKind.STEP, at, armed.seconds, calendar_id=calendar_id, rule=_rule(armed)))
        if not holds:
            timers.do(row, Act.STOP, at)


def _rule(armed: ArmedStep) -> dict[str, Any]:
    return {
        "tier": armed.tier.key,
        "rank": armed.tier.rank,
        "name": armed.tier.name,
        "condition": armed.step.condition.value,
        "owner": armed.step.owner,
        "note": armed.step.note,
    }


@dataclass(frozen=True, kw_only=True)
class Escalate(Operation):
    """Enters a higher tier by hand, at once. ``seen_entry`` is the tier entry its author saw."""

    incident_id: str
    tier: str
    reason: str
    seen_entry: int | None = None


@handles(Escalate)
def escalate(work: UnitOfWork, operation: Escalate) -> dict[str, Any]:
    """Refused when somebody else has escalated since the screen was read (domain.md §3.3).

    Result: the tier entered, ``{"tier", "rank"}``; out of hours one may pass to the next.
    """
    incident = work.get(Incident, operation.incident_id, "That incident", lock=True)
    policy = policy_of(work, incident)
    require_seen_entry(work, policy, incident, operation.seen_entry)
    if incident.resolved_at is not None or incident.closed_at is not None:
        raise StateError(f"This incident is {incident.ended_as or 'resolved'}.", "Reopen it first.")
    tier = known_tier(policy, operation.tier)
    if tier.rank <= incident.tier_rank:
        raise StateError(f"{tier.name} is not above the tier it is at.", "Choose a higher tier.")
    if not operation.reason.strip():
        raise StateError("Escalating needs a reason.", "Say in a line what the next tier should do.")
    timers = Timers(work, incident, policy.warn_shares)
    entered = enter_tier(
        work,
        incident,
        policy,
        tier,
        timers=timers,
        owner=step_owner(policy, incident, tier),
        cause=HAND,
        text=operation.reason,
        acknowledge_again=True,
    )
    timers.settle()
    return {"tier": entered.key, "rank": entered.rank}


def require_seen_entry(work: UnitOfWork, policy: Policy, incident: Incident, seen_entry: int | None) -> None:
    """Raises ``StateError`` where the incident has gone to another tier since its author read the screen."""
    if seen_entry is None or seen_entry == incident.tier_entry:
        return
    reached = acknowledging.tier_reached(policy, incident)
    went = "de-escalated" if last_entry(work.session, incident).get("cause") == DE_ESCALATION else "escalated"
    raise StateError(
        f"Somebody {went} this to {reached.name if reached else incident.tier} meanwhile.",
        "Look at the incident again, then decide.",
    )


def known_tier(policy: Policy, key: str) -> TierPolicy:
    """The tier of that key, or ``NotFound`` in words."""
    try:
        return policy.tier(key)
    except KeyError:
        raise NotFound(f"There is no tier “{key}” in this version.", "Choose another tier.") from None


def step_owner(policy: Policy, incident: Incident, tier: TierPolicy) -> str | None:
    """The owner that the path's step to ``tier`` names, if it names one."""
    return next((step.owner for step in policy.path(incident.path or "").steps if step.tier == tier.key), None)


def climb(work: UnitOfWork, incident: Incident, timer: Timer, timers: Timers, policy: Policy, at: datetime) -> bool:
    """What a step does when it is due at ``at``: climbs if its condition still holds, else is *met*.

    ``at`` is later than its due time where only a change has brought that into the past. True when it climbed.
    """
    condition = StepCondition(timer.rule["condition"])
    tier = next((one for one in policy.tiers if one.key == timer.rule["tier"]), None)
    if tier is None or tier.rank <= incident.tier_rank or not condition_holds(incident, condition):
        timers.do(timer, Act.STOP, work.now)
        return False
    timers.do(timer, Act.FIRE, at, moment=Moment.DUE)
    work.event(incident.id, EventKind.STEP_FIRED, at=at, tier=tier.key, name=tier.name, condition=condition.value)
    enter_tier(
        work,
        incident,
        policy,
        tier,
        timers=timers,
        owner=timer.rule.get("owner"),
        cause=CLOCK,
        at=at,
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
