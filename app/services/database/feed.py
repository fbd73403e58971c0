"""The feed: which rows changed. A desk reads it each second and reloads just those."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import bindparam, select, text, tuple_
from sqlalchemy.orm import Session

from app.models.base import Whole
from app.models.trail import Feed, SchemaMeta

TOO_MANY = 200
PAGE = 2000
LAST_ID = 2**63 - 1

# built once: these run with every act and every second, and building a question takes as long as asking it
OF_OPERATION = (
    select(Feed.table_name, Feed.row_id, Feed.incident_id, Feed.action)
    .where(Feed.operation_id == bindparam("operation"))
    .limit(TOO_MANY + 1)
)
AFTER = (
    select(Feed.transaction, Feed.id, Feed.table_name, Feed.row_id, Feed.incident_id, Feed.action)
    .where(
        tuple_(Feed.transaction, Feed.id) > tuple_(bindparam("transaction", type_=Whole), bindparam("id", type_=Whole))
    )
    .order_by(Feed.transaction, Feed.id)
)


@dataclass(frozen=True, slots=True)
class Change:
    """One row that changed; ``incident_id`` where it belongs to one. ``action`` *reload* names no row."""

    table: str
    row_id: str | None
    incident_id: str | None
    action: str


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Which rows an operation or a stretch of the feed changed."""

    changes: frozenset[Change] = frozenset()
    reload: bool = False

    @property
    def incidents(self) -> frozenset[str]:
        """The incidents that any change belongs to."""
        return frozenset(change.incident_id for change in self.changes if change.incident_id)

    @property
    def tables(self) -> frozenset[str]:
        """The tables that any change belongs to."""
        return frozenset(change.table for change in self.changes)

    def __bool__(self) -> bool:
        return self.reload or bool(self.changes)


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far a desk has read; ``epoch`` changes when a database is restored or cloned."""

    epoch: str
    transaction: int
    id: int


@dataclass(frozen=True, slots=True)
class FeedPage:
    """What is new since a cursor, and the cursor to ask with next."""

    cursor: Cursor
    changes: ChangeSet = field(default_factory=ChangeSet)


def epoch(session: Session) -> str:
    """The feed's epoch."""
    return session.execute(select(SchemaMeta.value).where(SchemaMeta.key == "feed_epoch")).scalar_one()


def newest(session: Session) -> Cursor:
    """The cursor of somebody who has just read everything."""
    horizon = _horizon(session)
    if horizon is not None:
        return Cursor(epoch(session), horizon - 1, LAST_ID)
    last = session.execute(
        select(Feed.transaction, Feed.id).order_by(Feed.transaction.desc(), Feed.id.desc()).limit(1)
    ).first()
    transaction, row = last or (0, 0)
    return Cursor(epoch(session), transaction, row)


def since(session: Session, cursor: Cursor) -> FeedPage:
    """What changed after ``cursor``.

    On PostgreSQL transactions become visible out of order, so every visible row is told, but the cursor advances only
    below the oldest transaction still running; a row may therefore be told twice, never missed.
    """
    if epoch(session) != cursor.epoch:
        return FeedPage(newest(session), ChangeSet(reload=True))
    horizon = _horizon(session)  # before the rows: a commit between the two questions must not be passed over
    found = session.connection().execute(AFTER.limit(PAGE), {"transaction": cursor.transaction, "id": cursor.id}).all()
    settled = [(row.transaction, row.id) for row in found if horizon is None or row.transaction < horizon]
    transaction, last = settled[-1] if settled else (cursor.transaction, cursor.id)
    changes = frozenset(Change(row.table_name, row.row_id, row.incident_id, row.action) for row in found)
    return FeedPage(Cursor(cursor.epoch, transaction, last), _change_set(changes))


def of_operation(session: Session, operation_id: str) -> ChangeSet:
    """What one operation changed."""
    found = session.connection().execute(OF_OPERATION, {"operation": operation_id})
    return _change_set(frozenset(Change(*row) for row in found))


def _change_set(changes: frozenset[Change]) -> ChangeSet:
    reload = len(changes) > TOO_MANY or any(change.action == "reload" for change in changes)
    return ChangeSet(changes, reload)


def _horizon(session: Session) -> int | None:
    """The oldest transaction that may still be running; None on SQLite, where transactions come one by one."""
    if session.get_bind().dialect.name != "postgresql":
        return None
    return int(session.execute(text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")).scalar_one())
