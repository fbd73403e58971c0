"""The command line on a database of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cli import run
from tests.cli.commands import Desk


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Runs commands on a database file that does not exist yet."""
    monkeypatch.setenv("ESCALATION_DESK_DATABASE", str(tmp_path / "desk.sqlite"))

    def command(*arguments: object) -> tuple[int, str, str]:
        code = run([str(argument) for argument in arguments])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return command


@pytest.fixture
def begun(desk: Desk) -> Desk:
    """Runs commands on a database file of which Anna is the admin."""
    assert desk("db", "init", "--login", "anna", "--name", "Anna Adams")[0] == 0
    return desk
