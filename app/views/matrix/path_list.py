"""The list of paths: name, who uses it, how long it takes to the top, and its tiers as a strip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.services.matrix.checks import CheckReport
from app.services.matrix.page import MatrixRecord
from app.services.matrix.path_edits import users_of
from app.views.matrix.columns import tr
from app.views.matrix.path_drawing import climbs, minute_words, number_words
from app.views.matrix.rows import incident_words
from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.paint import RIGHT, color, draw_box, draw_icon, draw_text, px, smooth, text_width

Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
ROW_HEIGHT = 74
LEAST_SHARE = 0.04


@dataclass(frozen=True, slots=True)
class PathEntry:
    """One line. ``bands`` are tier rank and minutes, the last one until the end; ``incidents`` None: not counted."""

    key: str
    name: str
    used: str
    longest: str
    bands: tuple[tuple[int, float], ...]
    incidents: int | None = None
    wrong: bool = False
    changed: bool = False

    @property
    def said(self) -> str:
        """The whole line in words."""
        parts = [self.name, self.used, self.longest]
        parts += [incident_words(self.incidents)] if self.incidents is not None else []
        parts += [tr("has a problem")] if self.wrong else []
        parts += [tr("changed since published")] if self.changed else []
        return ", ".join(part for part in parts if part)


def entries(record: MatrixRecord, report: CheckReport) -> list[PathEntry]:
    """A line for each path."""
    wrong = {one.path for one in report.checks}
    changed = {one.field.split(":")[1] for one in record.difference.others if one.field.startswith("path:")}
    return [_entry(record, report, place, wrong, changed) for place in range(len(record.paths))]


def _entry(record: MatrixRecord, report: CheckReport, place: int, wrong: set[str], changed: set[str]) -> PathEntry:
    policy, row = record.policy, record.paths[place]
    key = row.values.key
    numbers = users_of(record, key)
    ids = [one.id for one in record.rows if one.values.path == key]
    word = tr("trigger {numbers}") if len(numbers) == 1 else tr("triggers {numbers}")
    start = first_rank(record, key)
    steps = climbs(policy, policy.paths[place], start)
    minutes = [0.0, *(one.minute for one in steps)]
    stretches = [later - earlier for earlier, later in pairwise(minutes)]
    ranks = [start, *(one.tier.rank for one in steps)]
    return PathEntry(
        key=key,
        name=row.values.name,
        used=word.format(numbers=number_words(numbers)) if numbers else tr("no trigger"),
        longest=_longest(record, start, steps[-1].tier.key if steps else "", minutes[-1]),
        bands=tuple(zip(ranks, [*stretches, max(minutes[-1], 1.0) / 3], strict=True)),
        incidents=sum(report.hits.get(one, 0) for one in ids) if report.incidents else None,
        wrong=key in wrong,
        changed=record.published is not None and key in changed,
    )


def first_rank(record: MatrixRecord, key: str) -> int:
    """The lowest tier that a trigger starts this path from; the lowest of all where none uses it."""
    ranks = [one.outcome.tier for one in record.policy.table.triggers if one.outcome.path == key]
    known = [one.rank for one in record.policy.tiers]
    return min([one for one in ranks if one in known] or known or [1])


def _longest(record: MatrixRecord, start: int, last: str, minutes: float) -> str:
    top = record.policy.tiers[-1] if record.policy.tiers else None
    if top is None:
        return ""
    if start >= top.rank:
        return tr("starts there")
    if last != top.key:
        return tr("never at {tier}").format(tier=top.name)
    return tr("{tier} in {span}").format(tier=top.name, span=minute_words(minutes))


class PathModel(QAbstractListModel):
    """The entries for Qt."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: list[PathEntry] = []

    def show(self, found: Sequence[PathEntry]) -> None:
        """Shows other ones; rows stay where the paths are the same."""
        if [one.key for one in found] == [one.key for one in self.entries]:
            self.entries = list(found)
            if found:
                self.dataChanged.emit(self.index(0), self.index(len(found) - 1))
            return
        self.beginResetModel()
        self.entries = list(found)
        self.endResetModel()

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        entry = self.entries[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.name
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return entry.said
        if role == Qt.ItemDataRole.UserRole:
            return entry
        return None


class PathDelegate(QStyledItemDelegate):
    """Paints a line."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(round(px(90)), round(px(ROW_HEIGHT)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry: PathEntry = index.data(Qt.ItemDataRole.UserRole)
        painter.save()
        smooth(painter)
        rect = QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        if chosen:
            painter.fillRect(rect, color("selected"))
            edge = rect.right() - px(3) if theme.mirrored else rect.x()
            painter.fillRect(QRectF(edge, rect.y(), px(3), rect.height()), color("accent"))
        if focused:
            draw_box(painter, rect.adjusted(2, 2, -2, -2), None, "accent_text", px(t.RADIUS_CHIP), 2)
        painter.fillRect(QRectF(rect.x() + px(16), rect.bottom() - 1, rect.width() - px(32), 1), color("border"))
        self._words(painter, rect.adjusted(px(16), px(9), -px(14), -px(8)), entry)
        painter.restore()

    def _words(self, painter: QPainter, rect: QRectF, entry: PathEntry) -> None:
        tall = px(20)
        name = QRectF(rect.x(), rect.y(), rect.width(), tall)
        number = f"{entry.incidents:,}" if entry.incidents is not None else ""
        taken = text_width(number, t.SMALL) + px(8) if number else 0
        taken += px(18) * (entry.wrong + entry.changed)
        words = name.adjusted(taken, 0, 0, 0) if theme.mirrored else name.adjusted(0, 0, -taken, 0)
        wide = draw_text(painter, words, entry.name, t.BODY, t.SEMIBOLD, "text")
        x = px(7) + wide
        for icon, ink, shown in (("triangle-alert", "breach", entry.wrong), ("pencil", "accent_text", entry.changed)):
            if shown:
                left = rect.right() - x - px(13) if theme.mirrored else rect.x() + x
                draw_icon(painter, left, rect.y() + (tall - px(13)) / 2, icon, ink, 13)
                x += px(18)
        draw_text(painter, name, number, t.SMALL, t.REGULAR, "text2", RIGHT)
        line = QRectF(rect.x(), rect.y() + tall, rect.width(), px(18))
        room = text_width(entry.longest, t.SMALL) + px(8)
        draw_text(painter, line, entry.longest, t.SMALL, t.REGULAR, "text3", RIGHT)
        used = line.adjusted(room, 0, 0, 0) if theme.mirrored else line.adjusted(0, 0, -room, 0)
        draw_text(painter, used, entry.used, t.SMALL, t.REGULAR, "text3")
        self._strip(painter, QRectF(rect.x(), rect.y() + px(45), rect.width(), px(7)), entry)

    def _strip(self, painter: QPainter, rect: QRectF, entry: PathEntry) -> None:
        """Tiers by how long each holds; a tier is never too short to be seen."""
        whole = sum(minutes for _rank, minutes in entry.bands) or 1.0
        shares = [max(minutes / whole, LEAST_SHARE) for _rank, minutes in entry.bands]
        gap = px(2)
        room = rect.width() - gap * (len(shares) - 1)
        x = rect.x()
        order = list(zip(entry.bands, shares, strict=True))
        for (rank, _minutes), share in reversed(order) if theme.mirrored else order:
            wide = room * share / sum(shares)
            draw_box(painter, QRectF(x, rect.y(), wide, rect.height()), f"t{min(max(rank, 1), 4)}", None, px(1.5))
            x += wide + gap


class PathList(QListView):
    """Arrow keys walk; `chosen(key)` follows."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.paths = PathModel()
        self.setModel(self.paths)
        self.setItemDelegate(PathDelegate(self))
        self.setAccessibleName(tr("Paths"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setStyleSheet("QListView { background: transparent; }")
        self.selectionModel().currentChanged.connect(self._walked)
        theme.changed.connect(self.doItemsLayout)

    def show_entries(self, found: Sequence[PathEntry], key: str) -> None:
        """Shows these paths with the cursor on one."""
        self.paths.show(found)
        row = next((place for place, one in enumerate(found) if one.key == key), -1)
        if row >= 0 and row != self.currentIndex().row():
            self.setCurrentIndex(self.paths.index(row))

    def _walked(self, now: QModelIndex, _before: QModelIndex) -> None:
        if now.isValid():
            self.chosen.emit(self.paths.entries[now.row()].key)
