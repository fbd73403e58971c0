"""Why a timer is due when it is, with the names that the database knows; and what would follow if one opened now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.models.customer import Customer
from app.models.enums import Channel, DutyKind, IncidentOrigin, Part, Phase, TimerKind
from app.models.incident import Incident
from app.models.timer import Timer
from app.services.clock.explain import Explanation, explain
from app.services.database.errors import NotFound
from app.services.incidents.ladder import armed_steps
from app.services.incidents.open import preview
from app.services.incidents.targets import STARTED_AT_OPENING, targets_of
from app.services.incidents.timer_history import history_of, source_of
from app.services.incidents.timing import Calendars, pass_of
from app.services.matrix.policy import Policy
from app.services.matrix.versions import in_force, load


@dataclass(frozen=True, slots=True)
class Prospect:
    """What opening with some facts would bring: the answer, its targets and its ladder.

    ``targets`` are (kind, seconds, due, counted seconds left).

    ``bands`` are (tier, rank, owner, entered at), the first tier first. ``version`` is the matrix asked.
    """

    answer: Mapping[str, Any]
    targets: tuple[tuple[TimerKind, int, datetime, int], ...]
    bands: tuple[tuple[str, int, str, datetime], ...]
    version: int


def prospect(
    session: Session,
    facts: Mapping[str, Any],
    channel: Channel | None,
    customer_id: str | None,
    raised_at: datetime,
    now: datetime,
) -> Prospect:
    """Asks the matrix in force, targets and path included; nothing is written. Raises as ``preview`` does."""
    policy = in_force(session, now)
    dimension = policy.part(Part.CHANNEL) if policy else None
    if dimension is not None and channel is not None and channel.value in {one.key for one in dimension.choices}:
        facts = {**facts, dimension.key: channel.value}
    answer = preview(session, facts, now)
    assert policy is not None  # preview refuses where there is none
    customer = session.get(Customer, customer_id) if customer_id else None
    with session.no_autoflush:
        # never added to the session: only its values are read
        thought = Incident(
            origin=IncidentOrigin.LIVE, phase=Phase.TRIAGE, channel=channel, facts=dict(facts), raised_at=raised_at,
            trigger_number=answer["trigger"], target_class=answer["class"], path=answer["path"],
        )  # fmt: skip
        found = targets_of(session, policy, thought, customer)
    targets = tuple(
        (one.kind, one.seconds, one.due(raised_at), one.left(raised_at, now))
        for one in found
        if one.kind in STARTED_AT_OPENING
    )
    return Prospect(answer, targets, _ladder(policy, answer, raised_at), policy.number)


def _ladder(
    policy: Policy, answer: Mapping[str, Any], raised_at: datetime
) -> tuple[tuple[str, int, str, datetime], ...]:
    first = next((tier for tier in policy.tiers if tier.rank == answer["tier"]), None)
    if first is None:
        return ()
    owner = answer["owner"] or next(iter(first.owners(DutyKind.LEADS)), "")
    bands = [(first.name, first.rank, policy.table.owner_label(owner) if owner else "", raised_at)]
    for armed in armed_steps(policy, policy.path(answer["path"]), first.rank):
        owner = armed.step.owner or next(iter(armed.tier.owners(DutyKind.LEADS)), "")
        at = raised_at + timedelta(seconds=armed.seconds)
        bands.append((armed.tier.name, armed.tier.rank, policy.table.owner_label(owner) if owner else "", at))
    return tuple(bands)


def why(session: Session, timer_id: str, now: datetime) -> Explanation:
    """The explanation of a timer at ``now``."""
    row = session.get(Timer, timer_id)
    if row is None:
        raise NotFound("That timer is no longer there.", "Look at the incident again.")
    incident = session.get(Incident, row.incident_id)
    policy = load(session, incident.version_id) if incident is not None and incident.version_id else None
    shares = tuple(share / 100 for share in policy.warn_shares) if policy else (0.75, 0.9)
    timer = pass_of(session, row, Calendars(session), shares)
    return explain(timer, now, source_of(session, row), history_of(session, row))
