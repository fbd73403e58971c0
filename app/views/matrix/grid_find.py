"""Find and replace in the trigger grid: every match is lit, and all replacements are one step."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from app.services.database.errors import StateError, UserError
from app.services.matrix import ranges
from app.services.matrix.cells import CellError
from app.services.matrix.draft_cells import ChangeCells
from app.services.matrix.page import MatrixRecord, TriggerRow
from app.services.matrix.reading import read_cell
from app.views.matrix.columns import Column, tr
from app.views.matrix.grid import TriggerGrid
from app.views.matrix.rows import CellView
from app.views.matrix.store import MatrixStore
from app.views.theme import tokens as t
from app.views.theme.announce import announce
from app.views.theme.buttons import Button
from app.views.theme.cards import Surface
from app.views.theme.fields import SearchField
from app.views.theme.flow import FlowBox
from app.views.theme.labels import Label
from app.views.theme.paint import px
from app.views.theme.strips import Segments

WORDS, SFEEL = 0, 1
_SETTLE_MS = 120
Place = tuple[str, str]


class FindBar(Surface):
    """A line above the grid. Enter goes to the next match, Shift+Enter back, Esc closes."""

    closed = Signal()

    def __init__(self, grid: TriggerGrid, store: MatrixStore, parent: QWidget | None = None) -> None:
        super().__init__("subtle", parent, lines="b", line="border2")
        self._grid, self._store = grid, store
        self.found: list[Place] = []
        self._at = -1
        self.what = _Line(tr("Find in the triggers"))
        self.scope = Segments([tr("Words"), tr("S-FEEL")], WORDS, small=True, name=tr("Where to look"))
        self.count = Label("", t.SMALL, t.REGULAR, "text2")
        self.instead = _Line(tr("Replace with"), icon="replace")
        self.one, self.all = Button(tr("Replace"), small=True), Button(tr("Replace all"), small=True)
        back = Button(icon="chevron-up", kind="flat", name=tr("Match before"), small=True)
        forth = Button(icon="chevron-down", kind="flat", name=tr("Next match"), small=True)
        close = Button(icon="x", kind="flat", name=tr("Close"), small=True)
        self._replacing = (self.instead, self.one, self.all)
        flow = FlowBox(self, gap=8)
        for widget in (self.what, self.scope, back, forth, self.count, *self._replacing):
            flow.add(widget)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 7, 10, 7)
        row.addWidget(flow, 1)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_SETTLE_MS)
        self._wait.timeout.connect(self._search)
        self.what.textChanged.connect(lambda _text: self._wait.start())
        self.scope.changed.connect(lambda _place: self._search())
        self.what.stepped.connect(self.step)
        self.instead.stepped.connect(lambda _by: self.replace())
        for line in (self.what, self.instead):
            line.left.connect(self.close_bar)
        back.clicked.connect(lambda _on=False: self.step(-1))
        forth.clicked.connect(lambda _on=False: self.step(1))
        self.one.clicked.connect(lambda _on=False: self.replace())
        self.all.clicked.connect(lambda _on=False: self.replace_all())
        close.clicked.connect(lambda _on=False: self.close_bar())
        self.hide()

    def open_bar(self, *, replacing: bool) -> None:
        """Opens with the cursor in its first line."""
        for widget in self._replacing:
            widget.setVisible(replacing)
        may = self._store.may_write()
        self.one.setEnabled(may)
        self.all.setEnabled(may)
        self.show()
        self.what.setFocus()
        self.what.selectAll()
        self._search()

    def close_bar(self) -> None:
        """Closes; nothing is lit any more, the cursor stays where the last match was."""
        self._wait.stop()
        self.hide()
        self._light([])
        self._grid.setFocus()
        self.closed.emit()

    def look_again(self) -> None:
        """The lines changed: what matches may be others."""
        if self.isVisible():
            self._search(move=False)

    # --- finding

    def _search(self, *, move: bool = True) -> None:
        self._wait.stop()
        text = self.what.text().strip().casefold()
        self._light([place for place, words in self._texts() if text in words.casefold()] if text else [])
        if move and self.found and self._here() not in self.found:
            self._at = self._nearest() - 1
            self.step(1)
        self._say()

    def _texts(self) -> Iterator[tuple[Place, str]]:
        """Every visible cell of a trigger with the text that is searched."""
        columns = list(enumerate(self._grid.cells.columns))
        sfeel = self.scope.current() == SFEEL
        for row in self._grid.cells.rows:
            if row.trigger is not None:
                for place, column in columns:
                    view = row.cells[place]
                    if column.editable or not sfeel:
                        yield (row.key, column.key), self._searched(view, column, sfeel=sfeel)

    @staticmethod
    def _searched(view: CellView, column: Column, *, sfeel: bool) -> str:
        return view.text if sfeel and not column.then else view.words.replace("\N{NO-BREAK SPACE}", " ")

    def _light(self, found: list[Place]) -> None:
        self.found = found
        self._grid.delegate.found = frozenset(found)
        here = self._here()
        self._at = found.index(here) if here in found else -1
        self._grid.delegate.found_now = here if here in found else None
        self._grid.viewport().update()

    def _here(self) -> Place:
        column = self._grid.current_column()
        return self._grid.current_key(), column.key if column else ""

    def _nearest(self) -> int:
        """The first match at or below the cursor."""
        line = self._grid.currentIndex().row()
        rows = self._grid.cells
        return next((at for at, (key, _column) in enumerate(self.found) if rows.row_of(key) >= line), 0)

    def step(self, by: int) -> None:
        """To the next match, round and round."""
        if self._wait.isActive():
            self._search(move=False)
        if not self.found:
            return
        here = self._here()
        at = self.found.index(here) if here in self.found else self._at
        self._at = (at + by) % len(self.found)
        self._grid.show_place(*self.found[self._at])
        self._grid.delegate.found_now = self.found[self._at]
        self._grid.viewport().update()
        self._say()

    def _say(self) -> None:
        if not self.what.text().strip():
            words = ""
        elif not self.found:
            words = tr("No match")
        elif self._at >= 0:
            words = tr("{at} of {number}").format(at=self._at + 1, number=len(self.found))
        else:
            words = tr("1 match") if len(self.found) == 1 else tr("{n} matches").format(n=len(self.found))
        if words != self.count.text():
            self.count.setText(words)
            announce(self, words)

    # --- replacing

    def replace(self) -> None:
        """Replaces in the match under the cursor, and goes to the next."""
        here = self._here()
        if here in self.found:
            after = self.found[(self.found.index(here) + 1) % len(self.found)]
            if self._put([here]) and after != here:
                self._grid.show_place(*after)
                self._light(self.found)
                self._say()
        else:
            self.step(1)

    def replace_all(self) -> None:
        """Replaces in every match, as one step."""
        self._search(move=False)
        self._put(self.found)

    def _put(self, places: list[Place]) -> bool:
        record = self._store.record
        if record is None or not places:
            return False
        try:
            wanted = self._replaced(places, record)
        except UserError as error:
            self._store.refused.emit(error)
            return False
        columns = self._grid.cells.columns

        def make(shown: MatrixRecord) -> tuple[ChangeCells, ...]:
            return ranges.write(shown, wanted, columns)

        changed = sum(len(one.cells) for one in make(record))
        if not changed:
            return False
        words = tr("Replace in 1 cell") if changed == 1 else tr("Replace in {n} cells").format(n=changed)
        self._store.edit(words, make)
        return True

    def _replaced(self, places: list[Place], record: MatrixRecord) -> dict[tuple[int, str], str]:
        """What is to stand in each place; a target is computed, and an outcome must name one that is there."""
        rows = {one.id: one for one in record.rows}
        columns = {one.key: one for one in self._grid.cells.columns}
        pattern = re.compile(re.escape(self.what.text().strip()), re.IGNORECASE)
        instead: Callable[[re.Match[str]], str] = lambda _match: self.instead.text()  # noqa: E731
        wanted = {}
        for key, column_key in places:
            row, column = rows[key], columns[column_key]
            if not column.editable:
                continue
            text = pattern.sub(instead, self._text_of(row, column))
            where = tr("Trigger {number}, {column}").format(number=row.values.number, column=column.label)
            wanted[row.values.number, column_key] = ranges.meant(text, column, where)
        if not wanted:
            raise StateError(tr("Targets are computed."), tr("Change them under Targets."))
        return wanted

    def _text_of(self, row: TriggerRow, column: Column) -> str:
        """The text in which the words are replaced: as found, so that what is replaced is what was lit."""
        line = self._grid.cells.row_of(row.id)
        place = self._grid.cells.column_of(column.key)
        view = self._grid.cells.rows[line].cells[place]
        found = self._searched(view, column, sfeel=self.scope.current() == SFEEL)
        if column.dimension is None or column.then or self.scope.current() == SFEEL:
            return found
        try:
            plain = read_cell(found, column.dimension) == read_cell(view.text, column.dimension)
        except CellError:
            plain = found == view.text
        return found if plain else ranges.copied(row.values, column)  # words that do not read back


class _Line(SearchField):
    """A line where Enter steps and Esc leaves at once."""

    stepped = Signal(int)
    left = Signal()

    def __init__(self, words: str, icon: str = "search") -> None:
        super().__init__(words, icon=icon)

    def sizeHint(self) -> QSize:
        return QSize(round(px(200)), super().sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.stepped.emit(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            QLineEdit.keyPressEvent(self, event)
