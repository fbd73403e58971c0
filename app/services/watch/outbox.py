"""The outbox: what must leave the database, leased by one watch at a time, with a key that makes a retry known.

Firing is exactly once; delivery is at least once with the same key and the same words, so that a receiver can
recognise a repeat. No channel here delivers at most once (as calls and SMS of one's own would), so no letter ends as
*unknown*: what is in doubt is sent again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models.enums import MessageState, OutboxState, Role
from app.models.incident import TextBody
from app.models.message import Message, Outbox
from app.models.people import Person
from app.services.database.database import Database
from app.services.database.operations import Operation, handles
from app.services.database.work import UnitOfWork
from app.services.messages.withdrawal import withdraw
from app.services.watch.bundling import Bundle
from app.services.watch.waiting import OPEN_STATES, Departures, departures, due, told_of
from app.services.watch.words import document, letter

log = logging.getLogger(__name__)

STEP_SECONDS = 10.0
"""How long one step of a delivery may take: to connect, to send, to be answered."""
LETTER_SECONDS = 20.0
"""How long after its begin a delivery may begin another step: so the longest takes 30 s."""
LEASE = 10 * timedelta(seconds=STEP_SECONDS + LETTER_SECONDS)
BATCH = 8
"""Letters a lease: one after the other, even if each takes longest, all are done before the lease ends."""
TRIES, ALERT_TRIES = 6, 12
"""A message given up early tells its author while there is time to call; an alert outlasts an hour without mail."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=15), timedelta(minutes=10)
LONGEST_ASKED = timedelta(hours=1)
"""What a receiver may ask us to wait before another try."""


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


class TryLater(Exception):
    """The other side said when to try again."""

    def __init__(self, said: str, after: timedelta) -> None:
        super().__init__(said)
        self.after = after


class Carrier(Protocol):
    """Delivers letters of one channel. Raises ``Refused`` for good, any other error for another try."""

    @property
    def channel(self) -> str:
        """The outbox channel whose letters it takes."""
        ...

    def deliver(self, letter: Letter) -> None:
        """Hands the letter over within 30 s; returns once the other side has taken it."""
        ...


@dataclass(frozen=True, kw_only=True)
class LeaseLetters(Operation):
    """Leases what is due: messages first, then alerts, bundled. Result: ``{"letters": [id, …], "cancelled"}``."""

    channels: tuple[str, ...]
    limit: int = BATCH
    needs: ClassVar[Role] = Role.VIEWER


@dataclass(frozen=True, kw_only=True)
class LetterTaken(Operation):
    """The other side has taken the letter."""

    letter_id: str
    attempt: int
    needs: ClassVar[Role] = Role.VIEWER


@dataclass(frozen=True, kw_only=True)
class LetterFailed(Operation):
    """A try failed; ``final`` where another one cannot help, ``after`` (seconds) where it may not come sooner."""

    letter_id: str
    attempt: int
    error: str
    final: bool = False
    after: int = 0
    needs: ClassVar[Role] = Role.VIEWER


def deliver_due(database: Database, carriers: tuple[Carrier, ...]) -> int:
    """Delivers what is due now, batch by batch; returns how many letters were taken."""
    by_channel = {carrier.channel: carrier for carrier in carriers}
    channels, taken = tuple(by_channel), 0
    if not channels:
        return 0
    while database.read(anything_waiting, channels, database.clock.now()):
        leased = database.apply(LeaseLetters(channels=channels)).result["letters"]
        for one in database.read(_letters, tuple(leased)):
            taken += _deliver(database, by_channel[one.channel], one)
        if len(leased) < BATCH:
            break
    return taken


def channels_due(session: Session, channels: tuple[str, ...], at: datetime) -> frozenset[str]:
    """Of these channels those for which anything has come due, without asking whether it may leave just now."""
    return frozenset(session.scalars(select(Outbox.channel).where(due(channels, at)).distinct()))


def _deliver(database: Database, carrier: Carrier, one: Letter) -> bool:
    try:
        carrier.deliver(one)
    except Exception as error:  # noqa: BLE001 - whatever a carrier raises is a failed try
        log.info("letter %s was not taken: %s", one.key, error)
        after = int(error.after.total_seconds()) if isinstance(error, TryLater) else 0
        final = isinstance(error, Refused)
        said = str(error) or type(error).__name__
        database.apply(LetterFailed(letter_id=one.id, attempt=one.attempt, error=said, final=final, after=after))
        return False
    database.apply(LetterTaken(letter_id=one.id, attempt=one.attempt))
    return True


def anything_waiting(session: Session, channels: tuple[str, ...], at: datetime) -> bool:
    """Whether a lease would do anything, without writing."""
    if session.scalar(select(Outbox.id).where(due(channels, at)).limit(1)) is None:
        return False
    if session.scalar(_messages(channels, at).with_only_columns(Outbox.id).limit(1)) is not None:
        return True
    found = departures(session, channels, at, LEASE)
    return bool(found.letters or found.needless)


def _messages(channels: tuple[str, ...], at: datetime) -> Any:
    return select(Outbox).where(due(channels, at), Outbox.person_id.is_(None)).order_by(Outbox.not_before, Outbox.id)


