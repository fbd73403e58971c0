"""Beside the rows of a sheet: what was not understood and what it may mean, the columns, and what is found after."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services.matrix.policy import Policy
from app.services.matrix.spreadsheet.drawn import DrawnTable, Outcome, Use
from app.services.matrix.spreadsheet.meaning import Meaning, Unclear
from app.services.matrix.spreadsheet.rows import Understood
from app.services.matrix.taking_in import Weighing
from app.views.matrix.announcement_view import clear
from app.views.matrix.columns import tr
from app.views.matrix.import_table import field_words, value_words
from app.views.theme import tokens as t
from app.views.theme.buttons import Button
from app.views.theme.cards import Card, Divider
from app.views.theme.fields import ComboField
from app.views.theme.flow import FlowBox
from app.views.theme.labels import ElidedLabel, Label, SectionTitle

MOST_CARDS = 12
KINDS = {
    "gap": "Gap",
    "conflict": "Conflict",
    "masked": "Never decides",
    "redundant": "Changes nothing",
    "mergeable": "Could be one",
    "unsatisfiable": "Can never match",
    "not_yet_known": "Not yet known",
    "missing_reference": "Names what is not there",
    "inverted_target": "Inverted target",
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """A text of a column that was not understood, or guessed, with the rows it stands in."""

    column: str
    use: Use
    text: str
    rows: tuple[int, ...]
    unclear: Unclear | None
    guess: str = ""


def doubts_of(drawn: DrawnTable, understood: Understood) -> list[Doubt]:
    """Each text once, what was not understood first."""
    at = {name: place for place, name in enumerate(drawn.columns)}
    rows: dict[tuple[str, str], list[int]] = {}
    found: dict[tuple[str, str], Unclear | str] = {}
    for row in understood.rows:
        for column, one in row.meanings.items():
            if isinstance(one, Meaning) and not one.guessed:
                continue
            key = (column, row.row.texts[at[column]])
            rows.setdefault(key, []).append(row.row.number)
            found[key] = one if isinstance(one, Unclear) else one.value
    doubts = [
        Doubt(
            column, understood.uses[column], text, tuple(rows[column, text]),
            one if isinstance(one, Unclear) else None, "" if isinstance(one, Unclear) else one,
        )
        for (column, text), one in found.items()
    ]  # fmt: skip
    return sorted(doubts, key=lambda one: one.unclear is None)


class DoubtCard(Card):
    """One text and what it may mean. `told(doubt, value)` says what it does mean."""

    told = Signal(object, str)

    def __init__(self, doubt: Doubt, policy: Policy) -> None:
        super().__init__(edge="breach" if doubt.unclear else "warn", margin=11, spacing=5)
        self.doubt = doubt
        row = tr("row {number}") if len(doubt.rows) == 1 else tr("rows {number}")
        head = QHBoxLayout()
        title = (
            doubt.unclear.what
            if doubt.unclear
            else tr("“{text}”: {meaning}").format(text=doubt.text, meaning=value_words(policy, doubt.use, doubt.guess))
        )
        head.addWidget(Label(title, t.BODY, t.SEMIBOLD, "text", wrap=True), 1)
        numbers = ", ".join(str(one) for one in doubt.rows[:4])
        head.addWidget(Label(row.format(number=numbers), t.SMALL, t.REGULAR, "text3"))
        self.body.addLayout(head)
        if doubt.unclear is not None:
            self.body.addWidget(Label(doubt.unclear.mend, t.SMALL, t.REGULAR, "text2", wrap=True))
        acts = FlowBox(self, gap=8)
        self.buttons: list[Button] = []
        for value in self._offers(policy):
            words = tr("Right") if value == doubt.guess else value_words(policy, doubt.use, value)
            button = Button(words, small=True)
            button.clicked.connect(partial(self._tell, value))
            self.buttons.append(button)
            acts.add(button)
        self.body.addWidget(acts)

    def _offers(self, policy: Policy) -> list[str]:
        """Values as they are kept: a condition as S-FEEL, an outcome by its key."""
        condition = any(one.key == self.doubt.use for one in policy.table.dimensions)
        if self.doubt.unclear is None:
            return [self.doubt.guess]
        given = [f'"{one}"' if condition else one for one in self.doubt.unclear.suggestions]
        return [*given, "-"] if condition else given

    def _tell(self, value: str, _checked: bool = False) -> None:
        self.told.emit(self.doubt, value)


class ImportSide(QWidget):
    """`told(doubt, value)` and `use_chosen(column, use)`."""

    told = Signal(object, str)
    use_chosen = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(17, 15, 18, 16)
        self._column.setSpacing(9)
        self.cards: list[DoubtCard] = []
        self.uses: dict[str, ComboField] = {}
        self.findings: list[str] = []

    def show_sheet(self, drawn: DrawnTable, understood: Understood, policy: Policy, weighing: Weighing | None) -> None:
        """Shows what is to be said about a sheet."""
        clear(self._column)
        doubts = doubts_of(drawn, understood)
        unclear = sum(one.unclear is not None for one in doubts)
        if doubts:
            word = tr("1 text") if unclear == 1 else tr("{number} texts")
            count = word.format(number=unclear) if unclear else ""
            self._column.addWidget(SectionTitle(tr("Not understood") if unclear else tr("Guessed"), count))
        self.cards = []
        for doubt in doubts[:MOST_CARDS]:
            card = DoubtCard(doubt, policy)
            card.told.connect(self.told)
            self.cards.append(card)
            self._column.addWidget(card)
        if len(doubts) > MOST_CARDS:
            more = tr("{number} more. F8 goes through the cells.").format(number=len(doubts) - MOST_CARDS)
            self._column.addWidget(Label(more, t.SMALL, t.REGULAR, "text2"))
        self._findings(weighing)
        self._uses(drawn, understood, policy)
        self._column.addStretch(1)

    def _findings(self, weighing: Weighing | None) -> None:
        self.findings = []
        if weighing is None:
            return
        words = tr("{before} to {after} triggers").format(
            before=weighing.triggers_before, after=weighing.triggers_after
        )
        self._column.addWidget(SectionTitle(tr("Findings after that"), words))
        for kind in dict.fromkeys([*weighing.before, *weighing.after]):
            before, after = weighing.before.get(kind, 0), weighing.after.get(kind, 0)
            name = tr(KINDS.get(kind, kind.replace("_", " ").capitalize()))
            self.findings.append(f"{name}: {before} \N{RIGHTWARDS ARROW} {after}")
            ink = "ok" if after < before else "breach" if after > before else "text"
            self._column.addWidget(_line(name, f"{before}  \N{RIGHTWARDS ARROW}  {after}", ink))
        if not self.findings:
            self._column.addWidget(Label(tr("Nothing is found, before or after."), t.SMALL, t.REGULAR, "text2"))
        self._column.addWidget(Divider(ink="border2"))

    def _uses(self, drawn: DrawnTable, understood: Understood, policy: Policy) -> None:
        self._column.addWidget(SectionTitle(tr("Columns")))
        given = ["", *(one.key for one in policy.table.dimensions), *(one.value for one in Outcome)]
        self.uses = {}
        for column in drawn.columns:
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            line.addWidget(ElidedLabel(column, t.SMALL, t.REGULAR, "text2", mono=True), 1)
            combo = ComboField(name=tr("What {column} says").format(column=column))
            for use in given:
                combo.addItem(field_words(policy, use), use)
            combo.setCurrentIndex(max(0, combo.findData(understood.uses.get(column, ""))))
            combo.activated.connect(partial(self._chosen, column, combo))
            line.addWidget(combo)
            self.uses[column] = combo
            self._column.addWidget(row)

    def _chosen(self, column: str, combo: ComboField, _place: int) -> None:
        self.use_chosen.emit(column, str(combo.currentData() or ""))


def _line(name: str, value: str, ink: str) -> QWidget:
    row = QWidget()
    line = QHBoxLayout(row)
    line.setContentsMargins(0, 0, 0, 0)
    line.addWidget(Label(name, t.SMALL, t.REGULAR, "text"), 1)
    line.addWidget(Label(value, t.SMALL, t.SEMIBOLD, ink))
    return row
