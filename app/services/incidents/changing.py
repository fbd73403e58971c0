"""Changing the facts of an incident, and what follows: another answer, other targets, other hours (domain.md §2.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.models.customer import Customer
from app.models.enums import EventKind, Part, TimerKind
from app.models.incident import Incident
from app.services.clock.events import Act
from app.services.database.errors import Conflict, Difference, NotFound, StateError, UserError
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents import facts as incident_facts
from app.services.incidents.alerts import alert
from app.services.incidents.arrival import owner_asked
from app.services.incidents.executives import look_at_threshold
from app.services.incidents.ladder import arm_steps, enter_tier, pinned_policy, policy_of
from app.services.incidents.phases import live
from app.services.incidents.reclassifying import DISMISSED, Weighed, outcome, weigh
from app.services.incidents.retargeting import RECLASSIFIED, changes, retarget
from app.services.incidents.target_outlook import Outlook, due_outlook, outlook, rows_of, thought_of
from app.services.incidents.targets import CALENDAR, keep_calendar
from app.services.incidents.timing import Calendars, Timers
from app.services.matrix.policy import Policy, TierPolicy

FACTS, ANSWER = "facts", "answer"
"""What brings an incident to a tier here: facts that the matrix answers higher, or an answer that somebody took."""


@dataclass(frozen=True, kw_only=True)
class ChangeFacts(Operation):
    """Changes facts; None says that one is not known any more.

    ``seen`` are the values that its author saw; only those are compared. Result: ``{"enters", "offered", "changed"}``:
    the tier entered at once or None, whether an answer is offered, and how many timers' targets changed.
    """

    incident_id: str
    facts: dict[str, Any]
    seen: dict[str, Any] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class TakeAnswer(Operation):
    """Takes the answer that is offered. A tier below the one reached is not entered: de-escalating does that."""

    incident_id: str


@dataclass(frozen=True, kw_only=True)
class DismissAnswer(Operation):
    """Lets the accepted answer stand, with a reason; the same outcome is not offered again."""

    incident_id: str
    reason: str


@handles(ChangeFacts)
def change_facts(work: UnitOfWork, operation: ChangeFacts) -> dict[str, Any]:
    """Refused for a fact the version does not know or cannot read, and where one is another than its author saw."""
    incident = live(work, operation.incident_id)
    policy = policy_of(work, incident)
    wanted = _wanted(policy, operation.facts)
    _compare(policy, incident, operation.seen, wanted)
    before = dict(incident.facts)
    changed = {key: value for key, value in wanted.items() if before.get(key) != value}
    if not changed:
        return {"enters": None, "offered": incident.offered_answer is not None, "changed": 0}
    incident.facts = _with(before, changed)
    incident_facts.keep_history(work, incident, changed, work.now)
    work.event(
        incident.id,
        EventKind.FACT_CHANGED,
        text=operation.reason.strip() or None,
        facts=[{"fact": key, "before": before.get(key), "after": value} for key, value in changed.items()],
    )
    timers = Timers(work, incident, policy.warn_shares)
    if _chose_calendar(policy, incident, changed):
        keep_calendar(policy, incident, _customer(work.session, incident), timers.calendars)
    weighed = _weigh(policy, incident)
    entered = _accept(work, incident, policy, timers, weighed)
    moved = retarget(work, incident, policy, timers, RECLASSIFIED)
    look_at_threshold(work, incident, policy)
    timers.settle()
    return {"enters": entered, "offered": incident.offered_answer is not None, "changed": len(moved)}


def _wanted(policy: Policy, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as they are stored, None for those that are not known any more."""
    checked = incident_facts.check(policy, facts)
    if not facts:
        raise UserError("There is no fact to change.", "Name at least one.")
    return {key: checked.get(key) for key in facts}


def _with(facts: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**facts, **changed}.items() if value is not None}


