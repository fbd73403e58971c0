"""The doctor finds what must be mended, and says how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from sqlalchemy import insert, text

from app import config
from app.models.enums import OutboxState, Role
from app.models.message import Outbox
from app.models.trail import Heartbeat
from app.services.database import doctor, trail
from app.services.database.database import Database
from app.services.database.doctor import examine
from app.services.database.findings import Finding
from app.services.database.identity import new_id
from app.services.database.operations import Operation, handles
from app.services.database.partitions import months_from
from app.services.database.work import UnitOfWork
from tests.services.database.acts import Raise

Look = Callable[[], dict[str, Finding]]


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def look(database: Database, *, login: str | None = "anna", ahead: timedelta = timedelta(0)) -> dict[str, Finding]:
    """The findings by name; of two with one name the worse."""
    found = examine(url_of(database), login, datetime.now(UTC) + ahead)
    return {finding.name: finding for finding in sorted(found, key=lambda finding: finding.well, reverse=True)}


def test_nothing_grave_is_found_where_all_is_well(database: Database) -> None:
    found = look(database)
    assert [finding for finding in found.values() if not finding.well and not finding.minor] == []
    assert found["rights"].text == "anna acts here as admin."
    assert found["watch"].text == "No watch has ever run here."


def test_what_must_be_mended_says_how(database: Database) -> None:
    for finding in look(database, login="zoe").values():
        assert finding.well or finding.mend


def test_a_database_that_does_not_open_is_one_finding_among_the_others(tmp_path: Path) -> None:
    letter = tmp_path / "letter"
    letter.write_text("Dear Mrs Meier")
    found = {finding.name: finding for finding in examine(str(letter), None, datetime.now(UTC))}
    assert found["python"].well
    assert not found["database"].well
    assert "is not a database file" in found["database"].text


def test_a_stranger_is_told_how_to_become_somebody(database: Database) -> None:
    finding = look(database, login="zoe")["rights"]
    assert (finding.well, finding.minor) == (False, True)
    assert "db person add" in finding.mend


def test_the_owner_of_a_servers_tables_is_told_that_nothing_binds_them(postgresql_database: Database) -> None:
    finding = look(postgresql_database)["server"]
    assert (finding.well, finding.minor) == (False, True)
    assert "server-setup" in finding.mend


def test_a_watch_that_runs_is_seen_and_one_that_fell_silent_too(database: Database) -> None:
    beat = insert(Heartbeat).values(watch="here", at=datetime.now(UTC))
    database.maintain(lambda session: session.execute(beat))
    assert look(database)["watch"].well
    late = text("UPDATE heartbeats SET at = :at").bindparams(at=datetime.now(UTC) - timedelta(minutes=2))
    if database.engine.dialect.name == "sqlite":
        late = text("UPDATE heartbeats SET at = at - 120000000")
    database.maintain(lambda session: session.execute(late))
    assert look(database)["watch"].text.startswith("The last sign of a watch was 20")


@dataclass(frozen=True, kw_only=True)
class Post(Operation):
    """Puts something in the outbox."""

    state: OutboxState
    minutes_ago: int
    to: str | None = None
    error: str | None = None
    needs: ClassVar[Role] = Role.VIEWER


@handles(Post)
def post(work: UnitOfWork, operation: Post) -> None:
    before = datetime.now(UTC) - timedelta(minutes=operation.minutes_ago)
    work.add(
        Outbox(id=new_id(), key=new_id(), channel="mail", recipient="x", state=operation.state, not_before=before,
               created_at=before, person_id=operation.to, last_error=operation.error)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("state", "minutes", "said"),
    [
        (OutboxState.QUEUED, 11, "1 message should have left more than ten minutes ago."),
        (OutboxState.FAILED, 60, "1 message should have left more than ten minutes ago."),
        (OutboxState.DEAD, 0, "Given up: 1 message."),
        (OutboxState.QUEUED, 5, "Nothing is stuck in the outbox."),
        (OutboxState.SENT, 60, "Nothing is stuck in the outbox."),
    ],
)
def test_messages_that_are_stuck_are_counted(database: Database, state: OutboxState, minutes: int, said: str) -> None:
    database.apply(Post(state=state, minutes_ago=minutes))
    finding = look(database)["outbox"]
    assert finding.text == said
    assert finding.well is ("Nothing" in said)


@pytest.mark.parametrize(
    ("state", "minutes", "said", "minor"),
    [
        (OutboxState.QUEUED, 11, "1 alert to colleagues should have left more than ten minutes ago.", True),
        (OutboxState.DEAD, 5, "Given up: 1 alert to colleagues.", False),
        (OutboxState.DEAD, 25 * 60, "Nothing is stuck in the outbox.", False),
    ],
    ids=["waiting", "given up", "given up long ago"],
)
def test_alerts_to_colleagues_are_told_apart_from_messages(
    database: Database, state: OutboxState, minutes: int, said: str, minor: bool
) -> None:
    to = database.actor.id
    database.apply(Post(state=state, minutes_ago=minutes, to=to, error="550 no such mailbox"))
    finding = look(database)["outbox"]
    assert (finding.text, finding.minor) == (said, minor)
    if said.startswith("Given up"):
        assert "550 no such mailbox" in finding.mend


def test_a_trail_that_nobody_seals_is_noticed_after_an_hour(database: Database) -> None:
    database.clock.at = datetime.now(UTC) - timedelta(minutes=61)  # type: ignore[attr-defined]  # a HandClock
    database.maintain(trail.seal, datetime.now(UTC))
    database.apply(Raise())
    finding = look(database)["trail"]
    assert (finding.well, finding.text) == (False, "Not sealed yet: 2 rows of the trail.")
    database.maintain(trail.seal, datetime.now(UTC))
    assert look(database)["trail"].well


def test_a_clock_that_was_set_back_is_found_in_a_file(sqlite_database: Database) -> None:
    sqlite_database.clock.at = datetime.now(UTC)  # type: ignore[attr-defined]  # a HandClock
    sqlite_database.apply(Raise())
    assert look(sqlite_database)["clock"].well
    finding = look(sqlite_database, ahead=-timedelta(minutes=5))["clock"]
    assert (finding.well, finding.minor) == (False, False)


def test_a_clock_that_differs_from_the_servers_is_found(postgresql_database: Database) -> None:
    assert look(postgresql_database)["clock"].well
    finding = look(postgresql_database, ahead=timedelta(minutes=5))["clock"]
    assert not finding.well
    assert "+300." in finding.text or "+299." in finding.text


def test_partitions_that_are_about_to_run_out_are_noticed(postgresql_database: Database) -> None:
    assert look(postgresql_database)["partitions"].well
    after = months_from(datetime.now(UTC), 2)[1]
    with postgresql_database.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP TABLE feed_{after:%Y_%m}")
    assert not look(postgresql_database)["partitions"].well


def test_a_file_that_others_can_read_is_noticed(sqlite_database: Database, sqlite_file: Path) -> None:
    sqlite_file.chmod(0o600)
    assert "file" not in look(sqlite_database)
    sqlite_file.chmod(0o644)
    assert look(sqlite_database)["file"].mend == f"chmod 600 {sqlite_file}"


MOUNTS = "/dev/vda / ext4 rw 0 0\nserver:/home /home/anna nfs4 rw 0 0\n//nas/x /mnt/two\\040words cifs rw 0 0\n"


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/home/anna/desk.sqlite", "nfs4"), ("/home/annabel/desk.sqlite", "ext4"), ("/mnt/two words/d.sqlite", "cifs")],
)
def test_a_network_drive_is_told_by_its_mount(tmp_path: Path, path: str, kind: str) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    assert doctor._file_system(Path(path), mounts) == kind
    assert doctor._file_system(Path(path), tmp_path / "missing") is None


def test_a_network_drive_is_refused(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_file_system", lambda _path: "nfs4")
    finding = look(sqlite_database)["file"]
    assert (finding.well, finding.minor) == (False, False)
    assert "network drive (nfs4)" in finding.text


@pytest.mark.parametrize(
    ("where", "name", "value", "finding"),
    [
        (doctor, "SOUND_SQLITE", (99, 0, 0), "sqlite"),
        (doctor, "ASSETS", ("no_such_font",), "fonts"),
        (doctor, "PACKAGES", ("no-such-package",), "python"),
        (doctor, "OLDEST_PYTHON", (9, 0), "python"),
        (doctor, "LITTLE_SPACE", 1 << 60, "disk"),
        (config, "keyring_name", lambda: None, "keyring"),
    ],
)
def test_what_is_missing_on_this_computer_is_found(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, where: Any, name: str, value: object, finding: str
) -> None:
    assert look(sqlite_database)[finding].well
    monkeypatch.setattr(where, name, value)
    assert not look(sqlite_database)[finding].well
