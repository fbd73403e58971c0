"""``report``: write the post-incident report of an incident."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from app.cli.output import AsJson, Overwrite, emit, new_commands, place_of, refuse_existing, say
from app.services.database.errors import UserError

commands = new_commands()

FORMATS = ("pdf", "md")
LATER_FORMATS = ("docx", "html")
AUDIENCES = ("internal", "customer")
LATER_AUDIENCES = ("executive",)


@commands.command()
def report(
    context: typer.Context,
    incident: Annotated[str, typer.Argument(metavar="ID", help="The incident's number or id: 4816, INC-4816.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The file to write.")],
    kind: Annotated[str, typer.Option("--format", help="pdf or md.")] = "pdf",
    audience: Annotated[str, typer.Option(help="internal, or customer: only what is marked safe.")] = "internal",
    overwrite: Overwrite = False,
    as_json: AsJson = False,
) -> None:
    """Write the post-incident report. Without a debrief it says what the record knows."""
    check(kind, "format", FORMATS, LATER_FORMATS)
    check(audience, "audience", AUDIENCES, LATER_AUDIENCES)
    refuse_existing(output, overwrite=overwrite)
    from app.services.debriefs.report import Audience, read_report
    from app.services.incidents.case import find_incident

    with place_of(context).open() as database:
        incident_id = database.read(find_incident, incident)
        zone = ZoneInfo(database.actor.time_zone)
        document = database.read(read_report, incident_id, Audience(audience), database.clock.now(), zone)
    from app.views.debriefs.pdf import write_pdf, write_whole

    pages: int | None = None
    if kind == "pdf":
        pages = write_pdf(document, output)
    else:
        from app.services.debriefs.markdown import write_markdown

        write_whole(output, write_markdown(document).encode())
    if as_json:
        emit({"file": str(output), "format": kind, "audience": audience, "incident": document.number, "pages": pages})
        return
    length = f", {pages} page{'s' if pages > 1 else ''}" if pages else ""
    say(f"The report of {document.number} stands in {output}{length}.")


def check(given: str, name: str, known: tuple[str, ...], later: tuple[str, ...]) -> None:
    """Raises ``UserError`` for what cannot be written yet, and wrong use for what is not known, saying what works."""
    if given in known:
        return
    works = " or ".join(known)
    if given in later:
        raise UserError(f"The {name} “{given}” cannot be written yet.", f"What works now: {works}.")
    raise typer.BadParameter(f"“{given}” is no {name} of a report. Use {works}.", param_hint=f"--{name}")
