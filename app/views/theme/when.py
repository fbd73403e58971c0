"""A date and time in the reader's zone, with the usual spans a click away."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QDateTime, QTimeZone
from PySide6.QtWidgets import QDateTimeEdit, QHBoxLayout, QVBoxLayout, QWidget

from app.views.theme.buttons import Button
from app.views.theme.fields import FieldFrame


class WhenField(QWidget):
    """A date and time in the reader's zone, with the usual spans a click away."""

    def __init__(self, label: str, now: datetime, at: datetime, zone: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.edit = QDateTimeEdit()
        self.edit.setDisplayFormat("ddd d MMM  HH:mm")
        self.edit.lineEdit().setTextMargins(7, 0, 7, 0)
        self.edit.setTimeZone(QTimeZone(zone.encode()))
        self.frame = FieldFrame(label, self.edit)
        column.addWidget(self.frame)
        row = QHBoxLayout()
        row.setSpacing(8)
        for hours, words in ((1, self.tr("1 h")), (4, self.tr("4 h")), (24, self.tr("1 day")), (48, self.tr("2 days"))):
            quick = Button(words, small=True)
            quick.clicked.connect(lambda _checked=False, hours=hours: self.set_at(self._now + timedelta(hours=hours)))
            row.addWidget(quick)
        row.addStretch(1)
        column.addLayout(row)
        self.set_at(at)

    def set_now(self, now: datetime, otherwise: timedelta) -> None:
        """It is later by now: what has passed meanwhile becomes ``otherwise`` from now."""
        self._now = now
        if self.at() <= now:
            self.set_at(now + otherwise)

    def set_at(self, at: datetime) -> None:
        """Shows another instant."""
        self.edit.setDateTime(QDateTime.fromSecsSinceEpoch(int(at.timestamp()), self.edit.timeZone()))
        self.frame.set_error("")

    def at(self) -> datetime:
        """The instant shown, to the second."""
        return datetime.fromtimestamp(self.edit.dateTime().toSecsSinceEpoch(), tz=self._now.tzinfo)

    def coming(self) -> datetime | None:
        """The instant, if it is still to come; else None, and the field says so."""
        at = self.at()
        if at > self._now:
            return at
        self.frame.set_error(self.tr("That time has passed. Choose a later one."))
        self.edit.setFocus()
        return None
