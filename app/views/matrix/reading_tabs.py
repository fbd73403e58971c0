"""The tab that is read: history. A plain table that can be copied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QHeaderView, QTableView, QVBoxLayout, QWidget

from app.models.enums import VersionState
from app.services.matrix.page import MatrixRecord
from app.views.matrix.columns import tr
from app.views.matrix.head import day_words
from app.views.matrix.store import MatrixStore
from app.views.matrix.tab import MatrixTab
from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.labels import Label
from app.views.theme.paint import color, font, px

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
STATES = {
    VersionState.DRAFT: "Draft",
    VersionState.IN_REVIEW: "In review",
    VersionState.PUBLISHED: "Published",
    VersionState.RETIRED: "Retired",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as text. ``quiet`` are cells (row, column) that only inherit."""

    key: str
    intro: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()
    quiet: frozenset[tuple[int, int]] = frozenset()
    wide: int = 0


def history(record: MatrixRecord) -> Sheet:
    """All versions, newest first."""
    rows = tuple(
        (
            str(one.number),
            tr(STATES[one.state]),
            day_words(one.effective_from),
            one.published_by or "",
            one.rationale or "",
        )
        for one in record.versions
    )
    heads = tuple(map(tr, ("Version", "State", "In force from", "Published by", "Why")))
    intro = tr("A published version never changes. Incidents stay on the one they were opened under.")
    return Sheet("history", intro, heads, rows, wide=4)


class SheetModel(QAbstractTableModel):
    """A `Sheet` for Qt."""

    def __init__(self) -> None:
        super().__init__()
        self.sheet = Sheet("", "", (), ())

    def show(self, sheet: Sheet) -> None:
        """Shows another one."""
        if sheet != self.sheet:
            self.beginResetModel()
            self.sheet = sheet
            self.endResetModel()

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.sheet.rows)

    def columnCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.sheet.heads)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        place = (index.row(), index.column())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.sheet.rows[place[0]][place[1]]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(_alignment(self.sheet, place[1]))
        if role == Qt.ItemDataRole.ForegroundRole:
            return color("text3" if place in self.sheet.quiet else "text")
        if role == Qt.ItemDataRole.FontRole:
            return font(t.BODY, t.MEDIUM if place[1] == 0 else t.REGULAR)
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is Qt.Orientation.Horizontal and section < len(self.sheet.heads):
            if role == Qt.ItemDataRole.DisplayRole:
                return self.sheet.heads[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return int(_alignment(self.sheet, section))
        return None


def _alignment(sheet: Sheet, column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in sheet.numeric else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


class SheetView(QTableView):
    """Read-only; copies what is selected as a spreadsheet takes it."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            lines: dict[int, list[str]] = {}
            for index in sorted(self.selectedIndexes(), key=lambda one: (one.row(), one.column())):
                lines.setdefault(index.row(), []).append(str(index.data()))
            QGuiApplication.clipboard().setText("\n".join("\t".join(line) for line in lines.values()))
            return
        super().keyPressEvent(event)


class HistoryTab(MatrixTab):
    """An introduction and a table."""

    key, icon = "history", "rotate-ccw-clock"

    def __init__(self, store: MatrixStore, parent: QWidget | None = None) -> None:
        super().__init__(store, parent)
        self.model = SheetModel()
        self.view = SheetView()
        self.view.setModel(self.model)
        self.view.setAccessibleName(self.key)
        self.view.setStyleSheet("QTableView::item { padding: 0 10px; }")
        self.view.setShowGrid(False)
        self.view.setTabKeyNavigation(False)
        self.view.setAlternatingRowColors(True)
        self.view.setFrameShape(QTableView.Shape.NoFrame)
        self.view.setWordWrap(False)
        self.view.verticalHeader().hide()
        self.intro = Label("", t.SMALL, t.REGULAR, "text3")
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 12)
        column.setSpacing(10)
        column.addWidget(self.intro)
        column.addWidget(self.view, 1)
        theme.changed.connect(self._restyle)
        self._restyle()

    @property
    def title(self) -> str:
        return tr("History")

    def status(self) -> str:
        """How many versions there are."""
        number = len(self.model.sheet.rows)
        return tr("1 version") if number == 1 else tr("{number} versions").format(number=number)

    def panes(self) -> Sequence[QWidget]:
        return (self.view,)

    def _restyle(self) -> None:
        self.view.verticalHeader().setDefaultSectionSize(theme.height("grid") - 4)
        self.view.horizontalHeader().setFixedHeight(round(px(32)))
        self.view.horizontalHeader().setFont(font(t.SMALL, t.MEDIUM))

    def show_record(self, record: MatrixRecord) -> None:
        """Shows that part of a record."""
        sheet = history(record)
        self.intro.setText(sheet.intro)
        self.model.show(sheet)
        header = self.view.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for place in range(len(sheet.heads)):
            stretch = place == sheet.wide if sheet.wide else place > 0
            mode = QHeaderView.ResizeMode.Stretch if stretch else QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(place, mode)
