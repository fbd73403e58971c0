"""A difference in words: one block for each trigger, was on grey, is with the accent's outline."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QWidget

from app.services.matrix.differences import FieldChange, How, TriggerChange
from app.services.matrix.replay.consequences import Consequence
from app.services.publishing.reviewing import Reading, field_block, trigger_block
from app.views.matrix.columns import tr
from app.views.theme import tokens as t
from app.views.theme.cards import Card
from app.views.theme.empty import IconMark
from app.views.theme.focus import wants_ring
from app.views.theme.glyphs import avatar, initials
from app.views.theme.labels import Label, Tag
from app.views.theme.paint import draw_box, px, smooth, text_width
from app.views.theme.times import Times

LONGEST_CHIP = 30
"""Characters a chip may hold; longer values stand as text that wraps."""
LABEL_WIDTH = 116
"""Pixels at any text size, so that large text leaves room for the values."""
STATES = {How.ADDED: ("new", "ok"), How.REMOVED: ("removed", "breach"), How.CHANGED: ("changed", "accent_text")}


class Face(QWidget):
    """A person as initials."""

    def __init__(self, name: str, diameter: float = 22, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._letters, self._diameter = initials(name), diameter
        self.setToolTip(name)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(round(px(self._diameter)), round(px(self._diameter)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        avatar(painter, 0, self.height() / 2, self._letters, self._diameter)
        painter.end()


class Becomes(Tag):
    """What a value becomes: the tint with the accent's outline."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = smooth(QPainter(self))
        draw_box(painter, QRectF(self.rect()), None, "accent_text", px(t.RADIUS_CHIP), 1)
        painter.end()


def value_widget(words: str, *, becomes: bool) -> QWidget:
    """A short value as a chip, a long one as text."""
    if len(words) > LONGEST_CHIP or "\n" in words:
        return Label(words, t.SMALL, t.MEDIUM if becomes else t.REGULAR, "text" if becomes else "text2", wrap=True)
    return Becomes(words, ink="accent_text") if becomes else Tag(words, ink="text2", fill="hover")


class Changes(QWidget):
    """Lines of label, was, arrow, is; ``end`` stands right of the first."""

    def __init__(self, fields: tuple[FieldChange, ...], end: QWidget | None = None) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        wide = max((text_width(one.label, t.SMALL, t.MEDIUM) for one in fields), default=0)
        for row, one in enumerate(fields):
            label = Label(one.label, t.SMALL, t.MEDIUM, "text2", wrap=wide > 2 * LABEL_WIDTH)
            label.setMinimumWidth(round(min(max(wide, LABEL_WIDTH), 2 * LABEL_WIDTH)))
            grid.addWidget(label, row, 0)
            values = QHBoxLayout()
            values.setSpacing(8)
            for place, widget in enumerate(_parts(one)):
                values.addWidget(widget, int(isinstance(widget, QLabel) and place != 1))
            if all(not isinstance(widget, QLabel) for widget in _widgets(values)):
                values.addStretch(1)
            grid.addLayout(values, row, 1)
        if end is not None:
            top = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
            grid.addWidget(end, 0, 2, max(1, len(fields)), 1, top)
        grid.setColumnStretch(1, 1)
        said = [tr("{label}: {after}, was {before}") for _one in fields]
        words = [
            text.format(label=one.label, after=one.after, before=one.before)
            for text, one in zip(said, fields, strict=True)
        ]
        self.setAccessibleName("; ".join(words))


def _parts(one: FieldChange) -> tuple[QWidget, ...]:
    return (
        value_widget(one.before, becomes=False),
        IconMark("arrow-right", "text3", 14),
        value_widget(one.after, becomes=True),
    )


def _widgets(layout: QHBoxLayout) -> list[QWidget]:
    items = (layout.itemAt(place) for place in range(layout.count()))
    return [widget for item in items if item is not None and (widget := item.widget()) is not None]


