"""Past incidents for the map: what was known of each when it began, which of them broke a target, and at which hour."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.enums import IncidentOrigin
from app.models.incident import Incident
from app.models.timer import Timer
from app.services.database.rows import rows
from app.services.matrix.replay.cases import Cases
from app.services.matrix.replay.reading import cases_between

HOURS = 168
"""Hours of a week; hour 0 is Monday at midnight."""


@dataclass(frozen=True, slots=True, eq=False)
class Past:
    """Incidents of a period. ``breached`` says which of them broke a target that nobody excused.

    ``hour`` is the hour of the week in ``zone`` at which each was raised.
    """

    cases: Cases = field(default_factory=Cases)
    breached: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    hour: NDArray[np.int16] = field(default_factory=lambda: np.zeros(0, dtype=np.int16))
    zone: str = "UTC"

    @property
    def weeks(self) -> float:
        """How many weeks the period has."""
        start, end = self.cases.start, self.cases.end
        return (end - start).total_seconds() / 604_800 if start is not None and end is not None else 0.0


def past_incidents(session: Session, start: datetime | None, end: datetime, keys: Collection[str], zone: str) -> Past:
    """The incidents raised in ``[start, end)``, without drills, with the facts ``keys``."""
    cases = cases_between(session, start, end, keys)
    late = _late(session, start, end)
    local = ZoneInfo(zone)
    return Past(
        cases,
        np.array([one in late for one in cases.ids], dtype=np.bool_),
        np.array([_hour(at.astimezone(local)) for at in cases.raised], dtype=np.int16),
        zone,
    )


def _hour(at: datetime) -> int:
    return 24 * at.weekday() + at.hour


def _late(session: Session, start: datetime | None, end: datetime) -> set[str]:
    question = (
        select(Timer.incident_id)
        .join(Incident, Incident.id == Timer.incident_id)
        .where(
            Timer.breached_at.is_not(None),
            Timer.excused_id.is_(None),
            Incident.origin != IncidentOrigin.DRILL,
            Incident.raised_at < end,
        )
        .distinct()
    )
    if start is not None:
        question = question.where(Incident.raised_at >= start)
    return {row[0] for row in rows(session, question)}
