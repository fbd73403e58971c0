"""The frame holds on a small screen and with large type: nothing is cut, nothing overlaps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QScrollArea
from pytestqt.qtbot import QtBot

from app.config import Settings
from app.desk import page_specs
from app.views.shell.page import Hint
from app.views.shell.tasks import Tasks
from app.views.shell.window import MainWindow
from app.views.theme.apply import apply_theme

SMALL = [(1100, 700, 100), (1366, 768, 200)]


@pytest.fixture(params=SMALL, ids=lambda one: f"{one[0]}x{one[1]} at {one[2]} %")
def small(request: pytest.FixtureRequest, qapp: QApplication, qtbot: QtBot, tasks: Tasks) -> Iterator[MainWindow]:
    """The real window at the least size, or on a small screen with type of twice the size."""
    width, height, size = request.param
    apply_theme(qapp, "light", text_size=size)
    made = MainWindow(Settings(theme="light", text_size=size), tasks, page_specs())
    made.resize(width, height)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()
    made.deleteLater()
    apply_theme(qapp, "light")


def test_the_window_is_as_small_as_its_screen(small: MainWindow) -> None:
    for spec in small.specs():
        small.go(spec.key)
    QApplication.processEvents()
    hint = small.minimumSizeHint()
    assert hint.width() <= small.width()
    assert hint.height() <= small.height()


def test_parts_of_the_top_bar_do_not_overlap(small: MainWindow) -> None:
    top = small.top
    parts = sorted((top.menus, top.field, top.sync, top.bell, top.me), key=lambda part: part.x())
    edges = [edge for part in parts for edge in (part.x(), part.x() + part.width())]
    assert edges == sorted(edges)
    assert edges[-1] <= top.width()
    assert top.sync.accessibleName() == "No database open"


def test_the_status_bar_drops_keys_rather_than_cut_them(small: MainWindow) -> None:
    hints = [Hint(f"Ctrl {key}", "Something with a long name") for key in "ABCDEFGHIJ"]
    small.status.show_hints([*hints, Hint("?", "All keys")])
    QApplication.processEvents()
    shown = [cap for cap in small.status._caps if cap.isVisible()]
    assert small.status._caps[-1] in shown
    assert 1 < len(shown) < 11
    assert all(cap.width() == cap.sizeHint().width() for cap in shown)
    assert shown[-1].geometry().right() <= small.status.width()


@pytest.mark.parametrize("page", ["welcome", "settings"])
def test_pages_scroll_down_never_sideways(small: MainWindow, page: str, qtbot: QtBot) -> None:
    small.go(page)
    areas = small.built(page).findChildren(QScrollArea)
    assert areas
    qtbot.waitUntil(lambda: all(area.horizontalScrollBar().maximum() == 0 for area in areas))
