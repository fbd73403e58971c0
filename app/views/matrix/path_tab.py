"""The Paths tab: the list, the editor of one path, and what its acts do to the draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.services.database.errors import UserError
from app.services.matrix import path_edits
from app.services.matrix.checks import Check
from app.services.matrix.draft_paths import SetStep, SetStepDelay
from app.services.matrix.drafts import DraftOperation
from app.services.matrix.page import MatrixRecord, PathRow
from app.views.matrix.columns import tr
from app.views.matrix.path_editor import PathEditor
from app.views.matrix.path_list import PathList, entries
from app.views.matrix.path_name import NameSheet
from app.views.matrix.path_words import field_words
from app.views.matrix.store import MatrixStore
from app.views.matrix.tab import MatrixTab
from app.views.shell.page import Hint
from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.cards import Surface
from app.views.theme.empty import EmptyState
from app.views.theme.labels import Label

LIST_WIDTH = 232
OfPath = Callable[[MatrixRecord, PathRow], DraftOperation | None]


class PathsTab(MatrixTab):
    """Everything here works with keys alone."""

    key, icon, noun = "paths", "route", "path"
    anywhere = frozenset({
        "matrix.path.add", "matrix.path.copy", "matrix.path.rename", "matrix.path.remove", "matrix.step.add",
        "matrix.step.remove", "matrix.step.up", "matrix.step.down",
    })  # fmt: skip
    writes = anywhere

    def __init__(self, store: MatrixStore, parent: QWidget | None = None) -> None:
        super().__init__(store, parent)
        self._path = ""
        self.list = PathList()
        self.editor = PathEditor()
        self.count = Label("", t.SMALL, t.MEDIUM, "text2")
        self.add = Button(tr("Add path"), icon="plus", kind=Kind.FLAT, small=True, key="Ctrl Ins")
        self.none = EmptyState(
            tr("No path yet"),
            tr("A path says after how long an incident climbs, to which tier, and whom it asks there."),
            icon="route",
            action=(tr("Add path"), self.add_path),
        )
        self.split = QSplitter(Qt.Orientation.Horizontal, self)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self._make_left())
        self.split.addWidget(self.editor)
        self.split.setStretchFactor(1, 1)
        self.split.setSizes([LIST_WIDTH, 960])
        self.body = QStackedWidget()
        self.body.addWidget(self.split)
        self.body.addWidget(self.none)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.body)
        self._connect()

    def _make_left(self) -> QWidget:
        left = Surface("subtle", lines="r", line="border")
        left.setMinimumWidth(180)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 12, 1, 10)
        column.setSpacing(6)
        head = QVBoxLayout()
        head.setContentsMargins(16, 0, 14, 0)
        head.addWidget(self.count)
        column.addLayout(head)
        column.addWidget(self.list, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(8, 0, 8, 0)
        foot.addWidget(self.add)
        column.addLayout(foot)
        return left

    def _connect(self) -> None:
        self.list.chosen.connect(self.choose)
        self.add.clicked.connect(self._add_clicked)
        editor = self.editor
        editor.changed.connect(self.set_value)
        editor.moved.connect(self.move_step_at)
        editor.removed.connect(self.remove_step_at)
        editor.added.connect(self.add_step)
        editor.mended.connect(self.mend)
        editor.rename_wanted.connect(self.rename_path)
        editor.copy_wanted.connect(self.copy_path)
        editor.remove_wanted.connect(self.remove_path)
        self.store.changed.connect(self.refresh)
        self.store.checked.connect(self.refresh)

    def _add_clicked(self, _checked: bool = False) -> None:
        self.add_path()

    # --- what a tab answers

    @property
    def title(self) -> str:
        return tr("Paths")

    def hints(self) -> Sequence[Hint]:
        return (
            Hint("\N{LEFTWARDS ARROW} \N{RIGHTWARDS ARROW}", tr("Move boundary")),
            Hint("Shift \N{LEFTWARDS ARROW} \N{RIGHTWARDS ARROW}", tr("By 5 min")),
            Hint("Ins", tr("Add step")),
        )

    def panes(self) -> Sequence[QWidget]:
        return (self.list, self.editor)

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        up, down = partial(self.move_step, -1), partial(self.move_step, 1)
        return {
            "matrix.edit": self.rename_path,
            "matrix.add": self.add_path,
            "matrix.remove": self.remove_step,
            "matrix.up": up,
            "matrix.down": down,
            "matrix.path.add": self.add_path,
            "matrix.path.copy": self.copy_path,
            "matrix.path.rename": self.rename_path,
            "matrix.path.remove": self.remove_path,
            "matrix.step.add": self.add_step,
            "matrix.step.remove": self.remove_step,
            "matrix.step.up": up,
            "matrix.step.down": down,
        }

    def go(self, name: str) -> None:
        self.choose(name)

    def shows(self, check: Check, *, in_front: bool) -> bool:
        return bool(check.path)

    def show_check(self, check: Check) -> None:
        self.show_place(check.path, check.step)

    # --- showing

    def refresh(self) -> None:
        """Shows what the store has."""
        record = self.store.record
        if record is None:
            return
        self.body.setCurrentWidget(self.split if record.paths else self.none)
        writable = self.store.may_write()
        self.add.setEnabled(writable)
        if self.none.button is not None:
            self.none.button.setEnabled(writable)
        number = len(record.paths)
        self.count.setText(tr("1 path") if number == 1 else tr("{number} paths").format(number=number))
        row = self.current()
        if row is not None:
            self._path = row.values.key
            self.editor.show_path(record, row, self.store.report, writable=writable)
        self.list.show_entries(entries(record, self.store.report), self._path)

    def current(self) -> PathRow | None:
        """The path shown: the chosen one, else the first."""
        record = self.store.record
        if record is None or not record.paths:
            return None
        return record.path(self._path) or record.paths[0]

    def choose(self, key: str) -> None:
        """Shows another path."""
        if key != self._path:
            self.editor.rail.keep()
            self._path = key
            self.refresh()
            self.said.emit()

    def show_place(self, path: str, place: int | None) -> None:
        """Puts the cursor on a step of a path, where a finding is."""
        self.choose(path)
        self.editor.show_place(place or 0)

    def status(self) -> str:
        """What the status bar says."""
        row = self.current()
        words = self.count.text()
        return words + (", " + tr("{name} selected").format(name=row.values.name) if row is not None else "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if event.key() == Qt.Key.Key_Insert and plain:
            self.add_step()
        elif event.key() == Qt.Key.Key_Delete and plain and self.list.hasFocus():
            self.remove_path()
        else:
            super().keyPressEvent(event)

    # --- acts on a path

    def _edit(self, words: str, make: OfPath) -> None:
        """An edit of the path shown, found by its key in whatever draft is then shown."""
        key = self._path

        def operations(record: MatrixRecord) -> tuple[DraftOperation, ...]:
            row = record.path(key)
            try:
                made = make(record, row) if row is not None else None
            except UserError as error:
                self.store.refused.emit(error)
                return ()
            return (made,) if made is not None else ()

        self.store.edit(words, operations)

    def _ask_name(self, title: str, name: str, keep: Callable[[str], None], but: str = "") -> None:
        record = self.store.record
        if record is None or not self.store.may_write():
            return
        taken = [one.values.name for one in record.paths if one.values.name != but]

        def make(page: QWidget) -> NameSheet:
            sheet = NameSheet(page, title, name, taken)
            sheet.kept.connect(keep)
            return sheet

        self.sheet_wanted.emit(make)

    def add_path(self) -> None:
        """Asks for a name, and adds a path that leads to the highest tier."""
        self._ask_name(tr("Add path"), "", self._add_path)

    def _add_path(self, name: str) -> None:
        self._add(tr("Add path {name}").format(name=name), lambda record: path_edits.add_path(record, name))

    def copy_path(self) -> None:
        """Asks for a name, and adds a path with the same steps."""
        row = self.current()
        if row is not None:
            name = tr("{name} copy").format(name=row.values.name)
            self._ask_name(tr("Copy path {name}").format(name=row.values.name), name, self._copy_path)

    def _copy_path(self, name: str) -> None:
        key = self._path

        def make(record: MatrixRecord) -> DraftOperation | None:
            row = record.path(key)
            return path_edits.copy_path(record, row, name) if row is not None else None

        self._add(tr("Copy path as {name}").format(name=name), make)

    def _add(self, words: str, make: Callable[[MatrixRecord], DraftOperation | None]) -> None:
        """Adds a path, and shows it."""

        def operations(record: MatrixRecord) -> tuple[DraftOperation, ...]:
            made = make(record)
            values = getattr(made, "values", None)
            if values is not None:
                self._path = values.key
            return (made,) if made is not None else ()

        self.store.edit(words, operations)
        self.list.setFocus()
        self.said.emit()

    def rename_path(self) -> None:
        """Asks for another name of the path shown."""
        row = self.current()
        if row is not None:
            seen = row.values.name
            self._ask_name(tr("Rename path {name}").format(name=seen), seen, partial(self._rename, seen), but=seen)

    def _rename(self, seen: str, name: str) -> None:
        if name != seen:
            words = tr("Rename path {name}").format(name=seen)
            self._edit(words, lambda record, row: path_edits.rename_path(record, row, name, seen))

    def remove_path(self) -> None:
        """Removes the path shown, unless something uses it; the one behind it is shown then."""
        row, record = self.current(), self.store.record
        if row is None or record is None:
            return
        self._edit(tr("Remove path {name}").format(name=row.values.name), path_edits.remove_path)
        self.list.setFocus()
        self.said.emit()

    # --- acts on a step

    def set_value(self, place: int, field: str, value: object, seen: object) -> None:
        """Keeps a value of a step over what its author saw."""
        row, record = self.current(), self.store.record
        if row is None or record is None or place >= len(row.values.steps):
            return
        step, was_draft = row.values.steps[place], record.is_draft

        def make(_record: MatrixRecord, found: PathRow) -> DraftOperation | None:
            # a draft just made has steps with other ids, in the same places
            steps = found.values.steps
            step_id = step.id if was_draft or place >= len(steps) else steps[place].id
            if field == "delay":
                return SetStepDelay(step_id=step_id, seconds=int(str(value)), seen=int(str(seen)))
            kept, before = (None if one is None else str(one) for one in (value, seen))
            return SetStep(step_id=step_id, field=field, value=kept, seen=before)

        words = tr("{field} of step {number} in {name}")
        self._edit(words.format(field=field_words(field), number=place + 1, name=row.values.name), make)

    def add_step(self) -> None:
        """Adds a step behind the one with the focus, at the end where none has it."""
        row = self.current()
        if row is None:
            return
        at = self.editor.current()
        place = at + 1 if at >= 0 else len(row.values.steps)
        before = len(row.values.steps)
        words = tr("Add step to {name}").format(name=row.values.name)
        self._edit(words, lambda record, found: path_edits.add_step(record, found, place))
        after = self.current()
        if after is not None and len(after.values.steps) > before:
            self.editor.show_place(place)

    def remove_step(self) -> None:
        """Removes the step with the focus."""
        self.remove_step_at(self.editor.current())

    def remove_step_at(self, place: int) -> None:
        """Removes a step."""
        row = self.current()
        if row is None or not 0 <= place < len(row.values.steps):
            return
        words = tr("Remove step {number} of {name}").format(number=place + 1, name=row.values.name)
        self._edit(words, lambda _record, found: path_edits.remove_step(found, place))
        self.editor.show_place(place)

    def move_step(self, by: int) -> None:
        """Moves the step with the focus."""
        self.move_step_at(self.editor.current(), by)

    def move_step_at(self, place: int, by: int) -> None:
        """Moves a step up or down."""
        row = self.current()
        if row is None or not 0 <= place < len(row.values.steps) or not 0 <= place + by < len(row.values.steps):
            return
        words = tr("Move step {number} of {name}").format(number=place + 1, name=row.values.name)
        self._edit(words, lambda _record, found: path_edits.move_step(found, place, by))
        self.editor.follow(place + by, by)

    def mend(self, check: Check, number: int) -> None:
        """Does what a button of a finding says, where it can be seen."""
        self.place_wanted.emit(self.key)
        super().mend(check, number)
        self.show_place(check.path, check.step)
