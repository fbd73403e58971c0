"""The trail: who, when, what, before, after and why, written by the database alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.models.base import Base
from app.models.enums import Phase, Role
from app.models.incident import Incident
from app.models.trail import Feed, Trail
from app.services.database.clock import HandClock
from app.services.database.database import Database, find_actor
from app.services.database.identity import new_id
from app.services.database.triggers import tracked_tables
from app.services.incidents.notes import MarkKeyEvent
from app.services.people import AddPerson
from tests.databases import START
from tests.services.database.acts import Halt, Import, KeepEvent, Raise, Retitle


def trail_of(session: Session, operation_id: str) -> list[Trail]:
    return list(session.scalars(select(Trail).where(Trail.operation_id == operation_id).order_by(Trail.id)))


def row_of(session: Session, operation_id: str, table: str) -> Trail:
    return next(row for row in trail_of(session, operation_id) if row.table_name == table)


def changed(row: Trail) -> set[str]:
    assert row.before is not None
    assert row.after is not None
    return {name for name in row.after if row.after[name] != row.before[name]}


def test_a_new_row_is_trailed_with_person_time_operation_and_reason(database: Database) -> None:
    database.apply(operation := Raise())
    rows = database.read(trail_of, operation.id)
    assert [(row.table_name, row.action) for row in rows] == [("incidents", "insert"), ("events", "insert")]
    first = rows[0]
    assert (first.person_id, first.at, first.reason) == (database.actor.id, START, "a test asked for it")
    assert (first.row_id, first.before) == (operation.incident_id, None)
    assert first.after is not None
    assert (first.after["phase"], first.after["number"], first.after["revision"]) == ("triage", 1, 1)


def test_a_change_is_trailed_with_what_was_and_what_is(database: Database, clock: HandClock) -> None:
    database.apply(opened := Raise())
    clock.turn(minutes=7)
    database.apply(operation := Halt(incident_id=opened.incident_id))
    row = database.read(row_of, operation.id, "incidents")
    assert (row.action, row.at) == ("update", START + timedelta(minutes=7))
    assert changed(row) == {"phase", "revision"}
    assert row.before is not None
    assert row.after is not None
    assert (row.before["phase"], row.after["phase"]) == (Phase.TRIAGE, Phase.CONTAINMENT)


def test_whoever_acts_is_named(database: Database) -> None:
    database.apply(AddPerson(login="ben", name="Ben", role=Role.LEAD))
    ben = database.acting_as(database.read(find_actor, "ben"))
    ben.apply(operation := Raise())
    assert {row.person_id for row in database.read(trail_of, operation.id)} == {ben.actor.id}


def test_personal_values_are_never_in_the_trail(database: Database) -> None:
    database.apply(added := AddPerson(login="ben", name="Benedikt Bauer", email="ben@example.org"))
    database.apply(opened := Raise(title="Export of Mrs Meier", note="Mrs Meier called"))
    database.apply(retitled := Retitle(incident_id=opened.incident_id, title="Export of Mr Schmidt"))
    database.apply(kept := Halt(incident_id=opened.incident_id))
    person = database.read(row_of, added.id, "people")
    opening, update, unchanged = (
        database.read(row_of, operation.id, "incidents") for operation in (opened, retitled, kept)
    )
    assert person.after is not None
    assert (person.after["name"], person.after["email"], person.after["login"]) == ("(personal)", "(personal)", "ben")
    assert opening.after is not None
    assert opening.after["title"] == "(personal)"
    assert update.before is not None
    assert update.after is not None
    assert (update.before["title"], update.after["title"]) == ("(personal)", "(changed)")
    assert unchanged.after is not None
    assert unchanged.after["title"] == "(personal)"
    everything = database.read(lambda s: repr([(row.before, row.after) for row in s.scalars(select(Trail))]))
    for secret in ("Benedikt", "ben@example.org", "Meier", "Schmidt"):
        assert secret not in everything


def test_every_column_about_a_person_is_marked_so() -> None:
    """A column whose name says that it is about a person, or that people wrote it freely, must not reach the trail."""
    telling = {"name", "email", "phone", "handle", "recipient", "subject", "body", "salt", "title"}
    telling |= {"what", "why", "answer", "reason", "rationale", "file_name", "source_key", "last_error"}
    not_people = {
        ("accepted_findings", "subject"), ("announcements", "body"), ("calendars", "name"), ("paths", "name"),
        ("rota_layers", "name"), ("rotas", "name"), ("target_classes", "name"), ("teams", "name"),
        ("template_versions", "body"), ("template_versions", "subject"), ("templates", "name"), ("tiers", "name"),
        # of a closed vocabulary, of the policy, or a number of another desk
        ("pauses", "reason"), ("triggers", "reason"), ("incidents", "answer"), ("incidents", "source_key"),
    }  # fmt: skip
    found = {
        (table.name, column.name)
        for table in tracked_tables()
        for column in table.columns
        if column.name in telling and not column.info.get("personal")
    }
    assert found == not_people


def test_what_an_import_says_of_people_stays_out_of_the_trail_when_it_is_changed_later(database: Database) -> None:
    incident, event, batch = new_id(), new_id(), new_id()
    database.apply(Raise(incident_id=incident))
    database.apply(KeepEvent(incident_id=incident, event_id=event, batch_id=batch))
    database.apply(marked := MarkKeyEvent(event_id=event, key=True))
    row = database.read(row_of, marked.id, "events")
    assert row.before is not None
    assert row.after is not None
    assert changed(row) == {"key", "revision"}
    assert (row.before["data"], row.after["data"]) == ("(personal)", "(personal)")
    assert "Meier" not in repr((row.before, row.after))


def test_the_trail_can_only_grow(database: Database) -> None:
    database.apply(operation := Raise())
    before = [row.id for row in database.read(trail_of, operation.id)]
    for statement in (update(Trail).values(reason="forged"), delete(Trail)):
        with pytest.raises(DBAPIError, match="the trail is append-only"):
            database.maintain(Session.execute, statement)
    assert [row.id for row in database.read(trail_of, operation.id)] == before


def test_imported_rows_are_trailed_by_their_batch_alone(database: Database) -> None:
    applied = database.apply(operation := Import(titles=("one", "two", "three")))
    rows = database.read(trail_of, operation.id)
    assert [(row.table_name, row.row_id) for row in rows] == [("import_batches", applied.result["batch"])]
    assert applied.changes.reload
    told = database.read(lambda s: s.scalars(select(Feed.action).where(Feed.operation_id == operation.id)).all())
    assert told == ["reload"]


def test_an_imported_row_without_an_operation_is_refused_too(database: Database) -> None:
    batch = database.apply(Import(titles=("one",))).result["batch"]
    row = {"id": new_id(), "number": 99, "title": "two", "raised_at": START, "opened_at": START, "revision": 1}
    with pytest.raises(DBAPIError, match="write without an operation"), database.engine.begin() as connection:
        connection.execute(insert(Incident), {**row, "import_batch_id": batch})


def test_an_imported_row_that_changes_later_is_trailed_as_any_other(database: Database) -> None:
    database.apply(Import(titles=("one",)))
    incident_id = database.read(lambda s: s.execute(text("SELECT CAST(id AS TEXT) FROM incidents")).scalar_one())
    database.apply(operation := Retitle(incident_id=incident_id, title="uno"))
    assert [(row.table_name, row.action) for row in database.read(trail_of, operation.id)] == [("incidents", "update")]


def test_every_trail_row_has_its_feed_row(database: Database) -> None:
    database.apply(opened := Raise(note="hello"))
    database.apply(Halt(incident_id=opened.incident_id))

    def both(session: Session) -> tuple[list[Any], list[Any]]:
        return tuple(
            [
                tuple(row)
                for row in session.execute(select(t.operation_id, t.table_name, t.row_id, t.action).order_by(t.id))
            ]
            for t in (Trail, Feed)
        )  # type: ignore[return-value]  # a tuple of two

    trail, feed = database.read(both)
    assert trail == feed
    assert len(trail) == 6


def test_the_machinerys_own_tables_are_not_trailed(database: Database) -> None:
    database.apply(Raise())
    names = set(database.read(lambda s: s.scalars(select(Trail.table_name)).all()))
    assert names == {"people", "incidents", "events"}
    assert names <= set(Base.metadata.tables)
