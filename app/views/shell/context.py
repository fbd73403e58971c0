"""What the shell lends to a page: one object, made by the window, passed to every page factory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from PySide6.QtGui import QUndoGroup
from PySide6.QtWidgets import QWidget

from app.config import Settings

if TYPE_CHECKING:
    from app.services.database.database import Database
    from app.services.database.errors import UserError
    from app.services.database.work import Actor
    from app.views.shell.actions import Actions
    from app.views.shell.feed import FeedWatch
    from app.views.shell.page import Page
    from app.views.shell.palette import Palette
    from app.views.shell.tasks import Tasks
    from app.views.shell.ticker import Ticker


@dataclass(frozen=True, slots=True)
class Notice:
    """A banner: what is so (bold), what it means, and what can be done (words and act).

    `tone` is a `BannerTone` of the theme: error, offline, readonly, drill, warning, info; the most severe stands in
    front.
    """

    key: str
    words: str
    more: str = ""
    tone: str = "warning"
    icon: str = ""
    acts: tuple[tuple[str, Callable[[], None]], ...] = ()
    closable: bool = True


class Stage(Protocol):
    """What the window does for a page that wants to be seen."""

    @property
    def area(self) -> QWidget:
        """The host of sheets: ``Sheet(self.desk.stage.area, title).open_sheet()`` dims the page and nothing else."""

    def go(self, page: str, target: str = "") -> None:
        """Brings a page to the front and shows `target` in it; kept for Back."""

    def built(self, page: str) -> Page:
        """The page, built if need be, without going there."""

    def toast(self, words: str, undo: Callable[[], None] | None = None) -> None:
        """Says what was done for ten seconds, with Undo where `undo` is given; an older one ends."""

    def banner(self, notice: Notice) -> None:
        """Shows a banner above the page; one with the same key is replaced."""

    def clear_banner(self, key: str) -> None:
        """Takes a banner away."""

    def refuse(self, error: UserError) -> None:
        """Shows a refused act as a banner with its mend."""

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

    def zone(self) -> ZoneInfo | None:
        """The time zone of the person at this desk; None stands for the computer's own."""
        return zone_of(self.actor.time_zone) if self.actor else None


def zone_of(name: str) -> ZoneInfo | None:
    """The zone of that name, None where this computer does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