class Weight(QWidget):
    """``31 would start at Tier 2, not Tier 1``: from the replay, at the right of a block."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(6)
        self.count = Label("", t.BODY, t.SEMIBOLD)
        self.words = Label("", t.SMALL, t.REGULAR, "text2")
        row.addWidget(self.count)
        row.addWidget(self.words)
        self.hide()

    def show_consequence(self, one: Consequence | None) -> None:
        """Shows it; None shows nothing."""
        self.setVisible(one is not None)
        if one is not None:
            self.count.setText(f"{one.count:,}")
            self.words.setText(one.words)


class Block(Card):
    """One change that can be marked as read. `read_wanted(block, mark)` on Space."""

    read_wanted = Signal(str, str)

    def __init__(self, block: str, mark: str) -> None:
        super().__init__(margin=12, spacing=6)
        self.block, self.mark = block, mark
        self.readers = QHBoxLayout()
        self.readers.setSpacing(6)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        wants_ring(self, t.RADIUS_CARD)

    def show_readers(self, readers: tuple[Reading, ...], times: Times) -> None:
        """``read 14:57`` with a face for each."""
        while self.readers.count():
            item = self.readers.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for one in readers:
            self.readers.addWidget(
                Label(tr("read {time}").format(time=times.clock(one.at)), t.SMALL, t.REGULAR, "text3")
            )
            self.readers.addWidget(Face(one.name))
        said = [tr("read by {name}").format(name=one.name) for one in readers]
        self.setAccessibleDescription(", ".join(said) or tr("not read yet, Space marks it as read"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.modifiers():
            self.read_wanted.emit(self.block, self.mark)
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        super().mousePressEvent(event)


class TriggerBlock(Block):
    """One trigger: what it is, what changes, why.

    With ``asks`` a line stands where a reason is missing: `reason_written(number, text)`.
    """

    reason_written = Signal(int, str)

    def __init__(self, change: TriggerChange, *, asks: bool = False) -> None:
        super().__init__(*trigger_block(change))
        self.number, self.weight = change.number, Weight()
        name = tr("Trigger {number}").format(number=change.number)
        words, ink = STATES[change.how]
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Label(name, t.BODY, t.SEMIBOLD))
        head.addWidget(Tag(tr(words), ink=ink))
        quiet = change.how is How.CHANGED
        head.addWidget(Label(change.summary, t.SMALL, t.REGULAR if quiet else t.MEDIUM, "text2", wrap=True), 1)
        head.addLayout(self.readers)
        self.body.addLayout(head)
        if change.fields:
            self.body.addWidget(Changes(change.fields, self.weight))
        else:
            self.body.addWidget(self.weight, 0, Qt.AlignmentFlag.AlignRight)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(IconMark("message-square-text", "text3", 14), 0, Qt.AlignmentFlag.AlignTop)
        self.why: QLineEdit | None = None
        if asks and not change.reason and change.how is not How.REMOVED:
            self.why = QLineEdit()
            self.why.setPlaceholderText(tr("Why is this trigger there? Publishing needs it."))
            self.why.setAccessibleName(tr("Reason of trigger {number}").format(number=change.number))
            self.why.editingFinished.connect(self._written)
            row.addWidget(self.why, 1)
        else:
            reason = change.reason or tr("No reason is written yet.")
            row.addWidget(Label(reason, t.SMALL, t.REGULAR, "text2" if change.reason else "text3", wrap=True), 1)
        self.body.addLayout(row)
        self.setAccessibleName(f"{name}, {tr(words)}: {change.summary}")

    def _written(self) -> None:
        if self.why is not None and self.why.text().strip():
            self.reason_written.emit(self.number, self.why.text().strip())


class OtherBlock(Block):
    """A change outside the triggers."""

    def __init__(self, change: FieldChange) -> None:
        super().__init__(*field_block(change))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(Changes((change,)), 1)
        row.addLayout(self.readers)
        self.body.addLayout(row)
        said = tr("{label}: {after}, was {before}")
        self.setAccessibleName(said.format(label=change.label, after=change.after, before=change.before))
