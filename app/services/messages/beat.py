"""The beat of updates: how a message restarts the next one, and the time that its words promise (domain.md §3.1).

With a *steady beat* an early message serves the update that is due, and the next one counts from there. A pass that
has not begun yet is then left alone by further messages: several in one interval are one update.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.enums import OPEN_TIMER_STATES, MessageState, TimerKind
from app.models.incident import Incident
from app.models.message import Message
from app.models.timer import Timer
from app.services.clock.events import Act
from app.services.clock.timers import promise_is_later, to_minute
from app.services.database.errors import UserError
from app.services.database.work import UnitOfWork
from app.services.incidents import phases
from app.services.incidents.ladder import pinned_policy
from app.services.incidents.targets import IncidentTarget, target_of
from app.services.incidents.timing import Timers, TimerStart

NEXT = TimerKind.NEXT_UPDATE
ONE_TIME = {"promise": True}
"""The rule of an update that only a message promises: no target asks for another one after it."""


@dataclass(frozen=True, slots=True)
class Beat:
    """What a message says to the clock of updates: when it was sent, and the time of the next one, by the minute.

    ``overtaken`` where a later message has left already: this one neither moves the beat nor promises anything.
    """

    at: datetime
    stated: datetime | None = None
    steady: bool = False
    overtaken: bool = False

    def spares(self, row: Timer) -> bool:
        """Whether the pass has not begun when the message was sent, and is left alone."""
        sooner = self.steady and not self.overtaken and self._states_by(row.started_at)
        return row.started_at > self.at and not sooner

    def goes_on_from_due(self, row: Timer) -> bool:
        """Whether the next pass counts from the due time of ``row``: not where the customer was told a sooner time."""
        return self.steady and not self._states_by(row.due_at)

    def start_after(self, row: Timer) -> datetime:
        """Where the pass after ``row`` starts that this message ends."""
        return row.due_at if self.goes_on_from_due(row) and self.at < row.due_at else self.at

    def _states_by(self, at: datetime) -> bool:
        return self.stated is not None and self.stated <= at


def beat_of(session: Session, incident: Incident, at: datetime, stated: datetime | None) -> Beat:
    """The beat of a message sent at ``at`` to whoever raised the incident."""
    later = select(Message.id).where(
        Message.incident_id == incident.id,
        Message.customer_id == incident.customer_id,
        ~Message.incoming,
        Message.state.in_((MessageState.PROVISIONAL, MessageState.SENT)),
        Message.written_at > at,
    )
    policy = pinned_policy(session, incident)
    return Beat(
        at,
        to_minute(stated) if stated is not None else None,
        steady=policy is not None and policy.steady_beat,
        overtaken=session.scalar(later.limit(1)) is not None,
    )


def serve_promised(timers: Timers, beat: Beat) -> None:
    """Ends an update that only a message had promised."""
    for row in timers.open(NEXT, customer_id=timers.incident.customer_id):
        if row.rule.get("promise"):
            timers.do(row, Act.STOP, beat.at)


def begin(work: UnitOfWork, incident: Incident, timers: Timers, at: datetime) -> None:
    """Starts the beat where the target asks for one and none runs; none starts after word of the resolution."""
    if timers.open(NEXT, customer_id=incident.customer_id) or phases.told_of_resolution(work.session, incident):
        return
    target = _target(work.session, incident)
    if target is not None:
        timers.start(
            TimerStart(
                NEXT,
                at,
                target.seconds,
                calendar_id=target.calendar_id,
                customer_id=incident.customer_id,
                rule=target.rule,
            )
        )


def promise(work: UnitOfWork, incident: Incident, timers: Timers, beat: Beat, reason: str) -> None:
    """The stated time becomes due; ``UserError`` where it has passed, or is later than computed without a reason."""
    if beat.stated is None or beat.overtaken:
        return
    if beat.stated <= beat.at:
        raise UserError("The next update is promised for a time that has passed.", "Name a later one.")
    row = next(iter(timers.open(NEXT, customer_id=incident.customer_id)), None)
    if row is None:
        start = beat.at.replace(microsecond=0)  # so that whole seconds lead exactly to the time that was named
        seconds = int((beat.stated - start).total_seconds())
        row = timers.start(TimerStart(NEXT, start, seconds, customer_id=incident.customer_id, rule=ONE_TIME))
    elif promise_is_later(beat.stated, timers.pass_of(row).plan) and not reason.strip():
        raise UserError("The promised time is later than the target.", "Name an earlier one, or give a reason.")
    timers.do(row, Act.PIN, beat.at, due=beat.stated)
    row.promised = True


def coming_update(session: Session, incident: Incident, now: datetime) -> datetime | None:
    """When the next update would be due if a message left now; None where no target asks for one."""
    target = _target(session, incident)
    if target is None:
        return None
    policy = pinned_policy(session, incident)
    row = session.scalars(
        select(Timer).where(
            Timer.incident_id == incident.id,
            Timer.customer_id == incident.customer_id,
            Timer.kind == NEXT,
            Timer.state.in_(OPEN_TIMER_STATES),
        )
    ).first()
    if row is None or policy is None or row.rule.get("promise"):
        return target.due(now)
    beat = Beat(now, steady=policy.steady_beat)
    return row.due_at if beat.spares(row) else target.due(beat.start_after(row))


def _target(session: Session, incident: Incident) -> IncidentTarget | None:
    policy = pinned_policy(session, incident)
    if policy is None:
        return None
    return target_of(session, policy, incident, NEXT)
