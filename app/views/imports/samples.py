"""«As they will be read»: a few incidents of the file as an import would take them over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.services.clock.reading import took
from app.services.incidents.intake.draft import Draft
from app.services.incidents.intake.mapping import Field
from app.services.incidents.intake.records import HistoricIncident
from app.services.incidents.intake.rehearsal import Rehearsal
from app.views.imports.words import fact_name, tr, when
from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.glyphs import severity
from app.views.theme.labels import SectionTitle
from app.views.theme.paint import LEFT, RIGHT, color, draw_text, horizontal, px, smooth
from app.views.theme.strips import Segments

GRADES = ("severity", "priority", "impact", "urgency")
Index = QModelIndex | QPersistentModelIndex
Labels = Mapping[tuple[str, str], str]
MOST_FACTS = 2
MARGIN = 20
NO_PARENT = QModelIndex()


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says."""

    words: str
    ink: str = "text"
    weight: int = t.REGULAR
    right: bool = False
    rank: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its name, its share of the width and how a cell is made."""

    name: str
    stretch: int
    cell: Callable[[HistoricIncident], Cell]
    right: bool = False


def ranks(draft: Draft) -> tuple[str, dict[str, int]]:
    """The fact that grades incidents, and its keys from 1, the worst one; empty where there is none."""
    for key in GRADES:
        for column in draft.columns:
            if column.rule.fact == key and not column.dropped:
                keys = list(dict.fromkeys(column.rule.choices.values()))
                return key, {one: number for number, one in enumerate(keys, 1) if number <= 4}
    return "", {}


def columns_of(draft: Draft, zone: str, labels: Labels) -> list[Column]:
    """The columns that a mapping gives something to show in."""
    read = {one.rule.field for one in draft.columns if not one.dropped}
    asked = {question.column for question in draft.open_questions}
    doubtful = {one.rule.field for one in draft.columns if one.name in asked}
    fact, by_key = ranks(draft)
    found = [Column("", 0, lambda one: Cell("", rank=by_key.get(str(one.fact(fact)), 0) if fact else 0))]
    found.append(Column(tr("Number"), 3, lambda one: Cell(one.number, weight=t.MEDIUM)))
    if Field.CUSTOMER in read:
        found.append(Column(tr("Customer"), 4, lambda one: Cell(one.customer or "–")))
    found.append(Column(tr("Raised"), 4, lambda one: Cell(when(one.raised_at, zone), _ink(Field.RAISED in doubtful))))
    if read & {Field.RESOLVED, Field.CLOSED}:
        doubt = bool(doubtful & {Field.RESOLVED, Field.CLOSED})
        found.append(
            Column(
                tr("Resolved") if Field.RESOLVED in read else tr("Closed"),
                4,
                lambda one: Cell(when(_end(one), zone), _ink(doubt) if _end(one) is not None else "text3"),
            )
        )
        found.append(Column(tr("Took"), 3, _took, right=True))
    if Field.FIRST_UPDATE in read:
        found.append(Column(tr("Update"), 2, _update, right=True))
    return [*found, *(Column(fact_name(key), 3, _fact_cell(key, labels)) for key in _facts(draft, fact))]


def _ink(doubtful: bool) -> str:
    return "warn" if doubtful else "text"


def _end(one: HistoricIncident) -> datetime | None:
    return one.resolved_at or one.closed_at


def _took(one: HistoricIncident) -> Cell:
    end = one.resolved_at or one.closed_at
    if end is None:
        return Cell("–", "text3", right=True)
    return Cell(took(int((end - one.raised_at).total_seconds())), weight=t.MEDIUM, right=True)


def _update(one: HistoricIncident) -> Cell:
    if one.first_update_at is None:
        return Cell("–", "text3", right=True)
    return Cell(took(int((one.first_update_at - one.raised_at).total_seconds())), right=True)


def _facts(draft: Draft, grade: str) -> list[str]:
    keys = [one.rule.fact for one in draft.columns if one.rule.fact and not one.dropped]
    return [key for key in keys if key != grade and key not in GRADES][:MOST_FACTS]


def _fact_cell(key: str, labels: Labels) -> Callable[[HistoricIncident], Cell]:
    def cell(one: HistoricIncident) -> Cell:
        value = one.fact(key)
        return Cell("–", "text3") if value is None else Cell(labels.get((key, str(value)), str(value)))

    return cell


class SampleModel(QAbstractTableModel):
    """The incidents that are shown."""

    def __init__(self) -> None:
        super().__init__()
        self.columns: list[Column] = []
        self.incidents: Sequence[HistoricIncident] = ()

    def show_rows(self, columns: list[Column], incidents: Sequence[HistoricIncident]) -> None:
        self.beginResetModel()
        self.columns, self.incidents = columns, incidents
        self.endResetModel()

    def rowCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.incidents)

    def columnCount(self, parent: Index = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def cell(self, index: Index) -> Cell:
        return self.columns[index.column()].cell(self.incidents[index.row()])

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        cell = self.cell(index)
        return tr("Grade {rank}").format(rank=cell.rank) if cell.rank else cell.words

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self.columns[section].name
        return None


class _Paint(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, SampleModel):
            return
        cell = model.cell(index)
        painter.save()
        smooth(painter)
        rect = QRectF(option.rect)
        lead = px(MARGIN) if index.column() == 0 else 0.0
        horizontal(painter, rect.x() + lead, rect.bottom(), rect.width() - lead)
        if cell.rank:
            severity(painter, rect.x() + lead, rect.center().y(), cell.rank)
        align = RIGHT if cell.right else LEFT
        draw_text(painter, rect.adjusted(0, 0, -px(12), 0), cell.words, t.BODY, cell.weight, cell.ink, align)
        painter.restore()


class _Head(QHeaderView):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setSectionsClickable(False)
        self.setHighlightSections(False)

    def paintSection(self, painter: QPainter, rect: object, logical: int) -> None:
        model = self.model()
        if not isinstance(model, SampleModel):
            return
        area = QRectF(rect)  # type: ignore[call-overload]  # Qt hands a QRect
        painter.fillRect(area, color("subtle"))
        horizontal(painter, area.x(), area.bottom() - 1, area.width(), "border2")
        column = model.columns[logical]
        align = RIGHT if column.right else LEFT
        draw_text(painter, area.adjusted(0, 0, -px(12), 0), column.name, t.SMALL, t.MEDIUM, "text2", align)


class SampleRows(QWidget):
    """The table with its switch: first, random, around the question."""

    def __init__(self) -> None:
        super().__init__()
        self._rehearsal: Rehearsal | None = None
        self._draft: Draft | None = None
        self._zone = "UTC"
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(8)
        self.title = SectionTitle(tr("As they will be read"))
        self.title.row.setContentsMargins(20, 0, 20, 0)
        names = (tr("First"), tr("Random"), tr("Around the question"))
        self.which = Segments(names, small=True, name=tr("Which incidents"))
        self.which.changed.connect(self._show)
        self.title.add(self.which)
        column.addWidget(self.title)
        self.model = SampleModel()
        self.table = QTableView()
        self.table.setAccessibleName(tr("As they will be read"))
        self.table.setModel(self.model)
        self.table.setItemDelegate(_Paint(self.table))
        self.table.setHorizontalHeader(_Head(self.table))
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.setFrameShape(QTableView.Shape.NoFrame)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setViewportMargins(0, 0, 0, 0)
        column.addWidget(self.table, 1)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.table.verticalHeader().setDefaultSectionSize(theme.height("control"))
        self.table.horizontalHeader().setFixedHeight(round(px(28)))

    def show_rehearsal(self, rehearsal: Rehearsal | None, draft: Draft | None, zone: str) -> None:
        """Shows what a dry run read; nothing while there is none."""
        asked_before = self._rehearsal is not None
        self._rehearsal, self._draft, self._zone = rehearsal, draft, zone
        around = bool(rehearsal and rehearsal.run.around)
        self.which.button(2).setEnabled(around)
        if around and not asked_before:
            self.which.set_current(2)
        elif not around and self.which.current() == 2:
            self.which.set_current(0)
        self._show()

    def _show(self, _index: int = 0) -> None:
        run = self._rehearsal.run if self._rehearsal else None
        if run is None or self._draft is None:
            self.model.show_rows([], ())
            self.title.set_extra("")
            return
        rows = (run.first, run.random, run.around)[self.which.current()]
        labels = {(fact, one.key): one.label for fact, found in run.report.choices for one in found}
        self.model.show_rows(columns_of(self._draft, self._zone, labels), rows)
        self.title.set_extra(
            tr("{shown} of {all}, times in your zone").format(shown=len(rows), all=f"{run.report.incidents:,}")
        )
        self._fit()

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]  # the stub wants the concrete QResizeEvent
        self._fit()

    def _fit(self) -> None:
        columns = self.model.columns
        if not columns:
            return
        glyph = round(px(MARGIN + 34))
        room = self.table.viewport().width() - glyph - round(px(MARGIN - 12))
        total = sum(one.stretch for one in columns) or 1
        self.table.setColumnWidth(0, glyph)
        for place, one in enumerate(columns[1:], 1):
            self.table.setColumnWidth(place, int(room * one.stretch / total))
