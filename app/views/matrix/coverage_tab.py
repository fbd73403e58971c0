"""The tab Coverage map: who decides where two dimensions cross, and who is on duty for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.services.database.errors import UserError
from app.services.matrix.checks import Check
from app.services.matrix.coverage.groups import Places
from app.services.matrix.coverage.mapping import Question, default_third
from app.services.matrix.coverage.reach import cells_of
from app.services.matrix.page import MatrixRecord
from app.views.matrix.columns import tr
from app.views.matrix.coverage_bar import CoverageBar
from app.views.matrix.coverage_duty_pane import DutyPane
from app.views.matrix.coverage_incidents import IncidentSheet
from app.views.matrix.coverage_legend import CoverageLegend
from app.views.matrix.coverage_map import CoverageMap
from app.views.matrix.coverage_mends import ask_next, pass_on
from app.views.matrix.coverage_side import CoverageSide
from app.views.matrix.coverage_store import CoverageStore
from app.views.matrix.coverage_words import place_words
from app.views.matrix.store import MatrixStore
from app.views.matrix.tab import MatrixTab
from app.views.shell.page import Hint
from app.views.theme.cards import Surface
from app.views.theme.current import theme
from app.views.theme.empty import EmptyState, ErrorState
from app.views.theme.sheet import Sheet
from app.views.theme.skeleton import Skeleton, card_bones

SHOW, TRIGGERS, INCIDENTS = "matrix.coverage", "matrix.coverage.triggers", "matrix.coverage.incidents"
SWAP, DUTY = "matrix.coverage.swap", "matrix.coverage.duty"


class CoverageTab(MatrixTab):
    """Read only, but for what mends a gap or a hole."""

    key, icon, noun = "coverage", "layers", "cell"
    side_alone = True
    anywhere = frozenset({SHOW})

    def __init__(self, store: MatrixStore, parent: QWidget | None = None) -> None:
        super().__init__(store, parent)
        self.coverage = CoverageStore(store, self)
        self.side = self.panel = CoverageSide()
        self.bar, self.map, self.legend, self.duty = CoverageBar(), CoverageMap(), CoverageLegend(), DutyPane()
        self.skeleton = Skeleton(card_bones, tr("The map is being worked out."))
        self.body = QStackedWidget()
        self.other = Surface("surface")
        QVBoxLayout(self.other)
        self._front = False
        self._build()
        self._connect()

    def _build(self) -> None:
        upper = Surface("surface")
        column = QVBoxLayout(upper)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(0)
        column.addWidget(self.bar)
        inset = QHBoxLayout()
        inset.setContentsMargins(20, 0, 20, 0)
        inset.addWidget(self.map)
        column.addLayout(inset, 1)
        column.addWidget(self.legend)
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(upper)
        self.split.addWidget(self.duty)
        self.split.setStretchFactor(0, 1)
        self.split.setSizes([470, 370])
        self.whole = QScrollArea()
        self.whole.setFrameShape(QFrame.Shape.NoFrame)
        self.whole.setWidgetResizable(True)
        self.whole.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.whole.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.whole.setWidget(self.split)
        for widget in (self.skeleton, self.whole, self.other):
            self.body.addWidget(widget)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.body)

    def _connect(self) -> None:
        store = self.coverage
        store.changed.connect(self._show)
        store.moved.connect(self._show_cell)
        store.covered.connect(lambda: self.duty.show_strip(store))
        store.failed.connect(self._fail)
        self.store.checked.connect(self._checked)
        theme.changed.connect(self._show_cell)
        self.bar.asked.connect(store.ask)
        self.bar.counted.connect(store.count)
        self.bar.swap_wanted.connect(store.swap)
        self.map.chosen.connect(store.choose)
        self.map.opened.connect(self.open_incidents)
        self.map.entered_cell.connect(self.show_triggers)
        self.legend.total.clicked.connect(lambda _on=False: self.open_all())
        self.panel.opened.connect(self.open_incidents)
        self.panel.mended.connect(self._mend)
        self.panel.triggers_wanted.connect(self._go_triggers)
        self.panel.incidents_wanted.connect(self.map.open_cell)
        self.panel.rows_wanted.connect(self.use_as_rows)
        self.duty.asked.connect(lambda hole: ask_next(self.store, hole))
        self.duty.passed.connect(lambda hole: pass_on(self.store, hole))
        self.duty.month_wanted.connect(lambda month: store.look_ahead(month=month))

    # --- what a tab answers

    @property
    def title(self) -> str:
        return tr("Coverage map")

    def status(self) -> str:
        """How many cells there are, and how many have a gap."""
        found = self.coverage.found
        if found is None:
            return ""
        cells = [cell for line in found.cells for cell in line]
        gaps = sum(one.has_gap for one in cells)
        words = tr("{number} cells, {gaps} with a gap").format(number=len(cells), gaps=gaps)
        return words if gaps else tr("{number} cells, none with a gap").format(number=len(cells))

    def hints(self) -> Sequence[Hint]:
        return (
            Hint("← ↑ ↓ →", tr("Cell")),
            Hint("Enter", tr("Show triggers")),
            Hint("F8", tr("Next problem")),
        )

    def panes(self) -> Sequence[QWidget]:
        return (self.bar.rows, self.map, self.duty.strip, self.panel.triggers)

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        return {
            SHOW: self.map.setFocus,
            TRIGGERS: self.show_triggers,
            INCIDENTS: self.map.open_cell,
            SWAP: self.coverage.swap,
            DUTY: self._other_span,
        }

    def show_record(self, record: MatrixRecord) -> None:
        self.coverage.look(shown=self.isVisible())

    def entered(self) -> None:
        """Comes to the front: now the map is worked out."""
        if self.coverage.found is None:
            self.skeleton.start()
            self.body.setCurrentWidget(self.skeleton)
        self.coverage.look(shown=True)

    def go(self, name: str) -> None:
        """A cell by the names of its row and column, ``High, Payments``."""
        found = self.coverage.found
        for row, one in enumerate(found.rows if found is not None else ()):
            for column, other in enumerate(found.columns if found is not None else ()):
                if place_words(one, other) == name:
                    self.map.go(row, column)

    def shows(self, check: Check, *, in_front: bool) -> bool:
        """While people look at the map, a gap or a masked trigger is shown in the first cell that it is in."""
        return in_front and self._cell_of(check) is not None

    def show_check(self, check: Check) -> None:
        place = self._cell_of(check)
        if place is not None:
            self.map.go(*place)
            self.map.setFocus()

    def _cell_of(self, check: Check) -> tuple[int, int] | None:
        found, policy = self.coverage.found, self.coverage.policy
        if found is None or policy is None:
            return None
        return next(cells_of(found, policy.table, check), None)

    # --- showing

    def _show(self) -> None:
        record = self.store.record
        self.skeleton.stop()
        if record is None:
            return
        if self.coverage.question is None:
            self._show_other(self._nothing(record))
            self.panel.show_cell(self.coverage, record, self.store.report)
            return
        self.body.setCurrentWidget(self.whole)
        self.bar.show_store(self.coverage, record.policy.table)
        self.map.show_map(self.coverage, self.store.report.checks)
        self.legend.show_store(self.coverage)
        self._show_cell()
        self.said.emit()

    def _show_cell(self) -> None:
        if self.store.record is not None and self.coverage.found is not None:
            self.map.go(*self.coverage.cell)
            self.panel.show_cell(self.coverage, self.store.record, self.store.report)
            self.duty.show_cell(self.coverage)
            self.said.emit()

    def _checked(self) -> None:
        if self.isVisible() and self.coverage.found is not None and not self.store.stale:
            self.map.show_map(self.coverage, self.store.report.checks)
            self._show_cell()

    def _show_other(self, widget: QWidget) -> None:
        layout = self.other.layout()
        while layout is not None and (item := layout.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        if layout is not None:
            layout.addWidget(widget)
        self.body.setCurrentWidget(self.other)

    def _nothing(self, record: MatrixRecord) -> QWidget:
        """Why there is no map."""
        if not record.policy.table.dimensions:
            title, text = (
                tr("There are no dimensions yet"),
                tr("A map crosses two of them, such as severity and product."),
            )
        else:
            only = record.policy.table.dimensions[0].label
            title = tr("There is only one dimension")
            text = tr("A map crosses two. Add another one beside {name} to see who decides where.").format(name=only)
        act = (tr("Go to the triggers"), lambda: self.place_wanted.emit("triggers"))
        return EmptyState(title, text, icon="layers", action=act)

    def _fail(self, error: UserError) -> None:
        self.skeleton.stop()
        if self.coverage.found is None:
            again = (tr("Try again"), lambda: self.coverage.look(shown=True))
            self._show_other(ErrorState(error.what, error.mend, actions=[again]))
        else:
            self.store.desk.stage.refuse(error)

    # --- acts

    def show_triggers(self) -> None:
        """The triggers behind the chosen cell, in their own tab."""
        self._go_triggers(self.panel.numbers)

    def _go_triggers(self, numbers: Sequence[int]) -> None:
        if numbers:
            self.place_wanted.emit("trigger " + ",".join(map(str, numbers)))

    def open_all(self) -> None:
        """Every incident of the map."""
        self.open_incidents(tr("All incidents of the map"), self.coverage.cases(None, None))

    def open_incidents(self, words: str, cases: Places) -> None:
        """Lists the incidents behind a number."""
        past, found, policy = self.coverage.past, self.coverage.found, self.coverage.policy
        if past is None or found is None or policy is None:
            return

        def make(host: QWidget) -> Sheet:
            return IncidentSheet(host, self.store.desk, words, past, found, policy, cases)

        self.sheet_wanted.emit(make)

    def use_as_rows(self) -> None:
        """The dimension that the side panel spreads a cell by becomes the rows."""
        question, record = self.coverage.question, self.store.record
        if question is not None and question.third is not None and record is not None:
            table = record.policy.table
            third = question.rows or default_third(table, question.third, question.columns)
            self.coverage.ask(Question(question.third, question.columns, third))

    def _other_span(self) -> None:
        self.duty.span.set_current(0 if self.coverage.month else 1)

    def _mend(self, check: Check, number: int) -> None:
        self.mend(check, number)
