"""The outbox: what must leave the database, leased by one watch at a time, with a key that makes a retry known.

Firing is exactly once; delivery is at least once with the same key, so that a receiver can recognise a repeat.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.enums import MessageState, OutboxState, Role
from app.models.incident import TextBody
from app.models.message import Message, Outbox
from app.services.database.database import Database
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.messages.withdrawal import withdraw

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=300)
TRIES = 6
FIRST_WAIT = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Letter:
    """One outbox row on its way. ``attempt`` fences: only the holder of the last lease may mark it."""

    id: str
    key: str
    channel: str
    recipient: str
    subject: str
    body: str
    attempt: int


class Refused(Exception):
    """The channel refused for good; trying again cannot help."""


class Carrier(Protocol):
    """Delivers letters of one channel. Raises ``Refused`` for good, any other error for another try."""

    @property
    def channel(self) -> str:
        """The outbox channel whose letters it takes."""
        ...

    def deliver(self, letter: Letter) -> None:
        """Hands the letter over; returns once the other side has taken it."""
        ...


@dataclass(frozen=True, kw_only=True)
class LeaseLetters(Operation):
    """Leases what is due. Result: ``{"letters": [id, …]}``."""

    channels: tuple[str, ...]
    limit: int = 20
    needs: ClassVar[Role] = Role.VIEWER


@dataclass(frozen=True, kw_only=True)
class LetterTaken(Operation):
    """The other side has taken the letter."""

    letter_id: str
    attempt: int
    needs: ClassVar[Role] = Role.VIEWER


@dataclass(frozen=True, kw_only=True)
class LetterFailed(Operation):
    """A try failed; ``final`` where another one cannot help."""

    letter_id: str
    attempt: int
    error: str
    final: bool = False
    needs: ClassVar[Role] = Role.VIEWER


def deliver_due(database: Database, carriers: tuple[Carrier, ...]) -> int:
    """Delivers what is due now; returns how many letters were taken."""
    by_channel = {carrier.channel: carrier for carrier in carriers}
    if not by_channel or not database.read(_waiting, tuple(by_channel), database.clock.now()):
        return 0
    leased = database.apply(LeaseLetters(channels=tuple(by_channel))).result["letters"]
    taken = 0
    for letter in database.read(_letters, tuple(leased)):
        taken += _deliver(database, by_channel[letter.channel], letter)
    return taken


def _deliver(database: Database, carrier: Carrier, letter: Letter) -> bool:
    try:
        carrier.deliver(letter)
    except Refused as error:
        database.apply(LetterFailed(letter_id=letter.id, attempt=letter.attempt, error=str(error), final=True))
        return False
    except Exception as error:  # noqa: BLE001 - whatever a carrier raises is a failed try
        log.info("letter %s was not taken: %s", letter.key, error)
        database.apply(LetterFailed(letter_id=letter.id, attempt=letter.attempt, error=str(error)))
        return False
    database.apply(LetterTaken(letter_id=letter.id, attempt=letter.attempt))
    return True


def _due(channels: tuple[str, ...], at: Any) -> Any:
    free = Outbox.leased_until.is_(None) | (Outbox.leased_until <= at)
    states = (OutboxState.QUEUED, OutboxState.FAILED, OutboxState.LEASED)
    return (
        select(Outbox)
        .where(Outbox.channel.in_(channels), Outbox.state.in_(states), Outbox.not_before <= at, free)
        .order_by(Outbox.not_before, Outbox.id)
    )


def _waiting(session: Session, channels: tuple[str, ...], at: Any) -> bool:
    return session.scalar(_due(channels, at).with_only_columns(Outbox.id).limit(1)) is not None


def _letters(session: Session, ids: tuple[str, ...]) -> tuple[Letter, ...]:
    rows = session.execute(
        select(Outbox, TextBody.body).outerjoin(TextBody, TextBody.id == Outbox.text_id).where(Outbox.id.in_(ids))
    ).all()
    return tuple(
        Letter(row.id, row.key, row.channel, row.recipient, row.subject, body or "", row.attempt) for row, body in rows
    )


@handles(LeaseLetters)
def lease_letters(work: UnitOfWork, operation: LeaseLetters) -> dict[str, Any]:
    """Skips what another watch is leasing just now."""
    rows = work.session.scalars(
        _due(operation.channels, work.now).limit(operation.limit).with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.state, row.leased_until = OutboxState.LEASED, work.now + LEASE
        row.attempt += 1
    return {"letters": [row.id for row in rows]}


@handles(LetterTaken)
def letter_taken(work: UnitOfWork, operation: LetterTaken) -> dict[str, Any]:
    """Makes the message final; a letter leased anew meanwhile is left to its new holder."""
    row = work.get(Outbox, operation.letter_id, "That letter")
    if row.attempt != operation.attempt:
        return {"state": row.state.value}
    row.state, row.sent_at, row.leased_until, row.last_error = OutboxState.SENT, work.now, None, None
    message = work.session.get(Message, row.message_id) if row.message_id else None
    if message is not None and message.state is MessageState.PROVISIONAL:
        message.state, message.left_at = MessageState.SENT, work.now
    return {"state": row.state.value}


@handles(LetterFailed)
def letter_failed(work: UnitOfWork, operation: LetterFailed) -> dict[str, Any]:
    """Waits twice as long after each try; after the last one the message's effect is withdrawn."""
    row = work.get(Outbox, operation.letter_id, "That letter")
    if row.attempt != operation.attempt:
        return {"state": row.state.value}
    row.last_error, row.leased_until = operation.error[:500], None
    if operation.final or row.attempt >= TRIES:
        row.state = OutboxState.DEAD
        message = work.session.get(Message, row.message_id) if row.message_id else None
        if message is not None and message.state is MessageState.PROVISIONAL:
            withdraw(work, message, MessageState.REFUSED, operation.error)
    else:
        row.state = OutboxState.FAILED
        row.not_before = work.now + FIRST_WAIT * 2 ** (row.attempt - 1)
    return {"state": row.state.value}
