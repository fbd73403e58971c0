"""What mends a hole in the duties: an override of a rota on the undo stack, or a tier that passes on."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QUndoCommand

from app.models.enums import OutOfHours
from app.services.coverage_duty import CoverHole
from app.services.database.errors import UserError
from app.services.database.operations import Operation
from app.services.matrix.tier_edits import set_part
from app.services.rota_overrides import OverrideRota, RemoveOverride
from app.views.matrix.columns import tr
from app.views.matrix.store import MatrixStore


class Override(QUndoCommand):
    """Puts a person on a rota for the hours of a hole. Undo takes the override back, redo makes another."""

    def __init__(self, words: str, operation: OverrideRota, store: MatrixStore) -> None:
        super().__init__(words)
        self._operation, self._store = operation, store
        self._id = ""
        self._taken_back = False

    def redo(self) -> None:
        self._taken_back = False
        one = self._operation
        again = OverrideRota(
            rota=one.rota, starts_at=one.starts_at, ends_at=one.ends_at, add=one.add, remove=one.remove
        )
        self._act(again, self._made)

    def undo(self) -> None:
        self._taken_back = True
        if self._id:
            self._remove()

    def _made(self, applied: Any) -> None:
        self._id = str(applied.result["override_id"])
        if self._taken_back:  # undone before it was known which override that is
            self._remove()

    def _remove(self) -> None:
        taken, self._id = self._id, ""
        self._act(RemoveOverride(override_id=taken), None)

    def _act(self, operation: Operation, done: Any) -> None:
        self._store.desk.tasks.act(self._store, operation, done=done, failed=self._met)

    def _met(self, error: UserError) -> None:
        self.setObsolete(True)
        self._store.refused.emit(error)


def ask_next(store: MatrixStore, hole: CoverHole) -> None:
    """Puts the next one of the rota or team on duty for these hours."""
    if hole.ask is not None and hole.rota:
        _override(store, hole, *hole.ask)


def pass_on(store: MatrixStore, hole: CoverHole) -> None:
    """Lets the tier pass on out of hours; within them whoever is on duty above takes the hours."""
    if hole.may_pass:
        words = tr("{owner} passes to {tier} out of hours").format(owner=hole.label, tier=hole.passes_to)
        store.edit(words, lambda record: set_part(record, hole.tier, "out_of_hours", OutOfHours.PASSES))
    elif hole.above is not None and hole.rota:
        _override(store, hole, *hole.above)


def _override(store: MatrixStore, hole: CoverHole, login: str, name: str) -> None:
    operation = OverrideRota(
        rota=hole.rota, starts_at=hole.start, ends_at=hole.end, add=login, remove=hole.removes or None
    )
    store.undo.push(Override(tr("{name} on duty at {owner}").format(name=name, owner=hole.label), operation, store))
