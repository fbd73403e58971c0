"""A database that is open on behalf of one person: the one door to reading and writing."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Concatenate, ParamSpec, TypeVar

import stamina
from sqlalchemy import Engine, select, text, update
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

import app.models.tables  # noqa: F401 - keys between tables need every one of them
from app.models.enums import Role
from app.models.people import Person
from app.models.trail import AppliedOperation
from app.services.database import feed, schema
from app.services.database.clock import Clock, DatabaseClock
from app.services.database.engine import make_engine, prepare_file, require_file
from app.services.database.errors import NotAllowed, SchemaError
from app.services.database.feed import ChangeSet
from app.services.database.operations import Operation, handler_of
from app.services.database.work import Actor, UnitOfWork, enter, leave

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger(__name__)

RETRIED_STATES = frozenset({"40001", "40P01", "55P03", "57P01", "57P02", "57P03", "53300"})
FORBIDDEN_STATE = "42501"
STRANGER = Actor(None, "", "Somebody without an account", Role.VIEWER)


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of an operation: its handler's plain result, and which rows changed."""

    result: Any
    changes: ChangeSet
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Sessions:
    """Makes sessions on an engine; a ``sessionmaker`` would make a class each, which all threads share the list of."""

    engine: Engine

    def __call__(self) -> Session:
        return Session(self.engine, expire_on_commit=False)

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """A session in a transaction that is committed at the end, or rolled back."""
        with self() as session, session.begin():
            yield session


