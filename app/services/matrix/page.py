"""What the Matrix page reads: the draft or the version in force, what changed, and what past incidents say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import matrix as tables
from app.models.calendar import Calendar
from app.models.enums import VersionState
from app.services.database.errors import NotFound
from app.services.matrix.differences import VersionDifference, compare
from app.services.matrix.document import to_policy
from app.services.matrix.draft_paths import PathValues, path_values
from app.services.matrix.drafts import TriggerValues, values_of
from app.services.matrix.examples import ExampleRecord, read_examples
from app.services.matrix.fact_counts import FactCounts
from app.services.matrix.history_facts import count_facts
from app.services.matrix.policy import Policy
from app.services.matrix.scenarios import approved_scenarios
from app.services.matrix.table import NamedRecord
from app.services.matrix.version_rows import read_document
from app.services.matrix.versions import VersionRecord, list_versions


@dataclass(frozen=True, slots=True)
class TriggerRow:
    """A trigger as it stands in the database: raw texts, and the values an edit must have seen."""

    id: str
    values: TriggerValues


@dataclass(frozen=True, slots=True)
class PathRow:
    """A path as it stands in the database, with the values an edit must have seen."""

    id: str
    values: PathValues


@dataclass(frozen=True, slots=True)
class MatrixRecord:
    """All that the page shows of one version.

    ``policy`` is the draft where there is one, else the version in force; ``difference`` is from the latter.
    ``scenarios`` are those that an approved template serves, None where nobody writes templates. ``stamp``
    is a number that whoever shows it gives each state, for `app.services.matrix.checking`.
    """

    policy: Policy
    version: VersionRecord
    rows: tuple[TriggerRow, ...]
    published: VersionRecord | None
    difference: VersionDifference = field(default_factory=VersionDifference)
    counts: FactCounts = field(default_factory=FactCounts)
    catch_all: Mapping[str, Any] = field(default_factory=dict)
    versions: tuple[VersionRecord, ...] = ()
    paths: tuple[PathRow, ...] = ()
    calendars: tuple[NamedRecord, ...] = ()
    examples: tuple[ExampleRecord, ...] = ()
    scenarios: frozenset[str] | None = None
    stamp: int = field(default=0, compare=False)

    @property
    def is_draft(self) -> bool:
        """Whether this may be edited."""
        return self.version.state in (VersionState.DRAFT, VersionState.IN_REVIEW)

    def row(self, trigger_id: str) -> TriggerRow | None:
        """The trigger of that id."""
        return next((one for one in self.rows if one.id == trigger_id), None)

    def path(self, key: str) -> PathRow | None:
        """The path of that key."""
        return next((one for one in self.paths if one.values.key == key), None)


def read_page(session: Session, at: datetime) -> MatrixRecord | None:
    """The page at an instant; None where there is no matrix yet."""
    versions = list_versions(session)
    draft = next((one for one in versions if one.state in (VersionState.DRAFT, VersionState.IN_REVIEW)), None)
    published = _newest_published(versions, at)
    shown = draft or published
    if shown is None:
        return None
    row = session.get_one(tables.MatrixVersion, shown.id)
    document = read_document(session, row)
    policy = to_policy(document, version_id=shown.id, number=shown.number, state=shown.state)
    difference = VersionDifference()
    if draft is not None:
        before = read_document(session, session.get_one(tables.MatrixVersion, published.id)) if published else None
        difference = compare(before, document, policy)
    return MatrixRecord(
        policy=policy,
        version=shown,
        rows=_rows(session, shown.id),
        published=published,
        difference=difference,
        counts=count_facts(session, policy.table.dimensions),
        catch_all=row.catch_all,
        versions=versions,
        paths=_path_rows(session, shown.id),
        calendars=_calendars(session),
        examples=read_examples(session),
        scenarios=approved_scenarios(session),
    )


def document_of(session: Session, at: datetime, number: int | None = None) -> dict[str, Any]:
    """A version as a document: that of a number, else the one in force. Raises ``NotFound``."""
    versions = list_versions(session)
    found = (
        _newest_published(versions, at)
        if number is None
        else next((one for one in versions if one.number == number), None)
    )
    if found is None:
        what = "No matrix is in force." if number is None else f"There is no version {number}."
        raise NotFound(what, "“escalation-desk matrix import” makes one.")
    return read_document(session, session.get_one(tables.MatrixVersion, found.id))


def _newest_published(versions: tuple[VersionRecord, ...], at: datetime) -> VersionRecord | None:
    """The version in force, or the first that will be where none is yet."""
    known = [one for one in versions if one.state is VersionState.PUBLISHED and one.effective_from is not None]
    running = [one for one in known if one.effective_from is not None and one.effective_from <= at]
    return max(running, key=_since, default=None) or min(known, key=_since, default=None)


def _since(one: VersionRecord) -> tuple[float, int]:
    return (one.effective_from.timestamp() if one.effective_from else 0.0, one.number)


def _rows(session: Session, version_id: str) -> tuple[TriggerRow, ...]:
    rows = session.scalars(
        select(tables.Trigger).where(tables.Trigger.version_id == version_id).order_by(tables.Trigger.position)
    )
    return tuple(TriggerRow(row.id, values_of(row)) for row in rows)


def _calendars(session: Session) -> tuple[NamedRecord, ...]:
    rows = session.execute(select(Calendar.key, Calendar.name).order_by(Calendar.name))
    return tuple(NamedRecord(key, name) for key, name in rows)


def _path_rows(session: Session, version_id: str) -> tuple[PathRow, ...]:
    steps: dict[str, list[tables.PathStep]] = {}
    of_version = select(tables.PathStep).where(tables.PathStep.version_id == version_id)
    for step in session.scalars(of_version.order_by(tables.PathStep.position, tables.PathStep.id)):
        steps.setdefault(step.path, []).append(step)
    paths = session.scalars(select(tables.Path).where(tables.Path.version_id == version_id).order_by(tables.Path.id))
    return tuple(PathRow(one.id, path_values(one, steps.get(one.key, []))) for one in paths)
