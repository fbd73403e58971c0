"""The story: what people write, block by block."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.views.debriefs.block import StoryBlock, switch_with
from app.views.debriefs.keeper import State
from app.views.debriefs.store import DebriefStore
from app.views.theme import tokens as t
from app.views.theme.current import theme
from app.views.theme.labels import Label, SectionTitle
from app.views.theme.paint import px

_LABEL_WIDTH = 96
_SWITCH_WIDTH = 40


class StoryPane(QWidget):
    """All blocks. `waits` tells that what is stored differs from what is typed, or no longer."""

    waits = Signal()

    def __init__(self, store: DebriefStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.blocks: list[StoryBlock] = []
        self._labels: list[Label] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        head = SectionTitle(self.tr("Story"), self.tr("saves itself while you write"))
        head.add(Label(self.tr("Customer-safe"), t.SMALL, t.REGULAR, "text3"))
        column.addWidget(head)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        column.addLayout(grid)
        self._grid = grid
        self._store = store
        self._add("summary", self.tr("Summary"), self.tr("What happened, in two lines."), rows=2)
        self._add("impact", self.tr("Impact"), self.tr("Whom it hit, how hard, and what it cost."))
        self._add("factors", self.tr("Factors"), self.tr("What contributed, a line each."), rows=2)
        self._beside()
        self._add("surprised", self.tr("Surprised us"), self.tr("What nobody expected."))
        self._add("learned", self.tr("Learned"), self.tr("What we know now and did not before."))
        theme.changed.connect(self._restyle)
        self._restyle()

    def _make(self, key: str, title: str, hint: str, rows: int = 1) -> StoryBlock:
        block = StoryBlock(self._store, key, title, hint, self, rows=rows)
        block.state_changed.connect(self.waits)
        self.blocks.append(block)
        return block

    def _label(self, words: str) -> Label:
        label = Label(words, t.SMALL, t.SEMIBOLD, "text2", wrap=True)
        self._labels.append(label)
        return label

    def _add(self, key: str, title: str, hint: str, rows: int = 1) -> None:
        block = self._make(key, title, hint, rows)
        place = self._grid.rowCount()
        label = self._label(title)
        label.setBuddy(block.field)
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(label, place, 0, top)
        self._grid.addLayout(block.column(), place, 1)
        self._grid.addWidget(block.switch, place, 2, top | Qt.AlignmentFlag.AlignRight)

    def _beside(self) -> None:
        place = self._grid.rowCount()
        self._grid.addWidget(self._label(self.tr("Looking back")), place, 0, Qt.AlignmentFlag.AlignTop)
        row = QHBoxLayout()
        row.setSpacing(8)
        for key, title, hint in (
            ("went_well", self.tr("Went well"), self.tr("Worth doing again.")),
            ("was_hard", self.tr("Was hard"), self.tr("Where tools or rules stood in the way.")),
            ("got_lucky", self.tr("Got lucky"), self.tr("What could have been worse.")),
        ):
            block = self._make(key, title, hint, 3)
            cell = QVBoxLayout()
            cell.setSpacing(2)
            cell.addLayout(switch_with(block, Label(title, t.SMALL, t.SEMIBOLD, "text2")))
            cell.addLayout(block.column())
            cell.addStretch(1)
            row.addLayout(cell, 1)
        self._grid.addLayout(row, place, 1, 1, 2)

    def _restyle(self) -> None:
        for label in self._labels:
            label.setFixedWidth(round(px(_LABEL_WIDTH)))
            label.setContentsMargins(0, round(px(8)), 0, 0)
        self._grid.setColumnMinimumWidth(2, round(px(_SWITCH_WIDTH)))

    # --- showing and writing

    def begin(self) -> None:
        """Another debrief is shown."""
        for block in self.blocks:
            block.begin()

    def refresh(self) -> None:
        """The record is another one."""
        for block in self.blocks:
            block.refresh()

    def save(self) -> None:
        """Writes what waits."""
        for block in self.blocks:
            block.keeper.save()

    def flush(self) -> None:
        """Writes everything typed before the database is left."""
        for block in self.blocks:
            block.keeper.flush()

    def block(self, key: str) -> StoryBlock:
        """The block of that key."""
        return next(block for block in self.blocks if block.key == key)

    def conflict(self) -> StoryBlock | None:
        """The first block whose text cannot be stored as it is."""
        return next((block for block in self.blocks if block.waiting), None)

    @property
    def saved(self) -> bool:
        """Everything typed is stored."""
        return all(block.keeper.state is State.SAVED for block in self.blocks)
