"""``trail``: seal and verify."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import Annotated

import typer

from app.cli.output import AsJson, emit, new_commands, note, place_of, say

commands = new_commands("The append-only trail.")

TRIES = 50
PAUSE_SECONDS = 0.1


@commands.command()
def seal(context: typer.Context, as_json: AsJson = False) -> None:
    """Seal all rows that are final; print the head, to be kept where nobody who writes the database can change it."""
    from app.services.database import trail
    from app.services.database.findings import counted

    with place_of(context).open() as database:
        sealed = database.maintain(trail.seal, database.clock.now())
        blocks, rows = sealed.blocks, sealed.rows
        for _ in range(TRIES):
            if not sealed.waiting:
                break
            time.sleep(PAUSE_SECONDS)
            sealed = database.maintain(trail.seal, database.clock.now())
            blocks, rows = blocks + sealed.blocks, rows + sealed.rows
        head = database.read(trail.head)
    if as_json:
        emit({"blocks": blocks, "rows": rows, "waiting": sealed.waiting, "head": head})
        return
    if sealed.waiting:
        note("Some rows wait for transactions that still run; the next seal takes them.")
    say(f"Sealed {counted(rows, 'row')} in {counted(blocks, 'block')}. Head: {head}")


@commands.command()
def verify(
    context: typer.Context,
    head: Annotated[str | None, typer.Option(help="A head kept elsewhere, as a report prints it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Compute the whole chain anew; exit 1 and name the block where it does not fit."""
    from app.services.database import trail
    from app.services.database.findings import counted

    with place_of(context).open() as database:
        verdict = database.read(trail.verify, head)
    if as_json:
        emit({**asdict(verdict), "fits": verdict.fits})
    elif verdict.misfit is not None:
        note(f"Block {verdict.misfit.block} does not fit: {verdict.misfit.why}.")
        note("Compare with a backup and with the heads that reports print.")
    else:
        rows, blocks = counted(verdict.rows, "row"), counted(verdict.blocks, "block")
        say(f"All fits: {rows} in {blocks}, {verdict.unsealed} not sealed yet.")
        say(f"Head: {verdict.head}")
    if not verdict.fits:
        raise typer.Exit(1)
