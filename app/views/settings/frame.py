"""How a section of the settings looks: a title, quiet words, rows of label and control, small tables."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.views.shell.context import Desk
from app.views.theme import tokens as t
from app.views.theme.cards import Divider
from app.views.theme.current import theme
from app.views.theme.glyphs import avatar, initials
from app.views.theme.labels import ElidedLabel, Label
from app.views.theme.paint import px, smooth

MARGIN = 24
LABEL_WIDTH = 180
_LEAST_HINT = 120
_START = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class Section(QWidget):
    """One section. `words` are further words by which the search finds it."""

    key = ""

    def __init__(self, desk: Desk, title: str, extra: str = "", words: str = "") -> None:
        super().__init__()
        self.desk = desk
        self.name = title
        self.words = f"{title} {extra} {words}".casefold()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(MARGIN, 20, MARGIN, 12)
        self.column.setSpacing(10)
        self.head = QHBoxLayout()
        self.head.setSpacing(12)
        self.head.addWidget(Label(title, t.H3 + 1, t.SEMIBOLD))
        self.extra = ElidedLabel(extra, t.SMALL, ink="text2")
        self.head.addWidget(self.extra, 1)
        self.column.addLayout(self.head)
        self.column.addSpacing(4)

    def shown(self) -> None:
        """The settings came to the front, or another database is open: read again what may be stale."""

    def row(self, label: str, control: QWidget, hint: str = "") -> None:
        """A label, its control, and quiet words behind it."""
        self.column.addWidget(Line(label, control, hint))
        if not control.accessibleName():
            control.setAccessibleName(label)


class Line(QWidget):
    """A label, its control and a hint: side by side, or below each other where there is no room for that."""

    def __init__(self, label: str, control: QWidget, hint: str) -> None:
        super().__init__()
        self._name = Label(label, ink="text2")
        self._name.setBuddy(control)
        self._control, self._hint = control, Label(hint, t.SMALL, ink="text3", wrap=True)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(2, 1)
        self._stacked: bool | None = None
        self._place(stacked=False)
        self._hint.setVisible(bool(hint))
        theme.changed.connect(self._arrange)

    def _place(self, *, stacked: bool) -> None:
        self._name.setFixedWidth(round(px(LABEL_WIDTH)))
        if stacked == self._stacked:
            return
        self._stacked = stacked
        for part in (self._name, self._control, self._hint):
            self._grid.removeWidget(part)
        if stacked:
            for row, part in enumerate((self._name, self._control, self._hint)):
                span = 3 if part is self._hint else 2
                self._grid.addWidget(part, row, 0, 1, span, Qt.AlignmentFlag(0) if span == 3 else _START)
        else:
            self._grid.addWidget(self._name, 0, 0)
            self._grid.addWidget(self._control, 0, 1)
            self._grid.addWidget(self._hint, 0, 2)

    def _arrange(self) -> None:
        hint = px(_LEAST_HINT) if self._hint.text() else 0
        needed = px(LABEL_WIDTH) + self._control.sizeHint().width() + hint + 2 * self._grid.horizontalSpacing()
        self._place(stacked=needed > self.width())

    def minimumSizeHint(self) -> QSize:
        least = max(self._control.minimumSizeHint().width(), round(px(LABEL_WIDTH)))
        return QSize(least, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()


class Face(QWidget):
    """A person's disc."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._initials = initials(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(round(px(24)), round(px(24)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        avatar(painter, 0, self.height() / 2, self._initials, 24)
        painter.end()


class Rows(QWidget):
    """A small table of words to read, hairlines between its rows."""

    def __init__(self, heads: Sequence[str], stretches: Sequence[int]) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._columns = len(stretches)
        for column, stretch in enumerate(stretches):
            self._grid.setColumnStretch(column, stretch)
        self._rows = 0
        if heads:
            for column, head in enumerate(heads):
                self._grid.addWidget(Label(head, t.SMALL, t.MEDIUM, "text2"), 0, column)
            self._rows = 1

    def add(self, *cells: QWidget | str) -> None:
        """One more row."""
        if self._rows:
            self._grid.addWidget(Divider(), self._rows, 0, 1, self._columns)
        for column, cell in enumerate(cells):
            widget = ElidedLabel(cell, ink="text" if column == 0 else "text2") if isinstance(cell, str) else cell
            self._grid.addWidget(widget, self._rows + 1, column)
        self._rows += 2


def person_cell(name: str, words: str = "") -> QWidget:
    """A person by disc and name, or by other words than the name."""
    cell = QWidget()
    row = QHBoxLayout(cell)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(10)
    row.addWidget(Face(name))
    row.addWidget(ElidedLabel(words or name, weight=t.MEDIUM), 1)
    return cell
