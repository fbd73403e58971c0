"""A hand for the tour: it types and presses like a person does, and knows no page."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPlainTextEdit, QTextEdit, QWidget

from app.views.theme.fields import ComboField
from app.views.theme.sheet import Sheet

if TYPE_CHECKING:
    from app.services.incidents.search import FoundIncident
    from app.views.shell.window import MainWindow


GAP = re.compile("‹[^‹›]+›")
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

    def choose_template(self, filling: str) -> None:
        """Takes the first template on offer, which fits the channel and the state, and fills its gaps with `filling`.

        What stood there is kept where none is offered.
        """
        pickers = self._page().findChildren(ComboField)
        picker = next((one for one in pickers if one.isVisible() and one.count()), None)
        if picker is None:
            return
        picker.setCurrentIndex(0)
        picker.activated.emit(0)
        focus = QApplication.focusWidget()
        if not isinstance(focus, QPlainTextEdit):
            raise RuntimeError("the template did not come into a text")
        while (gap := GAP.search(focus.toPlainText())) is not None:
            cursor = focus.textCursor()
            cursor.setPosition(gap.start())
            cursor.setPosition(gap.end(), QTextCursor.MoveMode.KeepAnchor)
            cursor.insertText(filling)

    def is_empty(self) -> bool:
        """Whether nothing stands yet in the text that has the focus."""
        focus = QApplication.focusWidget()
        return isinstance(focus, QPlainTextEdit) and not focus.toPlainText().strip()

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
        for field, text in zip(self._empty_texts(), texts, strict=False):
            field.setFocus()
            field.insertPlainText(text)

    def can_write(self) -> bool:
        """Whether the page has an empty text to write into."""
        return bool(self._empty_texts())

    def _empty_texts(self) -> list[QPlainTextEdit | QTextEdit]:
        return [
            text
            for text in self._texts()
            if text.isVisible() and text.isEnabled() and not text.isReadOnly() and not text.toPlainText().strip()
        ]

    def _texts(self) -> list[QPlainTextEdit | QTextEdit]:
        """All texts of the page as a reader meets them: from top to foot, in lines from left to right."""
        page = self._page()
        texts: list[QPlainTextEdit | QTextEdit] = [*page.findChildren(QPlainTextEdit)]
        texts += page.findChildren(QTextEdit)

        def place(text: QWidget) -> tuple[int, int]:
            corner = text.mapTo(page, QPoint(0, 0))
            return corner.y(), corner.x()

        return sorted(texts, key=place)

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
