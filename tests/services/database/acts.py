"""Small acts on which the machinery of operations is tested."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from app.models.enums import EventKind, Phase, Role
from app.models.incident import Event, ImportBatch, Incident
from app.services.database.errors import StateError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Raise(Operation):
    """Opens an incident with a note."""

    title: str = "Exports fail"
    note: str | None = None
    incident_id: str = field(default_factory=new_id)

    @property
    def why(self) -> str | None:
        return "a test asked for it"


@handles(Raise)
def raise_incident(work: UnitOfWork, operation: Raise) -> dict[str, Any]:
    number = work.number("incident")
    work.add(
        Incident(
            id=operation.incident_id, number=number, title=operation.title, raised_at=work.acted_at, opened_at=work.now
        )
    )
    work.session.flush()
    event = work.event(operation.incident_id, EventKind.NOTE, text=operation.note)
    return {"number": number, "text": event.text_id}


@dataclass(frozen=True, kw_only=True)
class Retitle(Operation):
    """Sets title and waiting reason, having seen others."""

    incident_id: str
    title: str
    waiting_for: str | None = None
    seen: dict[str, Any] = field(default_factory=dict)


@handles(Retitle)
def retitle(work: UnitOfWork, operation: Retitle) -> None:
    incident = work.get(Incident, operation.incident_id, "This incident")
    wanted = {"title": operation.title, "waiting_for": operation.waiting_for}
    work.compare("The incident was changed meanwhile.", incident, operation.seen, wanted)
    incident.title, incident.waiting_for = operation.title, operation.waiting_for


@dataclass(frozen=True, kw_only=True)
class Halt(Operation):
    """Moves an incident to another phase; for leads."""

    incident_id: str
    needs: ClassVar[Role] = Role.LEAD


@handles(Halt)
def halt(work: UnitOfWork, operation: Halt) -> dict[str, Any]:
    incident = work.get(Incident, operation.incident_id, "This incident")
    incident.phase = Phase.CONTAINMENT
    work.event(incident.id, EventKind.NOTE)
    return {"phase": incident.phase.value}


@dataclass(frozen=True, kw_only=True)
class KeepEvent(Operation):
    """Writes an event as an import does: it names a person of the other desk."""

    incident_id: str
    event_id: str
    batch_id: str


@handles(KeepEvent)
def keep_event(work: UnitOfWork, operation: KeepEvent) -> None:
    work.add(
        Event(
            id=operation.event_id,
            incident_id=operation.incident_id,
            kind=EventKind.TAKEN,
            at=work.now,
            recorded_at=work.now,
            data={"name": "Mrs Meier"},
            import_batch_id=operation.batch_id,
        )
    )


@dataclass(frozen=True, kw_only=True)
class Stumble(Operation):
    """Writes much and then finds that it must not."""

    incident_id: str


@handles(Stumble)
def stumble(work: UnitOfWork, operation: Stumble) -> None:
    work.get(Incident, operation.incident_id, "This incident").title = "half written"
    work.number("incident")
    work.event(operation.incident_id, EventKind.NOTE, text="half written")
    work.session.flush()
    raise StateError("This incident is closed.", "Reopen it first.")


@dataclass(frozen=True, kw_only=True)
class Flood(Operation):
    """Writes as many events as asked for."""

    incident_id: str
    count: int


@handles(Flood)
def flood(work: UnitOfWork, operation: Flood) -> None:
    for _ in range(operation.count):
        work.event(operation.incident_id, EventKind.NOTE)


@dataclass(frozen=True, kw_only=True)
class Import(Operation):
    """Brings in incidents of a batch."""

    titles: tuple[str, ...]


@handles(Import)
def import_batch(work: UnitOfWork, operation: Import) -> dict[str, Any]:
    batch = work.add(
        ImportBatch(
            id=new_id(), operation_id=operation.id, source="test", file_name="incidents.csv", number=1,
            incidents=len(operation.titles), first_number=1, last_number=len(operation.titles), digest="0", at=work.now,
        )
    )  # fmt: skip
    work.session.flush()
    for title in operation.titles:
        number = work.number("incident")
        work.add(
            Incident(
                id=new_id(),
                number=number,
                title=title,
                raised_at=work.now,
                opened_at=work.now,
                import_batch_id=batch.id,
            )
        )
    return {"batch": batch.id}


@dataclass(frozen=True, kw_only=True)
class Everything(Operation):
    """Holds a value of every plain kind."""

    words: tuple[str, ...] = ()
    role: Role = Role.AGENT
    at: datetime | None = None
    day: date | None = None
    amount: Decimal | None = None
    values: dict[str, Any] = field(default_factory=dict)
    seconds: int = 0
    share: float = 0.0
    sure: bool = False


@handles(Everything)
def do_everything(_work: UnitOfWork, _operation: Everything) -> None:
    """Does nothing."""
