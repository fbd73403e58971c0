"""Signing a draft: sent, read block by block, and signed for a function; each word holds for exact content.

Who must sign stands in the version in force (domain.md §2), so that a draft cannot loosen its own control.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.models import governance as tables
from app.models.enums import Role, SigningFunction, VersionState
from app.models.matrix import MatrixVersion
from app.models.people import Person
from app.services.database.errors import Conflict, Difference, NotAllowed, NotFound, StateError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents.alerts import notify
from app.services.matrix.drafts import open_draft
from app.services.matrix.version_rows import read_document
from app.services.matrix.versions import in_force
from app.services.publishing.marks import mark_of, short

TO_SIGN = "matrix_to_sign"
"""The notification that asks a signatory."""


@dataclass(frozen=True, kw_only=True)
class SigningOperation(Operation):
    """An act on a draft that changes nothing of what it says."""

    needs: ClassVar[Role] = Role.LEAD


@dataclass(frozen=True, kw_only=True)
class SendForReview(SigningOperation):
    """Sends a draft to those who must sign, and tells them; it may still be edited, which voids what was signed."""

    version_id: str


@dataclass(frozen=True, kw_only=True)
class TakeBack(SigningOperation):
    """Makes a draft in review a draft again."""

    version_id: str


@dataclass(frozen=True, kw_only=True)
class Sign(SigningOperation):
    """A person's word for exactly the content that ``mark`` names, for a function; ``words`` may say more."""

    version_id: str
    function: SigningFunction
    mark: str
    words: str = ""


@dataclass(frozen=True, kw_only=True)
class Unsign(SigningOperation):
    """Takes one's own word back, until the version is published."""

    version_id: str
    function: SigningFunction


@dataclass(frozen=True, kw_only=True)
class MarkRead(SigningOperation):
    """Notes that a person has read a block of a draft's difference; ``mark`` says what it said. Twice takes it back."""

    version_id: str
    block: str
    mark: str


@dataclass(frozen=True, slots=True)
class SignatureRecord:
    """What stands for one function that must sign. Nobody signed where ``at`` is None.

    ``valid`` says whether what was signed is what stands now. ``login`` is whom the version in force names.
    """

    function: SigningFunction
    login: str
    name: str
    person_id: str | None
    at: datetime | None = None
    words: str = ""
    valid: bool = False

    @property
    def missing(self) -> bool:
        """Whether publishing still waits for it."""
        return not self.valid


def required_by(settings: Mapping[str, Any]) -> dict[SigningFunction, str]:
    """The logins by function, in the order of the functions."""
    named = settings.get("signatories", {})
    return {one: str(named[one.value]) for one in SigningFunction if named.get(one.value)}


def required(session: Session, at: datetime) -> dict[SigningFunction, str]:
    """Who must sign what is published at an instant: what the version then in force says."""
    found = in_force(session, at)
    return required_by({"signatories": found.signatories}) if found is not None else {}


def signatures_of(
    session: Session, version: MatrixVersion, wanted: Mapping[SigningFunction, str], mark: str | None
) -> tuple[SignatureRecord, ...]:
    """For every function that must sign what stands; a word of somebody who is no longer named does not count.

    ``mark`` is that of the content; None where the version is published, whose words all were checked then.
    """
    signed = {
        row.function: row
        for row in session.scalars(select(tables.Signature).where(tables.Signature.version_id == version.id))
    }
    people = {one.login: one for one in session.scalars(select(Person).where(Person.login.in_(wanted.values())))}
    found = []
    for function, login in wanted.items():
        person, row = people.get(login), signed.get(function)
        name = person.name if person is not None else login
        person_id = person.id if person is not None else None
        if row is None or row.person_id != person_id:
            found.append(SignatureRecord(function, login, name, person_id))
        else:
            valid = mark is None or row.mark == mark
            found.append(SignatureRecord(function, login, name, person_id, row.at, row.words, valid=valid))
    return tuple(found)


def standing(session: Session, version: MatrixVersion, at: datetime) -> tuple[SignatureRecord, ...]:
    """The signatures that a version needs, and what stands for each.

    A draft is judged by what is in force now, a published one by what was in force when it was published.
    """
    if version.published_at is not None:
        return signatures_of(session, version, _required_before(session, version), None)
    mark = mark_of(read_document(session, version))
    return signatures_of(session, version, required(session, at), mark)


def _required_before(session: Session, version: MatrixVersion) -> dict[SigningFunction, str]:
    """By the version that was in force when this one was published, which this one is not even if it was at once."""
    earlier = session.scalars(
        select(MatrixVersion)
        .where(
            MatrixVersion.state.in_([VersionState.PUBLISHED, VersionState.RETIRED]),
            MatrixVersion.id != version.id,
            or_(
                MatrixVersion.published_at < version.published_at,
                and_(MatrixVersion.published_at == version.published_at, MatrixVersion.number < version.number),
            ),
            MatrixVersion.effective_from <= version.published_at,
        )
        .order_by(MatrixVersion.effective_from.desc(), MatrixVersion.number.desc())
    ).first()
    return required_by(earlier.settings) if earlier is not None else {}


