"""The unit of work: what a handler is given."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.models.base import Base, to_microseconds
from app.models.enums import EventKind, Role
from app.models.incident import Event, TextBody
from app.services.database.clock import Clock, DatabaseClock
from app.services.database.errors import Conflict, Difference, NotFound
from app.services.database.identity import new_id
from app.services.database.operations import Operation

E = TypeVar("E", bound=Base)

NEXT_NUMBER = text(
    "INSERT INTO counters (name, value) VALUES (:name, 1)"
    " ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value"
)


ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
TOGETHER = text("SELECT pg_advisory_xact_lock_shared(hashtextextended(:name, 0))")


@dataclass(frozen=True, slots=True)
class Actor:
    """The person on whose behalf a unit of work runs; ``id`` is None for a watch."""

    id: str | None
    login: str
    name: str
    role: Role
    time_zone: str = "UTC"


WATCH = Actor(None, "watch", "Watch", Role.ADMIN)


@dataclass(slots=True)
class UnitOfWork:
    """One transaction of one operation: read, check rights and rules, write state and timeline event."""

    session: Session
    actor: Actor
    operation: Operation
    now: datetime

    @property
    def acted_at(self) -> datetime:
        """When the act was made, never after the database's own time."""
        return min(self.operation.acted_at or self.now, self.now)

    def get(self, kind: type[E], row_id: str, called: str, *, lock: bool = False) -> E:
        """The row, or ``NotFound`` in words: ``called`` is what the user calls it.

        ``lock`` makes other units of work wait for this one (PostgreSQL; on SQLite there is one writer anyway).
        """
        row = self.session.get(kind, row_id, with_for_update=lock)
        if row is None:
            raise NotFound(f"{called} is no longer there.", "Reload the page.")
        return row

    def add(self, row: E) -> E:
        """Adds a row and hands it back."""
        self.session.add(row)
        return row

    def text(self, body: str | None) -> str | None:
        """Keeps free text in an erasable row and returns its id; None for no text."""
        if not body:
            return None
        salt = secrets.token_hex(16)
        digest = hashlib.sha256((salt + body).encode()).hexdigest()
        return self.add(TextBody(id=new_id(), body=body, salt=salt, digest=digest)).id

    def event(
        self,
        incident_id: str,
        kind: EventKind,
        *,
        at: datetime | None = None,
        text: str | None = None,
        key: bool = False,
        **data: Any,
    ) -> Event:
        """Writes a line of the timeline; ``at`` defaults to the instant the act counts from."""
        event = Event(
            id=new_id(),
            incident_id=incident_id,
            kind=kind,
            at=at or self.now,
            recorded_at=self.now,
            person_id=self.actor.id,
            operation_id=self.operation.id,
            data=data,
            key=key,
        )
        event.text_id = self.text(text)
        if event.text_id:
            self.session.flush()  # the body must stand before the event that refers to it
        return self.add(event)

    def alone(self, name: str) -> None:
        """Lets other units of work that say the same name wait until this one is over.

        For acts that look whether something is there before they add it: there is no row yet that could be locked.
        On SQLite there is one writer anyway.
        """
        if self.session.get_bind().dialect.name == "postgresql":
            self.session.execute(ALONE, {"name": name})

    def together(self, name: str) -> None:
        """Lets whoever says the same name ``alone`` wait until this is over, and waits for one who did.

        For acts that only read what an act alone would change. They do not wait for each other.
        """
        if self.session.get_bind().dialect.name == "postgresql":
            self.session.execute(TOGETHER, {"name": name})

    def number(self, name: str) -> int:
        """The next human number of that counter, taken under its row's lock."""
        return int(self.session.execute(NEXT_NUMBER, {"name": name}).scalar_one())

    def compare(self, what: str, row: Base, seen: dict[str, Any], wanted: dict[str, Any]) -> None:
        """Raises ``Conflict`` where a value this operation sets is not the one its author saw, nor the wanted one."""
        differences = tuple(
            Difference(name, seen[name], getattr(row, name), wanted[name])
            for name in wanted
            if name in seen and getattr(row, name) not in (seen[name], wanted[name])
        )
        if differences:
            raise Conflict(what, differences)


ENTER_SQLITE = (
    text(
        "INSERT INTO ledger (id, kind, person_id, acted_at, applied_at)"
        " VALUES (:op, :kind, :person, :acted, :at) ON CONFLICT DO NOTHING RETURNING id"
    ),
    text("UPDATE operation_context SET operation_id = :op, person_id = :person, reason = :why, at = :at"),
)
ENTER_POSTGRESQL = text(
    "WITH said AS (SELECT CAST(:op AS text) AS op, CAST(:person AS text) AS person, CAST(:why AS text) AS why,"
    " coalesce(CAST(:at AS timestamptz), clock_timestamp()) AS at),"
    " line AS (INSERT INTO ledger (id, kind, person_id, acted_at, applied_at)"
    " SELECT CAST(op AS uuid), :kind, CAST(person AS uuid), least(coalesce(CAST(:acted AS timestamptz), at), at), at"
    " FROM said ON CONFLICT DO NOTHING RETURNING id)"
    " SELECT at, EXISTS (SELECT 1 FROM line), set_config('desk.operation', op, true),"
    " set_config('desk.person', coalesce(person, ''), true), set_config('desk.reason', coalesce(why, ''), true),"
    " set_config('desk.at', CAST(at AS text), true) FROM said"
)


def enter(session: Session, operation: Operation, actor: Actor, clock: Clock) -> datetime | None:
    """Writes the operation's line of the ledger and tells the database whose act the coming writes are.

    Returns the instant by which all is decided; None where the ledger has that operation already. The line comes
    first: where one operation arrives twice at once, the second waits here until the first is done. On a server all
    this is one question, because each costs a way there and back.
    """
    values = {"op": operation.id, "kind": operation.kind, "person": actor.id, "why": operation.why}
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        at = clock.stamp(session)
        acted = min(operation.acted_at or at, at)
        stored = {**values, "at": to_microseconds(at), "acted": to_microseconds(acted)}
        line, context = ENTER_SQLITE
        if connection.execute(line, stored).first() is None:
            return None
        connection.execute(context, stored)
        return at
    given = None if isinstance(clock, DatabaseClock) else clock.stamp(session)
    row = connection.execute(ENTER_POSTGRESQL, {**values, "at": given, "acted": operation.acted_at}).one()
    at = row[0].astimezone(UTC)
    if isinstance(clock, DatabaseClock):
        clock.learn(at)
    return at if row[1] else None


LEAVE_SQLITE = text("UPDATE operation_context SET operation_id = NULL, person_id = NULL, reason = NULL")


def leave(session: Session) -> None:
    """Ends the act, so that a write without one is refused again; on a server the transaction's end does."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.execute(LEAVE_SQLITE)
