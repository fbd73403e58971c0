"""The two versions of a replay out of the database: by number, or the one in force."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app.services.database.errors import NotFound
from app.services.matrix.policy import Policy
from app.services.matrix.versions import in_force, list_versions, load


def version_numbered(session: Session, number: int) -> Policy:
    """The version of that number, a draft too. Raises ``NotFound``."""
    versions = list_versions(session)
    for one in versions:
        if one.number == number:
            return load(session, one.id)
    known = ", ".join(str(one.number) for one in reversed(versions))
    raise NotFound(f"There is no version {number}.", f"There are {known}." if known else "Import or build one first.")


def version_in_force(session: Session, at: datetime) -> Policy:
    """The version in force. Raises ``NotFound`` where there is none."""
    found = in_force(session, at)
    if found is None:
        raise NotFound("No matrix is in force.", "Publish one, or say with --against what to compare with.")
    return found
