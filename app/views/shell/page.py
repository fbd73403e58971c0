"""What a page of the window is, and how the window learns of it.

A page is a widget in the window's page area. It is built on the first visit by the factory of its `PageSpec`, and
thrown away when another database is opened, so it never has to handle a change of database. A page does these things:

- it asks for data with ``self.desk.tasks.read(self, "purpose", service_function, …, done=…)`` and writes with
  ``self.desk.tasks.act(self, operation, done=…)``; never with a session;
- it reloads the rows that ``self.desk.feed.changed`` names (own acts and those of other desks arrive there alike);
- it repaints timers on ``self.desk.ticker.ticked`` (the time of the database), and only while it is shown;
- it offers its commands in ``commands()``; menus, shortcuts, palette and key hints follow from them. Commands that must
  stand in the menus before the first visit are also listed in the spec, without a handler;
- it calls ``self.desk.actions.bind(self, widget)`` for each list or pane in which single letters shall act;
- it puts undoable acts on a QUndoStack that it adds to ``self.desk.undo`` and makes active while it is shown.

While the database is not open yet, ``self.desk.database`` is None: pages other than Welcome and Settings
are only built when there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from app.views.shell.actions import Command
    from app.views.shell.context import Desk


@dataclass(frozen=True, slots=True)
class Hint:
    """A key and what it does, as the status bar shows it: ``Hint("U", "Update")``."""

    key: str
    words: str


@dataclass(frozen=True, slots=True)
class Badge:
    """How many things on a page need me; red only when something is breached."""

    count: int = 0
    breached: bool = False


class Page(QWidget):
    """Base of every page; override what applies. A subclass says its `key`, the same as in its `PageSpec`."""

    key = ""

    # text in the middle of the status bar: “13 of 42 shown”
    status_text = Signal(str)
    # key hints or the state of commands changed: the window asks again
    hints_changed = Signal()
    badge_changed = Signal(object)  # Badge

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk

    @property
    def title(self) -> str:
        """What stands in the title of the window."""
        return ""

    @property
    def primary(self) -> str | None:
        """The id of the command that is the next act here (one a window)."""
        return None

    def commands(self) -> Sequence[Command]:
        """The commands of this page with their handlers; asked once, after it was built."""
        return ()

    def status_hints(self) -> Sequence[Hint]:
        """The keys that help most here, most useful first; three or four."""
        return ()

    def panes(self) -> Sequence[QWidget]:
        """The widgets that F6 goes through, in order."""
        return (self,)

    def search_here(self) -> None:
        """Ctrl+F: puts the cursor into this page's own search field."""

    def shown(self) -> None:
        """The page came to the front; load what is stale."""

    def hidden(self) -> None:
        """Another page came to the front; stop what only the eye needs."""

    def go_to(self, target: str) -> None:
        """Shows something named: an incident's id, the key of a settings section. Back and forward call it too."""

    def place(self) -> str:
        """What `go_to` needs to come back here; empty for the page as such."""
        return ""

    def remembered(self) -> Mapping[str, Any]:
        """What to keep of the layout (splitter sizes, widths) as plain JSON values."""
        return {}

    def remember(self, kept: Mapping[str, Any]) -> None:
        """Takes back what `remembered` gave; unknown or missing keys are passed over."""

    def may_close(self) -> str:
        """A reason why the window should ask before it closes (“A message is being sent”), or empty."""
        return ""


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page before it is built. The rail shows them in the order in which they are registered; `icon` is Lucide's."""

    key: str
    title: str
    icon: str
    factory: Callable[[Desk], Page]
    commands: Sequence[Command] = field(default=())
    at_bottom: bool = False
    # pages that are no place in the rail (Welcome) are reached by commands only
    in_rail: bool = True
    # the place of the rail that is lit while such a page is in front
    under: str = ""
    needs_database: bool = True
