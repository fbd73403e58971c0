"""One saved example: what it is called, what is known of it, and the tier it must get."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.services.matrix.dimensions import FactError, read_fact
from app.services.matrix.examples import LONGEST_NAME, ExampleValues
from app.services.matrix.policy import Policy
from app.services.matrix.writing import value_words
from app.views.matrix.columns import tr
from app.views.theme import tokens as t
from app.views.theme.buttons import Button
from app.views.theme.fields import ComboField, FieldFrame
from app.views.theme.labels import Label
from app.views.theme.sheet import Sheet


def facts_words(policy: Policy, values: ExampleValues) -> str:
    """The facts of an example in words, in the order of the columns: ``S2, Business, Payments, €14,200``."""
    words = []
    for one in policy.table.dimensions:
        try:
            value = read_fact(one, values.facts.get(one.key))
        except FactError:
            words.append(str(values.facts.get(one.key)))
            continue
        if value is not None:
            words.append(value_words(value, one))
    return ", ".join(words)


class ExampleSheet(Sheet):
    """`kept(values)` on Keep."""

    kept = Signal(object)

    def __init__(self, host: QWidget, title: str, policy: Policy, values: ExampleValues) -> None:
        super().__init__(host, title, width=520)
        self._values = values
        self.name = QLineEdit(values.name)
        self.name.setMaxLength(LONGEST_NAME)
        self.name.selectAll()
        self.frame = FieldFrame(
            tr("What happened"), self.name, hint=tr("A few words: VIP tweet at night."), required=True
        )
        self.body.addWidget(self.frame)
        self.facts = Label(facts_words(policy, values), t.BODY, t.MEDIUM, "text", wrap=True)
        self.body.addWidget(self.facts)
        self.tier = ComboField(name=tr("Tier it must get"))
        for one in policy.tiers:
            self.tier.addItem(one.name, one.key)
        self.tier.setCurrentIndex(max(0, self.tier.findData(values.tier)))
        hint = tr("A draft that answers otherwise is published only with a written reason.")
        self.body.addWidget(FieldFrame(tr("Tier it must get"), self.tier, hint=hint))
        keep = Button(tr("Keep"), key="Ctrl ↵")
        keep.clicked.connect(self._keep)
        self.add_foot(keep, primary=True)
        self.name.returnPressed.connect(self._keep)

    def _keep(self, _checked: bool = False) -> None:
        name = " ".join(self.name.text().split())
        if not name:
            self.frame.set_error(tr("Say in a few words what happened."))
            self.name.setFocus()
            return
        self.dismiss()
        self.kept.emit(replace(self._values, name=name, tier=str(self.tier.currentData())))
