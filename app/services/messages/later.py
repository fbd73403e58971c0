"""What happened after a message, for the day on which it is taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.models.enums import EventKind, MessageState, TimerKind
from app.models.incident import Event
from app.models.message import Message
from app.services.clock.events import PAUSED_BY_DEFAULT
from app.services.database.work import UnitOfWork

ENDS = frozenset({EventKind.CLOSED, EventKind.WITHDRAWN, EventKind.MERGED})
GOES_ON = frozenset({EventKind.RESUMED, EventKind.RESOLVED})
ACKNOWLEDGING = frozenset(
    {
        EventKind.ACKNOWLEDGED,
        EventKind.TAKEN,
        EventKind.ACCEPTED,
        EventKind.CONTAINED,
        EventKind.RESOLVED,
        EventKind.MESSAGE_SENT,
    }
)
"""What acknowledges an incident that nobody has acknowledged yet."""


@dataclass(frozen=True, slots=True)
class Later:
    """Something that happened; ``message`` where it is a message that still counts."""

    kind: EventKind
    at: datetime
    person_id: str | None
    data: Mapping[str, Any]
    message: Message | None

    @property
    def acknowledges(self) -> bool:
        """Whether it acknowledges an incident that nobody has acknowledged: a message of the watch does not."""
        return self.kind in ACKNOWLEDGING and (self.message is None or self.message.author_id is not None)

    @property
    def ends(self) -> bool:
        """Whether it ended the incident: another one merged into it did not."""
        return self.kind in ENDS and "merged" not in self.data

    def pauses(self, kind: TimerKind) -> bool:
        """Whether timers of that kind stand still from then on."""
        return self.kind is EventKind.WAITING and kind.value in self.data.get("pauses", PAUSED_BY_DEFAULT)


@dataclass(frozen=True, slots=True)
class Since:
    """What happened after a message, in order, and the wait that lasted when it was sent."""

    events: tuple[Later, ...]
    waiting: Later | None

    def messages_to(self, customer_id: str | None) -> list[Message]:
        """The messages to a customer among it."""
        return [one.message for one in self.events if one.message and one.message.customer_id == customer_id]


def since(work: UnitOfWork, message: Message) -> Since:
    """What happened after it; messages that were taken back too are passed over."""
    mine = Event.incident_id == message.incident_id
    events = work.session.scalars(select(Event).where(mine).order_by(Event.at, Event.recorded_at, Event.id)).all()
    own = next(one for one in events if one.kind is EventKind.MESSAGE_SENT and one.data.get("message") == message.id)
    counting = {
        one.id: one
        for one in work.session.scalars(
            select(Message).where(
                Message.incident_id == message.incident_id,
                ~Message.incoming,
                Message.state.in_((MessageState.PROVISIONAL, MessageState.SENT)),
            )
        )
    }
    found: list[Later] = []
    waiting: Later | None = None
    for event in events:
        sent = counting.get(event.data.get("message", "")) if event.kind is EventKind.MESSAGE_SENT else None
        one = Later(event.kind, event.at, event.person_id, event.data, sent)
        if (event.recorded_at, event.id) <= (own.recorded_at, own.id) or event.operation_id == own.operation_id:
            if event.kind is EventKind.WAITING or event.kind in GOES_ON:
                waiting = one if event.kind is EventKind.WAITING else None
        elif event.kind is not EventKind.MESSAGE_SENT or sent is not None:
            found.append(one)
    return Since(tuple(found), waiting)
