"""Who stands behind an owner of the matrix now, by name, for the tab that shows the duties."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.people import Person
from app.services.incidents.owners import resolve


def names_behind(session: Session, owners: tuple[str, ...], at: datetime) -> dict[str, str]:
    """The name of the person each owner means at ``at``; empty where nobody is on duty."""
    found = {owner: resolve(session, owner, at).named_id for owner in owners}
    ids = {one for one in found.values() if one is not None}
    names = {row[0]: row[1] for row in session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))}
    return {owner: names.get(person or "", "") for owner, person in found.items()}
