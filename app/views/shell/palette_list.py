"""What the palette lists: items, how well words match them, and the list that draws them in groups."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.views.theme import tokens as t
from app.views.theme.paint import RIGHT, draw_box, draw_icon, draw_text, px, smooth, text_width

DO, GO_TO, FIND = "do", "go", "find"
_HEAD, _ROW = 30, 38
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class PaletteItem:
    """One line: what it does, quiet words behind it, and how to run it.

    `group` is DO, GO_TO or FIND. `why_not` says why it cannot be done now. `fill` is what Tab writes into the field.
    """

    id: str
    text: str
    run: Callable[[], None]
    more: str = ""
    icon: str = ""
    group: str = GO_TO
    key: str = ""
    why_not: str = ""
    fill: str = ""
    rank: float = 0.0


def match(typed: str, text: str, words: str = "") -> float | None:
    """How well `typed` fits, less is better; None where a typed word is nowhere. Every typed word must begin or be
    inside a word of `text`, or begin one of `words`."""
    wanted = typed.casefold().split()
    have = text.casefold()
    starts = have.split()
    extra = words.casefold().split()
    score = 0.0
    for place, word in enumerate(wanted):
        if have.startswith(word) and place == 0:
            continue
        if any(start.startswith(word) for start in starts):
            score += 1
        elif any(start.startswith(word) for start in extra):
            score += 2
        elif len(word) > 1 and word in have:
            score += 4
        else:
            return None
    return score + len(have) / 1000


@dataclass(frozen=True, slots=True)
class _Head:
    words: str


class PaletteModel(QAbstractListModel):
    """Lines and group heads, in order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[PaletteItem | _Head] = []

    def heads(self) -> dict[str, str]:
        """The words over each group."""
        return {DO: self.tr("Do"), GO_TO: self.tr("Go to"), FIND: self.tr("Find in text")}

    def show(self, items: Sequence[PaletteItem], *, recent: bool = False) -> None:
        """Shows these items, grouped; recents keep their own order under one head."""
        self.beginResetModel()
        self._lines = []
        if recent and items:
            self._lines = [_Head(self.tr("Recent")), *items]
        else:
            for group, words in self.heads().items():
                mine = [item for item in items if item.group == group]
                if mine:
                    self._lines += [_Head(words), *mine]
        self.endResetModel()

    def append(self, items: Sequence[PaletteItem]) -> None:
        """Puts late hits below all others, so that nothing moves under the hand."""
        known = {line.id for line in self._lines if isinstance(line, PaletteItem)}
        late = [item for item in items if item.id not in known]
        if not late:
            return
        lines: list[PaletteItem | _Head] = []
        for group, words in self.heads().items():
            mine = [item for item in late if item.group == group]
            if mine:
                lines += [_Head(words), *mine]
        first = len(self._lines)
        self.beginInsertRows(QModelIndex(), first, first + len(lines) - 1)
        self._lines += lines
        self.endInsertRows()

    def item(self, row: int) -> PaletteItem | None:
        """The item in a row; None for a group's head or no row."""
        line = self._lines[row] if 0 <= row < len(self._lines) else None
        return line if isinstance(line, PaletteItem) else None

    def head(self, row: int) -> str:
        """The words of a group's head; empty for an item."""
        line = self._lines[row]
        return line.words if isinstance(line, _Head) else ""

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own way of saying "the root"
        return 0 if parent.isValid() else len(self._lines)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        item = self.item(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return item.text if item else self.head(index.row())
        if role == Qt.ItemDataRole.AccessibleDescriptionRole and item:
            return item.why_not or " ".join(filter(None, (item.more, item.key)))
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if self.item(index.row()) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class PaletteDelegate(QStyledItemDelegate):
    """Draws lines and heads."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        model = index.model()
        head = isinstance(model, PaletteModel) and model.item(index.row()) is None
        return QSize(100, round(px(_HEAD if head else _ROW)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        if not isinstance(model, PaletteModel):
            return
        painter.save()
        smooth(painter)
        rect = QRectF(option.rect)
        item = model.item(index.row())
        if item is None:
            words = rect.adjusted(px(20), px(4), 0, 0)
            draw_text(painter, words, model.head(index.row()), t.SMALL, t.MEDIUM, "text2")
        else:
            state = option.state
            self._paint_item(painter, rect, item, chosen=bool(state & QStyle.StateFlag.State_Selected))
        painter.restore()

    def _paint_item(self, painter: QPainter, rect: QRectF, item: PaletteItem, *, chosen: bool) -> None:
        if chosen:
            draw_box(painter, rect.adjusted(px(8), 1, -px(8), -1), "selected", None, px(7))
        ink = "text3" if item.why_not else "text"
        icon_ink = "text3" if item.why_not else "accent_text" if chosen else "text2"
        middle = rect.center().y()
        if item.icon:
            draw_icon(painter, rect.x() + px(21), middle - px(8), item.icon, icon_ink)
        line = rect.adjusted(px(50), 0, -px(22), 0)
        if item.key:
            draw_text(painter, line, item.key, t.SMALL, t.MEDIUM, "text2", RIGHT)
            line.adjust(0, 0, -text_width(item.key, t.SMALL, t.MEDIUM) - px(16), 0)
        taken = draw_text(painter, line, item.text, 13.5, t.MEDIUM if chosen else t.REGULAR, ink)
        line.adjust(taken + px(10), 0, 0, 0)
        if line.width() > px(30):
            draw_text(painter, line, item.why_not or item.more, t.SMALL, t.REGULAR, "text3")


class PaletteList(QListView):
    """The list below the field; the field keeps the focus and steers it."""

    def __init__(self, model: PaletteModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = model
        self.setModel(model)
        self.setItemDelegate(PaletteDelegate(self))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.setStyleSheet("background: transparent")
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QListView.SelectionMode.SingleSelection)
        self.entered.connect(self.setCurrentIndex)

    def chosen(self) -> PaletteItem | None:
        """The item that Enter would run."""
        return self._lines.item(self.currentIndex().row())

    def choose_first(self) -> None:
        """Marks the first item that can be done, else the first."""
        rows = [row for row in range(self._lines.rowCount()) if self._lines.item(row)]
        best = next((row for row in rows if not self._why_not(row)), rows[0] if rows else -1)
        self.setCurrentIndex(self._lines.index(best, 0))
        self.scrollToTop()

    def _why_not(self, row: int) -> str:
        item = self._lines.item(row)
        return item.why_not if item else ""

    def step(self, by: int) -> None:
        """Moves the mark by that many items, around the ends, over the heads."""
        rows = [row for row in range(self._lines.rowCount()) if self._lines.item(row)]
        if not rows:
            return
        at = rows.index(self.currentIndex().row()) if self.currentIndex().row() in rows else -1
        self.setCurrentIndex(self._lines.index(rows[(at + by) % len(rows)], 0))

    def wanted_height(self) -> int:
        """Pixels that all lines take."""
        return sum(self.sizeHintForRow(row) for row in range(self._lines.rowCount())) + round(px(12))
