"""Incidents of another desk taken over as history: no live timers, no alerts, pinned to no version.

One import is many short transactions, so that a click is never queued behind it. Each batch is an operation whose id
follows from the import's, so an import that is repeated, or cancelled and started again, writes nothing twice. An
incident is known again by its source key; one that did not change since is passed over.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID, uuid5

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from app.models.customer import Customer
from app.models.enums import Channel, EventKind, IncidentOrigin, Phase, Role
from app.models.incident import Counter, Event, Fact, ImportBatch, Incident
from app.models.trail import SchemaMeta
from app.services.database.database import Database
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents.intake.figures import FigureCounter, as_document
from app.services.incidents.intake.mapping import IncidentMapping, SourceState
from app.services.incidents.intake.records import FactValue, HistoricIncident, ReadingReport
from app.services.incidents.intake.report import report_lines
from app.services.incidents.intake.stream import OnProgress, read_incidents

BATCH_SECONDS = 0.05
FIRST_BATCH, LARGEST_BATCH = 20, 400
NEW_STATES = frozenset({SourceState.NEW})
CHANNELS = {channel.value for channel in Channel}


@dataclass(frozen=True, kw_only=True)
class WriteHistory(Operation):
    """Writes one batch of an import. Result: ``{"new", "changed", "same"}``."""

    import_id: str
    number: int
    source: str
    file_name: str
    incidents: tuple[HistoricIncident, ...] = field(repr=False)
    report: dict[str, Any] = field(default_factory=dict, repr=False)
    needs: ClassVar[Role] = Role.LEAD


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. ``reading`` tells of the file; the counts are incidents here."""

    reading: ReadingReport
    new: int
    changed: int
    same: int
    seconds: float
    figures: dict[str, Any]

    def lines(self) -> list[str]:
        """The report as people read it."""
        took = f"{self.new:,} new, {self.changed:,} changed, {self.same:,} here already, in {self.seconds:.1f} s."
        return [*report_lines(self.reading), took]


def import_incidents(
    database: Database,
    path: Path,
    mapping: IncidentMapping,
    *,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] | None = None,
    import_id: str | None = None,
) -> ImportReport:
    """Reads a file and writes its incidents as history.

    Raises ``IntakeError`` before anything is written where the file cannot be read, ``IntakeCancelled`` when
    ``cancelled`` says so: what was committed until then stays and is known again.
    """
    started = time.perf_counter()
    salt = database.tend(_salt)
    stream = read_incidents(path, mapping, salt=salt, on_progress=on_progress, cancelled=cancelled)
    import_id = import_id or new_id()
    totals = {"new": 0, "changed": 0, "same": 0}
    counter = FigureCounter(mapping.labels(), mapping.zone)
    for number, batch in enumerate(_batches(_counted(stream, counter))):
        begun = time.perf_counter()
        result = database.apply(
            WriteHistory(
                id=batch_id(import_id, number),
                import_id=import_id,
                number=number,
                source=mapping.source,
                file_name=path.name,
                incidents=batch.incidents,
            )
        ).result
        for key in totals:
            totals[key] += result[key]
        batch.took(time.perf_counter() - begun)
    return ImportReport(
        stream.report, **totals, seconds=time.perf_counter() - started, figures=as_document(counter.figures())
    )


def batch_id(import_id: str, number: int) -> str:
    """The operation id of a batch: the same for the same import and number."""
    return str(uuid5(UUID(import_id), str(number)))


def _salt(session: Session) -> bytes:
    row = session.get(SchemaMeta, "intake_salt")
    if row is None:
        row = SchemaMeta(key="intake_salt", value=secrets.token_hex(16))
        session.add(row)
    return bytes.fromhex(row.value)


def _counted(stream: Iterable[HistoricIncident], counter: FigureCounter) -> Iterator[HistoricIncident]:
    for incident in stream:
        counter.add(incident)
        yield incident


@dataclass(slots=True)
class _Pace:
    size: int = FIRST_BATCH


