"""Edits on the undo stack: a name for people, and operations as values."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtGui import QUndoCommand

from app.services.matrix.drafts import DraftOperation


class Sender(Protocol):
    """Whoever sends operations of an edit."""

    def apply(self, operations: tuple[DraftOperation, ...], edit: Edit) -> None:
        """Does them, in order."""

    def take_back(self, operations: tuple[DraftOperation, ...], edit: Edit) -> None:
        """Does their opposites, last first."""


class Edit(QUndoCommand):
    """One act of a person on a draft. `redo` is the only place that changes; every way forth and back is a new act."""

    def __init__(self, words: str, operations: tuple[DraftOperation, ...], sender: Sender) -> None:
        super().__init__(words)
        self.operations = operations
        self._sender = sender

    def redo(self) -> None:
        self._sender.apply(self.operations, self)

    def undo(self) -> None:
        self._sender.take_back(self.operations, self)
