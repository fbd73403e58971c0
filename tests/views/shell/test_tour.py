"""The tour's driver: steps in order, a picture each, and an honest end when one never shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.views.debriefs.growing import GrowingText
from app.views.shell import tour as module
from app.views.shell.hand import Hand
from app.views.shell.tasks import Bug, Tasks
from app.views.shell.tour import TourStep, run_tour
from app.views.theme.fields import ComboField


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


class _Desk:
    """As much of a window as a hand needs."""

    def __init__(self, page: QWidget) -> None:
        self._page = page
        self.area_of_pages = self

    def current(self) -> QWidget:
        return self._page


@pytest.fixture
def page(qtbot: QtBot) -> QWidget:
    """A page that is empty yet."""
    page = QWidget()
    qtbot.addWidget(page)
    page.resize(400, 400)
    return page


def hand_over(page: QWidget) -> Hand:
    hand = Hand(page)  # type: ignore[arg-type]  # a plain widget is parent enough
    hand.window = _Desk(page)  # type: ignore[assignment]  # see above
    return hand


def test_a_hand_writes_into_every_kind_of_text_from_top_to_foot(page: QWidget, qtbot: QtBot) -> None:
    closed, story, message = GrowingText("Closed"), GrowingText("Summary"), QPlainTextEdit()
    closed.setReadOnly(True)
    column = QVBoxLayout(page)
    for text in (closed, story, message):
        column.addWidget(text)
    with qtbot.waitExposed(page):
        page.show()
    hand = hand_over(page)
    assert hand.can_write()
    hand.write_fields("What happened", "What we say")
    assert (closed.toPlainText(), story.toPlainText(), message.toPlainText()) == ("", "What happened", "What we say")
    assert not hand.can_write()


def test_a_hand_takes_the_first_template_and_leaves_no_gap(page: QWidget, qtbot: QtBot) -> None:
    message, picker = QPlainTextEdit(), ComboField()
    picker.addItems(["Update", "Resolved"])
    column = QVBoxLayout(page)
    column.addWidget(picker)
    column.addWidget(message)

    def use(index: int) -> None:
        message.setPlainText(f"{picker.itemText(index)}: ‹finding› and ‹more›.")
        message.setFocus()

    picker.activated.connect(use)
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    hand_over(page).choose_template("it ran twice")
    assert message.toPlainText() == "Update: it ran twice and it ran twice."
