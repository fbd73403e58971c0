"""What the record knows of an incident: response against target, who held it how long, events, messages, decisions."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.models.debrief import ActionItem, Debrief, DebriefBlock, DebriefEvent
from app.models.enums import ActionKind, ActionState, DebriefState, EventKind, MessageState
from app.models.incident import CreditEntry, Decision, TextBody
from app.models.message import Message
from app.models.people import Person
from app.models.timer import Timer
from app.services.database.errors import NotFound
from app.services.debriefs.form import BLOCKS, debrief_of, default_marks
from app.services.debriefs.lists import DebriefRow, list_debriefs
from app.services.debriefs.responses import (
    Held,
    Response,
    Update,
    held_by_person,
    held_by_tier,
    responses,
    updates,
)
from app.services.incidents.arrival import DE_ESCALATION
from app.services.incidents.case import load_case
from app.services.incidents.case_records import Case, EventRecord

__all__ = [
    "ActionRecord",
    "BlockRecord",
    "DebriefLine",
    "DebriefRecord",
    "DebriefRow",
    "DecisionRecord",
    "Held",
    "Response",
    "Update",
    "list_debriefs",
    "load_debrief",
    "load_record",
]


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

    @property
    def is_open(self) -> bool:
        """Whether it still waits for its answer."""
        return self.state in (ActionState.OPEN, ActionState.PROPOSED)


@dataclass(frozen=True, slots=True)
class DebriefLine:
    """An event with its marks in the debrief."""

    event: EventRecord
    in_story: bool
    customer_safe: bool

    @property
    def for_customer(self) -> bool:
        """Whether it stands in the customer's report."""
        return self.in_story and self.customer_safe


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """A recorded choice: what, why, what else was considered, who made and approved it."""

    what: str
    rationale: str
    alternatives: str
    trade_offs: str
    amount_minor: int | None
    currency: str
    state: str
    made_by: str
    made_at: datetime
    approved_by: str


@dataclass(frozen=True, slots=True)
class DebriefRecord:
    """The whole debrief: the incident, what the record knows, what people wrote. ``id`` is empty before its start."""

    id: str
    state: DebriefState
    started_at: datetime | None
    started_by: str
    case: Case
    responses: tuple[Response, ...]
    updates: tuple[Update, ...]
    held_by_tier: tuple[Held, ...]
    held_by_person: tuple[Held, ...]
    blocks: tuple[BlockRecord, ...]
    actions: tuple[ActionRecord, ...]
    lines: tuple[DebriefLine, ...]
    decisions: tuple[DecisionRecord, ...]
    messages_out: int
    messages_in: int
    credits: tuple[tuple[str, int], ...]
    """Currency and amount in minor units."""

    def block(self, key: str) -> BlockRecord:
        """The block of that key."""
        return next(block for block in self.blocks if block.key == key)

    @property
    def closed(self) -> bool:
        """Whether nothing may be written any more."""
        return self.state is DebriefState.CLOSED

    @property
    def open_actions(self) -> int:
        """Action items that wait for their answer."""
        return sum(1 for action in self.actions if action.is_open)

    @property
    def ended_at(self) -> datetime | None:
        """When the incident was closed, else resolved; None while it goes on."""
        return self.case.closed_at or self.case.resolved_at

    @property
    def kept_inside(self) -> tuple[int, int]:
        """Written blocks and events that do not reach the customer's report."""
        blocks = sum(1 for block in self.blocks if block.body.strip() and not block.customer_safe)
        return blocks, sum(1 for line in self.lines if not line.for_customer)

    @property
    def for_customer(self) -> tuple[int, int]:
        """Written blocks and events that reach the customer's report."""
        blocks = sum(1 for block in self.blocks if block.body.strip() and block.customer_safe)
        return blocks, sum(1 for line in self.lines if line.for_customer)


def load_debrief(session: Session, debrief_id: str, now: datetime) -> DebriefRecord:
    """Reads a debrief with everything its page and its report show; raises ``NotFound``."""
    debrief = session.get(Debrief, debrief_id)
    if debrief is None:
        raise NotFound("That debrief is no longer there.", "Go back to the list.")
    return _load(session, debrief, debrief.incident_id, now)


def load_record(session: Session, incident_id: str, now: datetime) -> DebriefRecord:
    """Reads an incident's debrief, or what the record alone knows where none was started; raises ``NotFound``."""
    found = debrief_of(session, incident_id)
    return _load(session, session.get(Debrief, found) if found else None, incident_id, now)