@handles(SendForReview)
def send_for_review(work: UnitOfWork, operation: SendForReview) -> dict[str, Any]:
    """Result: ``{"asked": n}``. Raises ``StateError`` where nobody must sign."""
    version = open_draft(work, operation.version_id)
    open_ones = [one for one in standing(work.session, version, work.now) if one.missing]
    if not required(work.session, work.now):
        raise StateError("Nobody has to sign this draft.", "Publish it, or name signatories for the versions after it.")
    version.state = VersionState.IN_REVIEW
    asked = [one.person_id for one in open_ones if one.person_id and one.person_id != work.actor.id]
    notify(work, dict.fromkeys(asked), TO_SIGN, {"version": version.number})
    return {"asked": len(asked)}


@handles(TakeBack)
def take_back(work: UnitOfWork, operation: TakeBack) -> None:
    """What was signed stays signed while the content stays."""
    version = open_draft(work, operation.version_id)
    if version.state is not VersionState.IN_REVIEW:
        raise StateError(f"Draft {version.number} is not out for signing.", "There is nothing to take back.")
    version.state = VersionState.DRAFT


@handles(Sign)
def sign(work: UnitOfWork, operation: Sign) -> None:
    """Refuses who is not named, and a mark that is not that of the content as it stands."""
    version = work.get(MatrixVersion, operation.version_id, "That version", lock=True)
    late = version.state is VersionState.PUBLISHED and version.emergency
    if not late and version.state not in (VersionState.DRAFT, VersionState.IN_REVIEW):
        raise StateError(f"Version {version.number} is published already.", "There is nothing left to sign.")
    _check_signatory(work, version, operation.function)
    mark = mark_of(read_document(work.session, version))
    if operation.mark != mark:
        difference = Difference("mark", short(operation.mark), short(mark), short(operation.mark))
        raise Conflict("The draft changed while you read it. Read it again, then sign.", (difference,))
    row = _signature(work, version.id, operation.function)
    if row is None:
        row = work.add(
            tables.Signature(id=new_id(), version_id=version.id, function=operation.function, mark="", at=work.now)
        )
    row.person_id, row.mark, row.words, row.at = work.actor.id or "", mark, operation.words.strip(), work.now


def _check_signatory(work: UnitOfWork, version: MatrixVersion, function: SigningFunction) -> None:
    named = {one.function: one.person_id for one in standing(work.session, version, work.now)}
    if function not in named:
        raise StateError(f"Nobody has to sign for {function.value}.", "There is nothing to sign.")
    if named[function] is None or named[function] != work.actor.id:
        raise NotAllowed(f"Somebody else signs for {function.value}.", "Ask whoever is named there.")
    other = work.session.scalar(
        select(tables.Signature.function).where(
            tables.Signature.version_id == version.id,
            tables.Signature.person_id == work.actor.id,
            tables.Signature.function != function,
        )
    )
    if other is not None:
        raise StateError(f"You have signed for {other.value}.", "Nobody signs for two functions.")


@handles(Unsign)
def unsign(work: UnitOfWork, operation: Unsign) -> None:
    """Raises ``NotFound`` where this person has not signed for that function."""
    open_draft(work, operation.version_id)
    row = _signature(work, operation.version_id, operation.function)
    if row is None or row.person_id != work.actor.id:
        raise NotFound(f"You have not signed for {operation.function.value}.", "There is nothing to take back.")
    work.session.delete(row)


def _signature(work: UnitOfWork, version_id: str, function: SigningFunction) -> tables.Signature | None:
    return work.session.scalars(
        select(tables.Signature).where(tables.Signature.version_id == version_id, tables.Signature.function == function)
    ).first()


@handles(MarkRead)
def mark_read(work: UnitOfWork, operation: MarkRead) -> dict[str, Any]:
    """Result: ``{"read": bool}``. What was read before the block changed is read anew."""
    version = open_draft(work, operation.version_id)
    row = work.session.scalars(
        select(tables.ChangeReading).where(
            tables.ChangeReading.version_id == version.id,
            tables.ChangeReading.person_id == work.actor.id,
            tables.ChangeReading.block == operation.block,
        )
    ).first()
    if row is not None and row.mark == operation.mark:
        work.session.delete(row)
        return {"read": False}
    if row is None:
        row = work.add(
            tables.ChangeReading(
                id=new_id(),
                version_id=version.id,
                person_id=work.actor.id or "",
                block=operation.block,
                mark=operation.mark,
                at=work.now,
            )
        )
    row.mark, row.at = operation.mark, work.now
    return {"read": True}
