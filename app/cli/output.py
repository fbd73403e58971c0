"""What every command shares: where it works, how it prints, how it complains."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import config
from app.services.database.errors import Conflict, NotFound, UserError
from app.services.database.findings import counted

if TYPE_CHECKING:
    from app.services.database.database import Database

__all__ = [
    "AsJson",
    "Overwrite",
    "Place",
    "complain",
    "counted",
    "emit",
    "new_commands",
    "note",
    "place_of",
    "progress",
    "refuse_existing",
    "say",
    "table",
]

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace what is there.")]


@dataclass
class Place:
    """The database that a command works on, and on whose behalf."""

    database: str | None = None
    login: str | None = None
    asked: bool = False

    @property
    def url(self) -> str:
        """Its address: the option's, the environment's, the last one opened or the user's own file."""
        self.asked = True
        return config.chosen_database(self.database, config.load_settings())

    @property
    def shown(self) -> str:
        """Its address as it may be printed: without a password."""
        from app.services.database.engine import file_of, parse_url

        file = file_of(self.url)
        return str(file) if file is not None else parse_url(self.url).render_as_string()

    @property
    def who(self) -> str | None:
        """Who acts in a database file: whom the option names, else the settings; a server knows by itself."""
        from app.services.database.engine import file_of

        return self.login or (config.load_settings().login if file_of(self.url) else None)

    @contextmanager
    def open(self) -> Iterator[Database]:
        """The open database, a sample by its own clock; it is closed when the command ends.

        ``NotFound`` where the option names somebody who is nobody there, unless nobody is there yet.
        """
        from app.services.database.database import Database
        from app.services.database.sample_mark import settle_sample

        database = Database.open(self.url, login=self.who)
        try:
            settle_sample(database, self.login)
            if self.login and database.actor.id is None and database.actor.login == self.login:
                raise NotFound(f"Nobody with the login “{self.login}” works here.", "See “db person list”.")
            yield database
        finally:
            database.close()


def place_of(context: typer.Context) -> Place:
    """Where the command of this context works."""
    place = context.find_root().obj
    return place if isinstance(place, Place) else Place()


def new_commands(about: str = "") -> typer.Typer:
    """An empty group of commands in the one style; with one command in it, it is that command."""
    return typer.Typer(help=about, no_args_is_help=bool(about), add_completion=False, rich_markup_mode=None)


def refuse_existing(file: Path, *, overwrite: bool) -> None:
    """``UserError`` for a folder, and for a file that is there where nobody said that it may be replaced."""
    if file.is_dir():
        raise UserError(f"{file} is a folder.", "Name a file in it.")
    if file.exists() and not overwrite:
        raise UserError(f"{file} is there already.", "Choose another name, or add --overwrite.")


# --- printing


def say(line: str = "") -> None:
    """A line of the result, on standard output."""
    sys.stdout.write(line + "\n")


def emit(document: Any) -> None:
    """The one JSON document of a command."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def note(line: str) -> None:
    """A remark that is not the result, on standard error."""
    sys.stderr.write(line + "\n")


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A plain table; on a terminal it has its width, elsewhere as much as it needs."""
    from rich.console import Console
    from rich.table import Table

    drawn = Table(box=None, pad_edge=False, header_style="bold")
    for name in head:
        drawn.add_column(name, overflow="fold")
    for row in rows:
        drawn.add_row(*("" if cell is None else str(cell) for cell in row))
    console = Console(file=sys.stdout, highlight=False, markup=False, width=None if sys.stdout.isatty() else 1000)
    with console.capture() as capture:
        console.print(drawn)
    for line in capture.get().splitlines():
        say(line.rstrip())


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error for long work, where that is a terminal; gives what is told how far it is."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def complain(error: UserError, place: Place | None = None) -> None:
    """What happened, where, and how to mend it, on standard error."""
    note(error.what)
    if isinstance(error, Conflict):
        for difference in error.differences:
            note(f"  {difference.field}: you saw {difference.seen!r}, it is {difference.stands!r} now,"
                 f" you want {difference.wanted!r}")  # fmt: skip
    if place is not None and place.asked:
        note(f"Database: {place.shown}")
    if error.mend:
        note(error.mend)
