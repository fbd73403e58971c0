"""An operation is applied once, whole or not at all."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.models.base import Base
from app.models.enums import Phase, Role
from app.models.incident import Event, Incident, TextBody
from app.models.trail import AppliedOperation, Feed, SchemaMeta, Trail
from app.services.database.clock import HandClock
from app.services.database.database import Applied, Database
from app.services.database.errors import Conflict, Difference, NotAllowed, NotFound, StateError
from app.services.database.identity import new_id
from app.services.database.operations import Operation, from_json, handler_of, handles, to_json
from app.services.database.work import WATCH, Actor
from app.services.people import AddPerson
from tests.databases import START
from tests.services.database.acts import Everything, Flood, Halt, Raise, Retitle, Stumble


def rows_in(session: Session) -> dict[str, int]:
    """How many rows each table has."""
    return {
        name: session.execute(select(func.count()).select_from(table)).scalar_one()
        for name, table in Base.metadata.tables.items()
    }


def title_of(session: Session, incident_id: str) -> str:
    return session.execute(select(Incident.title).where(Incident.id == incident_id)).scalar_one()


# --- once


def test_a_second_arrival_changes_nothing_and_tells_the_first_result(database: Database) -> None:
    operation = Raise(note="Since nine o'clock")
    first = database.apply(operation)
    before = database.read(rows_in)
    again = database.apply(operation)
    assert (first.repeated, again.repeated) == (False, True)
    assert again.result == first.result
    assert again.result["number"] == 1
    assert not again.changes
    assert database.read(rows_in) == before


def test_a_result_of_nothing_stays_nothing(database: Database) -> None:
    opened = Raise()
    database.apply(opened)
    operation = Retitle(incident_id=opened.incident_id, title="Imports fail")
    assert database.apply(operation).result is None
    assert database.apply(operation) == Applied(None, database.apply(operation).changes, repeated=True)


@pytest.mark.parametrize("desks", [2, 6])
def test_one_operation_that_arrives_at_the_same_time_is_applied_once(database: Database, desks: int) -> None:
    operation = AddPerson(login="ben", name="Ben")  # a unique login: a second try would fail on it
    together = threading.Barrier(desks)

    def arrive(_desk: int) -> Applied:
        together.wait(10)
        return database.apply(operation)

    with ThreadPoolExecutor(desks) as pool:
        answers = list(pool.map(arrive, range(desks)))
    assert sorted(answer.repeated for answer in answers) == [False] + [True] * (desks - 1)
    assert {answer.result["person"] for answer in answers} == {operation.person_id}


def test_acts_of_many_desks_at_once_all_count(database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(lambda _: database.apply(Raise()).result["number"], range(24)))
    assert sorted(numbers) == list(range(1, 25))


# --- whole or not at all


def test_an_act_that_fails_writes_nothing(database: Database) -> None:
    opened = Raise()
    database.apply(opened)
    before = database.read(rows_in)
    operation = Stumble(incident_id=opened.incident_id)
    with pytest.raises(StateError, match=r"closed\. Reopen it first"):
        database.apply(operation)
    assert database.read(rows_in) == before
    assert database.read(title_of, opened.incident_id) == "Exports fail"
    assert database.apply(Raise()).result["number"] == 2


def test_an_act_that_failed_may_be_offered_again_under_its_own_id(database: Database) -> None:
    operation = Halt(incident_id=new_id())
    with pytest.raises(NotFound, match="This incident is no longer there"):
        database.apply(operation)
    database.apply(Raise(incident_id=operation.incident_id))
    assert database.apply(operation).result == {"phase": "containment"}


def test_an_act_tells_which_rows_it_changed(database: Database) -> None:
    opened = Raise(note="Since nine")
    changes = database.apply(opened).changes
    assert changes.tables == {"incidents", "events", "text_bodies"}
    assert changes.incidents == {opened.incident_id}
    assert not changes.reload
    assert database.apply(Flood(incident_id=opened.incident_id, count=200)).changes.reload is False
    assert database.apply(Flood(incident_id=opened.incident_id, count=201)).changes.reload is True


# --- no write without an operation

A_ROW = {"id": new_id(), "number": 7, "title": "forged", "raised_at": START, "opened_at": START, "revision": 1}


def by_orm(session: Session) -> None:
    session.add(Incident(**A_ROW))
    session.flush()


def by_core(session: Session) -> None:
    session.execute(insert(Incident).values(A_ROW))


def by_update(session: Session) -> None:
    session.execute(update(Incident).values(title="forged"))


def by_sql(session: Session) -> None:
    session.execute(text("UPDATE incidents SET title = 'forged'"))


def by_removal(session: Session) -> None:
    session.execute(text("DELETE FROM events"))


@pytest.mark.parametrize("way", [by_orm, by_core, by_update, by_sql, by_removal])
def test_no_row_is_written_without_an_operation(database: Database, way: object) -> None:
    database.apply(opened := Raise())
    before = database.read(rows_in)
    with pytest.raises(DBAPIError, match="write without an operation"):
        database.maintain(way)  # type: ignore[arg-type]  # parametrize hides its type
    assert database.read(rows_in) == before
    assert database.read(title_of, opened.incident_id) == "Exports fail"


def test_no_table_is_emptied_at_once(postgresql_database: Database) -> None:
    postgresql_database.apply(Raise())
    for table in ("incidents", "events", "trail"):
        with pytest.raises(DBAPIError, match=r"write without an operation|append-only"):
            postgresql_database.maintain(Session.execute, text(f"TRUNCATE {table} CASCADE"))


def test_the_machinery_may_write_its_own_tables(database: Database) -> None:
    database.maintain(lambda session: session.execute(insert(SchemaMeta).values(key="mark", value="1")))
    assert database.read(lambda session: session.get(SchemaMeta, "mark").value) == "1"  # type: ignore[union-attr]


def test_reading_never_writes(sqlite_database: Database) -> None:
    with pytest.raises(DBAPIError, match="write without an operation"):
        sqlite_database.read(by_core)


# --- rights


def test_an_act_above_ones_role_is_refused_in_words(database: Database) -> None:
    agent = database.acting_as(Actor(None, "ben", "Ben", Role.AGENT))
    agent.apply(opened := Raise())
    before = database.read(rows_in)
    with pytest.raises(NotAllowed) as refused:
        agent.apply(Halt(incident_id=opened.incident_id))
    assert refused.value.what == "This needs the role “lead”; yours is “agent”."
    assert refused.value.mend == "Ask somebody who has it."
    assert database.read(rows_in) == before


@pytest.mark.parametrize("role", list(Role))
def test_each_role_may_do_what_the_ones_before_it_may(sqlite_database: Database, role: Role) -> None:
    here = sqlite_database.acting_as(Actor(None, "ben", "Ben", role))
    ladder = [Role.VIEWER, Role.AGENT, Role.LEAD, Role.MANAGER, Role.ADMIN]
    assert [here.can(other) for other in ladder] == [n <= ladder.index(role) for n in range(5)]


# --- conflicts


def test_only_a_difference_in_the_values_seen_is_a_conflict(database: Database) -> None:
    database.apply(opened := Raise(title="Exports fail"))
    database.apply(Halt(incident_id=opened.incident_id))  # another field; the revision grows
    database.apply(Retitle(incident_id=opened.incident_id, title="CSV exports fail", seen={"title": "Exports fail"}))
    assert database.read(title_of, opened.incident_id) == "CSV exports fail"


def test_a_conflict_shows_both_sides_and_writes_nothing(database: Database) -> None:
    database.apply(opened := Raise(title="Exports fail"))
    seen = {"title": "Exports fail", "waiting_for": None}
    database.apply(Retitle(incident_id=opened.incident_id, title="CSV exports fail", seen=seen))
    before = database.read(rows_in)
    with pytest.raises(Conflict) as conflict:
        database.apply(Retitle(incident_id=opened.incident_id, title="PDF exports fail", seen=seen))
    assert conflict.value.differences == (
        Difference("title", seen="Exports fail", stands="CSV exports fail", wanted="PDF exports fail"),
    )
    assert conflict.value.what == "The incident was changed meanwhile."
    assert database.read(rows_in) == before


def test_two_people_who_want_the_same_do_not_conflict(database: Database) -> None:
    database.apply(opened := Raise(title="Exports fail"))
    for _ in range(2):
        database.apply(Retitle(incident_id=opened.incident_id, title="Same", seen={"title": "Exports fail"}))
    assert database.read(title_of, opened.incident_id) == "Same"


def test_an_act_that_says_nothing_of_what_it_saw_overwrites(database: Database) -> None:
    database.apply(opened := Raise())
    database.apply(Retitle(incident_id=opened.incident_id, title="First"))
    database.apply(Retitle(incident_id=opened.incident_id, title="Second"))
    assert database.read(title_of, opened.incident_id) == "Second"


# --- revisions


@dataclass(frozen=True, kw_only=True)
class Overtaken(Operation):
    """Another desk writes the row between this one's reading and writing, the first time."""

    incident_id: str


