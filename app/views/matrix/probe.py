"""Try a case: facts as chips, and below them what the matrix on the screen would decide."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from app.models.enums import DimensionKind, TimerKind
from app.services.matrix.cells import FactValue
from app.services.matrix.decide import Answer
from app.services.matrix.dimensions import DimensionRecord, FactError, read_fact
from app.services.matrix.resulting import USED, span_words, target_of
from app.services.matrix.writing import value_words
from app.views.matrix.columns import tr
from app.views.theme import tokens as t
from app.views.theme.empty import IconMark
from app.views.theme.flow import FlowBox
from app.views.theme.labels import Label, SectionTitle
from app.views.theme.toggles import Chip

if TYPE_CHECKING:
    from app.services.matrix.page import MatrixRecord


class StateChip(Chip):
    """A chip whose outline tells whether its fact is known."""

    def show_state(self, words: str, *, missing: bool) -> None:
        self._missing, self._plain = missing, not missing
        self.setText(words)
        self.update()


class CaseField(QWidget):
    """One fact of the case: a chip that opens its choices, or turns into a line to type a number."""

    changed = Signal(str, object)  # key, value or None

    def __init__(self, dimension: DimensionRecord, parent: QWidget) -> None:
        super().__init__(parent)
        self.dimension = dimension
        self.value: FactValue | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.chip = StateChip(dimension.label, removable=False, missing=True)
        self.line = QLineEdit()
        self.line.setAccessibleName(dimension.label)
        self.line.setPlaceholderText(dimension.label)
        self.line.setFixedWidth(130)
        self.line.hide()
        row.addWidget(self.chip)
        row.addWidget(self.line)
        self.chip.clicked.connect(self.open)
        self.line.editingFinished.connect(self._typed)

    def open(self) -> None:
        """Lets a person choose or type the value."""
        if self.dimension.kind in (DimensionKind.CHOICE, DimensionKind.YES_NO):
            menu = self._menu()
            menu.popup(self.chip.mapToGlobal(QPoint(0, self.chip.height() + 2)))
            return
        self.line.setText("" if self.value is None else str(self.value))
        self.chip.hide()
        self.line.show()
        self.line.setFocus()
        self.line.selectAll()

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        given: list[tuple[str, FactValue | None]] = [(one.label, one.key) for one in self.dimension.choices]
        if self.dimension.kind is DimensionKind.YES_NO:
            given = [(tr("Yes"), True), (tr("No"), False)]
        for label, value in [*given, (tr("Not known"), None)]:
            action = QAction(label, menu)
            action.setCheckable(True)
            action.setChecked(value == self.value)
            action.triggered.connect(partial(self._chosen, value))
            menu.addAction(action)
        return menu

    def _chosen(self, value: FactValue | None, _checked: bool = False) -> None:
        self.set_value(value)
        self.changed.emit(self.dimension.key, value)

    def _typed(self) -> None:
        if self.line.isHidden():
            return
        try:
            value = read_fact(self.dimension, self.line.text().replace(",", "").strip())
        except FactError as error:
            self.line.setToolTip(str(error))
            self.line.setProperty("invalid", True)
            return
        self.line.setProperty("invalid", False)
        self.line.hide()
        self.chip.show()
        self._chosen(value)

    def set_value(self, value: FactValue | None) -> None:
        """Shows a value; None is not known."""
        self.value = value
        known = value is not None
        words = value_words(value, self.dimension) if known else self.dimension.label
        self.chip.show_state(words, missing=not known)
        self.chip.setToolTip(self.dimension.label)


class Probe(QWidget):
    """The facts and the answer. `changed(facts)` asks for another answer."""

    changed = Signal(dict)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: list[CaseField] = []
        self._dimensions: tuple[DimensionRecord, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(SectionTitle(tr("Try a case")), 1)
        head.addWidget(Label("Ctrl T", t.SMALL, t.REGULAR, "text3"))
        column.addLayout(head)
        self._chips = FlowBox()
        column.addWidget(self._chips)
        self.result = Label("", t.BODY, t.SEMIBOLD, "text", wrap=True)
        self.targets = Label("", t.SMALL, t.REGULAR, "text2", wrap=True)
        self.why = Label("", t.SMALL, t.REGULAR, "text2", wrap=True)
        answer = QHBoxLayout()
        answer.setSpacing(8)
        self._mark = IconMark("corner-down-right", "accent_text", 16)
        answer.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (self.result, self.targets, self.why):
            words.addWidget(label)
        answer.addLayout(words, 1)
        column.addLayout(answer)

    def show_dimensions(self, dimensions: tuple[DimensionRecord, ...]) -> None:
        """Asks for these facts; values stay where the dimension is still there."""
        if dimensions == self._dimensions:
            return
        kept = {one.dimension.key: one.value for one in self.fields}
        self._chips.clear()
        self._dimensions = dimensions
        self.fields = []
        for dimension in dimensions:
            one = CaseField(dimension, self._chips)
            one.set_value(kept.get(dimension.key))
            one.changed.connect(self._told)
            self._chips.add(one)
            self.fields.append(one)

    def facts(self) -> dict[str, FactValue]:
        """The facts that are known."""
        return {one.dimension.key: one.value for one in self.fields if one.value is not None}

    def set_facts(self, facts: dict[str, FactValue | None]) -> None:
        """Fills the case in, as from the example of a finding."""
        for one in self.fields:
            one.set_value(facts.get(one.dimension.key))
        self.changed.emit(self.facts())

    def _told(self, _key: str, _value: object) -> None:
        self.changed.emit(self.facts())

    def start(self) -> None:
        """Ctrl+T: puts the focus on the first fact."""
        if self.fields:
            self.fields[0].chip.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_answer(self, record: MatrixRecord, answer: Answer | None) -> None:
        """Says what would be decided."""
        self._mark.setVisible(answer is not None)
        for label in (self.targets, self.why):
            label.setVisible(answer is not None)
        if answer is None:
            self.result.setText("")
            self.why.setVisible(True)
            self.why.setText(tr("Say what is known; the triggers that match light up."))
            return
        table = record.policy.table
        if answer.outcome is None:
            self.result.setText(tr("No trigger, and no catch-all"))
        else:
            tier, owner = table.tier_label(answer.outcome.tier), table.owner_label(answer.outcome.owner)
            who = tr("Trigger {number}").format(number=answer.chosen.number) if answer.chosen else tr("Catch-all")
            self.result.setText(f"{who}: {tier}, {owner}")
        self.targets.setText(self._targets(record, answer))
        self.targets.setVisible(bool(self.targets.text()))
        self.why.setText(" ".join(answer.explanation[1:] if answer.chosen else answer.explanation))
        self.why.setVisible(bool(self.why.text()))

    def _targets(self, record: MatrixRecord, answer: Answer) -> str:
        if answer.outcome is None:
            return ""
        policy, facts = record.policy, self.facts()
        parts = {part: policy.part_value(part, facts) for part in USED}
        acknowledge, resolve = (
            span_words(target_of(policy, answer.outcome.target_class, parts, kind))
            for kind in (TimerKind.ACKNOWLEDGE, TimerKind.RESOLVE)
        )
        return tr("Acknowledge in {acknowledge}, resolve in {resolve}").format(acknowledge=acknowledge, resolve=resolve)
