"""The tab Targets: the grid of classes and segments, and beside it what else makes a target."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from app.models.enums import TargetCounting, TimerKind
from app.services.matrix import target_edits as edits
from app.services.matrix.checks import Check
from app.services.matrix.page import MatrixRecord
from app.services.matrix.resulting import span_words
from app.views.matrix.columns import tr
from app.views.matrix.store import MatrixStore
from app.views.matrix.tab import MatrixTab
from app.views.matrix.targets_around import Around
from app.views.matrix.targets_explained import Explained
from app.views.matrix.targets_grid import TargetGrid
from app.views.matrix.targets_rows import NAMES, TargetRow, counting_words, place_of, target_rows
from app.views.shell.page import Hint
from app.views.theme import tokens as t
from app.views.theme.cards import Surface
from app.views.theme.labels import ElidedLabel, Label
from app.views.theme.strips import Segments


class TargetsTab(MatrixTab):
    """An editor of targets. Everything goes through the store, onto the undo stack."""

    key, icon = "targets", "flag"

    def __init__(self, store: MatrixStore, parent: QWidget | None = None) -> None:
        super().__init__(store, parent)
        self.side = self.explained = Explained()
        self.grid = TargetGrid()
        self.around = Around(store)
        self.tint = Segments([tr("None"), tr("Strictness")], 1, small=True, name=tr("Tint"))
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self._left())
        self.split.addWidget(self._right())
        self.split.setSizes([660, 500])
        self.split.setStretchFactor(0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._strip())
        column.addWidget(self.split, 1)
        store.checked.connect(self.refresh)
        store.probed.connect(self._show_answer)
        self.grid.kept.connect(self.keep)
        self.grid.followed.connect(self.follow)
        self.grid.turned.connect(self.turn)
        self.grid.cell_changed.connect(self.said)
        self.tint.changed.connect(self._tinted)

    def _strip(self) -> QWidget:
        strip = Surface("surface", lines="b")
        row = QHBoxLayout(strip)
        row.setContentsMargins(20, 8, 16, 8)
        row.setSpacing(10)
        row.addWidget(Label(tr("Tint"), t.SMALL, t.REGULAR, "text2"))
        row.addWidget(self.tint)
        row.addSpacing(8)
        row.addWidget(Label(tr("Space turns a target from hours to around the clock."), t.SMALL, t.REGULAR, "text3"))
        row.addStretch(1)
        row.addWidget(Label(tr("Climbing never changes a target"), t.SMALL, t.REGULAR, "text3"))
        return strip

    def _left(self) -> QWidget:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.grid, 1)
        foot = Surface("surface", lines="t")
        row = QHBoxLayout(foot)
        row.setContentsMargins(20, 9, 16, 9)
        words = tr("Grey follows any segment. Type to set one of its own, Del to follow again. – means no such timer.")
        row.addWidget(ElidedLabel(words, t.SMALL, t.REGULAR, "text3"), 1)
        column.addWidget(foot)
        return left

    def _right(self) -> QWidget:
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.viewport().setAutoFillBackground(False)
        scroll.setWidget(self.around)
        self.around.setAutoFillBackground(False)
        side = Surface("surface", lines="l", line="border2")
        box = QVBoxLayout(side)
        box.setContentsMargins(1, 0, 0, 0)
        box.addWidget(scroll)
        side.setMinimumWidth(380)
        return side

    # --- what a tab answers

    @property
    def title(self) -> str:
        return tr("Targets")

    def hints(self) -> Sequence[Hint]:
        return (
            Hint("F2", tr("Edit target")),
            Hint("Del", tr("Use any segment")),
            Hint("F8", tr("Next problem")),
        )

    def panes(self) -> Sequence[QWidget]:
        return (self.grid, self.around)

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        return {"matrix.edit": self.grid.edit_current}

    # --- showing

    def show_record(self, record: MatrixRecord) -> None:
        """Shows the targets of a record."""
        writable = self.store.may_write()
        self.grid.set_writable(writable)
        self.around.show_record(record, writable=writable)
        self.refresh()

    def refresh(self) -> None:
        """Shows the lines with the findings as they are now known."""
        if self.store.record is not None:
            self.grid.show_rows(target_rows(self.store.record, self.store.report), stale=self.store.stale)

    def _tinted(self, place: int) -> None:
        self.grid.delegate.tinted = place == 1
        self.grid.viewport().update()

    def _show_answer(self) -> None:
        if self.store.record is not None:
            self.explained.show_answer(self.store.record, self.store.answer, self.store.facts)

    def shows(self, check: Check, *, in_front: bool) -> bool:
        """A target is shown where it is written, unless people are at the triggers, which show it too."""
        return in_front and place_of(check) is not None

    def show_check(self, check: Check) -> None:
        """Puts the cursor on the target that a finding is about."""
        place = place_of(check)
        if place is not None:
            self.grid.show_place(*place)
            self.grid.setFocus()

    def status(self) -> str:
        """How many targets there are, and how many follow."""
        cells = [cell for row in self.grid.cells.rows for cell in row.cells]
        follow = sum(not cell.own for cell in cells)
        words = tr("{number} targets, {follow} follow any segment")
        return words.format(number=len(cells), follow=follow)

    # --- editing

    def keep(self, place: int, timer: TimerKind, seconds: int | None) -> None:
        """Writes what was typed."""
        row, record = self._row(place), self.store.record
        if row is None or record is None:
            return
        if edits.set_target(record, row.target_class, row.segment, timer, seconds):
            words = tr("{what} {span}").format(what=_name(row, timer), span=span_words(seconds))
            self.store.edit(words, lambda shown: edits.set_target(shown, row.target_class, row.segment, timer, seconds))

    def follow(self, places: list[tuple[int, TimerKind]]) -> None:
        """Lets targets follow any segment again."""
        found = [(row, timer) for place, timer in places if (row := self._row(place)) is not None]

        def make(record: MatrixRecord) -> edits.Operations:
            each = (edits.follow_any(record, row.target_class, row.segment, timer) for row, timer in found)
            return tuple(operation for operations in each for operation in operations)

        if self.store.record is not None and make(self.store.record):
            what = _name(*found[0]) if len(found) == 1 else tr("{number} targets").format(number=len(found))
            self.store.edit(tr("{what} follows any segment").format(what=what), make)

    def turn(self, place: int, timers: list[TimerKind]) -> None:
        """Lets own targets of a line count the other way."""
        row, record = self._row(place), self.store.record
        if row is None or record is None:
            return
        given = [cell.counting for cell in row.cells if cell.own and cell.timer in timers]
        own = next((one for one in given if one is not None), TargetCounting.AROUND_THE_CLOCK)
        in_hours = own is TargetCounting.IN_HOURS
        to = TargetCounting.AROUND_THE_CLOCK if in_hours else TargetCounting.IN_HOURS

        def make(shown: MatrixRecord) -> edits.Operations:
            return edits.set_counting(shown, row.target_class, row.segment, tuple(timers), to)

        if make(record):
            what = _name(row, timers[0]) if len(timers) == 1 else f"{row.class_name}, {row.segment_name}"
            self.store.edit(tr("{what} {counting}").format(what=what, counting=counting_words(to)), make)

    def _row(self, place: int) -> TargetRow | None:
        rows = self.grid.cells.rows
        return rows[place] if 0 <= place < len(rows) else None


def _name(row: TargetRow, timer: TimerKind) -> str:
    return f"{row.class_name}, {row.segment_name}: {tr(NAMES[timer])}"
