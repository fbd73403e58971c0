"""``incidents import``: a file of another desk, its report, its questions, and files that cannot be used."""

from __future__ import annotations

import json
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.config import project_file
from tests.cli.commands import Desk, document
from tests.databases import fill
from tests.rights import ordinary_rights
from tests.services.incidents.intake.samples import SERVICENOW

MAPPING = project_file("resources", "mappings", "servicenow.toml")
UNSURE = (
    "case_id,created_at,closed_at,queue",
    "CS-1,04/11/2025 08:12,2025-11-04T16:47:00Z,PAY",
    "CS-2,05/11/2025 09:00,2025-11-05T10:00:00Z,PAY",
    "CS-3,06/11/2025 09:00,2025-11-06T10:00:00Z,SEC",
)


def saved(folder: Path, *lines: str, name: str = "old.csv") -> Path:
    path = folder / name
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def incidents(desk: Desk) -> int:
    return int(document(desk("db", "status", "--json"))["incidents"])


def test_the_report_and_the_figures_are_one_document(begun: Desk) -> None:
    told = document(begun("incidents", "import", SERVICENOW, "--mapping", MAPPING, "--json"))
    assert (told["new"], told["changed"], told["same"], told["source"]) == (300, 0, 0, "servicenow")
    assert (told["reading"]["rows"], told["reading"]["cases"], told["reading"]["incidents"]) == (2040, 300, 300)
    assert (told["figures"]["events"], told["figures"]["cases"]) == (2040, 300)
    assert told["reading"]["first_raised"] == "2016-02-29T01:16:00+00:00"
    assert incidents(begun) == 300


def test_a_second_import_finds_everything_here_already(begun: Desk) -> None:
    begun("incidents", "import", SERVICENOW, "--mapping", MAPPING)
    code, out, err = begun("incidents", "import", SERVICENOW, "--mapping", MAPPING)
    assert (code, err) == (0, "")
    assert out.splitlines()[0].startswith("incident_event_log.first300.csv.xz: 25,532 bytes, comma")
    assert out.splitlines()[-1].startswith("0 new, 0 changed, 300 here already, in ")


