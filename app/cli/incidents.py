"""``incidents``: import, open, act on, show, search, export."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.incident_acts import act
from app.cli.incident_import import import_file
from app.cli.incident_ladder import de_escalate
from app.cli.incident_promises import ACTS
from app.cli.incident_targets import ACTS as TARGET_ACTS
from app.cli.incident_update import update
from app.cli.output import AsJson, Overwrite, emit, note, place_of, refuse_existing, say, table
from app.cli.records import OperationId, instant, known_channel, operation_values, plain, text_of
from app.services.database.errors import UserError

commands = typer.Typer(
    help="Open, act on, import, show, search and export incidents.", no_args_is_help=True, add_completion=False
)
commands.command("import")(import_file)
act.command()(update)
act.command("de-escalate")(de_escalate)
for _name, _act in {**ACTS, **TARGET_ACTS}.items():
    act.command(_name)(_act)
commands.add_typer(act, name="act")

KNOWN = ("title", "facts", "channel", "customer", "customer_id", "raised_at", "words", "hold", "continues")
Number = Annotated[str, typer.Argument(metavar="ID", help="Its number (12 or INC-12) or its id.")]


@commands.command("open")
def open_(
    context: typer.Context,
    document: Annotated[
        str | None,
        typer.Option(
            "--json",
            metavar="FACTS",
            help="A JSON object, @FILE or - for standard input: title, facts, channel, customer, raised_at, words,"
            " continues. Answers with JSON too.",
        ),
    ] = None,
    title: Annotated[str | None, typer.Option(help="What went wrong, in a few words.")] = None,
    fact: Annotated[list[str] | None, typer.Option(metavar="KEY=VALUE", help="A fact; may be repeated.")] = None,
    channel: Annotated[str | None, typer.Option(help="email, phone, chat or social.")] = None,
    customer: Annotated[str | None, typer.Option(help="The customer's name.")] = None,
    raised_at: Annotated[
        str | None, typer.Option(metavar="TIME", help="When they raised it: a time, 13:50 (the last); now if not said.")
    ] = None,
    words: Annotated[str | None, typer.Option(help="What they wrote or said.")] = None,
    hold: Annotated[bool, typer.Option("--hold", help="You have it from now on.")] = False,
    continues: Annotated[
        str | None, typer.Option(metavar="ID", help="One that is over and goes on in this one; fills what is not said.")
    ] = None,
    operation: OperationId = None,
) -> None:
    """Open an incident: the matrix is asked, the clocks start when the customer raised it."""
    from app.services.incidents.case import find_incident, load_case

    known_channel(channel)
    given = read_document(document) if document is not None else {}
    typed = {"title": title, "channel": channel, "customer": customer, "raised_at": raised_at, "words": words}
    typed["continues"] = continues
    given |= {key: value for key, value in typed.items() if value is not None}
    given["facts"] = {**given.get("facts", {}), **dict(_pair(one) for one in fact or ())}
    if hold:
        given["hold"] = True
    with place_of(context).open() as database:
        now = database.clock.now()
        if "continues" in given:
            given["continues"] = database.read(find_incident, given["continues"])
        applied = database.apply(_opening(given, operation, database.actor.time_zone, now))
        case = database.read(load_case, applied.result["incident_id"], database.clock.now())
    if applied.repeated:
        note("This operation was applied before; nothing was done again.")
    if document is not None:
        told = ("trigger", "tier", "tier_rank", "tier_name", "path", "target_class", "covered", "explanation")
        answer = {key: plain(getattr(case, key)) for key in told}
        emit({**applied.result, "repeated": applied.repeated, "answer": answer})
    else:
        say(f"INC-{case.number} {case.title}: {case.tier_name}")


def read_document(given: str) -> dict[str, Any]:
    """The object of ``--json``; ``UserError`` where it is none or says something unknown."""
    try:
        document = json.loads(text_of(given))
    except (ValueError, RecursionError) as error:
        raise UserError(f"This is not JSON: {error}.", 'Give an object such as {"title": "Charged twice"}.') from None
    if not isinstance(document, dict):
        raise UserError("The JSON is not an object.", 'Give an object such as {"title": "Charged twice"}.')
    odd = sorted(set(document) - set(KNOWN))
    if odd:
        raise UserError(f"“{odd[0]}” means nothing here.", f"Known are {', '.join(KNOWN)}; facts go into “facts”.")
    if not isinstance(document.get("facts", {}), dict):
        raise UserError("“facts” is not an object.", 'Write it as {"severity": "s1"}.')
    for key in KNOWN:
        wanted = {"facts": dict, "hold": bool}.get(key, str)
        if document.get(key) is None:
            document.pop(key, None)
        elif not isinstance(document[key], wanted):
            raise UserError(f"“{key}” is not {'a text' if wanted is str else 'true or false'}.", "Write it so.")
    return document


def _opening(given: dict[str, Any], operation: str | None, zone: str, now: datetime) -> Any:
    from app.models.enums import Channel
    from app.services.incidents.open import OpenIncident

    channel = given.get("channel")
    if channel is not None and channel not in {one.value for one in Channel}:
        raise UserError(f"There is no channel “{channel}”.", f"Use one of {', '.join(Channel)}.")
    raised = given.get("raised_at")
    return OpenIncident(
        title=given.get("title", ""),
        facts=given["facts"],
        channel=Channel(channel) if channel is not None else None,
        customer_id=given.get("customer_id"),
        customer=given.get("customer"),
        raised_at=instant(raised, zone, now, past=True) if raised is not None else None,
        words=given.get("words", ""),
        hold=given.get("hold", False),
        continues=given.get("continues"),
        **operation_values(operation),
    )


def _pair(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise typer.BadParameter(f"“{text}” is not KEY=VALUE.")
    return key.strip(), value.strip()


@commands.command()
def show(context: typer.Context, incident: Number, as_json: AsJson = False) -> None:
    """Show an incident with its facts, timers and timeline."""
    from app.services.clock.reading import read, words
    from app.services.incidents.case import find_incident, load_case

    with place_of(context).open() as database:
        now = database.clock.now()
        case = database.read(load_case, database.read(find_incident, incident), now)
    readings = [read(timer, now) for timer in case.timers]
    if as_json:
        timers = [
            {**plain(timer), "look": reading.look.value, "seconds": reading.seconds, "words": " ".join(words(reading))}
            for timer, reading in zip(case.timers, readings, strict=True)
        ]
        emit({**plain(case), "timers": timers, "at": plain(now)})
        return
    say(f"INC-{case.number}  {case.title}")
    say(f"{case.phase.value}, {case.tier_name or 'history'}, {case.holder or 'nobody has it'}")
    if case.customer:
        say(f"{case.customer.name} {case.customer.segment}".strip())
    for one in case.facts:
        say(f"  {one.label:24} {one.words or '–'}")
    say()
    table(
        ("timer", "", "due (UTC)"),
        [
            (timer.kind.value.replace("_", " "), " ".join(words(reading)), f"{timer.due_at:%Y-%m-%d %H:%M}")
            for timer, reading in zip(case.timers, readings, strict=True)
        ],
    )
    say()
    table(
        ("at (UTC)", "what", "who", ""),
        [(f"{one.at:%Y-%m-%d %H:%M}", one.kind.value.replace("_", " "), one.person, one.body) for one in case.events],
    )


@commands.command()
def search(
    context: typer.Context,
    text: str,
    limit: Annotated[int, typer.Option(min=1, max=5000, help="How many at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Find incidents by words of their title, their number or their customer."""
    from app.services.incidents.search import search as find

    with place_of(context).open() as database:
        found = database.read(find, text, limit)
    if as_json:
        emit([plain(one) for one in found])
        return
    table(
        ("number", "title", "customer", "phase", "raised (UTC)"),
        [
            (f"INC-{one.number}", one.title, one.customer, one.phase.value, f"{one.raised_at:%Y-%m-%d %H:%M}")
            for one in found
        ],
    )
    note(f"{len(found)} found." if len(found) < limit else f"The first {limit}; --limit shows more.")


@commands.command()
def export(
    context: typer.Context,
    file: Annotated[Path | None, typer.Option("-o", "--output", help="Where to; standard output if not said.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="A list of objects.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="A table, one row an incident (the default).")] = False,
    overwrite: Overwrite = False,
) -> None:
    """Write all incidents, live ones and history, as CSV or JSON."""
    from app.services.incidents.export import write_incidents

    if as_json and as_csv:
        raise typer.BadParameter("choose one of --json and --csv")
    kind = "json" if as_json or (file is not None and not as_csv and file.suffix == ".json") else "csv"
    if file is not None:
        refuse_existing(file, overwrite=overwrite)
    with place_of(context).open() as database:
        count = write_incidents(database, file, kind)
    note(f"{count:,} incidents{f' in {file}' if file else ''}.")
