"""Telling people of what happens to an incident."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from app.models.enums import IncidentOrigin
from app.models.incident import Incident
from app.models.message import Notification
from app.services.database.identity import new_id
from app.services.database.work import UnitOfWork


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
    """Tells each of ``people`` once; nobody is told of a drill."""
    once = tuple(dict.fromkeys(people))
    held = _held.get()
    if held is not None:
        held.append(Alert(once, kind, data))
        return
    if incident.origin is IncidentOrigin.DRILL:
        return
    for person in once:
        work.add(
            Notification(
                id=new_id(),
                person_id=person,
                incident_id=incident.id,
                kind=kind,
                data={"number": incident.number, **data},
                at=work.now,
            )
        )
