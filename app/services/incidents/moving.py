"""Moving an incident to a newer version of the matrix: an act that is shown before it is done (domain.md §2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.customer import Customer
from app.models.enums import EventKind, VersionState
from app.models.incident import Incident
from app.models.matrix import MatrixVersion
from app.services.clock.targets import CalendarSource
from app.services.database.errors import NotFound, StateError, UserError
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents import facts as incident_facts
from app.services.incidents.changing import adopt, said, take, tier_named
from app.services.incidents.executives import look_at_threshold
from app.services.incidents.ladder import pinned_policy, policy_of
from app.services.incidents.phases import live
from app.services.incidents.retargeting import MOVED, changes, retarget
from app.services.incidents.target_outlook import Outlook, due_outlook, outlook, rows_of, thought_of
from app.services.incidents.targets import CALENDAR, keep_calendar
from app.services.incidents.timing import Calendars, Timers
from app.services.matrix.policy import Policy, TierPolicy
from app.services.matrix.versions import load


@dataclass(frozen=True, kw_only=True)
class MoveToVersion(Operation):
    """Moves an incident to a newer version in force, whose answer it takes whole. Result: ``{"tier", "changed"}``."""

    incident_id: str
    number: int
    reason: str


@handles(MoveToVersion)
def move_to_version(work: UnitOfWork, operation: MoveToVersion) -> dict[str, Any]:
    """Refused for a version that is not newer or not in force yet, and without a reason.

    The tier reached is never left: a lower answer keeps it, a higher one is entered.
    """
    incident = live(work, operation.incident_id)
    before = policy_of(work, incident)
    policy = _newer(work.session, before, operation.number, work.now)
    if not operation.reason.strip():
        raise UserError("Moving to another version needs a reason.", "Say in a line why this incident follows it.")
    answer = incident_facts.answer_record(policy, incident_facts.decide(policy, incident.facts))
    work.event(
        incident.id,
        EventKind.MOVED,
        text=operation.reason.strip(),
        version_before=before.number,
        to=policy.number,
        before=said(before, incident.answer),
        after=said(policy, answer),
    )
    timers = Timers(work, incident, policy.warn_shares)
    incident.version_id, incident.offered_answer = policy.id, None
    reached = _tier_there(policy, incident)
    incident.tier, incident.tier_rank = reached.key, reached.rank
    _choose_hours(work.session, policy, incident)
    take(work, incident, policy, timers, answer, former=before)
    changed = retarget(work, incident, policy, timers, MOVED)
    if policy.warn_shares != before.warn_shares:
        _warn_anew(timers)
    look_at_threshold(work, incident, policy)
    timers.settle()
    return {"tier": incident.tier, "changed": len(changed)}


def _newer(session: Session, before: Policy, number: int, now: datetime) -> Policy:
    found = session.execute(
        select(MatrixVersion.id, MatrixVersion.state, MatrixVersion.effective_from).where(
            MatrixVersion.number == number
        )
    ).first()
    if found is None:
        raise NotFound(f"There is no version {number} of the matrix.", "Choose another one.")
    in_force = found.state is VersionState.PUBLISHED and found.effective_from is not None
    if not in_force or found.effective_from > now:
        raise StateError(f"Version {number} is not in force yet.", "Publish it first, or wait until it holds.")
    if number <= before.number:
        raise StateError(f"This incident follows version {before.number} already.", "Choose a newer one.")
    return load(session, found.id)


def _tier_there(policy: Policy, incident: Incident) -> TierPolicy:
    """The tier reached, in the newer version: by its key, else by its rank, else the highest below."""
    by_key = next((tier for tier in policy.tiers if tier.key == incident.tier), None)
    if by_key is not None:
        return by_key
    below = [tier.rank for tier in policy.tiers if tier.rank <= incident.tier_rank]
    return tier_named(policy, max(below, default=1))


def _choose_hours(session: Session, policy: Policy, incident: Incident) -> None:
    """A region's and the default calendar are the version's to say; the contract's is not."""
    if incident.answer.get(CALENDAR, {}).get("source") == CalendarSource.CONTRACT:
        return
    customer = session.get(Customer, incident.customer_id) if incident.customer_id else None
    keep_calendar(policy, incident, customer, Calendars(session))


def _warn_anew(timers: Timers) -> None:
    """Another version may warn at other shares. What is due already keeps its true time."""
    for row in timers.open():
        if row.next_moment_at is not None and row.next_moment_at > timers.work.now:
            timers.recalculate(row, MOVED)


def outlook_of_move(session: Session, incident_id: str, number: int, at: datetime) -> Outlook:
    """What moving to that version would bring. Raises as ``MoveToVersion`` does."""
    incident = session.get(Incident, incident_id)
    before = pinned_policy(session, incident) if incident is not None else None
    if incident is None or before is None:
        raise NotFound("That incident is no longer there.", "Go back to the queue.")
    policy = _newer(session, before, number, at)
    record = incident_facts.answer_record(policy, incident_facts.decide(policy, incident.facts))
    with session.no_autoflush:
        thought = thought_of(incident, version_id=policy.id)
        _choose_hours(session, policy, thought)
        kept = {CALENDAR: thought.answer[CALENDAR]} if CALENDAR in thought.answer else {}
        adopt(thought, {**record, **kept})
        found = changes(session, policy, thought, rows_of(session, incident), at)
        reached = _tier_there(policy, incident)
    return outlook(
        before,
        policy,
        incident,
        record,
        target_class=record["class"],
        enters=record["tier"] > reached.rank and incident.resolved_at is None,
        offered=False,
        due=due_outlook(found, at),
    )
