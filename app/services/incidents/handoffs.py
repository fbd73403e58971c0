"""Who has it: taking an incident, and handing it off with a packet that is accepted or returned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.models.enums import DutyKind, EventKind, TimerKind
from app.models.incident import HandOff, Incident
from app.models.people import Membership, Team
from app.services.clock.events import Act, TimerEvent
from app.services.database.errors import NotAllowed, StateError, UserError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents.alerts import alert
from app.services.incidents.arrival import HAND_OFF
from app.services.incidents.ladder import enter_tier, policy_of
from app.services.incidents.owners import require_known, resolve
from app.services.incidents.phases import live, note_acknowledged, take_hold
from app.services.incidents.timing import Timers, TimerStart
from app.services.matrix.policy import Policy, TierPolicy


@dataclass(frozen=True, kw_only=True)
class Take(Operation):
    """Makes the actor the holder; taking acknowledges too."""

    incident_id: str


@dataclass(frozen=True, kw_only=True)
class OfferHandOff(Operation):
    """Offers the incident to an owner with a packet. The giver stays the holder. Result: ``{"hand_off_id"}``."""

    incident_id: str
    to: str
    summary: str
    tried: str = ""
    promised: str = ""
    next_step: str = ""


@dataclass(frozen=True, kw_only=True)
class AnswerHandOff(Operation):
    """Accepts a hand-off, or returns it with words."""

    hand_off_id: str
    accept: bool
    words: str = ""


@handles(Take)
def take(work: UnitOfWork, operation: Take) -> dict[str, Any]:
    """Acknowledges where that was not done."""
    incident = live(work, operation.incident_id)
    if incident.holder_id == work.actor.id:
        raise StateError("You have it already.", "Go on working on it.")
    take_hold(work, incident)
    _acknowledged(work, incident, Timers(work, incident, policy_of(work, incident).warn_shares))
    return {}


def _acknowledged(work: UnitOfWork, incident: Incident, timers: Timers) -> None:
    note_acknowledged(work, incident)
    timers.happen(TimerEvent.ACKNOWLEDGED, work.now)
    timers.settle()


@handles(OfferHandOff)
def offer_hand_off(work: UnitOfWork, operation: OfferHandOff) -> dict[str, Any]:
    """Starts the offer's timer; one open offer at a time."""
    incident = live(work, operation.incident_id)
    policy = policy_of(work, incident)
    if not operation.summary.strip():
        raise UserError("The packet needs a summary.", "Say in two lines what is known.")
    require_known(work.session, operation.to)
    asked = resolve(work.session, operation.to, work.now)
    if asked.named_id is None:
        raise StateError("Nobody is on duty there now.", "Choose a person.")
    if work.session.scalars(_open_offers(incident.id)).first() is not None:
        raise StateError("It is offered to somebody already.", "Wait for the answer, or ask them.")
    packet = "\n\n".join(
        f"{title}: {text}"
        for title, text in (
            ("Summary", operation.summary),
            ("Tried", operation.tried),
            ("Promised", operation.promised),
            ("Next step", operation.next_step),
        )
        if text.strip()
    )
    event = work.event(
        incident.id, EventKind.OFFERED, text=packet, to=operation.to, person=asked.named_id, giver=incident.holder_id
    )
    offer = work.add(
        HandOff(
            id=new_id(),
            incident_id=incident.id,
            from_id=incident.holder_id,
            to_owner=operation.to,
            to_id=asked.named_id,
            packet_id=event.text_id,
            offered_at=work.now,
        )
    )
    timers = Timers(work, incident, policy.warn_shares)
    timers.start(
        TimerStart(
            TimerKind.OFFER, work.now, policy.offer_seconds, owner_id=asked.named_id, rule={"hand_off": offer.id}
        )
    )
    alert(work, incident, asked.alerted, "offered", hand_off=offer.id)
    timers.settle()
    return {"hand_off_id": offer.id}


def _open_offers(incident_id: str) -> Any:
    return select(HandOff).where(HandOff.incident_id == incident_id, HandOff.state == "offered")


@handles(AnswerHandOff)
def answer_hand_off(work: UnitOfWork, operation: AnswerHandOff) -> dict[str, Any]:
    """Accepting makes the receiver the holder and enters the tier of a higher owner; returning needs words."""
    offer = work.get(HandOff, operation.hand_off_id, "That hand-off")
    incident = live(work, offer.incident_id)
    work.session.refresh(offer)  # read again under the incident's lock: somebody may have answered meanwhile
    if offer.state != "offered":
        raise StateError(f"This hand-off was {offer.state} already.", "Look at the incident again.")
    asked = resolve(work.session, offer.to_owner, work.now)
    if work.actor.id not in (offer.to_id, *asked.alerted):
        raise NotAllowed("This hand-off was offered to somebody else.", "Ask them, or take the incident.")
    if not operation.accept and not operation.words.strip():
        raise StateError("Returning needs words.", "Say what is missing.")
    timers = Timers(work, incident, policy_of(work, incident).warn_shares)
    for row in timers.open(TimerKind.OFFER):
        if row.rule.get("hand_off") == offer.id:
            timers.do(row, Act.STOP, work.now)
    offer.state = "accepted" if operation.accept else "returned"
    offer.answered_at = work.now
    kind = EventKind.ACCEPTED if operation.accept else EventKind.RETURNED
    work.event(incident.id, kind, text=operation.words or None, giver=offer.from_id, to=offer.to_owner)
    if operation.accept:
        _accept(work, incident, offer, timers)
    elif offer.from_id:
        alert(work, incident, [offer.from_id], "returned")
    timers.settle()
    return {"state": offer.state}


def _accept(work: UnitOfWork, incident: Incident, offer: HandOff, timers: Timers) -> None:
    incident.holder_id = work.actor.id
    asked = resolve(work.session, offer.to_owner, work.now)
    incident.team_id = asked.team_id or team_with(work, incident, work.actor.id)
    policy = policy_of(work, incident)
    tier = tier_of_owner(policy, incident, offer.to_owner)
    if tier is not None and tier.rank > incident.tier_rank:
        enter_tier(work, incident, policy, tier, timers=timers, owner=offer.to_owner, cause=HAND_OFF)
    _acknowledged(work, incident, timers)


def team_with(work: UnitOfWork, incident: Incident, person_id: str | None) -> str | None:
    """The team that an incident moves to with a person: where it is, if they belong there, else theirs."""
    mine = work.session.scalars(
        select(Membership.team_id)
        .join(Team, Team.id == Membership.team_id)
        .where(Membership.person_id == person_id, Team.active)
        .order_by(Team.name)
    ).all()
    return incident.team_id if incident.team_id in mine or not mine else mine[0]


def tier_of_owner(policy: Policy, incident: Incident, owner: str) -> TierPolicy | None:
    """The lowest tier whose duties, or a step to it on the incident's path, name ``owner``."""
    asked = {step.tier for step in policy.path(incident.path or "").steps if step.owner == owner}
    named = (
        tier
        for tier in policy.tiers
        if tier.key in asked or owner in (*tier.owners(DutyKind.LEADS), *tier.owners(DutyKind.ALERTED))
    )
    return next(named, None)
