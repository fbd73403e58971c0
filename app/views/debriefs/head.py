"""The head of a debrief: which incident, where it stands, and its two acts; below it the rail of what happened."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.models.enums import DebriefState
from app.services.debriefs.railway import rail_part
from app.services.debriefs.record import DebriefRecord
from app.services.debriefs.words import long_words
from app.views.debriefs.looks import rail_drawing
from app.views.debriefs.store import DebriefStore
from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.cards import Surface
from app.views.theme.current import theme
from app.views.theme.glyphs import SEVERITY_WIDTH, severity
from app.views.theme.labels import ElidedLabel, Label, Tag
from app.views.theme.paint import px, smooth
from app.views.theme.rail_view import RailView


class SeverityMark(QWidget):
    """The severity as a widget; nothing where no dimension plays that part."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rank = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setFixedSize(round(px(SEVERITY_WIDTH + 4)), round(px(28)))

    def show_rank(self, rank: int) -> None:
        """Another severity."""
        self._rank = rank
        self.setVisible(rank > 0)
        self.setAccessibleName(self.tr("Severity {rank}").format(rank=rank))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        severity(painter, px(2), self.height() / 2, self._rank)
        painter.end()


class DebriefHead(Surface):
    """Title, facts, acts; `why_open` says in words why the debrief cannot be closed now."""

    preview_wanted = Signal()
    close_wanted = Signal()
    back_wanted = Signal()

    def __init__(self, store: DebriefStore, parent: QWidget | None = None) -> None:
        super().__init__("surface", parent, lines="b")
        self._store = store
        self.mark = SeverityMark()
        self.title = ElidedLabel("", t.H2, t.SEMIBOLD)
        self.tag = Tag("")
        self.facts = ElidedLabel("", t.SMALL, t.REGULAR, "text2")
        self.action_words = Label("", t.SMALL, t.MEDIUM, "text2")
        self.saved = Label("", t.SMALL, t.REGULAR, "text3")
        self.preview = Button(self.tr("Preview report"), icon="eye", key="Ctrl P")
        self.close_button = Button(self.tr("Close debrief"))
        self.preview.clicked.connect(self.preview_wanted)
        self.close_button.clicked.connect(self.close_wanted)
        self.back = Button(self.tr("Debriefs"), icon="arrow-left", kind=Kind.FLAT)
        self.back.clicked.connect(self.back_wanted)
        self.back.hide()
        self._outer = QVBoxLayout(self)
        self._outer.setContentsMargins(24, 10, 24, 11)
        self._outer.setSpacing(8)
        row = self._row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.back)
        row.addLayout(self._left(), 1)
        self._acts = QHBoxLayout()
        self._acts.setSpacing(12)
        right = QVBoxLayout()
        right.setSpacing(2)
        for label in (self.action_words, self.saved):
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            right.addWidget(label)
        self._acts.addLayout(right)
        self._acts.addWidget(self.preview)
        self._acts.addWidget(self.close_button)
        row.addLayout(self._acts)
        self._outer.addLayout(row)

    def set_narrow(self, narrow: bool) -> None:
        """Where there is little room the acts stand below the title."""
        if narrow is (self._acts.parent() is self._outer):
            return
        holder = self._row if self._acts.parent() is self._row else self._outer
        holder.removeItem(self._acts)
        self._acts.setParent(None)
        (self._outer if narrow else self._row).addLayout(self._acts)

    def _left(self) -> QVBoxLayout:
        left = QVBoxLayout()
        left.setSpacing(2)
        left.addWidget(self.facts)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.mark)
        line.addWidget(self.title)
        line.addWidget(self.tag)
        line.addStretch(1)
        left.addLayout(line)
        return left

    def refresh(self) -> None:
        """The record is another one."""
        record = self._store.record
        if record is None:
            return
        self.mark.show_rank(record.case.severity)
        self.title.setText(record.case.title)
        self.facts.setText(self._facts(record))
        self.tag.set_text(*self._state(record))
        self._show_actions(record)
        reason = self.why_open()
        self.close_button.setVisible(bool(record.id) and not record.closed)
        self.close_button.setEnabled(not reason)
        self.close_button.setToolTip(reason)
        self.close_button.setAccessibleDescription(reason)

    def _show_actions(self, record: DebriefRecord) -> None:
        today = self._store.today
        overdue = any(one.is_open and one.due is not None and one.due < today for one in record.actions)
        if not record.actions:
            words = ""
        elif record.open_actions:
            words = self.tr("{n} of {all} actions open").format(n=record.open_actions, all=len(record.actions))
        else:
            words = self.tr("{all} actions answered").format(all=len(record.actions))
        self.action_words.setText(words)
        self.action_words.set_ink("breach" if overdue else "crit" if record.open_actions else "text2")

    def why_open(self) -> str:
        """Why the debrief cannot be closed now; empty when it can."""
        record, database = self._store.record, self._store.desk.database
        if record is None or not record.id:
            return self.tr("Start the debrief first.")
        if record.closed:
            return self.tr("It is closed already.")
        from app.services.debriefs.form import CloseDebrief

        if database is not None and not database.can(CloseDebrief.needs):
            return self.tr("A lead closes debriefs.")
        if not record.block("summary").body.strip():
            return self.tr("The summary is empty. Say in two lines what happened.")
        if record.open_actions == 1:
            return self.tr("One action item is open. Finish it, or mark it not doing with a reason.")
        if record.open_actions:
            words = self.tr("{n} action items are open. Finish them, or mark them not doing with a reason.")
            return words.format(n=record.open_actions)
        return ""

    def _facts(self, record: DebriefRecord) -> str:
        case, zone = record.case, self._store.zone
        parts = [f"INC-{case.number}"]
        if case.customer:
            parts.append(" · ".join(word for word in (case.customer.name, case.customer.segment) if word))
        ended = record.ended_at
        start = long_words(case.raised_at, zone)
        until = self.tr("{start} to {end}").format(start=start, end=long_words(ended, zone)) if ended else start
        parts.append(until)
        if case.version and case.trigger:
            parts.append(self.tr("matrix {version}, trigger {trigger}").format(
                version=case.version, trigger=case.trigger))  # fmt: skip
        return "    ".join(parts)

    def _state(self, record: DebriefRecord) -> tuple[str, str]:
        words = {
            DebriefState.TO_WRITE: (self.tr("To write"), "text2"),
            DebriefState.IN_PROGRESS: (self.tr("In progress"), "accent_text"),
            DebriefState.IN_REVIEW: (self.tr("In review"), "accent_text"),
            DebriefState.CLOSED: (self.tr("Closed"), "ok"),
        }
        return words[record.state]


class RailStrip(Surface):
    """The rail of the real events; an event of it leads to its line in the record."""

    def __init__(self, store: DebriefStore, parent: QWidget | None = None) -> None:
        super().__init__("surface", parent, lines="b")
        self._store = store
        self.view = RailView()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 10, 16, 2)
        column.addWidget(self.view)

    def refresh(self) -> None:
        """The record is another one."""
        record = self._store.record
        if record is None:
            return
        part = rail_part(record, [line.event for line in record.lines], self._store.desk.now())
        self.setVisible(part is not None)
        if part is not None:
            self.view.set_drawing(rail_drawing(part))
