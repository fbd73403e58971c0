"""A version put in force without being judged, for tests that are about something else than publishing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from app.models.enums import Role
from app.models.matrix import MatrixVersion
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.matrix.versions import put_in_force


@dataclass(frozen=True, kw_only=True)
class PublishUnjudged(Operation):
    """Puts a draft in force as it is: no check, no signature. Result: ``{"version_id", "number"}``."""

    version_id: str
    rationale: str
    effective_from: datetime | None = None
    needs: ClassVar[Role] = Role.LEAD


@handles(PublishUnjudged)
def publish_unjudged(work: UnitOfWork, operation: PublishUnjudged) -> dict[str, Any]:
    version = work.get(MatrixVersion, operation.version_id, "That version")
    put_in_force(work, version, operation.rationale, operation.effective_from)
    return {"version_id": version.id, "number": version.number}
