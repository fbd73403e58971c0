"""Incidents of another desk become history: once each, with their own times, waking nobody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models.customer import Customer
from app.models.enums import EventKind, IncidentOrigin, Phase, Role
from app.models.incident import Event, Fact, ImportBatch, Incident
from app.models.message import Notification, Outbox
from app.models.timer import Timer
from app.models.trail import Trail
from app.services.database import feed
from app.services.database.database import Database
from app.services.database.errors import NotAllowed
from app.services.database.identity import new_id
from app.services.database.work import Actor
from app.services.incidents.history import compare_known, count_history, import_incidents
from app.services.incidents.intake.dry_run import dry_run
from app.services.incidents.intake.figures import as_document, summary
from app.services.incidents.intake.mapping_file import load_mapping
from app.services.incidents.intake.stream import read_incidents
from app.services.incidents.queue import QueueView, load_queue
from app.services.sheets.errors import SheetCancelled, SheetError
from tests.services.incidents.history_files import HEAD, MAPPING, batches, counts, line, write
from tests.services.incidents.intake.samples import SERVICENOW, SERVICENOW_MAPPING


def incidents(session: Session) -> Sequence[Incident]:
    return session.scalars(select(Incident).order_by(Incident.number)).all()


def amount(session: Session, model: Any) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def trailed(session: Session) -> list[str]:
    return sorted(session.scalars(select(Trail.table_name).where(Trail.table_name != "people")))


def keys(session: Session) -> list[str]:
    return sorted(session.scalars(select(Customer.source_key).where(Customer.source == "old")))


def test_each_incident_arrives_once_with_its_times(database: Database, tmp_path: Path) -> None:
    report = import_incidents(database, write(tmp_path, line(1), line(2, closed=None)), MAPPING)
    assert (report.new, report.changed, report.same) == (2, 0, 0)
    first, second = database.read(incidents)
    assert (first.number, second.number) == (1, 2)
    assert first.source_key == "old:C-1"
    assert first.raised_at == first.opened_at == datetime(2026, 3, 1, 0, 1, tzinfo=UTC)
    assert first.closed_at == datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert (first.phase, second.phase) == (Phase.CLOSED, Phase.ASSESSMENT)
    assert first.facts == {"severity": "s2", "seats": 1}


def test_what_was_open_over_there_is_marked_and_stays_history(database: Database, tmp_path: Path) -> None:
    import_incidents(database, write(tmp_path, line(1), line(2, closed=None)), MAPPING)
    first, second = database.read(incidents)
    assert (first.open_in_source, second.open_in_source) == (False, True)
    assert {first.origin, second.origin} == {IncidentOrigin.HISTORY}
    assert second.closed_at is None
    assert second.version_id is None


def test_history_starts_no_timer_tells_nobody_and_is_in_no_queue(database: Database, tmp_path: Path) -> None:
    import_incidents(database, write(tmp_path, line(1), line(2, closed=None)), MAPPING)
    assert [database.read(amount, model) for model in (Timer, Notification, Outbox)] == [0, 0, 0]
    for view in QueueView:
        queue = database.read(load_queue, view, database.actor.id, database.clock.now())
        assert not queue.rows
        assert not any(queue.counts.values())


def test_a_second_import_writes_nothing(database: Database, tmp_path: Path) -> None:
    path = write(tmp_path, *(line(number) for number in range(1, 60)))
    import_incidents(database, path, MAPPING)
    before = counts(database)
    again = import_incidents(database, path, MAPPING)
    assert (again.new, again.changed, again.same) == (0, 0, 59)
    assert counts(database) == before


def test_the_next_export_adds_only_what_is_new(database: Database, tmp_path: Path) -> None:
    import_incidents(database, write(tmp_path, line(1)), MAPPING)
    again = import_incidents(database, write(tmp_path, line(2), line(1)), MAPPING)
    assert (again.new, again.same) == (1, 1)
    assert [one.source_key for one in database.read(incidents)] == ["old:C-1", "old:C-2"]


def test_an_incident_that_changed_is_written_anew_under_its_number(database: Database, tmp_path: Path) -> None:
    import_incidents(database, write(tmp_path, line(1, closed=None, prio="P3"), line(2)), MAPPING)
    before = database.read(incidents)[0]
    again = import_incidents(database, write(tmp_path, line(1, prio="P1"), line(2)), MAPPING)
    assert (again.new, again.changed, again.same) == (0, 1, 1)
    after = database.read(incidents)[0]
    assert (after.id, after.number) == (before.id, before.number)
    assert after.facts["severity"] == "s1"
    assert after.phase is Phase.CLOSED
    facts = database.read(lambda session: session.scalars(select(Fact).where(Fact.incident_id == after.id)).all())
    assert sorted((fact.dimension, fact.value) for fact in facts) == [("seats", "1"), ("severity", "s1")]


def test_what_is_here_is_known_before_anything_is_written(database: Database, tmp_path: Path) -> None:
    import_incidents(database, write(tmp_path, line(1), line(2)), MAPPING)
    before = counts(database)
    found = dry_run(write(tmp_path, line(1), line(2, prio="P1"), line(3)), MAPPING)
    assert found.report.incidents == 3
    salted = dry_run(tmp_path / "old_desk.csv", MAPPING, salt=database.read(_salt))
    known = database.read(compare_known, "old", salted.digests)
    assert (known.new, known.changed, known.same) == (1, 1, 1)
    assert counts(database) == before


def _salt(session: Session) -> bytes:
    from app.services.incidents.history import salt_of

    return salt_of(session)


def test_masks_repeat_because_their_salt_is_kept(database: Database, tmp_path: Path) -> None:
    import_incidents(database, write(tmp_path, line(1)), MAPPING)
    masks = database.read(keys)
    import_incidents(database, write(tmp_path, line(1), line(2)), MAPPING)
    assert database.read(keys) == masks
    assert len(masks) == 1
    assert "Kite" not in masks[0]


def test_another_database_masks_otherwise(database: Database, tmp_path: Path, empty_url: str) -> None:
    import_incidents(database, write(tmp_path, line(1)), MAPPING)
    other = Database.open(empty_url, create=True).acting_as(Actor(None, "watch", "Watch", Role.ADMIN))
    try:
        import_incidents(other, tmp_path / "old_desk.csv", MAPPING)
        assert other.read(keys) != database.read(keys)
    finally:
        other.close()


def test_an_import_leaves_one_line_of_the_trail_a_batch(database: Database, tmp_path: Path) -> None:
    import_incidents(database, write(tmp_path, *(line(number) for number in range(1, 60))), MAPPING)
    written = database.read(amount, ImportBatch)
    assert database.read(trailed) == ["import_batches"] * written
    assert written == database.read(batches) >= 2


def test_the_feed_says_reload_instead_of_naming_rows(database: Database, tmp_path: Path) -> None:
    cursor = database.read(feed.newest)
    import_incidents(database, write(tmp_path, line(1), line(2)), MAPPING)
    page = database.read(feed.since, cursor)
    assert page.changes.reload
    assert not page.changes.incidents


def test_batches_stay_small_so_that_a_click_is_never_queued_behind_one(database: Database, tmp_path: Path) -> None:
    import_incidents(database, write(tmp_path, *(line(number) for number in range(1, 1000))), MAPPING)
    sizes = database.read(lambda session: session.scalars(select(ImportBatch.incidents)).all())
    assert sum(sizes) == 999
    assert max(sizes) <= 400


def test_what_was_committed_before_a_stop_stays_and_a_new_start_brings_the_rest(
    database: Database, tmp_path: Path
) -> None:
    path = write(tmp_path, *(line(number) for number in range(1, 3000)))

    def enough() -> bool:
        return database.read(count_history) >= 20

    with pytest.raises(SheetCancelled):
        import_incidents(database, path, MAPPING, cancelled=enough)
    stopped_at = database.read(count_history)
    assert 20 <= stopped_at < 2999
    again = import_incidents(database, path, MAPPING)
    assert (again.new, again.same) == (2999 - stopped_at, stopped_at)
    assert database.read(count_history) == 2999


def test_a_retry_with_the_id_of_the_import_does_nothing_again(database: Database, tmp_path: Path) -> None:
    path, import_id = write(tmp_path, *(line(number) for number in range(1, 60))), new_id()
    import_incidents(database, path, MAPPING, import_id=import_id)
    before = counts(database)
    again = import_incidents(database, path, MAPPING, import_id=import_id)
    assert (again.new, again.same) == (0, 59)
    assert counts(database) == before


def test_a_retry_brings_what_the_first_try_did_not_reach(database: Database, tmp_path: Path) -> None:
    import_id = new_id()
    import_incidents(database, write(tmp_path, line(1)), MAPPING, import_id=import_id)
    again = import_incidents(database, write(tmp_path, line(1), line(2)), MAPPING, import_id=import_id)
    assert (again.new, again.same) == (1, 1)


def test_facts_and_states_of_a_log_keep_the_times_at_which_they_held(database: Database) -> None:
    import_incidents(database, SERVICENOW, load_mapping(SERVICENOW_MAPPING))
    stream = read_incidents(SERVICENOW, load_mapping(SERVICENOW_MAPPING))
    one = next(one for one in stream if len({fact.at for fact in one.facts}) > 1)

    def stored(session: Session) -> tuple[list[tuple[str, str | None, datetime]], list[datetime]]:
        incident = session.scalars(select(Incident).where(Incident.source_key == one.source_key)).one()
        facts = session.scalars(select(Fact).where(Fact.incident_id == incident.id)).all()
        states = session.scalars(
            select(Event.at).where(Event.incident_id == incident.id, Event.kind == EventKind.STATE_IN_SOURCE)
        ).all()
        return [(fact.dimension, fact.value, fact.at) for fact in facts], sorted(states)

    facts, states = database.read(stored)
    said = {(fact.key, fact.at) for fact in one.facts}
    assert {(key, at) for key, _, at in facts} == said
    assert states == sorted(state.at for state in one.states)


def test_figures_of_the_import_are_those_of_reading_the_file(database: Database) -> None:
    mapping = load_mapping(SERVICENOW_MAPPING)
    report = import_incidents(database, SERVICENOW, mapping)
    assert report.figures == as_document(summary(read_incidents(SERVICENOW, mapping), mapping.labels(), mapping.zone))
    assert (report.new, report.reading.incidents, database.read(count_history)) == (300, 300, 300)
    assert (report.figures["events"], report.figures["cases"]) == (2040, 300)


def test_the_report_says_in_words_what_came_and_what_did_not(database: Database, tmp_path: Path) -> None:
    bad = "C-9,no day at all,,Kite,,P1,1"
    report = import_incidents(database, write(tmp_path, line(1), line(2, closed=None), bad), MAPPING)
    lines = report.lines()
    assert any(text.startswith("3 incidents in the file, 2 read, 1 left out") for text in lines)
    assert any(text.startswith("Left out: 1,") and "row 4" in text for text in lines)
    assert "1 left open in the source" in lines
    assert "Masked: customer, contact" in lines
    assert lines[-1].startswith("2 new, 0 changed, 0 here already, in ")


def test_progress_goes_from_nothing_to_everything(database: Database, tmp_path: Path) -> None:
    told: list[float] = []
    path = write(tmp_path, *(line(number) for number in range(1, 4000)))
    import_incidents(database, path, MAPPING, on_progress=lambda share, _rows: told.append(share))
    assert told == sorted(told)
    assert 0 < told[0] < 0.3
    assert 0.6 < told[-1] <= 1


def test_who_may_not_import_is_told_so_and_nothing_is_written(database: Database, tmp_path: Path) -> None:
    agent = database.acting_as(Actor(None, "bo", "Bo", Role.AGENT))
    with pytest.raises(NotAllowed):
        import_incidents(agent, write(tmp_path, line(1)), MAPPING)
    assert database.read(count_history) == 0


BAD_FILES = {
    "NUL": b"id,raised,closed,customer,contact,prio,size\nC-1,2026-03-01 00:01,,Ki\x00te,,P1,1\n",
    "cut off within a quoted cell": b'id,raised,closed,customer,contact,prio,size\nC-1,2026-03-01 00:01,,"Ki',
    "two columns of one name": b"id,raised,closed,customer,contact,prio,id\nC-1,2026-03-01 00:01,,Kite,,P1,1\n",
    "a cell without end": b"id,raised,closed,customer,contact,prio,size\nC-1,2026-03-01 00:01,,"
    + b"x" * 131_073
    + b",,P1,1\n",
    "two encodings": (HEAD + "\nC-1,2026-03-01 00:01,,Köln,,P1,1\n").encode()
    + b"C-2,2026-03-01 00:02,,K\xf6ln,,P1,2\n",
    "no rows": b"id,raised,closed,customer,contact,prio,size\n",
    "other columns": b"a,b\n1,2\n",
    "empty": b"",
}


@pytest.mark.parametrize("content", BAD_FILES.values(), ids=BAD_FILES.keys())
def test_a_file_that_cannot_be_used_leaves_nothing_behind(
    sqlite_database: Database, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    before = counts(sqlite_database)
    with pytest.raises(SheetError) as refused:
        import_incidents(sqlite_database, path, MAPPING)
    assert refused.value.mend
    assert counts(sqlite_database) == before
