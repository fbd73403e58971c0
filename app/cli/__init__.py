"""The command line: parses, calls a service, prints. What each command does stands in docs and in ``--help``.

A module of this package exposes ``commands``, a Typer application with one command or a group of them, and is named in
``GROUPS``; it is imported when its command is asked for, so that a command starts fast.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_command

from app.cli.output import Place, complain, place_of
from app.services.database.errors import UserError

DONE, AT_FAULT, WRONG_USE = 0, 1, 2
PROGRAM: Final = "escalation-desk"
GROUPS: Final = {
    "incidents": "open, act on, import, show, search, export incidents",
    "matrix": "import, export, verify, decide, replay matrices",
    "customers": "import customers and their context",
    "calendars": "import and export working hours",
    "messages": "check messages, receive replies",
    "debrief": "show and close debriefs",
    "proposals": "propose matrix changes",
    "report": "write a post-incident report",
    "insights": "export measures",
    "clock": "explain why something is due when it is",
    "watch": "fire due moments and deliver the outbox",
    "sample": "make and open the sample database",
    "db": "care for the database",
    "trail": "seal and verify the trail",
    "doctor": "check environment and database, say what to mend",
}


class LazyGroup(TyperGroup):
    """The root: its commands are found by name and imported when asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [name for name in GROUPS if find_spec(f"{__name__}.{name}") is not None]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in self.list_commands(ctx):
            return None
        command = get_command(importlib.import_module(f"{__name__}.{cmd_name}").commands)
        command.name = cmd_name
        command.short_help = GROUPS[cmd_name]
        return command


root = typer.Typer(name=PROGRAM, cls=LazyGroup, add_completion=False, no_args_is_help=True, rich_markup_mode=None)


@root.callback()
def begin(
    context: typer.Context,
    database: Annotated[
        str | None,
        typer.Option(metavar="URL", envvar="ESCALATION_DESK_DATABASE", help="A file or postgresql://user@host/name."),
    ] = None,
    login: Annotated[
        str | None, typer.Option(metavar="LOGIN", help="Who acts, in a database file; a server knows it itself.")
    ] = None,
) -> None:
    """Escalation Desk without its window. Without a command the window opens."""
    place = place_of(context)
    place.database, place.login = database, login


def run(arguments: Sequence[str]) -> int:
    """Runs one command and returns the exit code: 0 done, 1 the input or the state is at fault, 2 wrong use."""
    place = Place()
    try:
        get_command(root).main(list(arguments), prog_name=PROGRAM, obj=place)
    except UserError as error:
        complain(error, place)
        return AT_FAULT
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else DONE if end.code is None else AT_FAULT
    return DONE


def main() -> None:
    """The command line as a program of its own."""
    sys.exit(run(sys.argv[1:]))
