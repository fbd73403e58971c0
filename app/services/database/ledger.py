"""Reading the ledger: which operations were applied already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.trail import AppliedOperation


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """An operation that was applied, and what its handler answered."""

    kind: str
    applied_at: datetime
    result: dict[str, Any]


def applied_before(session: Session, operation_id: str) -> LedgerLine | None:
    """The line of that operation; None where it was never applied."""
    row = session.execute(
        select(AppliedOperation.kind, AppliedOperation.applied_at, AppliedOperation.result).where(
            AppliedOperation.id == operation_id
        )
    ).first()
    return LedgerLine(row.kind, row.applied_at, row.result or {}) if row else None
