"""Small acts on the record: a note, a key event, a ticked item of the procedure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select

from app.models.enums import EventKind
from app.models.incident import Event, Tick
from app.services.database.errors import UserError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents.phases import live


@dataclass(frozen=True, kw_only=True)
class AddNote(Operation):
    """Writes an internal note. Result: ``{"event_id"}``."""

    incident_id: str
    body: str
    workaround: bool = False


@dataclass(frozen=True, kw_only=True)
class MarkKeyEvent(Operation):
    """Marks an event of the timeline as key, or takes the mark away."""

    event_id: str
    key: bool
    seen: bool | None = None


@dataclass(frozen=True, kw_only=True)
class TickItem(Operation):
    """Ticks an item of the tier's procedure, or takes the tick away."""

    incident_id: str
    tier: str
    item: str
    ticked: bool = True


@handles(AddNote)
def add_note(work: UnitOfWork, operation: AddNote) -> dict[str, Any]:
    """Refused when empty."""
    incident = live(work, operation.incident_id)
    body = operation.body.strip()
    if not body:
        raise UserError("The note is empty.", "Write what you found out.")
    event = work.event(
        incident.id,
        EventKind.NOTE,
        at=work.acted_at,
        text=body,
        key=operation.workaround,
        workaround=operation.workaround,
    )
    return {"event_id": event.id}


@handles(MarkKeyEvent)
def mark_key_event(work: UnitOfWork, operation: MarkKeyEvent) -> dict[str, Any]:
    """Compares the mark its author saw."""
    event = work.get(Event, operation.event_id, "That event")
    seen = {} if operation.seen is None else {"key": operation.seen}
    work.compare("Somebody changed this mark meanwhile.", event, seen, {"key": operation.key})
    event.key = operation.key
    return {}


@handles(TickItem)
def tick_item(work: UnitOfWork, operation: TickItem) -> dict[str, Any]:
    """Ticking twice is ticking once."""
    incident = live(work, operation.incident_id)
    where = (Tick.incident_id == incident.id, Tick.tier == operation.tier, Tick.item == operation.item)
    held = work.session.scalars(select(Tick).where(*where)).first()
    if operation.ticked and held is None:
        work.add(
            Tick(
                id=new_id(),
                incident_id=incident.id,
                tier=operation.tier,
                item=operation.item,
                person_id=work.actor.id,
                at=work.now,
            )
        )
        work.event(incident.id, EventKind.CHECKED, item=operation.item, tier=operation.tier)
    if not operation.ticked and held is not None:
        work.session.execute(delete(Tick).where(*where))
        work.event(incident.id, EventKind.UNDONE, item=operation.item, tier=operation.tier, act="tick")
    return {}
