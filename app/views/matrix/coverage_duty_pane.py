"""Below the map: who is on duty for the owners of the chosen cell, and a card for each time that nobody is."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.services.coverage_duty import CoverHole
from app.views.matrix.columns import tr
from app.views.matrix.coverage_store import CoverageStore
from app.views.matrix.coverage_strip import HOUR, DutyStrip
from app.views.matrix.coverage_words import MONTHS, cause_words, place_words, span_words
from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.cards import Card, Surface
from app.views.theme.empty import IconMark
from app.views.theme.labels import ElidedLabel, Label
from app.views.theme.paint import px
from app.views.theme.strips import Segments

LEAST = 130
"""The title and a line or two; what does not fit scrolls."""


class HoleCard(Card):
    """One hole with its cause and what mends it. `asked` and `passed` tell which mend, with the hole."""

    asked = Signal(object)
    passed = Signal(object)
    stepped = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, edge="crit", margin=11, spacing=12, horizontal=True)
        self.hole: CoverHole | None = None
        self.title, self.text = ElidedLabel("", t.BODY, t.SEMIBOLD), ElidedLabel("", t.SMALL, t.REGULAR, "text2")
        self.ask, self.hand_on = Button(), Button()
        self.next = Button(icon="chevron-right", kind=Kind.FLAT, name=tr("Next time nobody is on duty"))
        self.count = Label("", t.SMALL, t.REGULAR, "text3")
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(self.title)
        words.addWidget(self.text)
        self.body.addWidget(IconMark("triangle-alert", "crit", 18), 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(words, 1)
        for widget in (self.ask, self.hand_on, self.count, self.next):
            self.body.addWidget(widget)
        self.ask.clicked.connect(lambda _on=False: self.asked.emit(self.hole))
        self.hand_on.clicked.connect(lambda _on=False: self.passed.emit(self.hole))
        self.next.clicked.connect(lambda _on=False: self.stepped.emit(1))

    def show_hole(self, store: CoverageStore, hole: CoverHole, place: int, number: int) -> None:
        """Shows one of ``number`` holes."""
        self.hole = hole
        when = span_words(hole.start, hole.end, store.zone)
        self.title.setText(tr("{when}: nobody is on duty at {owner}").format(when=when, owner=hole.label))
        self.text.setText(f"{cause_words(hole)} {_opened(store, hole)}".strip())
        self.setAccessibleName(f"{self.title.text()}. {self.text.text()}")
        may = store.store.may_write()
        self.ask.setVisible(hole.ask is not None)
        if hole.ask is not None:
            self.ask.setText(tr("Ask {name}").format(name=hole.ask[1]))
            self.ask.setToolTip(tr("Puts {name} on this rota for these hours.").format(name=hole.ask[1]))
        passes = bool(hole.passes_to) and (hole.may_pass or (hole.above is not None and bool(hole.rota)))
        self.hand_on.setVisible(passes)
        if passes:
            self.hand_on.setText(tr("Pass to {tier}").format(tier=hole.passes_to))
            self.hand_on.setToolTip(_pass_words(hole))
        for button in (self.ask, self.hand_on):
            button.setEnabled(may)
        self.count.setText(tr("{place} of {number}").format(place=place + 1, number=number))
        for widget in (self.count, self.next):
            widget.setVisible(number > 1)


def _pass_words(hole: CoverHole) -> str:
    """What passing would do: the tier always does out of hours, or the person above takes these hours."""
    if hole.may_pass:
        return tr("Out of hours this tier passes to {tier} from then on; a change of the draft.").format(
            tier=hole.passes_to
        )
    name = hole.above[1] if hole.above is not None else ""
    return tr("{name}, on duty at {tier} then, takes these hours.").format(name=name, tier=hole.passes_to)


def _opened(store: CoverageStore, hole: CoverHole) -> str:
    """``6 incidents opened in these hours in 13 weeks.``"""
    if store.past is None or store.found is None or not store.past.weeks:
        return ""
    hours: set[int] = set()
    at = hole.start
    while at < hole.end and len(hours) < 168:
        local = at.astimezone(store.zone)
        hours.add(24 * local.weekday() + local.hour)
        at += HOUR
    cases = store.found.cases(*store.cell)
    number = sum(int(one) in hours for one in store.past.hour[cases])
    words = (
        tr("1 incident opened in these hours in {weeks} weeks.")
        if number == 1
        else tr("{number} incidents opened in these hours in {weeks} weeks.")
    )
    return words.format(number=f"{number:,}", weeks=round(store.past.weeks))


class DutyPane(Surface):
    """`asked(hole)` puts the next person on the rota, `passed(hole)` lets the next tier have it."""

    asked = Signal(object)
    passed = Signal(object)
    month_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("surface", parent, lines="t", line="border2")
        self.title = Label("", t.BODY, t.SEMIBOLD)
        self.about = ElidedLabel("", t.SMALL, t.REGULAR, "text2")
        self.span = Segments([tr("This week"), tr("Next 28 days")], name=tr("How far to look"))
        self.strip = DutyStrip()
        self.card = HoleCard()
        self._place = 0
        self._store: CoverageStore | None = None
        self._intro = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 9, 20, 12)
        column.setSpacing(6)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.title)
        head.addWidget(self.about, 1)
        head.addWidget(self.span)
        column.addLayout(head)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.viewport().setAutoFillBackground(False)
        inner = QWidget()
        inner.setAutoFillBackground(False)
        inside = QVBoxLayout(inner)
        inside.setContentsMargins(4, 4, 4, 4)
        inside.setSpacing(10)
        inside.addWidget(self.strip)
        inside.addWidget(self.card)
        inside.addStretch(1)
        scroll.setWidget(inner)
        inner.setAutoFillBackground(False)
        column.addWidget(scroll, 1)
        self.setMinimumHeight(round(px(LEAST)))
        self.card.asked.connect(self.asked)
        self.card.passed.connect(self.passed)
        self.card.stepped.connect(lambda by: self.show_hole(self._place + by))
        self.strip.asked.connect(self._say)
        self.strip.hole_chosen.connect(self.show_hole)
        self.span.changed.connect(lambda place: self.month_wanted.emit(place == 1))
        self.card.hide()

    # --- showing

    def show_cell(self, store: CoverageStore) -> None:
        """Another cell: its strip is on its way."""
        self._store = store
        found = store.found
        if found is None or store.chosen is None:
            self.title.setText(tr("Who is on duty"))
            return
        where = place_words(found.rows[store.cell[0]], found.columns[store.cell[1]])
        self.title.setText(tr("Who is on duty for {where}").format(where=where))
        self._intro = _intro(store)
        self.about.setText(self._intro)

    def show_strip(self, store: CoverageStore) -> None:
        """Who is on duty, as it was read."""
        self.show_cell(store)
        hours = [0] * 168
        cases = store.found.cases(*store.cell) if store.found is not None else ()
        if store.past is not None:
            for one in store.past.hour[cases]:
                hours[int(one)] += 1
        self.strip.show_strip(store.strip, hours, len(cases), store.zone, store.store.desk.now())
        self.show_hole(min(self._place, len(store.strip.holes) - 1) if store.strip is not None else 0)

    def show_hole(self, place: int) -> None:
        """Shows one of the holes; past the last comes the first."""
        store = self._store
        holes = store.strip.holes if store is not None and store.strip is not None else ()
        self.card.setVisible(bool(holes))
        self._place = place % len(holes) if holes else 0
        self.strip.chosen = self._place if holes else -1
        self.strip.update()
        if holes and store is not None:
            self.card.show_hole(store, holes[self._place], self._place, len(holes))

    def _say(self, words: str) -> None:
        self.about.setText(words or self._intro)


def _intro(store: CoverageStore) -> str:
    """``Week of 23 Nov, times in Oslo. The owners this cell reaches, in climbing order.``"""
    first = store.span()[0].astimezone(store.zone)
    day = f"{first.day} {tr(MONTHS[first.month - 1])}"
    words = tr("28 days from {day}") if store.month else tr("Week of {day}")
    zone = str(store.zone).rpartition("/")[2].replace("_", " ")
    reach = tr("The owners this cell reaches, in climbing order.")
    return f"{words.format(day=day)}, {tr('times in {zone}').format(zone=zone)}. {reach}"