def _load(session: Session, debrief: Debrief | None, incident_id: str, now: datetime) -> DebriefRecord:
    case = load_case(session, incident_id, now)
    people = dict(session.execute(select(Person.id, Person.name)).all())
    timers = list(session.scalars(select(Timer).where(Timer.incident_id == case.id).order_by(Timer.started_at)))
    debrief_id = debrief.id if debrief is not None else ""
    return DebriefRecord(
        id=debrief_id,
        state=debrief.state if debrief is not None else DebriefState.TO_WRITE,
        started_at=debrief.started_at if debrief is not None else None,
        started_by=people.get((debrief.started_by_id if debrief is not None else "") or "", ""),
        case=case,
        responses=responses(timers),
        updates=updates(timers),
        held_by_tier=held_by_tier(case, now),
        held_by_person=held_by_person(case, now, people),
        blocks=_blocks(session, debrief_id),
        actions=_actions(session, debrief_id, people) if debrief_id else (),
        lines=_lines(session, debrief_id, case),
        decisions=_decisions(session, case.id),
        messages_out=_messages(session, case.id, incoming=False),
        messages_in=_messages(session, case.id, incoming=True),
        credits=_credits(session, case.id),
    )


def _blocks(session: Session, debrief_id: str) -> tuple[BlockRecord, ...]:
    if not debrief_id:
        return tuple(BlockRecord(key, "", False) for key in BLOCKS)
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
    """What happened, with its marks; that a debrief was started is no part of it."""
    events = (event for event in case.events if event.kind is not EventKind.DEBRIEF)
    if not debrief_id:
        gone = {one.data.get("message") for one in case.events if one.kind is EventKind.MESSAGE_WITHDRAWN}
        return tuple(DebriefLine(event, *_first_marks(event, gone)) for event in events)
    marks = {
        row.event_id: (row.in_story, row.customer_safe)
        for row in session.scalars(select(DebriefEvent).where(DebriefEvent.debrief_id == debrief_id))
    }
    return tuple(DebriefLine(event, *marks.get(event.id, (event.key, False))) for event in events)


def _first_marks(event: EventRecord, gone: Container[object]) -> tuple[bool, bool]:
    withdrawn = event.kind is EventKind.MESSAGE_SENT and event.data.get("message") in gone
    if event.kind is EventKind.TIER_ENTERED and event.data.get("cause") == DE_ESCALATION:
        return False, False  # the line of going down says it already
    return default_marks(event.kind, key=event.key, withdrawn=withdrawn)


def _decisions(session: Session, incident_id: str) -> tuple[DecisionRecord, ...]:
    why, other, cost = aliased(TextBody), aliased(TextBody), aliased(TextBody)
    made, approved = aliased(Person), aliased(Person)
    rows = session.execute(
        select(Decision, why.body, other.body, cost.body, made.name, approved.name)
        .outerjoin(why, why.id == Decision.rationale_id)
        .outerjoin(other, other.id == Decision.alternatives_id)
        .outerjoin(cost, cost.id == Decision.trade_offs_id)
        .outerjoin(made, made.id == Decision.made_by_id)
        .outerjoin(approved, approved.id == Decision.approved_by_id)
        .where(Decision.incident_id == incident_id)
        .order_by(Decision.made_at, Decision.id)
    ).all()
    return tuple(
        DecisionRecord(
            row.what,
            rationale or "",
            alternatives or "",
            trade_offs or "",
            row.amount_minor,
            row.currency or "",
            row.state,
            maker or "",
            row.made_at,
            approver or "",
        )
        for row, rationale, alternatives, trade_offs, maker, approver in rows
    )


LEFT = (MessageState.SENT, MessageState.PROVISIONAL)


def _messages(session: Session, incident_id: str, *, incoming: bool) -> int:
    question = select(func.count()).select_from(Message)
    question = question.where(Message.incident_id == incident_id, Message.incoming == incoming)
    if not incoming:
        question = question.where(Message.state.in_(LEFT))
    return session.execute(question).scalar_one()


def _credits(session: Session, incident_id: str) -> tuple[tuple[str, int], ...]:
    total = func.sum(CreditEntry.amount_minor)
    rows = session.execute(
        select(CreditEntry.currency, total)
        .where(CreditEntry.incident_id == incident_id)
        .group_by(CreditEntry.currency)
        .order_by(CreditEntry.currency)
    ).all()
    return tuple((currency, int(amount)) for currency, amount in rows)
