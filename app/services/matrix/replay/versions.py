"""The two versions of a replay out of the database: by number, or the one in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.services.database.errors import NotFound
from app.services.matrix.policy import Policy
from app.services.matrix.replay.cases import Cases
from app.services.matrix.replay.reading import cases_between
from app.services.matrix.versions import in_force, list_versions, load, newest_draft


def keys_of(*policies: Policy) -> tuple[str, ...]:
    """The facts that any of these versions asks for, in their order."""
    return tuple(dict.fromkeys(one.key for policy in policies for one in policy.table.dimensions))


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What a replay needs: two versions and the cases. ``recorded`` says whether there is any incident at all."""

    before: Policy
    after: Policy
    cases: Cases
    recorded: bool


def replay_material(session: Session, at: datetime, since: datetime | None) -> Material | None:
    """The draft and the version in force, and the incidents raised from ``since`` to ``at``; None without a matrix.

    Where there is no draft the version in force stands on both sides, and where nothing is in force the draft does.
    """
    draft = newest_draft(session)
    after = load(session, draft.id) if draft is not None else None
    before = in_force(session, at) or after
    if before is None:
        return None
    after = after or before
    keys = keys_of(before, after)
    cases = cases_between(session, since, at, keys)
    recorded = len(cases) > 0 or len(cases_between(session, None, at, ())) > 0
    return Material(before, after, cases, recorded)


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
