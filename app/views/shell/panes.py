"""F6: from pane to pane by keyboard."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget


def focus_next_pane(panes: Sequence[QWidget]) -> None:
    """Moves the focus into the pane after the one that has it, skipping those that take none."""
    focus = QApplication.focusWidget()
    at = next((i for i, pane in enumerate(panes) if focus and (pane is focus or pane.isAncestorOf(focus))), -1)
    for step in range(1, len(panes) + 1):
        if _focus_into(panes[(at + step) % len(panes)]):
            return


def _focus_into(pane: QWidget) -> bool:
    """Gives the focus to the pane or the first thing in it that takes it."""
    takes = Qt.FocusPolicy.TabFocus
    for widget in (pane, *pane.findChildren(QWidget)):
        if widget.focusPolicy() & takes == takes and widget.isEnabled() and widget.isVisible():
            widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return True
    return False
