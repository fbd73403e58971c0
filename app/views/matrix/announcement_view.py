"""An announcement as its reader sees it: what changes for them, why, from when, what to practise, questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.services.announcements.reach import AnnouncedChange
from app.services.announcements.reading import AnnouncementRecord, QuestionRecord
from app.views.matrix.columns import tr
from app.views.theme import tokens as t
from app.views.theme.buttons import Button
from app.views.theme.cards import Divider
from app.views.theme.empty import IconMark
from app.views.theme.fields import ComboField
from app.views.theme.labels import Label, SectionTitle, Tag
from app.views.theme.strips import Segments
from app.views.theme.times import Times

MOST_SEGMENTS = 5


def clear(layout: QVBoxLayout) -> None:
    """Takes every widget out and lets it go."""
    while layout.count():
        item = layout.takeAt(0)
        widget = item.widget() if item is not None else None
        if widget is not None:
            widget.hide()
            widget.deleteLater()


class ChangeLine(QWidget):
    """The number of a trigger, what changes, and below it what was."""

    def __init__(self, change: AnnouncedChange, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        number = Tag(str(change.trigger) if change.trigger is not None else "\N{BULLET}", ink="accent_text")
        row.addWidget(number, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Label(change.words, t.BODY, t.SEMIBOLD, "text", wrap=True))
        if change.detail:
            words.addWidget(Label(change.detail, t.SMALL, t.REGULAR, "text2", wrap=True))
        row.addLayout(words, 1)


class QuestionLine(QWidget):
    """A question, its answer, and for leads a line to answer in."""

    answered = Signal(str, str, str)  # id, text, the answer seen

    def __init__(
        self, question: QuestionRecord, times: Times, now: datetime, *, may_answer: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.question = question
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        head = QHBoxLayout()
        head.addWidget(Label(question.text, t.BODY, t.SEMIBOLD, "text", wrap=True), 1)
        asked = f"{question.asked_by}, {times.when(question.asked_at, now)}"
        head.addWidget(Label(asked, t.SMALL, t.REGULAR, "text3"))
        column.addLayout(head)
        self.line: QLineEdit | None = None
        if question.answer:
            when = times.when(question.answered_at, now) if question.answered_at else ""
            said = f"{question.answer}  {question.answered_by}, {when}"
            row = QHBoxLayout()
            row.setSpacing(8)
            row.addWidget(IconMark("corner-down-right", "text3", 15), 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(Label(said, t.SMALL, t.REGULAR, "text2", wrap=True), 1)
            column.addLayout(row)
        elif may_answer:
            self.line = QLineEdit()
            self.line.setPlaceholderText(tr("Answer for everybody to read"))
            self.line.setAccessibleName(tr("Answer to {question}").format(question=question.text))
            self.line.returnPressed.connect(self._answer)
            column.addWidget(self.line)
        else:
            column.addWidget(Label(tr("Not answered yet."), t.SMALL, t.REGULAR, "text3"))

    def _answer(self) -> None:
        if self.line is not None and self.line.text().strip():
            self.answered.emit(self.question.id, self.line.text().strip(), self.question.answer)


class AnnouncementView(QWidget):
    """Shows one; `asked(text)`, `answered(question, text, seen)` and `correct_wanted()` ask the owner to act."""

    asked = Signal(str)
    answered = Signal(str, str, str)
    correct_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._record: AnnouncementRecord | None = None
        self._column, self._questions = QVBoxLayout(), QVBoxLayout()
        self.ask = QLineEdit()
        self.ask.setPlaceholderText(tr("Ask about it"))
        self.ask.setAccessibleName(tr("Ask about it"))
        self.ask.returnPressed.connect(self._ask)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(10)
        for part in (self._column, self._questions):
            part.setSpacing(10)
        whole.addLayout(self._column)
        whole.addWidget(Divider(ink="border2"))
        whole.addLayout(self._questions)
        whole.addWidget(self.ask)
        self.teams: Segments | ComboField | None = None
        self.changes = QVBoxLayout()
        self.lines: list[QuestionLine] = []

    def show_record(self, record: AnnouncementRecord, times: Times, now: datetime, *, leads: bool) -> None:
        """Shows an announcement; ``leads`` answer and correct. What is being typed stays."""
        before, self._record = self._record, record
        if before is None or _text(before) != _text(record):
            self._show_text(record, times, now, leads=leads, team=self._team() if before is not None else -1)
        if before is None or before.questions != record.questions:
            self._show_questions(record, times, now, leads=leads)

    def _show_text(self, record: AnnouncementRecord, times: Times, now: datetime, *, leads: bool, team: int) -> None:
        clear(self._column)
        self._head(record, times, now, leads=leads)
        self._for_teams(record, team)
        self._plain(tr("Why"), record.why)
        since = times.when(record.effective_from, now)
        words = tr("{when}. Incidents that are open then stay on the version they were opened under.")
        self._plain(tr("From when"), words.format(when=since))
        if record.practise:
            self._plain(tr("Practise"), record.practise)

    def _head(self, record: AnnouncementRecord, times: Times, now: datetime, *, leads: bool) -> None:
        self._column.addWidget(Label(record.title, t.H2, t.SEMIBOLD, "text", wrap=True))
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        words = tr("{who}, for version {number}, {when}").format(
            who=record.made_by, number=record.number, when=times.when(record.at, now)
        )
        if record.corrected_at is not None:
            words += ", " + tr("corrected {when}").format(when=times.when(record.corrected_at, now))
        line.addWidget(Label(words, t.SMALL, t.REGULAR, "text2"), 1)
        if leads:
            correct = Button(tr("Correct the text"), small=True)
            correct.clicked.connect(self._correct)
            line.addWidget(correct)
        self._column.addWidget(row)
        self._column.addWidget(Divider(ink="border2"))

    def _correct(self, _checked: bool = False) -> None:
        self.correct_wanted.emit()

    def _for_teams(self, record: AnnouncementRecord, team: int) -> None:
        self._column.addWidget(SectionTitle(tr("What changes for you")))
        self.teams = None
        mine = next((place for place, one in enumerate(record.teams) if one.team_id in record.mine), 0)
        chosen = team if 0 <= team < len(record.teams) else mine
        if len(record.teams) > 1:
            self._choose_team([one.name for one in record.teams], chosen)
        box = QWidget()
        self.changes = QVBoxLayout(box)
        self.changes.setContentsMargins(0, 0, 0, 0)
        self.changes.setSpacing(12)
        self._column.addWidget(box)
        if record.teams:
            self._show_team(chosen)
        else:
            self.changes.addWidget(Label(tr("Nothing that a team has to do otherwise."), t.BODY, t.REGULAR, "text2"))

    def _choose_team(self, names: list[str], chosen: int) -> None:
        if len(names) <= MOST_SEGMENTS:
            segments = Segments(names, chosen, small=True, name=tr("Changes for"))
            segments.changed.connect(self._show_team)
            self.teams = segments
        else:
            combo = ComboField(name=tr("Changes for"))
            combo.addItems(names)
            combo.setCurrentIndex(chosen)
            combo.currentIndexChanged.connect(self._show_team)
            self.teams = combo
        self._column.addWidget(self.teams, 0, Qt.AlignmentFlag.AlignLeft)

    def _team(self) -> int:
        """The place of the team shown; -1 where there is none to choose."""
        if isinstance(self.teams, Segments):
            return self.teams.current()
        return self.teams.currentIndex() if self.teams is not None else -1

    def _show_team(self, place: int) -> None:
        clear(self.changes)
        if self._record is not None:
            for change in self._record.teams[place].changes:
                self.changes.addWidget(ChangeLine(change))

    def _plain(self, title: str, words: str) -> None:
        self._column.addWidget(Divider(ink="border2"))
        self._column.addWidget(SectionTitle(title))
        self._column.addWidget(Label(words, t.BODY, t.REGULAR, "text", wrap=True))

    def _show_questions(self, record: AnnouncementRecord, times: Times, now: datetime, *, leads: bool) -> None:
        clear(self._questions)
        open_ones = sum(not one.answer for one in record.questions)
        extra = tr("{number} open").format(number=open_ones) if open_ones else ""
        self._questions.addWidget(SectionTitle(tr("Questions"), extra))
        self.lines = []
        for question in record.questions:
            line = QuestionLine(question, times, now, may_answer=leads)
            line.answered.connect(self.answered)
            self.lines.append(line)
            self._questions.addWidget(line)

    def _ask(self) -> None:
        text = self.ask.text().strip()
        if text:
            self.ask.clear()
            self.asked.emit(text)


def _text(record: AnnouncementRecord) -> AnnouncementRecord:
    """What stands above the questions: who reads it is shown elsewhere."""
    return replace(record, questions=(), readers=(), asked=False, confirmed_at=None, revision=0)
