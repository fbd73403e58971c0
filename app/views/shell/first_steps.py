"""The first steps of each role: which there are, and which acts tick them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, Signal

from app.config import Settings

if TYPE_CHECKING:
    from app.views.shell.actions import Actions
    from app.views.shell.tasks import Tasks


def _tr(text: str) -> str:
    return QCoreApplication.translate("first steps", text)


@dataclass(frozen=True, slots=True)
class Step:
    """One step. It is ticked by operations or commands of these names, by answers to questions of these purposes
    (`Tasks.read`), by a visit of these pages while a database is open, or by ``stage.step_done(key)``.
    """

    key: str
    words: str
    hint: str = ""
    operations: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()

    @property
    def is_key(self) -> bool:
        """Whether the hint names a key (drawn as a cap) or a place (plain words)."""
        return len(self.hint) == 1 or self.hint in ("Enter", "F2", "F8") or self.hint.startswith("Ctrl ")


@dataclass(frozen=True, slots=True)
class Steps:
    """Six steps of a role, and where that role starts."""

    role: str
    opens_on: str
    icon: str
    steps: tuple[Step, ...]


def all_steps() -> tuple[Steps, ...]:
    """Staff, leads, managers."""
    return (_staff(), _lead(), _manager())


def _staff() -> Steps:
    return Steps(
        _tr("Staff"),
        _tr("Opens on Workbench, My queue"),
        "inbox",
        (
            Step("staff.open", _tr("Read the most urgent incident"), "Ctrl 1", reads=("case",)),
            Step("staff.acknowledge", _tr("Acknowledge it in time"), "A", operations=("Acknowledge",)),
            Step("staff.update", _tr("Send a first update from a template"), "U", operations=("SendMessage",)),
            Step("staff.note", _tr("Leave a note for whoever comes next"), "M", operations=("AddNote",)),
            Step("staff.why", _tr("Ask why a timer is due when it is"), _tr("Click the timer"), reads=("why",)),
            Step("staff.resolve", _tr("Contain it, then resolve it"), "R", operations=("Resolve",)),
        ),
    )


def _lead() -> Steps:
    return Steps(
        _tr("Lead"),
        _tr("Opens on Matrix"),
        "table-properties",
        (
            Step("lead.read", _tr("Read the matrix and its checks"), "Ctrl 2", pages=("matrix",)),
            Step("lead.import", _tr("Import past incidents"), _tr("File")),
            Step("lead.build", _tr("Build a first matrix from them"), _tr("Matrix")),
            Step("lead.edit", _tr("Change one trigger in a draft"), "F2", operations=("SetCell", "SetOutcome")),
            Step("lead.example", _tr("Look at the example of a finding"), "F8", commands=("matrix.next",)),
            Step("lead.publish", _tr("Publish with a reason"), "Ctrl Enter", operations=("PublishDraft",)),
        ),
    )


def _manager() -> Steps:
    return Steps(
        _tr("Manager"),
        _tr("Opens on Debriefs"),
        "clipboard-check",
        (
            Step("manager.open", _tr("See which debriefs wait"), "Ctrl 4", pages=("debriefs",)),
            Step("manager.record", _tr("Read the record that filled itself"), "Enter", reads=("record",)),
            Step("manager.story", _tr("Write what was learned"), operations=("WriteBlock",)),
            Step("manager.action", _tr("Give a follow-up one owner and a date"), operations=("AddActionItem",)),
            Step("manager.safe", _tr("Look at the report before it leaves"), "Ctrl P", reads=("report",)),
            Step("manager.report", _tr("Save the report as PDF"), _tr("File"), commands=("debriefs.pdf",)),
        ),
    )


class StepKeeper(QObject):
    """Ticks steps when their acts happen. `ticked(key)` is told once a step."""

    ticked = Signal(str)

    def __init__(self, settings: Settings, actions: Actions, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._settings = settings
        self._tasks = tasks
        steps = [step for group in all_steps() for step in group.steps]
        self._by_operation = {name: step.key for step in steps for name in step.operations}
        self._by_command = {name: step.key for step in steps for name in step.commands}
        self._by_read = {name: step.key for step in steps for name in step.reads}
        self._by_page = {name: step.key for step in steps for name in step.pages}
        actions.ran.connect(partial(self._happened, self._by_command))
        tasks.acted.connect(partial(self._happened, self._by_operation))
        tasks.answered.connect(partial(self._happened, self._by_read))

    def done(self, key: str) -> None:
        """That step is done."""
        if not self._settings.first_steps.get(key):
            self._settings.first_steps[key] = True
            self.ticked.emit(key)

    def visited(self, page: str) -> None:
        """That page is in front."""
        self._happened(self._by_page, page)

    def _happened(self, steps: Mapping[str, str], name: str) -> None:
        if name in steps and self._tasks.database is not None:
            self.done(steps[name])
