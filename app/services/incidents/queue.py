"""The queue: open incidents as rows of plain values, the most urgent first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.models.customer import Customer
from app.models.enums import OPEN_TIMER_STATES, Channel, IncidentOrigin, Part, Phase, TimerKind, TimerState
from app.models.incident import Acknowledgement, Incident
from app.models.matrix import Choice, Dimension
from app.models.people import Membership, Person, Team
from app.models.timer import Timer
from app.services.clock.reading import TimerRecord
from app.services.incidents.owners import resolve
from app.services.incidents.timer_rows import TIMER_COLUMNS, timer_record
from app.services.incidents.timing import Calendars

MOST_ROWS = 5000


class QueueView(StrEnum):
    """The tabs of the queue."""

    MINE = "mine"
    TEAM = "team"
    UNASSIGNED = "unassigned"
    BREACHED = "breached"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One open incident as the queue shows it. ``severity`` is a rank from 1, 0 where no dimension plays that part."""

    id: str
    number: int
    title: str
    origin: IncidentOrigin
    phase: Phase
    severity: int
    tier_rank: int
    channel: Channel | None
    customer: str
    segment: str
    product_area: str
    holder_id: str | None
    holder: str
    team: str
    timer: TimerRecord | None
    waiting_for: str | None


@dataclass(frozen=True, slots=True)
class Queue:
    """Rows of one view and how many each view holds."""

    view: QueueView
    rows: tuple[QueueRow, ...]
    counts: Mapping[QueueView, int]


@dataclass(frozen=True, slots=True)
class Receiver:
    """Somebody who can be handed an incident: a person, or a team through whoever is on duty there.

    ``owner`` is ``person:LOGIN`` or ``team:KEY``; ``answers`` the person who would be asked, empty where nobody is.
    """

    owner: str
    name: str
    teams: tuple[str, ...]
    person_id: str | None
    answers: str
    held: int
    urgent: int


@dataclass(frozen=True, slots=True)
class PartNames:
    """Which dimension plays which part, and what its choices are called."""

    keys: Mapping[Part, str]
    labels: Mapping[tuple[str, str], str]
    ranks: Mapping[tuple[str, str], int]

    def label(self, part: Part, facts: Mapping[str, Any]) -> str:
        """The words of the fact that plays ``part``; empty where there is none."""
        key = self.keys.get(part, "")
        value = facts.get(key)
        return self.labels.get((key, str(value)), str(value)) if value is not None else ""

    def rank(self, part: Part, facts: Mapping[str, Any]) -> int:
        """1 for the first choice of the dimension that plays ``part``; 0 where there is none."""
        key = self.keys.get(part, "")
        return self.ranks.get((key, str(facts.get(key))), 0)


def part_names(session: Session) -> PartNames:
    """The parts and choices that all versions share."""
    rows = session.execute(
        select(Dimension.key, Dimension.part, Choice.key, Choice.label, Choice.position)
        .outerjoin(Choice, Choice.dimension_id == Dimension.id)
        .order_by(Dimension.position, Choice.position)
    ).all()
    keys: dict[Part, str] = {}
    labels: dict[tuple[str, str], str] = {}
    ranks: dict[tuple[str, str], int] = {}
    counts: dict[str, int] = {}
    for dimension, part, choice, label, _position in rows:
        if part is not None:
            keys.setdefault(part, dimension)
        if choice is not None:
            labels[dimension, choice] = label
            counts[dimension] = ranks[dimension, choice] = counts.get(dimension, 0) + 1
    return PartNames(keys, labels, ranks)


def load_queue(session: Session, view: QueueView, person_id: str | None, now: datetime) -> Queue:
    """The rows of ``view`` for that person, and the counts of all views."""
    names = part_names(session)
    counts = {one: _count(session, one, person_id, now) for one in QueueView}
    return Queue(view, _rows(session, _of_view(view, person_id, now), names), counts)


def load_rows(session: Session, incident_ids: frozenset[str]) -> tuple[QueueRow, ...]:
    """The rows of those incidents that are still open: what a desk reloads after a change."""
    return _rows(session, Incident.id.in_(incident_ids), part_names(session))


def load_changed(
    session: Session, incident_ids: frozenset[str], view: QueueView, person_id: str | None, now: datetime
) -> Queue:
    """After a change: the rows of those incidents that stand in ``view`` now, and the counts of all views."""
    counts = {one: _count(session, one, person_id, now) for one in QueueView}
    where = Incident.id.in_(incident_ids) & _of_view(view, person_id, now)
    return Queue(view, _rows(session, where, part_names(session)), counts)


