"""Quiet hours, a line a weekday: what is written, and how the day looks with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from app.views.settings.quiet_text import DAYS, END, Hours, SpanError, Spans, hours_of, spans_of, texts_of
from app.views.settings.rule_words import tr
from app.views.theme import tokens as t
from app.views.theme.announce import announce
from app.views.theme.banner import plain_call
from app.views.theme.buttons import Button, Kind
from app.views.theme.current import theme
from app.views.theme.labels import Label
from app.views.theme.paint import CENTER, LEFT, RIGHT, draw_box, draw_text, px, smooth

_FIELD_WIDTH, _BAR_LEAST = 170, 120
_HOURS = (0, 6, 12, 18, 24)


def day_words(day: str) -> str:
    """A weekday in full."""
    return {
        "mon": tr("Monday"),
        "tue": tr("Tuesday"),
        "wed": tr("Wednesday"),
        "thu": tr("Thursday"),
        "fri": tr("Friday"),
        "sat": tr("Saturday"),
        "sun": tr("Sunday"),
    }[day]


class _Bar(QWidget):
    """A day from 00:00 to 24:00, filled where it is quiet; the field beside it says it too."""

    def __init__(self) -> None:
        super().__init__()
        self._spans: Spans = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def show_spans(self, spans: Spans) -> None:
        """These seconds are quiet."""
        self._spans = spans
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(px(_BAR_LEAST)), round(px(20)))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(px(40)), round(px(20)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        width, height = self.width() - 1, px(12)
        top = (self.height() - height) / 2
        draw_box(painter, QRectF(0, top, width, height), "hover", None, px(t.RADIUS_CHIP))
        for start, end in self._spans:
            quiet = QRectF(width * start / END, top, width * (end - start) / END, height)
            draw_box(painter, quiet, "accent_tint", "accent_text", px(t.RADIUS_CHIP))
        painter.end()


class _Scale(QWidget):
    """The hours above the days."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(round(px(_BAR_LEAST)), round(px(16)))

    def minimumSizeHint(self) -> QSize:
        return QSize(round(px(40)), round(px(16)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        wide = px(44)
        for hour in _HOURS if self.width() > 5 * wide else (0, 24):
            at = self.width() * hour / 24
            place, align = QRectF(at - wide / 2, 0, wide, self.height()), CENTER
            if hour == 0:
                place, align = QRectF(0, 0, wide, self.height()), LEFT
            elif hour == 24:
                place, align = QRectF(self.width() - wide, 0, wide, self.height()), RIGHT
            draw_text(painter, place, f"{hour:02d}:00", t.CAPTION, t.REGULAR, "text3", align)
        painter.end()


class QuietHoursEditor(QWidget):
    """`wanted(hours, seen)` asks to keep what is written, as soon as a field is left and all of it can be read."""

    wanted = Signal(object, object)

    def __init__(self) -> None:
        super().__init__()
        self._stands: dict[str, Any] = {}
        self._theirs: Hours | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.words = Label("", t.SMALL, ink="text2", wrap=True)
        column.addWidget(self.words)
        self.fields: dict[str, QLineEdit] = {}
        self._bars: dict[str, _Bar] = {}
        column.addLayout(self._make_grid())
        self.trouble = Label("", t.SMALL, ink="breach", wrap=True)
        column.addWidget(self.trouble)
        self.trouble.hide()
        column.addLayout(self._make_acts())
        theme.changed.connect(self._restyle)
        self._restyle()

    def _make_grid(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(2, 1)
        grid.addWidget(_Scale(), 0, 2)
        for row, day in enumerate(DAYS, 1):
            name = Label(day_words(day), ink="text2")
            field = self.fields[day] = QLineEdit()
            field.setPlaceholderText("22:00–06:00" if row == 1 else "")
            field.setAccessibleName(tr("Quiet on {day}").format(day=day_words(day)))
            field.editingFinished.connect(self._left)
            field.textEdited.connect(self._typed)
            name.setBuddy(field)
            bar = self._bars[day] = _Bar()
            for at, part in enumerate((name, field, bar)):
                grid.addWidget(part, row, at, Qt.AlignmentFlag.AlignVCenter)
        return grid

    def _make_acts(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.same = Button(tr("Every day as Monday"), kind=Kind.LINK, small=True)
        self.same.clicked.connect(plain_call(self._same))
        self.mine = Button(tr("Keep mine"), small=True)
        self.mine.clicked.connect(plain_call(self._keep_mine))
        self.others = Button(tr("Take those"), small=True)
        self.others.clicked.connect(plain_call(self._take_theirs))
        for button in (self.mine, self.others, self.same):
            row.addWidget(button)
        row.addStretch(1)
        self._show_conflict(shown=False)
        return row

    def _restyle(self) -> None:
        for field in self.fields.values():
            field.setFixedWidth(round(px(_FIELD_WIDTH)))

    # --- what stands and what is typed

    def show_hours(self, hours: Hours, zone: str) -> None:
        """These stand now, in that time zone; what somebody has typed since and not kept yet stays."""
        words = tr("Nothing reaches you then, except by rules that say so; it comes when they end. Your time: {zone}.")
        self.words.setText(words.format(zone=zone.replace("_", " ")))
        typed = {day for day, text in texts_of(self._stands).items() if self.fields[day].text() != text}
        self._stands = {day: [list(span) for span in spans] for day, spans in hours.items()}
        for day, text in texts_of(self._stands).items():
            if day not in typed:
                self.fields[day].setText(text)
        self._paint()

    def _typed(self) -> None:
        self._say("", None)
        self._paint()

    def _read(self) -> dict[str, list[list[str]]] | None:
        """What is written; where that cannot be read, says so at its field."""
        try:
            return hours_of({day: field.text() for day, field in self.fields.items()})
        except SpanError as fault:
            words = tr("{day}: “{part}” is no span of time. Write it as 22:00–06:00, several with a comma between.")
            self._say(words.format(day=day_words(fault.day), part=fault.part), fault.day)
            return None

    def _paint(self) -> None:
        try:
            spans = spans_of(hours_of({day: field.text() for day, field in self.fields.items()}))
        except SpanError:
            return  # the bars stay as they are until it can be read
        for day, bar in self._bars.items():
            bar.show_spans(spans[day])

    def _left(self) -> None:
        hours = self._read()
        if hours is not None and hours != self._stands and not self.mine.isVisibleTo(self):
            self.wanted.emit(hours, self._stands)

    def _same(self) -> None:
        for field in self.fields.values():
            field.setText(self.fields["mon"].text())
        self._typed()
        self._left()

    # --- what came of it

    def kept(self, hours: Mapping[str, Sequence[Sequence[str]]]) -> None:
        """They stand now, and are shown as the desk reads them."""
        self._stands = {day: [list(span) for span in spans] for day, spans in hours.items()}
        for day, text in texts_of(self._stands).items():
            self.fields[day].setText(text)
        self._show_conflict(shown=False)
        self._say("", None)
        self._paint()

    def refuse(self, words: str) -> None:
        """Why they were not kept; what is typed stays."""
        self._say(words, None)

    def contradict(self, theirs: Hours) -> None:
        """Others stand meanwhile: whose shall hold?"""
        self._theirs = theirs
        texts = texts_of(theirs)
        listed = ", ".join(f"{day_words(day)} {text}" for day, text in texts.items() if text) or tr("none")
        words = tr("Your quiet hours were changed on another desk meanwhile: {hours}. Which shall hold?")
        self._say(words.format(hours=listed), None)
        self._show_conflict(shown=True)

    def _show_conflict(self, *, shown: bool) -> None:
        self.mine.setVisible(shown)
        self.others.setVisible(shown)
        self.same.setVisible(not shown)

    def _keep_mine(self) -> None:
        hours = self._read()
        if hours is not None and self._theirs is not None:
            self.wanted.emit(hours, self._theirs)

    def _take_theirs(self) -> None:
        if self._theirs is not None:
            self.kept(self._theirs)

    def _say(self, words: str, day: str | None) -> None:
        for name, field in self.fields.items():
            field.setProperty("invalid", name == day)
            field.setAccessibleDescription(words if name == day else "")
            field.style().unpolish(field)
            field.style().polish(field)
        self.trouble.setText(words)
        self.trouble.setVisible(bool(words))
        if words:
            announce(self.fields[day] if day else self, words, assertive=True)
