"""Small sheets that ask for words before an act: a note, a reason, a tier, a question."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from PySide6.QtCore import QDateTime, Qt, QTimeZone
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QDateTimeEdit, QHBoxLayout, QPlainTextEdit, QWidget

from app.services.incidents.case_records import Case
from app.services.incidents.waiting import WaitingFor
from app.views.theme import tokens as t
from app.views.theme.banner import plain_call
from app.views.theme.buttons import Button, Kind
from app.views.theme.current import theme
from app.views.theme.fields import FieldFrame
from app.views.theme.labels import Label
from app.views.theme.paint import font, px
from app.views.theme.sheet import Sheet
from app.views.theme.strips import Segments
from app.views.theme.toggles import RadioButton
from app.views.workbench.words import tr


class Words(QPlainTextEdit):
    """A few lines; Tab goes on to the next field, Ctrl+Enter and Esc belong to the sheet."""

    def __init__(self, text: str = "", lines: int = 2, hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._lines = lines
        self.setTabChangesFocus(True)
        self.setPlaceholderText(hint)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setFont(font())
        self.setFixedHeight(round(px(18) * self._lines + px(16)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape or (enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier):
            event.ignore()
            return
        super().keyPressEvent(event)

    def words(self) -> str:
        """What stands there, without blanks around it."""
        return self.toPlainText().strip()


class ActSheet(Sheet):
    """A sheet with Cancel and one act, `second` before it. The act stays pressable: it jumps to what is missing."""

    def __init__(
        self, host: QWidget, title: str, case: Case | None, act: str, icon: str, width: int = 560,
        second: Button | None = None,
    ) -> None:  # fmt: skip
        below = f"INC-{case.number}  {case.title}" if case else ""
        super().__init__(host, title, below, width=width, rank=case.severity if case and case.severity else None)
        self.cancel = Button(tr("Cancel"), kind=Kind.FLAT)
        self.cancel.clicked.connect(plain_call(self.dismiss))
        self.act = Button(act, icon=icon, key="Ctrl ↵")
        self.act.clicked.connect(plain_call(self.press))
        for button in (self.cancel, second) if second else (self.cancel,):
            self.add_foot(button)
        self.add_foot(self.act, primary=True)
        self.closed.connect(self.deleteLater)
        self._wanted: list[tuple[FieldFrame, Words, str]] = []

    def ask(self, label: str, text: str = "", *, hint: str = "", lines: int = 2, missing: str = "") -> Words:
        """Adds a field; with `missing` it must be filled, and these words say so."""
        field = Words(text, lines, hint)
        frame = FieldFrame(label, field, required=bool(missing))
        field.textChanged.connect(lambda: frame.set_error("") if frame.error() else None)
        self.body.addWidget(frame)
        if missing:
            self._wanted.append((frame, field, missing))
        return field

    def press(self) -> None:
        """Does it, unless something is missing."""
        for frame, field, missing in self._wanted:
            if not field.words():
                frame.set_error(missing)
                field.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        if self.do():
            self.dismiss()

    def do(self) -> bool:
        """The act; False keeps the sheet open."""
        return True


class NoteSheet(ActSheet):
    """One field of words, then the act."""

    def __init__(
        self, host: QWidget, case: Case, title: str, label: str, act: str, icon: str, then: Callable[[str], None],
        *, missing: str = "", hint: str = "", text: str = "",
    ) -> None:  # fmt: skip
        super().__init__(host, title, case, act, icon)
        self._then = then
        self.field = self.ask(label, text, hint=hint, lines=3, missing=missing)

    def do(self) -> bool:
        self._then(self.field.words())
        return True


class EscalateSheet(ActSheet):
    """To which tier, and why."""

    def __init__(self, host: QWidget, case: Case, then: Callable[[str, str], None]) -> None:
        super().__init__(host, tr("Escalate"), case, tr("Escalate"), "arrow-up-right")
        self._then = then
        self._group = QButtonGroup(self)
        owners = {band.key: band.owner for band in case.bands}
        self.tiers: list[tuple[str, RadioButton]] = []
        for key, rank, name in case.tiers:
            if rank > case.tier_rank:
                row = QHBoxLayout()
                button = RadioButton(name)
                row.addWidget(button)
                row.addWidget(Label(owners.get(key, ""), t.SMALL, t.REGULAR, "text3"), 1)
                self.body.addLayout(row)
                self._group.addButton(button)
                self.tiers.append((key, button))
        if self.tiers:
            self.tiers[0][1].setChecked(True)
        self.reason = self.ask(
            tr("Reason"), hint=tr("What should the next tier do?"), lines=3, missing=tr("Say in a line why it climbs.")
        )
        self.set_note(tr("The tier's owner is asked at once; the holder stays until somebody takes it."), "shield")

    def do(self) -> bool:
        tier = next((key for key, button in self.tiers if button.isChecked()), "")
        if tier:
            self._then(tier, self.reason.words())
        return bool(tier)


class WaitSheet(ActSheet):
    """For whom, what was asked, and when the holder is reminded."""

    def __init__(
        self, host: QWidget, case: Case, now: datetime, zone: str,
        then: Callable[[WaitingFor, str, datetime], None],
    ) -> None:  # fmt: skip
        super().__init__(host, tr("Wait"), case, tr("Wait"), "circle-pause")
        self._then = then
        self.reason = Segments((tr("Customer"), tr("Supplier"), tr("Agreed date")), name=tr("For whom"))
        self.body.addWidget(Label(tr("For whom"), t.SMALL, t.MEDIUM, "text2"))
        self.body.addWidget(self.reason)
        self.question = self.ask(
            tr("What was asked"), hint=tr("The question, and to whom it went"), lines=3,
            missing=tr("Write what you asked, and whom."),
        )  # fmt: skip
        self.follow_up = QDateTimeEdit()
        self.follow_up.setDisplayFormat("ddd d MMM  HH:mm")
        self.follow_up.lineEdit().setTextMargins(7, 0, 7, 0)
        self.follow_up.setTimeZone(QTimeZone(zone.encode()))
        self._now = now
        self._set(now + timedelta(hours=4))
        row = QHBoxLayout()
        row.setSpacing(8)
        for words, hours in ((tr("1 h"), 1), (tr("4 h"), 4), (tr("1 day"), 24), (tr("2 days"), 48)):
            quick = Button(words, small=True)
            quick.clicked.connect(lambda _checked=False, hours=hours: self._set(now + timedelta(hours=hours)))
            row.addWidget(quick)
        row.addStretch(1)
        self._frame = FieldFrame(tr("Remind me"), self.follow_up)
        self.body.addWidget(self._frame)
        self.body.addLayout(row)
        self.set_note(tr("Contain, resolve and climbs stand still. Promised updates go on."), "circle-pause")

    def _set(self, at: datetime) -> None:
        self.follow_up.setDateTime(QDateTime.fromSecsSinceEpoch(int(at.timestamp()), self.follow_up.timeZone()))

    def do(self) -> bool:
        at = datetime.fromtimestamp(self.follow_up.dateTime().toSecsSinceEpoch(), tz=self._now.tzinfo)
        if at <= self._now:
            self._frame.set_error(tr("That time has passed. Choose a later one."))
            return False
        self._then(tuple(WaitingFor)[self.reason.current()], self.question.words(), at)
        return True
