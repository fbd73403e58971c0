"""The head of an incident: who, what, why here, its phase, its acts, its timers and the rail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from app.services.clock.reading import TimerRecord
from app.services.incidents.case_records import Case
from app.views.theme import tokens as t
from app.views.theme.banner import plain_call
from app.views.theme.buttons import Button, Kind
from app.views.theme.cards import Surface
from app.views.theme.current import theme
from app.views.theme.glyphs import channel_icon_name
from app.views.theme.labels import ElidedLabel
from app.views.theme.paint import px
from app.views.theme.rail_view import RailView
from app.views.theme.tiles import TileButton
from app.views.theme.times import Times
from app.views.workbench.header_parts import LinkItem, MetaItem, PhaseMark, SeverityMark
from app.views.workbench.reading_case import ended_words, rail, shown_timers, tile
from app.views.workbench.words import channel_name, joined, phase_words, timer_name

if TYPE_CHECKING:
    from app.views.shell.actions import Actions

OVERFLOW = (
    "incident.acknowledge", "incident.take", "incident.note", "incident.promise", "", "incident.wait", "incident.go_on",
    "incident.replied", "incident.thanks", "", "incident.de_escalate", "incident.contain", "incident.resolve",
    "incident.step_back", "", "incident.close", "incident.withdraw", "incident.merge", "incident.reopen",
    "incident.carry_on", "", "incident.facts", "incident.move", "incident.debrief",
)  # fmt: skip
"""What the menu behind the dots offers; an empty name is a line."""


TIGHT_BELOW = 740
"""Below this width the acts beside the primary one are icons with their keys."""


class TileRow(QWidget):
    """One tile a timer, all of the same width. `asked(timer id)` when somebody wants to know why."""

    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(10)
        self._buttons: list[TileButton] = []
        self._ids: list[str] = []

    def show_case(self, case: Case, now: datetime, times: Times) -> None:
        timers = shown_timers(case)
        self._ids = [timer.id for timer, _band in timers]
        for place, (timer, band) in enumerate(timers):
            shown = tile(case, timer, band, now, times)
            if place == len(self._buttons):
                self._add(shown)
            button = self._buttons[place]
            button.set_tile(shown)
            button.setToolTip(self._tip(timer, times))
            button.show()
        for button in self._buttons[len(timers) :]:
            button.hide()
        self.setVisible(bool(timers))

    def _add(self, shown: object) -> None:
        button = _Tile(shown)  # type: ignore[arg-type]  # a TimerTile
        button.clicked.connect(partial(self._asked, len(self._buttons)))
        self._buttons.append(button)
        self._row.addWidget(button, 1)

    def _asked(self, place: int) -> None:
        self.asked.emit(self._ids[place])

    def _tip(self, timer: TimerRecord, times: Times) -> str:
        due = self.tr("{name}, due {time}").format(name=timer_name(timer.kind), time=times.full(timer.due_at))
        return f"{due}\n{self.tr('Click to see why')}"

    def tick(self, case: Case, now: datetime, times: Times) -> None:
        """The seconds that run."""
        for button, (timer, band) in zip(self._buttons, shown_timers(case), strict=False):
            button.set_tile(tile(case, timer, band, now, times))


class _Tile(TileButton):
    def minimumSizeHint(self) -> QSize:
        return QSize(round(px(92)), super().minimumSizeHint().height())


class IncidentHeader(Surface):
    """`why_trigger` and `why_timer(id)` ask for explanations; the acts run commands."""

    why_trigger = Signal()
    why_timer = Signal(str)

    def __init__(self, actions: Actions, times: Times, parent: QWidget | None = None) -> None:
        super().__init__("surface", parent, lines="b")
        self._actions, self.times = actions, times
        self._case: Case | None = None
        self._primary = ""
        self._build()
        theme.changed.connect(self._restyle)
        self._restyle()

    def _build(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.setSpacing(8)
        self._column.addLayout(self._title_row())
        self._column.addLayout(self._meta_row())
        self.tiles = TileRow()
        self.tiles.asked.connect(self.why_timer)
        self._column.addWidget(self.tiles)
        self.rail = RailView()
        self._column.addWidget(self.rail)

    def _title_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.back = Button(icon="arrow-left", kind=Kind.FLAT, name=self.tr("Back to the queue"))
        self.back.hide()
        row.addWidget(self.back)
        self.mark = SeverityMark()
        self.title = ElidedLabel("", t.H1, t.SEMIBOLD)
        row.addWidget(self.mark)
        row.addWidget(self.title, 1)
        self.hand_off = self._act("incident.hand_off", self.tr("Hand off"), "arrow-right-left")
        self.escalate = self._act("incident.escalate", self.tr("Escalate"), "arrow-up-right")
        self.primary = Button("", kind=Kind.PRIMARY)
        self.primary.clicked.connect(plain_call(self._run_primary))
        self.more = Button(icon="ellipsis", kind=Kind.FLAT, name=self.tr("More acts"))
        self.more.clicked.connect(plain_call(self._show_more))
        for button in (self.hand_off, self.escalate, self.primary, self.more):
            row.addWidget(button)
        return row

    def _act(self, command: str, words: str, icon: str) -> Button:
        button = Button(words, icon=icon, key=self._actions.key_of(command))
        run: Callable[[], object] = partial(self._actions.run, command)
        button.clicked.connect(lambda _checked=False: run())
        return button

    def _meta_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(round(px(34)), 0, 0, 0)
        row.setSpacing(16)
        self.number = MetaItem(weight=t.MEDIUM)
        self.customer = MetaItem("building")
        self.channel = MetaItem("mail")
        self.trigger = LinkItem("", icon="route", kind=Kind.LINK)
        self.trigger.clicked.connect(plain_call(self.why_trigger.emit))
        self.phase = PhaseMark()
        for item in (self.number, self.customer, self.channel, self.trigger):
            row.addWidget(item)
        row.addStretch(1)
        row.addWidget(self.phase)
        return row

    def _restyle(self) -> None:
        side, top = (17, 10) if theme.style.compact else (24, 14)
        self._column.setContentsMargins(side, top, side, 8)

    # --- showing

    def show_case(self, case: Case, now: datetime, primary: str, titles: dict[str, str]) -> None:
        """Everything anew."""
        self._case, self._titles = case, titles
        self.mark.show_rank(case.severity)
        self.title.setText(case.title)
        self.number.show_words(f"INC-{case.number}")
        customer = case.customer
        self.customer.show_words(joined(customer.name, customer.segment) if customer else "")
        at = self.times.when(case.raised_at, now)
        icon = channel_icon_name(case.channel.value) if case.channel else "inbox"
        self.channel.show_words(f"{channel_name(case.channel)}, {at}", icon, self.times.full(case.raised_at))
        self.trigger.setText(self._why(case))
        self.trigger.setVisible(case.version is not None)
        self.phase.show_phase(ended_words(case) or phase_words(case.phase), case.phase.number)
        self.show_primary(primary)
        self.tiles.show_case(case, now, self.times)
        self.rail.setVisible(bool(case.bands))
        self.rail.set_drawing(rail(case, now, self.times, titles))

    def _why(self, case: Case) -> str:
        head = self.tr("Trigger {number}").format(number=case.trigger) if case.trigger else self.tr("No trigger")
        path = self.tr("path {path}").format(path=case.path) if case.path else ""
        return joined(head, path, by=", ")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        tight = self.width() < px(TIGHT_BELOW)
        for button, words in ((self.hand_off, self.tr("Hand off")), (self.escalate, self.tr("Escalate"))):
            button.setText("" if tight else words)
            button.setAccessibleName(words)
            button.setToolTip(words if tight else "")

    def show_primary(self, command: str) -> None:
        """The next act, or none where nothing can be done here."""
        self._primary = command
        self.primary.setVisible(bool(command))
        if command:
            known = self._actions[command]
            self.primary.setText(known.text.rstrip("…"))
            self.primary.set_icon(known.icon)
            self.primary.set_key(self._actions.key_of(command))
        self.hand_off.setVisible(bool(self._case and self._case.closed_at is None))
        self.escalate.setVisible(bool(self._case and self._case.resolved_at is None))

    def _run_primary(self) -> None:
        if self._primary:
            self._actions.run(self._primary)

    def refresh_keys(self) -> None:
        """Single-letter keys were switched."""
        self.hand_off.set_key(self._actions.key_of("incident.hand_off"))
        self.escalate.set_key(self._actions.key_of("incident.escalate"))
        self.show_primary(self._primary)

    def tick(self, now: datetime) -> None:
        """The seconds of the tiles; the Now line moves each minute."""
        if self._case is None:
            return
        self.tiles.tick(self._case, now, self.times)
        if now.second == 0:
            self.rail.set_drawing(rail(self._case, now, self.times, self._titles))

    def _show_more(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._actions.refresh()
        for command in OVERFLOW:
            if command:
                menu.addAction(self._actions.action(command))
            else:
                menu.addSeparator()
        corner = self.more.mapToGlobal(QPoint(self.more.width(), self.more.height() + 2))
        menu.popup(QPoint(corner.x() - menu.sizeHint().width(), corner.y()))
