"""The history of the matrix: its versions, one of them in words with its announcement, and any two compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QScrollArea, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.models.enums import SigningFunction
from app.services.matrix.files import write_json
from app.services.matrix.page import MatrixRecord, document_of
from app.services.publishing.chasing import SetReviewBy
from app.services.publishing.rolling_back import RollBack
from app.services.publishing.signing import Sign
from app.views.matrix.announcement_acts import AnnouncementActs
from app.views.matrix.columns import tr
from app.views.matrix.compare_pane import ComparePane
from app.views.matrix.history_detail import HistoryDetail
from app.views.matrix.history_list import VersionList
from app.views.matrix.history_store import HistoryStore
from app.views.matrix.readers_panel import ReadersPanel
from app.views.matrix.store import MatrixStore
from app.views.matrix.tab import MatrixTab
from app.views.shell.page import Hint
from app.views.theme import tokens as t
from app.views.theme.cards import Surface
from app.views.theme.labels import Label

COMPARE, ROLL_BACK, EXPORT, REMIND = "matrix.compare", "matrix.roll_back", "matrix.export_version", "matrix.remind"


class ReadersSide(QWidget):
    """Who has confirmed reading, or that nothing was announced."""

    def __init__(self) -> None:
        super().__init__()
        self.panel = ReadersPanel()
        self.none = Label(tr("This version was not announced."), t.SMALL, t.REGULAR, "text2", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.panel)
        column.addWidget(self.none)


class HistoryTab(MatrixTab):
    """`draft_made()` when rolling back made a draft: the page shows it."""

    key, icon = "history", "rotate-ccw-clock"
    side_alone = True
    anywhere = frozenset({COMPARE})
    writes = frozenset({ROLL_BACK})

    draft_made = Signal()

    def __init__(self, store: MatrixStore, acts: AnnouncementActs, parent: QWidget | None = None) -> None:
        super().__init__(store, parent)
        self.more = HistoryStore(store.desk, self)
        self.acts = acts
        self.times = acts.times
        self._viewed: str | None = None
        self.dialog: QFileDialog | None = None
        self.list = VersionList(self.times, store.desk.now())
        self.detail, self.compared = HistoryDetail(self.times), ComparePane(self.more)
        self.readers = ReadersSide()
        self.side: QWidget | None = self.readers
        self._build()
        self._connect()

    def _build(self) -> None:
        self.pane = QStackedWidget()
        for widget in (self.detail, self.compared):
            scroll = QScrollArea()
            scroll.setFrameShape(QFrame.Shape.NoFrame)
            scroll.setWidgetResizable(True)
            scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            inner = Surface("surface")
            inside = QVBoxLayout(inner)
            inside.setContentsMargins(0, 0, 0, 0)
            inside.addWidget(widget)
            scroll.setWidget(inner)
            self.pane.addWidget(scroll)
        versions = Surface("subtle", lines="r", line="border2")
        column = QVBoxLayout(versions)
        column.setContentsMargins(0, 0, 1, 0)
        column.addWidget(self.list)
        versions.setMinimumWidth(220)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(versions)
        self.split.addWidget(self.pane)
        self.split.setStretchFactor(1, 1)
        self.split.setSizes([320, 900])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.split)

    def _connect(self) -> None:
        self.more.listed.connect(self._listed)
        self.more.shown.connect(self._show)
        self.more.refused.connect(self.store.desk.stage.refuse)
        self.acts.changed.connect(self.more.load)
        self.list.chosen.connect(self._chosen)
        detail = self.detail
        detail.compare.clicked.connect(lambda _on=False: self.compare())
        detail.roll_back.clicked.connect(lambda _on=False: self.roll_back())
        detail.export.clicked.connect(lambda _on=False: self.export())
        detail.announce.clicked.connect(lambda _on=False: self._announce())
        detail.signed.connect(self._sign)
        detail.review_moved.connect(self._move_review)
        detail.view.asked.connect(partial(self._of_view, "asked"))
        detail.view.answered.connect(partial(self._of_view, "answered"))
        detail.view.correct_wanted.connect(partial(self._of_view, "correct"))
        self.compared.back_wanted.connect(self._leave_compare)
        self.readers.panel.remind_wanted.connect(self.remind)

    # --- what the page asks

    @property
    def title(self) -> str:
        return tr("History")

    def status(self) -> str:
        """How many versions there are."""
        number = len(self.more.lines)
        return tr("1 version") if number == 1 else tr("{number} versions").format(number=number)

    def hints(self) -> Sequence[Hint]:
        return (Hint("↑ ↓", tr("Version")), Hint("C", tr("Compare")), Hint("R", tr("Remind")))

    def panes(self) -> Sequence[QWidget]:
        return (self.list, self.compared.after if self.comparing else self.detail.compare)

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        return {COMPARE: self.compare, ROLL_BACK: self.roll_back, EXPORT: self.export, REMIND: self.remind}

    def entered(self) -> None:
        self.more.load()

    def show_record(self, record: MatrixRecord) -> None:
        """A draft that came or went changes what can be done."""
        self._show()

    # --- showing

    @property
    def comparing(self) -> bool:
        """Whether two versions stand there."""
        return self.pane.currentIndex() == 1

    def _listed(self) -> None:
        chosen = self.more.past.line.id if self.more.past is not None else None
        in_force = next((one.id for one in self.more.lines if one.in_force), None)
        self.list.show_lines(self.more.lines, chosen or in_force, self.store.desk.now())
        self.said.emit()

    def _chosen(self, version_id: str) -> None:
        self._leave_compare()
        self.more.choose(version_id)

    def _show(self) -> None:
        past, record = self.more.past, self.store.record
        if past is None or record is None:
            return
        announcement = self.more.announcement
        if announcement is not None and announcement.version_id != past.line.id:
            announcement = None
        now, leads = self.store.desk.now(), self.store.may_write()
        self.detail.show_past(past, announcement, now, me=self.more.person_id, leads=leads, drafting=record.is_draft)
        self.readers.panel.setVisible(announcement is not None)
        self.readers.none.setVisible(announcement is None)
        if announcement is not None:
            self.readers.panel.show_record(announcement, self.times, now, leads=leads)

    # --- acts

    def compare(self) -> None:
        """Compares the chosen version with the one before it; both can be chosen anew."""
        lines, record, past = self.more.lines, self.store.record, self.more.past
        if past is None or record is None:
            return
        names = [(one.number, tr("Version {number}").format(number=one.number)) for one in lines]
        if record.is_draft:
            number = record.version.number
            names.insert(0, (number, tr("Draft {number}").format(number=number)))
        numbers = [number for number, _name in names]
        before = past.before if past.before in numbers else numbers[-1]
        self.pane.setCurrentIndex(1)
        self.compared.open(names, before or numbers[-1], past.line.number)
        self.said.emit()

    def _leave_compare(self) -> None:
        if self.comparing:
            self.pane.setCurrentIndex(0)
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
            self.said.emit()

    def roll_back(self) -> None:
        """Makes a draft of the chosen version, which is reviewed and published as any other."""
        if self.more.past is not None:
            self.store.act(RollBack(number=self.more.past.line.number), self._drafted)

    def _drafted(self, _applied: Any) -> None:
        self.draft_made.emit()

    def export(self) -> None:
        """Asks for a file, and writes the chosen version into it as JSON."""
        past = self.more.past
        if past is None:
            return
        dialog = QFileDialog(self, tr("Export version {number}").format(number=past.line.number))
        dialog.setNameFilters([tr("Matrix (*.json)")])
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.selectFile(tr("Version {number}").format(number=past.line.number) + ".json")
        dialog.fileSelected.connect(lambda name: self.write(Path(name), past.line.number))
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()

    def write(self, path: Path, number: int) -> None:
        """Writes a version as JSON."""
        desk = self.store.desk

        def read(document: dict[str, Any]) -> None:
            told = tr("Wrote {name}.").format(name=path.name)
            desk.tasks.file(
                self, "export", write_json, path, document,
                done=lambda _: desk.stage.toast(told), failed=desk.stage.refuse,
            )  # fmt: skip

        desk.tasks.read(self, "document", document_of, desk.now(), number, done=read, failed=desk.stage.refuse)

    def remind(self) -> None:
        """Reminds who has not confirmed the announcement."""
        if self.more.announcement is not None:
            self.acts.remind(self.more.announcement.id)

    def _announce(self) -> None:
        record, past = self.store.record, self.more.past
        found = next((one for one in record.versions if past and one.id == past.line.id), None) if record else None
        if found is not None:
            self.acts.announce(found)

    def _of_view(self, what: str, *told: str) -> None:
        """Asking, answering and correcting are acts of announcements."""
        announcement = self.more.announcement
        if announcement is None:
            return
        if what == "asked":
            self.acts.ask(announcement.id, *told)
        elif what == "answered":
            self.acts.answer(*told)
        else:
            self.acts.correct(announcement.id)

    def _sign(self, function: SigningFunction, words: str) -> None:
        past = self.more.past
        if past is not None:
            self._act(Sign(version_id=past.line.id, function=function, mark=past.mark, words=words))

    def _move_review(self, day: date) -> None:
        past = self.more.past
        if past is not None:
            self._act(SetReviewBy(version_id=past.line.id, review_by=day, seen=past.line.review_by))

    def _act(self, operation: Sign | SetReviewBy) -> None:
        self.store.act(operation, lambda _applied: self.more.load())
