"""The right side: what the record knows, its events with their marks, and what stays inside."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.services.debriefs.record import DebriefLine
from app.services.debriefs.words import when_words
from app.views.debriefs.events import Column, EventTable
from app.views.debriefs.figures import Figures
from app.views.debriefs.store import DebriefStore
from app.views.theme import tokens as t
from app.views.theme.buttons import Button
from app.views.theme.cards import Divider, Surface
from app.views.theme.empty import IconMark
from app.views.theme.labels import Label, SectionTitle
from app.views.theme.paint import px


class RecordPane(Surface):
    """Figures and events scroll together; the count at the foot stays."""

    preview_wanted = Signal()

    def __init__(self, store: DebriefStore, parent: QWidget | None = None) -> None:
        super().__init__("subtle", parent, lines="l")
        self._store = store
        self.figures = Figures()
        self.events = EventTable()
        self.events.story_wanted.connect(self._story)
        self.events.customer_wanted.connect(self._customer)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._scrolling(), 1)
        column.addWidget(self._foot())

    def _scrolling(self) -> QScrollArea:
        inside = QWidget()
        inside.setAutoFillBackground(False)
        body = QVBoxLayout(inside)
        body.setContentsMargins(20, 12, 20, 12)
        body.setSpacing(10)
        body.addWidget(SectionTitle(self.tr("Record"), self.tr("filled in by the desk")))
        body.addWidget(self.figures)
        body.addWidget(Divider())
        self._events_title = SectionTitle(self.tr("Events"), quiet=True)
        for words in (self.tr("in story"), self.tr("customer")):
            label = Label(words, t.CAPTION, t.REGULAR, "text3")
            label.setMinimumWidth(round(px(56)))
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            self._events_title.add(label)
        self._events_title.row.setSpacing(0)
        self._events_title.extra.setContentsMargins(8, 0, 0, 0)
        body.addWidget(self._events_title)
        body.addWidget(self.events)
        body.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        self._area = area
        return area

    def _foot(self) -> QWidget:
        foot = Surface("surface", lines="t")
        row = QHBoxLayout(foot)
        row.setContentsMargins(20, 9, 20, 9)
        row.setSpacing(10)
        row.addWidget(IconMark("shield-check", "ok", 16))
        words = QVBoxLayout()
        words.setSpacing(1)
        self.safe = Label("", t.BODY, t.SEMIBOLD, wrap=True)
        self.inside = Label("", t.SMALL, t.REGULAR, "text2", wrap=True)
        words.addWidget(self.safe)
        words.addWidget(self.inside)
        row.addLayout(words, 1)
        self.preview = Button(self.tr("Preview"))
        self.preview.clicked.connect(self.preview_wanted)
        row.addWidget(self.preview)
        return foot

    def refresh(self) -> None:
        """The record is another one."""
        record = self._store.record
        if record is None:
            return
        zone, raised = self._store.zone, record.case.raised_at
        times = tuple(when_words(line.event.at, raised, zone) for line in record.lines)
        customer = record.case.customer.name if record.case.customer else self.tr("the customer")
        self.figures.show_record(record)
        self.events.writable = bool(record.id) and not record.closed
        self.events.events_model.show_lines(record.lines, times, customer)
        self._events_title.set_extra(str(len(record.lines)))
        blocks, events = record.for_customer
        kept_blocks, kept_events = record.kept_inside
        all_blocks, all_events = blocks + kept_blocks, events + kept_events
        words = self.tr("Customer-safe: {events} of {all_events} events")
        stay = self.tr("{events} events stay inside; no block is written yet.")
        if all_blocks:
            words = self.tr("Customer-safe: {blocks} of {all_blocks} blocks, {events} of {all_events} events")
            stay = self.tr("{blocks} blocks and {events} events stay inside.")
        self.safe.setText(words.format(blocks=blocks, all_blocks=all_blocks, events=events, all_events=all_events))
        self.inside.setText(stay.format(blocks=kept_blocks, events=kept_events))

    def _story(self, line: DebriefLine, on: bool) -> None:
        self._store.mark_event(line, in_story=on, customer_safe=line.customer_safe)

    def _customer(self, line: DebriefLine, on: bool) -> None:
        """What a customer is shown stands in the story too."""
        self._store.mark_event(line, in_story=line.in_story or on, customer_safe=on)

    def toggle_story(self) -> None:
        """K: the mark of the current event."""
        self.events.toggle(Column.STORY)

    def toggle_customer(self) -> None:
        """C: likewise for the customer."""
        self.events.toggle(Column.CUSTOMER)
