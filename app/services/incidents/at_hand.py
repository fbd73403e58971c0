"""The timers of several incidents with all that a pass has behind it, read together: a watch handles many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.enums import Moment
from app.models.timer import Firing, Pause, Timer


@dataclass(slots=True)
class AtHand:
    """The timers of one incident by pass; pauses by their timer, earliest first; fired moments by timer and pass."""

    rows: list[Timer] = field(default_factory=list)
    pauses: defaultdict[str, list[Pause]] = field(default_factory=lambda: defaultdict(list))
    fired: defaultdict[tuple[str, int], set[Moment]] = field(default_factory=lambda: defaultdict(set))


def read_at_hand(session: Session, incident_ids: Sequence[str]) -> dict[str, AtHand]:
    """What is at hand for each of those incidents, in three questions however many there are."""
    found: dict[str, AtHand] = {incident_id: AtHand() for incident_id in incident_ids}
    mine = Timer.incident_id.in_(incident_ids)
    incident_of: dict[str, str] = {}
    for row in session.scalars(select(Timer).where(mine).order_by(Timer.pass_number)):
        found[row.incident_id].rows.append(row)
        incident_of[row.id] = row.incident_id
    of_timers = select(Timer.id).where(mine)
    for pause in session.scalars(select(Pause).where(Pause.timer_id.in_(of_timers)).order_by(Pause.started_at)):
        found[incident_of[pause.timer_id]].pauses[pause.timer_id].append(pause)
    fired = select(Firing.timer_id, Firing.pass_number, Firing.moment).where(Firing.timer_id.in_(of_timers))
    for timer_id, number, moment in session.execute(fired):
        found[incident_of[timer_id]].fired[timer_id, number].add(moment)
    return found
