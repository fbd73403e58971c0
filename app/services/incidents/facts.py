"""Facts of an incident: read as their dimensions say, kept with their history, asked against the matrix."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.models.enums import DimensionKind
from app.models.incident import Fact, Incident
from app.services.database.errors import UserError
from app.services.database.identity import new_id
from app.services.database.work import UnitOfWork
from app.services.matrix.decide import Answer, ask
from app.services.matrix.dimensions import DimensionRecord, FactError, read_fact
from app.services.matrix.policy import Policy


def plain(value: object) -> Any:
    """A fact's value as it is stored: exact numbers and days as text."""
    return str(value) if isinstance(value, Decimal) or hasattr(value, "isoformat") else value


def check(policy: Policy, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as they are stored. ``UserError`` names the fact that cannot be read, and how to mend it."""
    dimensions = {dimension.key: dimension for dimension in policy.table.dimensions}
    checked: dict[str, Any] = {}
    for key, value in facts.items():
        dimension = dimensions.get(key)
        if dimension is None:
            known = ", ".join(dimensions)
            raise UserError(f"The matrix has no dimension “{key}”.", f"Use one of {known}.")
        if dimension.kind is DimensionKind.CHOICE and value is not None:
            value = _choice(dimension, str(value))
        try:
            read = read_fact(dimension, value)
        except FactError as error:
            raise UserError(error.what, error.mend) from error
        if read is not None:
            checked[key] = plain(read)
    return checked


def _choice(dimension: DimensionRecord, value: str) -> str:
    """The key of a choice, given by key or by label in any case."""
    for choice in dimension.choices:
        if value.casefold() in (choice.key.casefold(), choice.label.casefold()):
            return choice.key
    known = ", ".join(choice.label for choice in dimension.choices)
    raise UserError(f"{dimension.label} has no choice “{value}”.", f"Use one of {known}.")


def decide(policy: Policy, facts: Mapping[str, Any]) -> Answer:
    """The answer of a version for facts that were checked; facts it does not know are passed over."""
    known = {dimension.key for dimension in policy.table.dimensions}
    return ask(policy.table, {key: value for key, value in facts.items() if key in known})


def answer_record(policy: Policy, answer: Answer) -> dict[str, Any]:
    """An answer as it is kept with the incident: what was decided and why, in words."""
    outcome = answer.outcome
    return {
        "trigger": answer.chosen.number if answer.chosen else None,
        "trigger_id": answer.chosen.id if answer.chosen else None,
        "covered": not answer.not_covered,
        "tier": outcome.tier if outcome else 1,
        "owner": outcome.owner if outcome else "",
        "path": outcome.path if outcome else "",
        "class": outcome.target_class if outcome else "",
        "missing": list(answer.missing),
        "explanation": list(answer.explanation),
        "version": policy.number,
    }


def keep_history(work: UnitOfWork, incident: Incident, facts: Mapping[str, Any], at: datetime) -> None:
    """Writes each fact with the instant from which it holds."""
    for key, value in facts.items():
        work.add(
            Fact(
                id=new_id(),
                incident_id=incident.id,
                dimension=key,
                value=None if value is None else str(value),
                at=at,
                person_id=work.actor.id,
            )
        )
