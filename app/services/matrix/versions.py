"""Versions of the matrix in the database: reading one, finding the one in force, making drafts, publishing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import matrix as tables
from app.models.enums import HitPolicy, Role, VersionState
from app.models.people import Person
from app.services.database.errors import NotFound, StateError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.matrix.document import check_format, to_policy
from app.services.matrix.policy import Policy
from app.services.matrix.version_rows import read_document, rows_of, write_dimensions

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """A version as lists show it."""

    id: str
    number: int
    state: VersionState
    effective_from: datetime | None
    published_at: datetime | None
    published_by: str | None
    rationale: str | None
    revision: int


@dataclass(frozen=True, kw_only=True)
class MakeDraft(Operation):
    """Makes a draft from a document, or a copy of the version ``based_on``. Result: ``{"version_id", "number"}``."""

    document: Document | None = None
    based_on: str | None = None
    needs: ClassVar[Role] = Role.LEAD


@dataclass(slots=True)
class PolicyCache:
    """Policies that were read, by version id and revision: a published version never changes."""

    policies: dict[tuple[str, int], Policy] = field(default_factory=dict)


_cache = PolicyCache()


def list_versions(session: Session) -> tuple[VersionRecord, ...]:
    """All versions, newest first."""
    rows = session.execute(
        select(tables.MatrixVersion, Person.name)
        .outerjoin(Person, Person.id == tables.MatrixVersion.published_by_id)
        .order_by(tables.MatrixVersion.number.desc())
    ).all()
    return tuple(_record(row, name) for row, name in rows)


def _record(row: tables.MatrixVersion, name: str | None) -> VersionRecord:
    return VersionRecord(
        row.id, row.number, row.state, row.effective_from, row.published_at, name, row.rationale, row.revision
    )


def in_force(session: Session, at: datetime) -> Policy | None:
    """The published version with the latest ``effective_from`` that is not after ``at``; None before the first."""
    found = session.execute(
        select(tables.MatrixVersion.id, tables.MatrixVersion.revision)
        .where(tables.MatrixVersion.state == VersionState.PUBLISHED, tables.MatrixVersion.effective_from <= at)
        .order_by(tables.MatrixVersion.effective_from.desc(), tables.MatrixVersion.number.desc())
        .limit(1)
    ).first()
    return load(session, found.id) if found else None


def newest_draft(session: Session) -> VersionRecord | None:
    """The draft being worked on, if there is one."""
    found = session.scalars(
        select(tables.MatrixVersion)
        .where(tables.MatrixVersion.state.in_([VersionState.DRAFT, VersionState.IN_REVIEW]))
        .order_by(tables.MatrixVersion.number.desc())
    ).first()
    return _record(found, None) if found else None


def load(session: Session, version_id: str) -> Policy:
    """A whole version; published ones are read once per process, and looked for once per session."""
    held: dict[str, Policy] = session.info.setdefault("policies", {})
    if version_id in held:
        return held[version_id]
    version = session.get(tables.MatrixVersion, version_id)
    if version is None:
        raise NotFound("That version of the matrix is no longer there.", "Choose another one.")
    fixed = version.state in (VersionState.PUBLISHED, VersionState.RETIRED)
    key = (version.id, version.revision)
    if fixed and key in _cache.policies:
        return held.setdefault(version_id, _cache.policies[key])
    document = read_document(session, version)
    policy = to_policy(document, version_id=version.id, number=version.number, state=version.state)
    if fixed:
        _cache.policies[key] = policy
    return policy


@handles(MakeDraft)
def make_draft(work: UnitOfWork, operation: MakeDraft) -> Document:
    """Writes a new draft; refuses a document that breaks its schema, before anything is written."""
    document = operation.document
    based_on = operation.based_on
    if document is None:
        source = work.get(tables.MatrixVersion, based_on or "", "That version")
        document = read_document(work.session, source)
    check_format(document)
    to_policy(document, version_id="check", number=0, state=VersionState.DRAFT)
    work.alone("matrix version")
    number = (work.session.scalar(select(func.max(tables.MatrixVersion.number))) or 0) + 1
    version = tables.MatrixVersion(
        id=new_id(),
        number=number,
        state=VersionState.DRAFT,
        based_on_id=based_on,
        hit_policy=HitPolicy(document.get("hit_policy", HitPolicy.HIGHEST_TIER)),
        dimensions=[one["key"] for one in document["dimensions"]],
        choices={
            one["key"]: [choice["key"] for choice in one["choices"]]
            for one in document["dimensions"]
            if one.get("choices")
        },
        catch_all=document.get("catch_all") or {},
        warn_shares=document.get("warn_shares", [75, 90]),
        default_calendar=document.get("default_calendar"),
        region_calendars=document.get("region_calendars", {}),
        settings=document.get("settings", {}),
    )
    work.add(version)
    work.session.flush()
    write_dimensions(work, document)
    for row in rows_of(version.id, document):
        work.add(row)
    return {"version_id": version.id, "number": number}


def put_in_force(
    work: UnitOfWork, version: tables.MatrixVersion, rationale: str, effective_from: datetime | None = None
) -> None:
    """Makes a draft a published version, in force from ``effective_from``, at once where that is None or past.

    Whoever calls has judged it. Raises ``StateError`` for what is published already and without a written reason.
    """
    if version.state not in (VersionState.DRAFT, VersionState.IN_REVIEW):
        raise StateError(f"Version {version.number} is {version.state.value} already.", "Make a new draft from it.")
    if not rationale.strip():
        raise StateError("Publishing needs a written reason.", "Say why the policy changes.")
    version.state = VersionState.PUBLISHED
    version.rationale = rationale.strip()
    version.published_at = work.now
    version.published_by_id = work.actor.id
    version.effective_from = max(effective_from or work.now, work.now)
