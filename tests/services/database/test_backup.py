"""Backups are whole, can be put back, and never overwrite what nobody told them to."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from app.services.database import backup as backups
from app.services.database import feed, schema, trail
from app.services.database.backup import backup, check, restore
from app.services.database.copies import copy_file
from app.services.database.database import Database, find_actor
from app.services.database.errors import DatabaseUnavailable, SchemaError, StateError, UserError
from app.services.people import AddPerson, list_people
from tests.services.database.acts import Raise

if TYPE_CHECKING:
    from tests.postgres import PostgresServer


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def logins(database: Database) -> list[str]:
    return [person.login for person in database.read(list_people)]


@pytest.fixture(autouse=True)
def client_programs(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """pg_dump and pg_restore of the server's own version, where a test uses the server."""
    if "postgresql" in request.node.name or "postgresql_database" in request.fixturenames:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        monkeypatch.setenv("PATH", f"{server.binaries}{os.pathsep}{os.environ['PATH']}")


def test_a_backup_can_be_put_in_the_place_of_what_came_after(database: Database, tmp_path: Path) -> None:
    database.apply(Raise(note="kept"))
    database.maintain(trail.seal, database.clock.now())
    cursor = database.read(feed.newest)
    file = backup(url_of(database), tmp_path / "desk.backup")
    database.apply(AddPerson(login="ben", name="Ben"))
    database.close()
    restore(url_of(database), file, overwrite=True)
    assert logins(database) == ["anna"]
    assert database.read(trail.verify).fits
    assert database.read(feed.since, cursor).changes.reload
    assert database.apply(Raise()).result["number"] == 2
    assert all(finding.well for finding in check(database))


def test_a_backup_is_for_its_owner_alone_and_a_file_of_its_own(sqlite_database: Database, tmp_path: Path) -> None:
    file = backup(url_of(sqlite_database), tmp_path / "copy.sqlite")
    assert file.stat().st_mode & 0o077 == 0
    copy = Database.open(str(file), login="anna")
    copy.apply(AddPerson(login="ben", name="Ben"))
    copy.close()
    assert logins(sqlite_database) == ["anna"]
    assert sorted(path.name for path in tmp_path.iterdir() if "part" in path.name) == []


def test_a_backup_holds_what_is_still_in_the_log_and_not_what_is_uncommitted(
    sqlite_database: Database, tmp_path: Path
) -> None:
    sqlite_database.apply(AddPerson(login="ben", name="Ben"))
    with sqlite_database._writing.begin() as session:
        session.execute(text("UPDATE schema_meta SET value = 'half' WHERE key = 'feed_epoch'"))
        file = backup(url_of(sqlite_database), tmp_path / "copy.sqlite")
    copy = Database.open(str(file))
    assert logins(copy) == ["anna", "ben"]
    assert copy.read(feed.epoch) != "half"
    copy.close()