class Database:
    """An open database. ``read`` gives a session to a function, ``apply`` gives an operation to its handler."""

    def __init__(self, engine: Engine, clock: Clock, actor: Actor = STRANGER) -> None:
        self.engine = engine
        self.clock = clock
        self.actor = actor
        self._reading = Sessions(engine)
        self._writing = Sessions(engine.execution_options(writes=True))

    @classmethod
    def open(cls, url: str, *, login: str | None = None, clock: Clock | None = None, create: bool = False) -> Database:
        """Opens a database whose schema fits this program.

        ``create`` makes or upgrades the schema first. ``login`` names the person on SQLite; on a server, `find_actor`
        says whom its account may act as.
        Raises ``DatabaseUnavailable`` or ``SchemaError`` in words the user can act on.
        """
        if create:
            prepare_file(url)
        else:
            require_file(url)
        engine = make_engine(url)
        try:
            here = schema.upgrade(engine) if create else schema.status(engine)
            if here.newer:
                schema.upgrade(engine)  # refuses with the reason
            if here.fresh:
                raise SchemaError("This database is still empty.", "Run “escalation-desk db init”.")
            if not here.current:
                raise SchemaError("This database needs an upgrade first.", "Run “escalation-desk db upgrade”.")
            database = cls(engine, clock or DatabaseClock())
            database.actor = database.read(find_actor, login)
        except BaseException:
            engine.dispose()
            raise
        return database

    def acting_as(self, actor: Actor) -> Database:
        """The same database on behalf of somebody else (a watch, a test's second person)."""
        return Database(self.engine, self.clock, actor)

    def can(self, role: Role) -> bool:
        """Whether to draw an act as possible. The server decides anyway."""
        return self.actor.role.includes(role)

    def read(self, function: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Runs ``function(session, …)`` in one reading transaction."""
        with _in_words():
            try:
                return self._read_once(function, *args, **kwargs)
            except DBAPIError as error:
                if not error.connection_invalidated:
                    raise
                return self._read_once(function, *args, **kwargs)  # the server was away meanwhile: a new connection

    def _read_once(self, function: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        with self._reading.begin() as session:
            return function(session, *args, **kwargs)

    def maintain(self, function: Callable[Concatenate[Session, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Runs ``function(session, …)`` in one writing transaction without an operation.

        For the machinery's own tables (seals, heartbeats, leases): the database refuses any other write.
        """
        with _in_words(), self._writing.begin() as session:
            return function(session, *args, **kwargs)

    def apply(self, operation: Operation) -> Applied:
        """Applies an operation once, however often it arrives.

        Raises what its handler raises (``UserError`` and kin); a passing fault of the server is tried again with a new
        session, five times at most.
        """
        if not self.can(operation.needs):
            raise _not_allowed(self.actor, operation.needs)
        with _in_words():
            for attempt in stamina.retry_context(
                on=passing, attempts=5, timeout=20.0, wait_initial=0.03, wait_jitter=0.05
            ):
                with attempt:
                    return self._apply_once(operation)
        raise AssertionError("a retry either returns or raises")

    def _apply_once(self, operation: Operation) -> Applied:
        with self._writing.begin() as session:
            now = enter(session, operation, self.actor, self.clock)
            if now is None:
                known = session.execute(select(AppliedOperation.result).where(AppliedOperation.id == operation.id))
                return Applied(known.scalar_one(), ChangeSet(), repeated=True)
            work = UnitOfWork(session, self.actor, replace(operation, acted_at=operation.acted_at or now), now)
            result = handler_of(operation)(work, work.operation)
            session.flush()
            if result is not None:
                session.execute(
                    update(AppliedOperation).where(AppliedOperation.id == operation.id).values(result=result)
                )
            changes = feed.of_operation(session, operation.id)
            leave(session)
        return Applied(result, changes)

    def close(self) -> None:
        """Gives all connections back."""
        self.engine.dispose()


def _not_allowed(actor: Actor, needs: Role) -> NotAllowed:
    if replace(actor, login="") != STRANGER:
        return NotAllowed(
            f"This needs the role “{needs.value}”; yours is “{actor.role.value}”.", "Ask somebody who has it."
        )
    if not actor.login:
        return NotAllowed("Nobody works here yet.", "Make the first person with “db init”.")
    return NotAllowed(
        f"Nobody with the login “{actor.login}” works here, so it may only look.",
        "Ask an admin to add it; “db person list” shows who works here.",
    )


@contextmanager
def _in_words() -> Iterator[None]:
    """Turns a driver's error that a person can mend into words; the others are bugs and stay as they are."""
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == FORBIDDEN_STATE:
            raise NotAllowed("The server does not allow your account to do this.", "Ask somebody who may.") from error
        # a damaged file is a plain DatabaseError; its other kinds (a key that clashes, say) are bugs
        if isinstance(error, OperationalError) or type(error) is DatabaseError:
            raise schema.unavailable(error) from error
        raise


def passing(error: Exception) -> bool:
    """Whether trying the whole unit of work again may help."""
    if isinstance(error, StaleDataError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None) or ""
    return state in RETRIED_STATES or state.startswith("08") or error.connection_invalidated


ACCOUNT = text(
    "SELECT session_user, pg_has_role(session_user, relowner, 'USAGE') FROM pg_class WHERE oid = 'people'::regclass"
)


def find_actor(session: Session, login: str | None) -> Actor:
    """Who acts here. On SQLite ``login``, else the first person who may do most.

    On a server always the person of the account that signed in, whatever ``login`` says. Only where that account is
    nobody here and owns the tables (or is a superuser: nothing binds either of them) it may act as ``login``, which
    sets a desk up and mends it. Who is nobody here is a stranger, under the login that was looked for.
    """
    people = session.scalars(select(Person).where(Person.active).order_by(Person.id)).all()
    if session.get_bind().dialect.name == "postgresql":
        account, owns = session.execute(ACCOUNT).one()
        if login is None or not owns or any(person.login == account for person in people):
            login = account
    for person in people:
        if person.login == login:
            return Actor(person.id, person.login, person.name, person.role, person.time_zone)
    if people and login is None:
        first = max(people, key=lambda person: person.role.rank)
        return Actor(first.id, first.login, first.name, first.role, first.time_zone)
    return replace(STRANGER, login=(people and login) or "")
