"""Keeps one text in the database while it is typed: debounced, never losing what was typed."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from app.services.database.errors import Conflict, UserError

DEBOUNCE_MS = 600


class State(Enum):
    """Where a text stands."""

    SAVED = auto()
    TYPED = auto()
    SENDING = auto()
    UNSAVED = auto()
    CONFLICT = auto()


class Text(Protocol):
    """The field."""

    def text(self) -> str:
        """What stands in it."""

    def set_text(self, text: str) -> None:
        """Replaces it without telling that somebody typed."""


Write = Callable[[str, str, Callable[[Any], None], Callable[[UserError], None]], None]
"""Writes a body over what was seen; answers done or failed."""


class TextKeeper(QObject):
    """`base` is the last text known to stand in the database; what differs from it is not saved yet."""

    moved = Signal(object)  # State
    written = Signal(str, str)  # before, after

    def __init__(self, field: Text, write: Write, parent: QObject) -> None:
        super().__init__(parent)
        self._field, self._write = field, write
        self.base = ""
        self.theirs = ""
        self.state = State.SAVED
        self.trouble: UserError | None = None
        self._sent: str | None = None
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(DEBOUNCE_MS)
        self._wait.timeout.connect(self.save)

    @property
    def clean(self) -> bool:
        """Nothing typed is waiting."""
        return self.state is State.SAVED

    def load(self, text: str) -> None:
        """Shows what stands in the database, unless something typed waits."""
        if self.state is State.CONFLICT:
            self.theirs = text
        elif self.state is State.SAVED and text != self.base:
            self.base = text
            self._field.set_text(text)

    def start(self, text: str) -> None:
        """Another debrief: forgets everything and shows its text."""
        self._wait.stop()
        self._sent, self.trouble, self.base = None, None, text
        self._field.set_text(text)
        self._move(State.SAVED)

    def typed(self) -> None:
        """Somebody typed."""
        if self.state is State.CONFLICT:
            return
        if self._sent is None:
            self._move(State.TYPED)
        self._wait.start()

    def save(self) -> None:
        """Writes at once what waits."""
        self._wait.stop()
        text = self._field.text()
        if self._sent is not None or self.state is State.CONFLICT:
            return
        if text == self.base:
            self._move(State.SAVED)
            return
        self._send(text, self.base)

    def flush(self) -> None:
        """Writes what was typed, even behind a text that is still on its way; for the last moment before it is gone."""
        self._wait.stop()
        text, last = self._field.text(), self.base if self._sent is None else self._sent
        if self.state is not State.CONFLICT and text != last:
            self._send(text, last)

    def put(self, body: str, seen: str) -> None:
        """Writes `body` over `seen` and shows it: undo and redo."""
        self._wait.stop()
        self._field.set_text(body)
        self._send(body, seen, told=False)

    def keep(self, text: str) -> None:
        """Ends a conflict: `text` is what shall stand."""
        before, self.base = self._field.text(), self.theirs
        self._field.set_text(text)
        if text == self.theirs:
            self._move(State.SAVED)
            if before != text:
                self.written.emit(before, text)
            return
        self._send(text, self.theirs)

    # --- on the way

    def _send(self, text: str, seen: str, *, told: bool = True) -> None:
        self._sent = text
        self._move(State.SENDING)

        def done(_applied: Any) -> None:
            self._done(text, seen, told=told)

        def failed(error: UserError) -> None:
            self._failed(text, error)

        self._write(text, seen, done, failed)

    def _done(self, text: str, seen: str, *, told: bool) -> None:
        if self._sent != text:
            return
        self._sent, self.trouble, self.base = None, None, text
        if told and seen != text:
            self.written.emit(seen, text)
        if self._field.text() == text:
            self._move(State.SAVED)
        else:
            self._move(State.TYPED)
            self._wait.start()

    def _failed(self, text: str, error: UserError) -> None:
        if self._sent != text:
            return
        self._sent, self.trouble = None, error
        if isinstance(error, Conflict):
            self.theirs = str(error.differences[0].stands) if error.differences else ""
            self._move(State.CONFLICT)
        else:
            self._move(State.UNSAVED)

    def _move(self, state: State) -> None:
        self.state = state
        self.moved.emit(state)