def _compare(policy: Policy, incident: Incident, seen: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    dimensions = {one.key: one.label for one in policy.table.dimensions}
    differences = tuple(
        Difference(dimensions.get(key, key), seen[key], incident.facts.get(key), value)
        for key, value in wanted.items()
        if key in seen and incident.facts.get(key) not in (incident_facts.plain(seen[key]), value)
    )
    if differences:
        raise Conflict("These facts", differences)


def _chose_calendar(policy: Policy, incident: Incident, changed: Mapping[str, Any]) -> bool:
    """Whether a fact changed that the incident's hours were chosen by; a contract's hours never depend on one."""
    region = policy.part(Part.REGION)
    contract = incident.answer.get(CALENDAR, {}).get("source") == "contract"
    return region is not None and region.key in changed and not contract


def _customer(session: Session, incident: Incident) -> Customer | None:
    return session.get(Customer, incident.customer_id) if incident.customer_id else None


def _weigh(policy: Policy, incident: Incident) -> Weighed:
    record = incident_facts.answer_record(policy, incident_facts.decide(policy, incident.facts))
    standing = {**incident.answer, "class": incident.target_class or ""}
    return weigh(policy, standing, record, incident.tier_rank, over=incident.resolved_at is not None)


def _accept(work: UnitOfWork, incident: Incident, policy: Policy, timers: Timers, weighed: Weighed) -> str | None:
    """Writes what is accepted at once and what is offered; gives the tier entered, if one is."""
    before = incident.offered_answer
    adopt(incident, weighed.accepted)
    incident.offered_answer = weighed.offered
    offered = weighed.offered
    if offered is not None and (before is None or outcome(before) != outcome(offered)):
        work.event(incident.id, EventKind.ANSWER_OFFERED, **said(policy, offered))
    if not weighed.enters:
        return None
    tier = tier_named(policy, incident.answer["tier"])
    return enter_tier(
        work,
        incident,
        policy,
        tier,
        timers=timers,
        owner=incident.answer["owner"] or None,
        cause=FACTS,
        acknowledge_again=True,
    ).key


def adopt(incident: Incident, answer: dict[str, Any]) -> None:
    """Makes an answer the accepted one."""
    incident.answer = answer
    incident.trigger_number, incident.target_class = answer["trigger"], answer["class"]
    incident.path = answer["path"]


def said(policy: Policy, answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer as an event keeps it."""
    return {
        "trigger": answer["trigger"],
        "covered": answer["covered"],
        "tier": tier_named(policy, answer["tier"]).name,
        "owner": answer["owner"],
        "path": answer["path"],
        "class": policy.class_name(answer["class"]),
        "explanation": answer["explanation"],
        "version": answer["version"],
    }


def tier_named(policy: Policy, rank: int) -> TierPolicy:
    """The tier of that rank; the lowest where the version has none."""
    found = next((tier for tier in policy.tiers if tier.rank == rank), None) or next(iter(policy.tiers), None)
    if found is None:
        raise NotFound("The matrix has no tier at all.", "Add one and publish again.")
    return found


@handles(TakeAnswer)
def take_answer(work: UnitOfWork, operation: TakeAnswer) -> dict[str, Any]:
    """Refused where none is offered. Steps of another path are armed from the entry into the tier reached."""
    incident = live(work, operation.incident_id)
    policy = policy_of(work, incident)
    offered = _offered(incident)
    timers = Timers(work, incident, policy.warn_shares)
    work.event(incident.id, EventKind.ANSWER_TAKEN, **said(policy, offered), before=said(policy, incident.answer))
    incident.offered_answer = None
    take(work, incident, policy, timers, offered)
    moved = retarget(work, incident, policy, timers, RECLASSIFIED)
    timers.settle()
    return {"tier": incident.tier, "changed": len(moved)}


def take(
    work: UnitOfWork,
    incident: Incident,
    policy: Policy,
    timers: Timers,
    answer: Mapping[str, Any],
    former: Policy | None = None,
) -> None:
    """Adopts an answer whole: enters its tier where that is higher, else asks its owner and follows its path.

    ``former`` is the version that the incident comes from, whose path of the same key may have had other steps.
    """
    before = incident.answer
    kept = {CALENDAR: before[CALENDAR]} if CALENDAR in before else {}
    adopt(incident, {**answer, **kept})
    if incident.resolved_at is not None:
        return
    tier = tier_named(policy, answer["tier"])
    owner = answer["owner"] or None
    if tier.rank > incident.tier_rank:
        enter_tier(work, incident, policy, tier, timers=timers, owner=owner, cause=ANSWER, acknowledge_again=True)
        return
    steps_before = (former or policy).path(before["path"] or "").steps
    if policy.path(answer["path"] or "").steps != steps_before:
        for row in timers.open(TimerKind.STEP):
            timers.do(row, Act.CANCEL, work.now)
        arm_steps(incident, policy, timers, incident.tier_entered_at or work.now)
        for row in timers.open(TimerKind.STEP):
            timers.recalculate(row, RECLASSIFIED)
    if owner != before["owner"] and tier.rank == incident.tier_rank:
        asked = owner_asked(work, tier, owner, incident.tier_sleeps_until)
        incident.asked_id = asked.named_id or incident.asked_id
        alert(work, incident, list(asked.alerted), "tier_entered", tier=tier.name, cause=ANSWER)


def _offered(incident: Incident) -> dict[str, Any]:
    if incident.offered_answer is None:
        raise StateError("No other answer is offered here.", "Look at the incident again.")
    return incident.offered_answer


@handles(DismissAnswer)
def dismiss_answer(work: UnitOfWork, operation: DismissAnswer) -> dict[str, Any]:
    """Refused without a reason, or where none is offered."""
    incident = live(work, operation.incident_id)
    offered = _offered(incident)
    if not operation.reason.strip():
        raise UserError("Dismissing an answer needs a reason.", "Say in a line why what was decided stands.")
    incident.answer = {**incident.answer, DISMISSED: list(outcome(offered))}
    incident.offered_answer = None
    work.event(
        incident.id,
        EventKind.ANSWER_DISMISSED,
        text=operation.reason.strip(),
        **said(policy_of(work, incident), offered),
    )
    return {}


def outlook_of_change(session: Session, incident_id: str, facts: Mapping[str, Any], at: datetime) -> Outlook:
    """What changing these facts would bring. Raises as ``ChangeFacts`` does for facts that cannot be read."""
    incident = session.get(Incident, incident_id)
    policy = pinned_policy(session, incident) if incident is not None else None
    if incident is None or policy is None:
        raise NotFound("That incident is no longer there.", "Go back to the queue.")
    changed = _wanted(policy, facts)
    with session.no_autoflush:
        thought = thought_of(incident, facts=_with(incident.facts, changed))
        if _chose_calendar(policy, incident, changed):
            keep_calendar(policy, thought, _customer(session, incident), Calendars(session))
        weighed = _weigh(policy, thought)
        record = weighed.offered or weighed.accepted
        adopt(thought, weighed.accepted)
        found = changes(session, policy, thought, rows_of(session, incident), at)
    return outlook(
        policy,
        policy,
        incident,
        record,
        target_class=weighed.accepted["class"],
        enters=weighed.enters,
        offered=weighed.offered is not None,
        due=due_outlook(found, at),
    )
