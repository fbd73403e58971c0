"""The replay page: past incidents decided again by the draft and by the version in force."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.services.matrix.files import write_text
from app.services.matrix.replay.numbers import number_rows
from app.services.matrix.replay.replay import Places, Replay
from app.services.matrix.replay.replay_words import version_words
from app.services.matrix.spreadsheet.writing import to_csv
from app.views.matrix.columns import tr
from app.views.matrix.replay_charts import AlertsView, TriggersView
from app.views.matrix.replay_commands import BACK, EXPORT, NUMBERS, PAGE, RUN, with_handlers
from app.views.matrix.replay_findings import Findings
from app.views.matrix.replay_flow import FlowView
from app.views.matrix.replay_head import ReplayHead
from app.views.matrix.replay_numbers import NumbersView
from app.views.matrix.replay_store import PERIODS, ReplayStore, State
from app.views.matrix.replay_table import MOST_SHOWN, CaseModel, NumberModel, Rows
from app.views.shell.actions import Command
from app.views.shell.context import Desk
from app.views.shell.page import Hint, Page
from app.views.theme import tokens as t
from app.views.theme.announce import announce
from app.views.theme.cards import Divider, Surface
from app.views.theme.empty import EmptyState, ErrorState
from app.views.theme.labels import ElidedLabel, Label
from app.views.theme.skeleton import Skeleton, card_bones
from app.views.theme.strips import Segments


class ReplayPage(Page):
    """What the draft would have changed. Nothing here changes anything."""

    key = PAGE

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.store = ReplayStore(desk, self)
        self.head = ReplayHead()
        self.skeleton = Skeleton(card_bones, tr("Past incidents are decided again."))
        self.tier = FlowView(tr("Tier it starts at"), ranked=True)
        self.owner = FlowView(tr("First owner"))
        self.target_class = FlowView(tr("Target class"))
        self.alerts, self.triggers, self.findings = AlertsView(), TriggersView(), Findings()
        self.cases, self.numbers = CaseModel(), NumberModel()
        self.list = Rows(self.cases, tr("Incidents"), (100, 150, 160, 260, 220, 220, 190, 200))
        self.data = Rows(self.numbers, tr("All numbers of the replay"), (190, 320, 130, 130, 150))
        self.filter = Segments([tr("All that change"), tr("Tier and owner"), tr("Targets")], name=tr("Which incidents"))
        self.about, self.group = ElidedLabel("", t.SMALL, t.REGULAR, "text2"), Label("", t.BODY, t.SEMIBOLD)
        self.dialog: QFileDialog | None = None
        self._build()
        self._connect()

    # --- building

    def _build(self) -> None:
        self.body = QStackedWidget()
        self.other = Surface("surface")
        QVBoxLayout(self.other)
        self.results = QStackedWidget()
        self.results.addWidget(self._make_results())
        self.results.addWidget(self.data)
        for widget in (self.skeleton, self.other, self.results):
            self.body.addWidget(widget)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        surface = Surface("surface")
        column = QVBoxLayout(surface)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.head, Divider()):
            column.addWidget(part)
        column.addWidget(self.body, 1)
        whole.addWidget(surface)

    def _make_results(self) -> QWidget:
        split = QSplitter(Qt.Orientation.Vertical)
        split.setChildrenCollapsible(False)
        split.addWidget(self._make_drawings())
        split.addWidget(self._make_list())
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setSizes([620, 250])
        return split

    def _make_drawings(self) -> QWidget:
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = Surface("surface")
        column = QVBoxLayout(inner)
        column.setContentsMargins(20, 14, 20, 12)
        column.setSpacing(12)
        rows: tuple[tuple[tuple[QWidget, int], ...], ...] = (
            ((self.tier, 1), (self.owner, 1), (self.target_class, 1)),
            ((self.alerts, 5), (self.triggers, 4), (self.findings, 3)),
        )
        for place, parts in enumerate(rows):
            if place:
                column.addWidget(Divider())
            row = QHBoxLayout()
            row.setSpacing(14)
            for number, (widget, stretch) in enumerate(parts):
                if number:
                    row.addWidget(Divider(upright=True))
                row.addWidget(widget, stretch)
            column.addLayout(row, 1)
        scroll.setWidget(inner)
        return scroll

    def _make_list(self) -> QWidget:
        pane = Surface("surface", lines="t")
        column = QVBoxLayout(pane)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(6)
        row = QHBoxLayout()
        row.setContentsMargins(20, 0, 20, 0)
        row.setSpacing(12)
        row.addWidget(self.group)
        row.addWidget(self.filter)
        row.addWidget(self.about, 1)
        column.addLayout(row)
        rows = QHBoxLayout()
        rows.setContentsMargins(14, 0, 6, 0)
        rows.addWidget(self.list)
        column.addLayout(rows, 1)
        return pane

    def _connect(self) -> None:
        self.store.changed.connect(self._show)
        self.store.happened.connect(lambda: self.cases.show_real(self.store.real))
        self.skeleton.cancelled.connect(self.store.stop)
        self.head.back.clicked.connect(lambda _on=False: self.go_back())
        self.head.again.clicked.connect(lambda _on=False: self.store.run())
        self.head.export.clicked.connect(lambda _on=False: self.export())
        self.head.period.activated.connect(lambda place: self.store.look_back(PERIODS[place]))
        self.filter.changed.connect(lambda _index: self._show_filtered())
        for place in range(3):  # the chosen one also brings back what a number has replaced
            self.filter.button(place).clicked.connect(lambda _on=False: self._show_filtered())
        self.list.chosen.connect(self._open_row)
        self.data.chosen.connect(self._open_number)
        for view in self._drawings():
            view.opened.connect(self.show_group)
        self.findings.opened.connect(self.show_group)
        for widget in (*self._drawings(), self.list, self.data):
            self.desk.actions.bind(self, widget)

    def _drawings(self) -> tuple[NumbersView, ...]:
        return (self.tier, self.owner, self.target_class, self.alerts, self.triggers)

    # --- what a page answers

    @property
    def title(self) -> str:
        return tr("Replay")

    def commands(self) -> Sequence[Command]:
        handlers: dict[str, Callable[[], None]] = {
            RUN: self.run,
            BACK: self.go_back,
            NUMBERS: self.toggle_numbers,
            EXPORT: self.export,
        }
        return with_handlers(handlers, {NUMBERS: self._why_nothing, EXPORT: self._why_nothing})

    def _why_nothing(self) -> str:
        return "" if self.store.found is not None else tr("There is no replay yet.")

    def status_hints(self) -> Sequence[Hint]:
        return (
            Hint("Enter", tr("Open incident")), Hint("T", tr("Data table")), Hint("Ctrl R", tr("Run again")),
            Hint("Esc", tr("Back to the matrix")),
        )  # fmt: skip

    def panes(self) -> Sequence[QWidget]:
        if self.results.currentWidget() is self.data:
            return (self.head.again, self.data)
        return (self.head.again, self.tier, self.alerts, self.list)

    def shown(self) -> None:
        running = self.store.state is State.RUNNING
        if self.store.state in (State.STALE, State.STOPPED) or (self.store.old and not running):
            self.store.run()

    # --- acts

    def run(self) -> None:
        """Comes to the front, and runs again where it is there already."""
        started = self.store.state is State.RUNNING
        self.desk.stage.go(PAGE)
        if not started and self.store.state is not State.RUNNING:
            self.store.run()

    def go_back(self) -> None:
        """To the matrix."""
        self.desk.stage.go("matrix")

    def toggle_numbers(self) -> None:
        """All numbers as a table, or the drawings again."""
        drawn = self.results.currentWidget() is not self.data
        self.results.setCurrentIndex(1 if drawn else 0)
        (self.data if drawn else self.tier).setFocus(Qt.FocusReason.OtherFocusReason)
        announce(self, tr("All numbers as a table") if drawn else tr("Drawings"))

    def export(self) -> None:
        """Asks for a file, and writes all numbers into it as CSV."""
        found = self.store.found
        if found is None:
            return
        dialog = QFileDialog(self, tr("Export the replay"))
        dialog.setNameFilters([tr("Comma separated (*.csv)")])
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.selectFile(f"{version_words(found.after)}.csv")
        dialog.fileSelected.connect(lambda name: self.write(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()

    def write(self, path: Path) -> None:
        """Writes all numbers as CSV."""
        found = self.store.found
        if found is not None:
            told = tr("Wrote {name}.").format(name=path.name)
            self.desk.tasks.file(
                self, "export", write_text, path, to_csv(number_rows(found)),
                done=lambda _: self.desk.stage.toast(told), failed=self.desk.stage.refuse,
            )  # fmt: skip

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif self.results.currentWidget() is self.data:
            self.toggle_numbers()
        else:
            self.go_back()

    # --- showing

    def _show(self) -> None:
        state = self.store.state
        if state is State.RUNNING:
            self.skeleton.start()
            self.body.setCurrentWidget(self.skeleton)
        else:
            self.skeleton.stop()
            if self.store.found is not None:
                self._show_replay(self.store.found)
            else:
                self._show_other(state)
        self.head.show_state(self.store)
        self.desk.actions.refresh()
        self.hints_changed.emit()

    def _show_replay(self, found: Replay) -> None:
        self.tier.show_replay(found, found.tier)
        self.owner.show_replay(found, found.owner)
        self.target_class.show_replay(found, found.target_class)
        for part in (self.alerts, self.triggers, self.findings, self.numbers):
            part.show_replay(found)
        self.body.setCurrentWidget(self.results)
        self._show_filtered()
        told = tr("{changed} of {all} change").format(changed=f"{len(found.changed):,}", all=f"{len(found.cases):,}")
        self.status_text.emit(told)
        announce(self, told)

    def _show_filtered(self) -> None:
        found = self.store.found
        if found is None:
            return
        cases = (found.changed, found.higher_or_elsewhere, found.other_targets)[self.filter.current()]
        self.show_group(tr("Changed incidents"), cases)

    def show_group(self, words: str, cases: Places) -> None:
        """Lists the incidents behind a number, newest first."""
        found = self.store.found
        if found is None:
            return
        self.results.setCurrentIndex(0)
        shown = cases[::-1][:MOST_SHOWN].tolist()
        self.group.setText(f"{words}  {len(cases):,}")
        more = tr("the newest {count} are shown, newest first").format(count=f"{len(shown):,}")
        self.about.setText(more if len(cases) > len(shown) else tr("newest first"))
        self.cases.show_cases(found, shown, self.store.zone)
        ids = [found.cases.ids[place] for place in shown]
        if ids:
            self.store.ask_what_happened(ids)

    def _open_row(self, row: int) -> None:
        self.desk.stage.go("workbench", self.cases.incident_of(row))

    def _open_number(self, row: int) -> None:
        one = self.numbers.lines[row]
        self.show_group(f"{tr(one.section)}, {one.name}", one.cases)

    def _show_other(self, state: State) -> None:
        layout = self.other.layout()
        while layout is not None and (item := layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if layout is not None:
            layout.addWidget(self._other(state))
        self.body.setCurrentWidget(self.other)

    def _other(self, state: State) -> QWidget:
        error = self.store.error
        if state is State.FAILED and error is not None:
            return ErrorState(error.what, error.mend, "", ((tr("Try again"), self.store.run),))
        go, run = self.desk.stage.go, self.store.run
        said: dict[State, tuple[str, str, str, tuple[str, Callable[[], None]]]] = {
            State.NO_MATRIX: (
                tr("There is no matrix yet"), tr("A replay needs a draft or a version in force."), "table-properties",
                (tr("Go to the matrix"), lambda: go("matrix")),
            ),
            State.NO_INCIDENTS: (
                tr("There are no past incidents yet"),
                tr("Import those of your last tool, to decide them again with what was known then."), "file-down",
                (tr("Import incidents"), lambda: go("imports")),
            ),
            State.NONE_IN_PERIOD: (
                tr("No incident was raised in this period"), tr("Older ones can be decided again too."), "list-filter",
                (tr("Look at everything"), self._look_at_everything),
            ),
        }  # fmt: skip
        title, text, icon, action = said.get(
            state, (tr("Stopped"), tr("Nothing was decided."), "circle-pause", (tr("Run again"), run))
        )
        return EmptyState(title, text, icon=icon, action=action, primary=True)

    def _look_at_everything(self) -> None:
        self.store.look_back(None)
