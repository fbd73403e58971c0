"""``incidents act ID …``: one operation each, harmless when it arrives twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.output import AsJson, emit, note, place_of, say
from app.cli.records import OperationId, instant, operation_values, plain, text_of
from app.services.database.errors import UserError

if TYPE_CHECKING:
    from app.services.database.database import Database
    from app.services.database.operations import Operation
    from app.services.incidents.case_records import Case

act = typer.Typer(help="Act on an incident, one operation each.", no_args_is_help=True, add_completion=False)

Words = Annotated[str, typer.Option("--text", help="In words; @FILE reads a file, - standard input.")]


@act.callback()
def of_incident(incident: Annotated[str, typer.Argument(metavar="ID", help="12, INC-12 or its id.")]) -> None:
    """Acknowledge, note, update, wait, go on, contain, resolve, close, reopen, escalate, take, hand off, tick."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What an act is made from: the incident as it stands, and the open database."""

    database: Database
    case: Case
    now: datetime

    def at(self, text: str | None) -> datetime | None:
        """A time as it was typed, in the zone of whoever acts."""
        return instant(text, self.database.actor.time_zone, self.now) if text else None


def apply_act(
    context: typer.Context, make: Callable[[Setting, dict[str, Any]], Operation], operation: str | None, as_json: bool
) -> None:
    """Finds the incident, applies the operation, says where the incident stands then."""
    from app.services.database.ledger import applied_before
    from app.services.incidents.case import find_incident, load_case

    name = context.parent.params["incident"] if context.parent else ""
    values = operation_values(operation)
    with place_of(context).open() as database:
        incident_id = database.read(find_incident, name)
        now = database.clock.now()
        # an act that is repeated need not fit the state of today
        before = database.read(applied_before, values["id"]) if values else None
        if before is None:
            setting = Setting(database, database.read(load_case, incident_id, now), now)
            result = database.apply(make(setting, values)).result or {}
        else:
            note(f"This operation ({before.kind}) was applied before; nothing was done again.")
            result = before.result
        case = database.read(load_case, incident_id, database.clock.now())
    if as_json:
        emit({"incident_id": case.id, **_standing(case), "result": plain(result), "repeated": before is not None})
    else:
        say(f"INC-{case.number} {case.phase.value}, {case.tier_name}, {case.holder or 'nobody has it'}")


def _standing(case: Case) -> dict[str, Any]:
    told = ("number", "phase", "tier", "tier_rank", "tier_entry", "holder")
    times = ("acknowledged_at", "contained_at", "resolved_at", "closed_at", "waiting_since")
    return {key: plain(getattr(case, key)) for key in (*told, *times)}


@act.command()
def acknowledge(context: typer.Context, operation: OperationId = None, as_json: AsJson = False) -> None:
    """Say that you have seen it and have it."""
    from app.services.incidents.phases import Acknowledge

    apply_act(context, lambda one, more: Acknowledge(incident_id=one.case.id, **more), operation, as_json)


@act.command()
def take(context: typer.Context, operation: OperationId = None, as_json: AsJson = False) -> None:
    """Become its holder."""
    from app.services.incidents.handoffs import Take

    apply_act(context, lambda one, more: Take(incident_id=one.case.id, **more), operation, as_json)


@act.command("note")
def note_(
    context: typer.Context,
    text: Words,
    workaround: Annotated[bool, typer.Option("--workaround", help="It says how to get by meanwhile.")] = False,
    operation: OperationId = None,
    as_json: AsJson = False,
) -> None:
    """Write an internal note."""
    from app.services.incidents.notes import AddNote

    body = text_of(text)
    apply_act(
        context,
        lambda one, more: AddNote(incident_id=one.case.id, body=body, workaround=workaround, **more),
        operation,
        as_json,
    )


@act.command()
def contain(context: typer.Context, text: Words = "", operation: OperationId = None, as_json: AsJson = False) -> None:
    """Say that the harm has stopped growing."""
    from app.services.incidents.phases import Contain

    words = text_of(text)
    apply_act(context, lambda one, more: Contain(incident_id=one.case.id, note=words, **more), operation, as_json)


@act.command()
def resolve(context: typer.Context, text: Words = "", operation: OperationId = None, as_json: AsJson = False) -> None:
    """Say that the cause is gone for this customer."""
    from app.services.incidents.phases import Resolve

    words = text_of(text)
    apply_act(context, lambda one, more: Resolve(incident_id=one.case.id, note=words, **more), operation, as_json)


@act.command()
def close(context: typer.Context, text: Words = "", operation: OperationId = None, as_json: AsJson = False) -> None:
    """End it; without a resolution message it needs a reason."""
    from app.services.incidents.phases import Close

    words = text_of(text)
    apply_act(context, lambda one, more: Close(incident_id=one.case.id, reason=words, **more), operation, as_json)


@act.command()
def reopen(context: typer.Context, text: Words, operation: OperationId = None, as_json: AsJson = False) -> None:
    """Take up a resolved incident again; needs a reason."""
    from app.services.incidents.phases import Reopen

    words = text_of(text)
    apply_act(context, lambda one, more: Reopen(incident_id=one.case.id, reason=words, **more), operation, as_json)


