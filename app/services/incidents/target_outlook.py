"""What changing facts, or moving to another version, would bring: asked before it is done, and never written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.models.enums import TimerKind
from app.models.incident import Incident
from app.models.timer import Timer
from app.services.clock.reading import NEVER_BREACH
from app.services.incidents.retargeting import TargetChange
from app.services.matrix.policy import Policy


@dataclass(frozen=True, slots=True)
class DueOutlook:
    """One timer's due time before and after; None where there is no such timer then. ``breaches`` at once."""

    kind: TimerKind
    customer_id: str | None
    before: datetime | None
    after: datetime | None
    breaches: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """Tier, owner, path and class before and after, in words, and the due times that would move.

    ``enters`` and ``class_at_once`` say what happens at once; ``offered`` that the rest waits for somebody to take it.
    ``sentences`` tell all that but the due times.
    """

    trigger: int | None
    tier_before: str
    tier_after: str
    owner_before: str
    owner_after: str
    class_before: str
    class_after: str
    enters: bool
    class_at_once: bool
    offered: bool
    due: tuple[DueOutlook, ...]
    sentences: tuple[str, ...]


def thought_of(incident: Incident, **changed: Any) -> Incident:
    """A copy of an incident with some values changed, which no session ever sees."""
    columns = (attribute.key for attribute in inspect(Incident).column_attrs)
    return Incident(**{**{key: getattr(incident, key) for key in columns}, **changed})


def rows_of(session: Session, incident: Incident) -> list[Timer]:
    """The incident's timers, earlier passes first."""
    question = select(Timer).where(Timer.incident_id == incident.id).order_by(Timer.pass_number)
    return list(session.scalars(question))


def due_outlook(found: tuple[TargetChange, ...], at: datetime) -> tuple[DueOutlook, ...]:
    """The changes as a screen shows them."""
    return tuple(
        DueOutlook(
            one.kind,
            one.customer_id,
            one.before,
            one.after,
            one.after is not None
            and one.after < at
            and one.kind not in NEVER_BREACH
            and (one.row is None or one.row.breached_at is None),
        )
        for one in found
    )


def outlook(
    policy_before: Policy,
    policy: Policy,
    incident: Incident,
    record: Mapping[str, Any],
    *,
    target_class: str,
    enters: bool,
    offered: bool,
    due: tuple[DueOutlook, ...],
) -> Outlook:
    """Puts into words what the answer ``record`` would bring; ``target_class`` is the one accepted at once."""
    before = incident.answer
    tier_before = next((one.name for one in policy_before.tiers if one.rank == incident.tier_rank), "")
    tier_after = next((one.name for one in policy.tiers if one.rank == record["tier"]), "")
    owner_before, owner_after = (
        held.table.owner_label(answer["owner"]) if answer["owner"] else ""
        for held, answer in ((policy_before, before), (policy, record))
    )
    class_before, class_after = policy_before.class_name(incident.target_class), policy.class_name(record["class"])
    class_at_once = target_class == record["class"] and class_after != class_before
    sentences = []
    if enters:
        sentences.append(f"Goes to {tier_after} at once.")
    if class_at_once:
        sentences.append(f"{class_after} targets hold at once, in place of {class_before}.")
    if offered:
        decides = f"Trigger {record['trigger']}" if record["trigger"] else "The catch-all"
        sentences.append(f"{decides} would decide: {_joined(tier_after, owner_after, class_after)}. It is offered.")
    if not sentences and not due:
        sentences.append("Tier, owner, path, class and targets stay as they are.")
    return Outlook(
        record["trigger"], tier_before, tier_after, owner_before, owner_after, class_before, class_after, enters,
        class_at_once, offered, due, tuple(sentences),
    )  # fmt: skip


def _joined(*words: str) -> str:
    return ", ".join(word for word in words if word)
