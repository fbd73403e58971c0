"""Guards around every test that uses Qt: no modal dialog, no top-level widget or running timer left behind.

Leftovers crash some later test, far from the one at fault; a modal dialog hangs the run.
"""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from tests.guards import ReachedOutside

if TYPE_CHECKING:
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QWidget

MODAL = {
    "QDialog": ("exec",),
    "QMenu": ("exec",),
    "QMessageBox": ("about", "aboutQt", "critical", "information", "question", "warning"),
    "QFileDialog": ("getExistingDirectory", "getOpenFileName", "getOpenFileNames", "getSaveFileName"),
    "QInputDialog": ("getDouble", "getInt", "getItem", "getMultiLineText", "getText"),
    "QColorDialog": ("getColor",),
    "QFontDialog": ("getFont",),
}
# one that Qt keeps for the whole program
KEPT_BY_QT = {"QTipLabel"}

_timers: weakref.WeakSet[QTimer] = weakref.WeakSet()


def has_qt() -> bool:
    """Whether this run has Qt at all; rules are also tested without it."""
    return "PySide6.QtWidgets" in sys.modules


@pytest.fixture(scope="session", autouse=True)
def _watched_qt() -> Iterator[None]:
    """Makes modal calls fail and lets us know of every timer."""
    if not has_qt():
        yield
        return
    from PySide6 import QtCore, QtWidgets

    QtCore.QStandardPaths.setTestModeEnabled(True)
    with pytest.MonkeyPatch.context() as patch:
        for name, methods in MODAL.items():
            for method in methods:
                patch.setattr(getattr(QtWidgets, name), method, _refusal(f"{name}.{method}"))
        make = QtCore.QTimer.__init__

        def make_known(self: QTimer, *arguments: Any, **options: Any) -> None:
            make(self, *arguments, **options)
            _timers.add(self)

        patch.setattr(QtCore.QTimer, "__init__", make_known)
        yield


def _refusal(call: str) -> Any:
    def refuse(*_arguments: Any, **_options: Any) -> NoReturn:
        raise ReachedOutside(f"{call} blocks everything until it is answered: use open() and a signal")

    return refuse


def top_level_widgets() -> list[QWidget]:
    """Live widgets without a parent, as far as the program made them."""
    from PySide6.QtWidgets import QApplication

    return [
        widget
        for widget in QApplication.topLevelWidgets()
        if widget.parent() is None and widget.metaObject().className() not in KEPT_BY_QT
    ]


def running_timers() -> list[QTimer]:
    """Timers made by Python that run."""
    import shiboken6

    return [timer for timer in list(_timers) if shiboken6.isValid(timer) and timer.isActive()]


@pytest.fixture(autouse=True)
def _no_leftover_widgets() -> Iterator[None]:
    if not has_qt():
        yield
        return
    widgets, timers = set(map(id, top_level_widgets())), set(map(id, running_timers()))
    yield
    if faults := _leftovers(widgets, timers):
        pytest.fail(f"left behind by the test: {', '.join(faults)}", pytrace=False)


def _leftovers(widgets: set[int], timers: set[int]) -> list[str]:
    _finish_deletions()
    if found := _describe(widgets, timers):
        # what only a reference cycle holds is no leftover
        gc.collect()
        _finish_deletions()
        found = _describe(widgets, timers)
    return found


def _describe(widgets: set[int], timers: set[int]) -> list[str]:
    shown = [
        f"widget {type(widget).__name__} {widget.objectName()!r}"
        for widget in top_level_widgets()
        if id(widget) not in widgets
    ]
    running = [f"timer of {timer.parent()!r}" for timer in running_timers() if id(timer) not in timers]
    return shown + running


def _finish_deletions() -> None:
    from PySide6.QtCore import QCoreApplication, QEvent

    if QCoreApplication.instance() is not None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
