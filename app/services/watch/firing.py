"""Firing what is due of one incident: state, event and alerts of each moment, and setting aside what fails.

All due moments of a batch are fired together. Only where one fails they are fired one by one, each in a savepoint of
its own, so that a bad row never holds up a good one.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.models.enums import EventKind, Moment, TimerKind
from app.models.incident import HandOff, Incident
from app.models.timer import Timer
from app.services.clock.events import Act
from app.services.clock.reading import NEVER_BREACH
from app.services.database.database import passing
from app.services.database.work import UnitOfWork
from app.services.incidents.alerts import alert, alerts_held
from app.services.incidents.at_hand import AtHand, read_at_hand
from app.services.incidents.handoffs import team_with
from app.services.incidents.ladder import climb, policy_of
from app.services.incidents.owners import resolve
from app.services.incidents.standing import expire
from app.services.incidents.timing import SET_ASIDE, Timers
from app.services.watch.telling import BREACH, SOON, Missed, tell, tell_missed, true_time

log = logging.getLogger(__name__)

LATE = timedelta(minutes=5)
TRIES = 10
"""After so many tries a moment is given up: it is logged and shown, and the next act on its timer tries it again."""
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)


@dataclass(slots=True)
class Scene:
    """An incident in hand: its timers, and what to tell later where it is caught up after an absence."""

    work: UnitOfWork
    incident: Incident
    timers: Timers
    missed: Missed | None = None

    def first_due(self) -> datetime | None:
        """When the first of what is due was due, be it a moment or an acknowledgement that expires."""
        now, row, expires_at = self.work.now, self._first_row(), self.incident.acknowledgement_expires_at
        found = [true_time(row, now)] if row is not None else []
        found += [expires_at] if expires_at is not None and expires_at <= now else []
        return min(found, default=None)

    def next_due(self) -> Timer | None:
        """The timer whose moment is due first; None where nothing is due. What expired before it does so first."""
        row = self._first_row()
        before = true_time(row, self.work.now) if row is not None else self.work.now
        expired = expire(self.work, self.incident, policy_of(self.work, self.incident), self.timers, before)
        return self._first_row() if expired else row

    def _first_row(self) -> Timer | None:
        due = [row for row in self.timers.rows if _is_due(row, self.work.now)]
        return min(due, key=lambda row: (row.next_moment_at, row.id), default=None)


def _is_due(row: Timer, now: datetime) -> bool:
    return row.next_moment_at is not None and row.next_moment_at <= now


def fire_incidents(work: UnitOfWork, incident_ids: Sequence[str], most: int) -> list[bool]:
    """Fires what is due of these incidents, one after the other, until ``most`` moments were handled.

    Says of each moment whether it could be fired. All is read together and, as long as nothing fails, written together.
    """
    outcomes: list[bool] = []
    try:
        with work.session.begin_nested():
            # held until the end: the session lets go of what nobody holds
            incidents = work.session.scalars(select(Incident).where(Incident.id.in_(incident_ids))).all()
            at_hand = read_at_hand(work.session, [one.id for one in incidents])
            for incident_id in incident_ids:
                if len(outcomes) < most:
                    outcomes += _fire_all(work, incident_id, at_hand[incident_id], one_by_one=False)
            work.session.flush()
            return outcomes
    except Exception as error:
        if passing(error):
            raise  # the whole batch is tried again
    outcomes = []
    for incident_id in incident_ids:
        if len(outcomes) < most:
            outcomes += fire_incident(work, incident_id)
    return outcomes


def fire_incident(work: UnitOfWork, incident_id: str) -> list[bool]:
    """Fires what is due of an incident, in order of time, each moment in a savepoint of its own.

    Says of each moment whether it could be fired. After an absence its people are told once, of all of it.
    """
    try:
        with work.session.begin_nested():
            return _fire_all(work, incident_id, None, one_by_one=True)
    except Exception as error:
        if passing(error):
            raise
        log.exception("the due moments of incident %s could not be fired", incident_id)
    rows = work.session.scalars(select(Timer).where(Timer.incident_id == incident_id)).all()
    due = [row for row in rows if _is_due(row, work.now)]
    for row in due:
        _set_aside(work, row)
    return [False] * len(due)


def _fire_all(work: UnitOfWork, incident_id: str, at_hand: AtHand | None, *, one_by_one: bool) -> list[bool]:
    scene = _scene(work, incident_id, at_hand)
    first = scene.first_due()
    if first is None or work.now - first <= LATE:
        return _fire_each(scene, one_by_one)
    with alerts_held() as held:
        scene.missed = Missed(held)
        outcomes = _fire_each(scene, one_by_one)
    tell_missed(work, scene.incident, scene.missed)
    return outcomes


def _scene(work: UnitOfWork, incident_id: str, at_hand: AtHand | None = None) -> Scene:
    incident = work.get(Incident, incident_id, "The incident of a timer")
    return Scene(work, incident, Timers(work, incident, policy_of(work, incident).warn_shares, at_hand))


def _fire_each(scene: Scene, one_by_one: bool) -> list[bool]:
    outcomes = []
    while (row := scene.next_due()) is not None:
        if one_by_one:
            outcomes.append(_try(scene, row))
        else:
            fire_moment(scene, row)
            outcomes.append(True)
    scene.timers.settle()
    return outcomes


def _try(scene: Scene, row: Timer) -> bool:
    work, missed = scene.work, scene.missed
    count = len(missed.held) if missed else 0
    try:
        with work.session.begin_nested():
            fire_moment(scene, row)
            work.session.flush()
    except Exception as error:
        if passing(error):
            raise
        log.exception("moment %s of timer %s could not be fired", row.next_moment, row.id)
        if missed is not None:
            missed.forget_after(count)
        _set_aside(work, row)
        fresh = _scene(work, row.incident_id)
        scene.incident, scene.timers = fresh.incident, fresh.timers
        return False
    return True


def _set_aside(work: UnitOfWork, row: Timer) -> None:
    """Waits twice as long after each failure; after the last one only an act on the timer brings the moment back."""
    row.rule = {**row.rule, SET_ASIDE: true_time(row, work.now).isoformat()}
    row.failures += 1
    if row.failures >= TRIES:
        log.error("moment %s of timer %s is given up after %s tries", row.next_moment, row.id, row.failures)
        row.next_moment_at = None
    else:
        row.next_moment_at = work.now + min(FIRST_WAIT * 2 ** (row.failures - 1), LONGEST_WAIT)


def fire_moment(scene: Scene, row: Timer) -> None:
    """One moment: its act on the timer, its event, whom it concerns, and the key that makes a second firing fail."""
    work, incident, timers = scene.work, scene.incident, scene.timers
    moment, due_at, number = row.next_moment or Moment.DUE, true_time(row, work.now), row.pass_number
    if moment is Moment.DUE and row.kind is TimerKind.STEP:
        climb(work, incident, row, timers, policy_of(work, incident), due_at)
    else:
        timers.do(row, Act.FIRE, due_at, moment=moment)
        _happen(scene, row, moment, due_at)
    timers.fired(row, number, moment, due_at)


def _happen(scene: Scene, row: Timer, moment: Moment, due_at: datetime) -> None:
    if moment is not Moment.DUE:
        _warn(scene, row, due_at)
    elif row.kind is TimerKind.OFFER:
        _offer_unanswered(scene, row)
    elif row.kind not in NEVER_BREACH:
        _breach(scene, row, due_at)


def lateness(work: UnitOfWork, due_at: datetime) -> dict[str, Any]:
    """What an event keeps of a moment that was handled more than five minutes late."""
    late = work.now - due_at
    return {"late_seconds": int(late.total_seconds())} if late > LATE else {}


def _warn(scene: Scene, row: Timer, due_at: datetime) -> None:
    soon = row.soon_at is not None and due_at >= row.soon_at
    scene.work.event(
        scene.incident.id,
        EventKind.WARNED,
        at=due_at,
        timer=row.kind.value,
        due_at=row.due_at.isoformat(),
        soon=soon,
        **lateness(scene.work, due_at),
    )
    if soon:
        tell(scene.work, scene.incident, row, SOON, scene.missed)


def _breach(scene: Scene, row: Timer, due_at: datetime) -> None:
    row.breach_cause = row.breach_cause or "time"
    late = lateness(scene.work, due_at)
    scene.work.event(
        scene.incident.id, EventKind.BREACHED, at=due_at, timer=row.kind.value, cause=row.breach_cause, key=True, **late
    )
    tell(scene.work, scene.incident, row, BREACH, scene.missed)


def _offer_unanswered(scene: Scene, row: Timer) -> None:
    work, incident = scene.work, scene.incident
    offer = work.session.get(HandOff, row.rule.get("hand_off"))
    if offer is None or offer.state != "offered":
        return
    offer.state, offer.answered_at = "unanswered", work.now
    team_id = resolve(work.session, offer.to_owner, work.now).team_id
    incident.team_id = team_id or team_with(work, incident, offer.to_id)
    work.event(incident.id, EventKind.RETURNED, at=row.due_at, to=offer.to_owner, unanswered=True)
    if offer.from_id:
        alert(work, incident, [offer.from_id], "unanswered")