overtaking: list[Operation] = []
desk: list[Database] = []


@handles(Overtaken)
def be_overtaken(work: object, operation: Overtaken) -> None:
    incident = work.get(Incident, operation.incident_id, "This incident")  # type: ignore[attr-defined]
    if overtaking:
        desk[0].apply(overtaking.pop())
    incident.phase = Phase.ASSESSMENT


@pytest.mark.expects_log("stamina.retry_scheduled")
def test_a_stale_revision_is_tried_again_and_nothing_of_either_act_is_lost(postgresql_database: Database) -> None:
    database = postgresql_database
    database.apply(opened := Raise())
    overtaking[:], desk[:] = [Retitle(incident_id=opened.incident_id, title="From the other desk")], [database]
    database.apply(Overtaken(incident_id=opened.incident_id))
    row = database.read(lambda s: s.execute(select(Incident.title, Incident.phase, Incident.revision)).one())
    assert tuple(row) == ("From the other desk", Phase.ASSESSMENT, 3)


@pytest.mark.expects_log("stamina.retry_scheduled")
def test_an_act_that_stays_stale_gives_up(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    def always_stale(_operation: Operation) -> Applied:
        tries.append(1)
        raise StaleDataError("row was changed")

    monkeypatch.setattr(database, "_apply_once", always_stale)
    with pytest.raises(StaleDataError):
        database.apply(Raise())
    assert len(tries) == 5


def test_a_revision_grows_by_one_with_each_write(database: Database) -> None:
    database.apply(opened := Raise())
    for title in ("one", "two", "two"):
        database.apply(Retitle(incident_id=opened.incident_id, title=title))
    revision = database.read(lambda s: s.execute(select(Incident.revision)).scalar_one())
    assert revision == 3  # the third changed nothing


# --- when


def test_an_act_counts_from_when_it_was_made_but_never_from_the_future(database: Database, clock: HandClock) -> None:
    early = Raise(acted_at=START - timedelta(minutes=5))
    ahead = Raise(acted_at=START + timedelta(minutes=5))
    for operation in (early, ahead, Raise()):
        database.apply(operation)
    clock.turn(minutes=1)
    database.apply(Raise())
    raised = database.read(lambda s: s.scalars(select(Incident.raised_at).order_by(Incident.number)).all())
    assert raised == [START - timedelta(minutes=5), START, START, START + timedelta(minutes=1)]


def test_the_ledger_keeps_who_what_and_both_times(database: Database) -> None:
    operation = Raise(acted_at=START - timedelta(minutes=5))
    database.apply(operation)
    line = database.read(lambda s: s.get(AppliedOperation, operation.id))
    assert line is not None
    assert (line.kind, line.person_id, line.acted_at, line.applied_at) == (
        "Raise", database.actor.id, START - timedelta(minutes=5), START,
    )  # fmt: skip


# --- text


def test_free_text_stands_in_an_erasable_row_and_nowhere_else(database: Database) -> None:
    secret = "Mrs Meier's phone is +49 170 0000000"
    text_id = database.apply(Raise(note=secret, title=secret)).result["text"]
    body = database.read(lambda s: s.get(TextBody, text_id))
    assert body is not None
    assert body.body == secret
    everything = database.read(
        lambda s: [
            tuple(row) for table in (Trail, Feed, AppliedOperation) for row in s.execute(select(table.__table__))
        ]
    )
    assert secret not in repr(everything)
    assert body.salt is not None
    assert body.salt not in repr(everything)
    assert body.digest in repr(everything)


def test_erasing_a_text_blanks_it_without_breaking_what_refers_to_it(database: Database) -> None:
    text_id = database.apply(Raise(note="Mrs Meier called")).result["text"]
    database.apply(Erase(text_id=text_id))
    body, events = database.read(
        lambda s: (
            s.get(TextBody, text_id),
            s.execute(select(func.count()).where(Event.text_id == text_id)).scalar_one(),
        )
    )
    assert body is not None
    assert (body.body, body.salt, events) == (None, None, 1)


@dataclass(frozen=True, kw_only=True)
class Erase(Operation):
    """Blanks a text and drops its salt."""

    text_id: str


@handles(Erase)
def erase(work: object, operation: Erase) -> None:
    body = work.get(TextBody, operation.text_id, "This text")  # type: ignore[attr-defined]
    body.body = body.salt = None


def test_no_text_makes_no_row(database: Database) -> None:
    assert database.apply(Raise(note=None)).result["text"] is None
    assert database.apply(Raise(note="")).result["text"] is None


# --- as JSON

INSTANTS = st.datetimes(
    min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45)), timezone(-timedelta(hours=3))]),
)  # fmt: skip
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.builds(
        Everything,
        acted_at=st.none() | INSTANTS,
        words=st.lists(st.text(), max_size=4).map(tuple),
        role=st.sampled_from(Role),
        at=st.none() | INSTANTS,
        day=st.none() | st.dates(min_value=date(1000, 1, 1)),
        amount=st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=4),
        values=st.dictionaries(st.text(max_size=5), PLAIN, max_size=4),
        seconds=st.integers(-(2**62), 2**62),
        share=st.floats(allow_nan=False, allow_infinity=False),
        sure=st.booleans(),
    )
)
def test_an_operation_comes_back_from_json_as_it_went(operation: Everything) -> None:
    back = from_json(to_json(operation))
    assert back == operation
    assert type(back) is Everything
    assert (type(back.amount), type(back.words)) == (type(operation.amount), tuple)


