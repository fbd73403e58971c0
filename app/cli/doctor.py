"""``doctor``: what must be mended."""

from __future__ import annotations

from datetime import UTC, datetime

import typer

from app.cli.output import AsJson, new_commands, place_of

commands = new_commands()


@commands.command()
def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Check environment, database, clock, fonts, keyring, outbox, duty; say what to mend. Exit 1 where need be."""
    from app.cli.findings import show
    from app.services.database.doctor import examine
    from app.services.duty_gaps import duty_finding

    place = place_of(context)
    show(examine(place.url, place.who, datetime.now(UTC), (duty_finding,)), as_json=as_json)
