"""The unit of work: what a handler is given."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.models.base import Base, to_microseconds
from app.models.enums import EventKind, Role
from app.models.incident import Event, TextBody
from app.services.database.errors import Conflict, Difference, NotFound
from app.services.database.identity import new_id
from app.services.database.operations import Operation

E = TypeVar("E", bound=Base)

NEXT_NUMBER = text(
    "INSERT INTO counters (name, value) VALUES (:name, 1)"
    " ON CONFLICT (name) DO UPDATE SET value = counters.value + 1 RETURNING value"
)


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


def enter(session: Session, operation: Operation, actor: Actor, at: datetime) -> None:
    """Tells the database whose act the coming writes are."""
    values = {"op": operation.id, "person": actor.id, "why": operation.why}
    if session.get_bind().dialect.name == "sqlite":
        session.execute(
            text("UPDATE operation_context SET operation_id = :op, person_id = :person, reason = :why, at = :at"),
            {**values, "at": to_microseconds(at)},
        )
    else:
        session.execute(
            text(
                "SELECT set_config('desk.operation', :op, true),"
                " set_config('desk.person', coalesce(:person, ''), true),"
                " set_config('desk.reason', coalesce(:why, ''), true), set_config('desk.at', :at, true)"
            ),
            {**values, "at": at.isoformat()},
        )


def leave(session: Session) -> None:
    """Ends the act, so that a write without one is refused again."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("UPDATE operation_context SET operation_id = NULL, person_id = NULL, reason = NULL"))
