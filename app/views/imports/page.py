"""«Import incidents»: choose a file, say what its columns mean, look at the dry run, import."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.models.enums import Role
from app.services.database.errors import UserError
from app.services.incidents.intake.draft import Draft
from app.views.imports.columns import ColumnsTable
from app.views.imports.commands import CHOOSE, GO, LOAD, QUESTION, SAVE, with_handlers
from app.views.imports.head import PageHead
from app.views.imports.samples import SampleRows
from app.views.imports.side import Side
from app.views.imports.store import ImportStore, Stage
from app.views.imports.words import tr
from app.views.shell.actions import Command
from app.views.shell.context import Desk
from app.views.shell.page import Hint, Page
from app.views.theme.cards import Surface
from app.views.theme.current import theme
from app.views.theme.empty import EmptyState, ErrorState
from app.views.theme.paint import px
from app.views.theme.skeleton import Skeleton, grid_bones

FILES = "*.csv *.tsv *.txt *.xlsx *.gz *.xz"


class ImportPage(Page):
    """The page. Nothing is written before somebody imports."""

    key = "imports"

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.store = ImportStore(desk, self)
        self.setAcceptDrops(True)
        self.dialog: QFileDialog | None = None
        self._stack = QStackedWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self._start = self._make_start()
        self._failure = Surface("surface")
        QVBoxLayout(self._failure)
        self._bones = self._make_bones()
        self._work = self._make_work()
        for pane in (self._start, self._bones, self._failure, self._work):
            self._stack.addWidget(pane)
        self.store.staged.connect(self._staged)
        self.store.drafted.connect(self._drafted)
        self.store.rehearsed.connect(self._rehearsed)
        self.store.progressed.connect(self.side.show_progress)
        self.store.refused.connect(self._refused)
        self.store.kept.connect(self._kept)
        theme.changed.connect(self._fit)

    def _make_start(self) -> QWidget:
        pane = Surface("surface")
        column = QVBoxLayout(pane)
        column.addWidget(
            EmptyState(
                tr("Start from past incidents"),
                tr("Drop a file that your last tool exported: CSV, TSV or Excel, also packed with gzip or xz."
                   " Nothing is written before you import."),
                icon="file-down",
                action=(tr("Choose a file"), self.choose),
                primary=True,
            )
        )  # fmt: skip
        return pane

    def _make_bones(self) -> QWidget:
        pane = Surface("surface")
        column = QVBoxLayout(pane)
        column.setContentsMargins(20, 20, 20, 20)
        self.skeleton = Skeleton(grid_bones, tr("Reading the whole file, so that nothing is guessed from a part."))
        self.skeleton.cancelled.connect(self.store.give_up)
        column.addWidget(self.skeleton)
        return pane

    def _make_work(self) -> QWidget:
        pane = QWidget()
        row = QHBoxLayout(pane)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        left = Surface("surface")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.head = PageHead(self.store, self.choose, self.choose_mapping)
        self.columns = ColumnsTable(self.store.change)
        self.samples = SampleRows()
        column.addWidget(self.head)
        column.addWidget(self.columns, 5)
        column.addWidget(self.samples, 3)
        self.samples.setMinimumHeight(round(px(150)))
        row.addWidget(left, 1)
        self.side = Side(self.store, self._to_matrix, self.choose)
        self.side.answered.connect(self._answer)
        self.side.asked_to_import.connect(self.go)
        self.side.asked_to_stop.connect(self.store.stop)
        self.side.asked_to_save.connect(self.save_mapping)
        self.side.went_on.connect(self.store.go_on)
        row.addWidget(self.side)
        return pane

    # --- page

    @property
    def title(self) -> str:
        return tr("Import incidents")

    @property
    def primary(self) -> str | None:
        return GO if self.store.stage is Stage.MAPPING else CHOOSE

    def commands(self) -> Sequence[Command]:
        handlers = {
            CHOOSE: self.choose,
            GO: self.go,
            QUESTION: self.side.next_question,
            SAVE: self.save_mapping,
            LOAD: self.choose_mapping,
        }
        mapping = self._why_no_mapping
        reasons = {
            CHOOSE: self._why_not_choose, GO: self._why_not_go, QUESTION: self._why_no_question, SAVE: mapping,
            LOAD: mapping,
        }  # fmt: skip
        return with_handlers(handlers, reasons)

    def status_hints(self) -> Sequence[Hint]:
        if self.store.stage is not Stage.MAPPING:
            return ()
        return (
            Hint("Tab", tr("Next cell")), Hint("F8", tr("Next question")), Hint("Ctrl ↵", tr("Import")),
        )  # fmt: skip

    def panes(self) -> Sequence[QWidget]:
        if self._stack.currentWidget() is not self._work:
            return (self._stack,)
        return (self.head, self.columns, self.samples.table, self.side)

    def shown(self) -> None:
        self._say()

    def go_to(self, target: str) -> None:
        if target:
            self.store.choose(Path(target))

    def may_close(self) -> str:
        return tr("An import is running.") if self.store.stage is Stage.IMPORTING else ""

    def _say(self) -> None:
        words = {Stage.IMPORTING: tr("Importing; you may go on working"), Stage.DONE: "", Stage.STOPPED: ""}
        self.status_text.emit(words.get(self.store.stage, tr("Nothing is written before you import")))
        self.hints_changed.emit()

    # --- reasons

    def _why_not_choose(self) -> str:
        return tr("An import is running.") if self.store.stage is Stage.IMPORTING else ""

    def _why_no_mapping(self) -> str:
        return "" if self.store.stage is Stage.MAPPING else tr("Choose a file first.")

    def _why_no_question(self) -> str:
        draft = self.store.draft
        return "" if draft and draft.questions else tr("No question is open.")

    def _why_not_go(self) -> str:
        database = self.desk.database
        if database is not None and not database.can(Role.LEAD):
            return tr("Importing needs the role “lead”.")
        if self.store.stage is not Stage.MAPPING or self.store.draft is None:
            return tr("Choose a file first.")
        if self.store.draft.problem:
            return self.store.draft.problem
        return tr("The file is still being read.") if self.store.rehearsing or self.store.rehearsal is None else ""

    # --- acts

    def choose(self) -> None:
        """Asks for a file in the system's own dialog."""
        self._open_dialog(
            tr("Import incidents"), tr("Incidents ({kinds})").format(kinds=FILES), self.store.choose, save=False
        )

    def choose_mapping(self) -> None:
        """Asks for a mapping."""
        self._open_dialog(tr("Use a mapping"), tr("Mappings (*.toml)"), self.store.use_file, save=False)

    def save_mapping(self) -> None:
        """Asks where to keep the mapping."""
        self._open_dialog(tr("Save mapping"), tr("Mappings (*.toml)"), self.store.save_mapping, save=True)

    def _open_dialog(self, title: str, kinds: str, then: object, *, save: bool) -> None:
        dialog = QFileDialog(self, title)
        dialog.setNameFilters([kinds, tr("All files (*)")])
        dialog.setFileMode(QFileDialog.FileMode.AnyFile if save else QFileDialog.FileMode.ExistingFile)
        if save:
            dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
            dialog.setDefaultSuffix("toml")
            dialog.selectFile(f"{self.store.draft.base.name if self.store.draft else 'mapping'}.toml")
        dialog.fileSelected.connect(lambda name: then(Path(name)))  # type: ignore[operator]  # one of our methods
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()

    def go(self) -> None:
        """Imports; an open question comes first."""
        draft = self.store.draft
        if draft is not None and draft.open_questions:
            self.side.next_question()
            self.status_text.emit(tr("Answer the question first: both ways of reading are possible"))
            return
        reason = self._why_not_go()
        if reason:
            self.desk.stage.toast(reason)
            return
        self.store.start()

    def _answer(self, column: str, key: str) -> None:
        if self.store.draft is not None:
            self.store.change(self.store.draft.with_answer(column, key))

    def _to_matrix(self) -> None:
        self.desk.stage.go("matrix")

    # --- showing

    def _staged(self) -> None:
        stage = self.store.stage
        if stage is Stage.LOOKING:
            self.skeleton.start()
        else:
            self.skeleton.stop()
        if stage is Stage.FAILED:
            self._show_failure()
        panes = {Stage.START: self._start, Stage.LOOKING: self._bones, Stage.FAILED: self._failure}
        self._stack.setCurrentWidget(panes.get(stage, self._work))
        self.columns.setEnabled(stage is Stage.MAPPING)
        self.head.show_stage()
        self.side.show_stage()
        if stage is Stage.DONE:
            self.desk.stage.step_done("lead.import")
        self.desk.actions.refresh()
        self._say()

    def _show_failure(self) -> None:
        layout = self._failure.layout()
        error, path = self.store.error, self.store.path
        if layout is None or error is None:
            return
        while (item := layout.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        mend = f"{error.mend} {tr('Nothing was written.')}".strip()
        acts = ((tr("Choose another file"), self.choose), (tr("Try again"), self._again))
        name = path.name if path else ""
        what = error.what if name in error.what else f"{name}, {error.what[:1].lower()}{error.what[1:]}"
        layout.addWidget(ErrorState(what, mend, str(path or ""), acts))

    def _again(self) -> None:
        if self.store.path is not None:
            self.store.choose(self.store.path)

    def _drafted(self) -> None:
        draft: Draft | None = self.store.draft
        self.head.show_draft()
        self.columns.show_draft(draft)
        self.side.show_draft()
        self.desk.actions.refresh()

    def _rehearsed(self) -> None:
        store = self.store
        self.samples.show_rehearsal(store.rehearsal, store.draft, store.zone)
        self.side.show_rehearsal()
        self.head.show_draft()
        self.desk.actions.refresh()

    def _refused(self, error: UserError) -> None:
        self.desk.stage.refuse(error)

    def _kept(self, name: str) -> None:
        self.head.show_draft()
        self.desk.stage.toast(tr("The mapping “{name}” is kept and tried on the next file.").format(name=name))

    # --- dropping

    def _fit(self) -> None:
        self.side.fit(self.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.side.fit(self.width())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() and self.store.stage is not Stage.IMPORTING:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        files = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if files:
            event.acceptProposedAction()
            self.store.choose(files[0])
