"""What changing facts or moving to another version would bring: words, and the due times that would move."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.services.incidents.target_outlook import DueOutlook, Outlook
from app.views.theme import tokens as t
from app.views.theme.cards import Card
from app.views.theme.current import theme
from app.views.theme.labels import Label
from app.views.theme.paint import draw_icon, draw_text, flip, px, smooth
from app.views.theme.times import Times
from app.views.workbench.words import joined, timer_name, tr

_ROW = 24


class OutlookView(QWidget):
    """Shows one outlook, or the words that stand in for it."""

    def __init__(self, times: Times, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._times = times
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.card = Card(fill="subtle", margin=14, spacing=6)
        column.addWidget(self.card)
        self.card.body.addWidget(Label(tr("What will happen"), t.BODY, t.SEMIBOLD))
        self.words = Label("", t.BODY, ink="text2", wrap=True)
        self.card.body.addWidget(self.words)
        self.due = DueTable()
        self.card.body.addWidget(self.due)

    def say(self, words: str, ink: str = "text2") -> None:
        """Words in place of an outlook."""
        self.words.setText(words)
        self.words.set_ink(ink)
        self.due.show_rows([])

    def show_outlook(self, found: Outlook, customers: Mapping[str | None, str], now: datetime) -> None:
        """The sentences, then each timer that would be due at another time."""
        self.words.set_ink("text2")
        self.words.setText("\n".join(found.sentences) or tr("Only due times move."))
        self.due.show_rows([_row(one, customers, now, self._times) for one in found.due])


Row = tuple[str, str, str, bool]
"""Timer, due before, due after, and whether it would be over at once."""


def _row(one: DueOutlook, customers: Mapping[str | None, str], now: datetime, times: Times) -> Row:
    before, after = (times.when(at, now) if at else tr("none") for at in (one.before, one.after))
    return joined(timer_name(one.kind), customers.get(one.customer_id, ""), by=", "), before, after, one.breaches


class DueTable(QWidget):
    """One line a timer: its name, when it is due, when it would be."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[Row] = []
        self.setAccessibleName(tr("Due times that move"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_rows(self, rows: list[Row]) -> None:
        """Other rows; without any it is gone."""
        self.rows = rows
        at_once = tr("over at once")
        told = (
            joined(f"{name}: {before} → {after}", at_once if over else "", by=", ")
            for name, before, after, over in rows
        )
        self.setAccessibleDescription("; ".join(told))
        self.setVisible(bool(rows))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(px(300)), round(px(_ROW) * len(self.rows)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        rect = QRectF(self.rect())
        for place, (name, before, after, over) in enumerate(self.rows):
            y = px(_ROW) * place
            draw_text(painter, flip(QRectF(0, y, rect.width() * 0.34, px(_ROW)), rect), name, t.BODY)
            was = flip(QRectF(rect.width() * 0.36, y, rect.width() * 0.18, px(_ROW)), rect)
            draw_text(painter, was, before, t.BODY, ink="text2")
            arrow = flip(QRectF(rect.width() * 0.54, y, px(14), px(_ROW)), rect)
            draw_icon(painter, arrow.x(), y + px(5), "arrow-left" if theme.mirrored else "arrow-right", "text3", 14)
            left = rect.width() * 0.54 + px(24)
            will = flip(QRectF(left, y, rect.width() - left, px(_ROW)), rect)
            words = joined(after, tr("over at once") if over else "", by=", ")
            draw_text(painter, will, words, t.BODY, t.SEMIBOLD, "breach" if over else "text")
        painter.end()
