"""``matrix examples``: the saved examples, judged by a version, a draft or a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import AsJson, emit, place_of, say

if TYPE_CHECKING:
    from app.services.database.database import Database
    from app.services.matrix.examples import Verdict
    from app.services.matrix.policy import Policy

Judge = Annotated[
    str | None,
    typer.Argument(metavar="VERSION", help="The number of a version, a draft too, or a file; else the one in force."),
]


def examples(context: typer.Context, version: Judge = None, as_json: AsJson = False) -> None:
    """Ask a version for each saved example; exit 1 where one does not get its tier."""
    from app.services.matrix.examples import judge, read_examples

    with place_of(context).open() as database:
        policy = _policy(database, version)
        verdicts = judge(policy, database.read(read_examples))
    if as_json:
        emit([_json(one) for one in verdicts])
    else:
        passing = sum(one.passes for one in verdicts)
        say(f"{passing} of {len(verdicts)} pass." if verdicts else "No example is saved yet.")
        for one in verdicts:
            if not one.passes:
                say(one.words)
    if not all(one.passes for one in verdicts):
        raise typer.Exit(1)


def _policy(database: Database, given: str | None) -> Policy:
    from app.services.matrix.files import policy_of, read_matrix
    from app.services.matrix.replay.versions import version_in_force, version_numbered

    if given is None:
        return database.read(version_in_force, database.clock.now())
    if given.isdecimal():
        return database.read(version_numbered, int(given))
    return policy_of(read_matrix(Path(given)))


def _json(one: Verdict) -> dict[str, object]:
    values = one.example.values
    return {
        "id": one.example.id,
        "name": values.name,
        "facts": dict(values.facts),
        "tier": values.tier,
        "answered": one.answered,
        "trigger": one.trigger,
        "passes": one.passes,
        "text": one.words,
    }
