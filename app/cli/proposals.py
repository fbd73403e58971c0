"""``proposals``: suggest a change of the matrix, and see what was suggested and answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import AsJson, emit, new_commands, place_of, say

if TYPE_CHECKING:
    from app.services.proposals import ProposalRecord

commands = new_commands("Propose a change of the matrix, and see what was proposed.")

What = Annotated[str, typer.Option(help="What should change.")]
Why = Annotated[str, typer.Option(help="Why it should.")]
Incident = Annotated[str | None, typer.Option(metavar="ID", help="The incident it comes from: 12, INC-12 or its id.")]
All = Annotated[bool, typer.Option("--all", help="Answered ones too.")]


@commands.command()
def add(context: typer.Context, what: What, why: Why, incident: Incident = None, as_json: AsJson = False) -> None:
    """Propose a change in words; every lead is told."""
    from app.services.incidents.case import find_incident
    from app.services.proposals import Propose

    with place_of(context).open() as database:
        incident_id = database.read(find_incident, incident) if incident is not None else None
        done = database.apply(Propose(what=what, reason=why, incident_id=incident_id)).result
    if as_json:
        emit(done)
    else:
        say("Proposed. You will hear from a lead.")


@commands.command("list")
def list_them(context: typer.Context, everything: All = False, as_json: AsJson = False) -> None:
    """What waits for an answer, newest first."""
    from app.models.enums import ProposalState
    from app.services.proposals import list_proposals

    with place_of(context).open() as database:
        states = () if everything else (ProposalState.OPEN,)
        found = database.read(list_proposals, states)
    if as_json:
        emit([_json(one) for one in found])
        return
    for one in found:
        about = f", INC-{one.incident}" if one.incident else ""
        say(f"{one.made_at:%Y-%m-%d} {one.made_by}{about}: {one.what}")
        say(f"  {one.why}")
        if one.answer:
            say(f"  {one.answered_by}: {one.answer}")
    if not found:
        say("No proposal waits." if not everything else "Nothing was proposed yet.")


def _json(one: ProposalRecord) -> dict[str, object]:
    return {
        "id": one.id,
        "what": one.what,
        "why": one.why,
        "changes": list(one.changes),
        "made_by": one.made_by,
        "made_at": one.made_at.isoformat(),
        "incident": one.incident,
        "state": one.state.value,
        "answer": one.answer,
        "answered_by": one.answered_by,
        "version": one.version,
    }
