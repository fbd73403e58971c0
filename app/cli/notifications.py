"""``notifications``: how people are told outside the program."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import config
from app.cli.output import AsJson, counted, emit, new_commands, note, place_of, say, table
from app.cli.records import OperationId, operation_values, text_of
from app.models.enums import Role
from app.services.database.errors import NotAllowed, NotFound, UserError

if TYPE_CHECKING:
    from app.services.database.database import Database

commands = new_commands("See and set how people are told outside the program.")

Whose = Annotated[str | None, typer.Option("--person", metavar="LOGIN", help="Somebody else; you need to be an admin.")]


@commands.command()
def show(context: typer.Context, person: Whose = None, as_json: AsJson = False) -> None:
    """Your rules and quiet hours, or those of somebody else; with --json as a document that `set` reads."""
    from app.services.delivery_files import rules_document
    from app.services.delivery_rules import rules_of

    with place_of(context).open() as database:
        found = database.read(rules_of, _person(database, person))
    if as_json:
        emit(rules_document(found))
        return
    say(f"{found.login}: {'rules of their own' if found.own else 'the rules of everybody'}, {found.time_zone}")
    table(
        ("channel", "address", "kinds", "after", "in quiet hours"),
        [
            (
                rule.channel,
                rule.address or (found.email or "no address" if rule.channel == "mail" else ""),
                ", ".join(rule.kinds) or "all",
                f"{rule.delay_seconds} s",
                "yes" if rule.in_quiet_hours else "waits",
            )
            for rule in found.rules
        ],
    )
    for day, windows in found.quiet.items():
        say(f"quiet {day}: {', '.join(f'{start}–{end}' for start, end in windows)}")


@commands.command("set")
def set_(
    context: typer.Context,
    given: Annotated[str, typer.Argument(metavar="JSON", help="The document, @FILE, or - for standard input.")],
    person: Whose = None,
    operation: OperationId = None,
    as_json: AsJson = False,
) -> None:
    """Replace rules, quiet hours or both by those of a document (escalation-desk/delivery-rules/1).

    What the document does not name stays. No rules ([]) are the rules of everybody again.
    """
    from app.services.delivery_files import quiet_hours_in, rules_document, rules_in
    from app.services.delivery_rules import WriteDeliveryRules, WriteQuietHours, rules_of

    try:
        document = json.loads(text_of(given))
    except ValueError as error:
        raise UserError(f"This is not JSON: {error}.", "See what “notifications show --json” prints.") from None
    rules, quiet = rules_in(document), quiet_hours_in(document)
    with place_of(context).open() as database:
        whose = _person(database, person)
        if rules is not None:
            database.apply(WriteDeliveryRules(person_id=whose, rules=rules, **_named(operation, "rules")))
        if quiet is not None:
            database.apply(WriteQuietHours(person_id=whose, hours=quiet, **_named(operation, "quiet")))
        found = database.read(rules_of, whose)
    if as_json:
        emit(rules_document(found))
    else:
        whose_rules = "" if found.own else ", those of everybody"
        say(f"{found.login} is told by {counted(len(found.rules), 'rule')}{whose_rules}.")


@commands.command()
def secret(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="webhook, “webhook HOST”, or “service NAME” for its apprise address.")
    ],
) -> None:
    """Keep a secret for sending in the keyring of this computer; it is read from standard input."""
    kind, _, more = name.partition(" ")
    if not (name == config.WEBHOOK_SECRET or (kind in ("webhook", "service") and more.strip() == more != "")):
        raise typer.BadParameter("Say webhook, “webhook HOST” or “service NAME”.", param_hint="NAME")
    value = sys.stdin.readline().rstrip("\n")
    if not value:
        raise UserError("Nothing came on standard input.", "Send the secret as one line.")
    if not config.keep_secret(name, value):
        raise UserError(
            "There is no keyring here.", "Use the environment or a systemd credential (docs/operations.md)."
        )
    note(f"Kept “{name}”. It holds from the next start of desk or watch.")


def _named(operation: str | None, part: str) -> dict[str, Any]:
    """An id for each of the two acts, which always follows from the one that was given."""
    return operation_values(f"{operation} {part}" if operation else None)


def _person(database: Database, login: str | None) -> str:
    from app.services.people import list_people

    found = next((one.id for one in database.read(list_people) if one.login == login), None)
    whose = found if login else database.actor.id
    if whose is None:
        raise NotFound(
            f"Nobody with the login “{login}” works here." if login else "Nobody is signed in.", "See “db person list”."
        )
    if whose != database.actor.id and not database.can(Role.ADMIN):
        raise NotAllowed("How somebody else is told is theirs to know.", "Ask them, or an admin.")
    return whose
