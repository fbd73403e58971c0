"""``sample``: made where it is missing, removed in one act, never in the place of something else."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest

from app import config
from app.services.database.database import Database
from app.services.database.sample_mark import is_sample
from tests.cli.commands import Desk, document

SCRIPT = config.project_file("resources", "sample", "desk.json")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The databases on which a desk was opened."""
    found: list[str] = []

    def run(address: str | None = None) -> int:
        found.append(str(address))
        return 0

    monkeypatch.setattr("app.desk.run", run)
    return found


def test_the_sample_is_made_once_opened_and_removed(
    desk: Desk, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = Path(config.sample_database())
    assert desk("sample")[0] == 0
    assert opened == [str(file)]
    made = file.stat().st_ino
    told = document(desk("--database", file, "incidents", "search", "INC-4821", "--json"))
    assert len(told) == 1
    assert desk("sample")[0] == 0
    assert (file.stat().st_ino, len(opened)) == (made, 2)
    monkeypatch.delenv("QT_QPA_PLATFORM")
    code, out, err = desk("sample")
    assert (code, len(opened)) == (0, 2)
    assert "There is no screen here" in err
    assert out == f"The sample stands: {file}\n"
    assert document(desk("sample", "--remove", "--json")) == {"database": str(file), "exists": False}
    assert desk("sample", "--remove")[1].startswith("There was no sample at ")


def test_it_can_be_made_in_another_file_without_a_window(desk: Desk, opened: list[str], tmp_path: Path) -> None:
    file = tmp_path / "mine.sqlite"
    assert document(desk("sample", "--path", file, "--json")) == {"database": str(file), "exists": True}
    assert opened == []
    database = Database.open(str(file))
    try:
        assert database.read(is_sample)
    finally:
        database.close()


def minutes_since(then: str, now: datetime) -> float:
    return (now - datetime.fromisoformat(then)).total_seconds() / 60


def test_commands_see_the_sample_by_its_own_clock_and_never_run_ahead_in_it(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "mine.sqlite"
    assert desk("sample", "--path", file, "--json")[0] == 0
    shown = document(desk("--database", file, "incidents", "show", "INC-4821", "--json"))
    story = datetime.fromisoformat(json.loads(SCRIPT.read_text(encoding="utf-8"))["now"])
    assert abs(minutes_since(shown["at"], story)) < 5
    timers = {one["id"]: one["state"] for one in shown["timers"]}
    assert "running" in timers.values()
    code, out, err = desk("--database", file, "watch", "--once", "--json")
    assert (code, json.loads(out)["delivered"]) == (0, 0)
    assert err.startswith("No mail goes out")
    assert json.loads(out)["fired"] <= 5
    after = document(desk("--database", file, "incidents", "show", "INC-4821", "--json"))
    assert abs(minutes_since(after["at"], story)) < 10
    assert {one["id"]: one["state"] for one in after["timers"]} == timers
    acted = document(desk("--database", file, "incidents", "act", "4821", "note", "--text", "Seen.", "--json"))
    assert acted["number"] == 4821
    noted = document(desk("--database", file, "incidents", "show", "INC-4821", "--json"))["events"][-1]
    assert (noted["person"], abs(minutes_since(noted["at"], story)) < 10) == ("Lena Okafor", True)


@pytest.mark.parametrize("more", [(), ("--remove",)])
def test_a_real_database_is_never_taken_for_a_sample(
    begun: Desk, opened: list[str], tmp_path: Path, more: tuple[str, ...]
) -> None:
    before = (tmp_path / "desk.sqlite").read_bytes()
    code, _, err = begun("sample", "--path", tmp_path / "desk.sqlite", *more)
    assert (code, opened) == (1, [])
    assert "something else, not a sample" in err
    assert (tmp_path / "desk.sqlite").read_bytes() == before
