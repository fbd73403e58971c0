"""What can be taken back: an act with the operation that answers it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand


class Undoable(QUndoCommand):
    """Its first redo is the act itself; both ways are operations, so the trail only grows."""

    def __init__(self, words: str, do: Callable[[], None], undo: Callable[[], None], *, done: bool = False) -> None:
        super().__init__(words)
        self._do, self._undo = do, undo
        self._done = done

    def redo(self) -> None:
        if not self._done:
            self._do()
        self._done = False

    def undo(self) -> None:
        self._undo()
