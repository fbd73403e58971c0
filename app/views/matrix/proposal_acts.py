"""What people do with proposals: try a change in the grid without writing it, send it, answer those of others."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.models.enums import ProposalState
from app.services.database.errors import UserError
from app.services.matrix.drafts import EnsureDraft
from app.services.matrix.suggesting import difference_of, operations_of
from app.services.proposals import AcceptProposal, AnswerProposal, ProposalRecord, Propose, list_proposals
from app.views.matrix.columns import tr
from app.views.matrix.proposal_sheets import ProposalSheet, ProposalsSheet, Shown
from app.views.matrix.store import MatrixStore
from app.views.theme.times import Times, zone_of

TABLES = frozenset({"proposals"})
MOST_SHOWN = 40


class ProposalActs(QObject):
    """`sheet_wanted(make)` opens a sheet over the page; `changed()` tells that proposing began or ended."""

    sheet_wanted = Signal(object)
    changed = Signal()

    def __init__(self, store: MatrixStore, parent: QObject) -> None:
        super().__init__(parent)
        self._store, self._desk = store, store.desk
        self._sheet: ProposalsSheet | None = None
        self._desk.feed.changed.connect(self._told)

    # --- one's own

    def why_not_start(self) -> str:
        """Why nothing can be proposed in the grid; empty where it can."""
        if self._store.record is None:
            return tr("There is no matrix yet.")
        if self._store.leads():
            return tr("You may change the draft itself.")
        return ""

    def go_on(self) -> None:
        """Starts a proposal, or sends the one that was started."""
        if not self._store.proposing:
            self._store.start_proposal()
            self._desk.stage.toast(tr("Change triggers as you wish. Nothing is written until you propose it."))
            self.changed.emit()
            return
        base = self._store.base
        if base is None:
            return
        suggestion = self._store.suggestion()
        changes = difference_of(suggestion, base).triggers

        def make(host: QWidget) -> ProposalSheet:
            what = changes[0].summary if len(changes) == 1 else ""
            sheet = ProposalSheet(host, changes, what)

            def send(what: str, why: str) -> None:
                operation = Propose(what=what, reason=why, changes=tuple(suggestion))
                self._desk.tasks.act(self, operation, done=sent, failed=self._refused)

            def sent(_applied: Any) -> None:
                sheet.dismiss()
                self.drop()
                self._desk.stage.toast(tr("Proposed. You will hear from a lead."))

            sheet.sent.connect(send)
            return sheet

        self.sheet_wanted.emit(make)

    def drop(self) -> None:
        """Shows the matrix as it stands again."""
        if self._store.proposing:
            self._store.end_proposal()
            self.changed.emit()

    # --- those of others

    def open_list(self) -> None:
        """All proposals, for leads with what to do about each."""

        def make(host: QWidget) -> ProposalsSheet:
            sheet = ProposalsSheet(host)
            sheet.accepted.connect(self._accept)
            sheet.answered.connect(self._answer)
            sheet.closed.connect(self._closed)
            self._sheet = sheet
            return sheet

        def known(records: tuple[ProposalRecord, ...]) -> None:
            self.sheet_wanted.emit(make)
            self._show(records)

        self._desk.tasks.read(self, "proposals", list_proposals, done=known, failed=self._refused)

    def _closed(self) -> None:
        self._sheet = None

    def _told(self, changes: Any) -> None:
        if self._sheet is not None and (changes.reload or changes.tables & TABLES):
            self._desk.tasks.read(self, "proposals", list_proposals, done=self._show, failed=self._refused)

    def _show(self, records: tuple[ProposalRecord, ...]) -> None:
        record = self._store.record
        if self._sheet is None or record is None:
            return
        ordered = sorted(records, key=lambda one: one.state is not ProposalState.OPEN)[:MOST_SHOWN]
        shown = [Shown(one, difference_of(one.changes if _waits(one) else (), record)) for one in ordered]
        actor = self._desk.actor
        times = Times(zone_of(actor.time_zone if actor else None))
        self._sheet.show_proposals(shown, times, self._desk.now(), leads=self._store.leads())

    def _accept(self, proposal: ProposalRecord) -> None:
        """Its edits go into the draft as one that can be undone; then its author hears of it."""

        def ready(applied: Any) -> None:
            accept = AcceptProposal(proposal_id=proposal.id, version_id=applied.result["version_id"])
            self._desk.tasks.act(self, accept, done=accepted, failed=self._refused)

        def accepted(_applied: Any) -> None:
            words = tr("Proposal of {name}").format(name=proposal.made_by)
            self._store.edit(words, lambda record: operations_of(proposal.changes, record))
            self._desk.stage.toast(tr("Taken into the draft"))

        self._desk.tasks.act(self, EnsureDraft(), done=ready, failed=self._refused)

    def _answer(self, proposal: ProposalRecord, words: str) -> None:
        self._desk.tasks.act(self, AnswerProposal(proposal_id=proposal.id, words=words), failed=self._refused)

    def _refused(self, error: UserError) -> None:
        self._desk.stage.refuse(error)


def _waits(one: ProposalRecord) -> bool:
    return one.state is ProposalState.OPEN
