"""``duty``: who is away, who stands in, overrides of rotas, and when nobody is there."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from app.cli.output import AsJson, counted, emit, new_commands, note, place_of, say, table
from app.cli.records import OperationId, instant, operation_values, plain
from app.services.database.errors import NotFound

if TYPE_CHECKING:
    from app.services.absences import AbsenceRecord
    from app.services.database.database import Database

commands = new_commands("Absences, overrides of rotas, and spans with nobody on duty.")
Until = Annotated[str, typer.Option("--until", metavar="TIME", help="When it ends.")]
Since = Annotated[str | None, typer.Option("--from", metavar="TIME", help="When it begins; else now.")]
Who = Annotated[str | None, typer.Argument(metavar="LOGIN", help="Who; else you.")]


@commands.command()
def gaps(context: typer.Context, as_json: AsJson = False) -> None:
    """When within 28 days an owner that may be alerted then resolves to nobody."""
    from app.services.duty_gaps import look_ahead

    with place_of(context).open() as database:
        zone = ZoneInfo(database.actor.time_zone)
        found = database.read(look_ahead, database.clock.now())
    if as_json:
        emit(plain(found))
        return
    if not found:
        say("Somebody is on duty whenever a tier may alert in the next 28 days.")
        return
    rows = [(one.label, minute(one.starts_at, zone), minute(one.ends_at, zone), ", ".join(one.tiers)) for one in found]
    table(("owner", "from", "to", "tiers"), rows)
    note(f"{counted(len(found), 'gap')}; times are those of {zone.key}.")


@commands.command()
def away(
    context: typer.Context,
    until: Until,
    who: Who = None,
    since: Since = None,
    deputy: Annotated[str | None, typer.Option(metavar="LOGIN", help="Who is asked instead.")] = None,
    operation: OperationId = None,
    as_json: AsJson = False,
) -> None:
    """Say that you are away, or as a lead that somebody is."""
    from app.services.absences import SetAbsence

    with place_of(context).open() as database:
        start, end = _span(database, since, until)
        login = who or database.actor.login
        act = SetAbsence(person=login, starts_at=start, ends_at=end, deputy=deputy, **operation_values(operation))
        result = database.apply(act).result
        zone = ZoneInfo(database.actor.time_zone)
    instead = f", {deputy} stands in" if deputy else ""
    _done(result, f"{login} is away from {minute(start, zone)} to {minute(end, zone)}{instead}.", as_json=as_json)


@commands.command()
def back(context: typer.Context, who: Who = None, operation: OperationId = None, as_json: AsJson = False) -> None:
    """End an absence that runs, else the next one ahead."""
    from app.services.absences import EndAbsence, list_absences
    from app.services.people import list_people

    with place_of(context).open() as database:
        login = who or database.actor.login
        mine = [one for one in database.read(list_absences, database.clock.now()) if one.person == login]
        if not mine:
            if login not in {one.login for one in database.read(list_people, everybody=True)}:
                raise NotFound(
                    f"There is nobody with the login “{login}”.", "See who works here with “db person list”."
                )
            raise NotFound(f"{login} is not away.", "See “duty absences”.")
        result = database.apply(EndAbsence(absence_id=mine[0].id, **operation_values(operation))).result
    _done(result, f"{login} is back.", as_json=as_json)


@commands.command()
def absences(context: typer.Context, as_json: AsJson = False) -> None:
    """Who is away now or will be, and who stands in."""
    from app.services.absences import list_absences

    with place_of(context).open() as database:
        zone = ZoneInfo(database.actor.time_zone)
        found = database.read(list_absences, database.clock.now())
    if as_json:
        emit(plain(found))
        return
    table(("who", "from", "to", "deputy"), [_row(one, zone) for one in found])
    note(f"Times are those of {zone.key}.")


def _row(one: AbsenceRecord, zone: ZoneInfo) -> tuple[str, str, str, str]:
    return (one.person, minute(one.starts_at, zone), minute(one.ends_at, zone), one.deputy or "nobody")


@commands.command()
def override(
    context: typer.Context,
    rota: Annotated[str, typer.Argument(metavar="ROTA", help="Its key.")],
    until: Until,
    since: Since = None,
    add: Annotated[str | None, typer.Option(metavar="LOGIN", help="Who comes on duty.")] = None,
    remove: Annotated[str | None, typer.Option(metavar="LOGIN", help="Who goes off; * for everybody.")] = None,
    operation: OperationId = None,
    as_json: AsJson = False,
) -> None:
    """Put somebody on duty, take somebody off, or one in place of the other."""
    from app.services.rota_overrides import OverrideRota

    with place_of(context).open() as database:
        start, end = _span(database, since, until)
        act = OverrideRota(
            rota=rota.removeprefix("rota:"), starts_at=start, ends_at=end, add=add, remove=remove,
            **operation_values(operation),
        )  # fmt: skip
        result = database.apply(act).result
    _done(result, f"Done; to take it back: duty undo {result['override_id']}", as_json=as_json)


@commands.command()
def undo(
    context: typer.Context,
    override_id: Annotated[str, typer.Argument(metavar="ID", help="Of an override or temporary schedule.")],
    operation: OperationId = None,
    as_json: AsJson = False,
) -> None:
    """Take back an override or a temporary schedule; one that runs ends now."""
    from app.services.rota_overrides import RemoveOverride

    with place_of(context).open() as database:
        try:
            result = database.apply(RemoveOverride(override_id=override_id, **operation_values(operation))).result
        except NotFound:
            what = f"There is no change of a rota with the id “{override_id}”."
            raise NotFound(what, "“calendars show rota:KEY” lists them.") from None
    _done(result, "Taken back.", as_json=as_json)


def _span(database: Database, since: str | None, until: str) -> tuple[datetime, datetime]:
    now, zone = database.clock.now(), database.actor.time_zone
    start = instant(since, zone, now) if since else now
    return start, instant(until, zone, now)


def _done(result: Any, words: str, *, as_json: bool) -> None:
    if as_json:
        emit(result)
    else:
        say(words)


def minute(at: datetime, zone: ZoneInfo) -> str:
    """An instant as tables show it."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
