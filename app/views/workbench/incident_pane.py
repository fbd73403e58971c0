"""The right side of the Workbench: one incident, from its head to the composer."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QEvent, QRect, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from app.services.incidents.case_records import Case
from app.views.shell.context import Desk
from app.views.theme.cards import Surface
from app.views.theme.current import theme
from app.views.theme.empty import EmptyState
from app.views.theme.paint import px
from app.views.theme.rail import HitKind, RailHit
from app.views.theme.skeleton import Skeleton, card_bones
from app.views.theme.times import Times
from app.views.workbench.composer import Composer
from app.views.workbench.drafts import DraftBook
from app.views.workbench.header import IncidentHeader
from app.views.workbench.inspector import Inspector
from app.views.workbench.standing_cards import Standing
from app.views.workbench.timeline_lines import timeline
from app.views.workbench.timeline_view import Timeline

FLAP_BELOW = 1360
"""Below this width of the window the inspector becomes a flap over the timeline (UX standard, section 3)."""


TIMELINE_LEAST = 120
"""Where the timeline would be lower, the pane scrolls as a whole."""


class IncidentPane(QStackedWidget):
    """Shows a case; whoever acts listens to its parts."""

    def __init__(self, desk: Desk, times: Times, drafts: DraftBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk, self.times = desk, times
        self.case: Case | None = None
        self._flapped = False
        self._flap_open = False
        self._titles: dict[str, str] = {}
        self.header = IncidentHeader(desk.actions, times)
        self.standing = Standing(times)
        self.offer = self.standing.offer
        self.timeline = Timeline()
        self.composer = Composer(drafts)
        self.inspector = Inspector(times)
        self._build()
        self.header.rail.activated.connect(self._rail_clicked)

    def _build(self) -> None:
        self.full = QWidget()
        column = QVBoxLayout(self.full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        self._below = QHBoxLayout()
        self._below.setSpacing(0)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addWidget(self.standing)
        left.addWidget(self.timeline, 1)
        left.addWidget(self.composer)
        self._below.addLayout(left, 1)
        self._below.addWidget(self.inspector)
        column.addLayout(self._below, 1)
        self.nothing = Surface("surface")
        words = self.tr("Choose an incident"), self.tr("It opens here with its timers, its story and the composer.")
        QVBoxLayout(self.nothing).addWidget(EmptyState(*words, icon="mouse-pointer-click"))
        self.skeleton = Surface("surface")
        self._bones = Skeleton(card_bones, self.tr("Loading the incident."))
        holder = QVBoxLayout(self.skeleton)
        holder.setContentsMargins(24, 24, 24, 24)
        holder.addWidget(self._bones)
        self._area = QScrollArea()  # where there is little height, or large text, everything can still be reached
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self.full)
        for widget in (self.nothing, self.skeleton, self._area):
            self.addWidget(widget)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.timeline.installEventFilter(self)

    def _restyle(self) -> None:
        self.full.setMinimumWidth(1)  # it is squeezed before it is cut
        self.timeline.setMinimumHeight(round(px(TIMELINE_LEAST)))

    def reveal(self, widget: QWidget) -> None:
        """Scrolls to a part of the incident, once it is laid out."""
        QTimer.singleShot(0, self, lambda: self._area.ensureWidgetVisible(widget, 0, 0))

    # --- showing

    def wait(self, incident_id: str) -> None:
        """Another incident is being read; what is shown stays for the first moment."""
        if not incident_id:
            self.case = None
            self.setCurrentWidget(self.nothing)
        elif self.case is None:
            self.setCurrentWidget(self.skeleton)
            self._bones.start()

    def show_case(self, case: Case, now: datetime, primary: str) -> None:
        """A fresh record."""
        self._bones.stop()
        self.case = case
        lines = timeline(case, now, self.times)
        self._titles = {line.id: line.title for line in lines}
        self.header.show_case(case, now, primary, self._titles)
        actor = self.desk.actor
        self.standing.show_case(case, actor.id if actor else None, now)
        self.timeline.show_lines(case.id, lines)
        self.inspector.show_case(case, now)
        self.composer.show_case(case)
        self.setCurrentWidget(self._area)

    def show_failure(self, state: QWidget) -> None:
        """The incident cannot be read."""
        self._bones.stop()
        self.case = None
        self.addWidget(state)
        self.setCurrentWidget(state)

    def tick(self, now: datetime) -> None:
        """A second has passed."""
        self.header.tick(now)

    def _rail_clicked(self, hit: RailHit) -> None:
        if hit.kind is HitKind.DOT:
            dot = self.header.rail.drawing().dots[hit.index]
            found = [event_id for event_id, title in self._titles.items() if title == dot.tooltip]
            if found:
                self.timeline.go_to(found[-1])

    # --- the flap

    def fit(self, window_width: int) -> None:
        """Inspector beside the timeline, or as a flap over it."""
        flapped = window_width < round(px(FLAP_BELOW))
        if flapped == self._flapped:
            return
        self._flapped, self._flap_open = flapped, False
        if flapped:
            self._below.removeWidget(self.inspector)
            self.inspector.setParent(self.timeline)
            self.inspector.hide()
        else:
            self._below.addWidget(self.inspector)
            self.inspector.show()

    @property
    def inspector_shown(self) -> bool:
        """Whether the inspector can be seen."""
        return not self.inspector.isHidden()

    def swap_inspector(self) -> None:
        """Ctrl+I."""
        if self._flapped:
            self._flap_open = not self._flap_open
            self.inspector.setVisible(self._flap_open)
            self._place_flap()
        else:
            self.inspector.setVisible(self.inspector.isHidden())

    def _place_flap(self) -> None:
        if self._flapped:
            wide = self.inspector.width()
            left = 0 if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else self.timeline.width() - wide
            self.inspector.setGeometry(QRect(left, 0, wide, self.timeline.height()))
            self.inspector.raise_()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        if watched is self.timeline and event.type() == QEvent.Type.Resize:
            self._place_flap()
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit(self.window().width())
