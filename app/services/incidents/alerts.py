"""Telling people of what happens to an incident."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from app.models.enums import IncidentOrigin
from app.models.incident import Incident
from app.models.message import Notification, Outbox
from app.services.database.identity import new_id
from app.services.database.sample_mark import is_sample
from app.services.database.work import UnitOfWork
from app.services.delivery_plan import DESKTOP, MAIL, plan
from app.services.delivery_rules import rules_of_people


@dataclass(frozen=True, slots=True)
class Alert:
    """What is told to whom: the people's ids, the kind, and what the kind says of itself."""

    people: tuple[str, ...]
    kind: str
    data: dict[str, Any]


_held: ContextVar[list[Alert] | None] = ContextVar("held_alerts", default=None)


@contextmanager
def alerts_held() -> Iterator[list[Alert]]:
    """Gathers what would be told instead of telling it: the caller tells it once, after catching up."""
    gathered: list[Alert] = []
    token = _held.set(gathered)
    try:
        yield gathered
    finally:
        _held.reset(token)


def alert(work: UnitOfWork, incident: Incident, people: Iterable[str], kind: str, **data: Any) -> None:
    """Tells each of ``people`` once, in the program and outside it as they wish; only live incidents tell anybody."""
    once = tuple(dict.fromkeys(people))
    held = _held.get()
    if held is not None:
        held.append(Alert(once, kind, data))
        return
    if incident.origin is not IncidentOrigin.LIVE or not once:
        return
    notify(work, once, kind, {"number": incident.number, **data}, incident.id)


def notify(
    work: UnitOfWork, people: Iterable[str], kind: str, data: Mapping[str, Any], incident_id: str | None = None
) -> None:
    """Tells people of something that need not be an incident's, in the program and outside it as they wish."""
    told = {
        person: work.add(
            Notification(
                id=new_id(), person_id=person, incident_id=incident_id, kind=kind, data=dict(data), at=work.now
            )
        )
        for person in people
    }
    _send_out(work, told, kind)


def _send_out(work: UnitOfWork, told: dict[str, Notification], kind: str) -> None:
    """Puts what each person wants to have outside the program into the outbox; of a sample nothing ever leaves."""
    if is_sample(work.session):
        return
    rows = [
        Outbox(
            id=new_id(),
            key=f"alert-{told[wishes.person_id].id}-{one.rule}",
            channel=one.channel,
            recipient=recipient,
            person_id=wishes.person_id,
            notification_id=told[wishes.person_id].id,
            not_before=one.leaves_at,
            created_at=work.now,
        )
        for wishes in rules_of_people(work.session, told)
        for one in plan(wishes.rules, wishes.quiet, kind, work.now, wishes.time_zone)
        if one.channel != DESKTOP and (recipient := one.address or (wishes.email if one.channel == MAIL else None))
    ]
    if rows:
        work.session.flush()  # the notifications must stand before the rows that refer to them
        work.session.add_all(rows)
