"""De-escalation: back to a lower tier, once what the higher one had to see to is done (domain.md §3.1, §3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.models.enums import EventKind
from app.models.incident import Incident
from app.services.database.errors import StateError
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents.acknowledging import tier_reached
from app.services.incidents.arrival import DE_ESCALATION
from app.services.incidents.ladder import enter_tier, known_tier, policy_of, require_seen_entry, step_owner
from app.services.incidents.phases import live
from app.services.incidents.timing import Timers
from app.services.matrix.policy import Policy


@dataclass(frozen=True, kw_only=True)
class DeEscalate(Operation):
    """Goes back to a lower tier. ``ticked`` are the exit criteria of the tier left, each of which must hold.

    ``seen_entry`` is the tier entry its author saw. Result: the tier entered, ``{"tier", "rank"}``.
    """

    incident_id: str
    tier: str
    reason: str
    ticked: tuple[str, ...] = ()
    seen_entry: int | None = None


@handles(DeEscalate)
def de_escalate(work: UnitOfWork, operation: DeEscalate) -> dict[str, Any]:
    """Steps count anew from the entry; targets stay, and nobody is asked to acknowledge again."""
    incident = live(work, operation.incident_id)
    policy = policy_of(work, incident)
    require_seen_entry(work, policy, incident, operation.seen_entry)
    if incident.resolved_at is not None:
        raise StateError("This incident is resolved.", "Tell the customer, then close it.")
    tier = known_tier(policy, operation.tier)
    if tier.rank >= incident.tier_rank:
        raise StateError(f"{tier.name} is not below the tier it is at.", "Choose a lower tier.")
    if not operation.reason.strip():
        raise StateError("De-escalating needs a reason.", "Say in a line why the lower tier can go on alone.")
    ticked = _ticked(policy, incident, operation.ticked)
    timers = Timers(work, incident, policy.warn_shares)
    work.event(
        incident.id,
        EventKind.DE_ESCALATED,
        text=operation.reason,
        key=True,
        before=incident.tier,
        tier=tier.key,
        rank=tier.rank,
        name=tier.name,
        ticked=ticked,
    )
    owner = step_owner(policy, incident, tier)
    enter_tier(work, incident, policy, tier, timers=timers, owner=owner, cause=DE_ESCALATION)
    timers.settle()
    return {"tier": tier.key, "rank": tier.rank}


def _ticked(policy: Policy, incident: Incident, given: tuple[str, ...]) -> list[str]:
    """The exit criteria of the tier left; ``StateError`` names those that are not ticked."""
    left = tier_reached(policy, incident)
    criteria = list(left.exit_criteria) if left is not None else []
    missing = [one for one in criteria if one not in given]
    if missing:
        raise StateError(f"Not ticked yet: {'; '.join(missing)}.", "Tick what holds, or stay at this tier.")
    return criteria
