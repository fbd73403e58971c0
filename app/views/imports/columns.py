"""The columns table: head, one row a column, built some at a time."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.services.incidents.intake.draft import Draft
from app.services.incidents.intake.guess_columns import Treat
from app.views.imports.row import EMPTIES, FORMAT, GAP, MARGIN, NAME, READ, ColumnRow
from app.views.imports.words import tr
from app.views.theme import tokens as t
from app.views.theme.cards import Surface
from app.views.theme.current import theme
from app.views.theme.paint import color, draw_text, flip, horizontal, px, smooth

VALUES = 90
"""Room below which the values of a column are not shown."""
A_TIME = 6
"""Rows that are built before the window gets its turn again."""


class ColumnsHead(QWidget):
    """The names over the table."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.last = self.offset = self.span = 0
        self.narrow = False
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(600, round(px(29)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        painter.fillRect(self.rect(), color("subtle"))
        horizontal(painter, 0, 0, self.width(), "border2")
        horizontal(painter, 0, self.height() - 1, self.width(), "border2")
        painter.translate(self.offset if theme.mirrored else -self.offset, 0)
        end = max(self.span, 1) - px(MARGIN)
        keep = end - self.last
        empties = keep - px(GAP) - px(EMPTIES)
        how = empties - px(GAP) - px(FORMAT)
        read = how - px(GAP) - px(READ)
        places = (
            (px(MARGIN), tr("Column in the file")),
            (px(MARGIN) + px(NAME) + px(GAP), "" if self.narrow else tr("Values as they stand")),
            (read, tr("Read as")),
            (how, tr("Format and zone")),
            (empties, tr("Means “empty”")),
            (keep, tr("Keep")),
        )
        for number, (x, words) in enumerate(places):
            after = places[number + 1][0] - px(6) if number + 1 < len(places) else end
            rect = flip(QRectF(x, 0, after - x, self.height()), QRectF(self.rect()))
            draw_text(painter, rect, words, t.SMALL, t.MEDIUM, "text2")
        painter.end()


class ColumnsTable(QWidget):
    """All columns; `change(draft)` is called with every other mapping."""

    def __init__(self, change: Callable[[Draft], None]) -> None:
        super().__init__()
        self._change = change
        self._draft: Draft | None = None
        self.rows: dict[str, ColumnRow] = {}
        self._waiting: list[str] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.head = ColumnsHead()
        column.addWidget(self.head)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.verticalScrollBar().rangeChanged.connect(self._align)
        self.area.horizontalScrollBar().valueChanged.connect(self._align)
        column.addWidget(self.area, 1)
        self._later_align = QTimer(self)
        self._later_align.setSingleShot(True)
        self._later_align.timeout.connect(self._align)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._build_some)
        theme.changed.connect(self._later_align.start)
        self._begin()

    def _begin(self) -> None:
        inside = self._inside = Surface("surface")
        self._lines = QVBoxLayout(inside)
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(0)
        self._lines.addStretch(1)
        self.rows = {}
        self.area.setWidget(inside)

    @property
    def complete(self) -> bool:
        """Whether every row is there."""
        return not self._waiting

    def show_draft(self, draft: Draft | None) -> None:
        """Shows a mapping; rows stay where the columns are the same."""
        names = [one.name for one in draft.columns] if draft else []
        before = [*self.rows, *self._waiting]
        self._draft = draft
        if names != before:
            self._begin()
            self._waiting = names
            self._build_some()
        else:
            for name in self.rows:
                self._show(name)

    def _build_some(self) -> None:
        draft = self._draft
        for name in self._waiting[:A_TIME]:
            if draft is not None:
                row = ColumnRow(draft.column(name))
                row.reading.connect(self._read)
                row.format_chosen.connect(self._format)
                row.treated.connect(self._treat)
                row.nulls_changed.connect(self._nulls)
                self.rows[name] = row
                row.values.setHidden(self.head.narrow)
                self._lines.insertWidget(self._lines.count() - 1, row)
                self._show(name)
        self._waiting = self._waiting[A_TIME:]
        self._align()
        if self._waiting:
            self._later.start()

    def _show(self, name: str) -> None:
        if self._draft is not None:
            asked = {question.column for question in self._draft.open_questions}
            self.rows[name].show_column(self._draft, self._draft.column(name), asks=name in asked)

    def _read(self, name: str, reading: str) -> None:
        if self._draft is not None:
            self._change(self._draft.with_reading(name, reading))

    def _format(self, name: str, key: str) -> None:
        if self._draft is not None:
            self._change(self._draft.with_format(name, key))

    def _treat(self, name: str, treat: Treat) -> None:
        if self._draft is not None:
            self._change(self._draft.with_treat(name, treat))

    def _nulls(self, name: str, words: tuple[str, ...]) -> None:
        if self._draft is not None:
            self._change(self._draft.with_nulls(name, words))

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]  # the stub wants the concrete QResizeEvent
        self._align()

    def _align(self, *_: object) -> None:
        """Head over rows; where there is little room the values go, and the rest can be scrolled."""
        first = next(iter(self.rows.values()), None)
        if first is None:
            return
        self.head.last = first.treat.sizeHint().width()
        room = self.area.viewport().width()
        least = round(px(NAME + READ + FORMAT + EMPTIES + 4 * GAP + 2 * MARGIN)) + self.head.last
        narrow = room < least + px(VALUES + GAP)
        if narrow != self.head.narrow:
            self.head.narrow = narrow
            for row in self.rows.values():
                row.values.setHidden(narrow)
        self._inside.setMinimumWidth(least)
        self.head.span = max(room, least)
        self.head.offset = self.area.horizontalScrollBar().value()
        self.head.update()

    def reveal(self, name: str) -> None:
        """Scrolls to a column."""
        if name in self.rows:
            self.area.ensureWidgetVisible(self.rows[name])
