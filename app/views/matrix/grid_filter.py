"""The filter of the trigger grid: values of columns that are to be seen, as chips above it. The order stays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidgetItem, QWidget

from app.services.matrix.cells import CellError
from app.services.matrix.meeting import meet
from app.services.matrix.reading import read_cell
from app.views.matrix.columns import Column, Group, tr
from app.views.matrix.grid import TriggerGrid
from app.views.matrix.picker import COUNT, KEY, ListSlip
from app.views.matrix.rows import GridRow
from app.views.theme.buttons import Button
from app.views.theme.cards import Surface
from app.views.theme.flow import FlowBox
from app.views.theme.toggles import Chip

_MOST_NAMED = 3


class FilterSlip(ListSlip):
    """The values of one column with how many triggers have each. `chosen(column, values)`; none is no filter."""

    chosen = Signal(object, object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._column: Column | None = None
        self.list.itemClicked.connect(self._clicked)

    def open_values(self, column: Column, values: Counter[str], ticked: frozenset[str], where: QRectF) -> None:
        """Opens below the head of a column."""
        self._column = column
        self.list.clear()
        for words, number in values.items():
            item = QListWidgetItem(words, self.list)
            item.setData(KEY, words)
            item.setData(COUNT, number)
            spoken = tr("{value}, {number} triggers").format(value=words, number=number)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
            item.setCheckState(Qt.CheckState.Checked if words in ticked else Qt.CheckState.Unchecked)
        self._open(where, tr("Filter {column}").format(column=column.label))

    def _ticked(self) -> frozenset[str]:
        items = [self.list.item(place) for place in range(self.list.count())]
        return frozenset(str(one.data(KEY)) for one in items if one.checkState() is Qt.CheckState.Checked)

    def _keep(self) -> None:
        """Enter: what is ticked is seen; where nothing is, the line under the cursor alone."""
        ticked, item = self._ticked(), self.list.currentItem()
        if not ticked and item is not None:
            ticked = frozenset({str(item.data(KEY))})
        everything = len(ticked) == self.list.count()
        self._leave()
        self.chosen.emit(self._column, frozenset() if everything else ticked)

    def _clicked(self, item: QListWidgetItem) -> None:
        other = Qt.CheckState.Unchecked if item.checkState() is Qt.CheckState.Checked else Qt.CheckState.Checked
        item.setCheckState(other)


class GridFilter(Surface):
    """The chips, and what they leave of the grid. Hidden while there is no filter."""

    changed = Signal()

    def __init__(self, grid: TriggerGrid, over: QWidget) -> None:
        super().__init__("subtle", over, lines="b", line="border2")
        self._grid = grid
        self.values: dict[str, frozenset[str]] = {}
        self.slip = FilterSlip(over)
        self.slip.chosen.connect(self.choose)
        self.slip.closed.connect(grid.setFocus)
        self._flow = FlowBox(self, gap=8)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 7, 14, 7)
        row.addWidget(self._flow, 1)
        grid.head.menu_wanted.connect(self.open_at)
        grid.shows_gap = self._shows_gap
        self.hide()

    @property
    def active(self) -> bool:
        """Whether anything is left out."""
        return bool(self.values)

    def shown(self) -> int:
        """How many triggers are left."""
        return sum(row.trigger is not None for row in self._grid.cells.rows)

    def open_here(self) -> None:
        """Opens the values of the column under the cursor."""
        place = self._grid.currentIndex().column()
        if place >= 0:
            self.open_at(place)

    def open_at(self, place: int) -> None:
        """Opens the values of a column below its head."""
        grid = self._grid
        if not 0 <= place < len(grid.cells.columns):
            return
        column = grid.cells.columns[place]
        others = {key: values for key, values in self.values.items() if key != column.key}
        rows = [row for row in grid.all_rows if row.trigger is not None and self._fits(row, others)]
        values = Counter(row.cells[place].words for row in rows)
        values.update({words: 0 for words in self.values.get(column.key, ()) if words not in values})
        over = self.slip.parentWidget()
        corner = grid.head.viewport().mapTo(over, grid.head.viewport().rect().bottomLeft()) if over else None
        x = (corner.x() if corner else 0) + grid.head.sectionViewportPosition(place)
        where = QRectF(x, (corner.y() if corner else 0) - 1, grid.columnWidth(place), 1)
        self.slip.open_values(column, values, self.values.get(column.key, frozenset()), where)

    def choose(self, column: Column, values: Iterable[str]) -> None:
        """Shows only triggers whose cell says one of these; none takes the filter of that column away."""
        wanted = frozenset(values)
        self.values = {key: kept for key, kept in self.values.items() if key != column.key}
        if wanted:
            self.values[column.key] = wanted
        self._apply()

    def clear(self) -> None:
        """Shows all triggers."""
        if self.values:
            self.values = {}
            self._apply()

    def reveal(self, key: str) -> None:
        """Makes sure that a line can be seen that somebody asked for."""
        if self.active and self._grid.cells.row_of(key) < 0:
            self.clear()

    def keep_columns(self) -> None:
        """Columns came or went: a filter on one that is gone goes with it."""
        there = {one.key for one in self._grid.cells.columns}
        if not set(self.values) <= there:
            self.values = {key: values for key, values in self.values.items() if key in there}
            self._apply()

    def _apply(self) -> None:
        """What is left out now stays out, and what is seen stays seen while it is edited: nothing jumps away."""
        grid = self._grid
        rows = [row for row in grid.all_rows if row.trigger is not None]
        grid.filter_rows(frozenset(row.key for row in rows if not self._fits(row, self.values)), on=self.active)
        self._show_chips()
        grid.head.filtered = frozenset(self.values)
        grid.head.viewport().update()
        self.changed.emit()

    def _fits(self, row: GridRow, values: dict[str, frozenset[str]]) -> bool:
        places = {one.key: place for place, one in enumerate(self._grid.cells.columns)}
        return all(row.cells[places[key]].words in wanted for key, wanted in values.items() if key in places)

    def _shows_gap(self, row: GridRow) -> bool:
        """A gap is seen where its facts meet what is asked for; it has no outcome that could be asked for."""
        if row.check is None or row.check.box is None:
            return False
        for place, column in enumerate(self._grid.cells.columns):
            wanted = self.values.get(column.key)
            if wanted is None:
                continue
            if column.group is not Group.WHEN or column.dimension is None or place >= len(row.check.box):
                return False
            if not any(self._meets(row, place, words) for words in wanted):
                return False
        return True

    def _meets(self, row: GridRow, place: int, words: str) -> bool:
        dimension = self._grid.cells.columns[place].dimension
        like = next((one for one in self._grid.all_rows if one.trigger and one.cells[place].words == words), None)
        if dimension is None or like is None or row.check is None or row.check.box is None:
            return False
        try:
            return meet(row.check.box[place], read_cell(like.cells[place].text, dimension), dimension)
        except CellError:
            return False

    def _show_chips(self) -> None:
        self._flow.clear()
        columns = {one.key: one for one in self._grid.cells.columns}
        for key, values in self.values.items():
            chip = Chip(self._words(columns[key], values))
            chip.clicked.connect(lambda _on=False, column=key: self.open_at(self._grid.cells.column_of(column)))
            chip.removed.connect(lambda column=key: self.choose(columns[column], ()))
            self._flow.add(chip)
        if self.values:
            clear = Button(tr("Show all triggers"), kind="link", small=True)
            clear.clicked.connect(lambda _on=False: self.clear())
            self._flow.add(clear)
        self.setVisible(bool(self.values))

    def _words(self, column: Column, values: frozenset[str]) -> str:
        place = self._grid.cells.column_of(column.key)
        order = {row.cells[place].words: at for at, row in enumerate(self._grid.all_rows) if row.trigger is not None}
        listed = sorted(values, key=lambda one: order.get(one, len(order)))
        named = tr(" or ").join(listed[:_MOST_NAMED])
        if len(listed) > _MOST_NAMED:
            named += " " + tr("and {number} more").format(number=len(listed) - _MOST_NAMED)
        return f"{column.label}: {named}"
