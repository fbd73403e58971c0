"""Publishing a draft: judged first, signed by whom the version in force names, announced as it goes out.

Errors block. A warning and a failing example go out only with a written reason. In an emergency a draft goes out at
once without the signatures; everybody who leads is told, and it says so until they are given after the fact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from app.models import governance
from app.models import matrix as tables
from app.models.enums import Role
from app.models.people import Person
from app.services.announcements.announcing import Announce, announce
from app.services.database.errors import StateError, UserError
from app.services.database.identity import new_id
from app.services.database.operations import handles
from app.services.database.work import UnitOfWork
from app.services.incidents.alerts import notify
from app.services.matrix.checks import Check, CheckReport, check
from app.services.matrix.drafts import DraftOperation, open_draft
from app.services.matrix.examples import Verdict, failing, read_examples
from app.services.matrix.policy import Policy
from app.services.matrix.scenarios import approved_scenarios
from app.services.matrix.verify import Weight
from app.services.matrix.versions import load, put_in_force
from app.services.matrix.writing import join_words
from app.services.publishing.signing import SignatureRecord, standing

EMERGENCY = "emergency"
"""The kind of an accepted finding that holds why a version went out unsigned."""
PUBLISHED_IN_EMERGENCY = "matrix_emergency"
"""The notification that tells of it."""


@dataclass(frozen=True, slots=True)
class AnnouncementWords:
    """What `PublishDraft` announces. ``teams`` None are all that the changes reach."""

    title: str
    practise: str = ""
    teams: tuple[str, ...] | None = None
    confirm_by: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PublishDraft(DraftOperation):
    """Publishes a draft that verification lets through.

    ``reasons`` answers warnings by their key and failing examples by ``example:<id>``, or all others under ``*``.
    ``effective_from`` is when it begins to be in force; None or a time that has passed is now. ``review_by`` is the day
    by which somebody looks at it again. ``emergency`` is the written reason to publish at once without the signatures
    that are missing; it must be empty where none is. Result: ``{"version_id", "number"}``.
    """

    version_id: str
    rationale: str
    reasons: dict[str, str] = field(default_factory=dict)
    effective_from: datetime | None = None
    review_by: date | None = None
    emergency: str = ""
    announcement: AnnouncementWords | None = None


def unanswered(report: CheckReport, reasons: Mapping[str, str]) -> list[Check]:
    """The warnings that nobody gave a reason for."""
    return [one for one in report.of_weight(Weight.WARNING) if not reason_of(one.key, reasons)]


def reason_of(key: str, reasons: Mapping[str, str]) -> str:
    """What was written for a warning or an example."""
    return reasons.get(key, reasons.get("*", "")).strip()


@handles(PublishDraft)
def publish_draft(work: UnitOfWork, operation: PublishDraft) -> dict[str, Any]:
    """Verifies, keeps the reasons beside the version, publishes. Raises ``StateError`` naming what is in the way."""
    version = open_draft(work, operation.version_id)
    policy = load(work.session, version.id)
    report = check(policy, scenarios=approved_scenarios(work.session))
    _refuse_errors(report)
    failed = failing(policy, read_examples(work.session))
    _refuse_unanswered(report, failed, operation.reasons)
    missing = [one for one in standing(work.session, version, work.now) if one.missing]
    _check_signed(missing, operation)
    _check_days(work, operation)
    _keep_reasons(work, policy, report, failed, operation)
    put_in_force(work, version, operation.rationale, None if operation.emergency else operation.effective_from)
    version.review_by = operation.review_by
    if missing:
        _tell_of_emergency(work, version, missing, operation)
    work.session.flush()
    if operation.announcement is not None:
        words = operation.announcement
        told = Announce(
            version_id=version.id,
            title=words.title,
            practise=words.practise,
            teams=words.teams,
            confirm_by=words.confirm_by,
        )
        announce(work, told)
    return {"version_id": version.id, "number": version.number}


def _refuse_errors(report: CheckReport) -> None:
    errors = report.of_weight(Weight.ERROR)
    if errors:
        more = f" and {len(errors) - 1} more" if len(errors) > 1 else ""
        raise StateError(f"{errors[0].title}{more}: this blocks publishing.", "Mend it, or use the catch-all for it.")
    if not report.complete:
        raise StateError("Verification did not finish in time.", "Try again, or split the table.")


def _refuse_unanswered(report: CheckReport, failed: tuple[Verdict, ...], reasons: Mapping[str, str]) -> None:
    missing = unanswered(report, reasons)
    if missing:
        raise StateError(f"“{missing[0].title}” needs a written reason.", "Say why it is accepted, or mend it.")
    for one in failed:
        if not reason_of(one.key, reasons):
            raise StateError(f"{one.words}: this needs a written reason.", "Say why, or change the draft.")


def _check_signed(missing: list[SignatureRecord], operation: PublishDraft) -> None:
    names = join_words([f"{one.name} for {one.function.value}" for one in missing], "and")
    emergency = operation.emergency.strip()
    if missing and not emergency:
        raise StateError(f"The signature of {names} is missing.", "Wait for it, or publish as an emergency.")
    if operation.emergency and not missing:
        raise StateError("No signature is missing.", "Publish as usual.")


def _check_days(work: UnitOfWork, operation: PublishDraft) -> None:
    later = operation.effective_from is not None and operation.effective_from > work.now
    if operation.emergency and later:
        raise UserError("An emergency takes effect at once.", "Leave the time out.", "effective_from")
    if operation.review_by is not None and operation.review_by <= work.now.date():
        raise UserError("The day to review by has passed.", "Choose a later one.", "review_by")


def _keep_reasons(
    work: UnitOfWork, policy: Policy, report: CheckReport, failed: tuple[Verdict, ...], operation: PublishDraft
) -> None:
    """A warning is kept under its kind, an example under ``example``."""
    found = [(one.kind, one.key, one.title) for one in report.of_weight(Weight.WARNING)]
    found += [("example", one.key, one.words) for one in failed]
    for kind, key, title in found:
        _accept(work, policy.id, kind, {"key": key, "title": title}, reason_of(key, operation.reasons))


def _accept(work: UnitOfWork, version_id: str, kind: str, subject: dict[str, Any], reason: str) -> None:
    work.add(
        tables.AcceptedFinding(id=new_id(), version_id=version_id, kind=kind, subject=subject, reason=reason.strip())
    )


def _tell_of_emergency(
    work: UnitOfWork, version: tables.MatrixVersion, missing: list[SignatureRecord], operation: PublishDraft
) -> None:
    """Leads, managers and whoever should have signed. What was signed for other content counts as not signed."""
    version.emergency = True
    functions = [one.function.value for one in missing]
    _accept(work, version.id, EMERGENCY, {"functions": functions}, operation.emergency)
    for row in work.session.scalars(
        select(governance.Signature).where(
            governance.Signature.version_id == version.id,
            governance.Signature.function.in_([one.function for one in missing]),
        )
    ):
        work.session.delete(row)
    roles = [role for role in Role if role.includes(Role.LEAD)]
    people = work.session.scalars(select(Person.id).where(Person.active, Person.role.in_(roles)))
    told = dict.fromkeys([*people, *(one.person_id for one in missing if one.person_id)])
    told.pop(work.actor.id or "", None)
    data = {"version": version.number, "title": operation.emergency.strip(), "functions": functions}
    notify(work, told, PUBLISHED_IN_EMERGENCY, data)
