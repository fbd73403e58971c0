"""``db``: care for the database."""

from __future__ import annotations

import getpass
import re
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.cli.output import AsJson, Overwrite, emit, new_commands, note, place_of, progress, say, table
from app.models.enums import Role
from app.services.database.errors import UserError

commands = new_commands("Care for the database.")
person = new_commands("Who works here.")
commands.add_typer(person, name="person")

Email = Annotated[str | None, typer.Option(help="Where messages reach them.")]
Zone = Annotated[str, typer.Option(help="Their time zone, as in Europe/Berlin.")]


@commands.command()
def init(
    context: typer.Context,
    login: Annotated[str | None, typer.Option(help="The first person's login; yours if not said.")] = None,
    name: Annotated[str | None, typer.Option(help="The first person's name.")] = None,
    email: Email = None,
    time_zone: Zone = "UTC",
) -> None:
    """Make the schema in an empty database, and its first person, who may do everything."""
    from app.services.database.database import Database
    from app.services.database.work import WATCH
    from app.services.people import AddPerson, list_people

    place = place_of(context)
    database = Database.open(place.url, create=True).acting_as(WATCH)
    try:
        if not database.read(list_people, everybody=True):
            login = login or own_login()
            database.apply(
                AddPerson(login=login, name=name or login, role=Role.ADMIN, email=email, time_zone=time_zone)
            )
            say(f"{login} may do everything here.")
    finally:
        database.close()
    say(f"The database stands: {place.shown}")


def own_login() -> str:
    """This user's name on the computer, as far as it can be a login."""
    from app.services.people import LOGIN

    try:
        name = re.sub(r"[^a-z0-9_.-]", "", getpass.getuser().lower()).lstrip("0123456789_.-")
    except (OSError, KeyError):
        name = ""
    return name if LOGIN.fullmatch(name) else "admin"


@commands.command()
def upgrade(context: typer.Context) -> None:
    """Bring the schema up to this program; a database file is kept beside itself first."""
    from app.services.database import schema
    from app.services.database.engine import make_engine, require_file

    place = place_of(context)
    require_file(place.url)
    engine = make_engine(place.url)
    try:
        before = schema.status(engine)
        here = schema.upgrade(engine)
    finally:
        engine.dispose()
    say(f"Schema {here.revision} stands already." if before.current else f"Schema {here.revision} stands now.")


@commands.command()
def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Tell where the database is, its schema and what is in it."""
    from app.services.database.overview import overview

    place = place_of(context)
    told = overview(place.url)
    document = {"database": place.shown, **asdict(told)}
    if as_json:
        emit(document)
        return
    for key, value in document.items():
        say(f"{key.replace('_', ' '):16} {'–' if value is None else value}")


@commands.command()
def backup(context: typer.Context, file: Path, overwrite: Overwrite = False) -> None:
    """Write a backup; others may work meanwhile. A server needs its own program pg_dump here."""
    from app.services.database.backup import backup as make

    with progress("Backing up") as told:
        made = make(place_of(context).url, file, overwrite=overwrite, progress=told)
    say(f"{made}: {made.stat().st_size:,} bytes")


@commands.command()
def restore(context: typer.Context, file: Path, overwrite: Overwrite = False) -> None:
    """Put a backup in the place of the database, which nobody may have open."""
    from app.services.database.backup import restore as put

    place = place_of(context)
    kept = put(place.url, file, overwrite=overwrite)
    if kept is not None:
        note(f"What stood there is kept as {kept}.")
    say(f"Restored: {place.shown}")


@commands.command()
def check(
    context: typer.Context,
    mend: Annotated[bool, typer.Option("--mend", help="Make missing or changed triggers anew.")] = False,
    as_json: AsJson = False,
) -> None:
    """Look at the whole database: file, references, triggers, the sealed trail. Exit 1 where something is wrong."""
    from app.cli.findings import show
    from app.services.database import backup as care

    with place_of(context).open() as database:
        if mend:
            care.mend_triggers(database)
        found = care.check(database)
    show(found, as_json=as_json)


@commands.command("server-setup")
def server_setup(context: typer.Context) -> None:
    """Make the group roles and rights of a team's server; run it as the database's owner who may make roles."""
    from app.services.database.server import set_up

    place = place_of(context)
    for line in set_up(place.url):
        say(line)


# --- people


@person.command()
def add(
    context: typer.Context,
    login: str,
    name: Annotated[str, typer.Option(help="How others know them.")],
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.AGENT,
    email: Email = None,
    time_zone: Zone = "UTC",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Server only: read a password, make or renew their login.")
    ] = False,
) -> None:
    """Add somebody. On a server, --password-stdin also makes the login role the server knows them by."""
    from app.services.database.work import WATCH
    from app.services.people import AddPerson, add_with_login, list_people

    password = sys.stdin.readline().rstrip("\n") if password_stdin else None
    if password == "":
        raise UserError("The password is empty.", "Write it on the first line of standard input.")
    with place_of(context).open() as database:
        if not database.read(list_people, everybody=True):
            database, role = database.acting_as(WATCH), Role.ADMIN  # the first one must be able to add the others
        adding = AddPerson(login=login, name=name, role=role, email=email, time_zone=time_zone)
        if password is None:
            database.apply(adding)
        else:
            add_with_login(database, adding, password)
    say(f"{login} works here as {role.value}.")


@person.command()
def disable(context: typer.Context, login: str) -> None:
    """Take somebody's rights away; what they did stays theirs. On a server their login ends too."""
    from app.services.people import DisablePerson, disable_with_login

    with place_of(context).open() as database:
        disable_with_login(database, DisablePerson(login=login))
    say(f"{login} no longer works here.")


@person.command("list")
def list_(
    context: typer.Context,
    everybody: Annotated[bool, typer.Option("--all", help="Those who no longer work here too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List who works here."""
    from app.services.people import list_people

    with place_of(context).open() as database:
        people = database.read(list_people, everybody=everybody)
    if as_json:
        emit([asdict(record) for record in people])
        return
    table(
        ("login", "name", "role", "e-mail", "zone", ""),
        [(p.login, p.name, p.role.value, p.email, p.time_zone, "" if p.active else "disabled") for p in people],
    )
