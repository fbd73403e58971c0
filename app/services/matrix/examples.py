"""Saved examples: an incident and the tier that a version must answer before it is published.

All versions share them: an example says what the organisation expects, whatever the rows look like. They are judged
against the draft that is shown, and again in the act of publishing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import governance as tables
from app.services.database.errors import UserError
from app.services.database.identity import new_id
from app.services.database.operations import handles
from app.services.database.work import UnitOfWork
from app.services.matrix.cells import FactValue
from app.services.matrix.decide import ask
from app.services.matrix.dimensions import FactError
from app.services.matrix.drafts import DraftOperation
from app.services.matrix.policy import Policy

LONGEST_NAME = 120
REASON_PREFIX = "example:"
"""Before an example's id: the key under which publishing is told why it may fail."""


@dataclass(frozen=True, slots=True)
class ExampleValues:
    """All that an example says. ``facts`` are plain values by dimension key: numbers and days as text."""

    name: str
    facts: Mapping[str, Any]
    tier: str
    position: float = 0.0
    incident_id: str | None = None


@dataclass(frozen=True, slots=True)
class ExampleRecord:
    """An example as it stands in the database."""

    id: str
    values: ExampleValues


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a version answers to an example. ``trigger`` is None where the catch-all answered or nothing could."""

    example: ExampleRecord
    wanted: str
    answered: str
    trigger: int | None
    passes: bool
    problem: str = ""

    @property
    def key(self) -> str:
        """Under which publishing is told why it may fail."""
        return REASON_PREFIX + self.example.id

    @property
    def words(self) -> str:
        """``“VIP tweet at night” should be Tier 2, is Tier 1``; only the name where it passes."""
        name = f"“{self.example.values.name}”"
        if self.passes:
            return name
        return f"{name} {self.problem}" if self.problem else f"{name} should be {self.wanted}, is {self.answered}"


@dataclass(frozen=True, kw_only=True)
class SaveExample(DraftOperation):
    """Keeps an example; a position of 0 is behind all others."""

    values: ExampleValues
    example_id: str = field(default_factory=new_id)


@dataclass(frozen=True, kw_only=True)
class RemoveExample(DraftOperation):
    """Forgets an example, unless somebody changed it since it looked like ``seen``."""

    example_id: str
    seen: ExampleValues


@dataclass(frozen=True, kw_only=True)
class ChangeExample(DraftOperation):
    """Gives an example another name, other facts or another tier."""

    example_id: str
    values: ExampleValues
    seen: ExampleValues


def read_examples(session: Session) -> tuple[ExampleRecord, ...]:
    """All of them, in their order."""
    rows = session.scalars(select(tables.Example).order_by(tables.Example.position, tables.Example.id))
    return tuple(ExampleRecord(row.id, values_of(row)) for row in rows)


def values_of(row: tables.Example) -> ExampleValues:
    """A row as plain values."""
    return ExampleValues(row.name, dict(row.facts), row.tier, row.position, row.incident_id)


def plain_facts(facts: Mapping[str, FactValue | None]) -> dict[str, object]:
    """Facts as an example keeps them: exact numbers and days as text, what is missing left out."""
    return {
        key: str(value) if isinstance(value, Decimal) else value.isoformat() if isinstance(value, date) else value
        for key, value in facts.items()
        if value is not None
    }


def judge(policy: Policy, examples: tuple[ExampleRecord, ...]) -> tuple[Verdict, ...]:
    """What a version answers to each; those that fail first. Pure."""
    verdicts = [_verdict(policy, one) for one in examples]
    return tuple(sorted(verdicts, key=lambda one: one.passes))


def failing(policy: Policy, examples: tuple[ExampleRecord, ...]) -> tuple[Verdict, ...]:
    """The examples that stand against publishing until somebody writes why."""
    return tuple(one for one in judge(policy, examples) if not one.passes)


def _verdict(policy: Policy, example: ExampleRecord) -> Verdict:
    values = example.values
    names = {one.key: one.name for one in policy.tiers}
    known = {one.key for one in policy.table.dimensions}
    wanted = names.get(values.tier, values.tier)
    if values.tier not in names:
        return Verdict(example, wanted, "", None, passes=False, problem="names a tier that is no longer there")
    try:
        answer = ask(policy.table, {key: value for key, value in values.facts.items() if key in known})
    except FactError as error:
        return Verdict(example, wanted, "", None, passes=False, problem=f"cannot be asked: {error.what}")
    if answer.ambiguous:
        return Verdict(example, wanted, "", None, passes=False, problem="has more than one answer")
    if answer.outcome is None:
        return Verdict(example, wanted, "not covered", None, passes=False)
    answered = next((one for one in policy.tiers if one.rank == answer.outcome.tier), None)
    number = answer.chosen.number if answer.chosen else None
    key = answered.key if answered else ""
    return Verdict(example, wanted, names.get(key, "no tier"), number, passes=key == values.tier)


@handles(SaveExample)
def save_example(work: UnitOfWork, operation: SaveExample) -> None:
    """Refuses an example without a name, a fact or a tier."""
    values = _checked(operation.values)
    last = work.session.scalars(select(tables.Example.position).order_by(tables.Example.position.desc())).first()
    work.add(
        tables.Example(
            id=operation.example_id,
            name=values.name.strip(),
            facts=dict(values.facts),
            tier=values.tier,
            incident_id=values.incident_id,
            position=values.position or (last or 0.0) + 1,
        )
    )


@handles(RemoveExample)
def remove_example(work: UnitOfWork, operation: RemoveExample) -> None:
    """Raises ``Conflict`` where it is not the one its author saw."""
    row = work.get(tables.Example, operation.example_id, "That example")
    seen = _plain(operation.seen)
    work.compare("Somebody changed that example while you removed it.", row, seen, dict.fromkeys(seen))
    work.session.delete(row)


@handles(ChangeExample)
def change_example(work: UnitOfWork, operation: ChangeExample) -> None:
    """Raises ``Conflict`` naming what somebody else changed meanwhile."""
    row, values = work.get(tables.Example, operation.example_id, "That example"), _checked(operation.values)
    seen, wanted = _plain(operation.seen), _plain(values)
    changed = {name: value for name, value in wanted.items() if value != seen[name]}
    work.compare("Somebody changed that example since you read it.", row, {n: seen[n] for n in changed}, changed)
    for name, value in changed.items():
        setattr(row, name, value)


def _plain(values: ExampleValues) -> dict[str, object]:
    return {"name": values.name.strip(), "facts": dict(values.facts), "tier": values.tier}


def _checked(values: ExampleValues) -> ExampleValues:
    if not values.name.strip():
        raise UserError("An example needs a name.", "Say in a few words what happened.", where="name")
    if len(values.name.strip()) > LONGEST_NAME:
        raise UserError("That name is too long.", f"Keep it under {LONGEST_NAME} characters.", where="name")
    if not values.facts:
        raise UserError("An example needs at least one fact.", "Say what is known of the incident.", where="facts")
    if not values.tier:
        raise UserError("An example needs the tier it should reach.", "Choose one.", where="tier")
    return values
