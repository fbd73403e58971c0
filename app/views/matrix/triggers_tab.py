"""The Triggers tab: the grid, the path below it, and what its acts do to the draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QPointF, QRectF, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from app.services.database.errors import StateError
from app.services.matrix import mending
from app.services.matrix.checks import Check
from app.services.matrix.drafts import ANY_TEXT, DraftOperation, SetReason
from app.services.matrix.page import MatrixRecord, TriggerRow
from app.views.matrix.columns import Column, Group, tr
from app.views.matrix.grid import TriggerGrid
from app.views.matrix.grid_filter import GridFilter
from app.views.matrix.grid_find import FindBar
from app.views.matrix.grid_ranges import RangeActs
from app.views.matrix.path_strip import PathStrip
from app.views.matrix.picker import Picker, counts_by_value
from app.views.matrix.reason import ReasonSheet
from app.views.matrix.store import Maker, MatrixStore
from app.views.matrix.tab import MatrixTab
from app.views.shell.page import Hint
from app.views.theme.paint import px

ROOMY_HEIGHT = 640


class TriggersTab(MatrixTab):
    """Everything here works with keys alone."""

    key, icon, noun = "triggers", "table-properties", "trigger"
    writes = frozenset({"matrix.add", "matrix.remove", "matrix.up", "matrix.down", "matrix.fill"})

    def __init__(self, store: MatrixStore, parent: QWidget | None = None) -> None:
        super().__init__(store, parent)
        self.grid = TriggerGrid(store.desk.tasks, self)
        self.path = PathStrip(self)
        self.split = QSplitter(Qt.Orientation.Vertical, self)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.grid)
        self.split.addWidget(self.path)
        self.split.setStretchFactor(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.split)
        self.picker = Picker(self)
        self.picker.chosen.connect(self.keep)
        self.picker.closed.connect(self.grid.setFocus)
        self.ranges = RangeActs(self.grid, store)
        self.find_bar = FindBar(self.grid, store)
        self.filter = GridFilter(self.grid, self)
        self.filter.changed.connect(self._filtered)
        column.insertWidget(0, self.find_bar)
        column.insertWidget(1, self.filter)
        self._connect()
        self._at = -1

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.path.set_roomy(self.height() >= px(ROOMY_HEIGHT))

    def _connect(self) -> None:
        grid = self.grid
        grid.kept.connect(self.keep)
        grid.add_wanted.connect(self.add)
        grid.ghost_acted.connect(self.mend)
        grid.picked.connect(self.pick)
        grid.moved_row.connect(self.move_to)
        grid.row_changed.connect(self._cursor_moved)
        self.store.changed.connect(self.refresh)
        self.store.checked.connect(self.refresh)
        self.store.probed.connect(self.refresh)

    # --- what a tab answers

    @property
    def title(self) -> str:
        return tr("Triggers")

    def show_record(self, record: MatrixRecord) -> None:
        self.grid.set_writable(self.store.may_write())

    def status(self) -> str:
        """How many triggers there are, and which is chosen."""
        number = len(self.store.record.rows) if self.store.record is not None else 0
        words = tr("1 trigger") if number == 1 else tr("{number} triggers").format(number=number)
        if self.filter.active:
            words = tr("{shown} of {triggers}").format(shown=self.filter.shown(), triggers=words)
        chosen = self.selected()
        if chosen is not None:
            words += ", " + tr("trigger {number} selected").format(number=chosen.values.number)
        return words

    def hints(self) -> Sequence[Hint]:
        return (
            Hint("F2", tr("Edit cell")),
            Hint("Ctrl Ins", tr("Add trigger")),
            Hint("F8", tr("Next problem")),
        )

    def panes(self) -> Sequence[QWidget]:
        return (self.grid, self.path.rail)

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        return {
            "matrix.edit": self.grid.edit_current,
            "matrix.pick": self.grid.pick,
            "matrix.fill": self.ranges.fill_down,
            "matrix.replace": partial(self.find_bar.open_bar, replacing=True),
            "matrix.filter": self.filter.open_here,
            "matrix.filter.clear": self.filter.clear,
            "matrix.add": self.add_here,
            "matrix.remove": self.remove,
            "matrix.up": partial(self.move_by, -1),
            "matrix.down": partial(self.move_by, 1),
            "matrix.reason": self.write_reason,
        }

    def go(self, name: str) -> None:
        """A trigger by its number, or several (``4,5,6``): the cursor on the first, all of them selected."""
        rows = self.store.record.rows if self.store.record is not None else ()
        wanted = [one.id for one in rows if str(one.values.number) in name.split(",")]
        if wanted:
            self.filter.reveal(wanted[0])
            self.grid.show_place(wanted[0])
            if len(wanted) > 1:
                self._select(wanted)
            self.grid.setFocus()

    def _select(self, keys: Sequence[str]) -> None:
        """Selects whole lines; the cursor stays."""
        cells, chosen = self.grid.cells, QItemSelection()
        for place in map(cells.row_of, keys):
            chosen.select(cells.index(place, 0), cells.index(place, cells.columnCount() - 1))
        self.grid.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def shows(self, check: Check, *, in_front: bool) -> bool:
        return True

    def show_check(self, check: Check) -> None:
        column = check.dimension or (check.timer.value if check.timer else "")
        key = check.key if check.is_gap else check.triggers[0] if check.triggers else ""
        self.filter.reveal(key)
        self.grid.show_place(key, column)
        self.grid.setFocus()

    def search_here(self) -> None:
        self.find_bar.open_bar(replacing=False)

    def write_reason(self) -> None:
        """Opens the reason of the trigger under the cursor."""
        row = self.selected()
        if row is None:
            return

        def make(host: QWidget) -> ReasonSheet:
            sheet = ReasonSheet(host, row)
            sheet.kept.connect(self.set_reason)
            return sheet

        self.sheet_wanted.emit(make)

    # --- showing

    def refresh(self) -> None:
        """Shows what the store has."""
        record = self.store.record
        if record is not None:
            self.grid.show_record(record, self.store.report, self._lit(), stale=self.store.stale)
            self._show_path(record)
            self.filter.keep_columns()
            self.find_bar.look_again()

    def _filtered(self) -> None:
        self.find_bar.look_again()
        self.said.emit()

    def _lit(self) -> dict[str, str]:
        answer = self.store.answer
        if answer is None:
            return {}
        lit = {one.id: "matched" for one in answer.matched}
        return {**lit, answer.chosen.id: "chosen"} if answer.chosen else lit

    def _show_path(self, record: MatrixRecord) -> None:
        key = self.grid.current_key()
        trigger = next((one for one in record.policy.table.triggers if one.id == key), None)
        self.path.show_trigger(record, trigger)

    def _cursor_moved(self, _key: str) -> None:
        if self.store.record is not None:
            self._show_path(self.store.record)
        self.said.emit()

    def selected(self) -> TriggerRow | None:
        """The trigger under the cursor."""
        row = self.grid.current_row()
        return row.trigger if row else None

    # --- editing

    def _edit(self, words: str, number: int, make: Callable[[MatrixRecord, TriggerRow], DraftOperation]) -> None:
        """An edit of one trigger, found by its number in whatever draft is then shown."""

        def operations(record: MatrixRecord) -> tuple[DraftOperation, ...]:
            row = next((one for one in record.rows if one.values.number == number), None)
            return () if row is None else (make(record, row),)

        self.store.edit(words, operations)

    def _number(self, trigger_id: str) -> int:
        row = self.store.record.row(trigger_id) if self.store.record else None
        return row.values.number if row else -1

    def keep(self, trigger_id: str, column: Column, text: str) -> None:
        """Keeps a cell or an outcome, unless it says what stood there."""
        record = self.store.record
        row = record.row(trigger_id) if record else None
        if row is None:
            return
        number = row.values.number
        words = tr("{column} of trigger {number}").format(column=column.label, number=number)
        if column.group is Group.THEN:
            if getattr(row.values, column.key) != text:
                self._edit(words, number, lambda _record, found: mending.set_outcome(found, column.key, text))
        elif row.values.cells.get(column.key, ANY_TEXT) != (text.strip() or ANY_TEXT):
            self._edit(words, number, lambda _record, found: mending.set_cell(found, column.key, text))

    def add(self, place: int) -> None:
        """Adds a trigger before the one at ``place``, and puts the cursor on it."""
        self._at = place

        def operations(record: MatrixRecord) -> tuple[DraftOperation, ...]:
            return (mending.add_trigger(record, place, {}),)

        self._then_go(tr("Add trigger"), operations)

    def add_here(self) -> None:
        """Adds a trigger below the cursor; on a gap, one that answers it."""
        row = self.grid.current_row()
        if row is not None and row.check is not None:
            self.mend(row.check, 0)
        else:
            self.add(self.grid.place_before(self.grid.currentIndex().row() + 1))

    def _then_go(self, words: str, make: Maker) -> None:
        known = {one.id for one in self.store.record.rows} if self.store.record else set()
        self.store.edit(words, make)
        record = self.store.record
        new = next((one.id for one in record.rows if one.id not in known), "") if record else ""
        if new:
            self.grid.show_place(new, self.grid.cells.columns[0].key)
        self.grid.setFocus()  # the finding's button, which may have asked, goes with its finding

    def remove(self) -> None:
        """Removes the trigger under the cursor."""
        row = self.selected()
        if row is None:
            return
        number = row.values.number
        self._edit(tr("Remove trigger {number}").format(number=number), number, mending.remove)

    def move_by(self, step: int) -> None:
        """Moves the trigger under the cursor up or down."""
        row, record = self.selected(), self.store.record
        if row is None or record is None:
            return
        place = [one.id for one in record.rows].index(row.id) + step
        if 0 <= place < len(record.rows):
            self.move_to(row.id, place)

    def move_to(self, trigger_id: str, place: int) -> None:
        """Puts a trigger at a place among the others; not while some of them cannot be seen."""
        if self.filter.active:
            what = tr("Triggers cannot be moved while some are filtered out.")
            self.store.refused.emit(StateError(what, tr("Show all triggers first.")))
            return
        number = self._number(trigger_id)
        words = tr("Move trigger {number}").format(number=number)
        self._edit(words, number, lambda record, found: mending.move(record, found, place))

    def set_reason(self, number: int, text: str) -> None:
        """Writes why a trigger is there."""

        def make(_record: MatrixRecord, row: TriggerRow) -> DraftOperation:
            return SetReason(trigger_id=row.id, text=text, seen=row.values.reason)

        self._edit(tr("Reason of trigger {number}").format(number=number), number, make)

    def mend(self, check: Check, number: int) -> None:
        """Does what a button of a finding says, and puts the cursor on a trigger that it adds."""
        if number < len(check.remedies) and self.store.record is not None:
            remedy = check.remedies[number]
            self._then_go(remedy.words, mending.maker(remedy.change, self.store.record))

    # --- the picker

    def pick(self, trigger_id: str, column: Column, where: QRectF) -> None:
        """Opens the choices of a cell below it."""
        record = self.store.record
        row = record.row(trigger_id) if record else None
        if record is None or row is None:
            return
        trigger = next(one for one in record.policy.table.triggers if one.id == trigger_id)
        corner = self.grid.viewport().mapTo(self, QPointF(where.topLeft()).toPoint())
        place = QRectF(corner.x(), corner.y(), where.width(), where.height())
        if column.group is Group.THEN:
            key = str(getattr(row.values, column.key))
            self.picker.open_at(trigger_id, column, None, key, {}, place)
            return
        cell = trigger.cells[record.policy.table.position_of(column.key)]
        counts = counts_by_value(record.counts, column.key)
        self.picker.open_at(trigger_id, column, cell, "", counts, place)
