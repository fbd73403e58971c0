"""Any two versions side by side in words, and what past incidents say of the difference."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services.publishing.history import Comparison
from app.views.matrix.announcement_view import clear
from app.views.matrix.columns import tr
from app.views.matrix.head import change_words
from app.views.matrix.history_store import HistoryStore
from app.views.matrix.review_blocks import OtherBlock, TriggerBlock
from app.views.matrix.review_checks import ReplayPart
from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.empty import IconMark
from app.views.theme.fields import ComboField
from app.views.theme.labels import Label, SectionTitle, Tag

MOST_BLOCKS = 80


class ComparePane(QWidget):
    """`back_wanted()` on Esc. Reads through the store when one of the two is chosen."""

    back_wanted = Signal()

    def __init__(self, store: HistoryStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.store = store
        self.before = ComboField(name=tr("Compare from version"))
        self.after = ComboField(name=tr("Compare to version"))
        self.count = Tag("")
        self.swap = Button(icon="arrow-left-right", kind=Kind.FLAT, name=tr("Swap the two"))
        self.replay = Button(tr("Replay the difference"), icon="play", small=True)
        self.back = Button(icon="arrow-left", kind=Kind.FLAT, name=tr("Back to the history, Esc"))
        self.blocks: list[TriggerBlock | OtherBlock] = []
        self._blocks = QVBoxLayout()
        self._blocks.setSpacing(10)
        self.part = ReplayPart(tr("Replay of the last 90 days"), with_link=False)
        self.part.hide()
        parts: tuple[tuple[QWidget, ...], ...] = (
            (self.back, Label(tr("Compare"), t.H2, t.SEMIBOLD), self.count),
            (self.before, IconMark("arrow-right", "text3", 16), self.after, self.swap),
        )
        rows = []
        for widgets in parts:
            row = QHBoxLayout()
            row.setSpacing(8)
            for widget in widgets:
                row.addWidget(widget)
            row.addStretch(1)
            rows.append(row)
        rows[0].addWidget(self.replay)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 16)
        column.setSpacing(12)
        for row in rows:
            column.addLayout(row)
        column.addWidget(self.part)
        column.addWidget(SectionTitle(tr("What differs, in words")))
        column.addLayout(self._blocks)
        column.addStretch(1)
        self.back.clicked.connect(lambda _on=False: self.back_wanted.emit())
        self.swap.clicked.connect(self._swap)
        self.replay.clicked.connect(lambda _on=False: self.store.replay())
        for field in (self.before, self.after):
            field.activated.connect(lambda _place: self._ask())
        store.compared.connect(self._show)
        store.replayed.connect(self._show_replay)

    def open(self, names: list[tuple[int, str]], before: int, after: int) -> None:
        """Compares two of these versions, each a number and what it is called."""
        for field, number in ((self.before, before), (self.after, after)):
            field.clear()
            for one, name in names:
                field.addItem(name, one)
            field.setCurrentIndex(max(0, field.findData(number)))
        self._ask()
        self.after.setFocus(Qt.FocusReason.OtherFocusReason)

    def _ask(self) -> None:
        self.store.compare(int(self.before.currentData()), int(self.after.currentData()))

    def _swap(self, _checked: bool = False) -> None:
        one, other = self.before.currentIndex(), self.after.currentIndex()
        self.before.setCurrentIndex(other)
        self.after.setCurrentIndex(one)
        self._ask()

    def _show(self) -> None:
        found = self.store.comparison
        if found is None:
            return
        self.part.hide()
        same = found.before == found.after
        self.count.set_text(change_words(found.difference.count) if found.difference.count else tr("the same"))
        self.replay.setEnabled(not same)
        self._draw(found)

    def _draw(self, found: Comparison) -> None:
        clear(self._blocks)
        difference = found.difference
        made: list[TriggerBlock | OtherBlock] = [TriggerBlock(one) for one in difference.triggers[:MOST_BLOCKS]]
        made += [OtherBlock(one) for one in difference.others[: MOST_BLOCKS - len(made)]]
        self.blocks = made
        for block in made:
            self._blocks.addWidget(block)
            block.setAccessibleDescription("")
        rest = len(difference.triggers) + len(difference.others) - len(made)
        if rest:
            words = tr("{number} more differ.").format(number=rest)
        else:
            words = tr("Nothing else differs.") if made else tr("Nothing differs.")
        self._blocks.addWidget(Label(words, t.SMALL, t.REGULAR, "text3"))

    def _show_replay(self) -> None:
        summary = self.store.summary
        self.part.show()
        self.part.show_replay(summary, running=self.store.replaying)
        for block in self.blocks:
            if isinstance(block, TriggerBlock):
                found = summary.by_trigger.get(block.number) if summary is not None and summary.total else None
                block.weight.show_consequence(found)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.back_wanted.emit()
            return
        super().keyPressEvent(event)
