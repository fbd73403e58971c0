"""Pages over the tabs of the matrix: the review of a draft and the import of a sheet, one at a time."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.views.matrix.columns import tr
from app.views.matrix.import_pane import SUFFIXES, ImportPane
from app.views.matrix.review import ReviewPane
from app.views.matrix.store import MatrixStore


class PanesOver(QStackedWidget):
    """`turned()` once another one is in front; `taken_in()` when triggers came in from a sheet."""

    turned = Signal()
    taken_in = Signal()

    def __init__(self, store: MatrixStore, below: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store, self._below = store, below
        self.review_pane, self.import_pane = ReviewPane(store), ImportPane(store)
        self.setAcceptDrops(True)
        for widget in (below, self.review_pane, self.import_pane):
            self.addWidget(widget)
        self.review_pane.back_wanted.connect(self.leave)
        self.review_pane.published.connect(self._published)
        self.import_pane.back_wanted.connect(self.leave)
        self.import_pane.taken.connect(self._taken)

    @property
    def pane(self) -> ReviewPane | ImportPane | None:
        """What stands over the tabs."""
        panes = (self.review_pane, self.import_pane)
        return next((one for one in panes if self.currentWidget() is one), None)

    def go_on(self) -> bool:
        """The main act of what is in front; whether there is one."""
        pane = self.pane
        if pane is self.import_pane:
            self.import_pane.take_in()
        elif pane is self.review_pane:
            self.review_pane.send()
        return pane is not None

    def open_review(self) -> None:
        """Shows what would be published."""
        self.setCurrentWidget(self.review_pane)
        self.review_pane.open()
        self.turned.emit()

    def open_import(self, path: str) -> None:
        """Shows what a sheet would do; without a path it asks for a file."""
        if self._store.record is None:
            return
        self.leave()
        self.setCurrentWidget(self.import_pane)
        if path:
            self.import_pane.open(path)
        else:
            self.import_pane.choose()
        self.turned.emit()

    def leave(self) -> None:
        """Back to the tab that was in front; what was written in a review stays."""
        if self.pane is None:
            return
        if self.pane is self.review_pane:
            self.review_pane.close_review()
        self.setCurrentWidget(self._below)
        self.turned.emit()

    def _published(self, number: int, at_once: bool) -> None:
        self.leave()
        self._store.undo.clear()
        words = tr("Version {number} is in force") if at_once else tr("Version {number} is published")
        self._store.desk.stage.toast(words.format(number=number))

    def _taken(self, number: int) -> None:
        self.leave()
        self.taken_in.emit()
        words = tr("1 trigger came in") if number == 1 else tr("{number} triggers came in")
        self._store.desk.stage.toast(words.format(number=number), self._store.undo.undo)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if self._dropped(event) is not None and self._store.record is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = self._dropped(event)
        if path is not None and self._store.may_write():
            event.acceptProposedAction()
            self.open_import(path)

    def _dropped(self, event: QDropEvent) -> str | None:
        urls = event.mimeData().urls()
        path = urls[0].toLocalFile() if len(urls) == 1 else ""
        return path if path.lower().endswith(SUFFIXES) else None
