"""The day by which a version should be looked at again: set, moved, and chased once it has passed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import matrix as tables
from app.models.enums import Role, VersionState
from app.models.people import Person
from app.models.trail import SchemaMeta
from app.services.database.errors import StateError, UserError
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.incidents.alerts import notify
from app.services.matrix.drafts import DraftOperation
from app.services.matrix.versions import in_force

REVIEW_DUE = "matrix_review_due"
AGAIN_DAYS = 7
"""How often the review of one version is asked for, once its day has passed."""
ASKED = "matrix_review_asked"
"""Where the database remembers which version was chased last, and when."""


@dataclass(frozen=True, kw_only=True)
class ChaseReview(Operation):
    """Asks whoever published the version in force, and all leads, to look at it again. Result: ``{"asked": n}``."""


@dataclass(frozen=True, kw_only=True)
class SetReviewBy(DraftOperation):
    """Moves the day by which a published version is looked at again; None asks for no day."""

    version_id: str
    review_by: date | None
    seen: date | None


def review_due(session: Session, at: datetime) -> bool:
    """Whether the version in force waits for its review and was not chased within the last days."""
    return _due(session, at) is not None


def _due(session: Session, at: datetime) -> tables.MatrixVersion | None:
    policy = in_force(session, at)
    version = session.get(tables.MatrixVersion, policy.id) if policy is not None else None
    if version is None or version.review_by is None or version.review_by >= at.date():
        return None
    asked = session.get(SchemaMeta, ASKED)
    if asked is not None:
        version_id, _, when = asked.value.partition(" ")
        if version_id == version.id and at < datetime.fromisoformat(when) + timedelta(days=AGAIN_DAYS):
            return None
    return version


@handles(ChaseReview)
def chase_review(work: UnitOfWork, _operation: ChaseReview) -> dict[str, Any]:
    """Two watches at once ask once."""
    work.alone("matrix review")
    version = _due(work.session, work.now)
    if version is None:
        return {"asked": 0}
    roles = [role for role in Role if role.includes(Role.LEAD)]
    people = list(work.session.scalars(select(Person.id).where(Person.active, Person.role.in_(roles))))
    told = dict.fromkeys([version.published_by_id, *people] if version.published_by_id else people)
    notify(work, told, REVIEW_DUE, {"version": version.number, "review_by": str(version.review_by)})
    work.session.merge(SchemaMeta(key=ASKED, value=f"{version.id} {work.now.isoformat()}"))
    return {"asked": len(told)}


@handles(SetReviewBy)
def set_review_by(work: UnitOfWork, operation: SetReviewBy) -> None:
    """The one thing of a published version that people may still change."""
    version = work.get(tables.MatrixVersion, operation.version_id, "That version")
    if version.state is not VersionState.PUBLISHED:
        raise StateError(f"Version {version.number} is not published.", "Say the day when you publish it.")
    if operation.review_by is not None and operation.review_by <= work.now.date():
        raise UserError("That day has passed.", "Choose a later one.", "review_by")
    what = "Somebody chose another day meanwhile."
    work.compare(what, version, {"review_by": operation.seen}, {"review_by": operation.review_by})
    version.review_by = operation.review_by
