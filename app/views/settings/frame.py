"""How a section of the settings looks: a title, quiet words, rows of label and control, small tables."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
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
        line = QHBoxLayout()
        line.setSpacing(16)
        name = Label(label, ink="text2")
        name.setFixedWidth(round(px(LABEL_WIDTH)))
        name.setBuddy(control)
        line.addWidget(name)
        line.addWidget(control)
        line.addWidget(Label(hint, t.SMALL, ink="text3"), 1)
        self.column.addLayout(line)
        if not control.accessibleName():
            control.setAccessibleName(label)


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
