"""The list of debriefs: incidents that wait for one, those being written, those that are closed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.models.debrief import ActionItem, Debrief
from app.models.enums import ActionState, DebriefState, IncidentOrigin, Part
from app.models.incident import Incident
from app.services.incidents.queue import PartNames, part_names

OPEN_ACTIONS = (ActionState.OPEN, ActionState.PROPOSED)
MOST_ROWS = 500
"""Of those to write and of those closed, the latest; what is being written is always listed whole."""


@dataclass(frozen=True, slots=True)
class DebriefRow:
    """A debrief, or an incident that waits for one, as lists show it. ``next_due`` is the first due day left open."""

    incident_id: str
    number: int
    title: str
    severity: int
    debrief_id: str | None
    state: DebriefState
    ended_at: datetime | None
    open_actions: int = 0
    overdue_actions: int = 0
    next_due: date | None = None


def list_debriefs(session: Session, today: date) -> tuple[DebriefRow, ...]:
    """Debriefs in progress, then resolved incidents that wait for one, then closed debriefs; the latest first.

    One that was merged or withdrawn waits for none.
    ``today`` is the reader's day: an action item is overdue on the day after its due day.
    """
    names = part_names(session)
    listed = select(Incident, Debrief).outerjoin(Debrief, Debrief.incident_id == Incident.id)
    waiting = listed.where(
        Debrief.id.is_(None),
        Incident.origin == IncidentOrigin.LIVE,
        Incident.resolved_at.is_not(None),
        Incident.ended_as.is_(None),
    ).limit(MOST_ROWS)
    closed = listed.where(Debrief.state == DebriefState.CLOSED).limit(MOST_ROWS)
    writing = listed.where(Debrief.state.is_not(None), Debrief.state != DebriefState.CLOSED)
    found = [pair for question in (writing, waiting, closed) for pair in _pairs(session, question)]
    actions = _open_actions(session, [debrief.id for _, debrief in found if debrief is not None])
    return tuple(
        _row(incident, debrief, names, actions.get(debrief.id, []) if debrief else [], today)
        for incident, debrief in found
    )


def _pairs(session: Session, question: Select[Incident, Debrief]) -> Iterable[tuple[Incident, Debrief | None]]:
    ordered = question.order_by(Incident.resolved_at.desc(), Incident.number.desc())
    yield from session.execute(ordered)


def _open_actions(session: Session, debriefs: list[str]) -> dict[str, list[date | None]]:
    """The due days of what is still open, by debrief."""
    found: dict[str, list[date | None]] = {}
    rows = session.execute(select(ActionItem.debrief_id, ActionItem.due).where(ActionItem.state.in_(OPEN_ACTIONS)))
    wanted = set(debriefs)
    for debrief_id, due in rows:
        if debrief_id in wanted:
            found.setdefault(debrief_id, []).append(due)
    return found


def _row(
    incident: Incident, debrief: Debrief | None, names: PartNames, actions: list[date | None], today: date
) -> DebriefRow:
    dues = sorted(due for due in actions if due is not None)
    return DebriefRow(
        incident.id,
        incident.number,
        incident.title,
        names.rank(Part.SEVERITY, incident.facts),
        debrief.id if debrief is not None else None,
        debrief.state if debrief is not None else DebriefState.TO_WRITE,
        incident.resolved_at,
        len(actions),
        sum(1 for due in dues if due < today),
        dues[0] if dues else None,
    )
