"""What the shell lends to a page: one object, made by the window, passed to every page factory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from PySide6.QtGui import QUndoGroup
from PySide6.QtWidgets import QWidget

from app.config import Settings

if TYPE_CHECKING:
    from app.services.database.database import Database
    from app.services.database.errors import UserError
    from app.services.database.work import Actor
    from app.views.shell.actions import Actions
    from app.views.shell.feed import FeedWatch
    from app.views.shell.palette import Palette
    from app.views.shell.tasks import Tasks
    from app.views.shell.ticker import Ticker


@dataclass(frozen=True, slots=True)
class Notice:
    """A banner: what is so (bold), what it means, and what can be done (words and act). `tone` is breach, warn
    or info."""

    key: str
    words: str
    more: str = ""
    tone: str = "warn"
    icon: str = ""
    acts: tuple[tuple[str, Callable[[], None]], ...] = ()
    closable: bool = True


class Stage(Protocol):
    """What the window does for a page that wants to be seen."""

    def go(self, page: str, target: str = "") -> None:
        """Brings a page to the front and shows `target` in it; kept for Back."""

    def toast(self, words: str, undo: Callable[[], None] | None = None) -> None:
        """Says what was done, for ten seconds, with Undo where `undo` is given."""

    def banner(
        self, words: str, more: str = "", tone: str = "warn", *, key: str = "", **acts: Callable[[], None]
    ) -> None:
        """Shows a banner above the page; one with the same `key` is replaced. Keywords name its buttons."""

    def clear_banner(self, key: str) -> None:
        """Takes a banner away."""

    def refuse(self, error: UserError) -> None:
        """Shows a refused act as a banner with its mend."""

    def sheet(self, content: QWidget, title: str = "") -> QWidget:
        """Shows `content` as a sheet over the page, dimmed below; returns the sheet, which closes with `close()`."""

    def ask(self, words: str, more: str, yes: str, then: Callable[[], None], *, danger: bool = False) -> None:
        """Asks before something that cannot be undone; `then` runs on yes. Never blocks."""

    def step_done(self, step: str) -> None:
        """Ticks a first step (Welcome page), once."""

    def open_database(self, address: str) -> None:
        """Closes the database in use and opens another; pages are built anew."""

    def open_sample(self) -> None:
        """Makes the sample where missing and opens it."""

    def save_settings(self) -> None:
        """Keeps the settings and applies those that show (theme, density, text size, keys)."""


@dataclass(slots=True)
class Desk:
    """The services of the shell. `database` is None until one is open."""

    settings: Settings
    tasks: Tasks
    feed: FeedWatch
    ticker: Ticker
    actions: Actions
    palette: Palette
    undo: QUndoGroup
    stage: Stage

    @property
    def database(self) -> Database | None:
        """The open database: for `can(role)` and `actor`; reading and writing go through `tasks`."""
        return self.tasks.database

    @property
    def actor(self) -> Actor | None:
        """The person at this desk."""
        return self.tasks.database.actor if self.tasks.database else None

    def now(self) -> datetime:
        """The time of the database, aware, UTC."""
        return self.ticker.now()
