"""Why a timer is due when it is: the answer in a sentence, a strip a day, the spans, and where it all comes from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.models.enums import TimerState
from app.services.clock.explain import Explanation
from app.services.clock.reading import took
from app.services.incidents.case_records import Case
from app.views.theme import tokens as t
from app.views.theme.banner import plain_call
from app.views.theme.buttons import Button, Kind
from app.views.theme.cards import Card
from app.views.theme.empty import IconMark
from app.views.theme.labels import Label, SectionTitle
from app.views.theme.sheet import Sheet
from app.views.theme.times import Times
from app.views.workbench.why_history import history_lines
from app.views.workbench.why_strips import DayStrips, IntervalTable, Legend
from app.views.workbench.why_words import (
    answer,
    as_text,
    calendar_lines,
    pause_lines,
    rule_lines,
    second_line,
    title,
)

WIDTH = 1058
_MOST_LINES = 6


@dataclass(frozen=True, slots=True)
class TimerAct:
    """What can be done about a timer from here; `why_not` says why it cannot be done now."""

    words: str
    act: Callable[[], None]
    why_not: str = ""


class WhySheet(Sheet):
    """One explanation; nothing in it is asked again. `acts` lead on from it."""

    def __init__(
        self, host: QWidget, case: Case, explanation: Explanation, times: Times,
        go_to_matrix: Callable[[str], None], acts: Sequence[TimerAct] = (),
    ) -> None:  # fmt: skip
        below = f"INC-{case.number}  {case.title}"
        super().__init__(host, title(explanation, times), below, width=WIDTH)
        self.text = as_text(explanation, case, times)
        self.acts: list[Button] = []
        self.body.addWidget(_answer_card(case, explanation, times))
        head = SectionTitle(self.tr("Every minute since it started"))
        head.add(Legend())
        self.body.addSpacing(4)
        self.body.addWidget(head)
        self.body.addWidget(DayStrips(explanation, times))
        self.body.addWidget(IntervalTable(explanation, case, times))
        self._add_history(explanation, times)
        self.body.addLayout(self._cards(case, explanation, times, go_to_matrix, acts))
        copy = Button(self.tr("Copy explanation"), icon="copy")
        copy.clicked.connect(plain_call(self.copy))
        close = Button(self.tr("Close"), key="Esc")
        close.clicked.connect(plain_call(self.dismiss))
        self.add_foot(copy)
        self.footer.removeWidget(copy)
        self.footer.insertWidget(0, copy)
        self.add_foot(close)
        self.first = close
        self.set_note(
            self.tr("Database clock {time}. Wall time since it started: {wall}.").format(
                time=f"{explanation.at.astimezone(times.zone):%H:%M:%S}", wall=took(explanation.wall_seconds)
            ),
            "database",
        )
        self.closed.connect(self.deleteLater)

    def _add_history(self, explanation: Explanation, times: Times) -> None:
        lines = history_lines(explanation, times)
        if not lines:
            return
        self.body.addWidget(SectionTitle(self.tr("What else happened to it")))
        for line in lines:
            self.body.addWidget(Label(line, t.BODY, ink="text2", wrap=True))

    def _cards(
        self, case: Case, explanation: Explanation, times: Times, go: Callable[[str], None],
        acts: Sequence[TimerAct],
    ) -> QHBoxLayout:  # fmt: skip
        row = QHBoxLayout()
        row.setSpacing(12)
        rule = _card(self.tr("Rule and version"), rule_lines(explanation, case))
        if case.trigger:
            link = Button(self.tr("Open trigger {number}").format(number=case.trigger), kind=Kind.LINK)
            link.clicked.connect(plain_call(self.dismiss))
            link.clicked.connect(lambda _checked=False: go(f"trigger {case.trigger}"))
            rule.body.addWidget(link)
        pins = _card(self.tr("Pauses and pins"), pause_lines(explanation, case, times))
        for act in acts:
            button = Button(act.words, kind=Kind.LINK)
            button.setEnabled(not act.why_not)
            button.setToolTip(act.why_not)
            button.clicked.connect(plain_call(self.dismiss))
            button.clicked.connect(plain_call(act.act))
            pins.body.addWidget(button)
            self.acts.append(button)
        for card in (rule, _card(self.tr("Calendar"), calendar_lines(explanation)), pins):
            row.addWidget(card, 1)
        return row

    def copy(self) -> None:
        """The explanation as plain text."""
        QGuiApplication.clipboard().setText(self.text)
        self.set_note(self.tr("Copied."), "check", "ok")


def _answer_card(case: Case, explanation: Explanation, times: Times) -> QWidget:
    paused, late = explanation.paused_since is not None, explanation.left_seconds < 0
    done = explanation.state in (TimerState.MET, TimerState.MET_LATE)
    icon, ink = ("octagon-alert", "breach") if late else ("clock", "accent_text")
    if paused:
        icon, ink = "circle-pause", "paused"
    elif done and not late:
        icon, ink = "circle-check", "ok"
    fill = "accent_tint" if ink == "accent_text" else f"{ink}_tint"
    card = Card(fill=fill, line="", margin=14, horizontal=True, spacing=12)
    card.body.addWidget(IconMark(icon, ink, 18))
    words = QVBoxLayout()
    words.setSpacing(3)
    words.addWidget(Label(explanation.sentence(), t.H3, t.SEMIBOLD, wrap=True))
    words.addWidget(Label(second_line(explanation, case, times), t.BODY, ink="text2", wrap=True))
    card.body.addLayout(words, 1)
    big, small = answer(explanation, times)
    right = QVBoxLayout()
    right.setSpacing(3)
    for label in (Label(big, t.H2, t.SEMIBOLD), Label(small, t.SMALL, ink="text2")):
        holder = QHBoxLayout()
        holder.addStretch(1)
        holder.addWidget(label)
        right.addLayout(holder)
    card.body.addLayout(right)
    return card


def _card(head: str, lines: list[str]) -> Card:
    card = Card(fill="subtle", spacing=5)
    card.body.addWidget(Label(head, t.BODY, t.SEMIBOLD))
    for line in lines[:_MOST_LINES]:
        card.body.addWidget(Label(line, t.SMALL, ink="text2", wrap=True))
    card.body.addStretch(1)
    return card
