"""The first steps of each role: which there are, and which acts tick them."""

from __future__ import annotations

from dataclasses import dataclass
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
    """One step. It is ticked by operations or commands of these names, or by ``stage.step_done(key)``."""

    key: str
    words: str
    hint: str = ""
    command: str = ""
    operations: tuple[str, ...] = ()

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
            Step("staff.open", _tr("Open the most urgent incident"), "Enter"),
            Step("staff.acknowledge", _tr("Acknowledge it in time"), "A", operations=("Acknowledge",)),
            Step("staff.update", _tr("Send a first update from a template"), "U", operations=("SendMessage",)),
            Step("staff.note", _tr("Leave a note for whoever comes next"), "M", operations=("AddNote", "Note")),
            Step("staff.why", _tr("Ask why a timer is due when it is"), _tr("Click the timer")),
            Step("staff.resolve", _tr("Contain it, then resolve it"), "R", operations=("Resolve",)),
        ),
    )


def _lead() -> Steps:
    return Steps(
        _tr("Lead"),
        _tr("Opens on Matrix"),
        "table-properties",
        (
            Step("lead.read", _tr("Read the matrix and its checks"), "Ctrl 2", command="go.matrix"),
            Step("lead.import", _tr("Import past incidents"), _tr("File"), operations=("FinishImport", "ImportBatch")),
            Step("lead.build", _tr("Build a first matrix from them"), _tr("Matrix"), operations=("BuildFromHistory",)),
            Step("lead.edit", _tr("Change one trigger in a draft"), "F2", operations=("SetCell", "EditCell")),
            Step("lead.example", _tr("Look at the example of a finding"), "F8"),
            Step("lead.publish", _tr("Publish with a reason"), "Ctrl Enter", operations=("PublishVersion", "Publish")),
        ),
    )


def _manager() -> Steps:
    return Steps(
        _tr("Manager"),
        _tr("Opens on Debriefs"),
        "clipboard-check",
        (
            Step("manager.open", _tr("Open a debrief that waits"), "Ctrl 4", command="go.debriefs"),
            Step("manager.record", _tr("Read the record that filled itself")),
            Step("manager.story", _tr("Write what was learned"), operations=("SaveDebrief", "EditDebrief")),
            Step("manager.action", _tr("Give a follow-up one owner and a date"), operations=("AddActionItem",)),
            Step("manager.safe", _tr("See what the customer may read"), _tr("Preview")),
            Step("manager.report", _tr("Save the report as PDF"), "Ctrl P"),
        ),
    )


class StepKeeper(QObject):
    """Ticks steps when their acts happen. `ticked(key)` is told once a step."""

    ticked = Signal(str)

    def __init__(self, settings: Settings, actions: Actions, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._settings = settings
        steps = [step for group in all_steps() for step in group.steps]
        self._by_operation = {name: step.key for step in steps for name in step.operations}
        self._by_command = {step.command: step.key for step in steps if step.command}
        self._tasks = tasks
        actions.ran.connect(self._ran)
        tasks.acted.connect(self._acted)

    def done(self, key: str) -> None:
        """That step is done."""
        if not self._settings.first_steps.get(key):
            self._settings.first_steps[key] = True
            self.ticked.emit(key)

    def _ran(self, command: str) -> None:
        if command in self._by_command and self._tasks.database is not None:
            self.done(self._by_command[command])

    def _acted(self, kind: str) -> None:
        if kind in self._by_operation:
            self.done(self._by_operation[kind])
