"""The line above the map: what is crossed, what narrows it, and what is counted."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.services.matrix.coverage.bands import Band
from app.services.matrix.coverage.groups import Layer
from app.services.matrix.coverage.mapping import Question, default_third
from app.services.matrix.table import MatrixTable
from app.views.matrix.columns import tr
from app.views.matrix.coverage_store import CoverageStore
from app.views.matrix.coverage_words import MONTHS
from app.views.theme import tokens as t
from app.views.theme.buttons import Button
from app.views.theme.cards import Surface
from app.views.theme.current import theme
from app.views.theme.fields import ComboField
from app.views.theme.flow import FlowBox
from app.views.theme.labels import Label
from app.views.theme.paint import px, text_width
from app.views.theme.strips import Segments

MOST_SEGMENTS = 5
"""More values than these are chosen from a list."""


class _Kept(QWidget):
    """What belongs together, as high as a control, so that all of it stands on one line."""

    def __init__(self, *widgets: QWidget) -> None:
        super().__init__()
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(8)
        for widget in widgets:
            self.row.addWidget(widget)

    def sizeHint(self) -> QSize:
        size = super().sizeHint()
        return QSize(size.width(), max(size.height(), round(theme.height("control"))))


class _Tight(ComboField):
    """As wide as what is chosen: it reads as the name of the values behind it."""

    def sizeHint(self) -> QSize:
        size = super().sizeHint()
        return QSize(round(text_width(self.currentText(), t.SMALL, t.MEDIUM) + px(24)), size.height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class CoverageBar(Surface):
    """`asked(question)` and `counted(layer)` tell what people choose."""

    asked = Signal(object)
    counted = Signal(object)
    swap_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("surface", parent)
        self.rows, self.columns = ComboField(name=tr("Rows")), ComboField(name=tr("Columns"))
        self.third, self.value = _Tight(name=tr("Narrow by"), bare=True), ComboField(name=tr("Value"))
        self.swap = Button(icon="arrow-left-right", name=tr("Swap rows and columns"))
        self.values: Segments | None = None
        self.layer = Segments(
            [tr("None"), tr("Incidents"), tr("Breaches")], int(Layer.INCIDENTS), small=True, name=tr("Second layer")
        )
        self.period = Label("", t.SMALL, t.REGULAR, "text3")
        self._question: Question | None = None
        self._table: MatrixTable | None = None
        self._bands: tuple[Band, ...] = ()
        self._filling = False
        self.flow = FlowBox(self, gap=10)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(20, 11, 20, 8)
        self._row.addWidget(self.flow, 1)
        self._narrow = _Kept(self.third, self.value)
        for widget in (
            _Kept(_quiet(tr("Rows")), self.rows), self.swap, _Kept(_quiet(tr("Columns")), self.columns), self._narrow,
            _Kept(_quiet(tr("Second layer")), self.layer), _Kept(self.period),
        ):  # fmt: skip
            self.flow.add(widget)
        self.swap.clicked.connect(lambda _on=False: self.swap_wanted.emit())
        self.layer.changed.connect(lambda place: self.counted.emit(Layer(place)))
        for combo in (self.rows, self.columns, self.third, self.value):
            combo.activated.connect(self._chosen)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        """As high as its lines: a splitter asks nobody how high a width makes them."""
        margins = self._row.contentsMargins()
        inside = self.width() - margins.left() - margins.right()
        high = self.flow.heightForWidth(inside)
        self.flow.setFixedHeight(high)
        self.setFixedHeight(high + margins.top() + margins.bottom())

    # --- showing

    def show_store(self, store: CoverageStore, table: MatrixTable) -> None:
        """Shows what is asked."""
        question = store.question
        if question is None:
            return
        self._filling = True
        self._question, self._table = question, table
        names = [(one.label, one.key) for one in table.dimensions]
        _fill(self.rows, names, question.rows)
        _fill(self.columns, names, question.columns)
        rest = [(label, key) for label, key in names if key not in (question.rows, question.columns)]
        _fill(self.third, rest, question.third)
        self.third.updateGeometry()
        self._narrow.setVisible(bool(rest))
        if store.found is not None and store.found.question.third == question.third:
            self._show_values([one for one in store.found.values if one.is_known or one.mask])
        self._choose_value()
        self.layer.set_current(int(store.layer))
        self.period.setText(_period(store))
        self._filling = False

    def _show_values(self, bands: Sequence[Band]) -> None:
        if tuple(bands) == self._bands:
            return
        self._bands = tuple(bands)
        if self.values is not None:
            self.values.hide()
            self.values.deleteLater()
            self.values = None
        few = len(bands) <= MOST_SEGMENTS
        self.value.setVisible(not few)
        if few:
            self.values = Segments(
                [tr("Any"), *(one.label for one in bands)], small=True, name=self.third.currentText()
            )
            self.values.changed.connect(self._segment)
            self._narrow.row.addWidget(self.values)
        else:
            _fill(self.value, [(tr("Any"), None), *((one.label, one.key) for one in bands)], None)
        self.flow.updateGeometry()

    def _choose_value(self) -> None:
        wanted = self._question.value if self._question is not None else None
        keys = [None, *(one.key for one in self._bands)]
        place = keys.index(wanted) if wanted in keys else 0
        if self.values is not None:
            self.values.set_current(place)
        elif self.value.count():
            self.value.setCurrentIndex(place)

    # --- choosing

    def _segment(self, place: int) -> None:
        if not self._filling and self._question is not None:
            key = None if place == 0 else self._bands[place - 1].key
            self.asked.emit(Question(self._question.rows, self._question.columns, self._question.third, key))

    def _chosen(self, _place: int) -> None:
        """Another dimension; the one that stands on the other side already changes places with it."""
        now, table = self._question, self._table
        if self._filling or now is None or table is None:
            return
        rows, columns = self.rows.currentData(), self.columns.currentData()
        if rows == columns:
            rows, columns = (columns, now.rows) if rows != now.rows else (now.columns, rows)
        third = self.third.currentData() if self.third.count() else None
        if third in (rows, columns) or third is None:
            third = default_third(table, rows, columns)
        value = self.value.currentData() if self.values is None and third == now.third else None
        if self.values is not None and third == now.third:
            value = now.value
        self.asked.emit(Question(rows, columns, third, value))


def _quiet(words: str) -> Label:
    return Label(words, t.SMALL, t.REGULAR, "text3")


def _fill(combo: ComboField, names: Sequence[tuple[str, str | None]], chosen: str | None) -> None:
    if [(combo.itemText(one), combo.itemData(one)) for one in range(combo.count())] != list(names):
        combo.clear()
        for label, key in names:
            combo.addItem(label, key)
    combo.setCurrentIndex(next((place for place, (_label, key) in enumerate(names) if key == chosen), 0))


def _period(store: CoverageStore) -> str:
    """``25 Aug to 22 Nov``."""
    if store.past is None or store.past.cases.start is None or store.past.cases.end is None:
        return ""
    first, last = (one.astimezone(store.zone) for one in (store.past.cases.start, store.past.cases.end))
    return f"{first.day} {tr(MONTHS[first.month - 1])} {tr('to')} {last.day} {tr(MONTHS[last.month - 1])}"
