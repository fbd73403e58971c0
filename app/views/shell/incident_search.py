"""Incidents in the palette: by number, title or customer, asked of the database while one types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.views.shell.palette import Deliver
from app.views.shell.palette_list import GO_TO, PaletteItem
from app.views.shell.tasks import Tasks

if TYPE_CHECKING:
    from app.services.incidents.search import FoundIncident

MOST = 8


class IncidentSearch(QObject):
    """Answers the palette; a newer question makes an older one's answer unwanted."""

    def __init__(self, tasks: Tasks, open_incident: Callable[[str], None], parent: QObject) -> None:
        super().__init__(parent)
        self._tasks, self._open = tasks, open_incident

    def __call__(self, text: str, deliver: Deliver) -> None:
        """Asks; nothing is asked while no database is open."""
        if self._tasks.database is None:
            return
        from app.services.incidents.search import search

        self._tasks.read(self, "search", search, text, MOST, done=partial(self._found, deliver))

    def _found(self, deliver: Deliver, found: Sequence[FoundIncident]) -> None:
        deliver(
            [
                PaletteItem(
                    id=f"incident {one.id}",
                    text=f"INC-{one.number}  {one.title}",
                    more=one.customer,
                    run=partial(self._open, one.id),
                    icon="inbox",
                    group=GO_TO,
                    fill=f"INC-{one.number}",
                )
                for one in found
            ]
        )
