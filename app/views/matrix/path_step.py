"""A step of a path as a card: when it climbs, on what condition, to which tier, asking whom, with which words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from app.models.enums import StepCondition
from app.services.matrix.cells import CellError
from app.services.matrix.checks import Check
from app.services.matrix.draft_paths import LONGEST_WORDS, StepValues
from app.services.matrix.limits import delay_problem
from app.services.matrix.resulting import span_words
from app.services.matrix.spans import read_span
from app.views.matrix.checks_panel import CheckCard, replace_cards
from app.views.matrix.columns import tr
from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.cards import Card
from app.views.theme.current import theme
from app.views.theme.fields import ComboField, FieldFrame
from app.views.theme.glyphs import RUNGS_WIDTH, tier_rungs
from app.views.theme.labels import Label
from app.views.theme.paint import px, smooth

Choices = Sequence[tuple[str, str]]
"""Keys and words to choose from."""

NOBODY = ""
Places = Mapping[str, tuple[int, int, int]]
"""Row, column and columns of each field."""

_WIDE: Places = {
    "delay": (0, 0, 1), "condition": (0, 1, 1), "tier": (0, 2, 1), "owner": (0, 3, 1), "note": (1, 0, 2),
    "workaround": (1, 2, 2),
}  # fmt: skip
_NARROW: Places = {
    "delay": (0, 0, 1), "condition": (0, 1, 1), "tier": (1, 0, 1), "owner": (1, 1, 1), "note": (2, 0, 2),
    "workaround": (3, 0, 2),
}  # fmt: skip
CONDITION_WORDS = {
    StepCondition.NOT_ACKNOWLEDGED: "acknowledged",
    StepCondition.NOT_CONTAINED: "contained",
    StepCondition.NOT_RESOLVED: "resolved",
}


@dataclass(frozen=True, slots=True)
class StepView:
    """A step as its card shows it. ``at`` says when it climbs; ``was`` what was published, by field."""

    values: StepValues
    place: int
    number: int
    rank: int
    at: str
    tiers: Choices
    owners: Choices
    alerted: str
    checks: tuple[Check, ...] = ()
    was: Mapping[str, str] = field(default_factory=dict)
    writable: bool = True


class Rungs(QWidget):
    """The ladder of a tier."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rank = 1
        theme.changed.connect(self.updateGeometry)

    def set_rank(self, rank: int) -> None:
        """Shows another tier."""
        if rank != self._rank:
            self._rank = rank
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(px(RUNGS_WIDTH)) + 1, round(px(14)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        tier_rungs(painter, 0, self.height() / 2, self._rank)
        painter.end()


class Choice(ComboField):
    """A choice in a page that scrolls: the wheel belongs to the page until the field has the focus."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def offer(self, choices: Choices, current: str) -> None:
        """Shows other choices; what stands but is not among them is shown by its key."""
        listed = list(choices)
        if current not in [key for key, _words in listed]:
            listed.append((current, current))
        if listed != [(self.itemData(row), self.itemText(row)) for row in range(self.count())]:
            self.clear()
            for key, words in listed:
                self.addItem(words, key)
        self.setCurrentIndex(self.findData(current))


class WordsField(QLineEdit):
    """A line that remembers what its author saw. `kept(text, seen)`; Esc brings back what stood there."""

    kept = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.seen = ""
        self.editingFinished.connect(self._finish)

    @property
    def editing(self) -> bool:
        """Whether somebody typed here what is not kept yet."""
        return self.isModified()

    def show_text(self, text: str) -> None:
        """Shows what stands, unless somebody is typing over it."""
        if not self.editing:
            self.seen = text
            if text != self.text():
                self.setText(text)
                self.setCursorPosition(0)

    def problem(self) -> str:
        """What is wrong with the text; empty where it can be kept."""
        return ""

    def _finish(self) -> None:
        if not self.editing or self.problem():
            return
        self.setModified(False)
        if self.text().strip() != self.seen:
            self.kept.emit(self.text().strip(), self.seen)
        else:
            self.setText(self.seen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.editing:
            self.setText(self.seen)
            self.textEdited.emit(self.seen)
            return
        super().keyPressEvent(event)


class DelayField(WordsField):
    """After how long a step climbs, as it is typed: ``30``, ``1 h 30``, ``2 d``."""

    def problem(self) -> str:
        try:
            found = delay_problem(read_span(self.text()))
        except CellError as error:
            return f"{error.what} {error.mend}"
        return " ".join(found) if found else ""


class StepCard(Card):
    """One step. `changed(field, value, seen)`: a delay in seconds, else a key or words; None asks who is alerted."""

    changed = Signal(str, object, object)
    moved = Signal(int)
    removed = Signal()
    mended = Signal(object, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=12, spacing=8)
        self.view: StepView | None = None
        self._narrow = False
        self.delay, self.note, self.workaround = DelayField(), WordsField(), WordsField()
        self.condition, self.tier, self.owner = Choice(), Choice(), Choice()
        self.note.setMaxLength(LONGEST_WORDS)
        self.workaround.setMaxLength(LONGEST_WORDS)
        self._build_head()
        self._build_fields()
        self.findings: list[CheckCard] = []
        self._connect()

    def _build_head(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        self._rungs = Rungs()
        self.title = Label("", t.BODY, t.SEMIBOLD)
        self.at = Label("", t.SMALL, t.REGULAR, "text3")
        self.up = Button(icon="arrow-up", kind=Kind.FLAT, small=True, name=tr("Move step up"))
        self.down = Button(icon="arrow-down", kind=Kind.FLAT, small=True, name=tr("Move step down"))
        self.remove = Button(icon="trash", kind=Kind.FLAT, small=True, name=tr("Remove step"))
        head.addWidget(self._rungs)
        head.addWidget(self.title)
        head.addWidget(self.at, 1)
        for button in (self.up, self.down, self.remove):
            head.addWidget(button)
        self.body.addLayout(head)

    def _build_fields(self) -> None:
        self.frames = {
            "delay": FieldFrame(tr("After"), self.delay),
            "condition": FieldFrame(tr("If not"), self.condition),
            "tier": FieldFrame(tr("Climb to"), self.tier),
            "owner": FieldFrame(tr("Ask"), self.owner),
            "note": FieldFrame(tr("Hand-off note"), self.note),
            "workaround": FieldFrame(tr("Workaround strategy"), self.workaround),
        }
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        self.body.addLayout(self._grid)
        self._lay_out(_WIDE)

    def _lay_out(self, places: Places) -> None:
        for frame in self.frames.values():
            self._grid.removeWidget(frame)
        for column in range(4):
            self._grid.setColumnStretch(column, 0)
        for name, (row, column, columns) in places.items():
            self._grid.addWidget(self.frames[name], row, column, 1, columns, Qt.AlignmentFlag.AlignTop)
            if columns == 1:
                self._grid.setColumnStretch(column, 3 if name == "owner" else 2)

    def set_narrow(self, narrow: bool) -> None:
        """Whether the fields stand in pairs."""
        if narrow != self._narrow:
            self._narrow = narrow
            self._lay_out(_NARROW if narrow else _WIDE)

    def _connect(self) -> None:
        self.delay.kept.connect(self._keep_delay)
        self.delay.editingFinished.connect(self._check_delay)
        self.delay.textEdited.connect(self._typed_delay)
        self.note.kept.connect(self._keep_note)
        self.workaround.kept.connect(self._keep_workaround)
        self.condition.activated.connect(self._choose_condition)
        self.tier.activated.connect(self._choose_tier)
        self.owner.activated.connect(self._choose_owner)
        self.up.clicked.connect(self._up)
        self.down.clicked.connect(self._down)
        self.remove.clicked.connect(self._remove)

    # --- showing

    def show_step(self, view: StepView, last: int) -> None:
        """Shows a step; a field that is being typed in keeps what was typed."""
        self.view = view
        values = view.values
        tier = next((words for key, words in view.tiers if key == values.tier), values.tier)
        self.title.setText(tr("Step {number}, to {tier}").format(number=view.number, tier=tier))
        self.at.setText(view.at)
        self._rungs.set_rank(view.rank)
        self.setAccessibleName(f"{self.title.text()}, {view.at}")
        self.delay.show_text(span_words(values.delay))
        self.note.show_text(values.note)
        self.workaround.show_text(values.workaround)
        conditions = [(key.value, tr(words)) for key, words in CONDITION_WORDS.items()]
        self.condition.offer(conditions, values.condition.value)
        self.tier.offer(view.tiers, values.tier)
        self.owner.offer([(NOBODY, view.alerted), *view.owners], values.owner or NOBODY)
        self._name_fields(view.number)
        self._show_marks(view)
        for editor in (self.delay, self.note, self.workaround, self.condition, self.tier, self.owner):
            editor.setEnabled(view.writable)
        self.up.setEnabled(view.writable and view.place > 0)
        self.down.setEnabled(view.writable and view.place < last)
        self.remove.setEnabled(view.writable)
        self.findings = replace_cards(self.findings, view.checks, self.body, self.mended)

    def _name_fields(self, number: int) -> None:
        for frame in self.frames.values():
            editor = frame.editor
            words = editor.property("words") or editor.accessibleName()
            editor.setProperty("words", words)
            editor.setAccessibleName(tr("{field} of step {number}").format(field=words, number=number))

    def _show_marks(self, view: StepView) -> None:
        """What was published stands below each field that says something else."""
        for name, frame in self.frames.items():
            if not frame.error():
                was = view.was.get(name, "")
                frame.set_hint(tr("Published: {value}").format(value=was) if was else "")

    def unread(self) -> str:
        """What was typed as the delay and cannot be read; empty where there is none."""
        return self.delay.text() if self.delay.editing and self.delay.problem() else ""

    def retype(self, text: str) -> None:
        """Shows again what could not be read."""
        self.delay.setText(text)
        self.delay.setModified(True)
        self.frames["delay"].set_error(self.delay.problem())

    def forget(self) -> None:
        """Another step takes this card."""
        for line in (self.delay, self.note, self.workaround):
            line.setModified(False)
        self.frames["delay"].set_error("")

    def preview_delay(self, seconds: int | None) -> None:
        """What the field would say while the boundary is dragged; None shows what stands."""
        if not self.delay.editing:
            self.delay.setText(span_words(seconds) if seconds is not None else self.delay.seen)

    # --- editing

    def _typed_delay(self, _text: str) -> None:
        if self.frames["delay"].error():
            self.frames["delay"].set_error(self.delay.problem())

    def _check_delay(self) -> None:
        if self.delay.editing:
            self.frames["delay"].set_error(self.delay.problem())

    def _keep_delay(self, text: str, _seen: str) -> None:
        self.frames["delay"].set_error("")
        if self.view is not None:
            seconds, seen = read_span(text), read_span(self.delay.seen)
            # what is shown is rounded up to a minute; a delay that says the same stays as it is
            if seconds == seen:
                self.delay.setText(self.delay.seen)
            else:
                stands = self.view.values.delay
                self.changed.emit("delay", seconds, stands if span_words(stands) == self.delay.seen else seen)

    def _keep_note(self, text: str, seen: str) -> None:
        self.changed.emit("note", text, seen)

    def _keep_workaround(self, text: str, seen: str) -> None:
        self.changed.emit("workaround", text, seen)

    def _choose(self, name: str, value: str | None, seen: str | None) -> None:
        if value != seen:
            self.changed.emit(name, value, seen)

    def _choose_condition(self, _row: int) -> None:
        if self.view is not None:
            self._choose("condition", self.condition.currentData(), self.view.values.condition.value)

    def _choose_tier(self, _row: int) -> None:
        if self.view is not None:
            self._choose("tier", self.tier.currentData(), self.view.values.tier)

    def _choose_owner(self, _row: int) -> None:
        if self.view is not None:
            self._choose("owner", self.owner.currentData() or None, self.view.values.owner)

    def _up(self, _checked: bool = False) -> None:
        self.moved.emit(-1)

    def _down(self, _checked: bool = False) -> None:
        self.moved.emit(1)

    def _remove(self, _checked: bool = False) -> None:
        self.removed.emit()
