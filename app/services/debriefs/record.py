"""What the record knows of an incident: response against target, who held it how long, events, messages, decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.debrief import ActionItem, Debrief, DebriefBlock, DebriefEvent
from app.models.enums import (
    ActionKind,
    ActionState,
    DebriefState,
    EventKind,
    IncidentOrigin,
    Part,
    TimerKind,
    TimerState,
)
from app.models.incident import CreditEntry, Decision, Incident, TextBody
from app.models.message import Message
from app.models.people import Person
from app.models.timer import Timer
from app.services.database.errors import NotFound
from app.services.debriefs.form import BLOCKS
from app.services.incidents.case import Case, EventRecord, load_case
from app.services.incidents.queue import PartNames, part_names


@dataclass(frozen=True, slots=True)
class Response:
    """How one kind of timer went: seconds used of seconds allowed, both counted; None while it has no verdict."""

    kind: TimerKind
    used_seconds: int
    target_seconds: int
    met: bool | None
    excused: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """How long a tier or person had it, in wall seconds."""

    rank: int
    name: str
    seconds: int


@dataclass(frozen=True, slots=True)
class BlockRecord:
    """What stands under one heading."""

    key: str
    body: str
    customer_safe: bool


@dataclass(frozen=True, slots=True)
class ActionRecord:
    """A follow-up as the form lists it."""

    id: str
    what: str
    kind: ActionKind
    owner_id: str | None
    owner: str
    due: date | None
    state: ActionState
    reason: str
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class DebriefLine:
    """An event with its marks in the debrief."""

    event: EventRecord
    in_story: bool
    customer_safe: bool


@dataclass(frozen=True, slots=True)
class DebriefRecord:
    """The whole debrief: the incident, what the record knows and what people wrote."""

    id: str
    state: DebriefState
    started_at: datetime
    started_by: str
    case: Case
    responses: tuple[Response, ...]
    updates_on_time: tuple[bool, ...]
    held_by_tier: tuple[Held, ...]
    held_by_person: tuple[Held, ...]
    blocks: tuple[BlockRecord, ...]
    actions: tuple[ActionRecord, ...]
    lines: tuple[DebriefLine, ...]
    decisions: int
    messages_out: int
    messages_in: int
    credit_minor: int

    def block(self, key: str) -> BlockRecord:
        """The block of that key."""
        return next(block for block in self.blocks if block.key == key)


@dataclass(frozen=True, slots=True)
class DebriefRow:
    """A debrief, or an incident that waits for one, as lists show it."""

    incident_id: str
    number: int
    title: str
    severity: int
    debrief_id: str | None
    state: DebriefState
    ended_at: datetime | None
    open_actions: int


def load_debrief(session: Session, debrief_id: str, now: datetime) -> DebriefRecord:
    """Reads a debrief with everything its page and its report show."""
    debrief = session.get(Debrief, debrief_id)
    if debrief is None:
        raise NotFound("That debrief is no longer there.", "Go back to the list.")
    case = load_case(session, debrief.incident_id, now)
    people = dict(session.execute(select(Person.id, Person.name)).tuples().all())
    timers = list(session.scalars(select(Timer).where(Timer.incident_id == case.id).order_by(Timer.started_at)))
    return DebriefRecord(
        id=debrief.id,
        state=debrief.state,
        started_at=debrief.started_at,
        started_by=people.get(debrief.started_by_id or "", ""),
        case=case,
        responses=responses(timers),
        updates_on_time=tuple(
            timer.state is TimerState.MET for timer in timers if _is_verdict(timer) and timer.kind in UPDATES
        ),
        held_by_tier=held_by_tier(case, now),
        held_by_person=held_by_person(case, now, people),
        blocks=_blocks(session, debrief.id),
        actions=_actions(session, debrief.id, people),
        lines=_lines(session, debrief.id, case),
        decisions=len(session.scalars(select(Decision.id).where(Decision.incident_id == case.id)).all()),
        messages_out=_messages(session, case.id, incoming=False),
        messages_in=_messages(session, case.id, incoming=True),
        credit_minor=sum(session.scalars(select(CreditEntry.amount_minor).where(CreditEntry.incident_id == case.id))),
    )


UPDATES = (TimerKind.FIRST_UPDATE, TimerKind.NEXT_UPDATE)
SHOWN = (TimerKind.ACKNOWLEDGE, TimerKind.FIRST_UPDATE, TimerKind.CONTAIN, TimerKind.RESOLVE)


def _is_verdict(timer: Timer) -> bool:
    return timer.state in (TimerState.MET, TimerState.MET_LATE)


def responses(timers: Iterable[Timer]) -> tuple[Response, ...]:
    """Response against target: of each kind the first pass, the last one of resolve."""
    found = []
    for kind in SHOWN:
        mine = [timer for timer in timers if timer.kind is kind and timer.state is not TimerState.CANCELLED]
        if not mine:
            continue
        timer = mine[-1] if kind is TimerKind.RESOLVE else mine[0]
        met = timer.state is TimerState.MET if _is_verdict(timer) else None
        found.append(Response(kind, timer.used_seconds, timer.target_seconds, met, timer.excused_id is not None))
    return tuple(found)


def held_by_tier(case: Case, now: datetime) -> tuple[Held, ...]:
    """Wall time from entry to entry, the last one until the resolution."""
    end = case.resolved_at or case.closed_at or now
    held: dict[tuple[int, str], int] = {}
    for band in case.bands:
        if band.entered_at is not None:
            left = band.left_at or max(end, band.entered_at)
            key = (band.rank, band.name)
            held[key] = held.get(key, 0) + max(0, int((left - band.entered_at).total_seconds()))
    return tuple(Held(rank, name, seconds) for (rank, name), seconds in held.items())


def held_by_person(case: Case, now: datetime, people: Mapping[str, str]) -> tuple[Held, ...]:
    """Wall time from holder to holder."""
    end = case.resolved_at or case.closed_at or now
    changes = [event for event in case.events if event.kind in (EventKind.TAKEN, EventKind.ACCEPTED)]
    held: dict[str, int] = {}
    for place, event in enumerate(changes):
        left = changes[place + 1].at if place + 1 < len(changes) else max(end, event.at)
        name = people.get(event.data.get("holder") or event.person_id or "", "")
        held[name] = held.get(name, 0) + int((left - event.at).total_seconds())
    return tuple(Held(0, name, seconds) for name, seconds in held.items() if name)


def _blocks(session: Session, debrief_id: str) -> tuple[BlockRecord, ...]:
    rows = session.execute(
        select(DebriefBlock.key, TextBody.body, DebriefBlock.customer_safe)
        .outerjoin(TextBody, TextBody.id == DebriefBlock.text_id)
        .where(DebriefBlock.debrief_id == debrief_id)
    ).all()
    found = {row.key: BlockRecord(row.key, row.body or "", row.customer_safe) for row in rows}
    return tuple(found.get(key, BlockRecord(key, "", False)) for key in BLOCKS)


def _actions(session: Session, debrief_id: str, people: Mapping[str, str]) -> tuple[ActionRecord, ...]:
    rows = session.scalars(select(ActionItem).where(ActionItem.debrief_id == debrief_id).order_by(ActionItem.id)).all()
    return tuple(
        ActionRecord(
            row.id,
            row.what,
            row.kind,
            row.owner_id,
            people.get(row.owner_id or "", ""),
            row.due,
            row.state,
            row.reason,
            row.done_at,
        )
        for row in rows
    )


def _lines(session: Session, debrief_id: str, case: Case) -> tuple[DebriefLine, ...]:
    marks = {
        row.event_id: (row.in_story, row.customer_safe)
        for row in session.scalars(select(DebriefEvent).where(DebriefEvent.debrief_id == debrief_id))
    }
    return tuple(DebriefLine(event, *marks.get(event.id, (event.key, False))) for event in case.events)


def _messages(session: Session, incident_id: str, *, incoming: bool) -> int:
    return len(
        session.scalars(
            select(Message.id).where(Message.incident_id == incident_id, Message.incoming == incoming)
        ).all()
    )


def list_debriefs(session: Session) -> tuple[DebriefRow, ...]:
    """Resolved incidents that wait for a debrief, then debriefs in progress, then closed ones."""
    names = part_names(session)
    open_states = (ActionState.OPEN, ActionState.PROPOSED)
    rows = session.execute(
        select(Incident, Debrief)
        .outerjoin(Debrief, Debrief.incident_id == Incident.id)
        .where(
            Incident.origin == IncidentOrigin.LIVE,
            Incident.resolved_at.is_not(None) | Debrief.id.is_not(None),
        )
        .order_by(Incident.resolved_at.desc())
        .limit(500)
    ).all()
    open_items: dict[str, int] = {}
    for debrief_id in session.scalars(select(ActionItem.debrief_id).where(ActionItem.state.in_(open_states))):
        open_items[debrief_id] = open_items.get(debrief_id, 0) + 1
    return tuple(_debrief_row(incident, debrief, names, open_items) for incident, debrief in rows)


def _debrief_row(
    incident: Incident, debrief: Debrief | None, names: PartNames, open_items: Mapping[str, int]
) -> DebriefRow:
    return DebriefRow(
        incident.id,
        incident.number,
        incident.title,
        names.rank(Part.SEVERITY, incident.facts),
        debrief.id if debrief is not None else None,
        debrief.state if debrief is not None else DebriefState.TO_WRITE,
        incident.resolved_at,
        open_items.get(debrief.id, 0) if debrief is not None else 0,
    )
