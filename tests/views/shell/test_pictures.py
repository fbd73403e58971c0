"""What shell and Welcome look like, in both themes."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QScrollArea
from pytestqt.qtbot import QtBot

from app.config import Settings
from app.views.settings.welcome import WelcomePage
from app.views.shell.context import Notice
from app.views.shell.page import Badge, PageSpec
from app.views.shell.tasks import Tasks
from app.views.shell.window import MainWindow
from app.views.theme.apply import apply_theme
from tests.views.golden import assert_picture
from tests.views.shell.blank import blank

THEMES = ("light", "dark")


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, tasks: Tasks, settings: Settings) -> MainWindow:
    apply_theme(qapp, "light")
    specs = [
        blank("one"),
        blank("two"),
        PageSpec("welcome", "Welcome", "sparkles", WelcomePage, in_rail=False, needs_database=False),
    ]
    made = MainWindow(settings, tasks, specs)
    qtbot.addWidget(made)
    made.resize(1600, 1000)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.mark.parametrize("theme", THEMES)
def test_welcome(window: MainWindow, theme: str, qtbot: QtBot) -> None:
    window.set_look(theme=theme)
    window.go("welcome")
    area = window.built("welcome").findChildren(QScrollArea)[0]
    QApplication.processEvents()
    qtbot.waitUntil(lambda: not area.verticalScrollBar().isVisible())  # all of it fits once the layout has settled
    assert_picture(window.area_of_pages, f"shell/welcome_{theme}")
    window.set_look(theme="light")


@pytest.mark.parametrize("theme", THEMES)
def test_frame(window: MainWindow, theme: str) -> None:
    window.set_look(theme=theme)
    window.go("one")
    window.set_badge("one", Badge(5, breached=True))
    window.set_badge("two", Badge(2))
    window.top.bell.set_count(3)
    window.top.me.set_person("Lena Okafor")
    window.top.arrange()
    assert_picture(window.top, f"shell/topbar_{theme}")
    assert_picture(window.nav, f"shell/rail_{theme}")
    window.set_look(theme="light")


@pytest.mark.parametrize("theme", THEMES)
def test_palette(window: MainWindow, theme: str) -> None:
    window.set_look(theme=theme)
    window.go("one")
    window.desk.palette.open_palette("theme")
    assert_picture(window.desk.palette, f"shell/palette_{theme}")
    window.desk.palette.close_palette()
    window.set_look(theme="light")


@pytest.mark.parametrize("theme", THEMES)
def test_banner(window: MainWindow, theme: str, qtbot: QtBot) -> None:
    window.set_look(theme=theme)
    window.go("one")
    window.banner(Notice("away", "The database does not answer.", "What you see may be old.", "offline"))
    window.banner(Notice("refused", "It is closed.", "Reopen it.", "error", acts=(("Reopen", window.open_palette),)))
    qtbot.waitUntil(lambda: window.area_of_pages.banners.height() > 40)
    assert_picture(window.area_of_pages.banners, f"shell/banner_{theme}")
    window.set_look(theme="light")
