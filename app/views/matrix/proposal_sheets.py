"""Sheets over the Matrix page for proposals: sending one's own, and answering those that wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from app.models.enums import ProposalState
from app.services.announcements.reach import trigger_words
from app.services.matrix.differences import TriggerChange, VersionDifference
from app.services.proposals import LONGEST_WORDS, ProposalRecord
from app.views.matrix.announcement_view import ChangeLine, clear
from app.views.matrix.columns import tr
from app.views.theme import tokens as t
from app.views.theme.buttons import Button
from app.views.theme.cards import Card
from app.views.theme.empty import EmptyState
from app.views.theme.fields import FieldFrame
from app.views.theme.labels import Label, SectionTitle, Tag
from app.views.theme.sheet import Sheet
from app.views.theme.times import Times


class ProposalSheet(Sheet):
    """`sent(what, why)` once both are written; below them stands what differs."""

    sent = Signal(str, str)

    def __init__(self, host: QWidget, changes: tuple[TriggerChange, ...], what: str) -> None:
        super().__init__(host, tr("Propose a change"), width=620)
        self.what = QLineEdit(what)
        self.what.setMaxLength(LONGEST_WORDS)
        self._what = FieldFrame(tr("What should change"), self.what, required=True)
        self.why = QPlainTextEdit()
        self.why.setTabChangesFocus(True)
        self.why.setFixedHeight(72)
        self._why = FieldFrame(tr("Why"), self.why, required=True)
        self.body.addWidget(self._what)
        self.body.addWidget(self._why)
        if changes:
            self.body.addWidget(SectionTitle(tr("What would differ")))
        for one in changes:
            self.body.addWidget(ChangeLine(trigger_words(one)))
        self.body.addStretch(1)
        self.send = Button(tr("Propose"), icon="lightbulb", key="Ctrl ↵")
        self.send.clicked.connect(self._send)
        self.add_foot(self.send, primary=True)
        self.set_note(tr("A lead answers it, or takes it into the next draft."), "info", "text2")

    def _send(self, _checked: bool = False) -> None:
        what, why = self.what.text().strip(), self.why.toPlainText().strip()
        self._what.set_error("" if what else tr("Say what should change."))
        self._why.set_error("" if why else tr("Say why it should."))
        if not what or not why:
            (self.what if not what else self.why).setFocus()
            return
        self.sent.emit(what, why)


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal with what it would change on the draft as it stands."""

    record: ProposalRecord
    difference: VersionDifference


class ProposalCard(Card):
    """One proposal: who, what, why, what differs, and for leads what to do about it."""

    accepted = Signal(object)
    answered = Signal(object, str)

    def __init__(self, shown: Shown, times: Times, now: datetime, *, leads: bool) -> None:
        super().__init__(margin=14, spacing=6)
        self.shown = shown
        one = shown.record
        head = QHBoxLayout()
        head.addWidget(Label(one.what, t.BODY, t.SEMIBOLD, "text", wrap=True), 1)
        if one.state is not ProposalState.OPEN:
            taken = one.state is ProposalState.ACCEPTED
            words = tr("in draft {number}").format(number=one.version) if taken else tr("answered")
            head.addWidget(Tag(words, ink="ok" if taken else "text2"))
        self.body.addLayout(head)
        self.body.addWidget(Label(one.why, t.SMALL, t.REGULAR, "text", wrap=True))
        by = f"{one.made_by}, {times.when(one.made_at, now)}"
        by += f", INC-{one.incident}" if one.incident else ""
        self.body.addWidget(Label(by, t.SMALL, t.REGULAR, "text3"))
        for change in shown.difference.triggers:
            self.body.addWidget(ChangeLine(trigger_words(change)))
        if one.answer:
            self.body.addWidget(Label(f"{one.answered_by}: {one.answer}", t.SMALL, t.REGULAR, "text2", wrap=True))
        self.words = QLineEdit()
        self.words.setPlaceholderText(tr("Your answer"))
        self.words.setAccessibleName(tr("Answer to {what}").format(what=one.what))
        self.frame = FieldFrame(tr("Answer"), self.words)
        self.accept = Button(tr("Take into the draft"), icon="check", small=True)
        self.answer = Button(tr("Answer"), small=True)
        waits = leads and one.state is ProposalState.OPEN
        acts = QWidget()
        row = QHBoxLayout(acts)
        row.setContentsMargins(0, 0, 0, 0)
        for button in (self.accept, self.answer):
            row.addWidget(button)
        row.addStretch(1)
        self.body.addWidget(self.frame)
        self.body.addWidget(acts)
        self.frame.setVisible(waits)
        acts.setVisible(waits)
        self.accept.clicked.connect(self._accept)
        self.answer.clicked.connect(self._answer)

    def _accept(self, _checked: bool = False) -> None:
        self.accepted.emit(self.shown.record)

    def _answer(self, _checked: bool = False) -> None:
        words = self.words.text().strip()
        if not words:
            self.frame.set_error(tr("Say why it is not taken up."))
            self.words.setFocus()
            return
        self.answered.emit(self.shown.record, words)


class ProposalsSheet(Sheet):
    """All proposals, those that wait first. `accepted(record)` and `answered(record, words)` ask the page to act."""

    accepted = Signal(object)
    answered = Signal(object, str)

    def __init__(self, host: QWidget) -> None:
        super().__init__(host, tr("Proposals"), width=720)
        self._list = QVBoxLayout()
        self._list.setSpacing(12)
        self.body.addLayout(self._list)
        self.body.addStretch(1)
        self.cards: list[ProposalCard] = []
        done = Button(tr("Close"))
        done.clicked.connect(partial(self._close))
        self.add_foot(done)

    def _close(self, _checked: bool = False) -> None:
        self.dismiss()

    def show_proposals(self, shown: list[Shown], times: Times, now: datetime, *, leads: bool) -> None:
        """Shows these; what is being typed into an answer stays."""
        if [one.shown for one in self.cards] == shown and self._list.count():
            return
        typed = {one.shown.record.id: one.words.text() for one in self.cards}
        clear(self._list)
        self.cards = [ProposalCard(one, times, now, leads=leads) for one in shown]
        for card in self.cards:
            card.words.setText(typed.get(card.shown.record.id, ""))
            card.accepted.connect(self.accepted)
            card.answered.connect(self.answered)
            self._list.addWidget(card)
        if not shown:
            words = tr("Anybody may propose a change, here or from an incident.")
            self._list.addWidget(EmptyState(tr("No proposal waits"), words, icon="lightbulb"))
