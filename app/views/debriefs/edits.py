"""Edits of a debrief on its undo stack. Every way forth and back is a new act with its own id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtGui import QUndoCommand

from app.services.database.operations import Operation

Maker = Callable[[], Operation]
_BLOCK = 1


class Sender(Protocol):
    """Whoever sends the acts of an edit."""

    def send(self, operation: Operation, edit: Edit) -> None:
        """Shows what is expected and sends."""


class Writer(Protocol):
    """Whoever writes the text of a block."""

    def put(self, body: str, seen: str) -> None:
        """Writes `body` over `seen`."""


class Edit(QUndoCommand):
    """A mark or a value: one act forth, its opposite back."""

    def __init__(self, words: str, forth: Maker, back: Maker, sender: Sender) -> None:
        super().__init__(words)
        self._forth, self._back, self._sender = forth, back, sender

    def redo(self) -> None:
        self._sender.send(self._forth(), self)

    def undo(self) -> None:
        self._sender.send(self._back(), self)


class BlockEdit(QUndoCommand):
    """What was typed into a block and is written already; typing without a pause elsewhere is one edit."""

    def __init__(self, words: str, key: str, before: str, after: str, writer: Writer, stretch: int) -> None:
        super().__init__(words)
        self.key, self.before, self.after, self.stretch = key, before, after, stretch
        self._writer = writer
        self._written = True

    def id(self) -> int:
        return _BLOCK

    def mergeWith(self, other: QUndoCommand) -> bool:
        if not isinstance(other, BlockEdit) or (other.key, other.stretch) != (self.key, self.stretch):
            return False
        self.after = other.after
        return True

    def redo(self) -> None:
        if self._written:
            self._written = False
            return
        self._writer.put(self.after, self.before)

    def undo(self) -> None:
        self._writer.put(self.before, self.after)
