"""Handing an incident off: who takes it, and what goes along so that nobody asks the customer again."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.models.enums import EventKind, TimerKind
from app.services.clock.reading import read
from app.services.incidents.case_records import Case
from app.services.incidents.handoffs import OfferHandOff
from app.services.incidents.queue import Receiver
from app.views.theme import tokens as t
from app.views.theme.cards import Divider
from app.views.theme.current import theme
from app.views.theme.fields import SearchField
from app.views.theme.focus import wants_ring
from app.views.theme.glyphs import avatar, initials, load_blocks
from app.views.theme.labels import Label, SectionTitle
from app.views.theme.paint import color, draw_box, draw_text, flip, pen, px, smooth
from app.views.theme.timers import TimerText, paint_pill, timer_text
from app.views.theme.times import Times
from app.views.workbench.reading_case import WORK, is_open
from app.views.workbench.sheets import ActSheet
from app.views.workbench.words import joined, timer_name, tr

BLOCKS = 8
"""So many held incidents are drawn as blocks at most; the number below says how many there are."""
MOST_SHOWN = 4
_NOTES_TAKEN = 3


class ReceiverRow(QAbstractButton):
    """Somebody who can take it, with what they hold already."""

    def __init__(self, receiver: Receiver, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.receiver = receiver
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setText(receiver.name)
        self.setAccessibleName(joined(receiver.name, self._below(), self._load(), by=", "))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setEnabled(bool(receiver.answers))
        wants_ring(self)
        theme.changed.connect(self.updateGeometry)

    def _below(self) -> str:
        if self.receiver.owner.startswith("team:"):
            who = self.receiver.answers
            return tr("Team, {name} on duty").format(name=who) if who else tr("Team, nobody on duty now")
        return ", ".join(self.receiver.teams) or tr("In no team")

    def _load(self) -> str:
        return tr("{held} open").format(held=self.receiver.held)

    def sizeHint(self) -> QSize:
        return QSize(round(px(400)), round(px(48)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        rect, on = QRectF(self.rect()), self.isChecked()
        if on or self.underMouse():
            face = "selected" if on else "hover"
            draw_box(painter, rect, face, "accent_text" if on else None, px(t.RADIUS_CONTROL))
        middle = rect.height() / 2
        self._paint_radio(painter, rect, on)
        disc = flip(QRectF(px(36), middle - px(14), px(28), px(28)), rect)
        avatar(painter, disc.x(), middle, initials(self.receiver.name), 28)
        half = rect.width() * 0.45
        upper = QRectF(px(74), middle - px(18), half - px(80), px(18))
        ink = "text" if self.isEnabled() else "text3"
        draw_text(painter, flip(upper, rect), self.receiver.name, t.BODY, t.MEDIUM, ink)
        lower = QRectF(px(74), middle, half - px(80), px(17))
        draw_text(painter, flip(lower, rect), self._below(), t.SMALL, t.REGULAR, "text3")
        blocks = flip(QRectF(half, 0, px(11) * BLOCKS, 1), rect)
        shown = min(self.receiver.held, BLOCKS)
        load_blocks(painter, blocks.x(), middle - px(8), shown, shown)
        words = flip(QRectF(half, middle, px(120), px(17)), rect)
        draw_text(painter, words, self._load(), t.SMALL, t.REGULAR, "text2")
        late = QRectF(half + px(130), 0, rect.width() - half - px(140), rect.height())
        if self.receiver.urgent:
            text = tr("{count} overdue").format(count=self.receiver.urgent)
            draw_text(painter, flip(late, rect), text, t.SMALL, t.MEDIUM, "breach")
        painter.end()

    def _paint_radio(self, painter: QPainter, rect: QRectF, on: bool) -> None:
        spot = flip(QRectF(px(13), rect.height() / 2 - px(7), px(14), px(14)), rect)
        painter.setPen(pen("accent_text" if on else "control", 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(spot)
        if on:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color("accent_text"))
            painter.drawEllipse(spot.adjusted(px(3.5), px(3.5), -px(3.5), -px(3.5)))


class TimerCard(QWidget):
    """An open timer that goes along and runs on."""

    def __init__(self, name: str, due: str, text: TimerText, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._due, self._text = name, due, text
        self.setAccessibleName(f"{name}, {text.value} {text.word}, {due}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(round(px(120)), round(px(58)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = smooth(QPainter(self))
        rect = QRectF(self.rect())
        draw_box(painter, rect, "surface", "border2", px(t.RADIUS_CONTROL))
        draw_text(painter, rect.adjusted(px(10), px(6), -px(8), -px(32)), self._name, t.SMALL, ink="text2")
        paint_pill(painter, rect.x() + px(6), rect.y() + px(40), self._text)
        painter.end()


class _Receivers(SearchField):
    """Arrow keys choose while the cursor stays in the field."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        sheet = self._sheet()
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and sheet is not None:
            sheet.walk(1 if event.key() == Qt.Key.Key_Down else -1)
            return
        if event.key() == Qt.Key.Key_Escape and not self.text():
            event.ignore()
            return
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            event.ignore()
            return
        super().keyPressEvent(event)

    def _sheet(self) -> HandOffSheet | None:
        widget = self.parentWidget()
        while widget is not None and not isinstance(widget, HandOffSheet):
            widget = widget.parentWidget()
        return widget


