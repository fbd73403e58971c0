"""``sample``: a made-up desk in a file of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from app import config
from app.cli.output import AsJson, emit, note, say

commands = typer.Typer(add_completion=False)


@commands.command()
def sample(
    path: Annotated[
        Path | None, typer.Option(help="Make it in this file and open no window; work on it with --database.")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Remove it in one act.")] = False,
    as_json: AsJson = False,
) -> None:
    """Open the sample: about 40 made-up incidents with live timers. It can never alert anybody."""
    from app.services.sample import open_sample, remove_sample

    file = path or Path(config.sample_database())
    if remove:
        there = file.exists()
        _refuse_other(file)
        remove_sample(file)
        _say(file, f"The sample is gone: {file}" if there else f"There was no sample at {file}.", as_json)
        return
    _refuse_other(file)
    open_sample(file).close()
    _say(file, f"The sample stands: {file}", as_json)
    if path is not None or as_json:
        return
    if not _has_screen():
        note(f"There is no screen here. Work on it with: escalation-desk --database {file} …")
        return
    from app.desk import run

    raise typer.Exit(run(str(file)))


def _refuse_other(file: Path) -> None:
    """``UserError`` for a file that is no sample: it is neither replaced nor removed."""
    from app.services.database.clock import DatabaseClock
    from app.services.database.database import Database
    from app.services.database.engine import make_engine
    from app.services.database.errors import UserError
    from app.services.database.sample_mark import is_sample

    if not file.exists() or file.stat().st_size == 0:
        return
    engine = make_engine(str(file))
    try:
        ours = Database(engine, DatabaseClock()).read(is_sample)
    except UserError:
        ours = False
    finally:
        engine.dispose()
    if not ours:
        raise UserError(f"{file} is something else, not a sample.", "Choose another file; this one was left as it is.")


def _say(file: Path, line: str, as_json: bool) -> None:
    if as_json:
        emit({"database": str(file), "exists": file.exists()})
    else:
        say(line)


def _has_screen() -> bool:
    if sys.platform != "linux":
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
