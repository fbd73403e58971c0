"""The Checks panel: each finding as a card with what mends it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal, SignalInstance
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.services.matrix.checks import Check, CheckReport
from app.services.matrix.verify import Weight
from app.views.matrix.columns import tr
from app.views.matrix.rows import check_icon, check_ink, incident_words
from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.cards import Card
from app.views.theme.empty import IconMark
from app.views.theme.flow import FlowBox
from app.views.theme.labels import Label, SectionTitle

MOST_CARDS = 12


class CheckCard(Card):
    """One finding. A click shows where it is; its buttons mend it."""

    chosen = Signal(object)
    mended = Signal(object, int)
    example_wanted = Signal(object)

    def __init__(self, check: Check, parent: QWidget | None = None) -> None:
        super().__init__(parent, edge=check_ink(check), margin=10, spacing=4, horizontal=True)
        self.check = check
        self.setAccessibleName(f"{check.title}. {check.text}")
        self.body.setSpacing(9)
        self.body.setContentsMargins(14, 10, 12, 11)
        self.body.addWidget(IconMark(check_icon(check), check_ink(check), 16), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(Label(check.title, t.BODY, t.SEMIBOLD, "text", wrap=True))
        words.addWidget(Label(check.text, t.SMALL, t.REGULAR, "text2", wrap=True))
        if check.incidents is not None:
            some = tr("{incidents} fell here.").format(incidents=incident_words(check.incidents))
            fell = some if check.incidents else tr("No real incident fell here so far.")
            words.addWidget(Label(fell, t.SMALL, t.REGULAR, "text2"))
        words.addSpacing(3)
        acts = self._acts()
        if acts is not None:
            words.addWidget(acts)
        self.body.addLayout(words, 1)

    def _restyle(self) -> None:
        self.update()

    def _acts(self) -> FlowBox | None:
        flow = FlowBox(self, gap=8)
        self.buttons: list[Button] = []
        self.example: Button | None = None
        for number, remedy in enumerate(self.check.remedies):
            button = Button(remedy.words, small=True)
            button.clicked.connect(partial(self._mend, number))
            self.buttons.append(button)
            flow.add(button)
        if self.check.example is not None:
            example = Button(icon="flask-conical", small=True, kind=Kind.FLAT, name=tr("Show example"))
            example.clicked.connect(self._show_example)
            flow.add(example)
            self.example = example
        if not flow.count():
            flow.deleteLater()
            return None
        return flow

    def _mend(self, number: int, _checked: bool = False) -> None:
        self.mended.emit(self.check, number)

    def _show_example(self, _checked: bool = False) -> None:
        self.example_wanted.emit(self.check)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.chosen.emit(self.check)


def replace_cards(
    shown: list[CheckCard], checks: Sequence[Check], column: QBoxLayout, mended: SignalInstance
) -> list[CheckCard]:
    """The cards of ``checks`` at the end of ``column``; those that are ``shown`` stay where nothing changed."""
    if list(checks) == [one.check for one in shown]:
        return shown
    for card in shown:
        column.removeWidget(card)
        card.hide()
        card.deleteLater()
    cards = [CheckCard(check, column.parentWidget()) for check in checks]
    for card in cards:
        card.mended.connect(mended)
        column.addWidget(card)
    return cards


class ChecksPanel(QWidget):
    """Heaviest first. While the checks are stale they are dimmed, and the panel says so."""

    chosen = Signal(object)
    mended = Signal(object, int)
    example_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: list[CheckCard] = []
        self._shown: tuple[Check, ...] | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        self.title = SectionTitle(tr("Checks"))
        self.when = Label("", t.SMALL, t.REGULAR, "text3")
        head.addWidget(self.title, 1)
        head.addWidget(self.when)
        self._column.addLayout(head)
        self._rest = Label("", t.SMALL, t.REGULAR, "text3", wrap=True)
        self._column.addWidget(self._rest)

    def show_report(self, report: CheckReport, *, stale: bool) -> None:
        """Shows the findings; cards stay where nothing changed."""
        self.when.setText(_when(report, stale=stale))
        for card in self.cards:
            card.setEnabled(not stale)
        if report.checks != self._shown:
            self._show_cards(report, stale=stale)
        # that all is well is said only of what was verified
        self._rest.setVisible(bool(self._rest.text()) and not (stale and not report.checks))

    def _show_cards(self, report: CheckReport, *, stale: bool) -> None:
        self._shown = report.checks
        for card in self.cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = [self._card(check) for check in report.checks[:MOST_CARDS]]
        for place, card in enumerate(self.cards):
            self._column.insertWidget(1 + place, card)
            card.setEnabled(not stale)
        self._rest.setText(_rest(report))

    def _card(self, check: Check) -> CheckCard:
        card = CheckCard(check, self)
        card.chosen.connect(self.chosen)
        card.mended.connect(self.mended)
        card.example_wanted.connect(self.example_wanted)
        return card

    def sizeHint(self) -> QSize:
        return QSize(280, super().sizeHint().height())


def _when(report: CheckReport, *, stale: bool) -> str:
    if stale:
        return tr("Checking")
    if not report.complete:
        return tr("Not finished in time")
    return tr("Verified in {seconds} s").format(seconds=f"{max(report.seconds, 0.01):.2f}")


def _rest(report: CheckReport) -> str:
    """What stands below the cards: that all is well, or how many more there are."""
    if not report.checks:
        return tr("Every case has exactly one answer, and every answer somebody behind it.")
    more = len(report.checks) - MOST_CARDS
    if more > 0:
        errors = len(report.of_weight(Weight.ERROR))
        return tr("{more} more, {errors} errors in all. F8 goes through them.").format(more=more, errors=errors)
    return ""
