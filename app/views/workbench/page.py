"""The Workbench page: the queue at the left, the chosen incident at the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QUndoStack
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSplitter, QWidget

from app.models.enums import Channel
from app.services.database.sample_mark import is_sample
from app.services.incidents.case_records import Case
from app.services.incidents.queue import QueueView
from app.services.messages.send import Addressee, addressee
from app.services.messages.templates import TemplateRecord, approved_templates
from app.views.shell.actions import Command
from app.views.shell.context import Desk
from app.views.shell.page import Badge, Hint, Page
from app.views.theme.current import theme
from app.views.theme.empty import ErrorState
from app.views.theme.paint import px
from app.views.theme.times import Times, zone_of
from app.views.workbench.acts import Acts
from app.views.workbench.case_store import CaseStore
from app.views.workbench.commands import PAGE
from app.views.workbench.drafts import DraftBook
from app.views.workbench.incident_pane import IncidentPane
from app.views.workbench.message_checks import fitting_first
from app.views.workbench.queue_pane import VIEWS, QueuePane
from app.views.workbench.reading_case import next_act

if TYPE_CHECKING:
    from app.services.database.errors import UserError

QUEUE_WIDTH, COMPACT_QUEUE_WIDTH, NARROW_QUEUE_WIDTH = 556, 720, 320
QUEUE_SHARE, COMPACT_QUEUE_SHARE = 0.366, 0.475
"""The most of the page that the list takes by itself, so that the incident keeps its room on a small screen."""
TABS_WIDTH = 484
"""All views fit side by side from here on."""
NARROW_BELOW = 1180
"""Below this width of the window the queue collapses."""
ONE_SIDE_BELOW = 800
"""Below this width of the page, as with large text on a small screen, queue and incident take turns."""


class WorkbenchPage(Page):
    """What support staff have open all day."""

    key = PAGE

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.times = Times(zone_of(desk.actor.time_zone if desk.actor else None))
        self.undo = QUndoStack(self)
        desk.undo.addStack(self.undo)
        self.drafts = DraftBook()
        self.cases = CaseStore(desk, self)
        self.queue = QueuePane(desk, self.times)
        self.incident = IncidentPane(desk, self.times, self.drafts)
        self._sample = True
        self._act = ""
        self._split: list[int] = []
        self._narrow = False
        self._bound = False
        self._alone = self._reading = False
        self.acts = Acts(self)
        self._build()
        self._connect()
        desk.tasks.read(self, "is sample", is_sample, done=self._told_sample)
        self.queue.load()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)
        self.splitter.addWidget(self.queue)
        self.splitter.addWidget(self.incident)
        self.splitter.setStretchFactor(1, 1)
        self.queue.setMinimumWidth(round(px(NARROW_QUEUE_WIDTH)))
        row.addWidget(self.splitter)

    def _connect(self) -> None:
        self.queue.chosen.connect(self.cases.choose)
        self.queue.entered.connect(self._enter)
        self.queue.list.clicked.connect(self.read_on)
        self.incident.header.back.clicked.connect(self._back)
        self.queue.told.connect(self.status_text)
        self.queue.store.counted.connect(self._tell_badge)
        self.cases.chosen.connect(self.incident.wait)
        self.cases.shown.connect(self.show_case)
        self.cases.failed.connect(self._case_failed)
        self.incident.inspector.went.connect(self.go_to)
        self.incident.timeline.list.selectionModel().currentChanged.connect(self._line_chosen)
        self.incident.composer.left.connect(self._leave_composer)
        self.desk.ticker.ticked.connect(self._tick)
        self.splitter.splitterMoved.connect(self._split_moved)
        theme.changed.connect(self._restyle)

    # --- what the window asks

    @property
    def title(self) -> str:
        case = self.cases.case
        return f"INC-{case.number} {case.title}" if case else self.tr("Workbench")

    @property
    def primary(self) -> str | None:
        return self._act or None

    def commands(self) -> Sequence[Command]:
        return self.acts.commands()

    def status_hints(self) -> Sequence[Hint]:
        key = self.desk.actions.key_of
        hints = [Hint("JK", self.tr("Move"))]
        for command, words in (
            ("incident.update", self.tr("Update")), ("incident.hand_off", self.tr("Hand off")),
            ("incident.escalate", self.tr("Escalate")),
        ):  # fmt: skip
            if key(command):
                hints.append(Hint(key(command), words))
        return hints

    def panes(self) -> Sequence[QWidget]:
        parts = [self.queue.list, self.incident.header, self.incident.timeline.list, self.incident.composer.editor]
        return [*parts, self.incident.inspector] if self.incident.inspector_shown else parts

    def search_here(self) -> None:
        self.queue.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.queue.field.selectAll()

    def shown(self) -> None:
        self.desk.undo.setActiveStack(self.undo)
        if not self._bound:
            self._bound = True
            self.bind_letters()
        self.incident.header.refresh_keys()
        if self.queue.store.ready:
            self.queue.load()
            self.cases.load()
        self.queue.take_focus()
        self._tell_context()

    def may_close(self) -> str:
        return self.tr("A message is being sent.") if self.acts.sending.busy else ""

    def go_to(self, target: str) -> None:
        self.cases.choose(target)
        self.queue.show_incident(target)
        self.read_on()

    def place(self) -> str:
        return self.cases.incident_id

    def remembered(self) -> Mapping[str, Any]:
        view = VIEWS[self.queue.tabs.currentIndex()].value
        return {"split": self._split, "view": view, "drafts": self.drafts.to_json()}

    def remember(self, kept: Mapping[str, Any]) -> None:
        split, drafts = kept.get("split"), kept.get("drafts")
        if isinstance(split, list) and len(split) == 2 and all(isinstance(one, int) for one in split):
            self._split = split
        if isinstance(drafts, dict):
            self.drafts.take(drafts)
        known = {view.value: view for view in QueueView}
        view = known.get(str(kept.get("view")))
        if view is not None:
            self.queue.show_view(view)
        self._lay_out()

    def bind_letters(self) -> None:
        """Lets single letters act in the list and in the incident; K belongs to the timeline alone."""
        actions, incident = self.desk.actions, self.incident
        actions.bind(self, self.queue.list, incident.header, incident.timeline, incident.inspector, incident.offer)
        others = (self.queue.list, incident.header, incident.inspector, incident.offer)
        actions.release("incident.key_event", *others)

    # --- the incident

    def show_case(self, case: Case) -> None:
        """A fresh record of the chosen incident."""
        now = self.desk.now()
        self._act = self._next_act(case, now)
        self.incident.show_case(case, now, self._act)
        self.acts.show_pending(case)
        self._tell_context()
        self.hints_changed.emit()
        person = self.desk.actor.id if self.desk.actor else None
        read = self.desk.tasks.read
        read(self, "addressee", addressee, case.id, person, now, done=partial(self._told_addressee, case))
        read(self, "templates", approved_templates, case.channel, done=partial(self._told_templates, case))

    def _tell_context(self) -> None:
        """What the palette's commands would act on."""
        case = self.cases.case
        if case is not None and self.isVisible():
            self.desk.palette.set_context(f"INC-{case.number}")

    def _next_act(self, case: Case, now: datetime) -> str:
        return next_act(case, now, self.desk.actor.id if self.desk.actor else None)

    def _told_addressee(self, case: Case, found: Addressee) -> None:
        if self.cases.incident_id == case.id:
            server = bool(self.desk.settings.mail_server and self.desk.settings.mail_sender) and not self._sample
            by_mail = server and bool(found.email) and case.channel in (Channel.EMAIL, None)
            self.incident.composer.show_addressee(found, by_mail=by_mail)

    def _told_templates(self, case: Case, found: tuple[TemplateRecord, ...]) -> None:
        if self.cases.incident_id == case.id:
            fitting = fitting_first(found, resolved=case.resolved_at is not None)
            self.incident.composer.show_templates(fitting)

    def _told_sample(self, sample: bool) -> None:
        self._sample = sample

    def _case_failed(self, error: UserError) -> None:
        again = (self.tr("Try again"), self.cases.load)
        self.incident.show_failure(ErrorState(error.what, error.mend, actions=(again,)))

    def _enter(self, _incident_id: str) -> None:
        self._show_side(reading=True)
        self.incident.timeline.list.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- time

    def _tick(self, now: datetime) -> None:
        if not self.isVisible():
            return
        self.queue.tick(now)
        self.incident.tick(now)
        case = self.cases.case
        if case is not None:
            act = self._next_act(case, now)
            if act != self._act:
                self._act = act
                self.incident.header.show_primary(act)
            if now.second == 0:
                self.incident.inspector.show_case(case, now)

    def _line_chosen(self, *_: object) -> None:
        self.hints_changed.emit()

    def _tell_badge(self) -> None:
        counts = self.queue.store.counts
        breached = any(row.timer and row.timer.breached_at for row in self.queue.store.rows.values())
        self.badge_changed.emit(Badge(counts.get(QueueView.MINE, 0), breached))

    def _leave_composer(self) -> None:
        left = self.incident.timeline.list if self._alone else self.queue.list
        left.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- layout

    def read_on(self) -> None:
        """Shows the incident, where it has to take turns with the queue; keys then act there, not in what is hidden."""
        if not self._alone:
            return
        focus = QApplication.focusWidget()
        in_queue = focus is not None and self.queue.isAncestorOf(focus)
        self._show_side(reading=True)
        if in_queue:
            self.incident.timeline.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _back(self) -> None:
        self._show_side(reading=False)
        self.queue.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_side(self, *, reading: bool) -> None:
        """Where there is room for one side only, the queue leads to the incident and back."""
        self._reading = reading
        self.incident.setVisible(not self._alone or reading)
        self.queue.setVisible(not self._alone or not reading)
        self.incident.header.back.setVisible(self._alone)

    def _restyle(self) -> None:
        self._lay_out()

    def _split_moved(self, _position: int, _index: int) -> None:
        if not self._narrow:
            self._split = self.splitter.sizes()

    def _lay_out(self) -> None:
        width = self.width()
        self._alone = width < round(px(ONE_SIDE_BELOW))
        self.queue.setMinimumWidth(min(width, round(px(NARROW_QUEUE_WIDTH))))
        self._show_side(reading=self._reading)
        self._narrow = self.window().width() < round(px(NARROW_BELOW))
        wanted = COMPACT_QUEUE_WIDTH if theme.style.compact else QUEUE_WIDTH
        if self._narrow:
            wanted = NARROW_QUEUE_WIDTH
        share = COMPACT_QUEUE_SHARE if theme.style.compact else QUEUE_SHARE
        roomy = max(round(px(TABS_WIDTH)), round(width * share))
        queue = self._split[0] if self._split and not self._narrow else min(round(px(wanted)), roomy)
        self.splitter.setSizes([queue, max(0, width - queue)])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()
        self.incident.fit(self.window().width())
