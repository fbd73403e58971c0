"""No part of a page is ever a window of its own, not even while it is made: it would flash and take the focus."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.views.theme.fields import FieldFrame
from app.views.theme.labels import SectionTitle
from app.views.theme.states import EmptyState, ErrorState
from app.views.theme.surfaces import Banner


class Lookout(QObject):
    """Writes down every window that is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(f"{type(watched).__name__} {watched.accessibleName()}")
        return False


@pytest.fixture
def lookout(qapp: QApplication) -> Iterator[Lookout]:
    watcher = Lookout()
    qapp.installEventFilter(watcher)
    yield watcher
    qapp.removeEventFilter(watcher)


def test_the_lookout_sees_a_window(qtbot: QtBot, lookout: Lookout) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    assert lookout.seen == ["QWidget "]


def test_parts_are_made_without_showing_them(qtbot: QtBot, lookout: Lookout) -> None:
    field = FieldFrame("Next step", QLineEdit(), hint="In one sentence.", required=True)
    title = SectionTitle("What changes", "3 triggers")
    empty = EmptyState("Nothing here", "Import some", action=("Import", print), second=("Not now", print))
    error = ErrorState("What", "Mend", "details", (("Again", print),))
    banner = Banner("offline", "Away", "since 14:19", (("Retry", print),), closable=True)
    for part in (field, title, empty, error, banner):
        qtbot.addWidget(part)
    title.set_extra("4 triggers")
    field.set_error("Say what comes next.")
    assert lookout.seen == []
