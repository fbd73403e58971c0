"""Growing: a new product area, region, segment or channel, with what holds for it shown while it is typed."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.services.database.errors import UserError
from app.services.matrix.dimensions import DimensionRecord
from app.services.matrix.draft_choices import LONGEST_LABEL, label_problem
from app.services.matrix.growing import Growth, Outlook, growing_dimensions, outlook
from app.services.matrix.page import MatrixRecord
from app.services.matrix.writing import join_words
from app.views.matrix.columns import tr
from app.views.shell.tasks import Tasks
from app.views.theme import tokens as t
from app.views.theme.buttons import Button
from app.views.theme.empty import IconMark
from app.views.theme.fields import ComboField, FieldFrame
from app.views.theme.labels import Label, SectionTitle
from app.views.theme.sheet import Sheet

WAIT_MS = 200


class OutlookView(QWidget):
    """What holds for the new choice: who answers for it, what is around, and what nobody answers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(7)
        self.lines: list[tuple[str, str]] = []

    def show_outlook(self, found: Outlook | None) -> None:
        """Shows it; None while it is not known."""
        while self._column.count():
            item = self._column.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.lines = [] if found is None else _lines(found)
        for icon, words in self.lines:
            self._column.addWidget(_Line(icon, words, self))

    def said(self) -> str:
        """All lines as one text."""
        return " ".join(words for _icon, words in self.lines)


class _Line(QWidget):
    """An icon and a sentence."""

    def __init__(self, icon: str, words: str, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        inks = {"circle-check": "ok", "circle-x": "breach", "triangle-alert": "warn"}
        row.addWidget(IconMark(icon, inks.get(icon, "text3"), 16), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(Label(words, t.SMALL, t.REGULAR, "text", wrap=True), 1)


def _lines(found: Outlook) -> list[tuple[str, str]]:
    named = [one for one in found.triggers if one.names_it]
    others = [one for one in found.triggers if not one.names_it]
    lines = []
    if named:
        word = tr("Named by trigger {numbers}: {owners}.")
        words = tr("Named by triggers {numbers}: {owners}.") if len(named) > 1 else word
        owners = join_words(dict.fromkeys(it.owner for it in named), tr("and"))
        lines.append(("circle-check", words.format(numbers=_numbers([it.number for it in named]), owners=owners)))
    else:
        lines.append(("triangle-alert", tr("No trigger names it yet, so nobody owns it in particular.")))
    if others:
        word = tr("Trigger {numbers} matches it, as it matches any {what}.")
        words = tr("Triggers {numbers} match it, as they match any {what}.") if len(others) > 1 else word
        words = words.format(numbers=_numbers([it.number for it in others]), what=found.dimension.lower())
        lines.append(("corner-down-right", words))
    lines += [
        ("triangle-alert", tr("Trigger {number} names an owner that is not there.").format(number=one.number))
        for one in found.triggers
        if not one.known_owner
    ]
    lines += [("clock", note) for note in found.notes]
    lines += [("circle-x", one.title + ". " + one.text) for one in found.gaps[:4]]
    if len(found.gaps) > 4:
        lines.append(("circle-x", tr("{number} more gaps.").format(number=len(found.gaps) - 4)))
    if not found.gaps:
        lines.append(("circle-check", tr("Every case of it has an answer.")))
    return lines


def _numbers(numbers: list[int]) -> str:
    return join_words([str(one) for one in numbers], tr("and"))


class GrowingSheet(Sheet):
    """`kept(growth)` on Add."""

    kept = Signal(object)

    def __init__(self, host: QWidget, record: MatrixRecord, tasks: Tasks, dimension: str = "") -> None:
        super().__init__(host, tr("Add a choice"), tr("A new product area, region, segment or channel"), width=560)
        self._record, self._tasks = record, tasks
        self._dimensions = growing_dimensions(record.policy)
        self.label = QLineEdit()
        self.label.setMaxLength(LONGEST_LABEL)
        self.dimension = ComboField(name=tr("What grows"))
        for one in self._dimensions:
            self.dimension.addItem(one.label, one.key)
        self.like = ComboField(name=tr("Starts as"))
        self.owner = ComboField(name=tr("Owned by"))
        self.frame = FieldFrame(tr("Name"), self.label, required=True)
        self.outlook = OutlookView()
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(WAIT_MS)
        self._wait.timeout.connect(self._look)
        self._build()
        self.dimension.setCurrentIndex(max(0, self.dimension.findData(dimension)))
        self._chosen()
        self.dimension.currentIndexChanged.connect(self._chosen)
        self.like.currentIndexChanged.connect(self._changed)
        self.owner.currentIndexChanged.connect(self._changed)
        self.label.textEdited.connect(self._changed)
        self.label.returnPressed.connect(self._keep)

    def _build(self) -> None:
        self.body.addWidget(self.frame)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(FieldFrame(tr("What grows"), self.dimension), 1)
        row.addWidget(FieldFrame(tr("Starts as"), self.like), 1)
        row.addWidget(FieldFrame(tr("Owned by"), self.owner), 1)
        self.body.addLayout(row)
        self.body.addWidget(SectionTitle(tr("What then holds for it")))
        self.body.addWidget(self.outlook)
        self.body.addStretch(1)
        self.add = Button(tr("Add it"), icon="plus", key="Ctrl ↵")
        self.add.clicked.connect(self._keep)
        self.add_foot(self.add, primary=True)

    def _column(self) -> DimensionRecord:
        return self._dimensions[max(0, self.dimension.currentIndex())]

    def _chosen(self, _place: int = 0) -> None:
        """Another dimension has other choices to start as."""
        self.like.blockSignals(True)
        self.like.clear()
        self.like.addItem(tr("Nothing"), "")
        for one in self._column().choices:
            self.like.addItem(tr("As {name}").format(name=one.label), one.key)
        self.like.blockSignals(False)
        self._changed()

    def growth(self) -> Growth:
        """What is asked for."""
        like = str(self.like.currentData() or "")
        owner = str(self.owner.currentData() or "") if like else ""
        return Growth(self._column().key, " ".join(self.label.text().split()), like, owner)

    def _changed(self, _what: object = None) -> None:
        like = bool(self.like.currentData())
        if not self.owner.count():
            self.owner.addItem(tr("The same owners"), "")
            for one in self._record.policy.table.owners or ():
                self.owner.addItem(one.label, one.key)
        self.owner.setEnabled(like)
        self.owner.setToolTip("" if like else tr("Choose what it starts as first."))
        self._wait.start()

    def _look(self) -> None:
        growth = self.growth()
        if not growth.label:
            self.outlook.show_outlook(None)
            return
        self._tasks.compute(self, "outlook", outlook, self._record, growth, done=self._known, failed=self._failed)

    def _known(self, found: Outlook) -> None:
        self.outlook.show_outlook(found)

    def _failed(self, error: UserError) -> None:
        self.frame.set_error(f"{error.what} {error.mend}")

    def _keep(self, _checked: bool = False) -> None:
        growth = self.growth()
        problem = label_problem(growth.label)
        taken = {one.label.casefold() for one in self._column().choices}
        if problem is None and growth.label.casefold() in taken:
            problem = (tr("There is one of that name already."), tr("Choose another name."))
        if problem is not None:
            self.frame.set_error(" ".join(problem))
            self.label.setFocus()
            return
        self.dismiss()
        self.kept.emit(growth)
