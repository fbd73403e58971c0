"""The six first steps of a role on a card; they tick themselves."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.views.shell.first_steps import Step, Steps
from app.views.theme import tokens as t
from app.views.theme.cards import Card
from app.views.theme.empty import IconMark
from app.views.theme.labels import ElidedLabel, KeyHint, Label
from app.views.theme.paint import px
from app.views.theme.progress import ProgressLine


class StepsCard(Card):
    """How far one has come; nothing is ticked while no desk is open."""

    def __init__(self, steps: Steps, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=24, spacing=0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._steps = steps
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(IconMark(steps.icon, "text2", 18))
        head.addWidget(Label(steps.role, t.H3, t.SEMIBOLD))
        head.addWidget(ElidedLabel(steps.opens_on, t.SMALL, ink="text2"), 1)
        self._count = Label("", t.SMALL, ink="text2")
        head.addWidget(self._count)
        self.body.addLayout(head)
        self.body.addSpacing(12)
        self._progress = ProgressLine(tone="ok", total=len(steps.steps))
        self.body.addWidget(self._progress)
        self.body.addSpacing(12)
        self._marks: dict[str, IconMark] = {}
        for step in steps.steps:
            self.body.addWidget(self._row(step))
        self.show_done({})

    def _row(self, step: Step) -> QWidget:
        line = QWidget()
        line.setMinimumHeight(round(px(42)))
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        mark = self._marks[step.key] = IconMark("circle", "control", 18)
        row.addWidget(mark)
        row.addWidget(Label(step.words, weight=t.MEDIUM, wrap=True), 1)
        if step.is_key:
            row.addWidget(KeyHint(step.hint))
        elif step.hint:
            row.addWidget(Label(step.hint, t.SMALL, ink="text2"))
        return line

    def show_done(self, done: Mapping[str, object]) -> None:
        """Ticks what is done."""
        ticked = {step.key for step in self._steps.steps if done.get(step.key)}
        for key, mark in self._marks.items():
            mark.set_icon(*(("circle-check", "ok") if key in ticked else ("circle", "control")))
        self._progress.setValue(len(ticked))
        words = self.tr("{done} of {all}").format(done=len(ticked), all=len(self._steps.steps))
        self._count.setText(words)
