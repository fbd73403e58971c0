"""Publishing a draft: verified first. Errors block; a warning goes out only with a written reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.models import matrix as tables
from app.services.database.errors import StateError
from app.services.database.identity import new_id
from app.services.database.operations import handles
from app.services.database.work import UnitOfWork
from app.services.matrix.checks import Check, CheckReport, check
from app.services.matrix.drafts import DraftOperation
from app.services.matrix.verify import Weight
from app.services.matrix.versions import load, put_in_force


@dataclass(frozen=True, kw_only=True)
class PublishDraft(DraftOperation):
    """Publishes a draft that verification lets through.

    ``reasons`` answers warnings by their key, or all others under ``*``. Result: ``{"version_id", "number"}``.
    """

    version_id: str
    rationale: str
    reasons: dict[str, str] = field(default_factory=dict)
    effective_from: datetime | None = None


def unanswered(report: CheckReport, reasons: Mapping[str, str]) -> list[Check]:
    """The warnings that nobody gave a reason for."""
    return [one for one in report.of_weight(Weight.WARNING) if not _reason(one, reasons)]


def _reason(one: Check, reasons: Mapping[str, str]) -> str:
    return reasons.get(one.key, reasons.get("*", "")).strip()


@handles(PublishDraft)
def publish_draft(work: UnitOfWork, operation: PublishDraft) -> dict[str, Any]:
    """Verifies, keeps the reasons beside the version, publishes. Raises ``StateError`` naming what is in the way."""
    policy = load(work.session, operation.version_id)
    report = check(policy)
    errors = report.of_weight(Weight.ERROR)
    if errors:
        more = f" and {len(errors) - 1} more" if len(errors) > 1 else ""
        raise StateError(f"{errors[0].title}{more}: this blocks publishing.", "Mend it, or use the catch-all for it.")
    if not report.complete:
        raise StateError("Verification did not finish in time.", "Try again, or split the table.")
    missing = unanswered(report, operation.reasons)
    if missing:
        raise StateError(f"“{missing[0].title}” needs a written reason.", "Say why it is accepted, or mend it.")
    for one in report.of_weight(Weight.WARNING):
        work.add(
            tables.AcceptedFinding(
                id=new_id(),
                version_id=policy.id,
                kind=one.kind,
                subject={"key": one.key, "title": one.title},
                reason=_reason(one, operation.reasons),
            )
        )
    version = work.get(tables.MatrixVersion, policy.id, "That version")
    put_in_force(work, version, operation.rationale, operation.effective_from)
    return {"version_id": version.id, "number": version.number}
