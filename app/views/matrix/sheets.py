"""The sheets of this page: while one is open, keys of the page's commands do not reach the page below."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence

from app.views.matrix.commands import matrix_commands
from app.views.theme.sheet import Sheet


class PageSheet(Sheet):
    """A sheet over the Matrix page."""

    def event(self, event: QEvent) -> bool:
        override = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride
        if isinstance(event, QKeyEvent) and override and QKeySequence(event.keyCombination()).toString() in _keys():
            event.accept()
            return True
        return super().event(event)


@cache
def _keys() -> frozenset[str]:
    return frozenset(QKeySequence(one.key).toString() for one in matrix_commands() if one.key)
