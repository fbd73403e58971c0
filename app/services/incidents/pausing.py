"""What stands still while an incident waits: the kinds that its version names for the reason (domain.md §3.1)."""

from __future__ import annotations

from datetime import datetime

from app.models.enums import TimerKind, TimerState
from app.models.incident import Incident
from app.services.clock.events import PAUSED_BY_DEFAULT, Act
from app.services.incidents.timing import Timers, pause_words
from app.services.matrix.policy import Policy


def kinds_paused(policy: Policy, reason: str | None) -> tuple[TimerKind, ...]:
    """The kinds that stand still while an incident waits for that reason."""
    return tuple(policy.pauses.get(reason or "", PAUSED_BY_DEFAULT))


def keep_still(incident: Incident, policy: Policy, timers: Timers, at: datetime) -> None:
    """Lets timers that began at ``at`` while the incident waits stand still too, as those before them do."""
    if incident.waiting_since is None:
        return
    kinds = kinds_paused(policy, incident.waiting_for)
    for row in timers.open():
        if row.kind in kinds and row.state is not TimerState.PAUSED:
            timers.do(row, Act.PAUSE, max(at, incident.waiting_since), reason=pause_words(incident.waiting_for))
