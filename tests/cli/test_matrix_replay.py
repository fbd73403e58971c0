"""``matrix replay``: a draft against the version in force, over incidents that are here and over a file."""

from __future__ import annotations

import csv
import json
import lzma
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from app.config import project_file
from tests.cli.commands import Desk, document
from tests.services.incidents.intake.samples import SERVICENOW

MAPPING = project_file("resources", "mappings", "servicenow.toml")
LEVELS = {"1 - High": "high", "2 - Medium": "medium", "3 - Low": "low"}


def first_rows() -> dict[str, Mapping[str, str]]:
    """The first row of each incident in the log: what was known when it began."""
    found: dict[str, Mapping[str, str]] = {}
    with lzma.open(SERVICENOW, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["number"], row)
    return found


@pytest.fixture
def built(begun: Desk) -> Desk:
    """300 incidents taken over, and a matrix built from them as version 1: a draft."""
    assert begun("incidents", "import", SERVICENOW, "--mapping", MAPPING)[0] == 0
    assert begun("matrix", "build", "--by", "impact", "--by", "urgency")[0] == 0
    return begun


@pytest.fixture
def stricter(built: Desk, tmp_path: Path) -> Path:
    """The same matrix as a file, in which medium impact with medium urgency starts a tier higher."""
    path = tmp_path / "stricter.json"
    assert built("matrix", "export", "--version", "1", "-o", path)[0] == 0
    given = json.loads(path.read_text("utf-8"))
    (row,) = [one for one in given["triggers"] if one["cells"] == {"impact": '"medium"', "urgency": '"medium"'}]
    tiers = [one["key"] for one in given["tiers"]]
    row["tier"] = tiers[tiers.index(row["tier"]) + 1]
    path.write_text(json.dumps(given), "utf-8")
    return path


def test_every_incident_is_decided_with_what_its_first_row_says(built: Desk, stricter: Path) -> None:
    rows = first_rows()
    expected = Counter((LEVELS[one["impact"]], LEVELS[one["urgency"]]) for one in rows.values())
    told = document(built("matrix", "replay", stricter, "--against", "1", "--limit", "500", "--json"))
    given = json.loads(stricter.read_text("utf-8"))
    decided = {
        (one["cells"]["impact"].strip('"'), one["cells"]["urgency"].strip('"')): row["count"]
        for one, row in zip(given["triggers"], told["triggers"]["after"], strict=True)
    }
    covered = {key: count for key, count in expected.items() if key in decided}
    assert {key: count for key, count in decided.items() if count} == covered
    assert told["not_covered"]["both"]["count"] == 300 - sum(covered.values())
    assert told["incidents"] == 300
    assert told["tier"]["higher"]["count"] == told["changed"]["count"] == expected["medium", "medium"]
    assert len(told["changed_incidents"]) == expected["medium", "medium"]


def test_a_file_is_replayed_without_writing_anything_and_says_the_same(built: Desk, stricter: Path) -> None:
    here = document(built("matrix", "replay", stricter, "--against", "1", "--json"))
    before = document(built("db", "status", "--json"))
    file = document(
        built("matrix", "replay", stricter, "--against", "1", "--incidents", SERVICENOW, "--mapping", MAPPING, "--json")
    )
    assert document(built("db", "status", "--json"))["incidents"] == before["incidents"]
    for part in ("incidents", "first_alerts", "from", "to"):
        assert file[part] == here[part]
    counts = [[(one["trigger"], one["count"]) for one in told["triggers"]["after"]] for told in (file, here)]
    assert counts[0] == counts[1]
    medium = {number for number, row in first_rows().items() if row["impact"] == row["urgency"] == "2 - Medium"}
    assert set(file["changed"]["incidents"]) <= medium
    assert file["changed"]["count"] == len(medium)


def test_two_files_need_no_database(built: Desk, stricter: Path, tmp_path: Path, desk: Desk) -> None:
    old = tmp_path / "old.json"
    built("matrix", "export", "--version", "1", "-o", old)
    (tmp_path / "desk.sqlite").unlink()
    code, out, err = desk("matrix", "replay", stricter, "--against", old, "--incidents", SERVICENOW)
    assert (code, err) == (0, "Read with the mapping “ServiceNow event log”, which fits the columns.\n")
    assert "of 300 incidents change" in out.splitlines()[0]
    assert not (tmp_path / "desk.sqlite").exists()


def test_a_period_takes_the_incidents_raised_from_one_day_to_the_end_of_another(built: Desk, stricter: Path) -> None:
    day = Counter(row["opened_at"].split(" ")[0] for row in first_rows().values())["1/3/2016"]
    command = ("matrix", "replay", stricter, "--against", "1", "--from", "2016-03-01", "--to", "2016-03-01", "--json")
    assert document(built(*command))["incidents"] == day == 93


def test_what_cannot_be_replayed_is_said(built: Desk, tmp_path: Path) -> None:
    assert "There is no version 9" in built("matrix", "replay", "9")[2]
    assert "No matrix is in force" in built("matrix", "replay", "1")[2]
    assert "“soon” is no day" in built("matrix", "replay", "1", "--against", "1", "--from", "soon")[2]
    assert built("matrix", "replay", "1", "--mapping", MAPPING)[0] == 2
    sheet = tmp_path / "other.csv"
    sheet.write_text("a,b\n1,2\n")
    code, _, err = built("matrix", "replay", "1", "--against", "1", "--incidents", sheet)
    assert code == 1
    assert "No shipped mapping fits" in err


def test_against_the_version_in_force_and_what_really_happened(working: Desk) -> None:
    assert working("incidents", "open", "--title", "Twice", "--fact", "severity=s1")[0] == 0
    told = document(working("matrix", "replay", "1", "--json"))
    assert (told["before"]["version"], told["after"]["version"]) == (1, 1)
    assert (told["incidents"], told["changed"]["count"]) == (1, 0)
    assert working("matrix", "replay", "1")[1].startswith("0 of 1 incidents change: Version 1 → Version 1.")