@act.command()
def wait(
    context: typer.Context,
    text: Words,
    until: Annotated[str, typer.Option(metavar="TIME", help="When to follow up: a time, 14:55, or +30 (minutes).")],
    reason: Annotated[str, typer.Option("--for", help="customer, supplier or agreed_date.")] = "customer",
    operation: OperationId = None,
    as_json: AsJson = False,
) -> None:
    """Wait for somebody, with the question that was asked and when to follow up."""
    from app.services.incidents.waiting import Wait, WaitingFor

    if reason not in {one.value for one in WaitingFor}:
        raise typer.BadParameter(f"“{reason}” is not one of {', '.join(WaitingFor)}.", param_hint="--for")
    asked = text_of(text)

    def make(one: Setting, more: dict[str, Any]) -> Operation:
        at = one.at(until) or one.now
        return Wait(incident_id=one.case.id, reason=WaitingFor(reason), question=asked, follow_up_at=at, **more)

    apply_act(context, make, operation, as_json)


@act.command("go-on")
def go_on(context: typer.Context, text: Words = "", operation: OperationId = None, as_json: AsJson = False) -> None:
    """End the waiting: the clocks go on."""
    from app.services.incidents.waiting import GoOn

    words = text_of(text)
    apply_act(context, lambda one, more: GoOn(incident_id=one.case.id, words=words, **more), operation, as_json)


@act.command()
def escalate(
    context: typer.Context,
    text: Words,
    tier: Annotated[str | None, typer.Option(help="The key or number of a tier; the next one if not said.")] = None,
    seen_entry: Annotated[
        int | None, typer.Option(help="The tier entry you saw; refused if somebody was faster.")
    ] = None,
    operation: OperationId = None,
    as_json: AsJson = False,
) -> None:
    """Enter a higher tier at once; needs a reason."""
    from app.services.incidents.ladder import Escalate

    reason = text_of(text)

    def make(one: Setting, more: dict[str, Any]) -> Operation:
        seen = one.case.tier_entry if seen_entry is None else seen_entry
        return Escalate(incident_id=one.case.id, tier=_tier(one.case, tier), reason=reason, seen_entry=seen, **more)

    apply_act(context, make, operation, as_json)


def _tier(case: Case, wanted: str | None) -> str:
    above = sorted((rank, key) for key, rank, _ in case.tiers if rank > case.tier_rank)
    if wanted is None:
        if not above:
            raise UserError("There is no tier above.", "It stays where it is.")
        return above[0][1]
    return next((key for key, rank, _ in case.tiers if wanted in (key, str(rank))), wanted)


@act.command("hand-off")
def hand_off(
    context: typer.Context,
    text: Words,
    to: Annotated[str, typer.Option(metavar="OWNER", help="person:LOGIN, team:KEY or rota:KEY.")],
    tried: Annotated[str, typer.Option(help="What was tried so far.")] = "",
    promised: Annotated[str, typer.Option(help="What the customer was promised.")] = "",
    next_step: Annotated[str, typer.Option(help="What comes next.")] = "",
    operation: OperationId = None,
    as_json: AsJson = False,
) -> None:
    """Offer it to somebody with a packet (--text is its summary); you stay its holder until they accept."""
    from app.services.incidents.handoffs import OfferHandOff

    summary, owner = text_of(text), to if ":" in to else f"person:{to}"

    def make(one: Setting, more: dict[str, Any]) -> Operation:
        packet: dict[str, Any] = {"summary": summary, "tried": tried, "promised": promised, "next_step": next_step}
        return OfferHandOff(incident_id=one.case.id, to=owner, **packet, **more)

    apply_act(context, make, operation, as_json)


@act.command()
def accept(context: typer.Context, text: Words = "", operation: OperationId = None, as_json: AsJson = False) -> None:
    """Accept the hand-off that is offered to you."""
    _answer(context, True, text_of(text), operation, as_json)


@act.command("return")
def return_(context: typer.Context, text: Words, operation: OperationId = None, as_json: AsJson = False) -> None:
    """Return the hand-off with words."""
    _answer(context, False, text_of(text), operation, as_json)


def _answer(context: typer.Context, accepts: bool, words: str, operation: str | None, as_json: bool) -> None:
    from app.services.incidents.handoffs import AnswerHandOff

    def make(one: Setting, more: dict[str, Any]) -> Operation:
        if one.case.offer is None:
            raise UserError("Nothing is offered here.", "Look at the incident again.")
        return AnswerHandOff(hand_off_id=one.case.offer.id, accept=accepts, words=words, **more)

    apply_act(context, make, operation, as_json)


@act.command()
def tick(
    context: typer.Context,
    item: Annotated[str, typer.Argument(help="The item of the tier's procedure, or its number from 1.")],
    off: Annotated[bool, typer.Option("--off", help="Takes the tick away.")] = False,
    operation: OperationId = None,
    as_json: AsJson = False,
) -> None:
    """Tick an item of the tier's procedure."""
    from app.services.incidents.notes import TickItem

    def make(one: Setting, more: dict[str, Any]) -> Operation:
        items = [entry.item for entry in one.case.checklist]
        name = items[int(item) - 1] if item.isdecimal() and 0 < int(item) <= len(items) else item
        if name not in items:
            raise UserError(f"The procedure has no item “{item}”.", f"Items are {'; '.join(items) or 'none'}.")
        return TickItem(incident_id=one.case.id, tier=one.case.tier or "", item=name, ticked=not off, **more)

    apply_act(context, make, operation, as_json)
