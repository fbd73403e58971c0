"""``incidents act ID de-escalate``: back to a lower tier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.cli.incident_acts import Setting, apply_act
from app.cli.output import AsJson
from app.cli.records import OperationId, text_of
from app.services.database.errors import UserError

if TYPE_CHECKING:
    from app.services.database.operations import Operation
    from app.services.incidents.case_records import Case


def de_escalate(
    context: typer.Context,
    reason: Annotated[
        str, typer.Option("--reason", "--text", help="Why, in words; @FILE reads a file, - standard input.")
    ],
    tier: Annotated[str | None, typer.Option(help="The key or number of a tier; the one below if not said.")] = None,
    ticked: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ITEM", help="An exit criterion of the tier left that holds, or its number from 1; may be repeated."
        ),
    ] = None,
    seen_entry: Annotated[
        int | None, typer.Option(help="The tier entry you saw; refused if somebody was faster.")
    ] = None,
    operation: OperationId = None,
    as_json: AsJson = False,
) -> None:
    """Go back to a lower tier; needs a reason and the exit list of the tier left."""
    from app.services.incidents.deescalation import DeEscalate

    words = text_of(reason)

    def make(one: Setting, more: dict[str, Any]) -> Operation:
        return DeEscalate(
            incident_id=one.case.id,
            tier=_below(one.case, tier),
            reason=words,
            ticked=tuple(_criterion(one.case, item) for item in ticked or ()),
            seen_entry=one.case.tier_entry if seen_entry is None else seen_entry,
            **more,
        )

    apply_act(context, make, operation, as_json)


def _below(case: Case, wanted: str | None) -> str:
    if wanted is not None:
        return next((key for key, rank, _ in case.tiers if wanted in (key, str(rank))), wanted)
    below = [(rank, key) for key, rank, _ in case.tiers if rank < case.tier_rank]
    if not below:
        raise UserError("There is no tier below.", "It stays where it is.")
    return max(below)[1]


def _criterion(case: Case, item: str) -> str:
    """The exit criterion that an item names, by its number or by its words in any case."""
    items = case.exit_criteria
    if item.isdecimal() and 0 < int(item) <= len(items):
        return items[int(item) - 1]
    for one in items:
        if one.casefold() == item.casefold():
            return one
    raise UserError(f"The exit list has no item “{item}”.", f"Items are {'; '.join(items) or 'none'}.")