def test_a_server_takes_the_same_import(
    postgres_url: Callable[..., str], desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESCALATION_DESK_DATABASE", postgres_url(fill))
    command = ("--login", "anna", "incidents", "import", SERVICENOW, "--mapping", MAPPING, "--json")
    told = document(desk(*command))
    assert (told["new"], told["figures"]["cases"]) == (300, 300)
    assert document(desk(*command))["same"] == 300


def test_the_shipped_mapping_is_found_by_the_columns(begun: Desk) -> None:
    code, _, err = begun("incidents", "import", SERVICENOW, "--dry-run")
    assert code == 0
    assert "Read with the mapping “ServiceNow event log”, which fits the columns." in err


def test_a_dry_run_writes_nothing(begun: Desk) -> None:
    told = document(begun("incidents", "import", SERVICENOW, "--mapping", MAPPING, "--dry-run", "--json"))
    assert told["reading"]["incidents"] == told["figures"]["cases"] == 300
    assert incidents(begun) == 0


def test_a_question_stops_the_import_and_says_how_to_answer(begun: Desk, tmp_path: Path) -> None:
    code, out, err = begun("incidents", "import", saved(tmp_path, *UNSURE))
    assert (code, out) == (1, "")
    assert "Column created_at: Is 04/11/2025 in November or in April?" in err
    assert "--answer created_at=day   Day/month everywhere" in err
    assert "--answer created_at=month   Month/day everywhere" in err
    assert incidents(begun) == 0


@pytest.mark.parametrize(("key", "raised"), [("day", "2025-11-04"), ("month", "2025-04-11")])
def test_the_answer_decides_the_dates(begun: Desk, tmp_path: Path, key: str, raised: str) -> None:
    code, _, err = begun("incidents", "import", saved(tmp_path, *UNSURE), "--answer", f"created_at={key}")
    assert (code, "A repeat is recognised by the source “old”" in err) == (0, True)
    (found,) = document(begun("incidents", "search", "CS-1", "--json"))
    assert found["raised_at"].startswith(raised)


def test_the_guessed_mapping_can_be_kept_and_used_again(begun: Desk, tmp_path: Path) -> None:
    path, kept = saved(tmp_path, *UNSURE), tmp_path / "old.toml"
    answers = ("--answer", "created_at=day", "--source", "old desk", "--zone", "Europe/Oslo")
    assert begun("incidents", "import", path, *answers, "--save-mapping", kept)[0] == 0
    told = document(begun("incidents", "import", path, "--mapping", kept, "--json"))
    assert (told["source"], told["new"], told["same"]) == ("old desk", 0, 3)
    (found,) = document(begun("incidents", "search", "CS-1", "--json"))
    assert found["raised_at"] == "2025-11-04T07:12:00+00:00"  # 08:12 in Oslo


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--answer", "created_at=year"), "“year” is no answer here"),
        (("--answer", "queue=day", "--answer", "created_at=day"), "no question about “queue”"),
        (("--zone", "Mars/Base", "--answer", "created_at=day"), "Mars/Base"),
        (("--live",), "history only"),
        (("--mapping", "nowhere.toml"), "cannot be opened"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_is_written(
    begun: Desk, tmp_path: Path, more: tuple[str, ...], words: str
) -> None:
    code, out, err = begun("incidents", "import", saved(tmp_path, *UNSURE), *more)
    assert (code, out) == (1, "")
    assert words in err
    assert incidents(begun) == 0


def test_who_may_not_import_is_refused(begun: Desk) -> None:
    begun("db", "person", "add", "bo", "--name", "Bo", "--role", "agent")
    code, _, err = begun("--login", "bo", "incidents", "import", SERVICENOW, "--mapping", MAPPING)
    assert (code, "needs the role “lead”" in err) == (1, True)
    assert incidents(begun) == 0


def test_imported_incidents_are_shown_and_cannot_be_worked_on(begun: Desk, tmp_path: Path) -> None:
    begun("incidents", "import", saved(tmp_path, *UNSURE), "--answer", "created_at=day")
    assert begun("incidents", "show", "1")[1].splitlines()[1] == "closed, history, nobody has it"
    code, _, err = begun("incidents", "act", "1", "acknowledge")
    assert (code, "is history" in err) == (1, True)
    code, _, err = begun("clock", "explain", "1")
    assert (code, "has no timers" in err) == (1, True)


# --- files that cannot be used

HEAD = b"case_id,created_at,closed_at,queue\n"
ROW = b"CS-1,2025-11-04 08:12,2025-11-04 16:47,PAY\n"
WHOLE = lzma.compress(HEAD + ROW * 50)

BAD_FILES: dict[str, tuple[bytes, str]] = {
    "cut_off_xz": (WHOLE[: len(WHOLE) // 2], "ends too early"),
    "duplicate_headers": (b"case_id,created_at,created_at\n1,2025-11-04,2025-11-04\n", "created_at"),
    "huge_field": (HEAD + b"CS-1,2025-11-04 08:12,," + b"x" * 131_073 + b"\n", "131,072"),
    "nul": (HEAD + b"CS-1,2025-11-04 08:12,,P\x00Y\n", "NUL"),
    "mixed_encodings": (
        HEAD + "CS-1,2025-11-04 08:12,,Köln\n".encode() + b"CS-2,2025-11-04 08:12,,K\xf6ln\n",
        "Line 3",
    ),
    "empty": (b"", "empty"),
}


@pytest.mark.parametrize(("content", "words"), BAD_FILES.values(), ids=BAD_FILES)
def test_a_damaged_file_is_told_at_its_place_and_nothing_is_written(
    begun: Desk, tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes(content)
    code, out, err = begun("incidents", "import", path)
    assert (code, out) == (1, "")
    assert words in err
    assert len([line for line in err.splitlines() if line]) >= 2  # what happened, and how to mend it
    assert incidents(begun) == 0


def test_utf_16_is_read_as_well_as_utf_8(begun: Desk, tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes((HEAD + ROW).decode().encode("utf-16"))
    told: Any = document(begun("incidents", "import", path, "--mapping", _plain_mapping(tmp_path), "--json"))
    assert (told["reading"]["encoding"], told["new"]) == ("UTF-16", 1)


def test_utf_16_that_is_cut_within_a_sign_is_told(begun: Desk, tmp_path: Path) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes((HEAD + ROW).decode().encode("utf-16")[:-1])
    code, _, err = begun("incidents", "import", path)
    assert code == 1
    assert "old.csv" in err
    assert incidents(begun) == 0


def _plain_mapping(folder: Path) -> Path:
    text = (
        'format = "escalation-desk/incident-mapping/1"\nname = "Old"\nsource = "old"\n'
        '[columns.case_id]\nfield = "number"\n[columns.created_at]\nfield = "raised"\n'
        '[columns.closed_at]\nfield = "closed"\n'
    )
    path = folder / "old.toml"
    path.write_text(text, encoding="utf-8")
    return path


# --- databases that cannot be used


def _not_one(path: Path) -> None:
    path.write_bytes(b"This is a letter, not a database. " * 20)


def _newer(path: Path) -> None:
    from pysqlite3 import dbapi2 as sqlite

    with sqlite.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


@pytest.mark.parametrize(
    ("harm", "words"), [(_not_one, "is not a database file"), (_newer, "newer")], ids=["not_a_database", "newer"]
)
@pytest.mark.parametrize("command", ["import", "open", "watch"])
def test_a_database_that_cannot_be_used_is_told_and_left_as_it_is(
    begun: Desk, tmp_path: Path, harm: Callable[[Path], None], words: str, command: str
) -> None:
    harm(tmp_path / "desk.sqlite")
    before = (tmp_path / "desk.sqlite").read_bytes()
    arguments: dict[str, tuple[object, ...]] = {
        "import": ("incidents", "import", SERVICENOW, "--mapping", MAPPING),
        "open": ("incidents", "open", "--json", json.dumps({"title": "x"})),
        "watch": ("watch", "--once"),
    }
    code, out, err = begun(*arguments[command])
    assert (code, out) == (1, "")
    assert words in err
    assert (tmp_path / "desk.sqlite").read_bytes() == before


def test_a_locked_database_is_told_and_nothing_is_written(
    begun: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pysqlite3 import dbapi2 as sqlite

    monkeypatch.setattr("app.services.database.engine.BUSY_SECONDS", 0.1)
    holder = sqlite.connect(tmp_path / "desk.sqlite", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        code, out, err = begun("incidents", "import", SERVICENOW, "--mapping", MAPPING)
    finally:
        holder.execute("ROLLBACK")
        holder.close()
    assert (code, out) == (1, "")
    assert "locked" in err
    assert incidents(begun) == 0


def test_a_read_only_database_is_told_and_nothing_is_written(begun: Desk, tmp_path: Path) -> None:
    before = (tmp_path / "desk.sqlite").read_bytes()
    (tmp_path / "desk.sqlite").chmod(0o400)
    tmp_path.chmod(0o500)
    try:
        with ordinary_rights():
            code, out, err = begun("incidents", "import", SERVICENOW, "--mapping", MAPPING)
    finally:
        tmp_path.chmod(0o700)
    assert (code, out) == (1, "")
    assert str(tmp_path / "desk.sqlite") in err
    assert len(err.splitlines()) >= 2
    assert (tmp_path / "desk.sqlite").read_bytes() == before
