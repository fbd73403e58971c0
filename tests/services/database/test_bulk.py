"""Rows that come in by the hundred are the same as those that come one by one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest
from sqlalchemy import insert, select

from app.models.base import Base
from app.models.customer import Customer
from app.models.enums import Channel, EventKind, IncidentOrigin, Phase, Role
from app.models.incident import Event, Fact, Incident
from app.services.database.bulk import insert_rows, update_rows
from app.services.database.database import Database
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork

AT = datetime(2026, 11, 3, 13, 50, 7, 123456, tzinfo=UTC)
TEXT = "Tab\there, “quotes”, back\\slash\nand \\N a line"


@dataclass(frozen=True, kw_only=True)
class Bring(Operation):
    """Brings in two rows of each kind, one by one or by the hundred."""

    way: str
    needs: ClassVar[Role] = Role.LEAD


def rows_of(way: str) -> list[tuple[type[Base], list[dict[str, Any]]]]:
    """Rows of each table, without what has a default; each with signs that a stream of text could trip over."""
    customers = [
        {"id": new_id(), "name": f"{way} {TEXT} {n}", "source": way, "context": {"n": [n, TEXT]}, "revision": 1}
        for n in (1, 2)
    ]
    incidents = [
        {"id": new_id(), "number": n + (10 if way == "bulk" else 0), "title": TEXT, "origin": IncidentOrigin.HISTORY,
         "phase": Phase.CLOSED, "channel": Channel.EMAIL if n == 1 else None, "customer_id": customer["id"],
         "facts": {"impact": TEXT}, "raised_at": AT, "opened_at": AT, "source": way, "revision": 1}
        for n, customer in enumerate(customers, start=1)
    ]  # fmt: skip
    events = [
        {"id": new_id(), "incident_id": one["id"], "kind": EventKind.STATE_IN_SOURCE, "at": AT, "recorded_at": AT,
         "data": {"label": TEXT, "none": None}, "revision": 1}
        for one in incidents
    ]  # fmt: skip
    facts = [
        {"id": new_id(), "incident_id": one["id"], "dimension": way, "value": value, "at": AT}
        for one, value in zip(incidents, (TEXT, None), strict=True)
    ]
    return [(Customer, customers), (Incident, incidents), (Event, events), (Fact, facts)]


@handles(Bring)
def bring(work: UnitOfWork, operation: Bring) -> dict[str, list[str]]:
    for model, rows in rows_of(operation.way):
        if operation.way == "bulk":
            insert_rows(work.session, model, rows)
            insert_rows(work.session, model, [])
        else:
            work.session.execute(insert(model), rows)
    return {}


def as_they_stand(database: Database, model: type[Base], way: str) -> list[dict[str, Any]]:
    """The rows of one way without what tells the two ways apart."""
    table = model.__table__
    apart = {"id", "incident_id", "customer_id", "number", "name", "source", "dimension"}
    rows = database.read(lambda session: session.execute(select(table)).mappings().all())
    kept = [row for row in rows if way in (row.get("source"), row.get("dimension")) or model is Event]
    return sorted(({k: v for k, v in row.items() if k not in apart} for row in kept), key=repr)


@pytest.mark.parametrize("model", [Customer, Incident, Fact])
def test_both_ways_write_the_same_values_and_defaults(database: Database, model: type[Base]) -> None:
    database.apply(Bring(way="bulk"))
    database.apply(Bring(way="single"))
    found = as_they_stand(database, model, "bulk")
    assert len(found) == 2
    assert found == as_they_stand(database, model, "single")


def test_both_ways_are_in_the_trail(database: Database) -> None:
    kept = {way: database.apply(Bring(way=way)).changes for way in ("bulk", "single")}
    told = {way: sorted((one.table, one.action) for one in changes.changes) for way, changes in kept.items()}
    assert len(told["bulk"]) == 8
    assert told["bulk"] == told["single"]


def test_events_are_the_same_too(database: Database) -> None:
    database.apply(Bring(way="bulk"))
    bulk = as_they_stand(database, Event, "")
    database.apply(Bring(way="single"))
    assert as_they_stand(database, Event, "") == sorted([*bulk, *bulk], key=repr)


@dataclass(frozen=True, kw_only=True)
class Rename(Operation):
    """Gives every customer another name, while the session holds one of them."""

    needs: ClassVar[Role] = Role.LEAD


@handles(Rename)
def rename(work: UnitOfWork, operation: Rename) -> tuple[str, int]:
    held = work.session.scalars(select(Customer).order_by(Customer.id)).first()
    assert held is not None
    ids = work.session.scalars(select(Customer.id)).all()
    update_rows(work.session, Customer, [{"id": one, "name": f"New {one}", "time_zone": "UTC"} for one in ids])
    update_rows(work.session, Customer, [])
    return held.name, held.revision


def test_rows_change_at_once_and_what_was_held_is_read_again(database: Database) -> None:
    database.apply(Bring(way="bulk"))
    done = database.apply(Rename())
    found = database.read(lambda session: session.execute(select(Customer.id, Customer.name, Customer.revision)).all())
    assert sorted(found) == sorted((one.id, f"New {one.id}", 2) for one in found)
    assert done.result == (found[0].name, 2) or done.result == (found[1].name, 2)
    assert {(one.table, one.action) for one in done.changes.changes} == {("customers", "update")}