def receivers(session: Session, now: datetime) -> tuple[Receiver, ...]:
    """Whom an incident can be handed to, people first, with how many they hold and how many of those are overdue."""
    late = func.count().filter(Incident.due_at < now)
    loads = {
        row[0]: (row[1], row[2])
        for row in session.execute(
            select(Incident.holder_id, func.count(), late).where(_open()).group_by(Incident.holder_id)
        )
    }
    teams = session.execute(select(Team.id, Team.key, Team.name).where(Team.active).order_by(Team.name)).all()
    member_of: dict[str, list[str]] = {}
    members = select(Membership.person_id, Team.name).join(Team, Team.id == Membership.team_id).where(Team.active)
    for person_id, team in session.execute(members):
        member_of.setdefault(person_id, []).append(team)
    people = session.execute(
        select(Person.id, Person.login, Person.name).where(Person.active).order_by(Person.name)
    ).all()
    names = {row.id: row.name for row in people}
    found = [
        Receiver(
            f"person:{row.login}", row.name, tuple(sorted(member_of.get(row.id, ()))), row.id, row.name,
            *loads.get(row.id, (0, 0)),
        )
        for row in people
    ]  # fmt: skip
    for row in teams:
        asked = resolve(session, f"team:{row.key}", now).named_id
        found.append(
            Receiver(f"team:{row.key}", row.name, (), asked, names.get(asked or "", ""), *loads.get(asked, (0, 0)))
        )
    return tuple(found)


def _open() -> Any:
    return (Incident.closed_at.is_(None)) & (Incident.origin != IncidentOrigin.HISTORY)


def _of_view(view: QueueView, person_id: str | None, now: datetime) -> Any:
    if view is QueueView.MINE:
        asked = Incident.holder_id.is_(None) & (Incident.asked_id == person_id)
        return or_(Incident.holder_id == person_id, asked, _must_answer(person_id))
    if view is QueueView.TEAM:
        return Incident.team_id.in_(select(Membership.team_id).where(Membership.person_id == person_id))
    if view is QueueView.UNASSIGNED:
        return Incident.holder_id.is_(None)
    if view is QueueView.BREACHED:
        return Incident.due_at < now
    return Incident.id.is_not(None)


def _must_answer(person_id: str | None) -> Any:
    """Whether everyone must acknowledge there, and this person has not."""
    return exists().where(
        Acknowledgement.incident_id == Incident.id,
        Acknowledgement.tier_entry == Incident.tier_entry,
        Acknowledgement.person_id == person_id,
        Acknowledgement.answered_at.is_(None),
        Incident.resolved_at.is_(None),
    )


def _count(session: Session, view: QueueView, person_id: str | None, now: datetime) -> int:
    return (
        session.scalar(select(func.count()).select_from(Incident).where(_open(), _of_view(view, person_id, now))) or 0
    )


def _most_urgent() -> Any:
    """The timer an incident shows: counting before paused, its own before a climb, then the earliest due.

    Asked for each incident by itself: a change of one row must not read the timers of all.
    """
    one = aliased(Timer)
    return (
        select(one.id)
        .where(one.incident_id == Incident.id, one.state.in_(OPEN_TIMER_STATES))
        .order_by((one.state == TimerState.PAUSED).self_group(), one.kind == TimerKind.STEP, one.due_at, one.id)
        .limit(1)
        .correlate(Incident)
        .scalar_subquery()
    )


def _statement(where: Any) -> Select[Any]:
    holder = aliased(Person)
    return (
        select(
            Incident.id,
            Incident.number,
            Incident.title,
            Incident.origin,
            Incident.phase,
            Incident.facts,
            Incident.tier_rank,
            Incident.channel,
            Customer.name,
            Incident.holder_id,
            holder.name,
            Team.name,
            Incident.waiting_for,
            *TIMER_COLUMNS,
        )
        .outerjoin(Customer, Customer.id == Incident.customer_id)
        .outerjoin(holder, holder.id == Incident.holder_id)
        .outerjoin(Team, Team.id == Incident.team_id)
        .outerjoin(Timer, Timer.id == _most_urgent())
        .where(_open(), where)
        .order_by(Incident.due_at.is_(None), Incident.due_at, Incident.number)
        .limit(MOST_ROWS)
    )


def _rows(session: Session, where: Any, names: PartNames) -> tuple[QueueRow, ...]:
    calendars = Calendars(session)
    return tuple(_row(row, names, calendars) for row in session.execute(_statement(where)))


def _row(row: Any, names: PartNames, calendars: Calendars) -> QueueRow:
    facts = row[5] or {}
    return QueueRow(
        id=row[0],
        number=row[1],
        title=row[2],
        origin=row[3],
        phase=row[4],
        severity=names.rank(Part.SEVERITY, facts),
        tier_rank=row[6],
        channel=row[7],
        customer=row[8] or "",
        segment=names.label(Part.SEGMENT, facts),
        product_area=names.label(Part.PRODUCT_AREA, facts),
        holder_id=row[9],
        holder=row[10] or "",
        team=row[11] or "",
        waiting_for=row[12],
        timer=timer_record(row[13:], calendars) if row[13] is not None else None,
    )
