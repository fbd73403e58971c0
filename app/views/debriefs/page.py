"""The Debriefs page: the list, the form of one debrief, and the preview of its report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.services.database.errors import UserError
from app.views.debriefs import commands as names
from app.views.debriefs.commands import debrief_commands
from app.views.debriefs.form import DebriefForm
from app.views.debriefs.guards import Guards
from app.views.debriefs.list_pane import ListPane
from app.views.debriefs.preview import ReportPreview
from app.views.debriefs.store import DebriefStore
from app.views.shell.actions import Command
from app.views.shell.context import Desk
from app.views.shell.page import Hint, Page
from app.views.theme.current import theme
from app.views.theme.paint import color, px
from app.views.theme.states import EmptyState, ErrorState, Skeleton, card_bones

_LIST, _FORM = 300, 1160
_BOTH = 900


class DebriefsPage(Page):
    """List at the left, form at the right; the preview covers both."""

    key = names.PAGE

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(desk, parent)
        self.store = DebriefStore(desk, self)
        self.list = ListPane(self.store)
        self.form = DebriefForm(self.store)
        self.preview = ReportPreview(self.store)
        self.skeleton = Skeleton(card_bones, self.tr("Loading the debrief"))
        self.nothing = EmptyState(
            self.tr("Choose an incident"),
            self.tr("Its record is filled in already; add what only people know."),
            icon="clipboard-check",
        )
        self.side = QStackedWidget()
        self.waiting = QWidget()
        bones = QVBoxLayout(self.waiting)
        bones.setContentsMargins(24, 16, 24, 16)
        bones.addWidget(self.skeleton)
        for widget in (self.nothing, self.waiting, self.form):
            self.side.addWidget(widget)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.list)
        self.splitter.addWidget(self.side)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([_LIST, _FORM])
        self.stack = QStackedWidget()
        self.stack.addWidget(self.splitter)
        self.stack.addWidget(self.preview)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.stack)
        self.setFocusProxy(self.list.view)
        self.setAutoFillBackground(True)
        theme.changed.connect(self._restyle)
        self._restyle()
        self._connect()

    def _connect(self) -> None:
        store, form = self.store, self.form
        self.list.chosen.connect(self._choose)
        store.opened.connect(self._opened)
        store.changed.connect(self._changed)
        store.listed.connect(self._listed)
        store.failed.connect(self._failed)
        form.preview_wanted.connect(self.show_preview)
        form.close_wanted.connect(store.close)
        form.start_wanted.connect(self.start)
        form.head.back_wanted.connect(self._back_to_list)
        self.side.currentChanged.connect(self._arrange)
        form.said.connect(lambda words: self.status_text.emit(self.tr("Debrief {words}").format(words=words)))
        self.preview.left.connect(self.leave_preview)
        self.desk.tasks.leaving.connect(form.story.flush)
        for table in (form.record.events, form.actions_pane.table):
            table.reached.connect(self._refresh_commands)
        self.desk.actions.bind(self, form.record.events, form.actions_pane.table)

    def _restyle(self) -> None:
        palette = self.palette()
        palette.setColor(self.backgroundRole(), color("surface"))
        self.setPalette(palette)

    # --- page

    @property
    def title(self) -> str:
        return self.tr("Debriefs")

    @property
    def primary(self) -> str | None:
        record = self.store.record
        return names.START if record is not None and not record.id else None

    def commands(self) -> Sequence[Command]:
        form, guards = self.form, Guards(self.store, self.form)
        handlers = {
            names.START: (self.start, guards.no_start),
            names.ADD: (form.actions_pane.table.begin_new, guards.not_writable),
            names.DONE: (form.actions_pane.table.tick, guards.no_action),
            names.STORY: (form.record.toggle_story, guards.no_event),
            names.CUSTOMER: (form.record.toggle_customer, guards.no_event),
            names.CLOSE: (self.store.close, form.head.why_open),
            names.PREVIEW: (self.show_preview, guards.nothing_shown),
            names.PDF: (lambda: self._save("pdf"), guards.nothing_shown),
            names.MARKDOWN: (lambda: self._save("md"), guards.nothing_shown),
        }
        return [
            replace(command, handler=handlers[command.id][0], why_not=handlers[command.id][1])
            for command in debrief_commands()
        ]

    def status_hints(self) -> Sequence[Hint]:
        if self.stack.currentWidget() is self.preview:
            return (Hint("Esc", self.tr("Back")),)
        return (
            Hint("Ctrl P", self.tr("Preview report")),
            Hint("Ctrl Shift A", self.tr("Add action item")),
            Hint("K", self.tr("In the story")),
            Hint("C", self.tr("For the customer")),
        )

    def panes(self) -> Sequence[QWidget]:
        if self.stack.currentWidget() is self.preview:
            return (self.preview.paper,)
        return (
            self.list.view,
            self.form.story.blocks[0].field,
            self.form.actions_pane.table,
            self.form.record.events,
        )

    def shown(self) -> None:
        if self.store.rows is None:
            self.list.begin()
        self.store.load_list()
        self._activate()

    def hidden(self) -> None:
        self.form.story.save()

    def go_to(self, target: str) -> None:
        self.leave_preview()
        self._choose(target)

    def place(self) -> str:
        return self.store.wanted

    def remembered(self) -> Mapping[str, Any]:
        return {"list": self.splitter.sizes(), **self.form.remembered()}

    def remember(self, kept: Mapping[str, Any]) -> None:
        sizes = kept.get("list")
        if isinstance(sizes, list) and len(sizes) == 2 and all(isinstance(one, int) for one in sizes):
            self.splitter.setSizes(sizes)
        self.form.remember(kept)

    def may_close(self) -> str:
        self.form.story.save()
        waiting = self.form.story.conflict()
        if waiting is None:
            return ""
        return self.tr("“{block}” is not stored yet").format(block=waiting.title)

    # --- showing one

    def _choose(self, incident_id: str) -> None:
        record = self.store.record
        if record is not None and record.case.id == incident_id == self.store.wanted:
            self.side.setCurrentWidget(self.form)
            return
        waiting = self.form.story.conflict()
        if waiting is not None:
            self.list.mark(self.store.wanted)
            words = self.tr("“{block}” is not stored yet.").format(block=waiting.title)
            self.desk.stage.refuse(UserError(words, self.tr("Settle it first: nothing you typed shall be lost.")))
            waiting.field.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.form.story.save()
        self.side.setCurrentWidget(self.waiting)
        self.skeleton.start()
        self.store.open(incident_id)

    def _opened(self) -> None:
        self.skeleton.stop()
        record = self.store.record
        self._drop_error()
        self.side.setCurrentWidget(self.form)
        self.form.forget_saying()
        if record is not None:
            self.list.show_tab_of(record.state)
            self.list.mark(record.case.id)
        self._activate()
        self._refresh_commands()

    def _listed(self) -> None:
        record = self.store.record
        if record is not None:
            self.list.mark(record.case.id)

    def _failed(self, error: UserError) -> None:
        self.skeleton.stop()
        self._drop_error()
        state = ErrorState(error.what, error.mend, actions=((self.tr("Try again"), self.store.load),))
        self.side.addWidget(state)
        self.side.setCurrentWidget(state)

    def _drop_error(self) -> None:
        widget = self.side.currentWidget()
        if isinstance(widget, ErrorState):
            self.side.removeWidget(widget)
            widget.deleteLater()

    def _activate(self) -> None:
        stack = self.store.stack()
        if stack is not None:
            self.desk.undo.setActiveStack(stack)

    def _changed(self) -> None:
        self._refresh_commands()
        if self.stack.currentWidget() is self.preview:
            self.preview.load()

    def _refresh_commands(self) -> None:
        self.hints_changed.emit()

    # --- room

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Where there is no room for both, the form covers the list and leads back to it."""
        narrow = self.width() < px(_BOTH)
        alone = self.side.currentWidget() is not self.nothing
        self.list.setVisible(not (narrow and alone))
        self.side.setVisible(not narrow or alone)
        self.form.head.back.setVisible(narrow)

    def _back_to_list(self) -> None:
        self.form.story.save()
        self.side.setCurrentWidget(self.nothing)
        self.list.view.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- acts

    def start(self) -> None:
        """Starts the debrief of the incident that is shown."""
        if self.store.record is not None:
            self.store.start(self.store.record.case.id)

    def show_preview(self) -> None:
        """Shows the report of what stands in the form."""
        if self.store.record is None:
            return
        self.form.story.save()
        self.preview.load()
        self.stack.setCurrentWidget(self.preview)
        self.preview.paper.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hints_changed.emit()

    def leave_preview(self) -> None:
        """Back to the form."""
        if self.stack.currentWidget() is self.preview:
            self.stack.setCurrentWidget(self.splitter)
            self.form.head.preview.setFocus(Qt.FocusReason.OtherFocusReason)
            self.hints_changed.emit()

    def _save(self, kind: str) -> None:
        if self.stack.currentWidget() is self.preview and self.preview.document is not None:
            self.preview.ask_where(kind)
        else:
            self.show_preview()
