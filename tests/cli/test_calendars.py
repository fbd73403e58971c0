"""``calendars`` on the command line: import, export, list, show."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.commands import Desk, document

WEEK = {day: [["08:00", "20:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
GIVEN: dict[str, Any] = {
    "format": "escalation-desk/calendars/1",
    "calendars": [
        {
            "key": "support",
            "name": "Support",
            "time_zone": "Europe/Oslo",
            "hours": {**WEEK, "mon": [["08:00", "18:00"]], "fri": [["08:00", "12:00"], ["13:00", "16:00"]]},
            "holidays": {"country": "NO"},
        }
    ],
    "rotas": [
        {
            "key": "oncall",
            "name": "On call",
            "time_zone": "Europe/Oslo",
            "layers": [
                {"rotation": {"type": "daily", "start": "2026-11-23T08:00", "participants": ["marco", "priya"]}}
            ],
        }
    ],
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of one calendar and one rota."""
    path = tmp_path / "calendars.json"
    path.write_text(json.dumps(GIVEN), "utf-8")
    return path


def test_import_says_what_became_of_each_and_the_second_time_nothing(working: Desk, file: Path) -> None:
    assert working("incidents", "open", "--title", "Late", "--fact", "severity=s3")[0] == 0
    assert working("calendars", "import", file) == (
        0,
        "Calendar support: changed, version 2, 1 open timer counted anew.\nRota oncall: added.\n",
        "",
    )
    found = document(working("calendars", "import", file, "--json"))
    assert [one["became"] for one in (*found["calendars"], *found["rotas"])] == ["unchanged", "unchanged"]


def test_a_fault_is_said_with_its_place_and_how_to_mend_it_and_nothing_is_written(
    working: Desk, file: Path, tmp_path: Path
) -> None:
    wrong = json.loads(json.dumps(GIVEN))
    wrong["calendars"][0]["hours"]["mon"] = [["08:00", "12:00"], ["11:00", "16:00"]]
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(wrong), "utf-8")
    before = document(working("calendars", "export"))
    for more in ((), ("--json",)):
        code, out, err = working("calendars", "import", path, *more)
        assert (code, out) == (1, "")
        what, _database, mend = err.splitlines()
        assert what == "The windows 08:00-12:00 and 11:00-16:00 overlap (calendars[0].hours.mon[1])."
        assert mend == "Join them or move one."
    assert document(working("calendars", "export")) == before


def test_what_is_exported_can_be_imported_and_replaces_a_file_only_when_told(
    working: Desk, file: Path, tmp_path: Path
) -> None:
    assert working("calendars", "import", file)[0] == 0
    out = tmp_path / "out.json"
    assert working("calendars", "export", "-o", out) == (0, "", f"Wrote {out}.\n")
    assert json.loads(out.read_text("utf-8")) == document(working("calendars", "export"))
    code, _out, err = working("calendars", "export", "-o", out)
    assert (code, "add --overwrite" in err) == (1, True)
    assert working("calendars", "export", "-o", out, "--overwrite")[0] == 0
    found = document(working("calendars", "import", out, "--json"))
    assert [one["became"] for one in (*found["calendars"], *found["rotas"])] == ["unchanged", "unchanged"]


def test_a_retry_under_the_same_operation_does_nothing_again(working: Desk, file: Path) -> None:
    first = document(working("calendars", "import", file, "--operation", "ticket-9", "--json"))
    assert first["calendars"][0]["became"] == "changed"
    assert document(working("calendars", "import", file, "--operation", "ticket-9", "--json")) == first


def test_list_names_calendars_and_who_is_on_duty(working: Desk, file: Path) -> None:
    assert working("calendars", "import", file)[0] == 0
    found = document(working("calendars", "list", "--json"))
    (calendar,), (rota,) = found["calendars"], found["rotas"]
    assert (calendar["key"], calendar["number"], calendar["holds_from"]) == ("support", 2, "2026-11-23")
    assert (rota["key"], rota["on_duty"]) == ("oncall", ["marco"])
    code, out, err = working("calendars", "list")
    assert (code, err) == (0, "")
    assert "Europe/Oslo" in out
    assert out.splitlines()[-1].endswith("marco")


def test_show_tells_the_hours_of_each_day_and_why(working: Desk, file: Path) -> None:
    assert working("calendars", "import", file)[0] == 0
    found = document(working("calendars", "show", "support", "--from", "2026-12-24", "--days", "4", "--json"))
    assert [(row["date"], row["rule"], row["hours"]) for row in found["rows"]] == [
        ("2026-12-24 Thu", "weekly", "08:00-20:00"),
        ("2026-12-25 Fri", "holiday", "closed"),
        ("2026-12-26 Sat", "holiday", "closed"),
        ("2026-12-27 Sun", "weekly", "closed"),
    ]
    assert found["rows"][1]["name"] == "Christmas Day"
    code, out, err = working("calendars", "show", "support", "--from", "2026-11-27", "--days", "1")
    assert (code, err) == (0, "Times are those of Europe/Oslo.\n")
    assert "08:00-12:00, 13:00-16:00" in out


def test_show_tells_the_shifts_of_a_rota(working: Desk, file: Path) -> None:
    assert working("calendars", "import", file)[0] == 0
    found = document(working("calendars", "show", "rota:oncall", "--days", "2", "--json"))
    assert [tuple(row.values()) for row in found["rows"]] == [
        ("priya", "2026-11-23 00:00", "2026-11-23 08:00"),
        ("marco", "2026-11-23 08:00", "2026-11-24 08:00"),
        ("priya", "2026-11-24 08:00", "2026-11-25 00:00"),
    ]


def test_show_of_what_is_not_there_says_what_to_do(working: Desk) -> None:
    code, out, err = working("calendars", "show", "nowhere")
    assert (code, out) == (1, "")
    assert "There is no calendar “nowhere”" in err
    code, _out, err = working("calendars", "show", "rota:nowhere")
    assert (code, err.splitlines()[0]) == (1, "There is no rota “nowhere”.")
    code, _out, err = working("calendars", "show", "support", "--from", "tomorrow")
    assert (code, err.splitlines()[0]) == (1, "“tomorrow” is no date.")