@dataclass(slots=True)
class _Batch:
    incidents: tuple[HistoricIncident, ...]
    pace: _Pace

    def took(self, seconds: float) -> None:
        """Lets the next batch be larger or smaller, so that a transaction stays near its time."""
        wanted = int(len(self.incidents) * BATCH_SECONDS / max(seconds, 1e-4))
        self.pace.size = max(FIRST_BATCH // 2, min(LARGEST_BATCH, wanted, self.pace.size * 2))


def _batches(incidents: Iterable[HistoricIncident]) -> Iterator[_Batch]:
    pace, held = _Pace(), []
    for incident in incidents:
        held.append(incident)
        if len(held) >= pace.size:
            yield _Batch(tuple(held), pace)
            held = []
    if held:
        yield _Batch(tuple(held), pace)


@handles(WriteHistory)
def write_history(work: UnitOfWork, operation: WriteHistory) -> dict[str, int]:
    """Inserts what is new, writes anew what changed, passes over what is the same."""
    known = _known(work.session, operation)
    new = [one for one in operation.incidents if one.source_key not in known]
    changed = [one for one in operation.incidents if one.source_key in known and known[one.source_key][1] != one.digest]
    same = len(operation.incidents) - len(new) - len(changed)
    if not new and not changed:
        return {"new": 0, "changed": 0, "same": same}
    first = _take_numbers(work.session, len(new))
    batch = ImportBatch(
        id=new_id(),
        operation_id=operation.import_id,
        source=operation.source,
        file_name=operation.file_name,
        number=operation.number,
        incidents=len(new) + len(changed),
        first_number=first,
        last_number=first + len(new) - 1,
        digest=_digest(new + changed),
        at=work.now,
        report=operation.report,
    )
    work.add(batch)
    work.session.flush()
    customers = _customers(work.session, operation, batch.id)
    writer = _Writer(work, batch.id, customers)
    for offset, incident in enumerate(new):
        writer.insert(incident, new_id(), first + offset)
    writer.write()
    for incident in changed:
        _rewrite(work, incident, known[incident.source_key][0], writer)
    writer.write_history()
    return {"new": len(new), "changed": len(changed), "same": same}


def _digest(incidents: list[HistoricIncident]) -> str:
    return str(uuid5(UUID(int=0), "".join(sorted(one.digest for one in incidents))))


def _known(session: Session, operation: WriteHistory) -> dict[str, tuple[str, str | None]]:
    keys = [one.source_key for one in operation.incidents]
    rows = session.execute(
        select(Incident.source_key, Incident.id, Incident.source_digest).where(
            Incident.source == operation.source, Incident.source_key.in_(keys)
        )
    ).all()
    return {row.source_key or "": (row.id, row.source_digest) for row in rows}


def _take_numbers(session: Session, count: int) -> int:
    counter = session.get(Counter, "incident", with_for_update=True)
    if counter is None:
        counter = Counter(name="incident", value=0)
        session.add(counter)
    first = counter.value + 1
    counter.value += count
    session.flush()
    return first


def _customers(session: Session, operation: WriteHistory, batch_id: str) -> dict[str, str]:
    names = {one.customer for one in operation.incidents if one.customer}
    held = session.execute(
        select(Customer.source_key, Customer.id).where(
            Customer.source == operation.source, Customer.source_key.in_(names)
        )
    ).all()
    ids = {row.source_key or "": row.id for row in held}
    fresh = sorted(names - ids.keys())
    rows = [
        {
            "id": new_id(),
            "name": name,
            "language": "en",
            "source": operation.source,
            "source_key": name,
            "context": {},
            "import_batch_id": batch_id,
            "revision": 1,
        }
        for name in fresh
    ]
    if rows:
        session.execute(insert(Customer), rows)
    return ids | {row["name"]: row["id"] for row in rows}


def _plain(value: FactValue | None) -> Any:
    return value if value is None or isinstance(value, str | bool | int) else str(value)


class _Writer:
    """Gathers rows and writes each table in one statement."""

    def __init__(self, work: UnitOfWork, batch_id: str, customers: dict[str, str]) -> None:
        self.work = work
        self.batch_id = batch_id
        self.customers = customers
        self.incidents: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.facts: list[dict[str, Any]] = []

    def insert(self, one: HistoricIncident, incident_id: str, number: int) -> None:
        """A new incident with its history."""
        values = self.values(one)
        self.incidents.append({"id": incident_id, "number": number, "revision": 1, **values})
        self.history(one, incident_id)

    def values(self, one: HistoricIncident) -> dict[str, Any]:
        """The columns of the incident's row."""
        channel = one.channel if one.channel in CHANNELS else None
        closed = one.closed_at or (None if one.open_in_source else one.resolved_at)
        return {
            "title": one.title or f"{one.number}, taken over",
            "origin": IncidentOrigin.HISTORY,
            "phase": Phase.CLOSED if closed else Phase.ASSESSMENT,
            "channel": channel,
            "customer_id": self.customers.get(one.customer or ""),
            "facts": {fact.key: _plain(fact.value) for fact in one.facts if fact.value is not None},
            "answer": {
                "made_target": one.made_target,
                "reassignments": one.reassignments,
                "reopenings": one.reopenings,
            },
            "tier_rank": 1,
            "tier_entry": 0,
            "raised_at": one.raised_at,
            "opened_at": one.raised_at,
            "acknowledged_at": next((state.at for state in one.states if state.state not in NEW_STATES), None),
            "resolved_at": one.resolved_at,
            "closed_at": closed,
            "source": one.source,
            "source_key": one.source_key,
            "source_digest": one.digest,
            "open_in_source": one.open_in_source,
            "import_batch_id": self.batch_id,
        }

    def history(self, one: HistoricIncident, incident_id: str) -> None:
        """Its states, holders and facts with their times."""
        for state in one.states:
            self._event(incident_id, EventKind.STATE_IN_SOURCE, state.at, state=state.state.value, label=state.label)
        for holder in one.holders:
            self._event(incident_id, EventKind.TAKEN, holder.at, name=holder.name)
        for fact in one.facts:
            value = _plain(fact.value)
            self.facts.append(
                {
                    "id": new_id(),
                    "incident_id": incident_id,
                    "dimension": fact.key,
                    "value": None if value is None else str(value),
                    "at": fact.at,
                    "import_batch_id": self.batch_id,
                }
            )

    def _event(self, incident_id: str, kind: EventKind, at: datetime, **data: Any) -> None:
        self.events.append(
            {
                "id": new_id(),
                "incident_id": incident_id,
                "kind": kind,
                "at": at,
                "recorded_at": self.work.now,
                "operation_id": self.work.operation.id,
                "data": data,
                "key": False,
                "import_batch_id": self.batch_id,
                "revision": 1,
            }
        )

    def write(self) -> None:
        """Writes the incidents, so that their history may refer to them."""
        if self.incidents:
            self.work.session.execute(insert(Incident), self.incidents)
            self.incidents = []

    def write_history(self) -> None:
        """Writes the history."""
        if self.events:
            self.work.session.execute(insert(Event), self.events)
        if self.facts:
            self.work.session.execute(insert(Fact), self.facts)
        self.events, self.facts = [], []


def _rewrite(work: UnitOfWork, one: HistoricIncident, incident_id: str, writer: _Writer) -> None:
    """An incident that changed in its source: its row is updated, its imported history written anew."""
    row = work.get(Incident, incident_id, "An imported incident")
    for name, value in writer.values(one).items():
        setattr(row, name, value)
    for model in (Event, Fact):
        work.session.execute(delete(model).where(model.incident_id == incident_id, model.import_batch_id.is_not(None)))
    writer.history(one, incident_id)


def count_history(session: Session) -> int:
    """How many incidents are history."""
    statement = select(func.count()).select_from(Incident).where(Incident.origin == IncidentOrigin.HISTORY)
    return session.scalar(statement) or 0
