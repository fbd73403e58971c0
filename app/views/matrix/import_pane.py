"""Importing a spreadsheet into the draft: a page over the tabs. Nothing changes until its rows are added."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout, QWidget

from app.services.matrix.spreadsheet.drawn import DrawnTable, Use, read_drawn
from app.services.matrix.spreadsheet.importing import Take
from app.services.matrix.spreadsheet.rows import Effect, Understood
from app.services.matrix.taking_in import Weighing, dropped, operations_of, read_for, report, wanted, weigh
from app.services.matrix.writing import join_words
from app.views.matrix.columns import tr
from app.views.matrix.import_side import Doubt, ImportSide
from app.views.matrix.import_table import ImportTable
from app.views.matrix.store import MatrixStore
from app.views.shell.page import Hint
from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.cards import Divider, Surface
from app.views.theme.labels import ElidedLabel, Label, Tag
from app.views.theme.strips import Segments

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx")
TAKES = (Take.NEW, Take.ALL, Take.REPLACE)


class ImportPane(Surface):
    """`back_wanted()` leaves it; `taken(number)` once rows were added."""

    back_wanted = Signal()
    taken = Signal(int)
    said = Signal()

    def __init__(self, store: MatrixStore, parent: QWidget | None = None) -> None:
        super().__init__("surface", parent)
        self.store, self._tasks = store, store.desk.tasks
        self.drawn: DrawnTable | None = None
        self.understood: Understood | None = None
        self.weighing: Weighing | None = None
        self._uses: dict[str, Use] | None = None
        self._told: dict[tuple[Use, str], str] = {}
        self.dialog: QFileDialog | None = None
        self.back = Button(icon="arrow-left", kind=Kind.FLAT, name=tr("Back to the draft, Esc"))
        self.title, self.file = Label(tr("Import a spreadsheet"), t.H2, t.SEMIBOLD), Tag("")
        self.about = ElidedLabel("", t.SMALL, t.REGULAR, "text2")
        self.copy = Button(tr("Copy the report"), icon="copy")
        self.other = Button(tr("Other file"), icon="upload")
        self.add = Button(tr("Add"), icon="plus", kind=Kind.PRIMARY, key="Ctrl ↵")
        self.counts = Label("", t.SMALL, t.MEDIUM, "text")
        self.lost = Label("", t.SMALL, t.MEDIUM, "warn", wrap=True)
        self.take = Segments(
            [tr("Only what is new"), tr("All rows"), tr("Replace the draft")], small=True, name=tr("Take")
        )
        self.table, self.side = ImportTable(), ImportSide()
        self._build()
        self.back.clicked.connect(lambda _on=False: self.back_wanted.emit())
        self.other.clicked.connect(lambda _on=False: self.choose())
        self.copy.clicked.connect(lambda _on=False: self.copy_report())
        self.add.clicked.connect(lambda _on=False: self.take_in())
        self.take.changed.connect(self._weigh)
        self.side.told.connect(self._tell)
        self.side.use_chosen.connect(self._use)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 10, 16, 10)
        head.setSpacing(8)
        for widget in (self.back, self.title, self.file):
            head.addWidget(widget)
        head.addWidget(self.about, 1)
        for button in (self.copy, self.other, self.add):
            head.addWidget(button)
        strip = QHBoxLayout()
        strip.setContentsMargins(20, 8, 16, 8)
        strip.setSpacing(10)
        strip.addWidget(self.counts, 1)
        strip.addWidget(Label(tr("Take"), t.SMALL, t.REGULAR, "text2"))
        strip.addWidget(self.take)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(strip)
        column.addWidget(self.lost)
        self.lost.setContentsMargins(20, 0, 16, 8)
        self.lost.hide()
        column.addWidget(self.table, 1)
        below = Label(tr("Upper line: what was understood. Lower line: the cell as it stands in the sheet."),
                      t.SMALL, t.REGULAR, "text3")  # fmt: skip
        below.setContentsMargins(20, 8, 16, 8)
        column.addWidget(below)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setMinimumWidth(280)
        scroll.setWidget(self.side)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(scroll)
        split.setStretchFactor(0, 1)
        split.setSizes([1100, 330])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(Divider())
        whole.addWidget(split, 1)

    # --- reading

    def choose(self) -> None:
        """Asks for a file; nothing waits for the dialog."""
        dialog = QFileDialog(self, tr("Import a spreadsheet"), "", tr("Spreadsheets (*.xlsx *.csv *.tsv *.txt)"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.open)
        dialog.finished.connect(dialog.deleteLater)
        self.dialog = dialog
        dialog.open()

    def open(self, path: str) -> None:
        """Reads a file and shows what it would do."""
        self._uses, self._told = None, {}
        self._tasks.file(self, "sheet", read_drawn, Path(path), done=self._read, failed=self.store.refused.emit)

    def _read(self, drawn: DrawnTable) -> None:
        self.drawn = drawn
        self.file.set_text(drawn.file)
        words = tr("sheet “{name}”, ").format(name=drawn.sheet) if drawn.sheet else ""
        self.about.setText(words + tr("{number} rows").format(number=len(drawn.rows)))
        self._understand()

    def _understand(self) -> None:
        record = self.store.record
        if record is not None and self.drawn is not None:
            self._tasks.compute(
                self, "understand", read_for, self.drawn, record.policy, self._uses, dict(self._told),
                done=self._understood, failed=self.store.refused.emit,
            )  # fmt: skip

    def _understood(self, understood: Understood) -> None:
        record = self.store.record
        if record is None or self.drawn is None:
            return
        self.understood, self._uses = understood, dict(understood.uses)
        self.table.cells.show_sheet(self.drawn, understood, record.policy)
        self._say()
        self._weigh()

    def _weigh(self, _place: int = 0) -> None:
        record = self.store.record
        if record is not None and self.understood is not None:
            self.weighing = None
            self._tasks.compute(
                self, "weigh", weigh, record, self.understood, self.chosen(), done=self._weighed,
                failed=self.store.refused.emit,
            )  # fmt: skip
        self._say()

    def _weighed(self, weighing: Weighing) -> None:
        self.weighing = weighing
        self._say()

    def chosen(self) -> Take:
        """Which rows come in."""
        return TAKES[self.take.current()]

    def _say(self) -> None:
        record, found = self.store.record, self.understood
        if record is None or found is None or self.drawn is None:
            self.add.setEnabled(False)
            return
        known = len(found.of(Effect.SAME)) + len(found.of(Effect.INSIDE))
        self.counts.setText(
            tr("{known} already there, {new} new, {unclear} not understood").format(
                known=known, new=len(found.of(Effect.NEW)), unclear=len(found.of(Effect.UNCLEAR))
            )
        )
        lost = dropped(found, self.drawn)
        one = tr("{names} is not used: its rows ask for less than the sheet says")
        several = tr("{names} are not used: their rows ask for less than the sheet says")
        self.lost.setText((one if len(lost) == 1 else several).format(names=join_words(lost, tr("and"))))
        self.lost.setVisible(bool(lost))
        number = len(wanted(found, self.chosen()))
        words = tr("Add 1 trigger") if number == 1 else tr("Add {number} triggers")
        self.add.setText(words.format(number=number))
        self.add.setEnabled(number > 0 and self.store.may_write())
        self.side.show_sheet(self.drawn, found, record.policy, self.weighing)
        self.said.emit()

    # --- saying what is meant

    def _tell(self, doubt: Doubt, value: str) -> None:
        self._told[doubt.use, doubt.text] = value
        self._understand()

    def _use(self, column: str, use: Use) -> None:
        if self._uses is not None:
            # a field is said by one column: the one that had it before says nothing now
            others = {name: "" if use and one == use else one for name, one in self._uses.items()}
            self._uses = {**others, column: use}
            self._understand()

    def copy_report(self) -> None:
        """Puts what was not understood onto the clipboard."""
        if self.understood is not None and self.drawn is not None:
            QGuiApplication.clipboard().setText(report(self.understood, self.drawn))
            self.store.desk.stage.toast(tr("The report is copied"))

    def take_in(self) -> None:
        """Ctrl+Enter: adds the rows to the draft as one step that can be undone."""
        found, take = self.understood, self.chosen()
        number = len(wanted(found, take)) if found is not None else 0
        if found is None or not number or self.drawn is None:
            return
        words = tr("Import 1 trigger from {file}") if number == 1 else tr("Import {number} triggers from {file}")
        self.store.edit(
            words.format(number=number, file=self.drawn.file), lambda record: operations_of(record, found, take)
        )
        self.taken.emit(number)

    # --- what the page asks

    def status(self) -> str:
        """The text in the middle of the status bar."""
        rows = len(self.drawn.rows) if self.drawn is not None else 0
        return tr("{number} rows read, nothing is changed until you add").format(number=rows)

    def hints(self) -> tuple[Hint, ...]:
        """The keys that help most here."""
        return (
            Hint("F8", tr("Next not understood")),
            Hint("Ctrl \N{DOWNWARDS ARROW WITH CORNER LEFTWARDS}", tr("Add")),
            Hint("Esc", tr("Leave it")),
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.back_wanted.emit()
            return
        super().keyPressEvent(event)

    def panes(self) -> tuple[QWidget, ...]:
        """What F6 goes through."""
        return (self.table, self.side)
