"""``sample``: made where it is missing, removed in one act, never in the place of something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import config
from app.services.database.database import Database
from app.services.sample import is_sample
from tests.cli.commands import Desk, document


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


@pytest.mark.parametrize("more", [(), ("--remove",)])
def test_a_real_database_is_never_taken_for_a_sample(
    begun: Desk, opened: list[str], tmp_path: Path, more: tuple[str, ...]
) -> None:
    before = (tmp_path / "desk.sqlite").read_bytes()
    code, _, err = begun("sample", "--path", tmp_path / "desk.sqlite", *more)
    assert (code, opened) == (1, [])
    assert "something else, not a sample" in err
    assert (tmp_path / "desk.sqlite").read_bytes() == before
