"""What past incidents show about the draft: cases without a trigger, triggers that never decide, missing facts."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services.matrix.replay.findings import FindingOfReplay, ReplayFinding, findings_of
from app.services.matrix.replay.replay import Replay
from app.services.matrix.writing import join_words
from app.views.matrix.columns import tr
from app.views.theme import tokens as t
from app.views.theme.buttons import Button
from app.views.theme.cards import Card
from app.views.theme.empty import IconMark
from app.views.theme.labels import Label

MOST = 4


class Findings(QWidget):
    """A card each. `opened(words, cases)` asks for its incidents."""

    opened = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 3, 0, 0)
        column.setSpacing(8)
        column.addWidget(Label(tr("Findings from real incidents"), t.BODY, t.SEMIBOLD))
        self._cards = QVBoxLayout()
        self._cards.setSpacing(8)
        column.addLayout(self._cards)
        column.addStretch(1)

    def show_replay(self, found: Replay) -> None:
        """Another replay."""
        while (item := self._cards.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        findings = findings_of(found)[:MOST]
        for one in findings:
            self._cards.addWidget(self._card(one))
        if not findings:
            words = tr("Every incident has a trigger, and every trigger decides some.")
            self._cards.addWidget(Label(words, ink="text2", wrap=True))

    def _card(self, one: ReplayFinding) -> Card:
        ink, icon, title, text = _told(one)
        cases = one.cases
        card = Card(edge=ink, margin=10, horizontal=True)
        card.body.addWidget(IconMark(icon, ink, 16))
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Label(title, t.BODY, t.SEMIBOLD, wrap=True))
        words.addWidget(Label(text, t.SMALL, t.REGULAR, "text2", wrap=True))
        if len(cases):
            row = QHBoxLayout()
            button = Button(tr("List"), small=True)
            button.setAccessibleName(tr("List: {what}").format(what=title))
            button.clicked.connect(lambda _checked=False: self.opened.emit(title, cases))
            row.addWidget(button)
            row.addStretch(1)
            words.addLayout(row)
        card.body.addLayout(words, 1)
        return card


def _told(one: ReplayFinding) -> tuple[str, str, str, str]:
    """Ink, icon, title and text."""
    count = f"{len(one.cases):,}"
    if one.kind is FindingOfReplay.LOST:
        return (
            "breach",
            "circle-x",
            tr("{count} lose their trigger").format(count=count),
            tr("The catch-all takes them."),
        )
    if one.kind is FindingOfReplay.NOT_COVERED:
        title = tr("{count} without a trigger, in both").format(count=count)
        return "breach", "circle-x", title, tr("The catch-all took them.")
    if one.kind is FindingOfReplay.MISSING_FACT:
        title = tr("{count} decided without a fact that could change it").format(count=count)
        return "text2", "info", title, ", ".join(f"{label} {number:,}" for label, number in one.facts)
    numbers = join_words([str(number) for number in one.numbers], tr("and"))
    if one.kind is FindingOfReplay.IDLE:
        title = (
            tr("Trigger {numbers} never decided") if len(one.numbers) == 1 else tr("Triggers {numbers} never decided")
        )
        return "warn", "layers", title.format(numbers=numbers), tr("No incident of this period matches.")
    text = tr("{count} match it; most go to trigger {number}.").format(count=count, number=one.other)
    if one.other is None:
        text = tr("{count} match it, and others too where only one may.").format(count=count)
    return "warn", "layers", tr("Trigger {numbers} never decided").format(numbers=numbers), text
