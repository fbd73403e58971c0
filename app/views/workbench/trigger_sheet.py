"""Why this tier: what the matrix answered when the incident was opened, and which facts it did not know."""

from __future__ import annotations

from collections.abc import Callable

from app.services.incidents.case_records import Case
from app.views.shell.context import Desk
from app.views.theme import tokens as t
from app.views.theme.banner import plain_call
from app.views.theme.buttons import Button
from app.views.theme.cards import Card
from app.views.theme.labels import Label, SectionTitle
from app.views.theme.sheet import Sheet
from app.views.workbench.inspector_rows import FactRow
from app.views.workbench.words import joined


class TriggerSheet(Sheet):
    """The explanation sentence by sentence, then each fact."""

    def __init__(self, desk: Desk, case: Case, go_to_matrix: Callable[[str], None]) -> None:
        below = f"INC-{case.number}  {case.title}"
        super().__init__(desk.stage.area, self.tr("Why {tier}").format(tier=case.tier_name), below, width=560)
        card = Card(fill="accent_tint" if case.covered else "crit_tint", line="", margin=14, spacing=4)
        card.body.addWidget(Label(self._head(case), t.H3, t.SEMIBOLD, wrap=True))
        for line in case.explanation:
            card.body.addWidget(Label(line, t.BODY, ink="text2", wrap=True))
        self.body.addWidget(card)
        missing = [fact for fact in case.facts if not fact.words]
        known = SectionTitle(self.tr("Facts"))
        self.body.addWidget(known)
        if missing:
            known.set_extra(self.tr("{count} not known").format(count=len(missing)))
        for fact in case.facts:
            self.body.addWidget(FactRow(fact.label, fact.words or self.tr("not known")))
        if missing:
            words = self.tr("A fact that is not known meets only cells that say Any.")
            self.body.addWidget(Label(words, t.SMALL, ink="text3", wrap=True))
        if case.trigger:
            open_it = Button(self.tr("Open trigger {number}").format(number=case.trigger), icon="table-properties")
            open_it.clicked.connect(plain_call(self.dismiss))
            open_it.clicked.connect(lambda _checked=False: go_to_matrix(f"trigger {case.trigger}"))
            self.add_foot(open_it)
        close = Button(self.tr("Close"), key="Esc")
        close.clicked.connect(plain_call(self.dismiss))
        self.add_foot(close)
        self.first = close
        if case.version is not None:
            self.set_note(self.tr("Matrix version {number}").format(number=case.version), "file-clock")
        self.closed.connect(self.deleteLater)

    def _head(self, case: Case) -> str:
        trigger = (
            self.tr("Trigger {number}").format(number=case.trigger) if case.trigger
            else self.tr("No trigger covers this")
        )  # fmt: skip
        entry = next((band for band in case.bands if band.entered_at is not None), None)
        start = joined(entry.name, entry.owner, by=", ") if entry else ""
        path = self.tr("path {path}").format(path=case.path) if case.path else ""
        return joined(trigger, joined(start, path, by=", "), by=" → ")
