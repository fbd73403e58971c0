"""Who is told of a moment, and telling it once after an absence (domain.md §3.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from app.models.enums import OPEN_TIMER_STATES, DutyKind, TimerKind
from app.models.incident import Incident
from app.models.timer import Timer
from app.services.database.work import UnitOfWork
from app.services.incidents.alerts import Alert, alert
from app.services.incidents.arrival import people_there
from app.services.incidents.ladder import policy_of
from app.services.incidents.owners import resolve
from app.services.incidents.timing import SET_ASIDE

CLIMB, BREACH, SOON = "tier_entered", "breached", "due_soon"


@dataclass(slots=True)
class Missed:
    """What happened to one incident while nobody kept watch: alerts held back, those of timers with their row."""

    held: list[Alert]
    rows: dict[int, Timer] = field(default_factory=dict)

    def forget_after(self, count: int) -> None:
        """Drops what came after the first ``count`` alerts: a moment that could not be fired told nothing."""
        del self.held[count:]
        self.rows = {place: row for place, row in self.rows.items() if place < count}


def tell(work: UnitOfWork, incident: Incident, row: Timer, kind: str, missed: Missed | None) -> None:
    """Tells whom a timer's moment concerns, or keeps it for the one alert after an absence."""
    data = {"timer": row.kind.value, "due_at": row.due_at.isoformat()}
    if missed is None:
        alert(work, incident, told(work, incident, row), kind, **data)
        return
    missed.rows[len(missed.held)] = row
    missed.held.append(Alert((), kind, data))


def tell_missed(work: UnitOfWork, incident: Incident, missed: Missed) -> None:
    """One alert a person, for the highest tier reached, with the list of what was missed."""
    news = [(place, one) for place, one in enumerate(missed.held) if not _is_over(one, missed.rows.get(place))]
    if not news:
        return
    by_kind = {one.kind: one for _, one in news}  # of each kind the last one
    first = by_kind.get(CLIMB) or by_kind.get(BREACH) or news[-1][1]
    people = [*first.people]
    for place, one in news:
        if place in missed.rows:
            people += told(work, incident, missed.rows[place])
        elif one.kind != CLIMB:
            people += one.people
    listed = [
        {"what": one.kind, **{key: one.data[key] for key in ("timer", "tier", "due_at") if key in one.data}}
        for _, one in news
    ]
    alert(work, incident, people, first.kind, **first.data, missed=listed)


def _is_over(one: Alert, row: Timer | None) -> bool:
    """Whether something that was due soon has come or ended meanwhile."""
    return one.kind == SOON and row is not None and (row.state not in OPEN_TIMER_STATES or row.breached_at is not None)


def told(work: UnitOfWork, incident: Incident, row: Timer) -> list[str]:
    """Who is told of a moment: alerted, communicating, holding or owning, by the kind of timer (domain.md §3.2).

    The people of a tier that was entered while it slept are told of it at opening, and of nothing before.
    """
    policy = policy_of(work, incident)
    tier = next((one for one in policy.tiers if one.key == incident.tier), None)
    asleep = incident.tier_sleeps_until is not None
    holder = [one for one in (incident.holder_id or (None if asleep else incident.asked_id),) if one]
    if row.owner_id is not None:
        return [row.owner_id]
    if tier is None or row.kind in (TimerKind.CONTAIN, TimerKind.RESOLVE):
        return holder
    if row.kind is TimerKind.STEP:
        coming = next((one for one in policy.tiers if one.key == row.rule.get("tier")), None)
        named = row.rule.get("owner")
        owners = (named,) if named else coming.owners(DutyKind.LEADS) if coming else ()
        return [*holder, *_people(work, owners)]
    if asleep:
        return holder
    if row.kind is TimerKind.ACKNOWLEDGE:
        return people_there(work, incident, tier) or holder
    return _people(work, tier.owners(DutyKind.COMMUNICATES)) or holder


def _people(work: UnitOfWork, owners: Iterable[str]) -> list[str]:
    return [person for owner in owners for person in resolve(work.session, owner, work.now).alerted]


def true_time(row: Timer, now: datetime) -> datetime:
    """When the row's next moment is truly due, though it may have been set aside until later."""
    aside = row.rule.get(SET_ASIDE)
    return datetime.fromisoformat(aside) if aside else row.next_moment_at or now
