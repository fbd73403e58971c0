"""Tables of the replay page: the incidents behind a number, and all numbers as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from app.services.clock.reading import took
from app.services.matrix.replay.cases import Happened
from app.services.matrix.replay.numbers import Number, numbers_of
from app.services.matrix.replay.replay import Replay
from app.services.matrix.replay.replay_json import changes_of
from app.services.matrix.replay.replay_words import version_words
from app.services.matrix.replay.sides import Side
from app.views.matrix.columns import tr
from app.views.theme.current import theme
from app.views.theme.paint import px

Index = QModelIndex | QPersistentModelIndex
NO_PARENT = QModelIndex()
SPOKEN = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole)
CHANGES = {"tier": "tier", "owner": "owner", "path": "path", "target_class": "class", "targets": "targets"}
MOST_SHOWN = 500
"""The longest that the list gets; the file that is exported has all of them."""


class TextTable(QAbstractTableModel):
    """Rows of text under names."""

    names: tuple[str, ...] = ()

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.names)

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if way is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.names[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        return self.words(index.row(), index.column()) if role in SPOKEN else None

    def words(self, row: int, column: int) -> str:
        """What a cell says."""
        raise NotImplementedError


class CaseModel(TextTable):
    """The incidents behind a number, newest first, with both decisions and what really happened."""

    def __init__(self) -> None:
        super().__init__()
        self.places: list[int] = []
        self._found: Replay | None = None
        self._real: Mapping[str, Happened] = {}
        self._zone = ZoneInfo("UTC")

    def show_cases(self, found: Replay, places: Sequence[int], zone: str) -> None:
        """Other incidents."""
        self.beginResetModel()
        self._found, self.places, self._zone = found, list(places), ZoneInfo(zone)
        self.names = (
            tr("Incident"), tr("Raised"), tr("Customer"), tr("Known then"), version_words(found.before),
            version_words(found.after), tr("What changes"), tr("What really happened"),
        )  # fmt: skip
        self.endResetModel()

    def show_real(self, real: Mapping[str, Happened]) -> None:
        """What really happened, as far as it was read."""
        self._real = real
        if self.places:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.places) - 1, len(self.names) - 1))

    def incident_of(self, row: int) -> str:
        """The id of a row's incident."""
        return self._found.cases.ids[self.places[row]] if self._found is not None else ""

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.places)

    def words(self, row: int, column: int) -> str:
        found, place = self._found, self.places[row]
        if found is None:
            return ""
        real = self._real.get(found.cases.ids[place])
        local = found.cases.raised[place].astimezone(self._zone)
        makers = (
            lambda: found.cases.names[place],
            lambda: f"{local.day} {local:%b %Y %H:%M}",
            lambda: real.customer if real else "",
            lambda: self._facts(found, place),
            lambda: decision_words(found.before, place),
            lambda: decision_words(found.after, place),
            lambda: ", ".join(tr(CHANGES[one]) for one in changes_of(found, place)) or tr("nothing"),
            lambda: real_words(real) if real else "",
        )
        return str(makers[column]())

    def _facts(self, found: Replay, place: int) -> str:
        dimensions = {one.key: one for one in found.after.policy.table.dimensions}
        said = found.cases.facts_of(place)
        return ", ".join(dimensions[key].label_of(str(value)) for key, value in said.items() if key in dimensions)


def decision_words(side: Side, place: int) -> str:
    """``6, Tier 1, Frontline``; catch-all where no trigger decides."""
    number = side.trigger_number(place)
    table = side.policy.table
    rank = int(side.rank[place])
    tier = table.tier_label(rank) if rank else ""
    owner = table.owner_label(side.owners[side.owner[place]])
    return ", ".join(one for one in (str(number) if number is not None else tr("catch-all"), tier, owner) if one)


def real_words(real: Happened) -> str:
    """``Tier 2 after 1 h 31 min, acknowledged after 22 min``."""
    parts = []
    if real.rank > 1 and real.tier_after is not None:
        parts.append(tr("{tier} after {span}").format(tier=real.tier, span=took(real.tier_after)))
    elif real.tier:
        parts.append(tr("stayed at {tier}").format(tier=real.tier))
    if real.acknowledged_after is not None:
        parts.append(tr("acknowledged after {span}").format(span=took(real.acknowledged_after)))
    return ", ".join(parts) or tr("not acknowledged")


class NumberModel(TextTable):
    """All numbers of the replay, a line each."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: tuple[Number, ...] = ()

    def show_replay(self, found: Replay) -> None:
        """Another replay."""
        self.beginResetModel()
        self.lines = numbers_of(found)
        before, after = version_words(found.before), version_words(found.after)
        self.names = (tr("What"), "", before, after, tr("Alerts a week"))
        self.endResetModel()

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def words(self, row: int, column: int) -> str:
        one = self.lines[row]
        means = f"{one.means[0]:.1f} → {one.means[1]:.1f}" if one.means else ""
        return (tr(one.section), one.name, f"{len(one.before):,}", f"{len(one.after):,}", means)[column]


class Rows(QTableView):
    """A quiet table of whole rows; Enter and a double click choose one. `chosen(row)` tells."""

    chosen = Signal(int)

    def __init__(self, model: TextTable, name: str, widths: Sequence[int], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._widths = widths
        self.setModel(model)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setStyleSheet("QHeaderView::section { padding: 0 3px; }")  # as far in as the cells
        self.doubleClicked.connect(lambda index: self.chosen.emit(index.row()))
        model.modelReset.connect(self.fit)
        theme.changed.connect(self.fit)

    def fit(self) -> None:
        """Fits rows and columns to the text size, and puts the cursor on the first row."""
        self.verticalHeader().setDefaultSectionSize(theme.height("grid"))
        for column, width in enumerate(self._widths):
            self.setColumnWidth(column, round(px(width)))
        if self.model().rowCount():
            self.setCurrentIndex(self.model().index(0, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.chosen.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)
