"""The queue as a table: incidents and heads in one column, the timer in its own, sorted in Python by urgency."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from app.services.clock.reading import read
from app.services.incidents.queue import QueueRow
from app.views.theme.timers import TimerText, timer_text
from app.views.theme.times import Times
from app.views.workbench.grouping import Head, Line, Spot, lines, spot, spots_of
from app.views.workbench.store import QueueStore
from app.views.workbench.words import channel_name, heading_words, joined, timer_name, tr, waiting_name

INCIDENT, TIMER = 0, 1
LINE = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class QueueModel(QAbstractTableModel):
    """Shows the rows of a store that `fits` lets through. `tick` and `arrange` are the only ways it changes by time."""

    turned = Signal(str, int)  # an incident and the Group it came into by time alone

    def __init__(self, store: QueueStore, times: Times, now: datetime, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.store, self.times, self.now = store, times, now
        self.fits: Callable[[QueueRow], bool] = lambda row: True
        self.lines: list[Line] = []
        self._at: dict[str, int] = {}
        self._every: dict[str, Spot] = {}
        self._spots: dict[str, Spot] = {}
        self._shown: dict[str, Spot] = {}
        self._turns: list[tuple[datetime, str]] = []
        self._texts: dict[str, TimerText] = {}
        self._restless: set[str] = set()

    # --- what Qt asks

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else 2

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or isinstance(self.lines[index.row()], Head):
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (tr("Incident"), tr("Most urgent timer"))[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.lines[index.row()]
        if role == LINE:
            return line
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.DisplayRole):
            return self._head_words(line, index) if isinstance(line, Head) else self._words(line, index.column())
        if role == Qt.ItemDataRole.ToolTipRole and not isinstance(line, Head):
            return self._tip(line, index.column())
        return None

    def _head_words(self, head: Head, index: Index) -> str:
        return f"{heading_words(head.heading)}, {head.count}" if index.column() == INCIDENT else ""

    def _words(self, incident_id: str, column: int) -> str:
        row = self.store.rows.get(incident_id)
        if row is None:
            return tr("No longer here")
        if column == TIMER:
            text = self.text(incident_id)
            if text is None or row.timer is None:
                return tr("No timer")
            return f"{timer_name(row.timer.kind)}, {text.value} {text.word}".strip()
        parts = [
            tr("INC {number}").format(number=row.number),
            tr("severity {rank}").format(rank=row.severity) if row.severity else "",
            row.title,
            row.customer,
            row.segment,
            tr("tier {rank}").format(rank=row.tier_rank),
            tr("by {channel}").format(channel=channel_name(row.channel)) if row.channel else "",
            row.holder or tr("nobody has it"),
            tr("waiting for {whom}").format(whom=waiting_name(row.waiting_for)) if row.waiting_for else "",
            tr("being saved") if incident_id in self.store.pending else "",
        ]
        return joined(*parts, by=", ")

    def _tip(self, incident_id: str, column: int) -> str | None:
        row = self.store.rows.get(incident_id)
        if row is None:
            return None
        if column == TIMER:
            return tr("Due {time}").format(time=self.times.full(row.timer.due_at)) if row.timer else None
        return f"{row.title}\n{joined(row.customer, row.segment, row.holder or tr('Nobody has it'))}"

    # --- what the page asks

    def row(self, incident_id: str) -> QueueRow | None:
        """The row of an incident; None for one that is no longer open here but still stands in the frozen list."""
        return self.store.rows.get(incident_id)

    def line_of(self, incident_id: str) -> int:
        """Where an incident stands; -1 where it does not."""
        return self._at.get(incident_id, -1)

    def incident_at(self, line: int) -> str:
        """The incident on that line; empty for a head."""
        found = self.lines[line] if 0 <= line < len(self.lines) else ""
        return found if isinstance(found, str) else ""

    def incidents(self) -> int:
        """How many incidents the list shows."""
        return len(self._at)

    def text(self, incident_id: str) -> TimerText | None:
        """What the timer of an incident says now."""
        found = self._texts.get(incident_id)
        if found is None:
            found = self._read(incident_id)
            if found is not None:
                self._texts[incident_id] = found
        return found

    def _read(self, incident_id: str) -> TimerText | None:
        row = self.store.rows.get(incident_id)
        if row is None or row.timer is None:
            return None
        flag = "promise" if row.timer.promised else "pinned" if row.timer.pinned else ""
        text = timer_text(read(row.timer, self.now), self.times.zone, flag)
        # a bar of 42 px does not show more
        return replace(text, share=round(text.share, 2))

    # --- time

    def tick(self, now: datetime, first: int, last: int) -> int:
        """Repaints the timer cells of these lines whose words changed; returns how many rows want to move."""
        self.now = now
        for line in range(max(0, first), min(last, len(self.lines) - 1) + 1):
            incident_id = self.lines[line]
            if isinstance(incident_id, Head):
                continue
            text = self._read(incident_id)
            if text is not None and text != self._texts.get(incident_id):
                self._texts[incident_id] = text
                cell = self.index(line, TIMER)
                self.dataChanged.emit(cell, cell)
        self._turn(now)
        return self.wants()

    def _turn(self, now: datetime) -> None:
        while self._turns and self._turns[0][0] <= now:
            _at, incident_id = heapq.heappop(self._turns)
            before = self._every.get(incident_id)
            self._place(incident_id)
            after = self._every.get(incident_id)
            if before is not None and after is not None and before.heading != after.heading:
                self.turned.emit(incident_id, int(after.heading[0]))

    def _place(self, incident_id: str) -> None:
        row = self.store.rows.get(incident_id)
        if row is None:
            self._every.pop(incident_id, None)
        else:
            found = self._every[incident_id] = spot(row, self.now, self.times.zone)
            if found.turns_at is not None:
                heapq.heappush(self._turns, (found.turns_at, incident_id))
        self._seek(incident_id, row)

    def _seek(self, incident_id: str, row: QueueRow | None) -> None:
        """Whether an incident belongs into the list, and whether it stands where it belongs."""
        wanted = self._every[incident_id] if row is not None and self.fits(row) else None
        if wanted is None:
            self._spots.pop(incident_id, None)
        else:
            self._spots[incident_id] = wanted
        shown = self._shown.get(incident_id)
        if (wanted and wanted.key) == (shown and shown.key):
            self._restless.discard(incident_id)
        else:
            self._restless.add(incident_id)

    # --- order

    def wants(self) -> int:
        """How many rows want to move, come or go."""
        return len(self._restless)

    def reset(self, now: datetime, spots: dict[str, Spot] | None = None) -> None:
        """Another view: everything is placed anew, unless `spots` says where each row belongs."""
        self.now = now
        self._texts.clear()
        self._every = spots if spots is not None else spots_of(self.store.rows.values(), now, self.times.zone)
        self._turns = [(one.turns_at, key) for key, one in self._every.items() if one.turns_at is not None]
        heapq.heapify(self._turns)
        self.refilter()

    def refilter(self) -> None:
        """Another filter: the rows that `fits` lets through, in their order of now."""
        self.beginResetModel()
        rows = self.store.rows
        self._spots = {key: one for key, one in self._every.items() if key in rows and self.fits(rows[key])}
        self._adopt(lines(self._spots, self._spots))
        self.endResetModel()

    def refresh(self, incident_ids: Iterable[str], now: datetime) -> None:
        """These rows are others; they keep their place until `arrange`."""
        self.now = now
        for incident_id in incident_ids:
            self._texts.pop(incident_id, None)
            self._place(incident_id)
            line = self.line_of(incident_id)
            if line >= 0:
                self.dataChanged.emit(self.index(line, INCIDENT), self.index(line, TIMER))

    def arrange(self) -> None:
        """Sorts by urgency now; what is selected stays selected."""
        wanted = lines(self._spots, self._spots)
        if wanted == self.lines:
            self._adopt(wanted)
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        held = [(index, self.lines[index.row()]) for index in before]
        self._adopt(wanted)
        after = []
        for index, line in held:
            row = self._at.get(line, -1) if isinstance(line, str) else -1
            after.append(self.index(row, index.column()) if row >= 0 else QModelIndex())
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _adopt(self, wanted: list[Line]) -> None:
        self.lines = wanted
        self._at = {line: row for row, line in enumerate(wanted) if isinstance(line, str)}
        self._shown = dict(self._spots)
        self._restless.clear()
