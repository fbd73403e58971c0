"""``db``: care for the database from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.cli import COMMANDS, load
from app.services.database.database import Database
from tests.cli.commands import Desk, document
from tests.services.database.acts import Raise


def test_init_makes_the_database_and_its_first_person(desk: Desk, tmp_path: Path) -> None:
    code, out, err = desk("db", "init", "--login", "anna", "--name", "Anna Adams", "--time-zone", "Europe/Berlin")
    assert (code, err) == (0, "")
    assert out == f"anna may do everything here.\nThe database stands: {tmp_path / 'desk.sqlite'}\n"
    (person,) = document(desk("db", "person", "list", "--json"))
    assert (person["login"], person["name"], person["role"], person["time_zone"]) == (
        "anna", "Anna Adams", "admin", "Europe/Berlin",
    )  # fmt: skip


def test_init_again_changes_nothing(begun: Desk) -> None:
    before = document(begun("db", "person", "list", "--json"))
    assert begun("db", "init", "--login", "zoe")[0] == 0
    assert document(begun("db", "person", "list", "--json")) == before


def test_init_without_a_login_takes_the_computers(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "2 Ben.Bauer@HOME")
    assert desk("db", "init")[1].startswith("ben.bauerhome may do everything here.")


def test_status_tells_what_is_in_it(begun: Desk, tmp_path: Path) -> None:
    told = document(begun("db", "status", "--json"))
    assert told["database"] == str(tmp_path / "desk.sqlite")
    assert (told["state"], told["people"], told["incidents"], told["trail_rows"]) == ("current", 1, 0, 1)
    assert told["schema"] == told["program_schema"]
    assert told["engine"].startswith("SQLite 3.")
    assert told["size_bytes"] > 0
    code, out, _ = begun("db", "status")
    assert code == 0
    assert "state            current\n" in out


def test_status_of_nothing_says_how_to_begin(desk: Desk, tmp_path: Path) -> None:
    code, out, err = desk("db", "status")
    assert (code, out) == (1, "")
    assert err.splitlines() == [
        f"There is no database at {tmp_path / 'desk.sqlite'}.",
        f"Database: {tmp_path / 'desk.sqlite'}",
        "Check the name, or make it with “escalation-desk db init”.",
    ]
    assert not (tmp_path / "desk.sqlite").exists()


def test_the_option_goes_before_the_environment(begun: Desk, tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite"
    assert begun("--database", other, "db", "init", "--login", "ben")[0] == 0
    assert [p["login"] for p in document(begun("--database", other, "db", "person", "list", "--json"))] == ["ben"]
    assert [p["login"] for p in document(begun("db", "person", "list", "--json"))] == ["anna"]


def test_upgrade_tells_what_stands(begun: Desk) -> None:
    assert begun("db", "upgrade")[1].endswith(" stands already.\n")


def test_people_are_added_and_disabled(begun: Desk) -> None:
    assert begun("db", "person", "add", "ben", "--name", "Ben", "--role", "lead", "--email", "ben@example.org")[0] == 0
    assert begun("db", "person", "disable", "ben")[0] == 0
    people = document(begun("db", "person", "list", "--all", "--json"))
    assert [(p["login"], p["active"]) for p in people] == [("anna", True), ("ben", False)]
    shown = begun("db", "person", "list", "--all")[1]
    assert shown.splitlines()[2].split() == ["ben", "Ben", "lead", "ben@example.org", "UTC", "disabled"]


def test_only_an_admin_adds_people(begun: Desk) -> None:
    begun("db", "person", "add", "ben", "--name", "Ben", "--role", "lead")
    code, _, err = begun("--login", "ben", "db", "person", "add", "cleo", "--name", "Cleo")
    assert code == 1
    assert "needs the role “admin”; yours is “lead”" in err


def test_an_unknown_login_is_told_so(begun: Desk) -> None:
    for command in (("db", "person", "add", "cleo", "--name", "Cleo"), ("db", "person", "list")):
        code, out, err = begun("--login", "zoe", *command)
        assert (code, out) == (1, "")
        assert err.startswith("Nobody with the login “zoe” works here.\n")
    assert begun("--login", "zoe", "doctor")[0] == 0


@pytest.mark.parametrize("arguments", [["db"], ["db", "nonsense"], ["db", "backup"], ["db", "person", "add", "ben"],
                                       ["db", "person", "add", "ben", "--name", "B", "--role", "king"]])  # fmt: skip
def test_wrong_use_is_exit_two(begun: Desk, arguments: list[str]) -> None:
    assert begun(*arguments)[0] == 2


def test_a_backup_can_be_put_back(begun: Desk, tmp_path: Path) -> None:
    code, out, err = begun("db", "backup", tmp_path / "copy")
    assert (code, err) == (0, "")
    assert out.startswith(f"{tmp_path / 'copy'}: ")
    code, out, err = begun("db", "backup", tmp_path / "copy")
    assert (code, out) == (1, "")
    assert err.endswith("Name another file, or say --overwrite to replace it.\n")
    assert begun("db", "backup", tmp_path / "copy", "--overwrite")[0] == 0
    begun("db", "person", "add", "ben", "--name", "Ben")
    code, _, err = begun("db", "restore", tmp_path / "copy")
    assert code == 1
    assert "Say --overwrite to replace it." in err
    code, out, err = begun("db", "restore", tmp_path / "copy", "--overwrite")
    assert (code, err) == (0, f"What stood there is kept as {tmp_path / 'desk.sqlite.before-restore'}.\n")
    assert len(document(begun("db", "person", "list", "--json"))) == 1


def test_check_is_exit_one_where_something_is_wrong_and_mends_triggers(begun: Desk, tmp_path: Path) -> None:
    assert document(begun("db", "check", "--json"))["well"] is True
    database = Database.open(str(tmp_path / "desk.sqlite"))
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER trail_people_update")
    database.close()
    code, out, _ = begun("db", "check")
    assert code == 1
    assert "BAD  triggers     Missing or changed: 1 trigger: trail_people_update" in out
    assert begun("db", "check", "--mend")[0] == 0


def test_a_file_database_has_no_logins(begun: Desk) -> None:
    code, _, err = begun("db", "server-setup")
    assert code == 1
    assert "A database file has no logins of its own" in err


def test_the_trail_is_sealed_and_verified(begun: Desk, tmp_path: Path) -> None:
    sealed = document(begun("trail", "seal", "--json"))
    assert (sealed["blocks"], sealed["rows"], sealed["waiting"]) == (1, 1, False)
    verdict = document(begun("trail", "verify", "--json", "--head", sealed["head"]))
    assert (verdict["fits"], verdict["unsealed"], verdict["head"]) == (True, 0, sealed["head"])
    assert begun("trail", "seal")[1] == f"Sealed 0 rows in 0 blocks. Head: {sealed['head']}\n"
    database = Database.open(str(tmp_path / "desk.sqlite"))
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER append_only_trail_update")
        connection.exec_driver_sql("UPDATE trail SET reason = 'forged'")
    database.close()
    code, out, err = begun("trail", "verify")
    assert (code, out) == (1, "")
    assert err.startswith("Block 1 does not fit: a row in it was changed after it was sealed.")


def test_a_head_that_cannot_be_read_is_refused(begun: Desk) -> None:
    code, _, err = begun("trail", "verify", "--head", "what")
    assert code == 1
    assert "“what” is no head of a trail" in err


def test_the_doctor_finds_nothing_grave_here(begun: Desk) -> None:
    told = document(begun("doctor", "--json"))
    assert told["well"] is True
    assert {"python", "sqlite", "fonts", "keyring", "database", "rights", "clock", "watch", "outbox", "trail"} <= {
        finding["name"] for finding in told["findings"]
    }


def test_the_doctor_says_what_to_mend_where_there_is_no_database(desk: Desk) -> None:
    code, out, _ = desk("doctor")
    assert code == 1
    assert "BAD  database     There is no database at" in out
    assert "→ Check the name, or make it with “escalation-desk db init”." in out


def test_help_is_exit_zero_and_names_the_commands(desk: Desk) -> None:
    code, out, _ = desk("--help")
    assert code == 0
    assert {"db", "trail", "doctor"} <= {line.split()[0] for line in out.splitlines() if line.strip()}
    assert desk("db", "backup", "--help")[0] == 0


def test_a_server_is_cared_for_by_the_same_commands(postgresql_database: Database, desk: Desk) -> None:
    postgresql_database.apply(Raise())
    url = postgresql_database.engine.url.render_as_string(hide_password=False)
    told = document(desk("--database", url, "--login", "anna", "db", "status", "--json"))
    assert (told["state"], told["incidents"], told["people"]) == ("current", 1, 1)
    assert told["engine"].startswith("PostgreSQL ")
    password = postgresql_database.engine.url.password
    assert password
    assert password not in json.dumps(told)
    assert document(desk("--database", url, "trail", "seal", "--json"))["rows"] == 3
    assert document(desk("--database", url, "db", "check", "--json"))["well"] is True


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_of_the_list_can_be_asked_for_help(desk: Desk, name: str) -> None:
    code, out, err = desk(name, "--help")
    assert (code, err) == (0, "")
    assert out.strip()
    assert "--install-completion" not in out
    with pytest.raises(LookupError):
        load(f"no {name}")
