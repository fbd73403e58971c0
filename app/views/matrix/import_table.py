"""The rows of a sheet being imported: what was understood above, the cell as it stands in the sheet below."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.services.matrix.cells import CellError
from app.services.matrix.policy import Policy
from app.services.matrix.reading import read_cell
from app.services.matrix.spreadsheet.drawn import DrawnTable, Outcome
from app.services.matrix.spreadsheet.meaning import Meaning, Unclear
from app.services.matrix.spreadsheet.rows import Effect, Understood, UnderstoodRow
from app.services.matrix.writing import cell_words
from app.views.matrix.columns import tr
from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.paint import LEFT, draw_box, draw_icon, draw_text, horizontal, px, smooth

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
LINE = Qt.ItemDataRole.UserRole
ROW_HEIGHT = 40
EFFECT_WIDTH, LEAST_WIDTH, MOST_WIDTH = 130, 86, 150
EFFECTS = {
    Effect.SAME: ("circle-check", "text3"),
    Effect.INSIDE: ("circle-check", "text3"),
    Effect.NEW: ("plus", "ok"),
    Effect.UNCLEAR: ("circle-x", "breach"),
}


def field_words(policy: Policy, use: str) -> str:
    """What a column is used for, in words; a dash for one that is passed over."""
    names = {
        Outcome.NUMBER.value: tr("Number"),
        Outcome.TIER.value: tr("Tier"),
        Outcome.OWNER.value: tr("Owner"),
        Outcome.PATH.value: tr("Path"),
        Outcome.TARGET_CLASS.value: tr("Class"),
        Outcome.REASON.value: tr("Reason"),
        "": tr("not used"),
    }
    labels = {one.key: one.label for one in policy.table.dimensions}
    return labels.get(use) or names.get(use, use)


def value_words(policy: Policy, use: str, value: str) -> str:
    """What a meaning says: a condition in words, an outcome by its name."""
    dimension = next((one for one in policy.table.dimensions if one.key == use), None)
    if dimension is not None:
        try:
            return cell_words(read_cell(value, dimension), dimension)
        except CellError:
            return value
    table = policy.table
    named = {
        Outcome.TIER.value: {one.key: one.name for one in policy.tiers},
        Outcome.OWNER.value: {one.key: one.label for one in table.owners or ()},
        Outcome.PATH.value: {one.key: one.label for one in table.paths or ()},
        Outcome.TARGET_CLASS.value: {one.key: one.label for one in table.target_classes or ()},
    }
    return named.get(use, {}).get(value, value)


def effect_words(row: UnderstoodRow) -> str:
    """What a row would do."""
    if row.effect is Effect.SAME:
        return tr("as trigger {number}").format(number=row.trigger)
    if row.effect is Effect.INSIDE:
        return tr("inside trigger {number}").format(number=row.trigger)
    if row.effect is Effect.UNCLEAR:
        number = len(list(row.unclear))
        return tr("1 cell unclear") if number == 1 else tr("{number} cells unclear").format(number=number)
    return tr("new, guessed") if row.guessed else tr("new")


class ImportModel(QAbstractTableModel):
    """A column for each of the sheet, and one for what the row would do."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn: DrawnTable | None = None
        self.understood: Understood | None = None
        self._policy: Policy | None = None

    def show_sheet(self, drawn: DrawnTable, understood: Understood, policy: Policy) -> None:
        """Shows a sheet as it is understood."""
        self.beginResetModel()
        self.drawn, self.understood, self._policy = drawn, understood, policy
        self.endResetModel()

    def rowCount(self, parent: Index = _NONE) -> int:
        return len(self.understood.rows) if self.understood is not None and not parent.isValid() else 0

    def columnCount(self, parent: Index = _NONE) -> int:
        return len(self.drawn.columns) + 1 if self.drawn is not None and not parent.isValid() else 0

    def headerData(self, section: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or self.drawn is None or self.understood is None:
            return None
        if way is Qt.Orientation.Vertical:
            return str(self.understood.rows[section].row.number)
        if section == len(self.drawn.columns):
            return tr("What it would do")
        return self.drawn.columns[section]

    def line(self, row: int, column: int) -> tuple[str, str, str]:
        """What a cell says above and below, and its state: unclear, guessed, unused, what its row does, or none."""
        if self.drawn is None or self.understood is None or self._policy is None:
            return "", "", ""
        one = self.understood.rows[row]
        if column == len(self.drawn.columns):
            return effect_words(one), "", f"effect {one.effect.value}"
        name, text = self.drawn.columns[column], one.row.texts[column]
        meaning = one.meanings.get(name)
        if isinstance(meaning, Unclear):
            return "?", text or tr("empty"), "unclear"
        if not isinstance(meaning, Meaning):
            return "", text, "unused"
        words = value_words(self._policy, self.understood.uses[name], meaning.value)
        return words, text or tr("empty"), "guessed" if meaning.guessed else ""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        above, below, state = self.line(index.row(), index.column())
        if role == LINE:
            return above, below, state
        if role == Qt.ItemDataRole.DisplayRole:
            return above or below
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            said = tr("not understood") if state == "unclear" else above
            return ", ".join(one for one in (said, below) if one)
        return None


class _Lines(QStyledItemDelegate):
    """Two lines in a cell; what is unclear is outlined, what was guessed tinted."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        smooth(painter)
        above, below, state = index.data(LINE)
        rect = QRectF(option.rect)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.tokens["selected"])
        horizontal(painter, rect.x(), rect.bottom(), rect.width())
        inner = rect.adjusted(px(8), px(3), -px(6), -px(3))
        if state in EFFECTS_BY_NAME:
            icon, ink = EFFECTS_BY_NAME[state]
            draw_icon(painter, inner.x(), inner.center().y() - px(7), icon, ink, 14)
            draw_text(painter, inner.adjusted(px(20), 0, 0, 0), above, t.SMALL, t.MEDIUM, ink, LEFT)
            return
        if state == "unclear":
            draw_box(painter, rect.adjusted(2, 2, -2, -2), "breach_tint", "breach", px(5))
        elif state == "guessed":
            painter.fillRect(rect.adjusted(1, 1, -1, -1), theme.tokens["warn_tint"])
        half = inner.height() / 2
        ink = {"unclear": "breach", "guessed": "warn", "unused": "text3"}.get(state, "text")
        upper = QRectF(inner.x(), inner.y(), inner.width(), half)
        lower = QRectF(inner.x(), inner.y() + half, inner.width(), half)
        draw_text(painter, upper, above, t.SMALL, t.MEDIUM, ink, LEFT)
        draw_text(painter, lower, below, t.CAPTION, t.REGULAR, "text3", LEFT, mono=True)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(round(px(110)), round(px(ROW_HEIGHT)))


EFFECTS_BY_NAME = {f"effect {effect.value}": look for effect, look in EFFECTS.items()}


class ImportTable(QTableView):
    """Read with arrows; F2 goes to what a cell means."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells = ImportModel()
        self.setModel(self.cells)
        self.setItemDelegate(_Lines(self))
        self.setAccessibleName(tr("Rows of the sheet"))
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        header = self.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        self.cells.modelReset.connect(self.fit)
        theme.changed.connect(self._restyle)
        self._restyle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """All columns side by side where there is room for them."""
        columns = self.cells.columnCount() - 1
        if columns > 0:
            room = (self.viewport().width() - px(EFFECT_WIDTH)) / columns
            width = round(min(max(room, px(LEAST_WIDTH)), px(MOST_WIDTH)))
            for column in range(columns):
                self.setColumnWidth(column, width)

    def _restyle(self) -> None:
        self.verticalHeader().setDefaultSectionSize(round(px(ROW_HEIGHT)))
        self.horizontalHeader().setMinimumHeight(round(px(30)))
        self.viewport().update()

    def unclear_places(self) -> list[tuple[int, int]]:
        """Row and column of every cell that was not understood."""
        model = self.cells
        return [
            (row, column)
            for row in range(model.rowCount())
            for column in range(model.columnCount())
            if model.line(row, column)[2] == "unclear"
        ]

    def go_next(self) -> None:
        """F8: to the next cell that was not understood, round and round."""
        places = self.unclear_places()
        if places:
            now = (self.currentIndex().row(), self.currentIndex().column())
            row, column = next((one for one in places if one > now), places[0])
            self.setCurrentIndex(self.cells.index(row, column))
            self.setFocus()
