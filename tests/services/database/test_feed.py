"""The feed tells each desk what changed: each row once at least, none never."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from app.models.enums import Role
from app.models.people import Person
from app.services.database import feed
from app.services.database.database import Database
from app.services.database.feed import Change, ChangeSet, Cursor, FeedPage
from app.services.database.identity import new_id
from tests.services.database.acts import Flood, Raise, Retitle


def rows(page: FeedPage) -> set[str]:
    return {change.row_id for change in page.changes.changes if change.row_id}


def test_who_has_read_everything_is_told_nothing(database: Database) -> None:
    database.apply(Raise())
    cursor = database.read(feed.newest)
    page = database.read(feed.since, cursor)
    assert not page.changes
    assert page.cursor == cursor


def test_a_change_is_told_with_its_incident(database: Database) -> None:
    cursor = database.read(feed.newest)
    database.apply(opened := Raise())
    page = database.read(feed.since, cursor)
    assert Change("incidents", opened.incident_id, opened.incident_id, "insert") in page.changes.changes
    assert {change.table for change in page.changes.changes} == page.changes.tables == {"incidents", "events"}
    assert page.changes.incidents == {opened.incident_id}


def test_the_cursor_moves_on_with_what_was_told(database: Database) -> None:
    cursor = database.read(feed.newest)
    database.apply(Raise())
    first = database.read(feed.since, cursor)
    assert (first.cursor.transaction, first.cursor.id) > (cursor.transaction, cursor.id)
    assert not database.read(feed.since, first.cursor).changes
    database.apply(second := Raise())
    assert database.read(feed.since, first.cursor).changes.incidents == {second.incident_id}


class Unknown(Raise):
    """An act without a handler."""


def test_a_change_that_is_not_committed_is_not_told(database: Database) -> None:
    cursor = database.read(feed.newest)
    with pytest.raises(LookupError):
        database.apply(Unknown())
    assert not database.read(feed.since, cursor).changes


@pytest.mark.parametrize(("count", "reload"), [(200, False), (201, True)])
def test_more_than_two_hundred_changes_say_reload(database: Database, count: int, reload: bool) -> None:
    database.apply(opened := Raise())
    cursor = database.read(feed.newest)
    database.apply(Flood(incident_id=opened.incident_id, count=count))
    assert database.read(feed.since, cursor).changes.reload is reload


def test_a_restored_database_says_reload(database: Database) -> None:
    database.apply(Raise())
    cursor = database.read(feed.newest)
    database.maintain(Session.execute, text("UPDATE schema_meta SET value = 'after restore' WHERE key = 'feed_epoch'"))
    page = database.read(feed.since, cursor)
    assert page.changes == ChangeSet(reload=True)
    assert page.cursor.epoch == "after restore"
    assert not database.read(feed.since, page.cursor).changes


def test_a_long_absence_is_told_page_by_page(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "PAGE", 7)
    cursor = database.read(feed.newest)
    wanted = set()
    for _ in range(10):
        database.apply(opened := Raise())
        wanted.add(opened.incident_id)
    told: set[str] = set()
    for _ in range(4):
        page = database.read(feed.since, cursor)
        told |= page.changes.incidents
        cursor = page.cursor
    assert told == wanted


# --- commits out of order, which only a server has


@contextmanager
def unfinished(database: Database, login: str) -> Iterator[Session]:
    """A transaction that has written a person and is not committed yet."""
    with database._writing() as session:
        session.execute(text("SELECT set_config('desk.operation', :id, true)"), {"id": new_id()})
        session.execute(
            insert(Person).values(id=new_id(), login=login, name=login, role=Role.AGENT, revision=1, active=True,
                                  time_zone="UTC")
        )  # fmt: skip
        yield session


def told(database: Database, cursor: Cursor) -> tuple[set[str], Cursor]:
    page = database.read(feed.since, cursor)
    return rows(page), page.cursor


def test_a_commit_that_comes_late_is_not_missed(postgresql_database: Database) -> None:
    database = postgresql_database
    cursor = database.read(feed.newest)
    with unfinished(database, "early") as first, unfinished(database, "late") as second:
        second.commit()
        seen, cursor = told(database, cursor)
        assert len(seen) == 1
        first.commit()
        late, cursor = told(database, cursor)
        assert len(late - seen) == 1
        assert told(database, cursor)[0] == set()


def test_a_commit_between_the_feeds_own_questions_is_not_missed(
    postgresql_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The horizon is asked for before the rows; were it after, the first transaction would be passed over."""
    database = postgresql_database
    cursor = database.read(feed.newest)
    with unfinished(database, "early") as first, unfinished(database, "late") as second:
        second.commit()
        ask = feed._horizon

        def commit_after(session: Session) -> int | None:
            horizon = ask(session)
            first.commit()
            return horizon

        monkeypatch.setattr(feed, "_horizon", commit_after)
        seen, cursor = told(database, cursor)
        monkeypatch.undo()
    again, _ = told(database, cursor)
    assert len(seen | again) == 2


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["open", "commit", "roll back", "read"]), min_size=3, max_size=14), st.data())
def test_in_whatever_order_transactions_end_nothing_is_missed(
    postgresql_database: Database, steps: list[str], data: st.DataObject
) -> None:
    database = postgresql_database
    cursor = database.read(feed.newest)
    running: list[tuple[str, Session]] = []
    committed: set[str] = set()
    seen: set[str] = set()
    try:
        for step in [*steps, "read"]:
            if step == "open" and len(running) < 3:
                session = database._writing()
                person = new_id()
                session.execute(text("SELECT set_config('desk.operation', :id, true)"), {"id": new_id()})
                session.execute(
                    insert(Person).values(id=person, login=person, name="x", role=Role.AGENT, revision=1, active=True,
                                          time_zone="UTC")
                )  # fmt: skip
                running.append((person, session))
            elif step in {"commit", "roll back"} and running:
                person, session = running.pop(data.draw(st.integers(0, len(running) - 1)))
                if step == "commit":
                    session.commit()
                    committed.add(person)
                session.close()
            elif step == "read":
                new, cursor = told(database, cursor)
                seen |= new
    finally:
        for _, session in running:
            session.close()
    assert seen == committed


def test_a_desk_of_many_acts_is_told_every_one(database: Database) -> None:
    cursor = database.read(feed.newest)
    database.apply(opened := Raise())
    for number in range(5):
        database.apply(Retitle(incident_id=opened.incident_id, title=f"title {number}"))
    assert database.read(feed.since, cursor).changes.incidents == {opened.incident_id}
