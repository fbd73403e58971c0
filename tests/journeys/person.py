"""A person before the window: keys for whatever has the focus, and eyes that write down what was told."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.services.database.database import Database
from app.services.database.errors import UserError
from app.views.shell.context import Notice
from app.views.shell.page import Page
from app.views.shell.tasks import Bug
from app.views.shell.window import MainWindow
from app.views.theme.sheet import Sheet

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
PATIENCE_MS = 20_000
MOST_STOPS = 120


class Person:
    """Sits before one window. Nothing here calls a command: a key is pressed, then what should come is waited for."""

    def __init__(self, qtbot: QtBot, window: MainWindow, database: Database) -> None:
        self.qtbot, self.window, self.database = qtbot, window, database
        self.refusals: list[str] = []
        self.told: list[object] = []
        tasks = window.desk.tasks
        tasks.refused.connect(self._refused)
        tasks.broke.connect(self._broke)
        window.desk.actions.refused.connect(self.refusals.append)
        window.desk.feed.changed.connect(self.told.append)
        self._put = window.area_of_pages.banners.put
        window.area_of_pages.banners.put = self._banner  # type: ignore[method-assign]  # looks on, then does the same

    def _refused(self, error: UserError) -> None:
        self.refusals.append(error.what)

    def _broke(self, bug: Bug) -> None:
        self.refusals.append(bug.details)

    def _banner(self, notice: Notice) -> None:
        if notice.tone != "info":
            self.refusals.append(notice.words)
        self._put(notice)

    # --- waiting

    def until(self, true: Callable[[], object]) -> None:
        """Waits until something is so."""
        self.qtbot.waitUntil(lambda: bool(true()), timeout=PATIENCE_MS)

    # --- keys

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """One key, into the window in front: Qt leads it to the popup, the shortcut or the focus."""
        window = QGuiApplication.focusWindow()
        assert window is not None, "no window is in front"
        QTest.keyClick(window, key, modifiers)

    def write(self, words: str) -> None:
        """Many keys."""
        for sign in words:
            window = QGuiApplication.focusWindow()
            assert window is not None, "no window is in front"
            QTest.keyClick(window, sign)  # type: ignore[call-overload]  # the stub leaves out that of a sign

    def send(self) -> None:
        """Ctrl+Enter."""
        self.press(Qt.Key.Key_Return, CONTROL)

    def tab_to(self, wanted: QWidget) -> None:
        """Tab until it has the focus: the mouse never has to."""
        stops = []
        for _stop in range(MOST_STOPS):
            if QApplication.focusWidget() is wanted:
                return
            stops.append(_name(QApplication.focusWidget()))
            self.press(Qt.Key.Key_Tab)
        raise AssertionError(f"Tab never reaches {_name(wanted)} but {', '.join(stops)}")

    def push(self, button: QWidget) -> None:
        """Tab to a button, Space."""
        self.until(lambda: button.isVisible() and button.isEnabled())
        self.tab_to(button)
        self.press(Qt.Key.Key_Space)

    def do(self, words: str) -> None:
        """A command through the palette: Ctrl+K, a few letters, Enter."""
        self.press(Qt.Key.Key_K, CONTROL)
        palette = self.window.desk.palette
        self.until(palette.field.hasFocus)
        self.write(words)
        chosen = palette.list.chosen()
        assert chosen is not None, f"the palette finds nothing for “{words}”"
        assert not chosen.why_not, f"{chosen.text}: {chosen.why_not}"
        self.press(Qt.Key.Key_Return)
        self.until(palette.isHidden)

    def go(self, number: int, key: str) -> Page:
        """Ctrl and a number."""
        self.press(Qt.Key(Qt.Key.Key_0 + number), CONTROL)
        return self.page(key)

    def page(self, key: str) -> Page:
        """The page in front, which must be that one."""
        page = self.window.area_of_pages.current()
        assert page is not None
        assert page.key == key
        return page

    def answer_dialog(self, dialog: QFileDialog | None, path: str) -> None:
        """Pastes a path into the system's dialog, Enter."""
        assert dialog is not None
        self.until(dialog.isActiveWindow)
        QGuiApplication.clipboard().setText(path)
        self.press(Qt.Key.Key_A, CONTROL)
        self.press(Qt.Key.Key_V, CONTROL)
        self.press(Qt.Key.Key_Return)
        self.until(lambda: not isValid(dialog) or dialog.isHidden())
        self.bring_to_front()  # without a screen there is no window manager that would

    # --- eyes

    def sheet(self) -> Sheet | None:
        """The sheet that lies over the page."""
        return next((one for one in self.window.findChildren(Sheet) if one.isVisible()), None)

    def bring_to_front(self) -> None:
        """Alt+Tab."""
        self.window.activateWindow()
        self.until(self.window.isActiveWindow)

    def tick(self) -> None:
        """A second of the window, at the time of the database."""
        self.window.desk.ticker.ticked.emit(self.window.desk.now())


def _name(widget: QWidget | None) -> str:
    """A widget as a failed test names it."""
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return f"{type(widget).__name__} {widget.accessibleName() or text}".strip() if widget is not None else "nothing"