def test_a_backup_tells_how_far_it_is(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.database.copies.PAGES_A_STEP", 20)
    told: list[tuple[int, int]] = []
    backup(url_of(sqlite_database), tmp_path / "copy", progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert len(told) > 3
    assert told[-1][0] == told[-1][1]


def test_no_file_is_overwritten_unless_told(database: Database, tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("precious")
    with pytest.raises(StateError, match="precious is there already and was left as it is"):
        backup(url_of(database), target)
    assert target.read_text() == "precious"
    backup(url_of(database), target, overwrite=True)
    assert target.stat().st_size > 10_000


def test_a_database_is_no_backup_of_itself(sqlite_database: Database, sqlite_file: Path) -> None:
    with pytest.raises(StateError, match="is the database itself"):
        backup(url_of(sqlite_database), sqlite_file, overwrite=True)
    sqlite_database.close()
    with pytest.raises(StateError, match="is the database itself"):
        restore(url_of(sqlite_database), sqlite_file, overwrite=True)


def test_a_folder_or_a_missing_folder_is_named(database: Database, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is a folder"):
        backup(url_of(database), tmp_path)
    with pytest.raises(DatabaseUnavailable, match=r"cannot be written|pg_dump did not finish"):
        backup(url_of(database), tmp_path / "nowhere" / "desk.backup")


def test_a_copy_that_fails_half_way_leaves_the_older_one(
    sqlite_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "copy"
    copy_file(sqlite_file, target)
    before = target.read_bytes()

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.services.database.copies._flush", full)
    with pytest.raises(DatabaseUnavailable, match="No space left"):
        copy_file(sqlite_file, target)
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("copy")] == ["copy"]


# --- what restoring refuses


def test_a_database_is_not_replaced_unless_told(database: Database, tmp_path: Path) -> None:
    file = backup(url_of(database), tmp_path / "desk.backup")
    database.apply(AddPerson(login="ben", name="Ben"))
    with pytest.raises(StateError, match=r"left as it is\. Say --overwrite"):
        restore(url_of(database), file)
    assert logins(database) == ["anna", "ben"]


def test_a_database_that_another_program_has_open_is_not_replaced(sqlite_database: Database, tmp_path: Path) -> None:
    file = backup(url_of(sqlite_database), tmp_path / "copy.sqlite")
    path = str(sqlite_database.engine.url.database)
    sqlite_database.close()
    hold = (
        "import sys; from app.services.database.database import Database; d = Database.open(sys.argv[1]);"
        " print('open', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", hold, path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        with pytest.raises(StateError, match=r"is open in another program\. Close it there"):
            restore(path, file, overwrite=True)
        holder.communicate()
    assert restore(path, file, overwrite=True) == Path(path + ".before-restore")


def test_a_server_database_that_others_have_open_is_not_replaced(postgresql_database: Database, tmp_path: Path) -> None:
    file = backup(url_of(postgresql_database), tmp_path / "desk.backup")
    with (
        postgresql_database.engine.connect(),
        pytest.raises(StateError, match="other sessions have that database open"),
    ):
        restore(url_of(postgresql_database), file, overwrite=True)
    assert logins(postgresql_database) == ["anna"]


def test_what_stood_there_is_kept(sqlite_database: Database, tmp_path: Path) -> None:
    file = backup(url_of(sqlite_database), tmp_path / "copy.sqlite")
    sqlite_database.apply(AddPerson(login="ben", name="Ben"))
    sqlite_database.close()
    kept = restore(url_of(sqlite_database), file, overwrite=True)
    assert kept is not None
    before = Database.open(str(kept))
    assert logins(before) == ["anna", "ben"]
    before.close()


def test_a_damaged_database_can_be_replaced(sqlite_database: Database, sqlite_file: Path, tmp_path: Path) -> None:
    file = backup(url_of(sqlite_database), tmp_path / "copy.sqlite")
    sqlite_database.close()
    content = sqlite_file.read_bytes()
    sqlite_file.write_bytes(content[:5000] + os.urandom(9000) + content[14000:30000])
    assert restore(str(sqlite_file), file, overwrite=True) is not None
    restored = Database.open(str(sqlite_file))
    assert logins(restored) == ["anna"]
    restored.close()


def test_a_backup_can_be_put_where_nothing_is(sqlite_database: Database, tmp_path: Path) -> None:
    file = backup(url_of(sqlite_database), tmp_path / "copy.sqlite")
    assert restore(str(tmp_path / "new.sqlite"), file) is None
    new = Database.open(str(tmp_path / "new.sqlite"))
    assert logins(new) == ["anna"]
    new.close()


@pytest.mark.parametrize("share", [0.5, 0.97])
def test_a_damaged_backup_is_refused_and_the_database_stays(
    sqlite_database: Database, tmp_path: Path, share: float
) -> None:
    file = backup(url_of(sqlite_database), tmp_path / "copy.sqlite")
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * share)])
    sqlite_database.close()
    with pytest.raises(DatabaseUnavailable, match="damaged"):
        restore(url_of(sqlite_database), file, overwrite=True)
    assert logins(sqlite_database) == ["anna"]


def test_what_is_no_backup_is_refused(database: Database, tmp_path: Path) -> None:
    letter = tmp_path / "letter"
    letter.write_text("Dear Mrs Meier" * 99)
    database.close()
    with pytest.raises(DatabaseUnavailable, match=r"is not a (database file|backup)"):
        restore(url_of(database), letter, overwrite=True)
    with pytest.raises(DatabaseUnavailable, match="There is no backup at"):
        restore(url_of(database), tmp_path / "missing", overwrite=True)
    assert logins(database) == ["anna"]


def test_a_damaged_archive_leaves_the_server_database_as_it_was(postgresql_database: Database, tmp_path: Path) -> None:
    file = backup(url_of(postgresql_database), tmp_path / "desk.backup")
    content = file.read_bytes()
    file.write_bytes(content[: len(content) * 9 // 10])
    postgresql_database.apply(AddPerson(login="ben", name="Ben"))
    postgresql_database.close()
    with pytest.raises(DatabaseUnavailable, match="pg_restore did not finish; nothing was changed"):
        restore(url_of(postgresql_database), file, overwrite=True)
    assert logins(postgresql_database) == ["anna", "ben"]


def test_a_newer_backup_is_refused(sqlite_database: Database, tmp_path: Path) -> None:
    with sqlite_database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9001'"))
    copy = copy_file(Path(str(sqlite_database.engine.url.database)), tmp_path / "copy.sqlite")
    with pytest.raises(SchemaError, match="newer version of the program"):
        restore(str(tmp_path / "new.sqlite"), copy)
    assert not (tmp_path / "new.sqlite").exists()


def test_without_the_servers_programs_one_is_told_what_to_install(
    postgresql_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DatabaseUnavailable, match=r"program pg_dump, which is not here\. Install PostgreSQL's client"):
        backup(url_of(postgresql_database), tmp_path / "desk.backup")


def test_a_password_is_never_among_a_programs_arguments(
    postgresql_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []
    run = subprocess.run

    def watched(command: list[str], **kwargs: object) -> object:
        seen.append(command)
        return run(command, **kwargs)  # type: ignore[call-overload]  # handed through as it came

    monkeypatch.setattr(subprocess, "run", watched)
    backup(url_of(postgresql_database), tmp_path / "desk.backup")
    password = postgresql_database.engine.url.password
    assert password
    assert len(seen) == 1
    assert password not in " ".join(seen[0])


# --- checking


def test_a_sound_database_has_nothing_to_mend(database: Database) -> None:
    assert [(finding.name, finding.well) for finding in check(database)] == [
        ("file", True), ("references", True), ("triggers", True), ("trail", True),
    ]  # fmt: skip


def test_a_missing_trigger_is_found_and_can_be_made_anew(database: Database) -> None:
    on_sqlite = database.engine.dialect.name == "sqlite"
    name = "trail_incidents_update" if on_sqlite else "trail_incidents"
    with database.engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER {name}" if on_sqlite else f"DROP TRIGGER {name} ON incidents"))
    fault = next(finding for finding in check(database) if not finding.well)
    assert (fault.name, name in fault.text, "--mend" in fault.mend) == ("triggers", True, True)
    backups.mend_triggers(database)
    assert all(finding.well for finding in check(database))


def test_a_trigger_that_was_changed_or_switched_off_is_found(postgresql_database: Database) -> None:
    for statement in (
        "ALTER TABLE incidents DISABLE TRIGGER trail_incidents",
        "CREATE OR REPLACE FUNCTION desk_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$",
    ):
        with postgresql_database.engine.begin() as connection:
            connection.exec_driver_sql(statement)
    text = next(finding.text for finding in check(postgresql_database) if not finding.well)
    assert text == "Missing or changed: 2 triggers: desk_append_only(), trail_incidents"


def test_a_reference_that_leads_nowhere_is_found(sqlite_database: Database) -> None:
    with sqlite_database.engine.connect() as connection:
        schema._check_references(connection, on=False)
        with connection.begin():
            connection.exec_driver_sql("UPDATE operation_context SET operation_id = '0'")
            connection.exec_driver_sql("INSERT INTO memberships (id, team_id, person_id) VALUES ('1', 'x', 'y')")
            connection.exec_driver_sql("UPDATE operation_context SET operation_id = NULL")
        schema._check_references(connection, on=True)
    fault = next(finding for finding in check(sqlite_database) if not finding.well)
    assert (fault.name, fault.text[:38]) == ("references", "Leading nowhere: 2 references: members")


def test_a_trail_that_does_not_fit_is_found(sqlite_database: Database) -> None:
    sqlite_database.maintain(trail.seal, sqlite_database.clock.now())
    with sqlite_database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER append_only_trail_update")
        connection.exec_driver_sql("UPDATE trail SET reason = 'forged'")
    backups.mend_triggers(sqlite_database)
    fault = next(finding for finding in check(sqlite_database) if not finding.well)
    assert fault.text == "Block 1 does not fit: a row in it was changed after it was sealed."


def test_who_acts_is_found_again_after_a_restore(sqlite_database: Database, tmp_path: Path) -> None:
    file = backup(url_of(sqlite_database), tmp_path / "copy.sqlite")
    restore(str(tmp_path / "new.sqlite"), file)
    new = Database.open(str(tmp_path / "new.sqlite"), login="anna")
    assert new.actor == sqlite_database.read(find_actor, "anna")
    new.close()
