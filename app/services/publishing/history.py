"""The history of the matrix: its versions as a list, one of them in words, and any two compared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import matrix as tables
from app.models.enums import VersionState
from app.models.people import Person
from app.services.announcements.people import version_before
from app.services.announcements.reading import confirmed_counts
from app.services.database.errors import NotFound
from app.services.matrix.differences import VersionDifference, compare
from app.services.matrix.document import to_policy
from app.services.matrix.replay.reading import cases_between
from app.services.matrix.replay.versions import Material, keys_of, version_numbered
from app.services.matrix.version_rows import read_document
from app.services.publishing.marks import mark_of
from app.services.publishing.publishing import EMERGENCY
from app.services.publishing.signing import SignatureRecord, standing

PUBLISHED = (VersionState.PUBLISHED, VersionState.RETIRED)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A published version as the history lists it; ``until`` is when the next one takes over.

    ``began`` says whether it was or is in force by now. ``unsigned`` are the functions an emergency went out without,
    until they sign. ``changes`` counts what it changed against the version before it.
    """

    id: str
    number: int
    began: bool
    in_force: bool
    effective_from: datetime
    until: datetime | None
    published_at: datetime | None
    published_by: str
    rationale: str
    signed_by: tuple[str, ...]
    unsigned: tuple[str, ...]
    emergency: bool
    review_by: date | None
    changes: int
    confirmed: int
    asked: int


@dataclass(frozen=True, slots=True)
class PastVersion:
    """One version in words. ``accepted`` are warnings and examples with the reason why they went out. ``mark`` is what
    a signature after the fact names."""

    line: HistoryLine
    before: int | None
    difference: VersionDifference
    accepted: tuple[tuple[str, str], ...]
    emergency_reason: str
    signatures: tuple[SignatureRecord, ...]
    mark: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions and all that differs from the first to the second."""

    before: int
    after: int
    difference: VersionDifference


_known: dict[tuple[str, str], VersionDifference] = {}
"""Differences of versions by id and the id before: what is published never changes."""


def read_history(session: Session, at: datetime) -> tuple[HistoryLine, ...]:
    """All published versions, the one that begins last first."""
    rows = session.execute(
        select(tables.MatrixVersion, Person.name)
        .outerjoin(Person, Person.id == tables.MatrixVersion.published_by_id)
        .where(tables.MatrixVersion.state.in_(PUBLISHED))
        .order_by(tables.MatrixVersion.effective_from.desc(), tables.MatrixVersion.number.desc())
    ).all()
    read = confirmed_counts(session)
    first = next((version.id for version, _name in rows if _began(version, at)), "")
    found: list[HistoryLine] = []
    for version, name in rows:
        signatures = standing(session, version, at)
        confirmed, asked = read.get(version.id, (0, 0))
        found.append(
            HistoryLine(
                id=version.id,
                number=version.number,
                began=_began(version, at),
                in_force=version.id == first,
                effective_from=version.effective_from or at,
                until=found[-1].effective_from if found else None,
                published_at=version.published_at,
                published_by=name or "",
                rationale=version.rationale or "",
                signed_by=tuple(one.name for one in signatures if one.valid),
                unsigned=tuple(one.function.value for one in signatures if one.missing) if version.emergency else (),
                emergency=version.emergency,
                review_by=version.review_by,
                changes=_difference(session, version)[1].count,
                confirmed=confirmed,
                asked=asked,
            )
        )
    return tuple(found)


def _began(version: tables.MatrixVersion, at: datetime) -> bool:
    return version.effective_from is not None and version.effective_from <= at


def _difference(
    session: Session, version: tables.MatrixVersion
) -> tuple[tables.MatrixVersion | None, VersionDifference]:
    earlier = version_before(session, version)
    key = (version.id, earlier.id if earlier is not None else "")
    if key not in _known:
        _known[key] = difference_between(session, earlier, version)
    return earlier, _known[key]


def difference_between(
    session: Session, before: tables.MatrixVersion | None, after: tables.MatrixVersion
) -> VersionDifference:
    """What one version says differently from another, drafts too."""
    document = read_document(session, after)
    policy = to_policy(document, version_id=after.id, number=after.number, state=after.state)
    return compare(read_document(session, before) if before is not None else None, document, policy)


def read_past(session: Session, version_id: str, at: datetime) -> PastVersion:
    """One published version in words. Raises ``NotFound``."""
    line = next((one for one in read_history(session, at) if one.id == version_id), None)
    if line is None:
        raise NotFound("That version is no longer there.", "Choose another one.")
    version = session.get_one(tables.MatrixVersion, version_id)
    earlier, difference = _difference(session, version)
    accepted = session.scalars(
        select(tables.AcceptedFinding)
        .where(tables.AcceptedFinding.version_id == version_id, tables.AcceptedFinding.kind != "gap")
        .order_by(tables.AcceptedFinding.id)
    ).all()
    return PastVersion(
        line=line,
        before=earlier.number if earlier is not None else None,
        difference=difference,
        accepted=tuple((str(one.subject.get("title", "")), one.reason) for one in accepted if one.kind != EMERGENCY),
        emergency_reason=next((one.reason for one in accepted if one.kind == EMERGENCY), ""),
        signatures=standing(session, version, at),
        mark=mark_of(read_document(session, version)),
    )


def compare_versions(session: Session, before: int, after: int) -> Comparison:
    """Any two versions by their numbers, drafts too. Raises ``NotFound``."""
    one, other = _numbered(session, before), _numbered(session, after)
    return Comparison(before, after, difference_between(session, one, other))


def _numbered(session: Session, number: int) -> tables.MatrixVersion:
    found = session.scalars(select(tables.MatrixVersion).where(tables.MatrixVersion.number == number)).first()
    if found is None:
        raise NotFound(f"There is no version {number}.", "Choose one of the history.")
    return found


def material_between(session: Session, before: int, after: int, at: datetime, since: datetime) -> Material:
    """Two versions and the incidents raised since, to be decided by both. Raises ``NotFound``."""
    one, other = version_numbered(session, before), version_numbered(session, after)
    cases = cases_between(session, since, at, keys_of(one, other))
    return Material(one, other, cases, recorded=len(cases) > 0)
