"""The debrief form: started from the record, written block by block, closed when every action item is answered for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.debrief import ActionItem, Debrief, DebriefBlock, DebriefEvent
from app.models.enums import ActionState, DebriefState, EventKind, Role
from app.models.incident import Event, Incident, TextBody
from app.services.database.errors import Conflict, Difference, NotFound, StateError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork

BLOCKS = (
    "summary",
    "impact",
    "factors",
    "went_well",
    "was_hard",
    "got_lucky",
    "surprised",
    "learned",
)
SAFE_EVENTS = frozenset(
    {
        EventKind.OPENED,
        EventKind.CUSTOMER_MESSAGE,
        EventKind.ACKNOWLEDGED,
        EventKind.MESSAGE_SENT,
        EventKind.CONTAINED,
        EventKind.RESOLVED,
        EventKind.CLOSED,
        EventKind.REOPENED,
        EventKind.THANKED,
    }
)
"""Events that a customer has seen or been told of; others start as internal."""
STORY_EVENTS = SAFE_EVENTS | {
    EventKind.TIER_ENTERED,
    EventKind.DE_ESCALATED,
    EventKind.STEPPED_BACK,
    EventKind.PROMISE_DROPPED,
    EventKind.BREACHED,
    EventKind.DECISION,
    EventKind.ACCEPTED,
}


@dataclass(frozen=True, kw_only=True)
class StartDebrief(Operation):
    """Starts the debrief of an incident, once. Result: ``{"debrief_id"}``."""

    incident_id: str


@dataclass(frozen=True, kw_only=True)
class WriteBlock(Operation):
    """Keeps what people wrote under one heading. ``seen`` is the text its author started from."""

    debrief_id: str
    key: str
    body: str
    seen: str | None = None


@dataclass(frozen=True, kw_only=True)
class MarkBlock(Operation):
    """Lets a block into the customer's report, or keeps it inside."""

    debrief_id: str
    key: str
    customer_safe: bool


@dataclass(frozen=True, kw_only=True)
class MarkEvent(Operation):
    """Puts an event into the story or the customer's report, or takes it out."""

    debrief_id: str
    event_id: str
    in_story: bool
    customer_safe: bool


@dataclass(frozen=True, kw_only=True)
class CloseDebrief(Operation):
    """Closes a debrief. Every action item must be done or marked *not doing* with a reason."""

    debrief_id: str
    needs: ClassVar[Role] = Role.LEAD


def default_marks(kind: EventKind, *, key: bool, withdrawn: bool = False) -> tuple[bool, bool]:
    """Whether an event starts in the story, and whether in the customer's report.

    A message that was taken back never reached the customer, so it starts outside both.
    """
    if withdrawn:
        return False, False
    return key or kind in STORY_EVENTS, kind in SAFE_EVENTS


def debrief_of(session: Session, incident_id: str) -> str | None:
    """The id of an incident's debrief; None before it was started."""
    return session.scalar(select(Debrief.id).where(Debrief.incident_id == incident_id))


def writable(work: UnitOfWork, debrief_id: str) -> Debrief:
    """The debrief, if it is not closed."""
    debrief = work.get(Debrief, debrief_id, "That debrief", lock=True)
    if debrief.state is DebriefState.CLOSED:
        raise StateError("This debrief is closed.", "Read it, or start from its action items.")
    return debrief


