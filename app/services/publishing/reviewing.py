"""What the review page reads beside the draft itself: signatures, readings, how it got here, whom it reaches."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import governance as tables
from app.models.enums import Role, SigningFunction, VersionState
from app.models.incident import Incident
from app.models.matrix import MatrixVersion
from app.models.people import Person
from app.models.trail import AppliedOperation
from app.services.announcements.people import TeamChanges, changes_by_team
from app.services.matrix.differences import FieldChange, TriggerChange
from app.services.matrix.drafts import DraftOperation
from app.services.matrix.version_rows import read_document
from app.services.publishing.marks import mark_of, mark_of_words
from app.services.publishing.signing import SignatureRecord, required, signatures_of

BEGINNINGS = ("MakeDraft", "EnsureDraft", "RollBack")
NO_EDITS = frozenset({"EnsureDraft", "DiscardDraft", "PublishDraft", "RollBack", "SetReviewBy"})
"""Acts of leads on a version that change nothing of what a draft says."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a draft: ``begun``, ``changed``, ``sent``, ``taken_back`` or ``signed``.

    ``count`` is how many edits a change stands for, ``function`` for what was signed.
    """

    what: str
    at: datetime
    who: str
    count: int = 0
    function: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Who read a block as it stands, and when."""

    person_id: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """All that reviewing a draft needs beside its content.

    ``mark`` is that of the content, which a signature names. ``voided`` says by function when the first change came
    after a signature. ``leads`` are who may be named as signatories: login and name. ``asked_next`` is what the draft
    itself asks of the version after it.
    """

    version_id: str
    number: int
    state: VersionState
    mark: str
    rationale: str
    signatures: tuple[SignatureRecord, ...]
    voided: Mapping[SigningFunction, datetime]
    asked_next: Mapping[SigningFunction, str]
    readings: Mapping[str, tuple[tuple[str, Reading], ...]]
    steps: tuple[Step, ...]
    open_incidents: int
    teams: tuple[TeamChanges, ...]
    leads: tuple[tuple[str, str], ...]

    def read_by(self, block: str, mark: str) -> tuple[Reading, ...]:
        """Who read a block as it says now."""
        return tuple(one for said, one in self.readings.get(block, ()) if said == mark)

    @property
    def missing(self) -> tuple[SignatureRecord, ...]:
        """The signatures that publishing waits for."""
        return tuple(one for one in self.signatures if one.missing)


def trigger_block(change: TriggerChange) -> tuple[str, str]:
    """The key of a trigger's block, and the mark of what it says."""
    said = [(one.label, one.before, one.after) for one in change.fields]
    return f"trigger:{change.number}", mark_of_words(change.how.value, change.summary, change.reason, *said)


def field_block(change: FieldChange) -> tuple[str, str]:
    """The key of another change's block, and the mark of what it says."""
    return f"other:{change.field}:{change.label}", mark_of_words(change.before, change.after)


def read_review(session: Session, version_id: str, at: datetime) -> ReviewRecord | None:
    """A draft under review; None where it is gone or published meanwhile."""
    version = session.get(MatrixVersion, version_id)
    if version is None or version.state not in (VersionState.DRAFT, VersionState.IN_REVIEW):
        return None
    mark = mark_of(read_document(session, version))
    signatures = signatures_of(session, version, required(session, at), mark)
    edits, steps = _story(session, version)
    named = version.settings.get("signatories", {})
    return ReviewRecord(
        version_id=version.id,
        number=version.number,
        state=version.state,
        mark=mark,
        rationale=version.rationale or "",
        signatures=signatures,
        voided=_voided(signatures, edits),
        asked_next={one: named[one.value] for one in SigningFunction if named.get(one.value)},
        readings=_readings(session, version.id),
        steps=_with_signatures(steps, signatures),
        open_incidents=session.scalar(select(func.count()).select_from(Incident).where(Incident.closed_at.is_(None)))
        or 0,
        teams=changes_by_team(session, version),
        leads=_leads(session),
    )


def _leads(session: Session) -> tuple[tuple[str, str], ...]:
    roles = [role for role in Role if role.includes(Role.LEAD)]
    rows = session.execute(
        select(Person.login, Person.name).where(Person.active, Person.role.in_(roles)).order_by(Person.name)
    )
    return tuple((login, name) for login, name in rows)


def _readings(session: Session, version_id: str) -> dict[str, tuple[tuple[str, Reading], ...]]:
    rows = session.execute(
        select(tables.ChangeReading, Person.name)
        .join(Person, Person.id == tables.ChangeReading.person_id)
        .where(tables.ChangeReading.version_id == version_id)
        .order_by(tables.ChangeReading.at)
    ).all()
    found: dict[str, tuple[tuple[str, Reading], ...]] = {}
    for row, name in rows:
        found[row.block] = (*found.get(row.block, ()), (row.mark, Reading(row.person_id, name, row.at)))
    return found


def _kinds(kind: type[DraftOperation]) -> set[str]:
    found = {one.__name__ for one in kind.__subclasses__()}
    return found.union(*(_kinds(one) for one in kind.__subclasses__()))


def _story(session: Session, version: MatrixVersion) -> tuple[list[datetime], list[Step]]:
    """When the draft was edited, and its steps but for signatures. One draft is open at a time, so all edits are its.

    Told by the ledger, which everybody may read; the trail is for managers.
    """
    begun = _begun(session, version.id)
    if begun is None:
        return [], []
    edits = _kinds(DraftOperation) - NO_EDITS
    rows = session.execute(
        select(AppliedOperation.kind, AppliedOperation.applied_at, Person.name)
        .outerjoin(Person, Person.id == AppliedOperation.person_id)
        .where(
            AppliedOperation.kind.in_([*sorted(edits), "SendForReview", "TakeBack"]),
            AppliedOperation.applied_at >= begun.at,
        )
        .order_by(AppliedOperation.applied_at, AppliedOperation.id)
    ).all()
    steps = [begun]
    for kind, when, name in rows:
        who = name or ""
        if kind in edits:
            last = steps[-1]
            if last.what == "changed" and last.who == who:
                steps[-1] = Step("changed", when, who, last.count + 1)
            else:
                steps.append(Step("changed", when, who, 1))
        else:
            steps.append(Step("sent" if kind == "SendForReview" else "taken_back", when, who))
    return [when for kind, when, _name in rows if kind in edits], steps


def _begun(session: Session, version_id: str) -> Step | None:
    rows = session.execute(
        select(AppliedOperation.applied_at, AppliedOperation.result, Person.name)
        .outerjoin(Person, Person.id == AppliedOperation.person_id)
        .where(AppliedOperation.kind.in_(BEGINNINGS))
        .order_by(AppliedOperation.applied_at.desc())
    )
    for when, result, name in rows:
        if (result or {}).get("version_id") == version_id and (result or {}).get("made", True):
            return Step("begun", when, name or "")
    return None


def _with_signatures(steps: list[Step], signatures: tuple[SignatureRecord, ...]) -> tuple[Step, ...]:
    signed = [Step("signed", one.at, one.name, function=one.function.value) for one in signatures if one.at is not None]
    return tuple(sorted([*steps, *signed], key=lambda one: one.at))


def _voided(signatures: tuple[SignatureRecord, ...], edits: list[datetime]) -> dict[SigningFunction, datetime]:
    found: dict[SigningFunction, datetime] = {}
    for one in signatures:
        if one.at is not None and not one.valid:
            later = [when for when in edits if when > one.at]
            found[one.function] = later[0] if later else one.at
    return found
