"""The list itself: a table with fixed rows, letters that move, and a hand that keeps the order still."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QElapsedTimer, QEvent, QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.views.theme.current import theme
from app.views.workbench.grouping import Head
from app.views.workbench.queue_delegate import QueueDelegate, head_height, timer_width
from app.views.workbench.queue_model import INCIDENT, TIMER, Index, QueueModel

STILL_MS = 15_000
"""So long after the last key the hand is taken to have left the keyboard."""


class QueueList(QTableView):
    """`chosen(id)` when another incident is current, `entered(id)` on Enter or a double click.

    `hand_left` tells that neither pointer nor keyboard is in the list any more.
    """

    chosen = Signal(str)
    entered = Signal(str)
    hand_left = Signal()

    def __init__(self, model: QueueModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._queue = model
        self._pointer = False
        self._last_key = QElapsedTimer()
        self.setModel(model)
        self.setItemDelegate(QueueDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Incidents by urgency"))
        self.horizontalHeader().hide()
        self.horizontalHeader().setMinimumSectionSize(1)
        self.horizontalHeader().setSectionResizeMode(INCIDENT, QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setSectionResizeMode(TIMER, QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        model.modelReset.connect(self._size_rows)
        model.layoutChanged.connect(self._size_rows)
        theme.changed.connect(self._restyle)
        self._heads: list[int] = []
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(STILL_MS)
        self._quiet.timeout.connect(self._perhaps_left)
        self._restyle()

    # --- geometry

    def _restyle(self) -> None:
        self.verticalHeader().setDefaultSectionSize(theme.height("queue"))
        self.horizontalHeader().resizeSection(TIMER, timer_width())
        self._heads = []
        self._size_rows()
        self.viewport().update()

    def _size_rows(self) -> None:
        """Heads are lower than rows; only those lines are touched that were or are a head."""
        header, high, low = self.verticalHeader(), theme.height("queue"), head_height()
        heads = [line for line, one in enumerate(self._queue.lines) if isinstance(one, Head)]
        for line in self._heads:
            if line < header.count():
                header.resizeSection(line, high)
        for line in heads:
            header.resizeSection(line, low)
        self._heads = heads

    def span(self) -> tuple[int, int]:
        """The first and the last line that can be seen."""
        first = self.rowAt(0)
        last = self.rowAt(self.viewport().height() - 1)
        return max(first, 0), last if last >= 0 else self._queue.rowCount() - 1

    # --- time

    def tick(self, now: datetime) -> int:
        """Repaints what can be seen and changed; returns how many rows want to move."""
        first, last = self.span()
        return self._queue.tick(now, first, last)

    @property
    def held(self) -> bool:
        """Whether the pointer or the keyboard is in the list."""
        typing = self._last_key.isValid() and self._last_key.elapsed() < STILL_MS
        return self._pointer or (self.hasFocus() and typing)

    def _perhaps_left(self) -> None:
        if not self.held:
            self.hand_left.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        self._pointer = True
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = False
        super().leaveEvent(event)
        self._perhaps_left()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._last_key.invalidate()
        self._perhaps_left()

    # --- choosing

    def current(self) -> str:
        """The incident that is chosen, or empty."""
        index = self.currentIndex()
        return self._queue.incident_at(index.row()) if index.isValid() else ""

    def choose(self, incident_id: str) -> bool:
        """Makes an incident current and shows it; False where it is not in the list."""
        line = self._queue.line_of(incident_id)
        if line < 0:
            return False
        index = self._queue.index(line, INCIDENT)
        mode = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(index, mode)
        self.scrollTo(index)
        return True

    def choose_first(self) -> str:
        """Makes the most urgent incident current."""
        first = next((one for one in self._queue.lines if isinstance(one, str)), "")
        if first:
            self.choose(first)
        return first

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        incident_id = self._queue.incident_at(current.row()) if current.isValid() else ""
        if incident_id:
            self.chosen.emit(incident_id)

    def step(self, by: int) -> None:
        """The next incident in that direction, heads passed over."""
        line = self.currentIndex().row() + by
        while 0 <= line < self._queue.rowCount():
            incident_id = self._queue.incident_at(line)
            if incident_id:
                self.choose(incident_id)
                return
            line += by

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._last_key.restart()
        self._quiet.start()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = event.key()
        if plain and key in (Qt.Key.Key_J, Qt.Key.Key_Down):
            self.step(1)
        elif plain and key in (Qt.Key.Key_K, Qt.Key.Key_Up):
            self.step(-1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            if self.current():
                self.entered.emit(self.current())
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are keys here, not a search."""

    def mouseDoubleClickEvent(self, event: object) -> None:
        super().mouseDoubleClickEvent(event)  # type: ignore[arg-type]  # the stub wants the concrete QMouseEvent
        if self.current():
            self.entered.emit(self.current())
