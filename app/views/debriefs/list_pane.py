"""The list at the left: tabs with counts, rows, and what stands there while there are none."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QListView, QStackedWidget, QVBoxLayout, QWidget

from app.models.enums import DebriefState
from app.services.database.errors import UserError
from app.services.debriefs.lists import DebriefRow
from app.views.debriefs.rows import RowDelegate, RowModel
from app.views.debriefs.store import DebriefStore
from app.views.theme import tokens as t
from app.views.theme.cards import Surface
from app.views.theme.controls import TabStrip
from app.views.theme.current import theme
from app.views.theme.labels import Label
from app.views.theme.paint import px
from app.views.theme.states import EmptyState, ErrorState, Skeleton, row_bones

TABS = (
    frozenset({DebriefState.TO_WRITE}),
    frozenset({DebriefState.IN_PROGRESS, DebriefState.IN_REVIEW}),
    frozenset({DebriefState.CLOSED}),
)
TO_WRITE, IN_PROGRESS, CLOSED = range(3)


class ListPane(Surface):
    """`chosen` names the incident that a person picked."""

    chosen = Signal(str)
    tab_changed = Signal()

    def __init__(self, store: DebriefStore, parent: QWidget | None = None) -> None:
        super().__init__("surface", parent, lines="r")
        self._store = store
        self._told = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 14, 1, 0)
        column.setSpacing(4)
        title = Label(self.tr("Debriefs"), t.H2, t.SEMIBOLD)
        title.setContentsMargins(16, 0, 16, 0)
        column.addWidget(title)
        self.tabs = TabStrip()
        for name in (self.tr("To write"), self.tr("In progress"), self.tr("Closed")):
            self.tabs.add(name)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setAccessibleName(self.tr("Which debriefs"))
        self.tabs.setContentsMargins(16, 0, 0, 0)
        self.tabs.currentChanged.connect(self._show_tab)
        strip = QVBoxLayout()
        strip.setContentsMargins(16, 0, 4, 0)
        strip.addWidget(self.tabs)
        column.addLayout(strip)
        self.model = RowModel(self)
        self.view = self._make_view()
        self.skeleton = Skeleton(row_bones, self.tr("Loading debriefs"))
        self.stack = QStackedWidget()
        self.stack.addWidget(self.skeleton)
        self.stack.addWidget(self.view)
        column.addWidget(self.stack, 1)
        store.listed.connect(self._listed)
        store.list_failed.connect(self._failed)
        theme.changed.connect(self._restyle)
        self._restyle()

    def _restyle(self) -> None:
        self.setMinimumWidth(round(px(290)))

    def _make_view(self) -> QListView:
        view = QListView()
        view.setModel(self.model)
        view.setItemDelegate(RowDelegate(view))
        view.setUniformItemSizes(True)
        view.setMouseTracking(True)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setAccessibleName(self.tr("Debriefs"))
        view.selectionModel().currentChanged.connect(self._current)
        theme.changed.connect(view.doItemsLayout)
        return view

    def begin(self) -> None:
        """The list is being read for the first time."""
        self.stack.setCurrentWidget(self.skeleton)
        self.skeleton.start()

    # --- rows

    def _of_tab(self, tab: int) -> tuple[DebriefRow, ...]:
        return tuple(row for row in self._store.rows or () if row.state in TABS[tab])

    def _listed(self) -> None:
        self.skeleton.stop()
        for tab in range(len(TABS)):
            self.tabs.set_count(tab, len(self._of_tab(tab)))
        self._show_tab()

    def _show_tab(self, _tab: int = 0) -> None:
        if self._store.rows is None:
            return
        rows = self._of_tab(self.tabs.currentIndex())
        if rows != self.model.rows:
            self.model.show_rows(rows, self._store.today, self._store.zone)
        self.mark(self._store.wanted)
        self._replace(self.view if rows else self._empty())
        self.tab_changed.emit()

    def mark(self, incident_id: str) -> None:
        """Puts the cursor on an incident without telling; none where it is not in this tab."""
        self._told = incident_id
        place = self.model.row_of(incident_id)
        self.view.setCurrentIndex(self.model.index(place, 0) if place >= 0 else QModelIndex())
        self.view.viewport().update()

    def show_tab_of(self, state: DebriefState) -> None:
        """Turns to the tab where a debrief of that state stands."""
        self.tabs.setCurrentIndex(next(tab for tab, states in enumerate(TABS) if state in states))

    def _current(self, index: QModelIndex, _before: QModelIndex) -> None:
        if index.isValid():
            incident_id = self.model.rows[index.row()].incident_id
            if incident_id != self._told:
                self._told = incident_id
                self.chosen.emit(incident_id)

    # --- states

    def _empty(self) -> QWidget:
        if not self._store.rows:
            return EmptyState(
                self.tr("No debrief yet"),
                self.tr("An incident waits here for its debrief as soon as it is resolved."),
                icon="clipboard-check",
                action=(self.tr("Go to Workbench"), lambda: self._store.desk.stage.go("workbench")),
            )
        tab = self.tabs.currentIndex()
        if tab == TO_WRITE:
            return EmptyState(
                self.tr("Nothing waits to be written"), self.tr("Well done."), icon="circle-check", ink="ok"
            )
        if tab == IN_PROGRESS:
            return EmptyState(self.tr("No debrief is being written"), self.tr("Start one in “To write”."))
        return EmptyState(self.tr("No debrief is closed yet"))

    def _failed(self, error: UserError) -> None:
        self.skeleton.stop()
        again = (self.tr("Try again"), self._store.load_list)
        self._replace(ErrorState(error.what, error.mend, actions=(again,)))

    def _replace(self, widget: QWidget) -> None:
        before = self.stack.currentWidget()
        if self.stack.indexOf(widget) < 0:
            self.stack.addWidget(widget)
        self.stack.setCurrentWidget(widget)
        if before not in (self.skeleton, self.view, widget, None):
            self.stack.removeWidget(before)
            before.deleteLater()