def test_an_operation_as_json_is_one_line_with_its_kind() -> None:
    document = json.loads(to_json(Raise(id="0" * 36, incident_id="1" * 36, title="Grüße\n", acted_at=START)))
    assert document == {
        "kind": "Raise",
        "values": {
            "id": "0" * 36, "acted_at": "2026-11-23T14:24:46+00:00", "title": "Grüße\n", "note": None,
            "incident_id": "1" * 36,
        },
    }  # fmt: skip
    assert "\n" not in to_json(Raise(title="a\nb"))


def test_an_operation_of_a_kind_that_nobody_knows_is_refused() -> None:
    with pytest.raises(LookupError, match="unknown operation Dance"):
        from_json('{"kind": "Dance", "values": {}}')
    with pytest.raises(LookupError, match="no handler for Operation"):
        handler_of(Operation())


def test_an_operation_has_one_handler() -> None:
    with pytest.raises(ValueError, match="Raise has a handler already"):
        handles(Raise)(lambda _work, _operation: None)


def test_two_operations_never_share_a_name() -> None:
    other = type("Raise", (Operation,), {})
    with pytest.raises(ValueError, match="Raise has a handler already"):
        handles(other)(lambda _work, _operation: None)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 3), min_size=1, max_size=12))
def test_a_journal_offered_again_in_full_leaves_the_same_state(sqlite_database: Database, order: list[int]) -> None:
    database = sqlite_database.acting_as(WATCH)
    opened = Raise()
    acts: list[Operation] = [opened]
    for number in order:
        retitled = Retitle(incident_id=opened.incident_id, title=f"title {number}")
        acts.append(retitled if number else Halt(incident_id=opened.incident_id))
    journal = [to_json(act) for act in acts]
    for line in journal:
        database.apply(from_json(line))
    state = database.read(rows_in), database.read(title_of, opened.incident_id)
    for line in journal:
        assert database.apply(from_json(line)).repeated
    assert (database.read(rows_in), database.read(title_of, opened.incident_id)) == state


def test_amounts_keep_their_places() -> None:
    assert str(from_json(to_json(Everything(amount=Decimal("10.50")))).amount) == "10.50"  # type: ignore[attr-defined]
