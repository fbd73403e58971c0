"""The command line: parses, calls a service, prints. What each command does stands in docs and in ``--help``.

A module of this package exposes ``commands``, a Typer application with one command or a group of them; ``COMMANDS`` and
``load`` name it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_command

from app.cli.output import Place, complain, place_of
from app.services.database.errors import UserError

DONE, AT_FAULT, WRONG_USE = 0, 1, 2
PROGRAM: Final = "escalation-desk"
COMMANDS: Final = {
    "incidents": "open, act on, import, show, search, export incidents",
    "matrix": "import, export, verify, decide, replay matrices",
    "proposals": "suggest a change of the matrix, see what was suggested",
    "calendars": "import, export, look at calendars and rotas",
    "duty": "say who is away, override rotas, find spans with nobody",
    "report": "write a post-incident report",
    "clock": "explain why something is due when it is",
    "notifications": "see and set how people are told outside the program",
    "watch": "fire due moments and deliver the outbox",
    "sample": "make and open the sample database",
    "db": "care for the database",
    "trail": "seal and verify the trail",
    "doctor": "check environment and database, say what to mend",
}


def load(name: str) -> typer.Typer:  # noqa: C901 - one case a command, each seen by whoever packs the program
    """The commands of that name, imported now."""
    match name:
        case "incidents":
            from app.cli.incidents import commands
        case "matrix":
            from app.cli.matrix import commands
        case "proposals":
            from app.cli.proposals import commands
        case "calendars":
            from app.cli.calendars import commands
        case "duty":
            from app.cli.duty import commands
        case "report":
            from app.cli.report import commands
        case "clock":
            from app.cli.clock import commands
        case "notifications":
            from app.cli.notifications import commands
        case "watch":
            from app.cli.watch import commands
        case "sample":
            from app.cli.sample import commands
        case "db":
            from app.cli.db import commands
        case "trail":
            from app.cli.trail import commands
        case "doctor":
            from app.cli.doctor import commands
        case _:
            raise LookupError(name)
    return commands


class LazyGroup(TyperGroup):
    """The root: a command is imported when it is asked for, so that each starts fast."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        command = get_command(load(cmd_name))
        command.name = cmd_name
        command.short_help = COMMANDS[cmd_name]
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
