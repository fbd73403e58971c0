"""Who has confirmed reading an announcement, team by team: confirmed, opened, off duty until, not yet."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services.announcements.reading import AnnouncementRecord, ReaderRecord
from app.views.matrix.announcement_view import clear
from app.views.matrix.columns import tr
from app.views.theme import tokens as t
from app.views.theme.buttons import Button
from app.views.theme.cards import Divider
from app.views.theme.empty import IconMark
from app.views.theme.labels import ElidedLabel, Label, SectionTitle
from app.views.theme.paint import draw_box, px, smooth
from app.views.theme.times import Times

CELL, GAP = 14, 4


class Squares(QWidget):
    """A square for each reader: filled confirmed, outlined opened, faint not yet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._states: list[str] = []
        self.setFixedHeight(round(px(12)))

    def show_readers(self, readers: tuple[ReaderRecord, ...]) -> None:
        """Confirmed ones first."""
        order = {"confirmed": 0, "opened": 1, "waiting": 2}
        self._states = sorted((state_of(one) for one in readers), key=order.__getitem__)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(px((CELL + GAP) * max(1, len(self._states)))), round(px(12)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        width = min(px(CELL), (self.width() - 2) / max(1, len(self._states)) - px(GAP))
        for place, state in enumerate(self._states):
            box = QRectF(1 + place * (width + px(GAP)), 2, width, px(8))
            fill = "ok" if state == "confirmed" else None
            line = {"confirmed": "ok", "opened": "warn"}.get(state, "border2")
            draw_box(painter, box, fill, line, 2)
        painter.end()


def state_of(one: ReaderRecord) -> str:
    """``confirmed``, ``opened`` or ``waiting``."""
    if one.confirmed_at is not None:
        return "confirmed"
    return "opened" if one.opened_at is not None else "waiting"


def reader_words(one: ReaderRecord, times: Times, now: datetime) -> tuple[str, str, str]:
    """Icon, ink and words of a reader's state."""
    if one.wrote_it:
        return "circle-check", "ok", tr("wrote it")
    if one.confirmed_at is not None:
        return "circle-check", "ok", times.when(one.confirmed_at, now)
    if one.away:
        words = tr("off until {when}").format(when=times.when(one.off_until, now)) if one.off_until else tr("off duty")
        return "moon", "text2", words
    if one.opened_at is not None:
        return "eye", "warn", tr("opened {when}").format(when=times.when(one.opened_at, now))
    return "circle-dashed", "text3", tr("not yet")


class ReaderLine(QWidget):
    """A name and its state."""

    def __init__(self, one: ReaderRecord, times: Times, now: datetime, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        icon, ink, words = reader_words(one, times, now)
        self.setAccessibleName(f"{one.name}, {words}")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        done = one.confirmed_at is not None
        row.addWidget(ElidedLabel(one.name, t.SMALL, t.REGULAR if done else t.SEMIBOLD, "text"), 1)
        row.addWidget(IconMark(icon, ink, 14))
        row.addWidget(Label(words, t.SMALL, t.REGULAR, "text2" if done else ink))


class ReadersPanel(QWidget):
    """`remind_wanted()` on Remind."""

    remind_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._record: AnnouncementRecord | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(SectionTitle(tr("Confirmed reading")), 1)
        self.until = Label("", t.SMALL, t.REGULAR, "text3")
        head.addWidget(self.until)
        column.addLayout(head)
        row = QHBoxLayout()
        self.count = Label("", t.H2, t.SEMIBOLD, "text")
        self.rest = Label("", t.SMALL, t.REGULAR, "text2")
        row.addWidget(self.count)
        row.addStretch(1)
        row.addWidget(self.rest)
        column.addLayout(row)
        self.squares = Squares()
        column.addWidget(self.squares)
        self._teams = QVBoxLayout()
        self._teams.setSpacing(6)
        column.addLayout(self._teams)
        self.remind = Button("", icon="bell-ring", small=True, key="R")
        self.remind.clicked.connect(self._remind)
        foot = QHBoxLayout()
        foot.addWidget(self.remind)
        foot.addStretch(1)
        column.addLayout(foot)
        self.note = Label(
            tr("Who is off duty is reminded when their shift begins."), t.SMALL, t.REGULAR, "text2", wrap=True
        )
        column.addWidget(self.note)

    def _remind(self, _checked: bool = False) -> None:
        self.remind_wanted.emit()

    def show_record(self, record: AnnouncementRecord, times: Times, now: datetime, *, leads: bool) -> None:
        """Shows who has read it."""
        if record == self._record:
            return
        self._record = record
        readers = record.readers
        open_ones = len(readers) - record.confirmed
        self.until.setText(
            tr("until {when}").format(when=times.when(record.confirm_by, now)) if record.confirm_by else ""
        )
        self.count.setText(tr("{confirmed} of {number}").format(confirmed=record.confirmed, number=len(readers)))
        opened = sum(state_of(one) == "opened" for one in readers)
        self.rest.setText(
            tr("{opened} opened, {not_yet} not yet").format(opened=opened, not_yet=open_ones - opened)
            if open_ones
            else tr("everybody")
        )
        self.squares.show_readers(readers)
        clear(self._teams)
        for team in dict.fromkeys(one.team for one in readers):
            self._show_team(team, [one for one in readers if one.team == team], times, now)
        self.remind.setText(tr("Remind {number}").format(number=open_ones))
        self.remind.setVisible(leads and open_ones > 0)
        self.note.setVisible(leads and any(one.away for one in readers))

    def _show_team(self, team: str, readers: list[ReaderRecord], times: Times, now: datetime) -> None:
        self._teams.addWidget(Divider(ink="border2"))
        confirmed = sum(one.confirmed_at is not None for one in readers)
        count = tr("{confirmed} of {number}").format(confirmed=confirmed, number=len(readers))
        self._teams.addWidget(SectionTitle(team, count))
        for one in readers:
            self._teams.addWidget(ReaderLine(one, times, now))
