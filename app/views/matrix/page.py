"""The Matrix page: the head, the tabs, and beside them the checks and the case being tried."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.services.database.errors import UserError
from app.services.matrix.checks import Check
from app.services.matrix.drafts import EnsureDraft
from app.views.matrix.announcement_acts import AnnouncementActs
from app.views.matrix.checks_panel import ChecksPanel
from app.views.matrix.columns import tr
from app.views.matrix.commands import NEWS, PAGE, REVIEW, with_handlers
from app.views.matrix.coverage_tab import CoverageTab
from app.views.matrix.draft_acts import DraftActs
from app.views.matrix.example_acts import ExampleActs
from app.views.matrix.examples_panel import ExamplesPanel
from app.views.matrix.head import MatrixHead
from app.views.matrix.history_tab import HistoryTab
from app.views.matrix.import_pane import ImportPane
from app.views.matrix.over import PanesOver
from app.views.matrix.path_tab import PathsTab
from app.views.matrix.probe import Probe
from app.views.matrix.proposal_acts import ProposalActs
from app.views.matrix.replay_commands import RUN
from app.views.matrix.review import ReviewPane
from app.views.matrix.start import StartPane
from app.views.matrix.store import MatrixStore
from app.views.matrix.tab import MatrixTab
from app.views.matrix.targets_tab import TargetsTab
from app.views.matrix.tiers_tab import TiersTab
from app.views.matrix.triggers_tab import TriggersTab
from app.views.shell.actions import Command
from app.views.shell.context import Desk
from app.views.shell.page import Hint, Page
from app.views.theme.announce import announce
from app.views.theme.cards import Divider, Surface
from app.views.theme.current import theme
from app.views.theme.empty import ErrorState
from app.views.theme.paint import px
from app.views.theme.sheet import Sheet
from app.views.theme.skeleton import Skeleton, grid_bones

SIDE_WIDTH, LEAST_SIDE = 322, 260
ROOMY = 900
"""Pixels at 100 % text below which there is no room for the side."""


class MatrixPage(Page):
    """Where leads write the policy."""

    key = PAGE

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.store = MatrixStore(desk, self)
        self.announcements = AnnouncementActs(desk, self)
        self.triggers = TriggersTab(self.store)
        self.paths = PathsTab(self.store)
        self.targets = TargetsTab(self.store)
        self.tiers = TiersTab(self.store)
        self.coverage = CoverageTab(self.store)
        self.history = HistoryTab(self.store, self.announcements)
        self.all_tabs: tuple[MatrixTab, ...] = (
            self.triggers, self.paths, self.targets, self.tiers, self.coverage, self.history,
        )  # fmt: skip
        self.head = MatrixHead([(tab.title, tab.icon) for tab in self.all_tabs])
        self.checks, self.probe, self.examples = ChecksPanel(), Probe(), ExamplesPanel()
        self.proposals = ProposalActs(self.store, self)
        self.example_acts = ExampleActs(self.store, self.probe, self.examples, self)
        self.start = StartPane()
        self.drafts = DraftActs(self.store, self.start, self)
        self.skeleton = Skeleton(grid_bones, tr("The matrix is being read."))
        self._finding = -1
        self._roomy = self._side_wanted = True
        self._sheet: Sheet | None = None
        self._review_wanted = False
        self._build()
        self._connect()
        self._undo_changed()
        self._tab(0)
        theme.changed.connect(self._fit_side)

    # --- building

    def _build(self) -> None:
        self.tabs = QStackedWidget()
        for tab in self.all_tabs:
            self.tabs.addWidget(tab)
        self.body = QStackedWidget()
        self.trouble = QWidget()
        QVBoxLayout(self.trouble)
        for widget in (self.skeleton, self.tabs, self.start, self.trouble):
            self.body.addWidget(widget)
        left = Surface("surface")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addWidget(self.body, 1)
        self.side = self._make_side()
        self.split = QSplitter(Qt.Orientation.Horizontal, self)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(left)
        self.split.addWidget(self.side)
        self.split.setStretchFactor(0, 1)
        self.split.setSizes([1200, SIDE_WIDTH])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self.over = PanesOver(self.store, self.split, self)
        self.review_pane, self.import_pane = self.over.review_pane, self.over.import_pane
        whole.addWidget(self.over)

    def _make_side(self) -> QWidget:
        side = Surface("subtle", lines="l", line="border2")
        outer = QVBoxLayout(side)
        outer.setContentsMargins(1, 0, 0, 0)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.viewport().setAutoFillBackground(False)
        inner = QWidget()
        inner.setAutoFillBackground(False)
        column = QVBoxLayout(inner)
        column.setContentsMargins(17, 15, 18, 16)
        column.setSpacing(14)
        above, below = (self.checks, Divider(ink="border2"), self.probe), (Divider(ink="border2"), self.examples)
        self._common = (*above, *below)
        for widget in (*above, *(tab.side for tab in self.all_tabs if tab.side is not None), *below):
            column.addWidget(widget)
        column.addStretch(1)
        scroll.setWidget(inner)
        inner.setAutoFillBackground(False)
        outer.addWidget(scroll)
        return side

    def _connect(self) -> None:
        store = self.store
        store.changed.connect(self._show)
        store.checked.connect(self._show_checks)
        store.probed.connect(self._show_answer)
        store.failed.connect(self._fail)
        store.undo.indexChanged.connect(self._undo_changed)
        self.head.undo.clicked.connect(partial(self._plain, store.undo.undo))
        self.head.redo.clicked.connect(partial(self._plain, store.undo.redo))
        self.head.replay.clicked.connect(partial(self._plain, partial(self.desk.actions.run, RUN)))
        self.head.review.clicked.connect(partial(self._plain, self._next_act))
        self.head.tabs.currentChanged.connect(self._tab)
        self.history.draft_made.connect(partial(self.go_tab, "triggers"))
        self.review_pane.finding_wanted.connect(self.show_check)
        self.review_pane.replay_wanted.connect(partial(self.desk.actions.run, RUN))
        self.review_pane.said.connect(self._say_status)
        self.import_pane.said.connect(self._say_status)
        self.over.turned.connect(self._turned)
        self.over.taken_in.connect(partial(self.go_tab, self.triggers.key))
        self.checks.chosen.connect(self.show_check)
        self.checks.mended.connect(self._mend)
        self.checks.example_wanted.connect(self._try_example)
        self.probe.changed.connect(store.probe)
        self.proposals.changed.connect(self._show)
        for acts in (self.example_acts, self.announcements, self.proposals, self.drafts):
            acts.sheet_wanted.connect(self._open)
        for tab in self.all_tabs:
            tab.said.connect(self._say_status)
            tab.sheet_wanted.connect(self._open)
            tab.place_wanted.connect(self.go_to)
        self.triggers.grid.targets_wanted.connect(partial(self.go_tab, "targets"))
        self.skeleton.cancelled.connect(self.skeleton.stop)

    def _next_act(self) -> None:
        """Leads begin a draft and publish it, everybody else proposes."""
        record = self.store.record
        if self.store.leads() and record is not None and not record.is_draft:
            self.store.act(EnsureDraft())
        elif self.store.leads():
            self.review()
        else:
            self.proposals.go_on()

    def _plain(self, act: Callable[[], object], _checked: bool = False) -> None:
        act()

    # --- what a page answers

    @property
    def title(self) -> str:
        return tr("Matrix")

    @property
    def primary(self) -> str | None:
        drafted = self.store.record is not None and self.store.record.is_draft
        return REVIEW if drafted and self.store.leads() else None

    def commands(self) -> Sequence[Command]:
        acts: dict[str, Callable[[], None]] = {
            "matrix.next": partial(self.step, 1),
            "matrix.previous": partial(self.step, -1),
            "matrix.mend": self.mend_current,
            "matrix.try": self._try,
            "matrix.side": self.swap_side,
            "matrix.import": self.open_import,
            NEWS: self.announcements.open_next,
            "matrix.propose": self.proposals.go_on,
            "matrix.propose.drop": self.proposals.drop,
            "matrix.proposals": self.proposals.open_list,
            "matrix.example": self.example_acts.save,
            "matrix.grow": self.drafts.grow,
            REVIEW: self.review,
            "matrix.discard": self.drafts.discard,
        }
        of_tabs = {name for tab in self.all_tabs for name in tab.handlers()}
        handlers: dict[str, Callable[[], None]] = {**acts, **{name: partial(self._by_tab, name) for name in of_tabs}}
        writes = {name for tab in self.all_tabs for name in tab.writes}
        reasons: dict[str, Callable[[], str]] = dict.fromkeys({*writes, "matrix.grow"}, self._why_no_edit)
        reasons["matrix.propose"] = self.proposals.why_not_start
        reasons["matrix.propose.drop"] = self._why_no_proposal
        reasons["matrix.import"] = self._why_no_edit
        reasons["matrix.example"] = self.example_acts.why_not_save
        reasons[REVIEW] = reasons["matrix.discard"] = self._why_no_draft
        return with_handlers(handlers, reasons)

    def _by_tab(self, name: str) -> None:
        """A command means what the tab in front makes of it; some lead to a tab of their own."""
        if self.pane_over is not None:
            return
        front = self.tab
        owner = front if name in front.handlers() else next((t for t in self.all_tabs if name in t.anywhere), None)
        if owner is not None:
            self.go_tab(owner.key)
            owner.handlers()[name]()

    def _why_no_edit(self) -> str:
        if self.store.record is None:
            return tr("There is no matrix yet.")
        return "" if self._may() else tr("Only leads change the matrix.")

    def _why_no_draft(self) -> str:
        if self.pane_over is self.import_pane:
            return ""
        if self.store.record is None or not self.store.record.is_draft:
            return tr("There is no draft.")
        return "" if self.store.leads() else tr("Only leads publish.")

    def _why_no_proposal(self) -> str:
        return "" if self.store.proposing else tr("You have not begun a proposal.")

    def _may(self) -> bool:
        return self.store.may_write()

    @property
    def tab(self) -> MatrixTab:
        """The tab in front."""
        return self.all_tabs[self.tabs.currentIndex()]

    @property
    def in_review(self) -> bool:
        """Whether the review stands over the tabs."""
        return self.over.pane is self.review_pane

    @property
    def pane_over(self) -> ReviewPane | ImportPane | None:
        """What stands over the tabs."""
        return self.over.pane

    def status_hints(self) -> Sequence[Hint]:
        if self.pane_over is not None:
            return self.pane_over.hints()
        return self.tab.hints() if self.store.record is not None else ()

    def panes(self) -> Sequence[QWidget]:
        if self.pane_over is not None:
            return self.pane_over.panes()
        return (self.head.tabs, *self.tab.panes(), self.checks, self.probe)

    def search_here(self) -> None:
        self.tab.search_here()

    def shown(self) -> None:
        self.desk.undo.setActiveStack(self.store.undo)
        if not self.store.loaded:
            self.body.setCurrentWidget(self.skeleton)
            self.skeleton.start()
        self.store.load()

    def hidden(self) -> None:
        self.store.end()
        self.store.undo.setActive(False)

    def go_to(self, target: str) -> None:
        """``trigger 9`` by its number, ``path money`` by its key, ``announcement ID`` to read, or a tab by its key."""
        noun, _, name = target.partition(" ")
        if noun == "announcement":
            self.announcements.open(name)
            return
        if target == "proposals":
            self.proposals.open_list()
            return
        if target == "review":
            self._review_wanted = self.store.record is None
            self.review()
            return
        tab = next((one for one in self.all_tabs if name and one.noun == noun), None)
        self.go_tab(tab.key if tab is not None else target)
        if tab is not None:
            tab.go(name)

    def remembered(self) -> Mapping[str, Any]:
        return {"side": self.split.sizes(), "path": self.triggers.split.sizes()}

    def remember(self, kept: Mapping[str, Any]) -> None:
        for name, split in (("side", self.split), ("path", self.triggers.split)):
            sizes = kept.get(name)
            if isinstance(sizes, list) and len(sizes) == split.count():
                split.setSizes([int(one) for one in sizes])

    # --- the side

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_side()

    def _fit_side(self) -> None:
        """In a narrow window, or with large text, the side steps back until it is asked for."""
        roomy = self.width() >= px(ROOMY)
        if roomy != self._roomy:
            self._roomy, self._side_wanted = roomy, roomy
        self.side.setMinimumWidth(round(px(LEAST_SIDE)))
        self.side.setVisible(self._side_wanted and self.store.record is not None)

    def swap_side(self) -> None:
        """Ctrl+I: shows or hides the checks, the case and the examples."""
        self._side_wanted = not self._side_wanted
        self._fit_side()

    def _try(self) -> None:
        self._side_wanted = True
        self._fit_side()
        self.probe.start()

    def sizeHint(self) -> QSize:
        return QSize(1200, 800)

    # --- showing

    def _show(self) -> None:
        record = self.store.record
        self.skeleton.stop()
        self.head.show_record(record)
        self._fit_side()
        if record is not None and not self.store.leads():
            self.head.show_proposal(len(self.store.suggestion()) if self.store.proposing else None)
        self.body.setCurrentWidget(self.start if record is None else self.tabs)
        if record is not None:
            self.probe.show_dimensions(record.policy.table.dimensions)
            for tab in self.all_tabs:
                tab.show_record(record)
        if self._review_wanted:
            self._review_wanted = False
            self.review()
        if self.in_review and (record is None or not record.is_draft):
            self.over.leave()
        self._say_status()
        self.hints_changed.emit()

    def _show_checks(self) -> None:
        self.checks.show_report(self.store.report, stale=self.store.stale)

    def _show_answer(self) -> None:
        if self.store.record is not None:
            self.probe.show_answer(self.store.record, self.store.answer)

    def _say_status(self) -> None:
        told = (self.pane_over or self.tab).status()
        self.status_text.emit(told if self.store.record is not None else "")

    def _fail(self, error: UserError) -> None:
        self.skeleton.stop()
        layout = self.trouble.layout()
        while layout is not None and layout.count():
            item = layout.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.deleteLater()
        state = ErrorState(error.what, error.mend, actions=[(tr("Try again"), self.store.load)])
        if layout is not None:
            layout.addWidget(state)
        self.body.setCurrentWidget(self.trouble)

    def _tab(self, place: int) -> None:
        self.tabs.setCurrentIndex(place)
        front = self.tab
        for tab in self.all_tabs:
            if tab.side is not None:
                tab.side.setVisible(tab is front)
        for widget in self._common:
            widget.setVisible(not front.side_alone)
        if self.store.record is not None:
            front.entered()
        self._say_status()
        self.hints_changed.emit()

    def go_tab(self, key: str) -> None:
        """Shows a tab."""
        keys = [tab.key for tab in self.all_tabs]
        self.over.leave()
        if key in keys:
            self.head.tabs.setCurrentIndex(keys.index(key))

    # --- findings

    def _tab_of(self, check: Check) -> MatrixTab:
        """Where a finding shows; the triggers show whatever no other tab does."""
        others = (tab for tab in self.all_tabs if tab is not self.triggers)
        return next((tab for tab in others if tab.shows(check, in_front=tab is self.tab)), self.triggers)

    def show_check(self, check: Check) -> None:
        """Puts the cursor where a finding is, and says it."""
        tab = self._tab_of(check)
        self.go_tab(tab.key)
        tab.show_check(check)
        if check in self.store.report.checks:
            self._finding = self.store.report.checks.index(check)
        announce(self, f"{check.title}. {check.text}")

    def _mend(self, check: Check, number: int) -> None:
        self._tab_of(check).mend(check, number)

    def step(self, by: int) -> None:
        """F8 and Shift+F8: from one finding to the next, round and round."""
        if self.pane_over is self.import_pane:
            self.import_pane.table.go_next()
            return
        checks = self.store.report.checks
        if checks:
            start = self._finding if self._finding >= 0 or by > 0 else 0
            self.show_check(checks[(start + by) % len(checks)])

    def mend_current(self) -> None:
        """Does the first mend of the finding shown last."""
        checks = self.store.report.checks
        if 0 <= self._finding < len(checks):
            self._mend(checks[self._finding], 0)

    def _try_example(self, check: Check) -> None:
        self.probe.set_facts(dict(check.example or {}))
        self.desk.stage.step_done("lead.example")

    # --- acts on the whole draft

    def _undo_changed(self, _place: int = 0) -> None:
        undo = self.store.undo
        for button, able, words in (
            (self.head.undo, undo.canUndo(), tr("Undo {what}").format(what=undo.undoText())),
            (self.head.redo, undo.canRedo(), tr("Redo {what}").format(what=undo.redoText())),
        ):
            button.setEnabled(able)
            button.setToolTip(words if able else "")

    def _open(self, make: Callable[[QWidget], Sheet]) -> None:
        """One sheet at a time."""
        if self._sheet is not None:
            self._sheet.dismiss()
        self._sheet = make(self)
        self._sheet.closed.connect(self._sheet_closed)
        self._sheet.open_sheet()

    def _sheet_closed(self) -> None:
        if self._sheet is not None:
            self._sheet.deleteLater()
            self._sheet = None

    def review(self) -> None:
        """Opens review and publish; there it publishes."""
        record = self.store.record
        if self.over.go_on() or record is None or not record.is_draft:
            return
        if self._sheet is not None:
            self._sheet.dismiss()
        self.over.open_review()

    def open_import(self, path: str = "") -> None:
        """Opens the page that imports a spreadsheet; without a path it asks for a file."""
        self.over.open_import(path)

    def _turned(self) -> None:
        """Another pane is in front, or none."""
        if self.pane_over is None:
            self.tab.panes()[0].setFocus()
        self._say_status()
        self.hints_changed.emit()
