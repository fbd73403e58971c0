"""One path as an editor: its rail with boundaries to move, and a card for each step."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.models.enums import DutyKind
from app.services.matrix.checks import CheckReport
from app.services.matrix.page import MatrixRecord, PathRow
from app.services.matrix.path_edits import users_of
from app.services.matrix.policy import Policy
from app.views.matrix.checks_panel import CheckCard, replace_cards
from app.views.matrix.columns import tr
from app.views.matrix.path_drawing import (
    Climb,
    climbs,
    longest_words,
    rail_from,
    used_words,
)
from app.views.matrix.path_rail import PathRail
from app.views.matrix.path_step import StepCard
from app.views.matrix.path_views import Start, StepViews, starts_of
from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.current import theme
from app.views.theme.labels import ElidedLabel, Label, SectionTitle
from app.views.theme.paint import px
from app.views.theme.rail import rail_height
from app.views.theme.strips import Segments

ROOMY_WIDTH = 640


class PathEditor(QWidget):
    """Reads one path; its signals name steps by their place on it."""

    changed = Signal(int, str, object, object)  # place, field, value, what its author saw
    moved = Signal(int, int)
    removed = Signal(int)
    added = Signal()
    mended = Signal(object, int)
    rename_wanted = Signal()
    copy_wanted = Signal()
    remove_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: list[StepCard] = []
        self.findings: list[CheckCard] = []
        self._starts: list[Start] = []
        self._shown: tuple[MatrixRecord, PathRow, CheckReport, bool] | None = None
        self._chosen = -1
        self._unread: dict[str, str] = {}  # delays that cannot be read, by the id of their step
        self._narrow = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.area = QScrollArea()
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidgetResizable(True)
        self.area.viewport().setAutoFillBackground(False)
        self._inner = QWidget()
        self._inner.setAutoFillBackground(False)
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(20, 14, 24, 16)
        self._column.setSpacing(10)
        self.area.setWidget(self._inner)
        self._inner.setAutoFillBackground(False)
        column.addWidget(self.area)
        self._build_head()
        self._build_rail()
        self._build_steps()
        theme.changed.connect(self._restyle)
        self._restyle()

    def _build_head(self) -> None:
        self._head = head = QHBoxLayout()
        head.setSpacing(10)
        self.title = Label("", t.H3, t.SEMIBOLD)
        self.used = ElidedLabel("", t.SMALL, t.REGULAR, "text3")
        self.longest = Label("", t.BODY, t.SEMIBOLD)
        self.rename = Button(icon="pencil", kind=Kind.FLAT, small=True, name=tr("Rename path"))
        self.copy = Button(icon="copy", kind=Kind.FLAT, small=True, name=tr("Copy path"))
        self.remove = Button(icon="trash", kind=Kind.FLAT, small=True, name=tr("Remove path"))
        head.addWidget(self.title)
        head.addWidget(self.used, 1)
        head.addWidget(self.longest)
        for button, signal in (
            (self.rename, self.rename_wanted),
            (self.copy, self.copy_wanted),
            (self.remove, self.remove_wanted),
        ):
            button.clicked.connect(partial(_emit, signal))
            head.addWidget(button)
        self._column.addLayout(head)
        self._below_head = QHBoxLayout()
        self._column.addLayout(self._below_head)
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(Label(tr("Seen from"), t.SMALL, t.REGULAR, "text3"))
        self._seen_box = QHBoxLayout()
        line.addLayout(self._seen_box)
        line.addStretch(1)
        self._column.addLayout(line)
        self.seen: Segments | None = None

    def _build_rail(self) -> None:
        self.rail = PathRail()
        self._column.addWidget(self.rail)
        self.rail.delayed.connect(self._delayed)
        self.rail.previewed.connect(self._previewed)
        self.rail.dropped.connect(self._dropped)
        self.rail.chosen.connect(self._choose)

    def _build_steps(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(SectionTitle(tr("Steps")))
        words = tr("A delay counts from the tier before. Drag above, or type here.")
        head.addWidget(ElidedLabel(words, t.SMALL, t.REGULAR, "text3"), 1)
        self.add = Button(tr("Add step"), icon="plus", small=True, key="Ins")
        self.add.clicked.connect(partial(_emit, self.added))
        head.addWidget(self.add)
        self._column.addLayout(head)
        self._steps = QVBoxLayout()
        self._steps.setSpacing(8)
        self._column.addLayout(self._steps)
        self.end = Label("", t.SMALL, t.REGULAR, "text2", wrap=True)
        self._column.addWidget(self.end)
        self._column.addStretch(1)

    def _restyle(self) -> None:
        self.rail.setFixedHeight(rail_height())
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where there is little room, the longest wait gets a line of its own and the cards go in pairs."""
        narrow = self.width() < px(ROOMY_WIDTH)
        if narrow != self._narrow:
            self._narrow = narrow
            (self._head if narrow else self._below_head).removeWidget(self.longest)
            if narrow:
                self._below_head.addWidget(self.longest)
            else:
                self._head.insertWidget(2, self.longest)
        for card in self.cards:
            card.set_narrow(narrow)

    # --- showing

    def show_path(self, record: MatrixRecord, row: PathRow, report: CheckReport, *, writable: bool) -> None:
        """Shows a path; what is being typed or moved stays as it is."""
        if self._shown is not None and self._shown[1].id != row.id:
            self._leave()
        self._shown = (record, row, report, writable)
        self._show_starts(starts_of(record, row.values.key))
        self.title.setText(tr("Path {name}").format(name=row.values.name))
        self.used.setText(used_words(users_of(record, row.values.key)))
        for button in (self.rename, self.copy, self.remove, self.add):
            button.setEnabled(writable)
        self._show_walk()

    def _leave(self) -> None:
        """Another path comes; what was typed here is kept, or waits for its step where it cannot be read."""
        self.rail.keep()
        for card in self.cards:
            self._lay_by(card)
        self._clear_cards(0)

    def _lay_by(self, card: StepCard) -> None:
        text = card.unread()
        if card.view is not None and text:
            self._unread[card.view.values.id] = text

    def _show_starts(self, starts: list[Start]) -> None:
        if [one.words for one in starts] == [one.words for one in self._starts] and self._seen_box.count():
            self._starts = starts
            return
        rank = self._start().rank if self._starts else None
        self._starts = starts
        while self._seen_box.count():
            item = self._seen_box.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.seen = None
        if len(starts) > 1:
            place = next((at for at, one in enumerate(starts) if one.rank == rank), 0)
            words = [one.words for one in starts]
            self.seen = Segments(words, place, small=True, name=tr("Seen from"))
            self.seen.changed.connect(self._seen_changed)
            self._seen_box.addWidget(self.seen)
        else:
            self._seen_box.addWidget(Label(starts[0].words, t.SMALL, t.MEDIUM, "text2"))

    def _seen_changed(self, _place: int) -> None:
        self.rail.keep()
        self._show_walk()

    def _start(self) -> Start:
        place = self.seen.current() if self.seen is not None else 0
        return self._starts[place if 0 <= place < len(self._starts) else 0]

    def _show_walk(self) -> None:
        """The rail and the cards from the chosen start."""
        if self._shown is None:
            return
        record, row, report, writable = self._shown
        policy, start = record.policy, self._start()
        path = policy.path(row.values.key)
        steps = climbs(policy, path, start.rank)
        trigger = start.trigger
        owner = policy.table.owner_label(trigger.outcome.owner) if trigger else self._alerted(policy, start.rank)
        self.rail.show_path(rail_from(policy, path, start.rank, owner, trigger), steps, writable=writable)
        lowest = climbs(policy, path, self._starts[0].rank)
        words = longest_words(policy, lowest)
        top = policy.tiers[-1].name if policy.tiers else ""
        starts_there = bool(policy.tiers) and self._starts[0].rank >= policy.tiers[-1].rank
        never = tr("Starts at {tier}") if starts_there else tr("Never reaches {tier}")
        self.longest.setText(words or never.format(tier=top))
        self.longest.set_ink("text" if words or starts_there else "breach")
        self._show_cards(record, row, report, steps, writable=writable)

    def _alerted(self, policy: Policy, rank: int) -> str:
        tier = next((one for one in policy.tiers if one.rank == rank), None)
        owners = tier.owners(DutyKind.ALERTED) if tier else ()
        return policy.table.owner_label(owners[0]) if owners else tr("nobody named")

    def _show_cards(
        self, record: MatrixRecord, row: PathRow, report: CheckReport, steps: list[Climb], *, writable: bool
    ) -> None:
        values = row.values.steps
        self._clear_cards(len(values))
        while len(self.cards) < len(values):
            self._add_card()
        here = [one for one in report.checks if one.path == row.values.key]
        views = StepViews(record, row, steps, here, writable=writable)
        for place, card in enumerate(self.cards):
            if card.view is not None and card.view.values.id != values[place].id:
                self._lay_by(card)
                card.forget()
        for place, card in enumerate(self.cards):
            card.show_step(views.step(place), len(values) - 1)
            card.set_chosen(place == self._chosen)
            if values[place].id in self._unread:
                card.retype(self._unread.pop(values[place].id))
        pathwide = [one for one in here if one.step is None]
        self.findings = replace_cards(self.findings, pathwide, self._steps, self.mended)
        self.end.setText(views.end_words())
        self.end.setVisible(bool(self.end.text()))

    def _clear_cards(self, number: int) -> None:
        while len(self.cards) > number:
            card = self.cards.pop()
            self._steps.removeWidget(card)
            card.hide()
            card.deleteLater()

    def _add_card(self) -> None:
        place = len(self.cards)
        card = StepCard()
        card.set_narrow(self._narrow)
        card.changed.connect(partial(self.changed.emit, place))
        card.moved.connect(partial(self.moved.emit, place))
        card.removed.connect(partial(self.removed.emit, place))
        card.mended.connect(self.mended)
        self.cards.append(card)
        self._steps.insertWidget(place, card)

    # --- the rail and the cards tell each other

    def _delayed(self, place: int, seconds: int, seen: int) -> None:
        self.changed.emit(place, "delay", seconds, seen)

    def _previewed(self, place: int, seconds: int) -> None:
        self.cards[place].preview_delay(seconds)
        self._choose(place)

    def _dropped(self) -> None:
        for card in self.cards:
            card.preview_delay(None)

    def _choose(self, place: int) -> None:
        self._chosen = place
        for at, card in enumerate(self.cards):
            card.set_chosen(at == place)

    def current(self) -> int:
        """The place of the step that keys mean: the one with the focus, else the one chosen last; -1 for none."""
        focus = self.window().focusWidget()
        for place, card in enumerate(self.cards):
            if card.isAncestorOf(focus):
                self._choose(place)
        return self._chosen if self._chosen < len(self.cards) else -1

    def show_place(self, place: int) -> None:
        """Puts the cursor on a step."""
        if not self.cards:
            self.add.setFocus()
            return
        place = min(max(place, 0), len(self.cards) - 1)
        self._choose(place)
        card = self.cards[place]
        self.area.ensureWidgetVisible(card)
        target: QWidget = card.delay if card.delay.isEnabled() else self.area
        target.setFocus()

    def follow(self, place: int, by: int) -> None:
        """After a step was moved: the same button under the same key, on the card where the step is now."""
        self._choose(place)
        card = self.cards[place]
        self.area.ensureWidgetVisible(card)
        first, second = (card.up, card.down) if by < 0 else (card.down, card.up)
        (first if first.isEnabled() else second).setFocus()


def _emit(signal: object, _checked: bool = False) -> None:
    signal.emit()  # type: ignore[attr-defined]  # a bound signal, for which PySide names no type
