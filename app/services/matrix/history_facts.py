"""Counting real incidents by the facts that a matrix asks for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app.models.enums import DimensionKind, IncidentOrigin
from app.models.incident import Incident
from app.services.matrix.dimensions import DimensionRecord
from app.services.matrix.fact_counts import FactCount, FactCounts

MOST_COMBINATIONS = 50_000


def fact_of(session: Session, key: str) -> ColumnElement[Any]:
    """The newest value of a fact as an expression: text on PostgreSQL, on SQLite as JSON has it."""
    if session.get_bind().dialect.name == "postgresql":
        return func.jsonb_extract_path_text(Incident.facts, key)
    path = key.replace('"', "")
    return func.json_extract(Incident.facts, f'$."{path}"')


def count_facts(session: Session, dimensions: tuple[DimensionRecord, ...]) -> FactCounts:
    """Real incidents by the facts that ``dimensions`` ask for; the database does the grouping."""
    keys = tuple(one.key for one in dimensions)
    if not keys:
        return FactCounts()
    facts = [fact_of(session, key).label(f"fact_{place}") for place, key in enumerate(keys)]
    found = session.execute(
        select(*facts, func.count())
        .where(Incident.origin != IncidentOrigin.DRILL)
        .group_by(*facts)
        .limit(MOST_COMBINATIONS)
    ).all()
    rows = (
        FactCount(tuple(_value(one, value) for one, value in zip(dimensions, values, strict=True)), number)
        for *values, number in found
    )
    return FactCounts(keys, tuple(rows))


def _value(dimension: DimensionRecord, value: Any) -> Any:
    """A value as the rules read it: the engines give yes and no as 1 and 0, or as text."""
    if dimension.kind is DimensionKind.YES_NO and value is not None:
        return str(value).lower() in ("1", "true")
    return value
