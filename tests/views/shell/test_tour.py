"""The tour's driver: steps in order, a picture each, and an honest end when one never shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.views.shell import tour as module
from app.views.shell.tasks import Bug, Tasks
from app.views.shell.tour import TourStep, run_tour


@pytest.fixture
def view(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    widget.resize(80, 60)
    qtbot.addWidget(widget)
    return widget


def test_each_step_is_told_and_pictured(
    view: QWidget, tasks: Tasks, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    happened: list[str] = []
    steps = [
        TourStep("one", "First", lambda: happened.append("one")),
        TourStep("two", "Second", lambda: happened.append("two"), lambda: happened == ["one", "two"], picture=False),
        TourStep("three", "Third", lambda: happened.append("three")),
    ]
    assert run_tour(view, tasks, steps, tmp_path / "tour") == 0
    assert sorted(path.name for path in (tmp_path / "tour").iterdir()) == ["01-one.png", "02-three.png"]
    assert [line.strip() for line in capsys.readouterr().err.splitlines()] == ["First", "Second", "Third"]


def test_a_step_that_never_shows_ends_it(
    view: QWidget, tasks: Tasks, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.1)
    after: list[str] = []
    steps = [
        TourStep("never", "Never", lambda: None, lambda: False),
        TourStep("after", "After", lambda: after.append("after")),
    ]
    assert run_tour(view, tasks, steps) == 1
    assert "never showed" in capsys.readouterr().err
    assert after == []


@pytest.mark.expects_log("tour step bad failed")
def test_a_step_that_raises_ends_it(view: QWidget, tasks: Tasks) -> None:
    def stumble() -> None:
        raise RuntimeError("there is no such button")

    assert run_tour(view, tasks, [TourStep("bad", "Bad", stumble)]) == 1


def test_a_bug_anywhere_ends_it(view: QWidget, tasks: Tasks, capsys: pytest.CaptureFixture[str]) -> None:
    def report() -> None:
        tasks.broke.emit(Bug("x", ZeroDivisionError(), "Traceback: one by none"))

    assert run_tour(view, tasks, [TourStep("bug", "Bug", report, lambda: False)]) == 1
    assert "one by none" in capsys.readouterr().err
