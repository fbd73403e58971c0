"""The left side of the Workbench: title, views, filter, the list and its states."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from app.services.incidents.queue import QueueRow, QueueView
from app.views.shell.context import Desk
from app.views.theme import tokens as t
from app.views.theme.banner import plain_call
from app.views.theme.buttons import Button, Kind
from app.views.theme.cards import Surface
from app.views.theme.current import theme
from app.views.theme.empty import EmptyState, ErrorState
from app.views.theme.fields import SearchField
from app.views.theme.labels import Label
from app.views.theme.paint import px
from app.views.theme.skeleton import Skeleton
from app.views.theme.strips import TabStrip
from app.views.theme.times import Times
from app.views.theme.toggles import Chip
from app.views.workbench.herald import Herald
from app.views.workbench.queue_model import QueueModel
from app.views.workbench.queue_states import all_done, first_time
from app.views.workbench.queue_view import QueueList
from app.views.workbench.store import QueueStore
from app.views.workbench.words import count_words

if TYPE_CHECKING:
    from app.services.database.errors import UserError

VIEWS = tuple(QueueView)


class QueuePane(Surface):
    """Holds the list. `chosen(id)` and `entered(id)` come from it; `told(words)` is for the status bar."""

    chosen = Signal(str)
    entered = Signal(str)
    told = Signal(str)
    take_wanted = Signal()

    def __init__(self, desk: Desk, times: Times, parent: QWidget | None = None) -> None:
        super().__init__("surface", parent)
        self.desk = desk
        self.store = QueueStore(desk, times.zone, self)
        self.model = QueueModel(self.store, times, desk.now(), self)
        self.model.fits = self._fits
        self.list = QueueList(self.model)
        self._herald = Herald(self.model, self.list)
        self._areas: dict[str, Chip] = {}
        self._words: tuple[str, ...] = ()
        self._wanted = ""
        self._apart = ""  # what was named and is in no view: it stays open at the right, though nothing is chosen here
        self._wants_focus = False
        self._build()
        self._connect()

    # --- building

    def _build(self) -> None:
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(self._head())
        self._column.addWidget(self._filter_row())
        self.stack = QStackedWidget()
        self.skeleton = Skeleton(words=self.tr("Loading the queue."))
        self.stack.addWidget(self.list)
        self.stack.addWidget(self.skeleton)
        self._state: QWidget | None = None
        self._column.addWidget(self.stack, 1)
        self.stack.setCurrentWidget(self.skeleton)
        self.skeleton.start()

    def _head(self) -> QVBoxLayout:
        head = QVBoxLayout()
        head.setContentsMargins(16, 9, 16, 0)
        head.setSpacing(2)
        first = QHBoxLayout()
        first.addWidget(Label(self.tr("Workbench"), t.H2, t.SEMIBOLD), 1)
        self.new = Button(self.tr("New"), icon="plus", key=self.desk.actions.key_of("incident.new"))
        first.addWidget(self.new)
        head.addLayout(first)
        self.tabs = TabStrip()
        self.tabs.setAccessibleName(self.tr("Views of the queue"))
        for words in (
            self.tr("My queue"), self.tr("Team"), self.tr("Unassigned"), self.tr("Breached"), self.tr("All"),
        ):  # fmt: skip
            self.tabs.add(words, 0)
        head.addWidget(self.tabs)
        return head

    def _filter_row(self) -> QWidget:
        bar = Surface("surface", lines="t")
        row = QHBoxLayout(bar)
        row.setContentsMargins(16, 6, 16, 6)
        row.setSpacing(6)
        self._chips = QHBoxLayout()
        self._chips.setSpacing(6)
        row.addLayout(self._chips)
        self.area_button = Button(self.tr("Product"), icon="list-filter", kind=Kind.FLAT, small=True)
        row.addWidget(self.area_button)
        self.field = SearchField(self.tr("Filter"), key="/", name=self.tr("Filter the queue"))
        self.field.setMaximumWidth(round(px(230)))
        row.addWidget(self.field, 3)
        row.addStretch(1)
        self.sort_chip = Chip("", removable=False, icon="arrow-down-up")
        self.sort_chip.hide()
        row.addWidget(self.sort_chip)
        self.order = Label(self.tr("Most urgent first"), t.SMALL, t.MEDIUM, "text2")
        row.addWidget(self.order)
        return bar

    def _connect(self) -> None:
        self.tabs.currentChanged.connect(self._view_chosen)
        self.field.textChanged.connect(self._filter_typed)
        self.field.cleared.connect(self.list.setFocus)
        self.field.returnPressed.connect(self.list.setFocus)
        self.area_button.clicked.connect(plain_call(self._offer_areas))
        self.sort_chip.clicked.connect(plain_call(self.sort_now))
        self.list.chosen.connect(self._chosen)
        self.list.entered.connect(self.entered)
        self.list.hand_left.connect(self._settle)
        self.store.loaded.connect(self._loaded)
        self.store.changed.connect(self._changed)
        self.store.counted.connect(self._counted)
        self.store.failed.connect(self._failed)
        self.skeleton.cancelled.connect(self._give_up)
        theme.changed.connect(self._fit_field)

    def _fit_field(self) -> None:
        self.field.setMaximumWidth(round(px(230)))

    # --- loading

    def load(self) -> None:
        """Loads the view that is chosen."""
        self.store.load(VIEWS[self.tabs.currentIndex()])
        if not self.store.ready:
            self.stack.setCurrentWidget(self.skeleton)
            self.skeleton.start()

    def show_view(self, view: QueueView) -> None:
        """Another tab."""
        self.tabs.setCurrentIndex(VIEWS.index(view))

    def _view_chosen(self, _index: int) -> None:
        self._apart = ""
        self.load()

    def _chosen(self, incident_id: str) -> None:
        self._apart = ""
        self.chosen.emit(incident_id)

    def _loaded(self) -> None:
        self.skeleton.stop()
        before = self.list.current()
        self.model.reset(self.desk.now(), self.store.spots)
        wanted = self._wanted or before
        if not (wanted and self.list.choose(wanted)):
            if self._wanted and self.store.view is not QueueView.ALL:
                self.show_view(QueueView.ALL)  # it was named while this view was on its way
                return
            self._apart = self._wanted or self._apart
            if not self._apart:
                self.list.choose_first()
        self._wanted = ""
        self._show_state()
        if self._wants_focus:
            self.take_focus()

    def take_focus(self) -> None:
        """Puts the keyboard into the list, as soon as there is one."""
        self._wants_focus = self.stack.currentWidget() is not self.list
        if not self._wants_focus:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _failed(self, error: UserError) -> None:
        self.skeleton.stop()
        self._show(ErrorState(error.what, error.mend, actions=((self.tr("Try again"), self.load),)))

    def _give_up(self) -> None:
        self.desk.tasks.cancel(self.store, "queue")
        words = self.tr("The queue was not loaded"), self.tr("You stopped it.")
        self._show(EmptyState(*words, icon="inbox", action=(self.tr("Try again"), self.load)))

    def _counted(self) -> None:
        for index, view in enumerate(VIEWS):
            self.tabs.set_count(index, self.store.counts.get(view, 0))

    # --- changes and time

    def _changed(self, incident_ids: frozenset[str]) -> None:
        self.model.refresh(incident_ids, self.desk.now())
        if self._wanted in self.store.rows:
            self.sort_now()
        else:
            self._settle()

    def tick(self, now: datetime) -> None:
        """A second has passed."""
        if self.list.tick(now):
            self._settle()

    def _settle(self) -> None:
        """Sorts, unless the hand is in the list; then a chip says what waits."""
        wants = self.model.wants()
        if wants and not self.list.held:
            self.sort_now()
            return
        if wants:
            one, many = self.tr("{count} row wants to move"), self.tr("{count} rows want to move")
            key = self.desk.actions.key_of("queue.sort")
            act = self.tr("Sort now ({key})").format(key=key) if key else self.tr("Sort now")
            self.sort_chip.setText(f"{count_words(wants, one, many)} · {act}")
        self.sort_chip.setVisible(bool(wants))
        self.order.setVisible(not wants)

    def sort_now(self) -> None:
        """S: the order of this moment."""
        before = self.list.current()
        self.model.arrange()
        wanted = self._wanted or before
        if wanted and self.list.choose(wanted):
            self._wanted = ""
        elif self.list.current() == "" and not self._apart:
            self.list.choose_first()
        self.sort_chip.hide()
        self.order.show()
        self._show_state()

    def show_incident(self, incident_id: str) -> None:
        """Chooses an incident; where this view does not hold it, all are shown."""
        self._wanted = incident_id
        if not self.store.ready:
            self.load()  # the rows that stand here are those of another view
        elif self.list.choose(incident_id):
            self._wanted = ""
        elif incident_id in self.store.rows:
            self.sort_now()
        elif self.store.view is not QueueView.ALL:
            self.show_view(QueueView.ALL)
        else:
            self.load()

    # --- filters

    def _fits(self, row: QueueRow) -> bool:
        if self._areas and row.product_area not in self._areas:
            return False
        if not self._words:
            return True
        text = f"{row.number} {row.title} {row.customer} {row.segment} {row.product_area} {row.holder} {row.team}"
        text = text.casefold()
        return all(word in text for word in self._words)

    def _filter_typed(self, text: str) -> None:
        self._words = tuple(text.casefold().split())
        self._refilter()

    def _refilter(self) -> None:
        before = self.list.current()
        self.model.refilter()
        if not self.list.choose(before):
            self.list.choose_first()
        self._show_state()

    def _offer_areas(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for area in sorted({row.product_area for row in self.store.rows.values() if row.product_area}):
            action = menu.addAction(area)
            action.setCheckable(True)
            action.setChecked(area in self._areas)
            action.triggered.connect(partial(self._swap_area, area))
        menu.popup(self.area_button.mapToGlobal(QPoint(0, self.area_button.height() + 2)))

    def _swap_area(self, area: str, on: bool) -> None:
        if on and area not in self._areas:
            chip = self._areas[area] = Chip(area)
            chip.removed.connect(partial(self._swap_area, area, False))
            self._chips.addWidget(chip)
        elif not on and area in self._areas:
            self._areas.pop(area).deleteLater()
        self._refilter()

    def clear_filter(self) -> None:
        """Everything of this view again."""
        for area in list(self._areas):
            self._areas.pop(area).deleteLater()
        self.field.clear()
        self._refilter()

    @property
    def filtered(self) -> bool:
        """Whether a filter hides rows."""
        return bool(self._words or self._areas)

    # --- states

    def _show_state(self) -> None:
        shown, held = self.model.incidents(), self.store.counts.get(self.store.view, 0)
        self.told.emit(self.tr("{shown} of {count} shown").format(shown=shown, count=max(held, shown)))
        if shown:
            self._show(None)
        elif self.filtered:
            action = (self.tr("Clear filter"), self.clear_filter)
            self._show(EmptyState(self.tr("No incident matches"), icon="list-filter", action=action))
        elif not self.store.counts.get(QueueView.ALL, 0):
            self._show(first_time(self.desk))
        else:
            others = self.store.view is QueueView.MINE and self.store.counts.get(QueueView.UNASSIGNED, 0) > 0
            self._show(all_done(self.take_wanted.emit if others else None))

    def _show(self, state: QWidget | None) -> None:
        if self._state is not None:
            self.stack.removeWidget(self._state)
            self._state.deleteLater()
        self._state = state
        if state is not None:
            self.stack.addWidget(state)
        self.stack.setCurrentWidget(state or self.list)
