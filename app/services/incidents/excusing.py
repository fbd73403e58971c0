"""Excusing a breach: it stays recorded and is counted apart (domain.md §3.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from app.models.enums import EventKind, Role
from app.models.incident import Incident
from app.models.timer import Timer
from app.services.database.errors import StateError, UserError
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Excuse(Operation):
    """Excuses the breach of one pass of a timer, with the reason, also after its incident is over."""

    timer_id: str
    reason: str
    needs: ClassVar[Role] = Role.LEAD


@handles(Excuse)
def excuse(work: UnitOfWork, operation: Excuse) -> dict[str, Any]:
    """Refused without a recorded breach, without a reason, and where it is excused already."""
    row = work.get(Timer, operation.timer_id, "That timer")
    incident = work.get(Incident, row.incident_id, "That incident", lock=True)
    work.session.refresh(row)
    if row.breached_at is None:
        raise StateError("This timer has no breach to excuse.", "Look at the incident again.")
    if row.excused_id is not None:
        raise StateError("This breach is excused already.", "Look at the incident again.")
    if not operation.reason.strip():
        raise UserError("Excusing a breach needs a reason.", "Say in a line what was beyond the team's reach.")
    text_id = work.text(operation.reason.strip())
    work.session.flush()  # the reason must stand before what refers to it
    row.excused_id = text_id
    work.event(
        incident.id,
        EventKind.EXCUSED,
        timer=row.kind.value,
        timer_id=row.id,
        customer=row.customer_id,
        breached_at=row.breached_at.isoformat(),
    ).text_id = text_id
    return {}
