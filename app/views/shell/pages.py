"""The page area: builds pages on their first visit, brings them to the front, knows the way back."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QApplication, QStackedWidget, QVBoxLayout, QWidget

from app.views.shell.banners import BannerSlot
from app.views.shell.context import Desk
from app.views.shell.page import Page, PageSpec
from app.views.shell.tasks import Bug
from app.views.theme.empty import EmptyState

log = logging.getLogger(__name__)

_MOST_STEPS = 50


@dataclass(frozen=True, slots=True)
class Place:
    """A page and what is shown in it."""

    page: str
    target: str = ""


class NoDatabase(Page):
    """Stands in for a page that needs a database while none is open."""

    def __init__(self, desk: Desk, spec: PageSpec) -> None:
        super().__init__(desk)
        self.key = spec.key
        column = QVBoxLayout(self)
        column.addWidget(
            EmptyState(
                self.tr("No database is open"),
                self.tr("Try everything with made-up incidents, or open the database of your team."),
                icon="database",
                action=(self.tr("Open the sample"), desk.stage.open_sample),
                second=(self.tr("Connect"), self._connect),
                primary=True,
            )
        )

    def _connect(self) -> None:
        self.desk.stage.go("settings", "database")


class Broken(Page):
    """Stands in for a page that could not be built."""

    def __init__(self, desk: Desk, spec: PageSpec) -> None:
        super().__init__(desk)
        self.key = spec.key
        column = QVBoxLayout(self)
        words = self.tr("This page could not be opened"), self.tr("The report says why. The other pages go on.")
        column.addWidget(EmptyState(*words, icon="octagon-alert", ink="breach"))


class _Stack(QStackedWidget):
    """The pages. How much room they would like does not keep the window from being small: they have to cope."""

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)


class PageArea(QWidget):
    """Banner slot over a stack of pages. `moved(page)` tells that another page is in front."""

    moved = Signal(str)
    built_anew = Signal(object)  # Page

    def __init__(self, desk: Desk, specs: Sequence[PageSpec], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._specs = {spec.key: spec for spec in specs}
        self._pages: dict[str, Page] = {}
        self._back: list[Place] = []
        self._forward: list[Place] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.banners = BannerSlot(self)
        self._stack = _Stack(self)
        column.addWidget(self.banners)
        column.addWidget(self._stack, 1)

    # --- where we are

    def current(self) -> Page | None:
        """The page in front."""
        page = self._stack.currentWidget()
        return page if isinstance(page, Page) else None

    def pages(self) -> list[Page]:
        """The pages built so far."""
        return list(self._pages.values())

    def spec(self, key: str) -> PageSpec:
        """A page as it was registered."""
        return self._specs[key]

    def go(self, key: str, target: str = "", *, remember: bool = True) -> Page:
        """Brings a page to the front, built if need be, and shows `target` in it."""
        before = self.current()
        if before is not None and remember:
            here = Place(before.key, before.place())
            if here != Place(key, target):
                self._back = [*self._back, here][-_MOST_STEPS:]
                self._forward.clear()
        first = key not in self._pages
        page = self.built(key)
        if page is not before:
            if before is not None:
                before.hidden()
            self._stack.setCurrentWidget(page)
            focus = QApplication.focusWidget()
            if first or focus is None or not page.isAncestorOf(focus):
                page.setFocus(Qt.FocusReason.OtherFocusReason)  # not whatever button comes first
            page.shown()
        if target:
            page.go_to(target)
        self.moved.emit(key)
        return page

    def can_go_back(self) -> bool:
        """Whether there is a way back."""
        return bool(self._back)

    def can_go_forward(self) -> bool:
        """Whether we went back before."""
        return bool(self._forward)

    def back(self) -> None:
        """To the place before."""
        self._step(self._back, self._forward)

    def forward(self) -> None:
        """To where we came back from."""
        self._step(self._forward, self._back)

    def _step(self, source: list[Place], other: list[Place]) -> None:
        if not source:
            return
        before = self.current()
        if before is not None:
            other.append(Place(before.key, before.place()))
        place = source.pop()
        self.go(place.page, place.target, remember=False)

    # --- building

    def built(self, key: str) -> Page:
        """The page, built on the first visit; a stand-in where it cannot be."""
        if key in self._pages:
            return self._pages[key]
        spec = self._specs[key]
        if spec.needs_database and self._desk.database is None:
            page: Page = NoDatabase(self._desk, spec)
        else:
            page = self._build(spec)
        self._pages[key] = page
        self._stack.addWidget(page)
        self._desk.actions.add(page.commands())
        self._desk.actions.bind_page(page)
        self.built_anew.emit(page)
        return page

    def _build(self, spec: PageSpec) -> Page:
        try:
            return spec.factory(self._desk)
        except Exception as error:  # noqa: BLE001 - one broken page must not take the window with it
            details = "".join(traceback.format_exception(error))
            log.error("page %s cannot be built\n%s", spec.key, details)
            self._desk.tasks.broke.emit(Bug(f"open page {spec.key}", error, details))
            return Broken(self._desk, spec)

    def rebuild(self) -> None:
        """Another database is open: pages that show one are thrown away; the one in front is built anew."""
        current = self.current()
        front = current.key if current else ""
        for key in [key for key, spec in self._specs.items() if spec.needs_database and key in self._pages]:
            page = self._pages.pop(key)
            page.hide()
            self._stack.removeWidget(page)
            page.deleteLater()
            self._desk.actions.forget_handlers(key)
        self._back.clear()
        self._forward.clear()
        if front and front not in self._pages:
            page = self.built(front)
            self._stack.setCurrentWidget(page)
            page.shown()
        if front:
            self.moved.emit(front)
