"""One block of the story: its text that keeps itself, its customer-safe switch, and the way out of a conflict."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.services.database.errors import UserError
from app.views.debriefs.edits import BlockEdit
from app.views.debriefs.growing import GrowingText
from app.views.debriefs.keeper import State, TextKeeper
from app.views.debriefs.store import DebriefStore
from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.cards import Card
from app.views.theme.labels import Label
from app.views.theme.toggles import Switch


class ConflictStrip(Card):
    """Both texts, and three ways on; nothing is lost whichever is taken."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, fill="warn_tint", line="warn", margin=12, spacing=8)
        title = self.tr("Somebody wrote here while you were writing. Nothing is lost: choose what stands.")
        self.body.addWidget(Label(title, t.BODY, t.SEMIBOLD, "warn", wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.addWidget(Label(self.tr("Theirs, stored"), t.SMALL, t.MEDIUM, "text2"), 0, 0)
        grid.addWidget(Label(self.tr("Yours, typed here"), t.SMALL, t.MEDIUM, "text2"), 0, 1)
        self.theirs = Label("", wrap=True, selectable=True)
        self.mine = Label("", wrap=True, selectable=True)
        grid.addWidget(self.theirs, 1, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.mine, 1, 1, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        row = QHBoxLayout()
        row.setSpacing(8)
        self.take = Button(self.tr("Take theirs"), small=True)
        self.keep = Button(self.tr("Keep mine"), small=True)
        self.both = Button(self.tr("Keep both"), small=True)
        self.take.clicked.connect(lambda: self.chosen.emit(self.theirs.text()))
        self.keep.clicked.connect(lambda: self.chosen.emit(self.mine.text()))
        self.both.clicked.connect(lambda: self.chosen.emit(f"{self.theirs.text()}\n{self.mine.text()}".strip("\n")))
        for button in (self.take, self.keep, self.both):
            row.addWidget(button)
        row.addStretch(1)
        self.body.addLayout(row)
        self.hide()

    def show_texts(self, theirs: str, mine: str) -> None:
        """Opens the strip."""
        self.theirs.setText(theirs)
        self.mine.setText(mine)
        self.show()


class StoryBlock(QObject):
    """A heading's text with its parts; whoever shows it lays out `column()` and `switch`."""

    state_changed = Signal()

    def __init__(self, store: DebriefStore, key: str, title: str, hint: str, parent: QWidget, *, rows: int = 1) -> None:
        super().__init__(parent)
        self.key, self.title = key, title
        self._store = store
        self._stretch = 0
        self.field = GrowingText(title, hint, parent, numbered=key == "factors", rows=rows)
        self.switch = Switch(name=self.tr("{block}: customer-safe").format(block=title))
        self.switch.setToolTip(self.tr("Let this into the customer's report"))
        self.strip = ConflictStrip(parent)
        self.trouble = QWidget(parent)
        self._trouble_words = Label("", t.SMALL, t.REGULAR, "breach", wrap=True)
        self.retry = Button(self.tr("Save again"), kind=Kind.LINK)
        row = QHBoxLayout(self.trouble)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._trouble_words, 1)
        row.addWidget(self.retry)
        self.trouble.hide()
        self.keeper = TextKeeper(self.field, self._write, self)
        self._connect()

    def _connect(self) -> None:
        self.field.typed.connect(self.keeper.typed)
        self.field.left.connect(self._left)
        self.keeper.moved.connect(self._moved)
        self.keeper.written.connect(self._written)
        self.strip.chosen.connect(self.keeper.keep)
        self.retry.clicked.connect(self.keeper.save)
        self.switch.clicked.connect(self._switched)

    def column(self) -> QVBoxLayout:
        """The field with what may open below it."""
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.field)
        column.addWidget(self.trouble)
        column.addWidget(self.strip)
        return column

    # --- showing

    def begin(self) -> None:
        """Another debrief."""
        self._stretch += 1
        self.keeper.start(self._stored())
        self.refresh()

    def refresh(self) -> None:
        """The record is another one."""
        record = self._store.record
        if record is None:
            return
        self.keeper.load(self._stored())
        if self.keeper.state is State.CONFLICT:
            self.strip.show_texts(self.keeper.theirs, self.field.text())
        writable = bool(record.id) and not record.closed
        self.field.setReadOnly(not writable)
        self.switch.setEnabled(writable)
        self.switch.setChecked(record.block(self.key).customer_safe)

    def _stored(self) -> str:
        record = self._store.record
        return record.block(self.key).body if record is not None else ""

    # --- writing

    def _write(self, body: str, seen: str, done: Callable[[Any], None], failed: Callable[[UserError], None]) -> None:
        self._store.write_block(self.key, body, seen, done, failed)

    def _left(self) -> None:
        self.keeper.save()
        self._stretch += 1

    def _written(self, before: str, after: str) -> None:
        stack = self._store.stack()
        if stack is not None:
            words = self.tr("Write {block}").format(block=self.title)
            stack.push(BlockEdit(words, self.key, before, after, self.keeper, self._stretch))

    def _moved(self, state: State) -> None:
        self.strip.hide()
        self.trouble.setVisible(state is State.UNSAVED)
        self.field.setReadOnly(state is State.CONFLICT)
        if state is State.CONFLICT:
            self.strip.show_texts(self.keeper.theirs, self.field.text())
        elif state is State.UNSAVED and self.keeper.trouble is not None:
            error = self.keeper.trouble
            self._trouble_words.setText(self.tr("Not saved: {what}").format(what=f"{error.what} {error.mend}"))
        self.state_changed.emit()

    def _switched(self, on: bool) -> None:
        self._store.mark_block(self.key, self.title, on)

    @property
    def waiting(self) -> bool:
        """Whether something typed is not stored yet and cannot be by itself."""
        return self.keeper.state in (State.CONFLICT, State.UNSAVED)


def switch_with(block: StoryBlock, title: Label) -> QHBoxLayout:
    """Title and switch in one line, for a block that stands beside others."""
    row = QHBoxLayout()
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(title)
    row.addStretch(1)
    row.addWidget(block.switch)
    title.setBuddy(block.field)
    return row
