"""The command line on a database of the test's own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.cli import run
from app.services.database.clock import HandClock
from tests.cli.commands import Desk
from tests.desks import START


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


@pytest.fixture
def hand(monkeypatch: pytest.MonkeyPatch) -> HandClock:
    """The clock by which commands work, at 10:00 in Oslo on a Monday until somebody turns it."""
    clock = HandClock(START)
    monkeypatch.setattr("app.services.database.database.DatabaseClock", lambda: clock)
    return clock


@pytest.fixture
def working(desk: Desk, hand: HandClock, desk_template: Path, tmp_path: Path) -> Desk:
    """Runs commands on a desk at work: a matrix in force, Lena, Marco and Priya, a customer (`tests.desks`)."""
    shutil.copyfile(desk_template, tmp_path / "desk.sqlite")
    return desk
