"""Finding incidents by words: title, number, customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.models.customer import Customer
from app.models.enums import IncidentOrigin, Phase
from app.models.incident import Incident


@dataclass(frozen=True, slots=True)
class FoundIncident:
    """An incident as a list of results shows it."""

    id: str
    number: int
    title: str
    customer: str
    phase: Phase
    origin: IncidentOrigin
    raised_at: datetime


def search(session: Session, text: str, limit: int = 50) -> tuple[FoundIncident, ...]:
    """Incidents that hold every word in title, customer or key of the source, or have that number; newest first."""
    words = text.split()
    if not words:
        return ()
    statement = (
        select(
            Incident.id,
            Incident.number,
            Incident.title,
            Customer.name,
            Incident.phase,
            Incident.origin,
            Incident.raised_at,
        )
        .outerjoin(Customer, Customer.id == Incident.customer_id)
        .where(*(_holds(word) for word in words))
        .order_by(Incident.raised_at.desc(), Incident.number.desc())
        .limit(limit)
    )
    return tuple(
        FoundIncident(row[0], row[1], row[2], row[3] or "", row[4], row[5], row[6])
        for row in session.execute(statement)
    )


def _holds(word: str) -> ColumnElement[bool]:
    found = [column.icontains(word, autoescape=True) for column in (Incident.title, Customer.name, Incident.source_key)]
    digits = word.upper().removeprefix("INC-")
    if digits.isascii() and digits.isdigit() and len(digits) < 16:
        found.append(Incident.number == int(digits))
    return or_(*found)
