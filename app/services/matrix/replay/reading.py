"""Past incidents out of the database, with what was known of each when it began, and what really happened."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.orm import Session

from app.models.customer import Customer
from app.models.enums import EventKind, IncidentOrigin
from app.models.incident import Event, Fact, Incident
from app.services.database.rows import rows
from app.services.matrix.replay.cases import Cases, FactColumns, Happened, bounds

CHUNK = 500
"""How many incidents a question names at once."""


def cases_between(session: Session, start: datetime | None, end: datetime | None, keys: Collection[str]) -> Cases:
    """The incidents raised in a period (from ``start`` to before ``end``; None is no bound), without drills.

    ``keys`` are the facts that are asked. Of each fact the value counts with which the incident was opened; of one that
    was taken over, what its first record says. Records count in the order they were written: the clocks of other desks
    go back now and then.
    """
    wanted = _period(start, end)
    found = rows(
        session,
        select(Incident.id, Incident.number, Incident.raised_at)
        .where(*wanted)
        .order_by(Incident.raised_at, Incident.number),
    )
    raised = tuple(row.raised_at for row in found)
    places = {row.id: place for place, row in enumerate(found)}
    began = dict(zip(places, raised, strict=True)) | _first_records(session, wanted)
    columns = FactColumns(keys, len(found))
    seen: set[tuple[str, str]] = set()
    for incident_id, key, value, at in _facts(session, wanted, keys):
        if at == began[incident_id] and (incident_id, key) not in seen:
            seen.add((incident_id, key))
            columns.put(places[incident_id], key, value)
    period = bounds(raised, start, end)
    return Cases(
        ids=tuple(row.id for row in found),
        names=tuple(f"INC-{row.number}" for row in found),
        raised=raised,
        facts=columns.columns(),
        start=period[0] if period else None,
        end=period[1] if period else None,
    )


def _period(start: datetime | None, end: datetime | None) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [Incident.origin != IncidentOrigin.DRILL]
    if start is not None:
        wanted.append(Incident.raised_at >= start)
    if end is not None:
        wanted.append(Incident.raised_at < end)
    return wanted


def _first_records(session: Session, wanted: list[ColumnElement[bool]]) -> dict[str, datetime]:
    """When the first record was written of each incident that was taken over.

    That is its first state; where the other desk told none, its earliest fact.
    """
    history = [*wanted, Incident.origin == IncidentOrigin.HISTORY]
    place = func.row_number().over(partition_by=Event.incident_id, order_by=Event.id).label("place")
    states = (
        select(Event.incident_id, Event.at, place)
        .join(Incident, Incident.id == Event.incident_id)
        .where(*history, Event.kind == EventKind.STATE_IN_SOURCE)
        .subquery()
    )
    found = {
        row[0]: row[1] for row in rows(session, select(states.c.incident_id, states.c.at).where(states.c.place == 1))
    }
    known = session.scalar(select(func.count()).select_from(Incident).where(*history)) or 0
    if len(found) == known:
        return found
    earliest = (
        select(Fact.incident_id, func.min(Fact.at, type_=Fact.at.type))
        .join(Incident, Incident.id == Fact.incident_id)
        .where(*history)
        .group_by(Fact.incident_id)
    )
    return {row[0]: row[1] for row in rows(session, earliest)} | found


def _facts(
    session: Session, wanted: list[ColumnElement[bool]], keys: Collection[str]
) -> Sequence[Row[str, str, str | None, datetime]]:
    within = select(Incident.id).where(*wanted)
    return rows(
        session,
        select(Fact.incident_id, Fact.dimension, Fact.value, Fact.at)
        .where(Fact.incident_id.in_(within), Fact.dimension.in_(sorted(keys)))
        .order_by(Fact.id),
    )


def happened(session: Session, ids: Sequence[str]) -> dict[str, Happened]:
    """What really happened to these incidents, by id."""
    found: dict[str, Happened] = {}
    for first in range(0, len(ids), CHUNK):
        part = ids[first : first + CHUNK]
        entries = _highest_entries(session, part)
        for row in rows(
            session,
            select(
                Incident.id, Incident.title, Incident.raised_at, Incident.acknowledged_at, Incident.resolved_at,
                Customer.name,
            )
            .outerjoin(Customer, Customer.id == Incident.customer_id)
            .where(Incident.id.in_(part)),
        ):  # fmt: skip
            entry = entries.get(row[0])
            found[row[0]] = Happened(
                title=row[1],
                customer=row[5] or "",
                tier=entry[1] if entry else "",
                rank=entry[0] if entry else 0,
                tier_after=_seconds(row[2], entry[2]) if entry else None,
                acknowledged_after=_seconds(row[2], row[3]),
                resolved_after=_seconds(row[2], row[4]),
            )
    return found


def _highest_entries(session: Session, ids: Sequence[str]) -> dict[str, tuple[int, str, datetime]]:
    """For each incident the highest tier that it entered, and when first: rank, name, instant."""
    highest: dict[str, tuple[int, str, datetime]] = {}
    for incident_id, at, data in rows(
        session,
        select(Event.incident_id, Event.at, Event.data)
        .where(Event.incident_id.in_(ids), Event.kind == EventKind.TIER_ENTERED)
        .order_by(Event.at, Event.id),
    ):
        rank = int(data.get("rank") or 0)
        if incident_id not in highest or rank > highest[incident_id][0]:
            highest[incident_id] = (rank, str(data.get("name") or data.get("tier") or ""), at)
    return highest


def _seconds(start: datetime, end: datetime | None) -> int | None:
    return None if end is None else max(round((end - start).total_seconds()), 0)
