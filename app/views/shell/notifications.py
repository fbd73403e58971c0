"""The bell's list: what the person at this desk should know, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from app.views.theme import tokens as t
from app.views.theme.buttons import Button, Kind
from app.views.theme.empty import EmptyState, IconMark
from app.views.theme.labels import ElidedLabel, Label
from app.views.theme.paint import draw_box, draw_shadow, px, smooth

WIDTH = 400
_MOST_HEIGHT = 520
_ROOM = 7


@dataclass(frozen=True, slots=True)
class NotificationLine:
    """One line of the list; `at` in the reader's zone. `tone` is the ink of its icon: text2, warn, crit or breach.

    `place` is where it leads: a page and what to show there, ``workbench ID``; empty where it leads nowhere.
    """

    id: str
    text: str
    more: str
    at: datetime
    new: bool = True
    icon: str = "bell"
    tone: str = "text2"
    place: str = ""


class _Line(QWidget):
    """One notification; a click opens where it leads."""

    opened = Signal(str)

    def __init__(self, line: NotificationLine, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._place = line.place
        self._new = line.new
        self.setAccessibleName(f"{line.text}. {line.more}")
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 9, 16, 9)
        row.setSpacing(11)
        row.addWidget(IconMark(line.icon, line.tone, 16), 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(ElidedLabel(line.text, weight=t.SEMIBOLD if line.new else t.REGULAR))
        words.addWidget(ElidedLabel(line.more, t.SMALL, ink="text2"))
        row.addLayout(words, 1)
        row.addWidget(Label(f"{line.at:%H:%M}", t.SMALL, ink="text3"), 0, Qt.AlignmentFlag.AlignTop)
        if line.place:
            open_it = Button(self.tr("Open"), small=True)
            open_it.clicked.connect(self._open)
            row.addWidget(open_it)

    def _open(self) -> None:
        self.opened.emit(self._place)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._new:
            painter = smooth(QPainter(self))
            draw_box(painter, QRectF(px(6), self.height() / 2 - 3, 6, 6), "accent", None, 3)
            painter.end()


class NotificationPopup(QWidget):
    """Drops from the bell; closes by Esc or a click elsewhere."""

    opened = Signal(str)
    all_seen = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAccessibleName(self.tr("Notifications"))
        column = QVBoxLayout(self)
        column.setContentsMargins(_ROOM, _ROOM + 6, _ROOM, _ROOM + 8)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setContentsMargins(18, 4, 12, 0)
        head.addWidget(Label(self.tr("Notifications"), weight=t.SEMIBOLD))
        head.addStretch(1)
        self._all = Button(self.tr("Mark all as seen"), kind=Kind.LINK, small=True)
        self._all.clicked.connect(self.all_seen)
        head.addWidget(self._all)
        column.addLayout(head)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column.addWidget(self._scroll, 1)
        self.show_lines(())

    def show_lines(self, lines: Sequence[NotificationLine]) -> None:
        """Shows these."""
        content = QWidget()
        content.setAutoFillBackground(False)
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        if not lines:
            words = self.tr("Nothing new"), self.tr("What needs you shows here, on every desk you use.")
            column.addWidget(EmptyState(*words, icon="circle-check", ink="ok"))
        for line in lines:
            row = _Line(line)
            row.opened.connect(self._open)
            column.addWidget(row)
        column.addStretch(1)
        self._scroll.setWidget(content)
        self._scroll.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)
        self._all.setEnabled(any(line.new for line in lines))
        height = content.sizeHint().height() + round(px(60)) + 2 * _ROOM
        self.resize(round(px(WIDTH)) + 2 * _ROOM, min(height, round(px(_MOST_HEIGHT))))
        if self.isVisible():
            self._focus_first()  # what had the focus has just been replaced

    def drop_from(self, bell: QWidget) -> None:
        """Opens below the bell, its right edges in line."""
        corner = bell.mapToGlobal(QPoint(bell.width(), bell.height()))
        self.move(corner.x() - self.width() + _ROOM, corner.y())
        self.show()
        self._focus_first()

    def _focus_first(self) -> None:
        """So that Enter opens the newest and Tab goes on from there."""
        content = self._scroll.widget()
        first = content.findChild(Button) if content is not None else None
        if first is not None:
            first.setFocus(Qt.FocusReason.PopupFocusReason)

    def _open(self, place: str) -> None:
        self.close()
        self.opened.emit(place)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        face = QRectF(self.rect()).adjusted(_ROOM, _ROOM, -_ROOM, -_ROOM)
        draw_shadow(painter, face)
        draw_box(painter, face, "raised", "border2", t.RADIUS_POPUP)
        painter.end()
