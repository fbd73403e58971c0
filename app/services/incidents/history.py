"""Incidents of another desk taken over as history: no live timers, no alerts, pinned to no version.

One import is many short transactions, so that a click is never queued behind it. Each batch is an operation whose id
follows from the import's, so an import that is repeated, or cancelled and started again, writes nothing twice. An
incident is known again by its source key; one that did not change since is passed over.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.enums import IncidentOrigin, Role
from app.models.incident import Counter, ImportBatch, Incident
from app.models.trail import SchemaMeta
from app.services.database.database import Database
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents.history_rows import Writer, customer_ids, rewrite
from app.services.incidents.intake.figures import FigureCounter, as_document
from app.services.incidents.intake.mapping import IncidentMapping
from app.services.incidents.intake.records import HistoricIncident, ReadingReport
from app.services.incidents.intake.report import report_lines
from app.services.incidents.intake.stream import OnProgress, read_incidents

BATCH_SECONDS = 0.05
FIRST_BATCH, LARGEST_BATCH = 20, 400


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

    Raises ``SheetError`` before anything is written where the file cannot be read, ``SheetCancelled`` when
    ``cancelled`` says so: what was committed until then stays and is known again.
    """
    started = time.perf_counter()
    salt = database.maintain(_salt)
    stream = read_incidents(path, mapping, salt=salt, on_progress=on_progress, cancelled=cancelled)
    import_id = import_id or new_id()
    totals = {"new": 0, "changed": 0, "same": 0}
    counter = FigureCounter(mapping.labels(), mapping.zone)
    for number, batch in enumerate(_batches(_counted(stream, counter))):
        begun = time.perf_counter()
        applied = database.apply(
            WriteHistory(
                id=batch_id(import_id, batch.incidents),
                import_id=import_id,
                number=number,
                source=mapping.source,
                file_name=path.name,
                incidents=batch.incidents,
            )
        )
        for key, count in ({"same": len(batch.incidents)} if applied.repeated else applied.result).items():
            totals[key] += count
        batch.took(time.perf_counter() - begun)
    return ImportReport(
        stream.report, **totals, seconds=time.perf_counter() - started, figures=as_document(counter.figures())
    )


def batch_id(import_id: str, incidents: Sequence[HistoricIncident]) -> str:
    """The operation id of a batch: the same for the same import and content.

    Not for the same place in it: a repeat may cut its batches elsewhere, because their size follows the time they take.
    """
    return str(uuid5(UUID(import_id), _digest(incidents)))


@dataclass(frozen=True, slots=True)
class Known:
    """How many incidents of a file are new here, here already and the same, or here and changed since."""

    new: int
    changed: int
    same: int


def compare_known(session: Session, source: str, digests: Mapping[str, str]) -> Known:
    """What an import of incidents (source key → digest) would find here; reads only."""
    rows = session.execute(select(Incident.source_key, Incident.source_digest).where(Incident.source == source)).all()
    here = {row.source_key or "": row.source_digest for row in rows if row.source_key in digests}
    same = sum(digests[key] == digest for key, digest in here.items())
    return Known(len(digests) - len(here), len(here) - same, same)


def salt_of(session: Session) -> bytes:
    """What masks are made with here; empty until the first import keeps one."""
    row = session.get(SchemaMeta, "intake_salt")
    return bytes.fromhex(row.value) if row else b""


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
    customers = customer_ids(work.session, operation.source, operation.incidents, batch.id)
    writer = Writer(work, batch.id, customers)
    for offset, incident in enumerate(new):
        writer.insert(incident, new_id(), first + offset)
    writer.write()
    for incident in changed:
        rewrite(work, incident, known[incident.source_key][0], writer)
    writer.write_history()
    return {"new": len(new), "changed": len(changed), "same": same}


def _digest(incidents: Sequence[HistoricIncident]) -> str:
    return str(uuid5(UUID(int=0), "".join(sorted(f"{one.source_key} {one.digest}" for one in incidents))))


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


def count_history(session: Session) -> int:
    """How many incidents are history."""
    statement = select(func.count()).select_from(Incident).where(Incident.origin == IncidentOrigin.HISTORY)
    return session.scalar(statement) or 0
