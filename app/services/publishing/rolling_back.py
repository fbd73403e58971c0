"""Going back: an old version becomes a draft under a new number, published as any other (domain.md §2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.models import matrix as tables
from app.models.enums import VersionState
from app.services.database.errors import NotFound, StateError
from app.services.database.operations import handles
from app.services.database.work import UnitOfWork
from app.services.matrix.drafts import DraftOperation
from app.services.matrix.versions import MakeDraft, make_draft, newest_draft


@dataclass(frozen=True, kw_only=True)
class RollBack(DraftOperation):
    """Makes a draft that says what version ``number`` says, with words to begin its reason with.

    Result: ``{"version_id", "number"}``.
    """

    number: int


@handles(RollBack)
def roll_back(work: UnitOfWork, operation: RollBack) -> dict[str, Any]:
    """Refused while a draft is open: its work would be lost sight of."""
    draft = newest_draft(work.session)
    if draft is not None:
        raise StateError(f"Draft {draft.number} is open.", "Publish it or discard it first.")
    version = work.session.scalars(
        select(tables.MatrixVersion).where(
            tables.MatrixVersion.number == operation.number,
            tables.MatrixVersion.state.in_([VersionState.PUBLISHED, VersionState.RETIRED]),
        )
    ).first()
    if version is None:
        raise NotFound(f"There is no published version {operation.number}.", "Choose one of the history.")
    made: dict[str, Any] = make_draft(work, MakeDraft(id=operation.id, based_on=version.id))
    draft_row = work.get(tables.MatrixVersion, made["version_id"], "That draft")
    draft_row.rationale = f"Back to version {version.number}."
    return made
