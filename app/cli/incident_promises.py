"""``incidents act ID …``: promises, what the customer says, and ways to end otherwise than resolved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.incident_acts import Setting, Words, apply_act
from app.cli.output import AsJson
from app.cli.records import OperationId, known_channel, text_of
from app.services.database.errors import UserError

if TYPE_CHECKING:
    from app.services.database.operations import Operation
    from app.services.incidents.case_records import Case
    from app.services.incidents.waiting import CustomerReplied, Thanks

Which = Annotated[
    str | None,
    typer.Option(
        "--which", metavar="N", help="Which of several: its number from 1, the earliest first, or some of its words."
    ),
]
Said = Annotated[str | None, typer.Option("--channel", help="email, phone, chat or social; its own if not said.")]
Other = Annotated[str, typer.Option(metavar="ID", help="12, INC-12 or its id.")]


def promise(
    context: typer.Context,
    text: Words,
    by: Annotated[str, typer.Option(metavar="TIME", help="By when: a time, 14:55, or +30 (minutes).")],
    owner: Annotated[
        str | None, typer.Option(metavar="OWNER", help="person:LOGIN, team:KEY or rota:KEY; yours if not said.")
    ] = None,
    operation: OperationId = None,
    as_json: AsJson = False,
) -> None:
    """Promise the customer something by a time."""
    from app.services.incidents.promises import Promise

    words = text_of(text)
    named = owner if owner is None or ":" in owner else f"person:{owner}"

    def make(one: Setting, more: dict[str, Any]) -> Operation:
        due_at = one.at(by) or one.now
        return Promise(incident_id=one.case.id, words=words, due_at=due_at, owner=named, **more)

    apply_act(context, make, operation, as_json)


def keep(
    context: typer.Context,
    which: Which = None,
    text: Words = "",
    operation: OperationId = None,
    as_json: AsJson = False,
) -> None:
    """Say that a promise is kept."""
    from app.services.incidents.promises import KeepPromise

    words = text_of(text)
    apply_act(
        context,
        lambda one, more: KeepPromise(timer_id=_promise(one.case, which), note=words, **more),
        operation,
        as_json,
    )


def drop(
    context: typer.Context,
    text: Words,
    which: Which = None,
    operation: OperationId = None,
    as_json: AsJson = False,
) -> None:
    """Give a promise up; needs a reason."""
    from app.services.incidents.promises import DropPromise

    words = text_of(text)
    apply_act(
        context,
        lambda one, more: DropPromise(timer_id=_promise(one.case, which), reason=words, **more),
        operation,
        as_json,
    )


def carry(
    context: typer.Context,
    text: Words,
    to: Other,
    which: Which = None,
    operation: OperationId = None,
    as_json: AsJson = False,
) -> None:
    """Carry a promise over to another incident; needs a reason."""
    from app.services.incidents.promises import CarryPromise

    words = text_of(text)

    def make(one: Setting, more: dict[str, Any]) -> Operation:
        timer_id, other = _promise(one.case, which), _other(one, to)
        return CarryPromise(timer_id=timer_id, to_incident_id=other, reason=words, **more)

    apply_act(context, make, operation, as_json)


def _promise(case: Case, which: str | None) -> str:
    """The open promise that is meant: the only one, or the one of that number or id, or with those words."""
    found = case.promises
    if not found:
        raise UserError("No promise is open here.", "Look at the incident again.")
    if which is None and len(found) == 1:
        return found[0].timer_id
    if which is not None:
        if which.isdecimal() and 0 < int(which) <= len(found):
            return found[int(which) - 1].timer_id
        said = which.strip().casefold()
        same = [one for one in found if said in (one.timer_id, one.words.casefold())]
        meant = same or [one for one in found if said and said in one.words.casefold()]
        if len(meant) == 1:
            return meant[0].timer_id
        what = f"Several open promises have “{which}”." if meant else f"No open promise is “{which}”."
    else:
        what = "Several promises are open."
    listed = "; ".join(f"{number} {one.words}" for number, one in enumerate(found, start=1))
    raise UserError(what, f"Say --which: {listed}.")


def _other(one: Setting, name: str) -> str:
    from app.services.incidents.case import find_incident

    return one.database.read(find_incident, name)


def reply(
    context: typer.Context, text: Words, channel: Said = None, operation: OperationId = None, as_json: AsJson = False
) -> None:
    """Record what the customer said; ends the waiting."""
    from app.services.incidents.waiting import CustomerReplied

    _record(context, CustomerReplied, text, channel, operation, as_json=as_json)


def thanks(
    context: typer.Context, text: Words, channel: Said = None, operation: OperationId = None, as_json: AsJson = False
) -> None:
    """Record thanks that need no answer; the clocks stay as they are."""
    from app.services.incidents.waiting import Thanks

    _record(context, Thanks, text, channel, operation, as_json=as_json)


def _record(
    context: typer.Context, act: type[CustomerReplied | Thanks], text: str, channel: str | None, operation: str | None,
    *, as_json: bool,
) -> None:  # fmt: skip
    from app.models.enums import Channel

    known_channel(channel)
    words, said_by = text_of(text), Channel(channel) if channel else None
    apply_act(
        context,
        lambda one, more: act(incident_id=one.case.id, words=words, channel=said_by, **more),
        operation,
        as_json,
    )


def step_back(
    context: typer.Context,
    text: Words,
    to: Annotated[str, typer.Option(metavar="PHASE", help="triage, assessment, containment or resolution.")],
    operation: OperationId = None,
    as_json: AsJson = False,
) -> None:
    """Go back to an earlier phase; needs a reason."""
    from app.models.enums import Phase
    from app.services.incidents.phases import StepBack

    if to not in {one.value for one in Phase}:
        raise typer.BadParameter(f"“{to}” is not one of {', '.join(Phase)}.", param_hint="--to")
    words = text_of(text)
    apply_act(
        context,
        lambda one, more: StepBack(incident_id=one.case.id, phase=Phase(to), reason=words, **more),
        operation,
        as_json,
    )


def withdraw(context: typer.Context, text: Words, operation: OperationId = None, as_json: AsJson = False) -> None:
    """End it because the customer took it back; needs a reason."""
    from app.services.incidents.ending import Withdraw

    words = text_of(text)
    apply_act(context, lambda one, more: Withdraw(incident_id=one.case.id, reason=words, **more), operation, as_json)


def merge(
    context: typer.Context, text: Words, into: Other, operation: OperationId = None, as_json: AsJson = False
) -> None:
    """End it because it is the same as another one; needs a reason."""
    from app.services.incidents.ending import Merge

    words = text_of(text)

    def make(one: Setting, more: dict[str, Any]) -> Operation:
        return Merge(incident_id=one.case.id, into_id=_other(one, into), reason=words, **more)

    apply_act(context, make, operation, as_json)


ACTS: dict[str, Callable[..., None]] = {
    "promise": promise,
    "keep": keep,
    "drop": drop,
    "carry": carry,
    "reply": reply,
    "thanks": thanks,
    "step-back": step_back,
    "withdraw": withdraw,
    "merge": merge,
}
"""The acts of this module by the names under which they are called."""
