"""Places whose page comes with a later version: they say so, and lead to where the work can be done today."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout

from app.views.shell.context import Desk
from app.views.shell.page import Page
from app.views.theme.empty import EmptyState


def _tr(text: str) -> str:
    return QCoreApplication.translate("later", text)


class LaterPage(Page):
    """An empty state with one useful act."""

    def __init__(self, desk: Desk, key: str, words: tuple[str, str], icon: str, act: tuple[str, str]) -> None:
        """`words` are title and text, `act` the words of the button and the page it leads to."""
        super().__init__(desk)
        self.key = key
        self._words, self._page = words, act[1]
        column = QVBoxLayout(self)
        column.addWidget(EmptyState(*words, icon=icon, action=(act[0], self._go), primary=True))

    @property
    def title(self) -> str:
        return self._words[0]

    def _go(self) -> None:
        self.desk.stage.go(self._page)


def messages_page(desk: Desk) -> Page:
    """The library of templates and the outbox."""
    words = (
        _tr("Messages are written on the Workbench"),
        _tr("Templates wait in each incident. Library and outbox come with the next version."),
    )
    return LaterPage(desk, "messages", words, "messages-square", (_tr("Go to Workbench"), "workbench"))


def insights_page(desk: Desk) -> Page:
    """Measures and signals."""
    words = (
        _tr("Measures come with the next version"),
        _tr("What they need is being kept already. A debrief shows the figures of one incident."),
    )
    return LaterPage(desk, "insights", words, "chart-no-axes-combined", (_tr("Go to Debriefs"), "debriefs"))