def _letters(session: Session, ids: tuple[str, ...]) -> tuple[Letter, ...]:
    rows = session.execute(
        select(Outbox, TextBody.body).outerjoin(TextBody, TextBody.id == Outbox.text_id).where(Outbox.id.in_(ids))
    ).all()
    found = {
        row.id: Letter(row.id, row.key, row.channel, row.recipient, row.subject, body or "", row.attempt)
        for row, body in rows
    }
    return tuple(found[one] for one in ids)


@handles(LeaseLetters)
def lease_letters(work: UnitOfWork, operation: LeaseLetters) -> dict[str, Any]:
    """Skips what another watch is leasing just now; where both wait, messages and alerts share the batch."""
    channels, limit = operation.channels, operation.limit
    found = _alerts(work, channels)
    for row_id, reason in found.needless:
        _end(work, work.get(Outbox, row_id, "That letter"), OutboxState.CANCELLED, reason)
    most = limit - min(len(found.letters), limit // 2)
    rows = work.session.scalars(_messages(channels, work.now).limit(most).with_for_update(skip_locked=True)).all()
    for row in rows:
        _lease(work, row)
    leased = [row.id for row in rows]
    leased += [one for bundle in found.letters[: limit - len(rows)] if (one := _lease_bundle(work, bundle))]
    return {"letters": leased, "cancelled": len(found.needless)}


def _alerts(work: UnitOfWork, channels: tuple[str, ...]) -> Departures:
    waiting = select(Outbox.id).where(due(channels, work.now), Outbox.person_id.is_not(None))
    if work.session.scalar(waiting.limit(1)) is None:
        return Departures((), ())
    work.alone("letters to people")  # two watches at once would each send a letter where one may leave
    return departures(work.session, channels, work.now, LEASE)


def _lease(work: UnitOfWork, row: Outbox) -> None:
    row.state, row.leased_until = OutboxState.LEASED, work.now + LEASE
    row.attempt += 1


def _lease_bundle(work: UnitOfWork, bundle: Bundle) -> str | None:
    """Leases the row that carries the letter; the words are written at the first try and stay.

    None where the watch that held it last has marked it just now.
    """
    row = work.get(Outbox, bundle.carrier, "That letter", lock=True)
    if row.state not in OPEN_STATES or (row.leased_until is not None and row.leased_until > work.now):
        return None
    if not bundle.tried:
        _write(work, row, bundle.ids)
        work.session.execute(update(Outbox).where(Outbox.id.in_(bundle.ids[1:])).values(bundle_id=row.id))
    _lease(work, row)
    _follow(work, row)
    return row.id


def _write(work: UnitOfWork, row: Outbox, ids: Iterable[str]) -> None:
    told = told_of(work.session, ids)
    person = work.get(Person, row.person_id or "", "The person of a letter")
    subject, body = letter(told, person.time_zone)
    if row.channel == "webhook":
        body = document(told, row.key, person.time_zone)
    text_id = work.text(body)
    work.session.flush()  # the words must stand before the row that refers to them
    row.subject, row.text_id = subject, text_id


def _follow(work: UnitOfWork, row: Outbox) -> None:
    """What a letter carries beside its own alert shares its fate."""
    work.session.flush()
    if row.person_id is None:
        return
    # person and channel are what the index knows
    work.session.execute(
        update(Outbox)
        .where(Outbox.person_id == row.person_id, Outbox.channel == row.channel, Outbox.bundle_id == row.id)
        .values(state=row.state, sent_at=row.sent_at, leased_until=row.leased_until, last_error=row.last_error)
    )


def _end(work: UnitOfWork, row: Outbox, state: OutboxState, error: str | None) -> None:
    row.state, row.leased_until, row.last_error = state, None, error
    _follow(work, row)


@handles(LetterTaken)
def letter_taken(work: UnitOfWork, operation: LetterTaken) -> dict[str, Any]:
    """Makes the message final; a letter leased anew meanwhile is left to its new holder."""
    row = work.get(Outbox, operation.letter_id, "That letter", lock=True)
    if row.attempt != operation.attempt:
        return {"state": row.state.value}
    row.sent_at = work.now
    _end(work, row, OutboxState.SENT, None)
    message = work.session.get(Message, row.message_id) if row.message_id else None
    if message is not None and message.state is MessageState.PROVISIONAL:
        message.state, message.left_at = MessageState.SENT, work.now
    return {"state": row.state.value}


@handles(LetterFailed)
def letter_failed(work: UnitOfWork, operation: LetterFailed) -> dict[str, Any]:
    """Waits twice as long after each try; after the last one the message's effect is withdrawn."""
    row = work.get(Outbox, operation.letter_id, "That letter", lock=True)
    if row.attempt != operation.attempt:
        return {"state": row.state.value}
    error = operation.error[:500]
    if operation.final or row.attempt >= (TRIES if row.person_id is None else ALERT_TRIES):
        _end(work, row, OutboxState.DEAD, error)
        message = work.session.get(Message, row.message_id) if row.message_id else None
        if message is not None and message.state is MessageState.PROVISIONAL:
            withdraw(work, message, MessageState.REFUSED, operation.error)
    else:
        row.not_before = work.now + max(wait_after(row.attempt), min(LONGEST_ASKED, timedelta(seconds=operation.after)))
        _end(work, row, OutboxState.FAILED, error)
    return {"state": row.state.value}


def wait_after(attempt: int) -> timedelta:
    """How long to wait after that try: twice as long as after the one before, up to the longest."""
    return min(FIRST_WAIT * 2.0 ** (attempt - 1), LONGEST_WAIT)
