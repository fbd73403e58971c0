"""``calendars``: import, export and look at calendars and rotas."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from app.cli.duty import minute
from app.cli.output import (
    AsJson,
    Overwrite,
    counted,
    emit,
    new_commands,
    note,
    place_of,
    refuse_existing,
    say,
    table,
)
from app.cli.records import OperationId, operation_values, plain
from app.services.database.errors import NotFound, UserError

if TYPE_CHECKING:
    from app.services.calendars import CalendarRecord
    from app.services.rotas import RotaRecord

commands = new_commands("Import, export and look at calendars and rotas.")
MOST_DAYS = 366


@commands.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSON (escalation-desk/calendars/1).")],
    operation: OperationId = None,
    as_json: AsJson = False,
) -> None:
    """Write the calendars and rotas of a file; all of them, or none where anything is wrong."""
    from app.services.calendar_files import ImportCalendars, read_calendars

    document = read_calendars(file)
    with place_of(context).open() as database:
        result = database.apply(ImportCalendars(document=document, **operation_values(operation))).result
    if as_json:
        emit(result)
        return
    for one in result["calendars"]:
        more = f", {counted(one['recounted'], 'open timer')} counted anew" if one["recounted"] else ""
        version = f", version {one['versions'][-1]}" if one["versions"] else ""
        say(f"Calendar {one['key']}: {one['became']}{version}{more}.")
    for one in result["rotas"]:
        came, went = one["changes_added"], one["changes_ended"]
        more = f", {counted(came, 'dated change')} added, {went} ended" if came or went else ""
        say(f"Rota {one['key']}: {one['became']}{more}.")
    if not result["calendars"] and not result["rotas"]:
        note("There is nothing in this file.")


@commands.command("export")
def export_(
    context: typer.Context,
    output: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Else standard output.")] = None,
    overwrite: Overwrite = False,
) -> None:
    """Write all calendars and rotas as they stand to a file."""
    from app.services.calendar_files import export_document
    from app.services.matrix.files import write_json

    if output is not None:
        refuse_existing(output, overwrite=overwrite)
    with place_of(context).open() as database:
        document = database.read(export_document, database.clock.now())
    if output is None:
        emit(document)
        return
    write_json(output, document)
    note(f"Wrote {output}.")


@commands.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """Every calendar with the version that holds, every rota with who is on duty now."""
    from app.services.calendars import list_calendars
    from app.services.rotas import list_rotas

    with place_of(context).open() as database:
        now = database.clock.now()
        calendars, rotas = database.read(list_calendars, now), database.read(list_rotas, now)
    if as_json:
        emit({"calendars": plain(calendars), "rotas": plain(rotas)})
        return
    table(
        ("calendar", "name", "zone", "version", "holds from", "planned"),
        [
            (one.key, one.name, one.time_zone, one.number, one.holds_from, ", ".join(map(str, one.planned)))
            for one in calendars
        ],
    )
    say()
    table(
        ("rota", "name", "zone", "layers", "changes ahead", "on duty now"),
        [
            (one.key, one.name, one.time_zone, len(one.layers), len(one.overrides), ", ".join(one.on_duty) or "nobody")
            for one in rotas
        ],
    )


@commands.command()
def show(
    context: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY", help="A calendar, or rota:KEY.")],
    since: Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day; else today.")] = None,
    days: Annotated[int, typer.Option(help="How many days.", min=1, max=MOST_DAYS)] = 7,
    as_json: AsJson = False,
) -> None:
    """The hours of a calendar day by day and why they are so, or the shifts of a rota and its dated changes."""
    from app.services.calendars import list_calendars
    from app.services.rotas import list_rotas

    with place_of(context).open() as database:
        now = database.clock.now()
        rota = next((one for one in database.read(list_rotas, now) if f"rota:{one.key}" == key), None)
        calendar = next((one for one in database.read(list_calendars, now) if one.key == key), None)
    found = calendar or rota
    if found is None:
        raise _unknown(key)
    first = _date(since) if since else now.astimezone(ZoneInfo(found.time_zone)).date()
    head: tuple[str, ...] = ("date", "rule", "name", "hours", "breaks") if calendar else ("person", "from", "to")
    rows = [*(_hours(calendar, first, days) if calendar else ()), *(_shifts(rota, first, days) if rota else ())]
    if as_json:
        more = {"changes": plain(rota.overrides)} if rota else {}
        emit({"key": found.key, "name": found.name, "time_zone": found.time_zone,
              "rows": [dict(zip(head, row, strict=True)) for row in rows], **more})  # fmt: skip
        return
    table(head, rows)
    if rota and rota.overrides:
        say()
        table(("change", "from", "to", "on duty", "off duty", "id"), _changes(rota))
    note(f"Times are those of {found.time_zone}.")


def _unknown(key: str) -> NotFound:
    rota = key.removeprefix("rota:")
    if rota != key:
        return NotFound(f"There is no rota “{rota}”.", "See “calendars list”.")
    return NotFound(f"There is no calendar “{key}”.", "See “calendars list”; a rota is written as rota:KEY.")


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserError(f"“{text}” is no date.", "Write it as 2026-11-03.") from None


def _hours(calendar: CalendarRecord, first: date, days: int) -> Iterator[tuple[str, ...]]:
    from app.services.clock.calendar import WorkCalendar

    rules = WorkCalendar.from_json(calendar.definition)
    for offset in range(days):
        day = rules.day(first + timedelta(days=offset))
        yield (
            f"{day.date:%Y-%m-%d %a}",
            day.rule.value,
            day.name,
            _windows(day.windows) or "closed",
            _windows(day.breaks),
        )


def _windows(windows: tuple[tuple[int, int], ...]) -> str:
    def clock(seconds: int) -> str:
        return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"

    return ", ".join(f"{clock(start)}-{clock(end)}" for start, end in windows)


def _shifts(rota: RotaRecord, first: date, days: int) -> Iterator[tuple[str, ...]]:
    from app.services.clock.zones import instant

    zone = ZoneInfo(rota.time_zone)
    start, end = instant(first, 0, zone), instant(first + timedelta(days=days), 0, zone)
    for shift in rota.rules().shifts(start, end):
        yield shift.participant, minute(shift.shift_start, zone), minute(shift.shift_end, zone)


def _changes(rota: RotaRecord) -> Iterator[tuple[str, ...]]:
    """The dated changes that run or are ahead; their ids are what “duty undo” takes."""
    zone = ZoneInfo(rota.time_zone)
    for one in rota.overrides:
        people = ", ".join(sorted({str(shift["person"]) for shift in one.shifts}))
        span = minute(one.starts_at, zone), minute(one.ends_at, zone)
        yield one.kind, *span, one.add or people, one.remove or "", one.id
