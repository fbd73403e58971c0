"""The rows of imported incidents: each table in one statement a batch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models.customer import Customer
from app.models.enums import Channel, EventKind, IncidentOrigin, Phase
from app.models.incident import Event, Fact, Incident
from app.services.database.bulk import insert_rows
from app.services.database.identity import new_id
from app.services.database.work import UnitOfWork
from app.services.incidents.intake.mapping import SourceState
from app.services.incidents.intake.records import FactValue, HistoricIncident

NEW_STATES = frozenset({SourceState.NEW})
CHANNELS = {channel.value for channel in Channel}


def customer_ids(session: Session, source: str, incidents: Iterable[HistoricIncident], batch_id: str) -> dict[str, str]:
    """Name → id of the customers that the incidents name; those that are not here yet are written."""
    names = {one.customer for one in incidents if one.customer}
    held = session.execute(
        select(Customer.source_key, Customer.id).where(Customer.source == source, Customer.source_key.in_(names))
    ).all()
    ids = {row.source_key or "": row.id for row in held}
    fresh = sorted(names - ids.keys())
    rows = [
        {
            "id": new_id(),
            "name": name,
            "language": "en",
            "source": source,
            "source_key": name,
            "context": {},
            "import_batch_id": batch_id,
            "revision": 1,
        }
        for name in fresh
    ]
    insert_rows(session, Customer, rows)
    return ids | {row["name"]: row["id"] for row in rows}


def _plain(value: FactValue | None) -> Any:
    return value if value is None or isinstance(value, str | bool | int) else str(value)


class Writer:
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
        insert_rows(self.work.session, Incident, self.incidents)
        self.incidents = []

    def write_history(self) -> None:
        """Writes the history."""
        insert_rows(self.work.session, Event, self.events)
        insert_rows(self.work.session, Fact, self.facts)
        self.events, self.facts = [], []


def rewrite(work: UnitOfWork, one: HistoricIncident, incident_id: str, writer: Writer) -> None:
    """An incident that changed in its source: its row is updated, its imported history written anew."""
    row = work.get(Incident, incident_id, "An imported incident")
    for name, value in writer.values(one).items():
        setattr(row, name, value)
    for model in (Event, Fact):
        work.session.execute(delete(model).where(model.incident_id == incident_id, model.import_batch_id.is_not(None)))
    writer.history(one, incident_id)