@handles(StartDebrief)
def start_debrief(work: UnitOfWork, operation: StartDebrief) -> dict[str, Any]:
    """Starting twice finds the first one. The record's events are sorted into the story beforehand."""
    incident = work.get(Incident, operation.incident_id, "That incident", lock=True)
    held = debrief_of(work.session, incident.id)
    if held is not None:
        return {"debrief_id": held}
    debrief = work.add(Debrief(id=new_id(), incident_id=incident.id, started_by_id=work.actor.id, started_at=work.now))
    work.session.flush()
    for key in BLOCKS:
        work.add(DebriefBlock(id=new_id(), debrief_id=debrief.id, key=key))
    events = work.session.execute(
        select(Event.id, Event.kind, Event.key, Event.data).where(Event.incident_id == incident.id)
    ).all()
    withdrawn = {row.data.get("message") for row in events if row.kind is EventKind.MESSAGE_WITHDRAWN}
    for event_id, kind, is_key, data in events:
        gone = kind is EventKind.MESSAGE_SENT and data.get("message") in withdrawn
        in_story, safe = default_marks(kind, key=is_key, withdrawn=gone)
        work.add(
            DebriefEvent(id=new_id(), debrief_id=debrief.id, event_id=event_id, in_story=in_story, customer_safe=safe)
        )
    work.event(incident.id, EventKind.DEBRIEF, debrief=debrief.id)
    return {"debrief_id": debrief.id}


@handles(WriteBlock)
def write_block(work: UnitOfWork, operation: WriteBlock) -> dict[str, Any]:
    """Raises ``Conflict`` with both texts where somebody else wrote meanwhile."""
    debrief = writable(work, operation.debrief_id)
    block = _block(work, debrief.id, operation.key)
    stands = work.session.scalar(select(TextBody.body).where(TextBody.id == block.text_id)) or ""
    if operation.seen is not None and stands not in (operation.seen, operation.body):
        raise Conflict(
            "Somebody wrote here while you were writing.",
            (Difference(operation.key, operation.seen, stands, operation.body),),
        )
    if stands != operation.body:
        text_id = work.text(operation.body)
        work.session.flush()
        block.text_id = text_id
    return {}


def _block(work: UnitOfWork, debrief_id: str, key: str) -> DebriefBlock:
    found = work.session.scalars(
        select(DebriefBlock).where(DebriefBlock.debrief_id == debrief_id, DebriefBlock.key == key)
    ).first()
    if found is None:
        raise NotFound(f"A debrief has no block “{key}”.", f"Use one of {', '.join(BLOCKS)}.")
    return found


@handles(MarkBlock)
def mark_block(work: UnitOfWork, operation: MarkBlock) -> dict[str, Any]:
    """Sets the switch of one block."""
    debrief = writable(work, operation.debrief_id)
    _block(work, debrief.id, operation.key).customer_safe = operation.customer_safe
    return {}


@handles(MarkEvent)
def mark_event(work: UnitOfWork, operation: MarkEvent) -> dict[str, Any]:
    """Sets both marks of one event; one that came after the start is taken in."""
    debrief = writable(work, operation.debrief_id)
    row = work.session.scalars(
        select(DebriefEvent).where(DebriefEvent.debrief_id == debrief.id, DebriefEvent.event_id == operation.event_id)
    ).first()
    if row is None:
        event = work.get(Event, operation.event_id, "That event")
        if event.incident_id != debrief.incident_id:
            raise NotFound("That event belongs to another incident.", "Choose one of this incident.")
        row = work.add(DebriefEvent(id=new_id(), debrief_id=debrief.id, event_id=event.id))
    row.in_story, row.customer_safe = operation.in_story, operation.customer_safe
    return {}


@handles(CloseDebrief)
def close_debrief(work: UnitOfWork, operation: CloseDebrief) -> dict[str, Any]:
    """Refused while an action item is open, or the summary is empty."""
    debrief = writable(work, operation.debrief_id)
    summary = work.session.scalar(
        select(TextBody.body).where(TextBody.id == _block(work, debrief.id, "summary").text_id)
    )
    if not (summary or "").strip():
        raise StateError("The summary is empty.", "Say in two lines what happened.")
    open_items = work.session.scalars(
        select(ActionItem.what).where(
            ActionItem.debrief_id == debrief.id,
            ActionItem.state.in_([ActionState.OPEN, ActionState.PROPOSED]),
        )
    ).all()
    if open_items:
        count = len(open_items)
        words = "One action item is" if count == 1 else f"{count} action items are"
        raise StateError(f"{words} still open.", "Finish it, or mark it “not doing” with a reason.")
    debrief.state, debrief.closed_at = DebriefState.CLOSED, work.now
    return {}
