"""What people do with saved examples: keep the case being tried, change one, forget one, try one again."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.services.matrix import mending
from app.services.matrix.cells import FactValue
from app.services.matrix.dimensions import FactError, read_fact
from app.services.matrix.drafts import DraftOperation
from app.services.matrix.examples import (
    ChangeExample,
    ExampleValues,
    RemoveExample,
    SaveExample,
    Verdict,
    plain_facts,
)
from app.views.matrix.columns import tr
from app.views.matrix.example_sheet import ExampleSheet
from app.views.matrix.examples_panel import ExamplesPanel
from app.views.matrix.probe import Probe
from app.views.matrix.store import MatrixStore


class ExampleActs(QObject):
    """Between the panel, the case being tried and the store. `sheet_wanted(make)` opens a sheet over the page."""

    sheet_wanted = Signal(object)

    def __init__(self, store: MatrixStore, probe: Probe, panel: ExamplesPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._store, self._probe, self._panel = store, probe, panel
        store.judged.connect(self._show_verdicts)
        store.probed.connect(self._show_able)
        store.changed.connect(self._show_able)
        panel.save_wanted.connect(self.save)
        panel.tried.connect(self._try)
        panel.changed.connect(self._change)
        panel.removed.connect(self._remove)

    def why_not_save(self) -> str:
        """Why the case being tried cannot be saved; empty where it can."""
        if not self._store.may_write():
            return tr("Only leads save examples.")
        answer = self._store.answer
        return "" if answer is not None and answer.outcome is not None else tr("Say what is known of a case first.")

    def _show_able(self) -> None:
        why = self.why_not_save()
        self._panel.may_save(able=not why, why_not=why)

    def _show_verdicts(self) -> None:
        self._panel.show_verdicts(self._store.verdicts)

    def _try(self, verdict: Verdict) -> None:
        record = self._store.record
        if record is None:
            return
        facts: dict[str, FactValue | None] = {}
        for one in record.policy.table.dimensions:
            try:
                facts[one.key] = read_fact(one, verdict.example.values.facts.get(one.key))
            except FactError:
                facts[one.key] = None  # the list says why it cannot be asked
        self._probe.set_facts(facts)

    def save(self) -> None:
        """Keeps the case being tried, with the tier that it gets now."""
        record, answer = self._store.record, self._store.answer
        if record is None or answer is None or answer.outcome is None:
            return
        values = ExampleValues("", plain_facts(self._probe.facts()), mending.tier_key(record, answer.outcome.tier))

        def keep(kept: ExampleValues) -> None:
            self._edit(tr("Save example {name}").format(name=kept.name), SaveExample(values=kept))

        self._ask(tr("Save this case"), values, keep)

    def _change(self, verdict: Verdict) -> None:
        seen, id_ = verdict.example.values, verdict.example.id

        def keep(kept: ExampleValues) -> None:
            if kept != seen:
                change = ChangeExample(example_id=id_, values=kept, seen=seen)
                self._edit(tr("Change example {name}").format(name=seen.name), change)

        self._ask(tr("Change this example"), seen, keep)

    def _remove(self, verdict: Verdict) -> None:
        seen = verdict.example.values
        self._edit(
            tr("Forget example {name}").format(name=seen.name), RemoveExample(example_id=verdict.example.id, seen=seen)
        )

    def _edit(self, words: str, operation: DraftOperation) -> None:
        self._store.edit(words, lambda _record: (operation,), drafting=False)

    def _ask(self, title: str, values: ExampleValues, keep: Callable[[ExampleValues], None]) -> None:
        record = self._store.record
        if record is None or not self._store.may_write():
            return
        policy = record.policy

        def make(host: QWidget) -> ExampleSheet:
            sheet = ExampleSheet(host, title, policy, values)
            sheet.kept.connect(keep)
            return sheet

        self.sheet_wanted.emit(make)
