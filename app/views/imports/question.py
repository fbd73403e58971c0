"""The question card: what only a person can tell, what speaks for it, and what each answer would mean."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QRadioButton, QSizePolicy, QWidget

from app.services.incidents.intake.guess_dates import Answer, Question
from app.views.imports.words import tr
from app.views.theme import tokens as t
from app.views.theme.cards import Card, Divider
from app.views.theme.current import theme
from app.views.theme.focus import wants_ring
from app.views.theme.labels import ElidedLabel, Label
from app.views.theme.paint import (
    color,
    draw_box,
    draw_paragraph,
    draw_text,
    flip,
    paragraph_height,
    pen,
    px,
    smooth,
    text_width,
)
from app.views.theme.progress import ProgressLine

TONES = ("accent", "warn", "t4")


class AnswerRow(QRadioButton):
    """One answer over its consequence."""

    def __init__(self, answer: Answer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.answer = answer
        self.setText(answer.label)
        self.setAccessibleName(f"{answer.label}. {answer.consequence}")
        self.setToolTip(answer.consequence)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        wants_ring(self, 4)
        theme.changed.connect(self.updateGeometry)

    def _words_width(self) -> float:
        return max(px(120), self.width() - px(40))

    def sizeHint(self) -> QSize:
        below = paragraph_height(self.answer.consequence, self._words_width(), t.SMALL)
        return QSize(round(px(34) + text_width(self.text(), t.BODY, t.SEMIBOLD)), round(px(28) + max(px(16), below)))

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]  # the stub wants the concrete QResizeEvent
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        return QSize(round(px(80)), self.sizeHint().height())

    def hitButton(self, pos: object) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        rect, on = QRectF(self.rect()), self.isChecked()
        if on:
            draw_box(painter, rect, "accent_tint", None, px(t.RADIUS_CHIP))
        mark = flip(QRectF(px(6), px(5), px(16), px(16)), rect)
        painter.setPen(pen("accent_text" if on else "control", 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(mark.center(), px(7), px(7))
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color("accent_text"))
            painter.drawEllipse(QPointF(mark.center()), px(3.6), px(3.6))
        words = flip(QRectF(px(33), px(2), rect.width() - px(40), px(21)), rect)
        draw_text(painter, words, self.text(), t.BODY, t.SEMIBOLD if on else t.REGULAR)
        below = flip(QRectF(px(33), px(23), self._words_width(), rect.height() - px(24)), rect)
        draw_paragraph(painter, below, self.answer.consequence, t.SMALL, ink="text2")
        painter.end()


class QuestionCard(Card):
    """One question, for all columns in the same doubt.

    `answered(column, key)` is emitted when a person chooses, not when an answer is preselected.
    """

    answered = Signal(str, str)

    def __init__(self, questions: tuple[Question, ...], chosen: str, parent: QWidget | None = None) -> None:
        """`chosen` is the answer that holds; empty while nobody gave one."""
        super().__init__(parent, edge="warn", line="warn", margin=16, spacing=8)
        question, *others = questions
        self.questions, self.question = questions, question
        self.body.addWidget(Label(question.title, t.H3, t.SEMIBOLD, wrap=True))
        self.body.addWidget(Label(question.text, t.SMALL, ink="text2", wrap=True))
        if others:
            names = ", ".join(one.column for one in others)
            also = tr("The answer holds for {columns} too.").format(columns=names)
            self.body.addWidget(Label(also, t.SMALL, t.MEDIUM, "text2", wrap=True))
        self.body.addLayout(self._evidence())
        self.body.addWidget(Divider())
        self._group = QButtonGroup(self)
        self.rows: list[AnswerRow] = []
        for number, answer in enumerate(question.answers):
            row = AnswerRow(answer)
            self.rows.append(row)
            self._group.addButton(row, number)
            self.body.addWidget(row)
            row.setChecked(answer.key == chosen or (not chosen and number == 0))
        self._group.idClicked.connect(self._clicked)
        self.set_answered(bool(chosen))

    def set_answered(self, answered: bool) -> None:
        """The frame is calm once somebody has answered."""
        self.set_tones(edge="ok" if answered else "warn", line="border2" if answered else "warn")

    def _evidence(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(7)
        total = max(1, sum(one.rows for one in self.question.evidence))
        for place, one in enumerate(self.question.evidence):
            bar = ProgressLine(tone=TONES[place % len(TONES)], height=6, total=total, name=one.label)
            bar.setValue(one.rows)
            bar.setFixedWidth(round(px(110)))
            note = f", {one.note}" if one.note else ""
            grid.addWidget(Label(one.label, t.SMALL), place, 0)
            grid.addWidget(bar, place, 1, Qt.AlignmentFlag.AlignVCenter)
            rows = tr("{rows} rows").format(rows=f"{one.rows:,}")
            grid.addWidget(ElidedLabel(f"{rows}{note}", t.SMALL, ink="text2"), place, 2)
        grid.setColumnStretch(2, 1)
        return grid

    def _clicked(self, number: int) -> None:
        self.set_answered(True)
        self.answered.emit(self.question.column, self.question.answers[number].key)

    def focus_answer(self) -> None:
        """Puts the keyboard on the answer that is chosen."""
        chosen = self._group.checkedButton() or self.rows[0]
        chosen.setFocus(Qt.FocusReason.ShortcutFocusReason)
