"""The form of one debrief: head, rail, story and action items at the left, the record at the right."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from app.models.enums import DebriefState
from app.views.debriefs.actions import ActionsPane
from app.views.debriefs.head import DebriefHead, RailStrip
from app.views.debriefs.keeper import State
from app.views.debriefs.record_pane import RecordPane
from app.views.debriefs.store import DebriefStore
from app.views.debriefs.story import StoryPane
from app.views.debriefs.words import clock_now
from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.cards import Card
from app.views.theme.controls import Segments
from app.views.theme.labels import Label
from app.views.theme.paint import px
from app.views.theme.rail import HitKind, RailHit

_STORY, _RECORD = 790, 410
_TWO_SIDES = 860


class DebriefForm(QWidget):
    """Everything about the debrief that is shown. `said` is the status of saving in words."""

    said = Signal(str)
    preview_wanted = Signal()
    close_wanted = Signal()
    start_wanted = Signal()

    def __init__(self, store: DebriefStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.head = DebriefHead(store)
        self.rail = RailStrip(store)
        self.story = StoryPane(store)
        self.actions_pane = ActionsPane(store)
        self.record = RecordPane(store)
        self.offer = self._make_offer()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self._left())
        self.splitter.addWidget(self.record)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([_STORY, _RECORD])
        self._wrote = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.rail)
        self.which = Segments([self.tr("Story"), self.tr("Record")], name=self.tr("Which side"))
        self.which.changed.connect(self._arrange)
        self._which_row = QWidget()
        row = QHBoxLayout(self._which_row)
        row.setContentsMargins(24, 8, 24, 8)
        row.addWidget(self.which)
        row.addStretch(1)
        column.addWidget(self._which_row)
        column.addWidget(self.splitter, 1)
        self._arrange()
        self.head.preview_wanted.connect(self.preview_wanted)
        self.head.close_wanted.connect(self.close_wanted)
        self.record.preview_wanted.connect(self.preview_wanted)
        self.story.waits.connect(self._say)
        self.rail.view.activated.connect(self._lead_to)
        store.changed.connect(self.refresh)
        store.opened.connect(self.begin)

    def _left(self) -> QWidget:
        inside = QWidget()
        body = QVBoxLayout(inside)
        body.setContentsMargins(24, 12, 24, 20)
        body.setSpacing(20)
        body.addWidget(self.offer)
        body.addWidget(self.story)
        body.addWidget(self.actions_pane)
        body.addStretch(1)
        self.area = QScrollArea()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(inside)
        self.area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        return self.area

    def _make_offer(self) -> Card:
        card = Card(fill="accent_tint", line="accent_text", horizontal=True, spacing=12)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Label(self.tr("This incident has no debrief yet"), t.BODY, t.SEMIBOLD))
        more = self.tr("Starting it sorts the record into a story; what the record knows is filled in already.")
        words.addWidget(Label(more, t.SMALL, t.REGULAR, "text2", wrap=True))
        row = QHBoxLayout()
        row.addLayout(words, 1)
        self.start = Button(self.tr("Start debrief"), icon="clipboard-check", kind=Kind.PRIMARY)
        self.start.clicked.connect(self.start_wanted)
        row.addWidget(self.start)
        card.body.addLayout(row)
        return card

    # --- showing

    def begin(self) -> None:
        """Another debrief is shown."""
        self.story.begin()
        self.refresh()
        self.area.verticalScrollBar().setValue(0)

    def refresh(self) -> None:
        """The record is another one."""
        record = self._store.record
        if record is None:
            return
        started = record.state is not DebriefState.TO_WRITE
        self.offer.setVisible(not started)
        self.story.setVisible(started)
        self.actions_pane.setVisible(started)
        self.head.refresh()
        self.rail.refresh()
        self.story.refresh()
        self.record.refresh()
        self.actions_pane.refresh()

    def _say(self) -> None:
        states = {block.keeper.state for block in self.story.blocks}
        if states == {State.SAVED} and not self._wrote:
            return
        self._wrote = states != {State.SAVED}
        if State.CONFLICT in states:
            words = self.tr("two texts, choose one")
        elif State.UNSAVED in states:
            words = self.tr("not saved")
        elif states - {State.SAVED}:
            words = self.tr("saving")
        else:
            words = self.tr("saved {time}").format(time=clock_now(self._store))
        self.head.saved.setText(words)
        self.head.saved.set_ink("breach" if words == self.tr("not saved") else "text3")
        self.said.emit(words)

    def forget_saying(self) -> None:
        """Another debrief: nothing was saved here yet."""
        self.head.saved.setText("")

    def _lead_to(self, hit: RailHit) -> None:
        """An event of the rail shows its line."""
        if hit.kind is HitKind.DOT:
            table = self.record.events
            table.setCurrentIndex(table.events_model.index(hit.index, 1))
            table.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- layout

    @property
    def narrow(self) -> bool:
        """Whether there is room for one side only."""
        return self.width() < px(_TWO_SIDES)

    def _arrange(self, _which: int = 0) -> None:
        narrow = self.narrow
        self._which_row.setVisible(narrow)
        self.area.setVisible(not narrow or self.which.current() == 0)
        self.record.setVisible(not narrow or self.which.current() == 1)
        self.head.set_narrow(narrow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def remembered(self) -> dict[str, Any]:
        """Sizes of the two sides."""
        return {"form": self.splitter.sizes()}

    def remember(self, kept: Mapping[str, Any]) -> None:
        """Takes the sizes back."""
        sizes = kept.get("form")
        if isinstance(sizes, list) and len(sizes) == 2 and all(isinstance(one, int) for one in sizes):
            self.splitter.setSizes(sizes)
