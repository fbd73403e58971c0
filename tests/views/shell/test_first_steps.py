"""First steps tick themselves: whatever they name exists, and each has something that ticks it."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

import app.services
import app.views
from app.config import Settings
from app.desk import page_specs
from app.services.database.database import Database
from app.services.database.operations import Operation
from app.services.people import AddPerson, list_people
from app.views.shell.actions import Actions
from app.views.shell.first_steps import Step, StepKeeper, all_steps
from app.views.shell.tasks import Tasks
from app.views.shell.window import MainWindow

STEPS = [step for group in all_steps() for step in group.steps]


def operations(kind: type[Operation] = Operation) -> Iterator[str]:
    """The names of all operations there are."""
    for module in pkgutil.walk_packages(app.services.__path__, "app.services."):
        importlib.import_module(module.name)
    yield from _below(kind)


def _below(kind: type[Operation]) -> Iterator[str]:
    for one in kind.__subclasses__():
        yield one.__name__
        yield from _below(one)


def sources() -> str:
    """The text of all pages."""
    folder = Path(app.views.__file__).parent
    return "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py") if path.parent.name != "shell")


def test_every_operation_that_ticks_a_step_exists() -> None:
    assert {name for step in STEPS for name in step.operations} <= set(operations())


def test_every_command_and_page_that_ticks_a_step_exists() -> None:
    specs = page_specs()
    commands = {command.id for spec in specs for command in spec.commands}
    assert {name for step in STEPS for name in step.commands} <= commands
    assert {name for step in STEPS for name in step.pages} <= {spec.key for spec in specs}


def test_every_question_that_ticks_a_step_is_asked_by_one_page() -> None:
    asked = re.findall(r'\.read\(\s*self,\s*"([a-z ]+)"', sources())
    assert {name: asked.count(name) for step in STEPS for name in step.reads} == {
        name: 1 for step in STEPS for name in step.reads
    }


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.key)
def test_every_step_has_something_that_ticks_it(step: Step) -> None:
    told = f'step_done("{step.key}")' in sources()
    assert told or step.operations or step.commands or step.reads or step.pages


@pytest.fixture
def keeper(qtbot: QtBot, tasks: Tasks, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> StepKeeper:
    """A keeper of two steps that tests can do."""
    from app.views.shell import first_steps

    steps = (Step("act", "Act", operations=("AddPerson",)), Step("ask", "Ask", reads=("people",)))
    monkeypatch.setattr(first_steps, "all_steps", lambda: (first_steps.Steps("Anybody", "", "inbox", steps),))
    return StepKeeper(settings, Actions(tasks), tasks, tasks)


def test_acts_and_answers_tick_a_step_once(
    keeper: StepKeeper, tasks: Tasks, settings: Settings, sqlite_database: Database, owner: QObject, qtbot: QtBot
) -> None:
    tasks.attach(sqlite_database)
    ticked: list[str] = []
    keeper.ticked.connect(ticked.append)
    for number in range(2):
        with qtbot.waitSignal(tasks.acted):
            tasks.act(owner, AddPerson(login=f"ben{number}", name="Ben Brown"))
        with qtbot.waitSignal(tasks.answered):
            tasks.read(owner, "people", list_people)
    assert ticked == ["act", "ask"]
    assert settings.first_steps == {"act": True, "ask": True}


def test_nothing_is_ticked_while_no_database_is_open(window: MainWindow, settings: Settings) -> None:
    window._steps.visited("matrix")
    assert settings.first_steps == {}
    assert window.desk.database is None
