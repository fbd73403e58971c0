"""Acts on ranges of the trigger grid: copy, cut, paste, fill, clear. Each is one step that can be undone."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from app.services.database.errors import StateError, UserError
from app.services.matrix import ranges
from app.services.matrix.draft_cells import ChangeCells
from app.services.matrix.drafts import ANY_TEXT
from app.services.matrix.page import MatrixRecord, TriggerRow
from app.services.matrix.spreadsheet.clipboard import from_tsv, to_tsv
from app.views.matrix.columns import Column, Group, tr
from app.views.matrix.grid import TriggerGrid
from app.views.matrix.rows import RowKind
from app.views.matrix.store import MatrixStore

Make = Callable[[MatrixRecord], tuple[ChangeCells, ...]]
Texts = Sequence[Sequence[str]]


class RangeActs(QObject):
    """Carries out what the grid asks for, on whatever draft is then shown."""

    def __init__(self, grid: TriggerGrid, store: MatrixStore) -> None:
        super().__init__(grid)
        self._grid, self._store = grid, store
        grid.copied.connect(self.copy)
        grid.cut_wanted.connect(self.cut)
        grid.pasted.connect(self.paste)
        grid.cleared.connect(self.clear)
        grid.frame.filled.connect(self.fill)

    # --- out

    def copy(self) -> None:
        """Puts the chosen cells on the clipboard as a spreadsheet takes them."""
        grid, known = self._grid, dict[tuple[str, str], str]()
        places, columns, lines = grid.frame.columns, grid.chosen_columns(), []
        for place in grid.frame.lines:
            row = grid.cells.rows[place]
            if row.trigger is None:
                continue
            texts = []
            for at, column in zip(places, columns, strict=True):
                stands = row.cells[at].text if column.editable else ""
                if (column.key, stands) not in known or not column.editable:
                    known[column.key, stands] = self._text(row.trigger, column, row.cells[at].words)
                texts.append(known[column.key, stands])
            lines.append(texts)
        if lines:
            QGuiApplication.clipboard().setText(to_tsv(lines))

    @staticmethod
    def _text(row: TriggerRow, column: Column, words: str) -> str:
        return ranges.copied(row.values, column) if column.editable else words

    def cut(self) -> None:
        """Copies the chosen cells and sets their conditions to any."""
        self.copy()
        self.clear()

    # --- in

    def clear(self) -> None:
        """Sets the chosen conditions to any."""
        columns = [one for one in self._grid.chosen_columns() if one.group is Group.WHEN]
        numbers = _numbers(self._grid.chosen_triggers())
        if not columns and numbers:
            self._refuse(tr("An outcome cannot be empty."), tr("Alt+Down chooses another."))
            return
        wanted = {(number, column.key): ANY_TEXT for number in numbers for column in columns}

        def make(record: MatrixRecord) -> tuple[ChangeCells, ...]:
            return ranges.write(record, wanted, columns)

        def words(cells: int) -> str:
            return tr("Any for {what}").format(what=columns[0].label if cells == 1 else _cells(cells))

        self._edit(words, make)

    def paste(self) -> None:
        """Pastes what a spreadsheet, or `copy`, left on the clipboard; nothing where any of it has no place."""
        text = QGuiApplication.clipboard().text()
        if not text.strip("\r\n"):
            self._refuse(tr("There is no text to paste."), tr("Copy cells in a spreadsheet first."))
            return
        if self._store.record is None:
            return
        try:
            texts, numbers = self._onto(from_tsv(text))
        except UserError as error:
            self._store.refused.emit(error)
            return

        def make(record: MatrixRecord) -> tuple[ChangeCells, ...]:
            return ranges.paste(record, texts, numbers)

        added = max(0, len(texts.rows) - len(numbers))

        def words(cells: int) -> str:
            if added:
                rows = len(texts.rows)
                return tr("Paste 1 row") if rows == 1 else tr("Paste {number} rows").format(number=rows)
            return tr("Paste {cells}").format(cells=_cells(cells))

        self._edit(words, make)
        self._choose_pasted(texts, numbers, added)

    def _onto(self, table: list[list[str]]) -> tuple[ranges.Texts, list[int]]:
        """What the clipboard means here, and the numbers of the triggers that it goes onto."""
        grid = self._grid
        row = grid.current_row()
        columns = grid.cells.columns
        top = grid.frame.lines[0] if grid.frame.lines else len(grid.cells.rows) - 1
        if row is None or grid.cells.rows[top].kind is RowKind.ADD:
            sheet = ranges.read_sheet(table, columns)
            return sheet or ranges.read_texts(table, self._under(table, 0), 1), []
        if grid.cells.rows[top].kind is RowKind.GAP:
            raise StateError(tr("A gap is no trigger yet."), tr("Start on a trigger, or on the last line."))
        chosen = grid.chosen_triggers()
        table = _tiled(table, len(chosen), len(grid.frame.columns))
        texts = ranges.read_texts(table, self._under(table, grid.frame.columns[0]), 1)
        below = grid.triggers_at(range(top, len(grid.cells.rows)))
        return texts, _numbers(below[: len(table)])

    def _under(self, table: Texts, first: int) -> list[Column | None]:
        """The columns that the table covers; targets are passed over, as they are computed."""
        columns, wide = self._grid.cells.columns, len(table[0])
        under = columns[first : first + wide]
        if len(under) < wide:
            what = tr("{wide} columns do not fit from {column} on.").format(wide=wide, column=columns[first].label)
            raise StateError(what, tr("Start further left, or copy fewer."))
        if not any(one.editable for one in under):
            what = tr("{column} is computed.").format(column=columns[first].label)
            raise StateError(what, tr("Change it under Targets."))
        return [one if one.editable else None for one in under]

    def _choose_pasted(self, texts: ranges.Texts, numbers: Sequence[int], added: int) -> None:
        grid, record = self._grid, self._store.record
        keys = [one.id for one in record.rows if one.values.number in numbers] if record else []
        keys += [one.id for one in record.rows[len(record.rows) - added :]] if record and added else []
        lines = sorted(line for key in keys if (line := grid.cells.row_of(key)) >= 0)
        places = sorted(grid.cells.column_of(one.key) for one in texts.columns if one is not None)
        if lines and places and places[0] >= 0:
            grid.choose(lines, places)
        grid.setFocus()

    # --- filling

    def fill_down(self) -> None:
        """Ctrl+D: the first chosen line over the others; a line alone takes what stands above it."""
        grid, lines = self._grid, self._grid.frame.lines
        chosen = grid.chosen_triggers()
        if len(chosen) == 1:
            above = grid.triggers_at(range(lines[0]))[-1:]
            self._fill(above, chosen)
        elif chosen:
            self._fill(chosen[:1], chosen[1:])

    def fill(self, pattern: Sequence[int], lines: Sequence[int]) -> None:
        """Repeats the triggers of some lines over others; upward the last comes first."""
        grid = self._grid
        source, onto = grid.triggers_at(pattern), grid.triggers_at(lines)
        if lines and pattern and lines[0] < pattern[0]:
            source, onto = source[::-1], onto[::-1]
        self._fill(source, onto)
        both = sorted({*pattern, *lines})
        grid.choose(both, grid.frame.columns)

    def _fill(self, source: Sequence[TriggerRow], onto: Sequence[TriggerRow]) -> None:
        columns = [one for one in self._grid.chosen_columns() if one.editable]
        if not source or not onto:
            self._refuse(
                tr("There is nothing above to fill down."), tr("Choose the cell to repeat and those below it.")
            )
            return
        if not columns:
            self._refuse(tr("Targets are computed."), tr("Choose conditions or outcomes."))
            return
        pattern, numbers = _numbers(source), _numbers(onto)

        def make(record: MatrixRecord) -> tuple[ChangeCells, ...]:
            return ranges.fill(record, columns, pattern, numbers)

        self._edit(lambda cells: tr("Fill down {cells}").format(cells=_cells(cells)), make)

    # --- editing

    def _edit(self, words: Callable[[int], str], make: Make) -> None:
        record = self._store.record
        operations = make(record) if record is not None else ()
        if operations:
            self._store.edit(words(sum(len(one.cells) for one in operations)), make)

    def _refuse(self, what: str, mend: str) -> None:
        self._store.refused.emit(StateError(what, mend))


def _numbers(rows: Sequence[TriggerRow]) -> list[int]:
    return [one.values.number for one in rows]


def _cells(number: int) -> str:
    return tr("1 cell") if number == 1 else tr("{number} cells").format(number=f"{number:,}")


def _tiled(table: list[list[str]], high: int, wide: int) -> list[list[str]]:
    """The table, repeated where the chosen cells are a multiple of it, as spreadsheets do."""
    rows, columns = len(table), len(table[0])
    if high % rows or wide % columns:
        return table
    return [table[row % rows] * (wide // columns) for row in range(high)]
