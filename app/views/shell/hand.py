"""A hand for the tour: it types and presses like a person does, and knows no page."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPlainTextEdit, QWidget

from app.views.theme.fields import ComboField
from app.views.theme.sheet import Sheet

if TYPE_CHECKING:
    from app.services.incidents.search import FoundIncident
    from app.views.shell.window import MainWindow


SETTLES_WITHIN_SECONDS = 8.0


class Hand(QObject):
    """Acts on whatever stands in front in `window`."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window
        self.incident = ""
        self._answered = False
        self._seen_working = False
        self._asked = 0.0

    # --- finding

    def look_up(self, words: str) -> None:
        """Asks for the newest incident that holds these words."""
        from app.services.incidents.search import search

        self.window.desk.tasks.read(self, "look up", search, words, 1, done=self._found)

    def _found(self, found: tuple[FoundIncident, ...]) -> None:
        self.incident = found[0].id if found else ""
        self._answered = True

    def knows(self) -> bool:
        """The answer is there."""
        return self._answered and bool(self.incident)

    def open_incident(self) -> None:
        """Shows it on the Workbench."""
        self.window.go("workbench", self.incident)

    # --- doing

    def run(self, command: str) -> None:
        """Does a command as a key or a menu would; raises where the window refuses."""
        actions = self.window.desk.actions
        if not actions.run(command):
            raise RuntimeError(f"{command}: {actions.why_not(command)}")

    def can(self, command: str) -> bool:
        """Whether it could be done now."""
        actions = self.window.desk.actions
        return command in actions and not actions.why_not(command)

    def run_if_can(self, command: str) -> None:
        """Does it, unless the sample stands elsewhere already."""
        if self.can(command):
            self.run(command)

    def type(self, words: str) -> None:
        """Writes into the text that has the focus, in place of what stands there."""
        focus = QApplication.focusWidget()
        if not isinstance(focus, QPlainTextEdit):
            raise RuntimeError("no text has the focus")
        focus.selectAll()
        focus.insertPlainText(words)

    def press(self, key: Qt.Key, *, control: bool = False) -> None:
        """A key for whatever has the focus."""
        focus = QApplication.focusWidget() or self.window
        modifiers = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(focus, QKeyEvent(kind, key, modifiers))

    def choose_template(self) -> None:
        """Takes the first template on offer and fills its gaps with plain words."""
        for picker in self._page().findChildren(ComboField):
            if picker.isVisible() and picker.count():
                picker.setCurrentIndex(0)
                picker.activated.emit(0)
                return

    def click(self, words: str) -> bool:
        """Clicks the visible button whose text begins so; False where there is none."""
        for button in self.window.findChildren(QAbstractButton):
            if button.isVisible() and button.isEnabled() and button.text().startswith(words):
                button.click()
                return True
        return False

    def says(self, words: str) -> bool:
        """Whether a visible label of the page says exactly this."""
        return any(label.isVisible() and label.text() == words for label in self._page().findChildren(QLabel))

    def has_settled(self, words: str) -> bool:
        """Whether a label that says so while something is computed has come and gone, or did not come for long."""
        if self.says(words):
            self._seen_working = True
            return False
        self._asked = self._asked or time.monotonic()
        return self._seen_working or time.monotonic() - self._asked > SETTLES_WITHIN_SECONDS

    def write_fields(self, *texts: str) -> None:
        """Writes into the first empty texts of the page, one each."""
        empty = [
            field
            for field in self._page().findChildren(QPlainTextEdit)
            if field.isVisible() and field.isEnabled() and not field.toPlainText().strip()
        ]
        for field, text in zip(empty, texts, strict=False):
            field.setFocus()
            field.insertPlainText(text)

    # --- sheets

    def sheet(self) -> Sheet | None:
        """The sheet that is open."""
        return next((sheet for sheet in self.window.area.findChildren(Sheet) if sheet.isVisible()), None)

    def fill_sheet(self, words: str) -> None:
        """Writes into each empty text of the sheet and does its act."""
        sheet = self.sheet()
        if sheet is None:
            raise RuntimeError("no sheet is open")
        for text in sheet.findChildren(QPlainTextEdit):
            if not text.toPlainText().strip():
                text.setPlainText(words)
        QApplication.sendEvent(
            sheet, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        )

    def close_sheet(self) -> None:
        """Esc."""
        sheet = self.sheet()
        if sheet is not None:
            sheet.dismiss()

    def _page(self) -> QWidget:
        page = self.window.area_of_pages.current()
        if page is None:
            raise RuntimeError("no page is in front")
        return page
