"""The right side: questions, the report of the dry run, the import and what it brought."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.views.imports.question import QuestionCard
from app.views.imports.report import ReportPane
from app.views.imports.store import ImportStore, Stage
from app.views.imports.words import tr
from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.cards import Surface
from app.views.theme.empty import IconMark
from app.views.theme.labels import Label, SectionTitle
from app.views.theme.paint import px
from app.views.theme.progress import ProgressLine

WIDTH, LEAST, SHARE = 480, 340, 0.37


class ResultPane(QWidget):
    """What an import brought, and what comes next."""

    def __init__(self, matrix: Callable[[], object], again: Callable[[], object]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(10)
        self.mark = IconMark("circle-check", "ok", 20)
        self.title = Label("", t.H3, t.SEMIBOLD, wrap=True)
        head.addWidget(self.mark)
        head.addWidget(self.title, 1)
        column.addLayout(head)
        self.words = Label("", t.SMALL, ink="text2", wrap=True)
        column.addWidget(self.words)
        column.addSpacing(6)
        self.matrix = Button(tr("Build a matrix from them"), kind=Kind.PRIMARY, icon="table-properties")
        self.matrix.clicked.connect(matrix)
        self.again = Button(tr("Import another file"), icon="file-down")
        self.again.clicked.connect(again)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.matrix)
        row.addWidget(self.again)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(1)


class Side(Surface):
    """All of it; its signals tell what a person did."""

    answered = Signal(str, str)
    asked_to_import = Signal()
    asked_to_stop = Signal()
    asked_to_save = Signal()
    went_on = Signal()

    def __init__(self, store: ImportStore, matrix: Callable[[], object], again: Callable[[], object]) -> None:
        super().__init__("window", lines="l")
        self._store = store
        self.fit(1600)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 0, 0, 0)
        column.setSpacing(0)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = Surface("window")
        self._body = QVBoxLayout(inside)
        self._body.setContentsMargins(19, 18, 20, 18)
        self._body.setSpacing(14)
        self._asked = SectionTitle("")
        self._asked.add(Label("F8", t.SMALL, ink="text3"))
        self._body.addWidget(self._asked)
        self._cards = QVBoxLayout()
        self._cards.setSpacing(12)
        self._body.addLayout(self._cards)
        self.cards: list[QuestionCard] = []
        self.result = ResultPane(matrix, again)
        self.report = ReportPane()
        self._body.addSpacing(4)
        self._body.addWidget(self.result)
        self._body.addWidget(self.report)
        self._body.addStretch(1)
        self._scroll.setWidget(inside)
        column.addWidget(self._scroll, 1)
        column.addWidget(self._make_foot())

    def fit(self, room: int) -> None:
        """Takes its width, but no more than its share of a page `room` wide."""
        self.setFixedWidth(max(LEAST, min(round(px(WIDTH)), round(room * SHARE))))

    def _make_foot(self) -> QWidget:
        foot = Surface("window", lines="t", line="border2")
        row = QHBoxLayout(foot)
        row.setContentsMargins(19, 12, 20, 12)
        row.setSpacing(12)
        self.save = Button(tr("Save mapping"), icon="file-text")
        self.save.clicked.connect(self.asked_to_save)
        self.go = Button(tr("Import"), kind=Kind.PRIMARY, icon="check", key="Ctrl ↵")
        self.go.clicked.connect(self.asked_to_import)
        self.progress = ProgressLine(tone="accent", height=6, total=1000, name=tr("Import"))
        self.so_far = Label("", t.SMALL, ink="text2")
        self.stop = Button(tr("Stop"), icon="square")
        self.stop.clicked.connect(self.asked_to_stop)
        self.on = Button(tr("Back to the mapping"))
        self.on.clicked.connect(self.went_on)
        row.addWidget(self.save)
        row.addWidget(self.progress, 1)
        row.addWidget(self.so_far)
        row.addStretch(0)
        row.addWidget(self.stop)
        row.addWidget(self.on)
        row.addWidget(self.go)
        return foot

    # --- showing

    def show_draft(self) -> None:
        """Questions as the mapping asks them."""
        draft = self._store.draft
        asked = draft.asked if draft else ()
        if [card.questions for card in self.cards] != list(asked):
            for card in self.cards:
                card.hide()
                card.deleteLater()
            self.cards = []
            for questions in asked:
                card = QuestionCard(questions, draft.answers.get(questions[0].column, "") if draft else "")
                card.answered.connect(self.answered)
                self.cards.append(card)
                self._cards.addWidget(card)
        opened = {one.column for one in draft.open_questions} if draft else set()
        count = sum(any(one.column in opened for one in questions) for questions in asked)
        title = tr("One question") if count == 1 else tr("{count} questions").format(count=count)
        self._asked.title.setText(title if count else tr("Answered"))
        self.show_stage()

    def show_rehearsal(self) -> None:
        """The report as the dry run has it."""
        store = self._store
        self.report.show_rehearsal(store.rehearsal, store.known, store.zone, reading=store.rehearsing)
        self.show_stage()

    def show_stage(self) -> None:
        """What can be done now."""
        store, stage = self._store, self._store.stage
        ended = stage in (Stage.DONE, Stage.STOPPED)
        running = stage is Stage.IMPORTING
        self._asked.setVisible(bool(self.cards) and not ended)
        for card in self.cards:
            card.setVisible(not ended)
            card.setEnabled(not running)
        self.report.setVisible(not ended)
        self.result.setVisible(ended)
        self.save.setVisible(not running)
        for widget in (self.progress, self.so_far, self.stop):
            widget.setVisible(running)
        self.go.setVisible(not running and not ended)
        self.on.setVisible(stage is Stage.STOPPED)
        known = store.known
        count = known.new + known.changed if known else 0
        self.go.setText(tr("Import {count} incidents").format(count=f"{count:,}") if count else tr("Import"))
        if ended:
            self._show_result()

    def show_progress(self, share: float, rows: int) -> None:
        """How far the import is."""
        self.progress.setValue(round(share * 1000))
        self.so_far.setText(tr("{rows} rows read, {share} %").format(rows=f"{rows:,}", share=round(share * 100)))

    def _show_result(self) -> None:
        report = self._store.report
        self.result.mark.set_icon(*(("circle-check", "ok") if report else ("circle-pause", "warn")))
        self.result.matrix.setVisible(report is not None)
        if report is None:
            self.result.title.setText(tr("Stopped"))
            self.result.words.setText(
                tr("What was taken over until now stays and is known again. A new start brings the rest.")
            )
            return
        count = report.new + report.changed
        self.result.title.setText(tr("{count} incidents are here").format(count=f"{count:,}"))
        parts = (
            tr("{count} new").format(count=f"{report.new:,}"),
            tr("{count} changed").format(count=f"{report.changed:,}"),
            tr("{count} here already").format(count=f"{report.same:,}"),
            tr("{count} left out").format(count=f"{report.reading.left_out_count:,}"),
        )
        took = tr("It took {seconds} s.").format(seconds=f"{report.seconds:.1f}")
        calm = tr("They are history: no timer runs, nobody was alerted.")
        self.result.words.setText(f"{', '.join(parts)}. {took} {calm}")

    def next_question(self) -> None:
        """F8: the next open question, else the next one."""
        if not self.cards:
            return
        draft = self._store.draft
        opened = {question.column for question in draft.open_questions} if draft else set()
        focused = QApplication.focusWidget()
        held = next((place for place, card in enumerate(self.cards) if focused and card.isAncestorOf(focused)), -1)
        order = [*self.cards[held + 1 :], *self.cards[: held + 1]]
        card = next((one for one in order if one.question.column in opened), order[0])
        card.focus_answer()
        self._scroll.ensureWidgetVisible(card)