class HandOffSheet(ActSheet):
    """Search, packet, offer. The giver stays responsible until it is accepted."""

    def __init__(self, host: QWidget, case: Case, receivers: tuple[Receiver, ...], now: datetime, times: Times) -> None:
        super().__init__(host, tr("Hand off"), case, tr("Offer hand-off"), "arrow-right-left", width=820)
        self._case, self._receivers = case, receivers
        self.field = _Receivers(tr("People and teams"), name=tr("To whom"))
        self.field.textChanged.connect(self._filter)
        self.body.addWidget(Label(tr("To"), t.SMALL, t.MEDIUM, "text2"))
        self.body.addWidget(self.field)
        self._list = QVBoxLayout()
        self._list.setSpacing(2)
        self.body.addLayout(self._list)
        self.rows: list[ReceiverRow] = []
        self.body.addWidget(Divider())
        head = SectionTitle(tr("What goes along"))
        self.body.addWidget(head)
        head.set_extra(tr("Filled from the record."))
        self.summary = self.ask(tr("Summary"), _summary(case), missing=tr("Say in two lines what is known."))
        self.tried = self.ask(tr("Tried so far"), _tried(case))
        self.promised = self.ask(tr("Promised"), _promised(case, now, times))
        self._add_timers(case, now, times)
        self.next_step = self.ask(
            tr("Next step"), hint=tr("What should happen first, and who is waiting for it?"),
            missing=tr("Say what should happen first."),
        )  # fmt: skip
        self.set_note(tr("You stay responsible until it is accepted."), "shield-check")
        self._filter("")

    def _add_timers(self, case: Case, now: datetime, times: Times) -> None:
        timers = [timer for timer in case.timers if timer.kind in WORK and is_open(timer)]
        if not timers:
            return
        self.body.addWidget(Label(tr("Open timers, they go on running"), t.SMALL, t.MEDIUM, "text2"))
        row = QHBoxLayout()
        row.setSpacing(10)
        for timer in timers:
            due = tr("due {time}").format(time=times.when(timer.due_at, now))
            row.addWidget(TimerCard(timer_name(timer.kind), due, timer_text(read(timer, now), times.zone)), 1)
        self.body.addLayout(row)

    # --- receivers

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        fits = [
            one
            for one in self._receivers
            if all(word in f"{one.name} {' '.join(one.teams)}".casefold() for word in words)
        ]
        chosen = self.chosen
        for row in self.rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [ReceiverRow(one) for one in fits[:MOST_SHOWN]]
        for row in self.rows:
            self._list.addWidget(row)
            row.toggled.connect(self._show_chosen)
        able = [row for row in self.rows if row.isEnabled()]
        keep = next((row for row in able if chosen and row.receiver.owner == chosen.owner), None)
        if keep is not None or (words and able):
            (keep or able[0]).setChecked(True)
        self._show_chosen()

    @property
    def chosen(self) -> Receiver | None:
        """Who is chosen."""
        return next((row.receiver for row in self.rows if row.isChecked()), None)

    def walk(self, by: int) -> None:
        """The next receiver that can be asked."""
        able = [row for row in self.rows if row.isEnabled()]
        if able:
            at = next((place for place, row in enumerate(able) if row.isChecked()), -1 if by > 0 else len(able))
            able[min(max(at + by, 0), len(able) - 1)].setChecked(True)

    def _show_chosen(self, _on: bool = True) -> None:
        chosen = self.chosen
        self.act.setText(tr("Offer to {name}").format(name=chosen.name) if chosen else tr("Offer hand-off"))

    # --- the act

    def press(self) -> None:
        if self.chosen is None:
            self.set_note(tr("Choose who takes it."), "triangle-alert", "crit")
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        super().press()

    def operation(self) -> OfferHandOff | None:
        chosen = self.chosen
        if chosen is None:
            return None
        return OfferHandOff(
            incident_id=self._case.id,
            to=chosen.owner,
            summary=self.summary.words(),
            tried=self.tried.words(),
            promised=self.promised.words(),
            next_step=self.next_step.words(),
        )


def _summary(case: Case) -> str:
    said = next((event.body for event in case.events if event.kind is EventKind.CUSTOMER_MESSAGE and event.body), "")
    whose = case.customer.name if case.customer else ""
    return joined(f"{case.title}.", f"{whose}: “{said}”" if said and whose else said, by=" ")


def _tried(case: Case) -> str:
    notes = [event.body for event in case.events if event.kind in (EventKind.NOTE, EventKind.CONTAINED) and event.body]
    return "\n".join(notes[-_NOTES_TAKEN:])


def _promised(case: Case, now: datetime, times: Times) -> str:
    """What the customer was told to expect: updates by their name, promises in their own words."""
    words = {one.timer_id: one.words for one in case.promises}
    kept = [timer for timer in case.timers if is_open(timer) and (timer.promised or timer.kind is TimerKind.PROMISE)]
    said = tr("{what} by {time}")
    return ", ".join(
        said.format(what=words.get(timer.id) or timer_name(timer.kind), time=times.when(timer.due_at, now))
        for timer in kept
    )
